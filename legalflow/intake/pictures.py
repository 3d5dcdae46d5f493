"""A picture that pages and documents show, a logo or a seal: looked at and written anew in the limited process.

What comes out is a PNG of the pixels alone: no metadata, no second frame, nothing after the picture. Runs in the child.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from PIL import Image

from legalflow.intake.kinds import kind_of
from legalflow.intake.verdicts import Refused

PIXELS = 4_000_000  # told by the header, before anything is unpacked
SIDE = 4000
LEAST = 24  # pixels of a side
KINDS = frozenset({"png", "jpeg"})
Image.MAX_IMAGE_PIXELS = None  # our own limit is tested first


def read(path: Path, out: Path, see_through: bool) -> dict[str, Any]:
    """Write the picture anew to `out` as PNG; its size in pixels. Raises `Refused`.

    `see_through`: only a PNG whose ground is transparent is taken, as a seal's must be.
    """
    with path.open("rb") as file:
        start = file.read(8192)
    kind = kind_of(start)
    if kind not in KINDS or (see_through and kind != "png"):
        raise Refused("svg" if kind == "svg" else "picture_kind")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=(kind.upper(),)) as image:
                _judge(image.width, image.height)
                made = image.convert("RGBA")
    except Refused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, ArithmeticError) as error:
        raise Refused("image_damaged") from error
    if see_through and not _is_see_through(made):
        raise Refused("picture_opaque")
    made.save(out, "PNG", compress_level=9)
    return {"width": made.width, "height": made.height}


def _judge(width: int, height: int) -> None:
    if width * height > PIXELS or max(width, height) > SIDE:
        raise Refused("picture_large", found=f"{width}×{height}", limit=SIDE)
    if min(width, height) < LEAST:
        raise Refused("picture_small", found=f"{width}×{height}", limit=LEAST)


def _is_see_through(image: Image.Image) -> bool:
    """Whether the four corners let the paper through, and something of the picture does not."""
    alpha = image.getchannel("A")
    right, bottom = image.width - 1, image.height - 1
    corners = [alpha.getpixel(each) for each in ((0, 0), (right, 0), (0, bottom), (right, bottom))]
    low, high = alpha.getextrema()
    return all(each == 0 for each in corners) and low == 0 and isinstance(high, int) and high > 0
