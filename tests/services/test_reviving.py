"""Things done with many whose work was lost or is dead: found by the check, and taken up by the hour or by a person."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col, select

from legalflow.access import Actor, Role
from legalflow.office import Office
from legalflow.persistence import dispatch, outbox
from legalflow.persistence.tables import OutboxRow, RunLineRow, RunRow
from legalflow.services import checking, choosing, foreseeing, packing, refreshing, reviving, running
from legalflow.services.choosing import Asked
from legalflow.services.listing import LOANS, Wanted
from tests.builders import a_kept_loan, a_loan, an_account
from tests.services.installation import actor, work_off

ACTION = "open_matters"


def a_run(office: Office) -> tuple[Actor, str]:
    """Three loans to be opened as matters, chosen by counsel and asked to be looked at."""
    counsel = actor(office, "counsel")
    loans = [a_kept_loan(office, a_loan(contract_number=f"JK-{number}")) for number in range(3)]
    run_id = choosing.choose(office, counsel, LOANS, Wanted(), Asked("", ()), loans)
    foreseeing.ask(office, counsel, run_id, ACTION, "", {}, 1)
    return counsel, run_id


def confirmed(office: Office, counsel: Actor, run_id: str) -> None:
    """The run looked at and begun, nothing of it done."""
    work_off(office)
    running.confirm(office, counsel, run_id, row_of(office, run_id).version, "")


def row_of(office: Office, run_id: str) -> RunRow:
    with office.database.reading() as session:
        row = session.get(RunRow, run_id)
    assert row is not None
    return row


def states(office: Office, run_id: str) -> set[str]:
    with office.database.reading() as session:
        return set(session.exec(select(RunLineRow.state).where(RunLineRow.run_id == run_id)))


def lose_the_work(office: Office) -> None:
    """As after a backup in which the outbox was empty."""
    with office.database.writing() as session:
        session.execute(sa.delete(OutboxRow))


def failed(office: Office) -> list[str]:
    return [f"{each.invariant} {each.place}" for each in checking.invariants(office)]


def the_hour(office: Office) -> None:
    refreshing.tick(office, "hour-2026-11-24T05", lambda _session: None)
    work_off(office)


def dead(office: Office, task: str, subject_id: str) -> int:
    """A piece of work that no attempt could do; its number."""
    with office.database.writing() as session:
        outbox.ask(session, task, subject_id, "batches", office.now())
        session.execute(
            sa.update(OutboxRow).where(col(OutboxRow.subject_id) == subject_id).values(state="dead", attempt=3)
        )
        return next(each.id for each in dispatch.all_work(session) if each.subject_id == subject_id)


def test_a_preview_that_nothing_is_at_work_on_is_found_and_taken_up_by_the_hour(sample: Office) -> None:
    _counsel, run_id = a_run(sample)
    assert failed(sample) == []
    lose_the_work(sample)
    assert failed(sample) == [f"I2 run {run_id} line 1"]
    the_hour(sample)
    assert row_of(sample, run_id).state == "foreseen" and failed(sample) == []


def test_a_run_that_nothing_is_at_work_on_is_found_and_done_once(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    running.run(sample, f"{run_id}-2-2", lambda _session: None)
    lose_the_work(sample)
    assert failed(sample) == [f"I2 run {run_id} line 1"]
    assert reviving.take_up(sample) == 1 and reviving.take_up(sample) == 0, "what is asked for is not asked for twice"
    work_off(sample)
    assert row_of(sample, run_id).state == "done" and states(sample, run_id) == {"done"} and failed(sample) == []


def test_files_that_nothing_packs_are_found_and_packed(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    work_off(sample)
    with sample.database.writing() as session:
        row = session.get(RunRow, run_id)
        assert row is not None
        row.pack_state = "asked"
    assert failed(sample) == [f"I2 run {run_id}"]
    the_hour(sample)
    assert row_of(sample, run_id).pack_state == "ready" and failed(sample) == []


def test_lines_that_no_attempt_could_do_wait_again_when_the_dead_work_is_rerun(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    lose_the_work(sample)
    running.fail(sample, f"{run_id}-1-3", "处理进程多次意外终止", lambda _session: None)
    assert row_of(sample, run_id).state == "done" and states(sample, run_id) == {"failed"} and failed(sample) == []
    work = dead(sample, running.TASK, f"{run_id}-1-3")
    reviving.rerun(sample, an_account(sample, Role.ADMIN, login="another admin"), work)
    assert row_of(sample, run_id).state == "running" and states(sample, run_id) == {"waiting"}
    work_off(sample)
    assert row_of(sample, run_id).state == "done" and states(sample, run_id) == {"done"} and failed(sample) == []


def test_lines_that_could_not_be_looked_at_are_looked_at_when_the_dead_work_is_rerun(sample: Office) -> None:
    _counsel, run_id = a_run(sample)
    lose_the_work(sample)
    foreseeing.fail(sample, f"{run_id}-1-3", "内存不足", lambda _session: None)
    assert row_of(sample, run_id).state == "foreseen" and states(sample, run_id) == {"skipped"}
    work = dead(sample, foreseeing.TASK, f"{run_id}-1-3")
    reviving.rerun(sample, an_account(sample, Role.ADMIN, login="another admin"), work)
    work_off(sample)
    assert row_of(sample, run_id).state == "foreseen" and states(sample, run_id) == {"waiting"}


def test_a_cancelled_run_stays_cancelled_when_its_dead_work_is_rerun(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    running.cancel(sample, counsel, run_id)
    lose_the_work(sample)
    work = dead(sample, running.TASK, f"{run_id}-1-3")
    reviving.rerun(sample, an_account(sample, Role.ADMIN, login="another admin"), work)
    work_off(sample)
    assert row_of(sample, run_id).state == "cancelled" and states(sample, run_id) == {"cancelled"}


def test_a_pack_that_failed_is_made_when_its_dead_work_is_rerun(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    work_off(sample)
    with sample.database.writing() as session:
        row = session.get(RunRow, run_id)
        assert row is not None
        row.pack_state = "asked"
    packing.fail(sample, run_id, "磁盘已满", lambda _session: None)
    work = dead(sample, packing.TASK, run_id)
    reviving.rerun(sample, an_account(sample, Role.ADMIN, login="another admin"), work)
    work_off(sample)
    assert row_of(sample, run_id).pack_state == "ready"


def test_a_line_left_open_or_left_out_without_a_reason_is_found(sample: Office) -> None:
    counsel, run_id = a_run(sample)
    confirmed(sample, counsel, run_id)
    work_off(sample)
    for state, place in (("waiting", 1), ("failed", 2)):
        with sample.database.writing() as session:
            line = session.get(RunLineRow, (run_id, place))
            assert line is not None
            line.state, line.problems = state, []
    assert failed(sample) == [f"I2 run {run_id} line 1", f"I2 run {run_id} line 2"]
