"""Lists in an address: what is looked for, chosen, sorted and shown stands there whole, and so in every link.

Words looked for are sealed before they enter an address, for they may be a person's name. What these pages do with a
list beside showing it: search, export, keep as a view, go from one matter to the next.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, after_this_request, make_response, redirect, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.matters.matter import STAGE_BAR, WRITE_OFF_BAR
from legalflow.matters.stages import stage_title
from legalflow.office import today
from legalflow.services import listing, lists, saving_views
from legalflow.services.listing import LOANS, MATTERS, NONE, Catalogue, Wanted
from legalflow.services.lists import Column
from legalflow.services.saving_views import View
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition

pages = Blueprint("lists", __name__)

Pairs = list[tuple[str, str]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CATALOGUES = {"matters": MATTERS, "loans": LOANS}
FACETS = {
    "stage": "阶段",
    "due": "期限",
    "write_off": "核销",
    "owner": "经办",
    "firm": "律所",
    "unit": "经办机构",
    "product": "产品",
    "lender": "贷款人",
    "grade": "类别（按逾期天数）",
}
DUE = {"past": "已过期限", "week": "7 天内", "month": "30 天内", "later": "30 天以后"}
GRADES = {"pass": "正常", "special_mention": "关注", "substandard": "次级", "doubtful": "可疑", "loss": "损失"}
NOTHING = {"firm": "未委派律所", "due": "无待办期限", "stage": "尚未立案件", "grade": "未分类"}
ORDERS = {
    "matters": (
        ("-number", "编号从新到旧"),
        ("number", "编号从旧到新"),
        ("due", "期限最近的在前"),
        ("-changed", "最近变动的在前"),
        ("borrower", "借款人"),
        ("-total", "债权从高到低"),
    ),
    "loans": (
        ("maturity", "到期日从早到晚"),
        ("-maturity", "到期日从晚到早"),
        ("borrower", "借款人"),
        ("-disbursed", "发放金额从高到低"),
        ("-total", "债权从高到低"),
        ("-overdue", "逾期天数从多到少"),
    ),
}
# The headings that sort, with the order a first click gives.
HEADINGS = {
    "number": "-number",
    "borrower": "borrower",
    "due": "due",
    "changed": "-changed",
    "total": "-total",
    "maturity": "maturity",
    "disbursed": "-disbursed",
    "overdue": "-overdue",
}
_LONGEST = 100  # characters looked for
_A_YEAR = 365 * 24 * 3600  # seconds
_SHAPE = ("column", "density")  # what a list looks like, beside what is in it


@dataclass(frozen=True)
class State:
    """A list as its address says: what is wanted, the columns by name (none: the usual), whether rows stand close."""

    catalogue: Catalogue
    wanted: Wanted
    sealed: str
    columns: tuple[str, ...]
    close: bool

    @property
    def pairs(self) -> Pairs:
        """The same as the pairs of a query, in our order; what is usual is left out."""
        found: Pairs = [("find", self.sealed)] if self.sealed else []
        found += [(name, value) for name, values in self.wanted.chosen.items() for value in values]
        if self.wanted.sort != self.catalogue.usual:
            found.append(("sort", self.wanted.sort))
        found += [("column", name) for name in self.columns]
        return found + ([("density", "close")] if self.close else [])

    @property
    def query(self) -> str:
        """The query of its address."""
        return urlencode(self.pairs)

    @property
    def said(self) -> tuple[Any, ...]:
        """What it comes to: equal for two addresses that ask the same, however the words were sealed."""
        return self.wanted.find, sorted(pair for pair in self.pairs if pair[0] != "find")


def read(catalogue: Catalogue, pairs: Pairs) -> State:
    """The list that the pairs of a query ask for; what it does not know is left out, and so is what is not allowed."""
    sealed = next((value for name, value in pairs if name == "find"), "")
    find = opened(sealed)
    facets = {each.name for each in catalogue.facets}
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if name in facets and value and len(value) <= 200:
            chosen[name] = (*chosen.get(name, ()), value)
    sort = next((value for name, value in pairs if name == "sort"), "")
    wanted = listing.allowed(catalogue, actor(), Wanted(find, chosen, sort))
    named = tuple(value for name, value in pairs if name == "column")
    columns = tuple(each.name for each in lists.columns(catalogue, actor(), named)) if named else ()
    usual = tuple(each.name for each in lists.columns(catalogue, actor()))
    close = ("density", "close") in pairs
    return State(catalogue, wanted, sealed if find else "", () if columns == usual else columns, close)


def here(catalogue: Catalogue) -> State:
    """The list of this request's address; where it names no columns and no view, with those last chosen here."""
    pairs = list(request.args.items(multi=True))
    named = {name for name, _ in pairs}
    if "shape" in named:
        _remember(catalogue, [pair for pair in pairs if pair[0] in _SHAPE])
    elif not named & {*_SHAPE, "view"}:
        pairs += [pair for pair in parse_qsl(request.cookies.get(_cookie(catalogue), "")) if pair[0] in _SHAPE]
    return read(catalogue, pairs)


