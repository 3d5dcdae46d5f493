"""One operation of `legalflow calc`: its schema, its example and the rule it applies.

Amounts, rates and days are text in JSON, so that they stay exact; a JSON number where an amount is asked is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values import dates, money
from legalflow.values.money import Money

T = TypeVar("T")


def _text(read: Callable[[str], T]) -> Callable[[Any], T]:
    """A validator that takes text alone and says in both languages what is wrong."""

    def validate(value: Any) -> T:
        if isinstance(value, Money | Decimal | date):  # an operation building its own facts
            return read(str(value))
        if not isinstance(value, str):
            raise _refusal(
                "input.not_text",
                "须写作带引号的文本，不接受 JSON 数字",
                "is written as text in quotes, not as a JSON number",
                '例如 "590065.94"、"0.126"、"2026-02-24"',
                'for example "590065.94", "0.126", "2026-02-24"',
            )
        try:
            return read(value)
        except LegalflowError as error:
            problem = error.problems[0]
            raise _refusal(problem.code, problem.message, problem.message_en, problem.mend, problem.mend_en) from None

    return validate


def _refusal(code: str, zh: str, en: str, mend: str, mend_en: str) -> PydanticCustomError:
    context = {"zh": zh, "en": en, "mend": mend, "mend_en": mend_en}
    return PydanticCustomError(code, "{en}", context)  # type: ignore[arg-type]


def _amount(text: str) -> Money:
    found = Money(text) if _is_plain(text) else None
    if found is None or found < money.ZERO:
        raise Invalid.one(
            "money.invalid",
            "金额须为元，不为负，最多两位小数，且小于一亿亿元",
            "an amount is in yuan, not negative, with at most two decimals, below 10^16",
            mend="例如 590065.94",
            mend_en="for example 590065.94",
        )
    return found


def _rate(text: str) -> Decimal:
    return money.rate(text if _is_plain(text) else "NaN")


def _is_plain(text: str) -> bool:
    """Whether a number is written in plain ASCII figures, without exponent, sign, spaces or underscores."""
    return len(text) <= 40 and text.isascii() and text.replace(".", "", 1).isdigit() and text[0] != "." != text[-1]


Amount = Annotated[
    Money,
    PlainValidator(_text(_amount)),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$", "examples": ["590065.94"], "unit": "元"}),
]
Rate = Annotated[
    Decimal,
    PlainValidator(_text(_rate)),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$", "examples": ["0.126"], "unit": "年利率，小数"}
    ),
]
Day = Annotated[
    date,
    PlainValidator(_text(dates.day)),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-02-24"], "unit": "日"}),
]


class Facts(BaseModel):
    """The root of every input: unknown fields are refused, nothing is converted silently.

    Use `Amount`, `Rate` and `Day` for fields, and `fact(zh, ...)` to say the Chinese term.
    """

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True, hide_input_in_errors=True)


def fact(zh: str, default: Any = ..., **more: Any) -> Any:
    """A field of facts with its Chinese term; `more` goes to pydantic (`ge`, `max_length`, `description`)."""
    return Field(default, title=zh, **more)


@dataclass(frozen=True)
class Operation:
    """A rule of the law, alone: `run` takes a validated input and the law and returns plain values for JSON.

    The result always has `steps`, `warnings`, `provisional` and `provisional_facts` beside its own values: return
    `{...} | reasons(finding)`. `result_schema` describes the own values (see `result`). `example` is an input that
    runs; `source` names the instrument and article.
    """

    name: str
    term: str  # Chinese
    source: str
    facts: type[Facts]
    run: Callable[[Any, Law], dict[str, Any]]
    result_schema: dict[str, Any]
    example: dict[str, Any]


def reasons(*findings: Finding[Any]) -> dict[str, Any]:
    """Steps, warnings and provisional facts of findings, as every result carries them."""
    steps = [step for finding in findings for step in finding.steps]
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    doubts = list(dict.fromkeys(doubt for finding in findings for doubt in finding.provisional))
    return {
        "steps": [
            {
                "what": step.what,
                "formula": step.formula,
                "value": step.value,
                "citations": [
                    {"instrument": each.instrument, "article": each.article, "verified": each.verified}
                    for each in step.citations
                ],
            }
            for step in steps
        ],
        "warnings": [{"code": each.code, "message": each.message, "message_en": each.message_en} for each in warnings],
        "provisional": bool(doubts),
        "provisional_facts": doubts,
    }


_TEXT = {"type": "string"}
_REASONS: dict[str, Any] = {
    "steps": {
        "type": "array",
        "title": "计算过程",
        "items": {
            "type": "object",
            "properties": {
                "what": _TEXT,
                "formula": _TEXT,
                "value": _TEXT,
                "citations": {
                    "type": "array",
                    "title": "依据",
                    "items": {
                        "type": "object",
                        "properties": {"instrument": _TEXT, "article": _TEXT, "verified": {"type": "boolean"}},
                        "required": ["instrument", "article", "verified"],
                    },
                },
            },
            "required": ["what", "formula", "value", "citations"],
        },
    },
    "warnings": {
        "type": "array",
        "title": "提示",
        "items": {
            "type": "object",
            "properties": {"code": _TEXT, "message": _TEXT, "message_en": _TEXT},
            "required": ["code", "message"],
        },
    },
    "provisional": {"type": "boolean", "title": "是否含未核验或尚未公布的法律数据"},
    "provisional_facts": {"type": "array", "title": "未核验或尚未公布的法律数据", "items": _TEXT},
}


def result(**properties: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a result: the operation's own values and the reasons; all of them are always there."""
    every = {**properties, **_REASONS}
    return {"type": "object", "properties": every, "required": list(every), "additionalProperties": False}


