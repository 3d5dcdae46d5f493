"""Laid-out papers as photographs and scans of them would be: sample evidence, so that images are tried as well as PDF.

Straight, slightly skewed, grey with the noise of an old machine, fed sideways, or taken with a telephone on a desk. The
same page gives the same bytes: the noise is a digest's, not chance's.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageChops, ImageDraw, ImageFont

from legalflow.rendering import paper
from legalflow.rendering.paper import Round, Rule, Sheet, Words

DOTS = 130  # an inch
_SCALE = DOTS / 72
_PAPER = (251, 250, 246)
_DESK = (112, 92, 74)
_SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 72},
    "PNG": {"compress_level": 3},
    "TIFF": {"compression": "group4"},
}


class Look(Enum):
    """How a page was taken."""

    STRAIGHT = "straight"
    SKEWED = "skewed"  # laid on the glass a little askew
    GREY = "grey"  # an old machine without colour
    SIDEWAYS = "sideways"  # fed with its long side first
    TELEPHONE = "telephone"  # on a desk, from above, not quite


def picture(sheet: Sheet, look: Look = Look.STRAIGHT, kind: str = "JPEG") -> bytes:
    """A page as an image file; `kind` is JPEG, PNG or TIFF."""
    return _saved([_taken(sheet, look)], kind)


def pictures(sheets: Sequence[Sheet], looks: Sequence[Look] = (), kind: str = "TIFF") -> bytes:
    """Pages as the frames of one TIFF; a page without a look of its own is straight."""
    return _saved([_taken(sheet, look) for sheet, look in _looked(sheets, looks)], kind)


def scan(sheets: Sequence[Sheet], looks: Sequence[Look] = ()) -> bytes:
    """Pages as a scanner's PDF, of pictures only; one fed sideways is told to be shown upright."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for sheet, look in _looked(sheets, looks):
            image = _taken(sheet, look)
            held = Stream(
                pdf,
                _saved([image], "JPEG"),
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=image.width,
                Height=image.height,
                ColorSpace=Name.DeviceGray if image.mode == "L" else Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
            )
            wide, high = (round(each / _SCALE, 2) for each in image.size)
            page = Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, wide, high]),
                Resources=Dictionary(XObject=Dictionary(Scan=pdf.make_indirect(held))),
                Contents=pdf.make_indirect(Stream(pdf, f"q {wide} 0 0 {high} 0 0 cm /Scan Do Q".encode())),
            )
            if look is Look.SIDEWAYS:
                page.Rotate = 90
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _looked(sheets: Sequence[Sheet], looks: Sequence[Look]) -> list[tuple[Sheet, Look]]:
    return [(sheet, looks[at] if at < len(looks) else Look.STRAIGHT) for at, sheet in enumerate(sheets)]


def _saved(images: Sequence[Image.Image], kind: str) -> bytes:
    if kind == "TIFF":  # black and white, as a fax or an old copier has it
        images = [each.convert("L").point([0] * 222 + [255] * 34).convert("1") for each in images]
    out = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": list(images[1:])} if len(images) > 1 else {}
    images[0].save(out, kind, **_SAVING[kind], **more, dpi=(DOTS, DOTS))
    return out.getvalue()


def _taken(sheet: Sheet, look: Look) -> Image.Image:
    image = _drawn(sheet)
    match look:
        case Look.SKEWED:
            return image.convert("L").rotate(1.1, resample=Image.Resampling.BILINEAR, fillcolor=226)
        case Look.GREY:
            grey = image.convert("L").point([min(255, 40 + value * 5 // 6) for value in range(256)])
            return ImageChops.add(grey, _noise(grey.size), 1, -20)
        case Look.SIDEWAYS:
            return image.transpose(Image.Transpose.ROTATE_90)
        case Look.TELEPHONE:
            return _on_a_desk(image)
    return image


def _drawn(sheet: Sheet) -> Image.Image:
    image = Image.new("RGB", (round(sheet.width * _SCALE), round(sheet.height * _SCALE)), _PAPER)
    draw = ImageDraw.Draw(image)
    for mark in sheet.marks:
        match mark:
            case Words(x, y, text, letters, colour):
                _write(image, x, y, text, letters, colour)
            case Rule(x0, y0, x1, y1, colour):
                draw.line([round(each * _SCALE) for each in (x0, y0, x1, y1)], fill=colour, width=1)
            case Round(x, y, radius, text):
                box = [round(each * _SCALE) for each in (x - radius, y - radius, x + radius, y + radius)]
                draw.ellipse(box, outline=paper.RED, width=4)
                letters = min(10.0, 1.7 * radius / max(1, len(text)))
                _write(image, x - paper.width(text, letters) / 2, y + letters / 3, text, letters, paper.RED)
    return image


def _write(image: Image.Image, x: float, y: float, text: str, size: float, colour: paper.Colour) -> None:
    for letter in text:
        mask, left, top = _shape(letter, size)
        if mask is not None:
            image.paste(colour, (round(x * _SCALE) + left, round(y * _SCALE) + top), mask)
        x += paper.width(letter, size)


@lru_cache(maxsize=20_000)
def _shape(letter: str, size: float) -> tuple[Image.Image | None, int, int]:
    """A letter as a mask, and its place from the foot of its line; drawn once, since drawing is what takes time."""
    room = round(2 * size * _SCALE)
    canvas = Image.new("L", (2 * room, 2 * room))
    ImageDraw.Draw(canvas).text((room, room), letter, font=_font(size, paper.is_rare(letter)), fill=255, anchor="ls")
    box = canvas.getbbox()
    return (canvas.crop(box), box[0] - room, box[1] - room) if box else (None, 0, 0)


@lru_cache(maxsize=64)
def _font(size: float, rare: bool) -> ImageFont.FreeTypeFont:
    # The simple layout: the other asks HarfBuzz, of which a process that sets PDF files has another release loaded.
    face = paper.rare_face() if rare else paper.face()
    return ImageFont.truetype(str(face), size * _SCALE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4)
def _noise(size: tuple[int, int]) -> Image.Image:
    """Specks between 0 and 40, the same in every process."""
    tile = Image.frombytes("L", (256, 256), hashlib.shake_256(b"legalflow").digest(256 * 256))
    tile = tile.point([value * 40 // 255 for value in range(256)])
    whole = Image.new("L", size)
    for x in range(0, size[0], 256):
        for y in range(0, size[1], 256):
            whole.paste(tile, (x, y))
    return whole


def _on_a_desk(image: Image.Image) -> Image.Image:
    """The page seen by a telephone: smaller, its far edge shorter, a shadow from one side, wood around it."""
    wide, high = image.size
    # For each corner of the picture the place on the paper that is seen there: beyond it lies the desk.
    far, near = 0.13 * wide, 0.07 * wide
    seen = (-far, -0.06 * high, -near, 1.05 * high, wide + near * 0.8, 1.06 * high, wide + far * 1.1, -0.05 * high)
    shot = image.transform(image.size, Image.Transform.QUAD, seen, resample=Image.Resampling.BILINEAR, fillcolor=_DESK)
    return ImageChops.multiply(shot, _shadow(image.size))


@lru_cache(maxsize=4)
def _shadow(size: tuple[int, int]) -> Image.Image:
    """Light from the upper left: whole there, a fifth less at the lower right."""
    small = Image.new("L", (2, 2))
    small.putdata([255, 236, 232, 200])
    return small.resize(size, Image.Resampling.BILINEAR).convert("RGB")
