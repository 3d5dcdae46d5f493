"""The same form sent twice has its effect once and the same answer; another content under its key is refused."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from legalflow.access import Actor, Role
from legalflow.errors import Conflict
from legalflow.office import Office
from legalflow.persistence.tables import RequestRow
from legalflow.services import repeating
from tests.builders import an_account, an_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


def _code(raised: pytest.ExceptionInfo[Conflict]) -> str:
    return raised.value.problems[0].code


def test_the_same_body_gets_the_first_answer(office: Office, counsel: Actor) -> None:
    assert repeating.begin(office, counsel, "k", b"body") is None
    repeating.end(office, counsel, "k", "/matters/1")
    assert repeating.begin(office, counsel, "k", b"body") == "/matters/1"


def test_another_body_or_another_person_under_the_same_key_is_a_conflict(office: Office, counsel: Actor) -> None:
    repeating.begin(office, counsel, "k", b"body")
    repeating.end(office, counsel, "k", "/matters/1")
    for who, body in ((counsel, b"other"), (an_account(office, Role.REVIEWER), b"body")):
        with pytest.raises(Conflict) as raised:
            repeating.begin(office, who, "k", body)
        assert _code(raised) == "request.other_body"


def test_while_the_first_is_at_work_the_second_waits(office: Office, counsel: Actor) -> None:
    repeating.begin(office, counsel, "k", b"body")
    with pytest.raises(Conflict) as raised:
        repeating.begin(office, counsel, "k", b"body")
    assert _code(raised) == "request.at_work"


def test_a_request_that_was_refused_frees_its_key(office: Office, counsel: Actor) -> None:
    repeating.begin(office, counsel, "k", b"body")
    repeating.forget(office, an_account(office, Role.REVIEWER), "k")
    with pytest.raises(Conflict):
        repeating.begin(office, counsel, "k", b"mended")
    repeating.forget(office, counsel, "k")
    assert repeating.begin(office, counsel, "k", b"mended") is None


def test_an_answer_once_given_is_not_forgotten(office: Office, counsel: Actor) -> None:
    repeating.begin(office, counsel, "k", b"body")
    repeating.end(office, counsel, "k", "/matters/1")
    repeating.forget(office, counsel, "k")
    assert repeating.begin(office, counsel, "k", b"body") == "/matters/1"


def test_a_request_whose_process_died_may_be_tried_again_after_a_minute(office: Office, counsel: Actor) -> None:
    repeating.begin(office, counsel, "k", b"body")
    with office.database.writing() as session:
        row = session.get(RequestRow, "k")
        assert row is not None
        row.at = office.now() - timedelta(seconds=61)
        session.add(row)
    with pytest.raises(Conflict):
        repeating.begin(office, counsel, "k", b"other")
    assert repeating.begin(office, counsel, "k", b"body") is None


def test_of_fifty_equal_submissions_at_once_one_has_its_effect(office: Office, counsel: Actor) -> None:
    begun: list[str | None] = []
    start = threading.Barrier(50)

    def submit() -> None:
        start.wait()
        try:
            begun.append(repeating.begin(office, counsel, "k", b"body"))
        except Conflict:
            begun.append("refused")

    submitters = [threading.Thread(target=submit) for _ in range(50)]
    for submitter in submitters:
        submitter.start()
    for submitter in submitters:
        submitter.join()
    assert len(begun) == 50 and begun.count(None) == 1