def money_schema(zh: str) -> dict[str, Any]:
    """The schema of an amount in a result: text, in yuan with two decimals."""
    return {"type": "string", "title": zh, "unit": "元", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}


def day_schema(zh: str) -> dict[str, Any]:
    """The schema of a day in a result."""
    return {"type": "string", "format": "date", "title": zh}


_WORDS: tuple[tuple[str, str, str, str], ...] = (
    # pydantic's type begins with, our code, Chinese, English
    ("missing", "input.missing", "缺少该项", "is required"),
    ("extra_forbidden", "input.unknown", "没有这一项", "is not a known field"),
    ("literal_error", "input.choice", "只能取所列值之一", "is one of the listed values"),
    ("enum", "input.choice", "只能取所列值之一", "is one of the listed values"),
    ("union_tag", "input.choice", "只能取所列值之一", "is one of the listed values"),
    ("greater_than", "input.range", "超出允许的范围", "is out of range"),
    ("less_than", "input.range", "超出允许的范围", "is out of range"),
    ("too_long", "input.size", "项数过多", "has too many items"),
    ("too_short", "input.size", "项数不足", "has too few items"),
    ("string_too", "input.size", "文本长度不符", "has the wrong length"),
    ("string_pattern", "input.pattern", "格式不符", "has the wrong form"),
)


def problems_of(error: ValidationError) -> list[Problem]:
    """Pydantic's findings as our problems, with the path, what stood there and the mend, all of them."""
    return [_problem(each) for each in error.errors(include_url=False)]


def _problem(each: Any) -> Problem:
    kind, context = str(each["type"]), each.get("ctx") or {}
    field = path(each["loc"])
    given = each.get("input")
    found = "" if kind == "missing" or isinstance(given, dict | list) else str(given)[:80]
    if "zh" in context:
        return Problem(kind, context["zh"], context["en"], field, found, context["mend"], context["mend_en"])
    for start, code, zh, en in _WORDS:
        if kind.startswith(start):
            expected = str(context.get("expected", ""))
            limits = "、".join(f"{key} {value}" for key, value in context.items() if key in _LIMITS)
            mend = expected or limits
            return Problem(code, zh, en, field, found, mend, mend)
    return Problem("input.type", "类型不符", f"has the wrong type: {each['msg']}", field, found)


_LIMITS = {"ge", "gt", "le", "lt", "min_length", "max_length", "pattern"}


def path(parts: Iterable[int | str]) -> str:
    """A place in JSON as written in problems: `payments[3].on`."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