def framed(state: State, page: lists.Lines[Any]) -> dict[str, Any]:
    """What every list's page shows beside its rows: chips, facets with counts, orders, columns, kept views."""
    name = state.catalogue.name
    views = saving_views.views(office(), actor(), name)
    view = next((each for each in views if each.id == request.args.get("view", "")), None)
    kept = read(state.catalogue, parse_qsl(view.state)) if view else None
    shown = lists.columns(state.catalogue, actor(), state.columns)
    named = {each.name for each in shown}
    return {
        "page": page,
        "state": state,
        "list": name,
        "today": today(office()),
        "chips": _chips(state, page, view),
        "left": _left(state, page, view),
        "cleared": urlencode({"left": urlencode([pair for pair in state.pairs if pair[0] in _narrowing(state)])}),
        "facets": [_facet(state, each, page.facets[each]) for each in page.facets],
        "orders": ORDERS[name],
        "columns": shown,
        "every_column": [(each, each.name in named) for each in lists.columns(state.catalogue, actor(), _all(name))],
        "sorting": {each.name: _sorting(state, each, view) for each in shown if each.name in HEADINGS},
        "views": [(each, f"{_path(name)}?{_with_view(parse_qsl(each.state), each)}") for each in views],
        "view": view,
        "changed": kept is not None and kept.said != state.said,
        "address": _path(name),
        "next_page": f"{_path(name)}?{_with_view([*state.pairs, ('after', page.after)], view)}",
        "first_page": f"{_path(name)}?{_with_view(state.pairs, view)}" if request.args.get("after") else "",
        "hidden": [pair for pair in state.pairs if pair[0] == "find"],
    }


def conditions(state: State) -> list[str]:
    """What narrows a list, in words, as its chips say it."""
    with_facets = {"matters": lists.matters, "loans": lists.loans}[state.catalogue.name]
    page: lists.Lines[Any] = with_facets(office(), actor(), state.wanted)
    return [words for words, _ in _chips(state, page, None)]


# --- what is done with a list ----------------------------------------------------------------------------------------


@pages.post("/matters/search")
@door(Right.VIEW, takes=("find", "asked"))
def search_matters() -> Any:
    """Look for matters: the words are sealed before they enter an address."""
    return searched(MATTERS)


@pages.get("/matters/export")
@door(Right.VIEW)
def export_matters() -> Any:
    """The matters of a list as a workbook: all of them, or those ticked."""
    return _export(MATTERS)


@pages.get("/loans/export")
@door(Right.VIEW)
def export_loans() -> Any:
    """The loans of a list as a workbook: all of them, or those ticked."""
    return _export(LOANS)


