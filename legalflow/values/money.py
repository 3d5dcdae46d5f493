"""Amounts of money: exact, in whole fen, never from a float.

Rates, days and intermediate products stay `Decimal`; they become `Money` once, half-up to the fen, where a figure
becomes a finding (`Money.rounded`). The database keeps `fen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from legalflow.errors import Invalid

_FEN = Decimal("0.01")
_PRECISE = Context(prec=60)
LIMIT = Decimal(10) ** 16  # amounts in words are defined below this, and BigInteger holds it
_LIMIT_IN_FEN = 10**18
_PLAIN = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")


def round_half_up(exact: Decimal) -> Decimal:
    """A Decimal to two places, half-up (law: one rounding per component).

    >>> round_half_up(Decimal("5614.8148"))
    Decimal('5614.81')
    """
    if not exact.is_finite():
        return exact
    return exact.quantize(_FEN, rounding=ROUND_HALF_UP, context=_PRECISE)


class Money:
    """An amount in yuan, exact to the fen.

    >>> Money("100000.5")
    Money('100000.50')
    >>> Money("0.10") + Money("0.20") == Money("0.30")
    True
    """

    __slots__ = ("fen",)

    fen: int  # whole fen, as kept in the database

    def __init__(self, yuan: str | Decimal | int) -> None:
        if isinstance(yuan, float):
            raise TypeError("money is never made from a float")
        if isinstance(yuan, str):  # how nearly every amount is written, and much the quickest to read
            plain = _PLAIN.fullmatch(yuan)
            if plain is not None:
                self.fen = int(plain[1]) * 100 + int((plain[2] or "").ljust(2, "0"))
                return
        try:
            amount = Decimal(yuan)
        except (InvalidOperation, ValueError):
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) >= LIMIT or amount != round_half_up(amount):
            raise _refused(yuan)
        self.fen = int(amount.scaleb(2))

    @classmethod
    def of_fen(cls, fen: int) -> Money:
        """The amount of so many fen."""
        if not -_LIMIT_IN_FEN < fen < _LIMIT_IN_FEN:
            raise _refused(Decimal(fen).scaleb(-2))
        made = cls.__new__(cls)
        made.fen = fen
        return made

    @classmethod
    def rounded(cls, exact: Decimal) -> Money:
        """An exact product rounded half-up to the fen: the one door from arithmetic to a figure."""
        return cls(round_half_up(exact))

    @property
    def amount(self) -> Decimal:
        """Yuan as a Decimal with two places."""
        return Decimal(self.fen).scaleb(-2)

    def __add__(self, other: Money) -> Money:
        return Money.of_fen(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money.of_fen(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money.of_fen(-self.fen)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.fen == other.fen

    def __lt__(self, other: Money) -> bool:
        return self.fen < other.fen

    def __le__(self, other: Money) -> bool:
        return self.fen <= other.fen

    def __gt__(self, other: Money) -> bool:
        return self.fen > other.fen

    def __ge__(self, other: Money) -> bool:
        return self.fen >= other.fen

    def __hash__(self) -> int:
        return hash(self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        whole, rest = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{whole}.{rest:02d}"

    def __repr__(self) -> str:
        return f"Money('{self}')"

    def grouped(self) -> str:
        """The amount with thousands separators, as printed in narrative documents: `100,000.00`."""
        whole, rest = divmod(abs(self.fen), 100)
        return f"{'-' if self.fen < 0 else ''}{whole:,}.{rest:02d}"


def _refused(yuan: object) -> Invalid:
    return Invalid.one(
        "money.invalid",
        "金额须为元，最多两位小数，且小于一亿亿元",
        "an amount is in yuan with at most two decimals, below 10^16",
        found=str(yuan)[:60],
        mend="例如 590065.94",
        mend_en="for example 590065.94",
    )


ZERO = Money(0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of amounts; nothing sums to zero."""
    return Money.of_fen(sum(amount.fen for amount in amounts))


def rate(text: str) -> Decimal:
    """A rate as a fraction: `"0.126"` is 12.6 % a year. Never a float.

    >>> rate("0.126")
    Decimal('0.126')
    """
    if isinstance(text, float):
        raise TypeError("a rate is never made from a float")
    try:
        value = Decimal(text)
    except (InvalidOperation, ValueError):
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value > 10:
        raise Invalid.one(
            "rate.invalid",
            "利率须为小数（12.6% 写作 0.126），不为负",
            "a rate is a fraction (12.6 % is 0.126), not negative",
            found=str(text)[:60],
            mend="填写 0 至 10 之间的小数，不加百分号：12.6% 写作 0.126",
            mend_en="write a fraction from 0 to 10 without a percent sign: 12.6 % is 0.126",
        )
    return value


def rate_doubt(yearly: Decimal) -> tuple[str, str] | None:
    """What to say, in Chinese and English, of a yearly rate of 100 % or more: 7.2 is mostly meant as 7.2 %; else None.

    >>> rate_doubt(Decimal("0.072"))
    >>> rate_doubt(Decimal("7.2"))[1]
    'the rate is 720.00% a year: 7.2 % is written 0.072'
    """
    if yearly < 1:
        return None
    shown, meant = percent(yearly), yearly / 100
    return (
        f"年利率为 {shown}，请核对：{yearly}% 应写作 {meant}",
        f"the rate is {shown} a year: {yearly} % is written {meant}",
    )


def percent(fraction: Decimal, places: int = 2) -> str:
    """A fraction as printed: at least `places` decimals, more where the rate has them.

    >>> percent(Decimal("0.06")), percent(Decimal("0.050625"))
    ('6.00%', '5.0625%')
    """
    hundred = (fraction * 100).normalize()
    exponent = hundred.as_tuple().exponent
    shown = max(places, -exponent if isinstance(exponent, int) and exponent < 0 else 0)
    return f"{hundred:.{shown}f}%"
