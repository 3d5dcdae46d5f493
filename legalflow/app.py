"""`create_app`: the pages put together, and every way to be wrong mapped to an answer in one table."""

from __future__ import annotations

import logging
import secrets
import traceback
from functools import cached_property
from typing import Any

from flask import Flask, g, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from legalflow import errors
from legalflow.access import Right
from legalflow.errors import LegalflowError, Problem
from legalflow.office import Office
from legalflow.services import admitting, passwords
from legalflow.web import (
    accounts,
    acts,
    admin,
    assets,
    audit,
    auth,
    authority,
    batches,
    contacts,
    costs,
    courts,
    dashboard,
    deadlines,
    debtors,
    documents,
    duties,
    evidence,
    finance,
    firm,
    firms,
    imports,
    language,
    law,
    ledger,
    lender_pictures,
    lenders,
    lists,
    loans,
    matters,
    menu,
    nights,
    off_lists,
    openings,
    operation,
    palette,
    portfolio,
    proposals,
    seals,
    sources,
    undoing,
    units,
    waiting,
)
from legalflow.web.door import UPLOAD_LIMIT, actor, door_of, guard, new_key, office, token
from legalflow.web.headers import set_headers
from legalflow.web.language import back_here, english, look, spoken
from legalflow.web.sentences import english_of
from legalflow.web.words import FILTERS, TABLES, in_words

_LOG = logging.getLogger("web")

# An error's status and what the page is called; the first class that fits.
ANSWERS: tuple[tuple[type[LegalflowError], int, str], ...] = (
    (admitting.TooManyTries, 429, "请稍后再试"),
    (errors.Missing, 422, "还缺少内容"),
    (errors.Invalid, 422, "请更正后重新提交"),
    (errors.NotFound, 404, "没有找到"),
    (errors.NotAllowed, 403, "无权办理"),
    (errors.NotNow, 409, "现在还不能办理"),
    (errors.Conflict, 409, "数据已有变化"),
    (errors.LawGap, 422, "缺少法律参数"),
    (errors.Away, 503, "暂时不可用"),
    (errors.Corrupt, 500, "数据有误"),
)
# What a person can mend on the page where it went wrong.
_MENDABLE = (errors.Missing, errors.Invalid, errors.NotNow, errors.Conflict, errors.LawGap, admitting.TooManyTries)
_OF_THE_WEB = {
    400: "请求无法识别",
    404: "没有找到",
    405: "不支持的操作",
    413: "提交的内容过大",
    415: "不支持的内容类型",
}
RETRY_AFTER = {429: "900", 503: "5"}  # seconds


class Pages(Flask):
    """Flask with its templates compiled once for each language."""

    in_english: Environment

    @property
    def jinja_env(self) -> Any:  # type: ignore[override]
        """The templates in the language of the request; outside of one, in Chinese."""
        return self.in_english if "in_english" in self.__dict__ and english() else self._in_chinese

    @cached_property
    def _in_chinese(self) -> Any:
        return self.create_jinja_environment()


