"""`legalflow calc write-off`: the standards of recognition (认定标准) that are met, the evidence missing, what follows.

It never says that a loan may be written off: that is the lender's own review (财金〔2017〕90号 第十二条). Amounts, days
and numbers of demands of the annexes are not loaded; a standard that turns on one is named as open, never as met.
Not here: the accounting entries, the loss provisions allowed for tax, graded powers of approval.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from legalflow.cli.operation import Amount, Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import deadline
from legalflow.matters.writeoff import Criterion, criteria
from legalflow.values.dates import ONE_DAY, add_months
from legalflow.values.money import Money

Standard = Literal[
    "bankruptcy",
    "death",
    "disaster",
    "licence_revoked",
    "untraceable",
    "convicted",
    "enforcement_failed",
    "reorganised",
    "settled",
    "dismissed",
    "debt_asset",
    "disposal_shortfall",
    "small_corporate",
    "small_business",
    "personal_business",
    "small_personal",
    "bank_card",
]
Ending = Literal[
    "state_merger",
    "state_council",
    "enforcement_ended_settled",
    "not_liable",
    "plan_performed",
    "bankruptcy_ended",
    "disposed",
    "dismissed_or_barred",
    "other_legal_end",
    "terminated_this_time",
]
_MONTHS_A_YEAR = 12
_CROSS_USE = {
    "same_lender": "write_off/cross_use_same_lender",
    "other_lender": "write_off/cross_use_other_lender",
}


class LoanFacts(Facts):
    """The loan: what the borrower still owes in yuan, since when it is overdue, and whether tax knows it as small."""

    outstanding: Amount = fact("单户贷款余额")
    overdue_since: Day | None = fact("逾期起始日", None)
    small_or_rural: bool = fact("中小企业贷款或涉农贷款", False)


class SituationFacts(Facts):
    """A situation that a standard of recognition describes, and the day on which it was there."""

    kind: Standard = fact("认定标准所述情形")
    on: Day = fact("发生之日")
    ended: bool = fact("有关程序已经终结（破产终结、终结执行或终结本次执行）", False)


class OtherLoanFacts(Facts):
    """An enforcement ruling obtained on another loan of the same borrower."""

    ruling: Literal["terminated", "suspended", "terminated_this_time"] = fact("既有执行裁定的种类")
    on: Day = fact("裁定之日")
    obtained_by: Literal["same_lender", "other_lender"] = fact("取得裁定的债权人")
    security: Literal["no_better", "better"] = fact("本笔贷款的担保与该笔相比")


class EndingFacts(Facts):
    """Something that may have ended the debt altogether; `on` is the day it took place or was fully performed."""

    kind: Ending = fact("终结情形")
    on: Day = fact("终结或履行完毕之日")
    remedies_since: Day | None = fact("开始追索之日（仅用于被驳回或超过时效）", None)


Paper = Annotated[str, Field(min_length=1, max_length=100)]


class WriteOffFacts(Facts):
    """The loan, what happened, the papers at hand, and, where it has been booked, what came after."""

    as_of: Day = fact("截至日")
    loan: LoanFacts = fact("贷款")
    facts: list[SituationFacts] = fact("已发生的情形", [], max_length=200)
    evidence: list[Paper] = fact("已有的材料", [], max_length=200, description="名称与结果中所列材料一致")
    other_loan: OtherLoanFacts | None = fact("同一借款人其他贷款的既有裁定", None)
    endings: list[EndingFacts] = fact("债权债务终结的情形", [], max_length=50)
    written_off_on: Day | None = fact("核销之日", None)
    assets_found_on: Day | None = fact("发现财产之日", None)


def run(facts: WriteOffFacts, law: Law) -> dict[str, Any]:
    """Each standard with its state, cross-use of a ruling, complete ends, tax evidence and the duties afterwards."""
    standards = criteria(law, facts.as_of)
    cross = _cross_value(facts, law)
    Invalid.raise_any([*_later(facts), *_not_whole(facts), *_unknown_papers(facts, standards, cross)])
    judged = _judged(facts, standards, law)
    ends = _ends(facts, law)
    stays_open = not any(row["complete"] for row in ends.value)
    crossed, taxed, duties = _crossed(facts, cross), _taxed(facts, law), _duties(facts, law, stays_open)
    rows = judged.value
    return {
        "met": [row["id"] for row in rows if row["state"] == "met"],
        "not_met": [row["id"] for row in rows if row["state"] == "not_met"],
        "criteria": rows,
        "cross_use": crossed.value,
        "endings": ends.value,
        "file_stays_open": stays_open,
        "tax_evidence": taxed.value,
        "duties": duties.value,
    } | reasons(judged, crossed, ends, taxed, duties)


def _later(facts: WriteOffFacts) -> Iterator[Problem]:
    """What is said to have happened after the day asked."""
    days: list[tuple[str, date | None]] = [
        ("loan.overdue_since", facts.loan.overdue_since),
        ("other_loan.on", facts.other_loan.on if facts.other_loan else None),
        ("written_off_on", facts.written_off_on),
        ("assets_found_on", facts.assets_found_on),
    ]
    days += [(f"facts[{index}].on", each.on) for index, each in enumerate(facts.facts)]
    days += [(f"endings[{index}].on", each.on) for index, each in enumerate(facts.endings)]
    days += [(f"endings[{index}].remedies_since", each.remedies_since) for index, each in enumerate(facts.endings)]
    for field, on in days:
        if on is not None and on > facts.as_of:
            yield Problem(
                "write_off.later",
                "晚于截至日",
                "comes after the day asked",
                field,
                str(on),
                f"不晚于 {facts.as_of}",
                f"not after {facts.as_of}",
            )


def _not_whole(facts: WriteOffFacts) -> Iterator[Problem]:
    """Facts that are of use only together with another one that is not there."""
    if facts.loan.small_or_rural and facts.loan.overdue_since is None:
        yield Problem(
            "write_off.overdue_since",
            "中小企业贷款或涉农贷款须给出逾期起始日",
            "a loan to a small business or a rural loan needs the day since when it is overdue",
            "loan.overdue_since",
        )
    if facts.assets_found_on is not None and facts.written_off_on is None:
        yield Problem(
            "write_off.not_booked",
            "给出发现财产之日的，须给出核销之日",
            "the day on which assets were found needs the day of booking",
            "written_off_on",
        )
    for index, each in enumerate(facts.endings):
        if (each.kind == "dismissed_or_barred") != (each.remedies_since is not None):
            yield Problem(
                "write_off.remedies_since",
                "被驳回或超过时效的须给出开始追索之日，其他情形不填",
                "given for a suit dismissed or a debt time-barred, and for nothing else",
                f"endings[{index}].remedies_since",
                str(each.remedies_since or ""),
            )


def _unknown_papers(facts: WriteOffFacts, standards: tuple[Criterion, ...], cross: Value | None) -> Iterator[Problem]:
    """Papers under a name no standard asks for: a slip in a name would otherwise pass for missing evidence."""
    known = dict.fromkeys(paper for each in standards for paper in each.evidence)
    known |= dict.fromkeys(cross.value["evidence"] if cross else ())
    for index, paper in enumerate(facts.evidence):
        if paper not in known:
            near = "、".join(difflib.get_close_matches(paper, known, 3, 0) or known)
            yield Problem(
                "write_off.unknown_evidence",
                "没有认定标准要求这一名称的材料",
                "no standard asks for a paper of this name",
                f"evidence[{index}]",
                paper,
                f"相近的有：{near}",
                f"near ones: {near}",
            )


def _judged(facts: WriteOffFacts, standards: tuple[Criterion, ...], law: Law) -> Finding[list[dict[str, Any]]]:
    """Every standard with its state; what is stated is a step, and each open threshold is named."""
    thresholds = law.at("write_off/thresholds", facts.as_of)
    source = law.at("write_off/criteria", facts.as_of)
    always = law.at("write_off/always_needed", facts.as_of)
    rows, steps, doubts = [], [], [*source.provisional, *always.provisional]
    for each in standards:
        stated = [one for one in facts.facts if one.kind == each.id]
        missing = [paper for paper in each.evidence if paper not in facts.evidence]
        unsettled = _open_thresholds(thresholds, each.id, stated)
        state = _state(bool(stated), missing, unsettled)
        rows.append(
            {
                "id": each.id,
                "annex": each.annex,
                "term": each.zh,
                "state": state,
                "evidence": list(each.evidence),
                "evidence_missing": missing if stated else [],
                "thresholds_open": unsettled,
            }
        )
        if stated:
            doubts += [f"{each.zh}：{name}（{thresholds.citation}）尚未载入" for name in unsettled]
            formula = f"已有 {len(each.evidence) - len(missing)} 项，共需 {len(each.evidence)} 项材料"
            steps.append(Step(each.zh, formula, _STATES[state], (source.citation, always.citation)))
    return Finding(rows, tuple(steps), (), tuple(dict.fromkeys(doubts)))


_STATES = {
    "met": "所述条件和材料具备",
    "met_except_thresholds": "材料具备，门槛尚未载入，不能判断",
    "evidence_missing": "材料不齐",
    "not_met": "无此情形",
}


def _open_thresholds(thresholds: Value, standard: str, stated: list[SituationFacts]) -> list[str]:
    """The thresholds that a stated situation turns on; those of a procedure that goes on fall away at its end."""
    ended = any(each.ended for each in stated)
    rows = thresholds.value.get(standard, ()) if stated else ()
    return [row["zh"] for row in rows if not (row["while_open"] and ended)]


def _state(stated: bool, missing: list[str], unsettled: list[str]) -> str:
    if not stated:
        return "not_met"
    if missing:
        return "evidence_missing"
    return "met_except_thresholds" if unsettled else "met"


def _cross_value(facts: WriteOffFacts, law: Law) -> Value | None:
    other = facts.other_loan
    return None if other is None else law.at(_CROSS_USE[other.obtained_by], facts.as_of)


def _crossed(facts: WriteOffFacts, value: Value | None) -> Finding[dict[str, Any] | None]:
    """Whether a ruling on another loan of the borrower serves for this one."""
    other = facts.other_loan
    if other is None or value is None:
        return Finding(None)
    missing = [paper for paper in value.value["evidence"] if paper not in facts.evidence]
    fits = other.ruling in value.value["rulings"] and other.security in value.value["security"]
    state = _state(fits, missing, [])
    words = "担保不优于已有裁定的贷款" if other.security == "no_better" else "担保优于已有裁定的贷款"
    step = Step(value.zh, f"{other.on} 的裁定；{words}", _STATES[state], (value.citation,))
    found = {"state": state, "evidence_missing": missing if fits else [], "ground": str(value.citation)}
    return Finding(found, (step,), (), value.provisional)


def _ends(facts: WriteOffFacts, law: Law) -> Finding[list[dict[str, Any]]]:
    """Whether each ending ends the file altogether, and from which day."""
    value = law.at("write_off/complete_end", facts.as_of)
    rules = {row["id"]: row for row in value.value}
    rows, steps = [], []
    for each in facts.endings:
        rule = rules[each.kind]
        since = None if rule.get("never") else _complete_from(each, rule)
        complete = since is not None and since <= facts.as_of
        rows.append(
            {
                "kind": each.kind,
                "term": rule["zh"],
                "complete": complete,
                "complete_from": since.isoformat() if since else None,
            }
        )
        words = f"自 {since} 起" if since else "单凭此不构成完结"
        steps.append(Step(rule["zh"], words, "完结" if complete else "未完结", (value.citation,)))
    return Finding(rows, tuple(steps), (), value.provisional if rows else ())


def _complete_from(each: EndingFacts, rule: dict[str, Any]) -> date:
    """The first day on which an ending is complete; where years must be exceeded, the day after they are full."""
    start = each.remedies_since if rule.get("from") == "remedies_since" else each.on
    assert start is not None  # asked for by _not_whole
    if "after" not in rule:
        return start
    try:
        full = add_months(start, int(rule["after"]) * _MONTHS_A_YEAR) + (ONE_DAY if rule["exceeds"] else ONE_DAY * 0)
    except (OverflowError, ValueError):
        raise Invalid.one(
            "period.out_of_calendar", "期间超出公历可表示的范围", "the period leaves the calendar", found=str(start)
        ) from None
    return max(full, each.on)


def _taxed(facts: WriteOffFacts, law: Law) -> Finding[dict[str, Any] | None]:
    """The evidence that tax asks of a loan to a small business or of a rural loan, by the size of the balance."""
    loan = facts.loan
    if not loan.small_or_rural or loan.overdue_since is None:
        return Finding(None)
    value = law.at("write_off/tax_evidence", facts.as_of)
    years = int(value.value["overdue_years"])
    if loan.overdue_since >= add_months(facts.as_of, -years * _MONTHS_A_YEAR):
        step = Step(value.zh, f"逾期起始日 {loan.overdue_since}", f"逾期未超过 {years} 年", (value.citation,))
        return Finding(None, (step,), (), value.provisional)
    band = next(
        row for row in value.value["bands"] if "up_to" not in row or loan.outstanding <= Money(Decimal(row["up_to"]))
    )
    found = {"id": band["id"], "term": band["zh"], "ground": str(value.citation)}
    return Finding(
        found,
        (Step(value.zh, f"单户余额 {loan.outstanding} 元", band["zh"], (value.citation,)),),
        (),
        value.provisional,
    )


def _duties(facts: WriteOffFacts, law: Law, stays_open: bool) -> Finding[list[dict[str, Any]]]:
    """What is owed after booking: fix responsibility, audit, report, keep pursuing, resume where assets appear."""
    booked = facts.written_off_on
    if booked is None:
        return Finding([])
    year_end = date(booked.year, _MONTHS_A_YEAR, 31)
    rows: list[dict[str, Any]] = []
    grounds: Finding[None] = Finding(None)
    for rule, trigger in (
        ("write_off_accountability", booked),
        ("write_off_audit", year_end),
        ("write_off_report", year_end),
    ):
        timed = deadline(law, rule, trigger)
        rows.append(_duty(rule, timed.value.zh, trigger, timed.value.last_day, "last_day"))
        grounds = _stands_on(timed).because(grounds)
    if stays_open:
        keep = law.at("write_off/file_stays_open", booked)
        rows.append(_duty("keep_pursuing", keep.value, booked, None, "not_stated"))
        grounds = _stepped(keep).because(grounds)
    if stays_open and facts.assets_found_on is not None:
        grounds = _resumption(facts, law, facts.assets_found_on, rows).because(grounds)
    return Finding(rows).because(grounds)


def _stands_on(found: Finding[Any]) -> Finding[None]:
    """The reasons of a finding without its value."""
    return Finding[None](None).because(found)


def _resumption(facts: WriteOffFacts, law: Law, on: date, rows: list[dict[str, Any]]) -> Finding[None]:
    """Assets were found: apply to resume, without any time limit where enforcement was terminated for this time."""
    duty = law.at("write_off/resume_enforcement", on)
    if any(each.kind == "terminated_this_time" for each in facts.endings):
        free = law.at("write_off/resume_no_time_limit", on)
        rows.append(_duty("resume_enforcement", duty.value, on, None, "none"))
        return _stepped(free).because(_stepped(duty))
    rows.append(_duty("resume_enforcement", duty.value, on, None, "not_stated"))
    warning = Warning(
        "write_off.enforcement_state",
        "未给出终结本次执行程序的裁定，申请执行的期间另行判断",
        "no ruling terminating enforcement for this time is given: the period to apply is judged separately",
    )
    return Finding(None, _stepped(duty).steps, (warning,), duty.provisional)


def _stepped(value: Value) -> Finding[None]:
    return Finding(None, (Step(value.zh, "", value.value, (value.citation,)),), (), value.provisional)


def _duty(name: str, term: str, since: date, last_day: date | None, limit: str) -> dict[str, Any]:
    return {
        "id": name,
        "term": term,
        "from": since.isoformat(),
        "last_day": last_day.isoformat() if last_day else None,
        "time_limit": limit,
    }


_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_STATE = _TEXT | {
    "title": "状态",
    "enum": list(_STATES),
    "description": "；".join(f"{name} {zh}" for name, zh in _STATES.items()),
}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _maybe_day(zh: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "date", "title": zh}


OPERATION = Operation(
    name="write-off",
    term="呆账认定标准、材料与核销后的义务",
    topics=(
        "write_off/criteria",
        "write_off/always_needed",
        "write_off/cross_use_same_lender",
        "write_off/cross_use_other_lender",
        "write_off/complete_end",
        "write_off/file_stays_open",
        "write_off/resume_enforcement",
        "write_off/resume_no_time_limit",
        "write_off/tax_evidence",
    ),
    facts=WriteOffFacts,
    run=run,
    result_schema=result(
        met=_TEXTS | {"title": "条件和材料具备的标准"},
        not_met=_TEXTS | {"title": "无所述情形的标准"},
        criteria={
            "type": "array",
            "title": "各项认定标准",
            "items": _object(
                id=_TEXT | {"title": "标准代码"},
                annex=_TEXT | {"title": "所在附件"},
                term=_TEXT | {"title": "标准"},
                state=_STATE,
                evidence=_TEXTS | {"title": "所需材料"},
                evidence_missing=_TEXTS | {"title": "尚缺材料"},
                thresholds_open=_TEXTS | {"title": "尚未载入的门槛"},
            ),
        },
        cross_use={
            "type": ["object", "null"],
            "title": "援用同一借款人其他贷款的裁定",
            "properties": {
                "state": _STATE,
                "evidence_missing": _TEXTS | {"title": "尚缺材料"},
                "ground": _TEXT | {"title": "依据"},
            },
        },
        endings={
            "type": "array",
            "title": "各终结情形",
            "items": _object(
                kind=_TEXT | {"title": "终结情形"},
                term=_TEXT | {"title": "名称"},
                complete={"type": "boolean", "title": "截至日是否完结"},
                complete_from=_maybe_day("完结之日，单凭此不构成完结的为空"),
            ),
        },
        file_stays_open={"type": "boolean", "title": "是否仍须账销案存、继续追索"},
        tax_evidence={
            "type": ["object", "null"],
            "title": "税前扣除的证据，不适用的为空",
            "properties": {
                "id": _TEXT | {"title": "档次"},
                "term": _TEXT | {"title": "证据"},
                "ground": _TEXT | {"title": "依据"},
            },
        },
        duties={
            "type": "array",
            "title": "核销后的义务",
            "items": _object(
                id=_TEXT | {"title": "义务代码"},
                term=_TEXT | {"title": "义务"},
                **{"from": day_schema("起算日")},
                last_day=_maybe_day("最后一日"),
                time_limit=_TEXT
                | {
                    "title": "期限",
                    "enum": ["last_day", "none", "not_stated"],
                    "description": "last_day 有最后一日；none 法律明定不受期间限制；not_stated 未定期限",
                },
            ),
        },
    ),
    example={
        "as_of": "2026-11-24",
        "loan": {"outstanding": "2600000.00", "overdue_since": "2021-03-21", "small_or_rural": True},
        "facts": [{"kind": "enforcement_failed", "on": "2023-09-05", "ended": True}],
        "evidence": ["民事判决书、调解书", "执行裁定书"],
        "endings": [{"kind": "terminated_this_time", "on": "2023-09-05"}],
        "written_off_on": "2023-12-15",
        "assets_found_on": "2026-11-20",
    },
)
