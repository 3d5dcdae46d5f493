"""The sample: every branch a first look needs, and no person of it in clear where none may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.office import Office
from legalflow.persistence.tables import AccountRow, BatchRow, ExhibitRow, LoanRow, MatterRow
from legalflow.services import checking, drafting, sampling
from tests.builders import an_office
from tests.services.installation import PLAIN, SECURED, TODAY, copied, drafted, matter_of, sensitive, work_off


def test_the_sample_is_whole_and_every_file_of_it_is_taken(loaded: Office) -> None:
    with loaded.database.reading() as session:
        batches = session.exec(select(BatchRow)).all()
        exhibits = session.exec(select(ExhibitRow)).all()
        accounts = session.exec(select(AccountRow)).all()
        assert len(session.exec(select(LoanRow)).all()) == len(session.exec(select(MatterRow)).all()) == 6
    assert [(each.state, each.refused) for each in batches] == [("done", 0)] * 2
    assert {each.state for each in exhibits} == {"ready"} and all(each.pages for each in exhibits)
    assert {each.role for each in accounts} == {role.value for role in Role}
    assert not list(checking.invariants(loaded))


def test_every_log_in_has_a_password_of_its_own_that_is_kept_nowhere(tmp_path: Path) -> None:
    office = an_office(tmp_path, today=TODAY)
    logins = sampling.load(office, whole=False)
    assert len({each.password for each in logins}) == len(logins) and min(len(each.password) for each in logins) >= 15
    kept = _bytes(office)
    assert [each.login for each in logins if each.password.encode() in kept] == []


def _bytes(office: Office) -> bytes:
    """Everything in the installation's folder but the store: database with its log, keys, logs."""
    return b"".join(path.read_bytes() for path in sorted(office.settings.home.rglob("*")) if path.is_file())


@pytest.fixture(scope="module")
def used(loaded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An installation in which documents were made."""
    office = copied(loaded, tmp_path_factory.mktemp("used"))
    drafted(office, matter_of(office, SECURED), drafting.LETTER)
    drafted(office, matter_of(office, PLAIN), "civil_complaint", court="示例市示例区人民法院")
    work_off(office)
    return office


def test_no_number_account_phone_or_address_of_anybody_stands_in_the_database_in_clear(used: Office) -> None:
    told = sensitive()
    assert len(told) > 40
    kept = _bytes(used)
    assert [text for text in sorted(told) if text.encode() in kept or text.encode("unicode_escape") in kept] == []
