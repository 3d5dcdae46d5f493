"""Law firms: named once, with a word of their own; they end when nothing is with them, and get nothing after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotFound, NotNow
from legalflow.loans.parties import Agent, Firm
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import BundleRow, LinkRow
from legalflow.services import appointing, employing, following, rostering, tracking
from tests.builders import an_account, an_office, an_open_matter


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
def firm(office: Office, boss: Actor) -> str:
    """A law firm with a lawyer, by its id."""
    lawyer = Agent(name="何律师", unit="甲律师事务所", position="主任", phone="1", licence="A1", power="特别授权")
    return appointing.add(office, boss, Firm(name="甲律师事务所", code="甲", lawyers=(lawyer,)))


def test_a_firm_is_corrected_and_a_lawyer_keeps_what_the_form_does_not_ask(
    office: Office, boss: Actor, firm: str
) -> None:
    lawyers = (
        Agent(name="何律师", unit="甲", position="律师", phone="2", licence="A2"),
        Agent(name="吕律师", unit="甲"),
    )
    appointing.change(office, boss, firm, Firm(name="甲律师事务所", code="甲金", lawyers=lawyers), version=1)
    sheet = appointing.sheet(office, boss, firm)
    assert (sheet.firm.code, sheet.version, sheet.line.lawyers) == ("甲金", 2, 2)
    kept = sheet.firm.lawyers[0]
    assert (kept.position, kept.phone, kept.licence, kept.power) == ("主任", "2", "A2", "特别授权")
    with pytest.raises(Conflict):
        appointing.change(office, boss, firm, Firm(name="甲律师事务所"), version=1)
    appointing.change(office, boss, firm, sheet.firm, version=2)
    assert appointing.sheet(office, boss, firm).version == 2


def test_no_two_firms_have_one_name_or_number_their_letters_alike(office: Office, boss: Actor, firm: str) -> None:
    with pytest.raises(Invalid) as refused:
        appointing.add(office, boss, Firm(name=" 甲律师事务所 ", code="甲"))
    assert {problem.code for problem in refused.value.problems} == {"firm.taken", "firm.code_taken"}
    twice = (Agent(name="何", unit="乙"), Agent(name="何", unit="乙"), Agent(name="", unit="乙", phone="3"))
    with pytest.raises(Invalid) as refused:
        appointing.add(office, boss, Firm(name="", address="长" * 201, email="\u202e", lawyers=twice))
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"firm.name", "firm.length", "cell.character", "firm.lawyer_twice", "firm.lawyer_name"}


def test_a_firm_ends_only_when_no_matter_and_no_link_is_with_it(office: Office, boss: Actor, firm: str) -> None:
    counsel = an_account(office, Role.COUNSEL)
    lawyer = employing.create(office, boss, "he", "何律师", Role.FIRM_LAWYER, firm)
    matter = an_open_matter(office, counsel)
    tracking.assign(office, counsel, matter, firm)
    _a_link(office, counsel, matter, firm)
    [line] = appointing.firms(office, boss)
    assert (line.open, line.closed, line.links, line.accounts) == (1, 0, 1, 1)
    with pytest.raises(NotNow) as refused:
        appointing.disable(office, boss, firm, "终止合作")
    assert {problem.code for problem in refused.value.problems} == {"firm.matters", "firm.links"}
    assert all(problem.found and problem.mend for problem in refused.value.problems)
    tracking.unassign(office, counsel, matter, "收回")
    assert appointing.disable(office, boss, firm, "终止合作") == 1
    assert rostering.shown(office, boss, lawyer.id).disabled
    assert firm not in following.firms(office, counsel)
    with pytest.raises(NotNow):
        tracking.assign(office, counsel, matter, firm)
    with pytest.raises(Invalid):
        employing.enable(office, boss, lawyer.id, "返岗")
    with pytest.raises(Invalid):
        employing.create(office, boss, "lv", "吕律师", Role.FIRM_LAWYER, firm)
    with pytest.raises(NotNow):
        appointing.disable(office, boss, firm, "再停")
    appointing.enable(office, boss, firm, "恢复合作")
    with pytest.raises(NotNow):
        appointing.enable(office, boss, firm, "再来")
    assert rostering.shown(office, boss, lawyer.id).disabled
    assert employing.enable(office, boss, lawyer.id, "返岗").password
    tracking.assign(office, counsel, matter, firm)


def test_a_firm_that_is_not_there_is_not_found_and_no_end_is_without_a_reason(
    office: Office, boss: Actor, firm: str
) -> None:
    with pytest.raises(NotFound):
        appointing.sheet(office, boss, "0" * 20)
    with pytest.raises(NotFound):
        appointing.disable(office, boss, "0" * 20, "终止")
    with pytest.raises(Invalid):
        appointing.disable(office, boss, firm, " ")


def _a_link(office: Office, counsel: Actor, matter: str, firm: str) -> None:
    """Something handed to the firm that it can still fetch."""
    at = office.now()
    bundle = BundleRow(
        id=repositories.new_id(),
        matter_id=matter,
        version=1,
        state="ready",
        inputs_digest="d",
        requested_by=counsel.id,
        created_at=at,
    )
    with office.database.writing() as session:
        session.add(bundle)
        session.flush()
        session.add(
            LinkRow(
                id=repositories.new_id(),
                token_hash="h",
                firm_id=firm,
                matter_id=matter,
                bundle_id=bundle.id,
                digest="d",
                expires_at=at + timedelta(days=1),
                uses_allowed=5,
                created_by=counsel.id,
                created_at=at,
            )
        )
