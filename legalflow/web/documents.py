"""Documents: asked for, waited for, read, approved or sent back, sealed, and sent out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import NotFound
from legalflow.forms import PHASES, Form
from legalflow.services import allowing, drafting, outdated, sealing, sharing, viewing, wording
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import attachment, preview
from legalflow.web.forms import YES_NO, Field, texts
from legalflow.web.matters import framed

pages = Blueprint("documents", __name__)

KINDS = {
    "longtext": "long",
    "long_text": "long",
    "date": "day",
    "money": "money",
    "rate": "rate",
    "int": "count",
    "yes_no": "one",
    "one_of": "one",
    "choice": "one",
    "many_of": "many",
}


_LETTERS = (drafting.LETTER, "firm_letter")  # the firm's own: without a firm there is nobody to write them


def kinds() -> dict[str, str]:
    """The kinds of documents that can be asked for, with their titles; a write-off's own only where it may be seen."""
    return {kind: _title(kind) for kind in drafting.KINDS if drafting.may_see(actor(), kind)}


def by_phase() -> list[tuple[str, dict[str, str]]]:
    """The same kinds under the parts of a matter's life they belong to; a part without any is left out."""
    titles = kinds()
    parts = [
        (words, {kind: title for kind, title in titles.items() if Form.load(kind).phase == phase})
        for phase, (words, _) in PHASES.items()
    ]
    return [(words, found) for words, found in parts if found]


@pages.get("/matters/<matter_id>/documents")
@door(Right.VIEW)
def listed(matter_id: str) -> Any:
    """The documents of a matter."""
    sheet = viewing.matter(office(), actor(), matter_id)
    return render_template("documents.html", **framed(sheet), parts=by_phase(), letters=_LETTERS)


@pages.get("/matters/<matter_id>/documents/new")
@door(Right.DRAFT)
def new(matter_id: str) -> Any:
    """What a kind of document asks beyond what is known already."""
    sheet = viewing.matter(office(), actor(), matter_id)
    kind = _kind()
    fields = _fields(matter_id, kind)
    return render_template("document_new.html", **framed(sheet), kind=kind, title=kinds()[kind], fields=fields)


@pages.post("/matters/<matter_id>/documents/new")
@door(Right.DRAFT, takes=None, again=new)
def ask(matter_id: str) -> Any:
    """Ask for a document; it is made by a worker."""
    kind = _kind()
    answers = {name: text for name, text in texts(_fields(matter_id, kind)).items() if text.strip()}
    return once(
        lambda: url_for(
            "documents.shown",
            document_id=drafting.request_document(office(), actor(), matter_id, kind, answers),
        )
    )


@pages.get("/documents/<document_id>")
@door(Right.VIEW)
def shown(document_id: str) -> Any:
    """A document: its state, its files, and what may be done with it now."""
    row, matter, people = viewing.document(office(), actor(), document_id)
    said = wording.of_document(office(), row.kind, row.facts_digest)
    stale = outdated.shown(office(), row)
    return render_template(
        "document.html",
        stale=stale,
        document=row,
        matter=matter,
        people=people,
        said=said,
        needed=_needed(row),
        seal=sealing.application(office(), actor(), document_id),
        proof=sealing.proof(office(), actor(), document_id),
    )


@pages.get("/documents/<document_id>/state")
@door(Right.VIEW)
def state(document_id: str) -> Any:
    """The part of the page that waits; once the document is made the whole page is loaded anew."""
    row, matter, _ = viewing.document(office(), actor(), document_id)
    response = make_response(render_template("document_state.html", document=row, matter=matter))
    if row.state != "requested":
        response.headers["HX-Refresh"] = "true"
    return response


@pages.get("/documents/<document_id>/preview")
@door(Right.DOWNLOAD, Right.APPROVE_LARGE)
def shown_inside(document_id: str) -> Any:
    """Our own PDF, inside our own page."""
    row, _, _ = viewing.document(office(), actor(), document_id)
    which = "sealed" if row.sealed else "pdf"
    return preview(drafting.open_file(office(), actor(), document_id, which))


@pages.get("/documents/<document_id>/files/<which>")
@door(Right.DOWNLOAD)
def download(document_id: str, which: str) -> Any:
    """A file of a document, as an attachment."""
    if which not in {"docx", "pdf", "sealed"}:
        raise NotFound.one("file.absent", "没有这种文件", "there is no such file")
    row, _, _ = viewing.document(office(), actor(), document_id)
    found = drafting.open_file(office(), actor(), document_id, which)
    if found.digest == (row.sealed or row.pdf):
        sharing.taken_on_page(office(), actor(), "document", document_id)
    return attachment(found)


@pages.post("/documents/<document_id>/approve")
@door(Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE, takes=("digest", "comment"), again=shown)
def approve(document_id: str) -> Any:
    """Approve exactly the bytes that were read, named by their digest."""
    digest, comment = request.form.get("digest", ""), request.form.get("comment", "")
    return _done(document_id, lambda: drafting.approve(office(), actor(), document_id, digest, comment))


@pages.post("/documents/<document_id>/send-back")
@door(Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE, takes=("reason",), again=shown)
def send_back(document_id: str) -> Any:
    """Send a draft back, saying what to mend."""
    reason = request.form.get("reason", "")
    return _done(document_id, lambda: drafting.send_back(office(), actor(), document_id, reason))


@pages.post("/documents/<document_id>/seal")
@door(Right.SEAL, takes=("confirm",), again=shown)
def seal(document_id: str) -> Any:
    """Set the seal on the approved bytes, confirmed by typing the matter's number: a seal is not taken off again."""
    confirmed(viewing.document(office(), actor(), document_id)[1].number)
    return _done(document_id, lambda: drafting.seal(office(), actor(), document_id))


def _needed(row: Any) -> str:
    """The right that approving a draft asks; empty where it is no draft, or its bytes are damaged."""
    if row.state != "ready" or not allowing.is_whole(office(), row):
        return ""
    return allowing.needed(office(), row).value


def _done(document_id: str, effect: Any) -> Any:
    def then() -> str:
        effect()
        return url_for("documents.shown", document_id=document_id)

    return once(then)


def _title(kind: str) -> str:
    form = Form.load(kind)
    return f"{form.title}{form.subtitle}"


def _kind() -> str:
    kind = request.values.get("kind", "")
    if kind not in kinds():
        raise NotFound.one("document.kind", "没有这种文书", "there is no such kind of document")
    return kind


def _fields(matter_id: str, kind: str) -> list[Field]:
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
        for question in drafting.questions(office(), actor(), matter_id, kind)
    ]
