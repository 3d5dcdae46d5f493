"""What an application for enforcement asks for is the judgment's, less what came in since, never the contract's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from legalflow.errors import Missing, NotNow
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.events import JudgmentGiven, PaymentReceived, RecoveryRecorded
from legalflow.matters.matter import Matter
from legalflow.matters.state import WriteOff
from legalflow.services import enforcing
from legalflow.values.money import Money
from tests.builders import a_law

_AT = datetime(2026, 6, 1, tzinfo=UTC)
JUDGMENT = JudgmentGiven(
    at=_AT,
    on=date(2026, 1, 10),
    actor="a",
    number="（2026）京0105民初1号",
    body="示例市示例区人民法院",
    kind="judgment",
    cause="金融借款合同纠纷",
    operative="一、被告于本判决生效之日起十日内偿还借款本金100000元；\n二、驳回其他诉讼请求。",
    principal=Money("100000.00"),
    interest=Money("3000.00"),
    other_costs=Money("500.00"),
    interest_until=date(2026, 1, 1),
    interest_rate=Decimal("0.108"),
    interest_base=Money("100000.00"),
    performance_days=10,
)


def a_matter(**changes: object) -> Matter:
    """A matter whose judgment took effect on 1 February 2026, to be performed by 11 February."""
    facts = {"effective_date": date(2026, 2, 1), "performance_last_day": date(2026, 2, 11)}
    return replace(Matter(judgment=JUDGMENT), **{**facts, **changes})  # type: ignore[arg-type]


def a_payment(on: date, amount: str, number: str) -> PaymentReceived:
    """Money that came in."""
    return PaymentReceived(at=_AT, on=on, actor="a", number=number, amount=Money(amount))


def test_before_a_judgment_is_in_force_and_before_its_period_is_over_nothing_is_enforced() -> None:
    with pytest.raises(NotNow):
        enforcing.judgment_of(Matter())
    with pytest.raises(NotNow):
        enforcing.judgment_of(Matter(judgment=JUDGMENT))
    with pytest.raises(NotNow):
        enforcing.owed(a_matter(), a_law(), date(2026, 2, 10))


def test_interest_runs_on_by_the_judgment_and_the_doubled_part_from_the_day_after_the_period() -> None:
    said, amounts = enforcing.facts(a_matter(), a_law(), date(2026, 3, 13))
    assert amounts["principal"] == Money("100000.00") and amounts["other_costs"] == Money("500.00")
    # 3000 and 70 days from 2 January; the last day counts for the doubled part alone
    assert amounts["general_interest"] == (
        "5,100.00元（计至2026年3月12日）；此后以100,000.00元为基数，按年利率10.80%计算利息至实际清偿之日止"
    )
    # 30 days from 12 February, 1.75 in 10,000 a day, on principal and costs, never on interest (法释〔2014〕8号 第一条)
    assert amounts["late_interest"] == Money.rounded(Decimal(100500) * 30 * Decimal("0.000175"))
    assert said["operative_part"] == JUDGMENT.operative and said["kind"] == "民事判决书"


def test_what_came_in_since_the_judgment_lowers_what_is_asked_and_what_came_before_does_not() -> None:
    before, since = a_payment(date(2026, 1, 9), "7000.00", "1"), a_payment(date(2026, 2, 20), "600.00", "2")
    bare = enforcing.owed(a_matter(), a_law(), date(2026, 3, 13)).value
    early = enforcing.owed(a_matter(payments=(before,)), a_law(), date(2026, 3, 13)).value
    paid = enforcing.owed(a_matter(payments=(before, since)), a_law(), date(2026, 3, 13)).value
    assert early == bare
    assert paid.costs == Money("0.00") and paid.interest == bare.interest - Money("100.00")
    assert paid.principal == bare.principal


def test_what_came_back_after_a_write_off_counts_like_a_payment() -> None:
    came = a_payment(date(2026, 2, 20), "600.00", "2")
    back = RecoveryRecorded(at=_AT, on=came.on, actor="a", number="HS1", amount=came.amount, principal=Money("600.00"))
    written_off = a_matter(write_off=WriteOff(recoveries=(back,)))
    on = date(2026, 3, 13)
    assert (
        enforcing.owed(written_off, a_law(), on).value == enforcing.owed(a_matter(payments=(came,)), a_law(), on).value
    )


def test_running_interest_without_the_day_it_is_counted_to_is_asked_for() -> None:
    lacking = a_matter(judgment=replace(JUDGMENT, interest_until=None))
    with pytest.raises(Missing) as raised:
        enforcing.owed(lacking, a_law(), date(2026, 3, 13))
    assert raised.value.problems[0].field == "interest_until"


def test_where_nothing_else_was_recorded_the_period_of_the_judgment_gives_its_last_day() -> None:
    assert enforcing.last_day(a_matter(), a_law()) == date(2026, 2, 11)
    assert enforcing.last_day(a_matter(performance_last_day=None), a_law()) == date(2026, 2, 11)
    immediate = a_matter(performance_last_day=None, judgment=replace(JUDGMENT, performance_days=None))
    assert enforcing.last_day(immediate, a_law()) == date(2026, 2, 1)


def a_judgment_of_items(*items: AwardedItem) -> JudgmentGiven:
    """The same judgment, its items recorded one by one."""
    return replace(JUDGMENT, interest_rate=None, interest_until=None, interest_base=None, items=items)


def test_a_judgment_recorded_item_by_item_asks_for_the_same() -> None:
    items = (
        AwardedItem(kind="principal", id="本金", amount=Money("100000")),
        AwardedItem(kind="past_interest", amount=Money("3000")),
        AwardedItem(kind="lawyer_fee", amount=Money("500")),
        AwardedItem(kind="running_interest", rate=Decimal("0.108"), start=date(2026, 1, 2), on=("本金",)),
    )
    on, paid = date(2026, 3, 13), (a_payment(date(2026, 2, 20), "600.00", "2"),)
    by_items = enforcing.owed(a_matter(judgment=a_judgment_of_items(*items), payments=paid), a_law(), on).value
    by_sums = enforcing.owed(a_matter(payments=paid), a_law(), on).value
    assert by_items.total == by_sums.total and by_items.doubled == by_sums.doubled


def test_instalments_rates_and_debtors_of_the_items_are_kept() -> None:
    items = (
        AwardedItem(kind="principal", id="一", amount=Money("60000"), performance_days=10),
        AwardedItem(kind="principal", id="二", amount=Money("40000"), performance_last_day=date(2026, 12, 31)),
        AwardedItem(kind="liquidated_damages", amount=Money("2000"), owed_by=("甲",)),
        AwardedItem(
            kind="running_penalty", reference="lpr_1y", multiple=Decimal("1.5"), start=date(2026, 2, 12), on=("一",)
        ),
        AwardedItem(kind="limit", amount=Money("50000"), owed_by=("乙",)),
    )
    found = enforcing.owed(a_matter(judgment=a_judgment_of_items(*items)), a_law(), date(2026, 3, 13)).value
    assert (found.principal, found.not_due, found.other) == (Money("60000"), Money("40000"), Money("2000"))
    assert found.doubled == Money.rounded(Decimal(62000) * 30 * Decimal("0.000175"))
    assert found.interest > Money(0) and found.delay.general_segments[0].zh == "罚息"
    assert {each.debtor: each.limit for each in found.debtors} == {"甲": None, "乙": Money("50000")}
    _, amounts = enforcing.facts(a_matter(judgment=a_judgment_of_items(*items)), a_law(), date(2026, 3, 13))
    assert amounts["other_costs"] == Money("2000")


def test_a_base_above_the_principal_asks_for_the_items() -> None:
    lacking = a_matter(judgment=replace(JUDGMENT, interest_base=Money("103000")))
    with pytest.raises(Missing) as raised:
        enforcing.owed(lacking, a_law(), date(2026, 3, 13))
    assert raised.value.problems[0].field == "interest_base"


def test_a_base_below_the_principal_is_the_most_the_interest_runs_on() -> None:
    part = a_matter(judgment=replace(JUDGMENT, interest_base=Money("50000")))
    found = enforcing.owed(part, a_law(), date(2026, 3, 13)).value
    assert found.general == Money.rounded(Decimal(50000) * 70 * Decimal("0.108") / 360)
