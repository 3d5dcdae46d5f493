"""`legalflow calc guarantee`: the mode and period of a guarantee (保证), and whether the guarantor is still liable.

One guarantor at a time: the acts against one do not count for another (担保制度解释 第二十九条).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from legalflow.cli.operation import Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid, LawGap, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.guarantees import (
    Act,
    defence_lost,
    effect,
    is_until_repaid,
    keeping,
    maximum_start,
    mode_of,
    period_of,
    period_until,
)
from legalflow.law.periods import Deadline, deadline
from legalflow.values.dates import in_chinese

MODES = {"joint": "连带责任保证", "ordinary": "一般保证"}


class ActFacts(Facts):
    """What the creditor did. `signature` is the guarantor's on a dunning letter (催款通知书)."""

    kind: Literal["demand", "suit", "arbitration", "signature"] = fact("行为")
    on: Day = fact("发生之日（到达、提交、签字之日）")
    against: list[Literal["debtor", "guarantor"]] = fact("对象", min_length=1, max_length=2)
    withdrawn: bool = fact("起诉或者申请已撤回", False)
    served: bool = fact("撤回前副本已送达保证人", False)


class MaximumFacts(Facts):
    """A maximum-amount guarantee (最高额保证): when the debts were fixed, and when the last of them falls due."""

    fixed_on: Day = fact("债权确定之日")
    last_due: Day = fact("最后到期债权的履行期限届满之日")


class EnforcementFacts(Facts):
    """Enforcement against the debtor, from which an ordinary guarantor's own limitation follows."""

    applied_on: Day = fact("法院收到申请执行书之日")
    ruling_served_on: Day | None = fact("终本或者终结执行裁定送达债权人之日", None)


class GuaranteeFacts(Facts):
    """A guarantee as written and what the creditor did about it."""

    signed: Day = fact("保证合同签订之日")
    mode: Literal["joint", "ordinary"] | None = fact("约定的保证方式", None, description="未约定或者约定不明的不填")
    period_months: int | None = fact("约定的保证期间（月）", None, ge=1, le=1200)
    period_until: Day | None = fact("约定的保证期间届满之日", None, description="与 period_months 不并用")
    period_wording: str = fact("保证期间的约定原文", "", max_length=200, description="例如“直至主债务还清”")
    due: Day = fact("主债务履行期限届满之日（提前到期的为提前到期之日）")
    acts: list[ActFacts] = fact("债权人的行为", [], max_length=1000)
    maximum: MaximumFacts | None = fact("最高额保证", None, description="其保证期间不自 due 起算")
    enforcement: EnforcementFacts | None = fact("对债务人的执行", None, description="仅用于一般保证债务诉讼时效的起算")
    as_of: Day = fact("截至日", description="其后的行为不计")


@dataclass(frozen=True)
class _Judged:
    """An act as given, with what it does for the guarantee."""

    given: ActFacts
    act: Act
    effect: str


def run(facts: GuaranteeFacts, law: Law) -> dict[str, Any]:
    """Mode, last day of the period, whether the guarantor is liable and why, and the clock that then begins."""
    Invalid.raise_any(_problems(facts))
    mode = mode_of(law, facts.signed, facts.mode or "")
    start = _start(facts, law)
    period = _period(facts, law, start.value)
    last = period.value.last_day
    judged = [
        _judged(each, mode.value, facts, start.value, last) for each in sorted(facts.acts, key=lambda each: each.on)
    ]
    kept = keeping(mode.value, [each.act for each in judged if each.given.on <= facts.as_of], start.value, last)
    liable = "liable" if kept else "released" if facts.as_of > last else "open"
    why = _why(law, mode.value, kept, liable, last)
    begins = _begins(facts, law, mode.value, kept)
    clock = _clock(law, mode.value, kept, begins.value)
    return {
        "mode": mode.value,
        "mode_term": MODES[mode.value],
        "period_last_day": last.isoformat(),
        "nominal": period.value.nominal.isoformat(),
        "liable": liable,
        "why": why.value,
        "acts": [{"kind": each.given.kind, "on": each.given.on.isoformat(), "effect": each.effect} for each in judged],
        "limitation_starts": clock.value.trigger.isoformat() if clock.value else None,
        "limitation_expires": clock.value.last_day.isoformat() if clock.value else None,
    } | reasons(mode, start, period, why, *_acts_said(law, judged), begins, clock, _oddities(facts))


def _start(facts: GuaranteeFacts, law: Law) -> Finding[date]:
    """The day the period runs from: the debt's, or for a maximum amount the later of fixing and last due day."""
    if facts.maximum is None:
        return Finding(facts.due)
    return maximum_start(law, facts.maximum.fixed_on, facts.maximum.last_due)


