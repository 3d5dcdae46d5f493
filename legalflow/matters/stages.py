"""The table: every event, at which stage it may happen, where it leads, what it needs, and who may record it.

Read a row so: `A20 → A25` means "at A20 it may happen, and leads to A25"; a stage without an arrow stays. `ANY` is
every stage from opening to closing. The C stages of write-off run beside the A stages. A row may say when it leads on
(`when`): a notice of the acceptance fee leads to A35, one of another fee stays.

A matter that a bankruptcy finds in court stays where it is, for the suit goes on with the administrator; at A80 what
goes on against the other debtors may be recorded. Every stage that was added later lets happen, with the same outcome,
whatever the stages allow that it may stand in for, so that older journals lead where they led. A claim that was
assigned while a proceeding goes on stays where it is until the assignee takes our place.
"""

from __future__ import annotations

from dataclasses import dataclass

from legalflow.access import Right
from legalflow.matters import asset_rules, checks, costs, needs
from legalflow.matters import events as e
from legalflow.matters import procedure_guards as guards
from legalflow.matters.checks import Check
from legalflow.matters.contacts import contact_is_whole
from legalflow.matters.needs import Need
from legalflow.matters.state import DocumentState, Matter


@dataclass(frozen=True)
class Stage:
    """A stage: its code, its names, and its rank, by which a bar of stages is drawn."""

    code: str
    zh: str
    en: str
    rank: int


def _ranked(*rows: tuple[str, str, str]) -> dict[str, Stage]:
    return {code: Stage(code, zh, en, rank) for rank, (code, zh, en) in enumerate(rows)}


STAGES = _ranked(
    ("A00", "接收", "taken in"),
    ("A05", "材料核验", "materials checked"),
    ("A10", "催告", "demand"),
    ("A12", "协商还款", "repaying by plan"),
    ("A15", "方案审批", "deciding on the way"),
    ("A20", "立案准备", "preparing to file"),
    ("A22", "用印", "being sealed"),
    ("A25", "已提交立案", "filed"),
    ("A26", "补正", "to be corrected"),
    ("A27", "不予立案", "docketing refused"),
    ("A30", "诉前调解", "in mediation"),
    ("A32", "调解达成", "mediated"),
    ("A35", "待缴费", "fee to be paid"),
    ("A85", "仲裁、公证", "arbitration or notary"),
    ("A40", "已立案", "accepted"),
    ("A42", "送达", "being served"),
    ("A45", "排期", "hearing set"),
    ("A47", "审理", "heard"),
    ("A50", "一审裁判", "judged"),
    ("A52", "上诉", "on appeal"),
    ("A55", "生效", "in effect"),
    ("A60", "执行准备", "preparing enforcement"),
    ("A62", "执行已提交", "enforcement applied for"),
    ("A65", "执行中", "under enforcement"),
    ("A67", "执行和解", "settled in enforcement"),
    ("A68", "中止执行", "suspended"),
    ("A70", "终本", "stayed, no assets"),
    ("A72", "恢复执行", "resumed"),
    ("A75", "终结执行", "enforcement ended"),
    ("A78", "执行完毕", "paid in full"),
    ("A80", "破产程序", "in bankruptcy"),
    ("A92", "债权转让", "claim assigned"),
    ("A90", "结束", "closed"),
)
WRITE_OFF_STAGES = _ranked(
    ("C0", "表内", "on the books"),
    ("C1", "核销拟申报", "being prepared"),
    ("C2", "已申报", "applied for"),
    ("C3", "复核通过，待审批", "checked"),
    ("C4", "已批准", "approved"),
    ("C5", "已核销·账销案存", "written off, pursued on"),
    ("C6", "核销后有收回", "written off, money came back"),
    ("C7", "完全终结", "ended for good"),
    ("C8", "退回或撤回", "refused or withdrawn"),
)

