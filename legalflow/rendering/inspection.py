"""Checks a finished bundle as a court's clerk would: from the file and its manifest alone.

It shares no code with `stitch` or `stamp`. Page numbers are read off the pages as drawn: which, how
large, where, and whether it stands upright for a reader.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf

from legalflow.errors import Problem

SMALLEST = 9.0  # points
DEPTH = 20  # how deep direct objects are followed
_FORBIDDEN_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
     "/RichMediaExecute", "/ResetForm", "/SetOCGState", "/Hide", "/Trans", "/GoTo3DView"}
)  # fmt: skip
_FORBIDDEN_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/AcroForm", "/RichMedia"})
_STAMP = re.compile(r"^(?:第(\d+)页|(\d+))$")
_RANGE = re.compile(r"（第(\d+)(?:–(\d+))?页）$")
_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class _Drawn:
    """Words drawn on a page: what, with which matrix, how large in points."""

    words: str
    matrix: _Matrix
    size: float


def inspect(path: Path, manifest: Mapping[str, Any] | None = None, folder: Path | None = None) -> tuple[Problem, ...]:
    """Everything wrong with a bundle, at once; empty where it is right.

    `manifest` is what was written beside it; `folder` the place its source names are relative to. Without a manifest
    the offset is taken from the first page label, and hashes and the list cannot be held against anything.
    """
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            volume = _volume(path, manifest)
            found = list(_of_file(pdf))
            found += _of_pages(pdf, volume)
            found += _of_bookmarks(pdf, volume, manifest)
            found += _of_list(pdf, volume, manifest)
            found += _of_activity(pdf)
    except pikepdf.PasswordError:
        found = [_problem("encrypted", "文件设有打开密码", "the file needs a password to open")]
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        found = [_problem("unreadable", "文件无法读取", "the file cannot be read", found=type(error).__name__)]
    return (*found, *_of_hashes(path, manifest, folder))


def _volume(path: Path, manifest: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The manifest's entry on this file, by its name; else its only one; else nothing."""
    volumes = list((manifest or {}).get("volumes", ()))
    named = [each for each in volumes if each.get("file") == path.name]
    return dict((named or (volumes if len(volumes) == 1 else [{}]))[0])


def _problem(code: str, zh: str, en: str, field: str = "", found: object = "") -> Problem:
    return Problem(f"bundle.{code}", zh, en, field, str(found))


def _of_file(pdf: Pdf) -> Iterator[Problem]:
    if pdf.is_encrypted:
        yield _problem("encrypted", "文件设有密码或权限", "the file is encrypted")
    if pdf.Root.get("/PageMode") != Name.UseOutlines:
        yield _problem("bookmarks_hidden", "打开时不显示书签", "bookmarks are not shown when it opens")
    if not str(pdf.docinfo.get("/Title", "")):
        yield _problem("untitled", "文件没有标题", "the file has no title")


def _of_pages(pdf: Pdf, volume: Mapping[str, Any]) -> Iterator[Problem]:
    """Number stamped = page label = index + offset, on every page, upright, on the visible page, lower right."""
    offset = volume.get("offset")
    if offset is None:
        first = pdf.pages[0].label
        offset = int(first) - 1 if first.isdigit() else 0
    if "pages" in volume and volume["pages"] != len(pdf.pages):
        yield _problem(
            "page_count", "页数与清单不符", "the number of pages is not that of the manifest", "", len(pdf.pages)
        )
    fonts: dict[tuple[int, int], Mapping[int, str]] = {}
    for index, page in enumerate(pdf.pages, start=1):
        number, field = index + int(offset), f"pages[{index}]"
        if page.label != str(number):
            yield _problem("label", f"第{index}页的页标签不是 {number}", "the page label is wrong", field, page.label)
        stamps = [each for each in _last_words(page, fonts) if _STAMP.match(each.words)]
        if not stamps:
            yield _problem("stamp_missing", f"第{index}页没有加盖页码", "the page has no stamped number", field)
            continue
        found = _STAMP.match(stamps[-1].words)
        assert found is not None
        if int(found[1] or found[2]) != number:
            yield _problem("stamp", f"第{index}页加盖的不是 {number}", "the stamped number is wrong", field, found[0])
        yield from _of_place(page, stamps[-1], field)


def _of_place(page: Page, stamp: _Drawn, field: str) -> Iterator[Problem]:
    left, bottom, right, top = (float(each) for each in page.cropbox)
    a, b, x, y = stamp.matrix[0], stamp.matrix[1], stamp.matrix[4], stamp.matrix[5]
    turn = int(page.obj.get("/Rotate", 0)) % 360
    seen = {
        0: (x - left, y - bottom, a, b, right - left, top - bottom),
        90: (y - bottom, right - x, b, -a, top - bottom, right - left),
        180: (right - x, top - y, -a, -b, right - left, top - bottom),
        270: (top - y, x - left, -b, a, top - bottom, right - left),
    }[turn]
    if not (seen[2] > 0 and abs(seen[3]) < 0.01 * seen[2]):
        yield _problem("stamp_turned", "页码不是正向的", "the number does not stand upright", field)
    if stamp.size < SMALLEST:
        yield _problem(
            "stamp_small", "页码小于 9 磅", "the number is smaller than 9 points", field, f"{stamp.size:.1f}"
        )
    if not (seen[4] / 2 <= seen[0] < seen[4] and 0 < seen[1] <= seen[5] / 2):
        yield _problem(
            "stamp_place", "页码不在可见页面的右下角", "the number is not lower right on the visible page", field
        )


