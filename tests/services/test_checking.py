"""Each invariant holds on sound data, and is the one named when its own thing is broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict
from legalflow.office import Office
from legalflow.persistence import append_only, dispatch, outbox, repositories
from legalflow.persistence.tables import BundleRow, DocumentRow, ExhibitRow, MatterRow, OutboxRow
from legalflow.services import auditing, checking, tracking
from tests.builders import an_account, an_office, an_open_matter


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture
def matter(office: Office, counsel: Actor) -> str:
    made = an_open_matter(office, counsel)
    tracking.record(office, counsel, made, "MaterialsChecked", {"on": "2026-03-01", "lacking": ""})
    auditing.checkpoint(office)
    return made


def _failed(office: Office) -> list[str]:
    return [f"{each.invariant} {each.place}" for each in checking.invariants(office)]


def _break(office: Office, change: Callable[[Session], None]) -> None:
    with office.database.engine.begin() as connection:
        for statement in append_only.undo("sqlite"):
            connection.execute(sa.text(statement))
    with office.database.writing() as session:
        change(session)


def _document(office: Office, matter: str, **changes: object) -> DocumentRow:
    facts = {
        "id": repositories.new_id(),
        "matter_id": matter,
        "kind": "lawyer_letter",
        "version": 1,
        "title": "律师函",
        "state": "requested",
        "facts_digest": office.store.put(b"{}"),
        "requested_by": "a",
        "created_at": office.now(),
        "changed_at": office.now(),
    }
    return DocumentRow(**{**facts, **changes})


def test_all_hold_on_sound_data(office: Office, matter: str) -> None:
    assert _failed(office) == []


def test_all_hold_in_an_empty_installation(office: Office) -> None:
    assert _failed(office) == []


def test_a_document_nobody_asked_for_in_the_journal_and_nobody_works_on_is_found(office: Office, matter: str) -> None:
    row = _document(office, matter)
    _break(office, lambda session: session.add(row))
    assert _failed(office) == [f"I1 document {row.id}", f"I2 document {row.id}"]


def test_work_that_is_dead_counts_as_an_end(office: Office, matter: str) -> None:
    row = _document(office, matter)

    def change(session: Session) -> None:
        session.add(row)
        session.add(
            OutboxRow(
                task="render_document",
                subject_id=row.id,
                queue="documents",
                state="dead",
                reason="why",
                due_at=office.now(),
                created_at=office.now(),
            )
        )

    _break(office, change)
    assert _failed(office) == [f"I1 document {row.id}"]


def test_what_failed_without_a_reason_is_found(office: Office, matter: str) -> None:
    row = BundleRow(
        id="b1",
        matter_id=matter,
        version=1,
        state="failed",
        inputs_digest="d",
        requested_by="a",
        created_at=office.now(),
    )
    _break(office, lambda session: session.add(row))
    assert "I2 bundle b1" in _failed(office)


def test_a_document_that_is_made_but_has_no_files_is_found(office: Office, matter: str) -> None:
    row = _document(office, matter, state="ready")
    _break(office, lambda session: session.add(row))
    assert f"I3 document {row.id}" in _failed(office)


@pytest.mark.parametrize("how", ["flipped", "gone"])
def test_bytes_that_are_not_those_of_their_digest_are_found(office: Office, matter: str, how: str) -> None:
    digest = office.store.put(b"an original")
    row = ExhibitRow(
        id="e1",
        matter_id=matter,
        state="ready",
        name="合同",
        group_number=1,
        place=1,
        kind="书证",
        file_name="a.pdf",
        size=11,
        original=digest,
        added_by="a",
        created_at=office.now(),
    )
    _break(office, lambda session: session.add(row))
    assert _failed(office) == []
    place = office.store.path(digest)
    place.chmod(0o600)
    place.write_bytes(b"an Original") if how == "flipped" else place.unlink()
    assert _failed(office) == [f"I4 exhibit e1 {digest}"]


@pytest.mark.parametrize("column", ["stage", "state", "sequence", "write_off"])
def test_a_matter_that_is_not_what_its_journal_says_is_found(office: Office, matter: str, column: str) -> None:
    def change(session: Session) -> None:
        row = session.exec(select(MatterRow)).one()
        value = {"stage": "A90", "state": {**row.state, "lacking": "合同"}, "sequence": 9, "write_off": "C7"}[column]
        setattr(row, column, value)
        session.add(row)

    _break(office, change)
    assert _failed(office) == [f"I5 matter {matter}"]


def test_a_changed_audit_row_is_found(office: Office, matter: str) -> None:
    _break(office, lambda session: session.execute(sa.text("UPDATE audit SET actor = 'b' WHERE id = 1")) and None)
    assert _failed(office)[0].startswith("I6 audit 1")


def test_a_changed_journal_row_is_found(office: Office, matter: str) -> None:
    statement = sa.text("UPDATE journal SET body = json_set(body, '$.lacking', 'x') WHERE sequence = 2")
    _break(office, lambda session: session.execute(statement) and None)
    failed = _failed(office)
    assert f"I5 matter {matter}" in failed and f"I9 journal {matter}#2" in failed


@pytest.mark.parametrize("words", ["催收 19900000001", "债务人甄借款的文书"])
def test_a_person_in_the_outbox_or_the_log_is_found(office: Office, matter: str, words: str) -> None:
    with office.database.writing() as session:
        outbox.ask(session, "tick", "hour-1", "schedule", office.now())
        row = session.exec(select(OutboxRow)).one()
        row.reason = words
        session.add(row)
    log = office.settings.home / "log"
    log.mkdir()
    (log / "web.log").write_text(f"all well\n{words}\n", encoding="utf-8")
    assert _failed(office) == ["I10 outbox 1", "I10 web.log:2"]


def test_readiness_tells_of_work_that_waits_too_long_and_of_silent_processes(office: Office) -> None:
    ready = checking.readiness(office)
    assert ready.store and not ready.alarm and ready.late == ()
    long_ago = office.now() - timedelta(minutes=5)
    with office.database.writing() as session:
        outbox.ask(session, "tick", "hour-1", "schedule", long_ago)
        dispatch.beat(session, "relay", long_ago)
        dispatch.beat(session, "schedule", office.now())
    ready = checking.readiness(office)
    assert ready.alarm and ready.oldest_due > 299
    assert ready.late == ("relay",)


def test_a_store_that_cannot_keep_anything_is_not_ready(office: Office) -> None:
    office.store.folder.mkdir(parents=True, exist_ok=True)
    (office.store.folder / "objects").write_text("in the way", encoding="utf-8")
    assert not checking.readiness(office).store


def test_builders_refuse_what_the_database_refuses(office: Office, matter: str) -> None:
    row = _document(office, matter, approved_by="a")
    with pytest.raises(Conflict), office.database.writing() as session:
        session.add(row)
