"""The audit trail and its witness outside the database: whoever changes one is told on by the other."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from legalflow.errors import Corrupt, Invalid
from legalflow.office import Office
from legalflow.persistence import append_only, chain, journal
from legalflow.persistence.tables import AuditRow
from legalflow.services import auditing
from tests.builders import an_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = an_office(tmp_path)
    _note(made, 20)
    auditing.checkpoint(made)
    _note(made, 5)
    return made


def _note(office: Office, count: int) -> None:
    with office.database.writing() as session:
        for number in range(count):
            journal.note(session, at=office.now(), actor="a", action="viewed", subject=f"s{number}", number=number)


def _tamper(office: Office, *statements: str) -> None:
    """Change the trail as somebody could who owns the database: the triggers do not stop them."""
    with office.database.engine.begin() as connection:
        for statement in append_only.undo("sqlite"):
            connection.execute(sa.text(statement))
        for statement in statements:
            connection.execute(sa.text(statement))


def test_an_untouched_trail_verifies(office: Office) -> None:
    assert list(auditing.broken(office)) == []


def test_the_database_itself_refuses_to_change_or_delete_an_entry(office: Office) -> None:
    for statement in ("UPDATE audit SET actor = 'b' WHERE id = 3", "DELETE FROM audit WHERE id = 3"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), office.database.engine.begin() as connection:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit SET actor = 'b' WHERE id = 7", "audit 7"),
        ("UPDATE audit SET action = 'b' WHERE id = 7", "audit 7"),
        ("UPDATE audit SET detail = '{}' WHERE id = 7", "audit 7"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE id = 7", "audit 7"),
        ("DELETE FROM audit WHERE id = 7", "audit 8"),
        ("DELETE FROM audit WHERE id > 18", "audit ends after 18 rows"),
        ("DELETE FROM audit", "audit ends after 0 rows"),
    ],
)
def test_each_change_is_found_and_its_place_named(office: Office, statement: str, place: str) -> None:
    _tamper(office, statement)
    assert any(found.startswith(place) for found in auditing.broken(office))


def test_a_trail_chained_anew_from_the_change_on_is_found_by_its_checkpoint(office: Office) -> None:
    _tamper(office)
    with office.database.writing() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
        rows[6].actor = "somebody else"
        previous = chain.START
        for row in rows:
            row.previous = previous
            row.digest = previous = chain.link(previous, journal._audited(row))
            session.add(row)
    assert list(auditing.broken(office)) == [
        f"audit row number 20 differs from the checkpoint of {_lines(office)[0]['at']}"
    ]


def test_every_change_of_a_column_of_any_row_is_found(office: Office) -> None:
    seed = 20260301
    chance = random.Random(seed)
    for _ in range(200):
        with office.database.reading() as session:
            rows = list(session.exec(select(AuditRow).order_by(col(AuditRow.id))))
            number = chance.randrange(len(rows))
            name = chance.choice(["actor", "origin", "action", "subject", "detail", "previous", "digest"])
            value = {"more": 1} if name == "detail" else getattr(rows[number], name) + "x"
            setattr(rows[number], name, value)
            with session.no_autoflush:
                found = list(journal.audit_broken(session))
            session.expunge_all()
        assert found, f"seed {seed}: {name} of row {number}"


def test_a_checkpoint_is_written_only_where_the_trail_has_grown(office: Office) -> None:
    auditing.checkpoint(office)
    auditing.checkpoint(office)
    assert [line["count"] for line in _lines(office)] == [20, 25]


def test_a_checkpoint_is_refused_over_a_trail_that_has_shrunk(office: Office) -> None:
    _tamper(office, "DELETE FROM audit WHERE id > 10")
    with pytest.raises(Corrupt):
        auditing.checkpoint(office)


@pytest.mark.parametrize("change", ["digest", "count", "line"])
def test_a_changed_checkpoint_is_found(office: Office, change: str) -> None:
    auditing.checkpoint(office)
    lines = _lines(office)
    if change == "line":
        del lines[0]
    else:
        lines[0][change] = "0" * 64 if change == "digest" else 19
    _place(office).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert any(found.startswith("checkpoint line 1") for found in auditing.broken(office))


def test_a_line_that_cannot_be_read_is_named_and_not_a_crash(office: Office) -> None:
    _place(office).write_text("{half a li\n", encoding="utf-8")
    assert list(auditing.broken(office)) == ["checkpoint line 1 is not as it was written"]


def test_a_key_that_others_can_read_is_refused(office: Office) -> None:
    (office.settings.home / "keys" / "audit.key").chmod(0o644)
    with pytest.raises(Invalid):
        list(auditing.broken(office))


def _place(office: Office) -> Path:
    return office.settings.home / "checkpoints" / "audit.jsonl"


def _lines(office: Office) -> list[dict[str, object]]:
    return [json.loads(line) for line in _place(office).read_text(encoding="utf-8").splitlines()]


def test_an_entry_says_where_it_comes_from(office: Office) -> None:
    auditing.comes_from("192.0.2.7")
    with office.database.writing() as session:
        row = journal.note(session, at=office.now(), actor="a", action="tried", subject="s")
    auditing.comes_from("")
    assert row.origin == "192.0.2.7"
