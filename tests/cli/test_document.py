"""`legalflow document`: exit codes, problems all at once, outputs whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from legalflow import cli
from legalflow.forms import Form, kinds
from tests.documents.papers import GOLDEN, facts_of

KIND = "civil_complaint_financial_loan"
TITLE = "民事起诉状（金融借款合同纠纷）"
SAMPLE = GOLDEN / "official_sample_financial_loan.yaml"
FIGURES = ("590065.94", "46261.85", "678.52", "31183.33", "636327.79", "209天")


def run(*arguments: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as done:
        cli.main([str(each) for each in arguments])
    return int(done.value.code or 0)


def written(path: Path, facts: Any) -> Path:
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return path


def test_the_list_names_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("document", "list", "--json") == 0
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)["kinds"]] == list(kinds())


def test_the_form_can_be_filled_and_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("document", "form", "lawyer_letter") == 0
    template = capsys.readouterr().out
    assert template == Form.load("lawyer_letter").template()
    (tmp_path / "facts.yaml").write_text(template, encoding="utf-8")
    assert run("document", "check", "lawyer_letter", tmp_path / "facts.yaml", "--json") == 1
    output = capsys.readouterr()
    problems = json.loads(output.out)["problems"]
    assert {each["code"] for each in problems} == {"fact.missing"}
    assert len(output.err.splitlines()) >= len(problems) > 20


def test_the_published_example_becomes_both_formats(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("document", "make", KIND, SAMPLE, "-o", tmp_path / "out", "--json") == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [each["format"] for each in files] == ["docx", "pdf"]
    said = []
    for each in files:
        assert run("document", "text", each["path"]) == 0
        said.append("".join(capsys.readouterr().out.split()))
    assert said[0] == said[1]
    for figure in FIGURES:
        assert figure in said[0]
    assert {each.name for each in (tmp_path / "out").iterdir()} == {f"{TITLE}.docx", f"{TITLE}.pdf"}


def test_nothing_is_overwritten_without_force(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / f"{TITLE}.docx").write_bytes(b"mine")
    assert run("document", "make", KIND, SAMPLE, "-o", tmp_path, "--format", "docx") == 1
    assert "file.exists" in capsys.readouterr().err
    assert (tmp_path / f"{TITLE}.docx").read_bytes() == b"mine"
    assert run("document", "make", KIND, SAMPLE, "-o", tmp_path, "--format", "docx", "--force") == 0
    assert (tmp_path / f"{TITLE}.docx").read_bytes() != b"mine"


def test_nothing_is_made_where_a_fact_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    facts = {key: value for key, value in facts_of("lawyer_letter", "simple").items() if key not in {"total", "bank"}}
    file = written(tmp_path / "facts.yaml", facts)
    assert run("document", "make", "lawyer_letter", file, "-o", tmp_path / "out", "--json") == 2
    assert {each["field"] for each in json.loads(capsys.readouterr().out)["problems"]} == {"total", "bank"}
    assert not (tmp_path / "out").exists()


def test_amounts_and_days_without_quotes_are_read_as_typed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    text = SAMPLE.read_text(encoding="utf-8").replace('"590065.94"', "590065.94").replace('"2022-07-16"', "2022-07-16")
    file.write_text(text.replace('{"on":', "{on:"), encoding="utf-8")
    assert run("document", "check", KIND, file) == 0
    assert "fact.without_evidence" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [b"- a\n- b\n", b"a: [", b"\xff\xfe\x00", b"a: &x 1\nb: *x\n", b"a: 1\na: 2\n", b"[" * 5000, b"!!python/none x"],
)
def test_a_file_that_is_not_facts_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "facts.yaml"
    file.write_bytes(content)
    assert run("document", "check", KIND, file) == 2
    assert "facts." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("make", "no_such_kind", SAMPLE, "-o", "out"), 2),
        (("check", KIND, "no_such_file.yaml"), 2),
        (("make", KIND, SAMPLE, "-o", "out", "--format", "odt"), 2),
        (("text", "no_such_file.pdf"), 2),
    ],
)
def test_wrong_input_ends_in_words_and_a_code(
    arguments: tuple[object, ...],
    code: int,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("document", *arguments) == code
    assert capsys.readouterr().err.strip()
    assert not (tmp_path / "out").exists()


def test_a_letters_words_are_checked_and_prohibited_ones_keep_it_from_being_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    facts = facts_of("lawyer_letter", "simple") | {"default_facts": "逾期不还，将被逮捕，后果自负。"}
    file = written(tmp_path / "facts.yaml", facts)
    assert run("document", "check", "lawyer_letter", file, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["found"]) for each in said["problems"]] == [("letter.prohibited", "逮捕")]
    assert "letter.advised" in {each["code"] for each in said["warnings"]}
    assert run("document", "make", "lawyer_letter", file, "-o", tmp_path / "out") == 2
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
    mild = written(tmp_path / "mild.yaml", facts | {"default_facts": "逾期不还，后果自负。"})
    assert run("document", "make", "lawyer_letter", mild, "-o", tmp_path / "out", "--format", "docx") == 0
    assert "后果自负" in capsys.readouterr().err
