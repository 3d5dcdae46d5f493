"""Accounts: made, corrected, moved to another role or firm, shut out and let in again, each with its reason.

An account is of one person; where it says whose (the personnel number), maker, checker and approver are told apart by
the person. The last administrator who can sign in is never shut out or moved, also where two do it to each other at
the same moment: whoever changes an account holds every administrator's row meanwhile, and must still be one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import OF_UNITS, SYSTEM, Actor, Right, Role
from legalflow.errors import Invalid, NotAllowed, NotNow, Problem
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, AccountUnitRow, FirmRow
from legalflow.services import admitting, handing_over, passwords
from legalflow.values import typed

LONGEST_NAME = 60
LONGEST_NUMBER = 30
LONGEST_REASON = 200


@dataclass(frozen=True)
class Made:
    """An account with a password that was just made for it, which is shown once and kept nowhere."""

    id: str
    login: str
    password: str


def create(
    office: Office,
    by: Actor,
    login: str,
    name: str,
    role: Role,
    firm_id: str | None = None,
    password: str | None = None,
    *,
    personnel_number: str = "",
    second_reason: str = "",
) -> Made:
    """Make an account; its password is a random one where none is given.

    `personnel_number` says whose it is. A person who has an account that is open gets a second one only with
    `second_reason`.
    """
    by.require(Right.OPERATE)
    secret = password or passwords.new()
    login, name, number, second = login.strip(), name.strip(), personnel_number.strip(), second_reason.strip()
    found = [*_login_problems(login), *_name_problems(name), *_number_problems(number, second)]
    found += [*_firm_problems(role, firm_id), *passwords.problems(secret, login)]
    with office.database.writing() as session:
        _hold(session, by)
        found += _absent_firm(session, firm_id)
        if session.exec(select(AccountRow).where(AccountRow.login == login)).first():
            zh, en = "该登录名已被使用，请换一个", "this login is taken; choose another"
            found.append(Problem("account.taken", zh, en, "login"))
        found += _second_of_a_person(session, number, second, but="")
        Invalid.raise_any(found)
        row = AccountRow(
            id=repositories.new_id(),
            login=login,
            name=name,
            role=role.value,
            firm_id=firm_id or None,
            password=passwords.hashed(secret),
            personnel_number=number,
            second_reason=second,
            created_by=by.id,
            created_at=office.now(),
        )
        session.add(row)
        told = {"second_reason": second} if second else {}
        _note(session, office, by, "account.created", row, role=role.value, firm=firm_id or "", **told)
    return Made(row.id, login, secret)


def correct(
    office: Office,
    by: Actor,
    account_id: str,
    *,
    name: str,
    personnel_number: str = "",
    second_reason: str = "",
    reason: str = "",
) -> None:
    """Correct the name of an account, or whose it is; the trail says which of them, and why."""
    by.require(Right.OPERATE)
    now = {
        "name": name.strip(),
        "personnel_number": personnel_number.strip(),
        "second_reason": second_reason.strip(),
    }
    found = [*_name_problems(now["name"]), *_number_problems(now["personnel_number"], now["second_reason"])]
    found += reason_problems(reason)
    with office.database.writing() as session:
        row = _held(session, by, account_id)
        changed = [key for key, value in now.items() if getattr(row, key) != value]
        if by.id == row.id and "personnel_number" in changed:
            zh, en = "本人的工号由另一位管理员更改", "one's own number is changed by another administrator"
            found.append(Problem("account.own_number", zh, en, "personnel_number"))
        if not row.disabled:
            found += _second_of_a_person(session, now["personnel_number"], now["second_reason"], but=row.id)
        Invalid.raise_any(found)
        if not changed:
            return
        for key, value in now.items():
            setattr(row, key, value)
        row.version += 1
        session.add(row)
        session.flush()
        _note(session, office, by, "account.corrected", row, changed=" ".join(changed), reason=reason.strip())


def move(office: Office, by: Actor, account_id: str, role: Role, firm_id: str | None, reason: str) -> None:
    """Give an account another role, or another firm; its sessions end, and units it may no longer have are taken.

    Nobody moves oneself. `NotNow` while what the account made still waits for another's decision, or open matters and
    deadlines are in its name: a maker does not become the checker of what is under way.
    """
    by.require(Right.OPERATE)
    firm = firm_id or None
    found = [*_firm_problems(role, firm), *reason_problems(reason)]
    if account_id == by.id:
        raise Invalid.one(
            "account.own_role",
            "不能更改自己的角色，请另一位管理员办理",
            "nobody changes their own role; ask another administrator",
        )
    with office.database.writing() as session:
        row = _held(session, by, account_id)
        found += _absent_firm(session, firm) if firm != row.firm_id else []
        Invalid.raise_any(found)
        if (row.role, row.firm_id) == (role.value, firm):
            zh, en = "角色和律所都没有变化", "neither role nor firm is another"
            raise Invalid(Problem("account.unmoved", zh, en, "role"))
        if role is not Role.ADMIN:
            _refuse_last(session, row)
        handing_over.refuse_open(session, row)
        before, firm_before = row.role, row.firm_id
        row.role, row.firm_id = role.value, firm
        row.version += 1
        session.add(row)
        if role not in OF_UNITS:
            session.execute(sa.delete(AccountUnitRow).where(col(AccountUnitRow.account_id) == row.id))
        admitting.end_sessions(session, row.id)
        told = {"before": before, "role": role.value, "firm_before": firm_before or "", "firm": firm or ""}
        _note(session, office, by, "account.moved", row, reason=reason.strip(), **told)


def disable(office: Office, by: Actor, account_id: str, reason: str) -> None:
    """Shut an account out at once: it signs in no more and its sessions end. Nobody disables oneself."""
    by.require(Right.OPERATE)
    if account_id == by.id:
        raise Invalid.one("account.own", "不能停用自己的账户", "you cannot disable your own account")
    Invalid.raise_any(reason_problems(reason))
    with office.database.writing() as session:
        row = _held(session, by, account_id)
        if row.disabled:
            raise NotNow.one("account.disabled", "此账户已经停用", "the account is disabled already")
        _refuse_last(session, row)
        shut_out(session, office, by, row, reason.strip())


def shut_out(session: Session, office: Office, by: Actor, row: AccountRow, reason: str) -> None:
    """The same in the caller's transaction, for an account that no rule holds open."""
    row.disabled = True
    row.version += 1
    session.add(row)
    admitting.end_sessions(session, row.id)
    _note(session, office, by, "account.disabled", row, reason=reason)


