"""Blocks into the page's HTML and its style sheet, the first half of making a PDF.

Few elements and short names: each costs time in layout. `s` keeps a date on one line, `q` lets a long code break,
`i` is a box of a form, `u` a blank to be filled by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import assert_never

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
from legalflow.rendering.style import MILLIMETRE, Sheet

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "print" / "page.css"

# A date must not break over a line; a code longer than any amount may, or it would leave a hole in the line before.
_PARTS = re.compile(r"(?P<date>\d{4}年\d{1,2}月\d{1,2}日)|(?P<code>[!-~]{24,})|(?P<gap> {2,})|(?P<end>\n)")
_BLANK = "\u3000"
_MIDDLE = "text-align: center; vertical-align: middle"


def write(document: Document) -> str:
    """The document as one HTML page, whose looks are all in `sheet_css`."""
    sheet = style.sheet_of(document)
    parts = [_head(document)]
    if document.running:
        parts.append(f'<div class="running">{escape(document.running)}</div>')
    parts.append(_letterhead(document.letterhead))
    new_page = led = False
    for block, following in zip(document.blocks, (*document.blocks[1:], None), strict=True):
        if isinstance(block, PageBreak):
            new_page = True
            continue
        leads = isinstance(following, Table) and not isinstance(block, Table)
        if style.is_ledger(following if leads else block) and not (led and not leads):
            new_page = True
        led = leads
        made = _block(block, sheet, leads=leads)
        parts.append(f'<div class="page">{made}</div>' if new_page else made)
        new_page = False
    parts.append("</body></html>")
    return "".join(parts)


@lru_cache(maxsize=8)
def sheet_css(sheet: Sheet) -> str:
    """`templates/print/page.css` with the measures of a sheet."""
    left, right = sheet.side_margins
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        width=_points(sheet.width_mm * MILLIMETRE),
        height=_points(sheet.height_mm * MILLIMETRE),
        top=_points(sheet.top_mm * MILLIMETRE),
        bottom=_points(sheet.bottom_mm * MILLIMETRE),
        left=_points(left),
        right=_points(right),
        numbers=_numbers(sheet),
        song=style.SONG.css,
        label_face=sheet.label.css,
        row=_points(style.ROW_PADDING),
        cell=_points(style.CELL_MARGIN),
        **_types(sheet),
    )


def _types(sheet: Sheet) -> dict[str, str]:
    types = {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "heading": sheet.heading,
        "body": sheet.body,
        "table": sheet.table,
        "signature": sheet.signature,
    }
    measures: dict[str, str] = {}
    for name, kind in types.items():
        measures[f"{name}_face"] = kind.face.css
        measures[f"{name}_size"] = _points(kind.points)
        measures[f"{name}_line"] = _points(kind.leading)
    return measures


def _numbers(sheet: Sheet) -> str:
    """The rules that print page numbers, in the words both formats share."""
    if sheet.number == "full":
        content = '"第 " counter(page) " 页　共 " counter(pages) " 页"'
        return f"@page {{ @bottom-center {{ content: {content}; font: 9pt {style.SONG.css}; {_MIDDLE} }} }}"
    if sheet.number == "none":
        return ""
    number = f'content: "— " counter(page) " —"; font: 14pt {style.SONG.css}; vertical-align: top; padding: 20pt 14pt 0'
    return f"@page :right {{ @bottom-right {{ {number} }} }} @page :left {{ @bottom-left {{ {number} }} }}"


def _points(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".")


def _head(document: Document) -> str:
    named = {"description": document.subject, "keywords": ", ".join(document.keywords)}
    if document.dated:
        named["dcterms.created"] = named["dcterms.modified"] = document.dated
    metas = "".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in named.items() if value)
    return (
        f'<!DOCTYPE html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>{metas}</head><body>"
    )


def _letterhead(lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    firm, *more = map(escape, lines)
    return f'<div class="letterhead"><div class="firm">{firm}</div>{"<br>".join(more)}</div>'


def _block(block: Block, sheet: Sheet, *, leads: bool) -> str:
    """One block; a paragraph that leads to a table stays with it."""
    match block:
        case Title(text, subtitle):
            return f"<h1>{_words(text)}</h1>" + (f'<p class="subtitle">{_words(subtitle)}</p>' if subtitle else "")
        case Heading(line):
            return f"<h2>{_inlines(line)}</h2>"
        case Paragraph(line, indent, align):
            kind = align if align in {"right", "center"} else "first" if indent else ""
            return _paragraph(f"{kind} leads" if leads else kind, _inlines(line))
        case Party(role, line):
            return _paragraph("first", _words(f"{role}：") + _inlines(line))
        case Item(number, line):
            return _paragraph("first", _words(number) + _inlines(line))
        case Table():
            return _table(block, sheet)
        case Form():
            return _form(block, sheet)
        case Closing(line, indent):
            return _paragraph("closing first" if indent else "closing", _inlines(line))
        case Signature(lines, align):
            return _signature(lines, align, sheet)
        case PageBreak():
            return ""
        case _:
            assert_never(block)


def _paragraph(kind: str, words: str) -> str:
    return f'<p class="{kind}">{words}</p>' if kind else f"<p>{words}</p>"


def _signature(lines: tuple[Line, ...], align: str, sheet: Sheet) -> str:
    margins = ""
    if align == "right":
        left, right = style.signature_margins(lines, sheet)
        centred = ";text-align:center" if sheet.signature_centred else ""
        margins = f' style="margin-left:{_points(left)}pt;margin-right:{_points(right)}pt{centred}"'
    return f'<div class="signature"{margins}>{"<br>".join(map(_inlines, lines))}</div>'


def _inlines(line: Line) -> str:
    return "".join(map(_inline, line))


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text, target):
            return f'<a href="{escape(target)}">{_words(text)}</a>' if target else _words(text)
        case Strong(text):
            return f"<b>{_words(text)}</b>"
        case Blank(width):
            return f"<u>{_BLANK * width}</u>"
        case Tick(on):
            return f"<i>{style.TICKED if on else style.UNTICKED}</i>"
        case Cite():
            return _words(inline.words)
        case _:
            assert_never(inline)


def _words(text: str) -> str:
    """Escaped words: dates kept whole, long codes allowed to break, gaps and line ends kept."""
    made, last = [], 0
    for found in _PARTS.finditer(text):
        made.append(escape(text[last : found.start()], quote=False))
        inner = escape(found[0], quote=False)
        made.append(_part(found.lastgroup, inner))
        last = found.end()
    made.append(escape(text[last:], quote=False))
    return "".join(made)


def _part(kind: str | None, words: str) -> str:
    match kind:
        case "date":
            return f"<s>{words}</s>"
        case "code":
            return f"<q>{words}</q>"
        case "gap":  # left open to be filled by hand: HTML would make one space of it
            return "\u00a0" * (len(words) - 1) + " "
        case _:
            return "<br>"


def _table(table: Table, sheet: Sheet) -> str:
    widths = style.column_widths(table, sheet.text_width)
    head = "".join(f"<th>{_inlines(line)}</th>" for line in table.head)
    pieces = _pieces(table, widths, sheet)
    kind = ' class="short"' if style.is_short(table) else ""
    made = [
        _piece(head, [_data_row(row, table, widths, sheet) for row in rows], widths, kind, later=number > 0)
        for number, rows in enumerate(pieces)
    ]
    if len(made) == 1:
        return made[0]
    return made[0] + "".join(f'<div class="page">{piece}</div>' for piece in made[1:])


def _piece(head: str, rows: list[str], widths: tuple[float, ...], kind: str, *, later: bool) -> str:
    columns = "".join(f'<col style="width:{_points(width)}pt">' for width in widths)
    again = ' class="again"' if later else ""
    top = f"<thead{again}><tr>{head}</tr></thead>" if head else ""
    return f"<table{kind}><colgroup>{columns}</colgroup>{top}<tbody>{''.join(rows)}</tbody></table>"


def _pieces(table: Table, widths: tuple[float, ...], sheet: Sheet) -> Iterator[tuple[tuple[Line, ...], ...]]:
    """The rows a page at a time where there are many: WeasyPrint takes several times longer for one long table.

    A page is filled by the lines its rows will about take, with a little to spare, so that no piece runs over.
    """
    if not style.is_ledger(table):
        yield table.rows
        return
    room = style.ledger_room(table, widths, sheet) - sheet.heading.leading - sheet.body.leading
    piece: list[tuple[Line, ...]] = []
    for row in table.rows:
        height = style.row_height(row, widths, sheet)
        if piece and height > room:
            yield tuple(piece)
            piece, room = [], style.ledger_room(table, widths, sheet)
        piece.append(row)
        room -= height
    yield tuple(piece)


def _data_row(row: tuple[Line, ...], table: Table, widths: tuple[float, ...], sheet: Sheet) -> str:
    if len(row) == 1 < len(widths):
        return f'<tr class="group"><td class="group" colspan="{len(widths)}">{_inlines(row[0])}</td></tr>'
    lines = (*row, *((),) * (len(widths) - len(row)))
    cells = "".join(
        f'<td class="number">{_inlines(line)}</td>' if at in table.numeric else f"<td>{_inlines(line)}</td>"
        for at, line in enumerate(lines)
    )
    return _row(cells, long=style.is_long(lines, widths, sheet.table.points))


def _row(cells: str, *, long: bool = False) -> str:
    return f'<tr class="long">{cells}</tr>' if long else f"<tr>{cells}</tr>"


def _form(form: Form, sheet: Sheet) -> str:
    widths = (form.label_width * MILLIMETRE, form.content_width * MILLIMETRE)
    rows = "".join(_entry(entry, widths, sheet) for entry in form.entries)
    margins = [_points(style.cell_margin(width, sheet.table.points)) for width in (*widths, sum(widths))]
    columns = "".join(f'<col style="width:{_points(width)}pt">' for width in widths)
    # The margins that make each column whole characters wide follow from the form's own grid.
    looks = (
        f"td.label{{padding:2pt {margins[0]}pt}}td.content{{padding:2pt {margins[1]}pt}}"
        f"td.wide{{padding:2pt {margins[2]}pt}}"
    )
    return f"<style>{looks}</style><table><colgroup>{columns}</colgroup><tbody>{rows}</tbody></table>"


def _entry(entry: FormEntry, widths: tuple[float, float], sheet: Sheet) -> str:
    points = sheet.table.points
    match entry:
        case FormBand(title):
            return f'<tr class="band"><td colspan="2">{_words(title)}</td></tr>'
        case FormNotes(lines) | FormWide(lines):
            cells = f'<td class="wide" colspan="2">{_lines(lines)}</td>'
            return _row(cells, long=style.is_long_entry(lines, sum(widths), points))
        case FormRow(label, lines):
            cells = f'<td class="label">{_words(label)}</td><td class="content">{_lines(lines)}</td>'
            return _row(cells, long=style.is_long_entry(lines, widths[1], points))
        case _:
            assert_never(entry)


def _lines(lines: tuple[Line, ...]) -> str:
    return "<br>".join(map(_inlines, lines))
