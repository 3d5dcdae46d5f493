"""What the charges of a licensed lender's loan may come to, and in which order they are cut to it.

The law sets licensed lenders no ceiling; courts reduce, on the borrower's request, what clearly exceeds the loss. Which
line a court draws is a setting of the matter: none, 24 % a year, four times the one-year LPR, or the contract rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.errors import Invalid, one_of
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import LenderKind
from legalflow.values.dates import Period
from legalflow.values.money import ZERO, Money, percent, total

POLICIES = ("none", "24%", "4lpr", "contract_rate")
CHARGES = ("liquidated_damages", "fees", "compound", "penalty", "interest")
_TENORS = ("1y", "5y")


@dataclass(frozen=True)
class Outstanding:
    """A principal outstanding over a period."""

    principal: Money
    period: Period


@dataclass(frozen=True)
class Cut:
    """A kind of charge before and after the cut."""

    charge: str
    claimed: Money
    cut: Money

    @property
    def left(self) -> Money:
        """What remains of it."""
        return self.claimed - self.cut


@dataclass(frozen=True)
class Cap:
    """The line a policy draws: `rate` a year (None under no policy), ceilings by segment, and what exceeds them."""

    regime: str
    policy: str
    rate: Decimal | None
    ceilings: tuple[Money, ...]
    ceiling: Money | None
    claimed: Money
    excess: Money
    cuts: tuple[Cut, ...]


def lpr(law: Law, tenor: str, on: date) -> Value:
    """The LPR of a tenor (`1y`, `5y`) last published on or before a day; `LawGap` after the last one loaded."""
    if tenor not in _TENORS:
        raise Invalid.one(
            "lpr.tenor",
            "期限须为 1y 或 5y",
            "the tenor is 1y or 5y",
            field="tenor",
            found=tenor,
            mend="填 1y（一年期）或 5y（五年期以上）",
            mend_en="write 1y or 5y",
        )
    return law.at(f"rates/lpr_{tenor}", on)


def cap(
    law: Law,
    lender: LenderKind,
    policy: str,
    lines: Sequence[Outstanding],
    charges: Mapping[str, Money],
    formed_on: date,
    filed_on: date,
    contract_rate: Decimal | None = None,
    basis: int = 360,
) -> Finding[Cap]:
    """Charges against the line of a policy: Σ principal × rate × days ÷ basis, the whole rounded once.

    `charges` are sums by the names of `CHARGES`. What exceeds is cut in the order of `caps/cut_order`.
    """
    _check(lender, policy, charges, contract_rate)
    claimed = total(charges.values())
    licensed = law.at("caps/licensed_lenders", max(filed_on, law.history("caps/licensed_lenders")[0].since))
    regime = Step("适用的规则", "持牌机构，不适用民间借贷的上限", policy, (licensed.citation,))
    if policy == "none":
        cuts = tuple(Cut(name, charges.get(name, ZERO), ZERO) for name in CHARGES)
        found = Cap("licensed", policy, None, (), None, claimed, ZERO, cuts)
        return Finding(found, (regime,), (_on_request(),))
    rate = ceiling_rate(law, policy, formed_on, filed_on, contract_rate)
    exact = [line.principal.amount * rate.value * line.period.days / basis for line in lines]
    ceiling = Money.rounded(sum(exact, Decimal(0)))
    excess = max(ZERO, claimed - ceiling)
    cuts, order = cut_in_order(law, charges, excess, filed_on)
    formula = " ＋ ".join(
        f"{line.principal} × {percent(rate.value)} × {line.period.days}日 ÷ {basis}" for line in lines
    )
    steps = (
        regime,
        *rate.steps,
        Step("上限金额", formula, str(ceiling)),
        Step("超出部分", f"{claimed} － {ceiling}", str(excess), (order.citation,)),
    )
    found = Cap("licensed", policy, rate.value, tuple(map(Money.rounded, exact)), ceiling, claimed, excess, cuts)
    doubts = (*rate.provisional, *(order.provisional if excess else ()))
    return Finding(found, steps, (_on_request(),), doubts)


def ceiling_rate(
    law: Law, policy: str, formed_on: date, filed_on: date, contract_rate: Decimal | None = None
) -> Finding[Decimal]:
    """The yearly rate of a policy: 24 % as in force at filing; four LPR of the day the contract was formed.

    A contract formed before four LPR began is measured by the LPR of the filing day.
    """
    if policy == "contract_rate":
        rule = law.at("caps/contract_rate_only", filed_on)
        value = contract_rate or Decimal(0)
        return Finding(value, (Step(rule.zh, "", percent(value), (rule.citation,)),), provisional=rule.provisional)
    if policy == "24%":
        rule = law.at("caps/licensed_ceiling", filed_on)
        value = number(rule)
        return Finding(value, (Step(rule.zh, "", percent(value), (rule.citation,)),), provisional=rule.provisional)
    first = law.history("caps/lpr_multiple")[0].since
    on = formed_on if formed_on >= first else filed_on
    times, published, rule = law.at("caps/lpr_multiple", on), lpr(law, "1y", on), law.at("caps/lpr_by_analogy", on)
    value = Decimal(f"{(number(times) * number(published)).normalize():f}")
    formula = f"{times.value} × {percent(number(published))}（{published.since}公布）"
    step = Step(rule.zh, formula, percent(value), (times.citation, published.citation, rule.citation))
    return Finding(value, (step,), provisional=(*published.provisional, *rule.provisional))


def _check(lender: LenderKind, policy: str, charges: Mapping[str, Money], contract_rate: Decimal | None) -> None:
    if lender is LenderKind.PRIVATE:
        raise Invalid.one(
            "cap.private",
            "此处只计算持牌机构；民间借贷另有法定上限",
            "licensed lenders only: private lending has ceilings of its own",
            field="lender",
            found=lender.value,
            mend="持牌机构填 bank、consumer_finance 等；民间借贷用 cap 计算",
            mend_en="name a licensed lender; private lending goes through `cap`",
        )
    if policy not in POLICIES:
        raise Invalid.one(
            "cap.policy",
            "上限政策不在所列之内",
            "unknown policy",
            field="policy",
            found=policy,
            **one_of(POLICIES),
        )
    if policy == "contract_rate" and contract_rate is None:
        raise Invalid.one(
            "cap.contract_rate",
            "须给出合同利率",
            "the contract rate is needed",
            field="contract_rate",
            mend="补充合同约定的年利率，例如 0.126",
            mend_en="add the yearly rate of the contract, for example 0.126",
        )
    unknown = sorted(set(charges) - set(CHARGES))
    if unknown:
        raise Invalid.one(
            "cap.charge", "费用项目不在所列之内", "unknown charge", field="charges", found=unknown[0], **one_of(CHARGES)
        )


def cut_in_order(law: Law, charges: Mapping[str, Money], excess: Money, on: date) -> tuple[tuple[Cut, ...], Value]:
    """Each charge with what is cut off it, in the order of `caps/cut_order` on a day, and that order."""
    order = law.at("caps/cut_order", on)
    rest, cuts = excess, []
    for name in order.value:
        claimed = charges.get(name, ZERO)
        part = min(rest, claimed)
        rest -= part
        cuts.append(Cut(name, claimed, part))
    return tuple(cuts), order


def _on_request() -> Warning:
    return Warning(
        "cap.on_request",
        "持牌机构没有法定上限；仅在借款人提出请求且明显超过损失时由法院调减，各地口径不一",
        "licensed lenders have no statutory ceiling: courts reduce on the borrower's request, and differ",
    )