def _period(facts: GuaranteeFacts, law: Law, start: date) -> Finding[Deadline]:
    if facts.period_until is not None:
        return period_until(law, start, facts.signed, facts.period_until)
    return period_of(law, start, facts.signed, facts.period_months, facts.period_wording)


def _begins(facts: GuaranteeFacts, law: Law, mode: str, kept: Act | None) -> Finding[date | None]:
    """The day the guarantor's own limitation runs from: a joint one's from the act, an ordinary one's from later."""
    if kept is None:
        return Finding(None)
    if mode == "joint":
        return Finding(kept.on)
    given = facts.enforcement
    if given is None or given.applied_on > facts.as_of:
        return Finding(None)
    return defence_lost(law, given.applied_on, given.ruling_served_on, facts.as_of)


def _problems(facts: GuaranteeFacts) -> Iterator[Problem]:
    if facts.period_until is not None and facts.period_months is not None:
        yield Problem(
            "guarantee.period_twice",
            "period_until 与 period_months 只能给出一项",
            "give either period_until or period_months",
            "period_until",
            str(facts.period_until),
            mend="保留合同写明的一种，删去另一项",
            mend_en="keep the one the contract states",
        )
    given = facts.enforcement
    if given is not None and given.ruling_served_on is not None and given.ruling_served_on < given.applied_on:
        yield Problem(
            "guarantee.ruling_before_application",
            "裁定送达之日早于申请执行之日",
            "the ruling was served before the application",
            "enforcement.ruling_served_on",
            str(given.ruling_served_on),
            mend="核对申请执行之日与裁定送达之日",
            mend_en="look at both days again",
        )
    if (
        facts.period_until is None
        and facts.period_wording.strip()
        and facts.period_months is None
        and not is_until_repaid(facts.period_wording)
    ):
        yield Problem(
            "guarantee.period_unread",
            "保证期间的约定无法自动识别",
            "the wording of the period is not understood",
            "period_months",
            facts.period_wording[:80],
            "请以月数填写 period_months，例如三年为 36",
            "give period_months, for example 36 for three years",
        )
    for index, each in enumerate(facts.acts):
        place = f"acts[{index}]"
        if each.kind in {"demand", "signature"} and (each.withdrawn or each.served):
            yield Problem(
                "guarantee.not_a_suit",
                "只有起诉和申请仲裁才有撤回与副本送达",
                "only a suit or arbitration is withdrawn or served",
                f"{place}.{'withdrawn' if each.withdrawn else 'served'}",
                mend="删去该项，或将行为的种类（kind）改为 suit 或 arbitration",
                mend_en="drop it, or let the kind be suit or arbitration",
            )
        if each.kind == "signature" and each.against != ["guarantor"]:
            yield Problem(
                "guarantee.signature",
                "签字须为保证人的签字",
                "the signature is the guarantor's",
                f"{place}.against",
                "、".join(each.against),
                '["guarantor"]',
                '["guarantor"]',
            )


def _judged(each: ActFacts, mode: str, facts: GuaranteeFacts, start: date, last: date) -> _Judged:
    """A signature proves that a demand reached the guarantor; after the period it revives nothing."""
    kind = "demand" if each.kind == "signature" else each.kind
    act = Act(kind, each.on, "debtor" in each.against, "guarantor" in each.against, each.withdrawn, each.served)
    if each.on > facts.as_of:
        return _Judged(each, act, "after_the_day_asked")
    return _Judged(each, act, effect(mode, act, start, last))


def _why(law: Law, mode: str, kept: Act | None, liable: str, last: date) -> Finding[str]:
    """The reason in words, with the article on what keeps a guarantee where the law's data reach back."""
    asked = "对债务人起诉或者申请仲裁" if mode == "ordinary" else "请求保证人承担保证责任"
    if kept is not None:
        words = f"{MODES[mode]}：债权人已于{in_chinese(kept.on)}{asked}，保证期间至{in_chinese(last)}"
    elif liable == "released":
        words = f"{MODES[mode]}：债权人未在{in_chinese(last)}（含当日）之前{asked}，保证人不再承担保证责任"
    else:
        words = f"{MODES[mode]}：保证期间尚未届满，至迟须于{in_chinese(last)}{asked}"
    topic = "articles/guarantee_period_acts"
    reaches = law.history(topic)[0].since <= last
    return Finding(words, (Step("是否承担保证责任", words, liable, (law.cite(topic, last),) if reaches else ()),))


