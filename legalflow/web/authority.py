"""Up to which amount who may approve a write-off: proposed by one person, decided on by another. No debtor is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.office import today
from legalflow.services import empowering
from legalflow.web.door import actor, door, office, once

pages = Blueprint("authority", __name__)

_FIELDS = ("unit", "product", "account", "up_to", "first_day", "document")


@pages.get("/authority")
@door(Right.VIEW_MONEY, Right.SET_AUTHORITY)
def shown(limit_id: int | None = None) -> Any:
    """Every limit, and for those who set them the form of another; `limit_id` is the one that a refused form was of."""
    return render_template("authority.html", table=empowering.table(office(), actor()), today=today(office()))


@pages.post("/authority")
@door(Right.SET_AUTHORITY, takes=_FIELDS, again=shown)
def propose() -> Any:
    """Propose a limit."""
    given = {name: request.form.get(name, "") for name in _FIELDS}
    return _then(lambda: empowering.propose(office(), actor(), given))


@pages.post("/authority/<int(max=999999999999):limit_id>/approve")
@door(Right.SET_AUTHORITY, again=shown)
def approve(limit_id: int) -> Any:
    """Approve another's proposal."""
    return _then(lambda: empowering.approve(office(), actor(), limit_id))


@pages.post("/authority/<int(max=999999999999):limit_id>/refuse")
@door(Right.SET_AUTHORITY, takes=("reason",), again=shown)
def refuse(limit_id: int) -> Any:
    """Refuse another's proposal, saying why."""
    reason = request.form.get("reason", "")
    return _then(lambda: empowering.refuse(office(), actor(), limit_id, reason))


@pages.post("/authority/<int(max=999999999999):limit_id>/withdraw")
@door(Right.SET_AUTHORITY, takes=("reason",), again=shown)
def withdraw(limit_id: int) -> Any:
    """Withdraw one's own proposal, or another's limit in force, saying why."""
    reason = request.form.get("reason", "")
    return _then(lambda: empowering.withdraw(office(), actor(), limit_id, reason))


def _then(effect: Callable[[], object]) -> Any:
    def done() -> str:
        effect()
        return url_for("authority.shown")

    return once(done)