def enable(office: Office, by: Actor, account_id: str, reason: str) -> Made:
    """Let a disabled account sign in again, with a new random password that is shown once."""
    by.require(Right.OPERATE)
    Invalid.raise_any(reason_problems(reason))
    secret = passwords.new()
    with office.database.writing() as session:
        row = _held(session, by, account_id)
        if not row.disabled:
            raise NotNow.one("account.enabled", "此账户没有停用", "the account is not disabled")
        found = _absent_firm(session, row.firm_id)
        found += _second_of_a_person(session, row.personnel_number, row.second_reason, but=row.id)
        Invalid.raise_any(found)
        row.disabled = False
        admitting.set_password(session, row, secret)
        session.flush()
        _note(session, office, by, "account.enabled", row, reason=reason.strip())
    return Made(row.id, row.login, secret)


def reset_password(office: Office, by: Actor, account_id: str, reason: str) -> Made:
    """A new random password for an account whose owner lost it; shown once. Its sessions end."""
    by.require(Right.OPERATE)
    Invalid.raise_any(reason_problems(reason))
    secret = passwords.new()
    with office.database.writing() as session:
        row = _held(session, by, account_id)
        if row.disabled:
            raise NotNow.one(
                "account.disabled",
                "此账户已停用；恢复使用时会给出新密码",
                "the account is disabled; enabling it gives a new password",
            )
        admitting.set_password(session, row, secret)
        _note(session, office, by, "account.password_reset", row, reason=reason.strip())
    return Made(row.id, row.login, secret)


def reason_problems(reason: str) -> list[Problem]:
    """What is wrong with a reason: none is given, or it is too long."""
    if 0 < len(reason.strip()) <= LONGEST_REASON:
        return []
    zh, en = f"请写明理由，{LONGEST_REASON} 字以内", f"give the reason, in at most {LONGEST_REASON} characters"
    return [Problem("account.reason", zh, en, "reason")]


# --- guards ----------------------------------------------------------------------------------------------------------


def _hold(session: Session, by: Actor) -> set[str]:
    """Hold every open administrator until the transaction ends; their ids. `by` must be one of them, or the house."""
    query = select(AccountRow.id).where(AccountRow.role == Role.ADMIN.value, col(AccountRow.disabled).is_(False))
    admins = set(session.exec(query.order_by(AccountRow.id).with_for_update()))
    if by.id not in admins and by is not SYSTEM:
        raise NotAllowed.one(
            "account.no_longer",
            "您的账户刚刚被停用或已不是管理员",
            "your account was just disabled, or is no administrator's any more",
        )
    return admins


