"""What an application for enforcement asks for is the judgment's, less what came in since, never the contract's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from legalflow.claims.enforcement_claim import EnforcementClaim
from legalflow.errors import Missing, NotNow
from legalflow.loans.loan import Loan
from legalflow.loans.parties import PartyRole
from legalflow.matters import events as e
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.events import JudgmentGiven, PaymentReceived, RecoveryRecorded
from legalflow.matters.matter import Matter, Recorded
from legalflow.matters.state import WriteOff
from legalflow.services import enforcing
from legalflow.values.money import Money, total
from tests.builders import a_law, a_loan, a_party
from tests.matters import journeys as j

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


# --- what the matter's own events say --------------------------------------------------------------------------------

ON = date(2026, 3, 13)


def and_then(matter: Matter, *happened: e.MatterEvent) -> Matter:
    """The matter with these events in its history, as a journal would hold them."""
    recorded = tuple(Recorded(place, event) for place, event in enumerate(happened, 1))
    return replace(matter, history=recorded)


def an_event(kind: type[e.MatterEvent], on: str, **facts: object) -> e.MatterEvent:
    """An event on a day."""
    return kind(at=_AT, on=date.fromisoformat(on), actor="a", **facts)  # type: ignore[arg-type]


def owed(matter: Matter, *happened: e.MatterEvent, loan: Loan | None = None) -> EnforcementClaim:
    """What is owed on 13 March 2026 after these events."""
    return enforcing.owed(and_then(matter, *happened), a_law(), ON, loan).value


def test_money_counts_from_the_day_the_ruling_on_the_asset_took_effect() -> None:
    paid = a_matter(payments=(a_payment(date(2026, 3, 10), "50000.00", "HS9"),))
    said = an_event(
        e.ReceiptExplained, "2026-03-11", number="HS9", way="debt_asset", counted_on=date(2026, 2, 21), payer="甲"
    )
    explained, plain = owed(paid, said), owed(paid)
    # 10 days on 100,500 to 21 February, then 20 on what is left of principal and costs
    rest = explained.principal + explained.costs
    first, second = Decimal(100500) * 10, rest.amount * 20
    assert explained.doubled == total(Money.rounded(each * Decimal("0.000175")) for each in (first, second))
    assert explained.total < plain.total
    [applied] = explained.delay.applied
    assert (applied.kind, applied.counted_on) == ("auction", date(2026, 2, 21))


def test_days_of_a_review_the_debtor_did_not_ask_for_are_out_and_those_of_a_settlement_are_not() -> None:
    def stayed(ground: str, by_debtor: bool) -> Money:
        return owed(
            a_matter(),
            an_event(e.EnforcementSuspended, "2026-02-20", ground=ground, by_debtor=by_debtor),
            an_event(e.SuspensionEnded, "2026-03-01"),
        ).doubled

    whole = owed(a_matter()).doubled
    ten_days = Money.rounded(Decimal(100500) * 20 * Decimal("0.000175"))
    assert stayed("review", False) == stayed("retrial", False) == ten_days
    assert stayed("review", True) == stayed("settlement", False) == stayed("bankruptcy", False) == whole


def test_what_was_given_up_is_taken_off_until_the_settlement_it_hung_on_is_broken() -> None:
    given_up = {"of": "interest", "amount": Money("1000.00")}
    bare = owed(a_matter())
    kept = an_event(e.ClaimWaived, "2026-02-20", conditional=False, **given_up)
    hangs = an_event(e.ClaimWaived, "2026-02-20", conditional=True, **given_up)
    broken = an_event(e.SettlementBroken, "2026-03-01")
    for waived in (owed(a_matter(), kept, broken), owed(a_matter(), hangs)):
        assert waived.waived == Money("1000.00") and waived.total == bare.total - Money("1000.00")
    assert owed(a_matter(), hangs, broken).total == bare.total


def with_a_guarantor() -> Loan:
    """The loan of the builder with 保证人甲 as its guarantor."""
    loan = a_loan()
    return replace(loan, parties=(*loan.parties, a_party(PartyRole.GUARANTOR, name="保证人甲")))


def test_a_bankrupt_borrower_stops_the_interest_for_the_guarantor_too() -> None:
    loan = with_a_guarantor()
    days = {"claims_last_day": date(2026, 5, 1), "accepted_on": date(2026, 2, 22)}
    fell = an_event(e.BankruptcyAccepted, "2026-02-25", party=loan.borrower.name, **days)
    found = owed(a_matter(), fell, loan=loan)
    # 10 days, 12 to 21 February; the day of acceptance counts no more (企业破产法 第四十六条)
    assert found.doubled == Money.rounded(Decimal(100500) * 10 * Decimal("0.000175"))
    assert found.daily_general == 0
    assert {each.total for each in found.debtors} == {found.total}


def test_a_bankrupt_guarantor_owes_what_had_run_by_then_and_the_borrower_goes_on() -> None:
    loan = with_a_guarantor()
    borrower = loan.borrower.name
    fell = an_event(e.BankruptcyAccepted, "2026-02-22", party="保证人甲", claims_last_day=date(2026, 5, 1))
    finding = enforcing.owed(and_then(a_matter(), fell), a_law(), ON, loan)
    shares = {each.debtor: each for each in finding.value.debtors}
    bare = owed(a_matter())
    assert finding.value.total == shares[borrower].total == bare.total
    assert shares["保证人甲"].doubled == Money.rounded(Decimal(100500) * 10 * Decimal("0.000175"))
    assert "enforcement.stopped_for" in {each.code for each in finding.warnings}
    words = enforcing.shares_in_words(and_then(a_matter(), fell), a_law(), ON, loan)
    assert "保证人甲" in words and str(shares["保证人甲"].total.grouped()) in words
    assert enforcing.shares_in_words(a_matter(), a_law(), ON, loan) == ""


def test_what_we_are_to_give_back_bears_the_doubled_part_from_the_end_of_its_period() -> None:
    order = an_event(
        e.RestitutionOrdered,
        "2026-02-20",
        number="（2026）京0105执监1号",
        amount=Money("20000.00"),
        performance_last_day=date(2026, 3, 3),
    )
    found = enforcing.given_back(and_then(a_matter(), order), a_law(), ON)
    assert found is not None and found.value.doubled == Money.rounded(Decimal(20000) * 10 * Decimal("0.000175"))
    assert any(step.what == "执行回转" for step in found.steps)
    assert enforcing.given_back(and_then(a_matter(), order), a_law(), date(2026, 3, 1)) is None
    assert enforcing.given_back(a_matter(), a_law(), ON) is None


def test_an_award_is_named_as_one_in_the_application_that_enforces_it() -> None:
    arbitration = j.happened(e.ArbitrationFiled, body="某仲裁委员会", respondents=(j.BORROWER,))
    award = j.happened(
        e.InstrumentObtained, "2026-06-08", kind="award", number="（2026）某仲裁字第1号", body="某仲裁委员会",
        given_on=date(2026, 6, 8), cause="金融借款合同纠纷", operative="偿还本金100000元。", principal=Money("100000"),
        performance_last_day=date(2026, 6, 18), parties=(j.BORROWER,),
    )  # fmt: skip
    said, amounts = enforcing.facts(j.journey(*j.opened(), arbitration, award), a_law(), date(2026, 7, 1))
    assert (said["kind"], said["number"]) == ("仲裁裁决书", "（2026）某仲裁字第1号")
    assert amounts["principal"] == Money("100000") and amounts["late_interest"] > Money("0")
