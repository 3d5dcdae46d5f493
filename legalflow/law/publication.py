"""Series that an authority keeps publishing: on which days a value can begin, and how long it holds without the next.

A topic says its kind: `monthly_20` is published on the 20th of each month or, where that is a day off, on the next
working day after the swaps of the year (调休), as the loan prime rate is; `yearly` is settled for each calendar year,
as the days off are. A value of such a series ends by itself when the next is due: what was not loaded is a gap, never
the value before it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from legalflow.values.dates import ONE_DAY

YEARLY = "yearly"
Notices = Callable[[int], Mapping[str, Any] | None]

_MONTHLY = re.compile(r"monthly_(\d{1,2})", re.ASCII)
_SHORTEST_MONTH = 28
_LONGEST_HOLIDAY = timedelta(days=9)  # where the year's notice is not loaded, a day may be put off no further


def is_kind(text: str) -> bool:
    """Whether a text names a kind of series: the day of a monthly one is one that every month has."""
    monthly = _MONTHLY.fullmatch(text)
    return text == YEARLY or (monthly is not None and 1 <= int(monthly[1]) <= _SHORTEST_MONTH)


def days_of(kind: str) -> tuple[str, str]:
    """On which days a series of a kind is published, in Chinese and in English."""
    if kind == YEARLY:
        return "每年一项，自1月1日起", "there is one value a year, from 1 January"
    day = _day(kind)
    return (
        f"公布日为每月{day}日，遇休假日（含调休）顺延至其后第一个工作日",
        f"it is day {day} of a month, or the next working day after the swaps of the year",
    )


def works(notice: Mapping[str, Any], day: date) -> bool:
    """Whether courts work on a day, by the notice of its year."""
    if day.isoformat() in notice["days_worked"]:
        return True
    return day.weekday() < calendar.SATURDAY and not any(_holds(span, day) for span in notice["days_off"])


def is_true_day(kind: str, since: date, notices: Notices) -> bool:
    """Whether a value of the series can begin on a day. Without the year's notice, days that might be are admitted."""
    if kind == YEARLY:
        return (since.month, since.day) == (1, 1)
    planned = since.replace(day=_day(kind))
    if notices(since.year) is None:
        put_off = since.weekday() < calendar.SATURDAY and planned <= since <= planned + _LONGEST_HOLIDAY
        return put_off or since == planned
    return since == _publication(planned, notices)


def next_due(kind: str, since: date, notices: Notices) -> date:
    """The first day on which the value after one may begin; without the year's notice the earliest there can be."""
    if kind == YEARLY:
        return date(since.year + 1, 1, 1)
    month = date(since.year + since.month // 12, since.month % 12 + 1, _day(kind))
    return _publication(month, notices)


def follows(kind: str, since: date, after: date) -> bool:
    """Whether the value that begins on `after` is the very next of the series after the one of `since`."""
    if kind == YEARLY:
        return after.year == since.year + 1
    return (after.year * 12 + after.month) - (since.year * 12 + since.month) == 1


def strays(notice: Mapping[str, Any], year: int) -> list[str]:
    """The days of a year's notice that are no days of that year, and the days worked that are no weekend days."""
    spans = [each for each in notice["days_off"] if {part[:4] for part in each.split("/")} != {str(year)}]
    worked = [each for each in notice["days_worked"] if _is_no_worked_weekend(each, year)]
    return spans + worked


def _is_no_worked_weekend(text: str, year: int) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return True
    return day.year != year or day.weekday() < calendar.SATURDAY


def _publication(planned: date, notices: Notices) -> date:
    day = planned
    while (notice := notices(day.year)) is not None and not works(notice, day):
        day += ONE_DAY
    return day


def _holds(span: str, day: date) -> bool:
    first, _, last = span.partition("/")
    return date.fromisoformat(first) <= day <= date.fromisoformat(last or first)


def _day(kind: str) -> int:
    monthly = _MONTHLY.fullmatch(kind)
    if monthly is None:
        raise ValueError(kind)
    return int(monthly[1])
