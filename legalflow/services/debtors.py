"""One person over all loans in scope: its roles, what is claimed, where each matter stands, how it is reached.

The person is known by the keyed index of its number; an address of a page names one of our rows of it. Each look is an
entry in the audit trail, which names the loans and never the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Collateral, Party, PartyRole
from legalflow.matters.deadlines import OPEN
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, portfolio, repositories, searching
from legalflow.persistence.tables import ClaimRow, LoanRow, MatterRow, PersonRow
from legalflow.services import addressing, restricting, viewing
from legalflow.services.addressing import Contact
from legalflow.services.viewing import DeadlineLine
from legalflow.values.money import Money

OWING = (PartyRole.BORROWER, PartyRole.CO_BORROWER)
MOST = 200  # loans of one person that are read for a page


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A loan the person stands in: its roles there, the claim kept of it, its matter with the courts' numbers.

    `total` is None where no claim is kept yet or it could not be computed; `next_due` is what falls due next, or None.
    """

    loan_id: str
    contract_number: str
    lender: str
    unit: str
    borrower: str
    roles: tuple[str, ...]
    currency: str
    total: Money | None
    as_of: date | None
    overdue_days: int
    matter_id: str
    matter_number: str
    stage: str
    court_numbers: tuple[str, ...]
    next_due: DeadlineLine | None


@dataclass(frozen=True)
class Sum:
    """Claims of one currency added up: those the person owes itself, and those it stands security for."""

    currency: str
    owed: Money
    secured: Money


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """A person with all its loans in scope; `party` is masked unless revealed, the newest loan's word.

    `unknown` loans have no claim that could be added up. `more`: it stands in further loans than are shown.
    """

    person_id: str
    party: Party
    restricted: bool
    loans: tuple[Standing, ...]
    sums: tuple[Sum, ...]
    unknown: int
    contacts: tuple[Contact, ...]
    collateral: tuple[tuple[str, Collateral], ...]
    revealed: bool = False
    more: bool = False


def debtor(office: Office, actor: Actor, person_id: str) -> Debtor:
    """A person as the page shows it, masked; the look is recorded."""
    actor.require(Right.VIEW)
    return _seen(office, actor, person_id, revealed=False)


def reveal(office: Office, actor: Actor, person_id: str) -> Debtor:
    """The same with number, phones and mail in full; recorded for each loan, and refused while use is restricted."""
    actor.require(Right.REVEAL)
    return _seen(office, actor, person_id, revealed=True)


