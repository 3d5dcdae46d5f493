"""What is still owed under a judgment: its sums, less what came in since, plus what runs by law.

The enforcement application asks for this and never for the contract's claim (documents say so line by line).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.access import Actor, Right
from legalflow.claims.award import Circumstances, Floating, GeneralInterest, Item, ItemKind
from legalflow.claims.enforcement_claim import EnforcementClaim, Instrument, enforcement_claim, performance_by
from legalflow.claims.floating import Reference, Terms
from legalflow.documents.words import phrase
from legalflow.errors import LegalflowError, Missing, NotNow, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Warning
from legalflow.law.periods import length
from legalflow.loans.loan import Loan
from legalflow.matters import awarded
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.events import JudgmentGiven
from legalflow.matters.matter import Matter, fold
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.services import enforced, viewing
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money

_INSTRUMENTS = {
    "judgment": "民事判决书",
    "ruling": "民事裁定书",
    "mediation": "民事调解书",
    "award": "仲裁裁决书",
    "arbitral_mediation": "仲裁调解书",
    "notarised": "公证债权文书",
    "payment_order": "支付令",
}


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


def owed(matter: Matter, law: Law, on: date, loan: Loan | None = None) -> Finding[EnforcementClaim]:
    """What may be asked for under the judgment on a day: its items, less what came in since, plus what runs by law.

    With the loan, what each of its debtors owes is told; a bankruptcy stops the whole only where it stops for each.
    """
    judgment_of(matter)
    instrument = instrument_of(matter, law, loan)
    came_in = [each for each in enforced.receipts(matter) if each.day <= on]
    stops = enforced.stops(matter, instrument.debtors, loan)
    given = enforced.circumstances(matter, on, stops.whole)
    found = enforcement_claim(law, instrument, on, came_in, given)
    for day, names in stops.others(on):
        stopped = enforcement_claim(law, instrument, on, came_in, replace(given, bankruptcy=day))
        found = _stopped_for(found, stopped, names, day)
    return found


def _stopped_for(
    found: Finding[EnforcementClaim], stopped: Finding[EnforcementClaim], names: Sequence[str], day: date
) -> Finding[EnforcementClaim]:
    """The whole as it runs, with the shares of the debtors named as they stopped on a day, and why."""
    shares = {each.debtor: each for each in stopped.value.debtors if each.debtor in names}
    claim = replace(found.value, debtors=tuple(shares.get(each.debtor, each) for each in found.value.debtors))
    whose = "、".join(names)
    why = [replace(step, what=f"{step.what}（{whose}）") for step in stopped.steps if step.what == "破产申请受理"]
    own = {step.what: step for step in stopped.steps if step.what in {f"{name}应承担的金额" for name in names}}
    steps = tuple(own.get(step.what, step) for step in found.steps)
    zh = f"{whose}的债务自破产申请受理之日{day}起停止计息，其他债务人的债务继续计息"
    warning = Warning(
        "enforcement.stopped_for", zh, f"nothing runs against {whose} from {day} on; it runs on otherwise"
    )
    provisional = tuple(dict.fromkeys((*found.provisional, *stopped.provisional)))
    return Finding(claim, (*steps[:-1], *why, *steps[-1:]), (*found.warnings, warning), provisional)


@dataclass(frozen=True)
class Enforced:
    """The debt of a matter's judgment on a day, and what we are to give back where enforcement was reversed."""

    on: date
    finding: Finding[EnforcementClaim]
    restitution: Finding[EnforcementClaim] | None


def of_matter(office: Office, actor: Actor, matter_id: str, on: date | None = None) -> Enforced:
    """The debt of a matter's judgment as known today, on a day (today where none is given), for whoever may see it."""
    actor.require(Right.VIEW)
    sheet = viewing.matter(office, actor, matter_id)
    with office.database.reading() as session:
        row = repositories.loan(session, actor, sheet.row.loan_id)
        loan = repositories.whole_loan(session, row, office.keys)
    matter, day = fold(sheet.events), on or today(office)
    return Enforced(day, owed(matter, office.law, day, loan), given_back(matter, office.law, day))


def given_back(matter: Matter, law: Law, on: date) -> Finding[EnforcementClaim] | None:
    """What we are to give back with interest for delay (执行回转, 第六条); None where nothing is due."""
    order = enforced.restitution(matter)
    if order is None:
        return None
    item = Item(ItemKind.PRINCIPAL, order.amount, id="应返还款项")
    instrument = Instrument([item], [], order.on, order.performance_last_day)
    try:
        return enforcement_claim(law, instrument, on, (), Circumstances(reversal=True))
    except NotNow:  # the period to give it back is not over
        return None


def instrument_of(matter: Matter, law: Law, loan: Loan | None = None) -> Instrument:
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
        debtors=list(dict.fromkeys((*enforced.debtors(matter, loan), *(name for row in rows for name in row.owed_by)))),
        limits={row.owed_by[0]: row.amount for row in rows if row.kind == "limit"},
    )


def shares_in_words(matter: Matter, law: Law, on: date, loan: Loan) -> str:
    """What each debtor owes as an application says it; empty where all owe the same, or nothing can be asked yet."""
    try:
        found = owed(matter, law, on, loan).value
    except LegalflowError:  # the application itself says what is wrong
        return ""
    if len({each.total for each in found.debtors}) < 2:
        return ""
    shares = [{"debtor": each.debtor, "total": each.total, "limited": each.limit is not None} for each in found.debtors]
    return phrase("enforced_shares", on=on, debtors=shares)


def facts(matter: Matter, law: Law, on: date, loan: Loan | None = None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The judgment and the amounts as an application for enforcement asks for them.

    What is neither principal, interest nor costs — 违约金, compensation — is asked for among the other costs.
    """
    judgment, left = judgment_of(matter), owed(matter, law, on, loan).value
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
