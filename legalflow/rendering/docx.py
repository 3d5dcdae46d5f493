"""Blocks into a DOCX file that says the same, byte for byte, in every process.

python-docx makes the frame once for each profile: page, styles, page numbers, settings. A document then only writes its
own words into that frame as text, which is several times faster than building each paragraph through the library. The
frame is cleaned of what an issued document need not carry: unused styles, a thumbnail, the times of its making.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document as Frame
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from legalflow.documents.blocks import (
    Blank,
    Block,
    Cite,
    Closing,
    Document,
    Form,
    FormBand,
    FormEntry,
    FormNotes,
    FormRow,
    FormWide,
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
    Tick,
    Title,
)
from legalflow.rendering import style
from legalflow.rendering.characters import refuse_unprintable
from legalflow.rendering.style import LATIN, MILLIMETRE, Sheet, Type

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP archive can name: it says nothing about the document
_NAMES = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KEPT_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}
_MARKER = "LEGALFLOW-WORDS"
_BLANK = "\u3000"
# How a twip (a twentieth of a point) follows from points; Word knows no finer length on a page.
_TWIPS = 20


def write(document: Document) -> bytes:
    """The document as a DOCX file. `Invalid` names characters that no file can hold, and an unknown profile."""
    refuse_unprintable(document)
    sheet = style.sheet_of(document)
    frame = _frame(sheet, bool(document.running))
    body = _Body(sheet)
    for block, following in zip(document.blocks, (*document.blocks[1:], None), strict=True):
        body.add(block, following)
    file = io.BytesIO()
    file.write(frame.still)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        words = _letterhead(document) + body.xml()
        _store(archive, "word/document.xml", frame.before + words.encode() + frame.after)
        _store(archive, "docProps/core.xml", _properties(document).encode())
        for name, running in frame.running.items():
            _store(archive, name, running.replace(_MARKER, escape(document.running)).encode())
    return file.getvalue()


def warm() -> None:
    """Make the frames of all profiles, so that a worker's children find them made."""
    for sheet in style.SHEETS.values():
        _frame(sheet, False)


