"""A result with its reasons laid out as a sheet (计算书): facts, rules, steps, values, each as a table of words.

Nothing is worked out here and nothing is known of what was computed: an input and a result come with the JSON Schema
that names their fields in Chinese, and are walked by it. The words around them stand in
`templates/documents/calculation_sheet.txt`, those of codes in `templates/documents/codes.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.documents import words
from legalflow.documents.blocks import Document
from legalflow.documents.numerals import chinese_numeral
from legalflow.values.money import percent

Schema = Mapping[str, Any]

REASONS = ("steps", "warnings", "provisional", "provisional_facts")
_TEXT = "calculation_sheet"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_ABSENT = re.compile(r"，[^，]*为(?:空|负)$")  # what a title says of a value that is not there
_YUAN = "元"
_UNREAD = "未核"  # an article whose number nobody has read says so itself
_FRACTION = "小数"
_LONG = 14  # characters from which a cell wants a wide column


@dataclass(frozen=True)
class Cell:
    """A value as printed, and what it is: `money`, `day`, `count` or `text`."""

    said: str
    kind: str = "text"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and `money`, `day`, `count`, `text` or `long`."""

    zh: str
    kind: str


@dataclass(frozen=True)
class Grid:
    """A table of words: its heading ("" for none), its columns, its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What a sheet is made of: a term, an input and a result with their schemas, and the data of the law used.

    `given` is the input as sent, `used` the whole input with what was taken by default; `law_checked` the day up to
    which the data of the law are known, `law_digest` their digest, `version` that of the program.
    """

    term: str
    source: str
    given: Mapping[str, Any]
    used: Mapping[str, Any]
    input_schema: Schema
    result: Mapping[str, Any]
    result_schema: Schema
    law_checked: date
    law_digest: str
    version: str


def sheet(computed: Computed) -> Document:
    """The sheet of any result: its facts, the rules applied, the steps in order, the values, what to look at."""
    result = {name: value for name, value in computed.result.items() if name not in REASONS}
    named = _named(computed.result)
    taken = {name for name, value in computed.used.items() if name not in computed.given and _counts(value)}
    shown = {name: value for name, value in computed.used.items() if name in computed.given or name in taken}
    steps = [_step(number, each) for number, each in enumerate(computed.result.get("steps", ()), 1)]
    facts = {
        "term": computed.term,
        "source": computed.source,
        "inputs": _plain(grids(shown, computed.input_schema, named, taken, computed.term)),
        "rules": _rules(computed.result.get("steps", ())),
        "steps": steps,
        "values": _plain(grids(result, computed.result_schema, named, term=computed.term)),
        "counts_money": _holds(computed.result_schema, "unit", _YUAN),
        "counts_days": _holds(computed.result_schema, "format", "date"),
        "taken": bool(taken),
        "warnings": [words.printed(str(each["message"])).rstrip("。") for each in computed.result.get("warnings", ())],
        "doubts": [words.printed(each).rstrip("。") for each in computed.result.get("provisional_facts", ())],
        "law_checked": computed.law_checked.isoformat(),
        "law_digest": computed.law_digest,
        "version": computed.version,
    }
    blocks = words.laid(_TEXT, facts)
    title = words.phrase("sheet_title", term=computed.term)
    return Document(title=title, blocks=blocks, profile="internal", subject=computed.term)


def cited(citation: Mapping[str, Any]) -> str:
    """A citation as one line, what was not read in its source marked."""
    said = " ".join(part for part in (str(citation["instrument"]), str(citation["article"])) if part)
    return said if citation["verified"] or _UNREAD in said else words.phrase("sheet_unverified", said=said)


def grids(
    values: Mapping[str, Any],
    schema: Schema,
    named: Mapping[str, str],
    taken: set[str] | None = None,
    term: str = "",
) -> tuple[Grid, ...]:
    """Values by their schema: the single ones in one table, then a table for each list of objects.

    `named` gives the terms of codes that the result itself names; `taken` are the fields that were taken by default;
    `term` is the calculation whose own meaning of a code holds.
    """
    return tuple(_Walk(schema, named, taken or set(), term).grids(values))