@pages.get("/matters/<matter_id>/neighbour")
@door(Right.VIEW)
def neighbour(matter_id: str) -> Any:
    """The matter next in the list one came from, or the one before; at its end, the list itself."""
    state = read(MATTERS, parse_qsl(request.args.get("list", "")))
    back = request.args.get("way", "") == "back"
    found = lists.neighbour(office(), actor(), state.wanted, matter_id, back=back)
    if not found:
        return redirect(f"{url_for('matters.listed')}?{state.query}", 303)
    return redirect(url_for("matters.shown", matter_id=found, list=state.query), 303)


@pages.post("/views")
@door(Right.VIEW, takes=("subject", "name", "shared", "asked"))
def keep() -> Any:
    """Keep a list under a name."""
    subject = request.form.get("subject", "")
    if subject not in CATALOGUES:
        raise Invalid(Problem("view.subject", "没有这种列表", "there is no such list", "subject"))
    state = read(CATALOGUES[subject], parse_qsl(request.form.get("asked", "")))

    def effect() -> str:
        shared = request.form.get("shared", "") == "yes"
        view = saving_views.keep(office(), actor(), subject, request.form.get("name", ""), state.query, shared=shared)
        return f"{_path(subject)}?{_with_view(state.pairs, view)}"

    return once(effect)


@pages.post("/views/change")
@door(Right.VIEW, takes=("subject", "view", "asked"))
def change() -> Any:
    """Let a view keep the list as it is now."""
    catalogue = CATALOGUES.get(request.form.get("subject", ""))
    if catalogue is None:
        raise Invalid(Problem("view.subject", "没有这种列表", "there is no such list", "subject"))
    state = read(catalogue, parse_qsl(request.form.get("asked", "")))

    def effect() -> str:
        view = saving_views.change(office(), actor(), request.form.get("view", ""), state.query)
        return f"{_path(catalogue.name)}?{_with_view(state.pairs, view)}"

    return once(effect)


@pages.post("/views/drop")
@door(Right.VIEW, takes=("view",))
def drop() -> Any:
    """Let go of a view."""
    if not request.form.get("view", ""):
        raise Invalid(Problem("view.missing", "请选择视图", "choose a view", "view"))
    return once(lambda: _path(saving_views.drop(office(), actor(), request.form.get("view", ""))))


def searched(catalogue: Catalogue) -> Any:
    """To the list with the words of this form, sealed, in the place of those before; what was chosen stays."""
    find = request.form.get("find", "").strip()[:_LONGEST]
    before = [pair for pair in parse_qsl(request.form.get("asked", "")) if pair[0] not in {"find", "after"}]
    state = read(catalogue, [("find", sealed(find)), *before] if find else before)
    view = [pair for pair in before if pair[0] == "view"]
    return redirect(f"{_path(catalogue.name)}?{urlencode([*state.pairs, *view])}".rstrip("?"), 303)


def sealed(text: str) -> str:
    """Words as they stand in an address."""
    token = office().keys.seal(text).removeprefix("sealed:1:")
    return base64.urlsafe_b64encode(base64.b64decode(token)).decode().rstrip("=")


def opened(token: str) -> str:
    """What was looked for; an address that was tampered with looks for nothing."""
    if not token:
        return ""
    try:
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return office().keys.unseal("sealed:1:" + base64.b64encode(content).decode())
    except (binascii.Error, ValueError, LegalflowError):
        return ""


# --- parts -----------------------------------------------------------------------------------------------------------


def _export(catalogue: Catalogue) -> Response:
    state, only = here(catalogue), request.args.getlist("only")[:500]
    content = lists.export(office(), actor(), catalogue, state.wanted, state.columns, only)
    response = make_response(content)
    response.headers["Content-Type"] = XLSX
    name = f"{'案件' if catalogue is MATTERS else '贷款'}清单-{today(office())}.xlsx"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _path(name: str) -> str:
    return url_for(f"{name}.listed")


def _all(name: str) -> list[str]:
    return [each.name for each in lists.COLUMNS[name]]


def _with_view(pairs: Pairs, view: View | None) -> str:
    return urlencode([*pairs, ("view", view.id)] if view else pairs)