class _Frame:
    """The parts of a file that do not change from document to document, packed once."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        before, after = parts.pop("word/document.xml").split(f"<w:p><w:r><w:t>{_MARKER}</w:t></w:r></w:p>".encode())
        self.before, self.after = before, after
        parts.pop("docProps/core.xml")
        running = sorted(name for name, part in parts.items() if _MARKER.encode() in part)
        self.running = {name: parts.pop(name).decode() for name in running}
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            # Readers that sniff the type of a file look at the first part.
            for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
                _store(archive, name, parts[name])
        self.still = file.getvalue()


def _store(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0  # else the archive would say on which kind of machine it was made
    archive.writestr(entry, content)


@lru_cache(maxsize=32)
def _frame(sheet: Sheet, running: bool) -> _Frame:
    frame = docx.Document()
    _set_page(frame, sheet)
    _set_styles(frame, sheet)
    _set_numbers(frame, sheet)
    if running:
        _set_running(frame)
    frame.add_paragraph().add_run(_MARKER)
    _clean(frame)
    file = io.BytesIO()
    frame.save(file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _Frame(_without_leftovers(parts))


def _set_page(frame: Frame, sheet: Sheet) -> None:
    section = frame.sections[0]
    section.page_width, section.page_height = Mm(sheet.width_mm), Mm(sheet.height_mm)
    if sheet.width_mm > sheet.height_mm:
        section._sectPr.find(qn("w:pgSz")).set(qn("w:orient"), "landscape")
    section.top_margin, section.bottom_margin = Mm(sheet.top_mm), Mm(sheet.bottom_mm)
    left, right = sheet.side_margins
    section.left_margin, section.right_margin = Pt(left), Pt(right)
    section.header_distance = Mm(sheet.top_mm / 2)
    section.footer_distance = Mm(sheet.bottom_mm / 2 if sheet.number == "full" else sheet.bottom_mm - 12)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)  # lines keep the distance their style names


def _set_styles(frame: Frame, sheet: Sheet) -> None:
    root = frame.styles.element
    for child in list(root):
        if child.tag == qn("w:latentStyles") or child.get(qn("w:styleId"), "Normal") not in _KEPT_STYLES:
            root.remove(child)
    defaults = root.find(qn("w:docDefaults"))
    if defaults is not None:
        root.replace(defaults, parse_xml(_defaults(sheet)))
    normal = next(child for child in root if child.get(qn("w:styleId")) == "Normal")
    root.replace(normal, parse_xml(_style("Normal", "Normal", sheet.body, "", default=True)))
    for identity, name, kind, paragraph in _styles(sheet):
        root.append(parse_xml(_style(identity, name, kind, paragraph)))
    root.append(parse_xml(_grid_style()))


def _styles(sheet: Sheet) -> Iterable[tuple[str, str, Type, str]]:
    """Identity, name, type and paragraph properties of each of our styles."""
    indent = '<w:ind w:firstLineChars="200" w:firstLine="{}"/>'
    first = indent.format(_twips(2 * sheet.body.points))
    head = indent.format(_twips(2 * sheet.heading.points))
    small = Type(style.SONG, 9, 12)
    number = Type(style.SONG, 14, 18) if sheet.number == "dash" else small
    cell = sheet.table
    marked = Type(sheet.label, cell.points, cell.leading)
    yield "LfTitle", "文书标题", sheet.title, '<w:keepNext/>|<w:jc w:val="center"/><w:outlineLvl w:val="0"/>'
    yield "LfSubtitle", "文书副标题", sheet.subtitle, '<w:keepNext/>|<w:jc w:val="center"/>'
    yield "LfHeading", "文书小标题", sheet.heading, f'<w:keepNext/>|{head}<w:outlineLvl w:val="1"/>'
    yield "LfBody", "文书正文", sheet.body, f'|{first}<w:jc w:val="both"/>'
    yield "LfPlain", "文书顶格", sheet.body, '|<w:jc w:val="both"/>'
    yield "LfRight", "文书居右", sheet.body, '|<w:jc w:val="right"/>'
    yield "LfCenter", "文书居中", sheet.body, '|<w:jc w:val="center"/>'
    yield "LfClosing", "文书结尾", sheet.body, "<w:keepNext/>|"
    yield "LfSignature", "文书落款", sheet.signature, "<w:keepLines/>|"
    yield "LfCell", "表格文字", cell, "|"
    yield "LfNumber", "表格数字", cell, '|<w:jc w:val="right"/>'
    yield "LfHead", "表格表头", marked, '<w:keepNext/>|<w:jc w:val="center"/>'
    yield "LfGroup", "表格分组", marked, "<w:keepNext/>|"
    yield "LfBand", "表格分段", sheet.heading, '<w:keepNext/>|<w:jc w:val="center"/><w:outlineLvl w:val="1"/>'
    letterhead = Type(style.BIAO, 26, 40)
    yield "LfLetterhead", "信头", letterhead, '|<w:jc w:val="center"/>'
    yield "LfAddress", "信头地址", small, '|<w:jc w:val="center"/>'
    yield "LfFooter", "页码", number, '|<w:jc w:val="center"/>'
    yield "LfRunning", "页眉", small, '|<w:jc w:val="right"/>'


def _style(identity: str, name: str, kind: Type, paragraph: str, *, default: bool = False) -> str:
    keeping, _, placing = paragraph.partition("|")
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{_twips(kind.leading)}" w:lineRule="exact"/>'
    kinds = ' w:default="1"' if default else ' w:customStyle="1"'
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    properties = f"<w:pPr>{keeping}{spacing}{placing}</w:pPr>"
    return (
        f'<w:style xmlns:w="{_NAMES}" w:type="paragraph"{kinds} w:styleId="{identity}">'
        f"<w:name w:val={quoteattr(name)}/>{based}<w:qFormat/>{properties}<w:rPr>{_type_xml(kind)}</w:rPr></w:style>"
    )


def _type_xml(kind: Type) -> str:
    size = f'<w:sz w:val="{round(kind.points * 2)}"/><w:szCs w:val="{round(kind.points * 2)}"/>'
    return f'{_fonts(kind.face)}{size}<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'


def _fonts(face: style.Face) -> str:
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{face.named}" w:cs="{LATIN}" w:hint="eastAsia"/>'


def _defaults(sheet: Sheet) -> str:
    return (
        f'<w:docDefaults xmlns:w="{_NAMES}"><w:rPrDefault><w:rPr>{_type_xml(sheet.body)}</w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def _grid_style() -> str:
    """The one table style: lines on all sides."""
    return (
        f'<w:style xmlns:w="{_NAMES}" w:type="table" w:customStyle="1" w:styleId="LfGrid"><w:name w:val="表格线"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr>{_borders(style.RULE)}</w:tblPr></w:style>'
    )


def _borders(width: float) -> str:
    """Lines so many points wide on all sides; Word counts them in eighths of a point."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{round(width * 8)}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return f"<w:tblBorders>{sides}</w:tblBorders>"


