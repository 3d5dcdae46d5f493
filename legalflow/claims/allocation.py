"""Allocation (抵充) of money received: among the components of one debt, and among several debts.

The contract's order comes first; where it is silent, costs, then interest, then principal (民法典 第五百六十一条).
What was received is always fully accounted for: what the parts got and what is left over add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from legalflow.errors import Invalid, Problem, one_of
from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.checks import COMPONENTS
from legalflow.values.money import ZERO, Money, total

NAMES = {
    "costs": "费用",
    "liquidated_damages": "违约金",
    "compound": "复利",
    "penalty": "罚息",
    "interest": "期内利息",
    "principal": "本金",
}
DAMAGES = "liquidated_damages"
CONTRACT = Citation("合同约定", "抵充顺序")


@dataclass(frozen=True)
class Allocation:
    """Where one sum went: by component, what is left of each, and what nothing was due for."""

    paid: Mapping[str, Money]
    left: Mapping[str, Money]
    unallocated: Money


@dataclass(frozen=True, kw_only=True)
class Debt:
    """One of several debts. `secured` is the amount of security it has (nothing: unsecured); `burden` its yearly rate.

    `due` None: not yet due. `parts` are its components.
    """

    name: str
    parts: Mapping[str, Money]
    due: date | None
    secured: Money = ZERO
    burden: Decimal = Decimal(0)

    @property
    def amount(self) -> Money:
        """All that is owed on the debt."""
        return total(self.parts.values())


@dataclass(frozen=True)
class Share:
    """What one debt got."""

    name: str
    allocation: Allocation

    @property
    def paid(self) -> Money:
        """All that the debt got."""
        return total(self.allocation.paid.values())


def order_of(law: Law, on: date, contract: Sequence[str] = (), *, damages: bool = False) -> Finding[tuple[str, ...]]:
    """The order of components on a day: the contract's, what it leaves out following in the order of the law.

    Where the law says only 利息, the order inside it is data too, marked as not in the law's words; so is the place of
    liquidated damages, which stand in the order where there are any (`damages`) or the contract names them.
    """
    problems = [
        Problem(
            "component.unknown",
            "不是债权的组成部分",
            "is no component of a claim",
            f"order[{number}]",
            name,
            f"可用：{'、'.join(COMPONENTS)}",
            f"one of {', '.join(COMPONENTS)}",
        )
        for number, name in enumerate(contract)
        if name not in COMPONENTS
    ]
    Invalid.raise_any(problems)
    agreed = tuple(dict.fromkeys(contract))
    if set(COMPONENTS) - ({DAMAGES} if not damages else set()) <= set(agreed):  # the contract leaves nothing to the law
        said = "→".join(NAMES[name] for name in agreed)
        return Finding(agreed, (Step("抵充顺序", said, said, (CONTRACT,)),))
    rule, within = law.at("claims/allocation_order", on), law.at("claims/allocation_within_interest", on)
    lawful, grounds = list(_spread(rule, within)), [rule, within]
    if damages and DAMAGES not in agreed:
        place = law.at("claims/allocation_liquidated_damages", on)
        lawful.insert(lawful.index(place.value) + 1, DAMAGES)
        grounds.append(place)
    value = (*agreed, *(name for name in lawful if name not in agreed))
    citations = ((CONTRACT,) if agreed else ()) + tuple(ground.citation for ground in grounds)
    said = "→".join(NAMES[name] for name in value)
    provisional = tuple(doubt for ground in grounds for doubt in ground.provisional)
    return Finding(value, (Step("抵充顺序", said, said, citations),), (), provisional)


def _spread(rule: Value, within: Value) -> tuple[str, ...]:
    """The law's order with 利息 spread into its parts."""
    return tuple(part for name in rule.value for part in (within.value if name == "interest" else (name,)))


def allocate(amount: Money, owed: Mapping[str, Money], order: Sequence[str], designation: str = "") -> Allocation:
    """A sum laid against what is owed: first the designated component, then in order; nothing is lost.

    >>> allocate(Money("10"), {"costs": Money("4"), "principal": Money("9")}, ("costs", "principal")).left["principal"]
    Money('3.00')
    """
    left, paid, rest = dict(owed), dict.fromkeys(owed, ZERO), amount
    for name in dict.fromkeys((*((designation,) if designation else ()), *order)):
        part = min(rest, left.get(name, ZERO))
        if part:
            paid[name], left[name], rest = part, left[name] - part, rest - part
    return Allocation(paid, left, rest)


