"""What leads a person on: what is waited for next, what hinders, and what a form can already know from the history.

Nothing is decided here: a proposal stands in a field that can be changed, and the use case checks what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeVar

from legalflow.forms import Form
from legalflow.loans.parties import PartyRole
from legalflow.matters import events as e
from legalflow.matters.matter import Matter, Recorded, Step, fold
from legalflow.matters.procedure_guards import open_strategy
from legalflow.matters.stages import RULES
from legalflow.persistence.tables import DocumentRow
from legalflow.services import drafting
from legalflow.services.viewing import MatterSheet

E = TypeVar("E", bound=e.MatterEvent)

# What follows from what happened already, where it still is to come.
_AWAITED = (
    "DemandDelivered",
    "JudgmentServed",
    "FeePaid",
    "StrategyApproved",
    "ArbitrationAccepted",
    "AssignmentNotified",
    "CreditorReplaced",
)
# Steps that end something are never what one is led to.
_ENDS = frozenset({"MatterClosed", "CreditorReplaced", "DocumentVoided", "DocumentReturned"})
# What is done along each way that may be proposed.
_OF_WAY = {
    "sue": "SuitDecided",
    "payment_order": "PaymentOrderApplied",
    "arbitrate": "ArbitrationFiled",
    "notarised": "CertificateApplied",
    "assign": "ClaimAssigned",
}
_BY_A_WAY = {*_OF_WAY.values(), "InstrumentObtained", "CaseAccepted"}
_OUT = frozenset({"sealed", "served", "submitted"})
# Which documents an event can be about: their states, and how the kind begins.
_FITTING: dict[str, tuple[frozenset[str], str]] = {
    "DocumentServed": (frozenset({"sealed", "served"}), ""),
    "DocumentSubmitted": (frozenset({"sealed", "submitted"}), ""),
    "DocumentVoided": (frozenset({"requested", "ready", "failed", "returned", "approved", "sealed"}), ""),
    "DemandDelivered": (_OUT, ""),
    "FilingSubmitted": (_OUT, "civil_complaint"),
    "EnforcementSubmitted": (_OUT, "enforcement_application"),
}
_FOR_OUTSIDE = frozenset(_FITTING) - {"DocumentVoided"}


def documents_for(name: str, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """The documents an event can be about, those of other events being all that are not void or failed."""
    if name not in _FITTING:
        return [row for row in rows if row.state not in {"void", "failed"}]
    states, kind = _FITTING[name]
    found = [row for row in rows if row.state in states and row.kind.startswith(kind)]
    return [row for row in found if not (name in _FOR_OUTSIDE and Form.load(row.kind).confidential)]


def hindered(matter: Matter, steps: Sequence[Step]) -> list[Step]:
    """The steps that would lead on from this stage but lack something; what they lack is what is to be done.

    While the way is being decided on, the step that hangs on the decision is that of the way proposed.
    """
    waiting = open_strategy(matter)
    others = _BY_A_WAY - {_OF_WAY.get(waiting.way, "") if waiting else ""} if matter.stage == "A15" else set()
    return [
        step
        for step in steps
        if not step.possible
        and step.advances
        and not step.aside
        and step.name not in {*_ENDS, *others}
        and RULES[step.name].off is None
        and matter.stage in RULES[step.name].moves
    ]


def awaited(sheet: MatterSheet) -> list[str]:
    """The events that follow from what happened already: a letter sent arrives, a judgment is served, a fee is paid."""
    return [name for name in _AWAITED if _open(name, sheet)]


def proposed(name: str, sheet: MatterSheet) -> dict[str, str]:
    """What the form of an event can already know, as texts by field; several parties are lines."""
    known: dict[str, str] = dict(_open(name, sheet))
    accepted = _last(sheet, e.CaseAccepted)
    judged = _last(sheet, e.JudgmentGiven)
    filed = _last(sheet, e.FilingSubmitted)
    enforced = _last(sheet, e.EnforcementAccepted)
    applied = _last(sheet, e.EnforcementSubmitted)
    measured = _last(sheet, e.PreservationTaken)
    match name:
        case "FilingSubmitted":
            known["defendants"] = "\n".join(_debtors(sheet))
            made = [row for row in sheet.bundles if row.state == "ready"]
            known["bundle"] = max(made, key=lambda row: row.version).id if made else ""
        case "CaseAccepted" if filed:
            known["court"] = filed.court
        case "JudgmentGiven" if accepted:
            known |= {"number": accepted.case_number, "body": accepted.court}
            known["parties"] = "\n".join([*(filed.defendants if filed else ()), sheet.loan.lender])
        case "EnforcementSubmitted" if accepted or judged:
            known["court"] = accepted.court if accepted else judged.body if judged else ""
        case "EnforcementAccepted" if applied:
            known["court"] = applied.court
        case "PreservationRenewalApplied" | "PreservationRenewed" | "PreservationLifted" if measured:
            known["asset"] = measured.asset
        case "ArbitrationFiled":
            known["respondents"] = "\n".join(_debtors(sheet))
        case "InstrumentObtained":
            known |= {"parties": "\n".join(_debtors(sheet)), **_other_way(sheet)}
        case "EnforcementEnded" if enforced:
            known["number"] = enforced.case_number
        case "EnforcementStayed" if enforced:
            known["number"] = enforced.case_number
        case _:
            pass
    asked = {field.name for field in fields(e.EVENTS[name])}
    return {field: text for field, text in known.items() if text and field in asked}


def hints(name: str, sheet: MatterSheet) -> dict[str, str]:
    """What the history says of a field that still is to be worked out, by field."""
    judged = _last(sheet, e.JudgmentGiven)
    if name == "JudgmentTookEffect" and judged and judged.performance_days:
        return {"performance_last_day": f"判决定有履行期限，生效后 {judged.performance_days} 日"}
    if name == "StrategyApproved":
        waiting = open_strategy(fold(sheet.events))
        return {"way": waiting.memo} if waiting else {}
    if name == "HearingSet":
        return {"time": "写作 09:05"}
    if name == "EnforcementEnded":
        return {"ground": "申请人撤销申请的，可在申请执行时效期间内再次申请"}
    return {}


def _open(name: str, sheet: MatterSheet) -> dict[str, str]:
    """The first thing of its kind that is still waited for, as texts of its form; empty where nothing is."""
    match name:
        case "DemandDelivered":
            return _letter_under_way(sheet)
        case "JudgmentServed":
            return _unserved(sheet)
        case "FeePaid":
            paid = {each.fee for each in _all(sheet, e.FeePaid)}
            due = next((each for each in _all(sheet, e.FeeNoticeReceived) if each.fee not in paid), None)
            return {"fee": due.fee, "amount": str(due.amount)} if due else {}
        case "StrategyApproved":
            waiting = open_strategy(fold(sheet.events))
            return {"way": waiting.way} if waiting else {}
        case "ArbitrationAccepted" if _last(sheet, e.ArbitrationFiled) and not _last(sheet, e.ArbitrationAccepted):
            return {"number": ""}
        case "AssignmentNotified" if _last(sheet, e.ClaimAssigned):
            told = {each.party for each in _all(sheet, e.AssignmentNotified)}
            party = next((name for name in _debtors(sheet) if name not in told), "")
            return {"party": party} if party else {}
        case "CreditorReplaced" if _last(sheet, e.ClaimAssigned) and sheet.row.stage != "A92":
            court = _last(sheet, e.EnforcementAccepted) or _last(sheet, e.CaseAccepted)
            return {"body": court.court if court else ""}
        case _:
            return {}


def _debtors(sheet: MatterSheet) -> list[str]:
    return [party.name for party in sheet.loan.parties if party.role is not PartyRole.LENDER]


def _other_way(sheet: MatterSheet) -> dict[str, str]:
    """Of an instrument without a judgment, what the way that was taken tells."""
    arbitration, certificate = _last(sheet, e.ArbitrationFiled), _last(sheet, e.CertificateApplied)
    if certificate:
        return {"kind": "notarised", "body": certificate.body}
    if arbitration:
        return {"kind": "award", "body": arbitration.body}
    order = _last(sheet, e.PaymentOrderApplied)
    return {"kind": "payment_order", "body": order.court} if order else {}


def _letter_under_way(sheet: MatterSheet) -> dict[str, str]:
    letters = {row.id for row in sheet.documents if row.kind == drafting.LETTER}
    arrived = {(each.party, each.document) for each in _all(sheet, e.DemandDelivered)}
    arrived |= {(each.party, "") for each in _all(sheet, e.DemandDelivered) if not each.document}
    for sent in _all(sheet, e.DocumentServed):
        if sent.document in letters and not {(sent.party, sent.document), (sent.party, "")} & arrived:
            mode = sent.mode if sent.mode in {choice.value for choice in e.DEMAND_MODES} else ""
            return {"party": sent.party, "document": sent.document, "mode": mode}
    return {}


def _unserved(sheet: MatterSheet) -> dict[str, str]:
    judged = _last(sheet, e.JudgmentGiven)
    if judged is None:
        return {}
    served = {each.party for each in _all(sheet, e.JudgmentServed) if each.instance == judged.instance}
    party = next((party for party in judged.parties if party not in served), "")
    return {"party": party, "instance": judged.instance} if party else {}


def _all(sheet: MatterSheet, kind: type[E]) -> list[E]:
    left_out = fold(sheet.events).reversed if sheet.events else frozenset()
    return [each.event for each in _standing(sheet.events, left_out) if isinstance(each.event, kind)]


def _last(sheet: MatterSheet, kind: type[E]) -> E | None:
    found = _all(sheet, kind)
    return found[-1] if found else None


def _standing(recorded: Sequence[Recorded], left_out: frozenset[int]) -> list[Recorded]:
    return [each for each in recorded if each.sequence not in left_out]
