"""What an event is, and how its fields are asked for: the root of every module of events.

Events of one subject may stand in a module of their own; `events` gathers them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from legalflow.values.event import Event


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen: the value kept, and its words."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Ask:
    """How a field is asked for.

    `kind` is one of text, long_text, date, money, integer, rate, choice, yes_no, case_number, party, parties, document,
    bundle, exhibit, firm, criterion, sequence, items, asset, assets, shares; or `given`, which nobody is asked: the use
    case fills it.
    """

    zh: str
    en: str
    kind: str = "text"
    required: bool = True
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Question:
    """A field of an event as a page asks for it."""

    name: str
    zh: str
    en: str
    kind: str
    required: bool
    options: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class MatterEvent(Event):
    """The root of what happens to a matter; `title` is what it is called, in Chinese and English."""

    title: ClassVar[tuple[str, str]] = ("", "")
