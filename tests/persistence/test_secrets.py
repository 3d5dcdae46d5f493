"""Numbers of persons at rest: sealed by keys outside the database, found by an index nobody can read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from legalflow.errors import Corrupt, Invalid
from legalflow.office import Office
from legalflow.persistence import mapping
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import LoanRow
from tests.builders import a_kept_loan, a_loan, an_office

NUMBER = "990000199001010017"


def test_what_is_sealed_opens_with_its_keys_alone(tmp_path: Path) -> None:
    ours, others = Keys.open(tmp_path / "a"), Keys.open(tmp_path / "b")
    sealed = ours.seal(NUMBER)
    assert NUMBER not in sealed and ours.unseal(sealed) == NUMBER
    assert Keys.open(tmp_path / "a").unseal(sealed) == NUMBER
    with pytest.raises(Corrupt):
        others.unseal(sealed)


def test_the_same_number_is_sealed_otherwise_each_time_and_indexed_the_same(tmp_path: Path) -> None:
    keys = Keys.open(tmp_path)
    assert keys.seal(NUMBER) != keys.seal(NUMBER)
    assert keys.index(NUMBER) == keys.index(f" {NUMBER.lower()} ") != keys.index(NUMBER[:-1] + "8")


def test_nothing_stays_nothing(tmp_path: Path) -> None:
    keys = Keys.open(tmp_path)
    assert keys.seal("") == "" == keys.unseal("")


@pytest.mark.parametrize("broken", ["sealed:1:AAAA", "sealed:1:不是", "plain"])
def test_what_was_not_sealed_is_corrupt_and_not_a_crash(tmp_path: Path, broken: str) -> None:
    with pytest.raises(Corrupt):
        Keys.open(tmp_path).unseal(broken)


def test_keys_are_private_and_refused_where_they_are_not(tmp_path: Path) -> None:
    Keys.open(tmp_path)
    place = tmp_path / "persons.key"
    assert place.stat().st_mode & 0o077 == 0
    place.chmod(0o644)
    with pytest.raises(Invalid):
        Keys.open(tmp_path)
    place.chmod(0o600)
    place.write_bytes(b"short")
    with pytest.raises(Corrupt):
        Keys.open(tmp_path)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def test_a_loan_comes_back_from_its_row_as_it_was_given(office: Office) -> None:
    loan = a_loan()
    loan_id = a_kept_loan(office, loan)
    with office.database.reading() as session:
        row = session.get(LoanRow, loan_id)
    assert row is not None
    assert mapping.loan_of(row, [], office.keys) == replace(loan, payments=())


def test_no_number_phone_or_address_of_a_person_is_in_the_database_file(office: Office) -> None:
    loan = a_loan()
    a_kept_loan(office, loan)
    office.database.close()
    kept = b"".join(file.read_bytes() for file in office.settings.home.glob("legalflow.sqlite*"))
    assert loan.contract_number.encode() in kept
    for party in loan.parties:
        for text in (party.number, party.phone, party.domicile, party.residence, party.service_address):
            assert not text or text.encode() not in kept


def test_a_masked_party_shows_ends_only() -> None:
    masked = mapping.masked(a_loan().borrower)
    assert masked.number == "9900**********0017" and masked.phone == "199****0001"
    assert mapping.mask("abc", 2, 2) == "***"
