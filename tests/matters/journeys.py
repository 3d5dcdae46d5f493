"""Matters built from their events, for the tests of this room: each helper records what a person would, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from legalflow.evidence.exhibits import Exhibit
from legalflow.matters import events as e
from legalflow.matters.matter import Matter, Recorded, admit, follow
from legalflow.values.money import Money

NOW = datetime(2030, 1, 1, tzinfo=UTC)
BORROWER = "甄借款"
GUARANTOR = "保样例"


def happened(what: type[e.MatterEvent], on: date | str = "2026-03-02", /, actor: str = "counsel", **facts: Any) -> Any:
    """An event of a kind on a day, recorded long after, so that no test depends on the clock."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return what(at=NOW, on=day, actor=actor, **facts)


def record(matter: Matter, event: e.MatterEvent) -> Matter:
    """The matter with one more event, admitted through the gate."""
    admit(matter, event)
    return follow(matter, Recorded(matter.version + 1, event))


def journey(*events: e.MatterEvent, start: Matter | None = None) -> Matter:
    """A matter through all of the events, each admitted."""
    matter = start or Matter()
    for event in events:
        matter = record(matter, event)
    return matter


def opened() -> list[e.MatterEvent]:
    """Taken in, checked, decided to sue."""
    return [
        happened(e.MatterOpened, loan="L1", number="AJ-1"),
        happened(e.MaterialsChecked),
        happened(e.DemandStarted),
        happened(e.SuitDecided),
    ]


def made(document: str, kind: str, **facts: Any) -> list[e.MatterEvent]:
    """A document asked for and rendered."""
    return [
        happened(e.DocumentRequested, document=document, kind=kind, facts="f" + document, **facts),
        happened(e.DocumentRendered, actor="system", document=document, docx="d" + document, pdf="p" + document),
    ]


def sealed(document: str, kind: str) -> list[e.MatterEvent]:
    """A document made by counsel, approved by the reviewer and sealed by the keeper."""
    return [
        *made(document, kind),
        happened(e.DocumentApproved, actor="reviewer", document=document, docx="d" + document, pdf="p" + document),
        happened(e.DocumentSealed, actor="keeper", document=document, approved="p" + document, sealed="s" + document),
    ]


def an_exhibit(name: str = "E1", **changes: Any) -> Exhibit:
    """A contract of three pages."""
    facts: dict[str, Any] = {"name": "借款合同", "group": 1, "order": 1, "original": "o", "working": "w", "pages": 3}
    return Exhibit(id=name, **{**facts, **changes})


def bundled() -> list[e.MatterEvent]:
    """One exhibit, bound."""
    return [
        happened(e.ExhibitAdded, exhibit=an_exhibit()),
        happened(e.BundleRequested, bundle="B1", facts="fb", exhibits=("E1",)),
        happened(e.BundleMade, actor="system", bundle="B1", pdf="pb", manifest="mb", pages=5),
    ]


def filed(on: str = "2026-03-02") -> list[e.MatterEvent]:
    """From opening to the filing."""
    submitted = happened(
        e.FilingSubmitted, on, document="D1", bundle="B1", court="某法院", defendants=(BORROWER, GUARANTOR)
    )
    return [*opened(), *sealed("D1", "civil_complaint_financial_loan"), *bundled(), submitted]


def a_judgment(on: str = "2026-04-20", **changes: Any) -> e.JudgmentGiven:
    """A first-instance judgment awarding 100,000.00 and ten days to perform."""
    facts: dict[str, Any] = {
        "number": "（2026）京0105民初1号",
        "body": "某法院",
        "kind": "judgment",
        "cause": "金融借款合同纠纷",
        "operative": "一、被告于本判决生效之日起十日内偿还本金100000元。",
        "principal": Money("100000"),
        "performance_days": 10,
        "parties": (BORROWER, GUARANTOR),
    }
    event: e.JudgmentGiven = happened(e.JudgmentGiven, on, **{**facts, **changes})
    return event


def accepted(procedure: str = "ordinary") -> list[e.MatterEvent]:
    """Filed and docketed."""
    number = "（2026）京0105民初1号"
    return [
        *filed(),
        happened(e.CaseAccepted, "2026-03-10", case_number=number, court="某法院", procedure=procedure),
    ]


def served(borrower: str = "2026-05-06", guarantor: str = "2026-05-08") -> list[e.MatterEvent]:
    """The judgment served on both parties."""
    return [
        happened(e.JudgmentServed, borrower, party=BORROWER, mode="post"),
        happened(e.JudgmentServed, guarantor, party=GUARANTOR, mode="post"),
    ]


def effective() -> list[e.MatterEvent]:
    """Judged, served, in effect on 2026-05-26, to be performed by 2026-06-05."""
    took = happened(e.JudgmentTookEffect, "2026-05-26", performance_last_day=date(2026, 6, 5))
    return [*accepted(), a_judgment(), *served(), took]


def stayed() -> list[e.MatterEvent]:
    """Enforced, and stayed for want of assets."""
    ruling = "（2026）京0105执1号"
    return [
        *effective(),
        happened(e.EnforcementPrepared, "2026-06-08"),
        *sealed("D2", "enforcement_application"),
        happened(e.EnforcementSubmitted, "2026-06-10", document="D2", court="某法院"),
        happened(e.EnforcementAccepted, "2026-06-15", case_number=ruling, court="某法院"),
        happened(e.EnforcementStayed, "2026-10-12", number=ruling, unpaid=Money("100000")),
    ]


def asked(**changes: Any) -> list[e.MatterEvent]:
    """A write-off of 100,000.00 and 500.00 prepared and applied for by finance."""
    facts: dict[str, Any] = {
        "criterion": "enforcement_failed",
        "as_of": date(2026, 10, 31),
        "principal": Money("100000"),
        "on_balance_interest": Money("500"),
        "outstanding_principal": Money("100000"),
        "outstanding_on_balance_interest": Money("500"),
    }
    return [
        happened(e.WriteOffPrepared, "2026-10-20", actor="finance", criterion="enforcement_failed"),
        happened(e.WriteOffApplied, "2026-11-02", actor="finance", **{**facts, **changes}),
    ]


def booked(matter: Matter) -> list[e.MatterEvent]:
    """What follows an application: checked, approved, booked, each by another person."""
    digest = matter.write_off.digest
    amounts = {"principal": Money("100000"), "on_balance_interest": Money("500")}
    return [
        happened(e.WriteOffChecked, "2026-11-03", actor="checker", request=digest, opinion="同意"),
        happened(e.WriteOffApproved, "2026-11-04", actor="approver", request=digest, number="批1"),
        happened(e.WriteOffBooked, "2026-11-05", actor="finance", request=digest, voucher="V1", **amounts),
    ]


def written_off() -> Matter:
    """A stayed matter whose loan is written off."""
    matter = journey(*stayed(), *asked())
    return journey(*booked(matter), start=matter)
