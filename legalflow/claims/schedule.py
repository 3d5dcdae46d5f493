"""Repayment schedules of the four methods, by the convention of month interest at one twelfth of the annual rate.

Instalments and each month's interest are rounded to the fen; the last instalment takes the rest. A period that is not a
whole number of months (a first or last odd period) bears interest by days. Interest-first and bullet loans bear
interest by days throughout.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from legalflow.claims.interest import BASES, exact_interest, rounded, unlikely_rate
from legalflow.errors import Invalid, Problem
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import Repayment
from legalflow.values.dates import add_months
from legalflow.values.money import ZERO, Money, percent, total

MOST_INSTALMENTS = 1200


@dataclass(frozen=True)
class Row:
    """One instalment: when it is due, what it holds, and the principal not yet due after it.

    `start` is the first day its interest counts, `days` the days it counts; 0 days: whole months at 1/12 a month.
    """

    number: int
    start: date
    due: date
    principal: Money
    interest: Money
    balance: Money
    days: int

    @property
    def total(self) -> Money:
        """Principal and interest together."""
        return self.principal + self.interest


def due_days(
    start: date, count: int, *, first_due: date | None = None, maturity: date | None = None, months: int = 1
) -> tuple[date, ...]:
    """The days on which `count` instalments fall due, every so many months; else a month's last day.

    The days follow the start of the loan, or `first_due` where it differs from the start's own day. The last is
    `maturity` where that is given.

    >>> due_days(date(2025, 1, 31), 2)
    (datetime.date(2025, 2, 28), datetime.date(2025, 3, 31))
    """
    latest = max(start, first_due or start)
    if count > MOST_INSTALMENTS or latest.year + months * count // 12 >= MAXYEAR:
        raise Invalid.one(
            "schedule.too_long",
            f"还款期数或期限过长，最多 {MOST_INSTALMENTS} 期",
            f"too many instalments or too long a term: at most {MOST_INSTALMENTS} instalments",
            field="instalments",
            found=count,
        )
    if first_due is None or first_due == add_months(start, months):
        days = [add_months(start, months * number) for number in range(1, count + 1)]
    else:
        days = [add_months(first_due, months * number) for number in range(count)]
    if maturity is not None and days:
        days = [*(day for day in days[:-1] if day < maturity), maturity]
    return tuple(days)


def due_days_until(start: date, maturity: date, *, first_due: date | None = None, months: int = 1) -> tuple[date, ...]:
    """The interest days from the start of the loan to its maturity, every so many months, maturity last."""
    span = (maturity.year - start.year) * 12 + maturity.month - start.month
    return due_days(start, max(1, span // months + 2), first_due=first_due, maturity=maturity, months=months)


def whole_months(start: date, end: date) -> int:
    """How many whole months lie between two days; 0 where the period is not whole months.

    >>> whole_months(date(2025, 1, 31), date(2025, 2, 28)), whole_months(date(2025, 2, 28), date(2025, 3, 31))
    (1, 1)
    >>> whole_months(date(2025, 1, 15), date(2025, 2, 20))
    0
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if months <= 0:
        return 0
    ended = start.day == calendar.monthrange(start.year, start.month)[1]
    same = add_months(start, months) == end or (ended and end.day >= start.day)
    return months if same else 0


def period_interest(balance: Money, annual_rate: Decimal, start: date, end: date, basis: int) -> tuple[Fraction, int]:
    """The exact interest of one instalment period and its days: 1/12 a whole month (0 days), else by days."""
    months = whole_months(start, end)
    if months:
        return Fraction(balance.fen * months, 1200) * Fraction(annual_rate), 0
    days = (end - start).days
    return exact_interest(balance, annual_rate, basis, days), days


def equal_instalment(principal: Money, annual_rate: Decimal, count: int, *, months: int = 1) -> Money:
    """The equal instalment (等额本息): P·i·(1+i)^n ÷ ((1+i)^n − 1), to the fen.

    >>> equal_instalment(Money("120000"), Decimal("0.072"), 12)
    Money('10394.28')
    """
    rate = Fraction(annual_rate) * months / 12
    if not rate:
        return rounded(Fraction(principal.fen, 100 * count))
    growth = (1 + rate) ** count
    return rounded(Fraction(principal.fen, 100) * rate * growth / (growth - 1))


