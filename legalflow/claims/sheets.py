"""A claim and the interest after a judgment as the facts of their sheets: segments, sums, payments, what runs on.

Nothing is worked out anew: the segments are read out of the steps of the finding, and the printed lines of a component
add up to the component (a difference, which only a ceiling makes, stands as a line of its own).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from legalflow.claims.claim import Claim
from legalflow.claims.delay_result import DelayInterest
from legalflow.law.finding import Finding, Step
from legalflow.values import codec
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, total

Facts = dict[str, Any]

COMPONENTS = {"interest": "期内利息", "penalty": "罚息", "compound": "复利"}
_WHAT = re.compile(
    r"(?:第(?P<number>\d+)期（(?P<due>[\d-]{10})到期）|(?P<called>提前到期部分)（(?P<on>[\d-]{10})）"
    r"|(?P<accruing>未到期本金已产生的))(?P<component>期内利息|罚息|复利)"
)
_GROUP = re.compile(
    r"（?(?P<runs>[^（）×＋]+ × \d+天(?: ＋ [^（）×＋]+ × \d+天)*)）? × (?P<percent>[\d.]+)% ÷ (?P<basis>\d+)"
)
_RUN = re.compile(r"(?P<base>[\d.]+) × (?P<days>\d+)天")
_BORNE = re.compile(r" ＝ (?P<borne>[\d.]+)")
_PLANNED = re.compile(r"按还款计划应付 (?P<borne>[\d.]+)")
_LESS = re.compile(r"，(?:已付|减免) (?P<less>[\d.]+)")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """An unchanged base that bore one rate from `start` up to `end`, which no longer counts; `exact` is unrounded."""

    base: Money
    start: date
    end: date
    days: int
    rate: Decimal
    exact: Decimal


@dataclass(frozen=True, kw_only=True)
class Borne:
    """What one instalment bears of a component: its segments, what they come to, what was settled, what is owed.

    `label` names the instalment. Without segments the amount was not worked out by days: `said` tells how.
    """

    label: str
    segments: tuple[Segment, ...]
    said: str
    borne: Money
    settled: Money
    owed: Money


def borne(finding: Finding[Claim], component: str, due_day_counts: bool = False) -> tuple[Borne, ...]:
    """What each instalment bears of a component, in the order of the finding's steps.

    `due_day_counts` says that what fell due bears penalty only from the day after.
    """
    zh = COMPONENTS[component]
    found = ((step, _WHAT.fullmatch(step.what)) for step in finding.steps)
    return tuple(
        _borne(step, what, finding.value, due_day_counts) for step, what in found if what and what["component"] == zh
    )


def interest_facts(finding: Finding[Claim], *, due_day_counts: bool = False) -> Facts:
    """The facts of the sheet of a claim (`forms/documents/interest_calculation.yaml`), without names and numbers."""
    owed = finding.value
    lines = {name: borne(finding, name, due_day_counts) for name in COMPONENTS}
    damages = _damages(owed)
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
        **{f"{name}_lines": list(_rows(each)) for name, each in lines.items()},
        "principal": owed.principal,
        "interest": owed.interest,
        "penalty": owed.penalty,
        "compound": owed.compound,
        "liquidated_damages": damages or None,
        "costs": owed.costs or None,
        "total": owed.total,
        "cuts": list(_cuts(owed, lines)),
        "rates": [_said(step) for step in finding.steps if "利率" in step.what or "上限" in step.what],
        "statement": [_row(each, _STATEMENT) for each in owed.rows],
        "running_from": owed.running.start,
        "overdue_principal": owed.running.overdue_principal or None,
        "running_rate": owed.running.penalty_rate,
        "undue_principal": owed.running.undue_principal or None,
        "unpaid_interest": (owed.running.unpaid_interest or None) if owed.running.compound_rate else None,
        "running_compound_rate": owed.running.compound_rate,
        "per_day": Money.rounded(owed.running.per_day),
        "per_day_exact": _shown(owed.running.per_day),
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


def _borne(step: Step, what: re.Match[str], claim: Claim, due_day_counts: bool) -> Borne:
    owed = Money(step.value)
    label = what["called"] or (f"第{what['number']}期" if what["number"] else "未到期部分")
    settled = total(Money(each["less"]) for each in _LESS.finditer(step.formula))
    found = _BORNE.search(step.formula) or _PLANNED.search(step.formula)
    whole = Money(found["borne"]) if found else owed + settled
    if what["accruing"]:
        segments = _backwards(step.formula, claim.end_exclusive)
    else:
        due = date.fromisoformat(what["due"] or what["on"])
        starts = due + ONE_DAY if due_day_counts and not what["called"] else due
        interest = what["component"] == COMPONENTS["interest"]
        segments = _backwards(step.formula, starts) if interest else _forwards(step.formula, starts)
    said = "" if segments else step.formula.partition(" ")[0]
    return Borne(label=label, segments=segments, said=said, borne=whole, settled=settled, owed=owed)


def _runs(formula: str) -> Iterator[tuple[Money, int, Decimal, int]]:
    """The bases, days, rates and day-counts of a formula, in its order."""
    for group in _GROUP.finditer(formula.partition(" ＝ ")[0]):
        rate = Decimal(group["percent"]) / 100
        for run in _RUN.finditer(group["runs"]):
            yield Money(run["base"]), int(run["days"]), rate, int(group["basis"])


def _forwards(formula: str, start: date) -> tuple[Segment, ...]:
    """Segments that follow each other from a day."""
    made = []
    for base, days, rate, basis in _runs(formula):
        made.append(_segment(base, start, days, rate, basis))
        start = made[-1].end
    return tuple(made)


def _backwards(formula: str, end: date) -> tuple[Segment, ...]:
    """Segments that follow each other up to a day."""
    runs = list(_runs(formula))
    return _forwards(formula, end - timedelta(days=sum(days for _, days, _, _ in runs))) if runs else ()


def _segment(base: Money, start: date, days: int, rate: Decimal, basis: int) -> Segment:
    exact = base.amount * rate * days / basis
    return Segment(base=base, start=start, end=start + timedelta(days=days), days=days, rate=rate, exact=exact)


def _rows(lines: Sequence[Borne]) -> Iterator[Facts]:
    """The printed lines: each segment, and on the last of an instalment what it comes to."""
    for line in lines:
        sums = {"borne": line.borne, "settled": line.settled, "owed": line.owed}
        if not line.segments:
            yield {"label": line.label, "said": line.said, **sums}
        for number, each in enumerate(line.segments, 1):
            row = {"label": line.label, "base": each.base, "start": each.start, "end": each.end, "days": each.days}
            row |= {"rate": each.rate, "exact": _shown(each.exact)}
            yield row | (sums if number == len(line.segments) else {})


def _cuts(owed: Claim, lines: Mapping[str, Sequence[Borne]]) -> Iterator[Facts]:
    """What a ceiling took off a component: the difference between its lines and what is claimed."""
    for name, zh in COMPONENTS.items():
        cut = total(line.owed for line in lines[name]) - getattr(owed, name)
        if cut:
            yield {"component": zh, "amount": cut}


def _damages(owed: Claim) -> Money:
    """Liquidated damages (违约金) where the claim has them."""
    found = getattr(owed, "liquidated_damages", ZERO)
    return found if isinstance(found, Money) else ZERO


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
    "balance",
)
_RECEIVED = (
    "on",
    "number",
    "amount",
    "to_costs",
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
