"""What happened, as the clocks see it: plain facts with their days, whether they come from a matter or from a file.

A happening does not know how it was recorded. Sorted by day and kind, the same facts give the same clocks in whatever
order they were entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from legalflow.loans.loan import Loan
from legalflow.loans.parties import Guarantee, PartyRole
from legalflow.matters import events as e
from legalflow.matters.state import Matter

MORTGAGE = "抵押"
ABROAD = "_abroad"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One fact. `party` is who did or received it, `against` those a suit names.

    `subject` is what it is about (an asset, a kind of ruling), `variant` what chooses among rules (a kind of asset, a
    procedure), `until` a day stated with it, `days` a length stated with it. Empty where there is none.
    """

    kind: str
    on: date
    party: str = ""
    subject: str = ""
    variant: str = ""
    until: date | None = None
    days: int | None = None
    against: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it is, in Chinese."""
        return KINDS[self.kind]


@dataclass(frozen=True, kw_only=True)
class Debt:
    """The debt whose clocks run. `called` are the days on which it was called due before `maturity`."""

    maturity: date | None = None
    called: tuple[date, ...] = ()
    debtors: frozenset[str] = frozenset()
    guarantees: tuple[Guarantee, ...] = ()
    mortgagors: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """A debt and all that happened, in order of days."""

    debt: Debt
    happenings: tuple[Happening, ...]

    @classmethod
    def of(cls, debt: Debt, happenings: Iterable[Happening], on: date) -> History:
        """The history known on a day: what happened later does not count, what is said twice counts once.

        The instalments of an instrument are known with it, also those that fall due later.
        """
        known = {each for each in happenings if each.on <= on or each.kind == "instalment_due"}
        return cls(debt, tuple(sorted(known, key=_order)))

    def all(self, *kinds: str) -> tuple[Happening, ...]:
        """Every happening of the kinds, the earliest first."""
        return tuple(each for each in self.happenings if each.kind in kinds)

    def last(self, *kinds: str) -> Happening | None:
        """The latest happening of the kinds."""
        found = self.all(*kinds)
        return found[-1] if found else None

    @property
    def suit(self) -> Happening | None:
        """The suit that stands: neither returned nor withdrawn."""
        ended = len(self.all("suit_returned", "suit_withdrawn"))
        suits = self.all("suit")
        return suits[-1] if len(suits) > ended else None


def _order(each: Happening) -> tuple[date, str, str, str, str, date, int, tuple[str, ...]]:
    until, days = each.until or date.min, each.days or 0
    return each.on, each.kind, each.party, each.subject, each.variant, until, days, each.against


# Every kind of happening with its words. What interrupts limitation has the name the law's data give it.
KINDS: dict[str, str] = {
    # the debt
    "demand": "主张权利文书送达",
    "message": "主张权利的信件或数据电文到达",
    "newspaper": "在媒体刊登主张权利的公告",
    "debit": "依约定扣收欠款本息",
    "part_payment": "部分履行",
    "security": "提供担保",
    "instalment_plan": "承诺分期履行或制定清偿计划",
    "extension_request": "请求延期履行",
    "acknowledgement": "债务人同意履行",
    "assignment_notice": "债权转让通知到达",
    "arbitration": "申请仲裁",
    "joinder": "申请追加或被通知参加诉讼",
    "set_off": "在诉讼中主张抵销",
    "mediation": "向调解组织或有权机关请求保护",
    "police_report": "报案或控告",
    "card_debit": "发卡行扣划透支款",
    "card_message": "发卡行向预留联系方式催收",
    "card_police_report": "发卡行以恶意透支报案",
    "subrogation": "提起代位权诉讼",
    "debt_assumption": "债务承担的意思表示到达",
    "obstacle_arose": "发生障碍",
    "obstacle_ended": "障碍消除",
    # filing and trial
    "suit": "提起诉讼",
    "suit_returned": "立案退回",
    "suit_withdrawn": "撤回起诉",
    "correction_required": "通知补正",
    "correction_made": "补正",
    "case_accepted": "法院立案",
    "mediation_referred": "转入诉前调解",
    "mediation_failed": "诉前调解不成",
    "fee_notice": "收到缴费通知",
    "fee_paid": "缴费",
    "complaint_served": "起诉状副本送达",
    "notice_published": "发布公告送达",
    "answer_filed": "答辩",
    "jurisdiction_objected": "提出管辖权异议",
    "evidence_period_set": "指定举证期限",
    "evidence_submitted": "提交证据",
    "hearing_set": "确定开庭",
    "trial_extended": "审限延长",
    "ruling_served": "裁定送达",
    "ruling_challenged": "对裁定提出上诉、复议、异议或者起诉",
    "judgment_given": "裁判作出",
    "judgment_served": "裁判送达",
    "appeal_filed": "提起上诉",
    "appeal_docketed": "二审立案",
    "appeal_decided": "二审裁判",
    "case_remanded": "发回重审",
    "took_effect": "法律文书生效",
    "retrial_applied": "申请再审",
    # other ways
    "payment_order_applied": "申请支付令",
    "payment_order_accepted": "支付令申请受理",
    "payment_order_issued": "发出支付令",
    "payment_order_served": "支付令送达",
    "payment_order_objected": "债务人提出异议",
    "payment_order_ended": "督促程序终结裁定送达",
    "payment_order_suit_refused": "不同意转入诉讼",
    "mediation_agreed": "调解协议生效",
    "confirmation_applied": "申请司法确认",
    "security_right_noticed": "收到实现担保物权申请的通知",
    "award_received": "收到仲裁裁决书",
    "set_aside_applied": "申请撤销仲裁裁决",
    # preservation
    "preservation_applied": "申请财产保全",
    "presuit_preservation_applied": "申请诉前财产保全",
    "preservation_ruled": "保全裁定作出",
    "preservation_review_applied": "申请保全复议",
    "measure_taken": "采取保全、查控措施",
    "presuit_measure_taken": "采取诉前保全措施",
    "measure_waiting": "轮候查封、冻结",
    "measure_renewal_applied": "申请续行保全",
    "measure_renewed": "续行保全",
    "measure_lifted": "解除保全",
    # enforcement
    "instalment_due": "一期履行期限届满",
    "enforcement_applied": "申请执行",
    "enforcement_accepted": "执行立案",
    "enforcement_notice_served": "执行通知送达",
    "clue_filed": "提供财产线索",
    "act_objected": "提出执行行为异议",
    "enforcement_jurisdiction_objected": "提出执行管辖异议",
    "third_party_objected": "案外人提出异议",
    "refusal_applied": "申请不予执行",
    "distribution_plan_received": "收到分配方案",
    "distribution_objected": "对分配方案提出异议",
    "distribution_opposed": "收到反对意见通知",
    "distribution_sued": "提起分配方案异议之诉",
    "settlement_made": "达成执行和解",
    "settlement_broken": "和解未履行",
    "stayed": "终结本次执行程序",
    "enforcement_ended": "终结执行",
    "resumed": "恢复执行",
    "debtor_listed": "纳入失信被执行人名单",
    "auction_set": "确定拍卖、变卖",
    "auction_failed": "流拍",
    "auction_sold": "拍卖、变卖成交",
    "taken_for_debt": "以物抵债",
    "paid": "债务清偿完毕",
    "bankruptcy_ruled": "裁定受理破产申请",
    "bankruptcy_accepted": "破产申请受理公告",
    "bankruptcy_claimed": "申报破产债权",
    # the end
    "write_off_booked": "核销入账",
    "closed": "案件结束",
}


# --- a matter --------------------------------------------------------------------------------------------------------


def of_matter(matter: Matter, loan: Loan, on: date) -> History:
    """The history of a matter and its loan as known on a day."""
    return History.of(debt_of(matter, loan), _of_matter(matter, loan), on)


def debt_of(matter: Matter, loan: Loan) -> Debt:
    """The debt of a loan, called due by the loan's own record or by the matter's."""
    called = [day for day in (matter.accelerated_on, loan.accelerated_on) if day is not None]
    roles = {PartyRole.BORROWER, PartyRole.CO_BORROWER}
    return Debt(
        maturity=loan.maturity,
        called=tuple(called),
        debtors=frozenset(party.name for party in loan.parties if party.role in roles),
        guarantees=loan.guarantees,
        mortgagors=tuple(dict.fromkeys(each.owner for each in loan.collateral if each.kind == MORTGAGE)),
    )


def _of_matter(matter: Matter, loan: Loan) -> Iterator[Happening]:
    yield from (Happening(kind="part_payment", on=payment.on) for payment in loan.payments)
    for recorded in matter.standing:
        reading = _READINGS.get(type(recorded.event))
        if reading is not None:
            yield from reading(recorded.event, matter)
    yield from _of_state(matter)


def _of_state(matter: Matter) -> Iterator[Happening]:
    """What later events can undo (a remand, a new judgment) is read from where the matter stands."""
    if matter.judgment is not None and matter.judgment.instance == "first":
        small = matter.acceptance is not None and matter.acceptance.procedure == "small_claims"
        kind = "small_claims" if small else matter.judgment.kind
        for party, service in matter.services.items():
            variant = f"{kind}{ABROAD if service.abroad else ''}"
            yield Happening(kind="judgment_served", on=service.on, party=party, variant=variant)
    if matter.effective_date is not None:
        days = matter.judgment.performance_days if matter.judgment is not None else None
        tried = matter.judgment is None or matter.judgment.kind in {choice.value for choice in e.INSTRUMENTS}
        yield Happening(
            kind="took_effect",
            on=matter.effective_date,
            variant="" if tried else "untried",
            until=matter.performance_last_day,
            days=days,
        )
        yield from _instalments(matter, matter.effective_date)
    if matter.enforcement_applied_on is not None:
        yield Happening(kind="enforcement_applied", on=matter.enforcement_applied_on)


def _instalments(matter: Matter, effective: date) -> Iterator[Happening]:
    """The days to perform that items of the judgment have of their own; a length runs from the effect."""
    for item in matter.judgment.items if matter.judgment is not None else ():
        if item.performance_last_day is not None:
            yield Happening(kind="instalment_due", on=item.performance_last_day)
        elif item.performance_days:
            yield Happening(kind="instalment_due", on=effective, days=item.performance_days)


Reading = Callable[[Any, Matter], Iterable[Happening]]


def _plain(kind: str, **fields: str) -> Reading:
    """An event as one happening; `fields` name those of the event that become those of the happening."""

    def reading(event: Any, _: Matter) -> Iterator[Happening]:
        yield Happening(kind=kind, on=event.on, **{name: getattr(event, field) for name, field in fields.items()})

    return reading


def _named(field: str, kinds: dict[str, str], **fields: str) -> Reading:
    """An event whose kind of happening is chosen by one of its fields."""

    def reading(event: Any, matter: Matter) -> Iterable[Happening]:
        kind = kinds.get(getattr(event, field), "")
        return _plain(kind, **fields)(event, matter) if kind else ()

    return reading


def _where(reading: Reading, field: str) -> Reading:
    """A reading whose variant also says that a yes-or-no field is yes: `abroad`, `urgent`."""

    def marked(event: Any, matter: Matter) -> Iterator[Happening]:
        for each in reading(event, matter):
            variant = f"{each.variant}_{field}".lstrip("_") if getattr(event, field) else each.variant
            yield replace(each, variant=variant)

    return marked


def _measure(event: e.PreservationTaken, _: Matter) -> Iterator[Happening]:
    taken = "presuit_measure_taken" if event.presuit else "measure_taken"
    kind = "measure_waiting" if event.rank == "waiting" else taken
    yield Happening(kind=kind, on=event.on, subject=event.asset, variant=event.asset_kind, until=event.expires_on)


def _took_effect(event: e.WaitingMeasureTookEffect, matter: Matter) -> Iterator[Happening]:
    """A measure that waited runs from the day it took effect, as one taken on that day."""
    kind = _kind_of(event.asset, matter)
    yield Happening(kind="measure_taken", on=event.on, subject=event.asset, variant=kind, until=event.expires_on)


def _renewed(event: e.PreservationRenewed, matter: Matter) -> Iterator[Happening]:
    """A renewal is of the asset's kind as it was recorded when the measure was taken."""
    kind = _kind_of(event.asset, matter)
    yield Happening(kind="measure_renewed", on=event.on, subject=event.asset, variant=kind, until=event.expires_on)


