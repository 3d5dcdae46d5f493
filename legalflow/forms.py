"""Reads `forms/`; says what must be asked and what is missing.

A form is a file a lawyer can change: the fields a document needs, the checks that hold between them and, for an
official element form, its rows in their order with their fixed words. Nothing here knows money or identity numbers
beyond their shape; contradictions that need them are found in `documents/checking.py`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from legalflow.errors import NotFound, Problem

FOLDER = Path(__file__).resolve().parents[1] / "forms"

TYPES: Mapping[str, tuple[str, str]] = {
    "text": ("一行文字", "one line of text"),
    "longtext": ("文字，可多段", "text, may have paragraphs"),
    "date": ("日期，如 2026-03-01", "a day, for example 2026-03-01"),
    "money": ('金额（元），如 "590065.94"', 'yuan as text, for example "590065.94"'),
    "rate": ('年利率小数，6% 写作 "0.06"', 'a fraction a year, 6 % is "0.06"'),
    "int": ("整数", "a whole number"),
    "yes_no": ("true 或 false", "true or false"),
    "one_of": ("选一项", "one of the options"),
    "many_of": ("可选多项", "any of the options"),
    "case_no": ("案号或文书号", "a case or instrument number"),
    "identity": ("完整证件号码", "an identity number in full"),
    "uscc": ("统一社会信用代码", "a unified social credit code"),
    "parties": ("当事人，可多名", "parties, any number"),
    "table": ("表，可多行", "a table, any number of rows"),
    "cites": ("事实与证据的对应：事实 → [{item, first, last}]", "exhibits by fact: fact → [{item, first, last}]"),
}
_SINGLE = {"text", "date", "money", "rate", "case_no", "identity", "uscc", "one_of"}
_AS_FIGURES = {"text", "longtext", "money", "rate"}  # a whole number without quotes is read as its figures
PHASES: Mapping[str, tuple[str, str]] = {
    "demand": ("催收与协商", "demand and agreement"),
    "filing": ("立案与保全", "filing and preservation"),
    "trial": ("审理", "trial"),
    "enforcement": ("执行", "enforcement"),
    "insolvency": ("破产与公证", "insolvency and notaries"),
    "write_off": ("核销", "write-off"),
    "annex": ("附件", "annexes"),
    "house": ("内部用表", "the house's own forms"),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads the same, several times faster
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One fact a form asks for.

    `when` is the condition under which it is required (`always`, empty for optional, else as in `holds`); `known` is
    the name under which a matter knows it where that is not `id`; `columns` are the fields of a table's row, `blocks`
    those of a party by its kind.
    """

    id: str
    zh: str
    en: str
    type: str
    when: str = ""
    source: str = ""
    known: str = ""
    options: tuple[str, ...] = ()
    note: str = ""
    columns: tuple[Field, ...] = ()
    blocks: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What one kind of document must know, and for an element form the official rows.

    `rows`, `closing`, `letterhead` are lines in the slot notation of `documents/elements.py`; `checks` the relations of
    `documents/checking.py`. `phase` is where in a matter's life the kind belongs, `states` the calculation it tells
    (`claim`, `judgment`, or empty), `addressed` whether it goes to one party alone, `in_court` whether a court's file
    needs it; `dated` the field that holds the document's own day, `amount` that of the
    amount it asks for, by which the authority to approve it goes.
    """

    kind: str
    code: str
    title: str
    en: str
    profile: str
    fields: tuple[Field, ...]
    phase: str
    states: str = ""
    addressed: bool = False
    in_court: bool = False
    subtitle: str = ""
    source: str = ""
    confidential: bool = False
    dated: str = ""
    amount: str = ""
    about: str = ""
    letterhead: tuple[str | Mapping[str, Any], ...] = ()
    running: str = ""
    rows: tuple[Mapping[str, Any], ...] = ()
    closing: tuple[str, ...] = ()
    label_width: float = 40.0
    content_width: float = 124.8
    checks: tuple[Mapping[str, Any], ...] = ()

    @staticmethod
    def load(kind: str) -> Form:
        """The form of a kind; an unknown kind is `NotFound` and the nearest is named."""
        return _load(kind)

    def template(self) -> str:
        """What the form asks, as YAML ready to fill: every field with its term, type and whether it is required."""
        head = (
            [f"# {self.code} {self.title}{self.subtitle} · {self.en}", f"# {self.source}"]
            if self.source
            else [f"# {self.code} {self.title} · {self.en}"]
        )
        return "\n".join([*head, *(line for each in self.fields for line in _asked(each, ""))]) + "\n"

    def missing(self, facts: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Everything missing, of the wrong type, not among the options, or not asked at all; all at once."""
        return tuple(_wanting(self.fields, facts, ""))


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of documents there are forms for, in the order of their codes."""
    found = [_read(path) for path in (FOLDER / "documents").glob("*.yaml")]
    return tuple(each["kind"] for each in sorted(found, key=lambda each: (each["code"], each["kind"])))


@cache
def kinds_where(quality: str) -> frozenset[str]:
    """The kinds whose forms say yes to a quality: `addressed`, `in_court`, `confidential`."""
    return frozenset(kind for kind in kinds() if getattr(Form.load(kind), quality))


@cache
def courts() -> tuple[Mapping[str, str], ...]:
    """The courts whose official names come with the release: each with name, level and province."""
    return tuple(_read(FOLDER / "courts.yaml")["courts"])


def holds(condition: str, facts: Mapping[str, Any]) -> bool:
    """Whether a condition is true of facts: `a` is given and not false, `a=yes`, `a=no`, `a=none`, `a=one|other`.

    >>> holds("a", {"a": "x"}), holds("a=no", {"a": False}), holds("a=x|y", {"a": "y"}), holds("a=none", {})
    (True, True, True, True)
    """
    name, _, wanted = condition.partition("=")
    value = facts.get(name)
    if not wanted:
        return given(value) and value is not False
    if wanted == "none":
        return not given(value) or value is False
    if wanted in {"yes", "no"}:
        return value is (wanted == "yes")
    if isinstance(value, list | tuple):
        return any(each in wanted.split("|") for each in value)
    return value in wanted.split("|")


def given(value: Any) -> bool:
    """Whether there is anything in a value: empty text, lists and rows of empty cells are nothing."""
    if isinstance(value, Mapping):
        return any(given(each) for key, each in value.items() if key != "kind")
    if isinstance(value, list | tuple):
        return any(given(each) for each in value)
    return value is not None and value != ""


def present(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts without what holds nothing, in rows as well: an empty cell is the same as one that is not there.

    >>> present({"a": "", "b": [{"c": "x", "d": []}], "e": False})
    {'b': [{'c': 'x'}], 'e': False}
    """
    return {name: _present(value) for name, value in facts.items() if given(value)}


