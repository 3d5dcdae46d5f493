"""Where a matter stands: the frozen state that the fold of its events gives. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from legalflow.evidence.exhibits import Exhibit
from legalflow.matters.events import (
    AppealDecided,
    AppealFiled,
    CaseAccepted,
    DebtAcknowledged,
    DemandDelivered,
    EnforcementAccepted,
    EnforcementStayed,
    FeeNoticeReceived,
    FeePaid,
    FilingSubmitted,
    JudgmentGiven,
    JudgmentServed,
    MatterEvent,
    PaymentReceived,
    RecoveryRecorded,
)
from legalflow.matters.writeoff import Components, Shares, WriteOffRequest, request_digest, still_written_off

V = TypeVar("V")


def none_yet() -> Mapping[str, V]:
    """An empty mapping nobody can write to."""
    return MappingProxyType({})


@dataclass(frozen=True)
class Recorded:
    """An event with its number in the journal of its matter; numbers rise and are never used twice."""

    sequence: int
    event: MatterEvent


class DocumentState(Enum):
    """Where one version of a document stands; from `SEALED` on its bytes never change."""

    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"
    RETURNED = "returned"
    APPROVED = "approved"
    SEALED = "sealed"
    SERVED = "served"
    SUBMITTED = "submitted"
    VOID = "void"


DOCUMENT_STATE_NAMES = {
    DocumentState.REQUESTED: ("制作中", "being made"),
    DocumentState.READY: ("草稿", "draft"),
    DocumentState.FAILED: ("制作失败", "failed"),
    DocumentState.RETURNED: ("退回修改", "returned"),
    DocumentState.APPROVED: ("已批准", "approved"),
    DocumentState.SEALED: ("已用印", "sealed"),
    DocumentState.SERVED: ("已发出", "sent out"),
    DocumentState.SUBMITTED: ("已提交", "submitted"),
    DocumentState.VOID: ("已作废", "void"),
}


@dataclass(frozen=True, kw_only=True)
class MatterDocument:
    """One version of a document: its digests, and the persons (our ids) who asked for, approved and sealed it."""

    id: str
    kind: str
    version: int
    state: DocumentState
    facts: str
    requested_by: str
    requested_on: date
    replaces: str = ""
    docx: str = ""
    pdf: str = ""
    sealed: str = ""
    approved_by: str = ""
    sealed_by: str = ""
    reason: str = ""  # why it failed, was returned or made void
    sent_to: tuple[str, ...] = ()  # parties and bodies it went to

    @property
    def is_issued(self) -> bool:
        """Whether it is sealed or went out: its bytes are fixed for good."""
        return self.state in {DocumentState.SEALED, DocumentState.SERVED, DocumentState.SUBMITTED}


@dataclass(frozen=True, kw_only=True)
class MatterBundle:
    """One bundle: the exhibits it holds in their order, and once made its digests and pages. `state` is requested, made
    or failed."""

    id: str
    state: str
    facts: str
    requested_by: str
    exhibits: tuple[str, ...] = ()
    pdf: str = ""
    manifest: str = ""
    pages: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WriteOff:
    """The write-off of the loan: what was asked, by whom, checked and approved by whom, what was booked and came back.

    `overtaken` is True where money came in after the request: what was asked no longer fits the books.
    """

    criterion: str = ""
    request: WriteOffRequest | None = None
    document: str = ""
    applicant: str = ""
    checker: str = ""
    opinion: str = ""
    approver: str = ""
    approval_number: str = ""
    refusal: str = ""
    overtaken: bool = False
    booked: Components | None = None
    booked_on: date | None = None
    voucher: str = ""
    recoveries: tuple[RecoveryRecorded, ...] = ()
    ended_ground: str = ""

    @property
    def digest(self) -> str:
        """The digest of the request; empty where there is none."""
        return request_digest(self.request) if self.request else ""

    @property
    def shares(self) -> tuple[Shares, ...]:
        """The recoveries as allocated."""
        return tuple(
            Shares(fees=each.fees, interest=each.interest, principal=each.principal, accrued=each.accrued)
            for each in self.recoveries
        )

    @property
    def still_off(self) -> Shares:
        """What of the written-off amounts has not come back; all zero before the booking."""
        return still_written_off(self.booked, self.shares) if self.booked else Shares()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter as its journal tells it. `stage` is empty before it is opened; `write_off_stage` runs beside it.

    `services` are first-instance services, `second_services` those of the second; both by party. `version` is the
    number of the last event, whatever it was; `history` holds every event, the reversed ones (`reversed`) too.
    """

    stage: str = ""
    write_off_stage: str = "C0"
    loan: str = ""
    number: str = ""
    opened_on: date | None = None
    lacking: str = ""
    firm: str = ""
    accelerated_on: date | None = None
    demands: tuple[DemandDelivered, ...] = ()
    acknowledgements: tuple[DebtAcknowledged, ...] = ()
    payments: tuple[PaymentReceived, ...] = ()
    documents: Mapping[str, MatterDocument] = field(default_factory=none_yet)
    exhibits: Mapping[str, Exhibit] = field(default_factory=none_yet)
    bundles: Mapping[str, MatterBundle] = field(default_factory=none_yet)
    filing: FilingSubmitted | None = None  # the one that stands
    fee_notices: tuple[FeeNoticeReceived, ...] = ()
    fees_paid: tuple[FeePaid, ...] = ()
    acceptance: CaseAccepted | None = None
    judgment: JudgmentGiven | None = None
    services: Mapping[str, JudgmentServed] = field(default_factory=none_yet)
    second_services: Mapping[str, JudgmentServed] = field(default_factory=none_yet)
    appeals: tuple[AppealFiled, ...] = ()
    appeal_decision: AppealDecided | None = None
    effective_date: date | None = None
    performance_last_day: date | None = None
    enforcement_applied_on: date | None = None
    enforcement: EnforcementAccepted | None = None
    stay: EnforcementStayed | None = None  # the last 终本, until resumed
    resumed_number: str = ""
    write_off: WriteOff = WriteOff()
    closed_on: date | None = None
    result: str = ""
    version: int = 0
    history: tuple[Recorded, ...] = ()
    reversed: frozenset[int] = frozenset()

    @property
    def is_closed(self) -> bool:
        """Whether the matter has ended."""
        return self.stage == "A90"

    @property
    def case_numbers(self) -> tuple[tuple[str, str], ...]:
        """Every number of a proceeding so far with its Chinese name, in the order of the proceedings."""
        found = [
            ("一审案号", self.acceptance.case_number if self.acceptance else ""),
            *(("二审案号", appeal.case_number) for appeal in self.appeals),
            ("裁判文书号", self.judgment.number if self.judgment else ""),
            ("执行案号", self.enforcement.case_number if self.enforcement else ""),
            ("终本裁定号", self.stay.number if self.stay else ""),
            ("执恢案号", self.resumed_number),
        ]
        return tuple((name, number) for name, number in found if number)

    @property
    def standing(self) -> tuple[Recorded, ...]:
        """The events that count: neither reversed nor reversals."""
        return tuple(each for each in self.history if each.sequence not in self.reversed and not _undoes(each))

    def documents_of(self, kind: str, *states: DocumentState) -> tuple[MatterDocument, ...]:
        """The documents of a kind (or of kinds beginning so), in the given states if any are given, oldest first."""
        return tuple(
            document
            for document in self.documents.values()
            if document.kind.startswith(kind) and (not states or document.state in states)
        )

    def missing_from(self, bundle: str) -> tuple[Exhibit, ...]:
        """The exhibits at hand that a bundle does not hold."""
        held = self.bundles[bundle].exhibits if bundle in self.bundles else ()
        return tuple(exhibit for exhibit in self.exhibits.values() if exhibit.id not in held)


def _undoes(recorded: Recorded) -> bool:
    return type(recorded.event).__name__ == "EventReversed"
