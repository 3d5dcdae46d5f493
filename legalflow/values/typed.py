"""A text as a person typed it into a value, or into what may stand there instead.

Full-width figures, separators, ¥, 元 and % are read rightly; what could mean two things is refused, never guessed. Both
the files of an import and the forms on a page are read with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from legalflow.errors import LegalflowError, Problem
from legalflow.values.money import Money

_DAY = re.compile(r"^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$")
_DOT = re.compile(r"(?<=[\u4e00-\u9fff])[•‧・.](?=[\u4e00-\u9fff])")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")


class Unreadable(Exception):
    """A cell that cannot be read: code, what may stand there in Chinese and English."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.zh, self.en = code, zh, en

    def problem(self, field: str, found: str) -> Problem:
        """The problem at a place of the file."""
        return Problem(self.code, self.zh, self.en, field, found[:60])


def plain_text(text: str) -> str:
    """A text with its characters composed (NFC), its dot of minority names made U+00B7; control marks are refused."""
    composed = unicodedata.normalize("NFC", text.strip())
    for character in "" if composed.isprintable() else composed:  # whatever is printable is in no such category
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            code = f"U+{ord(character):04X}"
            raise Unreadable(
                "cell.character",
                f"含有不可见或不能使用的字符 {code}，请删去后重填",
                f"holds a character that cannot be used, {code}; remove it",
            )
    return composed if composed.isascii() else _DOT.sub("·", composed)


@lru_cache(maxsize=8192)  # a file of payments names few amounts and days, each of them often
def money(text: str) -> Money:
    """An amount in yuan: `1,234.56`, `￥１２３４.５６元`; negative and scientific ones are refused."""
    cleaned = re.sub(r"[,\s¥￥]|元$|人民币", "", unicodedata.normalize("NFKC", text).strip())
    try:
        if not re.fullmatch(r"\d+(\.\d+)?", cleaned):
            raise ValueError
        return Money(cleaned)
    except (ValueError, LegalflowError):
        raise Unreadable(
            "cell.money",
            "金额须为不带负号的元，最多两位小数，例如 590065.94",
            "an amount is in yuan, not negative, with at most two decimals, for example 590065.94",
        ) from None


def rate(text: str) -> Decimal:
    """A rate as a fraction: `6%` or `0.06`; a bare `6` could mean either and is refused."""
    cleaned = unicodedata.normalize("NFKC", text).strip().replace(" ", "")
    try:
        hundredth = cleaned.endswith("%")
        number = Decimal(cleaned.rstrip("%"))
        if not number.is_finite() or number < 0 or (not hundredth and number > 1) or number > 1000:
            raise ValueError
        return number / 100 if hundredth else number
    except (InvalidOperation, ValueError):
        raise Unreadable(
            "cell.rate",
            "利率请写百分数（6%）或小数（0.06），不要只写 6",
            "write a rate with its % (6%) or as a fraction (0.06), not as a bare 6",
        ) from None


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """A day: `2026-02-24`, `2026/2/24`, `2026年2月24日`, `20260224`; it must be in the calendar, from 1900 to 2199."""
    matched = _DAY.match(unicodedata.normalize("NFKC", text).strip())
    try:
        if matched is None:
            raise ValueError
        year, month, number = (int(part) for part in matched.groups() if part is not None)
        if not 1900 <= year < 2200:
            raise ValueError
        return date(year, month, number)
    except ValueError:
        raise Unreadable(
            "cell.day",
            "日期须为实际存在的日历日，例如 2026-02-24",
            "a day is a real calendar day, for example 2026-02-24",
        ) from None


def count(text: str) -> int:
    """A whole number from 0 to 999."""
    cleaned = unicodedata.normalize("NFKC", text).strip().removesuffix("期").removesuffix("个月")
    if not re.fullmatch(r"\d{1,3}", cleaned):
        raise Unreadable("cell.count", "须为 0 至 999 的整数", "a whole number from 0 to 999 belongs here")
    return int(cleaned)


def yes_no(text: str) -> bool:
    """是 or 否."""
    answers = {"是": True, "有": True, "yes": True, "true": True, "1": True}
    refusals = {"否": False, "无": False, "no": False, "false": False, "0": False}
    cleaned = unicodedata.normalize("NFKC", text).strip().lower()
    if cleaned not in answers | refusals:
        raise Unreadable("cell.yes_no", "请填 是 或 否", "write 是 or 否 (yes or no)")
    return (answers | refusals)[cleaned]


def number(text: str) -> str:
    """An identity number as text; one that a spreadsheet made a float of has lost digits and is refused."""
    cleaned = unicodedata.normalize("NFKC", text).strip().replace(" ", "").upper()
    if _SCIENTIFIC.match(cleaned) or cleaned.endswith(".0"):
        raise Unreadable(
            "cell.number_lost",
            "证件号码被表格软件转成了数值，末几位已丢失；请将该列设为“文本”后重新填写",
            "the spreadsheet made a number of it and lost its last digits; format the column as text",
        )
    return plain_text(cleaned)


def plain_lines(text: str) -> str:
    """A text of several lines, each as `plain_text` gives it; empty lines at the ends are dropped."""
    return "\n".join(plain_text(line) for line in text.strip().splitlines())


def choice(text: str, values: Mapping[str, str]) -> str:
    """One of the choices, by its words or its value; `values` maps words to values."""
    cleaned = unicodedata.normalize("NFKC", text).strip()
    known = {unicodedata.normalize("NFKC", name): each for name, each in values.items()}
    if cleaned in known:
        return known[cleaned]
    if cleaned in known.values():
        return cleaned
    options = "、".join(values)
    raise Unreadable("cell.choice", f"只能填：{options}", f"one of these belongs here: {options}")
