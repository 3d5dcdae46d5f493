"""The one queue of a person: what waits, the longest first; a draft beside what changed in it, decided on there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.services import awaiting, drafting, reviewing
from legalflow.services.awaiting import Item
from legalflow.web.door import actor, door, office, once

pages = Blueprint("waiting", __name__)

# The page on which something that waits is dealt with, and what its address calls it.
_PAGES = {
    "approve": ("waiting.document", "document_id"),
    "seal": ("documents.shown", "document_id"),
    "mend": ("documents.shown", "document_id"),
    "proposal": ("proposals.shown", "proposal_id"),
    "way": ("matters.shown", "matter_id"),
    "deadline": ("deadlines.shown", "deadline_id"),
    "write_off_check": ("finance.shown", "write_off_id"),
    "write_off_approve": ("finance.shown", "write_off_id"),
    "write_off_book": ("finance.shown", "write_off_id"),
    "write_off_list": ("off_lists.shown", "list_id"),
    "authority": ("authority.shown", "limit"),
    "opening": ("openings.listed", "opening"),
    "receipt": ("ledger.receipt", "receipt_id"),
    "preview": ("imports.shown", "batch_id"),
    "law": ("law.topic", "topic"),
}
_DECIDES = (Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE)


@pages.get("/waiting")
@door()
def listed() -> Any:
    """What waits for the actor, counted by kind."""
    queue = awaiting.queue(office(), actor(), request.args.get("kind", ""))
    rows = [(each, address(each, queue.only)) for each in queue.items]
    return render_template("waiting.html", queue=queue, rows=rows)


@pages.get("/waiting/count")
@door()
def counted() -> Any:
    """How many wait, as the menu shows it beside the link; nothing where none does."""
    return str(awaiting.count(office(), actor()) or "")


@pages.get("/waiting/go")
@door()
def go() -> Any:
    """The item before or after one, or the list where there is none."""
    only = request.args.get("kind", "")
    place = awaiting.place(office(), actor(), request.args.get("at", ""), only)
    item = place.before if request.args.get("way") == "back" else place.after
    return redirect(address(item, only) if item else _list(only), 303)


@pages.get("/waiting/documents/<document_id>")
@door(*_DECIDES)
def document(document_id: str) -> Any:
    """A draft: on the left what changed, on the right the PDF, below them the decision."""
    only = request.values.get("kind", "")
    return render_template(
        "review.html",
        review=reviewing.review(office(), actor(), document_id),
        place=awaiting.place(office(), actor(), f"approve:{document_id}", only),
        only=only,
        at=f"approve:{document_id}",
    )


@pages.post("/waiting/documents/<document_id>/approve")
@door(*_DECIDES, takes=("digest", "comment", "kind"), again=document)
def approve(document_id: str) -> Any:
    """Approve exactly the bytes that were read, and go to what waits next."""
    digest, comment = request.form.get("digest", ""), request.form.get("comment", "")
    return _decided(document_id, lambda: drafting.approve(office(), actor(), document_id, digest, comment))


@pages.post("/waiting/documents/<document_id>/refuse")
@door(*_DECIDES, takes=("digest", "comment", "kind"), again=document)
def refuse(document_id: str) -> Any:
    """Send the draft back with the comment as its reason, and go to what waits next."""
    reason = request.form.get("comment", "")
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "退回时请在意见中说明原因", "say what is to be mended", "comment"))
    return _decided(document_id, lambda: drafting.send_back(office(), actor(), document_id, reason))


def address(item: Item, only: str = "") -> str:
    """The page on which an item is dealt with, which knows the queue it was come to from."""
    endpoint, name = _PAGES[item.kind]
    return url_for(endpoint, **{name: item.id, "queue": item.key, "kind": only or None})


def _decided(document_id: str, effect: Any) -> Any:
    only = request.form.get("kind", "")
    only = only if only in awaiting.KINDS else ""

    def then() -> str:
        after = awaiting.place(office(), actor(), f"approve:{document_id}", only).after
        effect()
        return address(after, only) if after else _list(only)

    return once(then)


def _list(only: str) -> str:
    return url_for("waiting.listed", kind=only or None)
