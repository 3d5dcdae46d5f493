"""Some pages of a PDF behind pages of another: each keeps the number it bears, on the page and in its label."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String


def excerpt(source: Path, pages: Sequence[int], offset: int, front: bytes, title: str) -> bytes:
    """The front's pages, then the pages of `source` (counted from 1); `offset` is added to a page to give its number.

    Links and bookmarks of the source are left out: they lead to pages that are not there. The same input gives the same
    bytes.
    """
    out = io.BytesIO()
    with pikepdf.open(source) as whole, pikepdf.open(io.BytesIO(front)) as before, Pdf.new() as made:
        made.pages.extend(before.pages)
        first = len(made.pages)
        labels = [0, Dictionary(P=String("变更-"), S=Name.D)]
        for at, page in enumerate(pages):
            made.pages.append(whole.pages[page - 1])
            labels += [first + at, Dictionary(S=Name.D, St=page + offset)]
        for page_made in made.pages:
            for key in ("/Annots", "/StructParents", "/AA"):
                if key in page_made.obj:
                    del page_made.obj[key]
        made.Root.PageLabels = Dictionary(Nums=Array(labels))
        made.Root.Lang = String("zh-CN")
        made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        made.docinfo[Name.Title] = String(title)
        made.remove_unreferenced_resources()
        made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
