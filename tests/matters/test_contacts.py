"""Contacts on a matter's record: what makes one whole, and which history a planned contact is held against."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from legalflow.errors import Invalid
from legalflow.law.conduct import Contact
from legalflow.matters import events as e
from legalflow.matters.contacts import contacts, with_history
from legalflow.matters.matter import Matter, Recorded, admit, fold
from tests.matters import journeys as j

PLANNED = Contact(on=date(2026, 11, 24), time="15:00", channel="voice", person="debtor", number="0001")


def made(on: str = "2026-11-24", **changes: Any) -> e.ContactMade:
    facts = {"person": "debtor", "way": "voice", "time": "09:00", "number": "0001", "effective": True, **changes}
    return e.ContactMade(at=datetime(2026, 11, 24, 1), on=date.fromisoformat(on), actor="counsel", **facts)


def a_matter(*events: e.MatterEvent) -> Matter:
    opened = j.happened(e.MatterOpened, "2026-01-05", loan="l", number="1")
    return fold(Recorded(number, event) for number, event in enumerate((opened, *events), 1))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"way": "message", "number": ""}, []),
        ({"way": "message", "number": "123"}, ["number"]),
        ({"number": ""}, ["number"]),
        ({"number": "13800000000"}, ["number"]),
        ({"number": "０００１"}, ["number"]),
        ({"time": "24:00"}, ["time"]),
        ({"time": "9:00", "number": "x"}, ["time", "number"]),
    ],
)
def test_a_contact_says_when_and_a_call_the_last_four_digits_alone(changes: dict[str, Any], fields: list[str]) -> None:
    if not fields:
        admit(a_matter(), made(**changes))
        return
    with pytest.raises(Invalid) as raised:
        admit(a_matter(), made(**changes))
    assert [each.field for each in raised.value.problems] == fields


def test_only_what_came_before_is_history_in_the_order_of_the_day() -> None:
    matter = a_matter(made(time="16:00"), made(time="14:00"), made("2026-11-23", time="20:00"))
    assert [each.time for each in contacts(matter)] == ["20:00", "14:00", "16:00"]
    planned = with_history(matter, PLANNED)
    assert [each.time for each in planned.history] == ["20:00", "14:00"]
    assert (planned.effective_today, planned.unanswered_today) == (1, 0)


def test_a_reversed_record_no_longer_counts() -> None:
    reversal = e.EventReversed(
        at=datetime(2026, 11, 24, 2), on=date(2026, 11, 24), actor="reviewer", reason="误记", sequence=2
    )
    assert contacts(a_matter(made(), reversal)) == ()


@pytest.mark.parametrize(
    ("earlier", "name", "number", "refused"),
    [
        ({"name": "贾联系", "number": ""}, "贾联系", "", True),
        ({"name": "贾联系", "number": ""}, "甄联系", "", False),
        ({"name": "", "number": "0002"}, "贾联系", "0002", True),
        ({"name": "", "number": "0002"}, "", "0003", False),
        ({"name": "", "number": ""}, "贾联系", "0002", True),
        ({"name": "贾联系", "number": "", "person": "related_person"}, "贾联系", "", False),
    ],
)
def test_a_refusal_is_known_again_by_role_and_name_or_number_and_strictly_where_neither_is_given(
    earlier: dict[str, Any], name: str, number: str, refused: bool
) -> None:
    record = made("2026-11-20", **{"person": "contact_person", "way": "message", "refused": True, **earlier})
    planned = Contact(on=PLANNED.on, time="15:00", channel="message", person="contact_person", number=number)
    assert with_history(a_matter(record), planned, name).refused is refused
