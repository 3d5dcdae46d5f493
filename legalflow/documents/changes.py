"""What changed from one version of a document to the next: its words line by line, its facts field by field.

Changed figures and the names of parties are told apart from other words, since that is what a reviewer looks for first.
Numbers of persons are masked in facts; the words are those of the file itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from legalflow import forms
from legalflow.forms import Field, Form

SAME, OUT, IN = "same", "out", "in"
FIGURE, PARTY = "figure", "party"
_LONG = 40  # characters of a value beyond which what changed is shown inside it
_AROUND = 1  # unchanged lines shown on each side of a change
_TOKEN = re.compile(r"[0-9][0-9,.]*%?|[A-Za-z]+|.", re.DOTALL)
_MASKED = {"phone", "bank_account", "licence", "id_no", "uscc"}
SOURCES = {
    "loan": "贷款资料",
    "party": "当事人资料",
    "calculation": "系统计算",
    "court": "案件登记事项",
    "evidence": "证据",
    "user": "制作时填写",
    "org": "机构资料",
    "config": "机构设置",
}


@dataclass(frozen=True)
class Piece:
    """Some words of a line. `kind` is same, out or in; `weight` is figure or party where a changed one is."""

    text: str
    kind: str = SAME
    weight: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the newer words: unchanged, changed within, taken out, put in; or a gap of `left_out` others."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class FieldChange:
    """A field of the frozen facts: its term, where its value comes from, and the value before and now, as texts."""

    id: str
    zh: str
    source: str
    before: str
    now: str
    is_figure: bool
    is_party: bool

    @property
    def lines(self) -> tuple[Line, ...]:
        """What changed within a value of several lines or a long one; nothing where it is short."""
        before, now = self.before.splitlines(), self.now.splitlines()
        is_long = max(len(before), len(now)) > 1 or max(map(len, (*before, *now)), default=0) > _LONG
        return words(before, now) if is_long else ()


def words(before: Sequence[str], now: Sequence[str], names: Sequence[str] = ()) -> tuple[Line, ...]:
    """The lines that changed, with an unchanged one around each; `names` are the parties'.

    >>> [line.kind for line in words(["甲", "本金1元"], ["甲", "本金2元"])]
    ['same', 'changed']
    """
    lines: list[Line] = []
    matcher = difflib.SequenceMatcher(a=before, b=now, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            lines += [Line(SAME, (Piece(text),)) for text in now[k:m]]
        else:
            lines += _replaced(before[i:j], now[k:m], names)
    return tuple(_with_gaps(lines))


def whole(now: Sequence[str]) -> tuple[Line, ...]:
    """Every line, where there is nothing to compare it with."""
    return tuple(Line(SAME, (Piece(text),)) for text in now)


def facts(form: Form, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The fields whose values differ, in the form's order; a field that was empty has an empty text."""
    return tuple(each for each in all_facts(form, now, before) if each.before != each.now)


def all_facts(form: Form, now: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> tuple[FieldChange, ...]:
    """Every field that says anything, in the form's order, with where it comes from."""
    earlier = before or {}
    found = (
        FieldChange(
            each.id,
            each.zh,
            SOURCES.get(each.source, "其他"),
            told(each, earlier.get(each.id)),
            told(each, now.get(each.id)),
            each.type in {"money", "rate", "int", "date"},
            each.source == "party" or each.type == "parties",
        )
        for each in form.fields
        if each.type != "cites"
    )
    return tuple(each for each in found if each.before or each.now)


def names_in(value: Any) -> tuple[str, ...]:
    """Every name of a party in the facts of a document, the longest first."""
    found = {text for text in _names(value) if len(text) > 1}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def told(field: Field, value: Any) -> str:
    """A field's value as a person reads it: rows as lines, their cells named, persons' numbers masked."""
    if not forms.given(value):
        return ""
    if field.columns or field.blocks:
        columns = field.columns or tuple({each.id: each for block in field.blocks.values() for each in block}.values())
        return "\n".join(_row(columns, row) for row in forms.rows_of(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return masked(str(value)) if field.type in {"identity", "uscc"} or field.id in _MASKED else str(value)


def masked(number: str) -> str:
    """A number with its middle starred, as pages show it; a short one wholly."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


def _row(columns: Sequence[Field], row: Mapping[str, Any]) -> str:
    cells = []
    for column in columns:
        value = row.get(column.id)
        if forms.given(value):
            cells.append(f"{column.zh} {told(column, value)}")
    return "，".join(cells)


def _replaced(before: Sequence[str], now: Sequence[str], names: Sequence[str]) -> Iterator[Line]:
    """Lines in place of others: those alike are told as changed within, the rest as taken out and put in."""
    at = 0
    for text in now:
        alike = [(_ratio(old, text), -place) for place, old in enumerate(before) if place >= at]
        best, place = max(alike, default=(0.0, 0))
        if best < 0.5:
            yield Line(IN, (Piece(text, IN),))
            continue
        for old in before[at:-place]:
            yield Line(OUT, (Piece(old, OUT),))
        yield Line("changed", tuple(_within(before[-place], text, names)))
        at = -place + 1
    for old in before[at:]:
        yield Line(OUT, (Piece(old, OUT),))


def _ratio(one: str, two: str) -> float:
    matcher = difflib.SequenceMatcher(a=one, b=two, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.5 and matcher.quick_ratio() >= 0.5 else 0.0


def _within(before: str, now: str, names: Sequence[str]) -> Iterator[Piece]:
    one, two = _tokens(before, names), _tokens(now, names)
    for tag, i, j, k, m in difflib.SequenceMatcher(a=one, b=two, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("".join(two[k:m]))
            continue
        for kind, tokens in ((OUT, one[i:j]), (IN, two[k:m])):
            if tokens:
                yield Piece("".join(tokens), kind, _weight(tokens, names))


def _tokens(text: str, names: Sequence[str]) -> list[str]:
    """A line in pieces that change as one: a figure, a name, a letter."""
    if not names:
        return _TOKEN.findall(text)
    parts = re.split("(" + "|".join(map(re.escape, names)) + ")", text)
    return [token for part in parts for token in ([part] if part in names else _TOKEN.findall(part))]


def _weight(tokens: Sequence[str], names: Sequence[str]) -> str:
    if any(token in names for token in tokens):
        return PARTY
    return FIGURE if any(token[0].isdigit() for token in tokens) else ""


def _with_gaps(lines: Sequence[Line]) -> Iterator[Line]:
    changed = [place for place, line in enumerate(lines) if line.kind != SAME]
    near = {place + step for place in changed for step in range(-_AROUND, _AROUND + 1)}
    left_out = 0
    for place, line in enumerate(lines):
        if place in near:
            if left_out:
                yield Line("gap", left_out=left_out)
            left_out = 0
            yield line
        else:
            left_out += 1
    if left_out and changed:
        yield Line("gap", left_out=left_out)


def _names(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _names(each, str(name))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _names(each, key)
    elif isinstance(value, str) and key in {"name", "addressee", "borrower", "guarantor", "client_name", "owner"}:
        yield value
