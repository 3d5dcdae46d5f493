"""The pictures of a lender: its seals and the logo of its letterhead.

Every picture from outside is read and written anew by the limited process; what is kept is its pixels alone. The
picture of a seal is held by the administrator, sealed in the database; each look at it is recorded. It is drawn when a
sealed file is derived from the approved one (see `rendering.seal`).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import SYSTEM, Actor, Right
from legalflow.errors import Invalid, NotFound, NotNow, Problem
from legalflow.intake import files
from legalflow.intake.verdicts import verdict
from legalflow.loans.lender import Letterhead
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import AccountRow, LenderRow, LenderSealRow
from legalflow.rendering.seal import Picture
from legalflow.services import lending
from legalflow.values import codec, typed

LARGEST = 2 << 20  # bytes of a file
LEAST_MM, MOST_MM = 10, 80  # the width of a seal on paper


@dataclass(frozen=True)
class Kept:
    """The picture of a seal as the list shows it, without the picture; `retired_at` None while it is in use."""

    id: str
    seal: str
    digest: str
    millimetres: int
    why: str
    added_by: str
    added_at: datetime
    retired_by: str
    retired_at: datetime | None


def seals(office: Office, actor: Actor, lender_id: str) -> list[Kept]:
    """The pictures of a lender's seals, those in use first; looking at one is `open_seal`."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        lending.row_of(session, lender_id)
        query = select(LenderSealRow).where(LenderSealRow.lender_id == lender_id)
        rows = list(session.exec(query.order_by(LenderSealRow.seal, col(LenderSealRow.added_at).desc())))
        names = {each.id: each.name for each in session.exec(select(AccountRow))} | {SYSTEM.id: SYSTEM.name}
    rows.sort(key=lambda row: row.retired_at is not None)
    return [
        Kept(
            id=row.id,
            seal=row.seal,
            digest=row.digest,
            millimetres=row.millimetres,
            why=row.why,
            added_by=names.get(row.added_by, row.added_by),
            added_at=row.added_at,
            retired_by=names.get(row.retired_by or "", ""),
            retired_at=row.retired_at,
        )
        for row in rows
    ]


def add_seal(
    office: Office, actor: Actor, lender_id: str, seal: str, millimetres: str, why: str, content: bytes
) -> str:
    """Keep the picture of a lender's seal, in the place of the one in use of the same kind; its id.

    Raises `Invalid` with everything that is wrong: only a PNG with a transparent ground is taken.
    """
    actor.require(Right.KEEP_LENDERS)
    lending.sheet(office, actor, lender_id)  # a lender that is not there is said before anything of the picture
    problems: list[Problem] = []
    if seal not in forms.seals() or seal == forms.usual_seal("lawyer_letter"):
        problems.append(Problem("seal.kind", "请从列表中选择印章种类", "choose a seal of the list", "seal", seal[:40]))
    wide = 0
    try:
        wide = typed.count(millimetres)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("millimetres", millimetres[:20]))
    else:
        if not LEAST_MM <= wide <= MOST_MM:
            zh, en = f"宽度须为 {LEAST_MM} 至 {MOST_MM} 毫米", f"the width is from {LEAST_MM} to {MOST_MM} millimetres"
            problems.append(Problem("seal.millimetres", zh, en, "millimetres", millimetres[:20]))
    why = _why(why, problems)
    made, size = _taken(office, content, see_through=True, field="picture", problems=problems)
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        lender = lending.row_of(session, lender_id)
        lending.baseline(session, office, lender)
        before = _in_use(session, lender_id, seal)
        if before is not None:
            before.retired_by, before.retired_at = actor.id, office.now()
            session.add(before)
            session.flush()
        row = LenderSealRow(
            id=repositories.new_id(),
            lender_id=lender_id,
            seal=seal,
            content=office.keys.seal(base64.b64encode(made).decode()),
            digest=hashlib.sha256(made).hexdigest(),
            width=size[0],
            height=size[1],
            millimetres=wide,
            why=why,
            added_by=actor.id,
            added_at=office.now(),
        )
        session.add(row)
        session.flush()
        lending.record(session, office, actor, lender, ("seal",), why)
    return row.id


def retire_seal(office: Office, actor: Actor, seal_id: str, why: str) -> str:
    """Use a picture of a seal no longer, with the reason; the lender's id."""
    actor.require(Right.KEEP_LENDERS)
    problems: list[Problem] = []
    why = _why(why, problems)
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        row = repositories.found(session.get(LenderSealRow, seal_id), "seal")
        if row.retired_at is not None:
            raise NotNow.one("seal.retired", "此印模已停用", "this picture is not in use any more")
        lender = lending.row_of(session, row.lender_id)
        lending.baseline(session, office, lender)
        row.retired_by, row.retired_at = actor.id, office.now()
        session.add(row)
        lending.record(session, office, actor, lender, ("seal",), why)
        return row.lender_id


