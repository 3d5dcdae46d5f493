"""Deadlines over all matters: the list, a month, one deadline with who looks after it, reminders and the calendar."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from legalflow.access import Right
from legalflow.office import today
from legalflow.services import minding, reminding, watching
from legalflow.services.watching import Filter
from legalflow.web.door import actor, door, office, once

pages = Blueprint("deadlines", __name__)

BANDS = {
    "overdue": "已逾期",
    "today": "今天",
    "week": "七日内",
    "month": "三十日内",
    "quarter": "九十日内",
    "later": "九十日以后",
}
LEVELS = {"substitute": "已升级给替补", "reviewer": "已升级给复核"}


@pages.get("/deadlines")
@door(Right.VIEW)
def listed() -> Any:
    """Deadlines that run, most urgent first; every filter stands in the address."""
    chosen = _chosen()
    watch = watching.listed(office(), actor(), chosen, request.args.get("after", ""))
    return render_template("deadlines.html", watch=watch, chosen=chosen, **_words())


@pages.get("/deadlines/month")
@door(Right.VIEW)
def month() -> Any:
    """A month by days, with days off and days worked."""
    chosen = _chosen()
    sheet = watching.month(office(), actor(), request.args.get("month", ""), chosen)
    return render_template("deadlines_month.html", sheet=sheet, chosen=chosen, today=today(office()), **_words())


@pages.get("/deadlines/reminders")
@door(Right.VIEW)
def reminders(code: str = "") -> Any:
    """How I am reminded. `code` is that of the calendar's link, right after it was made."""
    link = url_for("deadlines.feed", code=code, _external=True) if code else ""
    return render_template("deadline_reminders.html", mine=reminding.reminders(office(), actor()), link=link)


@pages.post("/deadlines/reminders")
@door(Right.VIEW, takes=("address", "digest"), again=reminders)
def set_reminders() -> Any:
    """Where my digest goes, and whether."""
    digest = request.form.get("digest", "") == "yes"

    def effect() -> str:
        reminding.set_digest(office(), actor(), request.form.get("address", ""), digest)
        return url_for("deadlines.reminders")

    return once(effect)


@pages.post("/deadlines/reminders/calendar")
@door(Right.VIEW, again=reminders)
def make_feed() -> Any:
    """A new link of my calendar; it is in the answer, once."""
    return make_response(reminders(code=reminding.make_feed(office(), actor())))


@pages.post("/deadlines/reminders/calendar/end")
@door(Right.VIEW, again=reminders)
def end_feed() -> Any:
    """End my calendar's link."""
    reminding.end_feed(office(), actor())
    return redirect(url_for("deadlines.reminders"), 303)


@pages.get("/calendar/<code>.ics")
@door(public=True)
def feed(code: str) -> Any:
    """The calendar behind a secret link, for a program that cannot sign in."""
    response = make_response(reminding.feed(office(), code))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


@pages.get("/deadlines/<deadline_id>")
@door(Right.VIEW)
def shown(deadline_id: str) -> Any:
    """One deadline: why this day, who looks after it, who has seen it, how far it was carried."""
    line = watching.one(office(), actor(), deadline_id)
    care = minding.care(office(), actor(), deadline_id)
    return render_template("deadline.html", each=line, care=care, limits=office().settings, **_words())


@pages.post("/deadlines/<deadline_id>/assign")
@door(Right.ASSIGN, takes=("owner", "substitute", "whole"), again=shown)
def assign(deadline_id: str) -> Any:
    """Name the owner and the substitute."""
    form = request.form

    def effect() -> str:
        whole = form.get("whole", "") == "yes"
        minding.assign(office(), actor(), deadline_id, form.get("owner", ""), form.get("substitute", ""), whole)
        return url_for("deadlines.shown", deadline_id=deadline_id)

    return once(effect)


@pages.post("/deadlines/<deadline_id>/acknowledge")
@door(Right.ACKNOWLEDGE, takes=("last_day",), again=shown)
def acknowledge(deadline_id: str) -> Any:
    """Say that the last day was seen."""

    def effect() -> str:
        minding.acknowledge(office(), actor(), deadline_id, request.form.get("last_day", ""))
        return url_for("deadlines.shown", deadline_id=deadline_id)

    return once(effect)


def _chosen() -> Filter:
    """The filter in the address; a text that means nothing is none."""
    given = request.args
    return Filter(
        mine=given.get("mine", "") == "yes",
        kind=given.get("kind", "")[:60],
        state=given.get("state", "") if given.get("state", "") in watching.RUNNING else "",
        days=given.get("days", "") if given.get("days", "") in watching.BANDS else "",
        on=given.get("on", "")[:10],
        unseen=given.get("unseen", "") == "yes",
        escalated=given.get("escalated", "") == "yes",
    )


def _words() -> dict[str, Any]:
    return {"bands": BANDS, "levels": LEVELS}
