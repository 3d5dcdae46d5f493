"""`legalflow document list|form|check|make|text`: the documents without a server.

Facts come as a YAML or JSON file, as `legalflow document form KIND` writes it. Amounts, rates and days may stand with
or without quotes: what was typed is what counts, nothing becomes a binary fraction.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from legalflow import cli
from legalflow.documents import checking
from legalflow.documents.blocks import Document
from legalflow.documents.compose import compose
from legalflow.errors import Away, Conflict, Invalid, NotFound, Problem
from legalflow.forms import Form, kinds
from legalflow.values import codec

FORMATS = ("docx", "pdf")
LARGEST = 8 << 20  # bytes of a facts file


class _Reader(yaml.SafeLoader):
    """Plain YAML: only true, false, null and whole numbers are not text; no repeated keys, no references."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "references are not read", self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        made = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "the same key stands twice", node.start_mark)
        return made


_Reader.yaml_implicit_resolvers = {}
_Reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))
_Reader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Reader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]{0,8})$"), list("-0123456789"))


@click.group()
def document() -> None:
    """法律文书：列出、提问、检查、生成、读出文字。

    \b
    例 / example:
      legalflow document form lawyer_letter > facts.yaml
      legalflow document make lawyer_letter facts.yaml -o out
    """


@document.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def list_(as_json: bool) -> None:
    """列出全部文书种类 / every kind of document."""
    forms = [Form.load(kind) for kind in kinds()]
    if as_json:
        rows = [{"kind": each.kind, "code": each.code, "title": each.title, "title_en": each.en} for each in forms]
        print(json.dumps({"kinds": rows}, ensure_ascii=False))
        return
    for each in forms:
        print(f"{each.code:<4} {each.kind:<32} {each.title}{each.subtitle} · {each.en}")


@document.command("form")
@click.argument("kind")
def form(kind: str) -> None:
    """文书需要填写的事实，输出可直接填写的 YAML / what a kind asks, as YAML ready to fill."""
    print(Form.load(kind).template(), end="")


@document.command("check")
@click.argument("kind")
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def check(kind: str, facts: Path, as_json: bool) -> None:
    """一次列出缺少和矛盾之处 / all that is missing or contradicts; exit 1 where there is any."""
    given = read(facts)
    found = checking.check(kind, given)
    prohibited, advised = _words_of(kind, given)
    found = checking.Checked(found.problems + prohibited, found.warnings + advised)
    _say(found.problems + found.warnings)
    if as_json:
        print(json.dumps({"problems": _said(found.problems), "warnings": _said(found.warnings)}, ensure_ascii=False))
    sys.exit(cli.NO if found.problems else 0)


@document.command("make")
@click.argument("kind")
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("-o", "folder", type=click.Path(path_type=Path), required=True, help="输出目录 / folder of the output")
@click.option("--format", "formats", default="docx,pdf", show_default=True, help="docx、pdf，以逗号相连")
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def make(kind: str, facts: Path, folder: Path, formats: str, force: bool, as_json: bool) -> None:
    """生成 DOCX 和 PDF，文件以文书名称命名（律师函.docx）/ make it; nothing is made where a fact is missing."""
    wanted = formats_of(formats)
    given = read(facts)
    made = compose(kind, given)
    prohibited, advised = _words_of(kind, given)
    Invalid.raise_any(prohibited)
    places = {each: folder / f"{made.title}.{each}" for each in wanted}
    _free(places.values() if not force else ())
    contents = {each: rendered(each, made) for each in wanted}
    put(folder, {places[each]: content for each, content in contents.items()})
    warnings = checking.check(kind, given).warnings + advised
    _say(warnings)
    files = [
        {"format": each, "path": str(places[each]), "sha256": codec.digest(content), "bytes": len(content)}
        for each, content in contents.items()
    ]
    if as_json:
        shown = {"kind": kind, "title": made.title, "files": files, "warnings": _said(warnings)}
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for each in files:
            print(each["path"])


