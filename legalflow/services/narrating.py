"""What a loan, its claim and its parties say, as documents say it: each part once, for every kind of document.

Pure: no database, no clock. Sentences come from `templates/documents/phrases.txt`, articles from the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from legalflow.claims.claim import Claim
from legalflow.documents.words import phrase
from legalflow.evidence.bundle import Plan
from legalflow.forms import Form
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan, Repayment
from legalflow.loans.parties import Agent, Collateral, Guarantee, Party, PartyKind, PartyRole
from legalflow.values import codec
from legalflow.values.money import ZERO, Money

Facts = dict[str, Any]
Answers = Mapping[str, Any]
MODES = {"joint": "连带责任保证", "ordinary": "一般保证"}
INTEREST_FIRST = {1: "按月计息、到期一次性还本", 3: "按季计息、到期一次性还本", 12: "按年计息、到期一次性还本"}
REPAYMENTS = {
    Repayment.EQUAL_INSTALMENT: "等额本息",
    Repayment.EQUAL_PRINCIPAL: "等额本金",
    Repayment.BULLET: "到期一次性还本付息",
}
_FIGURES = "零一二三四五六七八九"
_PLACES = {"十": 10, "百": 100, "千": 1000}
NARRATED_GUARANTEE = ("guarantor", "mode", "contract", "signed", "scope", "period", "cap")


def case_title(loan: Loan, plaintiff: str) -> str:
    """What the case is called, in the bundle as in the list: the plaintiff, all who are sued, the cause."""
    defendants = "、".join(each.name for each in sued(loan))
    return phrase("case_title", plaintiff=plaintiff, defendants=defendants, cause=phrase("cause"))


def statutes(loan: Loan, owed: Claim, law: Law) -> str:
    """The articles a complaint on this loan relies on, as numbered on the day of each fact (民法典时间效力规定)."""
    return articles(dict.fromkeys(article for each in relied_law(loan, owed, law) for article in each.value))


def doubts(loan: Loan, claim: Claim | Finding[Claim], law: Law) -> tuple[str, ...]:
    """The articles of `statutes` that nobody has held against their source yet, each named; a screen shows them."""
    owed = claim.value if isinstance(claim, Finding) else claim
    return tuple(dict.fromkeys(doubt for each in relied_law(loan, owed, law) for doubt in each.provisional))


def masked(number: str) -> str:
    """A number as letters print it: the first four and the last four, `9900**********0017`."""
    return number if len(number) < 9 else f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def answered(kind: str, facts: Facts, answers: Answers) -> Facts:
    """Gathered facts with a person's answers before them; only what the form asks and what is there."""
    known = {each.id for each in Form.load(kind).fields}
    chosen = {**facts, **{name: value for name, value in answers.items() if name in known}}
    plain: Facts = codec.plain({name: value for name, value in chosen.items() if value is not None and value != ""})
    pruned: Facts = _pruned(plain)
    return pruned


def _pruned(value: Any) -> Any:
    """Plain values without the empty ones in rows."""
    if isinstance(value, dict):
        return {key: _pruned(each) for key, each in value.items() if each is not None and each != ""}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def sued(loan: Loan) -> list[Party]:
    """Everybody but the lender, each once: borrower, co-borrowers, guarantors, owners of collateral."""
    order = [PartyRole.BORROWER, PartyRole.CO_BORROWER, PartyRole.GUARANTOR, PartyRole.COLLATERAL_OWNER]
    parties = sorted((each for each in loan.parties if each.role in order), key=lambda each: order.index(each.role))
    sued: dict[str, Party] = {}
    for each in parties:
        sued.setdefault(each.name, each)
    return list(sued.values())


