"""The costs of a matter: what was advanced, what of it came back, and what the law would ask for today's claim."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from legalflow.access import Right
from legalflow.errors import LegalflowError
from legalflow.matters import costs
from legalflow.matters.matter import fold, next_steps
from legalflow.matters.stages import RULES
from legalflow.office import today
from legalflow.services import charging, claiming, viewing
from legalflow.web.door import actor, door, office
from legalflow.web.matters import framed

pages = Blueprint("costs", __name__)

_STEPS = ("FeeNoticeReceived", "FeePaid", "CostPaid", "CostRefunded")


@pages.get("/matters/<matter_id>/costs")
@door(Right.VIEW)
def shown(matter_id: str) -> Any:
    """What was advanced for a matter and what came back, by kind and one by one."""
    sheet = viewing.matter(office(), actor(), matter_id)
    matter = fold(sheet.events)
    try:
        _, found = claiming.state_claim(office(), actor(), sheet.row.loan_id)
        charges = charging.court_fees(office(), found.value, today(office()))
    except LegalflowError:  # the loan's page says why there is no claim; the costs are there without it
        charges = ()
    offered = [
        step
        for step in next_steps(matter)
        if step.name in _STEPS and any(actor().may(right) for right in RULES[step.name].rights)
    ]
    return render_template(
        "costs.html",
        **framed(sheet),
        account=costs.account(matter),
        names={name: zh for name, (zh, _) in costs.NAMES.items()},
        notices=matter.fee_notices,
        paid={each.fee for each in matter.fees_paid},
        charges=charges,
        steps=sorted(offered, key=lambda step: _STEPS.index(step.name)),
    )
