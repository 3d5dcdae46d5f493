"""Steps through a sample installation that tests of several use cases share."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

from sqlmodel import select

from legalflow.access import Actor
from legalflow.jobs import queues, tasks
from legalflow.office import Office
from legalflow.persistence import journal, units
from legalflow.persistence.tables import AccountRow, DocumentRow, LoanRow, MatterRow, OutboxRow
from legalflow.services import drafting, portfolio, sampling, tracking
from tests.builders import a_law, an_office

CONTRACT = "示银个借字〔2024〕第0001号"  # instalments, a guarantor, payments, called due
SECURED = "示银流借字〔2023〕第0102号"  # a company, a maximum mortgage, assigned to a firm
PLAIN = "示银个借字〔2025〕第0203号"  # one borrower alone, nothing paid
TODAY = "2026-11-24"
_PERSONAL = ("证件号码", "联系电话", "住所地", "送达地址")


def work_off(office: Office) -> None:
    """Do all the work the outbox asks for, as the workers would."""
    for _round in range(5):
        with office.database.reading() as session:
            rows = [(row.task, row.subject_id, row.attempt) for row in session.exec(select(OutboxRow))]
        if not rows:
            return
        for task, subject, attempt in rows:
            tasks.attempt_once(office, queues.TASKS, task, subject, attempt)
    with office.database.reading() as session:
        left = [(row.task, row.state, row.reason) for row in session.exec(select(OutboxRow))]
    assert not left, left


def actor(office: Office, login: str) -> Actor:
    """The actor of a sample account."""
    with office.database.reading() as session:
        row = session.exec(select(AccountRow).where(AccountRow.login == login)).one()
        return units.actor_of(session, row)


def loan_of(office: Office, contract: str = CONTRACT) -> str:
    """The id of a sample loan."""
    with office.database.reading() as session:
        return session.exec(select(LoanRow).where(LoanRow.contract_number == contract)).one().id


def matter_of(office: Office, contract: str = CONTRACT) -> str:
    """The id of the matter of a sample loan."""
    with office.database.reading() as session:
        return session.exec(select(MatterRow).where(MatterRow.loan_id == loan_of(office, contract))).one().id


def answered(office: Office, who: Actor, matter: str, kind: str, **more: str) -> dict[str, str]:
    """A form filled with what is proposed, and with `more`."""
    asked = drafting.questions(office, who, matter, kind)
    return {**{question.id: question.default for question in asked}, **more}


def drafted(office: Office, matter: str, kind: str, login: str = "counsel", **more: str) -> str:
    """A document asked for and made; its id."""
    who = actor(office, login)
    document = drafting.request_document(office, who, matter, kind, answered(office, who, matter, kind, **more))
    work_off(office)
    row = document_row(office, document)
    assert row.state == "ready", row.reason
    return document


def document_row(office: Office, document: str) -> DocumentRow:
    """A document's row."""
    with office.database.reading() as session:
        row = session.get(DocumentRow, document)
    assert row is not None
    return row


def happened(office: Office, matter: str, name: str, on: str, **texts: str) -> int:
    """Counsel records what happened; the number of the event."""
    return tracking.record(office, actor(office, "counsel"), matter, name, {"on": on, **texts})


def sequence_of(office: Office, matter: str, name: str) -> int:
    """The number of the last event of a name."""
    with office.database.reading() as session:
        found = [each for each in journal.events(session, matter) if type(each.event).__name__ == name]
    return found[-1].sequence


def copied(office: Office, folder: Path, today: str = TODAY) -> Office:
    """A copy of an installation in another folder: database and keys its own, files linked since they never change."""
    office.database.close()  # the last connection of SQLite brings everything into the one file
    shutil.copytree(office.settings.home, folder / "home")
    shutil.copytree(office.settings.storage, folder / "storage", copy_function=os.link)
    return an_office(folder, today=today)


def sensitive() -> set[str]:
    """Every number, phone, account, address and e-mail of anybody in the sample."""
    found: set[str] = set()
    for each in portfolio.samples(date.fromisoformat(TODAY), a_law()):
        found |= {text for heading, text in each.cells.items() if heading.endswith(_PERSONAL)}
    for lender, agents in sampling.LENDERS:
        found |= {lender.bank_account, lender.phone, lender.domicile, *(agent.phone for agent in agents)}
    for firm in sampling.FIRMS:
        found |= {firm.phone, firm.email, firm.address, *(lawyer.licence for lawyer in firm.lawyers)}
    return found
