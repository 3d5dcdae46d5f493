"""`legalflow demo --matters N`: fills a new installation and no other, the same each time, every matter whole."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import run_in

MANY = 30


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An installation filled by the command, and what it told on the way."""
    home = tmp_path_factory.mktemp("many") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGALFLOW_TODAY", "2026-11-24")
        made = run_in(home, "demo", "--matters", str(MANY))
    assert made.returncode == 0, made.stderr
    logins = json.loads((home / "demo-logins.txt").read_text(encoding="utf-8"))
    assert [line.split("\t")[1] for line in made.stdout.splitlines()] == [each["password"] for each in logins]
    return home, made.stderr


def test_it_tells_how_far_it_is_in_both_languages(filled: tuple[Path, str]) -> None:
    assert f"案件 matters {MANY}/{MANY}" in filled[1] and f"债权计算 claims {MANY}/{MANY}" in filled[1]
    assert "剩余 left 00:00:00" in filled[1]


def test_every_matter_told_anew_is_what_is_stored(filled: tuple[Path, str]) -> None:
    listed = json.loads(run_in(filled[0], "matter", "list", "--as", "reviewer", "--json").stdout)
    assert len(listed) == MANY
    for line in listed[::6]:
        told = run_in(filled[0], "matter", "replay", line["number"], "--as", "reviewer")
        assert told.returncode == 0, told.stderr
    checked = run_in(filled[0], "check")
    assert checked.returncode == 0, checked.stderr


def test_a_second_run_on_it_is_refused_and_says_how_to_mend(filled: tuple[Path, str]) -> None:
    for words in (("demo", "--matters", "5"), ("demo",)):
        refused = run_in(filled[0], *words)
        assert refused.returncode == 1 and "示例数据只能载入新的数据库" in refused.stderr
        assert "LEGALFLOW_HOME" in refused.stderr


def test_an_impossible_number_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = run_in(tmp_path / "home", "demo", "--matters", "0")
    assert refused.returncode == 2 and "案件数须在" in refused.stderr
    assert not (tmp_path / "home").exists()


def test_two_runs_of_one_day_give_the_same_numbers(
    filled: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGALFLOW_TODAY", "2026-11-24")
    again = run_in(tmp_path / "home", "demo", "--matters", str(MANY))
    assert again.returncode == 0, again.stderr
    assert _figures(tmp_path / "home") == _figures(filled[0])


def _figures(home: Path) -> list[tuple[object, ...]]:
    """What lists show of every matter: its numbers, stage, days, borrower and amounts."""
    query = (
        "select matter.number, stage, opened_at, next_due, filed_on, contract_number, borrower, disbursed_fen,"
        " total_fen"
        " from matter join loan on loan.id = matter.loan_id left join claim on claim.loan_id = loan.id"
        " order by matter.number"
    )
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        return list(database.execute(query))
