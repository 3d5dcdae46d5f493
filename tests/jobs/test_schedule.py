"""The ticker asks once a slot, however many tickers run, and has the audit trail witnessed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from legalflow.jobs import schedule
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import OutboxRow
from tests.builders import an_office

LATE_EVENING = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # half past eleven at night in Beijing


def _at(office: Office, instant: datetime) -> Office:
    return replace(office, now=lambda: instant)


def test_an_hour_and_a_legal_day_are_asked_for_once(tmp_path: Path) -> None:
    office = _at(an_office(tmp_path), LATE_EVENING)
    assert schedule.ask(office) == ["hour-2026-03-02T23", "day-2026-03-02", *["2026-03-02"] * 2, "2026-03-02T23"]
    assert schedule.ask(office) == []
    with office.database.writing() as session:  # done meanwhile: the rows are gone
        for row in session.exec(select(OutboxRow)).all():
            session.delete(row)
    assert schedule.ask(_at(office, LATE_EVENING + timedelta(minutes=20))) == []


def test_the_legal_day_begins_at_midnight_in_beijing(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    schedule.ask(_at(office, LATE_EVENING))
    asked = schedule.ask(_at(office, LATE_EVENING + timedelta(minutes=30)))
    assert asked == ["hour-2026-03-03T00", "day-2026-03-03", *["2026-03-03"] * 2, "2026-03-03T00"]


def test_a_clock_set_back_asks_for_nothing_twice(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    schedule.ask(_at(office, LATE_EVENING))
    assert schedule.ask(_at(office, LATE_EVENING - timedelta(hours=2))) == []


def test_two_tickers_at_once_ask_for_one_of_each(tmp_path: Path) -> None:
    office = _at(an_office(tmp_path), LATE_EVENING)
    asked: list[str] = []
    tickers = [threading.Thread(target=lambda: asked.extend(schedule.ask(office))) for _ in range(4)]
    for ticker in tickers:
        ticker.start()
    for ticker in tickers:
        ticker.join()
    assert sorted(asked) == [*["2026-03-02"] * 2, "2026-03-02T23", "day-2026-03-02", "hour-2026-03-02T23"]


def test_a_checkpoint_is_written_at_the_start_and_at_the_end(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with office.database.writing() as session:
        journal.note(session, at=office.now(), actor="a", action="viewed", subject="s")
    stop = threading.Event()
    ticker = threading.Thread(target=schedule.run, args=(office, stop))
    ticker.start()
    place = office.settings.home / "checkpoints" / "audit.jsonl"
    while not (place.exists() and place.read_text(encoding="utf-8")):
        assert ticker.is_alive()
        stop.wait(0.02)
    with office.database.writing() as session:
        journal.note(session, at=office.now(), actor="a", action="viewed", subject="s")
    stop.set()
    ticker.join(5)
    assert len(place.read_text(encoding="utf-8").splitlines()) == 2
