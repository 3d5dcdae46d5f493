"""What bears on the debt of a judgment, read from the events of its matter: receipts, waivers, stays, bankruptcies.

Which days take interest out is the law's (`claims/delay*`); here it is only read who recorded what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from legalflow.claims.award import Circumstances, Exclusion, Receipt, Waiver
from legalflow.loans.loan import Loan
from legalflow.loans.parties import PartyRole
from legalflow.matters import events as e
from legalflow.matters.matter import Matter
from legalflow.values.dates import ONE_DAY, Period

E = TypeVar("E", bound=e.MatterEvent)

# An asset taken for the debt counts, like an auction, from the day its ruling takes effect (法释〔2014〕8号 第三条).
_WAYS = {"debt_asset": "auction"}
# Suspensions whose days the doubled part leaves out; a settlement or a bankruptcy is none of them (第三条).
_LEAVES_OUT = frozenset({"review", "retrial"})
_PRINCIPAL = frozenset({PartyRole.BORROWER, PartyRole.CO_BORROWER})


@dataclass(frozen=True)
class Stops:
    """From which day nothing runs against whom, for a bankruptcy: `whole` where it has stopped for all of them."""

    whole: date | None
    by_debtor: dict[str, date]

    def others(self, on: date) -> list[tuple[date, tuple[str, ...]]]:
        """The days by `on` that differ from that of the whole, each with the debtors it is for."""
        days = sorted({day for day in self.by_debtor.values() if day != self.whole and day <= on})
        return [(day, tuple(name for name, each in self.by_debtor.items() if each == day)) for day in days]


def receipts(matter: Matter) -> tuple[Receipt, ...]:
    """Payments, and what came back after a write-off, for the debt goes on (财金〔2017〕90号 第四条).

    The last explanation of a receipt says its way, its payer and the day it counts.
    """
    explained = {each.number: each for each in _all(matter, e.ReceiptExplained)}
    came_in: list[e.PaymentReceived | e.RecoveryRecorded] = [*matter.payments, *matter.write_off.recoveries]
    found = [_receipt(each, explained.get(each.number)) for each in came_in]
    return tuple(sorted(found, key=lambda receipt: receipt.day))


def _receipt(each: e.PaymentReceived | e.RecoveryRecorded, said: e.ReceiptExplained | None) -> Receipt:
    if said is None:
        return Receipt(each.on, each.amount)
    return Receipt(each.on, each.amount, _WAYS.get(said.way, said.way), said.counted_on, said.payer)


def circumstances(matter: Matter, on: date, bankruptcy: date | None = None) -> Circumstances:
    """What else bears on the interest as known on a day."""
    rounds = {each.on for each in _all(matter, e.EnforcementStayed)} | ({matter.stay.on} if matter.stay else set())
    return Circumstances(
        exclusions=tuple(_exclusions(matter, on)),
        waivers=tuple(_waivers(matter, on)),
        bankruptcy=bankruptcy if bankruptcy is not None and bankruptcy <= on else None,
        ended_rounds=sorted(each for each in rounds if each <= on),
    )


def _exclusions(matter: Matter, on: date) -> Iterator[Exclusion]:
    """The days of suspensions for review or retrial, up to their end or to the day asked."""
    ends = [each.on for each in _all(matter, e.SuspensionEnded)]
    for each in _all(matter, e.EnforcementSuspended):
        if each.ground in _LEAVES_OUT and each.on <= on:
            last = min([end for end in ends if end >= each.on] + [on])
            yield Exclusion(Period(each.on, last + ONE_DAY), each.by_debtor)


def _waivers(matter: Matter, on: date) -> Iterator[Waiver]:
    """What was given up by a day; what hung on a settlement falls away where that was broken since."""
    broken = [each.on for each in _all(matter, e.SettlementBroken)]
    for each in _all(matter, e.ClaimWaived):
        fallen = each.conditional and any(each.on <= day <= on for day in broken)
        if each.on <= on and not fallen:
            yield Waiver(each.on, each.amount, each.of)


def restitution(matter: Matter) -> e.RestitutionOrdered | None:
    """What we were ordered to give back, if anything; the last order stands."""
    found = _all(matter, e.RestitutionOrdered)
    return found[-1] if found else None


def bankrupt(matter: Matter) -> dict[str, date]:
    """Each debtor in bankruptcy with the day it was accepted; of several, the first."""
    days: dict[str, date] = {}
    for each in _all(matter, e.BankruptcyAccepted):
        day = each.accepted_on or each.on
        days[each.party] = min(day, days.get(each.party, day))
    return days


def debtors(matter: Matter, loan: Loan | None) -> tuple[str, ...]:
    """The debtors the judgment is against: those of the loan, where the judgment names its parties only these."""
    if loan is None:
        return ()
    named = matter.judgment.parties if matter.judgment is not None else ()
    all_of_them = [party.name for party in loan.parties if party.role is not PartyRole.LENDER]
    return tuple(dict.fromkeys(name for name in all_of_them if not named or name in named))


def stops(matter: Matter, names: Sequence[str], loan: Loan | None) -> Stops:
    """When interest stops for each of the debtors: by his own bankruptcy, for a guarantor also by a borrower's.

    Nothing stops for a borrower by that of another (担保制度解释 第二十二条 is the guarantor's). Where the debtors are
    not known by name, the first bankruptcy stops the whole.
    """
    days = bankrupt(matter)
    if not names:
        return Stops(min(days.values(), default=None), {})
    principal = {party.name for party in loan.parties if party.role in _PRINCIPAL} if loan is not None else set()
    borrowers = [days[name] for name in days if name in principal or loan is None]
    by_debtor = {}
    for name in names:
        own = [days[name]] if name in days else []
        own += borrowers if name not in principal else []
        if own:
            by_debtor[name] = min(own)
    whole = max(by_debtor.values()) if len(by_debtor) == len(set(names)) else None
    return Stops(whole, by_debtor)


def _all(matter: Matter, kind: type[E]) -> list[E]:
    return [each.event for each in matter.standing if isinstance(each.event, kind)]