@document.command("text")
@click.argument("file", type=click.Path(path_type=Path))
def text(file: Path) -> None:
    """读出 DOCX 或 PDF 的文字 / the words of a DOCX or PDF, normalised."""
    from legalflow.rendering import reading

    print(reading.words_of(_bytes(file)))


def _words_of(kind: str, facts: Mapping[str, Any]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What a letter may not say, and what it had better say otherwise, by the law of the day it was last checked."""
    form = Form.load(kind)
    if form.profile != "letter":
        return (), ()
    from legalflow.law.catalogue import Law
    from legalflow.services import wording

    law = Law.load()
    said = wording.looked_over(law, law.checked, form, facts)
    prohibited = tuple(wording.problem(each) for each in said if each.phrase.prohibited)
    return prohibited, tuple(wording.problem(each) for each in said if not each.phrase.prohibited)


def read(path: Path) -> dict[str, Any]:
    """The facts of a YAML or JSON file; a file that cannot be read so is `Invalid` with the place."""
    content = _bytes(path)
    if len(content) > LARGEST:
        raise Invalid.one(
            "facts.too_large", "事实文件过大", "the file of facts is too large", field=path, found=len(content)
        )
    try:
        found = yaml.load(content.decode("utf-8-sig"), Loader=_Reader)  # a safe loader of our own
    except UnicodeDecodeError as error:
        raise Invalid.one("facts.encoding", "事实文件须为 UTF-8", "the file of facts is UTF-8", field=path) from error
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())[:200]
        raise Invalid.one(
            "facts.unreadable", f"不是可读的 YAML 或 JSON：{said}", f"not readable as YAML or JSON: {said}", field=path
        ) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Invalid.one("facts.unreadable", "须为具名的值", "named values are needed", field=path)
    return {str(name): value for name, value in found.items()}


def _bytes(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound.one("file.missing", f"没有这个文件：{path}", f"there is no such file: {path}") from error
    except OSError as error:
        raise Away.one(
            "file.unreadable", f"读不了文件：{path}", f"cannot read {path}", found=error.strerror or ""
        ) from error


def formats_of(text: str) -> tuple[str, ...]:
    """The formats named in an option, each once; `Invalid` for one that is not made here."""
    wanted = tuple(dict.fromkeys(each.strip().lower() for each in text.split(",") if each.strip()))
    unknown = [each for each in wanted if each not in FORMATS]
    if unknown or not wanted:
        raise Invalid.one(
            "format.unknown", "格式只有 docx 和 pdf", "formats are docx and pdf", field="--format", found=text[:60]
        )
    return wanted


def rendered(format_: str, made: Document) -> bytes:
    """The document's bytes in a format; each renderer is loaded only when it is asked for."""
    if format_ == "docx":
        from legalflow.rendering import docx

        return docx.write(made)
    from legalflow.rendering import pdf

    return pdf.write(made)


def _free(places: Any) -> None:
    """Nothing is overwritten without `--force`; all files in the way are named."""
    Conflict.raise_any(
        Problem(
            "file.exists",
            f"文件已存在：{place}",
            f"the file exists: {place}",
            mend="换一个目录，或加 --force 覆盖",
            mend_en="choose another folder, or overwrite with --force",
        )
        for place in places
        if place.exists()
    )


def put(folder: Path, contents: Mapping[Path, bytes]) -> None:
    """Every file whole beside its place first, then each moved there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as making:
            for place, content in contents.items():
                (Path(making) / place.name).write_bytes(content)
            for place in contents:
                os.replace(Path(making) / place.name, place)
    except OSError as error:
        said = error.strerror or ""
        raise Away.one("file.unwritable", f"写不了 {folder}：{said}", f"cannot write {folder}: {said}") from error


def _said(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [each.said(cli.language()) for each in problems]


def _say(problems: tuple[Problem, ...]) -> None:
    for each in problems:
        print(each.line(cli.language()), file=sys.stderr)
