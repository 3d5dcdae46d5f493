"""One operation of `legalflow calc`: its schema, its example and the rule it applies.

Amounts, rates and days are text in JSON, so that they stay exact; a JSON number where an amount is asked is refused.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values import dates, money
from legalflow.values.money import Money

T = TypeVar("T")


def _text(read: Callable[[str], T]) -> Callable[[Any], T]:
    """A validator that takes text alone and says in both languages what is wrong."""

    def validate(value: Any) -> T:
        if type(value) is str:
            try:
                return read(value)
            except LegalflowError as error:
                problem = error.problems[0]
                raise _refusal(
                    problem.code, problem.message, problem.message_en, problem.mend, problem.mend_en
                ) from None
        if isinstance(value, Money | Decimal | date):  # an operation building its own facts
            return read(str(value))
        raise _refusal(
            "input.not_text",
            "须写作带引号的文本，不接受 JSON 数字",
            "is written as text in quotes, not as a JSON number",
            '例如 "590065.94"、"0.126"、"2026-02-24"',
            'for example "590065.94", "0.126", "2026-02-24"',
        )

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
            found=text[:60],
            mend="只写数字，不加逗号和“元”“万元”，例如 590065.94",
            mend_en="figures alone, without commas or a unit, for example 590065.94",
        )
    return found


def _rate(text: str) -> Decimal:
    return money.rate(text if _is_plain(text) else "NaN")


def _is_plain(text: str) -> bool:
    """Whether a number is written in plain ASCII figures, without exponent, sign, spaces or underscores."""
    return _PLAIN.fullmatch(text) is not None


_PLAIN = re.compile(r"(?=.{1,40}\Z)[0-9]+(?:\.[0-9]+)?")


Amount = Annotated[
    Money,
    PlainValidator(_text(functools.lru_cache(maxsize=1 << 15)(_amount))),  # as instalments do
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
    PlainValidator(_text(functools.lru_cache(maxsize=1 << 15)(dates.day))),  # a portfolio names the same days again
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-02-24"], "unit": "日"}),
]


class Facts(BaseModel):
    """The root of every input: unknown fields are refused, nothing is converted silently.

    Use `Amount`, `Rate` and `Day` for fields, and `fact(zh, ...)` to say the Chinese term. Whatever has a `start` and
    an `end_exclusive` is a period, and is refused where it ends before it starts.
    """

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """The schema of the class; only one that names a period pays for looking whether it runs forward."""
        schema = handler(source)
        if {"start", "end_exclusive"} <= set(cls.model_fields):
            return core_schema.no_info_after_validator_function(_forward, schema)
        return schema


F = TypeVar("F", bound=Facts)


def _forward(facts: F) -> F:
    start, end = getattr(facts, "start", None), getattr(facts, "end_exclusive", None)
    if start is not None and end is not None:
        try:
            dates.Period(start, end)
        except Invalid as error:
            problem = error.problems[0]
            raise _refusal(problem.code, problem.message, problem.message_en, problem.mend, problem.mend_en) from None
    return facts


_REVERSED = "period.reversed"


def fact(zh: str, default: Any = ..., **more: Any) -> Any:
    """A field of facts with its Chinese term; `more` goes to pydantic (`ge`, `max_length`, `description`)."""
    return Field(default, title=zh, **more)


@dataclass(frozen=True)
class Operation:
    """A rule of the law, alone: `run` takes a validated input and the law and returns plain values for JSON.

    The result always has `steps`, `warnings`, `provisional` and `provisional_facts` beside its own values: return
    `{...} | reasons(finding)`. `result_schema` describes the own values (see `result`). `example` is an input that
    runs. The rule stands in `topics` of the law's data; `ground` says what it rests on beside them, in Chinese.
    `brief` is `run` without what a portfolio does not read (see `run_briefly`); None: the same without its steps.
    """

    name: str
    term: str  # Chinese
    topics: tuple[str, ...]
    facts: type[Facts]
    run: Callable[[Any, Law], dict[str, Any]]
    result_schema: dict[str, Any]
    example: dict[str, Any]
    ground: str = ""
    brief: Callable[[Any, Law], dict[str, Any]] | None = None

    def run_briefly(self, facts: Any, law: Law) -> dict[str, Any]:
        """The result without its steps, for many at once."""
        if self.brief is not None:
            return self.brief(facts, law)
        values = self.run(facts, law)
        values.pop("steps", None)
        return values

    def source(self, law: Law) -> str:
        """The instruments and articles of the rule as the law stands now, what was not read in them marked."""
        cited = dict.fromkeys(law.history(topic)[-1].citation for topic in self.topics)
        said = [f"{each}{'' if each.verified else '（未核验）'}" for each in cited]
        return "；".join((*((self.ground,) if self.ground else ()), *said))


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


def brief_reasons(*findings: Finding[Any]) -> dict[str, Any]:
    """The same without the steps."""
    found = reasons(*(Finding(each.value, (), each.warnings, each.provisional) for each in findings))
    found.pop("steps")
    return found


def _titled(kind: str, zh: str) -> dict[str, str]:
    return {"type": kind, "title": zh}


_REASONS: dict[str, Any] = {
    "steps": {
        "type": "array",
        "title": "计算过程",
        "items": {
            "type": "object",
            "properties": {
                "what": _titled("string", "事项"),
                "formula": _titled("string", "算式"),
                "value": _titled("string", "结果"),
                "citations": {
                    "type": "array",
                    "title": "依据",
                    "items": {
                        "type": "object",
                        "properties": {
                            "instrument": _titled("string", "规范"),
                            "article": _titled("string", "条款"),
                            "verified": _titled("boolean", "是否已核验原文"),
                        },
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
            "properties": {
                "code": _titled("string", "代码"),
                "message": _titled("string", "提示内容"),
                "message_en": _titled("string", "提示内容（英文）"),
            },
            "required": ["code", "message"],
        },
    },
    "provisional": {"type": "boolean", "title": "是否含未核验或尚未公布的法律数据"},
    "provisional_facts": {"type": "array", "title": "未核验或尚未公布的法律数据", "items": {"type": "string"}},
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


_TYPES = (
    # pydantic's type begins with, Chinese, English
    ("model", "须为一个对象", "is an object"),
    ("dict", "须为一个对象", "is an object"),
    ("list", "须为一个数组", "is a list"),
    ("string", "须为带引号的文本", "is text in quotes"),
    ("bool", "须为 true 或 false", "is true or false"),
    ("int", "须为整数", "is a whole number"),
)


WHOLE = "input"  # the place of what concerns the whole input
LINE = "line"  # the place of what concerns a whole line of a batch


def placed(problem: Problem, given: Any) -> Problem:
    """A problem with its place: where it names none, that of the first value it found, else the whole input."""
    if problem.field:
        return problem
    places = _places_of(problem.found, given, ()) if problem.found else iter(())
    return dataclasses.replace(problem, field=path(next(places, ())) or WHOLE)


def _places_of(found: str, given: Any, place: tuple[int | str, ...]) -> Iterator[tuple[int | str, ...]]:
    if given == found:
        yield place
    items = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, item in items:
        yield from _places_of(found, item, (*place, name))


def problems_of(error: ValidationError, facts: type[Facts]) -> list[Problem]:
    """Pydantic's findings as our problems, with the path, what stood there and the mend, all of them."""
    schema = _schema(facts)
    return [_problem(each, schema) for each in error.errors(include_url=False)]


