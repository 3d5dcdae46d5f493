"""Carries out the plan of a bundle: cover, linked list, exhibits, page numbers, page labels, bookmarks; one PDF file.

Only working copies come in (`intake/files`), and only pages, links and bookmarks are taken from them, so nothing active
can enter. Sources are read from disk while the file is written: memory does not grow with the size of the evidence.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf, String

from legalflow.documents.blocks import Block, Document, Line, Table, Text
from legalflow.errors import Corrupt, Invalid
from legalflow.evidence.bundle import Plan
from legalflow.rendering.stamp import Stamper

ITEM_LINK = "legalflow:item/"
HIDDEN_LAYER = "/LegalflowHidden"  # the mark of `intake/pdf_copy` on a layer that is not shown
LAYOUTS = 8
DEPTH = 12


@dataclass(frozen=True)
class Front:
    """The pages before the exhibits, as PDF bytes."""

    cover: bytes
    listing: bytes


@dataclass
class _Source:
    """What was read from one working copy besides its pages: links by page, bookmarks, both with pages from zero."""

    pages: int
    goals: dict[int, list[tuple[list[Any], int, list[Any]]]] = field(default_factory=dict)
    addresses: dict[int, list[tuple[list[Any], str]]] = field(default_factory=dict)
    outline: tuple[_Bookmark, ...] = ()
    layered: bool = False


@dataclass(frozen=True)
class _Bookmark:
    title: str
    page: int | None
    children: tuple[_Bookmark, ...] = ()


def settle(plan_for: Callable[[int, int], Plan], front_of: Callable[[Plan], Front]) -> tuple[Plan, Front]:
    """The plan whose cover and list have as many pages as it says; laid out again until that is so.

    `plan_for` makes the plan for so many pages of cover and list, `front_of` sets them in type.
    """
    cover, listing = 1, 1
    for _layout in range(LAYOUTS):
        plan = plan_for(cover, listing)
        front = front_of(plan)
        found = _page_count(front.cover), _page_count(front.listing)
        if found == (plan.cover_pages, plan.list_pages):
            return plan, front
        cover, listing = found
    raise Invalid.one(
        "bundle.unstable",
        "证据目录的页数无法稳定，请缩短证据名称或证明目的",
        "the length of the evidence list does not settle; shorten names or purposes",
    )


def linked(document: Document, plan: Plan) -> Document:
    """The evidence list with every row whose first cell is an item number made a link to that item."""
    items = {item.item for item in plan.placed}
    return replace(document, blocks=tuple(_linked_block(block, items) for block in document.blocks))


def stitch(plan: Plan, front: Front | None, working: Mapping[str, Path], out: Path) -> None:
    """Write the bundle to `out`. `working` are the working copies by exhibit id.

    Raises `Corrupt` where a copy has other pages than the plan says. The same plan and copies give the same bytes.
    """
    copies = [working[item.exhibit] for item in plan.placed]
    sources = [_read(path) for path in copies]
    _compare(plan, sources)
    with tempfile.TemporaryDirectory(prefix="legalflow-") as name, _merged(Path(name), front, copies) as pdf:
        pages = list(pdf.pages)
        starts = [item.first - plan.offset - 1 for item in plan.placed]
        _link_list(pdf, pages[: starts[0]], pages, plan)
        _drop_annotations(pages[starts[0] :])
        for source, start in zip(sources, starts, strict=True):
            _write_links(pdf, pages, source, start)
        stamper = Stamper(pdf)
        for at, page in enumerate(pages, start=1):
            stamper.stamp(page, at + plan.offset)
        _write_bookmarks(pdf, plan, sources)
        if any(source.layered for source in sources):
            _write_layers(pdf)
        _describe(pdf, plan)
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, force_version="1.7")


def _linked_block(block: Block, items: set[str]) -> Block:
    if not isinstance(block, Table):
        return block
    return replace(block, rows=tuple(_linked_row(row, items) for row in block.rows))


def _linked_row(row: tuple[Line, ...], items: set[str]) -> tuple[Line, ...]:
    first = "".join(each.text for each in row[0] if isinstance(each, Text)) if len(row) > 1 else ""
    if first not in items:
        return row
    return tuple(
        tuple(replace(each, target=ITEM_LINK + first) if isinstance(each, Text) else each for each in line)
        for line in row
    )


def _page_count(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _merged(folder: Path, front: Front | None, copies: list[Path]) -> Pdf:
    """All pages in one file on disk, opened: neither the merging nor the writing after it holds the pages in memory.

    The merging opens only so many files at once, however many there are.
    """
    first = []
    for name, content in (("cover.pdf", front.cover), ("list.pdf", front.listing)) if front else ():
        first.append(folder / name)
        first[-1].write_bytes(content)
    place = folder / "merged.pdf"
    sources = [word for path in (*first, *copies) for word in (str(path), "1-z")]
    options = [
        "--remove-unreferenced-resources=no",
        "--object-streams=disable",
        "--stream-data=preserve",
        "--static-id",
    ]
    pikepdf.Job(["bundle", *options, "--empty", "--pages", *sources, "--", str(place)]).run()
    pdf = pikepdf.open(place, access_mode=pikepdf.AccessMode.stream)
    for key in list(pdf.Root.keys()):
        if key not in {"/Type", "/Pages"}:
            del pdf.Root[key]
    return pdf


def _read(path: Path) -> _Source:
    """What a copy holds besides its pages, as data: links, bookmarks, whether it has layers."""
    with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream) as source:
        found = _Source(len(source.pages), layered="/OCProperties" in source.Root)
        numbers = {page.obj.objgen: at for at, page in enumerate(source.pages)}
        for at, page in enumerate(source.pages):
            for annotation in page.obj.get("/Annots", Array()):
                _read_link(found, at, annotation, numbers)
        if "/Outlines" in source.Root:
            with source.open_outline(max_depth=DEPTH) as outline:
                found.outline = tuple(_read_bookmarks(outline.root, numbers))
    return found


def _drop_annotations(pages: list[Page]) -> None:
    """Links came over as they were; they are written anew, for their pages have other numbers now."""
    for page in pages:
        if "/Annots" in page.obj:
            del page.obj["/Annots"]


def _read_link(found: _Source, at: int, annotation: Any, numbers: Mapping[tuple[int, int], int]) -> None:
    box = [float(each) for each in annotation.Rect]
    if "/Dest" in annotation:
        target = numbers.get(annotation.Dest[0].objgen)
        if target is not None:
            found.goals.setdefault(at, []).append((box, target, [_plain(each) for each in list(annotation.Dest)[1:]]))
    elif "/A" in annotation and annotation.A.get("/S") == Name.URI:
        found.addresses.setdefault(at, []).append((box, str(annotation.A.URI)))


def _plain(value: Any) -> Any:
    """A part of a view as something that outlives its file: a name, a number or nothing."""
    if isinstance(value, Name):
        return Name(str(value))
    return None if value is None else float(value)


def _read_bookmarks(items: Iterable[OutlineItem], numbers: Mapping[tuple[int, int], int]) -> Iterator[_Bookmark]:
    for item in items:
        goal: Any = item.destination
        page = numbers.get(goal[0].objgen) if isinstance(goal, Array) and len(goal) else None
        yield _Bookmark(item.title, page, tuple(_read_bookmarks(item.children, numbers)))


def _write_layers(pdf: Pdf) -> None:
    """Keep hidden which layers were hidden: intake has marked them."""
    layers = [each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.OCG]
    hidden = [each for each in layers if HIDDEN_LAYER in each]
    pdf.Root.OCProperties = Dictionary(OCGs=Array(layers), D=Dictionary(OFF=Array(hidden)))


def _compare(plan: Plan, sources: list[_Source]) -> None:
    for item, source in zip(plan.placed, sources, strict=True):
        if item.pages != source.pages:
            raise Corrupt.one(
                "bundle.pages_differ",
                f"证据{item.item}的副本有 {source.pages} 页，装订方案写明 {item.pages} 页",
                f"the copy of exhibit {item.item} has {source.pages} pages, the plan says {item.pages}",
                field=item.item,
            )


def _link_list(pdf: Pdf, front: list[Page], pages: list[Page], plan: Plan) -> None:
    """Turn the list's marks into links inside the file; an item of another volume has no link here."""
    goals = {ITEM_LINK + item.item: item.first - plan.offset - 1 for item in plan.placed}
    for page in front:
        links = []
        for annotation in list(page.obj.get("/Annots", Array())):
            target = goals.get(str(annotation.A.URI)) if "/A" in annotation and "/URI" in annotation.A else None
            if target is not None:
                links.append(_link(pdf, list(annotation.Rect), [pages[target].obj, Name.Fit]))
        for key in ("/Annots", "/StructParents", "/AA"):
            if key in page.obj:
                del page.obj[key]
        if links:
            page.obj.Annots = Array(links)


