"""The claims of a night: how far they are, what they add up to, which loans have none. No debtor for an admin."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import recomputing, surveying
from legalflow.web.door import actor, door, office, once

pages = Blueprint("portfolio", __name__)

# The grades as they are read, the mildest first; empty: no rule for the day.
GRADES = (
    ("pass", "正常"),
    ("special_mention", "关注"),
    ("substandard", "次级"),
    ("doubtful", "可疑"),
    ("loss", "损失"),
    ("", "未分类"),
)


@pages.get("/portfolio")
@door(Right.VIEW_MONEY, Right.OPERATE)
def shown() -> Any:
    """The latest night; while it is under way its progress asks again by itself."""
    if request.headers.get("HX-Request"):
        return render_template("portfolio_progress.html", progress=surveying.progress(office(), actor()))
    survey = surveying.survey(office(), actor())
    place = {name: number for number, (name, _) in enumerate(GRADES)}
    totals = sorted(
        survey.totals, key=lambda each: (each.currency != recomputing.YUAN, each.currency, place[each.grade])
    )
    return render_template(
        "portfolio.html", survey=survey, progress=survey.progress, totals=totals, grades=dict(GRADES)
    )


@pages.post("/portfolio/again")
@door(Right.OPERATE)
def again() -> Any:
    """Have today's claims worked out again."""

    def effect() -> str:
        recomputing.ask(office(), actor())
        return url_for("portfolio.shown")

    return once(effect)