def ids(office: Office, actor: Actor, loan_id: str) -> dict[str, str]:
    """The persons of a loan in scope who have a number, by the name they have there: the ids of their pages."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = repositories.loan(session, actor, loan_id)
        parties = mapping.loan_of(row, (), office.keys).parties
        query = select(PersonRow).where(PersonRow.loan_id == row.id)
        known = {person.number_index: person.id for person in session.exec(query)}
    found = {}
    for party in parties:
        if party.number and party.role is not PartyRole.LENDER and (index := office.keys.index(party.number)) in known:
            found[party.name] = str(known[index])
    return found


def _seen(office: Office, actor: Actor, person_id: str, revealed: bool) -> Debtor:
    refusal = None
    with office.database.writing() as session:
        index = _index(session, actor, person_id)
        rows = repositories.loans_of_person(session, actor, index)
        loans = {row.id: mapping.loan_of(row, (), office.keys) for row in rows[:MOST]}
        mine = {
            key: [loan.parties[at] for at in mapping.places_of(loan, index, office.keys)] for key, loan in loans.items()
        }
        rows = [row for row in rows if mine.get(row.id, True)]
        if not rows:  # the number is the lender's own
            raise restricting.absent()
        refusals = [restricting.refusal(session, office, row.id) for row in rows[:MOST]] if revealed else []
        refusal = next((each for each in refusals if each is not None), None)
        for subject in [row.id for row in rows] if revealed else ["person"]:
            action = "reveal.refused" if refusal else "reveal" if revealed else "person.viewed"
            told = {} if revealed else {"loans": [row.id for row in rows]}
            journal.note(session, at=office.now(), actor=actor.id, action=action, subject=subject, **told)
        found = None if refusal else _debtor(session, office, actor, person_id, rows[:MOST], loans, mine, revealed)
    if refusal is not None:
        raise refusal
    assert found is not None
    return replace(found, more=len(rows) > MOST)


def _index(session: Session, actor: Actor, person_id: str) -> str:
    """The keyed index of a person one of whose loans is in scope."""
    number = int(person_id) if person_id.isascii() and person_id.isdigit() and len(person_id) < 16 else 0
    query = select(PersonRow.number_index).join(LoanRow, col(LoanRow.id) == col(PersonRow.loan_id))
    index = session.exec(query.where(PersonRow.id == number, repositories.loans_visible_to(actor))).first()
    if index is None:
        raise restricting.absent()
    return index


def _debtor(
    session: Session,
    office: Office,
    actor: Actor,
    person_id: str,
    rows: Sequence[LoanRow],
    loans: dict[str, Loan],
    mine: dict[str, list[Party]],
    revealed: bool,
) -> Debtor:
    claims = portfolio.claims_of(session, [row.id for row in rows])
    query = select(MatterRow).where(
        col(MatterRow.loan_id).in_([row.id for row in rows]), repositories.visible_to(actor)
    )
    matters = {row.loan_id: row for row in session.exec(query)}
    standings = tuple(
        _standing(session, office, actor, row, mine[row.id], claims.get(row.id), matters.get(row.id)) for row in rows
    )
    newest = max((row for row in rows if mine[row.id]), key=lambda row: (row.created_at, row.id))
    party = mine[newest.id][0]
    [shown] = restricting.shown(session, office, newest.id, [party])
    restricted = not shown.number and bool(party.number)
    names = {(row.id, each.name) for row in rows for each in mine[row.id]}
    known = [
        each for each in addressing.contacts(session, office.keys, list(loans)) if (each.loan_id, each.party) in names
    ]
    return Debtor(
        person_id=person_id,
        party=party if revealed else shown,
        restricted=restricted,
        loans=standings,
        sums=_sums(standings),
        unknown=sum(each.total is None for each in standings),
        contacts=() if restricted else tuple(each if revealed else addressing.masked(each) for each in known),
        collateral=()
        if restricted
        else tuple(
            (key, each) for key, loan in loans.items() for each in loan.collateral if (key, each.owner) in names
        ),
        revealed=revealed,
    )


def _standing(
    session: Session,
    office: Office,
    actor: Actor,
    row: LoanRow,
    mine: Sequence[Party],
    claim: ClaimRow | None,
    matter: MatterRow | None,
) -> Standing:
    due = viewing.deadlines(session, actor, today(office), matter_id=matter.id) if matter else []
    numbers = searching.texts_of_matter(matter.number, matter.state) - {matter.number} if matter else set()
    known = claim is not None and claim.total_fen is not None
    loan: dict[str, Any] = row.facts
    owns = any(each["owner"] in {party.name for party in mine} for each in loan.get("collateral") or ())
    roles = [each.role.value for each in mine] + ([PartyRole.COLLATERAL_OWNER.value] if owns else [])
    return Standing(
        loan_id=row.id,
        contract_number=row.contract_number,
        lender=row.lender,
        unit=row.unit,
        borrower=row.borrower,
        roles=tuple(dict.fromkeys(roles)),
        currency=row.currency,
        total=Money.of_fen(claim.total_fen) if claim is not None and claim.total_fen is not None else None,
        as_of=claim.as_of if known and claim else None,
        overdue_days=claim.overdue_days if known and claim else 0,
        matter_id=matter.id if matter else "",
        matter_number=matter.number if matter else "",
        stage=matter.stage if matter else "",
        court_numbers=tuple(sorted(numbers)),
        next_due=next((each for each in due if each.state in OPEN), None),
    )


def _sums(standings: Sequence[Standing]) -> tuple[Sum, ...]:
    found = []
    for currency in sorted({each.currency for each in standings if each.total is not None}):
        owed, secured = 0, 0
        for each in standings:
            if each.total is None or each.currency != currency:
                continue
            if {role.value for role in OWING} & set(each.roles):
                owed += each.total.fen
            else:
                secured += each.total.fen
        found.append(Sum(currency, Money.of_fen(owed), Money.of_fen(secured)))
    return tuple(found)
