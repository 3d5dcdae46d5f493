"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for

from legalflow.errors import Invalid, Problem
from legalflow.services import admitting, passwords
from legalflow.web.door import BEFORE_SIGN_IN, actor, cookie_name, door, office, own_path, set_cookie, token

pages = Blueprint("auth", __name__)


@pages.get("/sign-in")
@door(public=True)
def sign_in_form() -> Any:
    """The sign-in page; its form's token stands in a cookie of its own."""
    if g.admitted is not None:
        return redirect(url_for("dashboard.first"), 303)
    target = request.values.get("next", "")
    response = make_response(render_template("sign_in.html", target=own_path(target) if target else ""))
    set_cookie(response, BEFORE_SIGN_IN, token(), strict=True)
    return response


@pages.post("/sign-in")
@door(public=True, takes=("login", "password", "next"), again=sign_in_form)
def sign_in() -> Any:
    """Sign in: a new session under a new id, and on to where one wanted to go."""
    if g.admitted is not None:
        admitting.sign_out(office(), request.cookies.get(cookie_name(), ""))
        g.admitted = None
    signed_in = admitting.sign_in(
        office(), request.form.get("login", ""), request.form.get("password", ""), request.remote_addr or ""
    )
    response = redirect(own_path(request.form.get("next", "")), 303)
    set_cookie(response, cookie_name(), signed_in.token)
    response.delete_cookie(BEFORE_SIGN_IN, path="/", secure=office().settings.https, httponly=True, samesite="Strict")
    return response


@pages.post("/sign-out")
@door()
def sign_out() -> Any:
    """End the session."""
    admitting.sign_out(office(), request.cookies.get(cookie_name(), ""))
    return _signed_out()


@pages.get("/password")
@door()
def password_form() -> Any:
    """The page on which one changes one's own password."""
    return render_template("password.html", shortest=passwords.SHORTEST)


@pages.post("/password")
@door(takes=("old", "new", "again"), again=password_form)
def change_password() -> Any:
    """Change one's own password; one signs in anew."""
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Invalid(Problem("password.again", "两次输入的新密码不一致", "the two new passwords differ", "again"))
    admitting.change_password(office(), actor(), request.form.get("old", ""), new)
    return _signed_out()


def _signed_out() -> Any:
    response = redirect(url_for("auth.sign_in_form"), 303)
    response.delete_cookie(cookie_name(), path="/", secure=office().settings.https, httponly=True, samesite="Lax")
    return response
