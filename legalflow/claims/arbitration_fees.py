"""Arbitration fees (仲裁费用): by the tariff of the commission, which is loaded or given, never assumed.

The national rules leave each commission a range for its acceptance fee; what a tariff asks outside of it is remarked.
The handling fee (案件处理费) is charged at cost unless the tariff has bands for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims import fees
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.money import Money

_FOLDER = "fees/arbitration/"
Bands = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Tariff:
    """The tariff of a commission: bands for acceptance, and for handling (empty: at cost).

    Bands are cumulative; each has `up_to` (the last none) and a `flat` fee in yuan or a `rate` as a fraction.
    """

    name: str
    acceptance: Bands
    handling: Bands
    citation: Citation


@dataclass(frozen=True)
class ArbitrationFee:
    """Fees in yuan: None where no tariff was given. `least` and `most` are the national range of the acceptance fee."""

    acceptance: Money | None
    handling: Money | None
    least: Money
    most: Money


def commissions(law: Law) -> tuple[str, ...]:
    """The commissions whose tariff is in the data, by short name."""
    return tuple(topic.removeprefix(_FOLDER) for topic in law.topics() if topic.startswith(_FOLDER))


def tariff_of(law: Law, commission: str, on: date) -> Tariff:
    """The tariff of a commission on a day; an unknown commission is refused with the known ones."""
    known = commissions(law)
    if commission not in known:
        raise Invalid.one(
            "fee.unknown_commission",
            "这一仲裁委员会的收费表尚未载入",
            "the tariff of this commission is not loaded",
            field="commission",
            found=commission,
            mend=f"已载入：{'、'.join(known) or '无'}；也可以在 tariff 中给出收费表，或者在 law/data/{_FOLDER} 中补充",
            mend_en=f"loaded: {', '.join(known) or 'none'}; or give it as tariff, or add it to law/data/{_FOLDER}",
        )
    value = law.at(_FOLDER + commission, on)
    return Tariff(value.zh, value.value["acceptance"], value.value.get("handling", ()), value.citation)


def arbitration_fee(law: Law, amount: Money, tariff: Tariff | None, on: date) -> Finding[ArbitrationFee]:
    """What a commission asks for a dispute of `amount`, held against the national range; None: the range alone."""
    national = law.at("fees/arbitration_range", on)
    least, low = _cumulative(national.value["bands"], "least", amount)
    most, high = _cumulative(national.value["bands"], "most", amount)
    steps = [
        Step(f"{national.zh}下限", low, fees.plain_number(least), (national.citation,)),
        Step(f"{national.zh}上限", high, fees.plain_number(most), (national.citation,)),
    ]
    bounds = Money.rounded(least), Money.rounded(most)
    if tariff is None:
        zh = f"未给出仲裁委员会的收费表，只能给出全国规定的幅度 {bounds[0]} 元至 {bounds[1]} 元"
        missing = Warning("fee.no_tariff", zh, "no tariff was given: only the national range is known")
        return Finding(ArbitrationFee(None, None, *bounds), tuple(steps), (missing,), national.provisional)
    exact, formula = fees.cumulative(tariff.acceptance, amount)
    steps.append(Step(f"{tariff.name}案件受理费", formula, fees.plain_number(exact), (tariff.citation,)))
    warnings = []
    if not least <= exact <= most:
        zh = f"收费表算得的受理费 {fees.plain_number(exact)} 元不在全国规定的幅度之内，请核对收费表"
        warnings.append(Warning("fee.arbitration_range", zh, "the acceptance fee lies outside the national range"))
    handling = None
    if tariff.handling:
        cost, formula = fees.cumulative(tariff.handling, amount)
        handling = Money.rounded(cost)
        steps.append(Step(f"{tariff.name}案件处理费", formula, fees.plain_number(cost), (tariff.citation,)))
    else:
        rule = law.at("fees/arbitration_handling", on)
        steps.append(Step(rule.zh, str(rule.value), "按实际支出", (rule.citation,)))
    doubts = () if tariff.citation.verified else (f"{tariff.name}（{tariff.citation}）未核验",)
    found = ArbitrationFee(Money.rounded(exact), handling, *bounds)
    return Finding(found, tuple(steps), tuple(warnings), (*national.provisional, *doubts))


def _cumulative(bands: Bands, end: str, amount: Money) -> tuple[Decimal, str]:
    """The fee at one end of the national range."""
    chosen = [
        {name.removesuffix(f"_{end}"): band[name] for name in band if name == "up_to" or name.endswith(end)}
        for band in bands
    ]
    return fees.cumulative(chosen, amount)
