"""`legalflow calc`: its contract from outside — schemas that run, problems all at once, exit codes, a fast start."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.cli.calc import answer, calc, parse, run, schema_of
from legalflow.cli.operations import OPERATIONS, operation
from legalflow.errors import Invalid
from tests.builders import a_law

NAMES = list(OPERATIONS)


def called(*arguments: str, given: bytes | str = b"") -> Result:
    return CliRunner().invoke(calc, list(arguments), input=given)


def problems(text: str) -> list[dict[str, str]]:
    found = answer(text.encode() if isinstance(text, str) else text, a_law())
    return found["problems"]


def line(op: str, facts: Any) -> str:
    return json.dumps({"id": 1, "op": op, "input": facts}, ensure_ascii=False)


def test_the_operations_are_those_of_the_contract() -> None:
    assert set(NAMES) == {
        "interest", "penalty", "compound", "schedule", "claim", "allocate", "cap", "fee", "delay-interest", "deadline",
        "amount-words", "identity", "case-number", "rate", "risk-class", "cite",
        "limitation", "guarantee", "clocks", "write-off", "contact", "court", "payment-order",
        "fee-change", "arbitration-fee", "enforcement-claim", "preservation", "letter-check", "card",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_an_operation_runs_and_its_result_keeps_to_the_schema(name: str) -> None:
    chosen = operation(name)
    found = run(chosen, parse(json.dumps(chosen.example).encode()), a_law())
    assert set(found) == set(chosen.result_schema["properties"]) == set(chosen.result_schema["required"])
    assert isinstance(found["provisional"], bool) and found["provisional"] == bool(found["provisional_facts"])
    assert not holds_float(json.loads(json.dumps(found)))
    for step in found["steps"]:
        assert set(step) == {"what", "formula", "value", "citations"}
    for name_, rule in chosen.result_schema["properties"].items():
        if rule.get("type") == "string":
            assert isinstance(found[name_], str), name_


def holds_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(holds_float, value.values()))
    if isinstance(value, list):
        return any(map(holds_float, value))
    return isinstance(value, float)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_names_the_chinese_term_of_every_field_and_the_source(name: str) -> None:
    schema = schema_of(operation(name), a_law())
    assert schema["term"] and schema["source"] and schema["example"]
    for place, rule in (*properties(schema["input"]), *properties(schema["result"])):
        title = rule.get("title", "")
        assert any("一" <= each <= "龥" for each in title), f"{name}: {place} has no Chinese term: {title}"
    assert json.dumps(schema, allow_nan=False)


def properties(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a JSON Schema, however deep, with its place."""
    if isinstance(schema, list):
        for each in schema:
            yield from properties(each, place)
    elif isinstance(schema, dict):
        for name, rule in schema.items():
            if name == "properties":
                for field, inner in rule.items():
                    yield f"{place}.{field}", inner
                    yield from properties(inner, f"{place}.{field}")
            else:
                yield from properties(rule, place)


def test_the_source_of_a_rule_comes_from_the_law_and_says_what_was_not_read() -> None:
    source = schema_of(operation("cap"), a_law())["source"]
    assert "法释〔2020〕17号 第二十五条" in source and "法发〔2017〕22号 第二条（未核验）" in source


def test_the_list_names_every_operation_with_its_term() -> None:
    found = called("--list")
    assert found.exit_code == 0
    assert [each["op"] for each in json.loads(found.stdout)["operations"]] == list(OPERATIONS)


def test_an_operation_reads_a_file_or_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text('{"amount": "100000.50"}', encoding="utf-8")
    by_file, by_input = called("amount-words", str(file)), called("amount-words", given=file.read_bytes())
    assert by_file.exit_code == by_input.exit_code == 0
    assert by_file.stdout == by_input.stdout
    assert json.loads(by_file.stdout)["words"] == "人民币壹拾万元伍角"


