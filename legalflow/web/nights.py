"""The nights in which both ledgers were held to their identity. The administrator sees our ids only, no debtor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for

from legalflow.access import Right
from legalflow.services import reckoning
from legalflow.web.door import actor, door, office, once

pages = Blueprint("nights", __name__)


@pages.get("/ledger/nights")
@door(Right.VIEW_MONEY, Right.OPERATE)
def listed() -> Any:
    """Every run that is kept, the newest first, each with the rows that broke a ledger."""
    return render_template("nights.html", nights=reckoning.history(office(), actor()))


@pages.post("/ledger/nights")
@door(Right.OPERATE, Right.CHECK_WRITE_OFF)
def again() -> Any:
    """Have both ledgers held once more."""

    def effect() -> str:
        reckoning.ask(office(), actor())
        return url_for("nights.listed")

    return once(effect)