def allocate_payment(
    amount: Money,
    owed: Mapping[str, Money],
    law: Law,
    on: date,
    *,
    contract: Sequence[str] = (),
    designation: str = "",
) -> Finding[Allocation]:
    """One payment on one debt, with the order and its ground, and each part that got money as a step."""
    order = order_of(law, on, contract, damages=bool(owed.get(DAMAGES)))
    found = allocate(amount, owed, order.value, designation)
    steps = [
        Step(
            f"抵充{NAMES[name]}",
            f"{owed[name]} － {found.paid[name]} ＝ {found.left[name]}",
            str(found.paid[name]),
            order.steps[0].citations,
        )
        for name in order.value
        if found.paid.get(name)
    ]
    if found.unallocated:
        steps.append(Step("余款", f"{amount} － {total(found.paid.values())}", str(found.unallocated)))
    warnings = designation_remark(designation, owed, order.value) if designation else ()
    if found.unallocated:
        warnings += (overpaid(found.unallocated),)
    return Finding(found, tuple(steps), warnings).because(order)


def overpaid(amount: Money) -> Warning:
    """The remark that more came in than was due."""
    return Warning("overpayment", f"收款超出应还，余 {amount} 元未抵充", f"{amount} was received beyond what was due")


def designation_remark(designation: str, owed: Mapping[str, Money], order: Sequence[str]) -> tuple[Warning, ...]:
    """A remark where the debtor's designation passes over what the order pays first: the creditor must have agreed."""
    before = [name for name in order[: order.index(designation)] if owed.get(name)] if designation in order else []
    if not before:
        return ()
    over = "、".join(NAMES[name] for name in before)
    return (
        Warning(
            "designation_needs_agreement",
            f"指定抵充{NAMES[designation]}先于{over}，须有双方约定或债权人同意的证据",
            f"designating {designation} before {', '.join(before)} needs the creditor's agreement, with proof",
        ),
    )


def between_debts(
    amount: Money,
    debts: Sequence[Debt],
    law: Law,
    on: date,
    *,
    contract: Sequence[str] = (),
    designation: str = "",
) -> Finding[tuple[Share, ...]]:
    """One payment on several debts (民法典 第五百六十条), the shares in the order of `debts`.

    The debt the debtor designated first; else due first, least secured, heaviest burden, earliest due; debts that are
    alike in all of it share in proportion. Inside each debt the order of components applies.
    """
    rule = law.at("claims/allocation_between_debts", on)
    names = [debt.name for debt in debts]
    problems = [
        Problem(
            "debt.twice",
            "债务名称重复",
            "a debt's name stands twice",
            "debts",
            name,
            mend="为每笔债务起不同的名称",
            mend_en="give each debt a name of its own",
        )
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    if designation and designation not in names:
        problems.append(
            Problem(
                "debt.unknown",
                "指定的债务不存在",
                "the designated debt is not there",
                "designation",
                designation,
                **one_of(names),
            )
        )
    Invalid.raise_any(problems)
    order = order_of(law, on, contract, damages=any(debt.parts.get(DAMAGES) for debt in debts))
    got, rest, steps = _shares(amount, debts, rule, on, designation)
    shares = tuple(Share(debt.name, allocate(got[debt.name], debt.parts, order.value)) for debt in debts)
    warnings = (overpaid(rest),) if rest else ()
    return Finding(shares, tuple(steps), warnings, rule.provisional).because(order)


def _shares(
    amount: Money, debts: Sequence[Debt], rule: Value, on: date, designation: str
) -> tuple[dict[str, Money], Money, list[Step]]:
    got, rest, steps = {debt.name: ZERO for debt in debts}, amount, list[Step]()
    ranked = sorted(debts, key=lambda debt: _rank(debt, on, designation))
    for _, alike in groupby(ranked, key=lambda debt: _rank(debt, on, designation)):
        group = list(alike)
        for debt, part in zip(group, in_proportion(rest, [debt.amount for debt in group]), strict=True):
            got[debt.name] = part
            why = "债务人指定" if debt.name == designation else _why(debt, on)
            steps.append(Step(f"抵充债务“{debt.name}”", f"{debt.amount}（{why}）", str(part), (rule.citation,)))
        rest = rest - total(got[debt.name] for debt in group)
    return got, rest, steps


def _rank(debt: Debt, on: date, designation: str) -> tuple[bool, bool, Money, Decimal, date]:
    is_due = debt.due is not None and debt.due <= on
    return debt.name != designation, not is_due, debt.secured, -debt.burden, debt.due or date.max


def _why(debt: Debt, on: date) -> str:
    state = f"{debt.due} 到期" if debt.due is not None and debt.due <= on else "未到期"
    return f"{state}，担保 {debt.secured}，负担 {debt.burden}"


def in_proportion(amount: Money, owed: Sequence[Money]) -> list[Money]:
    """A sum divided in proportion to what is owed, never more than is owed; the odd fen go to the largest remainders.

    >>> in_proportion(Money("1"), [Money("1"), Money("1"), Money("1")])
    [Money('0.34'), Money('0.33'), Money('0.33')]
    """
    whole = total(owed).fen
    if whole <= amount.fen:
        return list(owed)
    parts = [divmod(amount.fen * each.fen, whole) for each in owed]
    spare = amount.fen - sum(part for part, _ in parts)
    first = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))[:spare]
    return [Money.of_fen(part + (index in first)) for index, (part, _) in enumerate(parts)]
