"""One cell into a value, or into a problem that says what stood there and what may stand there.

Full-width figures, separators, ¥, 元 and % are read rightly; what could mean two things is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from legalflow.errors import LegalflowError
from legalflow.loans.loan import Drawdown
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


def value(text: str, kind: str, values: Mapping[str, str] | None = None) -> Any:
    """The value of a cell that is not empty, by the column's type; raises `Unreadable`."""
    if kind == "choice":
        return typed.choice(text, values or {})
    try:
        return _READERS[kind](text)
    except LegalflowError as error:
        problem = error.problems[0]
        raise Unreadable(problem.code, problem.message, problem.message_en) from None


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


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": typed.plain_text,
    "money": typed.money,
    "rate": typed.rate,
    "day": typed.day,
    "count": typed.count,
    "yes_no": typed.yes_no,
    "number": typed.number,
    "order": order,
    "drawdowns": drawdowns,
}
