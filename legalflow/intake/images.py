"""Photographs, scans and screenshots onto A4 pages, without touching a JPEG's picture data.

The picture keeps its own bytes; its place, turn and size are in the page. Margins stay free, so that a page number
never stands on the picture.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from pathlib import Path

import img2pdf  # type: ignore[import-untyped]
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageSequence

from legalflow.intake.verdicts import Note, Refused, note

PIXELS = 50_000_000
A4 = (595.276, 841.89)
MARGIN = 24.0  # points, left, right and top
FOOT = 44.0  # points: the page number stands here
SMALLEST_DPI = 96.0  # a small picture is not blown up beyond this
LONG = 2.2  # height to width: a longer one is a screenshot of many screens and is cut
OVERLAP = 14.0  # points repeated on the next page, so that no line of text is lost
FRAMES = 500
_ORIENTATION = 0x0112
_GPS = 0x8825
# EXIF orientation to the matrix that puts the unit square upright.
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
Image.MAX_IMAGE_PIXELS = None  # our own limit is tested by the header, before anything is read


def to_pages(path: Path, kind: str) -> tuple[pikepdf.Pdf, tuple[Note, ...]]:
    """A PDF of A4 pages showing the image file, and what was done; raises `Refused`."""
    notes: list[Note] = []
    pdf = pikepdf.new()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                _judge(image)
                for content, size, turn in _pictures(image, path, kind, notes):
                    _place(pdf, content, size, turn, notes)
    except Refused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Refused("image_damaged") from error
    except (Image.DecompressionBombError, img2pdf.ImageOpenError, ArithmeticError) as error:
        raise Refused("image_damaged") from error
    return pdf, tuple(dict.fromkeys(notes))


def _judge(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > PIXELS:
        raise Refused("image_too_large", found=pixels // 1_000_000, limit=PIXELS // 1_000_000)


def _pictures(
    image: Image.Image, path: Path, kind: str, notes: list[Note]
) -> Iterator[tuple[bytes, tuple[int, int], int]]:
    """Each picture to be shown: file bytes ready to embed, its size in pixels, its EXIF orientation."""
    exif = image.getexif()
    turn = exif.get(_ORIENTATION, 1)
    turn = turn if turn in _TURNS else 1
    if turn != 1:
        notes.append(note("turned"))
    if _GPS in exif:
        notes.append(note("gps_removed"))
    if kind == "jpeg" and image.mode in {"L", "RGB"}:
        image.load()  # a truncated picture is found here, not on the judge's screen
        yield _without_exif(path.read_bytes()) if _GPS in exif else path.read_bytes(), image.size, turn
        return
    frames = getattr(image, "n_frames", 1)
    if frames > FRAMES:
        raise Refused("pdf_too_many_pages", found=frames, limit=FRAMES)
    if kind == "gif" and frames > 1:
        notes.append(note("first_frame", count=frames))
    if kind == "tiff" and frames > 1:
        notes.append(note("frames", count=frames))
    for frame in ImageSequence.Iterator(image) if kind == "tiff" else (image,):
        _judge(frame)
        plain = _plain(frame, notes)
        yield _encoded(plain, kind), plain.size, turn


def _plain(image: Image.Image, notes: list[Note]) -> Image.Image:
    """The image in black and white, grey or RGB, opaque on white."""
    mode = image.mode
    if mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        image.load()
        return image.copy()
    if mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        coloured = image.convert("RGBA")
        sheet = Image.new("RGBA", coloured.size, "white")
        sheet.alpha_composite(coloured)
        notes.append(note("transparent"))
        return sheet.convert("RGB")
    if mode.startswith("I") or mode == "F":
        notes.append(note("converted", mode="16 bit"))
        return _sixteen(image)
    if mode not in {"P"}:
        notes.append(note("converted", mode=mode))
    return image.convert("RGB")


def _sixteen(image: Image.Image) -> Image.Image:
    """Grey of more than eight bits, scaled to eight; the whole range is kept, nothing is clipped."""
    wide = image.convert("F")
    low, high = wide.getextrema()
    top = 65535.0 if isinstance(high, float) and high > 255 else 255.0
    if isinstance(low, float) and isinstance(high, float) and high > 65535:
        top = high
    return wide.point(lambda value: value * (255.0 / top) + 0.0).convert("L")


def _encoded(image: Image.Image, kind: str) -> bytes:
    """The converted image as file bytes: photographs as fine JPEG, everything else without loss."""
    out = io.BytesIO()
    if kind in {"jpeg", "webp"} and image.mode in {"L", "RGB"}:
        image.save(out, "JPEG", quality=92, subsampling=0)
    else:
        image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _without_exif(content: bytes) -> bytes:
    """A JPEG without its EXIF and XMP segments; the picture data stays as it was, byte for byte."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        size = 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] != 0xE1:
            kept.append(content[at : at + size])
        at += size
    return b"".join([*kept, content[at:]])