def test_all_problems_come_at_once_with_path_found_and_mend() -> None:
    facts = {
        "items": [{"kind": "principal", "amount": "800000"}, {"kind": "gift", "amount": 5, "colour": "red"}],
        "performance_last_day": "2024-02-30",
        "payments": [{"on": "2025-01-01", "amount": "1.005"}],
    }
    found = {each["field"]: each for each in problems(line("delay-interest", facts))}
    assert set(found) == {
        "items[1].kind", "items[1].amount", "items[1].colour", "performance_last_day", "payments[0].amount",
    }  # fmt: skip
    assert found["items[1].colour"]["code"] == "input.unknown"
    assert found["performance_last_day"]["code"] == "date.invalid"
    assert found["performance_last_day"]["found"] == "2024-02-30"
    assert "principal" in found["items[1].kind"]["mend"]
    assert "590065.94" in found["payments[0].amount"]["mend"]


@pytest.mark.parametrize("number", ["0.1", "1e3", "1e999", "NaN", "Infinity", "-Infinity", "9" * 5000])
def test_a_json_number_where_an_amount_is_asked_is_refused_with_the_mend(number: str) -> None:
    found = problems(f'{{"id": 1, "op": "amount-words", "input": {{"amount": {number}}}}}')
    assert [(each["code"], each["field"]) for each in found] == [("input.number", "amount")]
    assert found[0]["mend"].startswith('"')


@pytest.mark.parametrize(
    "amount",
    [
        1,
        True,
        None,
        [],
        {},
        "",
        "1,000",
        "１００",
        "-1",
        "1e3",
        "NaN",
        "1.005",
        " 1",
        "1_000",
        "9" * 60,
        "0x10",
        "+1",
        "1.",
    ],
)
def test_only_plain_text_in_yuan_is_an_amount(amount: Any) -> None:
    found = problems(line("amount-words", {"amount": amount}))
    assert [each["field"] for each in found] == ["amount"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "json.empty"),
        (b" \n", "json.empty"),
        (b"{", "json.invalid"),
        (b"\xff\xfe{}", "json.encoding"),
        (b'{"amount": "1", "amount": "2"}', "json.duplicate_key"),
        (b"[" * 100_000, "json.too_deep"),
        (b'{"amount":' * 60 + b"1" + b"}" * 60, "json.too_deep"),
        (b'{"amount": "\\ud800"}', "json.text"),
        (b"[]", "input.type"),
        (b'"text"', "input.type"),
        (b"null", "input.type"),
    ],
)
def test_what_is_no_input_gets_one_clear_answer(sent: bytes, code: str) -> None:
    found = called("amount-words", "--json", given=sent)
    assert found.exit_code == 2 and not isinstance(found.exception, RecursionError)
    assert [each["code"] for each in json.loads(found.stdout)["problems"]] == [code]
    assert "Traceback" not in found.stderr and code in found.stderr


def test_a_bad_line_never_stops_the_rest_and_ids_come_back_in_order() -> None:
    lines = [
        line("amount-words", {"amount": "1"}),
        "{not json",
        '{"id": "b", "op": "nothing", "input": {}}',
        '{"id": "c", "input": {}}',
        '{"id": "d", "op": "amount-words", "input": {"amount": 0.5}}',
        "[1]",
        '{"id": "e", "op": "deadline", "input": {"length": 36500, "unit": "year", "trigger": "2026-01-01"}}',
        '{"id": "f", "op": "amount-words", "input": {"amount": "2"}, "more": 1}',
        "",
        '{"id": "g", "op": "amount-words", "input": {"amount": "2"}}',
    ]
    found = called("--batch", given="\n".join(lines))
    assert found.exit_code == 0
    answers = [json.loads(each) for each in found.stdout.splitlines()]
    assert [each["id"] for each in answers] == [1, None, "b", "c", "d", None, "e", "f", "g"]
    assert ["result" in each for each in answers] == [True, *[False] * 7, True]
    assert [each["problems"][0]["code"] for each in answers[1:-1]] == [
        "json.invalid", "calc.unknown_operation", "input.missing", "input.number", "batch.line",
        "period.out_of_calendar", "input.unknown",
    ]  # fmt: skip


