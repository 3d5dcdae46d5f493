"""Days, periods and calendar arithmetic; no clock, no holidays (those are law).

A period is half-open: the first day counts, the last does not (算头不算尾).
"""

from __future__ import annotations

import calendar
import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from legalflow.errors import Invalid

ONE_DAY = timedelta(days=1)


def day(text: str | date) -> date:
    """A day from ISO text (`2026-02-24`); anything else is refused.

    >>> day("2026-02-24")
    datetime.date(2026, 2, 24)
    """
    if isinstance(text, date):
        return text
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise Invalid.one(
            "date.invalid",
            "日期须为实际存在的日历日，格式 YYYY-MM-DD",
            "a date is a real calendar day written YYYY-MM-DD",
            found=str(text)[:40],
            mend="例如 2026-02-24：月、日各两位，以 - 相隔",
            mend_en="for example 2026-02-24: month and day of two figures, with hyphens",
        ) from None


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to but not including `end_exclusive`.

    >>> Period.of("2024-02-28", "2024-03-01").days
    2
    """

    start: date
    end_exclusive: date

    def __post_init__(self) -> None:
        if self.end_exclusive < self.start:
            raise Invalid.one(
                "period.reversed",
                f"期间的终点 {self.end_exclusive} 早于起点 {self.start}",
                f"the period ends {self.end_exclusive} before it starts {self.start}",
                field="end_exclusive",
                mend="将终点改为不早于起点的日期；期间含起日、不含止日",
                mend_en="end it no earlier than it starts; a period holds its start and not its end",
            )

    @classmethod
    def of(cls, start: str | date, end_exclusive: str | date) -> Period:
        """A period from ISO texts or days."""
        return cls(day(start), day(end_exclusive))

    @property
    def days(self) -> int:
        """How many days the period holds."""
        return (self.end_exclusive - self.start).days

    def overlap(self, other: Period) -> Period | None:
        """The days common to both periods, or None."""
        start = max(self.start, other.start)
        end = min(self.end_exclusive, other.end_exclusive)
        return Period(start, end) if start < end else None

    def cut(self, *days: date) -> list[Period]:
        """The period cut at each given day that lies strictly inside it."""
        marks = sorted({mark for mark in days if self.start < mark < self.end_exclusive})
        edges = [self.start, *marks, self.end_exclusive]
        return [Period(a, b) for a, b in itertools.pairwise(edges)]


def add_months(start: date, months: int) -> date:
    """The corresponding day so many months later; the month's last day where there is none (民法典 第二百零二条).

    >>> add_months(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, start.day if start.day < 29 else min(start.day, _days_of(year, month + 1)))


def _days_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def add_years(start: date, years: int) -> date:
    """The corresponding day so many years later (民法典 第二百零二条)."""
    return add_months(start, 12 * years)


def in_chinese(on: date) -> str:
    """A day as documents print it: Arabic figures, no leading zeros.

    >>> in_chinese(date(2026, 3, 1))
    '2026年3月1日'
    """
    return f"{on.year}年{on.month}月{on.day}日"
