"""Facts a firm's lawyer proposes with the court's paper, and what counsel makes of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, NotFound, Problem
from legalflow.matters import proposals
from legalflow.matters.events import EVENTS
from legalflow.matters.matter import fold, next_steps
from legalflow.office import today
from legalflow.services import proposing, viewing
from legalflow.services.proposing import Upload
from legalflow.web import forms, guidance
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import attachment, preview
from legalflow.web.firm import exchange, paper_fields
from legalflow.web.forms import Field
from legalflow.web.matters import framed

pages = Blueprint("proposals", __name__)

_ANYWAY = Field(name="anyway", zh="仍要提报", kind="one", options=(("是", "是"),))


@pages.get("/proposals")
@door(Right.RECORD)
def listed() -> Any:
    """What firms propose and nobody decided yet, the oldest first."""
    return render_template("proposals.html", waiting=proposing.waiting(office(), actor()))


@pages.get("/matters/<matter_id>/propose")
@door(Right.PROPOSE)
def form(matter_id: str) -> Any:
    """The form of one event, as counsel's, with the paper beside it."""
    name = _name()
    sheet = viewing.matter(office(), actor(), matter_id)
    step = next((step for step in next_steps(fold(sheet.events)) if step.name == name), None)
    fields = forms.of_event(name, sheet, today(office()).isoformat(), guidance.proposed(name, sheet))
    return render_template(
        "propose.html",
        **framed(sheet),
        name=name,
        title=EVENTS[name].title,
        step=step,
        fields=forms.with_hints(fields, guidance.hints(name, sheet)),
        paper_fields=paper_fields(required=False),
    )


@pages.post("/matters/<matter_id>/propose")
@door(Right.PROPOSE, takes=None, files=("file",), again=form)
def propose(matter_id: str) -> Any:
    """Propose what happened, with its paper."""
    name = _name()
    sheet = viewing.matter(office(), actor(), matter_id)
    ours = [*paper_fields(required=False), _ANYWAY]
    texts = forms.texts([*forms.of_event(name, sheet, "", {}), *ours])
    for field in ours:
        texts.pop(field.name, None)
    upload, anyway = _upload(), request.form.get("anyway") == "是"

    def effect() -> str:
        proposing.propose(office(), actor(), matter_id, name, texts, upload, anyway=anyway)
        return url_for("firm.exchange", matter_id=matter_id) + "#proposed"

    return once(effect)


@pages.post("/matters/<matter_id>/papers")
@door(Right.PROPOSE, takes=("paper_kind", "password"), files=("file",), again=exchange)
def send_paper(matter_id: str) -> Any:
    """Keep a paper of the court with the matter."""
    viewing.matter(office(), actor(), matter_id)
    upload = _upload()
    if upload is None:
        raise Invalid(Problem("upload.missing", "请选择文件", "choose a file", "file"))

    def effect() -> str:
        proposing.send_paper(office(), actor(), matter_id, upload)
        return url_for("firm.exchange", matter_id=matter_id) + "#papers"

    return once(effect)


@pages.get("/papers/<paper_id>/original")
@door(Right.DOWNLOAD)
def original(paper_id: str) -> Any:
    """A paper as it came in, as an attachment."""
    return attachment(proposing.open_paper(office(), actor(), paper_id, original=True))


@pages.get("/papers/<paper_id>/preview")
@door(Right.DOWNLOAD)
def shown_inside(paper_id: str) -> Any:
    """The safe copy of a paper, inside our own page."""
    return preview(proposing.open_paper(office(), actor(), paper_id, original=False))


@pages.get("/proposals/<proposal_id>")
@door(Right.VIEW)
def shown(proposal_id: str) -> Any:
    """A proposal: the paper on one side, its fields on the other, and what may be done with it now."""
    found = proposing.shown(office(), actor(), proposal_id)
    row = found.line.row
    sheet = viewing.matter(office(), actor(), found.matter.id)
    fields = forms.of_event(row.name, sheet, "", {})
    return render_template(
        "proposal.html",
        **framed(sheet),
        found=found,
        line=found.line,
        asked=row,
        fields=forms.with_hints(forms.with_values(fields, row.texts), guidance.hints(row.name, sheet)),
    )


@pages.post("/proposals/<proposal_id>/confirm")
@door(Right.RECORD, takes=None, again=shown)
def confirm(proposal_id: str) -> Any:
    """Record what was proposed, as it stands in the form now."""
    found = proposing.shown(office(), actor(), proposal_id)
    sheet = viewing.matter(office(), actor(), found.matter.id)
    texts = forms.texts(forms.of_event(found.line.row.name, sheet, "", {}))
    version = forms.whole(request.form.get("version", ""))

    def effect() -> str:
        matter, _ = proposing.confirm(office(), actor(), proposal_id, texts, version)
        return url_for("matters.shown", matter_id=matter) + "#timeline"

    return once(effect)


@pages.post("/proposals/<proposal_id>/refuse")
@door(Right.RECORD, takes=("reason",), again=shown)
def refuse(proposal_id: str) -> Any:
    """Refuse a proposal, saying why."""

    def effect() -> str:
        matter = proposing.refuse(office(), actor(), proposal_id, request.form.get("reason", ""))
        return url_for("firm.exchange", matter_id=matter) + "#proposed"

    return once(effect)


@pages.post("/proposals/<proposal_id>/withdraw")
@door(Right.PROPOSE, again=shown)
def withdraw(proposal_id: str) -> Any:
    """Take a proposal back before it is decided."""

    def effect() -> str:
        return url_for("firm.exchange", matter_id=proposing.withdraw(office(), actor(), proposal_id)) + "#proposed"

    return once(effect)


def _name() -> str:
    """The event a page is about, where a firm may propose it."""
    name = request.values.get("name", "")
    if not proposals.may_be_proposed(name):
        raise NotFound.one("event.unknown", "没有可以提报的这种事项", "no such event is proposed")
    return name


def _upload() -> Upload | None:
    """The paper that was sent, if any."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    content = file.read()
    file.seek(0)
    return Upload(request.form.get("paper_kind", ""), file.filename, content, request.form.get("password", ""))
