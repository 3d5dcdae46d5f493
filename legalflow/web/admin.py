"""The house itself: work under way, accounts and firms, and the audit trail. No debtor is named here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from legalflow.access import OF_UNITS, ROLE_NAMES, Right, Role
from legalflow.errors import Invalid, Problem
from legalflow.loans.parties import Firm
from legalflow.services import admitting, attending, reckoning, reviving, stationing, viewing
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


@pages.get("/accounts")
@door(Right.OPERATE)
def accounts(shown_once: tuple[str, str] | None = None) -> Any:
    """Accounts and firms. `shown_once` is a login with its new password, right after it was made."""
    return render_template(
        "accounts.html",
        accounts=admitting.accounts(office(), actor()),
        firms=viewing.firms(office(), actor()),
        roles=ROLE_NAMES,
        units_of=stationing.names(office(), actor()),
        of_units=OF_UNITS,
        shown_once=shown_once,
    )


@pages.post("/accounts")
@door(Right.OPERATE, takes=("login", "name", "role", "firm_id"), again=accounts)
def create() -> Any:
    """Make an account; its password is in the answer, once."""
    login, role = request.form.get("login", ""), request.form.get("role", "")
    if role not in {each.value for each in Role}:
        raise Invalid(Problem("account.role", "请选择角色", "choose a role", "role"))
    firm = request.form.get("firm_id", "") or None
    password = admitting.create_account(office(), actor(), login, request.form.get("name", ""), Role(role), firm)
    return make_response(accounts(shown_once=(login, password)))


@pages.post("/accounts/<account_id>/disable")
@door(Right.OPERATE)
def disable(account_id: str) -> Any:
    """Shut an account out."""
    admitting.disable(office(), actor(), account_id)
    return redirect(url_for("admin.accounts"), 303)


@pages.post("/accounts/<account_id>/enable")
@door(Right.OPERATE)
def enable(account_id: str) -> Any:
    """Let a disabled account in again, with a password shown once."""
    password = admitting.enable(office(), actor(), account_id)
    login = next(each.login for each in admitting.accounts(office(), actor()) if each.id == account_id)
    return make_response(accounts(shown_once=(login, password)))


@pages.post("/accounts/<account_id>/password")
@door(Right.OPERATE)
def reset_password(account_id: str) -> Any:
    """A new password for an account, shown once."""
    password = admitting.reset_password(office(), actor(), account_id)
    login = next(each.login for each in admitting.accounts(office(), actor()) if each.id == account_id)
    return make_response(accounts(shown_once=(login, password)))


@pages.post("/firms")
@door(Right.OPERATE, takes=("firm_name", "code", "address", "phone"), again=accounts)
def add_firm() -> Any:
    """Make a law firm known."""
    form = request.form
    firm = Firm(
        name=form.get("firm_name", "").strip(),
        code=form.get("code", "").strip(),
        address=form.get("address", "").strip(),
        phone=form.get("phone", "").strip(),
    )
    admitting.add_firm(office(), actor(), firm)
    return redirect(url_for("admin.accounts"), 303)


@pages.get("/audit")
@door(Right.READ_AUDIT)
def audit() -> Any:
    """The audit trail, newest first."""
    page = viewing.audit(office(), actor(), request.args.get("after", ""))
    people = viewing.people(office(), actor(), {row.actor for row in page.rows})
    return render_template("audit.html", page=page, people=people)
