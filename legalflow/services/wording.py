"""The words of a letter before it goes out: what it may not say, at the field it stands in.

What the law prohibits keeps a letter from being made and from being approved; what is only better said otherwise is
shown to whoever reviews it. Names of persons, firms and contracts are never taken for such words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from legalflow.errors import Invalid, Problem
from legalflow.forms import Field, Form, given
from legalflow.law import letters
from legalflow.law.catalogue import Law
from legalflow.law.letters import Phrase
from legalflow.office import Office, today
from legalflow.values import codec

_LETTER = "letter"
_NAMING = frozenset({"org", "party", "loan"})  # short texts from these sources are names and numbers


@dataclass(frozen=True)
class Said:
    """A phrase found in a letter and the field it stands in, with its words in Chinese."""

    place: str
    zh: str
    phrase: Phrase


def looked_over(law: Law, on: date, form: Form, facts: Mapping[str, Any]) -> tuple[Said, ...]:
    """What the facts of a letter may not say on a day, field by field; nothing for documents that are no letters."""
    if form.profile != _LETTER:
        return ()
    plain = codec.plain(facts)
    names = tuple(dict.fromkeys(text for field in form.fields if _names(field) for _, text in _texts(plain, field)))
    has_case = given(plain.get("case_no"))
    return tuple(
        Said(place, field.zh, phrase)
        for field in form.fields
        if not _names(field)
        for place, text in _texts(plain, field)
        for phrase in letters.checked(law, on, text, names, has_case).value
    )


def refuse(office: Office, kind: str, facts: Mapping[str, Any]) -> None:
    """Raise `Invalid` with every prohibited phrase of a letter, the reason, and what to write instead."""
    said = looked_over(office.law, today(office), Form.load(kind), facts)
    Invalid.raise_any(problem(each) for each in said if each.phrase.prohibited)


def of_document(office: Office, kind: str, facts_digest: str) -> tuple[Said, ...]:
    """What the frozen facts of a document may not say today, for its reviewer."""
    form = Form.load(kind)
    if form.profile != _LETTER:
        return ()
    return looked_over(office.law, today(office), form, json.loads(office.store.read(facts_digest)))


def problem(said: Said) -> Problem:
    """A phrase as a problem at its field, by its code `letter.prohibited` or only `letter.advised`."""
    phrase = said.phrase
    code, zh, en = (
        ("letter.prohibited", "不得写", "may not say")
        if phrase.prohibited
        else ("letter.advised", "不宜写", "had better not say")
    )
    return Problem(
        code,
        f"“{said.zh}”{zh}“{phrase.found}”：{phrase.reason}（{phrase.value.citation}）",
        f"{said.place}: a letter {en} this ({phrase.rule})",
        said.place,
        phrase.found[:60],
        phrase.better,
    )


def _names(field: Field) -> bool:
    """Whether a field holds names and numbers that are not the letter's own words."""
    return field.source in _NAMING and (field.type == "text" or bool(field.columns))


def _texts(facts: Mapping[str, Any], field: Field) -> Iterator[tuple[str, str]]:
    yield from _within(facts.get(field.id), field.id)


def _within(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text of a field's value with its place."""
    if isinstance(value, str) and value:
        yield place, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _within(each, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _within(each, f"{place}[{number}]")
