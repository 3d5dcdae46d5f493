"""How interest grows over one stretch: every day once, whatever the stretch is cut into."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.award import Exclusion, Floating, GeneralInterest
from legalflow.claims.delay_growth import counted_days, doubled, general_days, general_growth
from legalflow.claims.floating import Reference, Terms
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import Money
from tests.builders import a_law

FIRST = date(2015, 1, 1)
days = st.integers(0, 3000).map(lambda count: FIRST + timedelta(count))
lengths = st.integers(0, 400)


@given(days, lengths, lengths, st.integers(1, 10**14), st.lists(st.tuples(days, lengths, st.booleans()), max_size=4))
def test_the_doubled_part_of_adjoining_periods_adds_up_exactly(
    start: date, first: int, second: int, fen: int, stays: list[tuple[date, int, bool]]
) -> None:
    base, middle = Money.of_fen(fen), start + timedelta(first)
    end = middle + timedelta(second)
    stayed = [Exclusion(Period(on, on + timedelta(length)), by_debtor) for on, length, by_debtor in stays]
    parts = [doubled(a_law(), base, Period(*each), stayed, None).exact for each in ((start, middle), (middle, end))]
    assert sum(parts, start=Decimal(0)) == doubled(a_law(), base, Period(start, end), stayed, None).exact


@given(days, lengths, lengths, st.booleans())
def test_the_days_of_general_interest_neither_overlap_nor_leave_a_gap(
    at: date, first: int, second: int, both: bool
) -> None:
    terms = GeneralInterest(Decimal("0.06"), FIRST + timedelta(500), counts_payment_day=both)
    middle, end = at + timedelta(first), at + timedelta(first + second)
    parts = general_days(terms, at, middle, None).days + general_days(terms, middle, end, None).days
    assert parts == general_days(terms, at, end, None).days


def test_the_day_of_payment_counts_only_where_both_ends_do() -> None:
    from_first = {
        both: general_days(
            GeneralInterest(Decimal("0.06"), FIRST, counts_payment_day=both), FIRST - ONE_DAY, date(2015, 1, 31), None
        )
        for both in (False, True)
    }
    assert from_first[False] == Period.of("2015-01-01", "2015-01-31")
    assert from_first[True] == Period.of("2015-01-01", "2015-02-01")


def test_an_end_of_its_own_and_a_bankruptcy_cut_the_days() -> None:
    terms = GeneralInterest(Decimal("0.06"), FIRST, last_day=date(2015, 1, 20))
    assert general_days(terms, FIRST, date(2015, 3, 1), None).days == 20
    assert general_days(terms, FIRST, date(2015, 3, 1), date(2015, 1, 11)).days == 10
    assert general_days(terms, FIRST, date(2015, 3, 1), date(2014, 12, 1)).days == 0


def test_days_two_stays_share_are_left_out_once() -> None:
    period = Period.of("2015-01-01", "2015-02-01")
    stays = [Exclusion(Period.of("2015-01-05", "2015-01-11")), Exclusion(Period.of("2015-01-08", "2015-01-16"))]
    assert counted_days(period, stays) == counted_days(period, stays[::-1]) == 20


def test_a_floating_rate_takes_each_publication_from_its_day_and_cites_it() -> None:
    floating = Floating(Reference("lpr", "1y"), Terms(multiple=Decimal(4)))
    terms = GeneralInterest(Decimal(0), date(2024, 7, 12), floating=floating)
    grown = general_growth(a_law(), terms, Money("360000"), Period.of("2024-07-12", "2024-08-01"))
    assert grown.exact == 2720 and grown.citations
    assert "13.80% × 10日" in grown.formula and "13.40% × 10日" in grown.formula
