"""What each instalment bears of each charge: its segments, what they come to, what was settled and is still owed.

This is what a calculation sheet prints and what the steps of a claim are worded from: the charges of a component add up
to the component, before anything is cut by a ceiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from legalflow.claims.lines import Line, Run, early
from legalflow.claims.rate_path import RatePath, yearly
from legalflow.claims.replay import Replay
from legalflow.claims.terms import COMPOUND, DAMAGES, INTEREST, PARTS, PENALTY
from legalflow.values.money import ZERO, Money

NOT_YET_DUE = 0  # the number of the charges on principal that is not due


@dataclass(frozen=True, kw_only=True)
class ChargeSegment:
    """An unchanged base that bore one rate from `start` up to `end_exclusive`; `exact` is unrounded, in yuan.

    `rate` is a fraction a year over `basis` days; where it does not end, `ratio` states it as one whole number over
    another.
    """

    base: Money
    start: date
    end_exclusive: date
    days: int
    rate: Decimal
    basis: int
    exact: Decimal
    ratio: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What one instalment (number 0: principal not yet due) bears of a component and is still owed.

    `component` is interest, penalty, compound or liquidated_damages. `accrued` is all of it, rounded once; `paid` and
    `waived` were taken off; `owed` is left. `by_days` is false for interest of the plan, counted by months; its
    segments are then those of what was repaid within the period, and `stays` bore `months` twelfths of `monthly_rate`
    a year.
    """

    component: str
    number: int
    due: date | None
    accelerated: bool
    accrued: Money
    paid: Money
    waived: Money
    owed: Money
    by_days: bool
    segments: tuple[ChargeSegment, ...]
    months: int = 0
    stays: Money = ZERO
    monthly_rate: Decimal | None = None


def charges_of(replay: Replay) -> tuple[Charge, ...]:
    """Every charge that is owed, by component and instalment; the replay was run with its reasons kept."""
    found: list[Charge] = []
    for part in (INTEREST, PENALTY, COMPOUND, DAMAGES):
        found += (_charge(replay, line, part) for line in replay.lines if line.left[part])
        found += _not_yet_due(replay, part)
    return tuple(found)


def _charge(replay: Replay, line: Line, part: int) -> Charge:
    months = line.months if part == INTEREST else 0
    return Charge(
        months=months,
        stays=Money.of_fen(_stays(line)) if months else ZERO,
        monthly_rate=replay.terms.contract.yearly(line.bears - 1, replay.loan.basis) if months else None,
        component=PARTS[part],
        number=line.number,
        due=line.due,
        accelerated=line.accelerated,
        accrued=Money.of_fen(line.accrued(part)),
        paid=Money.of_fen(line.paid[part]),
        waived=Money.of_fen(line.waived[part]),
        owed=Money.of_fen(line.left[part]),
        by_days=part != INTEREST or line.by_days,
        segments=tuple(_segments(replay, line, part)),
    )


def _segments(replay: Replay, line: Line, part: int) -> Iterator[ChargeSegment]:
    terms, basis = replay.terms, replay.loan.basis
    if part == INTEREST:
        if line.by_days:
            yield from segments(line.base, terms.contract, basis)
        elif line.months:
            yield from segments(early(line.base, _stays(line)), terms.contract, basis)
        return
    if part == PENALTY and terms.misuse is not None:
        yield from (each for each in segments(line.base, terms.misuse, basis) if each.rate)
    principal = part != COMPOUND
    lived = [Run(each.principal if principal else each.base, each.start, each.end) for each in line.lived]
    path = {PENALTY: terms.overdue, COMPOUND: terms.compound, DAMAGES: terms.damages}[part]
    if path is not None:
        yield from segments(_joined(lived), path, basis)


def _stays(line: Line) -> int:
    """What was not repaid by the end of an instalment's period; fen."""
    return line.base[-1].fen if line.base and line.base[-1].end == line.bears else 0


def _not_yet_due(replay: Replay, part: int) -> Iterator[Charge]:
    base = replay.accruing()
    path = {INTEREST: replay.terms.contract, PENALTY: replay.terms.misuse}.get(part)
    fen = {INTEREST: replay.interest_on, PENALTY: replay.misuse_on}[part](base) if path is not None else 0
    if fen and path is not None:
        amount, nothing = Money.of_fen(fen), Money.of_fen(0)
        yield Charge(
            component=PARTS[part],
            number=NOT_YET_DUE,
            due=None,
            accelerated=False,
            accrued=amount,
            paid=nothing,
            waived=nothing,
            owed=amount,
            by_days=True,
            segments=tuple(each for each in segments(base, path, replay.loan.basis) if each.rate),
        )


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Neighbouring runs of one balance as one, and none of nothing."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].fen == run.fen and found[-1].end == run.start:
            found[-1] = Run(run.fen, found[-1].start, run.end)
        elif run.fen:
            found.append(run)
    return found


def segments(runs: Sequence[Run], path: RatePath, basis: int) -> Iterator[ChargeSegment]:
    """Balances cut where their rate changes."""
    for run in runs:
        for start, end, daily in path.pieces(run.start, run.end):
            exact = Fraction(run.fen * (end - start), 100) * daily
            rate, whole = yearly(daily, basis), daily * basis
            yield ChargeSegment(
                base=Money.of_fen(run.fen),
                start=date.fromordinal(start),
                end_exclusive=date.fromordinal(end),
                days=end - start,
                rate=rate,
                ratio="" if rate == whole else f"{whole.numerator} ÷ {whole.denominator}",
                basis=basis,
                exact=round(Decimal(exact.numerator) / Decimal(exact.denominator), 6),
            )
