"""A draft before its reviewer: what changed since the version before, word by word and fact by fact, or all of it.

The words are those of the file that would be approved, not of the template as it is today. The version before is the
last one made of the same kind, for the same addressee, in the same matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from legalflow.access import Actor
from legalflow.documents import changes
from legalflow.documents.changes import FieldChange, Line
from legalflow.errors import LegalflowError
from legalflow.forms import Form
from legalflow.matters.events import DocumentReturned
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, DocumentRow, MatterRow
from legalflow.rendering import reading
from legalflow.services import allowing, drafting, outdated, restricting, tracking, wording
from legalflow.services.outdated import Stale
from legalflow.services.wording import Said
from legalflow.values.money import Money


@dataclass(frozen=True, kw_only=True)
class Review:
    """All a reviewer looks at. `before` is the version compared with, None for the first; `lines` what changed in the
    words (all of them for the first), `fields` in the facts; `unread` says why the words cannot be shown.

    `same_words` tells whether DOCX and PDF say the same; `may_decide` whether this very document is the actor's.
    """

    document: DocumentRow
    matter: MatterRow
    before: DocumentRow | None
    asked_by: str
    returned_for: str
    lines: tuple[Line, ...]
    fields: tuple[FieldChange, ...]
    facts: tuple[FieldChange, ...]
    unread: str
    same_words: bool
    is_whole: bool
    amount: Money | None
    is_large: bool
    stale: Stale | None
    said: tuple[Said, ...]
    may_decide: bool
    own: bool


def review(office: Office, actor: Actor, document_id: str) -> Review:
    """A document as its reviewer sees it; that it was looked at is recorded, for it holds persons' data."""
    tracking.require_any(actor, allowing.RIGHTS)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, DocumentRow, document_id)
        repositories.found(row if drafting.may_see(actor, row.kind) else None, "document")
        restricting.refuse(session, office, matter.loan_id, in_court=row.kind in restricting.IN_COURT)
        query = (
            select(DocumentRow)
            .where(DocumentRow.matter_id == row.matter_id, DocumentRow.kind == row.kind)
            .where(DocumentRow.addressee == row.addressee, col(DocumentRow.version) < row.version)
            .where(col(DocumentRow.pdf).is_not(None))
            .order_by(col(DocumentRow.version).desc())
        )
        before = session.exec(query).first()
        asked = session.get(AccountRow, row.requested_by)
        recorded = [each.event for each in journal.events(session, matter.id)] if before else []
        returned = [each for each in recorded if isinstance(each, DocumentReturned) and each.document == before.id]
        stale = outdated.of_document(session, row)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="document.reviewed",
            subject=matter.id,
            document=row.id,
            digest=row.pdf or "",
        )
    now, unread = _facts(office, row)
    earlier = _facts(office, before)[0] if before else {}
    names = tuple(dict.fromkeys((*changes.names_in(now), *changes.names_in(earlier))))
    lines, same = _words(office, row, before, names)
    form = Form.load(row.kind)
    right = allowing.needed(office, row) if now else None
    return Review(
        document=row,
        matter=matter,
        before=before,
        asked_by=asked.name if asked else "",
        returned_for=returned[-1].reason if returned else "",
        lines=lines,
        fields=changes.facts(form, earlier, now) if before else (),
        facts=changes.all_facts(form, now),
        unread=unread or ("" if lines or before else "文书的文字不能读出，请以右侧 PDF 为准"),
        same_words=same,
        is_whole=allowing.is_whole(office, row),
        amount=_amount(form, now),
        is_large=bool(now) and allowing.is_large(office, row),
        stale=stale,
        said=wording.of_document(office, row.kind, row.facts_digest) if now else (),
        may_decide=right is not None and actor.may(right),
        own=actor.is_also(row.requested_by),
    )


def _words(
    office: Office, row: DocumentRow, before: DocumentRow | None, names: tuple[str, ...]
) -> tuple[tuple[Line, ...], bool]:
    """What changed in the words, and whether both files of the newer version say the same."""
    try:
        content = office.store.read(row.docx or "")
        now = reading.lines_of(content)
        same = reading.words_of(content) == reading.words_of(office.store.read(row.pdf or ""))
        if before is None:
            return changes.whole(now), same
        return changes.words(reading.lines_of(office.store.read(before.docx or "")), now, names), same
    except LegalflowError:  # a damaged file cannot be approved anyway; the page says so
        return (), False


def _facts(office: Office, row: DocumentRow) -> tuple[Mapping[str, Any], str]:
    try:
        return json.loads(office.store.read(row.facts_digest)), ""
    except LegalflowError as error:
        return {}, error.problems[0].message


def _amount(form: Form, facts: Mapping[str, Any]) -> Money | None:
    said = facts.get(form.amount) if form.amount else None
    return Money(said) if said else None
