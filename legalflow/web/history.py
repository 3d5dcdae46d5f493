"""The timeline of a matter: each event with who and when, its facts in words, and whether it was reversed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from legalflow.matters.events import EventReversed, Question, questions
from legalflow.matters.matter import Matter, Recorded, fold, follow, rule_of
from legalflow.matters.stages import stage_title
from legalflow.services.viewing import MatterSheet
from legalflow.values.money import Money, percent
from legalflow.web import words

# What our own ids are called where a person reads what they stand for.
_LABELS = {"document": "文书", "bundle": "证据材料", "exhibit": "证据"}


@dataclass(frozen=True)
class Line:
    """An event as the timeline shows it. `number` counts what is shown: a gap would tell of what is not."""

    sequence: int
    number: int
    name: str
    title: str
    on: date
    at: datetime
    who: str
    facts: tuple[tuple[str, str], ...]
    reason: str
    is_reversed: bool
    may_be_reversed: bool
    proposed_by: str = ""  # the firm's lawyer who said it, where `who` confirmed it
    led_to: str = ""  # the stage it led to, where it led to another


def timeline(sheet: MatterSheet, with_money: bool, criteria: Mapping[str, str]) -> list[Line]:
    """The events, newest first; those of a write-off, which is internal, only for who may see that money.

    `criteria` names the standards of recognition by id.
    """
    reversed_ones = fold(sheet.events).reversed
    internal = {each.sequence for each in sheet.events if rule_of(each.event).internal}
    internal |= {
        each.sequence
        for each in sheet.events
        if isinstance(each.event, EventReversed) and each.event.sequence in internal
    }
    shown = [each for each in sheet.events if with_money or each.sequence not in internal]
    lines = [_line(recorded, number, sheet, reversed_ones, criteria) for number, recorded in enumerate(shown, 1)]
    led = _led(sheet)
    return [replace(line, led_to=led.get(line.sequence, "")) for line in lines[::-1]]


def _led(sheet: MatterSheet) -> dict[int, str]:
    """The stage each event led to, by its number, where it led to another; a reversal leads back."""
    matter, led = Matter(), {}
    for recorded in sheet.events:
        before, matter = matter.stage, follow(matter, recorded)
        if matter.stage != before:
            led[recorded.sequence] = stage_title(matter.stage)[0]
    return led


def _line(
    recorded: Recorded, number: int, sheet: MatterSheet, reversed_ones: frozenset[int], criteria: Mapping[str, str]
) -> Line:
    event, rule = recorded.event, rule_of(recorded.event)
    return Line(
        sequence=recorded.sequence,
        number=number,
        name=type(event).__name__,
        title=type(event).title[0],
        on=event.on,
        at=event.at,
        who=sheet.people.get(event.actor, event.actor),
        proposed_by=sheet.people.get(event.proposed_by, event.proposed_by),
        facts=tuple((words, criteria.get(value, value)) for words, value in _facts(event, sheet)),
        reason=event.reason,
        is_reversed=recorded.sequence in reversed_ones,
        may_be_reversed=recorded.sequence not in reversed_ones and not (rule.fixed or rule.internal),
    )


def _facts(event: Any, sheet: MatterSheet) -> Iterator[tuple[str, str]]:
    for question in questions(type(event)):
        said = _said(question, getattr(event, question.name), sheet)
        if said:
            yield _LABELS.get(question.name, question.zh) if question.kind == "given" else question.zh, said
    if isinstance(event, EventReversed):
        wrong = next((each for each in sheet.events if each.sequence == event.sequence), None)
        if wrong is not None:
            yield "被撤销的事项", type(wrong.event).title[0]


def _said(question: Question, value: Any, sheet: MatterSheet) -> str:
    """A field in words; digests and our own ids that say nothing to a person are left out."""
    if value in (None, "", ()):
        return ""
    if isinstance(value, Money):
        return f"{value.grouped()} 元" if value else ""
    if isinstance(value, Decimal):
        return percent(value)
    if isinstance(value, date):
        return words.day(value)
    match question.kind:
        case "choice":
            return next((option.zh for option in question.options if option.value == value), str(value))
        case "document":
            return next((words.titled(row) for row in sheet.documents if row.id == value), "")
        case "bundle":
            return next((f"第{row.version}册" for row in sheet.bundles if row.id == value), "")
        case "exhibit":
            return next((row.name for row in sheet.exhibits if row.id == value), "")
        case "firm":
            return sheet.firm_names.get(str(value), "")
        case "parties" | "assets":
            return "、".join(value)
        case "shares":
            return "；".join(share.zh for share in value)
        case "yes_no":
            return "是" if value else "否"
        case "given":
            return _given(question.name, value, sheet)
        case _:
            return str(value)


def _given(name: str, value: Any, sheet: MatterSheet) -> str:
    if name == "document":
        return next((words.titled(row) for row in sheet.documents if row.id == value), "")
    if name == "bundle":
        return next((f"第{row.version}册" for row in sheet.bundles if row.id == value), "")
    if name == "exhibit" and hasattr(value, "name"):
        return str(value.name)
    if name == "pages":
        return f"{value} 页"
    return ""
