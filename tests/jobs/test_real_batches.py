"""A batch whose worker is killed in the middle: the next does the rest, every line once, and the ZIP is whole."""

from __future__ import annotations

import io
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial

from redis import Redis
from sqlmodel import select

from legalflow.access import SYSTEM, Role
from legalflow.jobs import connection, relay
from legalflow.office import Office
from legalflow.persistence import journal, runs
from legalflow.persistence.tables import DocumentRow, OutboxRow, RunRow
from legalflow.services import checking, choosing, foreseeing, lending, packing, running
from legalflow.services.choosing import Asked
from legalflow.services.listing import MATTERS, Wanted
from tests.builders import a_loan, an_account, an_open_matter
from tests.jobs.conftest import Start

KIND = "debt_statement"
LINES = 12  # two more than are written together
LONGEST = 120.0  # seconds, on a machine that has much else to do


def test_a_batch_whose_worker_is_killed_is_done_once_each_by_the_next(office: Office, start: Start) -> None:
    counsel = an_account(office, Role.COUNSEL)
    lending.add_lender(office, SYSTEM, a_loan().parties[0], ())
    matters = [an_open_matter(office, counsel, a_loan(contract_number=f"JK-{number:03}")) for number in range(LINES)]
    run_id = choosing.choose(office, counsel, MATTERS, Wanted(), Asked("", ()), None)
    foreseeing.ask(office, counsel, run_id, "make_documents", KIND, {}, 1)
    start("queue")
    until = partial(_until, office, connection.brief(office.settings))
    # It falls asleep with a file half in the store, in the second transaction of its share, and is killed there.
    broken = start("batches", fail_at="fsync:35:sleep")
    until(lambda: _row(office, run_id).state == "foreseen")
    running.confirm(office, counsel, run_id, _row(office, run_id).version, "")
    until(lambda: _counts(office, run_id) == {"done": 10, "waiting": 2} and _half(office))
    broken.kill()
    broken.wait()
    assert list(checking.invariants(office)) == [], "also right after the fault"
    assert _row(office, run_id).state == "running"
    start("batches")
    until(lambda: _row(office, run_id).state == "done")
    assert _counts(office, run_id) == {"done": LINES}
    packing.ask(office, counsel, run_id)
    until(lambda: _row(office, run_id).pack_state == "ready")
    assert list(checking.invariants(office)) == []
    with office.database.reading() as session:
        results = {line.result_id for line in runs.every_line(session, run_id)}
        made = session.exec(select(DocumentRow)).all()
        assert session.exec(select(OutboxRow)).all() == []
        happened = [Counter(type(each.event).__name__ for each in journal.events(session, each)) for each in matters]
    assert {each.id for each in made} == results and len(made) == LINES
    assert Counter(each.matter_id for each in made) == Counter(matters), "one document for each matter"
    assert {(each["DocumentRequested"], each["DocumentRendered"]) for each in happened} == {(1, 1)}
    pack = _row(office, run_id).pack
    assert pack is not None
    with zipfile.ZipFile(io.BytesIO(office.store.read(pack))) as archive:
        assert archive.testzip() is None
        assert Counter(name.rpartition(".")[2] for name in archive.namelist()) == {"pdf": 12, "docx": 12, "json": 1}


def _until(office: Office, connected: Redis, holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < LONGEST, "not repaired in time"
        relay.sweep(office, connected)
        time.sleep(0.1)


def _row(office: Office, run_id: str) -> RunRow:
    with office.database.reading() as session:
        row = session.get(RunRow, run_id)
    assert row is not None
    return row


def _counts(office: Office, run_id: str) -> dict[str, int]:
    with office.database.reading() as session:
        return runs.counts(session, run_id)


def _half(office: Office) -> bool:
    """Whether a file lies half written beside the kept ones."""
    return any(office.settings.storage.rglob(".new-*"))
