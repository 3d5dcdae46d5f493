"""Mail as its administrator looks after it: how it is set, what went out and what did not, once more, and a trial."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from sqlmodel import col, select

from legalflow.access import Actor, Right
from legalflow.errors import Away, Invalid, NotNow
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, outbox, repositories
from legalflow.persistence.tables import AccountRow, DigestRow, OutboxRow
from legalflow.services import mailing, notifying

PAGE = 100


@dataclass(frozen=True)
class Sent:
    """A mail of the digest: whose it is, of which day, and whether it waits, went out, failed or was dropped."""

    id: str
    person: str
    day: date
    asked_at: datetime
    sent_at: datetime | None
    state: str
    reason: str


@dataclass(frozen=True)
class Mail:
    """How mail is set, without its password, and what became of the latest."""

    host: str
    port: int
    security: str
    user: str
    has_password: bool
    sender: str
    folder: str
    hour: int
    letters: tuple[Sent, ...]

    def count(self, state: str) -> int:
        """How many of the letters are in a state."""
        return sum(each.state == state for each in self.letters)


def mail(office: Office, actor: Actor) -> Mail:
    """How mail is set and the latest letters, those that failed first."""
    actor.require(Right.OPERATE)
    settings = office.settings
    with office.database.reading() as session:
        query = (
            select(DigestRow, AccountRow.name, OutboxRow.state, OutboxRow.reason)
            .join(AccountRow, col(AccountRow.id) == col(DigestRow.account_id))
            .join(
                OutboxRow,
                (col(OutboxRow.subject_id) == col(DigestRow.id)) & (col(OutboxRow.task) == notifying.TASK),
                isouter=True,
            )
            .order_by(col(DigestRow.asked_at).desc(), col(DigestRow.id))
            .limit(PAGE)
        )
        letters = [
            Sent(row.id, name, row.day, row.asked_at, row.sent_at, _state(row, work), row.reason or why or "")
            for row, name, work, why in session.execute(query).all()
        ]
    letters.sort(key=lambda each: each.state != "failed")
    return Mail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        has_password=bool(settings.smtp_password),
        sender=mailing.sender(office),
        folder="" if settings.smtp_host else str(mailing.folder(office)),
        hour=settings.digest_hour,
        letters=tuple(letters),
    )


def retry(office: Office, actor: Actor, digest_id: str) -> None:
    """Send a letter of today once more that failed; one of another day is not sent any more."""
    actor.require(Right.OPERATE)
    with office.database.writing() as session:
        row = repositories.found(session.get(DigestRow, digest_id), "digest")
        if row.sent_at is not None or row.day != today(office):
            raise NotNow.one(
                "mail.past",
                "已发出，或不是今天的邮件，不再发送",
                "it went out already, or is not of today, and is not sent again",
            )
        row.reason = ""
        session.add(row)
        outbox.ask(session, notifying.TASK, row.id, notifying.QUEUE, office.now())
        journal.note(session, at=office.now(), actor=actor.id, action="digest.again", subject=row.account_id)


def try_out(office: Office, actor: Actor, to: str) -> None:
    """Send a trial to an address at once; `Invalid`, with the kind of its failure, where the server refuses."""
    actor.require(Right.OPERATE)
    to = to.strip()
    if len(to) > 200 or not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", to):
        raise Invalid.one("mail.address", "请写一个电子邮箱地址", "write one mail address", field="to", found=to[:60])
    letter = EmailMessage()
    letter["Subject"] = "legalflow 测试邮件"
    letter["From"] = mailing.sender(office)
    letter["To"] = to
    letter["Date"] = format_datetime(office.now().astimezone(CHINA))
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("收到此邮件，说明 legalflow 的邮件设置可用。\n")
    try:
        mailing.deliver(office, letter, f"test-{repositories.new_id()}")
    except Away as error:
        raise Invalid(*error.problems) from None
    with office.database.writing() as session:
        journal.note(session, at=office.now(), actor=actor.id, action="mail.tried", subject=actor.id)


def _state(row: DigestRow, work: str | None) -> str:
    if row.sent_at is not None:
        return "sent"
    if work == "dead":
        return "failed"
    return "dropped" if row.reason and work is None else "waiting"
