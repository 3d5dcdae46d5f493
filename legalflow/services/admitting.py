"""Who comes in: signing in and out, sessions, and one's own password.

A session lives on the server and its cookie is kept as a SHA-256 only; rights are read anew on each request. A failed
sign-in never says which half was wrong, nor in its time; every try is counted before the password is looked at, so
that a hundred at once are not a hundred chances.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Away, Invalid, NotAllowed, Problem
from legalflow.office import Office
from legalflow.persistence import journal, repositories, units
from legalflow.persistence.tables import AccountRow, SessionRow, SignInTryRow
from legalflow.services import passwords

TRIES_OF_A_LOGIN = 5
TRIES_OF_AN_ADDRESS = 20
WINDOW = timedelta(minutes=15)
_SEEN_STEP = timedelta(minutes=1)  # a page view rewrites the session at most this often


class TooManyTries(NotAllowed):
    """Too many failed sign-ins for this login or from this address; the message says when to come back."""


@dataclass(frozen=True)
class SignedIn:
    """A new session: the cookie's value, known to nobody else, and the token every form carries."""

    token: str
    csrf: str


@dataclass(frozen=True)
class Admitted:
    """Somebody whose session is alive; `language` and `look` of the pages as the account keeps them, or empty."""

    actor: Actor
    csrf: str
    login: str
    language: str = ""
    look: str = ""


def sign_in(office: Office, login: str, password: str, address: str) -> SignedIn:
    """A session for a login and its password; `Invalid`, always the same one, where they do not belong together."""
    tried = _count_try(office, login, address)
    with office.database.reading() as session:
        account = session.exec(select(AccountRow).where(AccountRow.login == login.strip())).first()
    # An unknown login costs the same hash as a known one.
    fits = passwords.fits(account.password if account else passwords.nobody(), password)
    if account is None or account.disabled or not fits:
        with office.database.writing() as session:
            subject = account.id if account else "unknown"
            journal.note(session, at=office.now(), actor=subject, action="sign_in.refused", subject=subject)
        raise _refused()
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with office.database.writing() as session:
        _forget_tries(session, tried)
        at = office.now()
        session.add(SessionRow(id=_digest(token), account_id=account.id, csrf=csrf, created_at=at, seen_at=at))
        session.execute(sa.update(AccountRow).where(col(AccountRow.id) == account.id).values(signed_in_at=at))
        journal.note(session, at=at, actor=account.id, action="sign_in", subject=account.id)
    return SignedIn(token, csrf)


def actor_of(office: Office, token: str, by_person: bool = True) -> Admitted | None:
    """Who a cookie stands for, or None where its session is unknown or over, or its account disabled.

    What a page asks for by itself (`by_person` False) does not keep a session alive.
    """
    if not token:
        return None
    with office.database.reading() as session:
        pair = session.exec(
            select(SessionRow, AccountRow)
            .join(AccountRow, col(SessionRow.account_id) == col(AccountRow.id))
            .where(SessionRow.id == _digest(token))
        ).first()
        actor = units.actor_of(session, pair[1]) if pair else None
    if pair is None or actor is None:
        return None
    row, account = pair
    if account.disabled or not _alive(office, row):
        return None
    if by_person and office.now() - row.seen_at >= _SEEN_STEP:
        _mark_seen(office, row.id)
    return Admitted(actor, row.csrf, account.login, account.language, account.look)


def sign_out(office: Office, token: str) -> None:
    """End the session of a cookie; nothing happens where there is none."""
    with office.database.writing() as session:
        row = session.get(SessionRow, _digest(token))
        if row is not None:
            session.delete(row)
            journal.note(session, at=office.now(), actor=row.account_id, action="sign_out", subject=row.account_id)


def note_refusal(office: Office, actor: Actor, what: str, codes: str) -> None:
    """Put into the audit trail that somebody signed in was refused; `what` is the page's own name, never its address.

    Nothing is noted while the database is busy: a refusal is not to become an outage.
    """
    with suppress(Away), office.database.writing() as session:
        journal.note(session, at=office.now(), actor=actor.id, action="refused", subject=what, codes=codes)


def change_password(office: Office, actor: Actor, old: str, new: str) -> None:
    """Change one's own password; every session of the account ends, this one too. Tries are counted as at sign-in."""
    tried = _count_try(office, actor.id, "")
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, actor.id), "account")
        found = passwords.problems(new, row.login, field="new")
        if not passwords.fits(row.password, old):
            found.append(Problem("password.old", "原密码不正确", "the old password is not right", "old"))
        Invalid.raise_any(found)
        set_password(session, row, new)
        _forget_tries(session, tried)
        journal.note(session, at=office.now(), actor=actor.id, action="account.password_changed", subject=row.id)


def _count_try(office: Office, login: str, address: str) -> list[SignInTryRow]:
    """Count a try for the login and the address before it is made; `TooManyTries` where there were too many."""
    at = office.now()
    limits = {office.keys.index(f"login:{login.strip().lower()[: passwords.LONGEST]}"): TRIES_OF_A_LOGIN}
    if address:
        limits[office.keys.index(f"address:{address}")] = TRIES_OF_AN_ADDRESS
    rows = [SignInTryRow(subject=subject, at=at) for subject in limits]
    with office.database.writing() as session:
        for subject, most in limits.items():
            query = select(sa.func.count()).select_from(SignInTryRow)
            since = (SignInTryRow.subject == subject, col(SignInTryRow.at) > at - WINDOW)
            if session.exec(query.where(*since)).one() >= most:
                raise TooManyTries.one(
                    "sign_in.too_many",
                    "尝试次数过多，请 15 分钟后再试",
                    "too many tries; come back in 15 minutes",
                )
        session.add_all(rows)
    return rows


def _forget_tries(session: Session, tried: list[SignInTryRow]) -> None:
    """After a success: the login starts anew, and the address is not charged for it."""
    session.execute(sa.delete(SignInTryRow).where(col(SignInTryRow.subject) == tried[0].subject))
    session.execute(sa.delete(SignInTryRow).where(col(SignInTryRow.id).in_([row.id for row in tried])))


def set_password(session: Session, row: AccountRow, password: str) -> None:
    """Keep a new password of an account, in the caller's transaction; its sessions end."""
    row.password = passwords.hashed(password)
    row.version += 1
    session.add(row)
    end_sessions(session, row.id)


def end_sessions(session: Session, account_id: str) -> None:
    """End every session of an account, in the caller's transaction."""
    session.execute(sa.delete(SessionRow).where(col(SessionRow.account_id) == account_id))


def _alive(office: Office, row: SessionRow) -> bool:
    at, settings = office.now(), office.settings
    idle, life = timedelta(seconds=settings.session_idle), timedelta(seconds=settings.session_life)
    return at - row.seen_at < idle and at - row.created_at < life


def _mark_seen(office: Office, session_id: str) -> None:
    # A page must not fail because the database is busy for a moment: the clock is set at the next view.
    with suppress(Away), office.database.writing() as session:
        session.execute(sa.update(SessionRow).where(col(SessionRow.id) == session_id).values(seen_at=office.now()))


def _refused() -> Invalid:
    return Invalid.one("sign_in.refused", "登录名或密码不正确", "the login or the password is not right")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
