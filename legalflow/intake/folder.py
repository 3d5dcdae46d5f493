"""A folder of evidence as a clerk keeps it: subfolders are groups, names give the order; or a list file says it all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from legalflow.errors import Invalid, Problem
from legalflow.evidence.exhibits import KINDS

_LEADING = re.compile(
    r"^[\s\d零一二三四五六七八九十第组号.、,，_\-–—()（）【】\[\]]*[\s.、,，_\-–—)）】\]]+(?=\S)|^\d+(?=\D)"
)
_NOT_EVIDENCE = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_COLUMNS = {
    "组": "group", "分组": "group", "group": "group", "文件": "file", "文件名": "file", "file": "file",
    "名称": "name", "证据名称": "name", "name": "name", "来源": "source", "证据来源": "source", "source": "source",
    "证明目的": "proves", "拟证明事项": "proves", "proves": "proves", "形式": "form", "form": "form",
    "种类": "kind", "证据种类": "kind", "kind": "kind", "密码": "password", "password": "password",
}  # fmt: skip
_OTHER_GROUP = "证据"


@dataclass(frozen=True)
class Entry:
    """One file of the folder: where, its group's title and its own name, and what a list file says of it."""

    path: Path
    file: str  # relative to the folder, with forward slashes
    group: str
    name: str
    source: str = ""
    proves: str = ""
    form: str = ""
    kind: str = "书证"
    password: str | None = None


@dataclass(frozen=True)
class Folder:
    """The files in their order, and those that are not evidence, by name and reason."""

    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...] = field(default=())  # file, code: link, system_file, not_listed


def collect(folder: Path, listing: Path | None = None) -> Folder:
    """The files of a folder. Raises `Invalid` with every fault of the folder or of the list file."""
    if not folder.is_dir():
        raise Invalid.one("folder.absent", "文件夹不存在", "there is no such folder", found=folder)
    found, left_out = _files(folder)
    if listing is None:
        return Folder(tuple(_entry(folder, path) for path in found), left_out)
    entries = tuple(_listed(folder, listing))
    named = {entry.path for entry in entries}
    rest = tuple((_relative(folder, path), "not_listed") for path in found if path not in named and path != listing)
    return Folder(entries, left_out + rest)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which `2.pdf` comes before `10.pdf`."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part)


def plain_name(text: str) -> str:
    """A name without its number in front and without letters that cannot be printed.

    >>> plain_name("01_借款合同"), plain_name("第二组 放款"), plain_name("2024年合同"), plain_name("3")
    ('借款合同', '放款', '2024年合同', '3')
    """
    printable = "".join(letter for letter in text if letter.isprintable()).strip()
    if re.match(r"^\d{4}[年\-.]", printable):
        return printable
    return _LEADING.sub("", printable, count=1).strip() or printable or "未命名"


def _files(folder: Path) -> tuple[list[Path], tuple[tuple[str, str], ...]]:
    found, left_out = [], []
    for path in sorted(folder.rglob("*"), key=lambda each: [natural(part) for part in each.relative_to(folder).parts]):
        if path.is_symlink():
            left_out.append((_relative(folder, path), "link"))
        elif path.is_file():
            system = path.name.lower() in _NOT_EVIDENCE or path.name.startswith((".", "~$"))
            left_out += [(_relative(folder, path), "system_file")] if system else []
            found += [] if system else [path]
    return found, tuple(left_out)


def _relative(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()


def _entry(folder: Path, path: Path) -> Entry:
    parts = path.relative_to(folder).parts
    group = plain_name(parts[0]) if len(parts) > 1 else _OTHER_GROUP
    return Entry(path, _relative(folder, path), group, plain_name(path.stem))


def _listed(folder: Path, listing: Path) -> Iterator[Entry]:
    rows = list(csv.DictReader(io.StringIO(_text(listing))))
    columns = (
        {name: _COLUMNS[name.strip().lower()] for name in rows[0] if name and name.strip().lower() in _COLUMNS}
        if rows
        else {}
    )
    if "file" not in columns.values():
        raise Invalid.one(
            "list.columns",
            "清单缺少“文件”一列",
            "the list has no column “file”",
            found=listing.name,
            mend="表头：组,文件,名称,来源,证明目的,形式,种类",
            mend_en="head: group,file,name,source,proves,form,kind",
        )
    problems, entries, group = [], [], _OTHER_GROUP
    for line, row in enumerate(rows, start=2):
        said = {key: (row[name] or "").strip() for name, key in columns.items()}
        if not any(said.values()):
            continue
        group = said.get("group") or group
        path = (folder / said["file"]).resolve()
        if not path.is_file() or not path.is_relative_to(folder.resolve()):
            problems.append(
                Problem(
                    "list.file_absent",
                    "清单所列文件不在文件夹中",
                    "a file of the list is not in the folder",
                    f"第{line}行",
                    said["file"][:80],
                )
            )
            continue
        kind = said.get("kind") or "书证"
        if kind not in KINDS:
            problems.append(
                Problem(
                    "list.kind",
                    "证据种类不是法定的八种",
                    "the kind of evidence is not one of the eight",
                    f"第{line}行",
                    kind[:40],
                    "、".join(KINDS),
                    ", ".join(KINDS),
                )
            )
        entries.append(
            Entry(
                folder / said["file"],
                said["file"],
                group,
                said.get("name") or plain_name(path.stem),
                said.get("source", ""),
                said.get("proves", ""),
                said.get("form", ""),
                kind,
                said.get("password") or None,
            )
        )
    Invalid.raise_any(problems)
    yield from entries


def _text(path: Path) -> str:
    """The list's text: UTF-8 with or without mark, UTF-16 with one, else GB18030."""
    if not path.is_file():
        raise Invalid.one("list.absent", "清单文件不存在", "there is no such list", found=path)
    content = path.read_bytes()
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Invalid.one(
                "list.encoding", "清单的编码无法识别，请另存为 UTF-8", "save the list as UTF-8"
            ) from error
