"""`legalflow calc write-off`: the standards of recognition (认定标准) that are met, the evidence missing, what follows.

It never says that a loan may be written off: that is the lender's own review (财金〔2017〕90号 第十二条).
The rules stand in `law/write_offs.py`, `law/write_off_ends.py` and
`law/loan_loss_tax.py`; here they meet the input and the output.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from legalflow.cli.operation import Amount, Day, Facts, Operation, day_schema, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law import loan_loss_tax, write_off_ends, write_offs
from legalflow.law.catalogue import Law
from legalflow.law.write_off_ends import Duty, Ended
from legalflow.law.write_offs import ANSWERS, STATES, Case, Judged

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
    "advances",
    "disposal_shortfall",
    "small_corporate",
    "criminal_case",
    "small_business",
    "personal_business",
    "small_personal",
    "bank_card",
    "student_loan",
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
_COUNT = {"ge": 0, "le": 100_000}


class LoanFacts(Facts):
    """The loan: what the borrower still owes in yuan, since when it is overdue, and whether tax knows it as small."""

    outstanding: Amount = fact("单户贷款余额")
    overdue_since: Day | None = fact("逾期起始日", None)
    small_or_rural: bool = fact("中小企业贷款或涉农贷款", False)
    grade: Literal["special_mention", "substandard", "doubtful", "loss"] | None = fact(
        "风险分类", None, description="用于中小企业贷款、涉农贷款专项准备金的税前扣除比例"
    )


class SituationFacts(Facts):
    """A situation that a standard of recognition describes, and the day on which it was there."""

    kind: Standard = fact("认定标准所述情形")
    on: Day = fact("发生之日")
    ended: bool = fact("有关程序已经终结（破产终结、终结执行或终结本次执行）", False)
    since: Day | None = fact(
        "宣告破产、执行立案、立案侦查或开始追索之日", None, description="门槛所说天数的起算日，缺省为发生之日"
    )
    demands: int | None = fact("催收次数", None, **_COUNT)
    years_without_report: int | None = fact("未年报的年数", None, **_COUNT)


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
Signer = Literal["handler", "department_head", "unit_head"]
Department = Literal["disposal", "credit", "finance", "legal", "internal_control"]


class WriteOffFacts(Facts):
    """The loan, what happened, the papers at hand, and, where it has been booked, what came after."""

    as_of: Day = fact("截至日")
    loan: LoanFacts = fact("贷款")
    facts: list[SituationFacts] = fact("已发生的情形", [], max_length=200)
    evidence: list[Paper] = fact("已有的材料", [], max_length=200, description="名称与结果中所列材料一致")
    external_unobtainable: bool = fact("无法取得外部证据，以内部证据认定", False)
    signed: list[Signer] = fact("内部证据的确认人", [], max_length=3)
    opinions: list[Department] | None = fact("已出具审议意见的部门", None, max_length=5)
    other_loan: OtherLoanFacts | None = fact("同一借款人其他贷款的既有裁定", None)
    endings: list[EndingFacts] = fact("债权债务终结的情形", [], max_length=50)
    written_off_on: Day | None = fact("核销之日", None)
    assets_found_on: Day | None = fact("发现财产之日", None)


def run(facts: WriteOffFacts, law: Law) -> dict[str, Any]:
    """Each standard with its state, cross-use of a ruling, complete ends, tax evidence and the duties afterwards."""
    case = _case(facts)
    Invalid.raise_any(write_offs.problems(law, case))
    judged, internal = write_offs.judged(law, case), write_offs.internal_evidence(law, case)
    reviewed, crossed = write_offs.review(law, case), write_off_ends.cross_use(law, case)
    ends = write_off_ends.ended(law, case)
    stays_open = not any(each.complete for each in ends.value)
    taxed, provision = loan_loss_tax.tax_evidence(law, case), loan_loss_tax.tax_provision(law, case)
    duties = write_off_ends.duties(law, case, stays_open)
    return {
        "met": [each.criterion.id for each in judged.value if each.state == "met"],
        "not_met": [each.criterion.id for each in judged.value if each.state == "not_met"],
        "criteria": [_row(each) for each in judged.value],
        "internal_evidence": {
            "complete": internal.value.complete,
            "evidence_missing": list(internal.value.missing),
            "signatures_missing": list(internal.value.unsigned),
            "ground": internal.value.ground,
        }
        if internal.value.asked
        else None,
        "review": {
            "opinions_missing": list(reviewed.value.missing),
            "then": reviewed.value.then,
            "authority": reviewed.value.authority,
            "ground": reviewed.value.ground,
        }
        if reviewed.value
        else None,
        "cross_use": {
            "state": crossed.value.state,
            "evidence_missing": list(crossed.value.missing),
            "ground": crossed.value.ground,
        }
        if crossed.value
        else None,
        "endings": [_ending(each) for each in ends.value],
        "file_stays_open": stays_open,
        "tax_evidence": {"id": taxed.value.id, "term": taxed.value.zh, "ground": taxed.value.ground}
        if taxed.value
        else None,
        "tax_provision": {
            "grade": provision.value.grade,
            "term": provision.value.zh,
            "share": str(provision.value.share),
            "amount": str(provision.value.amount),
            "ground": provision.value.ground,
        }
        if provision.value
        else None,
        "duties": [_duty(each) for each in duties.value],
    } | reasons(judged, reviewed, crossed, ends, taxed, provision, duties)


def _case(facts: WriteOffFacts) -> Case:
    """The input as the law's rooms know it."""
    other, loan = facts.other_loan, facts.loan
    return Case(
        as_of=facts.as_of,
        loan=write_offs.LoanState(
            outstanding=loan.outstanding,
            overdue_since=loan.overdue_since,
            small_or_rural=loan.small_or_rural,
            grade=loan.grade or "",
        ),
        facts=tuple(write_offs.Situation(**dict(each)) for each in facts.facts),
        evidence=tuple(facts.evidence),
        external_unobtainable=facts.external_unobtainable,
        signed=tuple(facts.signed),
        opinions=None if facts.opinions is None else tuple(facts.opinions),
        other_loan=write_offs.OtherRuling(**dict(other)) if other else None,
        endings=tuple(write_offs.Ending(**dict(each)) for each in facts.endings),
        written_off_on=facts.written_off_on,
        assets_found_on=facts.assets_found_on,
    )


