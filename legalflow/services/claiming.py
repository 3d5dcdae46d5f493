"""What is owed on a loan, for whoever may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from legalflow.access import Actor, Right
from legalflow.claims import claim
from legalflow.claims.claim import Claim
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Waiver
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.values.money import ZERO, Money


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is supposed for a claim to be otherwise than recorded; what is left out stays as it is.

    `allocation` is an order of components (抵充顺序), `waivers` are added to those recorded, `cap_policy` a policy of
    `claims/caps`, `as_of` another cut-off day.
    """

    as_of: date | None = None
    cap_policy: str | None = None
    allocation: Sequence[str] = ()
    waivers: Sequence[Waiver] = ()


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


def suppose(
    office: Office,
    actor: Actor,
    loan_id: str,
    supposed: Supposed,
    as_of: date | None = None,
    *,
    cutoff_counts: bool = True,
) -> Finding[Claim]:
    """The claim as it would be if something were otherwise: the payments lived through anew, nothing stored.

    `as_of` is the day of the stated claim, which holds where nothing else is supposed. Raises `Invalid` with everything
    that contradicts itself.
    """
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        loan = repositories.whole_loan(session, repositories.loan(session, actor, loan_id), office.keys)
    changed = replace(
        loan,
        allocation=tuple(supposed.allocation) or loan.allocation,
        waivers=(*loan.waivers, *supposed.waivers),
    )
    return claim.state_claim(
        changed,
        supposed.as_of or as_of or today(office),
        office.law,
        cutoff_counts=cutoff_counts,
        cap_policy=supposed.cap_policy,
    )


def came_in(loan: Loan, since: date) -> Money:
    """What was paid on a loan on a day or later, in its own currency."""
    return sum((payment.amount for payment in loan.payments if payment.on >= since), ZERO)
