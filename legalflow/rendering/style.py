"""How pages look: geometry, fonts and sizes of the four profiles, once for both formats.

Sources: GB/T 9704-2012 for letters (22 lines of 28 characters); the printed element forms of 法〔2025〕82号 for the
table grid and its sizes; for the rest what courts and offices are used to. Lengths are millimetres where the name ends
in `_mm`, else points. A text width is always a whole number of characters, so that full lines end flush in the PDF too.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from legalflow.documents.blocks import Blank, Cite, Document, Line, Strong, Table, Text, Tick
from legalflow.errors import Invalid

MILLIMETRE = 72 / 25.4
HAIRLINE = 0.25  # the borders of element forms
RULE = 0.5  # the borders of other tables
TICKED = "☑"
UNTICKED = "□"
LATIN = "Times New Roman"

_SONG = ("SimSun", "宋体", "Legalflow Song", "Noto Serif SC")
_FANG = ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "FandolFang", "Legalflow Song", "Noto Serif SC")
# Of FandolSong `./lf fonts` brings the bold face alone, which is one for titles.
_HEI = ("SimHei", "黑体", "Legalflow Hei", "Noto Sans SC")
_BIAO = ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FandolSong", "Legalflow Hei", "Noto Sans SC")


@dataclass(frozen=True)
class Face:
    """A type face: the name a DOCX file asks for, and the families a PDF file takes the first present one of."""

    named: str
    families: tuple[str, ...]

    @property
    def css(self) -> str:
        """The value of CSS `font-family`; at the end always what has every character of GBK and the marks of forms."""
        names = dict.fromkeys((*self.families, "Noto Serif SC", "Noto Sans SC", "Legalflow Marks"))
        return ", ".join(f'"{name}"' for name in names)


SONG = Face("宋体", _SONG)
FANG = Face("仿宋", _FANG)
HEI = Face("黑体", _HEI)
BIAO = Face("方正小标宋简体", _BIAO)


@dataclass(frozen=True)
class Type:
    """A face in a size: `points` high, its lines `leading` apart."""

    face: Face
    points: float
    leading: float


@dataclass(frozen=True)
class Sheet:
    """A profile: the page, its margins, and the type of each part of a document."""

    name: str
    width_mm: float
    height_mm: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    title: Type
    subtitle: Type
    heading: Type
    body: Type
    table: Type
    label: Face  # labels of forms' notes, heads of tables, strong words
    signature: Type
    signature_right: int  # characters between the signing block and the right margin
    signature_centred: bool  # the lines centred on each other, as in letters
    number: str  # page numbers: `full` 第 X 页 共 Y 页, `dash` — 1 — on the outer side, `none` where they are stamped

    @property
    def text_width(self) -> float:
        """The width of a line of text in points: whole characters of the body; of a form, the form's own width."""
        room = (self.width_mm - self.left_mm - self.right_mm) * MILLIMETRE
        if self.name == "element":
            return room
        return int(room / self.body.points + 0.02) * self.body.points

    @property
    def side_margins(self) -> tuple[float, float]:
        """Left and right margin in points; what the whole characters leave over is shared between them."""
        left, right = self.left_mm * MILLIMETRE, self.right_mm * MILLIMETRE
        rest = self.width_mm * MILLIMETRE - left - right - self.text_width
        return left + rest / 2, right + rest / 2


SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            name="narrative",
            width_mm=210,
            height_mm=297,
            top_mm=25.4,
            bottom_mm=25.4,
            left_mm=31.7,
            right_mm=31.7,
            title=Type(HEI, 22, 48),
            subtitle=Type(HEI, 16, 28),
            heading=Type(HEI, 14, 24),
            body=Type(FANG, 14, 24),
            table=Type(SONG, 10.5, 16),
            label=HEI,
            signature=Type(FANG, 14, 24),
            signature_right=0,
            signature_centred=False,
            number="full",
        ),
        Sheet(
            name="element",
            width_mm=210,
            height_mm=297,
            top_mm=20,
            bottom_mm=20,
            left_mm=22.6,
            right_mm=22.6,
            title=Type(BIAO, 22, 34),
            subtitle=Type(BIAO, 18, 28),
            heading=Type(BIAO, 15, 24),
            body=Type(SONG, 10.5, 15),
            table=Type(SONG, 10.5, 15),
            label=HEI,
            signature=Type(SONG, 15, 26),
            signature_right=0,
            signature_centred=False,
            number="full",
        ),
        Sheet(
            name="letter",
            width_mm=210,
            height_mm=297,
            top_mm=37,
            bottom_mm=35,
            left_mm=27,  # 28 ± 1: 158 mm hold the 28 characters of the standard at 16 points
            right_mm=25,
            title=Type(BIAO, 22, 36),
            subtitle=Type(HEI, 16, 28.9),
            heading=Type(HEI, 16, 28.9),
            body=Type(FANG, 16, 28.9),
            table=Type(FANG, 12, 20),
            label=HEI,
            signature=Type(FANG, 16, 28.9),
            signature_right=4,
            signature_centred=True,
            number="dash",
        ),
        Sheet(
            name="internal",
            width_mm=210,
            height_mm=297,
            top_mm=20,
            bottom_mm=20,
            left_mm=20,
            right_mm=20,
            title=Type(HEI, 18, 30),
            subtitle=Type(HEI, 12, 20),
            heading=Type(HEI, 10.5, 18),
            body=Type(SONG, 10.5, 18),
            table=Type(SONG, 10.5, 15),
            label=HEI,
            signature=Type(SONG, 10.5, 20),
            signature_right=2,
            signature_centred=False,
            number="full",
        ),
    )
}

