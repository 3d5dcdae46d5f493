"""Who may approve a document: by its kind, and above an amount the house has set by the approver instead of a reviewer.

The amount is that of the frozen facts, by the field the kind's form names; the limit is a dated value under
`documents/approval_limit`, which two persons set. Nobody approves what they asked for; the journal holds that.
"""

from __future__ import annotations

import json
from datetime import date

from legalflow.access import ROLE_NAMES, Actor, Right, Role
from legalflow.errors import Corrupt, NotAllowed
from legalflow.forms import Form
from legalflow.law.catalogue import Law
from legalflow.office import Office, today
from legalflow.persistence.tables import DocumentRow
from legalflow.values.money import Money

LETTER = "lawyer_letter"
TOPIC = "documents/approval_limit"
UNLIMITED = "不限"
RIGHTS = (Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE)


def may_see(actor: Actor, kind: str) -> bool:
    """Whether an actor sees documents of a kind: what is internal stays inside (财金〔2017〕90号 第十三条)."""
    return not Form.load(kind).confidential or actor.may(Right.VIEW_MONEY)


def amount(office: Office, row: DocumentRow) -> Money | None:
    """The amount a document asks for, from its frozen facts; None where its kind has none."""
    name = Form.load(row.kind).amount
    said = json.loads(office.store.read(row.facts_digest)).get(name) if name else None
    return Money(said) if said else None


def limit(law: Law, kind: str, on: date) -> Money | None:
    """The amount up to which a reviewer approves a kind of document on a day; None where there is no limit."""
    said = law.at(TOPIC, on).value.get(kind, UNLIMITED)
    return None if said == UNLIMITED else Money(said)


def is_large(office: Office, row: DocumentRow) -> bool:
    """Whether a document's amount is above what a reviewer may approve."""
    most = None if row.kind == LETTER else limit(office.law, row.kind, today(office))
    asked = amount(office, row) if most is not None else None
    return most is not None and asked is not None and asked > most


def needed(office: Office, row: DocumentRow) -> Right:
    """The right that a document's approval asks: a letter is the firm's own, a large one the approver's."""
    if row.kind == LETTER:
        return Right.APPROVE_LETTER
    return Right.APPROVE_LARGE if is_large(office, row) else Right.APPROVE_DOCUMENT


def require(office: Office, actor: Actor, row: DocumentRow) -> None:
    """Refuse, naming who could, unless the actor may approve this very document or send it back."""
    right = needed(office, row)
    if right is Right.APPROVE_LARGE and not actor.may(right):
        most, asked = limit(office.law, row.kind, today(office)), amount(office, row)
        assert most is not None and asked is not None  # it is large
        raise NotAllowed.one(
            "access.approve_large",
            f"本文书金额 {asked.grouped()} 元，超过法务复核的权限 {most.grouped()} 元，"
            f"由{ROLE_NAMES[Role.APPROVER]}批准或退回",
            f"the amount of {asked} is above the {most} a reviewer may approve; asked of: {Role.APPROVER.value}",
        )
    actor.require(right)


def is_whole(office: Office, row: DocumentRow) -> bool:
    """Whether the kept bytes of a document and of its facts are those of their digests."""
    return not _broken(office, row)


def require_whole(office: Office, row: DocumentRow) -> None:
    """Refuse to go on where kept bytes are not those of their digests: what was read is not what would be signed."""
    broken = _broken(office, row)
    if broken:
        raise Corrupt.one(
            "document.bytes",
            "存储的文件与其校验值不符，不能批准或用印；请从备份恢复后再办理",
            "the stored bytes do not match their digest: neither approved nor sealed; restore them from backup",
            found="、".join(broken),
        )


def _broken(office: Office, row: DocumentRow) -> list[str]:
    named = [(row.docx, "DOCX"), (row.pdf, "PDF"), (row.facts_digest, "facts")]
    return [what for digest, what in named if not digest or not office.store.verify(digest)]
