"""Numbers in Chinese: amounts in capitals as instruments print them, and plain numerals for headings."""

from __future__ import annotations

from legalflow.errors import Invalid
from legalflow.values.money import ZERO, Money

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLAIN = "零一二三四五六七八九"
_PLACES = ("仟", "佰", "拾", "")
_PLAIN_PLACES = ("千", "百", "十", "")


def amount_in_words(amount: Money) -> str:
    """An amount in capitals, 人民币 first: in whole yuan it ends in 整, in jiao or fen it does not.

    One 零 stands for any run of zeros inside the yuan, and between yuan and fen where there are no jiao. A negative
    amount is refused: no instrument prints one.

    >>> amount_in_words(Money("100000"))
    '人民币壹拾万元整'
    >>> amount_in_words(Money("1009.05"))
    '人民币壹仟零玖元零伍分'
    """
    if amount < ZERO:
        raise Invalid.one(
            "amount.negative", "大写金额不能为负", "an amount in words is not negative", field="amount", found=amount
        )
    yuan, cents = divmod(amount.fen, 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_yuan(yuan, _CAPITALS, _PLACES)}元" if yuan or not cents else ""
    if not cents:
        return f"人民币{words}整"
    words += f"{_CAPITALS[jiao]}角" if jiao else "零" if yuan else ""
    words += f"{_CAPITALS[fen]}分" if fen else ""
    return f"人民币{words}"


def chinese_numeral(number: int) -> str:
    """A whole number from 0 to 9999 as headings count: 一, 十, 十二, 一百零一.

    >>> [chinese_numeral(n) for n in (1, 10, 12, 20, 101, 110)]
    ['一', '十', '十二', '二十', '一百零一', '一百一十']
    """
    if not 0 <= number < 10_000:
        raise Invalid.one("numeral.range", "序号须在0至9999之间", "a numeral is from 0 to 9999", found=number)
    if 10 <= number < 20:
        return "十" + (_PLAIN[number - 10] if number > 10 else "")
    return _yuan(number, _PLAIN, _PLAIN_PLACES)


def _yuan(number: int, figures: str, places: tuple[str, ...]) -> str:
    """A whole number below 10^16: groups of four under 万 and 亿, 亿 standing once (壹万柒仟亿, not 壹万亿柒仟亿)."""
    if number == 0:
        return figures[0]
    high, low = divmod(number, 10**8)
    words = f"{_eight(high, figures, places)}亿" if high else ""
    if low:
        gap = high and (low < 10**7 or high % 10**4 == 0)
        words += (figures[0] if gap else "") + _eight(low, figures, places)
    return words


def _eight(number: int, figures: str, places: tuple[str, ...]) -> str:
    high, low = divmod(number, 10**4)
    words = f"{_four(high, figures, places)}万" if high else ""
    if low:
        words += (figures[0] if high and low < 1000 else "") + _four(low, figures, places)
    return words


def _four(number: int, figures: str, places: tuple[str, ...]) -> str:
    words = ""
    for index, place in enumerate(places):
        figure = number // 10 ** (3 - index) % 10
        if figure:
            words += figures[figure] + place
        elif words and number % 10 ** (3 - index) and not words.endswith(figures[0]):
            words += figures[0]
    return words