class _Walk:
    """A schema walked beside its values."""

    def __init__(self, schema: Schema, named: Mapping[str, str], taken: set[str], term: str) -> None:
        self.root, self.named, self.taken, self.term = schema, named, taken, term
        self.pairs: list[tuple[str, str]] = []
        self.tables: list[Grid] = []

    def grids(self, values: Mapping[str, Any]) -> Iterator[Grid]:
        self._object(values, self.root, "")
        if self.pairs:
            head = (Column(words.phrase("sheet_item"), "text"), Column(words.phrase("sheet_content"), "long"))
            yield Grid("", head, tuple(self.pairs))
        yield from self.tables

    def _object(self, values: Mapping[str, Any], schema: Schema, before: str) -> None:
        for name, value, rule in self._fields(values, schema):
            zh = before + str(rule.get("title", name))
            if isinstance(value, Mapping):
                self._object(value, rule, f"{zh}·")
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                self._table(value, self._resolved(rule.get("items", {})), zh)
            else:
                self._pair(name, value, rule, zh, taken=not before and name in self.taken)

    def _pair(self, name: str, value: Any, rule: Schema, zh: str, *, taken: bool) -> None:
        cell = self._cell(name, value, rule)
        if cell.said:
            said = f"{cell.said}{_YUAN}" if cell.kind == "money" else cell.said
            self.pairs.append((zh, words.phrase("sheet_taken", said=said) if taken else said))

    def _table(self, rows: Sequence[Mapping[str, Any]], schema: Schema, zh: str) -> None:
        cells = [dict(self._flat(row, self._kind_of(row, schema), "")) for row in rows]
        names = list(dict.fromkeys(name for row in cells for name, cell in row.items() if cell.said))
        columns = tuple(Column(*_heading(name, [row[name] for row in cells if name in row])) for name in names)
        missing = Cell(words.phrase("sheet_nothing"))
        body = tuple(tuple((row.get(name) or missing).said or missing.said for name in names) for row in cells)
        self.tables.append(Grid(zh, columns, body))

    def _flat(self, row: Mapping[str, Any], schema: Schema, before: str) -> Iterator[tuple[str, Cell]]:
        for name, value, rule in self._fields(row, schema):
            zh = before + str(rule.get("title", name))
            if isinstance(value, Mapping):
                yield from self._flat(value, rule, f"{zh}·")
            else:
                yield zh, self._cell(name, value, rule)

    def _fields(self, values: Mapping[str, Any], schema: Schema) -> Iterator[tuple[str, Any, Schema]]:
        """Each value with its rule; what another value of the same object says in words is passed over."""
        known = self._resolved(schema).get("properties", {})
        for name, value in values.items():
            doubled = name.endswith(("_zh", "_term", "_percent")) and name.rpartition("_")[0] in values
            if not (doubled or name in _INNER or name.endswith("_topic") or (name in _CODES and "term" in values)):
                rule = self._resolved(known.get(name, {}))
                title = str(known.get(name, {}).get("title", rule.get("title", name)))
                yield name, value, {**rule, "title": _ABSENT.sub("", title)}

    def _cell(self, name: str, value: Any, rule: Schema) -> Cell:
        if isinstance(value, list):
            items = self._resolved(rule.get("items", {}))
            said = [self._cell(name, each, items).said for each in value if not isinstance(each, Mapping)]
            said += [self._joined(each, items) for each in value if isinstance(each, Mapping)]
            return Cell("；".join(each for each in said if each))
        if isinstance(value, bool):
            return Cell(words.phrase("sheet_yes" if value else "sheet_no"), "flag")
        if isinstance(value, int):
            return Cell(str(value), "count")
        if not isinstance(value, str) or not value:
            return Cell("")
        return self._text(name, value, rule)

    def _text(self, name: str, value: str, rule: Schema) -> Cell:
        unit = str(rule.get("unit", ""))
        if _PLAIN.fullmatch(value) and unit == _YUAN:
            amount = words.grouped(value) if len(value.partition(".")[2]) <= 2 else value
            return Cell(amount, "money")
        if _PLAIN.fullmatch(value) and unit.endswith(_FRACTION) and "价" not in str(rule.get("title", "")):
            return Cell(percent(Decimal(value)), "rate")
        if _ISO.fullmatch(value):
            return Cell(words.printed(value), "day")
        said = self.named.get(value) or words.meaning(value, name, self.term)
        return Cell(said or words.printed(value))

    def _joined(self, value: Mapping[str, Any], rule: Schema) -> str:
        return "，".join(f"{zh}{cell.said}" for zh, cell in self._flat(value, rule, "") if cell.said)

    def _resolved(self, rule: Schema) -> Schema:
        """A rule after its references, without the null that an optional field allows."""
        for one in rule.get("anyOf", ()):
            if one.get("type") != "null":
                return {**self._resolved(one), **{key: rule[key] for key in ("title",) if key in rule}}
        if "$ref" in rule:
            found: Schema = self.root["$defs"][str(rule["$ref"]).rpartition("/")[2]]
            return {**found, **{key: rule[key] for key in ("title",) if key in rule}}
        return rule

    def _kind_of(self, row: Mapping[str, Any], rule: Schema) -> Schema:
        """Which of several kinds of object a row is."""
        kinds = rule.get("discriminator", {})
        if kinds:
            return self._resolved({"$ref": kinds["mapping"][row[kinds["propertyName"]]]})
        return rule