def _last_words(page: Page, fonts: dict[tuple[int, int], Mapping[int, str]]) -> list[_Drawn]:
    """The words drawn by the last part of a page's contents, where what is stamped must stand."""
    contents = page.obj.get("/Contents")
    last = contents[-1] if isinstance(contents, Array) and len(contents) else contents
    return list(_words(last, page, fonts)) if isinstance(last, pikepdf.Stream) else []


def _words(stream: Any, page: Page, fonts: dict[tuple[int, int], Mapping[int, str]]) -> Iterator[_Drawn]:
    """Every run of words of a content stream, with the matrix it is drawn with."""
    state: list[_Matrix] = [_UNIT]
    text, size = _UNIT, 0.0
    letters: Mapping[int, str] = {}
    for instruction in pikepdf.parse_content_stream(stream):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "q":
            state.append(state[-1])
        elif operator == "Q" and len(state) > 1:
            state.pop()
        elif operator == "cm":
            state[-1] = _times(_matrix(operands), state[-1])
        elif operator == "BT":
            text = _UNIT
        elif operator == "Tm":
            text = _matrix(operands)
        elif operator in {"Td", "TD"}:
            text = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), text)
        elif operator == "Tf":
            letters, size = _letters(page, operands[0], fonts), float(operands[1])
        elif operator in {"Tj", "TJ", "'"}:
            matrix = _times(text, state[-1])
            height = size * (matrix[2] ** 2 + matrix[3] ** 2) ** 0.5
            yield _Drawn(_decoded(operands[0], letters), matrix, height)


def _matrix(operands: Any) -> _Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)
    return a, b, c, d, e, f


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    return (
        one[0] * two[0] + one[1] * two[2],
        one[0] * two[1] + one[1] * two[3],
        one[2] * two[0] + one[3] * two[2],
        one[2] * two[1] + one[3] * two[3],
        one[4] * two[0] + one[5] * two[2] + two[4],
        one[4] * two[1] + one[5] * two[3] + two[5],
    )


def _letters(page: Page, name: Any, fonts: dict[tuple[int, int], Mapping[int, str]]) -> Mapping[int, str]:
    """A font's codes and the letters they mean, from its ToUnicode table."""
    font = page.resources.get("/Font", Dictionary()).get(str(name))
    if not isinstance(font, Dictionary) or "/ToUnicode" not in font:
        return {}
    if font.objgen not in fonts or font.objgen == (0, 0):
        fonts[font.objgen] = _table(font.ToUnicode.read_bytes().decode("latin-1"))
    return fonts[font.objgen]


def _table(source: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for section in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
            found[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be", "replace")
    for section in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for low, high, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", section):
            start = int(letters, 16)
            found |= {int(low, 16) + at: chr(start + at) for at in range(int(high, 16) - int(low, 16) + 1)}
    return found


def _decoded(operand: Any, letters: Mapping[int, str]) -> str:
    parts = operand if isinstance(operand, Array) else [operand]
    said = []
    for part in parts:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            said += [letters.get(int.from_bytes(raw[at : at + 2], "big"), "") for at in range(0, len(raw), 2)]
    return "".join(said)


def _of_bookmarks(pdf: Pdf, volume: Mapping[str, Any], manifest: Mapping[str, Any] | None) -> Iterator[Problem]:
    """A bookmark that names pages lands on the first of them; every exhibit of the manifest has one."""
    numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages, start=1)}
    labels = [page.label for page in pdf.pages]
    titles: list[str] = []
    with pdf.open_outline() as outline:
        for item in _all_items(outline.root):
            titles.append(item.title)
            goal: Any = item.destination
            index = numbers.get(goal[0].objgen) if isinstance(goal, Array) and len(goal) else None
            if index is None:
                yield _problem("bookmark_lost", "书签没有落到页上", "a bookmark leads nowhere", "bookmarks", item.title)
                continue
            named = _RANGE.search(item.title)
            if named and labels[index - 1] != named[1]:
                yield _problem(
                    "bookmark",
                    "书签落到的页与所写不符",
                    "a bookmark lands on another page than it names",
                    "bookmarks",
                    item.title,
                )
    for each in _exhibits(volume, manifest):
        if not any(title.startswith(f"{each['item']} ") for title in titles):
            yield _problem("bookmark_missing", "证据没有书签", "an exhibit has no bookmark", "bookmarks", each["item"])


