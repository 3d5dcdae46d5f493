"""Opening balances of loans taken over: what was imported, confirmed by another person, taken back with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import opening
from legalflow.web.door import actor, door, office, once
from legalflow.web.words import OPENING_STATES

pages = Blueprint("openings", __name__)


@pages.get("/openings")
@door(Right.VIEW_MONEY)
def listed(opening_id: str = "") -> Any:
    """The balances of one state; `opening_id` is the one that a refused form was of."""
    state = request.args.get("state", "proposed")
    state = state if state in OPENING_STATES else "proposed"
    found, counts = opening.listed(office(), actor(), state)
    return render_template("openings.html", openings=found, counts=counts, state=state, asked=opening_id)


@pages.post("/openings/confirm")
@door(Right.CHECK_WRITE_OFF, takes=("opening",), again=listed)
def confirm() -> Any:
    """Confirm the chosen balances."""
    ids = request.form.getlist("opening")

    def then() -> str:
        opening.confirm(office(), actor(), ids)
        return url_for("openings.listed")

    return once(then)


@pages.post("/openings/<opening_id>/refuse")
@door(Right.CHECK_WRITE_OFF, takes=("reason",), again=listed)
def refuse(opening_id: str) -> Any:
    """Refuse proposed balances, saying why."""
    reason = request.form.get("reason", "")

    def then() -> str:
        opening.refuse(office(), actor(), opening_id, reason)
        return url_for("openings.listed")

    return once(then)


@pages.post("/openings/<opening_id>/take-back")
@door(Right.CHECK_WRITE_OFF, takes=("reason",), again=listed)
def take_back(opening_id: str) -> Any:
    """Take confirmed balances back, saying why."""
    reason = request.form.get("reason", "")

    def then() -> str:
        opening.take_back(office(), actor(), opening_id, reason)
        return url_for("openings.listed", state="reversed")

    return once(then)
