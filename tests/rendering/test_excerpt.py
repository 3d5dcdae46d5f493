"""Pages taken out of a bundle keep the number they bear, and nothing that leads elsewhere."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from legalflow.rendering.excerpt import excerpt
from tests.hostile import makers


def _with_link(file: Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 50, 30]))
    link.Dest = Array([file.pages[0].obj, Name.Fit])
    file.pages[3].obj.Annots = Array([file.make_indirect(link)])


def test_the_front_comes_first_and_each_page_keeps_its_number(tmp_path: Path) -> None:
    (tmp_path / "whole.pdf").write_bytes(makers.pdf_bytes(_with_link, pages=6))
    front = makers.pdf_bytes(lambda _file: None, pages=2)
    content = excerpt(tmp_path / "whole.pdf", (1, 4, 5), 10, front, "变更页")
    with pikepdf.open(io.BytesIO(content)) as made:
        assert [page.label for page in made.pages] == ["变更-1", "变更-2", "11", "14", "15"]
        assert all("/Annots" not in page.obj for page in made.pages)
        assert str(made.docinfo[Name.Title]) == "变更页"
    assert content == excerpt(tmp_path / "whole.pdf", (1, 4, 5), 10, front, "变更页")
