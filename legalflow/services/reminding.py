"""How a person is reminded: the address of the digest, and a calendar that their own program fetches by a secret link.

The link's code is shown once and kept as a hash; a new one ends the old. The calendar (RFC 5545) has a matter's number
and a clock's bare name, whole days, and nothing of persons; it is served while the account is open.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, NotFound, Problem
from legalflow.office import Office
from legalflow.persistence import journal, units
from legalflow.persistence.tables import AccountRow, ReminderRow
from legalflow.services import watching
from legalflow.services.watching import Line

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_LONGEST_LINE = 75  # octets, without the line's end (RFC 5545 3.1)


@dataclass(frozen=True)
class Reminders:
    """What a person has set: where the digest goes and whether, and since when their calendar has a link."""

    address: str
    digest: bool
    feed_made_at: datetime | None


def reminders(office: Office, actor: Actor) -> Reminders:
    """What the actor has set."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = session.get(ReminderRow, actor.id)
    return Reminders(row.address, row.digest, row.feed_made_at) if row else Reminders("", False, None)


def set_digest(office: Office, actor: Actor, address: str, digest: bool) -> None:
    """Say where the actor's digest goes, and whether; an empty address is none."""
    actor.require(Right.VIEW)
    address = address.strip()
    if (address and not _ADDRESS.fullmatch(address)) or len(address) > 200:
        raise Invalid(Problem("reminder.address", "邮箱地址有误", "no mail address", "address", address[:60]))
    if digest and not address:
        raise Invalid(Problem("reminder.no_address", "请填写接收邮件的地址", "give an address", "address"))
    with office.database.writing() as session:
        row = _kept(session, actor)
        row.address, row.digest = address, digest
        session.add(row)
        _noted(session, office, actor, "reminder.set")


def make_feed(office: Office, actor: Actor) -> str:
    """A new code for the actor's calendar, shown once; an earlier one ends."""
    actor.require(Right.VIEW)
    code = secrets.token_urlsafe(32)
    with office.database.writing() as session:
        row = _kept(session, actor)
        row.feed_hash, row.feed_made_at = _hash(code), office.now()
        session.add(row)
        _noted(session, office, actor, "feed.made")
    return code


def end_feed(office: Office, actor: Actor) -> None:
    """End the link of the actor's calendar."""
    actor.require(Right.VIEW)
    with office.database.writing() as session:
        row = _kept(session, actor)
        if row.feed_hash is not None:
            row.feed_hash = row.feed_made_at = None
            session.add(row)
            _noted(session, office, actor, "feed.ended")


def feed(office: Office, code: str) -> bytes:
    """The calendar behind a code; a wrong, ended or closed account's code is the same `NotFound`."""
    with office.database.reading() as session:
        row = session.exec(select(ReminderRow).where(ReminderRow.feed_hash == _hash(code))).first()
        account = session.get(AccountRow, row.account_id) if row else None
        actor = units.actor_of(session, account) if account is not None and not account.disabled else None
    if actor is None or not actor.may(Right.VIEW):
        raise NotFound.one("feed.absent", "日历链接无效或已停用", "the calendar's link is wrong or has ended")
    return calendar(watching.running(office, actor), office.now())


def calendar(lines: Iterable[Line], at: datetime) -> bytes:
    """Deadlines as an iCalendar: one event of a whole day each, folded, escaped, each with a UID that stays."""
    said = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//legalflow//deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:期限",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for line in lines:
        said += [
            "BEGIN:VEVENT",
            f"UID:{line.mark}@legalflow",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{line.last_day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{line.last_day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'{watching.plain_title(line.title)}（案件 {line.number}）')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    said.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in said for part in _folded(line))


def _escaped(text: str) -> str:
    """Text as RFC 5545 3.3.11 has it."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "".join(text.replace("\r\n", "\n").replace("\n", "\\n").splitlines())


def _folded(line: str) -> Iterator[bytes]:
    """A content line in pieces of at most 75 octets, no sign cut in two; every piece after the first begins blank."""
    piece = b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > _LONGEST_LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece


def _kept(session: Session, actor: Actor) -> ReminderRow:
    return session.get(ReminderRow, actor.id) or ReminderRow(account_id=actor.id)


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _noted(session: Session, office: Office, actor: Actor, action: str) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=actor.id)
