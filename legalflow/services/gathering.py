"""The facts of each kind of document, gathered from the loan, its claim, the firm and what a person answered.

Pure: no database, no clock. What a person answered under the name of a field always stands before what was gathered, so
that counsel has the last word; the check of the form then says what still lacks or contradicts. Sentences come from
`templates/documents/phrases.txt`, figures from the claim, articles from the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from legalflow.claims import sheets
from legalflow.claims.claim import Claim
from legalflow.claims.delay_result import DelayInterest
from legalflow.documents.words import phrase
from legalflow.evidence.bundle import Plan
from legalflow.forms import Form, given
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Agent, Firm, Party, PartyKind, PartyRole
from legalflow.matters.events import JudgmentGiven
from legalflow.services import narrating
from legalflow.services.narrating import Answers, Facts
from legalflow.values import codec
from legalflow.values.money import Money, total

_TOPIC = re.compile(r"（[a-z_/]+，")  # where our data keep a rule: for the screen, not for a paper
_CLAUSE = re.compile(r"第?(?P<number>[^第条]+)条?.*")
_COMPONENTS = {"costs": "费用", "interest": "利息", "penalty": "罚息", "compound": "复利", "principal": "本金"}
_NARRATED_COLLATERAL = (
    "owner",
    "kind_of",
    "what",
    "certificate",
    "contract",
    "signed",
    "registered_on",
    "rank",
    "scope",
    "cap",
)
_STATEMENT = (
    "number",
    "due",
    "principal_due",
    "interest_due",
    "paid_on",
    "paid",
    "to_costs",
    "to_interest",
    "to_penalty",
    "to_compound",
    "to_principal",
    "overdue_principal",
    "overdue_days",
    "penalty",
    "compound",
    "balance",
)


def complaint_facts(
    loan: Loan,
    claim: Claim | Finding[Claim],
    lender: Party,
    agents: Sequence[Agent],
    answers: Answers,
    law: Law,
    plan: Plan | None = None,
) -> Facts:
    """The facts of the official element form of a complaint (D11)."""
    owed = _claim(claim)
    guarantees, collateral = narrating.guarantees(loan, law), narrating.collateral(loan)
    costs = _costs(owed, answers)
    facts: Facts = {
        **_sides(loan, lender, agents),
        **_claimed(owed, costs),
        "c3": "提前还款" if owed.accelerated_on else "否",
        "c4": bool(guarantees or collateral),
        "c4_text": phrase("security", guarantees=guarantees, collateral=collateral).strip(),
        "guarantors_claimed": [{"name": each["guarantor"]} for each in guarantees],
        "c6": True,
        **_jurisdiction(loan),
        "preserved": False,
        **_contract_rows(loan, owed, lender),
        **_repaid_rows(owed),
        **_security_rows(loan, guarantees, collateral),
        "f17_contract": narrating.relied_on(loan, [*loan.guarantees, *loan.collateral]),
        "f17_law": narrating.statutes(loan, owed, law),
        "f18": _accelerated(loan, owed),
        "f19": narrating.evidence(plan),
        "cites": _cites(plan, "civil_complaint_financial_loan"),
        "signatory": lender.name,
    }
    return narrating.answered("civil_complaint_financial_loan", facts, answers)


def narrative_complaint_facts(
    loan: Loan,
    claim: Claim | Finding[Claim],
    lender: Party,
    agents: Sequence[Agent],
    answers: Answers,
    law: Law,
    plan: Plan | None = None,
) -> Facts:
    """The facts of the narrative complaint (D10)."""
    owed, sides = _claim(claim), _sides(loan, lender, agents)
    costs = _costs(owed, answers)
    facts: Facts = {
        **sides,
        "cause": phrase("cause"),
        "lender": loan.lender,
        "borrower": narrating.borrowers(loan),
        "cutoff": owed.as_of,
        "principal": owed.principal,
        **_components(owed),
        "interest_total": owed.interest_total,
        **narrating.running(owed),
        "costs": costs,
        "costs_total": total(each["amount"] for each in costs) if costs else None,
        "total": owed.principal + owed.interest_total + total(each["amount"] for each in costs),
        "guarantees": [
            {key: each[key] for key in narrating.NARRATED_GUARANTEE} for each in narrating.guarantees(loan, law)
        ],
        "collateral": [{key: each[key] for key in _NARRATED_COLLATERAL} for each in narrating.collateral(loan)],
        **_contract(loan),
        "limit": loan.limit,
        "term_from": loan.start,
        "term_to": loan.maturity,
        "rate": loan.rate,
        "repayment": narrating.repayment(loan),
        "overdue_terms": narrating.overdue_terms(loan, owed),
        "overdue_since": owed.overdue_since,
        "repaid_principal": owed.repaid_principal,
        "repaid_interest": owed.repaid_interest,
        "accelerated_on": owed.accelerated_on,
        "acceleration_clause": loan.clauses.acceleration if owed.accelerated_on else "",
        "statutes": narrating.statutes(loan, owed, law),
        "evidence": narrating.evidence(plan),
        "copies": len(sides["defendants"]),
        "evidence_copies": len(sides["defendants"]) + 1,
        "cites": _cites(plan, "civil_complaint"),
        "signatory": lender.name,
    }
    return narrating.answered("civil_complaint", facts, answers)


def letter_facts(
    loan: Loan,
    claim: Claim | Finding[Claim],
    lender: Party,
    firm: Firm,
    addressee: Party,
    answers: Answers,
    law: Law,
) -> Facts:
    """The facts of a lawyer's letter to one addressee (D02); the addressee's number is masked."""
    owed = _claim(claim)
    guarantor = addressee.role is PartyRole.GUARANTOR
    role = addressee.role if guarantor or addressee.role is PartyRole.CO_BORROWER else PartyRole.BORROWER
    growth = Money.rounded(owed.running.per_day)
    letters = "lawyer_letter_guarantor" if guarantor else "lawyer_letter_borrower"
    given_guarantee = next(
        (each for each in narrating.guarantees(loan, law) if each["guarantor"] == addressee.name), None
    )
    facts: Facts = {
        "firm_name": firm.name,
        "firm_address": firm.address,
        "firm_phone": firm.phone,
        "firm_email": firm.email,
        "addressee": addressee.name,
        "addressee_role": role.value,
        "addressee_number": narrating.masked(addressee.number),
        "delivery_address": addressee.service_address or addressee.domicile,
        "client_name": lender.name,
        "lawyers": [{"name": each.name, "licence": each.licence, "phone": each.phone} for each in firm.lawyers],
        "matter_line": phrase("matter_line", borrower=narrating.borrowers(loan), contract=loan.contract_name),
        "borrower": narrating.borrowers(loan),
        **_contract(loan),
        "terms": narrating.terms(loan, owed),
        "default_facts": narrating.default(loan, owed),
        "cutoff": owed.as_of,
        "principal": owed.principal,
        "interest": owed.interest,
        "penalty": owed.penalty or None,
        "compound": owed.compound or None,
        "costs": owed.costs or None,
        "total": owed.total,
        "daily": growth or None,
        "running_from": owed.running.start if growth else None,
        "clauses": narrating.relied_on(loan, [each for each in loan.guarantees if each.guarantor == addressee.name]),
        "statutes": narrating.articles(law.at(f"articles/{letters}", owed.overdue_since or owed.as_of).value),
        "accelerate": False,
        "accelerate_clause": loan.clauses.acceleration if answers.get("accelerate") else "",
        "guarantor_demand": guarantor,
        "guarantee": narrating.told(given_guarantee) if given_guarantee else "",
        "account_name": lender.bank_account_name or lender.name,
        "account_no": lender.bank_account,
        "bank": lender.bank_name,
    }
    return narrating.answered("lawyer_letter", facts, answers)


def evidence_list_facts(plan: Plan, loan: Loan, lender: Party, answers: Answers, list_no: int = 1) -> Facts:
    """The facts of the evidence list (D14) from the bundle's plan: numbers and pages are the plan's own."""
    facts: Facts = {
        "case_title": narrating.case_title(loan, lender.name),
        "submitter": lender.name,
        "list_no": list_no,
        "exhibits": [
            {
                "group": group.number,
                "group_title": group.title,
                "item": item.item,
                "name": item.name,
                "kind_of": item.kind,
                "source": item.source,
                "proves": item.proves,
                "first": item.first,
                "last": item.last,
                "form": item.form,
            }
            for group in plan.groups
            for item in group.items
        ],
        "groups": len(plan.groups),
        "items": len(plan.placed),
        "pages": sum(item.pages for item in plan.placed),
    }
    return narrating.answered("evidence_list", facts, answers)


def enforcement_facts(
    loan: Loan,
    lender: Party,
    judgment: Mapping[str, Any],
    amounts: Mapping[str, Any],
    agents: Sequence[Agent],
    answers: Answers,
) -> Facts:
    """The facts of an application for enforcement (D30).

    The operative part is the judgment's, verbatim. `amounts` are what is still owed under it (`principal`,
    `general_interest`, `late_interest`, `other_costs`, money or words), never the contract's claim; what it does not
    name is taken from the judgment. Interest for late performance runs from the day after `performance_last_day`.
    """
    owed = {**{key: judgment.get(key) for key in ("principal", "general_interest", "other_costs")}, **amounts}
    facts: Facts = {
        "applicants": [narrating.party(lender) | narrating.bank(lender)],
        "agents": narrating.agents(agents),
        "debtors": [narrating.party(each) for each in narrating.sued(loan)],
        "instrument_type": judgment.get("kind"),
        "issuing_body": judgment.get("issuing_body"),
        "cause": judgment.get("cause") or phrase("cause"),
        "instrument_no": judgment.get("number"),
        "effective_date": judgment.get("effective_date"),
        "operative_part": judgment.get("operative_part"),
        "money": True,
        "principal": owed["principal"] or None,
        "general_interest": narrating.in_yuan(owed["general_interest"]),
        "late_interest": _late_interest(judgment, amounts),
        "other_costs": narrating.in_yuan(owed["other_costs"]),
        "preserved": False,
        "signatory": lender.name,
    }
    return narrating.answered("enforcement_application", facts, answers)


def write_off_facts(loan: Loan, claim: Claim | Finding[Claim], answers: Answers, law: Law) -> Facts:
    """The facts of an application for write-off (D50): book figures are answered, the rest is the loan's."""
    owed, borrower = _claim(claim), loan.borrower
    guarantees, collateral = narrating.guarantees(loan, law), narrating.collateral(loan)
    natural = borrower.kind is PartyKind.NATURAL
    kept = phrase("security_kept", guarantees=guarantees, collateral=collateral)
    facts: Facts = {
        "unit": loan.unit,
        "mode": "单户",
        "customer_name": borrower.name,
        "customer_id": borrower.number,
        "customer_type": "个人" if natural else "对公",
        "product": loan.product,
        "contract_number": loan.contract_number,
        "note_number": loan.note_number,
        "paid_out": min((each.on for each in loan.drawdowns), default=None),
        "maturity": loan.maturity,
        "security": kept or phrase("security_none"),
        "risk_class": loan.risk_class,
        "overdue_days": owed.overdue_days,
        "cutoff": owed.as_of,
        "balance_principal": owed.principal,
    }
    facts = narrating.answered("write_off_application", facts, answers)
    for whole, parts in (
        ("apply_total", ("apply_principal", "apply_interest")),
        ("interest_on_and_off", ("on_book_interest", "off_book_interest")),
    ):
        if whole not in answers and all(given(facts.get(part)) for part in parts):
            facts[whole] = str(total(Money(facts[part]) for part in parts))
    return facts


