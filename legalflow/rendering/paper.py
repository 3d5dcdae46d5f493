"""Papers laid out by a hand simpler than a typesetter's: words, rules and seals at their places on A4 pages.

For sample evidence only, of which there must be much in little time: the same paper is then photographed
(`photograph`) or printed with its words (`print_words`). Every page bears at its foot that it is a sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

from legalflow import config
from legalflow.rendering import glyphs, native

WIDTH, HEIGHT = 595.0, 842.0  # points
MARGIN, TOP, FOOT = 72.0, 72.0, 70.0
BODY, LEADING = 12.0, 21.0
SAMPLE = "样本 · 本页为演示用样本，无法律效力"
_NEVER_FIRST = "，。；：、！？）〕》”’%％"
RED, INK, PALE = (190, 30, 35), (25, 25, 30), (120, 120, 120)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Words:
    """Words on a line: the place of their first letter's foot from the upper left corner, and their size, in points."""

    x: float
    y: float
    text: str
    size: float = BODY
    colour: Colour = INK


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: Colour = INK


@dataclass(frozen=True)
class Round:
    """A round seal: its middle and radius, and the name on it."""

    x: float
    y: float
    radius: float
    text: str


Mark = Words | Rule | Round


@dataclass(frozen=True)
class Sheet:
    """One page: its marks, and its size in points."""

    marks: tuple[Mark, ...]
    width: float = WIDTH
    height: float = HEIGHT


@lru_cache
def face() -> Path:
    """The packaged Song face."""
    return native.font_folders(config.read())[-1] / native.SONG_FILE


@lru_cache
def rare_face() -> Path:
    """The small font of ours, with the characters that the packaged face lacks."""
    settings = config.read()
    return glyphs.make(native.marks_folder(settings), face()) / glyphs.FILE


@lru_cache
def _advances() -> dict[str, float]:
    """The width of each Latin character, as a part of the size; all others are square."""
    with TTFont(face(), lazy=True) as font:
        names, widths, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        return {chr(code): widths[names[code]][0] / units for code in range(0x20, 0x7F)} | {"·": 0.5, "—": 1.0}


@lru_cache
def is_rare(letter: str) -> bool:
    """Whether the packaged face lacks a character."""
    return ord(letter) > 0xFFFF and ord(letter) not in _cover()


