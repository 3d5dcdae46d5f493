"""Law firms as whoever keeps them sees them: the list, one by itself, its end. No debtor is named here."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.loans.parties import Agent, Firm
from legalflow.services import appointing, tracing
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once

pages = Blueprint("firms", __name__)

_FACTS = ("firm_name", "code", "address", "phone", "email")
_LAWYER = ("lawyer_name", "lawyer_phone", "lawyer_licence")
EMPTY_ROWS = 3


@pages.get("/firms")
@door(Right.OPERATE)
def listed() -> Any:
    """Every firm with what it holds."""
    return render_template("firms.html", firms=appointing.firms(office(), actor()))


@pages.post("/firms")
@door(Right.OPERATE, takes=_FACTS, again=listed)
def add() -> Any:
    """Make a law firm known."""

    def effect() -> str:
        return url_for("firms.shown", firm_id=appointing.add(office(), actor(), _firm()))

    return once(effect)


@pages.get("/firms/<firm_id>")
@door(Right.OPERATE)
def shown(firm_id: str) -> Any:
    """A firm: its facts and lawyers, what it holds, what happened to it."""
    sheet = appointing.sheet(office(), actor(), firm_id)
    kept = [(each.name, each.phone, each.licence) for each in sheet.firm.lawyers]
    typed = _rows() if "lawyer_name" in request.form else kept
    return render_template(
        "firm_kept.html",
        sheet=sheet,
        lawyers=[*typed, *[("", "", "")] * EMPTY_ROWS],
        history=tracing.of_subject(office(), actor(), firm_id, "account"),
    )


@pages.post("/firms/<firm_id>/change")
@door(Right.OPERATE, takes=(*_FACTS, *_LAWYER, "version"), again=shown)
def change(firm_id: str) -> Any:
    """Correct what is known of a firm."""

    def effect() -> str:
        version = request.form.get("version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid(Problem("form.version", "请刷新页面后再改", "reload the page first", "version"))
        appointing.change(office(), actor(), firm_id, _firm(), int(version))
        return url_for("firms.shown", firm_id=firm_id)

    return once(effect)


@pages.post("/firms/<firm_id>/disable")
@door(Right.OPERATE, takes=("reason", "confirm"), again=shown)
def disable(firm_id: str) -> Any:
    """End a firm and shut its accounts out."""

    def effect() -> str:
        confirmed(appointing.sheet(office(), actor(), firm_id).line.name)
        appointing.disable(office(), actor(), firm_id, request.form.get("reason", ""))
        return url_for("firms.shown", firm_id=firm_id)

    return once(effect)


@pages.post("/firms/<firm_id>/enable")
@door(Right.OPERATE, takes=("reason",), again=shown)
def enable(firm_id: str) -> Any:
    """Take a firm back."""

    def effect() -> str:
        appointing.enable(office(), actor(), firm_id, request.form.get("reason", ""))
        return url_for("firms.shown", firm_id=firm_id)

    return once(effect)


def _firm() -> Firm:
    name, *others = (request.form.get(field, "").strip() for field in _FACTS)
    code, address, phone, email = others
    lawyers = tuple(
        Agent(name=who, unit=name, position="律师", phone=phone_of, licence=licence)
        for who, phone_of, licence in _rows()
    )
    return Firm(name=name, code=code, address=address, phone=phone, email=email, lawyers=lawyers)


def _rows() -> list[tuple[str, str, str]]:
    """The lawyers' rows of the form that say anything."""
    columns = ([text.strip() for text in request.form.getlist(field)] for field in _LAWYER)
    rows = [(who, phone, licence) for who, phone, licence in zip_longest(*columns, fillvalue="")]
    return [row for row in rows if any(row)]