@functools.cache
def _schema(facts: type[Facts]) -> dict[str, Any]:
    """The schema of an input, made once: a batch may hold many bad lines."""
    return facts.model_json_schema()


def _problem(each: Any, schema: dict[str, Any]) -> Problem:
    kind, context = str(each["type"]), each.get("ctx") or {}
    spot = _placed(each["loc"], schema)
    field = path((*spot.place, "end_exclusive") if kind == _REVERSED else spot.place) or WHOLE
    given = each.get("input")
    found = "" if kind == "missing" or isinstance(given, dict | list) else _as_sent(given)[:80]
    if "zh" in context:
        return Problem(kind, context["zh"], context["en"], field, found, context["mend"], context["mend_en"])
    mend, mend_en = _mend(kind, context, spot)
    for start, code, zh, en in _WORDS:
        if kind.startswith(start):
            return Problem(code, zh, en, field, found, mend, mend_en)
    for start, zh, en in _TYPES:
        if kind.startswith(start):
            return Problem("input.type", f"类型不符，{zh}", en, field, found, mend, mend_en)
    return Problem("input.type", "类型不符", "has the wrong type", field, found, mend, mend_en)


def _as_sent(given: Any) -> str:
    """What stood there as JSON writes it: `true` and `null`, not the words of a programming language."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class _Spot:
    """A place as it stands in the input, what the schema says of it, and the fields known beside it."""

    place: tuple[int | str, ...]
    term: str  # the Chinese term, empty where none is given
    note: str  # what the schema says of the field beside its term, in Chinese
    schema: dict[str, Any]
    known: tuple[str, ...]


def _mend(kind: str, context: dict[str, Any], spot: _Spot) -> tuple[str, str]:
    """What would be right instead, in Chinese and English: the limit that was passed, else what the schema asks."""
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(spot.place[-1]).lower(), spot.known, 1, 0.5)
        if near:
            return f"是否为 {near[0]}", f"did you mean {near[0]}"
        return f"可用：{'、'.join(spot.known)}", f"one of {', '.join(spot.known)}"
    limits = [(zh, en, context[key]) for key, zh, en in _LIMITS if key in context]
    if limits:
        of, of_en = ("字", " characters") if kind.startswith("string") else _COUNTED.get(kind, ("", ""))
        return (
            "，".join(f"{zh} {value}{' ' if of else ''}{of}" for zh, _, value in limits),
            ", ".join(f"{en} {value}{of_en}" for _, en, value in limits),
        )
    zh, en = _asked(spot.schema, spot.note)
    if kind == "missing":
        return f"补充{spot.term or spot.place[-1]}：{zh}", f"add it: {en}"
    return zh, en


_LIMITS = (
    ("ge", "不小于", "at least"),
    ("le", "不大于", "at most"),
    ("gt", "大于", "above"),
    ("lt", "小于", "below"),
    ("min_length", "至少", "at least"),
    ("max_length", "至多", "at most"),
)
_COUNTED = {"too_long": ("项", " items"), "too_short": ("项", " items")}
_PLAIN_TYPES = {
    "boolean": ("true 或 false", "true or false"),
    "array": ("写作 [ … ]，每项一个元素", "write [ … ], one element for each"),
}


_FIGURE = re.compile(r"[0-9]+\.[0-9]+")


def _asked(schema: dict[str, Any], note: str = "") -> tuple[str, str]:
    """What a part of a schema takes, short: its choices, an example, its range or its fields."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else list(_kinds(schema)))
    if choices:
        return _choice(choices, schema, note)
    if schema.get("examples"):
        own = _FIGURE.search(note)  # a rate a day, or an uplift, has an example of its own
        shown = f'"{own[0]}"' if own else json.dumps(schema["examples"][0], ensure_ascii=False)
        return note if own else f"例如 {shown}", f"for example {shown}"
    kind = schema.get("type", "")
    if kind == "integer":
        return _whole_number(schema.get("minimum"), schema.get("maximum"))
    if kind == "object":
        names = schema.get("required") or list(schema.get("properties", {}))
        inside = ", ".join(f'"{name}": …' for name in names[:6])
        return f"写作 {{{inside or ' … '}}}", f"write {{{inside or ' … '}}}"
    if kind == "string" and "pattern" in schema:
        return _form(schema, note)
    return _PLAIN_TYPES.get(kind, ("写作带引号的文本", "write text in quotes"))