@lru_cache
def _cover() -> frozenset[int]:
    with TTFont(face(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def width(text: str, size: float = BODY) -> float:
    """The width of words in points."""
    advances = _advances()
    return sum(advances.get(letter, 1.0) for letter in text) * size


def broken(text: str, room: float, size: float = BODY, indent: float = 0.0) -> Iterator[str]:
    """Words broken into lines of a width; no mark that ends a clause begins a line, no number is cut."""
    line, used = "", indent
    for part in _parts(text):
        wide = width(part, size)
        if line and used + wide > room and part not in _NEVER_FIRST:
            yield line
            line, used = "", 0.0
        line, used = line + part, used + wide
    yield line


def _parts(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter.isascii() and not letter.isspace():
            word += letter
            if len(word) < 24:
                continue
        if word:
            yield word
        if not letter.isascii() or letter.isspace():
            yield letter
        word = ""
    if word:
        yield word


@dataclass
class Paper:
    """A paper while it is written, from above; a page that is full is followed by another."""

    head: str = ""  # the small line above each page
    across: bool = False  # laid across
    leading: float = LEADING
    pages: list[list[Mark]] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.turn()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a page in points."""
        return (HEIGHT, WIDTH) if self.across else (WIDTH, HEIGHT)

    @property
    def room(self) -> float:
        """The width of a line."""
        return self.size[0] - 2 * MARGIN

    def turn(self) -> None:
        """Begin a page."""
        self.pages.append([])
        self.y = TOP
        if self.head:
            self.put(MARGIN, 48, self.head, 9, PALE)

    def put(self, x: float, y: float, text: str, size: float = BODY, colour: Colour = INK) -> None:
        """Words at a place of this page."""
        self.pages[-1].append(Words(x, y, text, size, colour))

    def need(self, height: float) -> None:
        """Begin a page where so much no longer fits on this one."""
        if self.y + height > self.size[1] - FOOT:
            self.turn()

    def title(self, text: str, size: float = 20.0) -> None:
        """The title, in the middle."""
        self.need(3 * size)
        self.y += 1.6 * size
        self.put((self.size[0] - width(text, size)) / 2, self.y, text, size)
        self.y += 1.1 * size

    def middle(self, text: str, size: float = BODY) -> None:
        """A line in the middle."""
        self.need(self.leading)
        self.y += self.leading
        self.put((self.size[0] - width(text, size)) / 2, self.y, text, size)

    def say(self, text: str, indent: bool = True, size: float = BODY) -> None:
        """A paragraph."""
        first = 2 * size if indent else 0.0
        for place, line in enumerate(broken(text, self.room, size, first)):
            self.need(self.leading)
            self.y += self.leading
            self.put(MARGIN + (0 if place else first), self.y, line, size)

    def right(self, text: str, size: float = BODY) -> None:
        """A line that ends at the right."""
        self.need(self.leading)
        self.y += self.leading
        self.put(self.size[0] - MARGIN - width(text, size), self.y, text, size)

    def gap(self, height: float = LEADING) -> None:
        """Leave room."""
        self.y += height

    def seal(self, text: str, x: float | None = None, y: float | None = None) -> None:
        """A round seal, over the last lines at the right unless it has a place."""
        place = x if x is not None else self.size[0] - MARGIN - 70
        self.pages[-1].append(Round(place, y if y is not None else self.y - 12, 48, text))

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], size: float = 9.5
    ) -> None:
        """A ruled table, its head again on each page; figures stand to the right."""
        whole = sum(shares)
        edges = [MARGIN + self.room * sum(shares[:at]) / whole for at in range(len(shares) + 1)]
        self.y += 8
        self._row(head, edges, size)
        for row in rows:
            lines = max(len(list(broken(cell, edges[at + 1] - edges[at] - 8, size))) for at, cell in enumerate(row))
            if self.y + lines * (size + 4) + 6 > self.size[1] - FOOT:
                self.turn()
                self._row(head, edges, size)
            self._row(row, edges, size)

    def _row(self, cells: Sequence[str], edges: Sequence[float], size: float) -> None:
        top, page = self.y, self.pages[-1]
        texts = [list(broken(cell, edges[at + 1] - edges[at] - 8, size)) for at, cell in enumerate(cells)]
        height = max(map(len, texts)) * (size + 4) + 6
        for at, lines in enumerate(texts):
            for place, line in enumerate(lines):
                figures = line.replace(",", "").replace(".", "").replace("-", "").isdigit() and "." in line
                x = edges[at + 1] - 4 - width(line, size) if figures else edges[at] + 4
                page.append(Words(x, top + (place + 1) * (size + 4), line, size))
        for y in (top, top + height):
            page.append(Rule(edges[0], y, edges[-1], y))
        for edge in edges:
            page.append(Rule(edge, top, edge, top + height))
        self.y = top + height

    def frame(self, x: float, y: float, right: float, bottom: float, colour: Colour = INK) -> None:
        """A box."""
        corners = ((x, y, right, y), (right, y, right, bottom), (x, bottom, right, bottom), (x, y, x, bottom))
        self.pages[-1] += [Rule(*corner, colour) for corner in corners]

    def sheets(self) -> tuple[Sheet, ...]:
        """The pages, each with its number and the word that it is a sample."""
        width_, height = self.size
        made = []
        for number, marks in enumerate(self.pages, start=1):
            foot = f"{SAMPLE}    第 {number} 页 共 {len(self.pages)} 页"
            made.append(
                Sheet((*marks, Words((width_ - width(foot, 8.5)) / 2, height - 34, foot, 8.5, PALE)), *self.size)
            )
        return tuple(made)
