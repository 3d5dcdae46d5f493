"""The English of the screens: each Chinese sentence of a template, or word of ours, with what stands in its place.

The sentences stand in `templates/web/en/*.yaml`, a file a subject: the Chinese, as the template has it, is the key.
What is filled in is `{1}`, `{2}` in its order in the Chinese, and may stand in any order in the English;
`{1:day|days}` is the number with the word that fits it. A file named as a template goes before the others for that
template. Words that have an English twin beside them (events, their questions, stages, columns) are taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from legalflow import forms
from legalflow.errors import Corrupt
from legalflow.intake import rows
from legalflow.matters import awarded
from legalflow.matters.events import EVENTS, questions
from legalflow.matters.phases import OTHERS, PHASES
from legalflow.matters.stages import STAGES, WRITE_OFF_STAGES

HAN = re.compile(r"[㐀-鿿]")
PLACE = re.compile(r"\{(\d+)(?::([^{}|]*)\|([^{}|]*))?\}")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
# Chinese points where nothing else is to be said in English.
_POINTS = {
    "（": " (",
    "）": ")",
    "，": ", ",
    "、": ", ",
    "：": ": ",
    "；": "; ",
    "。": ". ",
    "“": "“",
    "《": "《",
    "　": " ",
    "·": "·",
}


@dataclass(frozen=True)
class Pattern:
    """A sentence of ours that is filled in before it comes to the page, as it is recognised there."""

    literal: str
    shape: re.Pattern[str]
    english: str


@dataclass(frozen=True)
class Catalogue:
    """`by_file` holds each file's sentences; `twins` the words that have their English beside them in the code."""

    by_file: Mapping[str, Mapping[str, str]]
    twins: Mapping[str, str]

    @cached_property
    def everywhere(self) -> dict[str, str]:
        """Every sentence; where two files differ, the first by name counts."""
        found = dict(self.twins)
        for name in sorted(self.by_file, reverse=True):
            found.update(self.by_file[name])
        return found

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The sentences that code fills in (those of `words`), the longest first."""
        filled_in = self.by_file.get("words", {})
        keys = [key for key in filled_in if PLACE.search(key) and HAN.search(key)]
        return tuple(_pattern(key, filled_in[key]) for key in sorted(keys, key=len, reverse=True))

    def sentence(self, template: str, chinese: str) -> str | None:
        """The English of a sentence of a template; None where there is none yet."""
        own = self.by_file.get(template.removesuffix(".html"), {})
        return own.get(chinese, self.everywhere.get(chinese))

    def word(self, text: str) -> str | None:
        """The English of a whole text that came from code or data, or None where it is not one of ours."""
        known = self.everywhere.get(text)
        if known is not None:
            return known
        if day := _DAY.fullmatch(text):
            return "-".join(part.zfill(2) for part in day.groups() if part)
        for pattern in self.patterns:
            if pattern.literal in text and (match := pattern.shape.fullmatch(text)):
                parts = [self.said(part) for part in match.groups()]
                return filled(pattern.english, parts)
        return self._parts(text)

    def said(self, text: str) -> str:
        """The English where it is a text of ours, else the text as it is."""
        if not HAN.search(text):
            return text
        found = self.word(text)
        return text if found is None else found

    def _parts(self, text: str) -> str | None:
        """A heading before its value, or several words of ours in a row."""
        if text.endswith("）") and (cut := text.rfind("（")) > 0:
            known, within = self.word(text[:cut]), self.word(text[cut + 1 : -1])
            if known is not None or within is not None:  # a title and a name, or a name and what it is
                return f"{known or text[:cut]} ({within or text[cut + 1 : -1]})"
        number, space, rest = text.partition(" ")
        if space and number.isascii() and number.isdigit() and (known := self.word(rest)) is not None:
            return f"{number} {known}"
        before, point, after = text.partition("：")
        if point and before in self.everywhere:
            return f"{self.everywhere[before]}: {self.said(after)}"
        words = re.split("、|；", text)
        if len(words) > 1 and all(self.word(word) is not None for word in words):
            return ", ".join(self.said(word) for word in words)
        return None


def counted(value: object, one: str, many: str) -> str:
    """A number with the word that fits it.

    >>> counted(1, "day", "days"), counted("1,200", "day", "days")
    ('1 day', '1,200 days')
    """
    return f"{value} {one if str(value) == '1' else many}"


def filled(english: str, parts: list[str]) -> str:
    """A sentence with its places filled.

    >>> filled("{2} of {1:page|pages}", ["1", "3"])
    '3 of 1 page'
    """

    def part(match: re.Match[str]) -> str:
        value = parts[int(match[1]) - 1]
        return value if match[2] is None else counted(value, match[2], match[3])

    return PLACE.sub(part, english)


def pointed(text: str) -> str:
    """A text without Chinese words with Latin points."""
    return "".join(_POINTS.get(sign, sign) for sign in text)


@lru_cache
def catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder; a sentence that is given twice or whose places do not fit is refused."""
    by_file = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    return Catalogue(by_file, dict(_twins()))


def _read(path: Path) -> dict[str, str]:
    read = yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)
    found: dict[str, str] = {}
    for key, value in (read or {}).items():
        english = str(value)
        places = {match[1] for match in PLACE.finditer(str(key))}
        if {match[1] for match in PLACE.finditer(english)} - places:
            raise Corrupt.one(
                "catalogue.sentence",
                f"英文对照不成立：{key}",
                f"the English does not fit its Chinese: {key}",
                field=path.name,
                found=english,
            )
        found[str(key)] = english
    return found


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads the same, several times faster


class _Strict(_Loader):  # type: ignore[misc]
    """YAML in which no key stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """The mapping; a key that is there already is refused by its line."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise Corrupt.one(
                "catalogue.twice",
                "同一句中文写了两次",
                "a sentence stands twice",
                field=node.start_mark.name,
                found="; ".join(twice),
            )
        made: dict[Any, Any] = super().construct_mapping(node, deep)
        return made


def _pattern(chinese: str, english: str) -> Pattern:
    literals = PLACE.split(chinese)[:: PLACE.groups + 1]
    shape = "(.+?)".join(re.escape(part) for part in literals)
    return Pattern(max(literals, key=len), re.compile(shape, re.DOTALL), english)


def _twins() -> Iterator[tuple[str, str]]:
    """Every word that has its English beside it, as it stands at the start of a line."""
    for chinese, english in _pairs():
        if HAN.search(chinese) and english:
            yield chinese, english[:1].upper() + english[1:]


def _pairs() -> Iterator[tuple[str, str]]:
    yield from forms.PHASES.values()
    for kind in forms.kinds():
        form = forms.Form.load(kind)
        yield form.title, form.en
        for each in form.fields:
            yield each.zh, each.en
    for name in ("loans", "payments", "parties", "collateral", "dues", "drawdowns", "receipts"):
        for column in rows.columns(name):
            yield column.zh, column.en
    for asked in awarded.COLUMNS:
        yield asked.zh, asked.en
    for stage in (*STAGES.values(), *WRITE_OFF_STAGES.values(), *PHASES, OTHERS):
        yield stage.zh, stage.en
    for kind_of_event in EVENTS.values():
        yield kind_of_event.title[0], kind_of_event.title[1]
        # As the audit trail says it (`services/actions.said_of`).
        yield f"记入“{kind_of_event.title[0]}”", f"entered “{kind_of_event.title[1]}”"
        for question in questions(kind_of_event):
            yield question.zh, question.en
            for option in question.options:
                yield option.zh, option.en
