"""Who comes in: signing in and out, sessions, accounts and their passwords.

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
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Away, Invalid, NotAllowed, NotNow, Problem
from legalflow.loans.parties import Firm
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories, units
from legalflow.persistence.tables import AccountRow, FirmRow, SessionRow, SignInTryRow
from legalflow.values import typed

SHORTEST = 15
LONGEST = 200
TRIES_OF_A_LOGIN = 5
TRIES_OF_AN_ADDRESS = 20
WINDOW = timedelta(minutes=15)
_SEEN_STEP = timedelta(minutes=1)  # a page view rewrites the session at most this often

# Of 15 characters and more, what lists of stolen passwords hold most: repetitions and keyboard walks.
COMMON = frozenset(
    {
        "123456789012345",
        "1234567890123456",
        "12345678901234567890",
        "123123123123123",
        "123456123456123456",
        "111111111111111",
        "1111111111111111",
        "000000000000000",
        "0000000000000000",
        "888888888888888",
        "1qaz2wsx3edc4rfv",
        "1qaz2wsx3edc4rfv5tgb",
        "qwertyuiopasdfgh",
        "qwertyuiopasdfghjkl",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertyuiop123456",
        "abcdefghijklmnop",
        "abcdefghijklmnopqrstuvwxyz",
        "passwordpassword",
        "password12345678",
        "password123456789",
        "iloveyouiloveyou",
        "woaini1314521woaini",
        "woaini520woaini1314",
        "administrator123",
        "administrator123456",
        "letmeinletmein123",
        "welcome123456789",
        "changemechangeme",
        "p@ssw0rdp@ssw0rd",
    }
)


class TooManyTries(NotAllowed):
    """Too many failed sign-ins for this login or from this address; the message says when to come back."""


@dataclass(frozen=True)
class SignedIn:
    """A new session: the cookie's value, known to nobody else, and the token every form carries."""

    token: str
    csrf: str


@dataclass(frozen=True)
class Admitted:
    """Somebody whose session is alive."""

    actor: Actor
    csrf: str
    login: str


@dataclass(frozen=True)
class Account:
    """An account as the administrator sees it."""

    id: str
    login: str
    name: str
    role: Role
    firm: str
    disabled: bool


def sign_in(office: Office, login: str, password: str, address: str) -> SignedIn:
    """A session for a login and its password; `Invalid`, always the same one, where they do not belong together."""
    tried = _count_try(office, login, address)
    with office.database.reading() as session:
        account = session.exec(select(AccountRow).where(AccountRow.login == login.strip())).first()
    # An unknown login costs the same hash as a known one.
    fits = _fits(account.password if account else nobody(), password[:LONGEST])
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
    return Admitted(actor, row.csrf, account.login)


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


def create_account(
    office: Office,
    by: Actor,
    login: str,
    name: str,
    role: Role,
    firm_id: str | None = None,
    password: str | None = None,
) -> str:
    """Make an account; return its password, a random one where none is given, which is shown once and kept nowhere."""
    by.require(Right.OPERATE)
    secret = password or new_password()
    login, name = login.strip(), name.strip()
    found = [*_account_problems(login, name, role, firm_id), *password_problems(secret, login)]
    with office.database.writing() as session:
        if firm_id and session.get(FirmRow, firm_id) is None:
            found.append(Problem("account.firm", "该律所不存在", "there is no such firm", "firm_id"))
        if session.exec(select(AccountRow).where(AccountRow.login == login)).first():
            found.append(
                Problem("account.taken", "该登录名已被使用，请换一个", "this login is taken; choose another", "login")
            )
        Invalid.raise_any(found)
        row = AccountRow(
            id=repositories.new_id(),
            login=login,
            name=name,
            role=role.value,
            firm_id=firm_id or None,
            password=PasswordHasher().hash(secret),
        )
        session.add(row)
        journal.note(session, at=office.now(), actor=by.id, action="account.created", subject=row.id, role=role.value)
    return secret


def accounts(office: Office, actor: Actor) -> list[Account]:
    """Every account, by login."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        firms = {row.id: row.name for row in session.exec(select(FirmRow))}
        rows = list(session.exec(select(AccountRow).order_by(col(AccountRow.login))))
    return [
        Account(row.id, row.login, row.name, Role(row.role), firms.get(row.firm_id or "", ""), row.disabled)
        for row in rows
    ]


def disable(office: Office, actor: Actor, account_id: str) -> None:
    """Shut an account out at once: it signs in no more and its sessions end. Nobody disables oneself."""
    actor.require(Right.OPERATE)
    if account_id == actor.id:
        raise Invalid.one("account.own", "不能停用自己的账户", "you cannot disable your own account")
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        row.disabled = True
        row.version += 1
        session.add(row)
        _end_sessions(session, row.id)
        journal.note(session, at=office.now(), actor=actor.id, action="account.disabled", subject=row.id)


def enable(office: Office, actor: Actor, account_id: str) -> str:
    """Let a disabled account sign in again, with a new random password that is shown once."""
    actor.require(Right.OPERATE)
    secret = new_password()
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        if not row.disabled:
            raise NotNow.one("account.enabled", "此账户没有停用", "the account is not disabled")
        row.disabled = False
        _set_password(session, row, secret)
        journal.note(session, at=office.now(), actor=actor.id, action="account.enabled", subject=row.id)
    return secret


def reset_password(office: Office, actor: Actor, account_id: str) -> str:
    """A new random password for an account whose owner lost it; shown once. Its sessions end."""
    actor.require(Right.OPERATE)
    secret = new_password()
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, account_id), "account")
        _set_password(session, row, secret)
        journal.note(session, at=office.now(), actor=actor.id, action="account.password_reset", subject=row.id)
    return secret


def change_password(office: Office, actor: Actor, old: str, new: str) -> None:
    """Change one's own password; every session of the account ends, this one too. Tries are counted as at sign-in."""
    tried = _count_try(office, actor.id, "")
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, actor.id), "account")
        found = password_problems(new, row.login, field="new")
        if not _fits(row.password, old[:LONGEST]):
            found.append(Problem("password.old", "原密码不正确", "the old password is not right", "old"))
        Invalid.raise_any(found)
        _set_password(session, row, new)
        _forget_tries(session, tried)
        journal.note(session, at=office.now(), actor=actor.id, action="account.password_changed", subject=row.id)


