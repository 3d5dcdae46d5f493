"""What each form of the pages does, from `templates/web/acts.yaml`: what is said of it, and how it is taken back.

What is said stands where the form was clicked: the page that follows a form finds its key in a cookie that lives as
long as the way there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml
from flask import current_app, g, request
from werkzeug.wrappers import Response

from legalflow.errors import Corrupt
from legalflow.services import undoing

UNDO, TYPED, PLAIN = "undo", "typed", "plain"
COOKIE = "legalflow_done"
_LIVES = 120  # seconds from a form to the page after it


@dataclass(frozen=True)
class Act:
    """What a form does, as the file says; `said` and `at` empty where the page that follows says it itself."""

    way: str
    said: str = ""
    at: str = ""
    by: str = ""
    why: str = ""


@dataclass(frozen=True)
class Told:
    """What is told of a form that was just sent: the words, where its form stands, and whether it can be undone.

    `path` is the form's address, `by` the name and value of the field that tells it from others of the same address.
    """

    key: str
    path: str
    by: tuple[str, str]
    at: str
    said: str
    may_undo: bool
    undone: bool


@lru_cache
def acts(path: Path) -> Mapping[str, Act]:
    """The table, by the name of the route; a row that says no known way is refused by name."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = [name for name, row in rows.items() if row.get("way") not in {UNDO, TYPED, PLAIN}]
    wrong += [name for name, row in rows.items() if row.get("way") == PLAIN and not row.get("why")]
    if wrong:
        raise Corrupt.one(
            "acts.way",
            "没有写明怎样撤销",
            "it is not said how it is taken back",
            field=path.name,
            found="、".join(wrong),
        )
    return {name: Act(**row) for name, row in rows.items()}


def told(office: Any, actor: Any) -> Told | None:
    """What is to be told on this page of the form sent just before it; None where none was, or it is told already."""
    key = request.cookies.get(COOKIE, "")
    if not key or request.method != "GET" or "HX-Request" in request.headers:
        return None
    g.done_told = True
    found = undoing.done(office, actor, key)
    act = act_of(found.act) if found else None
    if found is None or act is None or not act.said:
        return None
    place, _, at = found.path.partition("#")
    path, _, by = place.partition("?")
    pairs = [*parse_qsl(by), ("", "")]
    return Told(key, path, pairs[0], at, act.said, found.may_undo, found.undone)


def act_of(name: str) -> Act | None:
    """What a form does, by the name of its route."""
    return acts(Path(str(current_app.template_folder)) / "acts.yaml").get(name)


def place() -> str:
    """Where the form of this request stands: its address, and the field that tells it from others; see `Told`.

    The taking back of another form stands where that one stood.
    """
    if "told_at" in g:
        return str(g.told_at)
    act = act_of(request.endpoint or "")
    by = f"?{urlencode({act.by: request.form.get(act.by, '')})}" if act and act.by else ""
    at = f"#{act.at.format(**(request.view_args or {}))}" if act and act.at else ""
    return request.path + by + at


def keep(response: Response, key: str, *, secure: bool) -> Response:
    """Let the next page know which form was sent."""
    response.set_cookie(COOKIE, key, max_age=_LIVES, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def forget(response: Response) -> Response:
    """Once it was told, it is not told again."""
    if g.get("done_told"):
        response.delete_cookie(COOKIE, path="/")
    return response
