"""Contacts with the debtor's side as a matter's history tells them, for the rules that count them.

The rules stand in `law/conduct.py`; here the records of a matter become the history they are held against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from legalflow.errors import Invalid, Problem
from legalflow.law.conduct import VOICES, Contact, PastContact
from legalflow.matters.checks import Refusal
from legalflow.matters.events import ContactMade
from legalflow.matters.state import Matter

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_LAST_DIGITS = re.compile(r"[0-9]{4}")


def contact_problems(way: str, time: str, number: str) -> Iterator[Problem]:
    """What is wrong with a contact's clock time and number; a voice needs the last four digits of its number."""
    if not _CLOCK.fullmatch(time):
        yield Problem(
            "contact.time",
            "时刻须为二十四小时制的时和分",
            "a clock time has hours and minutes",
            "time",
            time[:20],
            "例如 09:05",
            "for example 09:05",
        )
    if not (_LAST_DIGITS.fullmatch(number) or (not number and way not in VOICES)):
        yield Problem(
            "contact.number",
            "电话、智能语音须填写号码后四位，只填四位数字",
            "a call needs the last four digits of its number, and no more",
            "number",
            "",
            "例如 0001",
            "for example 0001",
        )


def contact_is_whole(matter: Matter, event: ContactMade) -> Iterator[Refusal]:
    """A contact says when, and a call of which number."""
    yield from ((Invalid, problem) for problem in contact_problems(event.way, event.time, event.number))


def contacts(matter: Matter) -> tuple[ContactMade, ...]:
    """The contacts on record, the earliest first."""
    found = [each.event for each in matter.standing if isinstance(each.event, ContactMade)]
    return tuple(sorted(found, key=lambda each: (each.on, each.time)))


def with_history(matter: Matter, planned: Contact, name: str = "") -> Contact:
    """A planned contact with the matter's records before it; a refusal on record counts as one.

    A person is known again by the role and, where both records give it, the name or the number.
    """
    before = [each for each in contacts(matter) if (each.on, each.time) <= (planned.on, planned.time)]
    history = tuple(
        PastContact(
            on=each.on,
            time=each.time,
            channel=each.way,
            person=each.person,
            number=each.number,
            effective=each.effective,
            started_by=each.started_by,
        )
        for each in before
    )
    refused = planned.refused or any(each.refused and _is_the_same(each, planned, name) for each in before)
    return replace(planned, history=history, refused=refused)


def _is_the_same(earlier: ContactMade, planned: Contact, name: str) -> bool:
    if earlier.person != planned.person:
        return False
    pairs = [(earlier.name, name), (earlier.number, planned.number)]
    told = [one == other for one, other in pairs if one and other]
    return any(told) if told else True
