"""The use of a person's data restricted: kept, and else left alone (个人信息保护法 第四十四条、第四十七条第二款).

`refuse` is the one gate: every use case that shows a person's data in full, makes a document with them or sends one out
asks it. By default what is needed to pursue the claim in court stays possible; the lender may restrict that as well.
What a person's deletion left behind (a closed matter's files, which are never changed) is kept in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import Actor, Right
from legalflow.errors import Invalid, NotFound, NotNow
from legalflow.loans.parties import Party, PartyKind
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import LoanRow, PersonRow

ALL, EXCEPT_CLAIMS = "all", "except_claims"
# Documents handed to a court, or that a court's case file needs: the claim cannot be pursued there without them.
IN_COURT = forms.kinds_where("in_court")


@dataclass(frozen=True)
class Restriction:
    """The strictest restriction on a loan's persons; `since` None where a person was deleted."""

    kind: str
    since: datetime | None


def restrict(office: Office, actor: Actor, number: str, *, except_claims: bool = True) -> list[str]:
    """Restrict the use of a person's data in every loan; the contracts' numbers. Done again, the later word holds."""
    return _set(office, actor, number, EXCEPT_CLAIMS if except_claims else ALL)


def lift(office: Office, actor: Actor, number: str) -> list[str]:
    """Lift a person's restriction; the contracts' numbers."""
    return _set(office, actor, number, "")


def restriction(session: Session, loan_id: str) -> Restriction | None:
    """What restricts the use of the persons of a loan, or None."""
    row = session.get(LoanRow, loan_id)
    if row is not None and row.persons_changed_at is not None and _has_deleted(row):
        return Restriction(ALL, None)
    found = list(_restricted(session, loan_id).values())
    return min(found, key=lambda each: each.kind != ALL) if found else None


def refuse(session: Session, office: Office, loan_id: str, *, in_court: bool = False) -> None:
    """Refuse a use of the persons' data of a loan where it is restricted; `in_court` says it pursues the claim."""
    if why := refusal(session, office, loan_id, in_court=in_court):
        raise why


def refusal(session: Session, office: Office, loan_id: str, *, in_court: bool = False) -> NotNow | None:
    """Why a use of the persons' data of a loan is refused, or None."""
    found = restriction(session, loan_id)
    if found is None or (in_court and found.kind == EXCEPT_CLAIMS):
        return None
    cited = office.law.at("persons/restriction", today(office)).citation
    if found.since is None:
        return NotNow.one(
            "person.deleted",
            f"本贷款当事人的个人信息已依申请删除，留存的文件只存储、不使用（{cited}）",
            f"a person of this loan was deleted on request; what is left is kept and not used ({cited})",
        )
    since = found.since.astimezone(CHINA).date()
    also = "；起诉、执行所需的文书和证据不受影响" if found.kind == EXCEPT_CLAIMS else "；包括起诉、执行所需的文书和证据"
    also_en = (
        "; what is needed in court stays possible" if found.kind == EXCEPT_CLAIMS else "; also for what courts need"
    )
    return NotNow.one(
        "person.restricted",
        f"本贷款当事人的个人信息自 {since} 起限制处理，只存储、不使用（{cited}）{also}",
        f"the use of a person's data in this loan is restricted since {since} ({cited}){also_en}",
        mend="依法仍须使用的，由法务用 legalflow person restrict --lift 解除，或以 --except-claims 只放开诉讼",
        mend_en="where the law asks for it, lift it with legalflow person restrict --lift, or leave courts possible "
        "with --except-claims",
    )


def shown(session: Session, office: Office, loan_id: str, parties: Sequence[Party]) -> tuple[Party, ...]:
    """The parties of a loan as pages show them: masked, and those whose use is restricted by name alone."""
    restricted = _restricted(session, loan_id)
    return tuple(
        mapping.withheld(party)
        if restricted and party.number and office.keys.index(party.number) in restricted
        else mapping.masked(party)
        for party in parties
    )


def require_natural(parties: Sequence[Party]) -> None:
    """Refuse what is a right of natural persons for an organisation, and where there is nobody."""
    if not parties:
        raise absent()
    if all(party.kind is PartyKind.ORGANISATION for party in parties):
        raise Invalid.one(
            "person.organisation",
            "该号码属于法人或者非法人组织，不是个人信息",
            "the number is an organisation's, whose data are not personal",
            field="number",
        )


def absent() -> NotFound:
    """There is no such person within the actor's scope; the number is not repeated."""
    return NotFound.one("person.absent", "没有此人的信息", "nothing is held of this person")


def _set(office: Office, actor: Actor, number: str, kind: str) -> list[str]:
    actor.require(Right.CORRECT_PERSON)
    index = office.keys.index(number)
    with office.database.writing() as session:
        loans = repositories.loans_of_person(session, actor, index, to_change=True)
        whole = [mapping.loan_of(row, (), office.keys) for row in loans]
        require_natural(
            [loan.parties[place] for loan in whole for place in mapping.places_of(loan, index, office.keys)]
        )
        ids = [row.id for row in loans]
        query = select(PersonRow).where(PersonRow.number_index == index, col(PersonRow.loan_id).in_(ids))
        for person in session.exec(query):
            person.restriction, person.restricted_at = kind, office.now() if kind else None
            session.add(person)
        for loan_id in ids:
            journal.note(
                session,
                at=office.now(),
                actor=actor.id,
                action="person.restricted" if kind else "person.restriction_lifted",
                subject=loan_id,
                **({"kind": kind} if kind else {}),
            )
        return [row.contract_number for row in loans]


def _restricted(session: Session, loan_id: str) -> dict[str, Restriction]:
    """The restricted persons of a loan by the index of their numbers, wherever the restriction was written down."""
    here, there = aliased(PersonRow), aliased(PersonRow)
    query = (
        select(there.number_index, there.restriction, there.restricted_at)
        .join(here, col(here.number_index) == col(there.number_index))
        .where(col(here.loan_id) == loan_id, col(there.restriction) != "")
        .order_by(col(there.restriction).desc())  # `all` comes last and holds
    )
    return {index: Restriction(kind, since) for index, kind, since in session.exec(query)}


def _has_deleted(row: LoanRow) -> bool:
    return any(party["name"] == mapping.DELETED for party in row.facts["parties"])
