"""What is still owed under a judgment: its sums, less what came in since, plus what runs by law.

The enforcement application asks for this and never for the contract's claim (documents say so line by line).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from legalflow.claims.award import GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.delay import DelayInterest, delay_interest
from legalflow.errors import Missing, NotNow, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.matters import deadlines
from legalflow.matters.events import JudgmentGiven
from legalflow.matters.matter import Matter
from legalflow.values.dates import ONE_DAY

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
    judgment_of(matter)
    assert matter.effective_date is not None
    worked_out = deadlines.performance_last_day(matter, matter.effective_date, law)
    return matter.performance_last_day or (worked_out.value if worked_out else matter.effective_date)


def owed(matter: Matter, law: Law, on: date) -> Finding[DelayInterest]:
    """What is owed under the judgment on a day, with its segments (法释〔2014〕8号)."""
    judgment = judgment_of(matter)
    performed_by = last_day(matter, law)
    if on < performed_by:
        raise NotNow.one(
            "enforcement.early",
            f"履行期间至{performed_by}届满，届满前不能申请执行",
            f"the debtor may perform until {performed_by}",
        )
    if judgment.interest_rate is not None and judgment.interest_until is None:
        raise Missing(
            Problem(
                "judgment.interest_until",
                "判决给付继续计算的利息，但未登记利息计至哪一日",
                "the judgment grants running interest, but the day its interest is counted to was not recorded",
                "interest_until",
                mend="更正裁判登记",
                mend_en="correct the judgment as recorded",
            )
        )
    return delay_interest(
        law,
        [
            Item(ItemKind.COSTS, judgment.other_costs),
            Item(ItemKind.PAST_INTEREST, judgment.interest),
            Item(ItemKind.PRINCIPAL, judgment.principal),
        ],
        performed_by,
        on,
        [each for each in receipts(matter) if judgment.on < each.on <= on],
        [each for each in (_general(judgment),) if each],
    )


def receipts(matter: Matter) -> tuple[Receipt, ...]:
    """Payments, and what came back after a write-off, for the debt goes on (财金〔2017〕90号 第四条)."""
    came_in = [*matter.payments, *matter.write_off.recoveries]
    return tuple(sorted((Receipt(each.on, each.amount) for each in came_in), key=lambda receipt: receipt.on))


def facts(matter: Matter, law: Law, on: date) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The judgment and the amounts as an application for enforcement asks for them."""
    judgment, left = judgment_of(matter), owed(matter, law, on).value
    said = {
        "kind": _INSTRUMENTS[judgment.kind],
        "issuing_body": judgment.body,
        "cause": judgment.cause,
        "number": judgment.number,
        "effective_date": matter.effective_date,
        "operative_part": judgment.operative,
        "performance_last_day": last_day(matter, law),
    }
    amounts = {
        "principal": left.left_principal,
        "general_interest": left.left_interest,
        "other_costs": left.left_costs,
        "late_interest": left.left_doubled,
    }
    return said, amounts


def _general(judgment: JudgmentGiven) -> GeneralInterest | None:
    """The running interest the judgment grants on its principal; None where it grants none, or on another base.

    Interest on a base of its own is left to counsel, who states it in the application.
    """
    if judgment.interest_rate is None or judgment.interest_until is None:
        return None
    if judgment.interest_base not in {None, judgment.principal}:
        return None
    return GeneralInterest(judgment.interest_rate, judgment.interest_until + ONE_DAY, judgment.interest_basis)
