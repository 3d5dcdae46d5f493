"""What only the command line asks: who acts, the first account, a matter by its number, a matter told anew."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from legalflow.access import ROLE_NAMES, SYSTEM, Actor, Role
from legalflow.errors import Conflict, Invalid, NotFound
from legalflow.office import Office
from legalflow.persistence import repositories, units
from legalflow.persistence.tables import AccountRow, MatterRow
from legalflow.services import employing, tracking


def actor(office: Office, login: str | None, usual: Role = Role.COUNSEL) -> Actor:
    """The account that acts by its login; where none is named, the only one of the `usual` role, else `Invalid`."""
    with office.database.reading() as session:
        query = select(AccountRow).where(AccountRow.disabled == False)  # noqa: E712  (an SQL condition)
        query = query.where(AccountRow.login == login) if login else query.where(AccountRow.role == usual.value)
        found = session.exec(query).all()
        if len(found) == 1:
            return units.actor_of(session, found[0])
    if login:
        raise NotFound.one(
            "account.absent", "没有该账号，或已停用", "there is no such account, or it is disabled", found=login
        )
    raise Invalid.one(
        "account.which",
        f"请用 --as 指明账号：{ROLE_NAMES[usual]}账号有 {len(found)} 个",
        f"say with --as which account acts: there are {len(found)} of the role {usual.value}",
        field="--as",
    )


def first_account(office: Office, login: str) -> str | None:
    """Make the administrator of a new installation; the password, or None where there are accounts already."""
    if _any_account(office):
        return None
    return employing.create(office, SYSTEM, login, "管理员", Role.ADMIN).password


def refuse_used(office: Office) -> None:
    """Refuse sample data where somebody has begun to work."""
    if _any_account(office):
        raise Conflict.one(
            "demo.not_empty",
            "示例数据只能载入新的数据库",
            "sample data goes into a new database only",
            found=str(office.settings.home),
            mend="设置 LEGALFLOW_HOME 指向空目录",
            mend_en="point LEGALFLOW_HOME to an empty folder",
        )


def matter_id(office: Office, actor: Actor, text: str) -> str:
    """The id of a matter within scope, from its id or its number."""
    with office.database.reading() as session:
        return _matter(session, actor, text).id


def replayed(office: Office, actor: Actor, text: str) -> dict[str, Any]:
    """A matter as the fold of its journal gives it, as plain values."""
    with office.database.reading() as session:
        return tracking.stored(tracking.current(session, _matter(session, actor, text)))


def _matter(session: Session, actor: Actor, text: str) -> MatterRow:
    query = select(MatterRow).where((MatterRow.id == text) | (MatterRow.number == text))
    return repositories.found(session.exec(query.where(repositories.visible_to(actor))).first(), "matter")


def _any_account(office: Office) -> bool:
    with office.database.reading() as session:
        return session.exec(select(AccountRow.id).limit(1)).first() is not None
