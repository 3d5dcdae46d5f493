"""What waits for somebody: the nearest day first, nobody's own paper to approve, no debtor for the administrator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from legalflow.access import Actor, Role
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import BatchRow, DocumentRow, OutboxRow
from legalflow.services import attending, tracking
from tests.builders import a_kept_loan, a_loan, an_account, an_office, an_open_matter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel of the lender."""
    return an_account(office, Role.COUNSEL)


def a_draft(office: Office, by: Actor, matter: str, kind: str) -> None:
    """A document that waits for its approval."""
    at = office.now()
    row = DocumentRow(
        id=repositories.new_id(),
        matter_id=matter,
        kind=kind,
        version=1,
        title=kind,
        state="ready",
        facts_digest=kind,
        requested_by=by.id,
        created_at=at,
        changed_at=at,
    )
    with office.database.writing() as session:
        session.add(row)


def test_the_dashboard_has_the_most_urgent_deadline_first_and_the_administrator_sees_no_debtor(
    office: Office, counsel: Actor
) -> None:
    for number in (1, 2):
        tracking.open_matter(office, counsel, a_kept_loan(office, a_loan(contract_number=f"JK-{number}")))
    board = attending.dashboard(office, counsel)
    days = [each.last_day for each in board.deadlines]
    assert days and days == sorted(days) and board.loans == 2 and board.by_stage == {"A00": 2}
    empty = attending.dashboard(office, an_account(office, Role.ADMIN))
    assert (empty.deadlines, empty.loans, empty.matters, empty.by_stage) == ([], 0, 0, {})


def test_nobody_is_offered_ones_own_draft_nor_what_another_role_approves(office: Office, counsel: Actor) -> None:
    matter, reviewer = an_open_matter(office, counsel), an_account(office, Role.REVIEWER)
    a_draft(office, counsel, matter, "civil_complaint")
    a_draft(office, counsel, matter, "lawyer_letter")  # by the firm's own lawyer
    a_draft(office, reviewer, matter, "evidence_list")
    offered = [row.kind for row, _ in attending.dashboard(office, reviewer).to_approve]
    assert offered == ["civil_complaint"]
    assert attending.dashboard(office, counsel).to_approve == []


def test_work_that_is_dead_stands_first_and_only_in_ones_scope(office: Office, counsel: Actor) -> None:
    at = office.now()
    with office.database.writing() as session:
        for number, state in enumerate(("waiting", "dead")):
            session.add(
                BatchRow(
                    id=f"b{number}",
                    kind="loans",
                    digest=str(number),
                    file_name="a.csv",
                    state="received",
                    received_by=counsel.id,
                    created_at=at,
                )
            )
            row = OutboxRow(
                task="import_batch", subject_id=f"b{number}", queue="imports", state=state, due_at=at, created_at=at
            )
            session.add(row)
    assert [line.state for line in attending.work(office, counsel)] == ["dead", "waiting"]
    assert [line.state for line in attending.work(office, an_account(office, Role.ADMIN))] == ["dead", "waiting"]
    assert attending.work(office, an_account(office, Role.FIRM_LAWYER, firm_id=None)) == []
