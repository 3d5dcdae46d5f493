"""Clocks that begin anew: limitation (诉讼时效) and the time to apply for enforcement, with what moves their end.

An interruption before the end begins the whole period anew, from its day or from the end of the procedure it began
(民法典 第一百九十五条). After the end nothing does, unless the debtor agrees to perform (诉讼时效规定 第十九条). An
obstacle in the last six months suspends the period, which then ends six months after the obstacle
(民法典 第一百九十四条); nothing carries limitation beyond twenty years (第一百八十八条).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline, deadline
from legalflow.values.dates import in_chinese

_KINDS = "limitation/interruptions/"


@dataclass(frozen=True)
class Interruption:
    """Something that makes a clock begin anew, in Chinese.

    `revives`: also after the clock has run out (债务人同意履行). `until` is the end of the procedure it began, if it
    ended; the clock then begins anew from there. `grounds` is what it rests on beside the general rule.
    """

    on: date
    zh: str
    revives: bool = False
    until: date | None = None
    grounds: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Obstacle:
    """Something that kept the creditor from acting, in Chinese; `ended` is None while it lasts (障碍尚未消除)."""

    began: date
    zh: str
    ended: date | None = None


@dataclass(frozen=True)
class Effect:
    """What an interruption did: `anew` (begins anew in time), `revived` (anew after the end), `late` (after the end,
    nothing) or `none` (before the clock ran, or within a procedure that had it begin later). `last_day` is the end of
    the clock after it."""

    what: str
    last_day: date


@dataclass(frozen=True)
class Clock:
    """A clock after its interruptions: when it ends, and the effect of each interruption in their order.

    `suspended`: an obstacle that has not ended stands in its last months, so that it ends later than said. `long_stop`
    is the day beyond which nothing carries it; None where it has none.
    """

    deadline: Deadline
    effects: tuple[Effect, ...]
    suspended: bool = False
    long_stop: date | None = None


def whole_debt_due(maturity: date, called: Iterable[date]) -> tuple[date, str]:
    """The day a whole debt fell due and how, in Chinese: its last instalment, or the first day it was called due before
    that (民法典 第一百八十九条)."""
    before = [day for day in called if day < maturity]
    if before:
        return min(before), f"提前到期日{in_chinese(min(before))}"
    return maturity, f"最后一期履行期限届满日{in_chinese(maturity)}"


def kinds(law: Law) -> tuple[str, ...]:
    """Every kind of interruption that `interruption` knows."""
    return tuple(topic.removeprefix(_KINDS) for topic in law.topics() if topic.startswith(_KINDS))


def is_procedure(law: Law, kind: str) -> bool:
    """Whether a kind of interruption begins a procedure, from whose end the period runs anew."""
    return bool(law.history(_KINDS + kind)[-1].value["procedure"])


def interruption(
    law: Law, kind: str, on: date, until: date | None = None, *, part: bool = False, joint: bool = False
) -> Finding[Interruption]:
    """An interruption of a kind with its ground; provisional on a day whose law is not in the data.

    `part`: only part of the debt was claimed, `joint`: from one of several joint debtors; both reach the whole debt and
    all of them (诉讼时效规定 第九条、第十五条), and the ground then says so.
    """
    try:
        value = law.at(_KINDS + kind, on)
    except LawGap:
        value = law.history(_KINDS + kind)[0]
        doubt = f"{in_chinese(on)}{value.zh}的中断效力依当时的规定，尚未载入"
        return Finding(Interruption(on, value.zh, bool(value.value["revives"]), until), provisional=(doubt,))
    reaching = [topic for topic, asked in (("part_of_debt", part), ("joint_debtors", joint)) if asked]
    also = [law.at(f"limitation/{topic}", on) for topic in reaching]
    grounds = (value.citation, *(each.citation for each in also))
    found = Interruption(on, value.zh, bool(value.value["revives"]), until, grounds)
    return Finding(found, provisional=value.provisional)


def clock(
    law: Law,
    rule: str,
    start: date,
    interruptions: Iterable[Interruption],
    obstacles: Iterable[Obstacle] = (),
    long_stop: bool = False,
    on: date | None = None,
) -> Finding[Clock]:
    """A clock that begins anew with each interruption before it has run out; they are given in order of their days.

    `obstacles` suspend it in its last months; one that has not ended lasts until `on`, the day asked, at least (for
    good where none is named). With `long_stop` the clock never ends later than twenty years after `start`.
    """
    hindered = sorted(obstacles, key=lambda each: each.began)
    limit = _long_stop(law, start) if long_stop else None
    found = _held(law, deadline(law, rule, start), hindered, limit)
    steps: list[Step] = []
    warnings: list[Warning] = []
    effects: list[Effect] = []
    for each in interruptions:
        late = each.on > found.value.last_day and not _is_suspended(law, found.value, hindered, each.on)
        if each.on <= found.value.trigger:
            effects.append(Effect("none", found.value.last_day))
            continue
        if late:
            warnings.append(_after_the_end(each, found.value.last_day))
            if not each.revives:
                effects.append(Effect("late", found.value.last_day))
                continue
        steps.append(_began_anew(law, each, late))
        found = _held(law, deadline(law, rule, each.until or each.on), hindered, None if late else limit)
        effects.append(Effect("revived" if late else "anew", found.value.last_day))
    suspended = _is_suspended(law, found.value, hindered, on)
    if suspended:
        warnings.append(_still_suspended(found.value.last_day))
    value = Clock(found.value, tuple(effects), suspended, limit.value.last_day if limit else None)
    return Finding(value, (*steps, *found.steps), (*found.warnings, *warnings), found.provisional)


def _long_stop(law: Law, start: date) -> Finding[Deadline] | None:
    """The day beyond which nothing carries limitation; None where it leaves the calendar or the data."""
    try:
        return deadline(law, "limitation_long", start)
    except (LawGap, Invalid):
        return None


def _held(
    law: Law, found: Finding[Deadline], obstacles: list[Obstacle], limit: Finding[Deadline] | None
) -> Finding[Deadline]:
    """A period as suspended by the obstacles in its last months, and ended by its long stop."""
    for each in obstacles:
        if each.ended is not None and _stands_in_the_way(law, found.value, each, each.ended):
            found = _suspended(law, found, each, each.ended)
    if limit is None or found.value.last_day <= limit.value.last_day:
        return found
    stop = limit.value
    step = Step("最长时效", f"最长不超过{in_chinese(stop.last_day)}", stop.last_day.isoformat(), limit.citations[:1])
    ended = replace(found.value, nominal=stop.nominal, last_day=stop.last_day, rolled=stop.rolled)
    joined = tuple(dict.fromkeys((*found.provisional, *limit.provisional)))
    return Finding(ended, (*found.steps, step), found.warnings, joined)


def _stands_in_the_way(law: Law, period: Deadline, each: Obstacle, until: date | None) -> bool:
    """Whether an obstacle that lasted until a day (None: it lasts) lies in the last six months of a period.

    A period that ended before the civil law counted so is not suspended: the older rule is not in the data.
    """
    try:
        last_months = deadline(law, "limitation_last_months", period.last_day).value.last_day
    except LawGap:
        return False
    return each.began <= period.last_day and (until is None or until > max(last_months, period.trigger))


def _suspended(law: Law, found: Finding[Deadline], each: Obstacle, ended: date) -> Finding[Deadline]:
    """The period moved to six months after the obstacle, where that is later."""
    after = deadline(law, "limitation_suspension", ended)
    if after.value.last_day <= found.value.last_day:
        return found
    words = f"{in_chinese(each.began)}起{each.zh}，{in_chinese(ended)}消除，期间自消除之日起满六个月届满"
    step = Step("中止", words, after.value.last_day.isoformat(), after.citations[:1])
    moved = replace(found.value, nominal=after.value.nominal, last_day=after.value.last_day, rolled=after.value.rolled)
    doubts = tuple(dict.fromkeys((*found.provisional, *after.provisional)))
    return Finding(moved, (*found.steps, step, *after.steps), found.warnings, doubts)


def _is_suspended(law: Law, period: Deadline, obstacles: list[Obstacle], on: date | None) -> bool:
    """Whether an obstacle that has not ended stands in the last months of a period on a day."""
    return any(each.ended is None and _stands_in_the_way(law, period, each, on) for each in obstacles)


def _still_suspended(last: date) -> Warning:
    return Warning(
        "limitation.suspended",
        f"中止时效的障碍尚未消除：届满日不早于{in_chinese(last)}，障碍消除后须重新计算",
        f"an obstacle lasts: the period ends no earlier than {last}, and later once the obstacle has ended",
    )


def _began_anew(law: Law, each: Interruption, late: bool) -> Step:
    """The step of an interruption; cited where the law's data reach back to its day."""
    topic = "limitation/consent_after_end" if late else "articles/limitation_interruption"
    reaches = law.history(topic)[0].since <= each.on
    cited = (law.cite(topic, each.on),) if reaches else ()
    ended = f"，程序于{in_chinese(each.until)}终结" if each.until else ""
    grounds = tuple(dict.fromkeys((*cited, *each.grounds)))
    return Step("中断", f"{in_chinese(each.on)}{each.zh}{ended}，重新计算", each.on.isoformat(), grounds)


def _after_the_end(each: Interruption, last: date) -> Warning:
    zh = "同意履行可视为放弃时效抗辩，请律师核实" if each.revives else "不产生中断效力"
    return Warning(
        "limitation.after_end",
        f"{in_chinese(each.on)}{each.zh}时，期间已于{in_chinese(last)}届满：{zh}",
        f"on {each.on} the period had ended on {last}",
    )