def _held(session: Session, by: Actor, account_id: str) -> AccountRow:
    """An account to be changed, locked, as it is once the administrators are held."""
    _hold(session, by)
    query = select(AccountRow).where(AccountRow.id == account_id).with_for_update()
    return repositories.found(session.exec(query).first(), "account")


def _refuse_last(session: Session, row: AccountRow) -> None:
    if row.role != Role.ADMIN.value or row.disabled:
        return
    others = select(sa.func.count()).select_from(AccountRow)
    others = others.where(AccountRow.role == Role.ADMIN.value, col(AccountRow.disabled).is_(False))
    if not session.exec(others.where(AccountRow.id != row.id)).one():
        raise NotNow.one(
            "account.last_admin",
            "这是最后一个可用的管理员账户，不能停用或改任",
            "this is the last administrator who can sign in: neither disabled nor moved",
            mend="先为另一人开立管理员账户",
            mend_en="make another person an administrator first",
        )


def _second_of_a_person(session: Session, number: str, second: str, but: str) -> list[Problem]:
    if not number or second:
        return []
    query = select(AccountRow.login).where(
        AccountRow.personnel_number == number, col(AccountRow.disabled).is_(False), AccountRow.id != but
    )
    login = session.exec(query.order_by(AccountRow.login)).first()
    if login is None:
        return []
    return [
        Problem(
            "account.second",
            f"工号 {number} 已有账户 {login}，一人一户",
            f"the person of the number {number} has the account {login} already",
            "personnel_number",
            mend="确需两个账户的，写明第二个账户的理由；经办与复核仍按同一人对待",
            mend_en="where two are needed, say why; maker and checker are still the same person",
        )
    ]


# --- what may stand in an account ------------------------------------------------------------------------------------


def _login_problems(login: str) -> list[Problem]:
    plain = login.replace("-", "").replace("_", "").replace(".", "")
    if login.isascii() and plain.isalnum() and len(login) <= LONGEST_NAME:
        return []
    zh, en = "登录名须为字母、数字、点或横线", "a login is letters, digits, dots, dashes"
    return [Problem("account.login", zh, en, "login")]


def _name_problems(name: str) -> list[Problem]:
    if 0 < len(name) <= LONGEST_NAME and name.isprintable():
        return []
    zh, en = f"请填写姓名，{LONGEST_NAME} 字以内", f"a name of at most {LONGEST_NAME} characters"
    return [Problem("account.name", zh, en, "name")]


def _number_problems(number: str, second: str) -> list[Problem]:
    found = []
    if len(number) > LONGEST_NUMBER or (number and not (number.isascii() and number.replace("-", "").isalnum())):
        zh = f"工号为字母、数字或横线，{LONGEST_NUMBER} 位以内"
        en = f"a personnel number is letters, digits or dashes, at most {LONGEST_NUMBER}"
        found.append(Problem("account.number", zh, en, "personnel_number"))
    if second and not number:
        zh, en = "说明第二个账户的，须填写工号", "a second account needs the personnel number"
        found.append(Problem("account.second_of_whom", zh, en, "personnel_number"))
    try:
        typed.plain_text(second) if second else ""
    except typed.Unreadable as refusal:
        found.append(refusal.problem("second_reason", ""))
    if len(second) > LONGEST_REASON:
        zh, en = f"理由不超过 {LONGEST_REASON} 字", f"a reason of at most {LONGEST_REASON} characters"
        found.append(Problem("account.second_reason", zh, en, "second_reason"))
    return found


def _firm_problems(role: Role, firm_id: str | None) -> list[Problem]:
    if (role is Role.FIRM_LAWYER) == bool(firm_id):
        return []
    zh, en = "外部律所账户须指定律所，其他角色不得指定", "a firm's lawyer belongs to a firm, and nobody else does"
    return [Problem("account.firm", zh, en, "firm_id")]


def _absent_firm(session: Session, firm_id: str | None) -> list[Problem]:
    """What is wrong with a firm an account is to be of; held, so that it is not ended at the same moment."""
    if not firm_id:
        return []
    row = session.exec(select(FirmRow).where(FirmRow.id == firm_id).with_for_update()).first()
    if row is None:
        return [Problem("account.firm", "该律所不存在", "there is no such firm", "firm_id")]
    if row.disabled:
        return [Problem("account.firm_disabled", "该律所已停用", "this firm is disabled", "firm_id")]
    return []


def _note(session: Session, office: Office, by: Actor, action: str, row: AccountRow, **detail: Any) -> None:
    journal.note(session, at=office.now(), actor=by.id, action=action, subject=row.id, **detail)
