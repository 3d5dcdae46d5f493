"""Who acts on the command line, the first account, and a matter by its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound
from legalflow.office import Office
from legalflow.services import operating, passwords, persons
from tests.builders import an_account, an_office, an_open_matter


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def test_the_only_counsel_acts_where_nobody_is_named(office: Office) -> None:
    with pytest.raises(Invalid):
        operating.actor(office, None)
    counsel = an_account(office, Role.COUNSEL)
    assert operating.actor(office, None) == counsel
    an_account(office, Role.COUNSEL, "second")
    with pytest.raises(Invalid):
        operating.actor(office, None)
    assert operating.actor(office, "second").id != counsel.id


def test_a_login_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        operating.actor(office, "nobody")


def test_the_first_account_is_the_administrator_and_is_made_once(office: Office) -> None:
    password = operating.first_account(office, "admin")
    assert password is not None and len(password) >= passwords.SHORTEST
    assert operating.first_account(office, "admin") is None
    assert operating.actor(office, "admin").role is Role.ADMIN


def test_sample_data_is_refused_where_somebody_works(office: Office) -> None:
    operating.refuse_used(office)
    an_account(office, Role.COUNSEL)
    with pytest.raises(Conflict):
        operating.refuse_used(office)


def test_a_matter_is_found_by_id_and_number_within_scope_only(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    matter = an_open_matter(office, counsel)
    number = operating.replayed(office, counsel, matter)["number"]
    assert operating.matter_id(office, counsel, number) == matter
    lawyer = an_account(office, Role.FIRM_LAWYER)
    for text in (matter, number, "2026-999999"):
        with pytest.raises(NotFound):
            operating.matter_id(office, lawyer, text)


def test_a_person_is_told_all_that_is_held_of_them_and_nothing_of_others(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    an_open_matter(office, counsel)
    held = persons.access(office, counsel, "990000199001010017")["loans"]
    assert [each["contract_number"] for each in held] == ["JK-2025-0001"]
    assert [fact["name"] for fact in held[0]["facts"]] == ["甄借款"]
    assert held[0]["facts"][0]["number"] == "990000199001010017"
    assert held[0]["matter"]["stage"] == "A00"
    assert persons.access(office, counsel, "990000199001010025")["loans"] == []


def test_a_persons_data_is_for_those_who_may_reveal_it(office: Office) -> None:
    an_open_matter(office, an_account(office, Role.COUNSEL))
    with pytest.raises(NotAllowed):
        persons.access(office, an_account(office, Role.FINANCE), "990000199001010017")
    lawyer = an_account(office, Role.FIRM_LAWYER)
    assert persons.access(office, lawyer, "990000199001010017")["loans"] == [], "not assigned to their firm"