_INNER = ("steps", "citations", "warnings", "provisional", "provisional_facts")  # of a row: said once, for the whole
_CODES = ("id", "rule", "kind", "code")  # names of codes beside which a result says the term


def _heading(name: str, cells: Sequence[Cell]) -> tuple[str, str]:
    """A column's heading and kind, from its cells."""
    kinds = {cell.kind for cell in cells if cell.said}
    if kinds == {"money"}:
        return f"{name}（{_YUAN}）", "money"
    if len(kinds) == 1 and kinds != {"text"}:
        return name, "day" if kinds == {"day"} else "count"
    return name, "long" if any(len(cell.said) > _LONG for cell in cells) else "text"


def _step(number: int, step: Mapping[str, Any]) -> dict[str, Any]:
    value = str(step["value"])
    return {
        "number": number,
        "what": words.printed(str(step["what"])),
        "formula": words.printed(str(step["formula"])),
        "value": words.meaning(value) or words.printed(value),
        "citation": "；".join(cited(each) for each in step["citations"]),
    }


def _rules(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every rule the steps cite, once, in order."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for each in (citation for step in steps for citation in step["citations"]):
        seen.setdefault((each["instrument"], each["article"]), dict(each))
    return list(seen.values())


def _named(value: Any) -> dict[str, str]:
    """The terms that a result gives its own codes."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        for code in _CODES:
            if isinstance(value.get(code), str) and isinstance(value.get("term"), str):
                found[value[code]] = value["term"]
        for each in value.values():
            found |= _named(each)
    elif isinstance(value, list):
        for each in value:
            found |= _named(each)
    return found


def _holds(schema: Any, key: str, wanted: str) -> bool:
    """Whether a schema has a rule of so much anywhere."""
    if isinstance(schema, Mapping):
        return schema.get(key) == wanted or any(_holds(each, key, wanted) for each in schema.values())
    return isinstance(schema, list) and any(_holds(each, key, wanted) for each in schema)


def _counts(value: Any) -> bool:
    """Whether what was taken by default says something: not nothing, not no, not zero."""
    return not (value in (None, "", False, 0, [], {}) or (isinstance(value, str) and not value.strip("0.")))


def _plain(found: Sequence[Grid]) -> list[dict[str, Any]]:
    """Tables as the text takes them, those with a heading numbered."""
    made, number = [], 0
    for grid in found:
        number += bool(grid.title)
        columns = [{"zh": column.zh, "kind": column.kind} for column in grid.columns]
        title = f"（{chinese_numeral(number)}）{grid.title}" if grid.title else ""
        made.append({"title": title, "columns": columns, "rows": [list(row) for row in grid.rows]})
    return made
