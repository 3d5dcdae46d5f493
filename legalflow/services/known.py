"""What is known of a matter, by the names under which the forms of documents ask for it.

A form's field names the fact (`known`, else its own `id`); so a new kind of document needs words, a form and a golden
file, and no code. Pure: no database, no clock. A fact that does not hold is None or empty, and is then asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from legalflow.claims.claim import Claim
from legalflow.documents.words import phrase
from legalflow.errors import NotNow
from legalflow.evidence.bundle import Plan
from legalflow.forms import Form, given
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.loans.lender import Letterhead
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Agent, Firm, Party, PartyRole
from legalflow.matters.events import DEMAND_MODES
from legalflow.matters.matter import Matter
from legalflow.services import narrating
from legalflow.services.narrating import Answers, Facts
from legalflow.values.money import Money

ARTICLES = "articles:"  # a field so named asks for the articles of a topic, as numbered on the day of the document


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a document's facts are known from; `on` is the day of the document.

    `owed` is what is claimed on the cut-off day, `judged` what the instrument in force awards (`judgment`) and what is
    left of it (`left`), as `services/enforcing.facts` gives both. `letterhead` is what the house set as the head of the
    lender's own letters; empty where it set none, and the form then prints name and address.
    """

    loan: Loan
    matter: Matter
    lender: Party
    law: Law
    on: date
    number: str = ""
    handler: str = ""
    agents: Sequence[Agent] = ()
    firm: Firm | None = None
    addressee: Party | None = None
    plan: Plan | None = None
    owed: Finding[Claim] | None = None
    judgment: Mapping[str, Any] | None = None
    left: Mapping[str, Any] | None = None
    letterhead: Letterhead = field(default_factory=Letterhead)


def facts(form: Form, case: Case, answers: Answers) -> Facts:
    """The facts a form asks for, as far as they are known, a person's answers before them."""
    found = {each.id: fact(case, each.known or each.id) for each in form.fields}
    return narrating.answered(form.kind, {name: value for name, value in found.items() if given(value)}, answers)


def fact(case: Case, name: str) -> Any:
    """One fact by its name; None where the matter does not know it or nothing has this name."""
    if name.startswith(ARTICLES):
        said = case.law.at(f"articles/{name.removeprefix(ARTICLES)}", case.on).value
        return narrating.articles([said] if isinstance(said, str) else said)
    return KNOWN[name](case) if name in KNOWN else None


def is_known(name: str) -> bool:
    """Whether a form may ask for a fact by this name."""
    return name.startswith(ARTICLES) or name in KNOWN


def _firm(case: Case) -> Firm:
    if case.firm is None:
        raise NotNow.one(
            "letter.no_firm",
            "该文书由律师事务所出具或载明承办律师，本案尚未委派律所",
            "this document is the firm's or names its lawyers; the matter has no firm yet",
            mend="先委派律所",
            mend_en="assign a firm first",
        )
    return case.firm


def _owed(case: Case) -> Claim:
    assert case.owed is not None  # asked only by forms that state the claim
    return case.owed.value


def _of_role(case: Case, role: PartyRole) -> list[Facts]:
    return [narrating.party(each) for each in case.loan.parties if each.role is role]


def _court(case: Case) -> str:
    """The court of the suit: the one that docketed it, else the one it was handed in to."""
    for known in (case.matter.acceptance, case.matter.filing):
        if known is not None:
            return known.court
    return ""


def _enforcing_court(case: Case) -> str:
    return case.matter.enforcement.court if case.matter.enforcement else ""


def _demands(case: Case) -> list[Facts]:
    """Each demand that arrived: the day, how, and whom it reached."""
    modes = {option.value: option.zh for option in DEMAND_MODES}
    return [{"on": each.on, "channel": modes[each.mode], "person": each.party} for each in case.matter.demands]


def _guarantee(case: Case) -> str:
    """What the addressee promised, where it is a guarantor."""
    guarantees = narrating.guarantees(case.loan, case.law)
    name = case.addressee.name if case.addressee else ""
    return next((narrating.told(each) for each in guarantees if each["guarantor"] == name), "")


def _security(case: Case) -> str:
    guarantees, collateral = narrating.guarantees(case.loan, case.law), narrating.collateral(case.loan)
    return phrase("security", guarantees=guarantees, collateral=collateral).strip()


def _of_addressee(name: str) -> Callable[[Case], Any]:
    return lambda case: getattr(case.addressee, name) if case.addressee else None


def _judged(name: str) -> Callable[[Case], Any]:
    return lambda case: case.judgment.get(name) if case.judgment else None


def _left(name: str) -> Callable[[Case], Any]:
    return lambda case: case.left.get(name) or None if case.left else None


def _claimed(name: str) -> Callable[[Case], Any]:
    """An amount or a day of the claim; nothing is None."""
    return lambda case: getattr(_owed(case), name) or None if case.owed else None


def _daily(case: Case) -> Money | None:
    return Money.rounded(_owed(case).running.per_day) or None


def _stay(name: str) -> Callable[[Case], Any]:
    return lambda case: getattr(case.matter.stay, name) if case.matter.stay else None


