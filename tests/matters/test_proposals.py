"""A firm proposes what the court did; what the lender decides, pays or undoes it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from legalflow.access import Right
from legalflow.errors import NotNow
from legalflow.matters import events as e
from legalflow.matters.matter import Matter, Recorded, fold
from legalflow.matters.proposals import PAPERS, look_by, may_be_proposed, obstacles, paper_name
from legalflow.matters.stages import RULES
from tests.builders import a_law

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ON = date(2026, 11, 24)


def said(kind: type[e.MatterEvent], **more: object) -> e.MatterEvent:
    return kind(at=AT, on=ON, actor="somebody", **more)


def taken_in() -> Matter:
    opened = said(e.MatterOpened, loan="loan", number="2026-000001", source="示例支行")
    return fold([Recorded(sequence=1, event=opened)])


@pytest.mark.parametrize(
    "name",
    [
        "MatterClosed",
        "SuitDecided",
        "ClaimWaived",
        "FeePaid",
        "PaymentReceived",
        "WriteOffApplied",
        "RecoveryRecorded",
        "EventReversed",
        "DocumentRequested",
        "FirmAssigned",
        "ExhibitAdded",
        "none at all",
    ],
)
def test_what_the_lender_decides_pays_or_undoes_is_not_proposed(name: str) -> None:
    assert not may_be_proposed(name)


@pytest.mark.parametrize(
    "name", ["FilingSubmitted", "CaseAccepted", "FeeNoticeReceived", "HearingSet", "JudgmentGiven", "JudgmentServed"]
)
def test_what_the_court_did_is_proposed(name: str) -> None:
    assert may_be_proposed(name)


def test_everything_that_may_be_proposed_is_recorded_by_counsel_from_a_form_and_is_no_write_off() -> None:
    found = [rule for name, rule in RULES.items() if may_be_proposed(name)]
    assert len(found) > 30
    for rule in found:
        assert rule.rights == (Right.RECORD,) and not rule.internal
        assert all(question.kind != "given" for question in e.questions(rule.event))


def test_what_waits_before_it_counts_as_if_it_were_confirmed() -> None:
    matter, checked = taken_in(), said(e.MaterialsChecked)
    demand = said(e.DemandStarted)
    assert isinstance(obstacles(matter, (), demand), NotNow)
    assert obstacles(matter, (checked,), demand) is None
    assert matter.version == 1


def test_what_cannot_be_confirmed_itself_lets_nothing_follow() -> None:
    never = said(e.SuspensionEnded)
    assert isinstance(obstacles(taken_in(), (never,), said(e.DemandStarted)), NotNow)


@pytest.mark.parametrize(
    ("came", "by"), [("2026-11-24", "2026-11-25"), ("2026-11-27", "2026-11-30"), ("2026-11-28", "2026-11-30")]
)
def test_a_proposal_may_wait_until_the_working_day_after_it_came(came: str, by: str) -> None:
    assert look_by(a_law(), date.fromisoformat(came)) == date.fromisoformat(by)


def test_every_paper_has_its_name_once() -> None:
    assert len({each.value for each in PAPERS}) == len({each.zh for each in PAPERS}) == len(PAPERS)
    assert paper_name("judgment") == "判决书" and paper_name("unknown") == "unknown"
