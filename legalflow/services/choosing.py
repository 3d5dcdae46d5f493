"""A set of loans or matters chosen in a list, frozen as it was at the click, for one thing to be done with all of it.

What is kept are our ids in the list's order, their digest, and the list's conditions, sealed: a name may have been
looked for. What comes into the list afterwards does not come into the set.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotNow, Problem
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories, runs
from legalflow.persistence.tables import RunLineRow, RunRow
from legalflow.services import listing
from legalflow.services.listing import Catalogue, Wanted
from legalflow.values import codec

MOST = 5_000  # lines of one run


@dataclass(frozen=True)
class Asked:
    """How a set was asked for: the query of the list's address, and its conditions as a person reads them."""

    query: str
    words: tuple[str, ...]


def choose(
    office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted, asked: Asked, only: Sequence[str] | None
) -> str:
    """Freeze all rows of a list, or `only` some of them, as a new run; its id."""
    actor.require(Right.BATCH)
    actor.require(Right.VIEW)
    with office.database.writing() as session:
        keys = listing.keys_of(session, office, actor, catalogue, wanted, MOST + 1 if only is None else 1_000_000)
        if only is not None:
            ticked = set(only)
            keys = [key for key in keys if key in ticked]
        _refuse(keys)
        row = RunRow(
            id=repositories.new_id(),
            number=repositories.next_number(session, RunRow.number, f"P{today(office).year}-", 4),
            subject=catalogue.name,
            query=office.keys.seal(json.dumps([asked.query, *asked.words], ensure_ascii=False)),
            ids_digest=codec.digest("\n".join(keys).encode()),
            count=len(keys),
            state="chosen",
            asked_by=actor.id,
            firm_id=actor.firm or None,
            desk=actor.desk,
            created_at=office.now(),
        )
        session.add(row)
        session.flush()
        session.execute(
            sa.insert(RunLineRow),
            [_line(row.id, place, key) for place, key in enumerate(keys, 1)],
        )
        note(session, office, actor, "run.chosen", row, rows=len(keys), digest=row.ids_digest)
        return row.id


def asked_for(office: Office, row: RunRow) -> Asked:
    """How the set of a run was asked for."""
    query, *words = json.loads(office.keys.unseal(row.query))
    return Asked(query, tuple(words))


def own(session: Session, actor: Actor, run_id: str, version: int | None = None) -> RunRow:
    """A run that the actor asked for, to go on with it; another's is refused, and so is one that has moved on."""
    row = runs.run(session, actor, run_id, to_change=True)
    if row.asked_by != actor.id:
        raise NotNow.one(
            "run.not_yours",
            "本批任务由他人发起，只能由发起人继续办理",
            "somebody else asked for this; only they go on with it",
            mend="请发起人操作，或在列表中重新选择后自行发起",
            mend_en="ask them, or choose the rows yourself",
        )
    if version is not None and version != row.version:
        raise Conflict.one(
            "run.moved_on",
            "本批任务在您打开页面之后已有变化",
            "this has changed since the page was opened",
            mend="刷新页面，核对后再提交",
            mend_en="reload the page, look again, then send it",
        )
    return row


def note(session: Session, office: Office, actor: Actor, action: str, row: RunRow, **detail: object) -> None:
    """Write down in the audit trail what was done with a run."""
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, **detail)


def _refuse(keys: Sequence[str]) -> None:
    if not keys:
        raise Invalid(
            Problem(
                "run.nothing_chosen",
                "没有选中任何行",
                "nothing is chosen",
                "only",
                mend="勾选需要处理的行，或选择全部",
                mend_en="tick rows, or choose all of them",
            )
        )
    if len(keys) > MOST:
        raise Invalid(
            Problem(
                "run.too_many",
                f"一批最多 {MOST:,} 项",
                f"at most {MOST:,} at once",
                "only",
                mend="缩小条件，分几批办理",
                mend_en="narrow the list and do it in several",
            )
        )


def _line(run_id: str, place: int, key: str) -> dict[str, object]:
    return {
        "run_id": run_id,
        "place": place,
        "subject_id": key,
        "state": "chosen",
        "problems": [],
        "marks": [],
        "sample": False,
        "debtor": "",
        "seen_digest": "",
        "result_id": "",
    }