def debt_statement_facts(loan: Loan, finding: Finding[Claim], answers: Answers) -> Facts:
    """The facts of the statement of debt (欠款明细), with each step of the calculation as the finding gives it."""
    owed = finding.value
    facts: Facts = {
        "borrower": narrating.borrowers(loan),
        "contract_name": loan.contract_name,
        "contract_number": loan.contract_number,
        "cutoff": owed.as_of,
        "cutoff_counts": owed.cutoff_counts,
        "rate": owed.contract_rate,
        "penalty_rate": owed.penalty_rate,
        "compound_rate": owed.compound_rate,
        "basis": owed.basis,
        "allocation": "→".join(_COMPONENTS.get(each, each) for each in loan.allocation) or phrase("allocation_silent"),
        "ledger": "法律口径",
        "instalments": [{key: getattr(row, key) for key in _STATEMENT} for row in owed.rows],
        "principal": owed.principal,
        "interest": owed.interest,
        "penalty": owed.penalty,
        "compound": owed.compound,
        "costs": owed.costs or None,
        "total": owed.total,
        "steps": [
            {
                "what": step.what,
                "formula": step.formula,
                "value": step.value,
                "citation": "；".join(map(str, step.citations)),
            }
            for step in finding.steps
        ],
        "warnings": [{"said": each.message} for each in finding.warnings]
        + [{"said": _TOPIC.sub("（", each)} for each in finding.provisional],
    }
    return narrating.answered("debt_statement", facts, answers)


