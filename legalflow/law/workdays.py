"""Working days, by the yearly notices of the State Council.

A day off (法定休假日) is a Saturday, a Sunday or a public holiday as swapped by the notice of its year; a weekend day
swapped into a working day is none. Where the year's notice is not in the data, weekends alone are known, and whatever
rests on them is provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legalflow.errors import LawGap
from legalflow.law import publication
from legalflow.law.catalogue import HOLIDAYS, Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step
from legalflow.values.dates import ONE_DAY

_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Days off and weekend days worked as somebody states them; they come before the notices in the data.

    A year of which any day is stated counts as known in full, so that a notice can be used before it is loaded.
    """

    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()

    def knows(self, day: date) -> bool:
        """Whether the day's year is stated."""
        return any(each.year == day.year for each in self.days_off | self.days_worked)

    def works(self, day: date) -> bool:
        """Whether courts work on a day of a year that is stated."""
        return day in self.days_worked or (day.weekday() < _SATURDAY and day not in self.days_off)


def is_working_day(law: Law, day: date, stated: Calendar | None = None) -> Finding[bool]:
    """Whether courts work on a day; provisional where the notice of its year is neither in the data nor `stated`."""
    if stated is not None and stated.knows(day):
        return Finding(stated.works(day))
    weekday = day.weekday() < _SATURDAY
    try:
        table = law.at(HOLIDAYS, day)
    except LawGap:
        return Finding(weekday, provisional=(f"{day.year}年节假日安排尚未载入（{HOLIDAYS}），仅按周末推算",))
    works = publication.works(table.value, day)
    what = f"{day}{'是工作日' if works else '是休假日'}"
    return Finding(works, (Step(what, "", str(works).lower(), (table.citation,)),), provisional=table.provisional)


def roll(law: Law, day: date, stated: Calendar | None = None) -> Finding[date]:
    """The day itself if it is a working day, else the next one that is (民事诉讼法 期间, 民法典 第二百零三条)."""
    doubts: list[str] = []
    citations: list[Citation] = []
    rolled = day
    while True:
        working = is_working_day(law, rolled, stated)
        doubts += working.provisional
        citations += working.citations
        if working.value:
            break
        rolled += ONE_DAY
    said = "最后一日为工作日，不顺延" if rolled == day else f"最后一日{day}为休假日，顺延至其后第一个工作日"
    step = Step("休假日顺延", said, rolled.isoformat(), tuple(dict.fromkeys(citations)))
    return Finding(rolled, (step,), provisional=tuple(dict.fromkeys(doubts)))
