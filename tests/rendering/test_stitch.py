"""The bundle carried out: what a reader of the finished file sees, on every page."""

from __future__ import annotations

import io
import os
import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from legalflow.config import Settings
from legalflow.documents.blocks import Document, Paragraph, Table, Text, Title
from legalflow.errors import Corrupt, Invalid
from legalflow.evidence.bundle import Plan, plan
from legalflow.evidence.exhibits import Exhibit
from legalflow.intake.files import Arriving, inspect_all
from legalflow.rendering import inspection, pdf, stamp, stitch
from tests.hostile import makers


def _with_outline(file: Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 50, 30]))
    link.Dest = Array([file.pages[2].obj, Name.Fit])
    file.pages[0].obj.Annots = Array([file.make_indirect(link)])
    with file.open_outline() as outline:
        outline.root.append(OutlineItem("第一条", 1))


def _with_layers(file: Pdf) -> None:
    draft, final = (
        file.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(each))) for each in ("draft", "final")
    )
    file.Root.OCProperties = Dictionary(OCGs=Array([draft, final]), D=Dictionary(OFF=Array([draft])))
    file.pages[0].obj.Resources.Properties = Dictionary(A=draft, B=final)


SOURCES: dict[str, bytes] = {
    "合同": makers.pdf_bytes(_with_outline, pages=3),
    "横向报表": makers.page_of(MediaBox=Array([0, 0, 842, 595])),
    "旋转一": makers.page_of(Rotate=90),
    "旋转二": makers.page_of(Rotate=180),
    "旋转三": makers.page_of(Rotate=270, CropBox=Array([100, 100, 500, 700])),
    "未闭合": makers.unclosed(),
    "照片": makers.photo(6),
    "图层": makers.pdf_bytes(_with_layers),
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Exhibit], dict[str, Path]]:
    """The working copies of the sources, as intake makes them."""
    folder = tmp_path_factory.mktemp("copies")
    exhibits, working = [], {}
    for at, content in enumerate(SOURCES.values()):
        (folder / f"{at}.bin").write_bytes(content)
    arriving = [Arriving(folder / f"{at}.bin", name) for at, name in enumerate(SOURCES)]
    for at, answer in enumerate(inspect_all(arriving, Settings())):
        assert answer.working is not None
        working[f"{at}"] = folder / f"{at}.pdf"
        working[f"{at}"].write_bytes(answer.working)
        exhibits.append(
            Exhibit(
                id=f"{at}",
                name=answer.file_name,
                group=1 + at // 4,
                order=at,
                original="",
                working="",
                pages=answer.pages,
            )
        )
    return exhibits, working


def front_of(made: Plan) -> stitch.Front:
    """A cover and a list of the plan."""
    rows = tuple(
        (
            (Text(item.item),),
            (Text(f"{item.first}–{item.last}" if item.pages > 1 else f"{item.first}"),),
            (Text(item.name),),
        )
        for item in made.placed
    )
    head = ((Text("编号"),), (Text("页码"),), (Text("名称"),))
    listing = Document("证据目录", (Title("证据目录"), Table(head, rows)), profile="bundle")
    cover = Document("封面", (Title("证据材料"), Paragraph((Text("某案"),))), profile="bundle")
    return stitch.Front(pdf.write(cover), pdf.write(stitch.linked(listing, made)))


def bound(copies: tuple[list[Exhibit], dict[str, Path]], out: Path, offset: int = 0) -> Plan:
    """A bundle of the copies, written to `out`."""
    exhibits, working = copies

    def plan_for(cover: int, listing: int) -> Plan:
        return plan(exhibits, {1: "合同", 2: "其他"}, cover_pages=cover, list_pages=listing, offset=offset)

    made, front = stitch.settle(plan_for, front_of)
    stitch.stitch(made, front, working, out)
    return made


def manifest_of(made: Plan, path: Path) -> dict[str, Any]:
    """The part of a manifest by which the file is checked."""
    exhibits = [
        {"item": each.item, "name": each.name, "first": each.first, "file": "", "sha256": ""} for each in made.placed
    ]
    volume = {
        "file": path.name, "offset": made.offset, "pages": made.pages, "cover_pages": made.cover_pages,
        "list_pages": made.list_pages, "sha256": inspection._digest(path),
    }  # fmt: skip
    return {"volumes": [volume], "exhibits": exhibits, "counts": {"received": 1, "exhibits": 1, "refused": 0}}


@pytest.mark.parametrize("offset", [0, 240])
def test_an_independent_reader_finds_nothing_wrong(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path, offset: int
) -> None:
    out = tmp_path / "a.pdf"
    made = bound(copies, out, offset)
    assert inspection.inspect(out, manifest_of(made, out)) == ()
    with pikepdf.open(out) as file:
        assert [page.label for page in file.pages] == [str(at + offset) for at in range(1, made.pages + 1)]
        assert file.Root.PageMode == Name.UseOutlines and str(file.Root.Lang) == "zh-CN"


