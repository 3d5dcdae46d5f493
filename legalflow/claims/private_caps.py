"""What interest and all other charges of private lending may come to, by the rule of each day.

A contract formed since 2020-08-20 may bear four times the one-year LPR of the day it was formed. An older one sued upon
since then bears the rule of the time up to 2020-08-19, on request, and from 2020-08-20 four times the LPR of the filing
day (法释〔2020〕17号 第三十一条第二款). The rule of the time: 24 % a year since 2015-09-01, before that four times the
benchmark lending rate of the same kind, which the contract's term decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.caps import CHARGES, Cap, Outstanding, cut_in_order, lpr
from legalflow.claims.old_delay import BENCHMARKS
from legalflow.errors import Invalid, one_of
from legalflow.law.catalogue import Law, number
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import ZERO, Money, percent, total

POLICY = "statutory"


@dataclass(frozen=True)
class Contract:
    """What decides the ceiling: the days of the contract and of filing, and for old days the benchmark of its kind.

    `old_rule` is whether a party asks for the rule of the time for the days before the present one.
    """

    formed_on: date
    filed_on: date
    benchmark: str | None = None
    old_rule: bool = True


@dataclass(frozen=True)
class DayCeiling:
    """The ceiling a year over some days, why, and what of it is unverified."""

    rate: Decimal
    formula: str
    citations: tuple[Citation, ...]
    provisional: tuple[str, ...]


def private_cap(
    law: Law, contract: Contract, lines: Sequence[Outstanding], charges: Mapping[str, Money], basis: int = 360
) -> Finding[Cap]:
    """Charges of a private lender against the ceilings of the law; the whole rounded once, a ceiling for each stretch.

    Each line is cut where the ceiling changes. `rate` is None where the ceilings differ. `LawGap` where the LPR of the
    day is not loaded or the days are older than the law here.
    """
    _check(contract, charges)
    pieces = [piece for line in lines for piece in _pieces(law, contract, line)]
    ceilings = [_ceiling(law, contract, piece.period.start) for piece in pieces]
    exact = [
        piece.principal.amount * each.rate * piece.period.days / basis
        for piece, each in zip(pieces, ceilings, strict=True)
    ]
    ceiling, claimed = Money.rounded(sum(exact, Decimal(0))), total(charges.values())
    excess = max(ZERO, claimed - ceiling)
    cuts, order = cut_in_order(law, charges, excess, max(contract.filed_on, law.history("caps/cut_order")[0].since))
    rates = {each.rate for each in ceilings}
    steps = [_regime(law, contract)]
    for piece, each, amount in zip(pieces, ceilings, exact, strict=True):
        formula = f"{piece.principal} × {each.formula} × {piece.period.days}日 ÷ {basis}"
        what = f"{piece.period.start}至{piece.period.end_exclusive - ONE_DAY}的上限"
        steps.append(Step(what, formula, str(Money.rounded(amount)), each.citations))
    steps.append(Step("超出部分", f"{claimed} － {ceiling}", str(excess), (order.citation,)))
    doubts = [doubt for each in ceilings for doubt in each.provisional] + list(order.provisional if excess else ())
    found = Cap(
        "private",
        POLICY,
        rates.pop() if len(rates) == 1 else None,
        tuple(map(Money.rounded, exact)),
        ceiling,
        claimed,
        excess,
        cuts,
    )
    return Finding(found, tuple(steps), _warnings(law, contract, pieces, basis), tuple(dict.fromkeys(doubts)))


def ceilings(law: Law, contract: Contract, period: Period) -> list[tuple[Period, DayCeiling]]:
    """The ceiling of each stretch of a period, cut where it changes."""
    pieces = _pieces(law, contract, Outstanding(ZERO, period))
    return [(piece.period, _ceiling(law, contract, piece.period.start)) for piece in pieces]


def _check(contract: Contract, charges: Mapping[str, Money]) -> None:
    unknown = sorted(set(charges) - set(CHARGES))
    if unknown:
        raise Invalid.one(
            "cap.charge", "费用项目不在所列之内", "unknown charge", field="charges", found=unknown[0], **one_of(CHARGES)
        )
    if contract.filed_on < contract.formed_on:
        raise Invalid.one(
            "cap.filed_on",
            "起诉之日早于合同成立之日",
            "filed before the contract was formed",
            field="filed_on",
            found=contract.filed_on,
            mend=f"核对两个日期；起诉之日不早于 {contract.formed_on}",
            mend_en=f"look at both days; it is not before {contract.formed_on}",
        )
    if contract.benchmark is not None and contract.benchmark not in BENCHMARKS:
        raise Invalid.one(
            "cap.benchmark",
            "贷款基准利率的档次不在所列之内",
            "unknown benchmark",
            field="benchmark",
            found=contract.benchmark,
            **one_of(BENCHMARKS),
        )


def _present_since(law: Law) -> date:
    return law.history("caps/lpr_multiple")[0].since


def _of_its_time(law: Law, contract: Contract, on: date) -> bool:
    """Whether a day falls under the rule of its time rather than under four times the LPR."""
    since = _present_since(law)
    if contract.formed_on >= since:
        return False
    return contract.filed_on < since or (contract.old_rule and on < since)


def _pieces(law: Law, contract: Contract, line: Outstanding) -> list[Outstanding]:
    """A line cut at every day on which its ceiling may change."""
    days = [_present_since(law), law.history("caps/private_enforceable")[0].since]
    if contract.benchmark:
        days += [value.since for value in law.history(f"rates/benchmark_{contract.benchmark}") if value.since < days[1]]
    return [Outstanding(line.principal, piece) for piece in line.period.cut(*days)]


def _ceiling(law: Law, contract: Contract, on: date) -> DayCeiling:
    if not _of_its_time(law, contract, on):
        return _four_lpr(law, contract)
    day = min(on, _present_since(law) - ONE_DAY)
    if day >= law.history("caps/private_enforceable")[0].since:
        rule = law.at("caps/private_enforceable", day)
        return DayCeiling(number(rule), percent(number(rule)), (rule.citation,), rule.provisional)
    times = law.at("caps/private_benchmark_multiple", day)
    if contract.benchmark is None:
        raise Invalid.one(
            "cap.benchmark",
            f"{day} 的上限为同类贷款基准利率的 {times.value} 倍，须给出档次",
            f"the ceiling on {day} is {times.value} times the benchmark of the same kind: say which",
            field="benchmark",
            **one_of(BENCHMARKS),
        )
    published = law.at(f"rates/benchmark_{contract.benchmark}", day)
    rate = number(times) * number(published)
    cited, doubts = (times.citation, published.citation), (*times.provisional, *published.provisional)
    return DayCeiling(rate, f"{times.value} × {percent(number(published))}", cited, doubts)


def _four_lpr(law: Law, contract: Contract) -> DayCeiling:
    """Four times the LPR of the day the contract was formed, or of the filing day where it is older than the rule."""
    on = contract.formed_on if contract.formed_on >= _present_since(law) else contract.filed_on
    times, published = law.at("caps/lpr_multiple", on), lpr(law, "1y", on)
    rate = Decimal(f"{(number(times) * number(published)).normalize():f}")
    formula = f"{times.value} × {percent(number(published))}（{published.since}公布）"
    cited = (times.citation, published.citation)
    return DayCeiling(rate, formula, cited, (*times.provisional, *published.provisional))


def _regime(law: Law, contract: Contract) -> Step:
    """Which rules apply, and why."""
    since, days = _present_since(law), f"合同成立于{contract.formed_on}，起诉于{contract.filed_on}"
    if contract.filed_on < since:
        return Step("适用的规则", f"民间借贷；{days}", "当时的上限")
    cited = [law.cite("caps/lpr_multiple", since), law.cite("caps/private_sum", since)]
    if contract.formed_on >= since:
        return Step("适用的规则", f"民间借贷；{days}", "合同成立时的上限", tuple(cited))
    value = f"至{since - ONE_DAY}适用当时的规定，其后适用起诉时的上限" if contract.old_rule else "起诉时的上限"
    cited.insert(0, law.cite("caps/private_transition", since))
    return Step("适用的规则", f"民间借贷；{days}", value, tuple(cited))


def _warnings(law: Law, contract: Contract, pieces: Sequence[Outstanding], basis: int) -> tuple[Warning, ...]:
    found: list[Warning] = []
    since, middle = _present_since(law), law.history("caps/private_enforceable")[0].since
    if contract.formed_on < since <= contract.filed_on and contract.old_rule:
        found.append(
            Warning(
                "cap.old_rule_on_request",
                f"{since} 前的利息适用当时的规定，须当事人提出请求",
                f"the rule of the time for days before {since} applies on a party's request",
            )
        )
    old = [each for each in pieces if _of_its_time(law, contract, each.period.start)]
    natural = [each for each in old if each.period.start >= middle]
    if natural:
        void = law.at("caps/private_void_above", middle)
        sums = [each.principal.amount * number(void) * each.period.days / basis for each in natural]
        line = Money.rounded(sum(sums, Decimal(0)))
        found.append(
            Warning(
                "cap.natural_debt",
                f"{middle} 起适用当时规定的部分，已自愿支付而不超过年 {percent(number(void))}（合计 {line} 元）的"
                f"不返还，超过的无效（{void.citation}）",
                f"from {middle}, what was paid up to {percent(number(void))} ({line}) is kept; above it is void",
            )
        )
    if contract.formed_on < middle and old:
        found.append(
            Warning(
                "cap.before_old_rule",
                f"合同成立于 {middle} 前，现按日分段适用各时的上限，请核对",
                f"formed before {middle}: the ceilings are taken day by day here, which counsel confirms",
            )
        )
    return tuple(found)
