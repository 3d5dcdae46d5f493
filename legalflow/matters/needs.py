"""What must be there before something can happen: conditions on the matter alone, each saying what is needed.

They do not look at the event, so that a page can say beforehand why a step is not possible yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from legalflow.matters.state import DocumentState, Matter


@dataclass(frozen=True)
class Need:
    """A condition on the matter. `zh` and `en` say what is needed where it does not hold; `code` never changes."""

    code: str
    zh: str
    en: str
    holds: Callable[[Matter], bool]


def _has_document(kind: str, *states: DocumentState) -> Callable[[Matter], bool]:
    return lambda matter: bool(matter.documents_of(kind, *states))


def _judgment_is_served(matter: Matter) -> bool:
    """Every party named in the judgment is served; a mediation paper takes effect by signature, without it."""
    judgment = matter.judgment
    if judgment is None:
        return False
    if judgment.kind == "mediation":
        return True
    return bool(matter.services) and all(party in matter.services for party in judgment.parties)


def _appeal_is_over(matter: Matter) -> bool:
    """No appeal, or one that was decided; where the judgment was changed, the new one is recorded."""
    if not matter.appeals:
        return True
    decision, judgment = matter.appeal_decision, matter.judgment
    if decision is None:
        return False
    return decision.result != "changed" or (judgment is not None and judgment.instance == "second")


SEALED_COMPLAINT = Need(
    "need.sealed_complaint",
    "须有一份已批准并用印的起诉状",
    "a complaint, approved and sealed",
    _has_document("civil_complaint", DocumentState.SEALED),
)
MADE_BUNDLE = Need(
    "need.made_bundle",
    "须有一册已装订的证据卷",
    "an evidence bundle that has been made",
    lambda matter: any(bundle.state == "made" for bundle in matter.bundles.values()),
)
SEALED_APPLICATION = Need(
    "need.sealed_application",
    "须有一份已批准并用印的强制执行申请书",
    "an enforcement application, approved and sealed",
    _has_document("enforcement_application", DocumentState.SEALED),
)
READY_DOCUMENT = Need(
    "need.ready_document",
    "须有一份制作完成的文书草稿",
    "a document that has been made",
    _has_document("", DocumentState.READY),
)
APPROVED_DOCUMENT = Need(
    "need.approved_document",
    "须有一份已复核批准的文书",
    "a document that has been approved",
    _has_document("", DocumentState.APPROVED),
)
SEALED_DOCUMENT = Need(
    "need.sealed_document",
    "须有一份已用印的文书",
    "a document that has been sealed",
    lambda matter: any(document.is_issued for document in matter.documents.values()),
)
OPEN_DOCUMENT = Need(
    "need.open_document",
    "须有一份尚未发出的文书",
    "a document that has not gone out",
    lambda matter: any(
        document.state not in {DocumentState.SERVED, DocumentState.SUBMITTED, DocumentState.VOID}
        for document in matter.documents.values()
    ),
)
EXHIBITS = Need("need.exhibits", "须先加入证据", "at least one exhibit", lambda matter: bool(matter.exhibits))
FIRM = Need("need.firm", "案件尚未委派律所", "a firm assigned to the matter", lambda matter: bool(matter.firm))
NO_FIRM = Need(
    "need.no_firm",
    "案件已委派律所，须先解除委派",
    "the present firm to be unassigned first",
    lambda matter: not matter.firm,
)
FEE_NOTICE = Need(
    "need.fee_notice", "须先登记缴费通知", "a fee notice on record", lambda matter: bool(matter.fee_notices)
)
JUDGMENT_SERVED = Need(
    "need.judgment_served",
    "须登记裁判文书对各当事人的送达日期（调解书除外）",
    "the service of the judgment on every party (a mediation paper needs none)",
    _judgment_is_served,
)
APPEAL_OVER = Need(
    "need.appeal_over",
    "上诉尚无结果：须登记二审裁判；改判的，并登记二审判决内容",
    "the decision on the appeal and, where the judgment was changed, the new judgment",
    _appeal_is_over,
)
APPEAL_OPEN = Need(
    "need.appeal_open",
    "上诉已有结果",
    "an appeal not yet decided",
    lambda matter: bool(matter.appeals) and matter.appeal_decision is None,
)
EFFECTIVE = Need(
    "need.effective",
    "须先登记裁判文书的生效日期",
    "the day the judgment took effect",
    lambda matter: matter.effective_date is not None,
)
NOT_BOOKED = Need(
    "need.not_booked",
    "贷款已核销：款项须登记为“核销后收回”",
    "a loan not written off; record the money as a recovery",
    lambda matter: matter.write_off.booked is None,
)
NO_WRITE_OFF_UNDER_WAY = Need(
    "need.no_write_off_under_way",
    "核销申报尚在办理，须先退回、撤回或入账",
    "the write-off under way to be refused, withdrawn or booked",
    lambda matter: matter.write_off_stage not in {"C1", "C2", "C3", "C4"},
)
WRITTEN_OFF_CLAIM_OVER = Need(
    "need.written_off_claim_over",
    "账销案存，继续追偿：核销债权须先完全终结",
    "the written-off claim to be ended for good; until then recovery goes on",
    lambda matter: matter.write_off_stage not in {"C5", "C6"},
)
FITS_THE_BOOKS = Need(
    "need.fits_the_books",
    "申报后又有还款入账，金额已不符账面：须撤回后重新申报",
    "a request that fits the books: money came in since; withdraw it and apply again",
    lambda matter: not matter.write_off.overtaken,
)


def _after(zh: str, en: str, *names: str) -> Need:
    """One of the events named has happened and stands."""
    return Need(
        f"need.{'_or_'.join(names)}",
        f"须先登记“{zh}”",
        f"on record first: {en}",
        lambda matter: any(type(each.event).__name__ in names for each in matter.standing),
    )


PRESERVATION_APPLIED = _after("申请财产保全", "preservation applied for", "PreservationApplied")
PRESERVATION_RULED = _after("保全裁定作出", "preservation ruled", "PreservationRuled")
MEASURE = _after("采取保全、查控措施", "a measure taken", "PreservationTaken")
PAYMENT_ORDER_APPLIED = _after("申请支付令", "payment order applied for", "PaymentOrderApplied")
PAYMENT_ORDER_ISSUED = _after("发出支付令", "payment order issued", "PaymentOrderIssued")
PAYMENT_ORDER_SERVED = _after("支付令送达", "payment order served", "PaymentOrderServed")
PAYMENT_ORDER_ENDED = _after("督促程序终结", "payment order ended", "PaymentOrderEnded")
MEDIATION_AGREED = _after("达成调解协议", "mediation agreed", "MediationAgreed")
CORRECTION_REQUIRED = _after("通知补正", "correction required", "CorrectionRequired")
EVIDENCE_PERIOD = _after("指定举证期限", "evidence period set", "EvidencePeriodSet")
RULING_SERVED = _after("裁定送达", "a ruling served", "RulingServed")
PLAN_RECEIVED = _after("收到分配方案", "distribution plan received", "DistributionPlanReceived")
PLAN_OPPOSED = _after("收到对异议的反对意见", "objection opposed", "DistributionOpposed")
SETTLEMENT = _after("达成执行和解", "settlement made", "SettlementMade")
AUCTION_SET = _after("确定拍卖、变卖", "auction set", "AuctionSet")
BANKRUPTCY = _after("破产申请受理公告", "bankruptcy accepted", "BankruptcyAccepted")
OBSTACLE = Need(
    "need.obstacle",
    "须先登记尚未消除的障碍",
    "an obstacle that has not ended",
    lambda matter: _count(matter, "ObstacleArose") > _count(matter, "ObstacleEnded"),
)

NOT_IN_FORCE = Need(
    "need.not_in_force",
    "裁判已生效，不再另行起诉",
    "no judgment in force yet",
    lambda matter: matter.effective_date is None,
)
APPLIED = _after("提交强制执行申请", "enforcement applied for", "EnforcementSubmitted")
DOCKETED_FOR_ENFORCEMENT = _after("执行立案", "enforcement accepted", "EnforcementAccepted")
RESUMABLE = _after(
    "终结本次执行程序”或“达成执行和解",
    "a round of enforcement ended, or a settlement",
    "EnforcementStayed",
    "SettlementMade",
)
SUSPENDED = Need(
    "need.suspended",
    "须先登记“中止、暂缓执行”",
    "on record first: enforcement suspended",
    lambda matter: _count(matter, "EnforcementSuspended") > _count(matter, "SuspensionEnded"),
)
MONEY_CAME_IN = Need(
    "need.money_came_in",
    "须先登记收到的款项",
    "on record first: money that came in",
    lambda matter: bool(matter.payments or matter.write_off.recoveries),
)


def _count(matter: Matter, name: str) -> int:
    return sum(type(each.event).__name__ == name for each in matter.standing)
