"""What is owed after write-offs, with its last days: whose it is, who took note, what was done. Internal throughout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.office import today
from legalflow.services import owing
from legalflow.web.door import actor, door, office, once

pages = Blueprint("duties", __name__)

STATES = {"late": "已过期", "soon": "将到期", "open": "进行中", "done": "已办理"}


@pages.get("/duties")
@door(Right.VIEW_MONEY)
def listed() -> Any:
    """Every duty, the nearest day first."""
    state = request.args.get("state", "")
    found = owing.owed(office(), actor(), state if state in STATES else "")
    people = owing.people(office(), actor())
    return render_template(
        "duties.html", duties=found, state=state, states=STATES, people=people, today=today(office())
    )


@pages.post("/duties/assign")
@door(Right.CHECK_WRITE_OFF, takes=("duty", "account"), again=listed)
def assign() -> Any:
    """Name whose a duty is."""
    key, account = request.form.get("duty", ""), request.form.get("account", "")
    return _then(lambda: owing.assign(office(), actor(), key, account))


@pages.post("/duties/acknowledge")
@door(Right.APPLY_WRITE_OFF, Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF, takes=("duty",), again=listed)
def acknowledge() -> Any:
    """Take note of a duty."""
    key = request.form.get("duty", "")
    return _then(lambda: owing.acknowledge(office(), actor(), key))


@pages.post("/duties/done")
@door(Right.APPLY_WRITE_OFF, Right.CHECK_WRITE_OFF, takes=("duty", "on", "paper", "note"), again=listed)
def done() -> Any:
    """Record that a duty was done, with its paper."""
    key, on, paper, note = (request.form.get(name, "") for name in ("duty", "on", "paper", "note"))
    return _then(lambda: owing.done(office(), actor(), key, on, paper, note))


def _then(effect: Callable[[], None]) -> Any:
    def go() -> str:
        effect()
        return url_for("duties.listed")

    return once(go)
