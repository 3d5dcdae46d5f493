"""Imports: a file uploaded, looked at before anything is written, its columns chosen, then taken in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.intake import rows
from legalflow.persistence.tables import BatchRow
from legalflow.services import downloads, importing, viewing
from legalflow.services.downloads import TYPES
from legalflow.web.door import OURS, actor, door, office, once
from legalflow.web.files import attachment, disposition
from legalflow.web.words import IMPORT_KINDS

pages = Blueprint("imports", __name__)

_COLUMN = "column-"


@pages.get("/imports")
@door(Right.IMPORT)
def listed() -> Any:
    """The files imported, and the form for another."""
    kinds = {kind: rows.columns(kind) for kind in importing.KINDS}
    return render_template("imports.html", batches=viewing.batches(office(), actor()), columns=kinds)


@pages.post("/imports")
@door(Right.IMPORT, takes=("kind",), files=("file",), again=listed)
def receive() -> Any:
    """Take a file in; a worker reads it and says what its import would do."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(Problem("upload.missing", "请选择文件", "choose a file", "file"))
    content, name, kind = file.read(), file.filename, request.form.get("kind", "")
    file.seek(0)
    return once(lambda: url_for("imports.shown", batch_id=importing.stage(office(), actor(), kind, name, content)))


@pages.get("/imports/template")
@door(Right.IMPORT)
def template() -> Response:
    """An empty workbook of a kind, to be filled in."""
    kind = request.args.get("kind", importing.KINDS[0])
    response = make_response(importing.template(actor(), kind))
    response.mimetype = TYPES["xlsx"]
    response.headers["Content-Disposition"] = disposition("attachment", f"{IMPORT_KINDS[kind]}-导入模板.xlsx")
    return response


@pages.get("/imports/<batch_id>")
@door(Right.IMPORT)
def shown(batch_id: str) -> Any:
    """What the import of a file would do, or what became of it; asks again by itself until it is read."""
    row = viewing.batch(office(), actor(), batch_id)
    seen = importing.preview(office(), row) if row.state == "previewed" else None
    name = "imports_state.html" if request.headers.get("HX-Request") else "import.html"
    return render_template(name, batch=row, seen=seen, columns=rows.columns(row.kind), ignored=rows.IGNORED)


@pages.post("/imports/<batch_id>/columns")
@door(Right.IMPORT, takes=None, again=shown)
def choose(batch_id: str) -> Any:
    """Read headings as chosen on the page, and look again."""
    row = viewing.batch(office(), actor(), batch_id)
    chosen = _chosen(row)

    def effect() -> str:
        importing.choose(office(), actor(), batch_id, chosen)
        return url_for("imports.shown", batch_id=batch_id)

    return once(effect)


@pages.post("/imports/<batch_id>/go")
@door(Right.IMPORT, again=shown)
def go(batch_id: str) -> Any:
    """Import the file as its preview showed it."""
    viewing.batch(office(), actor(), batch_id)

    def effect() -> str:
        importing.go(office(), actor(), batch_id)
        return url_for("imports.shown", batch_id=batch_id)

    return once(effect)


@pages.get("/imports/<batch_id>/report")
@door(Right.IMPORT)
def report(batch_id: str) -> Any:
    """The refused rows beside the clerk's own cells, as a workbook (`?as=csv`: as CSV)."""
    row = viewing.batch(office(), actor(), batch_id)
    stem = row.file_name.rpartition(".")[0] or row.file_name
    if request.args.get("as") == "csv" or not row.workbook:
        return attachment(downloads.of(office(), row.report, f"{stem}-未导入.csv"))
    return attachment(downloads.of(office(), row.workbook, f"{stem}-未导入.xlsx"))


def _chosen(row: BatchRow) -> dict[str, str]:
    """What was chosen for each heading, by its place on the page; a heading left open stays as it was recognised."""
    headings = importing.preview(office(), row).headings if row.preview else ()
    asked = {f"{_COLUMN}{place}": each.heading for place, each in enumerate(headings)}
    strangers = set(request.form) - set(asked) - OURS
    Invalid.raise_any(
        Problem("form.unknown_field", "表单中没有这一项", "the form has no such field", name[:60])
        for name in sorted(strangers)
    )
    return {heading: request.form[name] for name, heading in asked.items() if request.form.get(name)}
