"""A person's full numbers shown to somebody who may see them, each time recorded (个人信息保护法 第五十一条)."""

from __future__ import annotations

from legalflow.access import Actor, Right
from legalflow.loans.parties import Party
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.services import restricting


def reveal(office: Office, actor: Actor, loan_id: str) -> tuple[Party, ...]:
    """The parties of a loan with their numbers in full; the audit trail names who saw them, and who was refused.

    `NotNow` while the use of one of the persons' data is restricted.
    """
    actor.require(Right.REVEAL)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        refusal = restricting.refusal(session, office, row.id)
        parties = () if refusal else repositories.whole_loan(session, row, office.keys).parties
        action = "reveal.refused" if refusal else "reveal"
        journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id)
    if refusal:
        raise refusal
    return parties
