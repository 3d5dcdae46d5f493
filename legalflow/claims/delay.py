"""Interest for late performance of a judgment (迟延履行期间的债务利息).

It has two parts (法释〔2014〕8号 第一条): general interest as the instrument awards it, and the doubled part on the
money debt other than that interest. Payments go to the instrument's debt first — costs, interest, principal, the
rest — and to the doubled part last (第四条), which bears nothing itself. Days before 2014-08-01 keep the old rule
(第七条), which `old_delay` holds; money received in them is shared between the debt and that interest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from legalflow.claims.old_delay import OldRule, OldTime, new_rule_since, old_interest, old_time, share_of_interest
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law, number
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import ZERO, Money, percent, total


class ItemKind(Enum):
    """What a sum awarded by the instrument is; its place in the order of payment stands in `_ORDER`."""

    COSTS = "costs"  # 实现债权的费用，付给债权人
    LAWYER_FEE = "lawyer_fee"
    ACCEPTANCE_FEE = "acceptance_fee"  # refunded by the court as a rule, so not in the base
    PAST_INTEREST = "past_interest"  # 判决确定的一次性利息
    PENALTY = "penalty"
    COMPOUND = "compound"
    PRINCIPAL = "principal"
    LIQUIDATED_DAMAGES = "liquidated_damages"
    COMPENSATION = "compensation"


_COSTS = {ItemKind.COSTS, ItemKind.LAWYER_FEE, ItemKind.ACCEPTANCE_FEE}
_INTEREST = {ItemKind.PAST_INTEREST, ItemKind.PENALTY, ItemKind.COMPOUND}


@dataclass(frozen=True)
class Item:
    """A sum awarded. `in_base` overrides whether it bears the doubled part; None leaves it to the usual reading."""

    kind: ItemKind
    amount: Money
    in_base: bool | None = None


@dataclass(frozen=True)
class GeneralInterest:
    """General interest on the principal from `start`, at a fixed rate a year over `basis` days."""

    rate: Decimal
    start: date
    basis: int = 360


@dataclass(frozen=True)
class Exclusion:
    """Days of a stay or of a suspended retrial; they count all the same where the debtor applied for it (第三条)."""

    period: Period
    by_debtor: bool = False


@dataclass(frozen=True)
class Receipt:
    """Money received on a day: payment, transfer of deposits, or the ruling by which an asset passes."""

    on: date
    amount: Money


@dataclass(frozen=True)
class DelaySegment:
    """One stretch between receipts. `start` is its first counted day of the doubled part, `end` its last."""

    start: date
    end: date
    base: Money
    days: int
    doubled: Money
    general_days: int
    general: Money


@dataclass(frozen=True)
class Applied:
    """Where a receipt went; `surplus` is what was more than all that was owed."""

    on: date
    amount: Money
    costs: Money
    interest: Money
    principal: Money
    other: Money
    doubled: Money
    surplus: Money


@dataclass(frozen=True)
class DelayInterest:
    """The whole: segments, where each receipt went, what accrued in all, and what is owed on the last day."""

    segments: tuple[DelaySegment, ...]
    applied: tuple[Applied, ...]
    days: int
    doubled: Money
    general: Money
    left_costs: Money
    left_interest: Money
    left_principal: Money
    left_other: Money
    left_doubled: Money

    @property
    def left(self) -> Money:
        """All that is still owed on the last day."""
        return total((self.left_costs, self.left_interest, self.left_principal, self.left_other, self.left_doubled))


@dataclass
class _Debt:
    """The debt as it stands on a day: sums left by item, interest accrued, doubled part accrued.

    `bore` says what bears it under the old rule, and `exact` is what is left of the old part before rounding.
    """

    items: list[Item]
    left: list[Money]
    bears: list[bool]
    bore: list[bool] = field(default_factory=list)
    accrued: Money = ZERO
    doubled: Money = ZERO
    exact: Decimal = Decimal(0)
    doubts: list[str] = field(default_factory=list)
    segments: list[DelaySegment] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def of(self, kinds: set[ItemKind]) -> Money:
        return total(left for item, left in zip(self.items, self.left, strict=True) if item.kind in kinds)

    def base(self, bearing: Sequence[bool]) -> Money:
        return total(left for left, bears in zip(self.left, bearing, strict=True) if bears)

    @property
    def other(self) -> set[ItemKind]:
        return set(ItemKind) - _COSTS - _INTEREST - {ItemKind.PRINCIPAL}

    def pay(self, kinds: set[ItemKind], money: Money) -> Money:
        """Take what is there off the items of some kinds, in their order; what was taken."""
        rest = money
        for index, item in enumerate(self.items):
            if item.kind in kinds:
                part = min(rest, self.left[index])
                self.left[index], rest = self.left[index] - part, rest - part
        return money - rest


def delay_interest(
    law: Law,
    items: Sequence[Item],
    performance_last_day: date,
    until: date,
    receipts: Sequence[Receipt] = (),
    general: GeneralInterest | None = None,
    exclusions: Sequence[Exclusion] = (),
    old_rule: OldRule = OldRule(),  # noqa: B008 - frozen
) -> Finding[DelayInterest]:
    """Both parts of the interest from the day after `performance_last_day` to `until`, which counts for the doubled.

    Days of the doubled part are receipt day − last day of performance. General interest runs from its start and does
    not count the day of payment. Each part is rounded to the fen once in each stretch between receipts, which also
    ends on the eve of the new rule. `old_rule` is read only for days before it.
    """
    _check(performance_last_day, until, receipts, general)
    old = old_time(law, performance_last_day, until, old_rule)
    first = max(performance_last_day + ONE_DAY, new_rule_since(law))
    rate = law.at("interest/delay_daily_rate", first)
    bears, warnings, doubts = _bearing(law, items, until) if until >= first or not old else ([], [], [])
    debt = _Debt(list(items), [item.amount for item in items], bears)
    if old:
        debt.bore, said, unsure = _bearing_before(law, items, performance_last_day + ONE_DAY, general, old, exclusions)
        warnings, doubts = [*said, *warnings], [*unsure, *doubts]
    order = law.at("interest/delay_inner_order", first)
    doubts += [*rate.provisional, *order.provisional, *law.at("interest/delay_first_day", first).provisional]
    at = min(performance_last_day, *(receipt.on for receipt in receipts), general.start if general else until, until)
    for receipt in sorted(receipts, key=lambda each: each.on):
        _accrue(law, debt, at, receipt.on, performance_last_day, general, exclusions, old)
        _apply(law, debt, receipt, first, old)
        at = receipt.on
    _accrue(law, debt, at, until, performance_last_day, general, exclusions, old)
    if any(applied.surplus for applied in debt.applied):
        warnings.append(Warning("delay.surplus", "收款超过应付总额", "more was received than was owed"))
    lead = _lead(law, performance_last_day, until, old)
    return Finding(_whole(debt), (lead, *debt.steps), tuple(warnings), tuple(dict.fromkeys([*doubts, *debt.doubts])))


def _lead(law: Law, last_day: date, until: date, old: OldTime | None) -> Step:
    """From when the interest runs, and the rules it runs under: the old one, the new one, or both in turn."""
    first = last_day + ONE_DAY
    topics = ["delay_parts", "delay_start", "delay_end"]
    if old:
        topics = ["delay_transition", *topics] if until >= old.turn else []
    ground = [law.cite(f"interest/{topic}", max(first, new_rule_since(law))) for topic in topics]
    if old:
        ground.insert(0, old.multiple.citation)
    duty = law.at("articles/civil_procedure/delay_interest", first)
    cited = (*ground, duty.citation)
    return Step("迟延履行期间的债务利息", f"履行期间最后一日{last_day}", f"自{first}起计", cited)


def _check(last_day: date, until: date, receipts: Sequence[Receipt], general: GeneralInterest | None) -> None:
    if until < last_day or any(receipt.on > until for receipt in receipts):
        raise Invalid.one(
            "delay.until",
            "计算截止日早于履行期间最后一日或早于某次收款",
            "the cut-off is before the last day of performance or before a receipt",
            field="until",
            found=until,
        )
    if general and general.basis not in {360, 365}:
        raise Invalid.one("delay.basis", "年计息天数须为360或365", "the basis is 360 or 365", field="general.basis")


def _bearing(law: Law, items: Sequence[Item], on: date) -> tuple[list[bool], list[Warning], list[str]]:
    """Which items bear the doubled part, with the doubts of the usual reading where it decides something."""
    usual = law.at("interest/delay_base_excluded", on)
    bears: list[bool] = []
    warnings: list[Warning] = []
    doubts: list[str] = []
    for item in items:
        name = item.kind.value
        out = name in usual.value or item.kind is ItemKind.ACCEPTANCE_FEE
        bears.append(not out if item.in_base is None else item.in_base)
        if name in usual.value:
            doubts += usual.provisional
            said = "计入" if bears[-1] else "未计入"
            warnings.append(
                Warning(
                    "delay.base_disputed",
                    f"{name} 是否计入加倍部分的基数有争议，现{said}",
                    f"whether {name} bears the doubled part is disputed",
                )
            )
        elif item.kind is ItemKind.ACCEPTANCE_FEE:
            rule = law.at("interest/delay_fee_excluded", on)
            warnings.append(
                Warning(
                    "delay.acceptance_fee",
                    f"案件受理费通常由法院退还胜诉方（{rule.citation}），不计入基数",
                    "the acceptance fee is normally refunded by the court and does not bear the doubled part",
                )
            )
    return bears, warnings, doubts


def _bearing_before(
    law: Law,
    items: Sequence[Item],
    on: date,
    general: GeneralInterest | None,
    old: OldTime,
    exclusions: Sequence[Exclusion],
) -> tuple[list[bool], list[Warning], list[str]]:
    """Which items bear the interest of the old rule, and what of its reading is in doubt.

    The old rule names no days that do not count, so a stay in its time is refused rather than guessed at.
    """
    if any(each.period.overlap(Period(on, max(on, old.turn))) for each in exclusions):
        raise Invalid.one(
            "delay.old_exclusion",
            f"旧规则未规定扣除期间，请只给出 {old.turn} 起的扣除期间",
            f"the old rule names no days that do not count: give only stays from {old.turn} on",
            field="exclusions",
        )
    usual = law.at("interest/delay_old_base_excluded", on)
    bore = [item.kind.value not in usual.value if item.in_base is None else item.in_base for item in items]
    warnings, doubts = [*old.warnings], [*old.provisional]
    if any(item.in_base is None and (item.kind in _INTEREST or item.kind.value in usual.value) for item in items):
        doubts += usual.provisional
        warnings.append(
            Warning(
                "delay.old_base",
                "旧规则以法律文书确定的金钱债务为基数，现将判决的利息计入、受理费不计入，该解释有争议",
                "the old rule is on the whole money debt: interest awarded bears it here, the acceptance fee does not",
            )
        )
    if general and general.start < old.turn:
        doubts += law.at("interest/delay_old_general", on).provisional
        warnings.append(
            Warning(
                "delay.old_general",
                "旧规则期间判决给付的利息是否与迟延履行利息并行有争议，现并行计算",
                "whether interest awarded runs beside the interest of the old rule is disputed; here it does",
            )
        )
    return bore, warnings, doubts


def _accrue(
    law: Law,
    debt: _Debt,
    start: date,
    end: date,
    last_day: date,
    general: GeneralInterest | None,
    exclusions: Sequence[Exclusion],
    old: OldTime | None,
) -> None:
    """Let both interests grow from the end of `start` to the end of `end`, under one rule after the other."""
    if old and max(start, last_day) < old.eve < end:
        _grow(law, debt, start, old.eve, last_day, general, exclusions, old)
        start = old.eve
    _grow(law, debt, start, end, last_day, general, exclusions, old if old and end < old.turn else None)


def _grow(
    law: Law,
    debt: _Debt,
    start: date,
    end: date,
    last_day: date,
    general: GeneralInterest | None,
    exclusions: Sequence[Exclusion],
    old: OldTime | None,
) -> None:
    """One stretch, wholly under the old rule where `old` is given, else wholly under the new."""
    late = Period(max(start, last_day) + ONE_DAY, max(end, start, last_day) + ONE_DAY)
    base = debt.base(debt.bore if old else debt.bears)
    if old:
        exact, days, parts, cited = _doubled_before(law, debt, base, late, old)
    else:
        exact, days, parts, cited = _doubled(law, base, late, exclusions)
    doubled = Money.rounded(exact)
    general_days, grown = _general(debt, start, end, general)
    debt.doubled += doubled
    debt.accrued += grown
    if not days and not general_days:
        return
    segment = DelaySegment(late.start, late.end_exclusive - ONE_DAY, base, days, doubled, general_days, grown)
    debt.segments.append(segment)
    if late.days:
        what = "迟延履行期间的债务利息（旧规则）" if old else "加倍部分债务利息"
        debt.steps.append(Step(what, f"{base} × {parts}", str(doubled), cited))
    if general and general_days:
        principal = debt.of({ItemKind.PRINCIPAL})
        formula = f"{principal} × {percent(general.rate)} × {general_days}日 ÷ {general.basis}"
        rule = law.cite("interest/delay_old_general" if old else "interest/delay_general", late.start)
        debt.steps.append(Step("一般债务利息", formula, str(grown), (rule,)))


def _doubled_before(
    law: Law, debt: _Debt, base: Money, late: Period, old: OldTime
) -> tuple[Decimal, int, str, tuple[Citation, ...]]:
    """The same as `_doubled` for days under the old rule, kept unrounded beside for the sharing of receipts."""
    if not late.days:
        return Decimal(0), 0, "", ()
    found = old_interest(law, base, late, old)
    debt.exact += found.exact
    debt.doubts += found.provisional
    return found.exact, found.days, found.formula, found.citations


def _doubled(
    law: Law, base: Money, late: Period, exclusions: Sequence[Exclusion]
) -> tuple[Decimal, int, str, tuple[Citation, ...]]:
    exact, counted, parts, cited = Decimal(0), 0, [], []
    for piece in late.cut(*(value.since for value in law.history("interest/delay_daily_rate"))):
        if not piece.days:
            continue
        rate = law.at("interest/delay_daily_rate", piece.start)
        days = piece.days - sum(part.days for part in _excluded(piece, exclusions))
        exact += base.amount * number(rate) * days
        counted += days
        parts.append(f"{rate.value} × {days}日")
        cited.append(rate.citation)
    return exact, counted, " ＋ ".join(parts), tuple(dict.fromkeys(cited))


def _excluded(piece: Period, exclusions: Sequence[Exclusion]) -> Iterator[Period]:
    """The excluded days inside a period; days that two exclusions share are left out once."""
    reached = piece.start
    for exclusion in sorted(exclusions, key=lambda each: each.period):
        common = exclusion.period.overlap(piece)
        if common is None or exclusion.by_debtor or common.end_exclusive <= reached:
            continue
        yield Period(max(common.start, reached), common.end_exclusive)
        reached = common.end_exclusive


def _general(debt: _Debt, start: date, end: date, general: GeneralInterest | None) -> tuple[int, Money]:
    if general is None or end <= max(start, general.start):
        return 0, ZERO
    days = Period(max(start, general.start), end).days
    exact = debt.of({ItemKind.PRINCIPAL}).amount * general.rate * days / general.basis
    return days, Money.rounded(exact)


def _apply(law: Law, debt: _Debt, receipt: Receipt, on: date, old: OldTime | None) -> None:
    """Costs, then interest, then principal, then the rest of the instrument's debt, then the doubled part.

    Under the old rule the doubled part first keeps its proportion.
    """
    shared = old if old and receipt.on < old.turn else None
    owed = total(debt.left) + debt.accrued
    kept = share_of_interest(receipt.amount, owed, debt.doubled, debt.exact) if shared else ZERO
    rest = receipt.amount - kept
    costs = debt.pay(_COSTS, rest)
    rest -= costs
    past = debt.pay(_INTEREST, rest)
    accrued = min(rest - past, debt.accrued)
    debt.accrued -= accrued
    rest -= past + accrued
    principal = debt.pay({ItemKind.PRINCIPAL}, rest)
    rest -= principal
    other = debt.pay(debt.other, rest)
    rest += kept - other
    doubled = min(rest, debt.doubled)
    debt.doubled -= doubled
    debt.exact -= doubled.amount
    applied = Applied(receipt.on, receipt.amount, costs, past + accrued, principal, other, doubled, rest - doubled)
    debt.applied.append(applied)
    formula = (
        f"{receipt.amount} → 费用 {costs}、利息 {past + accrued}、本金 {principal}、其他 {other}、加倍部分 {doubled}"
    )
    order = law.cite("interest/delay_old_order", shared.eve) if shared else law.cite("interest/delay_order", on)
    cited = (order, law.cite("interest/delay_inner_order", on))
    debt.steps.append(Step(f"{receipt.on}收款的抵充", formula, str(receipt.amount), cited))


def _whole(debt: _Debt) -> DelayInterest:
    return DelayInterest(
        tuple(debt.segments),
        tuple(debt.applied),
        sum(segment.days for segment in debt.segments),
        total(segment.doubled for segment in debt.segments),
        total(segment.general for segment in debt.segments),
        debt.of(_COSTS),
        debt.of(_INTEREST) + debt.accrued,
        debt.of({ItemKind.PRINCIPAL}),
        debt.of(debt.other),
        debt.doubled,
    )
