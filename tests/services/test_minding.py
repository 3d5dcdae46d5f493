"""Who looks after a deadline: named, seen, carried further once, and never by somebody who may no longer see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AccountRow, AuditRow, DeadlineRow, EscalationRow, FirmRow
from legalflow.services import minding, refreshing, tracking, watching
from legalflow.services.watching import Filter
from tests.builders import a_loan, a_unit, an_account, an_office, an_open_matter


class House:
    """A matter with its deadlines, and the people around it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.counsel = an_account(office, Role.COUNSEL)
        self.second = an_account(office, Role.COUNSEL, login="second")
        self.reviewer = an_account(office, Role.REVIEWER)
        self.firms = [FirmRow(id=repositories.new_id(), name=name, facts={"name": name}) for name in ("甲", "乙")]
        with office.database.writing() as session:
            session.add_all(self.firms)
        self.lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=self.firms[0].id)
        self.matter = an_open_matter(office, self.counsel)

    def deadline(self, matter: str = "") -> DeadlineRow:
        """The matter's own deadline, of the three years for suing."""
        with self.office.database.reading() as session:
            query = select(DeadlineRow).where(DeadlineRow.matter_id == (matter or self.matter))
            return session.exec(query.where(DeadlineRow.rule == "limitation")).one()

    def shift(self, last_day: date) -> DeadlineRow:
        """Let the deadline end on a day of our choice."""
        with self.office.database.writing() as session:
            row = session.get(DeadlineRow, self.deadline().id)
            assert row is not None
            row.last_day = last_day
            session.add(row)
        return self.deadline()

    def on(self, day: date) -> Office:
        """The office at noon of a day."""
        return replace(self.office, now=lambda: datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    def carried(self) -> list[tuple[str, str | None, int]]:
        """What was carried further, in order."""
        with self.office.database.reading() as session:
            rows = session.exec(select(EscalationRow)).all()
        return [(row.level, row.to_id, row.days) for row in rows]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with one matter."""
    office = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield House(office)
    office.database.close()


def test_the_counsel_of_the_matter_owns_its_deadlines_until_somebody_else_is_named(house: House) -> None:
    mark = house.deadline().mark
    assert minding.care(house.office, house.counsel, mark).owner_id == house.counsel.id
    minding.assign(house.office, house.counsel, mark, house.second.id, house.reviewer.id, False)
    care = minding.care(house.office, house.counsel, mark)
    assert (care.owner_id, care.substitute_id) == (house.second.id, house.reviewer.id)
    minding.assign(house.office, house.counsel, mark, "", "", True)
    care = minding.care(house.office, house.counsel, mark)
    assert (care.owner_id, care.substitute_id) == (house.counsel.id, ""), "it takes the single word's place"


def test_an_owner_whose_account_is_closed_or_whose_firm_lost_the_matter_owns_no_more(house: House) -> None:
    office, mark = house.office, house.deadline().mark
    tracking.assign(office, house.counsel, house.matter, house.firms[0].id)
    minding.assign(office, house.counsel, mark, house.lawyer.id, house.second.id, False)
    assert minding.care(office, house.lawyer, mark).owner_id == house.lawyer.id
    tracking.unassign(office, house.counsel, house.matter, "改派")
    care = minding.care(office, house.counsel, mark)
    assert (care.owner_id, care.substitute_id) == (house.counsel.id, house.second.id)
    with office.database.writing() as session:
        row = session.get(AccountRow, house.second.id)
        assert row is not None
        row.disabled = True
        session.add(row)
    assert minding.care(office, house.counsel, mark).substitute_id == ""


def test_only_who_may_see_and_act_is_named_and_never_one_person_twice(house: House) -> None:
    finance = an_account(house.office, Role.FINANCE).id
    stranger = an_account(house.office, Role.FIRM_LAWYER, login="other", firm_id=house.firms[1].id).id
    mark = house.deadline().mark
    for owner, substitute in ((finance, ""), ("", stranger), ("", house.counsel.id), (house.second.id,) * 2):
        with pytest.raises(Invalid):
            minding.assign(house.office, house.counsel, mark, owner, substitute, False)


def test_nobody_of_another_unit_is_named(house: House) -> None:
    a_unit(house.office, "B01", accounts=[house.second])
    mark = house.deadline().mark
    assert house.second.id not in minding.care(house.office, house.counsel, mark).choices
    with pytest.raises(Invalid):
        minding.assign(house.office, house.counsel, mark, house.second.id, "", False)


def test_an_acknowledgement_is_of_one_last_day_and_falls_when_it_moves(house: House) -> None:
    office, before = house.office, house.deadline()
    minding.acknowledge(office, house.counsel, before.mark, before.last_day.isoformat())
    care = minding.care(office, house.reviewer, before.mark)
    assert care.acknowledged_by == house.counsel.name and care.acknowledged_at == office.now()
    tracking.record(
        office, house.counsel, house.matter, "MaterialsChecked", {"on": "2026-11-24"}
    )  # the rows are written anew, and the word stands
    assert minding.care(office, house.reviewer, before.mark).acknowledged_by == house.counsel.name
    tracking.record(office, house.counsel, house.matter, "DemandStarted", {"on": "2026-11-24"})
    delivered = {"on": "2026-11-24", "party": "甄借款", "mode": "post"}
    tracking.record(office, house.counsel, house.matter, "DemandDelivered", delivered)
    after = house.deadline()
    assert after.mark == before.mark and after.last_day > before.last_day
    care = minding.care(office, house.reviewer, before.mark)
    assert care.acknowledged_by == "" and care.seen_before == before.last_day
    with pytest.raises(Conflict):
        minding.acknowledge(office, house.counsel, before.mark, before.last_day.isoformat())


def test_a_firms_lawyer_acknowledges_only_what_was_given_to_them(house: House) -> None:
    office, row = house.office, house.deadline()
    with pytest.raises(NotFound):
        minding.acknowledge(office, house.lawyer, row.mark, row.last_day.isoformat())
    tracking.assign(office, house.counsel, house.matter, house.firms[0].id)
    with pytest.raises(NotNow):
        minding.acknowledge(office, house.lawyer, row.mark, row.last_day.isoformat())
    minding.assign(office, house.counsel, row.mark, "", house.lawyer.id, False)
    minding.acknowledge(office, house.lawyer, row.mark, row.last_day.isoformat())
    assert minding.care(office, house.counsel, row.mark).acknowledged_by == house.lawyer.name


def test_roles_that_only_look_neither_name_nor_acknowledge(house: House) -> None:
    auditor, row = an_account(house.office, Role.AUDITOR), house.deadline()
    assert not minding.care(house.office, auditor, row.mark).may_acknowledge
    with pytest.raises(NotAllowed):
        minding.assign(house.office, auditor, row.mark, "", "", False)
    with pytest.raises(NotAllowed):
        minding.acknowledge(house.office, auditor, row.mark, row.last_day.isoformat())


def test_what_nobody_has_seen_goes_to_the_substitute_and_what_is_not_done_to_the_reviewers_once_each(
    house: House,
) -> None:
    last = house.shift(date(2027, 3, 1)).last_day
    minding.assign(house.office, house.counsel, house.deadline().mark, "", house.second.id, False)
    assert minding.escalate(house.on(last - timedelta(days=8))) == 0
    assert minding.escalate(house.on(last - timedelta(days=7))) == 1
    assert minding.escalate(house.on(last - timedelta(days=7))) == 0, "twice is once"
    assert house.carried() == [("substitute", house.second.id, 7)]
    assert minding.escalate(house.on(last - timedelta(days=3))) == 1
    assert house.carried()[1:] == [("reviewer", None, 3)]
    late = house.on(last - timedelta(days=3))
    assert watching.listed(late, house.second, Filter(escalated=True)).total == 1
    assert watching.listed(late, house.reviewer, Filter(mine=True)).total == 1
    with house.office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "deadline.escalated")).all()
    assert len(noted) == 2 and all("甄借款" not in str(row.detail) for row in noted)


def test_a_deadline_that_was_acknowledged_goes_to_no_substitute_and_a_moved_one_anew(house: House) -> None:
    row = house.shift(date(2027, 3, 1))
    minding.assign(house.office, house.counsel, row.mark, "", house.second.id, False)
    minding.acknowledge(house.office, house.counsel, row.mark, "2027-03-01")
    assert minding.escalate(house.on(date(2027, 2, 25))) == 0
    assert minding.escalate(house.on(date(2027, 2, 27))) == 1
    house.shift(date(2027, 3, 5))
    assert minding.escalate(house.on(date(2027, 3, 1))) == 1, "a new last day is a new start"
    assert [level for level, _, _ in house.carried()] == ["reviewer", "substitute"]


def test_what_passed_long_ago_raises_no_alarm(house: House) -> None:
    last = house.shift(date(2027, 3, 1)).last_day
    assert minding.escalate(house.on(last + timedelta(days=8))) == 0
    assert minding.escalate(house.on(last + timedelta(days=7))) == 1


def test_the_days_are_settings_and_the_daily_tick_carries(house: House) -> None:
    house.shift(date(2027, 3, 1))
    early = house.on(date(2027, 1, 30))
    settings = replace(early.settings, escalate_reviewer=30)
    assert minding.escalate(early) == 0
    assert minding.escalate(replace(early, settings=settings)) == 1


def test_a_tick_gives_marks_to_deadlines_that_have_none_yet(house: House) -> None:
    with house.office.database.writing() as session:
        row = session.get(DeadlineRow, house.deadline().id)
        assert row is not None
        kept, row.mark = row.mark, ""
        session.add(row)
    refreshing.tick(house.office, "day-2026-11-24", lambda _session: None)
    assert house.deadline().mark == kept


def test_another_firms_deadline_is_as_absent_as_none(house: House) -> None:
    other = Actor("x" * 20, "乙", Role.FIRM_LAWYER, house.firms[1].id)
    tracking.assign(house.office, house.counsel, house.matter, house.firms[0].id)
    another = an_open_matter(house.office, house.counsel, a_loan(contract_number="JK-2"))
    for mark in (house.deadline().mark, house.deadline(another).mark, "0" * 32, ""):
        with pytest.raises(NotFound):
            minding.care(house.office, other, mark)
        with pytest.raises(NotFound):
            watching.one(house.office, other, mark)
    assert watching.listed(house.office, other, Filter()).total == 0
    assert watching.listed(house.office, house.lawyer, Filter()).total >= 1
