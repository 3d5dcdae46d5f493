"""The daily digest by mail: one a person and day, counts and links, no debtor's name.

The day's tick asks for it through the outbox; what was asked for once is not asked for again, and what was sent is not
sent again. A digest that could not go out on its own day is dropped: the next day has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, DigestRow, ReminderRow
from legalflow.services import mailing, watching
from legalflow.values.dates import in_chinese

TASK, QUEUE = "send_digest", "schedule"
KEPT = timedelta(days=30)
Finish = Callable[[Session], None]

# What a digest counts: how it is said, and the address it links to.
_SAID: tuple[tuple[str, str, str], ...] = (
    ("overdue", "已逾期", "mine=yes&days=overdue"),
    ("today", "今天到期", "mine=yes&days=today"),
    ("week", "七日内到期（含今天）", "mine=yes&days=week"),
    ("escalated", "已升级给您", "mine=yes&escalated=yes"),
    ("unseen", "三十日内到期、尚无人确认", "mine=yes&days=month&unseen=yes"),
)


def ask(office: Office) -> int:
    """Ask for the digest of the day of everybody who wants one and has something in it; how many were asked for."""
    on = today(office)
    wanted = [actor for actor in _readers(office) if any(watching.counts(office, actor).values())]
    asked = 0
    with office.database.writing() as session:
        session.execute(sa.delete(DigestRow).where(col(DigestRow.day) < on - KEPT))
        for actor in wanted:
            known = select(DigestRow).where(DigestRow.account_id == actor.id, DigestRow.day == on)
            if session.exec(known).first() is None:
                row = DigestRow(id=repositories.new_id(), account_id=actor.id, day=on, asked_at=office.now())
                session.add(row)
                session.flush()
                outbox.ask(session, TASK, row.id, QUEUE, _from_hour(office))
                asked += 1
    return asked


def send(office: Office, digest_id: str, finish: Finish) -> None:
    """Send a digest (a task). What was sent, is of another day or is wanted no more is only ended.

    Where the process dies between the sending and its record, the same message goes once more under the same id.
    """
    with office.database.reading() as session:
        row = repositories.found(session.get(DigestRow, digest_id), "digest")
    reason = ""
    if row.sent_at is None:
        reader = next(((actor, to) for actor, to in _addresses(office) if actor.id == row.account_id), None)
        if row.day != today(office):
            reason = "已过当日"
        elif reader is None:
            reason = "已不再接收"
        else:
            mailing.deliver(office, message(office, reader[0], reader[1], row), f"{row.day}-{row.id}")
    with office.database.writing() as session:
        finish(session)
        kept = session.get(DigestRow, digest_id)
        if kept is not None and kept.sent_at is None:
            kept.sent_at, kept.reason = (None if reason else office.now()), reason
            session.add(kept)
            action = "digest.dropped" if reason else "digest.sent"
            journal.note(session, at=office.now(), actor="system", action=action, subject=kept.account_id)


def fail(office: Office, digest_id: str, reason: str, finish: Finish) -> None:
    """A digest that could not be sent says why."""
    with office.database.writing() as session:
        finish(session)
        row = session.get(DigestRow, digest_id)
        if row is not None:
            row.reason = reason[:500]
            session.add(row)


def message(office: Office, actor: Actor, to: str, row: DigestRow) -> EmailMessage:
    """The digest of a person as of now, in plain Chinese text."""
    pages, found = office.settings.pages, watching.counts(office, actor)
    lines = [f"{actor.name}，您好：", "", f"{in_chinese(row.day)}，您负责的期限："]
    for name, said, query in _SAID:
        if found[name]:
            lines += ["", f"{said}：{found[name]} 项", f"{pages}/deadlines?{query}"]
    lines += ["", "月历：", f"{pages}/deadlines/month?mine=yes", "", "不再接收：", f"{pages}/deadlines/reminders"]
    letter = EmailMessage()
    letter["Subject"] = f"期限提醒 {row.day}：{_short(found)}"
    letter["From"] = mailing.sender(office)
    letter["To"] = to
    letter["Date"] = format_datetime(office.now().astimezone(CHINA))
    letter["Message-ID"] = f"<digest-{row.id}@legalflow>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content("\n".join(lines) + "\n")
    return letter


def _short(found: dict[str, int]) -> str:
    said = [f"{words}{found[name]}项" for name, words in (("overdue", "逾期"), ("week", "七日内")) if found[name]]
    return "，".join(said) or "有待确认的期限"


def _readers(office: Office) -> list[Actor]:
    return [actor for actor, _ in _addresses(office)]


def _addresses(office: Office) -> list[tuple[Actor, str]]:
    """Everybody with an open account who wants the digest and may see matters, with where to send it."""
    query = (
        select(AccountRow, ReminderRow.address)
        .join(ReminderRow, col(ReminderRow.account_id) == col(AccountRow.id))
        .where(col(AccountRow.disabled).is_(False), col(ReminderRow.digest).is_(True), col(ReminderRow.address) != "")
        .order_by(col(AccountRow.login))
    )
    with office.database.reading() as session:
        actors = [(units.actor_of(session, row), address) for row, address in session.execute(query).all()]
    return [(actor, address) for actor, address in actors if actor.may(Right.VIEW)]


def _from_hour(office: Office) -> datetime:
    """From when today's digest may go out: the hour set, or now where that has passed."""
    now = office.now()
    hour = min(max(office.settings.digest_hour, 0), 23)
    return max(now, now.astimezone(CHINA).replace(hour=hour, minute=0, second=0, microsecond=0))
