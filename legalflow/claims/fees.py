"""Court fees (诉讼费用交纳办法): exact to the fen, and in whole yuan as courts print them.

Bands are cumulative: each rate applies to the part of the amount inside its band, and a band's upper bound is inside
it. A fee is halved once at most, whatever the grounds, and is divided before it is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from legalflow.errors import Invalid
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.money import ZERO, Money


class FeeKind(Enum):
    """What is paid for."""

    ACCEPTANCE = "acceptance"  # 案件受理费
    PRESERVATION = "preservation"  # 申请保全费
    ENFORCEMENT = "enforcement"  # 申请执行费
    PAYMENT_ORDER = "payment_order"  # 申请支付令费
    BANKRUPTCY = "bankruptcy"  # 破产申请费
    PUBLIC_SUMMONS = "public_summons"  # 申请公示催告费
    SET_ASIDE_AWARD = "set_aside_award"  # 申请撤销仲裁裁决费


class Halving(Enum):
    """A ground on which the acceptance fee is halved."""

    SIMPLIFIED = "simplified"  # 简易程序，含小额诉讼
    MEDIATED = "mediated"  # 调解结案
    WITHDRAWN = "withdrawn"  # 撤诉
    COUNTERCLAIM = "counterclaim"  # 反诉合并审理


class Conversion(Enum):
    """A change of procedure after which the rest of the acceptance fee is paid."""

    PAYMENT_ORDER = "payment_order_to_suit"  # 支付令失效转入诉讼
    SIMPLIFIED = "simplified_to_ordinary"  # 简易程序转为普通程序


@dataclass(frozen=True)
class Fee:
    """A fee: `exact` before rounding, `fee` to the fen, `yuan` as courts print it; `payer` who pays."""

    kind: FeeKind
    amount: Money | None
    exact: Decimal
    payer: str

    @property
    def fee(self) -> Money:
        """The fee to the fen, half-up."""
        return Money.rounded(self.exact)

    @property
    def yuan(self) -> Money:
        """The fee in whole yuan, half-up: the practice of courts, the law is silent."""
        return Money(self.exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def acceptance(law: Law, amount: Money, on: date, halvings: Sequence[Halving] = ()) -> Finding[Fee]:
    """The acceptance fee of a money claim of `amount`; on appeal the amount appealed (第十三条、第十七条)."""
    exact, steps = _bands(law.at("fees/acceptance", on), amount)
    warnings: list[Warning] = []
    if halvings:
        ground = law.at(f"fees/halving_{halvings[0].value}", on)
        halved = exact / number(ground)
        steps.append(
            Step(ground.zh, f"{plain_number(exact)} ÷ {ground.value}", plain_number(halved), (ground.citation,))
        )
        exact = halved
    if len(halvings) > 1:
        once = law.at("fees/halving_once", on)
        steps.append(Step(once.zh, str(once.value), plain_number(exact), (once.citation,)))
        warnings.append(
            Warning("fee.halved_once", "多项减半事由并存，只减半一次", "several grounds for halving: halved once")
        )
    return _fee(law, FeeKind.ACCEPTANCE, amount, exact, on, steps, tuple(warnings))


def preservation(law: Law, amount: Money | None, on: date) -> Finding[Fee]:
    """The fee for preserving property of `amount`, capped; None where no amount is concerned (第十四条第（二）项)."""
    tariff = law.at("fees/preservation", on)
    if amount is None:
        exact = Decimal(tariff.value["no_amount"])
        steps = [Step(tariff.zh, "不涉及财产数额", plain_number(exact), (tariff.citation,))]
        return _fee(law, FeeKind.PRESERVATION, None, exact, on, steps)
    exact, steps = _bands(tariff, amount)
    return _fee(law, FeeKind.PRESERVATION, amount, *_capped(tariff, tariff.value["cap"], exact, on, steps))


def enforcement(law: Law, amount: Money, on: date) -> Finding[Fee]:
    """The fee for enforcing `amount`, borne by the debtor and not advanced (第十四条第（一）项、第三十八条)."""
    exact, steps = _bands(law.at("fees/enforcement", on), amount)
    return _fee(law, FeeKind.ENFORCEMENT, amount, exact, on, steps)


def payment_order(law: Law, amount: Money, on: date) -> Finding[Fee]:
    """The fee for a payment order: a third of the acceptance fee (第十四条第（三）项)."""
    return _fraction(law, FeeKind.PAYMENT_ORDER, amount, on, law.decimal("fees/payment_order", on), None)


def bankruptcy(law: Law, amount: Money, on: date) -> Finding[Fee]:
    """The fee for a bankruptcy, on the whole estate, halved and capped (第十四条第（六）项)."""
    terms = law.at("fees/bankruptcy", on).value
    return _fraction(law, FeeKind.BANKRUPTCY, amount, on, Decimal(terms["divisor"]), terms["cap"])


def flat(law: Law, kind: FeeKind, on: date) -> Finding[Fee]:
    """A fee that does not depend on an amount: public summons, setting aside an award (第十四条第（四）、（五）项)."""
    tariff = law.at(f"fees/{kind.value}", on)
    steps = [Step(tariff.zh, f"每件{tariff.value}元", str(tariff.value), (tariff.citation,))]
    return _fee(law, kind, None, number(tariff), on, steps)


def refund_on_reduction(
    law: Law, claimed: Money, reduced_to: Money, on: date, halvings: Sequence[Halving] = ()
) -> Finding[Money]:
    """What comes back when the claim is cut before the court's investigation ends (第二十一条)."""
    if reduced_to > claimed:
        raise Invalid.one(
            "fee.not_reduced",
            "变更后的请求数额高于原数额",
            "the claim is raised, not reduced",
            field="reduced_to",
            found=reduced_to,
        )
    paid, due = acceptance(law, claimed, on, halvings), acceptance(law, reduced_to, on, halvings)
    rule = law.at("fees/refund_reduced", on)
    back = paid.value.fee - due.value.fee
    step = Step(rule.zh, f"{paid.value.fee} － {due.value.fee}", str(back), (rule.citation,))
    return Finding(back, (step,), provisional=rule.provisional).because(due).because(paid)