KNOWN: Mapping[str, Callable[[Case], Any]] = {
    # the matter and its day
    "matter_number": lambda case: case.number,
    "handler": lambda case: case.handler,
    "doc_date": lambda case: case.on,
    # parties
    "lender": lambda case: case.lender.name,
    "applicants": lambda case: [narrating.party(case.lender)],
    "respondents": lambda case: [narrating.party(each) for each in narrating.sued(case.loan)],
    "borrowers": lambda case: _of_role(case, PartyRole.BORROWER) + _of_role(case, PartyRole.CO_BORROWER),
    "collateral_owners": lambda case: _of_role(case, PartyRole.COLLATERAL_OWNER),
    "agents": lambda case: narrating.agents(case.agents),
    "borrower": lambda case: narrating.borrowers(case.loan),
    "respondents_in_words": lambda case: "、".join(each.name for each in narrating.sued(case.loan)),
    "addressee": _of_addressee("name"),
    "addressee_role": lambda case: case.addressee.role.value if case.addressee else None,
    "addressee_number": lambda case: narrating.masked(case.addressee.number) if case.addressee else None,
    "delivery_address": lambda case: (
        (case.addressee.service_address or case.addressee.domicile) if case.addressee else None
    ),
    # the lender
    "lender_address": lambda case: case.lender.domicile,
    "lender_phone": lambda case: case.lender.phone,
    "letterhead_name": lambda case: case.letterhead.name,
    "letterhead_address": lambda case: case.letterhead.address,
    "lender_code": lambda case: case.lender.number,
    "legal_representative": lambda case: case.lender.legal_representative,
    "legal_representative_position": lambda case: case.lender.legal_representative_position,
    "account_name": lambda case: case.lender.bank_account_name or case.lender.name,
    "account_no": lambda case: case.lender.bank_account,
    "bank": lambda case: case.lender.bank_name,
    # the firm
    "firm_name": lambda case: _firm(case).name,
    "firm_address": lambda case: _firm(case).address,
    "firm_phone": lambda case: _firm(case).phone,
    "firm_email": lambda case: _firm(case).email,
    "lawyers": lambda case: [
        {"name": each.name, "licence": each.licence, "phone": each.phone} for each in _firm(case).lawyers
    ],
    # the loan
    "cause": lambda case: phrase("cause"),
    "case_title": lambda case: narrating.case_title(case.loan, case.lender.name),
    "contract": lambda case: narrating.named(case.loan.contract_name, case.loan.contract_number),
    "contract_name": lambda case: case.loan.contract_name,
    "contract_number": lambda case: case.loan.contract_number,
    "note_number": lambda case: case.loan.note_number,
    "product": lambda case: case.loan.product,
    "unit": lambda case: case.loan.unit,
    "risk_class": lambda case: case.loan.risk_class,
    "signed": lambda case: case.loan.signed,
    "limit": lambda case: case.loan.limit,
    "drawdowns": lambda case: [{"on": each.on, "amount": each.amount} for each in case.loan.drawdowns],
    "term_from": lambda case: case.loan.start,
    "term_to": lambda case: case.loan.maturity,
    "rate": lambda case: case.loan.rate,
    "repayment": lambda case: narrating.repayment(case.loan),
    "accelerate_clause": lambda case: case.loan.clauses.acceleration,
    "jurisdiction_text": lambda case: case.loan.clauses.jurisdiction_text,
    "guarantees": lambda case: narrating.guarantees(case.loan, case.law),
    "collateral": lambda case: narrating.collateral(case.loan),
    "guarantee": _guarantee,
    "security": _security,
    # the claim
    "terms": lambda case: narrating.terms(case.loan, _owed(case)),
    "default_facts": lambda case: narrating.default(case.loan, _owed(case)),
    "cutoff": lambda case: _owed(case).as_of,
    "principal": lambda case: _owed(case).principal,
    "interest": _claimed("interest"),
    "penalty": _claimed("penalty"),
    "compound": _claimed("compound"),
    "costs": _claimed("costs"),
    "interest_total": lambda case: _owed(case).interest_total,
    "total": lambda case: _owed(case).total,
    "overdue_since": _claimed("overdue_since"),
    "overdue_days": _claimed("overdue_days"),
    "accelerated_on": _claimed("accelerated_on"),
    "repaid_principal": lambda case: _owed(case).repaid_principal,
    "repaid_interest": lambda case: _owed(case).repaid_interest,
    "daily": _daily,
    "running_from": lambda case: _owed(case).running.start if _daily(case) else None,
    "running": lambda case: narrating.formula(_owed(case)),
    "statutes": lambda case: narrating.statutes(case.loan, _owed(case), case.law),
    "clauses": lambda case: narrating.relied_on(case.loan, ()),
    # the suit and what came of it
    "court": _court,
    "case_no": lambda case: case.matter.acceptance.case_number if case.matter.acceptance else None,
    "instrument_type": _judged("kind"),
    "instrument_no": _judged("number"),
    "issuing_body": _judged("issuing_body"),
    "effective_date": _judged("effective_date"),
    "operative_part": _judged("operative_part"),
    "performance_last_day": _judged("performance_last_day"),
    "judged_on": lambda case: case.matter.judgment.on if case.matter.judgment else None,
    # enforcement
    "enforcement_court": _enforcing_court,
    "enforcement_no": lambda case: case.matter.enforcement.case_number if case.matter.enforcement else None,
    "stay_no": _stay("number"),
    "stay_on": _stay("on"),
    "left_principal": _left("principal"),
    "left_costs": _left("other_costs"),
    "left_doubled": _left("late_interest"),
    "left_interest": lambda case: narrating.in_yuan(case.left["general_interest"]) if case.left else None,
    # evidence
    "demands": _demands,
    "evidence": lambda case: narrating.evidence(case.plan),
    "copies": lambda case: len(narrating.sued(case.loan)),
}
