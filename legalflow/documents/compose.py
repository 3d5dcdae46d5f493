"""A document from its kind and its facts: what is missing or contradicts is named before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from legalflow.documents import checking, elements, words
from legalflow.documents.blocks import Document, Text
from legalflow.forms import Form, kinds, present
from legalflow.values import codec


def compose(kind: str, facts: Mapping[str, Any]) -> Document:
    """The document of a kind from its facts; `Missing` or `Invalid` with every problem, before a word is made.

    The same facts give the same document. An unknown kind is `NotFound`.
    """
    form = Form.load(kind)
    plain = present(codec.plain(facts))
    checking.require(form, plain)
    return _made(form, plain)


def warm() -> None:
    """Read the forms and the words of every kind, so that a worker's children find them read."""
    for kind in kinds():
        version(kind)
    words.warm()


@cache
def version(kind: str) -> str:
    """What names the words and the form a kind is made by: two documents of one version differ in their facts alone."""
    return codec.digest(f"{words.version()} {Form.load(kind)!r}".encode())


def blank(kind: str) -> Document:
    """The official blank of an element form: its fixed words, every box empty, nothing filled in."""
    return _made(Form.load(kind), {})


def _made(form: Form, facts: Mapping[str, Any]) -> Document:
    made = elements.blocks(form, facts) if form.rows else words.blocks(form, facts)
    about = str(facts.get(form.about) or "")
    return Document(
        title=form.title + form.subtitle,
        blocks=made,
        profile=form.profile,
        letterhead=tuple(_letterhead(form, facts)),
        subject="　".join(part for part in (form.title, about) if part),
        dated=str(facts.get(form.dated) or ""),
    )


def _letterhead(form: Form, facts: Mapping[str, Any]) -> list[str]:
    """The lines above the title of a letter, filled."""
    fields = {each.id: each for each in form.fields}
    lines = elements.lines(form.letterhead, facts, fields)
    return ["".join(each.text for each in line if isinstance(each, Text)) for line in lines]
