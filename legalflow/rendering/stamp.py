"""The page number stamped on a page: lower right as one reads it, on white, from one font for all pages."""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

from legalflow.errors import Away

SIZE = 10.5  # points; never below nine
RIGHT, BOTTOM = 30.0, 20.0  # points from the visible page's edges to the number
PATCH = (4.0, 3.0)  # points of white around it
LETTERS = "第页0123456789"
RESOURCE = "/LegalflowStamp"
_PACKAGE, _FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
_FONT_NAME = "LFSTMP+NotoSansSC-Regular"


@dataclass(frozen=True)
class Face:
    """The letters of the stamp: the font program, and for each letter its code and its advance in thousandths."""

    program: bytes
    codes: dict[str, int]
    advances: dict[str, int]

    def width(self, words: str) -> float:
        """The width of words in points at the stamp's size."""
        return sum(self.advances[letter] for letter in words) * SIZE / 1000

    def coded(self, words: str) -> str:
        """Words as the hexadecimal string of the page contents."""
        return "".join(f"{self.codes[letter]:04x}" for letter in words)


def words(number: int) -> str:
    """What is stamped for a page number: `第12页`."""
    return f"第{number}页"


@lru_cache
def face() -> Face:
    """The stamp's letters out of the packaged font, once a process."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise Away.one("fonts-away", f"缺少字体包 {_PACKAGE}", f"the font package {_PACKAGE} is not installed")
    with TTFont(Path(package.origin).parent / _FILE, lazy=True, recalcTimestamp=False) as font:
        return _cut(font)


def _cut(font: TTFont) -> Face:
    """The stamp's letters cut out of an open font."""
    options = subset.Options(notdef_outline=False, hinting=False, desubroutinize=True, layout_features=[])
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx", "name", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=LETTERS)
    cutter.subset(font)
    names = font.getBestCmap()
    glyphs = {letter: names[ord(letter)] for letter in LETTERS}
    units = font["head"].unitsPerEm
    codes = {letter: _code(font, name) for letter, name in glyphs.items()}
    advances = {letter: round(font["hmtx"][name][0] * 1000 / units) for letter, name in glyphs.items()}
    program = io.BytesIO()
    font["CFF "].cff.compile(program, font)
    return Face(program.getvalue(), codes, advances)


def _code(font: TTFont, name: str) -> int:
    """The character identifier: a CID-keyed font says it in the glyph's name, another counts its glyphs."""
    return int(name[3:]) if name.startswith("cid") and name[3:].isdigit() else font.getGlyphID(name)


class Stamper:
    """Stamps the pages of one file with one font and one shared opening."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.face = face()
        self.font = _font(pdf, self.face)
        self.opening = pdf.make_indirect(Stream(pdf, b"q\n"))

    def stamp(self, page: Page, number: int) -> None:
        """Put a page's number on it; the page's own contents are closed off before it."""
        resource = self._resource(page)
        drawn = self._drawn(page, words(number), resource)
        contents = page.obj.get("/Contents")
        own = list(contents) if isinstance(contents, Array) else [contents] if contents is not None else []
        page.obj.Contents = Array([self.opening, *own, self.pdf.make_indirect(Stream(self.pdf, drawn))])

    def _resource(self, page: Page) -> str:
        """The name under which this page finds our font; a name already taken by another font is left alone."""
        resources = page.obj.get("/Resources")
        if not isinstance(resources, Dictionary):
            page.obj.Resources = resources = Dictionary()
        fonts = resources.get("/Font")
        if not isinstance(fonts, Dictionary):
            resources.Font = fonts = Dictionary()
        name = RESOURCE
        while name in fonts and fonts[name].objgen != self.font.objgen:
            name += "x"
        fonts[name] = self.font
        return name

    def _drawn(self, page: Page, text: str, resource: str) -> bytes:
        left, bottom, right, top = (float(each) for each in page.mediabox)
        width = self.face.width(text)
        turn = int(page.obj.get("/Rotate", 0)) % 360
        if turn == 90:
            matrix = (0, 1, -1, 0, right - BOTTOM, top - RIGHT - width)
        elif turn == 180:
            matrix = (-1, 0, 0, -1, left + RIGHT + width, top - BOTTOM)
        elif turn == 270:
            matrix = (0, -1, 1, 0, left + BOTTOM, bottom + RIGHT + width)
        else:
            matrix = (1, 0, 0, 1, right - RIGHT - width, bottom + BOTTOM)
        place = " ".join(f"{each:.6g}" for each in matrix)
        patch = f"{-PATCH[0]:g} {-PATCH[1]:g} {width + 2 * PATCH[0]:.2f} {SIZE + PATCH[1]:g} re f"
        letters = f"BT {resource} {SIZE:g} Tf <{self.face.coded(text)}> Tj ET"
        return f"\nQ q {place} cm 1 g {patch} 0 g {letters} Q".encode()


def _font(pdf: Pdf, letters: Face) -> Object:
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + _FONT_NAME),
        Flags=4,
        FontBBox=Array([0, -120, 1000, 880]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=733,
        StemV=80,
        FontFile3=pdf.make_indirect(Stream(pdf, letters.program, Subtype=Name("/CIDFontType0C"))),
    )
    widths = Array([])
    for letter, code in sorted(letters.codes.items(), key=lambda each: each[1]):
        widths.extend(Array([code, Array([letters.advances[letter]])]))
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name("/" + _FONT_NAME),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=1000,
        W=widths,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + _FONT_NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, _unicode(letters))),
        )
    )


def _unicode(letters: Face) -> bytes:
    """The table by which a reader finds the letters again: the number can be searched and copied."""
    lines = "\n".join(f"<{code:04x}> <{ord(letter):04x}>" for letter, code in letters.codes.items())
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /LegalflowStamp def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{len(letters.codes)} beginbfchar\n{lines}\nendbfchar\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
