"""In which language and how bright a page is shown: as the account keeps it, else as was chosen in this browser.

Where nothing was chosen the language is what the browser asks for, else Chinese, and the brightness the system's.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, has_request_context, redirect, render_template, request, url_for

from legalflow.errors import NotFound
from legalflow.services import showing
from legalflow.services.showing import LANGUAGES, LOOKS
from legalflow.web.door import actor, door, office, once, own_path

pages = Blueprint("language", __name__)

COOKIE, LOOK_COOKIE = "legalflow_language", "legalflow_look"
_A_YEAR = 365 * 24 * 3600  # seconds


def spoken() -> str:
    """`zh` or `en`; Chinese outside a request."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        admitted = g.get("admitted")
        chosen = (admitted.language if admitted else "") or request.cookies.get(COOKIE, "")
        if chosen not in LANGUAGES:
            chosen = request.accept_languages.best_match(LANGUAGES) or "zh"
        g.language = chosen
    return str(g.language)


def look() -> str:
    """`light` or `dark` where it was chosen, else empty: as the system says."""
    admitted = g.get("admitted")
    chosen = (admitted.look if admitted else "") or request.cookies.get(LOOK_COOKIE, "")
    return chosen if chosen in LOOKS else ""


def english() -> bool:
    """Whether the page is shown in English."""
    return spoken() == "en"


def said(text: str) -> str:
    """A text of ours in the language of the page."""
    return str(current_app.in_english.filters["in_english"](text)) if english() else text  # type: ignore[attr-defined]


def back_here() -> str:
    """The address to come back to after another language was chosen: this page, or the first where it was a form."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


@pages.get("/language/<name>")
@door(public=True)
def choose(name: str) -> Any:
    """Show the pages in a language from now on, and go back to where one was."""
    if name not in LANGUAGES:
        raise NotFound.one("language.unknown", "没有这种语言", "there is no such language")
    return _remembered(redirect(own_path(request.args.get("back", "/")), 303), COOKIE, name)


@pages.get("/screen")
@door()
def screen() -> Any:
    """My language, and light or dark."""
    return render_template("screen.html", chosen=g.admitted)


@pages.post("/screen")
@door(takes=("language", "look", "back"), again=screen)
def keep() -> Any:
    """Keep my language, or light and dark, with my account; what the form does not say stays as it is."""
    form, back = request.form, request.form.get("back", "")

    def effect() -> str:
        showing.keep(office(), actor(), language=form.get("language"), look=form.get("look"))
        return own_path(back) if back else url_for("language.screen")

    response = once(effect)
    for cookie, name in ((COOKIE, "language"), (LOOK_COOKIE, "look")):
        if name in form:  # the page before signing in is the same
            _remembered(response, cookie, form[name])
    return response


def _remembered(response: Any, cookie: str, value: str) -> Any:
    secure = office().settings.https
    response.set_cookie(cookie, value, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax", path="/")
    return response
