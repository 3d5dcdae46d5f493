"""The same request twice: a form sent again gets the first answer, and its effect happens once.

A key is claimed before the effect and answered after it. A key claimed but never answered (the process died between)
may be tried again after a minute: effects have rules of their own in the database that refuse a second time.
"""

from __future__ import annotations

from datetime import timedelta

from legalflow.access import Actor
from legalflow.errors import Conflict
from legalflow.office import Office
from legalflow.persistence.tables import RequestRow
from legalflow.values import codec

UNANSWERED = timedelta(minutes=1)


def begin(office: Office, actor: Actor, key: str, body: bytes) -> str | None:
    """Claim a key for a request; the earlier answer where there is one, None where the effect is still to happen.

    The same key with another body, or while the first is still at work, is a `Conflict`.
    """
    digest = codec.digest(actor.id.encode() + b"\0" + body)
    with office.database.writing() as session:
        row = session.get(RequestRow, key)
        if row is None or (not row.answer and row.body_digest == digest and row.at < office.now() - UNANSWERED):
            session.merge(RequestRow(key=key, actor=actor.id, body_digest=digest, answer="", at=office.now()))
            return None
        if row.body_digest != digest:
            raise Conflict.one(
                "request.other_body",
                "同一表单已以不同内容提交过",
                "this form was already sent with another content",
                mend="刷新页面后重新填写",
                mend_en="reload the page and fill it in again",
            )
        if not row.answer:
            raise Conflict.one(
                "request.at_work",
                "上一次提交仍在处理",
                "the first submission is still being worked on",
                mend="稍候刷新页面查看结果",
                mend_en="reload the page in a moment",
            )
        return row.answer


def end(office: Office, actor: Actor, key: str, answer: str, act: str = "", path: str = "", back: str = "") -> None:
    """Keep the answer of a request, so that the same one gets it again; the rest as its row has it."""
    with office.database.writing() as session:
        row = session.get(RequestRow, key)
        if row is not None and row.actor == actor.id:
            row.answer, row.act, row.path, row.back = answer, act, path, back
            session.add(row)


def forget(office: Office, actor: Actor, key: str) -> None:
    """Free a key whose request was refused, so that a corrected form with the same key may be sent."""
    with office.database.writing() as session:
        row = session.get(RequestRow, key)
        if row is not None and row.actor == actor.id and not row.answer:
            session.delete(row)


def moved_on() -> Conflict:
    """The refusal to take back what somebody changed since."""
    return Conflict.one(
        "undo.moved_on",
        "此后已有变动，不能再撤销",
        "it has changed since and cannot be taken back",
        mend="请按现在的情况另行更改",
        mend_en="change it as it stands now",
    )
