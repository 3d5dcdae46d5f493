"""What courts would charge for a loan's claim as it stands, so that it can be advanced and set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from legalflow.access import Actor
from legalflow.claims import fees
from legalflow.claims.claim import Claim
from legalflow.claims.fee_changes import Balance, Change, balance
from legalflow.claims.fees import Fee, Halving
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.matters.matter import Matter
from legalflow.office import Office
from legalflow.services import claiming
from legalflow.values.money import Money

_RMB = "CNY"


@dataclass(frozen=True)
class Charge:
    """One fee under its Chinese name, with its reasons."""

    title: str
    finding: Finding[Fee]


def court_fees(office: Office, owed: Claim, on: date) -> tuple[Charge, ...]:
    """The fees of each way on a day, reckoned on the whole claim; none for foreign money, whose rate is not known here.

    The fee of preservation is reckoned on the whole claim too: it is charged on what is really preserved.
    """
    if owed.currency != _RMB:
        return ()
    return tuple(Charge(title, of(office.law, owed.total, on)) for title, of in _WAYS.items())


def on_withdrawal(office: Office, actor: Actor, loan_id: str, matter: Matter, on: date) -> Finding[Balance] | None:
    """What the acceptance fee comes to where the suit is withdrawn, reckoned on the claim of the day of filing.

    None where nothing is filed, and for foreign money.
    """
    if matter.filing is None:
        return None
    _, owed = claiming.state_claim(office, actor, loan_id, matter.filing.on)
    if owed.value.currency != _RMB:
        return None
    summary = matter.acceptance is not None and matter.acceptance.procedure != "ordinary"
    halvings = (Halving.SIMPLIFIED,) if summary else ()
    return balance(office.law, Change.WITHDRAWN, owed.value.total, on, halvings)


def _simplified(law: Law, amount: Money, on: date) -> Finding[Fee]:
    return fees.acceptance(law, amount, on, (Halving.SIMPLIFIED,))


_WAYS: dict[str, Callable[[Law, Money, date], Finding[Fee]]] = {
    "案件受理费（普通程序）": fees.acceptance,
    "案件受理费（简易程序、小额诉讼）": _simplified,
    "申请支付令费": fees.payment_order,
    "申请保全费（全额保全）": fees.preservation,
    "申请执行费": fees.enforcement,
}
