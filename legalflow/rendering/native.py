"""The shared libraries and the font configuration that WeasyPrint needs, made ready before it is imported.

WeasyPrint opens Pango, HarfBuzz and fontconfig by their bare names. Where the machine has them, nothing is to do; where
they were unpacked without root into `.sysroot`, the loader does not look there, so they are loaded here by full path,
after which the bare names are found. fontconfig gets a configuration of ours that knows the packaged fonts and the
lender's own, and nothing else: the same facts then give the same pages on every machine of one Debian release.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import struct
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from legalflow.config import Settings
from legalflow.errors import Away, Invalid, Problem

LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",  # without it WeasyPrint still works, three to eighty times slower: so we refuse
    "libfontconfig.so.1",
)
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
SONG_FILE = "NotoSerifSC-Regular.otf"
_CHINESE = {"WOFF": " WOFF ", "variable": "可变"}
_ABSENT = re.compile(r"^(?P<name>[^\s:]+): cannot open shared object file")


def prepare(settings: Settings) -> None:
    """Load the libraries and point fontconfig at our fonts; call it before `import weasyprint`, as often as you like.

    Raises `Away` naming every library that is nowhere, and `Invalid` naming every font that would slow each page down.
    """
    load_libraries(settings.sysroot)
    folders = font_folders(settings)
    _refuse_slow_fonts(folders)
    # Imported here: the set-up script runs this file before any package is installed.
    from legalflow.rendering import faces, glyphs

    glyphs.make(marks_folder(settings), folders[-1] / SONG_FILE)
    faces.make(marks_folder(settings), folders[-1])
    folders = (*folders, marks_folder(settings))
    configuration = _write_font_configuration(folders, settings.home)
    # Set for the C library alone: fontconfig reads it there, and Python's own copy of the environment stays as it was.
    os.putenv("FONTCONFIG_FILE", str(configuration))


def load_libraries(sysroot: Path) -> None:
    """Load every library of `LIBRARIES`, from the machine where it has it, else from `sysroot`."""
    if sys.platform != "linux":  # elsewhere the libraries have other names, and WeasyPrint finds them itself
        return
    unpacked = {path.name: path for path in sysroot.rglob("*.so*")}
    absent = [missing for name in LIBRARIES if (missing := _load(name, unpacked))]
    Away.raise_any(_library_problem(name) for name in dict.fromkeys(absent))


def font_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders fontconfig searches: the lender's own fonts, where there are any, then the packaged ones."""
    own = settings.fonts or settings.home / "fonts"
    packaged = importlib.util.find_spec(FONT_PACKAGE)
    if packaged is None or packaged.origin is None:
        raise Away.one(
            "fonts-away",
            f"缺少字体包 {FONT_PACKAGE}",
            f"the font package {FONT_PACKAGE} is not installed",
            mend="运行 ./lf up",
            mend_en="run ./lf up",
        )
    return (*((own.resolve(),) if own.is_dir() else ()), Path(packaged.origin).resolve().parent)


def marks_folder(settings: Settings) -> Path:
    """Where the fonts made here stand: boxes and composed characters (`glyphs`), everyday characters (`faces`)."""
    return settings.home.resolve() / "font-made"


def _load(name: str, unpacked: dict[str, Path]) -> str | None:
    """Load one library and whatever it asks for; return the name of what is nowhere, or None.

    The order is not written down: it differs between Debian releases. The loader says what it misses, and we bring it.
    """
    source = name
    asked: set[str] = set()
    while True:
        try:
            ctypes.CDLL(source, mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            found = _ABSENT.match(str(error))
            missing = found["name"] if found else name
            if missing in asked or missing not in unpacked:
                return Path(missing).name
            asked.add(missing)
            if missing == name:
                source = str(unpacked[name])
            elif nowhere := _load(missing, unpacked):
                return nowhere
        else:
            return None


def _library_problem(name: str) -> Problem:
    return Problem(
        "library-away",
        f"系统库 {name} 不存在，无法排版 PDF",
        f"the system library {name} is missing; PDF files cannot be set",
        found=name,
        mend="运行 ./lf up；非 Debian 系统请安装 Pango、HarfBuzz（含 subset）、fontconfig",
        mend_en="run ./lf up; elsewhere than on Debian install Pango, HarfBuzz (with subset) and fontconfig",
    )


def _refuse_slow_fonts(folders: tuple[Path, ...]) -> None:
    """Refuse variable and WOFF fonts: each page would take about six (variable) to fifty (WOFF2) times as long."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    Invalid.raise_any(
        Problem(
            "slow-font",
            f"字体文件 {path.name} 是{_CHINESE[kind]}字体，排版会慢数倍至数十倍",
            f"the font file {path.name} is a {kind} font; setting a page would take many times as long",
            found=str(path),
            mend="换成静态的 TTF 或 OTF 文件",
            mend_en="replace it by a static TTF or OTF file",
        )
        for path in files
        if (kind := _slow_kind(path))
    )


def _slow_kind(path: Path) -> str:
    """`WOFF` or `variable` where the file is such a font, else nothing."""
    with path.open("rb") as file:
        start = file.read(16)
        if start[:4] in {b"wOFF", b"wOF2"}:
            return "WOFF"
        if start[:4] == b"ttcf" and len(start) == 16:
            file.seek(struct.unpack(">I", start[12:16])[0])
        elif start[:4] in {b"\x00\x01\x00\x00", b"OTTO", b"true"}:
            file.seek(0)
        else:
            return ""
        header = file.read(12)
        tables = file.read(16 * struct.unpack(">H", header[4:6])[0]) if len(header) == 12 else b""
    return "variable" if b"fvar" in {tables[at : at + 4] for at in range(0, len(tables), 16)} else ""


def _write_font_configuration(folders: tuple[Path, ...], home: Path) -> Path:
    """Write `fonts.conf` under `home` where it is not there as it should be; several processes may do so at once."""
    home.mkdir(parents=True, exist_ok=True)
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
        *(f"  <dir>{escape(str(folder))}</dir>" for folder in folders),
        f"  <cachedir>{escape(str(home.resolve() / 'font-cache'))}</cachedir>",
        "</fontconfig>",
    ]
    text = "\n".join(lines) + "\n"
    path = home.resolve() / "fonts.conf"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        fresh = path.with_name(f"fonts.conf.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    return path
