"""The table of clocks: each row runs to its last day and not beyond, is met in time or late, and falls away."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.law.limitation import kinds
from legalflow.law.periods import rules
from legalflow.matters.clocks import CLOCKS, COURT, LENDER, Clock, Due, needs_day, table_clocks, variants_of
from legalflow.matters.deadlines import falling_due
from legalflow.matters.happenings import ABROAD, KINDS, Debt, Happening, History
from legalflow.values.dates import ONE_DAY
from tests.builders import a_law

START, STATED = date(2026, 3, 4), date(2026, 4, 10)
# Rules that are asked for by name alone, or by the clocks of the debt.
OF_THE_DEBT = {
    "limitation", "limitation_long", "limitation_suspension", "limitation_last_months", "guarantee_default",
    "guarantee_until_repaid", "guarantee_limitation", "guarantee_defence", "enforcement_application",
    "enforcement_application_instalments", "enforcement_application_notarised",
}  # fmt: skip
BY_NAME = {
    "security_right_ruling_objection_third", "trial_ordinary_extended", "trial_simplified_extended",
    "trial_small_claim_extended", "stay_query_end", "bankruptcy_claim_most", "arbitration_fee", "counterclaim_fee",
    "write_off_file_review",
}  # fmt: skip


def starting(row: Clock) -> list[Happening]:
    """What starts a row: its first kind and variant, with the day it states, and what must have happened before."""
    until = STATED if row.stated or row.from_until else None
    facts = {"party": "甲", "subject": "房屋", "variant": next(iter(row.rules), "")}
    start = Happening(kind=row.starts[0], on=START, until=until, **facts)
    return [start, *(Happening(kind=kind, on=START, variant="acceptance") for kind in row.given)]


def run(row: Clock, happenings: list[Happening], on: date) -> Due:
    found, gaps = table_clocks(History.of(Debt(), happenings, on), a_law(), on, internal=True)
    assert not gaps
    return next(each for each in found if each.id == row.id)


@pytest.mark.parametrize("row", CLOCKS, ids=lambda row: row.id)
def test_a_clock_is_open_on_its_last_day_and_no_longer_on_the_next(row: Clock) -> None:
    last = run(row, starting(row), START).last_day.value
    assert run(row, starting(row), last).state == ("open" if row.whose == LENDER else "waiting")
    after = run(row, starting(row), last + ONE_DAY)
    if row.repeats:  # it is followed by its next day
        assert after.last_day.value > last
        return
    assert after.state == ("elapsed" if row.right or row.whose != LENDER else "missed")
    assert after.days_left < 0 and after.trigger and after.last_day.steps[0].what == "起算"
    assert after.last_day.citations


@pytest.mark.parametrize("row", [row for row in CLOCKS if row.met], ids=lambda row: row.id)
def test_what_is_done_on_the_last_day_is_in_time_and_on_the_next_is_late(row: Clock) -> None:
    start, *before = starting(row)
    last = run(row, [start, *before], START).last_day.value
    done = Happening(kind=row.met[0], on=last, party=start.party, subject=start.subject, variant=start.variant)
    assert run(row, [start, *before, done], last).state == "met"
    late = Happening(
        kind=row.met[0], on=last + ONE_DAY, party=start.party, subject=start.subject, variant=start.variant
    )
    assert run(row, [start, *before, late], last + ONE_DAY).state == "late"
    for name in row.same:
        other = Happening(
            kind=row.met[0], on=last,
            **{field: "他" if field == name else getattr(start, field) for field in ("party", "subject", "variant")},
        )  # fmt: skip
        assert run(row, [start, *before, other], last).state in {"open", "waiting"}, name


@pytest.mark.parametrize("row", [row for row in CLOCKS if row.over], ids=lambda row: row.id)
def test_what_makes_a_clock_moot_ends_it(row: Clock) -> None:
    for kind in row.over:
        ended = Happening(kind=kind, on=START, subject="房屋")
        assert run(row, [*starting(row), ended], START).state == "superseded", kind


def test_the_table_names_only_what_there_is() -> None:
    for row in CLOCKS:
        assert {*row.starts, *row.met, *row.over, *row.given} <= set(KINDS), row.id
        named = {row.rule, row.at_most, row.repeats, *row.rules.values()} - {""}
        assert named <= set(rules(a_law())), row.id
        assert not row.follows or row.follows in {each.id for each in CLOCKS}
    assert len({row.id for row in CLOCKS}) == len(CLOCKS)


def test_every_rule_is_a_clock_or_known_to_be_none_and_every_kind_does_something() -> None:
    used = {rule for row in CLOCKS for rule in (row.rule, *row.rules.values())}
    assert set(rules(a_law())) - used - OF_THE_DEBT <= BY_NAME
    moving = {kind for row in CLOCKS for kind in (*row.starts, *row.met, *row.over, *row.given)}
    of_the_debt = {"obstacle_arose", "instalment_due", "settlement_broken", "measure_waiting", *kinds(a_law())}
    assert set(KINDS) <= moving | of_the_debt


def test_a_variant_that_the_table_does_not_know_starts_nothing_and_is_told_from_the_others() -> None:
    assert variants_of("measure_taken") == {"deposits", "movables", "real_estate", "rights"}
    assert f"judgment{ABROAD}" in variants_of("judgment_served") and not variants_of("suit")
    house = Happening(kind="measure_taken", on=START, subject="房屋", variant="house")
    assert table_clocks(History.of(Debt(), [house], START), a_law(), START) == ((), ())


def test_a_day_is_needed_where_nothing_else_says_the_end() -> None:
    assert needs_day("hearing_set", "") and needs_day("evidence_period_set", "summary")
    assert not needs_day("measure_taken", "deposits") and not needs_day("evidence_period_set", "first")


def test_parties_abroad_have_thirty_days_and_sixty_by_notice() -> None:
    served = Happening(kind="judgment_served", on=START, party="甲", variant=f"judgment{ABROAD}")
    notice = Happening(kind="notice_published", on=START, party="乙", subject="complaint", variant="abroad")
    found, _ = table_clocks(History.of(Debt(), [served, notice], START), a_law(), START)
    days = {(each.id, each.party): each.nominal for each in found}
    assert days["appeal", "甲"] == date(2026, 4, 3)
    assert days["public_notice_service", "乙"] == date(2026, 5, 3)
    assert days["answer", "乙"] == date(2026, 6, 2)


def test_a_service_on_record_takes_the_place_of_a_public_notice() -> None:
    notice = Happening(kind="notice_published", on=START, party="甲", subject="judgment")
    served = Happening(kind="judgment_served", on=date(2026, 3, 20), party="甲", variant="judgment")
    found, _ = table_clocks(History.of(Debt(), [notice, served], STATED), a_law(), STATED)
    assert [each.triggered_on for each in found if each.id == "appeal"] == [served.on]


def test_a_judgment_of_small_claims_is_not_appealed_also_by_notice() -> None:
    accepted = Happening(kind="case_accepted", on=START, variant="small_claims")
    notice = Happening(kind="notice_published", on=START, party="甲", subject="judgment")
    found, _ = table_clocks(History.of(Debt(), [accepted, notice], STATED), a_law(), STATED)
    assert "appeal" not in {each.id for each in found}


def test_a_measure_longer_than_the_law_allows_is_pointed_out() -> None:
    taken = Happening(kind="measure_taken", on=START, subject="账户", variant="deposits", until=date(2027, 3, 5))
    found, _ = table_clocks(History.of(Debt(), [taken], START), a_law(), START)
    expiry = next(each for each in found if each.id == "measure_expiry")
    assert [warning.code for warning in expiry.last_day.warnings] == ["period.out_of_bounds"]
    assert expiry.last_day.value == date(2027, 3, 5)


def test_a_clock_whose_law_is_not_in_the_data_is_named_as_a_gap() -> None:
    plan = Happening(kind="distribution_plan_received", on=date(2010, 3, 4))
    found, gaps = table_clocks(History.of(Debt(), [plan], START), a_law(), START)
    assert not found and [(gap.zh, gap.on) for gap in gaps] == [("对财产分配方案提出异议", plan.on)]


def test_write_off_clocks_are_not_for_outside() -> None:
    booked = [Happening(kind="write_off_booked", on=START)]
    history = History.of(Debt(), booked, STATED)
    assert not table_clocks(history, a_law(), STATED)[0]
    found = {each.id: each.last_day.value for each in table_clocks(history, a_law(), STATED, internal=True)[0]}
    assert found["write_off_accountability"] == date(2028, 3, 4)
    assert (found["write_off_audit"], found["write_off_report"]) == (date(2027, 5, 31), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-05", "2026-09-04"),
        ("2026-09-04", "2026-09-04"),
        ("2026-09-05", "2027-03-04"),
        ("2032-01-01", "2031-03-04"),
    ],
)
def test_after_a_stay_the_court_looks_every_six_months_for_five_years(on: str, expected: str) -> None:
    row = next(row for row in CLOCKS if row.id == "stay_query")
    stayed = Happening(kind="stayed", on=START)
    assert run(row, [stayed], date.fromisoformat(on)).last_day.value == date.fromisoformat(expected)


# --- any order, any length -------------------------------------------------------------------------------------------

_DEBT = Debt(maturity=date(2024, 6, 28), debtors=frozenset({"甲"}))
_EVENTS = [happening for row in CLOCKS for happening in starting(row)] + [
    Happening(kind="demand", on=date(2025, 2, 3), party="甲"),
    Happening(kind="part_payment", on=date(2025, 11, 24)),
    Happening(kind="acknowledgement", on=date(2026, 1, 5), party="甲"),
    Happening(kind="message", on=date(2026, 6, 29), party="甲"),
]


@given(
    st.lists(st.sampled_from(_EVENTS), unique=True, max_size=12).flatmap(
        lambda few: st.tuples(st.just(few), st.permutations(few))
    )
)
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_facts_were_entered_changes_no_clock(
    orders: tuple[list[Happening], list[Happening]],
) -> None:
    on = date(2026, 12, 1)
    one, other = (falling_due(History.of(_DEBT, each, on), a_law(), on, internal=True) for each in orders)
    assert one == other


@given(st.lists(st.dates(date(2024, 6, 29), date(2027, 6, 28)), unique=True, max_size=6).map(sorted))
@settings(max_examples=40, deadline=None)
def test_a_longer_history_never_loses_an_interruption(days: list[date]) -> None:
    on = date(2031, 1, 1)
    ends, counts = [], []
    for length in range(len(days) + 1):
        demands = [Happening(kind="demand", on=day, party="甲") for day in days[:length]]
        found, _ = falling_due(History.of(_DEBT, demands, on), a_law(), on)
        clock = next(each for each in found if each.id == "limitation")
        ends.append(clock.last_day.value)
        counts.append(sum(step.what == "中断" for step in clock.last_day.steps))
    assert all(before <= after for before, after in itertools.pairwise(ends))
    assert counts == list(range(len(days) + 1))


def test_the_fifteen_days_of_a_review_of_fees_bind_the_court_from_the_application_and_not_the_party() -> None:
    served = Happening(kind="ruling_served", on=START, party="甲", subject="fee", variant="fee")
    assert table_clocks(History.of(Debt(), [served], START), a_law(), START) == ((), ())
    asked = Happening(kind="ruling_challenged", on=START, party="甲", subject="fee", variant="fee")
    found, _ = table_clocks(History.of(Debt(), [served, asked], START), a_law(), START)
    assert [(each.id, each.whose, each.last_day.value) for each in found] == [("fee_review", COURT, date(2026, 3, 19))]
    assert found[0].if_missed == "属于法院的办理期限"
    assert {"fee", f"fee{ABROAD}", "preservation", ""} <= variants_of("ruling_challenged") | variants_of(
        "ruling_served"
    )
