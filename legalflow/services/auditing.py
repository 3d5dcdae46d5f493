"""The audit trail's second witness: checkpoints kept outside the database, by which a rewritten trail is found.

The trail is chained, but whoever can write the table can chain it anew, or cut its end. A checkpoint names how many
rows there were and the last digest; it stands in a file under `home/checkpoints`, each line sealed by an HMAC over
itself and the line before, with a key that is not in the database.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from legalflow.errors import Corrupt, Invalid
from legalflow.office import Office
from legalflow.persistence import chain, journal
from legalflow.persistence.tables import AuditRow
from legalflow.services import starting
from legalflow.values import codec

comes_from = journal.comes_from  # doors say where a request, a command or a job comes from

KEY_BYTES = 32


@dataclass(frozen=True)
class Checkpoint:
    """What the trail was at an instant: `count` rows, the last of which had `digest`."""

    at: str
    count: int
    digest: str
    seal: str


def checkpoint(office: Office) -> Checkpoint:
    """Write down what the trail is now; nothing new is written where it did not grow. Raises `Corrupt` if it shrank."""
    key = _key(office.settings.home / "keys" / "audit.key")
    place = _place(office)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with place.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # two tickers take turns
        file.seek(0)
        kept = _read(file.read())
        with office.database.reading() as session:
            count, digest = journal.audit_head(session)
        if kept and (kept[-1].count, kept[-1].digest) == (count, digest):
            return kept[-1]
        if kept and kept[-1].count >= count:
            raise Corrupt.one(
                "audit.shrunk",
                "审计记录比上次检查点少或被改写，未写入新检查点",
                "the audit trail is shorter than, or differs from, its last checkpoint; no new one was written",
                found=f"{count} < {kept[-1].count}",
                mend="运行 legalflow audit verify 查明位置",
                mend_en="run legalflow audit verify to see where",
            )
        at = office.now().isoformat()
        before = kept[-1].seal if kept else chain.START
        made = Checkpoint(at, count, digest, _seal(key, before, at, count, digest))
        file.write(json.dumps(vars(made), sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def last_checkpoint(office: Office) -> Checkpoint | None:
    """The last checkpoint that was written down, None where there is none yet."""
    place = _place(office)
    kept = _read(place.read_text(encoding="utf-8")) if place.exists() else []
    return next((each for each in reversed(kept) if each.seal), None)


def broken(office: Office) -> Iterator[str]:
    """The place of everything that is wrong with the trail: in its chain, in its checkpoints, or between the two."""
    with office.database.reading() as session:
        yield from journal.audit_broken(session)
        place = _place(office)
        kept = _read(place.read_text(encoding="utf-8")) if place.exists() else []
        yield from _broken_seals(office, kept)
        wanted = {each.count: each for each in kept if each.count}
        query = select(AuditRow.digest).order_by(col(AuditRow.id)).execution_options(yield_per=2000)
        count = 0
        for digest in session.exec(query):
            count += 1
            each = wanted.pop(count, None)
            if each is not None and each.digest != digest:
                yield f"audit row number {count} differs from the checkpoint of {each.at}"
    for each in wanted.values():
        yield f"audit ends after {count} rows; the checkpoint of {each.at} has seen {each.count}"


def _broken_seals(office: Office, kept: list[Checkpoint]) -> Iterator[str]:
    if not kept:
        return
    key = _key(office.settings.home / "keys" / "audit.key")
    before = chain.START
    for number, each in enumerate(kept, start=1):
        if not hmac.compare_digest(each.seal, _seal(key, before, each.at, each.count, each.digest)):
            yield f"checkpoint line {number} is not as it was written"
        before = each.seal


def _place(office: Office) -> Path:
    return office.settings.home / "checkpoints" / "audit.jsonl"


def _read(text: str) -> list[Checkpoint]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [_parsed(line) for line in lines]


def _parsed(line: str) -> Checkpoint:
    """A line as a checkpoint; one that cannot be read becomes one that no seal fits, so that it is named."""
    try:
        found = json.loads(line)
        return Checkpoint(str(found["at"]), int(found["count"]), str(found["digest"]), str(found["seal"]))
    except (ValueError, KeyError, TypeError):
        return Checkpoint("?", 0, chain.START, "")


def _seal(key: bytes, before: str, at: str, count: int, digest: str) -> str:
    content = codec.encode({"before": before, "at": at, "count": count, "digest": digest})
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _key(place: Path) -> bytes:
    """The key of the seals; made at the first checkpoint, refused where others can read it."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return _key(place)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    Invalid.raise_any(starting.key_problems(place.parent))
    content = place.read_bytes()
    if len(content) != KEY_BYTES:
        raise Corrupt.one("keys.length", "密钥文件长度不对", "the key file has a wrong length", found=str(place))
    return content


def head(office: Office) -> tuple[int, str]:
    """How many audit rows there are, and the digest of the last."""
    with office.database.reading() as session:
        return journal.audit_head(session)
