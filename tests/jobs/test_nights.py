"""A night whose worker is killed in the middle: what was committed stays, and the next worker does the rest."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlmodel import Session, select

from legalflow.access import SYSTEM
from legalflow.jobs import connection, relay
from legalflow.office import Office, today
from legalflow.persistence.tables import ClaimRow
from legalflow.services import recomputing, surveying
from tests.builders import a_kept_loan, a_loan
from tests.jobs.conftest import Start

LOANS, SHARE = 12, 4


def _nothing(_session: Session) -> None:
    """No row of work is behind this call."""


def test_a_killed_worker_costs_a_share_and_the_night_ends_as_it_would_have(
    office: Office, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "SIZE", SHARE)
    for number in range(LOANS):
        a_kept_loan(office, a_loan(contract_number=f"JK-{number}"))
    recomputing.plan(office, today(office).isoformat(), _nothing)
    start("queue")
    connected = connection.brief(office.settings)
    broken = start("claims", fail_at="commit:4:kill")  # before the end of a share commits
    _until(office, connected, lambda: broken.poll() is not None or _died(office))
    broken.kill()
    broken.wait()
    assert len(_kept(office)) < LOANS and len(_kept(office)) % SHARE == 0
    start("claims")
    _until(office, connected, lambda: len(_kept(office)) == LOANS and _done(office) == LOANS)
    kept = _kept(office)
    assert len(set(kept.values())) == 1, "twelve equal loans owe the same"


def _until(office: Office, connected: Any, holds: Any) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 30, "not done in time"
        relay.sweep(office, connected)
        time.sleep(0.1)


def _died(office: Office) -> bool:
    return b"terminated unexpectedly" in (office.settings.home / "claims.log").read_bytes()


def _kept(office: Office) -> dict[str, tuple[int | None, int]]:
    with office.database.reading() as session:
        return {row.loan_id: (row.total_fen, row.overdue_days) for row in session.exec(select(ClaimRow))}


def _done(office: Office) -> int:
    seen = surveying.progress(office, SYSTEM)
    return seen.done if seen else 0
