"""The neutral block model: what a document says, without how it looks.

Both renderers walk the same blocks with one `match`. Frozen, no fonts, no widths but a table's ratios.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """Plain words. `target` is an address the words lead to, in PDF only: an item of the bundle they stand in."""

    text: str
    target: str = ""


@dataclass(frozen=True)
class Strong:
    """Words in bold."""

    text: str


@dataclass(frozen=True)
class Blank:
    """A space to be filled by hand, so many characters wide."""

    width: int = 8


@dataclass(frozen=True)
class Tick:
    """A box of an element form, ticked or not; its label is the text beside it."""

    on: bool


@dataclass(frozen=True)
class Cite:
    """An exhibit cited: its item number and, from the bundle's plan, its pages. Words: `证据1-2，第3–18页`."""

    item: str
    first: int
    last: int

    @property
    def words(self) -> str:
        """The citation as printed, without brackets."""
        pages = f"第{self.first}页" if self.first == self.last else f"第{self.first}–{self.last}页"
        return f"证据{self.item}，{pages}"


Inline = Text | Strong | Blank | Tick | Cite
Line = tuple[Inline, ...]


@dataclass(frozen=True)
class Title:
    """The document's title, and its sub-title where it has one."""

    text: str
    subtitle: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading in the text."""

    line: Line


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `indent` is the first line's indent of two characters; `align` is left, right or center."""

    line: Line
    indent: bool = True
    align: str = "left"


@dataclass(frozen=True)
class Party:
    """A party block line: `原告：…`."""

    role: str
    line: Line


@dataclass(frozen=True)
class Item:
    """A numbered item; the number is data (`一、`), never a list of the word processor."""

    number: str
    line: Line


@dataclass(frozen=True)
class Table:
    """A table. `ratios` are the columns' relative widths; `head` repeats on each page; `numeric` right-aligns columns.

    A row of one cell spans all columns (group rows).
    """

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    ratios: tuple[float, ...] = ()
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class FormNotes:
    """The 说明 cell of an element form, across the table."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FormBand:
    """A section heading across the table."""

    title: str


@dataclass(frozen=True)
class FormWide:
    """A free-text cell across the table."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class FormRow:
    """A row of label and content lines."""

    label: str
    lines: tuple[Line, ...]


FormEntry = FormNotes | FormBand | FormWide | FormRow


@dataclass(frozen=True)
class Form:
    """An official element form as one table of two columns; `label_width` and `content_width` are millimetres."""

    entries: tuple[FormEntry, ...]
    label_width: float = 40.0
    content_width: float = 124.8


@dataclass(frozen=True)
class Closing:
    """A closing line flush left or indented: 此致, the court, 附."""

    line: Line
    indent: bool = False


@dataclass(frozen=True)
class Signature:
    """The signing block, kept together and never alone on a page; `align` right (narrative) or left (element form)."""

    lines: tuple[Line, ...]
    align: str = "right"


@dataclass(frozen=True)
class PageBreak:
    """The rest begins on a new page."""


Block = Title | Heading | Paragraph | Party | Item | Table | Form | Closing | Signature | PageBreak


@dataclass(frozen=True)
class Document:
    """A whole document. `profile` names the sheet of `rendering/style.py`: narrative, element, letter or internal.

    `letterhead` are the lines above the title (letters); `running` is the header line where there is one.
    """

    title: str
    blocks: tuple[Block, ...]
    profile: str = "narrative"
    letterhead: tuple[str, ...] = ()
    running: str = ""
    language: str = "zh-CN"
    subject: str = ""
    dated: str = ""  # ISO day: the document's own date, the only one inside the file
    keywords: tuple[str, ...] = field(default=())
