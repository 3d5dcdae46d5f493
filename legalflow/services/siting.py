"""Where a loan's claim may be sued, as far as its addresses and its clause on disputes tell.

Places are read from addresses, and the usual words of a clause (the seat of the lender, the domicile of the borrower,
an arbitration commission) are understood; whatever cannot be read is left to the reader, who sees the clause.
"""

from __future__ import annotations

from datetime import date

from legalflow.claims.claim import Claim as Owed
from legalflow.errors import LawGap
from legalflow.law.competence import courts_for
from legalflow.law.courts import Competence, Place
from legalflow.law.finding import Finding
from legalflow.law.suits import Claim, Clause, Party
from legalflow.loans.loan import LenderKind, Loan
from legalflow.loans.parties import PartyRole
from legalflow.office import Office

_ROLES = {
    PartyRole.LENDER: "plaintiff",
    PartyRole.BORROWER: "debtor",
    PartyRole.CO_BORROWER: "debtor",
    PartyRole.GUARANTOR: "guarantor",
}
_CAUSES = {LenderKind.SMALL_LOAN: "small_loan", LenderKind.PRIVATE: "private_loan"}
_LENDER = ("贷款人住所地", "贷款人所在地", "出借人住所地", "债权人住所地", "甲方住所地", "原告住所地")
_BORROWER = ("借款人住所地", "借款人所在地", "债务人住所地", "被告住所地")


def courts(office: Office, loan: Loan, owed: Owed, on: date) -> Finding[Competence] | None:
    """The competent courts on a day by the addresses of the loan's parties; None where they cannot be read."""
    parties = []
    for each in loan.parties:
        if each.role in _ROLES:
            place = Place.named_in(each.residence or each.domicile)
            if place is None:
                return None
            parties.append(Party(each.name, _ROLES[each.role], place))
    if "plaintiff" not in {each.role for each in parties} or owed.currency != "CNY":
        return None
    cause = _CAUSES.get(loan.lender_kind, "financial_loan")
    claim = Claim(owed.total, cause, on, tuple(parties), tuple(_clauses(loan, parties)))
    try:
        return courts_for(office.law, claim)
    except LawGap:
        return None


def _clauses(loan: Loan, parties: list[Party]) -> list[Clause]:
    """What the clause on disputes says, where its words are usual ones."""
    text = loan.clauses.jurisdiction_text
    if "仲裁" in text:
        return [Clause("arbitration", clear="仲裁委员会" in text or "仲裁院" in text)]
    found = []
    for words, role in ((_LENDER, "plaintiff"), (_BORROWER, "debtor")):
        if any(each in text for each in words):
            place = next(each.place for each in parties if each.role == role)
            found.append(Clause("court", place))
    return found