def to_pay_on_conversion(law: Law, amount: Money, conversion: Conversion, on: date) -> Finding[Money]:
    """What is still paid when the procedure changes (民诉法解释 第一百九十五条、第一百九十九条)."""
    whole = acceptance(law, amount, on)
    if conversion is Conversion.PAYMENT_ORDER:
        paid, rule = payment_order(law, amount, on), law.at("fees/convert_payment_order", on)
    else:
        paid, rule = acceptance(law, amount, on, (Halving.SIMPLIFIED,)), law.at("fees/convert_simplified", on)
    rest = whole.value.fee - paid.value.fee
    step = Step(rule.zh, f"{whole.value.fee} － {paid.value.fee}", str(rest), (rule.citation,))
    return Finding(rest, (step,), provisional=rule.provisional).because(paid).because(whole)


def _bands(tariff: Value, amount: Money) -> tuple[Decimal, list[Step]]:
    if amount < ZERO:
        raise Invalid.one("fee.negative", "数额不能为负", "an amount is not negative", field="amount", found=amount)
    low, fee, terms = Decimal(0), Decimal(0), []
    for band in tariff.value["bands"]:
        high = Decimal(band["up_to"]) if "up_to" in band else amount.amount
        part = min(amount.amount, high) - low
        if part <= 0 and low:
            break
        if "flat" in band:
            fee += Decimal(band["flat"])
            terms.append(band["flat"])
        else:
            fee += part * Decimal(band["rate"])
            terms.append(f"{plain_number(part)} × {plain_number(Decimal(band['rate']) * 100)}%")
        low = high
    return fee, [Step(tariff.zh, " ＋ ".join(terms), plain_number(fee), (tariff.citation,))]


def _fraction(law: Law, kind: FeeKind, amount: Money, on: date, divisor: Decimal, cap: str | None) -> Finding[Fee]:
    whole, steps = _bands(law.at("fees/acceptance", on), amount)
    tariff = law.at(f"fees/{kind.value}", on)
    exact = whole / divisor
    steps.append(Step(tariff.zh, f"{plain_number(whole)} ÷ {divisor}", str(Money.rounded(exact)), (tariff.citation,)))
    if cap is not None:
        exact, on, steps = _capped(tariff, cap, exact, on, steps)
    return _fee(law, kind, amount, exact, on, steps)


def _capped(tariff: Value, cap: str, exact: Decimal, on: date, steps: list[Step]) -> tuple[Decimal, date, list[Step]]:
    most = Decimal(cap)
    if exact > most:
        steps.append(Step(f"{tariff.zh}上限", f"{plain_number(exact)} 超过 {cap}", cap, (tariff.citation,)))
    return min(exact, most), on, steps


def _fee(
    law: Law,
    kind: FeeKind,
    amount: Money | None,
    exact: Decimal,
    on: date,
    steps: list[Step],
    warnings: tuple[Warning, ...] = (),
) -> Finding[Fee]:
    named = law.topics()
    payer = law.at(f"fees/payer_{kind.value}" if f"fees/payer_{kind.value}" in named else "fees/payer_other", on)
    fee = Fee(kind, amount, exact, str(payer.value))
    steps.append(Step(payer.zh, str(payer.value), str(fee.fee), (payer.citation,)))
    return Finding(fee, tuple(steps), warnings, payer.provisional)


def plain_number(exact: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
