"""`legalflow calc schedule`: the repayment schedule of a loan paid out at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal

from legalflow.claims.interest import basis_of
from legalflow.claims.schedule import due_days, due_days_until, schedule
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, day_schema, fact, money_schema, reasons, result
from legalflow.errors import Invalid, Missing, Problem
from legalflow.law.catalogue import Law
from legalflow.loans.loan import Repayment
from legalflow.values.codec import plain
from legalflow.values.money import total


class ScheduleFacts(Facts):
    """The terms; the due days follow the start, `first_due` and `period_months`, or stand in `dates` one by one."""

    method: Repayment = fact(
        "还款方式",
        description="equal_instalment 等额本息，equal_principal 等额本金，interest_first 先息后本，bullet 一次还本付息",
    )
    principal: Amount = fact("本金")
    annual_rate: Rate = fact("年利率")
    start: Day = fact("起息日")
    instalments: int | None = fact("期数", None, ge=1, le=600)
    period_months: int = fact("每期月数", 1, ge=1, le=120)
    first_due: Day | None = fact("首个还款日", None)
    maturity: Day | None = fact("到期日", None)
    dates: list[Day] | None = fact("还款日（逐期）", None, min_length=1, max_length=600)
    basis: Literal[360, 365] | None = fact("年计息天数（按天计息的期间）", None, description="未约定时 360")


def days_of(facts: ScheduleFacts) -> tuple[date, ...]:
    """The due days: as listed, by the number of instalments, or up to maturity."""
    if facts.dates is not None:
        return tuple(facts.dates)
    if facts.method is Repayment.BULLET and facts.maturity is not None:
        return (facts.maturity,)
    if facts.instalments is not None:
        return due_days(
            facts.start,
            facts.instalments,
            first_due=facts.first_due,
            maturity=facts.maturity,
            months=facts.period_months,
        )
    if facts.maturity is not None:
        return due_days_until(facts.start, facts.maturity, first_due=facts.first_due, months=facts.period_months)
    raise Missing.one(
        "schedule.no_dates",
        "须给出期数、到期日或逐期还款日",
        "instalments, maturity or dates is needed",
        field="instalments",
        mend="补充期数，例如 36；或补充到期日（maturity）、逐期还款日（dates）",
        mend_en="add instalments, for example 36, or maturity, or dates",
    )


def run(facts: ScheduleFacts, law: Law) -> dict[str, Any]:
    """The rows and their sums."""
    basis = basis_of(facts.basis, law, facts.start)
    try:
        found = schedule(
            facts.method,
            facts.principal,
            facts.annual_rate,
            facts.start,
            days_of(facts),
            months=facts.period_months,
            basis=basis.value,
        )
    except Invalid as refused:
        raise Invalid.of(_as_given(problem, facts) for problem in refused.problems) from None
    rows = [plain(row) | {"total": plain(row.total)} for row in found.value]
    interest = total(row.interest for row in found.value)
    values = {
        "rows": rows,
        "interest_total": plain(interest),
        "total": plain(facts.principal + interest),
    }
    return values | reasons(found, basis)


def _as_given(problem: Problem, facts: ScheduleFacts) -> Problem:
    """A problem of the due days, named by the field they came from."""
    given = "dates" if facts.dates is not None else "first_due" if facts.first_due else "maturity"
    return replace(problem, field=given) if problem.field == "dues" else problem


_ROW = {
    "number": {"type": "integer", "title": "期次"},
    "start": day_schema("计息起日"),
    "due": day_schema("应还日"),
    "principal": money_schema("应还本金"),
    "interest": money_schema("应还利息"),
    "total": money_schema("应还合计"),
    "balance": money_schema("未到期本金余额"),
    "days": {"type": "integer", "title": "按天计息的天数", "description": "0：整月，按年利率十二分之一计息"},
}

OPERATION = Operation(
    name="schedule",
    term="还款计划",
    topics=(),
    ground="合同约定",
    facts=ScheduleFacts,
    run=run,
    result_schema=result(
        rows={
            "type": "array",
            "title": "各期",
            "items": {"type": "object", "properties": _ROW, "required": list(_ROW)},
        },
        interest_total=money_schema("利息合计"),
        total=money_schema("本息合计"),
    ),
    example={
        "method": "equal_instalment",
        "principal": "120000.00",
        "annual_rate": "0.072",
        "start": "2025-01-15",
        "instalments": 12,
    },
)
