"""The files of a run as one ZIP, with the SHA-256 of each beside them; taken out of the house once another released it.

Files are named 批次号_合同号_姓名首字_文书: who carries the file sees no whole name. The same documents give the same
bytes. A document whose persons' data may not be used, or that is no longer the asker's to see, is left out and named.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.errors import LegalflowError, NotAllowed, NotNow
from legalflow.office import CHINA, Office
from legalflow.persistence import outbox, repositories, runs
from legalflow.persistence.tables import DocumentRow, LoanRow, MatterRow, RunRow
from legalflow.services import choosing, downloads, drafting, restricting
from legalflow.services.downloads import Download
from legalflow.services.foreseeing import actor_of

TASK, QUEUE = "pack_run", "batches"
Finish = Callable[[Session], None]
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')  # what some system does not take in a name
_LONGEST = 80  # characters of a contract's number in a name
_LEFTOVER = 86_400  # seconds after which a file that a dead worker left is swept away


@dataclass(frozen=True)
class _Paper:
    """A made document of a run with what its name is made of."""

    place: int
    document: DocumentRow
    matter_number: str
    loan_id: str
    contract: str
    borrower: str


def ask(office: Office, actor: Actor, run_id: str) -> None:
    """Ask for the ZIP of what a run made."""
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id)
        if row.action != "make_documents" or row.state not in {"done", "cancelled"}:
            raise NotNow.one("pack.not_done", "全部完成后才能打包", "it is packed once it is done")
        if not runs.counts(session, run_id).get("done"):
            raise NotNow.one("pack.nothing", "没有已制作的文书", "no document was made")
        if row.pack_state in {"asked", "ready"}:
            return
        row.pack_state, row.pack_reason, row.version = "asked", "", row.version + 1
        session.add(row)
        outbox.ask(session, TASK, run_id, QUEUE, office.now())
        choosing.note(session, office, actor, "run.pack_asked", row)


def run(office: Office, run_id: str, finish: Finish) -> None:
    """Make the ZIP (a task), written to disk as it goes and then kept by its digest."""
    with office.database.reading() as session:
        row = repositories.found(session.get(RunRow, run_id), "run")
    digest = _packed(office, row) if row.pack_state == "asked" else None
    with office.database.writing() as session:
        kept = runs.locked(session, run_id)
        if digest and kept.pack_state == "asked" and kept.version == row.version:
            kept.pack, kept.pack_state, kept.version = digest, "ready", kept.version + 1
            session.add(kept)
        finish(session)


def fail(office: Office, run_id: str, reason: str, finish: Finish) -> None:
    """Record that the ZIP could not be made."""
    with office.database.writing() as session:
        row = runs.locked(session, run_id)
        if row.pack_state == "asked":
            row.pack_state, row.pack_reason = "failed", reason[:500]
            session.add(row)
        finish(session)


def wait_again(session: Session, run_id: str) -> None:
    """Have the ZIP that could not be made asked for again, where nothing else came of the run meanwhile."""
    row = runs.locked(session, run_id)
    if row.pack_state == "failed":
        row.pack_state, row.pack_reason, row.version = "asked", "", row.version + 1
        session.add(row)


def release(office: Office, actor: Actor, run_id: str, digest: str) -> None:
    """Let exactly the ZIP of a digest leave the house, by another person than who asked for it."""
    actor.require(Right.RELEASE)
    with office.database.writing() as session:
        row = runs.run(session, actor, run_id, to_change=True)
        if actor.is_also(row.asked_by):
            raise NotNow.one(
                "pack.own",
                "批量导出须由发起人以外的复核人放行",
                "another reviewer than who asked for it releases it",
                mend="请其他法务复核放行",
                mend_en="ask another reviewer",
            )
        if row.pack_state != "ready" or not row.pack or digest != row.pack:
            raise NotNow.one(
                "pack.another",
                "打包文件尚未生成，或已重新生成；请刷新后核对校验值再放行",
                "the file is not made, or was made anew; reload and look at its digest",
            )
        row.released_pack, row.released_by, row.released_at = row.pack, actor.id, office.now()
        session.add(row)
        choosing.note(session, office, actor, "run.released", row, digest=digest)


def open_file(office: Office, actor: Actor, run_id: str) -> Download:
    """The released ZIP; recorded."""
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = runs.run(session, actor, run_id)
        if not row.pack or row.released_pack != row.pack:
            raise NotNow.one(
                "pack.not_released",
                "打包文件尚未生成，或尚未经复核放行",
                "the file is not made, or nobody has released it yet",
                mend="请法务复核在本页放行",
                mend_en="ask a reviewer to release it on this page",
            )
        download = downloads.of(office, row.pack, f"{row.number}-文书.zip")
        choosing.note(session, office, actor, "download.run", row, digest=download.digest)
    return download


def may_release(actor: Actor, row: RunRow) -> bool:
    """Whether the actor is one who may release the ZIP of a run."""
    return actor.may(Right.RELEASE) and not actor.is_also(row.asked_by)


def _packed(office: Office, row: RunRow) -> str:
    actor = actor_of(office, row)
    if isinstance(actor, LegalflowError):
        raise NotAllowed(*actor.problems)
    folder = office.settings.home / "packing"
    _sweep(folder)
    at = (row.confirmed_at or row.created_at).astimezone(CHINA)
    manifest: dict[str, Any] = {"run": row.number, "kind": row.kind, "words": row.words_digest, "files": []}
    left_out: list[dict[str, str]] = []
    used: set[str] = set()
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip") as file:
        # Stored, not deflated: DOCX and PDF are deflated already, and doing it again takes eighteen times as long.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as pack:

            def put(name: str, content: bytes) -> None:
                entry = zipfile.ZipInfo(name, at.timetuple()[:6])
                entry.external_attr = 0o640 << 16
                pack.writestr(entry, content)

            for paper in _papers(office, actor, row, left_out):
                stem = _stem(row, paper, used)
                for ending, digest in (
                    ("pdf", paper.document.sealed or paper.document.pdf),
                    ("docx", paper.document.docx),
                ):
                    if digest:
                        content = office.store.read(digest)
                        put(f"{stem}.{ending}", content)
                        manifest["files"].append(_entry(f"{stem}.{ending}", digest, len(content), paper))
            manifest["left_out"] = left_out
            put("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode())
        file.flush()
        return office.store.put_file(Path(file.name))


def _papers(office: Office, actor: Actor, row: RunRow, left_out: list[dict[str, str]]) -> Iterator[_Paper]:
    """What was made, in order, as far as it may be used and is the asker's to see; the rest is named."""
    with office.database.reading() as session:
        made = {line.result_id: line.place for line in runs.every_line(session, row.id, ("done",))}
        query = (
            sa.select(DocumentRow, col(MatterRow.number), col(LoanRow.id), col(LoanRow.contract_number))
            .add_columns(col(LoanRow.borrower))
            .join(MatterRow, col(MatterRow.id) == col(DocumentRow.matter_id))
            .join(LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
            .where(repositories.visible_to(actor))
        )
        found: list[_Paper] = []
        ids = list(made)
        for start in range(0, len(ids), 500):
            for each in session.execute(query.where(col(DocumentRow.id).in_(ids[start : start + 500]))):
                found.append(_Paper(made[each[0].id], each[0], *each[1:]))
        in_court = row.kind in restricting.IN_COURT
        seen = {paper.document.id for paper in found}
        left_out += [{"place": str(made[each]), "why": "已不在发起人的权限内"} for each in ids if each not in seen]
        good = []
        for paper in found:
            refusal = restricting.refusal(session, office, paper.loan_id, in_court=in_court)
            if refusal is None and drafting.may_see(actor, paper.document.kind):
                good.append(paper)
            else:
                why = refusal.problems[0].message if refusal else "已不在发起人的权限内"
                left_out.append({"place": str(paper.place), "why": why})
    yield from sorted(good, key=lambda paper: paper.place)


def _stem(row: RunRow, paper: _Paper, used: set[str]) -> str:
    """批次号_合同号_姓名首字_文书, with a number behind it where that stands already."""
    parts = (row.number, paper.contract[:_LONGEST], paper.borrower[:1], paper.document.title)
    stem = wanted = "_".join(_UNFIT.sub("-", part).strip(". ") or "-" for part in parts)
    number = 2
    while stem in used:
        stem, number = f"{wanted}-{number}", number + 1
    used.add(stem)
    return stem


def _entry(name: str, digest: str, size: int, paper: _Paper) -> dict[str, Any]:
    return {
        "name": name,
        "sha256": digest,
        "size": size,
        "place": paper.place,
        "matter": paper.matter_number,
        "document": paper.document.id,
        "version": paper.document.version,
    }


def _sweep(folder: Path) -> None:
    """Take away what a worker that was killed left behind."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in folder.glob("*.zip"):
        if file.stat().st_mtime < time.time() - _LEFTOVER:
            file.unlink(missing_ok=True)
