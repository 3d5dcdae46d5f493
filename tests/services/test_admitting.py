"""Signing in: the same answer for every refusal, few tries, sessions that end, passwords that are long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import SYSTEM, Actor, Role
from legalflow.errors import Invalid
from legalflow.office import Office
from legalflow.persistence.tables import AccountRow, AuditRow, SessionRow
from legalflow.services import admitting, employing
from tests.builders import an_account, an_office

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GOOD = "correct horse battery"


class Clock:
    """A clock a test moves on."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    """A clock at nine in the morning in China."""
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with one counsel who can sign in."""
    made = replace(an_office(tmp_path), now=clock)
    employing.create(made, SYSTEM, "fang", "方经办", Role.COUNSEL, password=GOOD)
    yield made
    made.database.close()


def admin(office: Office) -> Actor:
    """An administrator."""
    return an_account(office, Role.ADMIN)


def test_a_session_tells_who_it_is_and_ends_at_sign_out(office: Office) -> None:
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    admitted = admitting.actor_of(office, signed_in.token)
    assert admitted is not None
    assert (admitted.actor.role, admitted.csrf, admitted.login) == (Role.COUNSEL, signed_in.csrf, "fang")
    admitting.sign_out(office, signed_in.token)
    assert admitting.actor_of(office, signed_in.token) is None


def test_the_database_holds_no_token_and_no_password(office: Office) -> None:
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    with office.database.reading() as session:
        row = session.exec(select(SessionRow)).one()
        account = session.exec(select(AccountRow).where(AccountRow.login == "fang")).one()
    assert signed_in.token not in row.model_dump_json()
    assert account.password.startswith("$argon2id$") and GOOD not in account.password


def test_each_sign_in_has_another_session(office: Office) -> None:
    first, second = (admitting.sign_in(office, "fang", GOOD, "10.0.0.1") for _ in range(2))
    assert first.token != second.token and first.csrf != second.csrf


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(office: Office) -> None:
    said = []
    for login, password in (("fang", "x" * 20), ("nobody", GOOD), ("fang", ""), ("", "")):
        with pytest.raises(Invalid) as refused:
            admitting.sign_in(office, login, password, "10.0.0.1")
        said.append(refused.value.problems)
    assert len(set(said)) == 1


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    admitted = admitting.actor_of(office, signed_in.token)
    assert admitted is not None
    employing.disable(office, admin(office), admitted.actor.id, "离职")
    assert admitting.actor_of(office, signed_in.token) is None
    with pytest.raises(Invalid):
        admitting.sign_in(office, "fang", GOOD, "10.0.0.1")


def test_after_five_tries_even_the_right_password_waits_a_quarter_of_an_hour(office: Office, clock: Clock) -> None:
    for _ in range(admitting.TRIES_OF_A_LOGIN):
        with pytest.raises(Invalid):
            admitting.sign_in(office, "fang", "wrong" * 4, "10.0.0.1")
    with pytest.raises(admitting.TooManyTries):
        admitting.sign_in(office, "FANG ", GOOD, "10.0.0.2")
    clock.at += admitting.WINDOW
    assert admitting.sign_in(office, "fang", GOOD, "10.0.0.1").token


def test_an_address_has_twenty_tries_over_all_logins(office: Office) -> None:
    for number in range(admitting.TRIES_OF_AN_ADDRESS):
        with pytest.raises(Invalid):
            admitting.sign_in(office, f"login{number}", "wrong" * 4, "10.0.0.1")
    with pytest.raises(admitting.TooManyTries):
        admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    assert admitting.sign_in(office, "fang", GOOD, "10.0.0.2").token


def test_a_sign_in_that_succeeds_is_not_charged(office: Office) -> None:
    for _ in range(admitting.TRIES_OF_AN_ADDRESS + 1):
        assert admitting.sign_in(office, "fang", GOOD, "10.0.0.1").token


@pytest.mark.parametrize(("step", "times", "alive"), [(29, 24, True), (29, 25, False), (30, 1, False)])
def test_a_session_ends_when_idle_and_after_twelve_hours(
    office: Office, clock: Clock, step: int, times: int, alive: bool
) -> None:
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    found = None
    for _ in range(times):
        clock.at += timedelta(minutes=step)
        found = admitting.actor_of(office, signed_in.token)
    assert (found is not None) is alive


def test_a_page_that_asks_by_itself_keeps_no_session_alive(office: Office, clock: Clock) -> None:
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    for _ in range(2):
        clock.at += timedelta(minutes=14)
        assert admitting.actor_of(office, signed_in.token, by_person=False)
    clock.at += timedelta(minutes=14)
    assert admitting.actor_of(office, signed_in.token, by_person=False) is None


def test_a_changed_password_ends_every_session_and_needs_the_old_one(office: Office) -> None:
    first, second = (admitting.sign_in(office, "fang", GOOD, "10.0.0.1") for _ in range(2))
    admitted = admitting.actor_of(office, first.token)
    assert admitted is not None
    with pytest.raises(Invalid) as refused:
        admitting.change_password(office, admitted.actor, "not it at all", "short")
    assert {problem.field for problem in refused.value.problems} == {"old", "new"}
    admitting.change_password(office, admitted.actor, GOOD, "another long phrase")
    assert admitting.actor_of(office, first.token) is None and admitting.actor_of(office, second.token) is None
    assert admitting.sign_in(office, "fang", "another long phrase", "10.0.0.1").token


def test_what_happened_at_the_door_is_in_the_audit_trail_without_a_name(office: Office) -> None:
    admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    with pytest.raises(Invalid):
        admitting.sign_in(office, "nobody", GOOD, "10.0.0.1")
    with office.database.reading() as session:
        rows = list(session.exec(select(AuditRow)))
    assert [row.action for row in rows] == ["account.created", "sign_in", "sign_in.refused"]
    assert not any(name in row.model_dump_json() for row in rows for name in ("fang", "nobody", "方经办", GOOD))
