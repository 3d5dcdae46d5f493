"""One scope for every row: another firm's matter is not found, exactly as one that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from legalflow.access import SYSTEM, Actor, Role
from legalflow.errors import NotFound
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import BundleRow, FirmRow, MatterRow
from tests.builders import an_account, an_office, an_open_matter

STAFF = [role for role in Role if role not in {Role.FIRM_LAWYER, Role.ADMIN}]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def matter(office: Office) -> str:
    made = an_open_matter(office, an_account(office, Role.COUNSEL, "keeper"))
    with office.database.writing() as session:
        session.add(FirmRow(id="ours", name="ours", facts={}))
        session.add(FirmRow(id="theirs", name="theirs", facts={}))
        session.add(
            BundleRow(
                id="b1",
                matter_id=made,
                version=1,
                state="ready",
                inputs_digest="d",
                requested_by="a",
                created_at=office.now(),
            )
        )
        session.flush()
        row = session.get(MatterRow, made)
        assert row is not None
        row.firm_id = "ours"
        session.add(row)
    return made


def _sees(office: Office, actor: Actor, matter: str) -> bool:
    with office.database.reading() as session:
        try:
            row = repositories.matter(session, actor, matter)
            pair = repositories.of_matter(session, actor, BundleRow, "b1")
            repositories.loan(session, actor, row.loan_id)
        except NotFound:
            return False
        return pair[1].id == matter


@pytest.mark.parametrize("role", STAFF)
def test_the_lenders_staff_see_every_matter(office: Office, matter: str, role: Role) -> None:
    assert _sees(office, Actor("x", "x", role), matter)


def test_a_firm_sees_what_is_assigned_to_it_and_no_other_does(office: Office, matter: str) -> None:
    assert _sees(office, Actor("x", "x", Role.FIRM_LAWYER, "ours"), matter)
    assert not _sees(office, Actor("x", "x", Role.FIRM_LAWYER, "theirs"), matter)
    assert not _sees(office, Actor("x", "x", Role.FIRM_LAWYER, ""), matter)


def test_a_lawyer_without_a_firm_does_not_see_what_is_assigned_to_nobody(office: Office) -> None:
    unassigned = an_open_matter(office, an_account(office, Role.COUNSEL))
    assert not _sees(office, Actor("x", "x", Role.FIRM_LAWYER, ""), unassigned)


def test_the_administrator_sees_no_debtor_and_the_house_itself_sees_all(office: Office, matter: str) -> None:
    assert not _sees(office, Actor("x", "x", Role.ADMIN), matter)
    assert _sees(office, SYSTEM, matter)


def test_not_yours_and_not_there_are_the_same_words(office: Office, matter: str) -> None:
    lawyer = Actor("x", "x", Role.FIRM_LAWYER, "theirs")
    said = set()
    for text in (matter, "0" * 20):
        with pytest.raises(NotFound) as raised, office.database.reading() as session:
            repositories.matter(session, lawyer, text)
        said.add(raised.value.problems)
    for text in ("b1", "none"):
        with pytest.raises(NotFound) as raised, office.database.reading() as session:
            repositories.of_matter(session, lawyer, BundleRow, text)
        said.add(raised.value.problems)
    assert len(said) == 2, "one for matters, one for bundles"


def test_ids_are_long_random_and_safe_in_paths() -> None:
    ids = {repositories.new_id() for _ in range(1000)}
    assert len(ids) == 1000 and all(len(each) == 20 and each.isalnum() and each.isascii() for each in ids)