ANY = " ".join(code for code in STAGES if code != "A90")
ALWAYS = " ".join(STAGES)
_FILED = "A25 A26 A27 A35"
_TRIED = "A40 A42 A45 A47"
# A suit goes on with the administrator; a paid debt and an assigned one are over.
_IN_COURT = f"A20 A22 {_FILED} A30 A32 A85 {_TRIED} A50 A52 A78 A92"
_OUT_OF_COURT = " ".join(code for code in ANY.split() if code not in _IN_COURT.split())
# Stages a matter need not pass through: a bar shows them only where it did.
_ON_THE_SIDE = "A12 A15 A22 A26 A27 A30 A32 A35 A85 A42 A45 A47 A52 A67 A68 A72 A75 A80 A92"
ON_THE_SIDE = frozenset(_ON_THE_SIDE.split())
# What a matter that went to arbitration or to the notary does not come to either.
OF_THE_SUIT = frozenset({"A25", "A40", "A50"})
_ENFORCED = "A55 A60 A62 A65 A67 A68 A70 A72 A75 A80"
# Where a court, institution or administrator has the claim before it: its place changes hands by their decision only.
_BEFORE_OTHERS = f"A25 A26 A30 A32 A35 A85 {_TRIED} A50 A52 A62 A65 A67 A68 A70 A72 A80"
# The seal on the complaint is applied for: the set is fixed, until the complaint is sent back, void or made anew.
_OUT_OF_SEALING = " ".join(code for code in ANY.split() if code not in {"A20", "A22"})
_FROM_PREPARING = f"A20 → A22; A22; {_OUT_OF_SEALING}"
_TO_PREPARING = f"A22 → A20; A20; {_OUT_OF_SEALING}"
_NOT_FILED = " ".join(code for code in ANY.split() if code not in _FILED.split())
_BEFORE_NOBODY = " ".join(code for code in ANY.split() if code not in _BEFORE_OTHERS.split())


@dataclass(frozen=True)
class Rule:
    """One row of the table. `moves` and `off` lead from a stage to the next, of the matter and of its write-off.

    `when`, where it is given, says whether an event leads on; else it stays. `needs` look at the matter alone, `checks`
    also at the event. `rights`: any of them suffices; none means that only
    our own tasks record it. A `fixed` event cannot be reversed: it is about bytes that exist or went out.
    """

    event: type[e.MatterEvent]
    moves: dict[str, str]
    rights: tuple[Right, ...]
    needs: tuple[Need, ...] = ()
    checks: tuple[Check, ...] = ()
    off: dict[str, str] | None = None
    fixed: bool = False
    aside: bool = False
    when: guards.Where | None = None

    def leads(self, matter: Matter, event: e.MatterEvent) -> str:
        """The stage after the event."""
        if self.when is not None and not self.when(matter, event):
            return matter.stage
        return self.moves.get(matter.stage, matter.stage)

    @property
    def advances(self) -> bool:
        """Whether it leads from one stage to another, of the matter or of its write-off."""
        return any(a != b for moves in (self.moves, self.off or {}) for a, b in moves.items())

    @property
    def internal(self) -> bool:
        """Whether it belongs to the write-off, which nobody outside may see (财金〔2017〕90号 第十三条)."""
        return self.off is not None


def _moves(text: str) -> dict[str, str]:
    """`"A05 A10 → A20; A25"` as from and to; nothing before the arrow is the time before opening.

    >>> _moves("A05 A10 → A20; A25")
    {'A05': 'A20', 'A10': 'A20', 'A25': 'A25'}
    """
    found: dict[str, str] = {}
    for part in text.split(";"):
        before, arrow, after = part.partition("→")
        for code in before.split() or [""]:
            found[code] = after.strip() if arrow else code
    return found


def _row(
    event: type[e.MatterEvent],
    moves: str,
    *rights: Right,
    needs: tuple[Need, ...] = (),
    checks: tuple[Check, ...] = (),
    off: str = "",
    fixed: bool = False,
    aside: bool = False,
    when: guards.Where | None = None,
) -> Rule:
    return Rule(event, _moves(moves), rights, needs, checks, _moves(off) if off else None, fixed, aside, when)


_D = DocumentState
_since_opening = checks.not_before("接收日", "the opening", checks.opened_on)
_since_filing = checks.not_before("提交立案日", "the filing", checks.filed_on)
_since_judgment = checks.not_before("裁判日", "the judgment", checks.judged_on)
_since_effect = checks.not_before("生效日", "the effect", checks.effective_on)
_since_booking = checks.not_before("核销入账日", "the booking", checks.booked_on)

