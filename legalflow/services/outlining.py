"""What becomes of an invented matter, in outline: which steps, on which days, and where it stands at the end.

The days are counted back from the office's, so that the last step was some days ago; none falls on a weekend. The
weights are those of a portfolio that has been worked on for two years: many in demand and suit, some in enforcement,
few over.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Gap = tuple[int, int]  # at least and at most so many days after the step before


@dataclass(frozen=True)
class Step:
    """One step of a course, by the name `rehearsing` knows it by, and its day."""

    name: str
    on: date


@dataclass(frozen=True)
class Outline:
    """A course: the stage it ends at, and its steps after the hand-over."""

    stage: str
    opened_on: date
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Way:
    """A way to a stage: how often it is gone, for how many days the matter has stood there, and its steps in order."""

    weight: int
    stage: str
    stood: Gap
    steps: tuple[str, ...]
    companies: bool = False  # natural persons cannot go this way


_CHECKED = ("checked",)
_DEMANDED = (*_CHECKED, "demand", "letter")
_DECIDED = (*_DEMANDED, "suit")
_FILED = (*_DECIDED, "firm", "papers", "filed")
_FEE = (*_FILED, "fee_notice")
_ACCEPTED = (*_FEE, "fee", "accepted")
_HEARING = (*_ACCEPTED, "complaint_served", "hearing_set")
_HEARD = (*_HEARING, "heard")
_JUDGED = (*_HEARD, "judged", "judgment_served")
_EFFECT = (*_JUDGED, "effect")
_PREPARED = (*_EFFECT, "prepared")
_ENFORCED = (*_PREPARED, "application", "applied", "docketed")
_SEIZED = (*_ACCEPTED, "preservation", "preservation_ruled", "seized")
_WAYS = (
    _Way(6, "A00", (0, 12), ()),
    _Way(7, "A05", (1, 20), _CHECKED),
    _Way(12, "A10", (2, 70), _DEMANDED),
    _Way(4, "A12", (10, 200), (*_DEMANDED, "plan")),
    _Way(3, "A15", (1, 15), (*_DEMANDED, "proposed")),
    _Way(8, "A20", (1, 40), _DECIDED),
    _Way(5, "A25", (1, 20), _FILED),
    _Way(2, "A30", (3, 40), (*_FILED, "mediation")),
    _Way(2, "A35", (0, 8), _FEE),
    _Way(4, "A40", (1, 30), _ACCEPTED),
    _Way(2, "A40", (5, 60), _SEIZED),
    _Way(2, "A42", (2, 30), (*_ACCEPTED, "complaint_served")),
    _Way(4, "A45", (1, 15), _HEARING),
    _Way(3, "A47", (2, 40), _HEARD),
    _Way(5, "A50", (1, 12), _JUDGED),
    _Way(2, "A52", (5, 80), (*_JUDGED, "appeal")),
    _Way(4, "A55", (5, 90), _EFFECT),
    _Way(2, "A55", (5, 120), (*_DECIDED, "arbitration", "award")),
    _Way(1, "A85", (10, 90), (*_DECIDED, "arbitration")),
    _Way(2, "A60", (1, 30), _PREPARED),
    _Way(7, "A65", (5, 150), _ENFORCED),
    _Way(2, "A67", (10, 150), (*_ENFORCED, "settlement")),
    _Way(6, "A70", (20, 500), (*_ENFORCED, "recovered", "stayed")),
    _Way(1, "A70", (20, 500), (*_ENFORCED, "stayed", "off_prepared")),
    _Way(1, "A78", (3, 60), (*_ENFORCED, "recovered", "paid")),
    _Way(3, "A90", (20, 300), (*_ENFORCED, "recovered", "paid", "closed")),
    _Way(1, "A90", (20, 200), (*_DEMANDED, "settled", "closed_settled")),
    _Way(2, "A80", (10, 200), (*_DEMANDED, "bankrupt", "bankruptcy_claim"), companies=True),
)
_GAPS: dict[str, Gap] = {
    "checked": (1, 6), "demand": (1, 4), "letter": (3, 12), "plan": (4, 20), "proposed": (3, 20), "suit": (5, 30),
    "firm": (0, 4), "papers": (2, 12), "filed": (1, 4), "mediation": (3, 10), "fee_notice": (4, 14), "fee": (1, 6),
    "accepted": (1, 6), "preservation": (0, 3), "preservation_ruled": (2, 5), "seized": (3, 12),
    "complaint_served": (6, 20), "hearing_set": (1, 6), "heard": (22, 45), "judged": (8, 30),
    "judgment_served": (4, 14), "appeal": (5, 14), "effect": (30, 34), "arbitration": (3, 12), "award": (60, 110),
    "prepared": (14, 40), "application": (1, 8), "applied": (1, 4), "docketed": (3, 8), "settlement": (15, 60),
    "recovered": (20, 80), "stayed": (60, 150), "off_prepared": (30, 90), "paid": (2, 8), "closed": (1, 15),
    "settled": (10, 40), "closed_settled": (1, 6), "bankrupt": (10, 60), "bankruptcy_claim": (10, 25),
}  # fmt: skip


def outline(chance: random.Random, on: date, *, company: bool) -> Outline:
    """A course that ends some days before a day."""
    ways: Sequence[_Way] = [each for each in _WAYS if company or not each.companies]
    way = chance.choices(ways, [each.weight for each in ways])[0]
    day = _working(on - timedelta(days=chance.randint(*way.stood)))
    days = []
    for name in reversed(way.steps):
        days.append(Step(name, day))
        day = _working(day - timedelta(days=chance.randint(*_GAPS[name])))
    return Outline(way.stage, day, tuple(reversed(days)))


def _working(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))
