"""Units of lenders, and which accounts belong to them. No debtor is named here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.intake import rows, unit_rows
from legalflow.services import stationing
from legalflow.web import forms
from legalflow.web.door import actor, door, office, once

pages = Blueprint("units", __name__)
_FIELDS = tuple(column.id for column in rows.columns(unit_rows.KIND))


@pages.get("/units")
@door(Right.OPERATE)
def listed() -> Any:
    """Every unit below the one above it, and what loans call theirs where no unit is so called."""
    return render_template(
        "units.html",
        units=stationing.listed(office(), actor()),
        unbound=stationing.unbound(office(), actor()),
        fields=forms.of_columns(rows.columns(unit_rows.KIND)),
    )


@pages.post("/units")
@door(Right.OPERATE, takes=_FIELDS, again=listed)
def add() -> Any:
    """Set a unit up, or complete one of the same code."""

    def effect() -> str:
        stationing.add(office(), actor(), {name: request.form.get(name, "") for name in _FIELDS})
        return url_for("units.listed")

    return once(effect)


@pages.get("/accounts/<account_id>/units")
@door(Right.OPERATE)
def of_account(account_id: str) -> Any:
    """The units an account belongs to, to be chosen."""
    account = stationing.of_account(office(), actor(), account_id)
    return render_template("account_units.html", account=account, units=stationing.listed(office(), actor()))


@pages.post("/accounts/<account_id>/units")
@door(Right.OPERATE, takes=("units",), again=of_account)
def assign(account_id: str) -> Any:
    """Let an account belong to the units chosen, or to none."""

    def effect() -> str:
        stationing.assign(office(), actor(), account_id, request.form.getlist("units"))
        return url_for("units.of_account", account_id=account_id)

    return once(effect)
