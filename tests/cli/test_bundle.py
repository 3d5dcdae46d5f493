"""`legalflow bundle`: a folder becomes one bundle, nothing is lost without a word, the check finds faults."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from legalflow import cli
from tests.hostile import makers

CASE = ["--case", "某银行诉甄借款金融借款合同纠纷", "--submitter", "某银行"]


def run(*arguments: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(each) for each in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two groups of evidence, with files that cannot be bound among them."""
    place = tmp_path / "证据"
    for name, content in {
        "1-主体资格/2_身份证.jpg": makers.photo(6),
        "1-主体资格/1_营业执照.png": makers.image_bytes("PNG", mode="RGBA"),
        "2-借款合意/10_补充协议.pdf": makers.pdf_bytes(pages=2),
        "2-借款合意/9_借款合同.pdf": makers.pdf_bytes(pages=5),
        "2-借款合意/11_合同副本.pdf": makers.pdf_bytes(pages=5),
        "2-借款合意/加密.pdf": makers.locked("x"),
        "2-借款合意/空.pdf": b"",
        "2-借款合意/.DS_Store": b"x",
    }.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


def manifest_of(out: Path) -> dict[str, Any]:
    """What was written beside a bundle."""
    read: dict[str, Any] = json.loads((out.parent / "manifest.json").read_text(encoding="utf-8"))
    return read