def test_an_unknown_operation_names_the_known_ones() -> None:
    found = called("multiply", "--json")
    assert found.exit_code == 2
    assert "delay-interest" in json.loads(found.stdout)["problems"][0]["mend"]


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    found = called("fee", str(tmp_path / "none.json"), "--json")
    assert found.exit_code == 2 and json.loads(found.stdout)["problems"][0]["code"] == "file.unreadable"


def test_messages_follow_the_language_and_codes_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = json.loads(called("fee", "--json", given=b"").stdout)["problems"][0]
    monkeypatch.setenv("LEGALFLOW_LANG", "en")
    english = json.loads(called("fee", "--json", given=b"").stdout)["problems"][0]
    assert chinese["code"] == english["code"] == "json.empty"
    assert (chinese["message"], english["message"]) == ("没有输入", "the input is empty")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.text(max_size=8), JSON)
def test_any_json_in_any_field_is_answered(name: str, field: str, value: Any) -> None:
    example = dict(operation(name).example)
    for key in [field, *example]:
        found = answer(line(name, {**example, key: value}).encode(), a_law())
        assert ("result" in found) != ("problems" in found)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_any_bytes_are_answered(sent: bytes) -> None:
    found = answer(sent, a_law())
    assert found["problems"]


def test_an_unknown_field_is_answered_with_the_nearest_one_or_with_all() -> None:
    facts = {**operation("claim").example, "asof": "x", "payments": [{"date": "2025-01-15", "amount": "1"}]}
    found = {each["field"]: each for each in problems(line("claim", facts))}
    assert found["asof"]["mend"] == "是否为 as_of"
    assert found["payments[0].date"]["mend"] == "可用：on、amount、number、designation"
    assert found["payments[0].on"]["code"] == "input.missing"


def test_a_problem_of_an_event_stands_at_its_place_in_the_input() -> None:
    events = [
        {"kind": "acceleration", "day": "2025-08-01"},
        {"kind": "forgiveness"},
        {"kind": "waiver", "on": "x", "component": "y", "amount": "1"},
    ]
    found = problems(line("claim", {**operation("claim").example, "events": events}))
    assert {each["field"] for each in found} == {
        "events[0].on", "events[0].day", "events[1]", "events[2].on", "events[2].component",
    }  # fmt: skip
    events = [{"kind": "waiver", "on": "2025-08-01", "component": "penalty", "amount": "0"}]
    found = problems(line("claim", {**operation("claim").example, "events": events}))
    assert [(each["code"], each["field"]) for each in found] == [("waiver.amount", "events[0].amount")]


def test_every_reversed_period_is_named_with_its_end() -> None:
    part = {"principal": "1", "rate": "0.1", "start": "2025-02-01", "end_exclusive": "2025-01-01"}
    found = problems(line("interest", {"segments": [part, part]}))
    assert [(each["code"], each["field"]) for each in found] == [
        ("period.reversed", "segments[0].end_exclusive"),
        ("period.reversed", "segments[1].end_exclusive"),
    ]


def test_limits_and_types_are_said_in_words_of_both_languages() -> None:
    facts = {**operation("schedule").example, "instalments": 0, "dates": "2025-01-01"}
    chinese = {each["field"]: each for each in problems(line("schedule", facts))}
    english = {each["field"]: each for each in answer(line("schedule", facts).encode(), a_law(), "en")["problems"]}
    assert (chinese["instalments"]["mend"], english["instalments"]["mend"]) == ("不小于 1", "at least 1")
    assert (chinese["dates"]["message"], english["dates"]["message"]) == ("类型不符，须为一个数组", "is a list")


def test_numbers_are_refused_beside_all_other_problems() -> None:
    with pytest.raises(Invalid) as caught:
        run(operation("fee"), parse(b'{"amount": 0.1, "kind": "x", "more": 1}'), a_law())
    assert {problem.field for problem in caught.value.problems} == {"amount", "kind", "more"}


def test_a_calculation_starts_without_anything_heavy() -> None:
    code = (
        "import sys; from legalflow.cli import group; "
        "group.main(['calc', 'fee', '--schema'], standalone_mode=False); "
        "heavy = {'sqlmodel', 'sqlalchemy', 'flask', 'weasyprint', 'docx', 'rq', 'redis', 'pikepdf', 'PIL'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stderr