def _choice(choices: Sequence[Any], schema: dict[str, Any], note: str) -> tuple[str, str]:
    """The values that may stand there, in the words of the schema where it explains them all."""
    name = schema.get("discriminator", {}).get("propertyName")
    said = [each if isinstance(each, str) else json.dumps(each) for each in choices]
    zh, en = "、".join(said), ", ".join(said)
    if any(type(each) is int for each in choices):
        zh, en = f"{zh}，不带引号", f"{en}, without quotes"
    if name:
        return f"以 {name} 写明种类：{zh}", f"say its {name}: {en}"
    explained = note if all(each in note for each in said) else f"{zh}（{note}）" if note else zh
    return explained, en


def _form(schema: dict[str, Any], note: str) -> tuple[str, str]:
    """How a text of a fixed form is written: in words, else by its default; the pattern itself for programs."""
    usual = schema.get("default")
    zh = note or (f'例如 "{usual}"' if usual else f"格式 {schema['pattern']}")
    return zh, f'for example "{usual}"' if usual else f"in the form {schema['pattern']}"


def _whole_number(least: int | None, most: int | None) -> tuple[str, str]:
    if least is not None and most is not None:
        return f"{least} 至 {most} 的整数，不带引号", f"a whole number from {least} to {most}, without quotes"
    if least is not None:
        return f"不小于 {least} 的整数，不带引号", f"a whole number of at least {least}, without quotes"
    return "整数，不带引号", "a whole number, without quotes"


def _placed(parts: Sequence[int | str], schema: dict[str, Any]) -> _Spot:
    """Where pydantic's place stands in the input: without the kind that it names in it."""
    place: list[int | str] = []
    here: dict[str, Any] = schema
    around: dict[str, Any] = {}
    for part in parts:
        here = _resolved(here, schema)
        if part in _kinds(here):
            here = {"$ref": _kinds(here)[str(part)]}
            continue
        place.append(part)
        around = here
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
    said = here if place and isinstance(place[-1], str) else {}
    asked = _resolved(here, schema)
    if "pattern" in asked and said.get("default"):
        asked = {**asked, "default": said["default"]}
    known = tuple(around.get("properties", {}))
    return _Spot(tuple(place), str(said.get("title", "")), str(said.get("description", "")), asked, known)


def _kinds(here: dict[str, Any]) -> dict[str, str]:
    """The kinds that a part of a schema may be, by the name that tells them apart."""
    found: dict[str, str] = here.get("discriminator", {}).get("mapping", {})
    return found


def _resolved(here: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema after its references, and without the null that an optional field allows."""
    for one in here.get("anyOf", ()):
        if one.get("type") != "null":
            here = one
            break
    return schema["$defs"][here["$ref"].rpartition("/")[2]] if "$ref" in here else here


def path(parts: Iterable[int | str]) -> str:
    """A place in JSON as written in problems: `payments[3].on`."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
