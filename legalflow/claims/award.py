"""What an instrument awards, and what came in on it: the facts that interest for late performance is worked out from.

A sum awarded is an item; interest that the instrument lets run to payment is a running interest on some of the items.
Each may have its own last day of performance and its own debtors; no debtor named means all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from legalflow.claims.floating import RateSegment, Reference, Terms, same_period
from legalflow.claims.old_delay import OldRule
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.dates import Period
from legalflow.values.money import Money, percent


class ItemKind(Enum):
    """What a sum awarded by the instrument is; `CLASS_OF` gives its place in the order of payment."""

    COSTS = "costs"  # 实现债权的费用，付给债权人
    LAWYER_FEE = "lawyer_fee"
    ACCEPTANCE_FEE = "acceptance_fee"  # refunded by the court as a rule, so not in the base
    PAST_INTEREST = "past_interest"  # 判决确定的一次性利息
    PENALTY = "penalty"
    COMPOUND = "compound"
    PRINCIPAL = "principal"
    LIQUIDATED_DAMAGES = "liquidated_damages"
    COMPENSATION = "compensation"


ITEM_NAMES = {
    ItemKind.COSTS: "实现债权的费用",
    ItemKind.LAWYER_FEE: "律师费",
    ItemKind.ACCEPTANCE_FEE: "案件受理费",
    ItemKind.PAST_INTEREST: "利息",
    ItemKind.PENALTY: "罚息",
    ItemKind.COMPOUND: "复利",
    ItemKind.PRINCIPAL: "本金",
    ItemKind.LIQUIDATED_DAMAGES: "违约金",
    ItemKind.COMPENSATION: "赔偿款",
}
# What a payment is applied to, in the usual order; the doubled part stands last (法释〔2014〕8号 第四条).
CLASSES = ("costs", "interest", "principal", "other", "doubled")
CLASS_NAMES = {"costs": "费用", "interest": "利息", "principal": "本金", "other": "其他款项", "doubled": "加倍部分"}
CLASS_OF = {
    ItemKind.COSTS: "costs",
    ItemKind.LAWYER_FEE: "costs",
    ItemKind.ACCEPTANCE_FEE: "costs",
    ItemKind.PAST_INTEREST: "interest",
    ItemKind.PENALTY: "interest",
    ItemKind.COMPOUND: "interest",
    ItemKind.PRINCIPAL: "principal",
    ItemKind.LIQUIDATED_DAMAGES: "other",
    ItemKind.COMPENSATION: "other",
}
# What a running interest may be, and the items it runs on where none are named.
RUNS_ON = {
    "interest": ItemKind.PRINCIPAL,
    "penalty": ItemKind.PRINCIPAL,
    "liquidated_damages": ItemKind.PRINCIPAL,
    "compound": ItemKind.PAST_INTEREST,
}
RUNNING_NAMES = {"interest": "利息", "penalty": "罚息", "liquidated_damages": "违约金", "compound": "复利"}

_TENORS = {"1y": "一年期贷款市场报价利率（LPR）", "5y": "五年期以上贷款市场报价利率（LPR）"}


@dataclass(frozen=True)
class Item:
    """A sum awarded.

    `in_base` overrides whether it bears the doubled part; None leaves it to the usual reading. `performance_last_day`
    is its own (an instalment); None takes that of the instrument. `id` names it for what runs on it; `owed_by` are its
    debtors, empty where all owe it together.
    """

    kind: ItemKind
    amount: Money
    in_base: bool | None = None
    performance_last_day: date | None = None
    id: str = ""
    owed_by: tuple[str, ...] = ()

    @property
    def zh(self) -> str:
        """What it is called, with its id where it has one."""
        name = ITEM_NAMES[self.kind]
        return name if self.id in {"", name} else f"{name}（{self.id}）"


@dataclass(frozen=True)
class Floating:
    """A rate of the same period (同期): each publication from its own day; `earlier` is read before the first LPR."""

    reference: Reference
    terms: Terms = field(default_factory=Terms)
    earlier: Reference | None = None


@dataclass(frozen=True)
class GeneralInterest:
    """Interest that runs to payment, as the instrument awards it: `start` is its first day.

    At a fixed `rate` a year over `basis` days, or `floating` (then `rate` is not read). It runs on what is left of the
    items named in `on` — none: by its `kind`, see `RUNS_ON` — but on no more than `base`. `last_day` is the last day
    it runs where the instrument ends it. `counts_payment_day` counts the day of payment too (both ends).
    """

    rate: Decimal
    start: date
    basis: int = 360
    kind: str = "interest"
    on: tuple[str, ...] = ()
    base: Money | None = None
    floating: Floating | None = None
    last_day: date | None = None
    counts_payment_day: bool = False
    owed_by: tuple[str, ...] = ()

    @property
    def zh(self) -> str:
        """What it is called."""
        return RUNNING_NAMES[self.kind]

    def runs_on(self, item: Item) -> bool:
        """Whether it runs on an item."""
        return item.id in self.on if self.on else item.kind is RUNS_ON[self.kind]

    def rates(self, law: Law, period: Period) -> Finding[tuple[RateSegment, ...]] | None:
        """The floating rates over a period, each with its row; None where the rate is fixed."""
        if self.floating is None:
            return None
        return same_period(law, self.floating.reference, period, self.floating.terms, self.floating.earlier)

    def rate_on(self, law: Law, on: date) -> Decimal:
        """The rate a year on a day."""
        found = self.rates(law, Period(on, date.fromordinal(on.toordinal() + 1)))
        return self.rate if found is None else found.value[0].rate

    @property
    def words(self) -> str:
        """The rate as a request states it: a fixed one, or the reference of the same period, multiple and margin."""
        if self.floating is None:
            return f"年利率{percent(self.rate)}"
        terms, tenor = self.floating.terms, _TENORS.get(self.floating.reference.tenor, self.floating.reference.tenor)
        times = f"的{terms.multiple.normalize():f}倍" if terms.multiple != 1 else ""
        sign = "加" if terms.margin_bp > 0 else "减"
        margin = f"{sign}{abs(terms.margin_bp).normalize():f}个基点" if terms.margin_bp else ""
        return f"同期{tenor}{times}{margin}"


@dataclass(frozen=True)
class Exclusion:
    """Days of a stay or of a suspended retrial; they count all the same where the debtor applied for it (第三条)."""

    period: Period
    by_debtor: bool = False


RECEIPT_KINDS = ("payment", "transfer", "auction", "realisation")


@dataclass(frozen=True)
class Receipt:
    """Money received on a day: payment, transfer of deposits, or the ruling by which an asset passes.

    `kind` is one of `RECEIPT_KINDS`. `counted_on` is the day by which the law ends the interest on it (第三条) where
    that is not `on`, the day it was recorded. `by` is who paid, read for a debtor whose liability has a limit.
    """

    on: date
    amount: Money
    kind: str = "payment"
    counted_on: date | None = None
    by: str = ""

    @property
    def day(self) -> date:
        """The day it counts from."""
        return self.counted_on or self.on


@dataclass(frozen=True)
class Waiver:
    """What the creditor gave up of one class (`CLASSES`) on a day."""

    on: date
    amount: Money
    of: str

    @property
    def day(self) -> date:
        """The day it counts from."""
        return self.on


@dataclass(frozen=True)
class Order:
    """How a payment is applied: `classes` as agreed, None for the statute's; `between_items` statute or listed.

    By statute money goes, inside a class, to what is due, then to what bears more, then to what was due earlier, and
    in proportion where all are equal (民法典 第五百六十条); `listed` keeps the order given.
    """

    classes: tuple[str, ...] | None = None
    between_items: str = "statute"


@dataclass(frozen=True)
class Circumstances:
    """What else bears on the interest.

    `exclusions` are stays; `old_rule` is read for days before 2014-08-01 alone; `bankruptcy` is the day a bankruptcy
    petition against the debtor was accepted: nothing runs from that day on, for a guarantor either. `ended_rounds` are
    days on which a round of enforcement was ended for want of assets (终本): they stop nothing and are said.
    `reversal`: the creditor owes after 执行回转, under the same rules. `no_period`: the instrument sets no period, and
    the last day of performance given is the day it took effect.
    """

    exclusions: Sequence[Exclusion] = ()
    old_rule: OldRule = field(default_factory=OldRule)
    order: Order = field(default_factory=Order)
    waivers: Sequence[Waiver] = ()
    bankruptcy: date | None = None
    ended_rounds: Sequence[date] = ()
    reversal: bool = False
    no_period: bool = False


def check_award(items: Sequence[Item], general: Sequence[GeneralInterest], order: Order, field: str = "items") -> None:
    """Refuse, all at once, ids that stand twice or nowhere, bases above their items, and an order with holes."""
    known = [item.id for item in items if item.id]
    problems = [
        Problem(
            "delay.item_twice",
            "款项编号重复",
            "the id of an item stands twice",
            f"{field}[{place}].id",
            item.id,
            mend="为每项款项编不同的编号",
            mend_en="give each item an id of its own",
        )
        for place, item in enumerate(items)
        if item.id and known.count(item.id) > 1
    ]
    for each in general:
        problems += _faults(each, items, known)
    if order.classes is not None and sorted(order.classes) != sorted(CLASSES):
        problems.append(
            Problem(
                "delay.order",
                "清偿顺序须把五类款项各列一次",
                "the order names each of the five classes once",
                "order",
                "、".join(order.classes),
                "、".join(CLASSES),
                ", ".join(CLASSES),
            )
        )
    Invalid.raise_any(problems)


def _faults(each: GeneralInterest, items: Sequence[Item], known: Sequence[str]) -> list[Problem]:
    problems = [
        Problem(
            "delay.item_unknown",
            "计息所依的款项不在判项之内",
            "the interest runs on an item that is not awarded",
            "general_interest.on",
            name,
            "、".join(known),
            ", ".join(known),
        )
        for name in each.on
        if name not in known
    ]
    if each.basis not in {360, 365}:
        problems.append(
            Problem(
                "delay.basis",
                "年计息天数须为360或365",
                "the basis is 360 or 365",
                "general.basis",
                mend="填 360 或 365，判决未写明的不填",
                mend_en="write 360 or 365, or leave it out where the judgment does not say",
            )
        )
    under = [item for item in items if each.runs_on(item)]
    whole = sum((item.amount for item in under), start=Money(0))
    if not problems and each.base is not None and each.base > whole:
        problems.append(
            Problem(
                "delay.base_above",
                f"计息基数大于其所依款项之和 {whole}",
                f"the base is above the items it runs on, {whole}",
                "general_interest.base",
                str(each.base),
                "在 on 中列出计息所依的全部款项",
                "name in `on` every item the interest runs on",
            )
        )
    return problems
