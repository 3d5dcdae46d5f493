"""A rate over time, kept in whole numbers, so that what it bears is exact and adds up over any cut.

What a balance bears is fen × Σ(days × rate), over one denominator for the whole path; it is rounded half-up to the fen
once, where a component is read. Days are ordinals here (`date.toordinal`): a portfolio is worked out in them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Steps = Sequence[tuple[int, Fraction]]


@dataclass(frozen=True, slots=True)
class RatePath:
    """Rates a day by the ordinal day each holds from; the first holds for all days before it too.

    `tops` over `bottom` are the rates a day. `stated` is the rate a year of a path that was stated as one.
    """

    starts: tuple[int, ...]
    tops: tuple[int, ...]
    bottom: int
    stated: Decimal | None = None

    @classmethod
    def of(cls, steps: Steps) -> RatePath:
        """The path of exact rates a day, in order of their days; neighbours that are equal are joined."""
        kept = [step for number, step in enumerate(steps) if not number or step[1] != steps[number - 1][1]]
        bottom = math.lcm(*(rate.denominator for _, rate in kept))
        tops = tuple(rate.numerator * (bottom // rate.denominator) for _, rate in kept)
        return cls(tuple(start for start, _ in kept), tops, bottom)

    @classmethod
    def level(cls, rate: Decimal, basis: int) -> RatePath:
        """One rate a year for all days.

        >>> path = RatePath.level(Decimal("0.09"), 360)
        >>> path.fen(600000_00 * path.weight(0, 129))
        1935000
        """
        top, bottom = rate.as_integer_ratio()
        return cls((0,), (top,), bottom * basis, Decimal(f"{rate.normalize():f}"))

    def weight(self, start: int, end: int) -> int:
        """Σ days × rate from one day up to another, over `bottom`; nothing where the end is not after the start."""
        if end <= start:
            return 0
        tops = self.tops
        if len(tops) == 1:
            return (end - start) * tops[0]
        return sum((stop - begin) * top for begin, stop, top in self._pieces(start, end))

    def fen(self, weighted: int) -> int:
        """What fen × weight comes to, half-up to the fen."""
        return (2 * weighted + self.bottom) // (2 * self.bottom)

    def top(self, day: int) -> int:
        """The rate of one day over `bottom`."""
        return self.tops[max(0, bisect_right(self.starts, day) - 1)] if len(self.tops) > 1 else self.tops[0]

    def is_level(self, start: int, end: int) -> bool:
        """Whether one rate holds from a day up to another."""
        return len(self.tops) == 1 or not any(start < mark < end for mark in self.starts)

    def yearly(self, day: int, basis: int) -> Decimal:
        """The rate of one day as a fraction a year."""
        return yearly(self.daily(day), basis) if self.stated is None else self.stated

    def daily(self, day: int) -> Fraction:
        """The exact rate of one day."""
        return Fraction(self.top(day), self.bottom)

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, Fraction]]:
        """The stretches of one rate between two days: first day, day after the last, rate a day."""
        for begin, stop, top in self._pieces(start, end):
            yield begin, stop, Fraction(top, self.bottom)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        index = max(0, bisect_right(self.starts, start) - 1)
        while start < end:
            stop = self.starts[index + 1] if index + 1 < len(self.starts) else end
            stop = min(stop, end)
            yield start, stop, self.tops[index]
            start, index = stop, index + 1

    def over(self, bottom: int) -> RatePath:
        """The same path over another denominator, a multiple of its own."""
        times = bottom // self.bottom
        return RatePath(self.starts, tuple(top * times for top in self.tops), bottom, self.stated)

    def joined(self, other: RatePath, how: Callable[[Fraction, Fraction], Fraction]) -> RatePath:
        """The path whose rate each day is worked out from the rates of two paths."""
        days = sorted({*self.starts, *other.starts})
        return RatePath.of([(day, how(self.daily(day), other.daily(day))) for day in days])

    def changed(self, how: Callable[[Fraction], Fraction]) -> RatePath:
        """The path with every rate changed alike."""
        return RatePath.of([(day, how(self.daily(day))) for day in self.starts])

    def until(self, day: int, then: RatePath) -> RatePath:
        """This path up to a day, another from that day on."""
        before = [(start, self.daily(start)) for start in self.starts if start < day]
        after = [(day, then.daily(day)), *((start, then.daily(start)) for start in then.starts if start > day)]
        return RatePath.of([*before, *after])

    def frozen(self, day: int) -> RatePath:
        """This path, keeping from a day on the rate that held the day before it."""
        if len(self.tops) == 1:
            return self
        last = self.daily(day - 1)
        return self.until(day, RatePath.of([(0, last)]))


def yearly(daily: Fraction, basis: int) -> Decimal:
    """A rate a day as the fraction a year that a contract states; exact where it has an end, else to twelve places.

    >>> yearly(Fraction(9, 36000), 360)
    Decimal('0.09')
    """
    rate = daily * basis
    value = Decimal(rate.numerator) / Decimal(rate.denominator)
    return Decimal(f"{value.quantize(Decimal(1).scaleb(-12)).normalize():f}")
