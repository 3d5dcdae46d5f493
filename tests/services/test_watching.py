"""The list of deadlines: most urgent first, filtered by its address, counted beside each filter; and the month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed
from legalflow.office import Office
from legalflow.persistence.tables import DeadlineRow, MatterRow
from legalflow.services import minding, watching
from legalflow.services.watching import Filter
from tests.builders import an_account, an_office, an_open_matter

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A matter with sixty deadlines, one a day from ten days ago, after which nothing changes."""
    made = an_office(tmp_path_factory.mktemp("watch"), today="2026-11-24T10:00:00+08:00")
    matter = an_open_matter(made, an_account(made, Role.COUNSEL))
    with made.database.writing() as session:
        for row in session.exec(select(DeadlineRow)):
            session.delete(row)
        for number in range(60):
            last = TODAY + timedelta(days=number - 10)
            session.add(
                DeadlineRow(
                    matter_id=matter,
                    rule="freeze_deposits" if number % 2 else f"answer-{number}",
                    party=f"第{number}人",
                    mark=f"{number:032x}",
                    title="冻结银行存款的期限：某户" if number % 2 else "提交答辩状",
                    last_day=last,
                    state="missed" if last < TODAY else "waiting" if number % 5 == 0 else "open",
                )
            )
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def counsel(office: Office) -> Actor:
    """The counsel of the matter."""
    with office.database.reading() as session:
        return Actor(session.exec(select(MatterRow.owner_id)).one(), "甲", Role.COUNSEL)


def test_the_nearest_comes_first_and_the_pages_together_are_the_whole(office: Office, counsel: Actor) -> None:
    first = watching.listed(office, counsel, Filter())
    second = watching.listed(office, counsel, Filter(), first.after)
    rows = first.rows + second.rows
    assert len(first.rows) == watching.PAGE and second.after == "" and first.total == len(rows) == 60
    assert [row.last_day for row in rows] == sorted(row.last_day for row in rows)
    assert len({row.mark for row in rows}) == 60


def test_counts_say_what_each_filter_would_leave(office: Office, counsel: Actor) -> None:
    watch = watching.listed(office, counsel, Filter())
    assert watch.bands == {"overdue": 10, "today": 1, "week": 8, "month": 31, "quarter": 50, "later": 0}
    assert sum(watch.states.values()) == 60 and watch.states["missed"] == 10
    assert [(rule, title) for rule, title, _ in watch.kinds] == [
        ("answer", "提交答辩状"),
        ("freeze_deposits", "冻结银行存款的期限"),
    ]
    for band, count in watch.bands.items():
        assert watching.listed(office, counsel, Filter(days=band)).total == count
    for state, count in watch.states.items():
        assert watching.listed(office, counsel, Filter(state=state)).total == count
    for rule, _, count in watch.kinds:
        assert watching.listed(office, counsel, Filter(kind=rule)).total == count == 30
    narrowed = watching.listed(office, counsel, Filter(kind="answer", days="week"))
    assert narrowed.total == sum(row.days in range(8) for row in narrowed.rows) == 4
    assert narrowed.bands["overdue"] == watching.listed(office, counsel, Filter(kind="answer", days="overdue")).total


def test_mine_is_what_i_own_or_stand_in_for(office: Office, counsel: Actor) -> None:
    second = an_account(office, Role.COUNSEL, login="second")
    assert watching.listed(office, second, Filter(mine=True)).total == 0
    minding.assign(office, counsel, f"{20:032x}", "", second.id, False)
    minding.assign(office, counsel, f"{21:032x}", second.id, "", False)
    assert {row.mark for row in watching.listed(office, second, Filter(mine=True)).rows} == {
        f"{20:032x}",
        f"{21:032x}",
    }
    assert watching.listed(office, counsel, Filter(mine=True)).total == 59
    assert watching.counts(office, second) == {"overdue": 0, "today": 0, "week": 0, "escalated": 0, "unseen": 1}


def test_what_passed_and_was_acknowledged_comes_last(office: Office, counsel: Actor) -> None:
    oldest = watching.listed(office, counsel, Filter()).rows[0]
    minding.acknowledge(office, counsel, oldest.mark, oldest.last_day.isoformat())
    first = watching.listed(office, counsel, Filter())
    last = watching.listed(office, counsel, Filter(), first.after)
    assert first.rows[0].mark != oldest.mark and last.rows[-1].mark == oldest.mark and last.rows[-1].acknowledged
    assert watching.listed(office, counsel, Filter(unseen=True)).total == 59


@pytest.mark.parametrize(
    "after", ["", "x", "0_2026-13-01_1", "7_2026-11-24_1", "0_2026-11-24_x", "0_2026-11-24_" + "9" * 40]
)
def test_a_key_that_means_nothing_begins_at_the_beginning(office: Office, counsel: Actor, after: str) -> None:
    assert watching.listed(office, counsel, Filter(), after).total == 60


def test_a_month_has_the_days_off_and_the_days_worked_of_the_law(office: Office, counsel: Actor) -> None:
    sheet = watching.month(office, counsel, "2026-10", Filter())
    days = {each.day: each for week in sheet.weeks for each in week if each.inside}
    assert len(days) == 31 and all(len(week) == 7 and week[0].day.weekday() == 0 for week in sheet.weeks)
    assert [day.day for day, each in days.items() if each.off] == [1, 2, 3, 4, 5, 6, 7]
    assert [day.day for day, each in days.items() if each.worked] == [10]
    assert not sheet.doubts and (sheet.before, sheet.after) == ("2026-09", "2026-11")
    november = watching.month(office, counsel, "", Filter(days="week", on="2026-11-24"))
    assert november.first == date(2026, 11, 1) and november.total == 17, "the month is not cut by the list's days"


def test_a_year_without_its_notice_says_so_and_no_month_is_refused(office: Office, counsel: Actor) -> None:
    assert any("2031" in doubt for doubt in watching.month(office, counsel, "2031-02", Filter()).doubts)
    for text in ("2026", "2026-13", "abc", "0001-01", "9999-12"):
        with pytest.raises(Invalid):
            watching.month(office, counsel, text, Filter())


def test_the_administrator_sees_no_debtor_here_either(office: Office) -> None:
    admin = an_account(office, Role.ADMIN)
    for look in (
        lambda: watching.listed(office, admin, Filter()),
        lambda: watching.month(office, admin, "", Filter()),
        lambda: watching.running(office, admin),
    ):
        with pytest.raises(NotAllowed):
            look()


def test_a_number_at_the_end_of_a_rule_is_no_kind_of_its_own() -> None:
    assert [watching.base(rule) for rule in ("answer", "answer-2", "answer-2-x", "-3")] == [
        "answer",
        "answer",
        "answer-2-x",
        "-3",
    ]