def create_app(at: Office) -> Flask:
    """The web application over an office."""
    root = at.settings.root
    app = Pages(
        "legalflow",
        static_folder=str(root / "legalflow" / "web" / "static"),
        template_folder=str(root / "templates" / "web"),
    )
    if at.settings.proxies:
        # Only then are these headers our own proxies' words; from anybody else they would be a stranger's.
        count = at.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["legalflow"] = at
    app.config.update(MAX_FORM_PARTS=1000, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(TABLES)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.in_english = english_of(app.jinja_env, root / "templates" / "web" / "en")
    for subject in (
        auth,
        dashboard,
        waiting,
        seals,
        sources,
        loans,
        imports,
        lists,
        batches,
        matters,
        deadlines,
        contacts,
        costs,
        courts,
        assets,
        documents,
        evidence,
        firm,
        proposals,
        finance,
        ledger,
        nights,
        off_lists,
        openings,
        authority,
        duties,
        portfolio,
        law,
        admin,
        accounts,
        firms,
        audit,
        operation,
        lenders,
        lender_pictures,
        units,
        debtors,
        language,
        palette,
        undoing,
    ):
        app.register_blueprint(subject.pages)
    app.before_request(guard)
    app.after_request(set_headers)
    app.after_request(acts.forget)
    app.context_processor(_shared)
    app.register_error_handler(LegalflowError, _answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)
    passwords.nobody()
    return app


def _shared() -> dict[str, Any]:
    """What every page may use."""
    admitted = g.get("admitted")
    return {
        "me": admitted.actor if admitted else None,
        "csrf": token,
        "new_key": new_key,
        "demo": office().settings.demo,
        "problems": [in_words(problem) for problem in g.get("problems", ())],
        "language": spoken(),
        "look": look(),
        "back_here": back_here(),
        "typed": g.get("typed"),
        "may": _may,
        "menu": menu,
        "told": acts.told(office(), admitted.actor) if admitted else None,
        "from_queue": _from_queue(),
    }


def _from_queue() -> dict[str, str] | None:
    """The queue a page was reached from, which its forms carry on; none where what was sent is too large to be read."""
    try:
        values = request.values
    except RequestEntityTooLarge:
        return None
    if not values.get("queue"):
        return None
    return {"queue": values["queue"], "kind": values.get("queue_kind") or request.args.get("kind", "")}


def _may(name: str) -> bool:
    return g.get("admitted") is not None and actor().may(Right(name))


def _answer(error: LegalflowError) -> ResponseReturnValue:
    """A refusal: the form once more with its problems, or a page that says what, why and what helps."""
    status, title = next((status, title) for kind, status, title in ANSWERS if isinstance(error, kind))
    if status == 403 or (status == 404 and (request.view_args or request.method == "POST")):
        _note_refusal(error)
    here = door_of(request.endpoint)
    if here is not None and here.again is not None and isinstance(error, _MENDABLE) and "problems" not in g:
        g.problems, g.typed = error.problems, request.form
        try:
            response = make_response(here.again(**(request.view_args or {})))
        except LegalflowError as worse:
            return _answer(worse)
        response.status_code = status
        if status in RETRY_AFTER:
            response.headers["Retry-After"] = RETRY_AFTER[status]
        _note(error, status)
        return response
    return _page(status, title, error.problems, _note(error, status))


def _note_refusal(error: LegalflowError) -> None:
    """Somebody signed in asked for what is not theirs, or is not there: the audit trail keeps who and at which page."""
    if g.get("admitted") is not None and "refusal_noted" not in g:
        g.refusal_noted = True
        codes = ",".join(problem.code for problem in error.problems)
        admitting.note_refusal(office(), actor(), request.endpoint or "", codes)


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    """An error of the web itself, in our own words; what the class has to say (`Allow`) stays."""
    status = error.code or 500
    if status < 400:
        return error
    response = _page(status, _OF_THE_WEB.get(status, "出错了"), (), _note(error, status))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    if status == 413:
        _read_off()
        response.headers["Connection"] = "close"
    return response


def _read_off() -> None:
    """Take in what is still on its way, up to a bound: a browser that is cut off while sending shows no answer."""
    left = min(request.content_length or 0, 4 * UPLOAD_LIMIT)
    incoming = request.environ["wsgi.input"]
    while left > 0 and (piece := incoming.read(min(left, 1 << 20))):
        left -= len(piece)


def _answer_unforeseen(error: Exception) -> ResponseReturnValue:
    """What we did not foresee: its place goes to the log, never its message, which may quote a person."""
    return _page(500, "系统出错", (), _note(error, 500, whole=True))


def _page(status: int, title: str, problems: tuple[Problem, ...], number: str) -> Any:
    if request.path in {"/healthz", "/readyz"}:
        response = make_response(jsonify(status="error", id=number), status)
    else:
        matter_id = (request.view_args or {}).get("matter_id") if status in {409, 422} else None
        back = url_for("matters.shown", matter_id=matter_id) if matter_id else ""
        found = {
            "status": status,
            "title": title,
            "found": [in_words(each) for each in problems],
            "number": number,
            "back": back,
        }
        response = make_response(render_template("error.html", **found), status)
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def _note(error: Exception, status: int, whole: bool = False) -> str:
    """One line for the log, of our own words only; its number, which the person can tell us."""
    number = secrets.token_hex(4)
    codes = ",".join(problem.code for problem in error.problems) if isinstance(error, LegalflowError) else ""
    line = f"{number} {status} {type(error).__name__} {request.method} {request.endpoint} {codes}".rstrip()
    if status >= 500 or whole:
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-12:]))
        _LOG.error("%s at %s", line, places)
    else:
        _LOG.info("%s", line)
    return number
