"""How persons of a loan are reached, beside what the contract says: kept sealed, with whence and when it was learnt.

The same word again adds nothing; a later one of the same address renews its source and day. A person whose data are
restricted or deleted gets none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Invalid, Problem
from legalflow.intake.contact_rows import ContactLine
from legalflow.loans.parties import Party, PartyRole
from legalflow.office import Office, today
from legalflow.persistence import mapping
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import ContactRow, LoanRow
from legalflow.services import restricting

WAYS = {"phone": "电话", "address": "地址", "email": "电子邮件", "service_address": "约定送达地址"}
_STARRED = {"phone": (3, 4), "email": (1, 4)}  # characters at the beginning and the end that are shown


@dataclass(frozen=True)
class Contact:
    """A way to reach a party, opened or masked: its kind, the value, whence and when it was learnt."""

    loan_id: str
    party: str
    kind: str
    value: str
    source: str
    on: date
    note: str = ""


def merge(
    session: Session, office: Office, actor: Actor, row: LoanRow, line: ContactLine, writes: bool = True
) -> tuple[int, int, int]:
    """Put what a line says of a person into a loan: how many ways are new, changed, and were known as they are."""
    restricting.refuse(session, office, row.id)
    party = _party(mapping.loan_of(row, (), office.keys).parties, line)
    if line.on > today(office):
        raise Invalid(
            Problem("contact.future", "取得日期晚于今天", "learnt on a day to come", "取得日期", str(line.on))
        )
    there = {(each.kind, each.value_index): each for each in _rows(session, [row.id]) if each.party == party.name}
    added = changed = unchanged = 0
    for kind, value in line.ways:
        index = office.keys.index(f"{kind}:{value}")
        kept = there.get((kind, index))
        if kept is not None and not _says_more(kept, line):
            unchanged += 1
            continue
        added, changed = added + (kept is None), changed + (kept is not None)
        if writes:
            kept = kept or ContactRow(
                loan_id=row.id,
                number_index=office.keys.index(party.number) if party.number else "",
                party=party.name,
                kind=kind,
                value=office.keys.seal(value),
                value_index=index,
                source=line.source,
                learnt_on=line.on,
                recorded_by=actor.id,
                at=office.now(),
            )
            kept.source, kept.learnt_on, kept.note = line.source, line.on, line.note or kept.note
            kept.recorded_by, kept.at = actor.id, office.now()
            session.add(kept)
            session.flush()
    return added, changed, unchanged


def contacts(session: Session, keys: Keys, loan_ids: Sequence[str]) -> list[Contact]:
    """The contacts of some loans in full, those learnt last first; whoever shows them masks them."""
    return [
        Contact(row.loan_id, row.party, row.kind, keys.unseal(row.value), row.source, row.learnt_on, row.note)
        for row in _rows(session, loan_ids)
    ]


def masked(contact: Contact) -> Contact:
    """A contact as pages show it: phones and mail addresses starred, as those of the contract are."""
    if contact.kind not in _STARRED:
        return contact
    return replace(contact, value=mapping.mask(contact.value, *_STARRED[contact.kind]))


def rename(session: Session, keys: Keys, loan_id: str, before: Party, after: Party) -> None:
    """Let the contacts of a party follow its corrected name and number."""
    session.execute(
        sa.update(ContactRow)
        .where(col(ContactRow.loan_id) == loan_id, col(ContactRow.party) == before.name)
        .values(party=after.name, number_index=keys.index(after.number) if after.number else "")
    )


def forget(session: Session, loan_id: str, names: Iterable[str]) -> int:
    """Take away the contacts of some parties of a loan, who are deleted; how many there were."""
    gone = sa.delete(ContactRow).where(col(ContactRow.loan_id) == loan_id, col(ContactRow.party).in_(list(names)))
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _rows(session: Session, loan_ids: Sequence[str]) -> list[ContactRow]:
    query = select(ContactRow).where(col(ContactRow.loan_id).in_(loan_ids))
    order = (col(ContactRow.learnt_on).desc(), col(ContactRow.party), col(ContactRow.kind), col(ContactRow.id))
    return list(session.exec(query.order_by(*order)))


def _says_more(kept: ContactRow, line: ContactLine) -> bool:
    """Whether a line says anything later, or other, than what is kept; what is older says nothing."""
    if line.on != kept.learnt_on:
        return line.on > kept.learnt_on
    return line.source != kept.source or line.note not in {"", kept.note}


def _party(parties: Sequence[Party], line: ContactLine) -> Party:
    """The one party a line names by name, number or both; the lender is none."""
    debtors = [party for party in parties if party.role is not PartyRole.LENDER]
    named = [party for party in debtors if line.name in {"", party.name} and line.number in {"", party.number}]
    found = {(party.name, party.number): party for party in named}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        zh, en = "该贷款有同名的当事人，请填写证件号码", "the loan has two of this name; give the number"
    elif any(party.name == line.name for party in debtors):
        zh, en = "证件号码与该贷款中此人的号码不一致", "the number is not this person's in the loan"
    else:
        zh, en = "该贷款没有这个当事人", "the loan has no such party"
    column = "证件号码" if found or (line.number and not line.name) else "姓名或名称"
    shown = mapping.mask(line.number, 4, 4) if column == "证件号码" else line.name
    raise Invalid(Problem("contact.party", zh, en, column, shown))