def _place(pdf: pikepdf.Pdf, content: bytes, size: tuple[int, int], turn: int, notes: list[Note]) -> None:
    """Add the page, or for a long image the pages, on which one picture stands."""
    picture = _picture_object(pdf, content)
    wide, high = (size[1], size[0]) if turn >= 5 else size
    if high > LONG * wide and high > 1600:
        _place_long(pdf, picture, (wide, high), turn, notes)
        return
    sheet = (A4[1], A4[0]) if wide > high else A4
    room = (sheet[0] - 2 * MARGIN, sheet[1] - MARGIN - FOOT)
    scale = min(room[0] / wide, room[1] / high, 72 / SMALLEST_DPI)
    shown = (wide * scale, high * scale)
    corner = ((sheet[0] - shown[0]) / 2, FOOT + (room[1] - shown[1]) / 2)
    _add_page(pdf, sheet, picture, f"q {_matrix(turn, shown, corner)} cm /Picture Do Q".encode())


def _place_long(pdf: pikepdf.Pdf, picture: pikepdf.Object, size: tuple[int, int], turn: int, notes: list[Note]) -> None:
    room = (A4[0] - 2 * MARGIN, A4[1] - MARGIN - FOOT)
    scale = min(room[0] / size[0], 72 / SMALLEST_DPI)
    shown = (size[0] * scale, size[1] * scale)
    pages = max(1, math.ceil((shown[1] - OVERLAP) / (room[1] - OVERLAP)))
    if pages > FRAMES:
        raise Refused("image_damaged")
    left = (A4[0] - shown[0]) / 2
    for page in range(pages):
        top = FOOT + room[1] + page * (room[1] - OVERLAP)
        place = _matrix(turn, shown, (left, top - shown[1]))
        clip = f"{left:.3f} {FOOT:.3f} {shown[0]:.3f} {room[1]:.3f} re W n"
        _add_page(pdf, A4, picture, f"q {clip} {place} cm /Picture Do Q".encode())
    notes.append(note("long_image", pages=pages))


def _matrix(turn: int, shown: tuple[float, float], corner: tuple[float, float]) -> str:
    a, b, c, d, e, f = _TURNS[turn]
    values = (
        a * shown[0],
        b * shown[1],
        c * shown[0],
        d * shown[1],
        e * shown[0] + corner[0],
        f * shown[1] + corner[1],
    )
    return " ".join(f"{value:.3f}" for value in values)


def _picture_object(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    made = img2pdf.convert(content, nodate=True, rotation=img2pdf.Rotation.none)
    with pikepdf.open(io.BytesIO(made)) as single:
        found = next(iter(single.pages[0].images.values()))
        return pdf.copy_foreign(found)


def _add_page(pdf: pikepdf.Pdf, sheet: tuple[float, float], picture: pikepdf.Object, content: bytes) -> None:
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(sheet[0], 3), round(sheet[1], 3)]),
        Resources=Dictionary(XObject=Dictionary(Picture=picture)),
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
