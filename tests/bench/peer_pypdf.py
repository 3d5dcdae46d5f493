"""The same bundle by pypdf: pages, bookmarks, links on the list, a number on every page. Prints its CPU seconds."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit

from legalflow.rendering.stamp import Stamper
from tests.hostile import makers


def numbers(count: int) -> bytes:
    """One empty page for each number, to be laid over the exhibits; made before the clock starts."""
    with pikepdf.new() as pdf:
        stamper = Stamper(pdf)
        for number in range(1, count + 1):
            page = Dictionary(Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=Dictionary())
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
            stamper.stamp(pdf.pages[-1], number)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def main(job: Path, out: Path) -> None:
    """Bind the job's files as pypdf's own documentation does it."""
    rows = json.loads(job.read_text(encoding="utf-8"))
    count = 2 + sum(len(PdfReader(path).pages) for path, _title, _start in rows)
    sheets = numbers(count)
    began = time.process_time()
    writer = PdfWriter()
    for _front in range(2):
        writer.append(io.BytesIO(makers.pdf_bytes()))
    for path, _title, _start in rows:
        writer.append(path, import_outline=False)
    overlays = PdfReader(io.BytesIO(sheets))
    for number, page in enumerate(writer.pages):
        page.merge_page(overlays.pages[number])
    for at, (_path, title, start) in enumerate(rows):
        box = (60, 760 - 14 * (at % 50), 500, 772 - 14 * (at % 50))
        writer.add_annotation(page_number=1, annotation=Link(rect=box, target_page_index=start, fit=Fit("/Fit")))
        writer.add_outline_item(title, start)
    writer.write(out)
    print(time.process_time() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
