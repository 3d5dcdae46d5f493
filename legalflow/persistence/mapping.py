"""Facts into rows and back; the one place that knows which of a person's fields are sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from legalflow.loans.loan import Loan
from legalflow.loans.parties import Party, PartyRole
from legalflow.loans.payments import Payment
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import LoanRow, PaymentRow
from legalflow.values import codec
from legalflow.values.money import Money

F = TypeVar("F")
DELETED = "（已依申请删除）"  # stands where a person's name stood
_OF_PERSONS = frozenset({"parties", "guarantees", "collateral"})
SEALED = ("number", "phone", "email", "bank_account", "service_address", "domicile", "residence", "birth_date")


def loan_facts(loan: Loan, keys: Keys) -> dict[str, Any]:
    """A loan's facts for its row: payments left out (they have their own rows), persons sealed."""
    facts: dict[str, Any] = codec.plain(replace(loan, payments=()))
    for party in facts["parties"]:
        for name in SEALED:
            party[name] = keys.seal(party[name] or "")
    return facts


def loan_of(row: LoanRow, payments: Iterable[PaymentRow], keys: Keys, called_due: str | None = None) -> Loan:
    """The loan as it was given, with its payments in the order of their days.

    `called_due` is the ISO day on which its matter records that the whole debt was called due; a day that stands in the
    loan itself goes before it.
    """
    facts = dict(row.facts)
    facts["accelerated_on"] = facts.get("accelerated_on") or called_due
    facts["parties"] = [_unsealed(party, keys) for party in facts["parties"]]
    loan = codec.decode(Loan, facts)
    return replace(loan, payments=in_order(payment_of(each) for each in payments))


def terms_of(facts: Mapping[str, Any], payments: Iterable[Payment], called_due: str | None = None) -> Loan:
    """The loan as far as its claim needs it: as `loan_of`, but without persons, guarantees and collateral.

    Nobody's number is opened, so that a whole portfolio can be read without reading a person.
    """
    terms = {name: value for name, value in facts.items() if name not in _OF_PERSONS}
    terms["accelerated_on"] = terms.get("accelerated_on") or called_due
    return replace(codec.decode(Loan, terms), payments=in_order(payments))


def in_order(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """Payments in the order of their days, those of one day by their numbers."""
    return tuple(sorted(payments, key=lambda payment: (payment.on, payment.number)))


def first_drawdown(row: LoanRow) -> date:
    """The day the first money was paid out; reads no person."""
    return min(date.fromisoformat(each["on"]) for each in row.facts["drawdowns"])


def payment_of(row: PaymentRow) -> Payment:
    """A payment from its row."""
    return Payment(row.paid_on, Money.of_fen(row.fen), row.number, row.channel, row.designation)


def sealed(facts: Any, keys: Keys) -> dict[str, Any]:
    """Facts with persons in them (a lender, an agent, a firm) sealed whole."""
    return {"sealed": keys.seal(codec.encode(facts).decode())}


def unsealed(kind: type[F], row: dict[str, Any], keys: Keys) -> F:
    """The facts that `sealed` made a row of."""
    return codec.decode(kind, keys.unseal(row["sealed"]).encode())


def person_indexes(loan: Loan, keys: Keys) -> set[str]:
    """The keyed digests of every identity number in the loan."""
    return {keys.index(party.number) for party in loan.parties if party.number}


def places_of(loan: Loan, number_index: str, keys: Keys) -> tuple[int, ...]:
    """Where in a loan's parties the person with a number stands; the lender is nobody's personal data."""
    return tuple(
        place
        for place, party in enumerate(loan.parties)
        if party.number and party.role is not PartyRole.LENDER and keys.index(party.number) == number_index
    )


def with_party(loan: Loan, place: int, party: Party) -> Loan:
    """The loan with another party at a place; guarantees and collateral name it as it is called now."""
    before = loan.parties[place].name
    parties = (*loan.parties[:place], party, *loan.parties[place + 1 :])
    return replace(
        loan,
        parties=parties,
        guarantees=tuple(
            replace(each, guarantor=party.name) if each.guarantor == before else each for each in loan.guarantees
        ),
        collateral=tuple(replace(each, owner=party.name) if each.owner == before else each for each in loan.collateral),
    )


def put_facts(row: LoanRow, loan: Loan, keys: Keys) -> None:
    """Keep a loan's facts on its row, with the columns that lists and searches read."""
    row.unit, row.borrower, row.product = loan.unit, loan.borrower.name, loan.product
    row.maturity, row.disbursed_fen, row.currency = loan.maturity, loan.disbursed.fen, loan.currency
    row.facts, row.digest = loan_facts(loan, keys), loan_digest(loan)


def loan_digest(loan: Loan) -> str:
    """The digest of a loan's facts without its payments: equal where nothing was changed."""
    return codec.digest(codec.encode(replace(loan, payments=())))


def masked(party: Party) -> Party:
    """A party as shown on pages: numbers, phones and accounts masked (个人信息保护法 第六条)."""
    return replace(
        party,
        number=mask(party.number, 4, 4),
        phone=mask(party.phone, 3, 4),
        bank_account=mask(party.bank_account, 0, 4),
        email=mask(party.email, 1, 4),
    )


def withheld(party: Party) -> Party:
    """A party whose use is restricted, as shown on pages: its name and place in the loan alone."""
    return Party(name=party.name, kind=party.kind, role=party.role)


def mask(text: str, head: int, tail: int) -> str:
    """A text with its middle starred; a short one wholly.

    >>> mask("990000199001010017", 4, 4)
    '9900**********0017'
    """
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def _unsealed(party: dict[str, Any], keys: Keys) -> dict[str, Any]:
    opened = {**party, **{name: keys.unseal(party[name]) for name in SEALED}}
    opened["birth_date"] = opened["birth_date"] or None
    return opened
