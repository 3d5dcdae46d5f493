"""`legalflow law`: what is in force on a day, and what a person has still to check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from legalflow.access import Role
from legalflow.cli.law import law
from legalflow.services import legislating
from legalflow.services.legislating import Proposal
from tests.builders import an_account, an_office


def called(*arguments: str) -> Result:
    return CliRunner().invoke(law, list(arguments))


def test_a_value_is_shown_with_its_source() -> None:
    found = called("show", "interest/delay_daily_rate", "--on", "2026-11-24")
    assert found.exit_code == 0
    assert "0.000175" in found.stdout and "法释〔2014〕8号 第一条第三款" in found.stdout and "已核验" in found.stdout


def test_a_value_is_shown_as_json() -> None:
    found = json.loads(called("show", "deadlines/appeal_judgment", "--on", "2026-11-24", "--json").stdout)
    assert found["value"]["length"] == "15" and found["citation"]["article"] == "第一百七十一条"


def test_a_gap_an_unknown_topic_and_a_wrong_day_are_answered_in_words() -> None:
    for arguments, code in (
        (("rates/lpr_1y", "--on", "2026-11-24"), "law.gap"),
        (("rates/lpr_2y", "--on", "2026-11-24"), "law.unknown_topic"),
        (("rates/lpr_1y", "--on", "2026-02-30"), "date.invalid"),
    ):
        found = called("show", *arguments, "--json")
        assert found.exit_code == 2
        assert json.loads(found.stdout)["problems"][0]["code"] == code


def test_the_check_lists_what_is_unverified_and_what_has_run_out() -> None:
    found = called("check", "--on", "2026-11-24", "--json")
    assert found.exit_code == 1
    rows = json.loads(found.stdout)["to_check"]
    assert ("rates/lpr_1y", "unverified") in {(row["topic"], row["reason"]) for row in rows}
    assert ("rates/lpr_1y", "ended 2026-10-20") in {(row["topic"], row["reason"]) for row in rows}
    assert not [row for row in rows if row["reason"] == "unchecked for a year"]


def test_the_check_lists_what_nobody_checked_for_a_year() -> None:
    rows = json.loads(called("check", "--on", "2027-11-25", "--json").stdout)["to_check"]
    stale = {row["topic"] for row in rows if row["reason"] == "unchecked for a year"}
    assert "interest/delay_daily_rate" in stale
    assert ("calendar/holidays", "ended 2027-01-01") in {(row["topic"], row["reason"]) for row in rows}


def test_the_list_names_topics_in_chinese() -> None:
    found = called("list", "deadlines")
    assert "deadlines/appeal_judgment\t对判决提起上诉" in found.stdout.splitlines()
    assert all(line.startswith("deadlines/") for line in found.stdout.splitlines())


def test_a_value_is_shown_with_its_history_newest_first() -> None:
    lines = called("show", "claims/allocation_order", "--on", "2020-06-01").stdout.splitlines()
    assert lines[1:4] == ["- costs", "- interest", "- principal"]
    assert "合同法解释（二） 第二十一条；2009-05-13至2021-01-01（不含）；已核验，核对日 2026-11-23" in lines[4]
    after = lines[lines.index("历次的值，新的在前：") + 1 :]
    assert [line.split("；")[0] for line in after] == ["民法典 第五百六十一条", "合同法解释（二） 第二十一条"]
    found = json.loads(called("show", "claims/allocation_order", "--on", "2020-06-01", "--json").stdout)
    assert [each["since"] for each in found["history"]] == ["2009-05-13", "2021-01-01"]


def test_the_list_is_given_as_json() -> None:
    found = json.loads(called("list", "caps", "--json").stdout)
    assert {"topic": "caps/lpr_multiple", "zh": "一年期贷款市场报价利率的倍数上限"} in found


def test_values_that_the_house_added_are_shown_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGALFLOW_HOME", str(tmp_path / "home"))
    office = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    maker, checker = an_account(office, Role.REVIEWER, "maker"), an_account(office, Role.REVIEWER, "checker")
    proposal = Proposal("rates/lpr_1y", "2026-10-20", "0.029", "同业拆借中心公告", "2026年10月20日公布", verified=True)
    legislating.approve(office, checker, legislating.propose(office, maker, proposal))
    office.database.close()
    assert called("show", "rates/lpr_1y", "--on", "2026-10-20").exit_code == 2
    shown = called("show", "rates/lpr_1y", "--on", "2026-10-20", "--added")
    assert shown.stdout.splitlines()[1] == "0.029" and "核对日 2026-11-24，增补" in shown.stdout