def party(party: Party) -> Facts:
    """A party as court forms ask for it, its number in full."""
    shared = {"kind": party.kind.value, "role": party.role.value, "name": party.name, "phone": party.phone}
    if party.kind is PartyKind.NATURAL:
        return shared | {
            "sex": party.sex,
            "birth_date": party.birth_date,
            "ethnicity": party.ethnicity,
            "employer": party.employer,
            "position": party.position,
            "domicile": party.domicile,
            "residence": party.residence,
            "id_type": party.number_kind or "居民身份证",
            "id_no": party.number,
        }
    return shared | {
        "office_address": party.domicile,
        "registered_place": party.registered_place,
        "legal_rep": party.legal_representative,
        "legal_rep_position": party.legal_representative_position,
        "uscc": party.number,
        "org_type": party.organisation_type,
        "ownership": party.ownership,
        "ownership_other": "√" if party.ownership == "其他" else "",
    }


def bank(party: Party) -> Facts:
    return {
        "bank_account": party.bank_account,
        "account_name": party.bank_account_name or party.name,
        "bank_name": party.bank_name,
    }


def agents(agents: Iterable[Agent]) -> list[Facts]:
    return [
        {"name": each.name, "unit": each.unit, "position": each.position, "phone": each.phone, "power": each.power}
        for each in agents
    ]


def borrowers(loan: Loan) -> str:
    return "、".join(each.name for each in loan.parties if each.role in {PartyRole.BORROWER, PartyRole.CO_BORROWER})


def running(owed: Claim) -> Facts:
    running = owed.running
    return {
        "running_from": running.start,
        "overdue_principal": running.overdue_principal if running.penalty_rate is not None else None,
        "penalty_rate": running.penalty_rate,
        "undue_principal": running.undue_principal or None,
        "unpaid_interest": running.unpaid_interest if running.compound_rate is not None else None,
        "compound_rate": running.compound_rate,
        "basis": running.basis,
    }


def grows(owed: Claim) -> Facts:
    """The running clause for a phrase: amounts of nothing are left out as empty."""
    found = {key: value or "" for key, value in running(owed).items()}
    return found | {"rate": owed.contract_rate, "cutoff_counts": owed.cutoff_counts}


def guarantees(loan: Loan, law: Law) -> list[Facts]:
    return [
        {
            "guarantor": each.guarantor,
            "mode": MODES[_mode(each, law)],
            "contract": named(each.contract_name, each.contract_number),
            "signed": each.signed,
            "scope": each.scope,
            "period": each.period_wording
            or (phrase("months", months=each.period_months) if each.period_months else ""),
            "cap": each.cap if each.maximum else "",
        }
        for each in loan.guarantees
    ]


def _mode(guarantee: Guarantee, law: Law) -> str:
    """The mode as agreed; where silent, what the law of the day of signing presumes.

    民法典 第六百八十六条 presumes an ordinary guarantee, 担保法 第十九条 before it a joint one.
    """
    if guarantee.mode:
        return guarantee.mode
    presumed = law.at("articles/guarantee_mode", guarantee.signed).citation.instrument
    return "ordinary" if presumed == "民法典" else "joint"


def collateral(loan: Loan) -> list[Facts]:
    return [_thing(each) for each in loan.collateral]


def _thing(each: Collateral) -> Facts:
    return {
        "owner": each.owner,
        "kind_of": each.kind,
        "what": each.description,
        "certificate": each.certificate,
        "contract": named(each.contract_name, each.contract_number),
        "signed": each.signed,
        "registered_on": each.registered_on,
        "rank": each.rank,
        "scope": each.scope,
        "cap": each.cap if each.maximum else "",
    }


def told(guarantee: Facts) -> str:
    return phrase("guarantee", **{key: guarantee[key] for key in NARRATED_GUARANTEE if key != "cap"})


def named(name: str, number: str) -> str:
    return f"《{name}》{f'（编号：{number}）' if number else ''}"


def repayment(loan: Loan) -> str:
    """The repayment as the element form names it, or in words where it has no box for it."""
    if loan.repayment is Repayment.INTEREST_FIRST:
        every = loan.interest_every_months
        return INTEREST_FIRST.get(every, f"每{every}个月计息、到期一次性还本")
    return REPAYMENTS.get(loan.repayment, "其他")


