"""Which characters can be printed: each must have a glyph, and none may hide what stands beside it.

A name must never come out as an empty box or a question mark. So a character that no font has stops the document and is
named, with the place where it stands; nothing is replaced or left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

from legalflow.documents.blocks import (
    Closing,
    Document,
    Form,
    FormBand,
    FormNotes,
    FormRow,
    FormWide,
    Heading,
    Item,
    Line,
    PageBreak,
    Paragraph,
    Party,
    Signature,
    Table,
    Title,
)
from legalflow.errors import Invalid, Problem
from legalflow.rendering.style import words

_LAYOUT = frozenset("\n\t ")
# Marks that turn the direction of text could make a sum or a name read otherwise than it is written.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


@lru_cache(maxsize=4)
def known_characters(folders: tuple[Path, ...]) -> frozenset[str]:
    """Every character for which a font file in the folders has a glyph."""
    known: set[int] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".otf", ".ttf", ".ttc", ".otc"}:
                known.update(_characters_of(path))
    return frozenset(map(chr, known))


def _characters_of(path: Path) -> set[int]:
    found: set[int] = set()
    numbers = range(_faces(path))
    for number in numbers:
        with TTFont(path, lazy=True, fontNumber=number) as font:
            found |= set(font.getBestCmap() or {})
    return found


def _faces(path: Path) -> int:
    """How many faces a file holds: several in a collection, else one."""
    with path.open("rb") as file:
        start = file.read(12)
    return int.from_bytes(start[8:12], "big") if start[:4] == b"ttcf" else 1


def refuse_unprintable(document: Document, known: frozenset[str] | None = None) -> None:
    """Raise `Invalid` naming each character that cannot be printed and where it stands.

    Without `known` only what no file can hold is refused: control characters, halves of a pair, marks that turn text.
    """
    spoken = list(places(document))
    letters = set().union(*(text for _, text in spoken))
    bad = {letter for letter in letters if _is_unprintable(letter, known)}
    if bad:
        raise Invalid.of(_problem(letter, place, text) for place, text in spoken for letter in sorted(bad & set(text)))


def _is_unprintable(letter: str, known: frozenset[str] | None) -> bool:
    if letter in _LAYOUT:
        return False
    kind = unicodedata.category(letter)
    if kind in {"Cc", "Cs"} or letter in _TURNING or letter in "\ufffe\uffff":
        return True
    # Marks without a shape (a zero-width space pasted along) need no glyph.
    return known is not None and letter not in known and kind not in {"Cf", "Zs", "Zl", "Zp"} and not _selects(letter)


def _selects(letter: str) -> bool:
    """Variation selectors choose a shape of the character before them and have none of their own."""
    return 0xFE00 <= ord(letter) <= 0xFE0F or 0xE0100 <= ord(letter) <= 0xE01EF


def _problem(letter: str, place: str, text: str) -> Problem:
    at = text.index(letter)
    shown = letter if letter.isprintable() else "·"
    around = "".join(one if one.isprintable() else "·" for one in text[max(0, at - 8) : at + 9])
    code = f"U+{ord(letter):04X}"
    return Problem(
        "character-unprintable",
        f"字符“{shown}”（{code}）无法打印：字体中没有它，或它不是文字",
        f"the character {shown} ({code}) cannot be printed: no font has it, or it is no letter",
        field=place,
        found=around,
        mend="改正该字；确为姓名用字的，把含有该字的字体放入 LEGALFLOW_FONTS 文件夹",
        mend_en="correct it; where it belongs to a name, put a font that has it into the folder LEGALFLOW_FONTS",
    )


def places(document: Document) -> Iterator[tuple[str, str]]:
    """Every text of a document with the place where it stands."""
    yield "title", document.title
    yield "running", document.running
    yield "subject", document.subject
    for text in (*document.letterhead, *document.keywords):
        yield "letterhead", text
    for number, block in enumerate(document.blocks, 1):
        for place, text in _block_places(block):
            yield f"blocks[{number}].{place}", text


def _block_places(block: object) -> Iterator[tuple[str, str]]:
    match block:
        case Title(text, subtitle):
            yield "title", text + subtitle
        case Party(role, line):
            yield "party", role + words(line)
        case Item(number, line):
            yield "item", number + words(line)
        case Heading(line) | Closing(line) | Paragraph(line):
            yield type(block).__name__.lower(), words(line)
        case Signature(lines):
            yield "signature", _joined(lines)
        case Table(head, rows):
            yield "head", _joined(head)
            for at, row in enumerate(rows, 1):
                yield f"rows[{at}]", _joined(row)
        case Form(entries):
            for at, entry in enumerate(entries, 1):
                yield f"entries[{at}]", _entry_words(entry)
        case PageBreak():
            return


def _entry_words(entry: object) -> str:
    match entry:
        case FormBand(title):
            return title
        case FormRow(label, lines):
            return label + _joined(lines)
        case FormNotes(lines) | FormWide(lines):
            return _joined(lines)
    raise TypeError(f"not an entry of a form: {entry!r}")


def _joined(lines: tuple[Line, ...]) -> str:
    return "\n".join(map(words, lines))
