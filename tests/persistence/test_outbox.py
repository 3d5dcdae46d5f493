"""The outbox: asked once, claimed by one, done under its own fence, dead after its attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from legalflow.errors import Conflict
from legalflow.persistence import dispatch, outbox
from legalflow.persistence.database import Database
from legalflow.persistence.outbox import Claimed
from legalflow.persistence.tables import OutboxRow

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LEASE = timedelta(seconds=20)
AGAIN = timedelta(seconds=10)


def _ask(database: Database, subject: str = "s1", at: datetime = NOON) -> None:
    with database.writing() as session:
        outbox.ask(session, "render_document", subject, "documents", at)


def _claim(database: Database, at: datetime = NOON) -> Claimed | None:
    with database.writing() as session:
        return outbox.claim(session, "render_document", "s1", at, LEASE)


def _due(database: Database, at: datetime) -> list[str]:
    with database.reading() as session:
        return [row.subject_id for row in outbox.due(session, at, AGAIN)]


def _row(database: Database) -> OutboxRow:
    with database.reading() as session:
        return session.exec(select(OutboxRow)).one()


def test_the_same_work_asked_twice_while_it_waits_is_one(database: Database) -> None:
    _ask(database)
    _ask(database)
    assert _due(database, NOON) == ["s1"]


def test_work_is_due_at_its_instant_and_again_a_while_after_it_was_sent(database: Database) -> None:
    _ask(database, at=NOON + AGAIN)
    assert _due(database, NOON) == []
    assert _due(database, NOON + AGAIN) == ["s1"]
    with database.writing() as session:
        dispatch.sent(session, dispatch.all_work(session), NOON + AGAIN)
    assert _due(database, NOON + 1.5 * AGAIN) == []
    assert _due(database, NOON + 2 * AGAIN) == ["s1"]


def test_only_one_of_two_holds_the_lease(database: Database) -> None:
    _ask(database)
    first = _claim(database)
    assert first is not None and (first.attempt, first.fence) == (1, 1)
    assert _claim(database) is None
    later = _claim(database, NOON + LEASE + timedelta(seconds=1))
    assert later is not None and (later.attempt, later.fence) == (2, 2)


def test_a_lease_is_renewed_by_its_holder_alone(database: Database) -> None:
    _ask(database)
    first = _claim(database)
    assert first is not None
    with database.writing() as session:
        assert outbox.renew(session, first, NOON + LEASE, LEASE)
    assert _claim(database, NOON + 1.5 * LEASE) is None
    second = _claim(database, NOON + 3 * LEASE)
    assert second is not None
    with database.writing() as session:
        assert not outbox.renew(session, first, NOON + 3 * LEASE, LEASE)
        assert outbox.renew(session, second, NOON + 3 * LEASE, LEASE)


def test_done_takes_the_row_away_once_and_only_under_its_own_fence(database: Database) -> None:
    _ask(database)
    first = _claim(database)
    second = _claim(database, NOON + 2 * LEASE)
    assert first is not None and second is not None
    with pytest.raises(Conflict), database.writing() as session:
        outbox.done(session, first)
    with database.writing() as session:
        outbox.done(session, second)
    with database.reading() as session:
        assert dispatch.all_work(session) == []


def test_put_back_waits_until_its_instant_and_is_dead_after_the_last_attempt(database: Database) -> None:
    _ask(database)
    at = NOON
    for attempt in (1, 2, 3):
        claimed = _claim(database, at)
        assert claimed is not None
        at += AGAIN
        with database.writing() as session:
            assert outbox.put_back(session, claimed, "x" * 900, at, 3, final=False) is (attempt == 3)
    row = _row(database)
    assert (row.state, len(row.reason)) == ("dead", 500)
    assert _claim(database, at) is None and _due(database, at) == []


def test_dead_work_asked_for_again_has_all_its_attempts(database: Database) -> None:
    _ask(database)
    claimed = _claim(database)
    assert claimed is not None
    with database.writing() as session:
        outbox.put_back(session, claimed, "why", NOON, 3, final=True)
    _ask(database, at=NOON + LEASE)
    row = _row(database)
    assert (row.state, row.attempt, row.reason) == ("waiting", 0, "")


def test_only_dead_work_is_revived(database: Database) -> None:
    _ask(database)
    number = _row(database).id
    assert number is not None
    with database.writing() as session:
        assert dispatch.revive(session, number, NOON) is None
    claimed = _claim(database)
    assert claimed is not None
    with database.writing() as session:
        outbox.put_back(session, claimed, "why", NOON, 3, final=True)
        revived = dispatch.revive(session, number, NOON)
    assert revived is not None and (revived.state, revived.attempt) == ("waiting", 0)


def test_leases_that_ran_out_are_released_and_the_others_stay(database: Database) -> None:
    _ask(database)
    _claim(database)
    with database.writing() as session:
        assert dispatch.release(session, NOON + LEASE / 2) == 0
        assert dispatch.release(session, NOON + 2 * LEASE) == 1
    row = _row(database)
    assert (row.state, row.attempt, row.sent_at) == ("waiting", 1, None)


def test_a_row_claimed_while_it_was_being_sent_is_not_marked_as_sent(database: Database) -> None:
    _ask(database)
    with database.reading() as session:
        rows = dispatch.all_work(session)
    _claim(database)
    with database.writing() as session:
        dispatch.sent(session, rows, NOON)
    assert _row(database).sent_at is None


def test_unsent_tells_of_due_rows_nobody_has_sent(database: Database) -> None:
    _ask(database)
    with database.writing() as session:
        assert not dispatch.unsent(session, NOON - AGAIN)
        assert dispatch.unsent(session, NOON)
        assert dispatch.oldest_due(session, NOON) == NOON
        dispatch.sent(session, dispatch.all_work(session), NOON)
        assert not dispatch.unsent(session, NOON)


def test_a_slot_is_taken_once_and_the_next_one_again(database: Database) -> None:
    with database.writing() as session:
        assert dispatch.once(session, "tick", NOON)
        assert not dispatch.once(session, "tick", NOON)
        assert dispatch.once(session, "tick", NOON + AGAIN)


def test_a_sign_of_life_is_the_last_one(database: Database) -> None:
    for at in (NOON, NOON + AGAIN):
        with database.writing() as session:
            dispatch.beat(session, "relay", at)
    with database.reading() as session:
        assert dispatch.beats(session) == {"relay": NOON + AGAIN}
