"""Templates in English: while one is compiled, each Chinese sentence in it gives way to the catalogue's.

A sentence is what a reader sees between two tags, or in an attribute that is read (`title`, `aria-label` …), with the
expressions in it; a `{% %}` ends it. What an expression gives is looked up as it is put out, unless it is what people
wrote (`WRITTEN`): names, reasons and numbers stay as they are in every language. Values that a form sends back are
never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from legalflow.web.catalogue import HAN, PLACE, Catalogue, catalogue, counted, pointed

READ = frozenset({"title", "aria-label", "placeholder", "alt", "data-confirm", "label", "aria-description"})
# The last name of an expression that gives what people wrote.
_WRITTEN = """
    name reason borrower debtor who owner substitute firm party number contract_number contract_name note remark address
    file_name payer login lender addressee answers typed given found guarantor serial account case_number text clause
    proves source payee receipt court judge asked_by
"""
WRITTEN = frozenset(_WRITTEN.split())
# A text given to one of these is compared or cut, not shown.
_COMPARING = frozenset({"replace", "startswith", "endswith", "get", "equalto", "split", "selectattr", "rejectattr"})
_RAW = frozenset({"textarea", "script", "style"})
_PLAIN = frozenset({"option", "title"})  # hold text alone, no element
_INLINE = frozenset({"a", "strong", "span", "small", "b", "em", "kbd", "time", "code"})
_TAG = re.compile(r"<(/?[a-zA-Z][\w-]*|!)")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*$")


def english_of(chinese: Environment, folder: Path) -> Environment:
    """The same templates with English in them, from a folder of sentences; compiled as they are first shown."""
    known = type("KnownSentences", (Sentences,), {"catalogue": catalogue(folder)})
    return chinese.overlay(extensions=[known])


class Reader:
    """Follows the HTML of a template, so that it is known what of it is read. Pieces of one sentence share a number."""

    def __init__(self) -> None:
        self.mode, self.quote, self.attribute, self.tag, self.number = "text", "", "", "", 0

    @property
    def readable(self) -> bool:
        """Whether what comes next is read by a person."""
        read = self.attribute in READ or self.attribute.startswith("data-words")
        return self.mode == "text" or (self.mode == "value" and read)

    def split(self, data: str) -> Iterator[tuple[bool, int, str]]:
        """The data in pieces: whether it is read, the number of its sentence, the text."""
        place = 0
        while place < len(data):
            readable, number = self.readable, self.number
            end = getattr(self, f"_{self.mode}")(data, place)
            if end > place:
                yield readable, number, data[place:end]
            place = end

    def _turn(self, mode: str) -> None:
        self.mode = mode
        self.number += 1

    def _text(self, data: str, place: int) -> int:
        found = _TAG.search(data, place)
        if found is None:
            return len(data)
        self.tag = found[1].lower()
        self._turn("tag")
        return found.start()

    def _tag(self, data: str, place: int) -> int:
        found = re.compile("[\"'>]").search(data, place)
        if found is None:
            return len(data)
        if found[0] == ">":
            self._turn("raw" if self.tag in _RAW else "text")
        else:
            named = _ATTRIBUTE.search(data[place : found.start()])
            self.attribute, self.quote = named[1].lower() if named else "", found[0]
            self._turn("value")
        return found.end()

    def _value(self, data: str, place: int) -> int:
        if data[place] == self.quote:
            self._turn("tag")
            self.mode, self.quote = "closing", ""
            return place
        found = data.find(self.quote, place)
        return len(data) if found < 0 else found

    def _closing(self, _data: str, place: int) -> int:
        self._turn("tag")
        return place + 1

    def _raw(self, data: str, place: int) -> int:
        found = data.lower().find(f"</{self.tag}", place)
        if found < 0:
            return len(data)
        self.tag = f"/{self.tag}"
        self._turn("tag")
        return found


class Sentences(Extension):
    """Puts the catalogue's sentences in the place of a template's while it is compiled.

    `wanted` gathers, for whoever asks, every sentence met and its English or None.
    """

    catalogue: ClassVar[Catalogue]
    wanted: ClassVar[list[tuple[str, str, str | None]] | None] = None

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters = {**environment.filters, "in_english": self._said, "written": written, "counted": counted}

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The template's tokens with English in them."""
        name, reader = stream.name or "", Reader()
        pieces: list[Any] = []
        held, opened = -1, ""
        tokens = iter(stream)
        for token in tokens:
            if token.type == "data":
                for readable, number, text in reader.split(token.value):
                    if pieces and (not readable or number != held):
                        yield from self._flush(name, pieces, opened, text, token.lineno)
                        pieces = []
                    if readable:
                        if not pieces:
                            held, opened = number, reader.tag if reader.mode == "text" else ""
                        pieces.append(text)
                    else:
                        yield Token(token.lineno, "data", text)
            elif token.type == "variable_begin":
                inner = [token, *_until(tokens, "variable_end")]
                if reader.readable:
                    if pieces and held != reader.number:
                        yield from self._flush(name, pieces, opened, "", token.lineno)
                        pieces = []
                    if not pieces:
                        held, opened = reader.number, reader.tag if reader.mode == "text" else ""
                    marked = reader.mode == "text" and reader.tag not in _PLAIN
                    pieces.append(self._expression(name, inner[1:-1], marked))
                else:
                    yield from inner
            elif token.type == "block_begin":
                if pieces:
                    yield from self._flush(name, pieces, opened, "{%", token.lineno)
                    pieces = []
                yield token
                yield from self._literals(name, list(_until(tokens, "block_end")))
                reader.number += 1
                reader.tag = "{%" if reader.mode == "text" else reader.tag
            else:
                yield token
        if pieces:
            yield from self._flush(name, pieces, opened, "", 1)

    def _said(self, value: Any) -> Any:
        """What an expression gives, in English where it is a text of ours."""
        if isinstance(value, str) and not isinstance(value, Markup) and not value.isascii():
            return self.catalogue.said(value)
        return value

    def _find(self, template: str, chinese: str) -> str | None:
        english = self.catalogue.sentence(template, chinese)
        if self.wanted is not None:
            self.wanted.append((template, chinese, english))
        return english

    def _flush(self, name: str, pieces: list[Any], opened: str, closed: str, line: int) -> Iterator[Token]:
        """One sentence: its English with the expressions where it wants them, or what it was."""
        texts = "".join(piece for piece in pieces if isinstance(piece, str))
        expressions = [piece for piece in pieces if not isinstance(piece, str)]
        if not HAN.search(texts):
            for piece in pieces:
                yield from [Token(line, "data", pointed(piece))] if isinstance(piece, str) else _shown(piece, line)
            return
        key = _key(pieces)
        english = self._find(name, key)
        if english is None:
            for piece in pieces:
                yield from [Token(line, "data", piece)] if isinstance(piece, str) else _shown(piece, line)
            return
        first, last = pieces[0] if isinstance(pieces[0], str) else "", pieces[-1] if isinstance(pieces[-1], str) else ""
        before, after = first[: len(first) - len(first.lstrip())], last[len(last.rstrip()) :]
        if not before and re.match(r"[\w({]", english) and _closed(opened):
            before = " "
        tag = _TAG.match(closed)
        if not after and re.search(r"[\w,:;}.]$", english) and (closed == "{%" or (tag and tag[1] in _INLINE)):
            after = " "
        yield Token(line, "data", before)
        place = 0
        for match in PLACE.finditer(english):
            yield Token(line, "data", _html(english[place : match.start()]))
            yield from _shown(expressions[int(match[1]) - 1], line, match[2], match[3])
            place = match.end()
        yield Token(line, "data", _html(english[place:]) + after)

    def _expression(self, name: str, inner: list[Token], marked: bool) -> list[Token]:
        """An expression that is shown: its own words in English, and what it gives looked up.

        What people wrote is said to be Chinese where it is (`marked`), so that it is read aloud as such.
        """
        line = inner[0].lineno
        said = list(self._literals(name, inner))
        if _last_name(inner) in WRITTEN:
            if not marked:
                return said
            wrapped = [Token(line, "lparen", "("), *said, Token(line, "rparen", ")")]
            return [*wrapped, Token(line, "pipe", "|"), Token(line, "name", "written")]
        wrapped = [Token(line, "lparen", "("), *said, Token(line, "rparen", ")")]
        return [*wrapped, Token(line, "pipe", "|"), Token(line, "name", "in_english")]

    def _literals(self, name: str, inner: list[Token]) -> Iterator[Token]:
        """The tokens with each text of ours in English; a text that is compared, joined or a key stays."""
        calls: list[str] = []
        for place, token in enumerate(inner):
            if token.type in {"lparen", "lbracket", "lbrace"}:
                calls.append(str(inner[place - 1].value) if place and inner[place - 1].type == "name" else "")
            elif token.type in {"rparen", "rbracket", "rbrace"} and calls:
                calls.pop()
            kept = token.type != "string" or not HAN.search(token.value)
            if kept or (calls and calls[-1] in _COMPARING) or _is_compared(inner, place):
                yield token
                continue
            text = token.value
            stripped = text.strip()
            english = self._find(name, stripped)
            start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            yield token if english is None else Token(token.lineno, "string", f"{start}{english}{end}")


