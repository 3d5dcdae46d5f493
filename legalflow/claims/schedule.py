"""Repayment schedules of the four methods, by the convention of month interest at one twelfth of the annual rate.

Instalments and each month's interest are rounded to the fen; the last instalment takes the rest. A period that is not a
whole number of months (a first or last odd period) bears interest by days. Interest-first and bullet loans bear
interest by days throughout.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from legalflow.claims.interest import BASES, rounded, unlikely_rate
from legalflow.claims.rate_path import RatePath
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
            mend=f"减少期数（最多 {MOST_INSTALMENTS} 期），并核对起止日期的年份",
            mend_en=f"at most {MOST_INSTALMENTS}; look at the years of the days too",
        )
    if first_due is None or first_due == add_months(start, months):
        days = _months_after(start, months, range(1, count + 1))
    else:
        days = _months_after(first_due, months, range(count))
    if maturity is not None and days:
        days = [*(day for day in days[:-1] if day < maturity), maturity]
    return tuple(days)


def _months_after(start: date, months: int, numbers: range) -> list[date]:
    """The corresponding days so many periods after a day."""
    day = start.day
    if day > 28:
        return [add_months(start, months * number) for number in numbers]
    first = start.year * 12 + start.month - 1
    return [date(index // 12, index % 12 + 1, day) for index in [first + months * number for number in numbers]]


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
    if start.day == end.day:
        return months
    ended = start.day == calendar.monthrange(start.year, start.month)[1]
    same = add_months(start, months) == end or (ended and end.day >= start.day)
    return months if same else 0


def months_fen(balance: int, months: int, path: RatePath, start: date, basis: int, weighted: int = 0) -> int:
    """The interest in fen of an instalment period of whole months: 1/12 of the year's a month, half-up.

    `weighted` is fen × weight of what was repaid within the period, which bears by days.
    """
    return _half_up(balance * months * path.top(start.toordinal()) * basis + 12 * weighted, 12 * path.bottom)


def equal_instalment(principal: Money, annual_rate: Decimal, count: int, *, months: int = 1) -> Money:
    """The equal instalment (等额本息): P·i·(1+i)^n ÷ ((1+i)^n − 1), to the fen.

    >>> equal_instalment(Money("120000"), Decimal("0.072"), 12)
    Money('10394.28')
    """
    top, bottom = annual_rate.as_integer_ratio()
    return Money.of_fen(_equal_instalment(principal.fen, top * months, 12 * bottom, count))


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
    check(method, principal, start, dues, months, basis)
    path = RatePath.level(annual_rate, basis)
    rows = tuple(
        Row(number, begun, due, Money.of_fen(part), Money.of_fen(interest), Money.of_fen(balance), days)
        for number, begun, due, part, interest, balance, days in instalments(
            method, principal.fen, path, start, dues, months=months, basis=basis
        )
    )
    instalment = equal_instalment(principal, annual_rate, len(dues), months=months)
    share = rounded(Fraction(principal.fen, 100 * len(dues)))
    return Finding(
        rows,
        _steps(method, principal, annual_rate, instalment, share, rows, basis),
        (*unlikely_rate(annual_rate), *_odd(method, rows)),
    )


def instalments(
    method: Repayment,
    principal: int,
    path: RatePath,
    start: date,
    dues: Sequence[date],
    *,
    months: int = 1,
    basis: int = 360,
    day_counts: bool = False,
) -> Iterator[tuple[int, date, date, int, int, int, int]]:
    """The instalments of a principal whose rate may change: the fields of `Row` in their order, amounts in fen.

    `day_counts`: the due day still bears interest. `days` 0 stands for whole months at a twelfth of one rate.
    Where a new rate begins, the equal instalment is worked out anew for what is left over the periods that are left; a
    period inside which the rate changes bears interest by days.
    """
    by_days = method in _BY_DAYS
    count, balance, begun = len(dues), principal, start
    share, instalment, priced, twelve = _half_up(principal, count), 0, -1, 12 * path.bottom
    level = len(path.tops) == 1
    for number, due in enumerate(dues, 1):
        first, last = begun.toordinal() + (day_counts and number > 1), due.toordinal() + day_counts
        top = path.top(first)
        even = level or path.is_level(begun.toordinal(), last - day_counts)
        whole = whole_months(begun, due) if even and not by_days else 0
        if whole:
            interest, days = _half_up(balance * whole * top * basis, twelve), 0
        else:
            interest, days = path.fen(balance * path.weight(first, last)), last - first
        if number == count:
            part = balance
        elif by_days:
            part = 0
        elif method is Repayment.EQUAL_PRINCIPAL:
            part = min(balance, share)
        else:
            if top != priced:
                priced = top
                instalment = _equal_instalment(balance, top * basis * months, twelve, count - number + 1)
            regular = interest if whole == months else _half_up(balance * months * top * basis, twelve)
            part = min(balance, max(0, instalment - regular))
        balance -= part
        yield number, begun, due, part, interest, balance, days
        begun = due


_BY_DAYS = (Repayment.INTEREST_FIRST, Repayment.BULLET)


def _half_up(top: int, bottom: int) -> int:
    return (2 * top + bottom) // (2 * bottom)


def _equal_instalment(principal: int, top: int, bottom: int, count: int) -> int:
    """The equal instalment of a principal in fen at top ÷ bottom a period, half-up to the fen."""
    if not top:
        return _half_up(principal, count)
    grown, level = (bottom + top) ** count, bottom**count
    return _half_up(principal * top * grown, bottom * (grown - level))


def check(method: Repayment, principal: Money, start: date, dues: Sequence[date], months: int, basis: int) -> None:
    """Raise `Invalid` with all that keeps a schedule from being worked out."""
    Invalid.raise_any(_wrong(method, principal, start, dues, months, basis))


def _wrong(
    method: Repayment, principal: Money, start: date, dues: Sequence[date], months: int, basis: int
) -> Iterator[Problem]:
    if not dues:
        yield Problem(
            "schedule.empty",
            "没有还款日",
            "there is no due day",
            "dues",
            mend="填写期数、到期日或逐期还款日",
            mend_en="give instalments, maturity or dates",
        )
    if method is Repayment.BULLET and len(dues) > 1:
        yield Problem(
            "schedule.bullet",
            "到期一次性还本付息只有一个还款日",
            "a bullet loan has one due day",
            "dues",
            mend="只留到期日一个还款日，或改选分期的还款方式",
            mend_en="keep the maturity alone, or choose a method of instalments",
        )
    if principal <= ZERO:
        yield Problem(
            "schedule.principal",
            "本金须大于零",
            "the principal is above zero",
            "principal",
            mend="填写借款本金，例如 590065.94",
            mend_en="write the amount lent, for example 590065.94",
        )
    if not all(later > earlier for earlier, later in pairwise([start, *dues])):
        yield Problem(
            "schedule.order",
            "还款日须晚于起息日并逐期递增",
            "due days follow the start, in order",
            "dues",
            mend=f"按先后排列各还款日，首个晚于 {start}，不重复",
            mend_en=f"put them in order, each once, the first after {start}",
        )
    if months < 1:
        yield Problem(
            "schedule.months",
            "每期至少一个月",
            "a period is a month or more",
            "months",
            str(months),
            mend="填写 1 或更大的整数，按月还款写 1，按季写 3",
            mend_en="write 1 or more: 1 for every month, 3 for every quarter",
        )
    if basis not in BASES:
        yield Problem(
            "basis.unknown",
            "计息基数须为360或365",
            "the basis is 360 or 365",
            "basis",
            str(basis),
            mend="填 360 或 365",
            mend_en="write 360 or 365",
        )


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
