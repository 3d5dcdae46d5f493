"""What each event changes in the state of its matter, beside the stage (which is the table's, see `stages`).

One small function an event; an event without one changes nothing but the stage. Nothing is checked here: what stands in
the journal happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from types import MappingProxyType
from typing import Any, TypeVar

from legalflow.matters import events
from legalflow.matters.checks import components_of, request_of
from legalflow.matters.state import DocumentState, Matter, MatterBundle, MatterDocument, WriteOff, none_yet

V = TypeVar("V")


def _put(mapping: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    return MappingProxyType({**mapping, key: value})


def _document(matter: Matter, name: str, **changes: Any) -> Matter:
    """The matter with one document changed; a document the journal never named is left out."""
    document = matter.documents.get(name)
    if document is None:
        return matter
    return replace(matter, documents=_put(matter.documents, name, replace(document, **changes)))


def _bundle(matter: Matter, name: str, **changes: Any) -> Matter:
    bundle = matter.bundles.get(name)
    if bundle is None:
        return matter
    return replace(matter, bundles=_put(matter.bundles, name, replace(bundle, **changes)))


def _went_out(matter: Matter, name: str, state: DocumentState, to: str) -> Matter:
    document = matter.documents.get(name)
    return _document(matter, name, state=state, sent_to=(*document.sent_to, to)) if document else matter


def _write_off(matter: Matter, **changes: Any) -> Matter:
    return replace(matter, write_off=replace(matter.write_off, **changes))


@singledispatch
def effect(event: Any, matter: Matter) -> Matter:
    """The matter after the event, its stage untouched."""
    return matter


@effect.register
def _(event: events.MatterOpened, matter: Matter) -> Matter:
    return replace(matter, loan=event.loan, number=event.number, opened_on=event.on)


@effect.register
def _(event: events.MaterialsChecked, matter: Matter) -> Matter:
    return replace(matter, lacking=event.lacking)


@effect.register
def _(event: events.FirmAssigned, matter: Matter) -> Matter:
    return replace(matter, firm=event.firm)


@effect.register
def _(event: events.FirmUnassigned, matter: Matter) -> Matter:
    return replace(matter, firm="")


@effect.register
def _(event: events.AccelerationDeclared, matter: Matter) -> Matter:
    return replace(matter, accelerated_on=event.on)


@effect.register
def _(event: events.DemandDelivered, matter: Matter) -> Matter:
    return replace(matter, demands=(*matter.demands, event))


@effect.register
def _(event: events.DebtAcknowledged, matter: Matter) -> Matter:
    return replace(matter, acknowledgements=(*matter.acknowledgements, event))


@effect.register
def _(event: events.PaymentReceived, matter: Matter) -> Matter:
    under_way = matter.write_off_stage in {"C2", "C3", "C4"}
    after = replace(matter, payments=(*matter.payments, event))
    return _write_off(after, overtaken=True) if under_way else after


@effect.register
def _(event: events.DocumentRequested, matter: Matter) -> Matter:
    after = _document(matter, event.replaces, state=DocumentState.VOID, reason=f"由第{event.version}版替代")
    document = MatterDocument(
        id=event.document,
        kind=event.kind,
        version=event.version,
        state=DocumentState.REQUESTED,
        facts=event.facts,
        requested_by=event.actor,
        requested_on=event.on,
        replaces=event.replaces,
    )
    return replace(after, documents=_put(after.documents, event.document, document))


@effect.register
def _(event: events.DocumentRendered, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.READY, docx=event.docx, pdf=event.pdf, reason="")


@effect.register
def _(event: events.DocumentFailed, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.FAILED, reason=event.reason)


@effect.register
def _(event: events.DocumentApproved, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.APPROVED, approved_by=event.actor)


@effect.register
def _(event: events.DocumentReturned, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.RETURNED, reason=event.reason, approved_by="")


@effect.register
def _(event: events.DocumentSealed, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.SEALED, sealed=event.sealed, sealed_by=event.actor)


@effect.register
def _(event: events.DocumentServed, matter: Matter) -> Matter:
    return _went_out(matter, event.document, DocumentState.SERVED, event.party)


@effect.register
def _(event: events.DocumentSubmitted, matter: Matter) -> Matter:
    return _went_out(matter, event.document, DocumentState.SUBMITTED, event.body)


@effect.register
def _(event: events.DocumentVoided, matter: Matter) -> Matter:
    return _document(matter, event.document, state=DocumentState.VOID, reason=event.reason)


@effect.register
def _(event: events.ExhibitAdded, matter: Matter) -> Matter:
    return replace(matter, exhibits=_put(matter.exhibits, event.exhibit.id, event.exhibit))


@effect.register
def _(event: events.ExhibitDescribed, matter: Matter) -> Matter:
    return replace(matter, exhibits=_put(matter.exhibits, event.exhibit.id, event.exhibit))


@effect.register
def _(event: events.ExhibitWithdrawn, matter: Matter) -> Matter:
    left = {name: exhibit for name, exhibit in matter.exhibits.items() if name != event.exhibit}
    return replace(matter, exhibits=MappingProxyType(left))


@effect.register
def _(event: events.BundleRequested, matter: Matter) -> Matter:
    bundle = MatterBundle(
        id=event.bundle,
        state="requested",
        facts=event.facts,
        requested_by=event.actor,
        exhibits=event.exhibits,
    )
    return replace(matter, bundles=_put(matter.bundles, event.bundle, bundle))


@effect.register
def _(event: events.BundleMade, matter: Matter) -> Matter:
    return _bundle(
        matter, event.bundle, state="made", pdf=event.pdf, manifest=event.manifest, pages=event.pages, reason=""
    )


@effect.register
def _(event: events.BundleFailed, matter: Matter) -> Matter:
    return _bundle(matter, event.bundle, state="failed", reason=event.reason)


@effect.register
def _(event: events.FilingSubmitted, matter: Matter) -> Matter:
    return _went_out(replace(matter, filing=event), event.document, DocumentState.SUBMITTED, event.court)


@effect.register
def _(event: events.FilingReturned, matter: Matter) -> Matter:
    return replace(matter, filing=None)


@effect.register
def _(event: events.SuitWithdrawn, matter: Matter) -> Matter:
    return replace(matter, filing=None, acceptance=None)


@effect.register
def _(event: events.FeeNoticeReceived, matter: Matter) -> Matter:
    return replace(matter, fee_notices=(*matter.fee_notices, event))


@effect.register
def _(event: events.FeePaid, matter: Matter) -> Matter:
    return replace(matter, fees_paid=(*matter.fees_paid, event))


@effect.register
def _(event: events.CaseAccepted, matter: Matter) -> Matter:
    return replace(matter, acceptance=event)


@effect.register
def _(event: events.JudgmentGiven, matter: Matter) -> Matter:
    return replace(matter, judgment=event)


@effect.register
def _(event: events.JudgmentServed, matter: Matter) -> Matter:
    if event.instance == "second":
        return replace(matter, second_services=_put(matter.second_services, event.party, event))
    return replace(matter, services=_put(matter.services, event.party, event))


@effect.register
def _(event: events.AppealFiled, matter: Matter) -> Matter:
    return replace(matter, appeals=(*matter.appeals, event))


@effect.register
def _(event: events.AppealDecided, matter: Matter) -> Matter:
    return replace(matter, appeal_decision=event)


@effect.register
def _(event: events.CaseRemanded, matter: Matter) -> Matter:
    return replace(
        matter, judgment=None, services=none_yet(), second_services=none_yet(), appeals=(), appeal_decision=None
    )


@effect.register
def _(event: events.JudgmentTookEffect, matter: Matter) -> Matter:
    return replace(matter, effective_date=event.on, performance_last_day=event.performance_last_day)


@effect.register
def _(event: events.InstrumentObtained, matter: Matter) -> Matter:
    """It stands where a judgment stands, in force from the day it was recorded for."""
    judgment = events.JudgmentGiven(
        at=event.at,
        on=event.given_on,
        actor=event.actor,
        number=event.number,
        body=event.body,
        kind=event.kind,
        cause=event.cause,
        operative=event.operative,
        principal=event.principal,
        interest=event.interest,
        interest_until=event.interest_until,
        interest_rate=event.interest_rate,
        interest_base=event.interest_base,
        interest_basis=event.interest_basis,
        other_costs=event.other_costs,
        parties=event.parties,
        items=event.items,
    )
    return replace(matter, judgment=judgment, effective_date=event.on, performance_last_day=event.performance_last_day)


@effect.register
def _(event: events.EnforcementSubmitted, matter: Matter) -> Matter:
    after = replace(matter, enforcement_applied_on=event.on)
    return _went_out(after, event.document, DocumentState.SUBMITTED, event.court)


@effect.register
def _(event: events.EnforcementAccepted, matter: Matter) -> Matter:
    return replace(matter, enforcement=event)


@effect.register
def _(event: events.EnforcementStayed, matter: Matter) -> Matter:
    return replace(matter, stay=event)


@effect.register
def _(event: events.EnforcementResumed, matter: Matter) -> Matter:
    return replace(matter, stay=None, resumed_number=event.case_number)


@effect.register
def _(event: events.MatterClosed, matter: Matter) -> Matter:
    return replace(matter, closed_on=event.on, result=event.result)


@effect.register
def _(event: events.WriteOffPrepared, matter: Matter) -> Matter:
    return replace(matter, write_off=WriteOff(criterion=event.criterion))


@effect.register
def _(event: events.WriteOffApplied, matter: Matter) -> Matter:
    return _write_off(
        matter,
        criterion=event.criterion,
        request=request_of(event),
        document=event.document,
        applicant=event.actor,
        overtaken=False,
    )


@effect.register
def _(event: events.WriteOffChecked, matter: Matter) -> Matter:
    return _write_off(matter, checker=event.actor, opinion=event.opinion)


@effect.register
def _(event: events.WriteOffApproved, matter: Matter) -> Matter:
    return _write_off(matter, approver=event.actor, approval_number=event.number)


@effect.register
def _(event: events.WriteOffRefused, matter: Matter) -> Matter:
    return _write_off(matter, refusal=event.reason)


@effect.register
def _(event: events.WriteOffWithdrawn, matter: Matter) -> Matter:
    return _write_off(matter, refusal=event.reason)


@effect.register
def _(event: events.WriteOffBooked, matter: Matter) -> Matter:
    return _write_off(matter, booked=components_of(event), booked_on=event.on, voucher=event.voucher)


@effect.register
def _(event: events.RecoveryRecorded, matter: Matter) -> Matter:
    return _write_off(matter, recoveries=(*matter.write_off.recoveries, event))


@effect.register
def _(event: events.WriteOffEnded, matter: Matter) -> Matter:
    return _write_off(matter, ended_ground=event.ground)
