"""The phases of a matter: under which heading a person looks for what may be recorded, among more than a hundred.

A phase is no stage: what happens in it may be recorded at many stages, and a stage has events of several phases.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A heading, and the names of the events that stand under it, in their usual order."""

    zh: str
    en: str
    events: tuple[str, ...]


def _phase(zh: str, en: str, events: str) -> Phase:
    return Phase(zh, en, tuple(events.split()))


PHASES: tuple[Phase, ...] = (
    _phase(
        "接收与催收",
        "taking in and demand",
        "MatterOpened MaterialsChecked DemandStarted DemandDelivered ContactMade DebtAcknowledged RepaymentPlanAgreed "
        "AccelerationDeclared",
    ),
    _phase("方案与审批", "deciding on the way", "StrategyProposed StrategyApproved StrategyReturned SuitDecided"),
    _phase(
        "文书与用印",
        "documents and seal",
        "DocumentRequested DocumentApproved DocumentReturned SealApplied DocumentSealed DocumentServed "
        "DocumentSubmitted DocumentVoided",
    ),
    _phase("证据", "evidence", "ExhibitAdded ExhibitDescribed ExhibitWithdrawn BundleRequested"),
    _phase(
        "立案与诉前调解",
        "filing and mediation",
        "FilingSubmitted CorrectionRequired CorrectionMade FilingReturned MediationReferred MediationAgreed "
        "ConfirmationApplied MediationFailed FeeNoticeReceived FeePaid CaseAccepted SuitWithdrawn",
    ),
    _phase(
        "送达与审理",
        "service and trial",
        "ComplaintServed PublicNoticePublished AnswerFiled JurisdictionObjected EvidencePeriodSet EvidenceSubmitted "
        "HearingSet HearingHeld TrialExtended RulingServed RulingChallenged",
    ),
    _phase(
        "裁判与上诉",
        "judgment and appeal",
        "JudgmentGiven JudgmentServed AppealFiled AppealDocketed AppealDecided CaseRemanded JudgmentTookEffect "
        "RetrialApplied",
    ),
    _phase(
        "支付令、仲裁与公证",
        "payment order, arbitration, notary",
        "PaymentOrderApplied PaymentOrderAccepted PaymentOrderIssued PaymentOrderServed PaymentOrderObjected "
        "PaymentOrderEnded PaymentOrderSuitRefused ArbitrationFiled ArbitrationAccepted CertificateApplied "
        "OtherWayEnded InstrumentObtained",
    ),
    _phase(
        "财产与保全",
        "assets and preservation",
        "AssetFound AssetValued PreservationApplied PreservationRuled PreservationReviewApplied PreservationTaken "
        "WaitingMeasureTookEffect PreservationRenewalApplied PreservationRenewed PreservationLifted AuctionSet "
        "AuctionHeld AssetTakenForDebt AssetTransferred DistributionPlanReceived DistributionObjected "
        "DistributionOpposed DistributionSued",
    ),
    _phase(
        "执行",
        "enforcement",
        "EnforcementPrepared EnforcementSubmitted EnforcementAccepted EnforcementNoticeServed AssetClueFiled "
        "DebtorListed EnforcementObjected SettlementMade SettlementBroken EnforcementSuspended SuspensionEnded "
        "EnforcementStayed EnforcementResumed EnforcementPaid EnforcementEnded ClaimWaived RestitutionOrdered",
    ),
    _phase("破产", "bankruptcy", "BankruptcyAccepted BankruptcyClaimFiled"),
    _phase("时效", "limitation", "LimitationInterrupted ObstacleArose ObstacleEnded"),
    _phase(
        "收款与核销",
        "money and write-off",
        "PaymentReceived ReceiptExplained CostPaid CostRefunded LoanChanged WriteOffPrepared WriteOffApplied "
        "WriteOffChecked "
        "WriteOffApproved WriteOffRefused WriteOffWithdrawn WriteOffBooked RecoveryRecorded WriteOffEnded",
    ),
    _phase(
        "转让、委派与结束",
        "assignment, firm, end",
        "ClaimAssigned AssignmentNotified CreditorReplaced FirmAssigned FirmUnassigned MatterClosed EventReversed",
    ),
)
OTHERS = Phase("其他", "others", ())
_OF = {name: phase for phase in PHASES for name in phase.events}


def phase_of(name: str) -> Phase:
    """The phase an event is looked for under."""
    return _OF.get(name, OTHERS)