def overdue_terms(loan: Loan, owed: Claim) -> str:
    return phrase("overdue_terms", penalty_rate=owed.penalty_rate or "", compound=loan.compound)


def default(loan: Loan, owed: Claim) -> str:
    return phrase(
        "default",
        borrower=borrowers(loan),
        overdue_since=owed.overdue_since,
        cutoff=owed.as_of,
        days=owed.overdue_days,
    )


def relied_law(loan: Loan, owed: Claim, law: Law) -> list[Value]:
    """The law of loan, guarantees and collateral, each in force on its own day."""
    topics = [("complaint_loan", owed.overdue_since or owed.as_of)]
    for each in loan.guarantees:
        ordinary = _mode(each, law) == "ordinary"
        topics.append(("complaint_guarantee_ordinary" if ordinary else "complaint_guarantee", each.signed))
    for thing in loan.collateral:
        pledge = thing.kind == "质押"
        mortgage = "complaint_maximum_mortgage" if thing.maximum else "complaint_mortgage"
        topics.append(("complaint_pledge" if pledge else mortgage, thing.signed))
    return [law.at(f"articles/{topic}", on) for topic, on in topics]


def relied_on(loan: Loan, secured_by: Iterable[Guarantee | Collateral]) -> str:
    """The contract by name and the clauses the claim relies on, each once."""
    clauses = loan.clauses
    numbers = (clauses.rate, clauses.penalty, clauses.compound, clauses.acceleration, clauses.costs)
    named = phrase("clauses", name=loan.contract_name, clauses=list(dict.fromkeys(filter(None, numbers))))
    others = dict.fromkeys(each.contract_name for each in secured_by)
    return "、".join([named, *(f"《{name}》" for name in others)])


def articles(articles: Iterable[str]) -> str:
    """Articles joined: each act's title once, its articles in order."""
    acts: dict[str, list[str]] = {}
    for each in articles:
        title, _, article = each.partition("》")
        acts.setdefault(title, []).append(article)
    return "，".join(f"{title}》{'、'.join(sorted(numbers, key=_ordinal))}" for title, numbers in acts.items())


def _ordinal(article: str) -> int:
    """The number of an article: 第六百八十七条 is 687."""
    value = figure = 0
    for letter in article.partition("条")[0]:
        if letter in _FIGURES:
            figure = _FIGURES.index(letter)
        elif letter in _PLACES:
            value, figure = value + (figure or 1) * _PLACES[letter], 0
    return value + figure


def evidence(plan: Plan | None) -> str:
    if plan is None:
        return phrase("evidence_later")
    pages = sum(item.pages for item in plan.placed)
    return phrase("evidence", groups=len(plan.groups), items=len(plan.placed), pages=pages)


def amount(value: Any) -> str:
    """An amount as text where the value is one and more than nothing; else empty."""
    if isinstance(value, Money):
        return str(value) if value > ZERO else ""
    return str(value) if re.fullmatch(r"\d+(\.\d{1,2})?", str(value or "")) and Money(str(value)) > ZERO else ""


def in_yuan(value: Any) -> str:
    """An amount with its unit; words as they are; nothing for nothing."""
    if amount(value):
        return f"{Money(amount(value))}元"
    return "" if not value or isinstance(value, Money) or str(value).strip("0.") == "" else str(value)


def terms(loan: Loan, owed: Claim) -> str:
    """What was agreed on amount, term, rate and repayment, in a sentence."""
    return phrase(
        "terms",
        limit=loan.limit,
        start=loan.start,
        maturity=loan.maturity,
        rate=loan.rate,
        repayment=repayment(loan),
        overdue_terms=overdue_terms(loan, owed),
    )


def formula(owed: Claim) -> str:
    """How the interest was counted, and how it runs on until it is paid."""
    return phrase("formula", **grows(owed))
