"""The words of a DOCX or PDF file that this house made, for comparing the two formats with each other.

White space is left out, and so is what is not the document's own: page numbers, running lines, table heads that a page
repeats. It reads our own files only: a PDF from elsewhere need not say where its words stand.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from lxml import etree  # type: ignore[import-untyped]  # it has no types

from legalflow.errors import Corrupt
from legalflow.rendering.pdf import REPEATED

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAPPED = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def words_of(content: bytes) -> str:
    """The words of one of our files, without white space and shapeless marks. `Corrupt` where it is neither."""
    if content.startswith(b"PK"):
        words = _words_of_docx(content)
    elif content.startswith(b"%PDF"):
        words = _words_of_pdf(content)
    else:
        raise Corrupt.one("not-a-document", "既不是 DOCX 也不是 PDF 文件", "this is neither a DOCX nor a PDF file")
    return "".join(letter for letter in words if not letter.isspace() and unicodedata.category(letter) != "Cf")


def lines_of(content: bytes) -> list[str]:
    """The words of one of our DOCX files line by line: a paragraph is one, a table's row another. `Corrupt` if none."""
    if not content.startswith(b"PK"):
        raise Corrupt.one("not-a-document", "不是 DOCX 文件", "this is no DOCX file")
    body = _body_of_docx(content).find(f"{_WORD}body")
    found: list[str] = []
    for element in body if body is not None else ():
        if element.tag == f"{_WORD}tbl":
            found += [" | ".join(_said(cell) for cell in row.iter(f"{_WORD}tc")) for row in element.iter(f"{_WORD}tr")]
        elif element.tag == f"{_WORD}p":
            found.append(_said(element))
    return [line for line in found if line.strip(" |")]


def _said(element: Any) -> str:
    """The words of an element; its paragraphs are parted by a space."""
    paragraphs = list(element.iter(f"{_WORD}p"))
    words = ("".join(text.text or "" for text in each.iter(f"{_WORD}t")) for each in paragraphs)
    return " ".join(filter(None, words))


def _words_of_docx(content: bytes) -> str:
    return "".join(element.text or "" for element in _body_of_docx(content).iter(f"{_WORD}t"))


def _body_of_docx(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            body = archive.read("word/document.xml")
    except (zipfile.BadZipFile, KeyError) as error:
        raise _unreadable("DOCX", error) from None
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def _words_of_pdf(content: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            fonts: dict[tuple[int, int], dict[int, str]] = {}
            return "".join(run.words for page in file.pages for run in runs(page, fonts))
    except pikepdf.PdfError as error:
        raise _unreadable("PDF", error) from None


def _unreadable(kind: str, error: Exception) -> Corrupt:
    return Corrupt.one("document-unreadable", f"{kind} 文件已损坏", f"the {kind} file is damaged", found=error)


@dataclass(frozen=True)
class Run:
    """Words drawn at once: where they begin on the page, and how high their letters are, all in points from below."""

    words: str
    left: float
    base: float
    size: float


def runs(page: pikepdf.Page, fonts: dict[tuple[int, int], dict[int, str]] | None = None) -> Iterator[Run]:
    """The words drawn inside the page's own box, in the order they were drawn."""
    fonts = {} if fonts is None else fonts
    own = _box(list(page.obj.get("/ArtBox", page.mediabox)))
    corners = list(page.obj.get(f"/{REPEATED}", []))
    repeated = [_box(corners[at : at + 4]) for at in range(0, len(corners), 4)]
    names: Any = page.resources.get("/Font", {})
    letters: dict[int, str] = {}
    matrix, text, kept, size = _IDENTITY, _IDENTITY, [], 0.0
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = _times(_matrix(operands), matrix)
            case "Tm":
                text = _matrix(operands)
            case "Tf":
                letters, size = _letters(names[str(operands[0])], fonts), float(operands[1])
            case "TJ" | "Tj":
                placed = _times(text, matrix)
                at = placed[4:]
                if _inside(at, own) and not any(_inside(at, box) for box in repeated):
                    yield Run(_shown(operands[0], letters), *at, size * abs(placed[3]))


def _shown(shown: Any, letters: dict[int, str]) -> str:
    pieces = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(letters.get(int.from_bytes(codes[at : at + 2], "big"), "\ufffd") for at in range(0, len(codes), 2))


def _letters(font: Any, fonts: dict[tuple[int, int], dict[int, str]]) -> dict[int, str]:
    """Which glyph stands for which characters, by the font's own table."""
    key = font.objgen
    if key not in fonts:
        table = font["/ToUnicode"].read_bytes()
        section = table.partition(b"endcodespacerange")[2]
        fonts[key] = {
            int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in _MAPPED.findall(section)
        }
    return fonts[key]


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    u, v, w, x, y, z = two
    return a * u + b * w, a * v + b * x, c * u + d * w, c * v + d * x, e * u + f * w + y, e * v + f * x + z


def _box(corners: list[Any]) -> Box:
    left, bottom, right, top = map(float, corners)
    return left, bottom, right, top


def _inside(at: tuple[float, ...], box: Box) -> bool:
    """Whether a point is in a box, a point's breadth of rounding allowed."""
    return box[0] - 1 <= at[0] <= box[2] + 1 and box[1] - 1 <= at[1] <= box[3] + 1
