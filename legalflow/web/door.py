"""Who may enter: the session behind a cookie, the right each page asks, and what proves that a form is our own.

Every view carries `@door(...)`, which says the right it asks and the fields it takes; one without it is shut to all. An
unsafe request must come from our own pages (Origin, or Sec-Fetch-Site where our no-referrer policy makes the browser
send `Origin: null`) and carry the session's token.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, Problem
from legalflow.office import Office, in_force
from legalflow.services import admitting, auditing, awaiting, repeating, tracking, undoing
from legalflow.values import codec
from legalflow.web import acts

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"csrf", "key", "queue", "queue_kind"})  # fields every form of ours may carry
PAGE_LIMIT = 1 << 20
UPLOAD_LIMIT = 60 << 20
BEFORE_SIGN_IN = "legalflow_form"
LONGEST_WAIT = 5.0  # seconds for the same form that is at work in another request


@dataclass(frozen=True)
class Door:
    """What a view asks of who enters.

    Any of `rights` is asked of the role (none: whoever is signed in); `public` needs no session. `takes` are the names
    of the form fields it knows, None where it checks them itself by their metadata. `again` shows the form once more,
    with what is wrong at its fields.
    """

    rights: tuple[Right, ...]
    public: bool = False
    takes: tuple[str, ...] | None = ()
    files: tuple[str, ...] = ()
    again: Callable[..., Any] | None = None
    uploads: bool = False


def door(
    *rights: Right,
    public: bool = False,
    takes: tuple[str, ...] | None = (),
    files: tuple[str, ...] = (),
    again: Callable[..., Any] | None = None,
) -> Callable[[View], View]:
    """Put a door before a view."""

    def put(view: View) -> View:
        marked = cast(Any, view)
        marked.door = Door(rights, public, takes, files, again, bool(files))
        return view

    return put


def door_of(endpoint: str | None) -> Door | None:
    """The door of an endpoint, or None where there is no such page or it has none."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "door", None)


def office() -> Office:
    """The office of this application; for whoever signed in, with the law in force as the request came."""
    return cast(Office, g.get("office") or current_app.extensions["legalflow"])


def actor() -> Actor:
    """Who asks; only behind a door that is not public."""
    admitted: admitting.Admitted | None = g.get("admitted")
    if admitted is None:
        raise NotAllowed.one("access.signed_out", "请先登录", "sign in first")
    return admitted.actor


def cookie_name() -> str:
    """The session cookie's name; bound to the host and to https where that is on."""
    return "__Host-legalflow" if office().settings.https else "legalflow"


def guard() -> AnyResponse | None:
    """Before each request: size, session, right, origin, token, fields. A response where somebody is sent elsewhere."""
    here = door_of(request.endpoint)
    if request.endpoint is None or request.endpoint == "static":
        return None
    auditing.comes_from(request.remote_addr or "")
    if here is None:
        raise NotAllowed.one("access.no_door", "此页面未开放", "this page is not open")
    request.max_content_length = UPLOAD_LIMIT if here.uploads else PAGE_LIMIT
    request.max_form_memory_size = PAGE_LIMIT
    by_person = "HX-Request" not in request.headers
    g.admitted = admitting.actor_of(office(), request.cookies.get(cookie_name(), ""), by_person)
    if g.admitted is None and not here.public:
        return _to_sign_in()
    if g.admitted is not None:
        g.office = in_force(office())
    if request.method not in SAFE:
        _check_origin()
        _check_token(here)
        _check_fields(here)
    if here.rights:
        tracking.require_any(actor(), here.rights)
    return None


def once(effect: Callable[[], str]) -> AnyResponse:
    """Do the effect of a form once and go to the address it answers; the same form sent again only goes there.

    What taking it back will need is read before; the page that follows says what was done.
    """
    key, who = request.form.get("key", ""), actor()
    if not 16 <= len(key) <= 64 or not (key.isascii() and key.isalnum()):
        raise Invalid.one("form.key", "表单已失效，请刷新页面后重新提交", "this form is stale; reload the page")
    earlier = _begin(who, key, _body())
    if earlier is None:
        act = request.endpoint or ""
        try:
            back = undoing.before(office(), who, act, _said())
            earlier = _onward(who, effect())
        except LegalflowError:
            repeating.forget(office(), who, key)
            raise
        repeating.end(office(), who, key, earlier, act, acts.place(), back)
    return acts.keep(redirect(earlier, 303), key, secure=office().settings.https)