def open_seal(office: Office, actor: Actor, seal_id: str) -> bytes:
    """The picture of a seal as PNG, for the administrator and the keeper; that it was looked at is recorded."""
    actor.require(Right.SEE_SEALS)
    with office.database.writing() as session:
        row = repositories.found(session.get(LenderSealRow, seal_id), "seal")
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="seal.seen",
            subject=row.lender_id,
            seal=row.id,
            digest=row.digest,
        )
        return _opened(office.keys, row)


def of_lender(session: Session, keys: Keys, name: str, seal: str) -> Picture | None:
    """The picture of a lender's seal of a kind, as sealing uses it; None where none is in use."""
    lender = session.get(LenderRow, name)
    row = _in_use(session, lender.id, seal) if lender is not None else None
    return Picture(_opened(keys, row), row.digest, row.millimetres) if row is not None else None


def put_logo(office: Office, actor: Actor, lender_id: str, why: str, content: bytes) -> None:
    """Keep a PNG or JPEG as the logo of a lender's letterhead, as a new version."""
    actor.require(Right.KEEP_LENDERS)
    lending.sheet(office, actor, lender_id)
    problems: list[Problem] = []
    why = _why(why, problems)
    made, _ = _taken(office, content, see_through=False, field="logo", problems=problems)
    Invalid.raise_any(problems)
    _set_logo(office, actor, lender_id, why, office.store.put(made))


def remove_logo(office: Office, actor: Actor, lender_id: str, why: str) -> None:
    """Print the letterhead of a lender without a logo from now on."""
    actor.require(Right.KEEP_LENDERS)
    lending.sheet(office, actor, lender_id)
    problems: list[Problem] = []
    why = _why(why, problems)
    Invalid.raise_any(problems)
    _set_logo(office, actor, lender_id, why, "")


def open_logo(office: Office, actor: Actor, lender_id: str) -> bytes:
    """The logo of a lender as PNG; `NotFound` where it has none."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        logo = codec.decode(Letterhead, lending.row_of(session, lender_id).letterhead or {}).logo
    if not logo:
        raise NotFound.one("logo.absent", "没有标志图片", "there is no logo")
    return office.store.read(logo)


def _set_logo(office: Office, actor: Actor, lender_id: str, why: str, digest: str) -> None:
    with office.database.writing() as session:
        row = lending.row_of(session, lender_id)
        before = codec.decode(Letterhead, row.letterhead or {})
        if before.logo == digest:
            return
        lending.baseline(session, office, row)
        row.letterhead = codec.plain(replace(before, logo=digest))
        session.add(row)
        lending.record(session, office, actor, row, ("letterhead",), why)


def _taken(
    office: Office, content: bytes, *, see_through: bool, field: str, problems: list[Problem]
) -> tuple[bytes, tuple[int, int]]:
    """The picture made anew and its size in pixels; why it is refused goes to `problems`."""
    if not content:
        problems.append(Problem("picture.none", "请选择图片文件", "choose a picture", field))
        return b"", (0, 0)
    if len(content) > LARGEST:
        words = {"size": str(-(-len(content) // (1 << 20))), "limit": str(LARGEST >> 20)}
        answer: dict[str, object] = {"code": "too_large", "words": words}
        made = b""
    else:
        answer, made = files.picture(content, office.settings, see_through=see_through)
    if answer["code"] != "ok":
        said = verdict("", "", str(answer["code"]), words=answer.get("words"))  # type: ignore[arg-type]
        problems.append(
            Problem(f"picture.{said.reason_code}", said.message, said.message_en, field, "", said.mend, said.mend_en)
        )
        return b"", (0, 0)
    return made, (int(str(answer["width"])), int(str(answer["height"])))


def _why(why: str, problems: list[Problem]) -> str:
    why = why.strip()
    if not 0 < len(why) <= lending.MOST_REASON:
        problems.append(
            Problem("picture.why", "请说明原因（500字以内）", "say why, in 500 characters", "why", why[:40])
        )
    return why


def _in_use(session: Session, lender_id: str, seal: str) -> LenderSealRow | None:
    query = select(LenderSealRow).where(
        LenderSealRow.lender_id == lender_id, LenderSealRow.seal == seal, col(LenderSealRow.retired_at).is_(None)
    )
    return session.exec(query).first()


def _opened(keys: Keys, row: LenderSealRow) -> bytes:
    return base64.b64decode(keys.unseal(row.content))