# fmt: off
_TABLE: tuple[Rule, ...] = (
    # taking in and deciding
    _row(e.MatterOpened, "→ A00", Right.OPEN_MATTER, fixed=True),
    _row(e.MaterialsChecked, "A00 A05 → A05; A80", Right.RECORD),
    _row(e.DemandStarted, "A05 A12 A15 → A10; A80", Right.RECORD),
    _row(e.RepaymentPlanAgreed, "A05 A10 A12 A15 → A12; A80", Right.RECORD,
         checks=(checks.not_before_on("performance_last_day"),)),
    _row(e.StrategyProposed, "A05 A10 A12 A15 A27 A80 → A15", Right.RECORD, needs=(guards.STILL_OURS,)),
    _row(e.StrategyApproved, "A15", Right.APPROVE_STRATEGY, needs=(guards.STRATEGY_OPEN,),
         checks=(guards.approves_what_was_proposed, guards.decider_is_another)),
    _row(e.StrategyReturned, "A15 → A10", Right.APPROVE_STRATEGY, needs=(guards.STRATEGY_OPEN,),
         checks=(guards.decider_is_another,)),
    _row(e.SuitDecided, "A05 A10 A12 A15 A80 → A20", Right.RECORD,
         needs=(needs.NOT_IN_FORCE, guards.STILL_OURS, guards.way_is_free("sue", "payment_order"))),
    # filing
    _row(e.FilingSubmitted, "A20 A22 → A25", Right.RECORD,
         needs=(needs.SEALED_COMPLAINT, needs.MADE_BUNDLE, guards.STILL_OURS), checks=(checks.filing_is_whole,)),
    _row(e.FilingReturned, f"{_FILED} A30 → A20", Right.RECORD, checks=(_since_filing,)),
    _row(e.MediationReferred, f"{_FILED} → A30", Right.RECORD,
         checks=(_since_filing, checks.not_before_on("last_day"))),
    _row(e.MediationFailed, "A30 → A25", Right.RECORD, checks=(_since_filing,)),
    _row(e.FeeNoticeReceived, f"A25 A26 A35 → A35; A27 A30 A85 {_TRIED} A50 A52", Right.RECORD,
         when=guards.where("fee", "acceptance")),
    _row(e.FeePaid, f"A35 → A25; A25 A26 A27 A30 A85 {_TRIED} A50 A52", Right.RECORD, Right.RECORD_PAYMENT,
         needs=(needs.FEE_NOTICE,), when=guards.where("fee", "acceptance")),
    _row(e.CostPaid, ALWAYS, Right.RECORD, Right.RECORD_PAYMENT, checks=(costs.amount_is_positive,), aside=True),
    _row(e.CostRefunded, ALWAYS, Right.RECORD, Right.RECORD_PAYMENT, needs=(costs.COST_PAID,),
         checks=(costs.amount_is_positive, costs.refund_fits), aside=True),
    _row(e.CaseAccepted, f"{_FILED} A30 A00 A05 A10 A12 A15 A20 A22 A80 → A40", Right.RECORD,
         needs=(guards.IN_COURT,), checks=(_since_filing,)),
    # judgment and appeal; a mediation paper or a ruling that confirms an agreement may come without a docket
    _row(e.JudgmentGiven, f"A32 {_TRIED} → A50; A52", Right.RECORD,
         checks=(_since_filing, checks.judgment_is_of_its_instance)),
    _row(e.JudgmentServed, "A50 A52", Right.RECORD,
         checks=(_since_judgment, checks.party_is_of_the_judgment, checks.second_service_has_its_judgment)),
    _row(e.AppealFiled, "A50 A52 → A52", Right.RECORD, checks=(_since_judgment, checks.party_is_of_the_judgment)),
    _row(e.AppealDecided, "A52", Right.RECORD, needs=(needs.APPEAL_OPEN,), checks=(_since_judgment,)),
    _row(e.CaseRemanded, "A52 → A40", Right.RECORD, needs=(needs.APPEAL_OPEN,), checks=(_since_judgment,)),
    _row(e.JudgmentTookEffect, "A50 A52 → A55", Right.RECORD,
         needs=(needs.JUDGMENT_SERVED, needs.APPEAL_OVER), checks=(_since_judgment, checks.performance_follows)),
    # arbitration, notarised deeds, payment orders: an instrument in force without a judgment
    _row(e.ArbitrationFiled, "A05 A10 A12 A15 A20 A22 A27 A80 → A85", Right.RECORD,
         needs=(needs.NOT_IN_FORCE, guards.STILL_OURS, guards.way_is_free("arbitrate"))),
    _row(e.ArbitrationAccepted, "A85", Right.RECORD, needs=(guards.ARBITRATION,)),
    _row(e.CertificateApplied, "A05 A10 A12 A15 A20 A22 A27 A80 → A85", Right.RECORD,
         needs=(needs.NOT_IN_FORCE, guards.STILL_OURS, guards.way_is_free("notarised"))),
    _row(e.OtherWayEnded, "A85 → A20", Right.RECORD),
    _row(e.InstrumentObtained, "A00 A05 A10 A12 A15 A20 A22 A80 A85 → A55", Right.RECORD,
         needs=(needs.NOT_IN_FORCE, guards.OTHER_WAY),
         checks=(guards.instrument_is_of_its_way, checks.not_before_on("performance_last_day"))),
    # enforcement; that the two years have passed is a warning, not a bar (民事诉讼法解释 第四百八十一条)
    _row(e.EnforcementPrepared, "A55 A75 A80 → A60", Right.RECORD,
         needs=(needs.EFFECTIVE, guards.APPLY_ANEW), checks=(_since_effect,)),
    _row(e.EnforcementSubmitted, "A60 A80 → A62", Right.RECORD,
         needs=(needs.SEALED_APPLICATION, guards.STILL_OURS), checks=(_since_effect, checks.application_is_sealed)),
    _row(e.EnforcementAccepted, "A62 A80 → A65", Right.RECORD, needs=(needs.APPLIED,), checks=(_since_effect,)),
    _row(e.EnforcementSuspended, "A65 A67 A72 → A68; A68 A80", Right.RECORD, checks=(_since_effect,)),
    _row(e.SuspensionEnded, "A68 → A65; A80", Right.RECORD, needs=(needs.SUSPENDED,), checks=(_since_effect,)),
    _row(e.EnforcementStayed, "A65 A67 A68 A72 A80 → A70", Right.RECORD,
         needs=(needs.DOCKETED_FOR_ENFORCEMENT,), checks=(_since_effect,)),
    _row(e.EnforcementResumed, "A67 A70 A80 → A72", Right.RECORD, needs=(needs.RESUMABLE,), checks=(_since_effect,)),
    _row(e.EnforcementPaid, "A65 A67 A68 A70 A72 A80 → A78", Right.RECORD,
         needs=(needs.DOCKETED_FOR_ENFORCEMENT,), checks=(_since_effect,)),
    _row(e.EnforcementEnded, "A65 A67 A68 A70 A72 A80 → A75", Right.RECORD,
         needs=(needs.DOCKETED_FOR_ENFORCEMENT,), checks=(_since_effect,)),
    # the claim changes hands
    _row(e.ClaimAssigned, f"{_BEFORE_NOBODY} → A92; {_BEFORE_OTHERS}", Right.RECORD,
         needs=(guards.STILL_OURS, guards.way_is_free("assign"), guards.NO_WRITE_OFF_ASKED), checks=(_since_opening,)),
    _row(e.AssignmentNotified, ANY, Right.RECORD, needs=(guards.ASSIGNED,)),
    _row(e.CreditorReplaced, f"{_BEFORE_OTHERS} → A92; A92", Right.RECORD, needs=(guards.ASSIGNED,)),
    _row(e.ReceiptExplained, ANY, Right.RECORD, needs=(needs.MONEY_CAME_IN,),
         checks=(checks.receipt_is_known, checks.receipt_counts_by_now, asset_rules.is_known), aside=True),
    _row(e.ClaimWaived, _ENFORCED, Right.RECORD, needs=(needs.EFFECTIVE,), checks=(_since_effect,), aside=True),
    _row(e.RestitutionOrdered, _ENFORCED, Right.RECORD,
         needs=(needs.MONEY_CAME_IN,), checks=(_since_effect, checks.not_before_on("performance_last_day")),
         aside=True),
    _row(e.MatterClosed, f"{ANY} → A90", Right.RECORD,
         needs=(needs.NO_WRITE_OFF_UNDER_WAY, needs.WRITTEN_OFF_CLAIM_OVER), checks=(_since_opening,)),
    # write-off: maker, checker, approver, booking
    _row(e.WriteOffPrepared, ANY, Right.APPLY_WRITE_OFF, off="C0 C8 → C1"),
    _row(e.WriteOffApplied, ANY, Right.APPLY_WRITE_OFF, off="C1 → C2", checks=(checks.request_fits,)),
    _row(e.WriteOffChecked, ANY, Right.CHECK_WRITE_OFF, off="C2 → C3", needs=(needs.FITS_THE_BOOKS,),
         checks=(checks.request_is_the_same, checks.checker_is_another)),
    _row(e.WriteOffApproved, ANY, Right.APPROVE_WRITE_OFF, off="C3 → C4", needs=(needs.FITS_THE_BOOKS,),
         checks=(checks.request_is_the_same, checks.approver_is_another)),
    _row(e.WriteOffBooked, ANY, Right.BOOK_WRITE_OFF, off="C4 → C5", needs=(needs.FITS_THE_BOOKS,),
         checks=(checks.request_is_the_same, checks.booking_is_as_approved)),
    _row(e.WriteOffRefused, ANY, Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF, off="C2 C3 → C8",
         checks=(checks.request_is_the_same,)),
    _row(e.WriteOffWithdrawn, ANY, Right.APPLY_WRITE_OFF, off="C1 C2 C3 C4 → C8"),
    _row(e.RecoveryRecorded, ANY, Right.RECORD_RECOVERY, off="C5 C6 → C6",
         checks=(_since_booking, checks.receipt_is_new, checks.recovery_adds_up)),
    _row(e.WriteOffEnded, ANY, Right.APPROVE_WRITE_OFF, off="C5 C6 → C7", checks=(_since_booking,)),
    # facts of the debt
    _row(e.DemandDelivered, ANY, Right.RECORD),
    _row(e.DebtAcknowledged, ANY, Right.RECORD),
    _row(e.ContactMade, ANY, Right.RECORD, checks=(contact_is_whole,)),
    _row(e.PaymentReceived, ANY, Right.RECORD_PAYMENT, needs=(needs.NOT_BOOKED,), checks=(checks.receipt_is_new,)),
    _row(e.LoanChanged, ANY, Right.IMPORT, needs=(needs.NOT_BOOKED,), fixed=True),
    _row(e.AccelerationDeclared, f"A00 A05 A10 A12 A15 A20 A22 {_FILED} A30 A85 {_TRIED} A80", Right.RECORD),
    # what else moves limitation
    _row(e.LimitationInterrupted, ANY, Right.RECORD, checks=(checks.not_before_on("ended_on"),), aside=True),
    _row(e.ObstacleArose, ANY, Right.RECORD, aside=True),
    _row(e.ObstacleEnded, ANY, Right.RECORD, needs=(needs.OBSTACLE,), aside=True),
    # assets and preservation; the order of what happens to one asset stands in `asset_rules`
    _row(e.AssetFound, ANY, Right.RECORD, checks=(asset_rules.is_new,), aside=True),
    _row(e.AssetValued, ANY, Right.RECORD, checks=(asset_rules.is_known, asset_rules.in_order), aside=True),
    _row(e.PreservationApplied, f"A00 A05 A10 A12 A15 A20 A22 {_FILED} A30 A32 A85 {_TRIED} A50 A52 A55 A60 A80",
         Right.RECORD, checks=(asset_rules.in_order,), aside=True),
    _row(e.PreservationRuled, ANY, Right.RECORD, needs=(needs.PRESERVATION_APPLIED,), aside=True),
    _row(e.PreservationReviewApplied, ANY, Right.RECORD, needs=(needs.PRESERVATION_RULED,), aside=True),
    _row(e.PreservationTaken, ANY, Right.RECORD, checks=(checks.not_before_on("expires_on"), asset_rules.in_order),
         aside=True),
    _row(e.WaitingMeasureTookEffect, ANY, Right.RECORD, needs=(needs.MEASURE,),
         checks=(checks.measure_is_known, checks.not_before_on("expires_on"), asset_rules.in_order), aside=True),
    _row(e.PreservationRenewalApplied, ANY, Right.RECORD, needs=(needs.MEASURE,),
         checks=(checks.measure_is_known, asset_rules.in_order), aside=True),
    _row(e.PreservationRenewed, ANY, Right.RECORD, needs=(needs.MEASURE,),
         checks=(checks.measure_is_known, checks.not_before_on("expires_on"), asset_rules.in_order), aside=True),
    _row(e.PreservationLifted, ANY, Right.RECORD, needs=(needs.MEASURE,),
         checks=(checks.measure_is_known, asset_rules.in_order), aside=True),
    # payment order, mediation
    _row(e.PaymentOrderApplied, "A00 A05 A10 A12 A15 A20 A22 A80", Right.RECORD,
         needs=(guards.STILL_OURS, guards.way_is_free("payment_order")), aside=True),
    _row(e.PaymentOrderAccepted, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_APPLIED,), aside=True),
    _row(e.PaymentOrderIssued, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_APPLIED,), aside=True),
    _row(e.PaymentOrderServed, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_ISSUED,), aside=True),
    _row(e.PaymentOrderObjected, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_SERVED,), aside=True),
    _row(e.PaymentOrderEnded, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_APPLIED,), aside=True),
    _row(e.PaymentOrderSuitRefused, ANY, Right.RECORD, needs=(needs.PAYMENT_ORDER_ENDED,), aside=True),
    _row(e.MediationAgreed, f"A00 A05 A10 A12 A15 A20 A22 {_FILED} {_TRIED} A80; A30 A32 → A32", Right.RECORD,
         aside=True),
    _row(e.ConfirmationApplied, f"A00 A05 A10 A12 A15 A20 A22 {_FILED} A30 A32 {_TRIED} A80", Right.RECORD,
         needs=(needs.MEDIATION_AGREED,), aside=True),
    # on the way to judgment
    _row(e.SuitWithdrawn, f"{_FILED} A30 A32 {_TRIED} → A20", Right.RECORD, checks=(_since_filing,), aside=True),
    _row(e.CorrectionRequired, f"{_FILED} → A26; {_TRIED}", Right.RECORD, checks=(checks.not_before_on("last_day"),),
         aside=True),
    _row(e.CorrectionMade, f"A25 A26 → A25; A27 A35 {_TRIED}", Right.RECORD,
         needs=(needs.CORRECTION_REQUIRED,), aside=True),
    _row(e.ComplaintServed, "A40 A42 → A42; A45 A47", Right.RECORD, checks=(_since_filing,)),
    _row(e.PublicNoticePublished, "A40 A42 → A42; A45 A47 A50 A52", Right.RECORD, checks=(_since_filing,), aside=True,
         when=guards.where("what", "complaint")),
    _row(e.AnswerFiled, _TRIED, Right.RECORD, checks=(_since_filing,), aside=True),
    _row(e.JurisdictionObjected, _TRIED, Right.RECORD, checks=(_since_filing,), aside=True),
    _row(e.EvidencePeriodSet, f"{_TRIED} A52", Right.RECORD, checks=(checks.not_before_on("last_day"),), aside=True),
    _row(e.EvidenceSubmitted, f"{_TRIED} A52", Right.RECORD, needs=(needs.EVIDENCE_PERIOD,),
         checks=(guards.late_evidence_says_why,), aside=True),
    _row(e.HearingSet, f"{_TRIED} → A45; A52", Right.RECORD,
         checks=(checks.not_before_on("hearing_on"), guards.clock_time("time"))),
    _row(e.HearingHeld, f"{_TRIED} → A47; A52", Right.RECORD,
         checks=(_since_filing, checks.not_before_on("next_hearing_on"))),
    _row(e.TrialExtended, f"{_TRIED} A52", Right.RECORD, checks=(checks.not_before_on("last_day"),), aside=True),
    _row(e.RulingServed, f"A25 A26 A27 A35 → A27; {_NOT_FILED}", Right.RECORD, aside=True,
         when=guards.where("about", "refused_docketing")),
    _row(e.RulingChallenged, ANY, Right.RECORD, needs=(needs.RULING_SERVED,), aside=True),
    _row(e.AppealDocketed, "A52", Right.RECORD, checks=(_since_judgment,), aside=True),
    _row(e.RetrialApplied, f"{_ENFORCED} A78", Right.RECORD, checks=(_since_effect,), aside=True),
    # in enforcement
    _row(e.EnforcementNoticeServed, "A62 A65 A67 A68 A70 A72 A80", Right.RECORD, checks=(_since_effect,), aside=True),
    _row(e.AssetClueFiled, "A62 A65 A67 A68 A70 A72 A80", Right.RECORD,
         checks=(asset_rules.is_known, asset_rules.in_order), aside=True),
    _row(e.EnforcementObjected, "A62 A65 A67 A68 A70 A72 A80", Right.RECORD, checks=(_since_effect,), aside=True),
    _row(e.DistributionPlanReceived, "A65 A67 A68 A70 A72 A80", Right.RECORD,
         checks=(_since_effect, asset_rules.is_known, asset_rules.in_order, asset_rules.plan_fits), aside=True),
    _row(e.DistributionObjected, "A65 A67 A68 A70 A72 A80", Right.RECORD, needs=(needs.PLAN_RECEIVED,),
         checks=(asset_rules.is_known, asset_rules.in_order), aside=True),
    _row(e.DistributionOpposed, "A65 A67 A68 A70 A72 A80", Right.RECORD, needs=(needs.PLAN_RECEIVED,),
         checks=(asset_rules.is_known, asset_rules.in_order), aside=True),
    _row(e.DistributionSued, "A65 A67 A68 A70 A72 A80", Right.RECORD, needs=(needs.PLAN_OPPOSED,),
         checks=(asset_rules.is_known, asset_rules.in_order), aside=True),
    _row(e.SettlementMade, "A60 A62; A65 A67 A68 A70 A72 → A67; A80", Right.RECORD,
         checks=(_since_effect, checks.not_before_on("performance_last_day")), aside=True),
    _row(e.SettlementBroken, "A60 A62 A65 A67 A68 A70 A72 A80", Right.RECORD, needs=(needs.SETTLEMENT,), aside=True),
    _row(e.DebtorListed, "A65 A67 A68 A70 A72 A80", Right.RECORD, checks=(_since_effect,), aside=True),
    _row(e.AuctionSet, "A65 A67 A68 A70 A72 A80", Right.RECORD,
         checks=(checks.not_before_on("auction_on"), asset_rules.in_order, asset_rules.round_follows), aside=True),
    _row(e.AuctionHeld, "A65 A67 A68 A70 A72 A80", Right.RECORD, needs=(needs.AUCTION_SET,),
         checks=(asset_rules.is_known, asset_rules.in_order, asset_rules.result_fits), aside=True),
    _row(e.AssetTakenForDebt, "A65 A67 A68 A70 A72 A80", Right.RECORD,
         checks=(asset_rules.is_known, asset_rules.in_order, asset_rules.taking_follows), aside=True),
    _row(e.AssetTransferred, "A65 A67 A68 A70 A72 A80", Right.RECORD,
         checks=(asset_rules.is_known, asset_rules.in_order, asset_rules.amount_is_given), aside=True),
    _row(e.BankruptcyAccepted, f"{_IN_COURT}; {_OUT_OF_COURT} → A80", Right.RECORD,
         checks=(checks.not_before_on("claims_last_day"), checks.accepted_by_then), aside=True),
    _row(e.BankruptcyClaimFiled, ANY, Right.RECORD, needs=(needs.BANKRUPTCY, guards.STILL_OURS), aside=True),
    # documents; their steps concern bytes and are undone by a new version, never by a reversal
    _row(e.DocumentRequested, _TO_PREPARING, Right.DRAFT, checks=(checks.request_is_new,), fixed=True,
         when=guards.of_complaint),
    _row(e.DocumentRendered, ALWAYS, checks=(checks.document_is(_D.REQUESTED, _D.FAILED),), fixed=True),
    _row(e.DocumentFailed, ALWAYS, checks=(checks.document_is(_D.REQUESTED, _D.FAILED),), fixed=True),
    _row(e.DocumentApproved, ANY, Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE,
         needs=(needs.READY_DOCUMENT,), checks=(checks.document_is(_D.READY), checks.approval_binds), fixed=True),
    _row(e.DocumentReturned, _TO_PREPARING, Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE,
         checks=(checks.document_is(_D.READY, _D.APPROVED),), fixed=True, when=guards.of_complaint),
    _row(e.SealApplied, _FROM_PREPARING, Right.DRAFT, needs=(needs.APPROVED_DOCUMENT,),
         checks=(checks.document_is(_D.APPROVED), checks.application_binds), fixed=True, when=guards.of_complaint),
    _row(e.DocumentSealed, ANY, Right.SEAL, needs=(needs.APPROVED_DOCUMENT,),
         checks=(checks.document_is(_D.APPROVED), checks.seal_binds), fixed=True),
    _row(e.DocumentServed, ANY, Right.RECORD, needs=(needs.SEALED_DOCUMENT,),
         checks=(checks.document_is(_D.SEALED, _D.SERVED), checks.is_for_outside), fixed=True),
    _row(e.DocumentSubmitted, ANY, Right.RECORD, needs=(needs.SEALED_DOCUMENT,),
         checks=(checks.document_is(_D.SEALED, _D.SUBMITTED), checks.is_for_outside), fixed=True),
    _row(e.DocumentVoided, _TO_PREPARING, Right.DRAFT, needs=(needs.OPEN_DOCUMENT,), fixed=True,
         when=guards.of_complaint,
         checks=(checks.document_is(_D.REQUESTED, _D.READY, _D.FAILED, _D.RETURNED, _D.APPROVED, _D.SEALED),)),
    # evidence
    _row(e.ExhibitAdded, ANY, Right.ADD_EVIDENCE, checks=(checks.exhibit_is_new,), fixed=True),
    _row(e.ExhibitDescribed, ANY, Right.ADD_EVIDENCE, needs=(needs.EXHIBITS,), checks=(checks.file_stays,), fixed=True),
    _row(e.ExhibitWithdrawn, ANY, Right.ADD_EVIDENCE, needs=(needs.EXHIBITS,), checks=(checks.exhibit_is_there,),
         fixed=True),
    _row(e.BundleRequested, ANY, Right.BUNDLE, needs=(needs.EXHIBITS,), checks=(checks.bundle_is_new,), fixed=True),
    _row(e.BundleMade, ALWAYS, checks=(checks.bundle_is_being_made,), fixed=True),
    _row(e.BundleFailed, ALWAYS, checks=(checks.bundle_is_being_made,), fixed=True),
    # the firm, and undoing
    _row(e.FirmAssigned, ANY, Right.ASSIGN, needs=(needs.NO_FIRM,)),
    _row(e.FirmUnassigned, ALWAYS, Right.ASSIGN, needs=(needs.FIRM,)),
    _row(e.EventReversed, ALWAYS, Right.REVERSE, fixed=True),
)
# fmt: on

RULES: dict[str, Rule] = {rule.event.__name__: rule for rule in _TABLE}


def stage_title(code: str) -> tuple[str, str]:
    """A stage's names, Chinese and English; before opening it is not opened yet."""
    stage = STAGES.get(code) or WRITE_OFF_STAGES.get(code)
    return (stage.zh, stage.en) if stage else ("尚未接收", "not opened")


def rank(code: str) -> int:
    """A stage's place in its bar; −1 before opening."""
    stage = STAGES.get(code) or WRITE_OFF_STAGES.get(code)
    return stage.rank if stage else -1
