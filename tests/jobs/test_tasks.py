"""One attempt at a task: the effect happens once, and what cannot be done says why."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.errors import Conflict
from legalflow.jobs.tasks import attempt_once
from legalflow.office import Office
from legalflow.persistence import outbox
from legalflow.persistence.tables import FirmRow, OutboxRow
from tests.builders import an_office
from tests.jobs import small_tasks
from tests.jobs.small_tasks import TABLE, ask, effects, failures


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def _row(office: Office) -> OutboxRow | None:
    with office.database.reading() as session:
        return session.exec(select(OutboxRow)).first()


def _try(office: Office, name: str, attempt: int = 0) -> str:
    return attempt_once(office, TABLE, name, "s1", attempt)


def test_the_same_job_ten_times_has_its_effect_once(office: Office) -> None:
    ask(office, "good", "s1")
    assert [_try(office, "good") for _ in range(10)] == ["done"] + ["skipped"] * 9
    assert effects(office) == 1
    assert _row(office) is None


def test_a_job_meant_for_an_earlier_attempt_is_skipped_and_costs_none(office: Office) -> None:
    ask(office, "flaky", "s1")
    assert _try(office, "flaky") == "again"
    assert _try(office, "flaky") == "skipped"
    row = _row(office)
    assert row is not None and (row.state, row.attempt) == ("waiting", 1)
    assert _try(office, "flaky", 1) == "done"
    assert effects(office) == 1


def test_what_cannot_be_right_fails_at_once_with_its_reason_and_without_what_was_typed(office: Office) -> None:
    ask(office, "invalid", "s1")
    assert _try(office, "invalid") == "failed"
    assert failures(office) == {"s1": "不合格 (small.invalid)"}
    assert _row(office) is None


def test_what_is_away_is_tried_three_times_with_growing_pauses_and_is_then_dead(office: Office) -> None:
    ask(office, "away", "s1")
    assert [_try(office, "away", attempt) for attempt in range(3)] == ["again", "again", "dead"]
    row = _row(office)
    assert row is not None and (row.state, row.attempt) == ("dead", 3)
    assert failures(office) == {"s1": "暂缺 (small.away)"}
    assert _try(office, "away", 3) == "skipped", "dead work is not run unless asked again"


def test_pauses_grow_and_the_last_one_stays() -> None:
    task = small_tasks.Task("q", "", "", pauses=(1.0, 5.0))
    assert [task.pause(attempt) for attempt in (1, 2, 3)] == [1.0, 5.0, 5.0]


def test_work_without_memory_is_not_tried_again(office: Office) -> None:
    ask(office, "hungry", "s1")
    assert _try(office, "hungry") == "dead"
    assert "内存" in failures(office)["s1"]


def test_work_whose_workers_all_died_is_dead_without_being_run_again(office: Office) -> None:
    ask(office, "poison", "s1")
    with office.database.writing() as session:
        row = session.exec(select(OutboxRow)).one()
        row.attempt = 3
        session.add(row)
    assert _try(office, "poison", 3) == "dead"
    assert "意外终止" in failures(office)["s1"]


def test_work_that_cannot_even_say_that_it_failed_is_dead_in_its_row(office: Office) -> None:
    ask(office, "speechless", "s1")
    assert _try(office, "speechless") == "dead"
    row = _row(office)
    assert row is not None and row.state == "dead" and "small.invalid" in row.reason


def test_a_task_that_is_not_in_the_list_is_never_run(office: Office) -> None:
    ask(office, "os.system", "s1")
    assert _try(office, "os.system") == "skipped"


def test_an_effect_under_a_lost_fence_is_not_committed(office: Office) -> None:
    ask(office, "good", "s1")
    lease = timedelta(seconds=1)
    with office.database.writing() as session:
        first = outbox.claim(session, "good", "s1", office.now(), lease)
    with office.database.writing() as session:
        second = outbox.claim(session, "good", "s1", office.now() + 2 * lease, lease)
    assert first is not None and second is not None
    with pytest.raises(Conflict), office.database.writing() as session:
        session.add(FirmRow(id="f", name="from the first", facts={}))
        outbox.done(session, first)
    assert effects(office) == 0
    with office.database.writing() as session:
        outbox.done(session, second)


def test_a_lease_is_renewed_while_the_work_goes_on(tmp_path: Path) -> None:
    office = an_office(tmp_path, lease=0.4, renew=0.1)
    ask(office, "slow", "s1")
    assert _try(office, "slow") == "done", "one second of work under a lease of 0.4"


def test_no_log_line_tells_what_a_person_typed(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    from legalflow.log import OneLine

    for name in ("flaky", "invalid"):
        ask(office, name, "s1")
        with caplog.at_level(logging.INFO):
            _try(office, name)
    lines = "\n".join(OneLine().format(record) for record in caplog.records)
    assert "task=flaky" in lines and "OSError" in lines
    assert "990000199001010017" not in lines and "甄借款" not in lines
