"""The house itself: work under way and work that failed. No debtor is named here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import attending, reckoning, reviving
from legalflow.web.door import actor, door, office, once

pages = Blueprint("admin", __name__)


@pages.get("/jobs")
@door()
def jobs() -> Any:
    """Work that needs attention, is under way or waits, with the reason."""
    template = "jobs_table.html" if request.headers.get("HX-Request") else "jobs.html"
    alarm = reckoning.alarm(office(), actor())
    return render_template(template, work=attending.work(office(), actor()), now=office().now(), ledger_alarm=alarm)


@pages.post("/jobs/<int(max=999999999999):work_id>/rerun")
@door(Right.OPERATE)
def rerun(work_id: int) -> Any:
    """Run dead work again."""

    def effect() -> str:
        reviving.rerun(office(), actor(), work_id)
        return url_for("admin.jobs")

    return once(effect)