SHEETS["bundle"] = replace(SHEETS["narrative"], name="bundle", number="none")

WIDE_COLUMNS = 8  # an internal table of more columns turns the page and takes 小五
CELL_MARGIN = 3.5  # the least room between a border and the words, in points
LONG_ROW_LINES = 12  # a row of more lines may break across pages
ROW_PADDING = 2.0  # above and below the words of a cell, in points
SHORT_ROWS = 10  # a table of no more rows is kept on one page
LEDGER_ROWS = 120  # a longer table is a ledger: it begins on a new page and is set a page at a time


def sheet_of(document: Document) -> Sheet:
    """The sheet for a document's profile. `Invalid` names an unknown one."""
    sheet = SHEETS.get(document.profile)
    if sheet is None:
        raise Invalid.one(
            "profile-unknown",
            f"没有名为 {document.profile} 的版式",
            f"there is no layout profile {document.profile}",
            found=document.profile,
            mend="、".join(SHEETS),
            mend_en=", ".join(SHEETS),
        )
    if sheet.name == "internal" and _widest(document) > WIDE_COLUMNS:
        small = Type(SONG, 9, 13)
        return replace(sheet, width_mm=sheet.height_mm, height_mm=sheet.width_mm, table=small)
    return sheet


def _widest(document: Document) -> int:
    return max((column_count(block) for block in document.blocks if isinstance(block, Table)), default=0)


def column_count(table: Table) -> int:
    """How many columns a table has."""
    return max((len(table.head), len(table.ratios), *(len(row) for row in table.rows)))


def column_widths(table: Table, width: float) -> tuple[float, ...]:
    """The widths of a table's columns in points, by its ratios; equal where it has none."""
    count = column_count(table)
    ratios = table.ratios if len(table.ratios) == count else (1.0,) * count
    return tuple(width * ratio / sum(ratios) for ratio in ratios)


def cell_margin(width: float, points: float) -> float:
    """The side margins of a cell so wide, so that its text is a whole number of characters wide."""
    characters = max(1, int((width - 2 * CELL_MARGIN) / points))
    return max(1.0, (width - characters * points) / 2)


def words(line: Line) -> str:
    """A line as plain words: ticks as □ and ☑, blanks as spaces."""
    return "".join(map(_inline_words, line))


def _inline_words(inline: object) -> str:
    match inline:
        case Text(text) | Strong(text):
            return text
        case Tick(on):
            return TICKED if on else UNTICKED
        case Blank(width):
            return "\u3000" * width
        case Cite():
            return inline.words
    raise TypeError(f"not an inline: {inline!r}")


def em_width(text: str) -> float:
    """About how wide a text is in characters: full-width ones count one, others a little over a half."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return wide + (len(text) - wide) * 0.56


def line_count(line: Line, width: float, points: float) -> int:
    """About how many lines the words take in a cell so wide, forced line ends included."""
    room = max(1.0, (width - 2 * cell_margin(width, points)) / points)
    return sum(max(1, -int(-em_width(part) // room)) for part in words(line).split("\n"))


def rule_width(sheet: Sheet) -> float:
    """How wide the lines of a sheet's tables are, in points."""
    return HAIRLINE if sheet.name == "element" else RULE


def is_short(table: Table) -> bool:
    """Whether a table is so short that it is kept on one page."""
    return len(table.rows) <= SHORT_ROWS and all(len(words(line)) <= 40 for row in table.rows for line in row)


def is_long(lines: tuple[Line, ...], widths: tuple[float, ...], points: float) -> bool:
    """Whether a row has so many lines that it may break across pages."""
    return any(
        line_count(line, width, points) > LONG_ROW_LINES for line, width in zip(lines, widths, strict=False) if line
    )


def is_long_entry(lines: tuple[Line, ...], width: float, points: float) -> bool:
    """Whether a form's cell has so many lines that its row may break across pages."""
    return sum(line_count(line, width, points) for line in lines) > LONG_ROW_LINES


def signature_margins(lines: tuple[Line, ...], sheet: Sheet) -> tuple[float, float]:
    """Left and right margin in points of a signing block at the right, wide enough to sign in.

    Centred lines (letters) stand so many characters from the margin as the longest is wide; others begin below each
    other, with room to the right of a name.
    """
    points = sheet.signature.points
    longest = max((em_width(words(line)) for line in lines), default=0)
    wanted = longest + 1 if sheet.signature_centred else max(longest + 1, 14)
    right = sheet.signature_right * points
    return max(0.0, sheet.text_width - right - wanted * points), right


def is_ledger(block: object) -> bool:
    """Whether a block is a table so long that it begins on a new page and is set a page at a time."""
    return isinstance(block, Table) and len(block.rows) > LEDGER_ROWS


def ledger_room(table: Table, widths: tuple[float, ...], sheet: Sheet) -> float:
    """The height a page has for a ledger's rows, below its head, a row's height kept in reserve."""
    page = (sheet.height_mm - sheet.top_mm - sheet.bottom_mm) * MILLIMETRE
    return page - row_height(table.head, widths, sheet) - sheet.table.leading - 2 * ROW_PADDING


def row_height(row: tuple[Line, ...], widths: tuple[float, ...], sheet: Sheet) -> float:
    """About how high a row is: its highest cell's lines and the padding."""
    across = (sum(widths),) if len(row) == 1 < len(widths) else widths
    lines = max(
        (line_count(line, width, sheet.table.points) for line, width in zip(row, across, strict=False) if line),
        default=1,
    )
    return lines * sheet.table.leading + 2 * ROW_PADDING
