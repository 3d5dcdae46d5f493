"""Money beside the write-offs: a bank's lines to decide on, both ledgers, vouchers, and the register. Internal."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.intake import rows
from legalflow.office import today
from legalflow.services import balancing, matching, receipts_report, reckoning, registering, reporting, vouching
from legalflow.services.downloads import TYPES
from legalflow.values import typed
from legalflow.values.typed import Unreadable
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition

pages = Blueprint("ledger", __name__)

SURE = {"certain": "确定", "likely": "很可能", "possible": "可能", "": "—"}
STATES = {
    "proposed": "待确认",
    "unmatched": "未匹配",
    "confirming": "登记中",
    "confirmed": "已登记",
    "set_aside": "已搁置",
}


@pages.get("/receipts")
@door(Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF)
def receipts(taken: matching.Taken | None = None) -> Any:
    """A bank's lines of one state, and the form for another file."""
    state = request.args.get("state", "proposed")
    asked = ("proposed", "confirming") if state == "proposed" else (state,)
    lines, counts = matching.listed(office(), actor(), asked)
    columns = rows.columns(matching.KIND)
    return render_template(
        "receipts.html", lines=lines, counts=counts, state=state, taken=taken, columns=columns, states=STATES, sure=SURE
    )


@pages.post("/receipts")
@door(Right.RECORD_RECOVERY, files=("file",), again=receipts)
def receive() -> Any:
    """Take a bank's file in; sent again it adds nothing, for a line comes in once."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(Problem("upload.missing", "请选择文件", "choose a file", "file"))
    return receipts(matching.receive(office(), actor(), file.read()))


@pages.post("/receipts/again")
@door(Right.RECORD_RECOVERY, again=receipts)
def again() -> Any:
    """Propose anew what fitted no loan."""

    def then() -> str:
        fitted = matching.again(office(), actor())
        return url_for("ledger.receipts", state="proposed" if fitted else "unmatched")

    return once(then)


@pages.get("/receipts/export")
@door(Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF)
def export_receipts() -> Response:
    """What became of every line, as a file."""
    return _file(receipts_report.export(office(), actor()), f"到账匹配 {today(office())}.xlsx", "xlsx")


@pages.get("/receipts/<receipt_id>")
@door(Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF)
def receipt(receipt_id: str) -> Any:
    """One line: what the bank says on the left, what we propose and why on the right."""
    line = matching.shown(office(), actor(), receipt_id)
    return render_template("receipt.html", line=line, states=STATES, sure=SURE)


@pages.post("/receipts/<receipt_id>/confirm")
@door(Right.RECORD_RECOVERY, takes=("contract_number",), again=receipt)
def confirm(receipt_id: str) -> Any:
    """Book a line to the loan named."""
    number = request.form.get("contract_number", "")
    return _decided(lambda: matching.confirm(office(), actor(), receipt_id, number))


@pages.post("/receipts/<receipt_id>/set-aside")
@door(Right.RECORD_RECOVERY, takes=("reason",), again=receipt)
def set_aside(receipt_id: str) -> Any:
    """Say that a line is no money on any loan here."""
    reason = request.form.get("reason", "")
    return _decided(lambda: matching.set_aside(office(), actor(), receipt_id, reason))


@pages.post("/receipts/<receipt_id>/take-back")
@door(Right.RECORD_RECOVERY, again=receipt)
def take_back(receipt_id: str) -> Any:
    """Take back that a line was set aside."""
    return _decided(lambda: matching.take_back(office(), actor(), receipt_id))


@pages.get("/ledger")
@door(Right.VIEW_MONEY)
def balance() -> Any:
    """The identity of both ledgers as of today, and the rows that break it."""
    alarm = reckoning.alarm(office(), actor())
    return render_template("ledger.html", sheet=balancing.sheet(office(), actor()), ledger_alarm=alarm)


@pages.get("/vouchers")
@door(Right.VIEW_MONEY)
def vouchers() -> Any:
    """The lines of a period, and the accounts they are posted to."""
    first, last = _shown_period()
    try:
        lines = vouching.lines(office(), actor(), first, last)
    except Invalid as error:
        return render_template("vouchers.html", **_voucher_words(first, last), lines=[], problems=error.problems), 422
    return render_template("vouchers.html", **_voucher_words(first, last), lines=lines)


@pages.get("/vouchers/export")
@door(Right.VIEW_MONEY)
def export_vouchers() -> Response:
    """The lines of a period as a file."""
    (first, last), form = _period(), request.args.get("as", "xlsx")
    content = vouching.export(office(), actor(), first, last, form)
    return _file(content, f"核销凭证 {first} 至 {last}.{form}", form)


@pages.post("/vouchers/accounts")
@door(Right.CHECK_WRITE_OFF, takes=("kind", "component", "debit", "credit"), again=vouchers)
def set_accounts() -> Any:
    """Decide on the accounts of a component."""
    kind, component, debit, credit = (request.form.get(name, "") for name in ("kind", "component", "debit", "credit"))

    def then() -> str:
        vouching.set_posting(office(), actor(), kind, component, debit, credit)
        return url_for("ledger.vouchers") + "#accounts"

    return once(then)


@pages.get("/register")
@door(Right.VIEW_MONEY)
def register() -> Any:
    """The register of claims written off and still pursued."""
    return render_template("register.html", rows=registering.register(office(), actor()))


@pages.get("/register/report")
@door(Right.VIEW_MONEY)
def export_report() -> Response:
    """The register with the columns of supervisory reports."""
    form = request.args.get("as", "xlsx")
    return _file(reporting.register(office(), actor(), form), f"核销报送 {today(office())}.{form}", form)


@pages.get("/register/export")
@door(Right.VIEW_MONEY)
def export_register() -> Response:
    """The register as a file."""
    form = request.args.get("as", "xlsx")
    return _file(registering.export(office(), actor(), form), f"账销案存登记簿 {today(office())}.{form}", form)


def _decided(effect: Any) -> Any:
    def then() -> str:
        effect()
        return url_for("ledger.receipts")

    return once(then)


def _voucher_words(first: date, last: date) -> dict[str, Any]:
    return {
        "first": first,
        "last": last,
        "postings": vouching.postings(office(), actor()),
        "kinds": vouching.KINDS,
        "components": vouching.COMPONENTS,
    }


def _shown_period() -> tuple[date, date]:
    """The period asked for; where it cannot be read, this month so far."""
    try:
        return _period()
    except LegalflowError:
        return today(office()).replace(day=1), today(office())


def _period() -> tuple[date, date]:
    """The days asked for; from the first of this month to today where none are given."""
    day = today(office())
    first, last = request.args.get("first", ""), request.args.get("last", "")
    return _day("first", first) if first else day.replace(day=1), _day("last", last) if last else day


def _day(name: str, text: str) -> date:
    try:
        return typed.day(text)
    except Unreadable as refusal:
        raise Invalid(refusal.problem(name, text[:40])) from None


def _file(content: bytes, name: str, form: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response
