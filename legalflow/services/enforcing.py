"""What is still owed under a judgment: its sums, less what came in since, plus what runs by law.

The enforcement application asks for this and never for the contract's claim (documents say so line by line).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.claims.award import Circumstances, Floating, GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.enforcement_claim import EnforcementClaim, Instrument, enforcement_claim, performance_by
from legalflow.claims.floating import Reference, Terms
from legalflow.documents.words import phrase
from legalflow.errors import Missing, NotNow, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.law.periods import length
from legalflow.matters import awarded
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.events import JudgmentGiven, PaymentReceived, RecoveryRecorded
from legalflow.matters.matter import Matter
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money

_INSTRUMENTS = {"judgment": "民事判决书", "ruling": "民事裁定书", "mediation": "民事调解书"}


def judgment_of(matter: Matter) -> JudgmentGiven:
    """The judgment to be enforced; `NotNow` before there is one in force."""
    if matter.judgment is None or matter.effective_date is None:
        raise NotNow.one(
            "enforcement.no_judgment",
            "裁判尚未生效，不能申请执行",
            "no judgment is in force yet",
            mend="先登记裁判及其送达、生效",
            mend_en="record the judgment, its service and its effect first",
        )
    return matter.judgment


def last_day(matter: Matter, law: Law) -> date:
    """The last day to perform: as recorded, else as the judgment's period gives it, else the day it took effect."""
    return performance_by(law, instrument_of(matter, law)).value


def owed(matter: Matter, law: Law, on: date) -> Finding[EnforcementClaim]:
    """What may be asked for under the judgment on a day: its items, less what came in since, plus what runs by law."""
    judgment_of(matter)
    rounds = [matter.stay.on] if matter.stay is not None and matter.stay.on <= on else []
    came_in = [each for each in receipts(matter) if each.day <= on]
    return enforcement_claim(law, instrument_of(matter, law), on, came_in, Circumstances(ended_rounds=rounds))


def instrument_of(matter: Matter, law: Law) -> Instrument:
    """The judgment as it is enforced: its items as recorded, else its sums; `NotNow` before it is in force."""
    judgment = judgment_of(matter)
    assert matter.effective_date is not None
    rows = judgment.items or _rows(judgment)
    sums = [_item(row, matter.effective_date, law) for row in rows if row.kind in awarded.SUMS]
    return Instrument(
        items=sums,
        general=[_running(row) for row in rows if row.kind in awarded.RUNNING],
        effective_date=matter.effective_date,
        performance_last_day=matter.performance_last_day,
        performance_days=judgment.performance_days,
        given_on=judgment.on,
        debtors=list(dict.fromkeys(name for row in rows for name in row.owed_by)),
        limits={row.owed_by[0]: row.amount for row in rows if row.kind == "limit"},
    )


def receipts(matter: Matter) -> tuple[Receipt, ...]:
    """Payments, and what came back after a write-off, for the debt goes on (财金〔2017〕90号 第四条)."""
    came_in: list[PaymentReceived | RecoveryRecorded] = [*matter.payments, *matter.write_off.recoveries]
    return tuple(sorted((Receipt(each.on, each.amount) for each in came_in), key=lambda receipt: receipt.on))


def facts(matter: Matter, law: Law, on: date) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The judgment and the amounts as an application for enforcement asks for them.

    What is neither principal, interest nor costs — 违约金, compensation — is asked for among the other costs.
    """
    judgment, left = judgment_of(matter), owed(matter, law, on).value
    said = {
        "kind": _INSTRUMENTS[judgment.kind],
        "issuing_body": judgment.body,
        "cause": judgment.cause,
        "number": judgment.number,
        "effective_date": matter.effective_date,
        "operative_part": judgment.operative,
        "performance_last_day": left.performance_last_day,
    }
    amounts = {
        "principal": left.principal,
        "general_interest": _interest(left),
        "other_costs": left.costs + left.other,
        "late_interest": left.doubled,
    }
    return said, amounts


def _interest(left: EnforcementClaim) -> Money | str:
    """The interest asked for: what has accrued and to which day, and what runs on to payment, in words."""
    runs_on = left.delay.runs_on
    if not runs_on:
        return left.interest
    counted = max((each.end for each in left.delay.general_segments), default=left.on - ONE_DAY)
    running = [{"zh": each.zh, "base": each.base, "rate": each.rate} for each in runs_on]
    return phrase("enforced_interest", amount=left.interest or None, until=counted, running=running)


def _rows(judgment: JudgmentGiven) -> tuple[AwardedItem, ...]:
    """The sums of a judgment recorded without items, as items; `Missing` where they do not say what runs on what."""
    sums = (
        AwardedItem(kind="costs", amount=judgment.other_costs),
        AwardedItem(kind="past_interest", amount=judgment.interest),
        AwardedItem(kind="principal", amount=judgment.principal),
    )
    if judgment.interest_rate is None:
        return sums
    base = judgment.interest_base
    if judgment.interest_until is None:
        raise _lacks(
            "interest_until",
            "判决给付继续计算的利息，但未登记利息计至哪一日",
            "the judgment grants running interest, but the day its interest is counted to was not recorded",
        )
    if base is not None and base > judgment.principal:
        raise _lacks(
            "interest_base",
            "继续计息的基数大于判决确认的本金，须逐项登记判项才能计算",
            "the base of the running interest is above the principal: the items are needed one by one",
        )
    running = AwardedItem(
        kind="running_interest",
        amount=base or ZERO,
        rate=judgment.interest_rate,
        start=judgment.interest_until + ONE_DAY,
        basis=judgment.interest_basis,
    )
    return (*sums, running)


def _lacks(field: str, zh: str, en: str) -> Missing:
    return Missing(
        Problem(f"judgment.{field}", zh, en, field, mend="更正裁判登记", mend_en="correct the judgment as recorded")
    )


def _item(row: AwardedItem, effect: date, law: Law) -> Item:
    """A sum with its own last day of performance, where it has one."""
    last = row.performance_last_day
    if row.performance_days is not None:
        last = length(law, effect, row.performance_days, "day").value.last_day
    return Item(ItemKind(row.kind), row.amount, row.in_base, last, row.id, row.owed_by)


def _running(row: AwardedItem) -> GeneralInterest:
    """Interest to payment; a sum beside it is the most it runs on."""
    assert row.start is not None
    floating = None
    if row.reference:
        series, _, tenor = row.reference.partition("_")
        floating = Floating(Reference(series, tenor), Terms(row.margin_bp, row.multiple))
    return GeneralInterest(
        rate=row.rate or Decimal(0),
        start=row.start,
        basis=row.basis,
        kind=row.kind.removeprefix("running_"),
        on=row.on,
        base=row.amount if row.amount else None,
        floating=floating,
        last_day=row.last_day,
        counts_payment_day=row.counts_payment_day,
        owed_by=row.owed_by,
    )