def _all_items(items: Iterable[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _all_items(item.children)


def _exhibits(volume: Mapping[str, Any], manifest: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The manifest's exhibits that stand in this file."""
    every = list((manifest or {}).get("exhibits", ()))
    return [each for each in every if not volume.get("file") or each.get("volume", volume["file"]) == volume["file"]]


def _of_list(pdf: Pdf, volume: Mapping[str, Any], manifest: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Links land inside the file; each row of the list leads to its exhibit; the list can be searched."""
    numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages, start=1)}
    front = int(volume.get("cover_pages", 0)) + int(volume.get("list_pages", 0))
    fonts: dict[tuple[int, int], Mapping[int, str]] = {}
    targets: set[int] = set()
    words = ""
    for index, page in enumerate(pdf.pages, start=1):
        for annotation in page.obj.get("/Annots", Array()):
            target = numbers.get(annotation.Dest[0].objgen) if "/Dest" in annotation else None
            if "/Dest" in annotation and target is None:
                yield _problem("link_lost", f"第{index}页的链接没有落到页上", "a link leads nowhere", f"pages[{index}]")
            if target is not None and index <= front:
                targets.add(target)
                yield from _of_row(page, annotation, pdf.pages[target - 1].label, index, fonts)
        if index <= front:
            words += "".join(each.words for each in _words(page, page, fonts))
    if not front:
        return
    squeezed = re.sub(r"\s", "", words)
    for each in _exhibits(volume, manifest):
        if each["first"] - int(volume.get("offset", 0)) not in targets:
            yield _problem(
                "link_missing", "目录中没有到该证据的链接", "the list has no link to it", "list", each["item"]
            )
        if re.sub(r"\s", "", each["name"]) not in squeezed:
            yield _problem(
                "not_searchable", "目录中检索不到该证据名称", "its name cannot be found", "list", each["item"]
            )


def _of_row(
    page: Page, annotation: Any, label: str, index: int, fonts: dict[tuple[int, int], Mapping[int, str]]
) -> Iterator[Problem]:
    """A link over a page range (the list's second column) must lead to the first page written there."""
    left, bottom, right, top = (float(each) for each in annotation.Rect)
    before = ""
    for drawn in _words(page, page, fonts):
        x, y = drawn.matrix[4], drawn.matrix[5]
        written = re.fullmatch(r"(\d+)(?:–\d*)?", drawn.words)
        broken, before = before.endswith("–"), drawn.words  # a range broken over two lines: its end names no first page
        inside = left - 1 <= x <= right and bottom - 1 <= y <= top + 1
        if written and not broken and inside and written[1] != label:
            yield _problem(
                "link",
                "目录链接落到的页与所写不符",
                "a link lands on another page than it names",
                f"pages[{index}]",
                written[0],
            )


def _of_activity(pdf: Pdf) -> Iterator[Problem]:
    if isinstance(pdf.Root.get("/OpenAction"), Dictionary):
        yield _problem("active", "文件打开时会执行动作", "an action runs when the file opens", found="/OpenAction")
    for each in pdf.objects:
        for found in _acting(each, 0):
            yield _problem(
                "active", "文件内有活动内容", "something active is inside", f"objects[{each.objgen[0]}]", found
            )


def _acting(value: Any, depth: int) -> Iterator[str]:
    """What is active in an object, and in what stands directly inside it; indirect parts are looked at on their own."""
    if isinstance(value, Array):
        nested = list(value) if len(value) and isinstance(value[0], Dictionary | Array) else []
    elif isinstance(value, Dictionary | pikepdf.Stream):
        keys = list(value.keys())
        yield from (key for key in keys if key in _FORBIDDEN_KEYS)
        action = value.get("/S")
        if isinstance(action, Name) and str(action) in _FORBIDDEN_ACTIONS:
            yield str(action)
        if value.get("/Type") == Name.Annot and value.get("/Subtype") != Name.Link:
            yield str(value.get("/Subtype"))
        nested = [value[key] for key in keys]
    else:
        return
    for each in nested:
        if depth < DEPTH and isinstance(each, Dictionary | Array) and not each.is_indirect:
            yield from _acting(each, depth + 1)


def _of_hashes(path: Path, manifest: Mapping[str, Any] | None, folder: Path | None) -> Iterator[Problem]:
    if manifest is None:
        return
    volume = _volume(path, manifest)
    if volume.get("sha256") != _digest(path):
        yield _problem("hash", "文件与清单记载的校验值不符", "the file is not that of the manifest", path.name)
    counts = manifest.get("counts", {})
    if counts.get("received") != counts.get("exhibits", 0) + counts.get("refused", 0):
        yield _problem(
            "count", "收到的文件数不等于装订数加拒收数", "files received are not those bound plus those refused"
        )
    for each in manifest.get("exhibits", ()):
        source = folder / each["file"] if folder else None
        if source and source.is_file() and _digest(source) != each["sha256"]:
            yield _problem("source_hash", "证据原件已被改动", "a source file has changed", each["file"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