def test_a_folder_becomes_a_bundle_that_passes_its_check(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "证据材料.pdf"
    assert run("bundle", "make", folder, "-o", out, *CASE) == 0
    assert run("bundle", "check", out) == 0
    said = manifest_of(out)
    assert [each["name"] for each in said["exhibits"]] == ["营业执照", "身份证", "借款合同", "补充协议"]
    assert [each["item"] for each in said["exhibits"]] == ["1-1", "1-2", "2-1", "2-2"]
    assert said["offset"] == 0 and said["pages"] == said["exhibits"][-1]["last"]
    assert {path.name for path in out.parent.iterdir()} == {
        "证据材料.pdf", "证据材料-证据目录.docx", "证据材料-证据目录.pdf", "manifest.json",
    }  # fmt: skip


def test_files_received_are_those_bound_plus_those_refused_by_name(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    run("bundle", "make", folder, "-o", out, *CASE)
    said = manifest_of(out)
    refused = {Path(each["file"]).name: each["code"] for each in said["refused"]}
    assert refused == {
        ".DS_Store": "system_file", "11_合同副本.pdf": "duplicate", "加密.pdf": "pdf_password", "空.pdf": "empty",
    }  # fmt: skip
    assert said["counts"] == {"received": 8, "exhibits": 4, "refused": 4}


def test_the_same_folder_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("bundle", "make", folder, "-o", tmp_path / name / "x.pdf", *CASE)
    for name in ("x.pdf", "x-证据目录.docx", "x-证据目录.pdf", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_nothing_is_overwritten_without_leave(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    run("bundle", "make", folder, "-o", out, *CASE)
    before = out.read_bytes()
    assert run("bundle", "make", folder, "-o", out, "--title", "另一份", *CASE) == 1
    assert out.read_bytes() == before
    assert run("bundle", "make", folder, "-o", out, "--title", "另一份", "--force", *CASE) == 0
    assert out.read_bytes() != before


def test_a_list_file_says_groups_names_sources_and_purposes(folder: Path, tmp_path: Path) -> None:
    listing = tmp_path / "清单.csv"
    listing.write_bytes(
        "组,文件,名称,来源,证明目的,形式\r\n合同,2-借款合意/9_借款合同.pdf,个人借款合同,原告持有,借款关系成立。,复印件\r\n"
        ",2-借款合意/加密.pdf,补充协议,原告持有,,\r\n".encode("gb18030")
    )
    out = tmp_path / "a.pdf"
    assert run("bundle", "make", folder, "-o", out, "--list", listing, *CASE) == 0
    said = manifest_of(out)
    assert [(each["name"], each["group_title"]) for each in said["exhibits"]] == [("个人借款合同", "合同")]
    assert {each["code"] for each in said["refused"]} == {"system_file", "not_listed", "pdf_password"}


def test_every_fault_of_a_list_file_is_named(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listing = tmp_path / "l.csv"
    listing.write_text(
        "组,文件,种类\n一,../manifest.json,\n一,没有.pdf,\n一,2-借款合意/9_借款合同.pdf,传说\n", encoding="utf-8"
    )
    assert run("bundle", "make", folder, "-o", tmp_path / "a.pdf", "--list", listing, "--json") == 2
    said = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in said["problems"]] == ["list.file_absent", "list.file_absent", "list.kind"]


def test_volumes_have_unbroken_numbers_and_each_passes(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    assert run("bundle", "make", folder, "-o", out, "--split-pages", "5", *CASE) == 0
    said = manifest_of(out)
    assert [(each["file"], each["offset"], each["pages"]) for each in said["volumes"]] == [
        ("a-1.pdf", 0, 4), ("a-2.pdf", 4, 5), ("a-3.pdf", 9, 2),
    ]  # fmt: skip
    assert [run("bundle", "check", tmp_path / each["file"]) for each in said["volumes"]] == [0, 0, 0]


def test_a_bundle_continues_another_in_pages_and_items(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    run("bundle", "make", folder, "-o", first, *CASE)
    more = tmp_path / "补充" / "2-借款合意"
    more.mkdir(parents=True)
    (more / "1_展期协议.pdf").write_bytes(makers.pdf_bytes(pages=7))
    assert run("bundle", "make", more.parent, "-o", second, "--continue-from", first, *CASE) == 0
    said = json.loads((tmp_path / "b.manifest.json").read_text(encoding="utf-8"))
    assert said["offset"] == manifest_of(first)["pages"]
    assert said["exhibits"][0]["item"] == "2-3" and said["list_no"] == 2
    assert run("bundle", "check", second) == 0 and run("bundle", "check", first) == 0


def test_a_changed_page_number_fails_the_check_and_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.pdf"
    run("bundle", "make", folder, "-o", out, *CASE)
    with pikepdf.open(io.BytesIO(out.read_bytes())) as file:
        file.pages.append(file.pages[3])
        del file.pages[3]
        file.save(out)
    capsys.readouterr()
    assert run("bundle", "check", out, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert {"bundle.stamp", "bundle.hash"} <= {each["code"] for each in said["problems"]}


def test_a_changed_source_fails_the_check(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.pdf"
    run("bundle", "make", folder, "-o", out, *CASE)
    (folder / "2-借款合意" / "9_借款合同.pdf").write_bytes(makers.pdf_bytes(pages=4))
    assert run("bundle", "check", out) == 1
    assert "bundle.source_hash" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"not a pdf", makers.pdf_bytes(), makers.locked("x")])
def test_a_file_that_is_no_bundle_fails_without_a_trace(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    assert run("bundle", "check", path) == 1


def test_a_folder_of_nothing_to_bind_names_every_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert run("bundle", "make", tmp_path / "a", "-o", tmp_path / "o.pdf") == 2
    assert re.search(r"SVG 可以包含脚本", capsys.readouterr().err)
    assert not (tmp_path / "o.pdf").exists()


def test_a_folder_or_bundle_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert run("bundle", "make", tmp_path / "none", "-o", tmp_path / "o.pdf") == 2
    assert run("bundle", "check", tmp_path / "none.pdf") == 2
    assert run("bundle", "make", tmp_path, "-o", tmp_path / "o.pdf", "--copies", "0", "--split-mb", "-1") == 2


def test_a_folder_may_be_named_from_where_one_stands(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("bundle", "make", folder.name, "-o", "a.pdf", *CASE) == 0
    assert run("bundle", "check", "a.pdf") == 0
