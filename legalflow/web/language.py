"""In which language a page is shown: what was chosen, else what the browser asks for, else Chinese."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, has_request_context, redirect, request

from legalflow.errors import NotFound
from legalflow.web.door import door, office, own_path

pages = Blueprint("language", __name__)

LANGUAGES = ("zh", "en")
COOKIE = "legalflow_language"
_A_YEAR = 365 * 24 * 3600  # seconds


def spoken() -> str:
    """`zh` or `en`; Chinese outside a request."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        chosen = request.cookies.get(COOKIE, "")
        if chosen not in LANGUAGES:
            chosen = request.accept_languages.best_match(LANGUAGES) or "zh"
        g.language = chosen
    return str(g.language)


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
    response = redirect(own_path(request.args.get("back", "/")), 303)
    secure = office().settings.https
    response.set_cookie(COOKIE, name, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax", path="/")
    return response
