"""One person over all loans: what it owes, where its matters stand, how it is reached."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template

from legalflow.access import Right
from legalflow.services import debtors
from legalflow.services.addressing import WAYS
from legalflow.web.door import actor, door, office

pages = Blueprint("debtors", __name__)


@pages.get("/debtors/<debtor_id>")
@door(Right.VIEW)
def shown(debtor_id: str, found: debtors.Debtor | None = None) -> Any:
    """The person with all its loans in scope; `found` is it in full where it was revealed."""
    found = found or debtors.debtor(office(), actor(), debtor_id)
    return render_template("debtor.html", debtor=found, ways=WAYS)


@pages.post("/debtors/<debtor_id>/reveal")
@door(Right.REVEAL)
def reveal(debtor_id: str) -> Any:
    """Show number, phones and mail in full, once; recorded."""
    return make_response(shown(debtor_id, debtors.reveal(office(), actor(), debtor_id)))