def _set_numbers(frame: Frame, sheet: Sheet) -> None:
    """Page numbers at the foot; a first page that shows no running line still has its number."""
    section = frame.sections[0]
    if sheet.number == "full":
        for footer in (section.footer, section.first_page_footer):
            footer.is_linked_to_previous = False
            _fill(footer.paragraphs[0]._p, "LfFooter", ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"))
        return
    frame.settings.odd_and_even_pages_header_footer = True
    sides = ((section.footer, "right"), (section.first_page_footer, "right"), (section.even_page_footer, "left"))
    for footer, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]._p
        _fill(paragraph, "LfFooter", ("— ", "PAGE", " —"))
        margin = f'w:{side}Chars="100" w:{side}="{_twips(14)}"'
        paragraph.pPr.append(parse_xml(f'<w:ind xmlns:w="{_NAMES}" {margin}/>'))
        paragraph.pPr.append(parse_xml(f'<w:jc xmlns:w="{_NAMES}" w:val="{side}"/>'))


def _set_running(frame: Frame) -> None:
    """The running line, from the second page on: the first says the same in its letterhead or title."""
    section = frame.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    _fill(section.first_page_header.paragraphs[0]._p, "LfRunning", ())
    headers = [section.header]
    if frame.settings.odd_and_even_pages_header_footer:
        headers.append(section.even_page_header)
    for header in headers:
        header.is_linked_to_previous = False
        _fill(header.paragraphs[0]._p, "LfRunning", (_MARKER,))


def _fill(paragraph: object, identity: str, parts: tuple[str, ...]) -> None:
    """Put words and page fields (names in capitals) into a paragraph of the frame."""
    runs = "".join(_field(part) if part in {"PAGE", "NUMPAGES"} else _run(part) for part in parts)
    fresh = parse_xml(f'<w:p xmlns:w="{_NAMES}"><w:pPr><w:pStyle w:val="{identity}"/></w:pPr>{runs}</w:p>')
    paragraph[:] = list(fresh)  # type: ignore[index]  # an lxml element, which python-docx leaves untyped