def interest_calculation_facts(loan: Loan, finding: Finding[Claim], answers: Answers) -> Facts:
    """The facts of the interest calculation (利息计算表): the finding's segments, sums and payments, under names."""
    facts: Facts = {
        "borrower": narrating.borrowers(loan),
        "lender": loan.lender,
        "contract_name": loan.contract_name,
        "contract_number": loan.contract_number,
        **sheets.interest_facts(finding),
    }
    facts["doubts"] = [{"said": _TOPIC.sub("（", each["said"])} for each in facts.get("doubts", ())]
    return narrating.answered("interest_calculation", facts, answers)


def delay_interest_facts(
    loan: Loan, judgment: JudgmentGiven, finding: Finding[DelayInterest], last_day: date, until: date, answers: Answers
) -> Facts:
    """The facts of the sheet of the interest after a judgment (迟延履行利息计算表)."""
    awarded = [(each.zh, each.awarded) for each in finding.value.items if each.awarded]
    facts: Facts = {
        "creditor": loan.lender,
        "debtor": narrating.borrowers(loan),
        "instrument": f"{judgment.body}{judgment.number}",
        **sheets.delay_facts(finding, awarded, last_day, until),
    }
    facts["doubts"] = [{"said": _TOPIC.sub("（", each["said"])} for each in facts.get("doubts", ())]
    return narrating.answered("delay_interest_calculation", facts, answers)


