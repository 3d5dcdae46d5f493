"""The fonts made here hold what they are made for, and are the same bytes wherever they are made."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from legalflow import config
from legalflow.rendering import faces, glyphs, native


@pytest.fixture(scope="module")
def packaged() -> Path:
    native.load_libraries(config.read().sysroot)
    return native.font_folders(config.read())[-1]


def test_the_everyday_faces_hold_gb_2312_and_the_zero_of_dates(packaged: Path, tmp_path: Path) -> None:
    faces.make(tmp_path, packaged)
    for path in tmp_path.glob("*.otf"):
        with TTFont(path) as font:
            held = set(font.getBestCmap())
            full = TTFont(packaged / ("NotoSerifSC-Regular.otf" if "song" in path.name else "NotoSansSC-Regular.otf"))
            assert faces.everyday() & set(full.getBestCmap()) <= held
            assert set(map(ord, "〇堃喆珺玥镕昇")) <= held
            assert len(font.getGlyphOrder()) < 9000
    assert len(list(tmp_path.glob("*.otf"))) == 2


def test_a_font_made_twice_is_the_same_bytes(packaged: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "one", tmp_path / "two"):
        faces.make(folder, packaged)
        glyphs.make(folder, packaged / native.SONG_FILE)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_boxes_are_alike_and_a_composed_character_fills_its_square(packaged: Path, tmp_path: Path) -> None:
    glyphs.make(tmp_path, packaged / native.SONG_FILE)
    with TTFont(tmp_path / glyphs.FILE) as font:
        shapes, names = font.getGlyphSet(), font.getBestCmap()
        bounds = {}
        for character in "□☑𠮷":
            pen = BoundsPen(shapes)
            shapes[names[ord(character)]].draw(pen)
            bounds[character] = pen.bounds
    assert bounds["□"] == bounds["☑"]
    left, bottom, right, top = bounds["𠮷"]
    assert right - left > 800 and top - bottom > 750 and right < 1000 and left > 0