def _field(code: str) -> str:
    def character(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{character('begin')}{instruction}{character('separate')}{_run('1')}{character('end')}"


def _clean(frame: Frame) -> None:
    """Drop what only dates or fattens the file."""
    package = frame.part.package
    for identity, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[identity]
    for identity, relation in list(frame.part.rels.items()):
        if relation.reltype.endswith(("/stylesWithEffects", "/customXml", "/numbering")):
            del frame.part.rels[identity]


def _without_leftovers(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts without the marks of editing sittings."""
    document = parts["word/document.xml"]
    parts["word/document.xml"] = re.sub(rb' w:rsid\w*="[0-9A-F]+"', b"", document)
    settings = re.sub(rb"<w:rsids>.*?</w:rsids>", b"", parts["word/settings.xml"], flags=re.DOTALL)
    parts["word/settings.xml"] = settings
    return parts


class _Body:
    """The paragraphs and tables of one document, in order."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.pieces: list[str] = []
        self.after_table = False
        self.new_page = False

    def xml(self) -> str:
        # Word wants a paragraph after the last table.
        return "".join((*self.pieces, _thin() if self.after_table else ""))

    def add(self, block: Block, following: Block | None) -> None:
        """Write one block. Before a signature the block is kept with it, so that nobody signs an empty page."""
        keep = isinstance(following, Signature | Closing | Table) and not isinstance(block, Table)
        match block:
            case Title(text, subtitle):
                self.paragraph("LfTitle", _run(text))
                if subtitle:
                    self.paragraph("LfSubtitle", _run(subtitle))
            case Heading(line):
                self.paragraph("LfHeading", _runs(line, self.sheet))
            case Paragraph(line, indent, align):
                name = {"right": "LfRight", "center": "LfCenter"}.get(align, "LfBody" if indent else "LfPlain")
                self.paragraph(name, _runs(line, self.sheet), keep=keep)
            case Party(role, line):
                self.paragraph("LfBody", _run(f"{role}：") + _runs(line, self.sheet), keep=keep)
            case Item(number, line):
                self.paragraph("LfBody", _run(number) + _runs(line, self.sheet), keep=keep)
            case Table():
                self.table(_table(block, self.sheet))
            case Form():
                self.table(_form(block, self.sheet, keep=keep))
            case Closing(line, indent):
                self.paragraph("LfClosing", _runs(line, self.sheet), more=self.first_indent() if indent else "")
            case Signature(lines, align):
                self.signature(lines, align)
            case PageBreak():
                self.new_page = True
            case _:
                assert_never(block)

    def paragraph(self, name: str, runs: str, *, keep: bool = False, more: str = "") -> None:
        before = "<w:keepNext/>" if keep else ""
        page = "<w:pageBreakBefore/>" if self.new_page else ""
        gap = _AFTER_TABLE if self.after_table and "<w:spacing" not in more else ""
        properties = f'<w:pPr><w:pStyle w:val="{name}"/>{before}{page}{gap}{more}</w:pPr>'
        self.pieces.append(f"<w:p>{properties}{runs}</w:p>")
        self.new_page = self.after_table = False

    def table(self, table: str) -> None:
        # Two tables that touch would become one.
        if self.after_table or self.new_page:
            page = "<w:pageBreakBefore/>" if self.new_page else ""
            self.pieces.append(_thin(page))
        self.pieces.append(table)
        self.new_page, self.after_table = False, True

    def first_indent(self) -> str:
        return f'<w:ind w:firstLineChars="200" w:firstLine="{_twips(2 * self.sheet.body.points)}"/>'

    def signature(self, lines: tuple[Line, ...], align: str) -> None:
        placing = ""
        if align == "right":
            left, right = style.signature_margins(lines, self.sheet)
            centred = '<w:jc w:val="center"/>' if self.sheet.signature_centred else ""
            placing = f'<w:ind w:left="{_twips(left)}" w:right="{_twips(right)}"/>{centred}'
        for number, line in enumerate(lines, 1):
            before = f'<w:spacing w:before="{_twips(self.sheet.signature.leading)}"/>' if number == 1 else ""
            self.paragraph("LfSignature", _runs(line, self.sheet), keep=number < len(lines), more=before + placing)


def _letterhead(document: Document) -> str:
    """The letterhead's lines: the firm large, what follows small, a rule below."""
    pieces = []
    for number, text in enumerate(document.letterhead, 1):
        last = number == len(document.letterhead)
        rule = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="000000"/></w:pBdr>' if last else ""
        name = "LfLetterhead" if number == 1 else "LfAddress"
        pieces.append(f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{rule}</w:pPr>{_run(text)}</w:p>')
    if pieces:
        pieces.append('<w:p><w:pPr><w:pStyle w:val="LfAddress"/></w:pPr></w:p>')
    return "".join(pieces)


def _thin(more: str = "") -> str:
    """An empty paragraph of a small gap, so that two tables do not touch."""
    return f'<w:p><w:pPr><w:pStyle w:val="LfCell"/>{more}<w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def _runs(line: Line, sheet: Sheet) -> str:
    return "".join(_inline(inline, sheet) for inline in line)


def _inline(inline: Inline, sheet: Sheet) -> str:
    match inline:
        case Text(text):
            return _run(text)
        case Strong(text):
            return _run(text, _fonts(sheet.label))
        case Blank(width):
            return _run(_BLANK * width, '<w:u w:val="single"/>')
        case Tick(on):
            return _run(style.TICKED if on else style.UNTICKED, _SYMBOL)
        case Cite():
            return _run(inline.words)
        case _:
            assert_never(inline)


_AFTER_TABLE = '<w:spacing w:before="120"/>'
_SYMBOL = (
    '<w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol" w:eastAsia="Segoe UI Symbol" w:cs="Segoe UI Symbol"'
    ' w:hint="eastAsia"/>'
)
_HINT = '<w:rFonts w:hint="eastAsia"/>'


def _run(text: str, properties: str = _HINT) -> str:
    """A run of words; a line end in them is a forced line end."""
    if not text:
        return ""
    if not properties.startswith("<w:rFonts"):
        properties = _HINT + properties
    words = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.replace("\t", " ").split("\n")
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{words}</w:r>"


def _table(table: Table, sheet: Sheet) -> str:
    widths = style.column_widths(table, sheet.text_width)
    rows = []
    if table.head:
        cells = [(line, "LfHead") for line in table.head]
        rows.append(_row([_cell(line, name, widths[at], sheet) for at, (line, name) in enumerate(cells)], head=True))
    short = style.is_short(table)
    for number, row in enumerate(table.rows, 1):
        rows.append(_data_row(row, table, widths, sheet, keep=short and number < len(table.rows)))
    return _frame_of_table(widths, rows, style.CELL_MARGIN, style.RULE)


def _data_row(row: tuple[Line, ...], table: Table, widths: tuple[float, ...], sheet: Sheet, *, keep: bool) -> str:
    if len(row) == 1 < len(widths):
        return _row([_cell(row[0], "LfGroup", sum(widths), sheet, span=len(widths))])
    lines = (*row, *((),) * (len(widths) - len(row)))
    cells = [
        _cell(line, "LfNumber" if at in table.numeric else "LfCell", widths[at], sheet, keep=keep)
        for at, line in enumerate(lines)
    ]
    return _row(cells, long=style.is_long(lines, widths, sheet.table.points))


def _cell(line: Line, name: str, width: float, sheet: Sheet, *, span: int = 1, keep: bool = False) -> str:
    return _lines((line,), name, width, sheet, span=span, keep=keep)


def _row(cells: list[str], *, head: bool = False, long: bool = False) -> str:
    properties = ("" if long else "<w:cantSplit/>") + ("<w:tblHeader/>" if head else "")
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def _frame_of_table(widths: tuple[float, ...], rows: list[str], side_margin: float, rule: float) -> str:
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    side = _twips(side_margin)
    margins = "".join(
        f'<w:{name} w:w="{size}" w:type="dxa"/>'
        for name, size in (("top", 40), ("left", side), ("bottom", 40), ("right", side))
    )
    properties = (
        f'<w:tblStyle w:val="LfGrid"/><w:tblW w:w="{sum(map(_twips, widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        f'{_borders(rule)}<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _form(form: Form, sheet: Sheet, *, keep: bool) -> str:
    widths = (form.label_width * MILLIMETRE, form.content_width * MILLIMETRE)
    rows = [
        _entry(entry, widths, sheet, keep=keep and number == len(form.entries))
        for number, entry in enumerate(form.entries, 1)
    ]
    return _frame_of_table(widths, rows, style.cell_margin(widths[1], sheet.table.points), style.HAIRLINE)


def _entry(entry: FormEntry, widths: tuple[float, float], sheet: Sheet, *, keep: bool) -> str:
    match entry:
        case FormBand(title):
            return _row([_lines(((Text(title),),), "LfBand", sum(widths), sheet, span=2)])
        case FormNotes(lines) | FormWide(lines):
            long = style.is_long_entry(lines, sum(widths), sheet.table.points)
            return _row([_lines(lines, "LfCell", sum(widths), sheet, span=2, keep=keep)], long=long)
        case FormRow(label, lines):
            long = style.is_long_entry(lines, widths[1], sheet.table.points)
            name = _lines(((Text(label),),), "LfCell", widths[0], sheet, keep=keep)
            return _row([name, _lines(lines, "LfCell", widths[1], sheet, keep=keep)], long=long)
        case _:
            assert_never(entry)


def _lines(lines: tuple[Line, ...], name: str, width: float, sheet: Sheet, *, span: int = 1, keep: bool = False) -> str:
    across = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    stay = "<w:keepNext/>" if keep else ""
    words = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{stay}</w:pPr>{_runs(line, sheet)}</w:p>' for line in lines or ((),)
    )
    properties = f'<w:tcW w:w="{_twips(width)}" w:type="dxa"/>{across}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{words}</w:tc>"


def _twips(points: float) -> int:
    return round(points * _TWIPS)


def _properties(document: Document) -> str:
    """The core properties: what the document is, and its own date as the only one."""
    dated = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{document.dated}T00:00:00Z</dcterms:{name}>'
        for name in (("created", "modified") if document.dated else ())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:subject>{escape(document.subject)}</dc:subject>"
        f"<cp:keywords>{escape('；'.join(document.keywords))}</cp:keywords>"
        f"<dc:language>{escape(document.language)}</dc:language>{dated}</cp:coreProperties>"
    )
