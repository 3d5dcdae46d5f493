"""`legalflow calc clocks`: everything that falls due in a history of events, and why.

The table that answers it is the one a matter's page is answered from (`legalflow.matters.clocks`): the same facts give
the same clocks.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from legalflow.cli.operation import Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.parties import Guarantee
from legalflow.matters.clocks import Due, Gap, needs_day, variants_of
from legalflow.matters.deadlines import falling_due
from legalflow.matters.happenings import ABROAD, KINDS, Debt, Happening, History

_ASSETS = frozenset(
    ["measure_taken", "presuit_measure_taken", "measure_renewed", "measure_renewal_applied", "measure_lifted"]
)
_NOTICED = ("complaint", "judgment", "ruling")
# What an event of a kind is about where nothing else is said, so that what answers it finds it.
_SUBJECTS = {"act_objected": "enforcement_objection", "third_party_objected": "third_party_objection"}


class EventFacts(Facts):
    """One thing that happened. What is sent counts from its arrival, a procedure from its filing."""

    kind: str = fact("事项", max_length=60, json_schema_extra={"enum": list(KINDS)})
    on: Day = fact("发生之日（送达、到达、提交之日）")
    party: str = fact("当事人（收到人、提出人）", "", max_length=200)
    subject: str = fact(
        "对象", "", max_length=200, description="财产名称；公告送达的为 complaint、judgment 或 ruling；裁定的为其事项"
    )
    variant: str = fact("类别", "", max_length=60, description="财产种类、费用种类、审理程序、裁定事项等")
    until: Day | None = fact("随同载明的日期", None, description="届满日、开庭日、履行期满日或者程序终结之日")
    days: int | None = fact("判决所定履行期限（日）", None, ge=1, le=36500, description="仅用于 took_effect")
    against: list[str] = fact("被告、被申请人", [], max_length=200)
    abroad: bool = fact("受送达人是否在国外", False)


class GuaranteeTerms(Facts):
    """A guarantee (保证) as written."""

    guarantor: str = fact("保证人", min_length=1, max_length=200)
    signed: Day = fact("保证合同签订之日")
    mode: Literal["joint", "ordinary"] | None = fact("约定的保证方式", None, description="未约定或者约定不明的不填")
    period_months: int | None = fact("约定的保证期间（月）", None, ge=1, le=1200)
    period_wording: str = fact("保证期间的约定原文", "", max_length=200)
    maximum: bool = fact("是否最高额保证", False)


class DebtFacts(Facts):
    """The debt: its last due day, or the due days of its instalments."""

    due: Day | None = fact("履行期限届满之日", None)
    instalments: list[Day] = fact("各期履行期限届满之日", [], max_length=1000)
    accelerated_on: Day | None = fact("提前到期之日", None)
    debtors: list[str] = fact(
        "债务人（借款人、共同借款人）", [], max_length=200, description="不填的，任何人均视为债务人"
    )
    guarantees: list[GuaranteeTerms] = fact("保证", [], max_length=200)
    mortgagors: list[str] = fact("抵押人", [], max_length=200)


class ClocksFacts(Facts):
    """A history, in any order."""

    debt: DebtFacts | None = fact("债权", None, description="不填的，不计算诉讼时效和保证期间")
    events: list[EventFacts] = fact("经过", [], max_length=5000)
    as_of: Day = fact("截至日", description="其后的事项不计")


def run(facts: ClocksFacts, law: Law) -> dict[str, Any]:
    """Every clock that runs or ran by the day asked, open ones first, those nearest their end first."""
    Invalid.raise_any(_problems(facts))
    happenings = [_happening(each, facts) for each in facts.events]
    history = History.of(_debt(facts.debt), happenings, facts.as_of)
    found, gaps = falling_due(history, law, facts.as_of, internal=True)
    later = sum(each not in history.happenings for each in happenings)
    return {"clocks": [_row(each) for each in found]} | reasons(_joined(found, gaps, later))


def _problems(facts: ClocksFacts) -> Iterator[Problem]:
    debt = facts.debt
    if debt is not None and (debt.due is None) == (not debt.instalments):
        yield Problem(
            "clocks.due_or_instalments",
            "须给出 due 或 instalments 之一",
            "give either due or instalments",
            "debt.due",
            mend="一次到期的填 due，分期的填 instalments，删去另一项",
            mend_en="due for one day, instalments for several; drop the other",
        )
    for index, each in enumerate(facts.events):
        yield from _event_problems(each, f"events[{index}]")


def _event_problems(each: EventFacts, place: str) -> Iterator[Problem]:
    if each.kind not in KINDS:
        near = "、".join(difflib.get_close_matches(each.kind, KINDS, 3, 0.4) or KINDS)
        yield Problem(
            "clocks.unknown_kind", "没有这种事项", "there is no such kind", f"{place}.kind", each.kind, near, near
        )
        return
    known = variants_of(each.kind)
    if known and _variant(each) not in known:
        choices = "、".join(sorted(name for name in known if name and not name.endswith(ABROAD)))
        yield Problem(
            "clocks.variant",
            f"“{KINDS[each.kind]}”须写明类别",
            f"{each.kind} needs its variant",
            f"{place}.variant",
            each.variant,
            choices,
            choices,
        )
    if needs_day(each.kind, each.variant) and each.until is None:
        yield Problem(
            "clocks.until",
            f"“{KINDS[each.kind]}”须写明随同载明的日期",
            f"{each.kind} needs the day stated with it",
            f"{place}.until",
            mend="补充文书载明的日期，例如 2026-02-24",
            mend_en="add the day stated, for example 2026-02-24",
        )
    if each.until is not None and each.until < each.on:
        yield Problem(
            "clocks.until_before",
            "早于事项发生之日",
            "is before the event",
            f"{place}.until",
            str(each.until),
            mend=f"不早于 {each.on}",
            mend_en=f"not before {each.on}",
        )
    if each.kind in _ASSETS and not each.subject:
        yield Problem(
            "clocks.asset",
            "须写明财产",
            "the asset is needed",
            f"{place}.subject",
            mend="写明是哪一项财产，例如 房产",
            mend_en="say which asset",
        )
    if each.kind == "notice_published" and each.subject not in _NOTICED:
        choices = "、".join(_NOTICED)
        yield Problem(
            "clocks.noticed",
            "须写明公告送达的文书",
            "say what is served",
            f"{place}.subject",
            each.subject,
            choices,
            choices,
        )


def _variant(each: EventFacts) -> str:
    """The variant as the table knows it; a renewal may leave its own to the measure it renews."""
    return f"{each.variant}{ABROAD}".lstrip("_") if each.abroad else each.variant


def _happening(each: EventFacts, facts: ClocksFacts) -> Happening:
    variant = _variant(each)
    if each.kind == "measure_renewed" and not variant:
        taken = (one for one in facts.events if one.subject == each.subject and one.variant and one.on <= each.on)
        variant = next((one.variant for one in taken), "")
    return Happening(
        kind=each.kind,
        on=each.on,
        party=each.party,
        subject=each.subject or _SUBJECTS.get(each.kind, each.variant if each.kind.startswith("ruling_") else ""),
        variant=variant,
        until=each.until,
        days=each.days,
        against=tuple(each.against),
    )


def _debt(given: DebtFacts | None) -> Debt:
    if given is None:
        return Debt()
    return Debt(
        maturity=given.due or max(given.instalments),
        called=(given.accelerated_on,) if given.accelerated_on else (),
        debtors=frozenset(given.debtors),
        guarantees=tuple(
            Guarantee(
                guarantor=each.guarantor,
                contract_name="",
                signed=each.signed,
                mode=each.mode or "",
                period_months=each.period_months,
                period_wording=each.period_wording,
                maximum=each.maximum,
            )
            for each in given.guarantees
        ),
        mortgagors=tuple(given.mortgagors),
    )


def _row(each: Due) -> dict[str, Any]:
    last = each.last_day.value
    return {
        "id": each.id,
        "term": each.zh,
        "party": each.party,
        "whose": each.whose,
        "trigger": each.trigger,
        "triggered_on": _iso(each.triggered_on),
        "nominal": _iso(each.nominal),
        "last_day": last.isoformat(),
        "rolled": each.nominal is not None and each.nominal != last,
        "state": each.state,
        "days_left": each.days_left,
        "if_missed": each.if_missed,
    } | reasons(each.last_day)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _joined(found: tuple[Due, ...], gaps: tuple[Gap, ...], later: int) -> Finding[None]:
    """One step a clock, and all that is to be looked at."""
    steps = [Step(each.zh, each.trigger, each.last_day.value.isoformat(), each.last_day.citations) for each in found]
    warnings = [warning for each in found for warning in each.last_day.warnings]
    warnings += [
        Warning("clocks.gap", f"{gap.on}的“{gap.zh}”依当时的规定，尚未载入", f"the rule of {gap.on} is not in the data")
        for gap in gaps
    ]
    if later:
        warnings.append(
            Warning("clocks.later", f"截至日之后的{later}项未计入", f"{later} events after the day asked do not count")
        )
    doubts = dict.fromkeys(doubt for each in found for doubt in each.last_day.provisional)
    return replace(Finding(None, tuple(steps)), warnings=tuple(warnings), provisional=tuple(doubts))


_TEXT = {"type": "string"}
_CLOCK = result(
    id=_TEXT | {"title": "期限"},
    term=_TEXT | {"title": "名称"},
    party=_TEXT | {"title": "当事人"},
    whose=_TEXT | {"title": "由谁办理", "enum": ["lender", "court", "other"]},
    trigger=_TEXT | {"title": "起算事由"},
    triggered_on=_TEXT | {"title": "起算事由发生之日（不计）"},
    nominal=_TEXT | {"title": "计算所得的最后一日"},
    last_day=day_schema("顺延后的最后一日"),
    rolled={"type": "boolean", "title": "是否顺延"},
    state=_TEXT
    | {
        "title": "状态",
        "enum": ["open", "waiting", "met", "late", "missed", "elapsed", "superseded"],
        "description": "open 进行中；waiting 进行中，由法院或者他方办理；met 按期完成；late 逾期完成；"
        "missed 逾期未办；elapsed 届满（法院、他方的期限或者可以不行使的权利）；superseded 不再适用",
    },
    days_left={"type": "integer", "title": "距最后一日的天数，已过为负", "unit": "日"},
    if_missed=_TEXT | {"title": "逾期的后果"},
)
OPERATION = Operation(
    name="clocks",
    term="各项期限",
    topics=(
        "calendar/counting_civil_procedure",
        "calendar/counting_civil_code",
        "deadlines/limitation",
        "deadlines/guarantee_default",
        "deadlines/enforcement_application",
    ),
    ground="各期限规则自身的依据见结果",
    facts=ClocksFacts,
    run=run,
    result_schema=result(clocks={"type": "array", "title": "各项期限，进行中的在前，先届满的在前", "items": _CLOCK}),
    example={
        "debt": {"due": "2025-08-31", "debtors": ["甲公司"], "guarantees": [
            {"guarantor": "乙", "signed": "2024-08-31", "mode": "joint"}
        ]},
        "events": [
            {"kind": "demand", "on": "2026-02-10", "party": "乙"},
            {"kind": "presuit_measure_taken", "on": "2026-08-28", "subject": "甲公司账户", "variant": "deposits"},
            {"kind": "suit", "on": "2026-09-14", "against": ["甲公司", "乙"]},
            {"kind": "fee_notice", "on": "2026-09-28", "variant": "acceptance"},
        ],
        "as_of": "2026-09-30",
    },
)  # fmt: skip
