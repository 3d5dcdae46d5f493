"""Series that an authority keeps publishing: on which days a value can begin, and how long it holds without the next.

The quotation of the loan prime rate is published on the 20th of each month or, where that is a day off, on the next
working day after the swaps of the year (调休); the days off are settled for each year. A value of such a series ends by
itself when the next is due: what was not loaded is a gap, never the value before it.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from legalflow.values.dates import ONE_DAY

MONTHLY, YEARLY = "monthly_20", "yearly"
KINDS = (MONTHLY, YEARLY)
Notices = Callable[[int], Mapping[str, Any] | None]

_DAY = 20
_LONGEST_HOLIDAY = timedelta(days=9)  # where the year's notice is not loaded, the 20th may be put off no further


def works(notice: Mapping[str, Any], day: date) -> bool:
    """Whether courts work on a day, by the notice of its year."""
    if day.isoformat() in notice["days_worked"]:
        return True
    return day.weekday() < calendar.SATURDAY and not any(_holds(span, day) for span in notice["days_off"])


def is_true_day(kind: str, since: date, notices: Notices) -> bool:
    """Whether a value of the series can begin on a day. Without the year's notice, days that might be are admitted."""
    if kind == YEARLY:
        return (since.month, since.day) == (1, 1)
    twentieth = since.replace(day=_DAY)
    if notices(since.year) is None:
        put_off = since.weekday() < calendar.SATURDAY and twentieth <= since <= twentieth + _LONGEST_HOLIDAY
        return put_off or since == twentieth
    return since == _publication(twentieth, notices)


def next_due(kind: str, since: date, notices: Notices) -> date:
    """The first day on which the value after one may begin; without the year's notice the earliest there can be."""
    if kind == YEARLY:
        return date(since.year + 1, 1, 1)
    month = date(since.year + since.month // 12, since.month % 12 + 1, _DAY)
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


def _publication(twentieth: date, notices: Notices) -> date:
    day = twentieth
    while (notice := notices(day.year)) is not None and not works(notice, day):
        day += ONE_DAY
    return day


def _holds(span: str, day: date) -> bool:
    first, _, last = span.partition("/")
    return date.fromisoformat(first) <= day <= date.fromisoformat(last or first)