def schedule(
    method: Repayment,
    principal: Money,
    annual_rate: Decimal,
    start: date,
    dues: Sequence[date],
    *,
    months: int = 1,
    basis: int = 360,
) -> Finding[tuple[Row, ...]]:
    """The schedule of one loan paid out on `start`, due on the days of `dues` (see `due_days`); a bullet loan has one.

    `months` is the length of a regular period, which the equal instalment is computed for.
    """
    _check(method, principal, start, dues, months, basis)
    count = len(dues)
    instalment = equal_instalment(principal, annual_rate, count, months=months)
    share = rounded(Fraction(principal.fen, 100 * count))
    rows: list[Row] = []
    balance, begun = principal, start
    for number, due in enumerate(dues, 1):
        if method in {Repayment.INTEREST_FIRST, Repayment.BULLET}:
            days = (due - begun).days
            exact = exact_interest(balance, annual_rate, basis, days)
        else:
            exact, days = period_interest(balance, annual_rate, begun, due, basis)
        regular = rounded(Fraction(balance.fen * months, 1200) * Fraction(annual_rate))
        part = {
            Repayment.EQUAL_INSTALMENT: min(balance, max(ZERO, instalment - regular)),
            Repayment.EQUAL_PRINCIPAL: min(balance, share),
            Repayment.INTEREST_FIRST: ZERO,
            Repayment.BULLET: ZERO,
        }[method]
        part = balance if number == count else part
        balance = balance - part
        rows.append(Row(number, begun, due, part, rounded(exact), balance, days))
        begun = due
    return Finding(
        tuple(rows),
        _steps(method, principal, annual_rate, instalment, share, rows, basis),
        (*unlikely_rate(annual_rate), *_odd(method, rows)),
    )


def _check(method: Repayment, principal: Money, start: date, dues: Sequence[date], months: int, basis: int) -> None:
    ordered = all(later > earlier for earlier, later in pairwise([start, *dues]))
    wrong = (
        (not dues, Problem("schedule.empty", "没有还款日", "there is no due day", "dues")),
        (
            method is Repayment.BULLET and len(dues) > 1,
            Problem("schedule.bullet", "到期一次性还本付息只有一个还款日", "a bullet loan has one due day", "dues"),
        ),
        (principal <= ZERO, Problem("schedule.principal", "本金须大于零", "the principal is above zero", "principal")),
        (
            not ordered,
            Problem("schedule.order", "还款日须晚于起息日并逐期递增", "due days follow the start, in order", "dues"),
        ),
        (
            months < 1,
            Problem("schedule.months", "每期至少一个月", "a period is a month or more", "months", str(months)),
        ),
        (
            basis not in BASES,
            Problem("basis.unknown", "计息基数须为360或365", "the basis is 360 or 365", "basis", str(basis)),
        ),
    )
    Invalid.raise_any(problem for is_wrong, problem in wrong if is_wrong)


def _steps(
    method: Repayment,
    principal: Money,
    rate: Decimal,
    instalment: Money,
    share: Money,
    rows: Sequence[Row],
    basis: int,
) -> tuple[Step, ...]:
    count, whole = len(rows), total(row.interest for row in rows)
    first = rows[0]
    if method is Repayment.EQUAL_INSTALMENT:
        how = Step(
            "每期应还（等额本息）",
            f"{principal} × i ×（1＋i）^{count} ÷（（1＋i）^{count}－1），i ＝ {percent(rate)} ÷ 12 ＝ {instalment}",
            str(instalment),
        )
    elif method is Repayment.EQUAL_PRINCIPAL:
        how = Step("每期应还本金（等额本金）", f"{principal} ÷ {count} ＝ {share}", str(share))
    else:
        how = Step(
            "第1期利息",
            f"{principal} × {percent(rate)} ÷ {basis} × {first.days}天 ＝ {first.interest}",
            str(first.interest),
        )
    return (how, Step("利息合计", f"{count} 期利息之和 ＝ {whole}", str(whole)))


def _odd(method: Repayment, rows: Sequence[Row]) -> tuple[Warning, ...]:
    """A remark where an instalment loan has a period that is not whole months."""
    if method in {Repayment.INTEREST_FIRST, Repayment.BULLET}:
        return ()
    odd = "、".join(str(row.number) for row in rows if row.days)
    if not odd:
        return ()
    return (
        Warning(
            "period_by_days",
            f"第{odd}期不是整月，利息按实际天数计算",
            f"instalments {odd} are not whole months: interest by actual days",
        ),
    )