def _kind_of(asset: str, matter: Matter) -> str:
    """The kind of an asset as its last measure has it; empty where none was taken."""
    kinds = {
        each.event.asset: each.event.asset_kind
        for each in matter.standing
        if isinstance(each.event, e.PreservationTaken)
    }
    return kinds.get(asset, "")


def _applied_for_preservation(event: e.PreservationApplied, _: Matter) -> Iterator[Happening]:
    kind = "presuit_preservation_applied" if event.presuit else "preservation_applied"
    yield Happening(kind=kind, on=event.on, variant="urgent" if event.urgent else "")


def _auction_set(event: e.AuctionSet, _: Matter) -> Iterator[Happening]:
    variant = f"{event.asset_kind}_{event.round}"
    yield Happening(kind="auction_set", on=event.on, subject=event.asset, variant=variant, until=event.auction_on)


def _auction_held(event: e.AuctionHeld, matter: Matter) -> Iterator[Happening]:
    rounds = {
        each.event.asset: each.event.round
        for each in matter.standing
        if isinstance(each.event, e.AuctionSet) and each.event.on <= event.on
    }
    if event.result == "withdrawn":  # neither sold nor failed: nothing runs from it
        return
    kind = "auction_sold" if event.result == "sold" else "auction_failed"
    yield Happening(kind=kind, on=event.on, subject=event.asset, variant=rounds.get(event.asset, ""))


