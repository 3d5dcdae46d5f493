"""Official element forms into blocks: the fixed words of `forms/documents/*.yaml` with facts in their slots.

The notation, inside a line of a form:

- `{field|blank}`: the field's value, or the blank as the official form prints it where nothing is given;
- `{field+}`: the value with its unit (元, 天), or nothing;
- `{cite facts}`: the exhibits that prove one of the facts named, in brackets, or nothing;
- `[field=value]`: a box, ticked when the condition holds (`forms.holds`).

A line may be a mapping: `line` with `each` (once for every row of a table; as printed blank where there is none) or
`when`; without either it is left out where it says nothing. A row with `each` is copied for every party of its `kind`;
where there is none it stays, empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.documents.blocks import (
    Block,
    Cite,
    Form,
    FormBand,
    FormEntry,
    FormNotes,
    FormRow,
    FormWide,
    Inline,
    Line,
    Signature,
    Text,
    Tick,
    Title,
)
from legalflow.documents.markup import paragraphs_of
from legalflow.forms import Field, holds, rows_of
from legalflow.forms import Form as Asked
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money, percent

SLOT = re.compile(
    r"\{cite (?P<cite>[\w ]+)\}|\{(?P<name>\w+)(?P<unit>\+)?(?:\|(?P<blank>[^}]*))?\}|\[(?P<tick>[^\]]+)\]"
)
_GAP = re.compile(" {2,}")
_UNITS = {"money": "元", "int": "天"}


def blocks(form: Asked, facts: Mapping[str, Any]) -> tuple[Block, ...]:
    """The title, the table and the closing lines of an official form; with no facts it is the official blank."""
    fields = {each.id: each for each in form.fields}
    entries = tuple(entry for row in form.rows for entry in _entries(row, facts, fields))
    closing = tuple(line for text in form.closing for line in filled(text, facts, fields))
    return (
        Title(form.title, form.subtitle),
        Form(entries, form.label_width, form.content_width),
        Signature(closing, align="left"),
    )


def filled(text: str, facts: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[Line, ...]:
    """One line of a form with its slots filled; a value of several paragraphs makes several lines."""
    inlines: list[Inline] = []
    place = 0
    for slot in SLOT.finditer(text):
        inlines += _fixed(text[place : slot.start()])
        inlines += _slot(slot, facts, fields)
        place = slot.end()
    return tuple(paragraphs_of([*inlines, *_fixed(text[place:])]))


def lines(texts: Sequence[Any], facts: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[Line, ...]:
    """Lines of a form in the notation above, filled, without those that do not hold."""
    return tuple(line for each in texts for line in _line(each, facts, fields))


def printed(field: Field | None, value: Any) -> str:
    """A value as an element form prints it: two decimals, no separators, days in Chinese, rates in percent, no sign."""
    match field.type if field else "text":
        case "money":
            return str(Money(value))
        case "date":
            return in_chinese(value if isinstance(value, date) else date.fromisoformat(value))
        case "rate":
            return percent(Decimal(value)).removesuffix("%")
        case _:
            return str(value)


def cited(facts: Mapping[str, Any], names: Sequence[str]) -> list[Inline]:
    """The exhibits of facts as `（证据1-2，第3–18页）`, each once; nothing where none is known."""
    known = facts.get("cites") or {}
    cites = dict.fromkeys(
        Cite(each["item"], each["first"], each["last"]) for name in names for each in known.get(name) or ()
    )
    inlines: list[Inline] = []
    for cite in cites:
        inlines += [Text("；" if inlines else "（"), cite]
    return [*inlines, Text("）")] if inlines else []


def _slot(slot: re.Match[str], facts: Mapping[str, Any], fields: Mapping[str, Field]) -> list[Inline]:
    if slot["cite"]:
        return cited(facts, slot["cite"].split())
    if slot["tick"]:
        return [Tick(holds(slot["tick"], facts))]
    field, value = fields.get(slot["name"]), facts.get(slot["name"])
    if value is None or value == "":
        return _fixed(slot["blank"] or "")
    unit = _UNITS.get(field.type, "") if field and slot["unit"] else ""
    return _words(printed(field, value) + unit)


def _fixed(text: str) -> list[Inline]:
    """Fixed words; their wider gaps are full-width spaces, which no format closes up."""
    return _words(_GAP.sub(lambda gap: "\u3000" * (len(gap[0]) // 2), text))


def _words(text: str) -> list[Inline]:
    return [Text(text)] if text else []


def _entries(row: Mapping[str, Any], facts: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[FormEntry]:
    if "notes" in row:
        yield FormNotes(tuple((Text(line),) for line in row["notes"]))
    elif "band" in row:
        yield FormBand(row["band"])
    elif "wide" in row:
        yield FormWide(lines(row["wide"], facts, fields))
    elif "each" in row:
        for party, columns in _of_kind(row, facts, fields):
            yield FormRow(row["row"], lines(row["lines"], party, columns))
    else:
        yield FormRow(row["row"], lines(row["lines"], facts, fields))


def _of_kind(
    row: Mapping[str, Any], facts: Mapping[str, Any], fields: Mapping[str, Field]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Field]]]:
    """The facts of each copy of a party's row; one empty copy where there is none of its kind."""
    field, kind = fields[row["each"]], row.get("kind")
    columns = {each.id: each for each in (field.blocks[kind] if kind else field.columns)}
    found = [each for each in rows_of(facts.get(row["each"])) if kind is None or each.get("kind") == kind]
    for each in found:
        yield {**each, "some": True}, columns
    if not found:
        yield {"nobody": bool(facts)}, columns


def _line(line: Any, facts: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[Line]:
    if isinstance(line, str):
        yield from filled(line, facts, fields)
    elif "each" in line:
        columns = {each.id: each for each in fields[line["each"]].columns}
        for row in rows_of(facts.get(line["each"])) or [{}]:
            yield from filled(line["line"], row, columns)
    elif "when" not in line or holds(line["when"], facts):
        yield from (made for made in filled(line["line"], facts, fields) if made)
