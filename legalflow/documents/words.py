"""The words of `templates/documents/`, rendered strictly: an unknown name is an error, nothing inserted is ever markup.

The only module that opens that folder. Facts are plain values; the sandbox lets a text compare, loop and print them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from legalflow.documents.blocks import Block
from legalflow.documents.markup import cite_token, parse, plain, token
from legalflow.documents.numerals import amount_in_words, chinese_numeral
from legalflow.errors import Invalid, Missing
from legalflow.forms import UNPRINTABLE, Field, Form, given
from legalflow.values import codec
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money, percent

_DAY = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_GAP = re.compile(
    r"(?<=[年月]\d日) (?=[\u4e00-\u9fff])|(?<=[年月]\d\d日) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d{4}年)"
)
_AMOUNT = re.compile(r"(?<![\d.,])(\d{4,})(\.\d{2})(?![\d.])")
_PLACE = re.compile(r"（[a-z0-9_]+(?:/[a-z0-9_]+)+(，|）)")  # where our data keep a rule
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "documents"


class Absent:
    """A fact the form knows and nobody gave: false in a condition, an error that names it where it would be printed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise Missing.one(
            "fact.missing",
            f"文书要印出“{self.name}”，但没有给出",
            f"the document prints {self.name}, which is not given",
            field=self.name,
        )


def blocks(form: Form, facts: Mapping[str, Any]) -> tuple[Block, ...]:
    """The words of a kind of document with facts in them, as blocks."""
    known = {each.id: _known(each, facts.get(each.id)) for each in form.fields}
    cites = facts.get("cites") or {}
    try:
        return parse(_template(form.kind).render(**known, cite=lambda *names: _cited(cites, names)))
    except UndefinedError as error:
        raise Missing.one(
            "document.name_unknown",
            f"文书用到了表中没有的名称：{error.message}",
            f"the words use a name the form does not know: {error.message}",
            field=form.kind,
        ) from error
    except TemplateError as error:
        raise Invalid.one(
            "document.words_broken",
            f"templates/documents/{form.kind}.txt 有错：{error.message}",
            f"templates/documents/{form.kind}.txt is broken: {error.message}",
            field=form.kind,
        ) from error


def warm() -> None:
    """Read every text, so that a worker's children find them read."""
    for path in FOLDER.glob("*.txt"):
        _template(path.stem)
    _codes()


def phrase(sentence: str, /, **values: Any) -> str:
    """A sentence of `templates/documents/phrases.txt` as plain text, to fill a field of a form."""
    template = _template("phrases")
    context = template.new_context(codec.plain(values))
    return plain("".join(template.blocks[sentence](context)))


def laid(name: str, facts: Mapping[str, Any]) -> tuple[Block, ...]:
    """The words of a text that has no form, with plain facts in them, as blocks: a sheet laid out from any result."""
    return parse(_template(name).render(**facts))


def meaning(code: str, field: str = "", term: str = "") -> str:
    """What a code is called in Chinese, in a calculation or a field that gives it its own meaning; "" if unknown."""
    read = _codes()
    own = read["terms"].get(term, {}).get(code) or read["fields"].get(code, {}).get(field)
    return str(own or read["codes"].get(code) or "")


def printed(text: str) -> str:
    """Words of a step as documents print them: days in Chinese, amounts with separators, no place of our data.

    >>> printed("600000.00 × 129天，自2022-07-16起")
    '600,000.00 × 129天，自2022年7月16日起'
    """
    text = _PLACE.sub(lambda place: "（" if place[1] == "，" else "", text)
    text = _GAP.sub("", _DAY.sub(lambda day: _day_said(*day.groups()), text))
    return _AMOUNT.sub(lambda amount: f"{int(amount[1]):,}{amount[2]}", text)


def grouped(amount: Any) -> str:
    """An amount with separators and no unit, for tables: `100,000.00`."""
    return Money(_there(amount)).grouped()


def yuan(amount: Any) -> str:
    """An amount as narrative repeats it: `100,000.00元`."""
    return f"{grouped(amount)}元"


def in_words(amount: Any) -> str:
    """An amount at its first mention: `人民币壹拾万元整（¥100,000.00）`."""
    said = amount_in_words(Money(_there(amount)))
    return f"{'' if said.startswith('人民币') else '人民币'}{said}（¥{grouped(amount)}）"


def day(on: Any) -> str:
    """A day as documents print it: `2026年3月1日`."""
    return in_chinese(date.fromisoformat(str(_there(on))))


def rate(fraction: Any) -> str:
    """A rate in percent: `6.00%`."""
    return percent(Decimal(str(_there(fraction))))


@cache
def _codes() -> Mapping[str, Any]:
    """The codes of `templates/documents/codes.yaml` with their Chinese words."""
    read: Mapping[str, Any] = yaml.safe_load((FOLDER / "codes.yaml").read_text(encoding="utf-8"))
    return read


@cache
def version() -> str:
    """What names the words as they are: the SHA-256 of every text of the folder, by name."""
    return codec.digest(
        b"".join(path.name.encode() + b"\0" + path.read_bytes() + b"\0" for path in sorted(FOLDER.glob("*.txt")))
    )


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=_inserted,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # escaping is for our markup, and `finalize` does it for every value without exception
    )
    made.filters.update(
        grouped=grouped, yuan=yuan, in_words=in_words, day=day, rate=rate, numeral=chinese_numeral, printed=printed
    )
    return made


@cache
def _template(kind: str) -> Template:
    return _environment().get_template(f"{kind}.txt")


def _inserted(value: Any) -> str:
    """A value as a token; only words and whole numbers are ever printed."""
    if isinstance(value, str):
        return token(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return token(str(value))
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, naming it
    return token(str(_there(value)) if isinstance(value, Absent) else _unprintable(value))


def _there(value: Any) -> Any:
    """The value, or the error that names it where it is absent."""
    if isinstance(value, Absent | StrictUndefined):
        str(value)
    return value


def _unprintable(value: Any) -> str:
    raise Invalid.one(
        "document.value_unprintable",
        f"文书不能直接印出这类值：{type(value).__name__}",
        f"a document never prints a {type(value).__name__}",
        found=str(value)[:60],
    )


def _known(field: Field, value: Any) -> Any:
    """A fact as the words see it: absent ones falsy, the cells of rows and of parties alike."""
    if field.type in {"table", "parties"}:
        return [_row(field, row) for row in value or () if given(row)]
    if value is None or value == "" or (field.type == "cites" and not given(value)):
        return Absent(field.id)
    return _clean(value)


def _row(field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    columns = field.blocks[row["kind"]] if field.type == "parties" else field.columns
    made = {each.id: _known(each, row.get(each.id)) for each in columns}
    return {**made, "kind": row["kind"]} if field.type == "parties" else made


def _clean(value: Any) -> Any:
    return UNPRINTABLE.sub("", value).replace("\t", " ") if isinstance(value, str) else value


def _cited(cites: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The exhibits of facts as `（证据1-2，第3–18页）`, each once; nothing where none is known."""
    found = {(c["item"], c["first"], c["last"]): None for name in names for c in cites.get(name) or ()}
    return f"（{'；'.join(cite_token(*each) for each in found)}）" if found else ""


def _day_said(year: str, month: str, day: str) -> str:
    try:
        return in_chinese(date(int(year), int(month), int(day)))
    except ValueError:  # figures that only look like a day
        return f"{year}-{month}-{day}"