def _row(each: Judged) -> dict[str, Any]:
    return {
        "id": each.criterion.id,
        "annex": each.criterion.annex,
        "term": each.criterion.zh,
        "state": each.state,
        "answer": each.answer,
        "why": each.why,
        "evidence": list(each.criterion.evidence),
        "evidence_missing": list(each.missing),
        "evidence_replaced": list(each.replaced),
        "thresholds_open": list(each.open),
        "thresholds": [
            {"term": one.zh, "limit": one.limit or None, "found": one.found or None, "holds": one.holds}
            for one in each.thresholds
        ],
    }


def _ending(each: Ended) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "term": each.zh,
        "complete": each.complete,
        "complete_from": each.since.isoformat() if each.since else None,
    }


def _duty(each: Duty) -> dict[str, Any]:
    return {
        "id": each.id,
        "term": each.zh,
        "from": each.since.isoformat(),
        "last_day": each.last_day.isoformat() if each.last_day else None,
        "time_limit": each.limit,
    }


_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_STATE = _TEXT | {
    "title": "状态",
    "enum": list(STATES),
    "description": "；".join(f"{name} {zh}" for name, zh in STATES.items()),
}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _maybe(zh: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["object", "null"], "title": zh, "properties": properties}


def _maybe_day(zh: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "date", "title": zh}


OPERATION = Operation(
    name="write-off",
    term="呆账认定标准、材料与核销后的义务",
    topics=(
        "write_off/criteria",
        "write_off/always_needed",
        "write_off/internal_evidence",
        "write_off/review",
        "write_off/authority",
        "write_off/cross_use_same_lender",
        "write_off/cross_use_other_lender",
        "write_off/complete_end",
        "write_off/file_stays_open",
        "write_off/resume_enforcement",
        "write_off/resume_no_time_limit",
        "write_off/tax_evidence",
        "write_off/tax_provision",
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
                answer=_TEXT
                | {
                    "title": "结论",
                    "enum": list(ANSWERS),
                    "description": "；".join(f"{name} {zh}" for name, zh in ANSWERS.items()),
                },
                why=_TEXT | {"title": "理由"},
                evidence=_TEXTS | {"title": "所需材料"},
                evidence_missing=_TEXTS | {"title": "尚缺材料"},
                evidence_replaced=_TEXTS | {"title": "以内部证据代替的材料"},
                thresholds_open=_TEXTS | {"title": "尚未载入的门槛", "description": "也含缺少事实、不能判断的门槛"},
                thresholds={
                    "type": "array",
                    "title": "门槛",
                    "items": _object(
                        term=_TEXT | {"title": "名称"},
                        limit=_MAYBE | {"title": "数值，未载入的为空"},
                        found=_MAYBE | {"title": "事实，未给出的为空"},
                        holds={"type": ["boolean", "null"], "title": "是否达到，不能判断的为空"},
                    ),
                },
            ),
        },
        internal_evidence=_maybe(
            "内部证据，未主张的为空",
            complete={"type": "boolean", "title": "材料和三级确认是否齐备"},
            evidence_missing=_TEXTS | {"title": "尚缺材料"},
            signatures_missing=_TEXTS | {"title": "尚缺的确认人"},
            ground=_TEXT | {"title": "依据"},
        ),
        review=_maybe(
            "集体审议，未给出意见的为空",
            opinions_missing=_TEXTS | {"title": "尚缺意见的部门"},
            then=_TEXT | {"title": "其后"},
            authority=_TEXT | {"title": "审批权限"},
            ground=_TEXT | {"title": "依据"},
        ),
        cross_use=_maybe(
            "援用同一借款人其他贷款的裁定",
            state=_STATE,
            evidence_missing=_TEXTS | {"title": "尚缺材料"},
            ground=_TEXT | {"title": "依据"},
        ),
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
        tax_evidence=_maybe(
            "税前扣除的证据，不适用的为空",
            id=_TEXT | {"title": "档次"},
            term=_TEXT | {"title": "证据"},
            ground=_TEXT | {"title": "依据"},
        ),
        tax_provision=_maybe(
            "专项准备金的税前扣除，不适用或未给出风险分类的为空",
            grade=_TEXT | {"title": "风险分类代码"},
            term=_TEXT | {"title": "风险分类"},
            share=_TEXT | {"title": "比例", "unit": "小数"},
            amount=money_schema("可扣除的准备金"),
            ground=_TEXT | {"title": "依据"},
        ),
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
