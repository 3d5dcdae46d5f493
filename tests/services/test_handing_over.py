"""Work in somebody's name: counted without naming a debtor, handed to who may have it, holding a change of role up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, DeadlineCareRow, DeadlineRow, MatterRow
from legalflow.services import employing, handing_over, minding
from tests.builders import a_loan, a_unit, an_account, an_office, an_open_matter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without anybody."""
    made = an_office(tmp_path, today="2026-03-02T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def boss(office: Office) -> Actor:
    """Its administrator."""
    return an_account(office, Role.ADMIN)


@pytest.fixture
def leaving(office: Office) -> Actor:
    """A counsel who leaves."""
    return an_account(office, Role.COUNSEL, "leaving")


def owner(office: Office, matter: str) -> str:
    """Whose a matter is."""
    with office.database.reading() as session:
        return session.exec(select(MatterRow.owner_id).where(MatterRow.id == matter)).one()


def mark_of(office: Office, matter: str) -> str:
    """The mark of a deadline of a matter."""
    with office.database.reading() as session:
        return session.exec(select(DeadlineRow.mark).where(DeadlineRow.matter_id == matter)).first() or ""


def test_all_of_it_goes_to_another_and_each_matter_says_so(office: Office, boss: Actor, leaving: Actor) -> None:
    matters = [an_open_matter(office, leaving, a_loan(contract_number=f"JK-{number}")) for number in range(3)]
    other = an_account(office, Role.REVIEWER, "other")
    held = handing_over.held(office, boss, leaving.id)
    assert (held.count, held.choices) == (3, {other.id: "reviewer"})
    assert "甄借款" not in repr(held)
    assert handing_over.hand_over(office, boss, leaving.id, other.id, "离职") == 3
    assert {owner(office, each) for each in matters} == {other.id}
    assert not handing_over.held(office, boss, leaving.id).any
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "matter.handed_over")).all()
    assert {row.subject for row in noted} == set(matters)
    assert all((row.detail["to"], row.detail["reason"]) == (other.id, "离职") for row in noted)
    employing.move(office, boss, leaving.id, Role.AUDITOR, None, "转审计")


def test_whoever_takes_over_is_no_substitute_of_their_own(office: Office, boss: Actor, leaving: Actor) -> None:
    other = an_account(office, Role.COUNSEL, "other")
    own, given = (an_open_matter(office, leaving, a_loan(contract_number=f"JK-{number}")) for number in range(2))
    minding.assign(office, leaving, mark_of(office, own), "", other.id, whole=False)
    minding.assign(office, leaving, mark_of(office, given), leaving.id, other.id, whole=False)
    assert handing_over.held(office, boss, leaving.id).owner_of == 1
    handing_over.hand_over(office, boss, leaving.id, other.id, "离职")
    with office.database.reading() as session:
        cares = session.exec(select(DeadlineCareRow)).all()
    assert {(each.matter_id, each.owner_id, each.substitute_id) for each in cares} == {
        (own, None, None),
        (given, other.id, None),
    }


def test_nobody_takes_over_who_does_not_see_the_loan(office: Office, boss: Actor, leaving: Actor) -> None:
    matter = an_open_matter(office, leaving)
    with office.database.reading() as session:
        loan = session.exec(select(MatterRow.loan_id).where(MatterRow.id == matter)).one()
    other = an_account(office, Role.COUNSEL, "other")
    a_unit(office, "A", loans=[loan])
    a_unit(office, "B", accounts=[other])
    with pytest.raises(Invalid) as refused:
        handing_over.hand_over(office, boss, leaving.id, other.id, "离职")
    assert refused.value.problems[0].code == "handing.unit"
    assert owner(office, matter) == leaving.id


def test_only_an_open_account_of_the_kind_may_take_over_and_why_is_said(
    office: Office, boss: Actor, leaving: Actor
) -> None:
    matter = an_open_matter(office, leaving)
    shut, finance = an_account(office, Role.COUNSEL, "shut"), an_account(office, Role.FINANCE)
    employing.disable(office, boss, shut.id, "离职")
    for to in (shut.id, finance.id, leaving.id, boss.id, ""):
        with pytest.raises(Invalid):
            handing_over.hand_over(office, boss, leaving.id, to, "离职")
    other = an_account(office, Role.COUNSEL, "other")
    for reason in (" ", "长" * 201):
        with pytest.raises(Invalid):
            handing_over.hand_over(office, boss, leaving.id, other.id, reason)
    for doing in (
        lambda: handing_over.held(office, leaving, leaving.id),
        lambda: handing_over.hand_over(office, leaving, leaving.id, other.id, "离职"),
    ):
        with pytest.raises(NotAllowed):
            doing()
    assert owner(office, matter) == leaving.id
