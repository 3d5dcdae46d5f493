"""What time alone changes is done by a tick, and doing it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from legalflow.access import Role
from legalflow.errors import Invalid
from legalflow.office import Office
from legalflow.persistence.tables import DeadlineRow, RequestRow, SessionRow, SignInTryRow
from legalflow.services import refreshing, tracking
from tests.builders import an_account, an_office, an_open_matter

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today="2026-03-02T12:00:00")


def _nothing(_session: Session) -> None:
    """No row of work is behind this call."""


def _deadlines(office: Office) -> list[tuple[str, str, object, str]]:
    with office.database.reading() as session:
        rows = session.exec(select(DeadlineRow)).all()
    return sorted((row.rule, row.party, row.last_day, row.state) for row in rows)


def test_a_day_works_out_the_deadlines_of_open_matters_anew(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    matter = an_open_matter(office, counsel)
    record = {"on": "2026-02-20", "party": "甄借款", "mode": "post"}
    tracking.record(office, counsel, matter, "MaterialsChecked", {"on": "2026-02-20"})
    tracking.record(office, counsel, matter, "DemandStarted", {"on": "2026-02-20"})
    tracking.record(office, counsel, matter, "DemandDelivered", record)
    before = _deadlines(office)
    assert before, "a delivered demand starts a limitation period"
    assert refreshing.refresh_all(office) == 0, "on the same day nothing changes"
    later = replace(office, now=lambda: NOON + timedelta(days=365 * 9))
    refreshing.tick(later, "day-2035-03-01", _nothing)
    after = _deadlines(later)
    assert [each[:3] for each in after] == [each[:3] for each in before]
    assert after != before, "years later they have passed"
    refreshing.tick(later, "day-2035-03-01", _nothing)
    assert _deadlines(later) == after


def test_an_hour_ends_what_is_over_and_keeps_what_is_not(office: Office) -> None:
    account = an_account(office, Role.COUNSEL).id
    ages = {"fresh": timedelta(minutes=5), "idle": timedelta(hours=1), "old": timedelta(days=3)}
    with office.database.writing() as session:
        for name, age in ages.items():
            at = NOON - age
            session.add(SessionRow(id=name, account_id=account, csrf="c", created_at=at, seen_at=at))
            session.add(RequestRow(key=name, actor=account, body_digest="d", at=at))
            session.add(SignInTryRow(subject=name, at=at))
    refreshing.tick(office, "hour-2026-03-02T12", _nothing)
    refreshing.tick(office, "hour-2026-03-02T12", _nothing)
    with office.database.reading() as session:
        assert {row.id for row in session.exec(select(SessionRow))} == {"fresh"}
        assert {row.key for row in session.exec(select(RequestRow))} == {"fresh", "idle"}
        assert {row.subject for row in session.exec(select(SignInTryRow))} == {"fresh", "idle"}


def test_a_tick_that_is_neither_hour_nor_day_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        refreshing.tick(office, "week-9", _nothing)
