"""A paper as a photograph or scan of it would be: sample evidence, so that images are tried as well as PDF files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from legalflow.config import Settings
from legalflow.rendering import native

_SIZE = (1240, 1754)  # A4 at 150 dots an inch
_SAVING: dict[str, dict[str, Any]] = {"JPEG": {"quality": 85}, "TIFF": {"compression": "tiff_adobe_deflate"}}


def of_lines(title: str, lines: Sequence[str], kind: str = "JPEG", wide: bool = False) -> bytes:
    """An image of a paper with a title and lines; `kind` is JPEG, PNG or TIFF, `wide` lays the paper across."""
    size = _SIZE[::-1] if wide else _SIZE
    image = Image.new("RGB", size, (250, 248, 242))
    draw = ImageDraw.Draw(image)
    face = str(_font())
    # The simple layout: the other asks HarfBuzz, of which a process that sets PDF files has another release loaded.
    simple = ImageFont.Layout.BASIC
    heading, body = (ImageFont.truetype(face, size, layout_engine=simple) for size in (54, 34))
    draw.rectangle((40, 40, size[0] - 40, size[1] - 40), outline=(120, 120, 120), width=3)
    draw.text((size[0] / 2, 160), title, font=heading, fill=(30, 30, 30), anchor="mm")
    for place, line in enumerate(lines):
        draw.text((140, 300 + place * 70), line, font=body, fill=(40, 40, 40))
    centre = (size[0] - 260, size[1] - 260)
    draw.ellipse((centre[0] - 110, centre[1] - 110, centre[0] + 110, centre[1] + 110), outline=(200, 30, 30), width=6)
    draw.text(centre, "样 本", font=heading, fill=(200, 30, 30), anchor="mm")
    out = io.BytesIO()
    image.save(out, kind, **_SAVING.get(kind, {}), dpi=(150, 150))
    return out.getvalue()


def _font() -> Path:
    """The packaged serif face."""
    folder = native.font_folders(Settings())[-1]
    return next(path for path in sorted(folder.rglob("*")) if "Serif" in path.name and path.suffix in {".ttf", ".otf"})
