"""Batches: rows chosen in a list, one thing done with all of them, looked at first, followed, packed and released."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.forms import Form
from legalflow.services import acting, choosing, drafting, following, foreseeing, packing, running
from legalflow.services.choosing import Asked
from legalflow.services.downloads import TYPES
from legalflow.web import lists
from legalflow.web.confirming import confirmed
from legalflow.web.documents import KINDS
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import attachment, disposition
from legalflow.web.forms import YES_NO, Field, texts, whole
from legalflow.web.lists import CATALOGUES

pages = Blueprint("batches", __name__)


@pages.get("/batches")
@door(Right.SEE_BATCHES)
def listed() -> Any:
    """The batches one may see, the newest first."""
    return render_template("batches.html", runs=following.listed(office(), actor()), actions=acting.ACTIONS)


@pages.post("/batches")
@door(Right.BATCH, takes=("subject", "asked", "which", "only"))
def select() -> Any:
    """Freeze what was chosen in a list: the rows named, or all that match."""
    subject = request.form.get("subject", "")
    if subject not in CATALOGUES:
        raise Invalid(Problem("run.subject", "没有这种列表", "there is no such list", "subject"))
    state = lists.read(CATALOGUES[subject], parse_qsl(request.form.get("asked", "")))
    only = None if request.form.get("which") == "all" else request.form.getlist("only")[:500]
    asked = Asked(state.query, tuple(lists.conditions(state)))

    def effect() -> str:
        run_id = choosing.choose(office(), actor(), state.catalogue, state.wanted, asked, only)
        return url_for("batches.shown", run_id=run_id)

    return once(effect)


@pages.get("/batches/<run_id>")
@door(Right.SEE_BATCHES)
def shown(run_id: str) -> Any:
    """A batch: what is to be done with it, its preview, how far it is, what came of it."""
    if request.headers.get("HX-Request"):
        return _part(run_id)
    sheet = following.sheet(office(), actor(), run_id)
    row, state = sheet.row, request.args.get("state", "")
    found, after = following.lines(office(), actor(), run_id, state, whole(request.args.get("after", "")) or 0)
    kind = request.args.get("kind", "") or (request.form.get("kind", "") if request.method == "POST" else "")
    may_begin = sheet.mine and actor().may(Right.BATCH)
    choosing_kind = kind if may_begin and kind in acting.kinds(actor()) else ""
    return render_template(
        "batch.html",
        sheet=sheet,
        run=row,
        progress=sheet.progress,
        actions=acting.ACTIONS,
        possible=[each for each in acting.ACTIONS.values() if row.subject in each.subjects and actor().may(each.right)],
        kinds={each: _title(each) for each in acting.kinds(actor())} if actor().may(Right.DRAFT) else {},
        title_of=_title,
        kind=choosing_kind,
        fields=_fields(choosing_kind) if choosing_kind else [],
        firms=following.firms(office(), actor()),
        foreseen=following.foreseen(office(), actor(), run_id) if row.state == "foreseen" else None,
        lines=found,
        next_page=url_for("batches.shown", run_id=run_id, state=state, after=after) if after else "",
        state=state,
        states=following.STATES,
        marks=following.MARKS,
        typed_above=running.TYPED_ABOVE,
        may_release=packing.may_release(actor(), row),
        may_begin=may_begin,
        back=f"{url_for(row.subject + '.listed')}?{sheet.asked.query}".rstrip("?"),
    )


@pages.post("/batches/<run_id>/preview")
@door(Right.BATCH, takes=None, again=shown)
def preview(run_id: str) -> Any:
    """Have every row looked at; nothing is made."""
    kind = request.form.get("kind", "")
    fields = _fields(kind) if kind in acting.kinds(actor()) else []
    given = texts([*fields, Field(name="action", zh="事项"), Field(name="firm", zh="律所")])
    answers = {each.name: given[each.name] for each in fields if given.get(each.name, "").strip()}
    action = request.form.get("action", "")
    if action == "assign_firm":
        answers = {"firm": request.form.get("firm", "")}
    following.progress(office(), actor(), run_id)

    def effect() -> str:
        used = kind if action == "make_documents" else ""
        foreseeing.ask(office(), actor(), run_id, action, used, answers, _version())
        return url_for("batches.shown", run_id=run_id)

    return once(effect)


@pages.post("/batches/<run_id>/confirm")
@door(Right.BATCH, takes=("version", "typed", "without", "all_marked"), again=shown)
def confirm(run_id: str) -> Any:
    """Begin what the preview showed, without the rows left out."""
    without = [place for text in request.form.getlist("without") if (place := whole(text)) is not None]
    all_marked = request.form.get("all_marked", "") == "yes"
    typed = request.form.get("typed", "")
    return _done(
        run_id,
        lambda: running.confirm(office(), actor(), run_id, _version(), typed, without, all_marked=all_marked),
    )


@pages.post("/batches/<run_id>/cancel")
@door(Right.BATCH, again=shown)
def cancel(run_id: str) -> Any:
    """Stop: what is done stays done."""
    return _done(run_id, lambda: running.cancel(office(), actor(), run_id))


@pages.post("/batches/<run_id>/retry")
@door(Right.BATCH, again=shown)
def retry(run_id: str) -> Any:
    """Try again what failed, and only that."""
    return _done(run_id, lambda: running.retry(office(), actor(), run_id))


@pages.post("/batches/<run_id>/pack")
@door(Right.BATCH, again=shown)
def pack(run_id: str) -> Any:
    """Ask for the ZIP of what was made."""
    return _done(run_id, lambda: packing.ask(office(), actor(), run_id))


@pages.post("/batches/<run_id>/release")
@door(Right.RELEASE, takes=("digest", "confirm"), again=shown)
def release(run_id: str) -> Any:
    """Let the ZIP leave the house, named by its digest and confirmed by typing how many were done."""
    confirmed(str(following.progress(office(), actor(), run_id).counts.get("done", 0)))
    return _done(run_id, lambda: packing.release(office(), actor(), run_id, request.form.get("digest", "")))


@pages.get("/batches/<run_id>/files")
@door(Right.BATCH)
def files(run_id: str) -> Any:
    """The released ZIP; a broken download goes on where it stopped."""
    return attachment(packing.open_file(office(), actor(), run_id))


@pages.get("/batches/<run_id>/sheet")
@door(Right.SEE_BATCHES)
def sheet(run_id: str) -> Any:
    """What came of each row, as a workbook."""
    name, content = following.export(office(), actor(), run_id)
    response = make_response(content)
    response.headers["Content-Type"] = TYPES["xlsx"]
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


@pages.get("/batches/<run_id>/sample")
@door(Right.BATCH)
def sample(run_id: str) -> Any:
    """The document that would be made for one row; nothing is kept."""
    name, content = following.sample(office(), actor(), run_id, whole(request.args.get("place", "")) or 0)
    response = make_response(content)
    response.mimetype = TYPES["pdf"]
    response.headers["Content-Disposition"] = disposition("inline", name)
    response.headers["X-Legalflow-Framed"] = "yes"
    return response


def _part(run_id: str) -> Any:
    """The part of the page that asks again by itself; the whole page is loaded anew once there is something else."""
    progress = following.progress(office(), actor(), run_id)
    row, before = progress.row, request.args.get("was", "")
    response = make_response(render_template("batch_progress.html", run=row, progress=progress))
    if before and before != f"{row.state}.{row.pack_state}":
        response.headers["HX-Refresh"] = "true"
    return response


def _done(run_id: str, effect: Any) -> Any:
    following.progress(office(), actor(), run_id)

    def then() -> str:
        effect()
        return url_for("batches.shown", run_id=run_id)

    return once(then)


def _version() -> int:
    return whole(request.form.get("version", "")) or 0


def _title(kind: str) -> str:
    form = Form.load(kind)
    return f"{form.title}{form.subtitle}"


def _fields(kind: str) -> list[Field]:
    """What is asked once for all; left open, each row's own facts say it."""
    return [
        Field(
            name=question.id,
            zh=question.zh,
            kind=KINDS.get(question.kind, "text"),
            required=question.required,
            options=YES_NO if question.kind == "yes_no" else tuple((each, each) for each in question.options),
            value=question.default,
            hint=question.note,
        )
        for question in drafting.common_questions(office(), actor(), kind)
    ]