def add_firm(office: Office, by: Actor, firm: Firm) -> str:
    """Make a law firm known, so that matters can be assigned to it and its lawyers get accounts; its id."""
    by.require(Right.OPERATE)
    Invalid.raise_any(_firm_problems(firm))
    with office.database.writing() as session:
        if session.exec(select(FirmRow).where(FirmRow.name == firm.name)).first():
            raise Invalid.one("firm.taken", "该律所已存在", "this firm exists already", field="firm_name")
        row = FirmRow(id=repositories.new_id(), name=firm.name, facts=mapping.sealed(firm, office.keys))
        session.add(row)
        journal.note(session, at=office.now(), actor=by.id, action="firm.added", subject=row.id)
    return row.id


def password_problems(password: str, login: str = "", field: str = "password") -> list[Problem]:
    """What is wrong with a password: too short, too long, on the list, or the login itself."""
    found = []
    if not SHORTEST <= len(password) <= LONGEST:
        found.append(
            Problem(
                "password.length",
                f"密码须为 {SHORTEST} 至 {LONGEST} 个字符",
                f"a password has {SHORTEST} to {LONGEST} characters",
                field,
                mend="几个不相干的词连起来就好记又够长",
                mend_en="a few unrelated words are long and easy to remember",
            )
        )
    plain = password.lower()
    if plain in COMMON or len(set(plain)) < 5 or (len(login) > 3 and login.lower() in plain):
        found.append(
            Problem(
                "password.common",
                "密码过于常见、过于单一或含有登录名",
                "the password is too common, too uniform or holds the login",
                field,
            )
        )
    return found


def new_password() -> str:
    """A random password in five groups that can be read aloud, about 100 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def _account_problems(login: str, name: str, role: Role, firm_id: str | None) -> list[Problem]:
    found = []
    if not login.isascii() or not login.replace("-", "").replace("_", "").replace(".", "").isalnum() or len(login) > 60:
        found.append(
            Problem(
                "account.login", "登录名须为字母、数字、点或横线", "a login is letters, digits, dots, dashes", "login"
            )
        )
    if not name or len(name) > 60 or not name.isprintable():
        found.append(Problem("account.name", "请填写姓名，60 字以内", "a name of at most 60 characters", "name"))
    if (role is Role.FIRM_LAWYER) != bool(firm_id):
        found.append(
            Problem(
                "account.firm",
                "外部律所账户须指定律所，其他角色不得指定",
                "a firm's lawyer belongs to a firm, and nobody else does",
                "firm_id",
            )
        )
    return found


def _firm_problems(firm: Firm) -> list[Problem]:
    found = []
    if not firm.name.strip():
        found.append(Problem("firm.name", "请填写律所名称", "the firm needs a name", "firm_name"))
    for field, zh, text in (
        ("firm_name", "名称", firm.name),
        ("code", "函号用字", firm.code),
        ("address", "地址", firm.address),
        ("phone", "电话", firm.phone),
    ):
        try:
            plain = typed.plain_text(text) if text else ""
        except typed.Unreadable as refusal:
            found.append(refusal.problem(field, ""))
            continue
        if len(plain) > LONGEST:
            found.append(
                Problem("firm.length", f"{zh}不超过 {LONGEST} 字", f"{field}: at most {LONGEST} characters", field)
            )
    return found


def _count_try(office: Office, login: str, address: str) -> list[SignInTryRow]:
    """Count a try for the login and the address before it is made; `TooManyTries` where there were too many."""
    at = office.now()
    limits = {office.keys.index(f"login:{login.strip().lower()[:LONGEST]}"): TRIES_OF_A_LOGIN}
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


def _fits(kept: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobody() -> str:
    """A hash nobody's password fits, made with the cost of a real one; call it once before the first sign-in."""
    return PasswordHasher().hash(secrets.token_urlsafe(32))


def _set_password(session: Session, row: AccountRow, password: str) -> None:
    row.password = PasswordHasher().hash(password)
    row.version += 1
    session.add(row)
    _end_sessions(session, row.id)


def _end_sessions(session: Session, account_id: str) -> None:
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
