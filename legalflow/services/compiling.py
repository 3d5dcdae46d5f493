"""The file of a write-off (申报材料): what its standard asks for, what is there and what lacks, and all of it in a ZIP.

The ZIP holds what was asked with its digest, the opinions so far, the exhibits and documents of the matter as they
are kept, and a list of every file with its SHA-256. Nobody outside takes part in it (财金〔2017〕90号 第十三条).
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.evidence import papers
from legalflow.intake.report import safe
from legalflow.law import write_offs
from legalflow.matters.events import WriteOffApproved, WriteOffChecked, WriteOffRefused
from legalflow.matters.matter import fold
from legalflow.office import CHINA, Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, DocumentRow, ExhibitRow, MatterRow, WriteOffRow
from legalflow.services import drafting
from legalflow.values import codec

MADE = ("ready", "approved", "sealed", "served", "submitted")  # the states of a document that has its files
_MEMORY = 8 << 20  # bytes of a pack before it goes to disk
_HEADINGS = ("文件", "SHA-256", "字节", "是什么")


@dataclass(frozen=True)
class Paper:
    """A paper the standard asks for, with the exhibits and documents that are it; none: it lacks."""

    name: str
    of_standard: bool
    held: tuple[str, ...]


@dataclass(frozen=True)
class Opinion:
    """What somebody said of the application, in the order it was said."""

    what: str
    who: str
    at: datetime
    said: str


@dataclass(frozen=True)
class Pack:
    """What a write-off's standard asks for on the day of its amounts, and what is there."""

    criterion: str
    verified: bool
    papers: tuple[Paper, ...]
    opinions: tuple[Opinion, ...]
    files: int

    @property
    def lacking(self) -> tuple[str, ...]:
        """The papers that are not there."""
        return tuple(each.name for each in self.papers if not each.held)


def pack(office: Office, actor: Actor, write_off_id: str) -> Pack:
    """What the standard of a write-off asks for, against the exhibits and documents of its matter."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        row, matter = repositories.of_matter(session, actor, WriteOffRow, write_off_id)
        return _pack(session, office, actor, row, matter)


def compiled(office: Office, actor: Actor, write_off_id: str) -> tuple[str, IO[bytes]]:
    """The name of the ZIP and the ZIP, at its beginning; the audit trail keeps who took it, and its digest."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        row, matter = repositories.of_matter(session, actor, WriteOffRow, write_off_id)
        found = _pack(session, office, actor, row, matter)
        files = list(_files(session, actor, matter))
        asked, number, at = dict(row.request), matter.number, row.created_at
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115 (handed on)
    listed: list[tuple[str, str, int, str]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:

        def put(name: str, content: bytes, what: str) -> None:
            entry = zipfile.ZipInfo(name, at.astimezone(CHINA).timetuple()[:6])
            made.writestr(entry, content)
            listed.append((name, hashlib.sha256(content).hexdigest(), len(content), what))

        put("01-申报.json", codec.encode({"digest": row.request_digest, "request": asked}), "申报内容及其校验值")
        put("02-材料核对.csv", _csv(("材料", "来自", "现有文件"), _checked(found)), "认定标准所需材料与现有材料")
        put("03-意见.csv", _csv(("环节", "谁", "何时", "意见"), _said(found)), "复核、审批意见")
        for place, (name, digest, what) in enumerate(files, 4):
            put(f"{place:02d}-{name}", office.store.read(digest), what)
        own = _csv(_HEADINGS, [tuple(map(str, each)) for each in listed])
        made.writestr(zipfile.ZipInfo("00-清单.csv", at.astimezone(CHINA).timetuple()[:6]), own)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="write_off.pack_taken",
            subject=write_off_id,
            digest=digest,
            files=len(listed),
        )
    return f"核销申报材料 {number}.zip", file


def _pack(session: Session, office: Office, actor: Actor, row: WriteOffRow, matter: MatterRow) -> Pack:
    criterion = str(row.request.get("criterion", ""))
    known = next((each for each in write_offs.criteria(office.law, row.cut_off) if each.id == criterion), None)
    names = [each.name for each in _exhibits(session, matter)]
    documents = [each.title for each in _documents(session, actor, matter)]
    held = papers.at_hand([*names, *documents])
    asked = [(name, True) for name in known.own] + [(name, False) for name in known.always] if known else []
    return Pack(
        criterion=known.zh if known else criterion,
        verified=bool(known and known.verified),
        papers=tuple(Paper(name, own, held.get(name, ())) for name, own in asked),
        opinions=tuple(_opinions(session, row, matter)),
        files=len(names) + len(documents),
    )


def _opinions(session: Session, row: WriteOffRow, matter: MatterRow) -> Iterator[Opinion]:
    names = {each.id: each.name for each in session.exec(select(AccountRow))}
    for each in fold(journal.events(session, matter.id)).standing:
        event = each.event
        if (
            not isinstance(event, WriteOffChecked | WriteOffApproved | WriteOffRefused)
            or event.request != row.request_digest
        ):
            continue
        said = event.reason
        if isinstance(event, WriteOffChecked):
            said = event.opinion
        elif isinstance(event, WriteOffApproved):
            said = f"批准，{event.number}"
        yield Opinion(type(event).title[0], names.get(event.actor, ""), event.at, said)


def _exhibits(session: Session, matter: MatterRow) -> list[ExhibitRow]:
    return [each for each in repositories.exhibits(session, matter.id) if each.state == "ready"]


def _documents(session: Session, actor: Actor, matter: MatterRow) -> list[DocumentRow]:
    query = select(DocumentRow).where(DocumentRow.matter_id == matter.id, col(DocumentRow.state).in_(MADE))
    rows = session.exec(query.order_by(col(DocumentRow.created_at), col(DocumentRow.id)))
    return [each for each in rows if each.pdf and drafting.may_see(actor, each.kind)]


def _files(session: Session, actor: Actor, matter: MatterRow) -> Iterator[tuple[str, str, str]]:
    """The name, digest and kind of every file: documents as sealed or else as made, exhibits as they were received."""
    for row in _documents(session, actor, matter):
        yield f"{_plain(row.title)}-第{row.version}版.pdf", row.sealed or row.pdf or "", "文书"
    for exhibit in _exhibits(session, matter):
        ending = exhibit.file_name.rpartition(".")[2].lower()[:5] or "bin"
        yield f"证据-{_plain(exhibit.name)}.{_plain(ending)}", exhibit.original, "证据原件"


def _plain(name: str) -> str:
    """A name that is a file's on every system."""
    return "".join(letter if letter.isprintable() and letter not in '<>:"/\\|?*' else "_" for letter in name)[:80]


def _checked(found: Pack) -> list[tuple[str, ...]]:
    return [
        (each.name, "本标准" if each.of_standard else "各标准共同", "；".join(each.held) or "缺")
        for each in found.papers
    ]


def _said(found: Pack) -> list[tuple[str, ...]]:
    return [(each.what, each.who, each.at.astimezone(CHINA).isoformat(), each.said) for each in found.opinions]


def _csv(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
