"""Lists of write-offs: chosen, held against a standard line by line, then dealt with together. Internal throughout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.office import today
from legalflow.services import empowering, itemised, itemising, qualifying, reporting
from legalflow.services.downloads import TYPES
from legalflow.values import typed
from legalflow.values.money import Money
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition
from legalflow.web.matters import standards

pages = Blueprint("off_lists", __name__)

_MOST_CHOSEN = 1_000  # ids read from a form


@pages.get("/write-off-lists")
@door(Right.VIEW_MONEY)
def listed() -> Any:
    """The lists, newest first."""
    return render_template("off_lists.html", lists=itemised.lists(office(), actor()))


@pages.get("/write-off-lists/new")
@door(Right.APPLY_WRITE_OFF)
def new() -> Any:
    """Matters to choose from, narrowed by unit, kind and size."""
    problems: tuple[Problem, ...] = ()
    try:
        most = _most()
    except Invalid as error:
        most, problems = None, error.problems
    unit, product = request.args.get("unit", ""), request.args.get("product", "")
    shown = render_template(
        "off_list_new.html",
        choices=qualifying.choices(office(), actor(), unit, product, most),
        table=empowering.table(office(), actor()),
        given=request.args,
        standards=standards(),
        most=qualifying.MOST_LINES,
        **({"problems": problems} if problems else {}),
    )
    return (shown, 422) if problems else shown


@pages.post("/write-off-lists/judge")
@door(Right.APPLY_WRITE_OFF, takes=("criterion", "matter"), again=new)
def judge() -> Any:
    """Each chosen matter held against the standard; nothing is written yet."""
    return _judged()


@pages.post("/write-off-lists")
@door(Right.APPLY_WRITE_OFF, takes=("criterion", "matter", "judged"), again=new)
def ask() -> Any:
    """Apply for the list."""
    criterion, matters, judged = _criterion(), _matters(), request.form.get("judged", "")

    def effect() -> str:
        return _address(itemising.ask(office(), actor(), criterion, matters, judged))

    return once(effect)


@pages.get("/write-off-lists/<list_id>")
@door(Right.VIEW_MONEY)
def shown(list_id: str) -> Any:
    """A list: its lines with what each asks and how it stands, its sums, and the next step."""
    return render_template("off_list.html", sheet=itemised.sheet(office(), actor(), list_id), today=today(office()))


@pages.get("/write-off-lists/<list_id>/export")
@door(Right.VIEW_MONEY)
def export(list_id: str) -> Response:
    """The list as a file."""
    form = request.args.get("as", "xlsx")
    content = reporting.of_list(office(), actor(), list_id, form)
    number = itemised.sheet(office(), actor(), list_id).row.number
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = disposition("attachment", f"核销清单 {number}.{form}")
    return response


@pages.post("/write-off-lists/<list_id>/check")
@door(Right.CHECK_WRITE_OFF, takes=("digest", "opinion"), again=shown)
def check(list_id: str) -> Any:
    """Pass a list on after checking it."""
    digest, opinion = request.form.get("digest", ""), request.form.get("opinion", "")
    return _then(list_id, lambda: itemising.check(office(), actor(), list_id, digest, opinion))


@pages.post("/write-off-lists/<list_id>/approve")
@door(Right.APPROVE_WRITE_OFF, takes=("digest", "number"), again=shown)
def approve(list_id: str) -> Any:
    """Approve exactly the lines shown, named by the list's digest."""
    digest, number = request.form.get("digest", ""), request.form.get("number", "")
    return _then(list_id, lambda: itemising.approve(office(), actor(), list_id, digest, number))


@pages.post("/write-off-lists/<list_id>/refuse")
@door(Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF, takes=("reason",), again=shown)
def refuse(list_id: str) -> Any:
    """Refuse a list, saying why."""
    reason = request.form.get("reason", "")
    return _then(list_id, lambda: itemising.refuse(office(), actor(), list_id, reason))


@pages.post("/write-off-lists/<list_id>/book")
@door(Right.BOOK_WRITE_OFF, takes=("voucher", "on", "confirm"), again=shown)
def book(list_id: str) -> Any:
    """Book an approved list, confirmed by typing its sum: only entries of the opposite sign take it back."""
    confirmed(itemised.sheet(office(), actor(), list_id).total.grouped())
    voucher, on = request.form.get("voucher", ""), request.form.get("on", "")
    return _then(list_id, lambda: itemising.book(office(), actor(), list_id, voucher, on))


def _judged() -> Any:
    criterion, matters = _criterion(), _matters()
    found = qualifying.judge(office(), actor(), criterion, matters)
    good = [each for each in found if not each.reasons]
    return render_template(
        "off_list_judged.html",
        good=good,
        excluded=[each for each in found if each.reasons],
        total=itemising.together(good),
        criterion=criterion,
        words=standards().get(criterion, criterion),
        open=any(each.answer != "met" for each in good),
    )


def _criterion() -> str:
    return request.form.get("criterion", "")[:60]


def _matters() -> list[str]:
    return request.form.getlist("matter")[:_MOST_CHOSEN]


def _most() -> Money | None:
    text = request.args.get("most", "").strip()
    try:
        return typed.money(text) if text else None
    except typed.Unreadable as refusal:
        raise Invalid(refusal.problem("most", text)) from None


def _address(list_id: str) -> str:
    return url_for("off_lists.shown", list_id=list_id)


def _then(list_id: str, effect: Callable[[], None]) -> Any:
    def done() -> str:
        effect()
        return _address(list_id)

    return once(done)
