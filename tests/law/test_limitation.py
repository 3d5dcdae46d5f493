"""Clocks that begin anew: what interrupts them, from where, and what comes too late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import LawGap
from legalflow.law.limitation import (
    Clock,
    Interruption,
    Obstacle,
    clock,
    interruption,
    is_procedure,
    kinds,
    whole_debt_due,
)
from tests.builders import a_law

DUE = date(2021, 4, 12)
UNREAD = {"subrogation", "debt_assumption"}  # articles of the interpretation known, their words not read


def run(*interruptions: Interruption, due: date = DUE) -> Clock:
    return clock(a_law(), "limitation", due, interruptions).value


def effects(*interruptions: Interruption) -> list[str]:
    return [effect.what for effect in run(*interruptions).effects]


def test_each_interruption_in_time_begins_the_whole_period_anew() -> None:
    found = run(Interruption(date(2022, 3, 1), "催收"), Interruption(date(2025, 2, 28), "催收"))
    assert [effect.what for effect in found.effects] == ["anew", "anew"]
    assert found.deadline.nominal == date(2028, 2, 28)


def test_an_interruption_on_the_last_day_is_in_time_and_on_the_next_is_not() -> None:
    assert run().deadline.last_day == date(2024, 4, 12)
    assert effects(Interruption(date(2024, 4, 12), "催收")) == ["anew"]
    assert effects(Interruption(date(2024, 4, 13), "催收")) == ["late"]


def test_nothing_interrupts_a_clock_that_does_not_run_yet() -> None:
    assert effects(Interruption(date(2021, 4, 1), "催收"), Interruption(DUE, "催收")) == ["none", "none"]


def test_only_consent_revives_a_clock_that_has_run_out_and_a_lawyer_is_asked_to_look() -> None:
    late = Interruption(date(2024, 6, 3), "部分履行")
    consent = Interruption(date(2025, 3, 10), "同意履行", revives=True)
    found = clock(a_law(), "limitation", DUE, [late, consent])
    assert [effect.what for effect in found.value.effects] == ["late", "revived"]
    assert [warning.code for warning in found.warnings] == ["limitation.after_end"] * 2
    assert found.value.deadline.nominal == date(2028, 3, 10)
    assert any(citation.article == "第十九条" for citation in found.citations)


def test_a_procedure_has_the_period_begin_anew_from_its_end() -> None:
    suit = Interruption(date(2022, 3, 1), "起诉", until=date(2023, 4, 17))
    found = run(suit, Interruption(date(2023, 4, 16), "催收"))
    assert [effect.what for effect in found.effects] == ["anew", "none"]
    assert found.deadline.nominal == date(2026, 4, 17)


def test_an_interruption_of_the_two_years_time_after_october_2015_gives_three_years() -> None:
    found = run(Interruption(date(2015, 11, 2), "催收"), due=date(2014, 3, 3))
    assert found.deadline.nominal == date(2018, 11, 2)


@pytest.mark.parametrize("kind", kinds(a_law()))
def test_every_kind_has_a_name_and_a_ground_that_was_read(kind: str) -> None:
    found = interruption(a_law(), kind, date(2025, 1, 2))
    assert found.value.zh and bool(found.provisional) == (kind in UNREAD)
    assert [citation.verified for citation in found.value.grounds] == [kind not in UNREAD]
    earlier = interruption(a_law(), kind, date(2019, 1, 2))
    assert earlier.provisional and not earlier.value.grounds


def test_an_unknown_kind_is_no_ground() -> None:
    with pytest.raises(LawGap):
        interruption(a_law(), "gift", date(2025, 1, 2))


def test_suits_are_procedures_and_demands_are_none() -> None:
    assert is_procedure(a_law(), "suit") and not is_procedure(a_law(), "demand")


def test_a_debt_is_due_on_its_last_day_or_when_it_was_first_called_due_before() -> None:
    last = date(2026, 1, 5)
    assert whole_debt_due(last, [])[0] == last
    assert whole_debt_due(last, [date(2025, 3, 4), date(2025, 2, 3), date(2026, 2, 1)])[0] == date(2025, 2, 3)
    assert whole_debt_due(last, [last, date(2026, 2, 1)])[0] == last


@given(st.lists(st.dates(date(2021, 1, 1), date(2035, 1, 1)), max_size=8).map(sorted))
@settings(max_examples=60, deadline=None)
def test_more_interruptions_never_end_a_clock_earlier(days: list[date]) -> None:
    ends = [
        run(*(Interruption(day, "催收") for day in days[:count])).deadline.last_day for count in range(len(days) + 1)
    ]
    assert ends == sorted(ends)


# --- suspension and the long stop ------------------------------------------------------------------------------------

LAST = date(2026, 5, 22)  # three years after 2023-05-22


def suspended(*obstacles: Obstacle) -> Clock:
    return clock(a_law(), "limitation", date(2023, 5, 22), (), obstacles).value


@pytest.mark.parametrize(
    ("began", "ended", "nominal"),
    [
        (date(2025, 6, 2), date(2025, 11, 22), LAST),  # over when the last six months begin
        (date(2025, 6, 2), date(2025, 11, 23), date(2026, 5, 23)),  # reaches a day into them
        (date(2026, 5, 22), date(2026, 5, 29), date(2026, 11, 29)),  # begins on the last day
        (date(2026, 5, 23), date(2026, 6, 30), LAST),  # begins after it
        (date(2026, 3, 2), date(2026, 8, 31), date(2027, 2, 28)),  # ends where six months have no such day
    ],
)
def test_an_obstacle_in_the_last_six_months_ends_limitation_six_months_after_it(
    began: date, ended: date, nominal: date
) -> None:
    found = suspended(Obstacle(began, "不可抗力", ended))
    assert found.deadline.nominal == nominal and not found.suspended


def test_a_second_obstacle_within_the_months_given_by_the_first_suspends_again() -> None:
    first = Obstacle(date(2026, 3, 2), "不可抗力", date(2026, 4, 13))
    second = Obstacle(date(2026, 9, 1), "其他障碍", date(2026, 12, 1))
    assert suspended(second, first).deadline.nominal == date(2027, 6, 1)


def test_an_interruption_while_an_obstacle_lasts_is_in_time() -> None:
    lasting = Obstacle(date(2026, 5, 1), "不可抗力")
    acts = [Interruption(date(2026, 7, 1), "催收")]
    found = clock(a_law(), "limitation", date(2023, 5, 22), acts, [lasting], on=date(2026, 11, 24))
    assert [effect.what for effect in found.value.effects] == ["anew"]
    assert found.value.deadline.nominal == date(2029, 7, 1) and not found.value.suspended


def test_the_old_law_on_suspension_is_not_in_the_data_and_suspends_nothing() -> None:
    found = clock(
        a_law(), "limitation", date(2012, 5, 22), (), [Obstacle(date(2014, 4, 1), "不可抗力", date(2014, 5, 1))]
    )
    assert found.value.deadline.nominal == date(2014, 5, 22)


def test_twenty_years_are_the_end_whatever_interrupts_and_a_day_before_they_are_not() -> None:
    due = date(2021, 3, 1)
    years = [Interruption(date(2021 + 3 * n, 2, 20), "催收") for n in range(1, 7)]
    found = clock(a_law(), "limitation", due, years, long_stop=True)
    assert found.value.long_stop == date(2041, 3, 1)
    assert found.value.deadline.nominal == date(2041, 3, 1) and any(step.what == "最长时效" for step in found.steps)
    assert clock(a_law(), "limitation", due, years[:-1], long_stop=True).value.deadline.nominal == date(2039, 2, 20)


def test_a_part_and_a_joint_debtor_add_their_grounds() -> None:
    found = interruption(a_law(), "demand", date(2025, 1, 2), part=True, joint=True)
    assert [each.article for each in found.value.grounds] == ["第八条第一款第一项", "第九条", "第十五条"]


@given(
    st.dates(date(2023, 1, 1), date(2026, 12, 1)),
    st.integers(0, 900),
    st.lists(st.dates(date(2023, 6, 1), date(2026, 5, 1)), max_size=4).map(sorted),
)
@settings(max_examples=60, deadline=None)
def test_an_obstacle_never_ends_limitation_earlier(began: date, lasted: int, days: list[date]) -> None:
    acts = [Interruption(day, "催收") for day in days]
    hindered = Obstacle(began, "不可抗力", began + timedelta(days=lasted))
    free = clock(a_law(), "limitation", date(2023, 5, 22), acts).value.deadline.last_day
    assert clock(a_law(), "limitation", date(2023, 5, 22), acts, [hindered]).value.deadline.last_day >= free