def written(value: Any) -> Any:
    """What people wrote, marked as Chinese where it is.

    >>> written("甲公司"), written("A-1")
    (Markup('<span lang="zh-CN">甲公司</span>'), 'A-1')
    """
    if isinstance(value, str) and not isinstance(value, Markup) and HAN.search(value):
        return Markup('<span lang="zh-CN">{}</span>').format(value)
    return value


def _key(pieces: list[Any]) -> str:
    number, said = 0, ""
    for piece in pieces:
        if not isinstance(piece, str):
            number += 1
        said += piece if isinstance(piece, str) else f"{{{number}}}"
    return " ".join(said.split())


def _shown(expression: list[Token], line: int, one: str | None = None, many: str | None = None) -> Iterator[Token]:
    yield Token(line, "variable_begin", "{{")
    if one is None or many is None:
        yield from expression
    else:
        yield from [Token(line, "lparen", "("), *expression, Token(line, "rparen", ")"), Token(line, "pipe", "|")]
        yield from [Token(line, "name", "counted"), Token(line, "lparen", "("), Token(line, "string", one)]
        yield from [Token(line, "comma", ","), Token(line, "string", many), Token(line, "rparen", ")")]
    yield Token(line, "variable_end", "}}")


def _until(tokens: Iterator[Token], kind: str) -> Iterator[Token]:
    for token in tokens:
        yield token
        if token.type == kind:
            return


def _last_name(tokens: list[Token]) -> str:
    """The last name before a filter, `or`, `if` or a joining: what kind of thing an expression gives."""
    last = ""
    for token in tokens:
        if token.type in {"pipe", "tilde"} or (token.type == "name" and token.value in {"or", "if"}):
            break
        last = str(token.value) if token.type == "name" else ""
    return last


def _is_compared(tokens: list[Token], place: int) -> bool:
    before = tokens[place - 1] if place else None
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    signs = {"eq", "ne", "tilde", "in"}
    if before is not None and (before.type in signs or before.value in {"in", "=="}):
        return True
    return after is not None and (after.type in {"eq", "ne", "tilde", "colon"} or after.value == "in")


def _closed(opened: str) -> bool:
    return opened == "{%" or (opened.startswith("/") and opened[1:] in _INLINE)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
