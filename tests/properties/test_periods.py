"""What must hold of every last day: it is a working day wherever it rolls, and no later than it has to be.

The days off of 2024 to 2026 are written out here a second time, from the published calendars.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.slow_calculator import months_on
from tests.properties.asking import asked

OFF = """
2024-01-01 2024-02-10:17 2024-04-04:06 2024-05-01:05 2024-06-10 2024-09-15:17 2024-10-01:07
2025-01-01 2025-01-28:31 2025-02-01:04 2025-04-04:06 2025-05-01:05 2025-05-31 2025-06-01:02 2025-10-01:08
2026-01-01:03 2026-02-15:23 2026-04-04:06 2026-05-01:05 2026-06-19:21 2026-09-25:27 2026-10-01:07
"""
WORKED = """
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


def days(table: str) -> set[date]:
    """The days of a table; `2024-02-10:17` is the 10th to the 17th."""
    found = set()
    for entry in table.split():
        first, _, last = entry.partition(":")
        day = date.fromisoformat(first)
        found |= {day + timedelta(days=more) for more in range(int(last or day.day) - day.day + 1)}
    return found


HOLIDAYS, WORKED_WEEKENDS = days(OFF), days(WORKED)


def is_working(day: date) -> bool:
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in HOLIDAYS)


ROLLING = [
    "appeal_judgment",
    "appeal_ruling",
    "answer",
    "fee_payment",
    "presuit_suit",
    "payment_order_object",
    "retrial",
]

triggers = st.dates(date(2024, 1, 1), date(2026, 9, 30))


@settings(max_examples=150, deadline=None)
@given(triggers, st.integers(1, 90))
def test_a_period_in_days_ends_on_the_first_working_day_from_its_last_day_on(trigger: date, length: int) -> None:
    nominal = trigger + timedelta(days=length)
    last = nominal
    while not is_working(last):
        last += timedelta(days=1)
    if last.year > 2026:
        return
    found = asked("deadline", {"trigger": trigger.isoformat(), "length": length, "unit": "day"})
    assert (found["nominal"], found["last_day"]) == (nominal.isoformat(), last.isoformat())
    assert found["rolled"] == (last != nominal)


@settings(max_examples=100, deadline=None)
@given(triggers, st.integers(1, 30))
def test_a_period_in_months_ends_on_the_same_day_or_the_last_of_the_month(trigger: date, length: int) -> None:
    found = asked("deadline", {"trigger": trigger.isoformat(), "length": length, "unit": "month", "roll": False})
    nominal = date.fromisoformat(found["nominal"])
    assert (nominal.year * 12 + nominal.month) - (trigger.year * 12 + trigger.month) == length
    assert nominal.day == trigger.day or (nominal.day < trigger.day and (nominal + timedelta(days=1)).day == 1)
    assert found["last_day"] == found["nominal"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ROLLING), triggers)
def test_a_rule_that_rolls_never_ends_on_a_day_off(rule: str, trigger: date) -> None:
    found = asked("deadline", {"rule": rule, "trigger": trigger.isoformat()})
    last = date.fromisoformat(found["last_day"])
    assert last.year > 2026 or is_working(last)
    assert last >= date.fromisoformat(found["nominal"])


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(4)), st.dates(date(2021, 6, 1), date(2023, 6, 1)))
def test_interruptions_count_in_whatever_order_they_are_told(order: list[int], due: date) -> None:
    events = [
        {"kind": kind, "on": (due + timedelta(days=200 * (index + 1))).isoformat()}
        for index, kind in enumerate(["demand", "part_payment", "message", "acknowledgement"])
    ]
    facts = {"due": due.isoformat(), "as_of": "2026-11-24"}
    told = asked("limitation", {**facts, "events": [events[index] for index in order]})
    assert told == asked("limitation", {**facts, "events": events})
    assert told["nominal"] == months_on(date.fromisoformat(events[-1]["on"]), 36).isoformat()


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 400))
def test_a_history_told_in_any_order_gives_the_same_clocks(random: Random, later: int) -> None:
    history = a_history(later)
    told = asked("clocks", history)["clocks"]
    assert len(told) >= 10
    history["events"] = random.sample(history["events"], k=len(history["events"]))
    assert asked("clocks", history)["clocks"] == told


def a_history(later: int) -> dict[str, Any]:
    """A debt with two guarantors from demand to enforcement, all of it moved by some days."""

    def event(kind: str, on: str, **more: Any) -> dict[str, Any]:
        return {"kind": kind, "on": (date.fromisoformat(on) + timedelta(days=later)).isoformat(), **more}

    return {
        "debt": {
            "due": (date(2023, 5, 31) + timedelta(days=later)).isoformat(),
            "debtors": ["甲"],
            "guarantees": [
                {"guarantor": "乙", "signed": "2022-05-31", "mode": "joint", "period_months": 24},
                {"guarantor": "丙", "signed": "2020-06-30"},
            ],
        },
        "events": [
            event("demand", "2023-08-15", party="甲"),
            event("demand", "2023-10-10", party="乙"),
            event("part_payment", "2023-12-01", party="甲"),
            event("presuit_measure_taken", "2024-01-05", subject="甲账户", variant="deposits"),
            event("suit", "2024-01-20", against=["甲", "乙", "丙"]),
            event("case_accepted", "2024-01-24", variant="ordinary"),
            event("fee_notice", "2024-01-25", variant="acceptance"),
            event("fee_paid", "2024-01-29", variant="acceptance"),
            event("complaint_served", "2024-02-05", party="甲"),
            event("measure_taken", "2024-02-08", subject="丙房屋", variant="real_estate"),
            event("judgment_served", "2024-05-06", party="甲", variant="judgment"),
            event("judgment_served", "2024-05-10", party="乙", variant="judgment"),
        ],
        "as_of": "2026-03-02",
    }
