"""What is owed after a write-off has its last days, its owner, and is done once with a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound
from legalflow.services import owing, writing_off
from tests.services.test_writing_off import TODAY, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.booked()
    return made


def _by_rule(house: House, role: Role = Role.FINANCE) -> dict[str, owing.Owed]:
    return {each.rule: each for each in owing.owed(house.office, house[role])}


def test_each_duty_has_the_last_day_of_its_article(house: House) -> None:
    days = {rule: str(each.last_day) for rule, each in _by_rule(house).items()}
    assert days == {
        "write_off_accountability": "2028-11-24",
        "write_off_audit": "2027-05-31",
        "write_off_report": "2027-06-30",
        "write_off_file_review": "2027-11-24",
    }
    yearly = _by_rule(house)["write_off_file_review"]
    assert yearly.provisional and not _by_rule(house)["write_off_audit"].provisional


def test_of_a_loan_the_matters_owner_answers_and_of_a_year_whoever_is_named(house: House) -> None:
    counsel, checker = house[Role.COUNSEL], house[Role.FINANCE_CHECKER]
    found = _by_rule(house)
    assert found["write_off_accountability"].owner_id == counsel.id and found["write_off_audit"].owner_id == ""
    owing.acknowledge(house.office, counsel, found["write_off_accountability"].key)
    assert _by_rule(house)["write_off_accountability"].acknowledged == "counsel"
    with pytest.raises(Conflict):
        owing.acknowledge(house.office, counsel, found["write_off_audit"].key)
    owing.assign(house.office, checker, found["write_off_accountability"].key, house[Role.FINANCE].id)
    moved = _by_rule(house)["write_off_accountability"]
    assert (moved.owner, moved.acknowledged) == ("finance", "")
    with pytest.raises(Invalid):
        owing.assign(house.office, checker, found["write_off_audit"].key, house[Role.AUDITOR].id)


def test_a_duty_is_done_once_with_its_paper_on_a_day_that_has_come(house: House) -> None:
    key = _by_rule(house)["write_off_audit"].key
    finance = house[Role.FINANCE]
    with pytest.raises(Invalid) as raised:
        owing.done(house.office, finance, key, "2027-01-01", " ")
    assert {each.field for each in raised.value.problems} == {"on", "paper"}
    owing.done(house.office, finance, key, TODAY, "审字〔2026〕3号")
    done = _by_rule(house)["write_off_audit"]
    assert done.state == "done" and done.row is not None and done.row.paper == "审字〔2026〕3号"
    with pytest.raises(Conflict):
        owing.done(house.office, finance, key, TODAY, "审字〔2026〕4号")


def test_what_was_not_done_is_late_and_the_yearly_look_comes_again(house: House) -> None:
    later = replace(house.office, now=lambda: house.office.now() + timedelta(days=400))
    found = owing.owed(later, house[Role.AUDITOR])
    assert [(each.rule, each.state) for each in found][:3] == [
        ("write_off_audit", "late"),
        ("write_off_report", "late"),
        ("write_off_file_review", "late"),
    ]
    assert [str(each.last_day) for each in found if each.rule == "write_off_file_review"] == [
        "2027-11-24",
        "2028-11-24",
    ]
    assert [each.state for each in owing.owed(later, house[Role.AUDITOR], "late")] == ["late"] * 3


def test_what_is_taken_back_owes_nothing_and_who_sees_no_money_sees_no_duty(house: House) -> None:
    with pytest.raises(NotAllowed):
        owing.owed(house.office, house[Role.SEAL_KEEPER])
    with pytest.raises(NotAllowed):
        owing.done(house.office, house[Role.APPROVER], "x", TODAY, "x")
    with pytest.raises(NotFound):
        owing.done(house.office, house[Role.FINANCE], "x|y|2026-01-01", TODAY, "x")
    write_off = _by_rule(house)["write_off_accountability"].subject
    checker = house[Role.FINANCE_CHECKER]
    writing_off.correct(house.office, checker, write_off, house.last("WriteOffBooked"), "误记")
    assert owing.owed(house.office, house[Role.FINANCE]) == []
