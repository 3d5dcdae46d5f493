"""Accounts: the list, one by itself, and what is done with it. No debtor is named here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import OF_UNITS, ROLE_NAMES, Right, Role
from legalflow.errors import Invalid, Problem
from legalflow.services import employing, handing_over, rostering, tracing
from legalflow.services.employing import Made
from legalflow.services.rostering import Wanted
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once

pages = Blueprint("accounts", __name__)

STATE_NAMES = {"open": "可登录", "disabled": "已停用", "never": "从未登录"}
_WANTED = ("find", "role", "firm", "unit", "state")
_WHO = ("personnel_number", "second_reason")


@pages.get("/accounts")
@door(Right.OPERATE)
def listed() -> Any:
    """Accounts, narrowed by the address, and the form for a new one."""
    asked = {name: request.args.get(name, "")[:100] for name in _WANTED}
    wanted = Wanted(**asked)
    page = rostering.listed(office(), actor(), wanted, request.args.get("after", "")[:100])
    firms, units = rostering.choices(office(), actor())
    return render_template(
        "accounts.html",
        page=page,
        wanted=wanted,
        further=url_for("accounts.listed", **{**{k: v for k, v in asked.items() if v}, "after": page.after}),
        firms=firms,
        units={rostering.HEAD_OFFICE: "总部（不属于任何机构）", **units},
        roles=ROLE_NAMES,
        states=STATE_NAMES,
    )


@pages.post("/accounts")
@door(Right.OPERATE, takes=("login", "name", "role", "firm_id", *_WHO), again=listed)
def create() -> Any:
    """Make an account; its password is in the answer, once."""
    form = request.form
    role, firm = _role(), form.get("firm_id", "") or None
    who = {name: form.get(name, "") for name in _WHO}
    return _with_password(
        lambda: employing.create(office(), actor(), form.get("login", ""), form.get("name", ""), role, firm, **who)
    )


@pages.get("/accounts/<account_id>")
@door(Right.OPERATE)
def shown(account_id: str, made: Made | None = None) -> Any:
    """An account: who it is, what is in its name, what happened to it. `made` has the password it was just given."""
    firms, _ = rostering.choices(office(), actor())
    return render_template(
        "account.html",
        account=rostering.shown(office(), actor(), account_id),
        held=handing_over.held(office(), actor(), account_id),
        history=tracing.of_subject(office(), actor(), account_id, "account"),
        firms=firms,
        roles=ROLE_NAMES,
        of_units=OF_UNITS,
        made=made,
        sent_again=request.method == "GET" and request.args.get("sent") == "again",
    )


@pages.post("/accounts/<account_id>/correct")
@door(Right.OPERATE, takes=("name", *_WHO, "reason"), again=shown)
def correct(account_id: str) -> Any:
    """Correct the name, or whose the account is."""

    def effect() -> str:
        texts = {name: request.form.get(name, "") for name in ("name", *_WHO, "reason")}
        employing.correct(office(), actor(), account_id, **texts)
        return url_for("accounts.shown", account_id=account_id)

    return once(effect)


@pages.post("/accounts/<account_id>/move")
@door(Right.OPERATE, takes=("role", "firm_id", "reason", "confirm"), again=shown)
def move(account_id: str) -> Any:
    """Give the account another role or firm; its sessions end."""

    def effect() -> str:
        confirmed(rostering.shown(office(), actor(), account_id).login)
        firm = request.form.get("firm_id", "") or None
        employing.move(office(), actor(), account_id, _role(), firm, request.form.get("reason", ""))
        return url_for("accounts.shown", account_id=account_id)

    return once(effect)


@pages.post("/accounts/<account_id>/disable")
@door(Right.OPERATE, takes=("reason", "confirm"), again=shown)
def disable(account_id: str) -> Any:
    """Shut the account out."""

    def effect() -> str:
        confirmed(rostering.shown(office(), actor(), account_id).login)
        employing.disable(office(), actor(), account_id, request.form.get("reason", ""))
        return url_for("accounts.shown", account_id=account_id)

    return once(effect)


@pages.post("/accounts/<account_id>/enable")
@door(Right.OPERATE, takes=("reason",), again=shown)
def enable(account_id: str) -> Any:
    """Let a disabled account in again, with a password shown once."""
    reason = request.form.get("reason", "")
    return _with_password(lambda: employing.enable(office(), actor(), account_id, reason))


@pages.post("/accounts/<account_id>/password")
@door(Right.OPERATE, takes=("reason",), again=shown)
def reset_password(account_id: str) -> Any:
    """A new password for the account, shown once."""
    reason = request.form.get("reason", "")
    return _with_password(lambda: employing.reset_password(office(), actor(), account_id, reason))


@pages.post("/accounts/<account_id>/hand-over")
@door(Right.OPERATE, takes=("to", "reason"), again=shown)
def hand_over(account_id: str) -> Any:
    """Hand what is in the account's name to another."""

    def effect() -> str:
        form = request.form
        handing_over.hand_over(office(), actor(), account_id, form.get("to", ""), form.get("reason", ""))
        return url_for("accounts.shown", account_id=account_id)

    return once(effect)


def _role() -> Role:
    role = request.form.get("role", "")
    if role not in {each.value for each in Role}:
        raise Invalid(Problem("account.role", "请选择角色", "choose a role", "role"))
    return Role(role)


def _with_password(make: Callable[[], Made]) -> Any:
    """Do it once, and show the new password in the answer; the same form sent again only leads to the account."""
    made: list[Made] = []

    def effect() -> str:
        made.append(make())
        return url_for("accounts.shown", account_id=made[0].id, sent="again")

    answer = once(effect)
    return make_response(shown(made[0].id, made[0])) if made else answer