def _bankruptcy(event: e.BankruptcyAccepted, _: Matter) -> Iterator[Happening]:
    yield Happening(kind="bankruptcy_accepted", on=event.on, party=event.party, until=event.claims_last_day)
    yield Happening(kind="bankruptcy_ruled", on=event.accepted_on or event.on, party=event.party)


def _ruling(kind: str) -> Reading:
    """A ruling: what it is about is its subject, and chooses the rule."""
    return _plain(kind, party="party", subject="about", variant="about")


_DEMANDS = {"post": "demand", "direct": "demand", "electronic": "message", "notice": "newspaper"}
_OBJECTIONS = {
    "act": "act_objected",
    "jurisdiction": "enforcement_jurisdiction_objected",
    "third_party": "third_party_objected",
    "refusal": "refusal_applied",
}
_OBJECTED = {"act": "enforcement_objection", "third_party": "third_party_objection"}


def _objected(event: e.EnforcementObjected, _: Matter) -> Iterator[Happening]:
    subject = _OBJECTED.get(event.about, "")
    yield Happening(kind=_OBJECTIONS[event.about], on=event.on, party=event.party, subject=subject)


def _interrupted(event: e.LimitationInterrupted, _: Matter) -> Iterator[Happening]:
    yield Happening(kind=event.kind, on=event.on, party=event.party, until=event.ended_on)


