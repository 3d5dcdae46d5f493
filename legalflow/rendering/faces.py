"""The everyday characters of the packaged faces, cut out once into smaller fonts that stand before the full ones.

A PDF file holds an entry for every glyph of a face up to the last one used, so that the full faces of 31,000 glyphs
make it two to three times larger and slower to write. GB 2312 with the given names it lacks covers nearly every page;
for whatever else occurs the full face stands behind. Nothing is lost where this is not done (on other systems than
Linux the libraries have other names): pages then look the same.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no types

VERSION = 1  # changes with what is cut out, so that an older file is not taken for a newer one
FACES = {"NotoSerifSC-Regular.otf": "Legalflow Song", "NotoSansSC-Regular.otf": "Legalflow Hei"}

# What papers use and GB 2312 has not: the zero of dates, signs of money and quotation, and common given names.
_BEYOND = "〇¥￥–—‘’“”…·•′″‹›㎡№℃堃喆珺玥镕昇曌旻昊琦瑄翀骞鑫彧煊珮璟禛赟頔翾霂玹贠邨祎祺煜晞晟昕玘"
_DROPPED = ("vhea", "vmtx", "VORG", "GSUB", "GPOS", "BASE", "DSIG")
_NO_HINTING, _WITHOUT_SUBROUTINES = 0x1, 0x4  # flags of HarfBuzz's subsetter
_DROP_TABLES = 3  # its set of tables to leave out


def make(folder: Path, packaged: Path) -> None:
    """Cut the smaller fonts into `folder` where they are not there yet, from the packaged ones."""
    if sys.platform != "linux":
        return
    folder.mkdir(parents=True, exist_ok=True)
    for file, family in FACES.items():
        target = folder / f"{family.lower().replace(' ', '-')}-{VERSION}.otf"
        if not target.exists():
            fresh = target.with_name(f"{target.name}.{os.getpid()}")
            fresh.write_bytes(cut(packaged / file, everyday()))
            _rename(fresh, family)
            fresh.replace(target)


def everyday() -> set[int]:
    """The code points cut out: ASCII, GB 2312 and what it lacks."""
    letters = set(range(0x20, 0x7F)) | {0xA0, 0x3000} | set(map(ord, _BEYOND))
    for row in range(0xA1, 0xF8):
        for column in range(0xA1, 0xFF):
            letters |= set(map(ord, bytes((row, column)).decode("gb2312", "ignore")))
    return letters


def cut(source: Path, letters: Iterable[int]) -> bytes:
    """The font with some characters alone; HarfBuzz does in a blink what Python takes half a minute for.

    The libraries are loaded before (`native.load_libraries`).
    """
    shape, subset = _library("libharfbuzz.so.0"), _library("libharfbuzz-subset.so.0")
    blob = shape("hb_blob_create_from_file", os.fsencode(source))
    face = shape("hb_face_create", blob, 0)
    order = subset("hb_subset_input_create_or_fail")
    _fill(shape, subset("hb_subset_input_unicode_set", order), letters)
    dropped = (int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    _fill(shape, subset("hb_subset_input_set", order, _DROP_TABLES), dropped)
    subset("hb_subset_input_set_flags", order, _NO_HINTING | _WITHOUT_SUBROUTINES)
    made = subset("hb_subset_or_fail", face, order)
    result = shape("hb_face_reference_blob", made)
    length = ctypes.c_uint()
    content = ctypes.string_at(shape("hb_blob_get_data", result, ctypes.byref(length)).value or 0, length.value)
    for destroy, thing in (("hb_blob", result), ("hb_face", made), ("hb_face", face), ("hb_blob", blob)):
        shape(f"{destroy}_destroy", thing)
    subset("hb_subset_input_destroy", order)
    return content


class _Library:
    """A shared library whose functions take and return pointers."""

    def __init__(self, name: str) -> None:
        self._library = ctypes.CDLL(name)

    def __call__(self, function: str, *arguments: object) -> ctypes.c_void_p:
        called = self._library[function]
        called.restype = ctypes.c_void_p
        return ctypes.c_void_p(called(*arguments))


def _library(name: str) -> _Library:
    return _Library(name)


def _fill(shape: _Library, numbers: ctypes.c_void_p, wanted: Iterable[int]) -> None:
    for number in wanted:
        shape("hb_set_add", numbers, ctypes.c_uint(number))


def _rename(path: Path, family: str) -> None:
    """Give the font a family name of its own, so that it is not taken for the full face."""
    with TTFont(path, recalcTimestamp=False) as font:
        names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", ""), 16: family, 17: "Regular"}
        font["name"].names = [record for record in font["name"].names if record.nameID in {0, 13, 14}]
        for number, name in names.items():
            font["name"].setName(name, number, 3, 1, 0x409)
        font.save(path)
