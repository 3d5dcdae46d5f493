"""Clocks that begin anew: limitation (诉讼时效) and the time to apply for enforcement, with what interrupts them.

An interruption before the end begins the whole period anew, from its day or from the end of the procedure it began
(民法典 第一百九十五条). After the end nothing does, unless the debtor agrees to perform (诉讼时效规定 第十九条).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from legalflow.errors import LawGap
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
class Effect:
    """What an interruption did: `anew` (begins anew in time), `revived` (anew after the end), `late` (after the end,
    nothing) or `none` (before the clock ran, or within a procedure that had it begin later). `last_day` is the end of
    the clock after it."""

    what: str
    last_day: date


@dataclass(frozen=True)
class Clock:
    """A clock after its interruptions: when it ends, and the effect of each interruption in their order."""

    deadline: Deadline
    effects: tuple[Effect, ...]


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


def interruption(law: Law, kind: str, on: date, until: date | None = None) -> Finding[Interruption]:
    """An interruption of a kind with its ground; provisional on a day whose law is not in the data."""
    try:
        value = law.at(_KINDS + kind, on)
    except LawGap:
        value = law.history(_KINDS + kind)[0]
        doubt = f"{in_chinese(on)}{value.zh}的中断效力依当时的规定，尚未载入"
        return Finding(Interruption(on, value.zh, bool(value.value["revives"]), until), provisional=(doubt,))
    found = Interruption(on, value.zh, bool(value.value["revives"]), until, (value.citation,))
    return Finding(found, provisional=value.provisional)


def clock(law: Law, rule: str, start: date, interruptions: Iterable[Interruption]) -> Finding[Clock]:
    """A clock that begins anew with each interruption before it has run out; they are given in order of their days."""
    found = deadline(law, rule, start)
    steps: list[Step] = []
    warnings: list[Warning] = []
    effects: list[Effect] = []
    for each in interruptions:
        late = each.on > found.value.last_day
        if each.on <= found.value.trigger:
            effects.append(Effect("none", found.value.last_day))
            continue
        if late:
            warnings.append(_after_the_end(each, found.value.last_day))
            if not each.revives:
                effects.append(Effect("late", found.value.last_day))
                continue
        steps.append(_began_anew(law, each, late))
        found = deadline(law, rule, each.until or each.on)
        effects.append(Effect("revived" if late else "anew", found.value.last_day))
    value = Clock(found.value, tuple(effects))
    return Finding(value, (*steps, *found.steps), (*found.warnings, *warnings), found.provisional)


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
