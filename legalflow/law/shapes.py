"""What a value of the law must look like: as the other values of its topic do.

A rate is a number and stays one, a rule of a deadline keeps its keys, a list of articles holds texts. So a value with a
slip of the pen is refused before any figure rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_RATES = ("per year", "per day")  # units of which a whole is meaningless: 3 for three per cent is a slip


@dataclass(frozen=True)
class Difference:
    """Where a value is unlike the others of its topic: the place inside it, and what is wrong in two languages."""

    place: str
    zh: str
    en: str
    found: str


def differences(value: Any, others: Sequence[Any], unit: str, place: str = "") -> Iterator[Difference]:
    """Every way in which a value is unlike the other values of its topic; nothing where there is no other."""
    if place == "" and isinstance(value, str) and unit.startswith(_RATES) and _is_no_rate(value):
        yield Difference(place, "利率须为 0 至 1 之间的数，例如 3% 写作 0.03", "a rate is a number from 0 to 1", value)
    elif not others or {type(other) for other in others} != {_kind(others)}:
        return
    elif type(value) is not _kind(others):
        yield Difference(place, *_KINDS.get(_kind(others), ("的种类不同", "is of another kind")), str(value))
    elif isinstance(value, dict):
        yield from _keys(value, others, unit, place)
    elif isinstance(value, list):
        elements = [element for other in others for element in other]
        for number, element in enumerate(value):
            yield from differences(element, elements, unit, f"{place}[{number}]")
    elif isinstance(value, str):
        yield from _text(value, others, place)


_KINDS = {
    str: ("须为文字或者数", "is text or a number"),
    dict: ("须为各项名称与值", "is a mapping"),
    list: ("须为若干项", "is a list"),
    bool: ("须为 true 或 false", "is true or false"),
}


def _kind(others: Sequence[Any]) -> type:
    return type(others[0])


def _keys(value: dict[str, Any], others: Sequence[Any], unit: str, place: str) -> Iterator[Difference]:
    always = set.intersection(*(set(other) for other in others))
    sometimes = set.union(*(set(other) for other in others))
    for key in sorted(always - set(value)):
        yield Difference(_below(place, key), "缺少此项", "is missing", "")
    for key in sorted(set(value) - sometimes):
        yield Difference(_below(place, key), "没有这一项", "is unknown", str(value[key]))
    for key in sorted(set(value) & sometimes):
        yield from differences(value[key], [other[key] for other in others if key in other], unit, _below(place, key))


def _text(value: str, others: Sequence[str], place: str) -> Iterator[Difference]:
    if not value.strip() and all(other.strip() for other in others):
        yield Difference(place, "不得为空", "is not empty", value)
    elif all(_NUMBER.fullmatch(other) for other in others):
        if not _NUMBER.fullmatch(value):
            yield Difference(place, "须为数，例如 15 或者 0.03", "is a number", value)
        elif Decimal(value) < 0 and all(Decimal(other) >= 0 for other in others):
            yield Difference(place, "不得为负", "is not negative", value)
    elif all(map(_is_days, others)) and not _is_days(value):
        yield Difference(place, "须为日期，或者以 / 相隔的起止日", "is a day, or two days parted by a slash", value)


def _is_no_rate(value: str) -> bool:
    return not _NUMBER.fullmatch(value) or not 0 <= Decimal(value) < 1


def _is_days(value: str) -> bool:
    try:
        first, last = (date.fromisoformat(each) for each in (value.split("/") * 2)[:2])
    except ValueError:
        return False
    return first <= last and len(value) in {10, 21}


def _below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