def _hearing_held(event: e.HearingHeld, _: Matter) -> Iterator[Happening]:
    """A hearing that set the day of the next one."""
    if event.next_hearing_on is not None:
        yield Happening(kind="hearing_set", on=event.on, until=event.next_hearing_on)


def _arbitration(event: e.ArbitrationFiled, matter: Matter) -> Iterator[Happening]:
    """Arbitration interrupts limitation; where it came to nothing, limitation begins anew from its end."""
    ends = [each.event.on for each in matter.standing if isinstance(each.event, e.OtherWayEnded)]
    until = min((day for day in ends if day >= event.on), default=None)
    for party in event.respondents:
        yield Happening(kind="arbitration", on=event.on, party=party, until=until)


def _award(event: e.InstrumentObtained, _: Matter) -> Iterator[Happening]:
    """An award may be set aside within a period from the day it was received; other instruments may not."""
    if event.kind == "award":
        yield Happening(kind="award_received", on=event.received_on or event.on)


_CLOSED = {"paid": "paid", "settled": "paid"}
_READINGS: dict[type[e.MatterEvent], Reading] = {
    e.DemandDelivered: _named("mode", _DEMANDS, party="party"),
    e.DebtAcknowledged: _plain("acknowledgement", party="party"),
    e.RepaymentPlanAgreed: _plain("instalment_plan", party="party"),
    e.PaymentReceived: _plain("part_payment"),
    e.LimitationInterrupted: _interrupted,
    e.ObstacleArose: _plain("obstacle_arose", variant="kind"),
    e.ObstacleEnded: _plain("obstacle_ended"),
    e.FilingSubmitted: _plain("suit", against="defendants"),
    e.FilingReturned: _plain("suit_returned"),
    e.SuitWithdrawn: _plain("suit_withdrawn"),
    e.CorrectionRequired: _plain("correction_required", until="last_day"),
    e.CorrectionMade: _plain("correction_made"),
    e.CaseAccepted: _plain("case_accepted", variant="procedure"),
    e.MediationReferred: _plain("mediation_referred", until="last_day"),
    e.MediationFailed: _plain("mediation_failed"),
    e.FeeNoticeReceived: _plain("fee_notice", variant="fee"),
    e.FeePaid: _plain("fee_paid", variant="fee"),
    e.ComplaintServed: _where(_plain("complaint_served", party="party"), "abroad"),
    e.PublicNoticePublished: _where(_plain("notice_published", party="party", subject="what"), "abroad"),
    e.AnswerFiled: _plain("answer_filed", party="party"),
    e.JurisdictionObjected: _plain("jurisdiction_objected", party="party"),
    e.EvidencePeriodSet: _plain("evidence_period_set", variant="instance", until="last_day"),
    e.EvidenceSubmitted: _plain("evidence_submitted"),
    e.HearingSet: _plain("hearing_set", until="hearing_on"),
    e.HearingHeld: _hearing_held,
    e.TrialExtended: _plain("trial_extended", until="last_day"),
    e.RulingServed: _where(_ruling("ruling_served"), "abroad"),
    e.RulingChallenged: _ruling("ruling_challenged"),
    e.JudgmentGiven: _plain("judgment_given"),
    e.AppealFiled: _plain("appeal_filed", party="party"),
    e.AppealDocketed: _plain("appeal_docketed"),
    e.AppealDecided: _plain("appeal_decided"),
    e.CaseRemanded: _plain("case_remanded"),
    e.RetrialApplied: _plain("retrial_applied", party="party"),
    e.PaymentOrderApplied: _plain("payment_order_applied"),
    e.PaymentOrderAccepted: _plain("payment_order_accepted"),
    e.PaymentOrderIssued: _plain("payment_order_issued"),
    e.PaymentOrderServed: _plain("payment_order_served", party="party"),
    e.PaymentOrderObjected: _plain("payment_order_objected", party="party"),
    e.PaymentOrderEnded: _plain("payment_order_ended"),
    e.PaymentOrderSuitRefused: _plain("payment_order_suit_refused"),
    e.ArbitrationFiled: _arbitration,
    e.InstrumentObtained: _award,
    e.AssignmentNotified: _plain("assignment_notice", party="party"),
    e.MediationAgreed: _plain("mediation_agreed"),
    e.ConfirmationApplied: _plain("confirmation_applied"),
    e.PreservationApplied: _applied_for_preservation,
    e.PreservationRuled: _plain("preservation_ruled"),
    e.PreservationReviewApplied: _plain("preservation_review_applied"),
    e.PreservationTaken: _measure,
    e.PreservationRenewalApplied: _plain("measure_renewal_applied", subject="asset"),
    e.PreservationRenewed: _renewed,
    e.WaitingMeasureTookEffect: _took_effect,
    e.PreservationLifted: _plain("measure_lifted", subject="asset"),
    e.EnforcementAccepted: _plain("enforcement_accepted"),
    e.EnforcementNoticeServed: _plain("enforcement_notice_served", party="party", variant="basis"),
    e.AssetClueFiled: _where(_plain("clue_filed", subject="asset"), "urgent"),
    e.EnforcementObjected: _objected,
    e.DistributionPlanReceived: _plain("distribution_plan_received", subject="asset"),
    e.DistributionObjected: _plain("distribution_objected", subject="asset"),
    e.DistributionOpposed: _plain("distribution_opposed", subject="asset"),
    e.DistributionSued: _plain("distribution_sued", subject="asset"),
    e.SettlementMade: _plain("settlement_made", until="performance_last_day"),
    e.SettlementBroken: _plain("settlement_broken"),
    e.EnforcementStayed: _plain("stayed"),
    e.EnforcementEnded: _plain("enforcement_ended", variant="ground"),
    e.EnforcementResumed: _plain("resumed"),
    e.DebtorListed: _plain("debtor_listed", party="party"),
    e.AuctionSet: _auction_set,
    e.AuctionHeld: _auction_held,
    e.AssetTakenForDebt: _plain("taken_for_debt", subject="asset"),
    e.BankruptcyAccepted: _bankruptcy,
    e.BankruptcyClaimFiled: _plain("bankruptcy_claimed", party="party"),
    e.EnforcementPaid: _plain("paid"),
    e.WriteOffBooked: _plain("write_off_booked"),
    e.MatterClosed: _named("result", {choice.value: _CLOSED.get(choice.value, "closed") for choice in e.CLOSINGS}),
}