def _words(facet: str, value: listing.Value) -> str:
    """What a person reads of a facet's value."""
    if value.key == NONE:
        return NOTHING.get(facet, "未填写")
    if facet in {"stage", "write_off"}:
        known = {each.code for each in (*STAGE_BAR, *WRITE_OFF_BAR)}
        return stage_title(value.key)[0] if value.key in known else value.key
    return {"due": DUE, "grade": GRADES}.get(facet, {}).get(value.key) or value.name or value.key


def _facet(state: State, name: str, values: Sequence[listing.Value]) -> dict[str, Any]:
    """A facet as it is shown; stages stand in their own order, all others by how many they have."""
    chosen = state.wanted.chosen.get(name, ())
    if name in {"stage", "write_off"}:
        values = sorted(values, key=lambda each: each.key)
    if name == "due":
        values = sorted(values, key=lambda each: [*DUE, NONE].index(each.key) if each.key in {*DUE, NONE} else 9)
    options = [(each.key, _words(name, each), each.count, each.key in chosen) for each in values]
    return {"name": name, "zh": FACETS[name], "options": options, "chosen": len(chosen)}


def _chips(state: State, page: lists.Lines[Any], view: View | None) -> list[tuple[str, str]]:
    """Each thing that narrows the list, with the address without it."""
    found = []
    for place, (name, value) in enumerate(state.pairs):
        if name in _narrowing(state):
            rest = [pair for number, pair in enumerate(state.pairs) if number != place]
            left = ("left", urlencode([(name, value)]))
            address = f"{_path(state.catalogue.name)}?{_with_view([*rest, left], view)}"
            found.append((_chip(state, page, name, value), address))
    return found


def _chip(state: State, page: lists.Lines[Any], name: str, value: str) -> str:
    """One thing that narrows a list, in words."""
    if name == "find":
        return f"包含“{state.wanted.find}”"
    known = next((each for each in page.facets.get(name, ()) if each.key == value), None)
    return f"{FACETS[name]}：{_words(name, known or listing.Value(value, '', 0))}"


def _narrowing(state: State) -> set[str]:
    """What of an address narrows a list."""
    return {"find", *(each.name for each in state.catalogue.facets)}


def _left(state: State, page: lists.Lines[Any], view: View | None) -> tuple[str, str] | None:
    """What was just taken away of what narrowed the list, in words, and the address with it again."""
    pairs = [pair for pair in parse_qsl(request.args.get("left", "")) if pair[0] in _narrowing(state)]
    before = read(state.catalogue, [*pairs, *state.pairs])
    if before.said == state.said:
        return None
    words = "、".join(_chip(before, page, name, value) for name, value in before.pairs if (name, value) in pairs)
    return (words, f"{_path(state.catalogue.name)}?{_with_view(before.pairs, view)}") if words else None


def _cookie(catalogue: Catalogue) -> str:
    return f"legalflow_shape_{catalogue.name}"


def _remember(catalogue: Catalogue, shape: Pairs) -> None:
    """Let this browser show the list in this shape wherever an address names none; it holds names of columns alone."""

    @after_this_request
    def keep(response: Response) -> Response:
        secure = office().settings.https
        value = urlencode(shape)
        response.set_cookie(_cookie(catalogue), value, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax")
        return response


def _sorting(state: State, column: Column, view: View | None) -> tuple[str, str]:
    """The address that sorts by a column, the other way where it sorts already; and which way it sorts now."""
    first = HEADINGS[column.name]
    now = state.wanted.sort
    same = now.removeprefix("-") == first.removeprefix("-")
    turned = now.removeprefix("-") if now.startswith("-") else f"-{now}"
    sort = turned if same else first
    pairs = [pair for pair in state.pairs if pair[0] != "sort"] + [("sort", sort)]
    way = ("descending" if now.startswith("-") else "ascending") if same else ""
    return f"{_path(state.catalogue.name)}?{_with_view(pairs, view)}", way
