"""What is owed on a credit card (信用卡透支): each posted amount bears interest by the day from its posting.

The account is lived through as a loan each of whose postings falls due on the day its interest begins, so that the
order of payments, the capitalisation on statement days and the cut-off are those of every claim. Fees and liquidated
damages bear nothing (银发〔2016〕111号).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.claim import Claim, state_claim
from legalflow.claims.replay import Cost
from legalflow.errors import Invalid, LawGap, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import Capitalisation, Drawdown, Due, LaterOrder, LenderKind, Loan, Repayment
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, percent, total

PRINCIPAL_KINDS = ("purchase", "cash", "instalment")
CHARGE_KINDS = ("fee", "instalment_fee", "liquidated_damages", "late_fee", "over_limit_fee")
_ABOLISHED = {"late_fee": "滞纳金", "over_limit_fee": "超限费"}


@dataclass(frozen=True, kw_only=True)
class Posting:
    """An amount posted to the account (入账).

    Principal kinds bear interest from `interest_from` (None: the day posted); a day after the posting stands for the
    days free of interest that the cardholder kept, or for an instalment that falls due later.
    """

    on: date
    amount: Money
    kind: str
    interest_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """A card account as agreed and as it went. `daily_rate` is a fraction a day.

    `statement_day` is the day of the month after which unpaid interest bears interest; None: it never does.
    """

    daily_rate: Decimal
    postings: tuple[Posting, ...]
    payments: tuple[Payment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    signed: date
    basis: int = 365
    statement_day: int | None = None
    allocation: tuple[str, ...] = ()
    allocation_later: LaterOrder | None = None
    called_on: date | None = None


def card_claim(
    account: Account, as_of: date, law: Law, *, cutoff_counts: bool = True, cap_policy: str | None = None
) -> Finding[Claim]:
    """What is owed on a card at a cut-off; `penalty` of the claim is the card's interest, `costs` its fees.

    Raises `Invalid` with all that contradicts itself.
    """
    Invalid.raise_any(_wrong(account, as_of))
    loan = _as_loan(account)
    fees = [
        Cost(each.on, each.amount, each.kind == "liquidated_damages")
        for each in account.postings
        if each.kind in CHARGE_KINDS
    ]
    found = state_claim(loan, as_of, law, cutoff_counts=cutoff_counts, cap_policy=cap_policy, dated_costs=fees)
    rate = _rate(account, law)
    remarks = (*rate.warnings, *_abolished(account, law), *_reducible(law, as_of), *_of_cards(found.warnings))
    return Finding(
        found.value,
        (*rate.steps, *map(_in_words_of_cards, found.steps)),
        remarks,
        tuple(dict.fromkeys(rate.provisional + found.provisional)),
    )


def _wrong(account: Account, as_of: date) -> Iterator[Problem]:
    own = [each for each in account.postings if each.kind in PRINCIPAL_KINDS]
    if not own:
        yield Problem(
            "card.no_posting",
            "没有透支入账",
            "nothing was drawn",
            "postings",
            mend="至少列入一笔消费、取现或分期（kind 为 purchase、cash 等）",
            mend_en="list one purchase or withdrawal of cash at least",
        )
    for number, each in enumerate(account.postings):
        place = f"postings[{number}]"
        if each.amount <= ZERO:
            yield Problem(
                "card.amount",
                "入账金额须大于零",
                "an amount is above zero",
                f"{place}.amount",
                mend="填写大于零的金额；还款列入 payments",
                mend_en="write an amount above zero; what was repaid goes to payments",
            )
        if each.interest_from is not None and each.interest_from < each.on:
            yield Problem(
                "card.interest_from",
                "起息日不早于入账日",
                "interest begins no earlier than the posting",
                f"{place}.interest_from",
                str(each.interest_from),
                mend=f"不早于 {each.on}，或删去起息日",
                mend_en=f"not before {each.on}, or leave it out",
            )
        if each.interest_from is not None and each.kind in CHARGE_KINDS:
            yield Problem(
                "card.fee_bears_nothing",
                "费用和违约金不计收利息，不填起息日",
                "fees and liquidated damages bear no interest",
                f"{place}.interest_from",
                str(each.interest_from),
                mend="删去起息日",
                mend_en="leave it out",
            )
    if own and as_of < min(each.on for each in own):
        yield Problem(
            "claim.before_drawdown",
            "截止日早于首笔入账",
            "the cut-off lies before the first posting",
            "as_of",
            mend=f"截止日不早于 {min(each.on for each in own)}",
            mend_en=f"not before {min(each.on for each in own)}",
        )


def _as_loan(account: Account) -> Loan:
    own = sorted((each for each in account.postings if each.kind in PRINCIPAL_KINDS), key=_bears)
    first, last = min(each.on for each in own), _bears(own[-1])
    called = account.called_on
    return Loan(
        contract_name="信用卡领用合约",
        contract_number="",
        lender="",
        lender_kind=LenderKind.BANK,
        signed=account.signed,
        limit=total(each.amount for each in own),
        drawdowns=tuple(Drawdown(each.on, each.amount) for each in own),
        start=first,
        maturity=max(last, called or last) + ONE_DAY,
        rate=Decimal(0),
        overdue_daily_rate=account.daily_rate,
        compound=account.statement_day is not None,
        capitalisation=None
        if account.statement_day is None
        else Capitalisation(every_months=1, settlement_day=account.statement_day, with_penalty=True),
        basis=account.basis,
        repayment=Repayment.BULLET,
        dues=tuple(Due(due=_bears(each), principal=each.amount, interest=ZERO) for each in own),
        allocation=account.allocation,
        allocation_later=account.allocation_later,
        payments=account.payments,
        waivers=account.waivers,
        accelerated_on=called,
    )


def _bears(posting: Posting) -> date:
    return posting.interest_from or posting.on


def _rate(account: Account, law: Law) -> Finding[Decimal]:
    """The rate a day held against the band of the days it was charged on."""
    rate, steps, warnings, doubts = account.daily_rate, [], list[Warning](), list[str]()
    first, last = (edge(_bears(each) for each in account.postings) for edge in (min, max))
    for row in law.history("caps/credit_card_daily"):
        if last < row.since or (row.until is not None and first >= row.until):
            continue
        least, most = Decimal(row.value["least"]), Decimal(row.value["most"])
        doubts += row.provisional
        steps.append(
            Step(row.zh, f"每日 {_percent(least)} 至 {_percent(most)}", f"约定每日 {_percent(rate)}", (row.citation,))
        )
        if not least <= rate <= most:
            warnings.append(
                Warning(
                    "card.rate_outside_band",
                    f"约定日利率 {_percent(rate)} 不在 {_percent(least)} 至 {_percent(most)} 之内"
                    f"（{row.citation}，{row.since} 起），未自行裁减",
                    f"the daily rate is outside the band of the time from {row.since}; not cut",
                )
            )
    try:
        agreed = law.at("caps/credit_card_negotiated", last)
    except LawGap:
        return Finding(rate, tuple(steps), tuple(warnings), tuple(doubts))
    steps.append(Step(agreed.zh, f"{agreed.since} 起", f"约定每日 {_percent(rate)}", (agreed.citation,)))
    return Finding(rate, tuple(steps), tuple(warnings), (*doubts, *agreed.provisional))


def _percent(rate: Decimal) -> str:
    return percent(rate)


_WORDS = (
    ("逾期利率（按日）", "透支利率（按日）"),
    ("期内利息→", ""),
    ("罚息→", "透支利息→"),
    ("利息合计（期内利息、罚息、复利）", "利息合计（透支利息、复利）"),
    ("罚息", "透支利息"),
    ("实际发放", "透支"),
    ("期（", "笔（"),
    ("到期）", "起息）"),
)


def _in_words_of_cards(step: Step) -> Step:
    """A step of the loan that an account is lived through as, in the words of cards."""
    texts = [step.what, step.formula, step.value]
    for loan, card in _WORDS:
        texts = [text.replace(loan, card) for text in texts]
    return Step(texts[0], texts[1], texts[2], step.citations)


def _abolished(account: Account, law: Law) -> Iterator[Warning]:
    """A remark for each fee that may no longer be charged on its day."""
    for each in account.postings:
        name = _ABOLISHED.get(each.kind)
        if name is None:
            continue
        try:
            rule = law.at("caps/credit_card_abolished", each.on)
        except LawGap:
            continue
        if name in rule.value:
            yield Warning(
                "card.fee_abolished",
                f"{each.on} 的{name} {each.amount} 元自 {rule.since} 起不得收取（{rule.citation}），请核对后剔除",
                f"the {each.kind} of {each.on} may not be charged since {rule.since}",
            )


def _reducible(law: Law, as_of: date) -> Iterator[Warning]:
    try:
        rule = law.at("caps/credit_card_excess", as_of)
    except LawGap:
        return
    yield Warning(
        "card.reducible",
        f"持卡人可以请求减少利息、复利、违约金和费用（{rule.citation}）",
        "the cardholder may ask the court to reduce interest, compound, damages and fees",
    )


# What a loan's claim remarks on its facts and a card's account does not have.
_OF_LOANS = {"daily_rate_after_2004", "granted_before_2004", "payment_waited", "acceleration_after_maturity"}


def _of_cards(warnings: Sequence[Warning]) -> tuple[Warning, ...]:
    return tuple(each for each in warnings if each.code not in _OF_LOANS)
