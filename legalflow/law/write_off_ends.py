"""Around a booking: rulings that serve for other loans, what ends a debt altogether, and the duties that follow.

A booking ends nothing: the claim lives, is pursued, and enforcement resumes where assets appear
(财金〔2017〕90号 第四条, 第十四至十六条). That enforcement was
terminated for this time (终结本次执行) alone is never an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from legalflow.errors import Invalid
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import deadline
from legalflow.law.write_offs import CROSS_USE, STATES, Case, Ending, state_of
from legalflow.values.dates import ONE_DAY, add_years

_LAST_MONTH = 12


@dataclass(frozen=True)
class CrossUse:
    """Whether a ruling on another loan serves for this one: a state of `STATES`, the papers missing, the ground."""

    state: str
    missing: tuple[str, ...]
    ground: str


@dataclass(frozen=True)
class Ended:
    """An ending by its kind and words; `since` is the first day on which the debt is at its end, None: never by it."""

    kind: str
    zh: str
    since: date | None
    complete: bool


@dataclass(frozen=True)
class Duty:
    """What is owed after a booking. `limit`: `last_day`, `none` (free of any period by law) or `not_stated`."""

    id: str
    zh: str
    since: date
    last_day: date | None
    limit: str


def cross_use(law: Law, case: Case) -> Finding[CrossUse | None]:
    """Whether a ruling on another loan of the borrower serves for this one; None where there is no such ruling."""
    other = case.other_loan
    if other is None:
        return Finding(None)
    value = law.at(CROSS_USE[other.obtained_by], case.as_of)
    fits = other.ruling in value.value["rulings"] and other.security in value.value["security"]
    missing = tuple(paper for paper in value.value["evidence"] if paper not in case.evidence) if fits else ()
    state = state_of(fits, missing, False)
    words = "担保不优于已有裁定的贷款" if other.security == "no_better" else "担保优于已有裁定的贷款"
    step = Step(value.zh, f"{other.on} 的裁定；{words}", STATES[state], (value.citation,))
    return Finding(CrossUse(state, missing, str(value.citation)), (step,), (), value.provisional)


def ended(law: Law, case: Case) -> Finding[tuple[Ended, ...]]:
    """Whether each ending ends the debt altogether, and from which day."""
    value = law.at("write_off/complete_end", case.as_of)
    rules = {row["id"]: row for row in value.value}
    rows, steps = [], []
    for each in case.endings:
        rule = rules[each.kind]
        since = None if rule.get("never") else _complete_from(each, rule)
        complete = since is not None and since <= case.as_of
        rows.append(Ended(each.kind, rule["zh"], since, complete))
        words = f"自 {since} 起" if since else "单凭此不构成完结"
        steps.append(Step(rule["zh"], words, "完结" if complete else "未完结", (value.citation,)))
    return Finding(tuple(rows), tuple(steps), (), value.provisional if rows else ())


def _complete_from(each: Ending, rule: dict[str, Any]) -> date:
    """The first day on which an ending is complete; where years must be exceeded, the day after they are full."""
    start = each.remedies_since if rule.get("from") == "remedies_since" else each.on
    assert start is not None  # a case without it is refused by `write_offs.problems`
    if "after" not in rule:
        return start
    try:
        full = add_years(start, int(rule["after"])) + (ONE_DAY if rule["exceeds"] else ONE_DAY * 0)
    except (OverflowError, ValueError):
        raise Invalid.one(
            "period.out_of_calendar",
            "期间超出公历可表示的范围",
            "the period leaves the calendar",
            found=str(start),
            mend="核对日期的年份",
            mend_en="look at the year",
        ) from None
    return max(full, each.on)


def duties(law: Law, case: Case, stays_open: bool) -> Finding[tuple[Duty, ...]]:
    """What is owed after booking: fix responsibility, audit, report, keep pursuing, resume where assets appear."""
    booked = case.written_off_on
    if booked is None:
        return Finding(())
    year_end = date(booked.year, _LAST_MONTH, 31)
    rows: list[Duty] = []
    grounds: Finding[None] = Finding(None)
    for rule, trigger in (
        ("write_off_accountability", booked),
        ("write_off_audit", year_end),
        ("write_off_report", year_end),
    ):
        timed = deadline(law, rule, trigger)
        rows.append(Duty(rule, timed.value.zh, trigger, timed.value.last_day, "last_day"))
        grounds = Finding[None](None).because(timed).because(grounds)
    if stays_open:
        keep = law.at("write_off/file_stays_open", booked)
        rows.append(Duty("keep_pursuing", keep.value, booked, None, "not_stated"))
        grounds = _stepped(keep).because(grounds)
    if stays_open and case.assets_found_on is not None:
        resumed = _resumption(law, case, case.assets_found_on)
        rows.append(resumed.value)
        grounds = Finding[None](None).because(resumed).because(grounds)
    return Finding(tuple(rows)).because(grounds)


def reviews(law: Law, booked: date, until: date) -> Finding[tuple[Duty, ...]]:
    """The yearly reviews of a written-off claim that stays open: every one due so far and the next after `until`."""
    rows: list[Duty] = []
    grounds: Finding[None] = Finding(None)
    since = booked
    while not rows or (rows[-1].last_day or until) < until:
        timed = deadline(law, "write_off_file_review", since)
        rows.append(Duty("write_off_file_review", timed.value.zh, since, timed.value.last_day, "last_day"))
        grounds = Finding[None](None).because(timed).because(grounds)
        since = timed.value.last_day
    return Finding(tuple(rows)).because(grounds)


def _resumption(law: Law, case: Case, on: date) -> Finding[Duty]:
    """Assets were found: apply to resume, without any time limit where enforcement was terminated for this time."""
    duty = law.at("write_off/resume_enforcement", on)
    if any(each.kind == "terminated_this_time" for each in case.endings):
        free = law.at("write_off/resume_no_time_limit", on)
        found = Finding(Duty("resume_enforcement", duty.value, on, None, "none"))
        return found.because(_stepped(free)).because(_stepped(duty))
    warning = Warning(
        "write_off.enforcement_state",
        "未给出终结本次执行程序的裁定，申请执行的期间另行判断",
        "no ruling terminating enforcement for this time is given: the period to apply is judged separately",
    )
    found = Finding(Duty("resume_enforcement", duty.value, on, None, "not_stated"), (), (warning,))
    return found.because(_stepped(duty))


def _stepped(value: Value) -> Finding[None]:
    return Finding(None, (Step(value.zh, "", value.value, (value.citation,)),), (), value.provisional)
