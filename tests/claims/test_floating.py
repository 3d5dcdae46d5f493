"""Floating rates: which day prices which segment, where a publication counts, and where the law has a gap."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.floating import (
    RateSegment,
    Reference,
    Terms,
    anniversaries,
    january_days,
    repriced,
    same_period,
)
from legalflow.errors import Invalid, LawGap
from legalflow.values.dates import Period
from tests.builders import a_law

ONE, FIVE = Reference("lpr", "1y"), Reference("lpr", "5y")
MIDDLE = Reference("benchmark", "1y_to_3y")
PLAIN = Terms()


def a_repricing(start: str, end: str, *days: str, reference: Reference = ONE, **more: object) -> list[RateSegment]:
    facts: dict = {"terms": PLAIN, "lookup": "before", **more}
    return list(repriced(a_law(), reference, Period.of(start, end), [*map(date.fromisoformat, days)], **facts).value)


def shown(segments: list[RateSegment] | tuple[RateSegment, ...]) -> list[tuple[str, str, str]]:
    return [(str(each.period.start), str(each.rate), str(each.row.since)) for each in segments]


def test_what_is_published_between_repricing_days_changes_nothing() -> None:
    assert shown(a_repricing("2024-01-01", "2025-01-01", "2024-01-01")) == [("2024-01-01", "0.0345", "2023-12-20")]


def test_a_publication_on_the_repricing_day_counts_only_where_it_is_agreed() -> None:
    assert shown(a_repricing("2024-10-21", "2024-11-01", "2024-10-21")) == [("2024-10-21", "0.0335", "2024-09-20")]
    found = a_repricing("2024-10-21", "2024-11-01", "2024-10-21", lookup="on_or_before")
    assert shown(found) == [("2024-10-21", "0.031", "2024-10-21")]


def test_without_an_agreed_lookup_the_usual_one_is_taken_and_said_to_be_unverified() -> None:
    period, days = Period.of("2024-10-21", "2024-11-01"), [date(2024, 10, 21)]
    found = repriced(a_law(), ONE, period, days, PLAIN)
    assert found.value[0].row.since == date(2024, 9, 20)
    assert any("rates/repricing_lookup" in each for each in found.provisional)
    assert not repriced(a_law(), ONE, period, days, PLAIN, "before").provisional


def test_each_step_shows_reference_margin_and_the_row_it_cites() -> None:
    found = repriced(a_law(), FIVE, Period.of("2025-01-01", "2025-03-21"), [date(2025, 1, 1)], Terms(Decimal(55)))
    step = found.steps[0]
    assert step.formula == "3.60%（五年期以上贷款市场报价利率，2024-12-20起） ＋ 55个基点" and step.value == "4.15%"
    assert found.value[0].row.citation in step.citations


def test_a_margin_may_be_taken_off_and_may_be_a_part_of_a_point() -> None:
    assert Terms(Decimal("-63.5")).rate(Decimal("0.048")) == Decimal("0.04165")
    assert Terms(Decimal(0), Decimal("1.3")).rate(Decimal("0.03")) == Decimal("0.039")
    with pytest.raises(Invalid):
        Terms(Decimal(-301)).rate(Decimal("0.03"))


def test_a_loan_drawn_within_the_year_is_priced_on_its_own_day_first() -> None:
    period = Period.of("2024-11-01", "2025-02-01")
    found = repriced(a_law(), ONE, period, january_days(period), PLAIN, "before", date(2024, 8, 1))
    assert shown(found.value) == [("2024-11-01", "0.0335", "2024-07-22"), ("2025-01-01", "0.031", "2024-12-20")]
    assert not found.warnings
    unsaid = repriced(a_law(), ONE, period, january_days(period), PLAIN, "before")
    assert unsaid.value[0].priced_on == date(2024, 1, 1)
    assert [warning.code for warning in unsaid.warnings] == ["rate.assumed_running"]


def test_an_anniversary_of_29_february_is_the_last_day_of_february() -> None:
    period = Period.of("2024-02-29", "2025-03-01")
    days = anniversaries(date(2024, 2, 29), period)
    found = repriced(a_law(), ONE, period, days, PLAIN, "before", date(2024, 2, 29))
    assert [each.period.start for each in found.value] == [date(2024, 2, 29), date(2025, 2, 28)]


def test_a_period_that_no_day_prices_is_refused() -> None:
    for days in ([], ["2024-06-01"]):
        with pytest.raises(Invalid, match=r"rate\.no_first_price"):
            a_repricing("2024-05-01", "2024-07-01", *days)
    with pytest.raises(Invalid, match=r"rate\.first_priced_on"):
        a_repricing("2024-05-01", "2024-07-01", "2024-01-01", first_priced_on=date(2024, 5, 2))


def test_an_empty_period_an_unknown_lookup_and_an_unknown_tenor_are_refused() -> None:
    with pytest.raises(Invalid, match=r"rate\.empty_period"):
        a_repricing("2024-05-01", "2024-05-01", "2024-01-01")
    with pytest.raises(Invalid, match=r"rate\.lookup"):
        a_repricing("2024-05-01", "2024-07-01", "2024-01-01", lookup="after")
    for series, tenor in (("lpr", "over_5y"), ("benchmark", "1y"), ("shibor", "1y")):
        with pytest.raises(Invalid, match=r"rate\.reference"):
            Reference(series, tenor)


def test_a_rate_already_fixed_outlives_the_last_publication_loaded() -> None:
    assert shown(a_repricing("2026-11-01", "2026-12-01", "2026-01-01"))[0][1] == "0.03"


def test_a_repricing_after_the_last_publication_loaded_is_a_gap() -> None:
    assert a_repricing("2026-10-20", "2026-10-21", "2026-10-20")[0].row.since == date(2026, 9, 20)
    with pytest.raises(LawGap, match=r"law\.gap"):
        a_repricing("2026-10-21", "2026-10-22", "2026-10-21")
    with pytest.raises(LawGap, match=r"law\.gap"):
        same_period(a_law(), ONE, Period.of("2026-10-20", "2026-10-21"), PLAIN)


def test_before_the_first_lpr_there_is_a_gap_and_never_the_benchmark_unasked() -> None:
    with pytest.raises(LawGap, match=r"rate\.before_lpr"):
        a_repricing("2019-08-20", "2019-09-01", "2019-08-20")
    with pytest.raises(LawGap, match=r"rate\.before_lpr"):
        same_period(a_law(), ONE, Period.of("2019-08-19", "2019-08-21"), PLAIN)


def test_a_judgment_reads_the_benchmark_up_to_the_first_lpr() -> None:
    found = same_period(a_law(), ONE, Period.of("2015-10-01", "2019-08-21"), PLAIN, MIDDLE)
    assert shown(found.value) == [
        ("2015-10-01", "0.05", "2015-08-26"),
        ("2015-10-24", "0.0475", "2015-10-24"),
        ("2019-08-20", "0.0425", "2019-08-20"),
    ]
    assert not found.warnings
    assert shown(same_period(a_law(), ONE, Period.of("2016-01-01", "2016-02-01"), PLAIN, MIDDLE).value) == [
        ("2016-01-01", "0.0475", "2015-10-24")
    ]


def test_a_benchmark_loan_is_priced_by_the_rate_in_force_that_day_and_questioned_after_lpr() -> None:
    found = repriced(
        a_law(), MIDDLE, Period.of("2015-01-01", "2016-02-01"), [date(2015, 1, 1), date(2016, 1, 1)], PLAIN
    )
    assert shown(found.value) == [("2015-01-01", "0.06", "2014-11-22"), ("2016-01-01", "0.0475", "2015-10-24")]
    assert not found.warnings
    later = repriced(a_law(), MIDDLE, Period.of("2021-01-01", "2021-02-01"), [date(2021, 1, 1)], PLAIN)
    assert [warning.code for warning in later.warnings] == ["rate.benchmark_after_lpr"]


def test_every_publication_begins_a_segment_even_where_the_value_stays() -> None:
    found = same_period(a_law(), ONE, Period.of("2025-05-20", "2025-08-01"), PLAIN).value
    assert [each.period.start for each in found] == [
        date(2025, 5, 20),
        date(2025, 6, 20),
        date(2025, 7, 21),
    ]
    assert {each.rate for each in found} == {Decimal("0.03")}


def test_an_unverified_publication_makes_the_finding_provisional() -> None:
    found = same_period(a_law(), ONE, Period.of("2026-08-20", "2026-09-20"), PLAIN)
    assert any("推定" in each for each in found.provisional)


@given(st.dates(date(2016, 1, 1), date(2026, 10, 1)), st.integers(1, 900), st.booleans())
def test_segments_tile_the_period_and_each_day_has_the_rate_of_that_day_alone(
    start: date, days: int, judgment: bool
) -> None:
    period = Period(start, min(start + timedelta(days), date(2026, 10, 20)))

    def segments(of: Period) -> tuple[RateSegment, ...]:
        if judgment:
            return same_period(a_law(), ONE, of, PLAIN, MIDDLE).value
        return repriced(a_law(), MIDDLE, of, january_days(of), PLAIN).value

    found = segments(period)
    assert found[0].period.start == period.start and found[-1].period.end_exclusive == period.end_exclusive
    assert all(one.period.end_exclusive == two.period.start for one, two in itertools.pairwise(found))
    for each in found:
        last = each.period.end_exclusive - timedelta(1)
        assert segments(Period(last, each.period.end_exclusive))[0].rate == each.rate
