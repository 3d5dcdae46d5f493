"""May this person be contacted, now, by this way: edges of hours and counts, persons, means, and when it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import LawGap
from legalflow.law.conduct import Answer, Contact, PastContact, may_contact, problems
from tests.builders import a_law

DAY = date(2026, 11, 24)
CALL = Contact(on=DAY, time="15:00", channel="voice", person="debtor", number="13800000000")
MISSED = PastContact(on=DAY, time="09:00", channel="voice", number="13800000000")
REACHED = replace(MISSED, effective=True)


def answer(contact: Contact) -> Answer:
    return may_contact(a_law(), contact).value


def following(contact: Contact) -> tuple[str, str]:
    found = answer(contact)
    return str(found.next_on), found.next_time


@pytest.mark.parametrize(
    ("time", "allowed", "on", "at"),
    [
        ("07:59", False, "2026-11-24", "08:00"),
        ("08:00", True, "2026-11-24", "08:00"),
        ("21:59", True, "2026-11-24", "21:59"),
        ("22:00", False, "2026-11-25", "08:00"),
        ("23:59", False, "2026-11-25", "08:00"),
        ("00:00", False, "2026-11-24", "08:00"),
    ],
)
def test_the_quiet_hours_begin_at_ten_and_end_at_eight(time: str, allowed: bool, on: str, at: str) -> None:
    planned = replace(CALL, time=time)
    assert answer(planned).name == ("allowed" if allowed else "not_allowed")
    assert following(planned) == (on, at)
    assert answer(replace(planned, consent_to_hours=True)).name == "allowed"


def test_a_count_that_is_full_begins_anew_with_the_next_day_after_its_quiet_hours() -> None:
    three = replace(CALL, history=(REACHED,) * 3)
    assert answer(three).name == "not_allowed" and following(three) == ("2026-11-25", "08:00")
    assert following(replace(three, consent_to_hours=True)) == ("2026-11-25", "00:00")
    assert answer(replace(three, history=(REACHED,) * 2)).name == "allowed"
    late = replace(three, time="22:30")
    assert following(late) == ("2026-11-25", "08:00")


def test_six_dials_in_vain_are_advised_against_and_not_prohibited() -> None:
    six = replace(CALL, history=(MISSED,) * 6)
    assert answer(six).name == "advised_against" and following(six) == ("2026-11-25", "08:00")
    assert answer(replace(six, history=(MISSED,) * 5)).name == "allowed"
    assert answer(replace(six, time="22:00")).name == "not_allowed"
    earlier = replace(MISSED, on=date(2026, 1, 29))
    before = replace(CALL, on=date(2026, 1, 29), history=(earlier,) * 9)
    assert answer(before).name == "allowed"
    first = replace(CALL, on=date(2026, 1, 30), history=(replace(MISSED, on=date(2026, 1, 30)),) * 6)
    assert answer(first).name == "advised_against"


def test_before_the_standard_nothing_is_answered_and_on_its_day_it_is() -> None:
    with pytest.raises(LawGap):
        answer(replace(CALL, on=date(2025, 2, 27)))
    assert answer(replace(CALL, on=date(2025, 2, 28))).name == "allowed"


@pytest.mark.parametrize("person", ["related_person", "contact_person"])
@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"debtor_is": "unreachable"}, True),
        ({"debtor_is": "dead"}, True),
        ({"debtor_is": "incapable"}, True),
        ({"debtor_is": "reachable"}, False),
        ({"debtor_is": "unreachable", "refused": True}, False),
        ({"debtor_is": "dead", "discloses_debt": True}, False),
        ({"debtor_is": "dead", "purpose": "collect"}, False),
    ],
)
def test_a_third_person_only_for_a_lost_debtor_never_told_and_never_after_refusing(
    person: str, changes: dict[str, Any], allowed: bool
) -> None:
    found = answer(replace(CALL, **{"person": person, "purpose": "locate", **changes}))
    assert (found.name == "allowed") is allowed
    assert (found.next_on is None) is not allowed


def test_a_stranger_is_never_contacted_and_the_answer_says_why_it_is_strict() -> None:
    stranger = replace(CALL, person="unrelated_person", purpose="locate", debtor_is="unreachable")
    found = may_contact(a_law(), stranger)
    assert found.value.name == "not_allowed" and found.value.next_on is None
    assert [each.code for each in found.warnings] == ["contact.unrelated_person"]


def test_each_of_the_eight_prohibited_means_forbids_and_none_ticked_does_not() -> None:
    listed = a_law().at("contact/prohibited_means", DAY).value["means"]
    assert len(listed) == 8
    for row in listed:
        found = answer(replace(CALL, means=(row["id"],)))
        assert found.name == "not_allowed" and row["zh"] in found.broken[0].found
        assert found.next_on is None
    assert answer(replace(CALL, means=())).name == "allowed"
    early = may_contact(a_law(), replace(CALL, on=date(2026, 1, 29), means=("threats",)))
    assert [each.code for each in early.warnings] == ["contact.means"]


@pytest.mark.parametrize(
    ("assessed", "kept"),
    [(date(2025, 11, 24), True), (date(2025, 11, 23), False), (DAY, True), (None, False)],
)
def test_an_agency_is_assessed_once_a_year_and_records_are_kept_five_years(assessed: date | None, kept: bool) -> None:
    duties = answer(replace(CALL, by_agency=True, agency_assessed_on=assessed)).duties
    assert [(each.id, each.kept) for each in duties] == [("agency_assessment", kept), ("records", None)]
    assert duties[1].last_day == date(2031, 11, 24)
    assert answer(replace(CALL, on=date(2028, 2, 29))).duties[0].last_day == date(2033, 2, 28)


def test_the_last_days_of_the_calendar_answer_without_a_next_day() -> None:
    last = replace(CALL, on=date(9999, 12, 31), time="23:00")
    assert answer(last).next_on is None and answer(last).duties[0].last_day is None


def test_an_assessment_goes_with_an_agency_and_is_not_to_come() -> None:
    for wrong in (
        replace(CALL, agency_assessed_on=DAY),
        replace(CALL, by_agency=True, agency_assessed_on=DAY + timedelta(1)),
    ):
        assert [each.code for each in problems(wrong)] == ["contact.agency"]


TIMES = st.builds(lambda hour, minute: f"{hour:02d}:{minute:02d}", st.integers(0, 23), st.integers(0, 59))
PAST = st.builds(
    PastContact,
    on=st.just(DAY),
    time=st.just("00:00"),
    channel=st.sampled_from(["voice", "ai_voice", "message"]),
    number=st.sampled_from(["13800000000", "+86 138-0000-0000", "13800000001"]),
    effective=st.booleans(),
)


@settings(max_examples=150)
@given(time=TIMES, history=st.lists(PAST, max_size=9), consent=st.booleans())
def test_waiting_until_the_next_moment_helps_and_one_more_record_never_does(
    time: str, history: list[PastContact], consent: bool
) -> None:
    planned = replace(CALL, time=time, history=tuple(history), consent_to_hours=consent)
    found = answer(planned)
    assert found.next_on is not None
    waited = replace(planned, on=found.next_on, time=found.next_time)
    assert answer(waited).name == "allowed"
    assert (found.next_on, found.next_time) >= (DAY, time)
    order = ["allowed", "advised_against", "not_allowed"]
    for more in (MISSED, REACHED):
        worse = answer(replace(planned, history=(*history, more))).name
        assert order.index(worse) >= order.index(found.name)
