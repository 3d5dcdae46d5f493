"""`legalflow calc OP FILE --sheet DIR`: every result prints as a sheet in Chinese whose figures add up."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from legalflow.cli.calc import calc, parse, run
from legalflow.cli.operations import OPERATIONS, operation
from legalflow.cli.sheet import digest_of, sheet_of
from legalflow.documents import sheets
from legalflow.documents.plain import text_of
from legalflow.documents.words import printed
from legalflow.rendering import reading
from tests.builders import a_law

CODE = re.compile(r"(?<![A-Za-z0-9_/])[a-z]+(?:_[a-z]+)+(?![A-Za-z0-9_/])")


@cache
def text(name: str) -> str:
    """The words of the sheet of an operation's example."""
    chosen = operation(name)
    given = parse(json.dumps(chosen.example).encode())
    return text_of(sheet_of(chosen, given, run(chosen, given, a_law()), a_law()))


def called(folder: Path, op: str, given: Any, *more: str) -> Result:
    return CliRunner().invoke(calc, [op, "--sheet", str(folder), *more], input=json.dumps(given))


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_the_example_of_every_operation_prints_with_its_facts_rules_steps_and_values(name: str) -> None:
    words = text(name)
    assert words.startswith((operation(name).term, "利息计算表", "迟延履行利息计算表"))
    assert "规则" in words and "制表：" in words
    for raw in ("None", "True", "False", "{{", "null", "\x02"):
        assert raw not in words


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_no_code_of_ours_is_printed(name: str) -> None:
    assert not CODE.findall(text(name))


def test_the_files_are_written_and_say_the_same(tmp_path: Path) -> None:
    given = {"rule": "appeal_judgment", "trigger": "2026-02-02"}
    answer = called(tmp_path / "out", "deadline", given)
    assert answer.exit_code == 0 and json.loads(answer.stdout)["last_day"] == "2026-02-24"
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == ["期限计算书.docx", "期限计算书.pdf"]
    docx, pdf = (reading.words_of((tmp_path / "out" / name).read_bytes()) for name in files)
    for words in (docx, pdf):
        squeezed = "".join(words.split())
        assert "顺延后的最后一日" in squeezed and "2026年2月24日" in squeezed and "第一百七十一条" in squeezed


def test_one_format_may_be_asked_for_and_another_is_refused(tmp_path: Path) -> None:
    given = {"amount": "100000.50"}
    assert called(tmp_path, "amount-words", given, "--format", "docx").exit_code == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".docx"]
    assert called(tmp_path / "none", "amount-words", given, "--format", "odt").exit_code == 2
    assert not (tmp_path / "none").exists()


def test_a_wrong_input_makes_no_sheet(tmp_path: Path) -> None:
    assert called(tmp_path / "out", "deadline", {"rule": "appeal_judgment"}).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_what_was_taken_by_default_and_what_nobody_verified_is_marked() -> None:
    assert "360（缺省）" in text("rate") or "（缺省）" in text("rate")
    assert "未核验" in text("contact")
    assert "（缺省）" not in text("amount-words")


def test_the_interest_after_a_judgment_prints_its_segments_and_their_sum() -> None:
    chosen = operation("delay-interest")
    given = {
        "items": [{"kind": "principal", "amount": "100000"}],
        "performance_last_day": "2025-03-01",
        "until": "2025-04-30",
        "payments": [{"on": "2025-03-31", "amount": "20000"}],
    }
    words = text_of(sheet_of(chosen, given, run(chosen, given, a_law()), a_law()))
    rows = [line.strip("| ").split(" | ") for line in words.splitlines() if "0.000175" in line]
    assert [row[4] for row in rows] == ["30", "30"]
    assert [row[-1] for row in rows] == ["525.00", "420.00"]
    assert "| 合计 | — | — | — | 60 | — | 945.00 |" in words


def test_words_of_a_step_are_printed_as_documents_print_them() -> None:
    assert printed("1234567.80 × 3日，自2026-02-02 起") == "1,234,567.80 × 3日，自2026年2月2日起"
    assert printed("复利（claims/compound_base，某号）未核验") == "复利（某号）未核验"
    assert printed("0.000175、12.50、2026-13-40") == "0.000175、12.50、2026-13-40"


def test_the_same_data_of_the_law_have_the_same_digest() -> None:
    assert digest_of(a_law()) == digest_of(a_law()) and len(digest_of(a_law())) == 12


def test_objects_in_a_list_become_a_table_and_single_values_pairs() -> None:
    schema = {
        "properties": {
            "on": {"title": "日期", "format": "date"},
            "paid": {
                "type": "array",
                "title": "收款",
                "items": {"properties": {"sum": {"title": "金额", "unit": "元"}}},
            },
        }
    }
    pairs, table = sheets.grids({"on": "2026-03-01", "paid": [{"sum": "1000.00"}]}, schema, {})
    assert pairs.rows == (("日期", "2026年3月1日"),)
    assert table.title == "收款" and table.columns[0].zh == "金额（元）" and table.rows == (("1,000.00",),)
