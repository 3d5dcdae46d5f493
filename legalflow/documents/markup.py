"""The markup of `templates/documents/*.txt` into blocks.

One line a block: `# title`, `## heading`, `= role: party line`, `#. item` numbered 一、 and `#1. item` numbered 1.,
`| cell |`, `> closing`, `>> right`, `@ signer`, `---`, anything else a paragraph; `**strong**` and `____` a blank
to fill by hand. The first row of a table is its head; a row of `=18` gives the columns' relative widths, `=18>` aligns
the column right, and where that row comes first the table has no head. Two full-width spaces after `>` indent the
closing line.

What was inserted into the words is not markup: it stands in tokens (`documents/words.py`) and is put back after
parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from legalflow.documents.blocks import (
    Blank,
    Block,
    Cite,
    Closing,
    Heading,
    Inline,
    Item,
    Line,
    PageBreak,
    Paragraph,
    Party,
    Signature,
    Strong,
    Table,
    Text,
    Title,
)
from legalflow.documents.numerals import chinese_numeral

TOKEN = re.compile("\x02(?P<kind>[tc]):(?P<body>[0-9a-f]*)(?::(?P<first>\\d+):(?P<last>\\d+))?\x03")
_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|(?P<blank>_{4,})")
_RATIO = re.compile(r"=(?P<width>\d+(?:\.\d+)?)(?P<right>>?)")
_INDENT = "　　"


def token(text: str) -> str:
    """Inserted words as a token: no character of them can be taken for markup."""
    return f"\x02t:{text.encode('utf-8', 'replace').hex()}\x03"


def cite_token(item: str, first: int, last: int) -> str:
    """An exhibit's citation as a token."""
    return f"\x02c:{item.encode('utf-8', 'replace').hex()}:{first}:{last}\x03"


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text in our markup; items are numbered 一、二、 anew under each heading."""
    made: list[Block] = []
    lines = [line.rstrip() for line in text.splitlines()]
    number, place = 0, 0
    while place < len(lines):
        line = lines[place]
        same = next((mark for mark in ("|", "@") if line.startswith(mark)), "")
        end = place + 1
        while same and end < len(lines) and lines[end].startswith(same):
            end += 1
        number = 0 if line.startswith("## ") else number + line.startswith(("#. ", "#1. "))
        made += _blocks(line, lines[place:end], same, number)
        place = end
    return tuple(made)


def paragraphs_of(inlines: Iterable[Inline]) -> Iterator[Line]:
    """Inlines as lines, broken at the line ends of what was inserted; neighbouring words joined."""
    line: list[Inline] = []
    for inline in inlines:
        if not isinstance(inline, Text):
            line.append(inline)
            continue
        first, *rest = re.split(r"\r\n|\r|\n", inline.text)
        _append(line, first)
        for paragraph in rest:
            yield tuple(line)
            line = []
            _append(line, paragraph)
    yield tuple(line)


def _append(line: list[Inline], text: str) -> None:
    if text and line and isinstance(line[-1], Text):
        line[-1] = Text(line[-1].text + text)
    elif text:
        line.append(Text(text))


def _blocks(line: str, group: Sequence[str], same: str, number: int) -> Iterator[Block]:
    if not line.strip():
        return
    if same == "|":
        yield _table(group)
    elif same == "@":
        yield Signature(tuple(_one(each[1:].strip()) for each in group))
    elif line == "---":
        yield PageBreak()
    elif line.startswith("# "):
        yield Title(_text(line[2:]))
    elif line.startswith("## "):
        yield Heading(_one(line[3:]))
    elif line.startswith(("#. ", "#1. ")):
        mark, _, said = line.partition(" ")
        first, *rest = paragraphs_of(_inlines(said))
        yield Item(f"{number}." if mark == "#1." else f"{chinese_numeral(number)}、", first)
        yield from (Paragraph(each) for each in rest if each)
    elif line.startswith("= "):
        role, _, said = line[2:].partition(": ")
        yield Party(_text(role), _one(said))
    elif line.startswith(">> "):
        yield Paragraph(_one(line[3:]), indent=False, align="right")
    elif line.startswith("> "):
        said = line[2:]
        yield Closing(_one(said.removeprefix(_INDENT)), indent=said.startswith(_INDENT))
    else:
        yield from (Paragraph(each) for each in paragraphs_of(_inlines(line)) if each)


def _table(group: Sequence[str]) -> Table:
    rows = [[cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")] for line in group]
    at = next((index for index, row in enumerate(rows) if all(_RATIO.fullmatch(cell) for cell in row)), None)
    widths = [_RATIO.fullmatch(cell) for cell in rows.pop(at)] if at is not None else []
    head = tuple(_one(cell) for cell in rows.pop(0)) if at != 0 else ()
    return Table(
        head,
        tuple(tuple(_one(cell, breaks=True) for cell in row) for row in rows),
        tuple(float(width["width"]) for width in widths if width),
        frozenset(index for index, width in enumerate(widths) if width and width["right"]),
    )


def _one(text: str, breaks: bool = False) -> Line:
    """Text as a single line; line ends of what was inserted become spaces, in a cell they stay."""
    joined: list[Inline] = []
    for line in paragraphs_of(_inlines(text)):
        if joined and line:
            _append(joined, "\n" if breaks else " ")
        for inline in line:
            if isinstance(inline, Text):
                _append(joined, inline.text)
            else:
                joined.append(inline)
    return tuple(joined)


def _text(text: str) -> str:
    """Text with tokens put back, as a plain string."""
    return "".join(inline.text for inline in _one(text) if isinstance(inline, Text | Strong))


def _inlines(text: str) -> list[Inline]:
    inlines: list[Inline] = []
    place = 0
    for mark in _INLINE.finditer(text):
        inlines += _restored(text[place : mark.start()])
        inlines.append(Strong(plain(mark["strong"])) if mark["strong"] else Blank(len(mark["blank"])))
        place = mark.end()
    return [*inlines, *_restored(text[place:])]


def plain(text: str) -> str:
    """Text with its tokens put back, as a plain string; citations stay out."""
    return "".join(each.text for each in _restored(text) if isinstance(each, Text))


def _restored(text: str) -> Iterator[Inline]:
    """Text and the tokens in it, put back; a token may hold tokens where words were joined before insertion."""
    place = 0
    for found in TOKEN.finditer(text):
        if found.start() > place:
            yield Text(text[place : found.start()])
        body = bytes.fromhex(found["body"]).decode("utf-8")
        if found["kind"] == "c":
            yield Cite(body, int(found["first"]), int(found["last"]))
        else:
            yield from _restored(body)
        place = found.end()
    if place < len(text):
        yield Text(text[place:])
