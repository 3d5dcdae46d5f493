"""A claim and the interest after a judgment as the facts of their sheets: segments, sums, payments, what runs on.

Nothing is worked out anew. The printed lines of a component add up to it; what a ceiling took off stands as a line of
its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.claims.charges import Charge
from legalflow.claims.claim import Claim
from legalflow.claims.delay_result import DelayInterest
from legalflow.law.finding import Finding, Step
from legalflow.values import codec
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import Money, total

Facts = dict[str, Any]

COMPONENTS = ("interest", "penalty", "compound", "liquidated_damages")


def interest_facts(finding: Finding[Claim]) -> Facts:
    """The facts of the sheet of a claim (`forms/documents/interest_calculation.yaml`), without names and numbers."""
    owed, runs = finding.value, finding.value.running
    facts: Facts = {
        "cutoff": owed.as_of,
        "cutoff_counts": owed.cutoff_counts,
        "end_exclusive": owed.end_exclusive,
        "rate": owed.contract_rate,
        "penalty_rate": owed.penalty_rate,
        "compound_rate": owed.compound_rate,
        "basis": owed.basis,
        "principal_formula": _formula(finding, "本金"),
        "allocation": _formula(finding, "抵充顺序"),
        "payments": [_row(each, _RECEIVED) for each in owed.received],
        **{f"{name}_lines": list(_lines(owed, name)) for name in COMPONENTS},
        "fixed_damages": _fixed_damages(owed) or None,
        "principal": owed.principal,
        "interest": owed.interest,
        "penalty": owed.penalty,
        "compound": owed.compound,
        "liquidated_damages": owed.liquidated_damages or None,
        "costs": owed.costs or None,
        "total": owed.total,
        "rates": [_said(step) for step in finding.steps if _is_rate(step)],
        "statement": [_row(each, _STATEMENT) for each in owed.rows],
        "running_from": runs.start,
        "overdue_principal": runs.overdue_principal or None,
        "running_rate": runs.penalty_rate,
        "undue_principal": runs.undue_principal or None,
        "unpaid_interest": (runs.unpaid_interest or None) if runs.compound_rate else None,
        "running_compound_rate": runs.compound_rate,
        "running_damages_rate": runs.liquidated_damages_rate,
        "currency": owed.currency,
        "per_day": Money.rounded(runs.per_day),
        "per_day_exact": _shown(runs.per_day),
        **reasons_of(finding),
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def delay_facts(
    finding: Finding[DelayInterest], awarded: Sequence[tuple[str, Money]], performance_last_day: date, until: date
) -> Facts:
    """The facts of the sheet of the interest after a judgment (`forms/documents/delay_interest_calculation.yaml`).

    `awarded` are the sums of the judgment, each with its Chinese name.
    """
    owed = finding.value
    facts: Facts = {
        "performance_last_day": performance_last_day,
        "first_day": performance_last_day + ONE_DAY,
        "until": until,
        "items": [{"what": what, "amount": amount} for what, amount in awarded if amount],
        "readings": [{"what": each.zh, "used": each.used, "given": each.given} for each in owed.readings],
        "segments": [_row(each, _DELAYED) for each in owed.segments if each.formula],
        "general_segments": [_row(each, _GENERAL) for each in owed.general_segments],
        "days": owed.days,
        "doubled": owed.doubled,
        "general": owed.general,
        "payments": [_row(each, _APPLIED) for each in owed.applied],
        "left_costs": owed.left_costs,
        "left_interest": owed.left_interest,
        "left_principal": owed.left_principal,
        "left_other": owed.left_other,
        "left_doubled": owed.left_doubled,
        "total": owed.left,
        "per_day": Money.rounded(owed.daily_general + owed.daily_doubled),
        "per_day_general": _shown(owed.daily_general),
        "per_day_doubled": _shown(owed.daily_doubled),
        **reasons_of(finding),
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def reasons_of(finding: Finding[Any]) -> Facts:
    """The rules, the remarks and the doubts of a finding as rows."""
    return {
        "rules": [
            _present({"instrument": each.instrument, "article": each.article, "verified": each.verified})
            for each in finding.citations
        ],
        "warnings": [{"said": each.message.rstrip("。")} for each in finding.warnings],
        "doubts": [{"said": each.rstrip("。")} for each in finding.provisional],
    }


def _lines(owed: Claim, component: str) -> Iterator[Facts]:
    """The printed lines of a component: each segment, on the last of an instalment its sums, then what was cut."""
    charges = [each for each in owed.charges if each.component == component]
    for charge in charges:
        yield from _charge(charge)
    cut = total(each.owed for each in charges) + _beside(owed, component) - getattr(owed, component)
    if cut:
        yield {"cut": True, "settled": cut}


def _charge(charge: Charge) -> Iterator[Facts]:
    name = {"number": charge.number, "accelerated": charge.accelerated}
    sums = {"borne": charge.accrued, "settled": charge.paid + charge.waived, "owed": charge.owed}
    last = len(charge.segments) if charge.by_days else 0
    for place, each in enumerate(charge.segments, 1):
        days = {"base": each.base, "start": each.start, "end": each.end_exclusive, "days": each.days}
        yield name | days | {"rate": each.rate, "exact": _shown(each.exact)} | (sums if place == last else {})
    if not last:
        yield name | sums


def _beside(owed: Claim, component: str) -> Money:
    """What of a component belongs to no instalment: liquidated damages of a fixed sum."""
    return _fixed_damages(owed) if component == "liquidated_damages" else Money(0)


def _fixed_damages(owed: Claim) -> Money:
    lines = total(each.owed for each in owed.charges if each.component == "liquidated_damages")
    return max(owed.liquidated_damages - lines, Money(0))


def _is_rate(step: Step) -> bool:
    """Whether a step says how a rate, a ceiling or the day of acceleration follows."""
    return step.what == "提前到期" or "利率" in step.what or "上限" in step.what


def _formula(finding: Finding[Any], what: str) -> str:
    return next((step.formula for step in finding.steps if step.what == what), "")


def _said(step: Step) -> Facts:
    cited = "；".join(str(each) for each in step.citations)
    return _present({"what": step.what, "formula": step.formula, "value": step.value, "citation": cited})


# The columns of the printed tables, by the names of what they are read from.
_STATEMENT = (
    "number",
    "due",
    "principal_due",
    "interest_due",
    "paid_on",
    "paid",
    "overdue_principal",
    "overdue_interest",
    "overdue_days",
    "penalty",
    "compound",
    "liquidated_damages",
    "balance",
)
_RECEIVED = (
    "on",
    "number",
    "amount",
    "to_costs",
    "to_liquidated_damages",
    "to_compound",
    "to_penalty",
    "to_interest",
    "to_principal",
    "early_principal",
    "unallocated",
)
_DELAYED = ("start", "end", "base", "days", "formula", "doubled")
_GENERAL = ("zh", "start", "end", "base", "rates", "days", "formula", "amount")
_APPLIED = ("on", "amount", "costs", "interest", "principal", "other", "doubled", "surplus")


def _row(value: object, names: Sequence[str]) -> Facts:
    """The columns of a printed row."""
    return _present({name: codec.plain(getattr(value, name)) for name in names})


def _present(row: Mapping[str, Any]) -> Facts:
    return {name: value for name, value in row.items() if value is not None and value != ""}


def _shown(exact: Decimal) -> str:
    """An unrounded amount as printed: at least two decimals, at most six."""
    shown = f"{exact:.6f}".rstrip("0")
    whole, _, rest = shown.partition(".")
    return f"{int(whole):,}.{rest.ljust(2, '0')}"