def test_the_same_plan_and_copies_give_the_same_bytes(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    bound(copies, tmp_path / "a.pdf")
    bound(copies, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_bookmarks_of_an_exhibit_hang_under_its_own(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    made = bound(copies, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as file, file.open_outline() as outline:
        titles = [item.title for item in outline.root]
        contract = outline.root[2].children[0]
        inner = contract.children[0]
        target = inner.destination[0].objgen
        assert titles[:2] == ["封面", "证据目录"]
        assert contract.title == "1-1 合同（第3–5页）" and inner.title == "第一条"
        assert target == file.pages[made.placed[0].first].obj.objgen
        own = file.pages[made.placed[0].first - 1].obj.Annots[0]
        assert own.Dest[0].objgen == file.pages[made.placed[0].first + 1].obj.objgen


def test_the_numbers_share_one_font_and_the_file_does_not_swell(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    out = tmp_path / "a.pdf"
    made = bound(copies, out)
    with pikepdf.open(out) as file:
        fonts = {page.resources.Font[stamp.RESOURCE].objgen for page in file.pages}
    assert len(fonts) == 1
    front = front_of(made)
    given = sum(path.stat().st_size for path in copies[1].values()) + len(front.cover) + len(front.listing)
    assert out.stat().st_size <= given * 1.02 + 4000  # 4,000 bytes: the stamp's font and the bookmarks, once a file


def test_more_files_than_a_process_may_open_are_bound(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = [replace(copies[0][1], id=f"m{at}", order=at) for at in range(280)]
    made, out = plan(many, {1: "报表"}, cover_pages=0, list_pages=0), tmp_path / "a.pdf"
    there = len(os.listdir("/proc/self/fd"))  # tests before this one may have left some open
    resource.setrlimit(resource.RLIMIT_NOFILE, (there + 200, limits[1]))
    try:
        stitch.stitch(made, None, dict.fromkeys((each.id for each in many), copies[1]["1"]), out)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert inspection.inspect(out, manifest_of(made, out)) == ()


def test_a_hidden_layer_stays_hidden_in_the_bundle(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    bound(copies, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as file:
        assert [str(each.Name) for each in file.Root.OCProperties.D.OFF] == ["draft"]
        assert len(file.Root.OCProperties.OCGs) == 2


def test_a_copy_of_other_pages_than_planned_is_refused(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path
) -> None:
    exhibits, working = copies
    made = plan(exhibits, {1: "a", 2: "b"}, cover_pages=0, list_pages=0)
    with pytest.raises(Corrupt):
        stitch.stitch(made, None, working | {"0": working["1"]}, tmp_path / "a.pdf")


def test_a_list_that_never_settles_is_refused(copies: tuple[list[Exhibit], dict[str, Path]]) -> None:
    sizes = iter(range(2, 100))

    def restless(_made: Plan) -> stitch.Front:
        return stitch.Front(makers.pdf_bytes(), makers.pdf_bytes(pages=next(sizes)))

    with pytest.raises(Invalid):
        stitch.settle(
            lambda cover, pages: plan(copies[0], {1: "", 2: ""}, cover_pages=cover, list_pages=pages), restless
        )


def _turn_label(file: Pdf) -> None:
    file.Root.PageLabels.Nums[1].St = 2


def _move_bookmark(file: Pdf) -> None:
    with file.open_outline() as outline:
        outline.root[2].children[1].destination = Array([file.pages[0].obj, Name.Fit])


def _move_link(file: Pdf) -> None:
    for annotation in file.pages[1].obj.Annots:
        annotation.Dest[0] = file.pages[-1].obj


def _add_script(file: Pdf) -> None:
    file.Root.Names = Dictionary(JavaScript=Dictionary(S=Name.JavaScript, JS=pikepdf.String("x")))


def _swap_pages(file: Pdf) -> None:
    file.pages.append(file.pages[2])
    del file.pages[2]


def _drop_stamp(file: Pdf) -> None:
    del file.pages[4].obj.Contents[-1]


def _turn_page(file: Pdf) -> None:
    file.pages[3].rotate(90, relative=True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_turn_label, "bundle.label"),
        (_move_bookmark, "bundle.bookmark"),
        (_move_link, "bundle.link"),
        (_add_script, "bundle.active"),
        (_swap_pages, "bundle.stamp"),
        (_drop_stamp, "bundle.stamp_missing"),
        (_turn_page, "bundle.stamp_turned"),
    ],
)
def test_one_forced_fault_is_found_and_named(
    copies: tuple[list[Exhibit], dict[str, Path]], tmp_path: Path, fault: Any, code: str
) -> None:
    out = tmp_path / "a.pdf"
    made = bound(copies, out)
    manifest = manifest_of(made, out)
    with pikepdf.open(io.BytesIO(out.read_bytes())) as file:
        fault(file)
        file.save(out)
    found = {problem.code for problem in inspection.inspect(out, manifest)}
    assert code in found and "bundle.hash" in found
