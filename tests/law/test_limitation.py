"""Clocks that begin anew: what interrupts them, from where, and what comes too late."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import LawGap
from legalflow.law.limitation import Clock, Interruption, clock, interruption, is_procedure, kinds, whole_debt_due
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