def _write_links(pdf: Pdf, pages: list[Page], source: _Source, start: int) -> None:
    for at in sorted(source.goals.keys() | source.addresses.keys()):
        links = [_link(pdf, box, [pages[start + target].obj, *view]) for box, target, view in source.goals.get(at, ())]
        for box, address in source.addresses.get(at, ()):
            made = _link(pdf, box, None)
            made.A = Dictionary(S=Name.URI, URI=String(address))
            links.append(made)
        pages[start + at].obj.Annots = Array(links)


def _link(pdf: Pdf, box: list[Any], goal: list[Any] | None) -> Any:
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    place = Array([left, bottom, right, top])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=place, Border=Array([0, 0, 0]), F=4)
    if goal is not None:
        link.Dest = Array(goal)
    return pdf.make_indirect(link)


def _write_bookmarks(pdf: Pdf, plan: Plan, sources: list[_Source]) -> None:
    outlines = {item.item: source.outline for item, source in zip(plan.placed, sources, strict=True)}
    with pdf.open_outline(max_depth=DEPTH + 4) as outline:
        if plan.cover_pages:
            outline.root.append(OutlineItem("封面", 0))
        if plan.list_pages:
            outline.root.append(OutlineItem("证据目录", plan.cover_pages))
        for group in plan.groups:
            branch = OutlineItem(group.bookmark, group.items[0].first - plan.offset - 1)
            for item in group.items:
                start = item.first - plan.offset - 1
                leaf = OutlineItem(item.bookmark, start)
                leaf.is_closed = True
                leaf.children.extend(_shifted(outlines[item.item], start))
                branch.children.append(leaf)
            outline.root.append(branch)


def _shifted(bookmarks: Iterable[_Bookmark], start: int) -> Iterator[OutlineItem]:
    for each in bookmarks:
        item = OutlineItem(each.title, start + each.page) if each.page is not None else OutlineItem(each.title, start)
        item.is_closed = True
        item.children.extend(_shifted(each.children, start))
        yield item


def _describe(pdf: Pdf, plan: Plan) -> None:
    """Page labels that continue the count, title, language, bookmarks shown, first page at 100 %."""
    labels = Dictionary(S=Name.D)
    if plan.offset:
        labels.St = plan.offset + 1
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, labels]))
    pdf.Root.PageMode = Name.UseOutlines
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, None, None, 1])
    pdf.docinfo[Name.Title] = String(plan.title)
