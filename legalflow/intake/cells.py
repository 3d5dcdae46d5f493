"""One cell into a value, or into a problem that says what stood there and what may stand there.

Full-width figures, separators, ¥, 元 and % are read rightly; what could mean two things is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.errors import LegalflowError
from legalflow.intake.workbooks import MERGED, NO_VALUE, day_of
from legalflow.loans.loan import Drawdown, Repricing
from legalflow.values import typed
from legalflow.values.typed import Unreadable

COMPONENTS = {
    "费用": "costs",
    "违约金": "costs",
    "复利": "compound",
    "罚息": "penalty",
    "利息": "interest",
    "期内利息": "interest",
    "本金": "principal",
}


_ERRORS = frozenset({"#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"})
_TIME = re.compile(r"(?<=\d)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"\d{5}")
_LOST = re.compile(r"\d(\.\d+)?E\+\d{2}")


def value(text: str, kind: str, values: Mapping[str, str] | None = None, epoch: str = "") -> Any:
    """The value of a cell that is not empty, by the column's type; raises `Unreadable`.

    `epoch` is the year from which a workbook's serial days count: there a number of five digits is a day.
    """
    _refuse_marks(text)
    if kind == "text" and _LOST.fullmatch(text):
        raise Unreadable(
            "cell.number_lost",
            "编号被表格软件转成了数值，末几位已丢失；请将该列设为“文本”后重新填写",
            "the spreadsheet made a number of it and lost its last digits; format the column as text",
        )
    if kind == "day":
        text = _day_text(text, epoch)
    if kind == "choice":
        return typed.choice(text, values or {})
    try:
        return _READERS[kind](text)
    except LegalflowError as error:
        problem = error.problems[0]
        raise Unreadable(problem.code, problem.message, problem.message_en) from None


def _refuse_marks(text: str) -> None:
    """What stands in a cell where there is no value of its own: an error, a formula without a result, a merged cell."""
    if text in _ERRORS:
        raise Unreadable("cell.error", "单元格是公式错误，请更正公式或直接填写", "the cell holds a formula's error")
    if text == NO_VALUE:
        raise Unreadable(
            "cell.formula",
            "公式没有保存结果；请在表格软件中打开并重新保存，或直接填写",
            "the formula has no stored result; open and save the file once more, or type the value",
        )
    if text == MERGED:
        raise Unreadable(
            "cell.merged",
            "合并的单元格只有第一行有值；请取消合并并在每行填写",
            "only the first row of a merged cell has a value; unmerge it and fill in every row",
        )


def _day_text(text: str, epoch: str) -> str:
    """A day without its time of day; a workbook's serial number as the day it stands for."""
    if epoch and _SERIAL.fullmatch(text):
        return day_of(int(text), epoch == "1904").isoformat()
    return _TIME.sub("", text)


def order(text: str) -> tuple[str, ...]:
    """The contract's order of allocation: `费用>复利>罚息>利息>本金`."""
    words = [word for word in re.split(r"[>＞→、,，\s]+", text.strip()) if word]
    named = [COMPONENTS.get(word, word if word in COMPONENTS.values() else "") for word in words]
    if not all(named) or len(set(named)) != len(dict.fromkeys(named)) or not named:
        raise Unreadable(
            "cell.order",
            "抵充顺序以 > 相隔，可用：费用、复利、罚息、利息、本金",
            "an order names costs, compound, penalty, interest, principal (费用>复利>罚息>利息>本金)",
        )
    return tuple(dict.fromkeys(named))


def drawdowns(text: str) -> tuple[Drawdown, ...]:
    """Drawdowns `2021-08-18:200000.00;2021-11-12:400000.00`, in the order of their days."""
    parts = [part for part in re.split(r"[;；]", text) if part.strip()]
    pairs = [re.split(r"[:：]", part.strip(), maxsplit=1) for part in parts]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise Unreadable(
            "cell.drawdowns",
            "放款写作 日期:金额，多笔以分号相隔，例如 2021-08-18:200000.00;2021-11-12:400000.00",
            "drawdowns are written day:amount, several with semicolons between",
        )
    return tuple(
        sorted((Drawdown(typed.day(on), typed.money(amount)) for on, amount in pairs), key=lambda each: each.on)
    )


def points(text: str) -> Decimal:
    """Basis points, taken off where they are negative: `35`, `-20`, `+12.5BP`."""
    cleaned = unicodedata.normalize("NFKC", text).strip().upper().removesuffix("BP").removesuffix("个基点").strip()
    if not re.fullmatch(r"[+-]?\d{1,4}(\.\d{1,2})?", cleaned):
        raise Unreadable(
            "cell.points",
            "加点以基点填写，减点为负，例如 35 或 -20（1 个基点为 0.01%）",
            "a margin is in basis points, negative where taken off, for example 35 or -20",
        )
    return Decimal(cleaned)


def days(text: str) -> tuple[date, ...]:
    """Days `2025-01-01;2025-07-01`, in order."""
    return tuple(sorted({typed.day(part.strip()) for part in re.split(r"[;；、]", text) if part.strip()}))


def rates_by_day(text: str) -> tuple[Repricing, ...]:
    """Rates a year that hold from a day on: `2025-01-01:3.6%;2026-01-01:3.45%`, in the order of their days."""
    pairs = [re.split(r"[:：]", part.strip(), maxsplit=1) for part in re.split(r"[;；]", text) if part.strip()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise Unreadable(
            "cell.rates_by_day",
            "利率调整写作 日期:年利率，多项以分号相隔，例如 2025-01-01:3.6%;2026-01-01:3.45%",
            "changes of the rate are written day:rate, several with semicolons between",
        )
    found = (Repricing(on=typed.day(on), rate=typed.rate(rate)) for on, rate in pairs)
    return tuple(sorted(found, key=lambda each: each.on))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": typed.plain_text,
    "money": typed.money,
    "rate": typed.rate,
    "day": typed.day,
    "count": typed.count,
    "yes_no": typed.yes_no,
    "number": typed.number,
    "order": order,
    "points": points,
    "days": days,
    "rates_by_day": rates_by_day,
    "drawdowns": drawdowns,
}
