"""A small font of our own: the boxes of forms, drawn, and rare characters put together from their two parts.

The packaged fonts have no ticked box, and a □ of another size. Here both are drawn alike, as the characters they are,
so that a form's ticks print the same everywhere and can be searched and copied. 𠮷 (土 above 口), which people do bear
as a name, is composed from the parts in the packaged Song face.
"""

from __future__ import annotations

import os
from pathlib import Path

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it has no types
from fontTools.misc.psCharStrings import T2CharString  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]  # it has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

from legalflow.rendering.style import TICKED, UNTICKED

FAMILY = "Legalflow Marks"
FILE = "legalflow-marks-1.otf"  # the number changes with the shapes, so that an older file is not taken for this one
_EPOCH = 3786912000  # 2024-01-01 in the count of fonts, so that the same shapes are the same bytes

_BOX = (80, -60, 920, 780)  # left, bottom, right, top of the box on the em of 1,000
_WALL = 56
_TICK = ((205, 420), (270, 475), (425, 285), (760, 705), (825, 650), (430, 150))

# Upper part and lower part, each with its scale across and up, and its shift; the character is ⿱ of the two.
_COMPOSED = {"𠮷": (("土", 0.94, 0.56, 30, 402), ("口", 0.8, 0.5, 100, -60))}


def make(folder: Path, song: Path) -> Path:
    """Write the font into `folder` where it is not there yet; `song` is the packaged Song face. Returns the folder."""
    target = folder / FILE
    if target.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{FILE}.{os.getpid()}")
    _build(song).save(fresh)
    fresh.replace(target)
    return folder


def _build(song: Path) -> TTFont:
    shapes = {".notdef": _empty(), "box": _box(ticked=False), "ticked": _box(ticked=True)}
    names = {ord(UNTICKED): "box", ord(TICKED): "ticked"}
    for character, parts in _COMPOSED.items():
        name = f"u{ord(character):X}"
        shapes[name] = _compose(song, parts)
        names[ord(character)] = name
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap(names)
    builder.setupCFF("LegalflowMarks", {"FullName": FAMILY}, shapes, {})
    builder.setupHorizontalMetrics(dict.fromkeys(shapes, (1000, 0)))
    builder.setupHorizontalHeader(ascent=1151, descent=-286)  # as in the Song face, so that lines keep their height
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "LegalflowMarks"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1151, usWinDescent=286)
    builder.setupPost()
    font: TTFont = builder.font
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = _EPOCH
    return font


def _empty() -> T2CharString:
    return T2CharStringPen(1000, None).getCharString()


def _box(*, ticked: bool) -> T2CharString:
    pen = T2CharStringPen(1000, None)
    left, bottom, right, top = _BOX
    _polygon(pen, ((left, bottom), (right, bottom), (right, top), (left, top)))
    inner = (left + _WALL, bottom + _WALL, right - _WALL, top - _WALL)
    _polygon(pen, ((inner[0], inner[1]), (inner[0], inner[3]), (inner[2], inner[3]), (inner[2], inner[1])))
    if ticked:
        _polygon(pen, _TICK[::-1])
    return pen.getCharString()


def _polygon(pen: T2CharStringPen, points: tuple[tuple[int, int], ...]) -> None:
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def _compose(song: Path, parts: tuple[tuple[str, float, float, int, int], ...]) -> T2CharString:
    pen = T2CharStringPen(1000, None)
    with TTFont(song, lazy=True) as font:
        shapes, names = font.getGlyphSet(), font.getBestCmap()
        for character, across, up, right, above in parts:
            shapes[names[ord(character)]].draw(TransformPen(pen, (across, 0, 0, up, right, above)))
    return pen.getCharString()
