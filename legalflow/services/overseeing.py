"""The house at a glance, for its administrator: what needs attention first, then what there is. No debtor is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import Actor, Right
from legalflow.office import Office
from legalflow.persistence.tables import (
    AccountRow,
    AuthorityLimitRow,
    CourtRow,
    DigestRow,
    FirmRow,
    LenderAccountRow,
    LenderRow,
    LenderSealRow,
    OutboxRow,
    PostingRow,
    UnitRow,
)
from legalflow.services import auditing, checking, reckoning

FULL = 0.9  # share of the disk from which somebody should look
CHECKPOINT_KEPT = timedelta(days=2)  # an older last checkpoint means that none is written any more


@dataclass(frozen=True)
class Concern:
    """One thing that needs attention: its kind, how many of it, how bad (`red`, `orange`), and since when or which."""

    kind: str
    count: int
    colour: str
    which: str = ""


@dataclass(frozen=True)
class House:
    """What the administrator sees first: concerns, the worst first, and how many there are of what."""

    concerns: tuple[Concern, ...]
    counts: dict[str, int]
    disk_used: int  # of a hundred
    disk_free: int  # bytes
    checkpoint: datetime | None
    night: date | None


def house(office: Office, actor: Actor) -> House:
    """The house as it is now. The audit trail is not read whole here: `legalflow check` and its page do that."""
    actor.require(Right.OPERATE)
    disk = shutil.disk_usage(office.settings.home)
    used = 1 - disk.free / disk.total
    kept = auditing.last_checkpoint(office)
    at = datetime.fromisoformat(kept.at) if kept is not None and kept.at else None
    with office.database.reading() as session:
        counts = _counts(session)
        night = reckoning.last(session)
        concerns = [*_work(session), *_lenders(session), *_courts(counts)]
    concerns += _state(office, at)
    if night is not None and night.state in {"broken", "failed"}:
        concerns.append(Concern("ledger", 1, "red"))
    unverified = sum(
        any(not value.citation.verified for value in office.law.history(topic)) for topic in office.law.topics()
    )
    if unverified:
        concerns.append(Concern("law", unverified, "orange"))
    if used >= FULL:
        concerns.append(Concern("disk", round(used * 100), "red"))
    if office.settings.smtp_host == "":
        concerns.append(Concern("no_mail", 1, "orange"))
    concerns.sort(key=lambda each: each.colour != "red")
    return House(tuple(concerns), counts, round(used * 100), disk.free, at, night.as_of if night is not None else None)


def _work(session: Session) -> Iterator[Concern]:
    dead = _number(session, OutboxRow, OutboxRow.state == "dead")
    mail = _number(session, OutboxRow, OutboxRow.state == "dead", OutboxRow.task == "send_digest")
    if dead - mail:
        yield Concern("work", dead - mail, "red")
    if mail:
        yield Concern("mail", mail, "red")


def _lenders(session: Session) -> Iterator[Concern]:
    waiting = _number(session, LenderAccountRow, LenderAccountRow.state == "proposed")
    if waiting:
        yield Concern("lender_account", waiting, "orange")
    pictured = set(
        session.exec(
            select(LenderSealRow.lender_id).where(
                col(LenderSealRow.retired_at).is_(None), LenderSealRow.seal == forms.seals()[0]
            )
        )
    )
    lacking = [row.name for row in session.exec(select(LenderRow).order_by(LenderRow.name)) if row.id not in pictured]
    if lacking:
        yield Concern("seal", len(lacking), "orange", "、".join(lacking[:3]))


def _courts(counts: dict[str, int]) -> Iterator[Concern]:
    unverified = counts["courts"] - counts["courts_verified"]
    if unverified:
        yield Concern("courts", unverified, "orange")


def _state(office: Office, checkpoint: datetime | None) -> Iterator[Concern]:
    ready = checking.readiness(office)
    if not ready.store:
        yield Concern("store", 1, "red")
    if ready.alarm:
        yield Concern("late_work", round(ready.oldest_due / 60), "red")
    if ready.late:
        yield Concern("silent", len(ready.late), "red", "、".join(ready.late[:3]))
    if checkpoint is None or office.now() - checkpoint > CHECKPOINT_KEPT:
        yield Concern("checkpoint", 1, "orange")


def _counts(session: Session) -> dict[str, int]:
    released = {each["name"] for each in forms.courts()}
    own = list(session.exec(select(CourtRow)))
    return {
        "accounts": _number(session, AccountRow, col(AccountRow.disabled).is_(False)),
        "firms": _number(session, FirmRow),
        "units": _number(session, UnitRow),
        "lenders": _number(session, LenderRow),
        "courts": len(released | {row.name for row in own}),
        "courts_verified": sum(row.checked_on is not None for row in own),
        "seals": _number(session, LenderSealRow, col(LenderSealRow.retired_at).is_(None)),
        "limits": _number(session, AuthorityLimitRow, AuthorityLimitRow.state == "approved"),
        "postings": _number(session, PostingRow),
        "jobs": _number(session, OutboxRow),
        "mails": _number(session, DigestRow),
    }


def _number(session: Session, table: Any, *where: Any) -> int:
    return int(session.exec(select(sa.func.count()).select_from(table).where(*where)).one())
