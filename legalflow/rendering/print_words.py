"""Laid-out papers as a PDF file with their words in it, as a system prints it: searched and copied, in no time.

The letters that occur are cut out of the packaged face by HarfBuzz, once a file. The same pages give the same bytes.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from functools import lru_cache

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

from legalflow import config
from legalflow.rendering import faces, native, paper
from legalflow.rendering.paper import Round, Rule, Sheet, Words

_NAMES = {False: "/Song", True: "/Rare"}


def write(sheets: Sequence[Sheet], title: str) -> bytes:
    """The pages as a PDF file."""
    native.load_libraries(config.read().sysroot)
    letters = {letter for sheet in sheets for mark in sheet.marks for letter in _text(mark)}
    out = io.BytesIO()
    with Pdf.new() as pdf:
        fonts = Dictionary()
        codes: dict[str, int] = {}
        for rare in (False, True):
            wanted = frozenset(letter for letter in letters if paper.is_rare(letter) is rare)
            if wanted:
                fonts[_NAMES[rare]], found = _font(pdf, wanted, rare)
                codes |= found
        for sheet in sheets:
            content = pdf.make_indirect(Stream(pdf, "\n".join(_drawn(sheet, codes)).encode()))
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, round(sheet.width), round(sheet.height)]),
                Resources=Dictionary(Font=fonts),
                Contents=content,
            )
            pdf.pages.append(Page(pdf.make_indirect(page)))
        pdf.docinfo[Name.Title] = String(title)
        pdf.Root.Lang = String("zh-CN")
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _text(mark: paper.Mark) -> str:
    return "" if isinstance(mark, Rule) else mark.text


def _drawn(sheet: Sheet, codes: dict[str, int]) -> list[str]:
    """The marks of a page in the words of PDF, measured from below."""
    lines = ["0.6 w"]
    for mark in sheet.marks:
        match mark:
            case Rule(x0, y0, x1, y1, colour):
                lines.append(f"{_colour(colour)} RG {x0:.1f} {sheet.height - y0:.1f} m")
                lines.append(f"{x1:.1f} {sheet.height - y1:.1f} l S")
            case Words(x, y, text, size, colour):
                lines.append(f"{_colour(colour)} rg BT {x:.1f} {sheet.height - y:.1f} Td")
                lines += _shown(text, size, codes)
                lines.append("ET")
            case Round(x, y, radius, text):
                lines.append(f"{_colour(paper.RED)} RG 1.8 w {_circle(x, sheet.height - y, radius)} S 0.6 w")
                size = min(10.0, 1.7 * radius / max(1, len(text)))
                left = x - paper.width(text, size) / 2
                lines.append(f"{_colour(paper.RED)} rg BT {left:.1f} {sheet.height - y - size / 3:.1f} Td")
                lines += _shown(text, size, codes)
                lines.append("ET")
    return lines


def _shown(text: str, size: float, codes: dict[str, int]) -> list[str]:
    """Words in runs of one font each."""
    runs: list[tuple[bool, str]] = []
    for letter in text:
        rare = paper.is_rare(letter)
        if runs and runs[-1][0] is rare:
            runs[-1] = (rare, runs[-1][1] + letter)
        else:
            runs.append((rare, letter))
    coded = ((rare, "".join(f"{codes[letter]:04x}" for letter in run if letter in codes)) for rare, run in runs)
    return [f"{_NAMES[rare]} {size:g} Tf <{code}> Tj" for rare, code in coded]


def _circle(x: float, y: float, radius: float) -> str:
    bend = 0.5523 * radius
    return (
        f"{x + radius:.1f} {y:.1f} m "
        f"{x + radius:.1f} {y + bend:.1f} {x + bend:.1f} {y + radius:.1f} {x:.1f} {y + radius:.1f} c "
        f"{x - bend:.1f} {y + radius:.1f} {x - radius:.1f} {y + bend:.1f} {x - radius:.1f} {y:.1f} c "
        f"{x - radius:.1f} {y - bend:.1f} {x - bend:.1f} {y - radius:.1f} {x:.1f} {y - radius:.1f} c "
        f"{x + bend:.1f} {y - radius:.1f} {x + radius:.1f} {y - bend:.1f} {x + radius:.1f} {y:.1f} c"
    )


def _colour(colour: paper.Colour) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


@lru_cache(maxsize=64)
def _cut(letters: frozenset[str], rare: bool) -> tuple[bytes, dict[str, int], dict[str, int]]:
    """The font program of some letters, and for each its code and its advance in thousandths."""
    source = paper.rare_face() if rare else paper.face()
    whole = source.read_bytes() if sys.platform != "linux" else faces.cut(source, {ord(each) for each in letters})
    with TTFont(io.BytesIO(whole), lazy=True, recalcTimestamp=False) as font:
        names, widths, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        found = {letter: names[ord(letter)] for letter in sorted(letters) if ord(letter) in names}
        codes = {
            letter: int(name[3:]) if name[3:].isdigit() and name.startswith("cid") else font.getGlyphID(name)
            for letter, name in found.items()
        }
        advances = {letter: round(widths[name][0] * 1000 / units) for letter, name in found.items()}
        program = font.reader["CFF "]
    return program, codes, advances


def _font(pdf: Pdf, letters: frozenset[str], rare: bool) -> tuple[Object, dict[str, int]]:
    program, codes, advances = _cut(letters, rare)
    name = Name("/LFRARE+LegalflowMarks" if rare else "/LFSONG+NotoSerifSC")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=Array([-100, -300, 1100, 1100]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=733,
        StemV=80,
        FontFile3=pdf.make_indirect(Stream(pdf, program, Subtype=Name("/CIDFontType0C"))),
    )
    narrow = [part for letter, wide in advances.items() if wide != 1000 for part in (codes[letter], Array([wide]))]
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=1000,
        W=Array(narrow),
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    made = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_indirect(Stream(pdf, _unicode(codes))),
    )
    return pdf.make_indirect(made), codes


def _unicode(codes: dict[str, int]) -> bytes:
    """The table by which a reader finds the letters again, in blocks of at most a hundred."""
    pairs = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /LegalflowPaper def\n"
        f"/CMapType 2 def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{told}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
