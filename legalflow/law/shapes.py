"""What a value of the law must look like: as the other values of its topic do.

A rate is a number and stays one, a rule of a deadline keeps its keys, a list of articles holds texts. So a value with a
slip of the pen is refused before any figure rests on it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_WHOLE = re.compile(r"\d+", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_COUNTED = {"length", "years", "months", "days", "after", "than", "most"}  # last words of entries that are counted
_RISING = ("up_to", "more_than")  # entries of bands, which rise from band to band
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
        yield from _bands(value, place)
    elif isinstance(value, str):
        yield from _text(value, others, unit, place)


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


def _text(value: str, others: Sequence[str], unit: str, place: str) -> Iterator[Difference]:
    if not value.strip() and all(other.strip() for other in others):
        yield Difference(place, "不得为空", "is not empty", value)
    elif all(_NUMBER.fullmatch(other) for other in others):
        if not _NUMBER.fullmatch(value):
            yield Difference(place, "须为数，例如 15 或者 0.03", "is a number", value)
        elif not _WHOLE.fullmatch(value) and _is_counted(place, unit) and all(map(_WHOLE.fullmatch, others)):
            yield Difference(place, "须为整数", "is a whole number", value)
        elif Decimal(value) < 0 and all(Decimal(other) >= 0 for other in others):
            yield Difference(place, "不得为负", "is not negative", value)
    elif all(map(_is_days, others)) and not _is_days(value):
        yield Difference(place, "须为日期，或者以 / 相隔的起止日", "is a day, or two days parted by a slash", value)


def _bands(value: list[Any], place: str) -> Iterator[Difference]:
    """Bands that do not rise, or of which another than the last is open."""
    for key in _RISING:
        bounds = [band.get(key) for band in value if isinstance(band, dict)]
        known = [bound for bound in bounds if isinstance(bound, str) and _NUMBER.fullmatch(bound)]
        if not known:
            continue
        is_rising = all(Decimal(low) < Decimal(high) for low, high in itertools.pairwise(known))
        if not is_rising or any(bound is None for bound in bounds[:-1]):
            yield Difference(
                place, "各段须由低到高，只有最后一段可以没有上限", "bands rise, the last alone is open", ""
            )


def unknown_names(value: Any, others: Sequence[Any], in_folder: Sequence[Any]) -> Iterator[Difference]:
    """Entries of a value that are names of ours (a unit, a direction) and are known nowhere in the topic's folder."""
    if not isinstance(value, dict):
        return
    for key, name in value.items():
        said = [other[key] for other in others if isinstance(other, dict) and key in other]
        if not said or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in said):
            continue
        known = {str(other[key]) for other in in_folder if isinstance(other, dict) and isinstance(other.get(key), str)}
        if isinstance(name, str) and name not in known:
            options = "、".join(sorted(known))
            yield Difference(key, f"须为下列之一：{options}", f"is one of {', '.join(sorted(known))}", name)


def _is_counted(place: str, unit: str) -> bool:
    return re.split(r"[._]", place)[-1] in _COUNTED if place else unit.startswith("days")


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