def _claim(claim: Claim | Finding[Claim]) -> Claim:
    return claim.value if isinstance(claim, Finding) else claim


def _sides(loan: Loan, lender: Party, agents: Sequence[Agent]) -> Facts:
    return {
        "plaintiffs": [narrating.party(lender)],
        "agents": narrating.agents(agents),
        "defendants": [narrating.party(each) for each in narrating.sued(loan)],
    }


def _contract(loan: Loan) -> Facts:
    return {
        "contract_name": loan.contract_name,
        "contract_number": loan.contract_number,
        "signed": loan.signed,
        "drawdowns": [{"on": each.on, "amount": each.amount} for each in loan.drawdowns],
    }


def _components(owed: Claim) -> Facts:
    return {
        "interest": owed.interest or None,
        "penalty": owed.penalty or None,
        "compound": owed.compound or None,
    }


def _costs(owed: Claim, answers: Answers) -> list[Facts]:
    """The costs claimed: those answered, each with its name and amount."""
    return [{"what": each["what"], "amount": Money(each["amount"])} for each in answers.get("costs") or ()]


def _claimed(owed: Claim, costs: list[Facts]) -> Facts:
    fixed = total(each["amount"] for each in costs)
    return {
        "c1_date": owed.as_of,
        "c1_amount": owed.principal,
        "c2_date": owed.as_of,
        "c2_total": owed.interest_total,
        "c2_in_term": owed.interest,
        "c2_compound": owed.compound,
        "c2_penalty": owed.penalty,
        "c2_formula": narrating.formula(owed),
        "c2_until_paid": True,
        "running_from": owed.running.start,
        "c5": bool(costs),
        "c5_text": phrase("costs", costs=costs) if costs else "",
        "costs_in_total": fixed or None,
        "c8_total": owed.principal + owed.interest_total + fixed,
    }


def _jurisdiction(loan: Loan) -> Facts:
    clause, text = loan.clauses.jurisdiction, loan.clauses.jurisdiction_text
    return {"jurisdiction": bool(clause or text), "jurisdiction_text": "：".join(filter(None, (clause, text)))}


