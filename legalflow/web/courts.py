"""The directory of courts: found by name, added a line each, and what each takes when papers are filed with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import seating
from legalflow.web.door import actor, door, office, once

pages = Blueprint("courts", __name__)


@pages.get("/courts")
@door(Right.READ_LAW)
def listed() -> Any:
    """The courts, looked for by words of their names and by level."""
    find, level = request.args.get("find", ""), request.args.get("level", "")
    return render_template(
        "courts.html",
        courts=seating.directory(office(), actor(), find, level if level in seating.LEVELS else ""),
        find=find,
        level=level,
        levels=seating.LEVELS,
    )


@pages.post("/courts")
@door(Right.KEEP_COURTS, takes=("names",), again=listed)
def add() -> Any:
    """Add courts by their names."""
    names = request.form.get("names", "")

    def effect() -> str:
        seating.add(office(), actor(), names)
        return url_for("courts.listed")

    return once(effect)


@pages.get("/courts/one")
@door(Right.READ_LAW)
def shown() -> Any:
    """One court, and for those who keep the directory the form of it."""
    found = seating.court(office(), actor(), request.values.get("court", ""))
    return render_template("court.html", court=found, levels=seating.LEVELS)


@pages.post("/courts/one")
@door(Right.KEEP_COURTS, takes=("court", *seating.FIELDS, "version"), again=shown)
def keep() -> Any:
    """Keep what was written of a court."""
    name = request.form.get("court", "")
    given = {each: request.form.get(each, "") for each in (*seating.FIELDS, "version")}
    return once(lambda: url_for("courts.shown", court=seating.keep(office(), actor(), name, given)))
