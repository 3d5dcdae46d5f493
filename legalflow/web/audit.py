"""The audit trail: found and narrowed, its chain verified, taken out as a file. No debtor is named here."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.office import today
from legalflow.services import actions, tracing
from legalflow.services.downloads import TYPES
from legalflow.services.tracing import Wanted
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition

pages = Blueprint("audit", __name__)

OUTCOMES = {"done": "完成", "refused": "被拒绝"}
_TEXTS = ("who", "about", "group", "outcome")
_DAYS = ("since", "until")


@pages.get("/audit")
@door(Right.READ_AUDIT)
def listed() -> Any:
    """The trail, newest first, as the address narrows it."""
    problems: list[Problem] = []
    try:
        wanted = _wanted()
        page = tracing.listed(office(), actor(), wanted, request.args.get("after", ""))
    except Invalid as refusal:  # what was typed stays in the form, with what is wrong
        problems, wanted = list(refusal.problems), Wanted()
        page = tracing.listed(office(), actor())
    asked = {name: request.args[name][:100] for name in (*_TEXTS, *_DAYS) if request.args.get(name)}
    body = render_template(
        "audit.html",
        page=page,
        asked=asked,
        problems=problems,
        groups=actions.group_names(),
        outcomes=OUTCOMES,
        narrowed=wanted.narrowed,
        standing=tracing.standing(office(), actor()),
        today=today(office()),
        further=url_for("audit.listed", **{**asked, "after": page.after}),
        taken_out=[(form.upper(), url_for("audit.export", **{**asked, "as": form})) for form in ("xlsx", "csv")],
    )
    return body, 422 if problems else 200


@pages.post("/audit/verify")
@door(Right.READ_AUDIT)
def verify() -> Any:
    """Hold the whole trail against its chain and checkpoints."""

    def effect() -> str:
        tracing.verify(office(), actor())
        return url_for("audit.listed")

    return once(effect)


@pages.get("/audit/export")
@door(Right.READ_AUDIT)
def export() -> Any:
    """What is found, as a workbook or CSV."""
    if not request.args.get("as"):
        return redirect(url_for("audit.listed"), 303)
    form = request.args["as"]
    content = tracing.export(office(), actor(), _wanted(), form)
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = disposition("attachment", f"审计记录 {today(office())}.{form}")
    return response


def _wanted() -> Wanted:
    texts = {name: request.args.get(name, "").strip()[:100] for name in _TEXTS}
    days: dict[str, date | None] = {}
    problems = []
    for name in _DAYS:
        text = request.args.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            said = "请按 2026-01-31 的格式填写日期", "a day is written like 2026-01-31"
            problems.append(Problem("audit.day", *said, name, text[:20]))
    Invalid.raise_any(problems)
    return Wanted(**texts, **days)