def _contract_rows(loan: Loan, owed: Claim, lender: Party) -> Facts:
    clauses = loan.clauses
    repayment = narrating.repayment(loan)
    boxes = {*narrating.REPAYMENTS.values(), *narrating.INTEREST_FIRST.values()}
    return {
        "f1_contract": phrase(
            "contract",
            name=loan.contract_name,
            number=loan.contract_number,
            signed=loan.signed,
            place=loan.place_signed,
        ),
        "f2_lender": loan.lender or lender.name,
        "f2_borrower": narrating.borrowers(loan),
        "f3_agreed": loan.limit,
        "f3_paid": loan.disbursed,
        "f4_matured": owed.matured,
        "f4_from": loan.start,
        "f4_to": loan.maturity,
        "f5_rate": loan.rate,
        "f5_rate_clause": _clause(clauses.rate),
        "f5_uplift": loan.penalty_uplift,
        "f5_uplift_clause": _clause(clauses.penalty) if loan.penalty_uplift is not None else "",
        "f5_compound": loan.compound,
        "f5_compound_clause": _clause(clauses.compound) if loan.compound else "",
        "f5_penalty": owed.penalty_rate,
        "f5_penalty_clause": _clause(clauses.penalty) if owed.penalty_rate is not None else "",
        "f6_drawdowns": [{"on": each.on, "amount": each.amount} for each in loan.drawdowns],
        "f7": repayment if repayment in boxes else "其他",
        "f7_text": "" if repayment in boxes else repayment,
    }


def _repaid_rows(owed: Claim) -> Facts:
    overdue = owed.overdue_since is not None
    return {
        "f8_principal": owed.repaid_principal,
        "f8_interest": owed.repaid_interest,
        "f8_paid_to": owed.paid_to,
        "f9": overdue,
        "f9_from": owed.overdue_since,
        "f9_days": owed.overdue_days if overdue else None,
    }


def _security_rows(loan: Loan, guarantees: list[Facts], collateral: list[Facts]) -> Facts:
    maximum = [each for each in loan.collateral if each.maximum]
    registered = [each.registered for each in loan.collateral]
    return {
        "f10": bool(collateral),
        "f10_signed": _days(each.signed for each in loan.collateral),
        "f11_owner": "、".join(dict.fromkeys(each["owner"] for each in collateral)),
        "f11_collateral": "；".join(each["what"] for each in collateral),
        "f12": bool(maximum),
        "f12_fixed": _days(each.fixed_on for each in maximum if each.fixed_on),
        "f12_cap": "；".join(f"{each.cap}元" for each in maximum if each.cap),
        "f13": next((each for each in ("正式登记", "预告登记") if each in registered), "否"),
        "f14": bool(guarantees),
        "f14_signed": _days(each.signed for each in loan.guarantees),
        "f14_guarantor": "、".join(dict.fromkeys(each["guarantor"] for each in guarantees)),
        "f14_content": "；".join(phrase("guarantee_content", **each) for each in guarantees),
        "f15": list(dict.fromkeys(each["mode"] for each in guarantees)),
        "f16": False,
    }


def _accelerated(loan: Loan, owed: Claim) -> str:
    if not owed.accelerated_on:
        return ""
    return phrase("accelerated", name=loan.contract_name, clause=loan.clauses.acceleration, on=owed.accelerated_on)


def _cites(plan: Plan | None, kind: str) -> Facts | None:
    """Where each fact the form knows is proved, from the bundle's plan."""
    if plan is None:
        return None
    asked = next(each for each in Form.load(kind).fields if each.type == "cites").options
    found = {fact: [codec.plain(each) for each in plan.cites(fact)] for fact in asked}
    return {fact: cites for fact, cites in found.items() if cites}


def _late_interest(judgment: Mapping[str, Any], amounts: Mapping[str, Any]) -> str:
    """The request for the doubled part, from the day after the performance period (法释〔2014〕8号 第二条)."""
    late, last = amounts.get("late_interest"), judgment.get("performance_last_day")
    if late and not narrating.amount(late):
        return str(late)
    if not last:
        return narrating.in_yuan(late)
    since = date.fromordinal(date.fromisoformat(str(last)).toordinal() + 1)
    return phrase("late_interest", amount=narrating.amount(late), since=since)


def _clause(number: str) -> str:
    """The number alone, for the form's own 第…条: `第三条` is 三."""
    found = _CLAUSE.fullmatch(number)
    return found["number"] if found else number


def _days(days: Iterable[date]) -> str:
    return "、".join(dict.fromkeys(f"{each.year}年{each.month}月{each.day}日" for each in days))