def _present(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _present(each) for name, each in value.items() if name == "kind" or given(each)}
    return [_present(each) for each in value if given(each)] if isinstance(value, list | tuple) else value


def rows_of(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a table or the parties of a list that hold anything."""
    return (
        [each for each in value if isinstance(each, Mapping) and given(each)] if isinstance(value, list | tuple) else []
    )


@cache
def _load(kind: str) -> Form:
    path = FOLDER / "documents" / f"{kind}.yaml"
    if not re.fullmatch(r"[a-z_]+", kind) or not path.is_file():
        near = difflib.get_close_matches(kind, kinds(), n=1)
        raise NotFound.one(
            "document.kind_unknown",
            f"没有这种文书：{kind[:60]}",
            f"there is no such kind of document: {kind[:60]}",
            mend=f"是否指 {near[0]}？" if near else "可用：" + "、".join(kinds()),
            mend_en=f"did you mean {near[0]}?" if near else "known: " + ", ".join(kinds()),
        )
    read = _read(path)
    read.pop("parts", None)  # anchors of lines used by several rows
    for key in ("rows", "closing", "letterhead", "checks"):
        read[key] = tuple(read.get(key, ()))
    read["fields"] = tuple(_field(each) for each in read["fields"])
    return Form(**read)


@cache
def seals() -> tuple[str, ...]:
    """The kinds of seals that may be applied for (`forms/seals.yaml`)."""
    return tuple(_seals()["seals"])


def usual_seal(kind: str) -> str:
    """The seal a kind of document usually bears; the first of all where nothing is said of the kind."""
    return str(_seals()["usual"].get(kind, seals()[0]))


def options_of_organisation(name: str) -> tuple[str, ...]:
    """What the official element form offers for a field of an organisation (`forms/parties.yaml`); none without any."""
    return next((each.options for each in _blocks()["organisation"] if each.id == name), ())


@cache
def _seals() -> Mapping[str, Any]:
    read: Mapping[str, Any] = _read(FOLDER / "seals.yaml")
    return read


@cache
def _blocks() -> Mapping[str, tuple[Field, ...]]:
    """The fields of a party and of an agent, shared by all forms (`forms/parties.yaml`)."""
    read = _read(FOLDER / "parties.yaml")
    return {name: tuple(_field(each) for each in fields) for name, fields in read.items()}


def _field(read: Mapping[str, Any]) -> Field:
    more = dict(read)
    extra = _blocks()[more.pop("extra")] if "extra" in more else ()
    lenient = more.pop("lenient", False)
    if more["type"] not in TYPES:
        raise ValueError(f"{more['id']}: unknown type {more['type']}")
    if more["type"] == "parties":
        blocks = {name: _blocks()[name] + extra for name in ("natural", "organisation")}
        more["blocks"] = {
            name: tuple(replace(each, when=each.when if each.id == "name" else "") for each in fields)
            if lenient
            else fields
            for name, fields in blocks.items()
        }
    if more["type"] == "table":
        columns = more.get("columns", ())
        more["columns"] = _blocks()[columns] if isinstance(columns, str) else tuple(_field(each) for each in columns)
    more["options"] = tuple(more.get("options", ()))
    return Field(**more)


def _asked(each: Field, indent: str) -> Iterator[str]:
    """The lines of the template for one field."""
    need = {"always": "必填 required", "": "可空 optional"}.get(
        each.when, f"当 {each.when} 时必填 required when {each.when}"
    )
    options = f"：{' / '.join(each.options)}" if each.options else ""
    note = f" · {each.note}" if each.note else ""
    said = f"# {each.zh} {each.en} · {TYPES[each.type][0]}{options} · {need}{note}"
    if each.type == "table":
        yield from (f"{indent}{said}", f"{indent}{each.id}:")
        yield from _asked_row(each.columns, indent)
    elif each.type == "parties":
        yield from (f"{indent}{said}", f"{indent}{each.id}:")
        for kind, columns in each.blocks.items():
            yield f"{indent}  - kind: {kind}"
            for column in columns:
                yield from _asked(column, f"{indent}    ")
    elif each.type in {"cites", "many_of", "yes_no", "int"}:
        yield f"{indent}{each.id}:  {said}"
    else:
        yield f'{indent}{each.id}: ""  {said}'


def _asked_row(columns: Sequence[Field], indent: str) -> Iterator[str]:
    lines = [line for column in columns for line in _asked(column, f"{indent}    ")]
    yield f"{indent}  - {lines[0].lstrip()}"
    yield from lines[1:]


def _wanting(fields: Sequence[Field], facts: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """The problems of one level: unknown names, then each field's own."""
    known = {each.id for each in fields}
    for name in facts:
        if str(name) not in known and not (path and name == "kind"):
            yield _unknown(str(name), known, path)
    for each in fields:
        value = facts.get(each.id)
        if given(value):
            yield from _misfit(each, value, f"{path}{each.id}")
        elif each.when and (each.when == "always" or holds(each.when, facts)):
            yield Problem(
                "fact.missing",
                f"缺少“{each.zh}”",
                f"{each.en} is missing",
                f"{path}{each.id}",
                mend=f"请填写：{TYPES[each.type][0]}",
                mend_en=f"give {TYPES[each.type][1]}",
            )


def _unknown(name: str, known: set[str], path: str) -> Problem:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return Problem(
        "fact.unknown",
        "表中没有这一项",
        "the form does not ask this",
        f"{path}{name}"[:120],
        mend=f"是否指 {near[0]}？" if near else "请删除",
        mend_en=f"did you mean {near[0]}?" if near else "remove it",
    )


def _misfit(each: Field, value: Any, path: str) -> Iterator[Problem]:
    """What is wrong with a given value by its type alone."""
    match each.type:
        case "table":
            yield from _rows_misfit(value, path, lambda row: each.columns)
        case "parties":
            yield from _rows_misfit(value, path, lambda row: each.blocks.get(str(row.get("kind"))))
        case "cites":
            yield from _cites_misfit(each, value, path)
        case _:
            found = _shape(each, value)
            if found:
                yield _found(found, path, value)


def _found(said: tuple[str, str, str], path: str, value: Any) -> Problem:
    """A problem of code, Chinese and English at a path, with what stood there."""
    return Problem(said[0], said[1], said[2], path, str(value)[:60])


def _rows_misfit(value: Any, path: str, columns: Any) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield _found(("fact.type", "须为列表", "a list is needed"), path, value)
        return
    for number, row in enumerate(value):
        place = f"{path}[{number}]"
        if not isinstance(row, Mapping):
            yield _found(("fact.type", "须为一组具名的值", "named values are needed"), place, row)
        elif given(row):
            asked = columns(row)
            if asked is None:
                yield _found(
                    ("fact.option", "kind 须为 natural 或 organisation", "kind is natural or organisation"),
                    f"{place}.kind",
                    row.get("kind", ""),
                )
            else:
                yield from _wanting(asked, row, f"{place}.")


def _cites_misfit(each: Field, value: Any, path: str) -> Iterator[Problem]:
    said = (
        "fact.type",
        "须为 事实 → [{item, first, last}]",
        "exhibits by fact are needed: fact → [{item, first, last}]",
    )
    if not isinstance(value, Mapping):
        yield _found(said, path, value)
        return
    for fact, cites in value.items():
        if fact not in each.options:
            yield _unknown(str(fact), set(each.options), f"{path}.")
        elif not (isinstance(cites, list | tuple) and all(_is_cite(cite) for cite in cites)):
            yield _found(said, f"{path}.{fact}", cites)


def _is_cite(cite: Any) -> bool:
    return (
        isinstance(cite, Mapping)
        and set(cite) == {"item", "first", "last"}
        and isinstance(cite["item"], str)
        and all(isinstance(cite[key], int) and cite[key] > 0 for key in ("first", "last"))
        and cite["first"] <= cite["last"]
    )


def _shape(each: Field, value: Any) -> tuple[str, str, str] | None:
    """Code, Chinese and English of what is wrong with a single value, or None."""
    if each.type == "yes_no":
        return None if isinstance(value, bool) else ("fact.type", "须为 true 或 false", "true or false is needed")
    if each.type == "int":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole else ("fact.type", "须为整数", "a whole number is needed")
    if each.type == "many_of":
        several = isinstance(value, list | tuple) and all(item in each.options for item in value)
        return None if several else _not_an_option(each)
    if each.type == "date" and isinstance(value, date):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and each.type in _AS_FIGURES:
        value = str(value)
    if not isinstance(value, str):
        return (
            "fact.type",
            f"须为带引号的文字：{TYPES[each.type][0]}",
            f"text in quotes is needed: {TYPES[each.type][1]}",
        )
    if UNPRINTABLE.search(value):
        return ("fact.unprintable", "含有不能印出的字符", "it holds characters that cannot be printed")
    if each.type in _SINGLE and ("\n" in value or "\r" in value):
        return ("fact.type", "只能是一行", "one line only")
    return _text_shape(each, value)


def _text_shape(each: Field, value: str) -> tuple[str, str, str] | None:
    match each.type:
        case "one_of":
            return None if value in each.options else _not_an_option(each)
        case "date":
            return (
                None if _is_day(value) else ("date.invalid", "须为实际存在的日期 YYYY-MM-DD", "a real day YYYY-MM-DD")
            )
        case "money":
            exact = _decimal(value)
            fits = exact is not None and exact == exact.quantize(Decimal("0.01")) and exact >= 0
            return (
                None
                if fits
                else ("money.invalid", "须为不为负的元，最多两位小数", "yuan, not negative, at most two decimals")
            )
        case "rate":
            exact = _decimal(value)
            fits = exact is not None and 0 <= exact <= 10
            return None if fits else ("rate.invalid", "利率写作小数，6% 为 0.06", "a rate is a fraction, 6 % is 0.06")
        case _:
            return None


def _not_an_option(each: Field) -> tuple[str, str, str]:
    return (
        "fact.option",
        f"“{each.zh}”只能是：{'、'.join(each.options)}",
        f"{each.en} is one of: {', '.join(each.options)}",
    )


def _is_day(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _decimal(value: str) -> Decimal | None:
    """A plain decimal below 10^16, or None; no exponents, no separators."""
    if not re.fullmatch(r"-?\d{1,16}(\.\d{1,12})?", value):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


@cache
def imported(kind: str) -> Mapping[str, Any]:
    """The columns of a file of `loans` or `payments`, as a lender's clerk names them: `forms/imports/`."""
    path = FOLDER / "imports" / f"{kind}.yaml"
    if not kind.isidentifier() or not path.is_file():
        raise NotFound.one("import.unknown", "没有这种导入文件", "there is no such file to import", found=kind[:40])
    read: Mapping[str, Any] = _read(path)
    return read
