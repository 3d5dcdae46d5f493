"""The two-column check: a page of an exhibit on the left, the loan's fields on the right, each held against it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import keeping, sourcing
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import preview
from legalflow.web.forms import whole

pages = Blueprint("sources", __name__)


@pages.get("/loans/<loan_id>/sources")
@door(Right.VIEW)
def shown(loan_id: str) -> Any:
    """The fields of a loan beside a page of an exhibit; the address names both."""
    sheet = sourcing.sheet(office(), actor(), loan_id)
    wanted = request.values.get("exhibit", "")
    exhibit = next((each for each in sheet.exhibits if each.id == wanted), next(iter(sheet.exhibits), None))
    page = whole(request.values.get("page", "")) or 1
    page = min(max(page, 1), exhibit.pages) if exhibit else 1
    return render_template("sources.html", sheet=sheet, exhibit=exhibit, page=page)


@pages.post("/loans/<loan_id>/sources")
@door(Right.RECORD, takes=("field", "exhibit", "page"), again=shown)
def check(loan_id: str) -> Any:
    """Say that a field stands so on a page of an exhibit."""
    field, exhibit = request.form.get("field", ""), request.form.get("exhibit", "")
    page = whole(request.form.get("page", ""))

    def then() -> str:
        sourcing.check(office(), actor(), loan_id, field, exhibit, page)
        return url_for("sources.shown", loan_id=loan_id, exhibit=exhibit, page=page) + f"#{_anchor(field)}"

    return once(then)


@pages.post("/loans/<loan_id>/sources/take-back")
@door(Right.RECORD, takes=("field",), again=shown)
def take_back(loan_id: str) -> Any:
    """Take a check back."""
    field = request.form.get("field", "")

    def then() -> str:
        sourcing.take_back(office(), actor(), loan_id, field)
        return url_for("sources.shown", loan_id=loan_id) + f"#{_anchor(field)}"

    return once(then)


@pages.get("/exhibits/<exhibit_id>/pages")
@door(Right.DOWNLOAD)
def exhibit_inside(exhibit_id: str) -> Any:
    """The safe copy of an exhibit inside our own page."""
    return preview(keeping.open_working(office(), actor(), exhibit_id))


def _anchor(field: str) -> str:
    return "field-" + field.replace(".", "-")
