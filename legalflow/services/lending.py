"""The lenders in whose name we sue, with their agents ad litem and accounts: set up once, used in every document."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from legalflow.access import Actor, Right
from legalflow.errors import Missing
from legalflow.loans.parties import Agent, Party
from legalflow.office import Office
from legalflow.persistence import journal, mapping
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import LenderRow
from legalflow.values import codec


def add_lender(office: Office, by: Actor, lender: Party, agents: Sequence[Agent]) -> None:
    """Set up a lender, or put new facts in the place of the old; documents made before keep theirs."""
    by.require(Right.OPERATE)
    with office.database.writing() as session:
        row = session.get(LenderRow, lender.name) or LenderRow(name=lender.name, facts={}, agents=[])
        row.facts = mapping.sealed(lender, office.keys)
        row.agents = [mapping.sealed(agent, office.keys) for agent in agents]
        session.add(row)
        journal.note(
            session,
            at=office.now(),
            actor=by.id,
            action="lender.set",
            subject="lender",
            digest=codec.digest(codec.encode(lender)),
        )


def lender_of(session: Session, keys: Keys, name: str) -> tuple[Party, tuple[Agent, ...]]:
    """The lender of a loan and its agents; `Missing` where it was never set up."""
    row = session.get(LenderRow, name)
    if row is None:
        raise Missing.one(
            "lender.unknown",
            "贷款人的基本信息尚未录入，无法制作文书",
            "the lender's own facts are not set up, so no document can be made",
            field="lender",
            found=name[:60],
            mend="管理员用 legalflow lender set FILE 录入",
            mend_en="an administrator sets it up with legalflow lender set FILE",
        )
    agents = tuple(mapping.unsealed(Agent, agent, keys) for agent in row.agents)
    return mapping.unsealed(Party, row.facts, keys), agents
