"""`legalflow bundle make|check`: a folder of evidence into one bundle, and the check a court's clerk would make."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from legalflow import cli, config
from legalflow.config import Settings
from legalflow.documents import words
from legalflow.documents.blocks import Document
from legalflow.documents.compose import compose
from legalflow.errors import Conflict, Invalid, LegalflowError, NotFound, Problem
from legalflow.evidence import bundle as planning
from legalflow.evidence import front
from legalflow.evidence import manifest as shape
from legalflow.evidence.bundle import Placed, Plan
from legalflow.evidence.exhibits import Exhibit
from legalflow.intake import files
from legalflow.intake.folder import Entry, collect
from legalflow.values import codec

MOST_COPIES = 99
_LEFT_OUT = {
    "link": ("快捷方式或链接不会被打开", "links are not followed", "请放入文件本身", "put the file itself there"),
    "system_file": ("系统或临时文件，不是证据", "a system or temporary file, not evidence", "", ""),
    "not_listed": (
        "清单没有列出这个文件",
        "the list does not name this file",
        "请在清单中加一行",
        "add a row to the list",
    ),
    "duplicate": ("与另一份证据内容完全相同，没有重复装订", "identical to another exhibit; it is bound once", "", ""),
}


@dataclass(frozen=True)
class _Options:
    """What the command line asks for."""

    folder: Path
    out: Path
    listing: Path | None
    title: str
    case_title: str
    case_no: str
    submitter: str
    copies: int
    after: dict[str, Any] | None
    split_bytes: int
    split_pages: int
    force: bool

    @property
    def list_no(self) -> int:
        """Which list this is: 1, or one more than that of the bundle continued."""
        return int(self.after["list_no"]) + 1 if self.after else 1


@dataclass
class _Work:
    """What has been received so far."""

    exhibits: list[Exhibit] = field(default_factory=list)
    working: dict[str, Path] = field(default_factory=dict)
    received: dict[str, files.Received] = field(default_factory=dict)
    refused: list[dict[str, str]] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)


@click.group()
def bundle() -> None:
    """证据材料：装订与核对。Evidence bundles, made and checked without a server.

    \b
    例 Example:
      legalflow bundle make 证据/ -o 证据材料.pdf --case 某银行诉张三金融借款合同纠纷 --submitter 某银行
      legalflow bundle check 证据材料.pdf
    """


@bundle.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="装订成的 PDF / the bundle")
@click.option("--list", "listing", type=click.Path(path_type=Path), help="CSV：组,文件,名称,来源,证明目的,形式,种类")
@click.option("--title", default="", help="名称 / title (证据材料)")
@click.option("--case", "case_title", default="", help="案件 / the case")
@click.option("--case-no", default="", help="案号 / case number")
@click.option("--submitter", default="", help="提交人 / submitted by")
@click.option("--copies", default=1, type=int, help="套数 / number of sets")
@click.option(
    "--continue-from", "previous", type=click.Path(path_type=Path), help="续编：前一册 / the bundle continued"
)
@click.option("--split-mb", default=0, type=int, help="每册最多兆字节 / MB a file")
@click.option("--split-pages", default=0, type=int, help="每册最多页 / pages a file")
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite")
@click.option("--json", "as_json", is_flag=True, help="输出清单 / print the manifest")
def make(
    folder: Path,
    out: Path,
    listing: Path | None,
    title: str,
    case_title: str,
    case_no: str,
    submitter: str,
    copies: int,
    previous: Path | None,
    split_mb: int,
    split_pages: int,
    force: bool,
    as_json: bool,
) -> None:
    """把文件夹装订成册 · bind a folder: subfolders are groups, names order the items.

    Beside OUT.pdf stand the evidence list (DOCX, PDF) and manifest.json. A file that cannot be bound is named with its
    reason; every file of the folder is either an exhibit or refused. Units: MB = 1,048,576 bytes.

    \b
    legalflow bundle make 证据/ -o 证据材料.pdf
    """
    _refuse_options(copies, split_mb, split_pages)
    after = _read_manifest(previous, None) if previous else None
    blank = "____________"
    options = _Options(
        folder, out, listing, title or ("补充证据材料" if after else "证据材料"), case_title or blank, case_no,
        submitter or blank, copies, after, split_mb << 20, split_pages, force,
    )  # fmt: skip
    manifest = _make(options, config.read())
    language = cli.language()
    for each in manifest["refused"]:
        said = each["message"] if language == "zh" else each["message_en"]
        print(f"{each['file']}: {said} ({each['code']})", file=sys.stderr)
    if as_json:
        print(json.dumps(manifest, ensure_ascii=False, indent=1))
    else:
        counts = manifest["counts"]
        print(
            f"{out}: {manifest['pages']} 页，收到 {counts['received']} = 装订 {counts['exhibits']}"
            f" + 未装订 {counts['refused']}"
            if language == "zh"
            else f"{out}: {manifest['pages']} pages; received {counts['received']} = bound {counts['exhibits']}"
            f" + refused {counts['refused']}"
        )


@bundle.command()
@click.argument("path", metavar="OUT.pdf", type=click.Path(path_type=Path))
@click.option("--manifest", type=click.Path(path_type=Path), help="清单，默认在旁边找 / else looked for beside it")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / as JSON")
def check(path: Path, manifest: Path | None, as_json: bool) -> None:
    """核对一册 · stamp = page label = index + offset, links, bookmarks, text, hashes, nothing active.

    Exit code 0: right; 1: problems, all of them named.

    \b
    legalflow bundle check 证据材料.pdf
    """
    from legalflow.rendering import inspection

    if not path.is_file():
        raise NotFound.one("bundle.absent", "没有这个文件", "there is no such file", found=path)
    said = _read_manifest(path, manifest) if manifest or _manifest_beside(path) else None
    folder = Path(said["folder"]) if said else None
    problems = inspection.inspect(path, said, path.parent / folder if folder else None)
    language = cli.language()
    for problem in problems:
        print(problem.line(language), file=sys.stderr)
    if as_json:
        print(json.dumps({"problems": [problem.said(language) for problem in problems]}, ensure_ascii=False))
    elif not problems:
        print("核对无误" if language == "zh" else "nothing is wrong")
    if problems:
        sys.exit(cli.NO)


def _refuse_options(copies: int, split_mb: int, split_pages: int) -> None:
    problems = []
    if not 1 <= copies <= MOST_COPIES:
        problems.append(Problem("option.copies", "套数为 1 至 99", "copies are 1 to 99", "--copies", str(copies)))
    for name, value in (("--split-mb", split_mb), ("--split-pages", split_pages)):
        if value < 0:
            problems.append(Problem("option.split", "上限不能是负数", "a limit cannot be negative", name, str(value)))
    Invalid.raise_any(problems)


def _make(options: _Options, settings: Settings) -> dict[str, Any]:
    """Receive, plan, set, stitch, and put everything in place at once; the manifest."""
    from legalflow.rendering import docx, pdf, stitch

    options.out.parent.mkdir(parents=True, exist_ok=True)
    _refuse_standing(options.out.parent, [options.out.name], options.force)  # before the work, not after it
    with tempfile.TemporaryDirectory(prefix=".legalflow-", dir=options.out.parent) as name:
        made = Path(name)
        work = _receive(options, settings, made)
        after = codec.decode(Plan, options.after["plan"]) if options.after else None

        def plan_for(cover: int, listing: int) -> Plan:
            return planning.plan(
                work.exhibits, work.titles, title=options.title, cover_pages=cover, list_pages=listing, after=after
            )

        def front_of(plan: Plan) -> stitch.Front:
            volumes = len(_volumes(plan, options, work))
            cover = front.cover_facts(
                plan, _known(options.case_title), options.case_no, _known(options.submitter),
                volumes=volumes, copies=options.copies,
            )  # fmt: skip
            sheet = Document(plan.title, words.blocks(front.cover_form(), cover), profile="bundle")
            listed = replace(_list_document(plan, options), profile="bundle")
            return stitch.Front(pdf.write(sheet), pdf.write(stitch.linked(listed, plan)))

        plan, pages_before = stitch.settle(plan_for, front_of)
        volumes = _volumes(plan, options, work)
        paths = _volume_paths(options.out, len(volumes))
        for at, (volume, path) in enumerate(zip(volumes, paths, strict=True)):
            stitch.stitch(volume, None if at else pages_before, work.working, made / path.name)
        alone = _list_document(plan, options)
        stem = options.out.stem
        (made / f"{stem}-证据目录.docx").write_bytes(docx.write(alone))
        (made / f"{stem}-证据目录.pdf").write_bytes(pdf.write(alone))
        manifest = _manifest(options, plan, volumes, [made / path.name for path in paths], work)
        place = _manifest_place(options.out, [path.name for path in paths])
        written = [path.name for path in paths] + [f"{stem}-证据目录.docx", f"{stem}-证据目录.pdf", place.name]
        (made / place.name).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        _put_in_place(made, options.out.parent, written, options.force)
    return manifest


def _known(text: str) -> str:
    """What was given; a line to be filled by hand counts as not given."""
    return "" if set(text) == {"_"} else text


def _list_document(plan: Plan, options: _Options) -> Document:
    facts = front.list_facts(plan, options.case_title, options.submitter, options.case_no, options.list_no)
    return compose("evidence_list", facts)


def _volumes(plan: Plan, options: _Options, work: _Work) -> tuple[Plan, ...]:
    sizes = {name: path.stat().st_size for name, path in work.working.items()}
    return planning.volumes(plan, options.split_pages, options.split_bytes, sizes)


def _volume_paths(out: Path, count: int) -> list[Path]:
    return [out] if count == 1 else [out.with_name(f"{out.stem}-{at}{out.suffix}") for at in range(1, count + 1)]


def _receive(options: _Options, settings: Settings, made: Path) -> _Work:
    """Judge every file of the folder; each becomes an exhibit or is refused by name."""
    found = collect(options.folder, options.listing)
    work = _Work()
    for file, code in found.left_out:
        work.refused.append(_refusal(file, "", code, *_LEFT_OUT[code]))
    groups: dict[str, int] = {}
    seen: dict[str, str] = (
        {} if not options.after else {each["sha256"]: each["item"] for each in options.after["exhibits"]}
    )
    arriving = [files.Arriving(entry.path, entry.file, entry.password) for entry in found.entries]
    answers = _with_progress(files.inspect_all(arriving, settings), len(arriving))
    for order, (entry, answer) in enumerate(zip(found.entries, answers, strict=True)):
        if not answer.bindable:
            work.refused.append(_refused(entry, answer))
        elif answer.digest in seen:
            work.refused.append(
                _refusal(entry.file, answer.digest, "duplicate", *_LEFT_OUT["duplicate"], seen[answer.digest])
            )
        else:
            seen[answer.digest] = entry.file
            group = groups.setdefault(entry.group, len(groups) + 1)
            work.titles[group] = entry.group
            _keep(work, entry, answer, group, order, made)
    if not work.exhibits:
        raise Invalid.of(
            [
                Problem(f"file.{each['code']}", each["message"], each["message_en"], each["file"])
                for each in work.refused
            ]
            or [Problem("folder.empty", "文件夹里没有证据", "the folder holds no evidence", found=str(options.folder))]
        )
    return work


def _keep(work: _Work, entry: Entry, answer: files.Received, group: int, order: int, made: Path) -> None:
    assert answer.working is not None
    name = f"{order + 1:05d}"
    place = made / f"working-{name}.pdf"
    place.write_bytes(answer.working)
    work.working[name] = place
    work.received[name] = replace(answer, working=None)
    work.exhibits.append(
        Exhibit(
            id=name,
            name=entry.name,
            group=group,
            order=order,
            original=answer.digest,
            working=codec.digest(answer.working),
            pages=answer.pages,
            kind=entry.kind,
            source=entry.source,
            proves=entry.proves,
            form=entry.form,
            file_name=entry.file,
        )
    )


def _refused(entry: Entry, answer: files.Received) -> dict[str, str]:
    return _refusal(
        entry.file, answer.digest, answer.reason_code, answer.message, answer.message_en, answer.mend, answer.mend_en
    )


def _refusal(
    file: str, digest: str, code: str, zh: str, en: str, mend: str, mend_en: str, same_as: str = ""
) -> dict[str, str]:
    made = {
        "file": file,
        "sha256": digest,
        "code": code,
        "message": zh,
        "message_en": en,
        "mend": mend,
        "mend_en": mend_en,
    }
    return made | ({"same_as": same_as} if same_as else {})


def _with_progress(answers: Iterator[files.Received], count: int) -> Iterator[files.Received]:
    """Share and rate on a terminal; elsewhere one line every ten seconds."""
    terminal = sys.stderr.isatty()
    began = said = time.monotonic()
    for at, answer in enumerate(answers, start=1):
        now = time.monotonic()
        if terminal or now - said >= 10:
            rate = at / max(now - began, 0.001)
            left = (count - at) / rate
            line = f"{at}/{count}  {rate:.1f}/s  {left:.0f} s"
            print(f"\r{line:<40}" if terminal else line, end="" if terminal else "\n", file=sys.stderr, flush=True)
            said = now
        yield answer
    if terminal and count:
        print(file=sys.stderr)


def _manifest(
    options: _Options, plan: Plan, volumes: tuple[Plan, ...], paths: list[Path], work: _Work
) -> dict[str, Any]:
    """All that a checker needs; it names no machine and no time."""
    files_of = {item.exhibit: path.name for volume, path in zip(volumes, paths, strict=True) for item in volume.placed}
    described = [
        shape.volume(volume, path.name, _digest(path), path.stat().st_size)
        | {"over_limit": _over_limit(options, path.stat().st_size, volume.pages)}
        for volume, path in zip(volumes, paths, strict=True)
    ]
    exhibits = [
        _described(item, group.number, group.title, files_of[item.exhibit], work)
        for group in plan.groups
        for item in group.items
    ]
    folder = _relative_folder(options)
    return shape.whole(
        plan, described, exhibits, work.refused, folder=folder, list_no=options.list_no, copies=options.copies
    )


def _over_limit(options: _Options, size: int, pages: int) -> bool:
    """Whether a volume is above the court's limit all the same: one exhibit alone is."""
    return bool(options.split_bytes and size > options.split_bytes) or bool(
        options.split_pages and pages > options.split_pages
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _relative_folder(options: _Options) -> str:
    """The folder of the sources as seen from the bundle, so that both can be moved together."""
    here, there = options.out.parent.resolve(), options.folder.resolve()
    shared = next(parent for parent in (here, *here.parents) if there.is_relative_to(parent))
    up = len(here.relative_to(shared).parts)
    return str(Path(*[".."] * up, there.relative_to(shared)))


def _described(item: Placed, number: int, title: str, volume: str, work: _Work) -> dict[str, Any]:
    answer = work.received[item.exhibit]
    return shape.exhibit(item, number, title) | {
        "kind": answer.kind,
        "volume": volume,
        "outcome": answer.outcome,
        "reason_code": answer.reason_code,
        "notes": [codec.plain(note) for note in answer.notes],
    }


def _manifest_place(out: Path, volumes: list[str]) -> Path:
    """`manifest.json`, unless that is another bundle's: then it bears this one's name."""
    plain = out.with_name("manifest.json")
    if plain.is_file():
        try:
            read = json.loads(plain.read_text(encoding="utf-8"))
            theirs = [each["file"] for each in read["volumes"]] if read.get("format") == shape.FORMAT else volumes
        except (ValueError, KeyError, TypeError, AttributeError):
            theirs = volumes
        if not set(theirs) & set(volumes):
            return out.with_name(f"{out.stem}.manifest.json")
    return plain


def _put_in_place(made: Path, folder: Path, names: list[str], force: bool) -> None:
    """Move everything to its place; nothing is overwritten without leave, and then everything is refused at once."""
    _refuse_standing(folder, names, force)
    for name in names:
        shutil.move(made / name, folder / name)


def _refuse_standing(folder: Path, names: list[str], force: bool) -> None:
    standing = [name for name in names if (folder / name).exists()]
    if standing and not force:
        raise Conflict.of(
            Problem(
                "output.exists",
                f"{name} 已存在",
                f"{name} exists already",
                "--out",
                str(folder / name),
                "换一个名称，或加 --force 覆盖",
                "choose another name, or overwrite with --force",
            )
            for name in standing
        )


def _manifest_beside(path: Path) -> Path | None:
    for place in (path.with_name(f"{path.stem}.manifest.json"), path.with_name("manifest.json")):
        if place.is_file():
            try:
                read = json.loads(place.read_text(encoding="utf-8"))
                if any(each["file"] == path.name for each in read["volumes"]):
                    return place
            except (ValueError, KeyError, TypeError):
                continue
    return None


def _read_manifest(path: Path, manifest: Path | None) -> dict[str, Any]:
    """The manifest given, or that found beside a bundle; `Invalid` where there is none or it is not one of ours."""
    place = manifest or _manifest_beside(path)
    if place is None or not place.is_file():
        raise Invalid.one(
            "manifest.absent", "旁边没有这一册的清单（manifest.json）", "no manifest.json beside it", found=path,
            mend="请把清单放回原处，或用 --manifest 指明", mend_en="put it back, or name it with --manifest",
        )  # fmt: skip
    try:
        read: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if read.get("format") != shape.FORMAT or not {"volumes", "exhibits", "plan", "folder"} <= read.keys():
            raise ValueError
    except (ValueError, AttributeError, LegalflowError) as error:
        raise Invalid.one(
            "manifest.unreadable", "清单不是本程序写出的 manifest.json", "this is not a manifest of ours", found=place
        ) from error
    return read
