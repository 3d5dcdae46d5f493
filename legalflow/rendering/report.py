"""A report of pictures as a PDF: each picture with the table of its numbers, on A4, drawn as it is on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from legalflow.rendering import pdf

LOOK = """
@page { size: A4; margin: 18mm 16mm 18mm; @bottom-center { content: counter(page) " / " counter(pages);
  font: 9pt "Noto Sans CJK SC", sans-serif; color: #555 } }
html, body, section, div, h1, h2, p { display: block } head, title, meta, style { display: none }
table { display: table; border-collapse: collapse; width: 100%; margin-top: 3mm; font-size: 8.5pt }
thead { display: table-header-group } tbody { display: table-row-group } tr { display: table-row }
th, td { display: table-cell; padding: 1mm 1.5mm; border-bottom: .5pt solid #c8ccd2; text-align: right;
  vertical-align: top }
th { font-weight: 600; border-bottom: 1pt solid #444 }
th:first-child, td:first-child { text-align: left }
tr { break-inside: avoid }
body { font-family: "Noto Sans CJK SC", "Noto Sans SC", sans-serif; font-size: 10pt; line-height: 1.5; color: #111;
  margin: 0 }
h1 { font-size: 18pt; margin: 0 0 1mm; bookmark-level: 1; bookmark-label: content(text) }
h2 { font-size: 13pt; margin: 0; bookmark-level: 2; bookmark-label: content(text) }
p { margin: 0 0 2mm; color: #444 }
.whole { margin-top: 8mm }
.picture, .short { break-inside: avoid }
.told { border: .5pt solid #c8ccd2; padding: 4mm; text-align: center }
svg { display: block; width: 100%; font-family: "Noto Sans CJK SC", "Noto Sans SC", sans-serif }
"""
SHORT = 16  # rows of a table stay on the page of their picture


@dataclass(frozen=True)
class Part:
    """One picture of a report: SVG, or where there is none what is told instead; and the table of its numbers."""

    title: str
    lead: str
    svg: str
    told: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write(title: str, about: Sequence[str], parts: Sequence[Part]) -> bytes:
    """The report; `about` are the lines below its title: for whom, of which day, what it counts."""
    lines = "".join(f"<p>{escape(each)}</p>" for each in about)
    source = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1>{lines}{''.join(map(_part, parts))}</body></html>"
    )
    return pdf.print_page(source, LOOK)


def _part(part: Part) -> str:
    shown = part.svg or f'<p class="told">{escape(part.told)}</p>'
    said = f"<h2>{escape(part.title)}</h2><p>{escape(part.lead)}</p>"
    table = _table(part) if part.rows else ""
    kind = "whole short" if len(part.rows) <= SHORT else "whole"
    return f'<section class="{kind}"><div class="picture">{said}{shown}</div>{table}</section>'


def _table(part: Part) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in part.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in part.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