def _acts_said(law: Law, judged: list[_Judged]) -> Iterator[Finding[None]]:
    """What a lawyer should see about withdrawn suits and late signatures."""
    if any(each.given.withdrawn for each in judged):
        yield _rule(law, "guarantees/withdrawn_suit", "guarantee.withdrawn", "a suit was withdrawn")
    if any(each.given.kind == "signature" and each.effect == "late" for each in judged):
        yield _rule(
            law,
            "guarantees/signature_after_end",
            "guarantee.signature_late",
            "a signature after the period does not revive the guarantee, a new guarantee would",
        )


def _rule(law: Law, topic: str, code: str, en: str) -> Finding[None]:
    value = law.history(topic)[-1]
    step = Step(value.zh, value.value, "", (value.citation,))
    return Finding(None, (step,), (Warning(code, f"{value.zh}：{value.value}", en),), value.provisional)


def _clock(law: Law, mode: str, kept: Act | None, begins: date | None) -> Finding[Deadline | None]:
    """Limitation of the guarantee itself, from the day it begins, where that is known."""
    if kept is None:
        return Finding(None)
    if begins is None:
        zh = "一般保证债务的诉讼时效自先诉抗辩权消灭之日起算，本计算不推定该日"
        en = "limitation of an ordinary guarantee starts when the guarantor may no longer refuse; that day is not known"
        return Finding(None, warnings=(Warning("guarantee.limitation_later", zh, en),))
    try:
        found = deadline(law, "guarantee_limitation", begins)
    except LawGap:
        zh, en = "保证债务诉讼时效依当时的规定，尚未载入", "the law on its limitation of that day is not in the data"
        return Finding(None, warnings=(Warning("guarantee.limitation_unknown", zh, en),))
    return Finding(found.value, found.steps, found.warnings, found.provisional)


def _oddities(facts: GuaranteeFacts) -> Finding[None]:
    if facts.signed <= facts.due:
        return Finding(None)
    zh = "保证合同签订于主债务履行期限届满之后，保证期间的起算请律师核实"
    en = "the guarantee was signed after the debt fell due; have the start of its period checked"
    return Finding(None, warnings=(Warning("guarantee.signed_after_due", zh, en),))


_TEXT = {"type": "string"}
_DAY_OR_NONE = {"type": ["string", "null"], "format": "date"}
OPERATION = Operation(
    name="guarantee",
    term="保证期间与保证责任",
    topics=(
        "guarantees/mode_not_stated",
        "deadlines/guarantee_default",
        "articles/guarantee_period_acts",
        "guarantees/withdrawn_suit",
        "guarantees/signature_after_end",
        "deadlines/guarantee_limitation",
        "guarantees/maximum_start",
        "guarantees/ordinary_limitation",
        "guarantees/each_guarantor",
    ),
    facts=GuaranteeFacts,
    run=run,
    result_schema=result(
        mode=_TEXT | {"title": "保证方式", "enum": list(MODES)},
        mode_term=_TEXT | {"title": "保证方式（中文）"},
        period_last_day=day_schema("保证期间的最后一日（顺延后）"),
        nominal=day_schema("计算所得的最后一日"),
        liable=_TEXT
        | {
            "title": "保证人是否承担保证责任",
            "enum": ["liable", "released", "open"],
            "description": "liable 已在保证期间内行使权利；released 不再承担；open 保证期间尚未届满",
        },
        why=_TEXT | {"title": "理由"},
        acts={
            "type": "array",
            "title": "各行为及其效力",
            "items": {
                "type": "object",
                "properties": {
                    "kind": _TEXT | {"title": "行为"},
                    "on": day_schema("发生之日"),
                    "effect": _TEXT
                    | {
                        "title": "效力",
                        "enum": ["keeps", "early", "late", "withdrawn", "other", "after_the_day_asked"],
                        "description": "keeps 行使权利；early 到期前；late 保证期间届满后；withdrawn 已撤回；"
                        "other 不是该保证方式所要求的行为；after_the_day_asked 截至日之后",
                    },
                },
                "required": ["kind", "on", "effect"],
            },
        },
        limitation_starts=_DAY_OR_NONE | {"title": "保证债务诉讼时效的起算日，未知或不适用为空"},
        limitation_expires=_DAY_OR_NONE | {"title": "保证债务诉讼时效的届满日，未知或不适用为空"},
    ),
    example={
        "signed": "2024-08-31",
        "mode": "joint",
        "due": "2025-08-31",
        "acts": [{"kind": "demand", "on": "2026-02-10", "against": ["guarantor"]}],
        "as_of": "2026-11-24",
    },
)
