"""What kind of file it is, by its first bytes, never by its name or header."""

from __future__ import annotations

import re

_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"ID3", "audio_video"),
    (b"OggS", "audio_video"),
    (b"fLaC", "audio_video"),
    (b"#!AMR", "audio_video"),
    (b"\xff\xfb", "audio_video"),
    (b"\xff\xf3", "audio_video"),
    (b"\xff\xf1", "audio_video"),
    (b"\x1aE\xdf\xa3", "audio_video"),
)
_SVG = re.compile(rb"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
_PICTURES = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_PDF_WITHIN = 1024  # readers look for the header in the first kibibyte


def kind_of(start: bytes) -> str:
    """The kind by the first kibibytes: pdf, jpeg, png, tiff, gif, bmp, webp, heic, svg, zip, ole, … or empty.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"hello")
    ('pdf', '')
    """
    for magic, kind in _STARTS:
        if start.startswith(magic):
            return kind
    if start.startswith(b"BM") and len(start) > 26 and start[6:10] == b"\0\0\0\0":
        return "bmp"
    if start.startswith(b"RIFF"):
        return "webp" if start[8:12] == b"WEBP" else "audio_video"
    if start[4:8] == b"ftyp":
        return "heic" if start[8:12] in _PICTURES else "audio_video"
    if b"%PDF-" in start[:_PDF_WITHIN]:
        return "pdf"
    if _SVG.search(start[:4096].replace(b"\0", b"")):
        return "svg"
    return ""
