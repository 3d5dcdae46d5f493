"""A real document whose worker is killed in the middle: made once by the next, and every invariant holds."""

from __future__ import annotations

import time

import pytest
from sqlmodel import select

from legalflow.access import SYSTEM, Role
from legalflow.jobs import connection, relay
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import DocumentRow, OutboxRow
from legalflow.services import checking, drafting, lending
from tests.builders import a_loan, an_account, an_open_matter
from tests.jobs.conftest import Start

LONG = pytest.mark.long


@pytest.mark.parametrize(
    "point", ["put:2", *(pytest.param(point, marks=LONG) for point in ("put:1", "rename:1", "fsync:2", "commit:3"))]
)
def test_a_document_whose_worker_is_killed_is_made_once_by_the_next(office: Office, start: Start, point: str) -> None:
    loan = a_loan()
    counsel = an_account(office, Role.COUNSEL)
    lending.add_lender(office, SYSTEM, loan.parties[0], ())
    matter = an_open_matter(office, counsel, loan)
    proposed = {each.id: each.default for each in drafting.questions(office, counsel, matter, "debt_statement")}
    document = drafting.request_document(office, counsel, matter, "debt_statement", proposed)
    start("queue")
    connected = connection.brief(office.settings)
    broken = start("documents", fail_at=f"{point}:kill")
    _until(office, connected, lambda: broken.poll() is not None or _died(office))
    broken.kill()
    broken.wait()
    assert _state(office, document) == "requested"
    assert list(checking.invariants(office)) == [], "also right after the fault"
    start("documents")
    took = _until(office, connected, lambda: _state(office, document) == "ready")
    assert took < 30
    assert list(checking.invariants(office)) == []
    with office.database.reading() as session:
        names = [type(each.event).__name__ for each in journal.events(session, matter)]
        assert session.exec(select(OutboxRow).where(OutboxRow.task == "render_document")).all() == []
    assert names.count("DocumentRendered") == 1


def _until(office: Office, connected: object, holds: object) -> float:
    began = time.monotonic()
    while not holds():  # type: ignore[operator]
        assert time.monotonic() - began < 30, "not repaired in time"
        relay.sweep(office, connected)  # type: ignore[arg-type]
        time.sleep(0.1)
    return time.monotonic() - began


def _died(office: Office) -> bool:
    return b"terminated unexpectedly" in (office.settings.home / "documents.log").read_bytes()


def _state(office: Office, document: str) -> str:
    with office.database.reading() as session:
        return session.exec(select(DocumentRow.state).where(DocumentRow.id == document)).one()
