"""Views of lists that people keep under a name, for themselves or for all of their house.

What a view keeps is the query of the list's address; it is sealed, for a person's name may have been looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotAllowed, Problem
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import SavedViewRow

SUBJECTS = ("matters", "loans")
LONGEST_NAME = 40
LONGEST_STATE = 4000
MOST = 50  # of one person's for one list


@dataclass(frozen=True)
class View:
    """A kept view; `mine` where the actor made it and may change it. `state` is the query it keeps."""

    id: str
    subject: str
    name: str
    state: str
    shared: bool
    mine: bool


def views(office: Office, actor: Actor, subject: str) -> list[View]:
    """The actor's own views of a list and those shared within the house or its unit, by name."""
    actor.require(Right.VIEW)
    query = select(SavedViewRow).where(SavedViewRow.subject == subject, _seen_by(actor))
    with office.database.reading() as session:
        rows = list(session.exec(query.order_by(col(SavedViewRow.name), col(SavedViewRow.id))))
    return [_view(office, actor, row) for row in rows]


def keep(office: Office, actor: Actor, subject: str, name: str, state: str, *, shared: bool = False) -> View:
    """Keep a view under a name of the actor's own; a name that is taken is a `Conflict`."""
    actor.require(Right.VIEW)
    name = _checked(subject, name, state)
    with office.database.writing() as session:
        mine = select(SavedViewRow).where(SavedViewRow.owner_id == actor.id, SavedViewRow.subject == subject)
        there = list(session.exec(mine))
        if any(row.name == name for row in there):
            raise Conflict.one(
                "view.there",
                "您已有同名视图",
                "you keep a view of this name already",
                field="name",
                found=name,
                mend="换一个名称；要更新原视图的，打开它、调整后点击“保存更改”",
                mend_en="choose another name; to change the one there, open it and save the change",
            )
        if len(there) >= MOST:
            raise Conflict.one("view.most", f"视图最多 {MOST} 个，请先删除不用的", f"at most {MOST} views are kept")
        row = SavedViewRow(
            id=repositories.new_id(),
            subject=subject,
            name=name,
            owner_id=actor.id,
            firm_id=actor.firm or None,
            desk=actor.desk,
            shared=shared,
            state=office.keys.seal(state),
            created_at=office.now(),
            changed_at=office.now(),
        )
        session.add(row)
        return _view(office, actor, row)


def change(office: Office, actor: Actor, view_id: str, state: str) -> View:
    """Let a view of the actor's own keep the list as it is now."""
    actor.require(Right.VIEW)
    with office.database.writing() as session:
        row = _own(session, actor, view_id)
        _checked(row.subject, row.name, state)
        row.state, row.changed_at = office.keys.seal(state), office.now()
        row.version += 1
        session.add(row)
        return _view(office, actor, row)


def drop(office: Office, actor: Actor, view_id: str) -> str:
    """Let go of a view of the actor's own; answers which list it was of."""
    actor.require(Right.VIEW)
    with office.database.writing() as session:
        row = _own(session, actor, view_id)
        session.delete(row)
        return row.subject


def put_back(office: Office, actor: Actor, view: View) -> None:
    """Keep again, under its own id, a view of the actor's own that was dropped; a name taken since is a `Conflict`."""
    kept = keep(office, actor, view.subject, view.name, view.state, shared=view.shared)
    with office.database.writing() as session:
        row = _own(session, actor, kept.id)
        if session.get(SavedViewRow, view.id) is None:
            row.id = view.id  # addresses that name it hold again
            session.add(row)


def own(office: Office, actor: Actor, view_id: str) -> View:
    """A view of the actor's own, or the refusal that says whose it is."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        return _view(office, actor, _own(session, actor, view_id))


def _checked(subject: str, name: str, state: str) -> str:
    """The name as it is kept; everything wrong is said at once."""
    name = " ".join(name.split())
    problems = []
    if subject not in SUBJECTS:
        problems.append(Problem("view.subject", "没有这种列表", "there is no such list", "subject", subject[:20]))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(
            Problem(
                "view.name",
                f"请填写视图名称，不超过 {LONGEST_NAME} 字",
                f"name the view in at most {LONGEST_NAME} characters",
                "name",
                name[:LONGEST_NAME],
                mend="例如：本周到期、一支行待立案",
                mend_en="for example: due this week",
            )
        )
    if len(state) > LONGEST_STATE:
        problems.append(Problem("view.state", "所选条件过多", "too many conditions", "state"))
    Invalid.raise_any(problems)
    return name


def _own(session: Session, actor: Actor, view_id: str) -> SavedViewRow:
    """A view of the actor's own; one that is seen but another's is refused, one that is not seen is not there."""
    row = session.exec(select(SavedViewRow).where(SavedViewRow.id == view_id, _seen_by(actor))).first()
    row = repositories.found(row, "view")
    if row.owner_id != actor.id:
        raise NotAllowed.one(
            "view.not_yours",
            "这是他人共享的视图，只有其本人可以更改或删除；可另存为自己的视图",
            "this view is another's; save it under a name of your own",
        )
    return row


def _seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    ours = sa.and_(
        col(SavedViewRow.firm_id).is_not_distinct_from(actor.firm or None), col(SavedViewRow.desk) == actor.desk
    )
    shared = sa.and_(col(SavedViewRow.shared), ours)
    return sa.or_(col(SavedViewRow.owner_id) == actor.id, shared)


def _view(office: Office, actor: Actor, row: SavedViewRow) -> View:
    return View(row.id, row.subject, row.name, office.keys.unseal(row.state), row.shared, row.owner_id == actor.id)
