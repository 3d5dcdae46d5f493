"""What is owed on a loan, for whoever may see it."""

from __future__ import annotations

from datetime import date

from legalflow.access import Actor, Right
from legalflow.claims import claim
from legalflow.claims.claim import Claim
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan
from legalflow.office import Office, today
from legalflow.persistence import repositories


def state_claim(
    office: Office,
    actor: Actor,
    loan_id: str,
    as_of: date | None = None,
    *,
    cutoff_counts: bool = True,
    cap_policy: str | None = None,
) -> tuple[Loan, Finding[Claim]]:
    """The loan and the claim at a cut-off day (today where none is given), with its reasons."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = repositories.loan(session, actor, loan_id)
        loan = repositories.whole_loan(session, row, office.keys)
    finding = claim.state_claim(
        loan, as_of or today(office), office.law, cutoff_counts=cutoff_counts, cap_policy=cap_policy
    )
    return loan, finding