def _onward(who: Actor, address: str) -> str:
    """Where a form leads: what was come to from the queue and waits no longer, to what waits next."""
    item, only = request.form.get("queue", "")[:200], request.form.get("queue_kind", "")
    only = only if only in awaiting.KINDS else ""
    if not item or request.blueprint == "waiting" or awaiting.place(office(), who, item, only).at:
        return address
    return url_for("waiting.go", at=item, kind=only or None)


def _said() -> defaultdict[str, str]:
    """What the form and its address say, by name; several of one name are lines, what was not said is empty."""
    form = {name: "\n".join(request.form.getlist(name)) for name in request.form}
    return defaultdict(str, form | {name: str(value) for name, value in (request.view_args or {}).items()})


def _begin(who: Actor, key: str, body: bytes) -> str | None:
    """Claim the key; where the same form is just at work in another request, wait for its answer and give that."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return repeating.begin(office(), who, key, body)
        except Conflict as error:
            if error.problems[0].code != "request.at_work" or time.monotonic() >= until:
                raise
        time.sleep(0.05)


def new_key() -> str:
    """A new key for a form with an effect."""
    return secrets.token_hex(16)


def token() -> str:
    """The token this page's forms carry: the session's, or before sign-in that of the form's own cookie."""
    if g.get("admitted") is not None:
        return str(g.admitted.csrf)
    if "form_token" not in g:
        g.form_token = request.cookies.get(BEFORE_SIGN_IN) or secrets.token_urlsafe(32)
    return str(g.form_token)


def own_path(target: str) -> str:
    """A path of ours to go to after signing in; anything else is the first page."""
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    clean = plain and not parts.scheme and not parts.netloc and target.isprintable() and len(target) <= 500
    return target if clean else url_for("dashboard.first")


def set_cookie(response: AnyResponse, name: str, value: str, strict: bool = False) -> None:
    """Set a cookie no script reads and no other site sends along."""
    response.set_cookie(
        name,
        value,
        secure=office().settings.https,
        httponly=True,
        samesite="Strict" if strict else "Lax",
        path="/",
    )


def _to_sign_in() -> AnyResponse:
    target = f"{request.path}?{request.query_string.decode()}" if request.query_string else request.path
    address = url_for("auth.sign_in_form")
    if request.method in SAFE and target != url_for("dashboard.first"):
        address = f"{address}?{urlencode({'next': target})}"
    if request.headers.get("HX-Request"):  # a fragment cannot be redirected; the whole page is
        response: Response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("auth.sign_in_form")
        return response
    return redirect(address, 303)


def _check_origin() -> None:
    own = request.host_url.rstrip("/")
    origin = request.headers.get("Origin", "null")
    if origin == own or (origin == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin"):
        return
    raise NotAllowed.one(
        "access.origin", "请求不是从本系统页面发出的", "this request does not come from a page of ours"
    )


def _check_token(here: Door) -> None:
    sent = request.form.get("csrf", "") or request.headers.get("X-CSRF-Token", "")
    known = g.admitted.csrf if g.admitted is not None else request.cookies.get(BEFORE_SIGN_IN, "")
    if not known or not hmac.compare_digest(sent.encode(), known.encode()):
        raise NotAllowed.one(
            "access.token", "表单已失效，请刷新页面后重新提交", "this form is stale; reload the page and send it again"
        )


def _check_fields(here: Door) -> None:
    unknown = set(request.files) - set(here.files)
    if here.takes is not None:
        unknown |= set(request.form) - set(here.takes) - OURS
    Invalid.raise_any(
        Problem("form.unknown_field", "表单中没有这一项", "the form has no such field", name[:60])
        for name in sorted(unknown)
    )


def _body() -> bytes:
    """What makes two submissions the same: address, fields and files, without token and key."""
    fields = {name: request.form.getlist(name) for name in sorted(request.form) if name not in OURS}
    files = {}
    for name in sorted(request.files):
        each = request.files[name]
        files[name] = [each.filename or "", codec.digest(each.stream.read())]
        each.stream.seek(0)
    return codec.encode({"path": request.path, "fields": fields, "files": files})
