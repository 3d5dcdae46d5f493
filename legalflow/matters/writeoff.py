"""Write-off (核销): what is asked for by component, the digest that binds its approval, and recoveries.

A write-off is bookkeeping: it never ends the debt and no outward document speaks of it (财金〔2017〕90号 第三、四条,
第十三条). Which standards are met stands in `law/write_offs.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from legalflow.errors import Invalid, Problem
from legalflow.values import codec
from legalflow.values.money import ZERO, Money, total


@dataclass(frozen=True, kw_only=True)
class Components:
    """Amounts by component; on-balance (表内) and off-balance (表外) interest are kept apart, as in the books."""

    principal: Money = ZERO
    on_balance_interest: Money = ZERO
    off_balance_interest: Money = ZERO
    fees: Money = ZERO

    @property
    def interest(self) -> Money:
        """Both kinds of interest together."""
        return self.on_balance_interest + self.off_balance_interest

    @property
    def total(self) -> Money:
        """All components together."""
        return self.principal + self.interest + self.fees


COMPONENT_NAMES = {
    "principal": ("本金", "principal"),
    "on_balance_interest": ("表内利息", "on-balance interest"),
    "off_balance_interest": ("表外利息", "off-balance interest"),
    "fees": ("费用", "fees"),
}


@dataclass(frozen=True, kw_only=True)
class WriteOffRequest:
    """What is asked to be written off: the criterion, the amounts as of a day, and what the books then show."""

    criterion: str
    as_of: date
    asked: Components
    outstanding: Components


def request_digest(request: WriteOffRequest) -> str:
    """The SHA-256 of what is asked; check, approval and booking name it, so that a changed request has none of them."""
    return codec.digest(codec.encode(request))


def request_problems(request: WriteOffRequest) -> list[Problem]:
    """What is wrong with a request: a component above what is outstanding, below zero, or nothing asked at all."""
    found = []
    for component in fields(Components):
        zh, en = COMPONENT_NAMES[component.name]
        asked, outstanding = (getattr(part, component.name) for part in (request.asked, request.outstanding))
        if asked < ZERO or outstanding < ZERO:
            found.append(
                Problem("write_off.negative", f"{zh}不得为负", f"{en} may not be negative", component.name, str(asked))
            )
        elif asked > outstanding:
            found.append(
                Problem(
                    "write_off.above_outstanding",
                    f"拟核销{zh} {asked} 元超过账面余额 {outstanding} 元",
                    f"{en} of {asked} asked is above the {outstanding} outstanding",
                    component.name,
                    str(asked),
                    f"不高于 {outstanding} 元",
                    f"at most {outstanding}",
                )
            )
    if not found and not request.asked.total:
        found.append(
            Problem(
                "write_off.nothing", "拟核销金额合计为零", "nothing is asked to be written off", "principal", "0.00"
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Shares:
    """One recovery by component. `accrued` is the part on interest and costs that arose after the booking."""

    fees: Money = ZERO
    interest: Money = ZERO
    principal: Money = ZERO
    accrued: Money = ZERO

    @property
    def total(self) -> Money:
        """All shares together."""
        return self.fees + self.interest + self.principal + self.accrued


USUAL_ORDER = ("fees", "interest", "principal")  # 民法典 第五百六十一条


def still_written_off(booked: Components, recoveries: Sequence[Shares]) -> Shares:
    """What of the written-off amounts has not come back yet, by component; `accrued` is always zero."""
    return Shares(
        fees=booked.fees - total(each.fees for each in recoveries),
        interest=booked.interest - total(each.interest for each in recoveries),
        principal=booked.principal - total(each.principal for each in recoveries),
    )


def allocate_recovery(
    booked: Components, recoveries: Sequence[Shares], amount: Money, order: Sequence[str] = USUAL_ORDER
) -> Shares:
    """A proposal for allocating money that came in after the booking, in the order given; no fen is lost.

    Each component takes at most what is still written off; what is left over goes to `accrued`, the claim that kept
    growing off the balance sheet.

    >>> booked = Components(principal=Money("100"), on_balance_interest=Money("10"), fees=Money("5"))
    >>> allocate_recovery(booked, (), Money("20"))
    Shares(fees=Money('5.00'), interest=Money('10.00'), principal=Money('5.00'), accrued=Money('0.00'))
    """
    if sorted(order) != sorted(USUAL_ORDER):
        raise Invalid.one(
            "recovery.order",
            "抵充顺序须为费用、利息、本金各一次",
            "the order names fees, interest and principal once each",
            found="、".join(order),
        )
    if amount <= ZERO:
        raise Invalid.one(
            "recovery.amount", "收回金额须大于零", "a recovery is above zero", field="amount", found=amount
        )
    left, open_amounts = amount, still_written_off(booked, recoveries)
    taken: dict[str, Money] = {}
    for component in order:
        taken[component] = min(left, getattr(open_amounts, component))
        left -= taken[component]
    return Shares(**taken, accrued=left)
