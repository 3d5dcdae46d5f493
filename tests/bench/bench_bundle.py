"""Bundles: pages a second, memory and growth, made from mixed evidence; and beside pypdf where the peers are at hand.

The evidence is made here: half scans, the rest typed pages, landscape tables and turned pages. The peer is measured
on the same working copies and does the same work: list pages, links, bookmarks and a number on every page.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf
from pikepdf import Array
from PIL import Image

from legalflow import cli, config
from tests.hostile import makers

PAGES = 300
SEED = 20260301
TARGET_SECONDS = 5.0
NAMES = ("借款合同", "放款回单", "还款明细", "身份证明", "签约记录", "存证证书", "催收记录", "邮寄凭证")


def make_evidence(folder: Path, pages: int, seed: int = SEED) -> int:
    """Write mixed exhibits of so many pages in four groups; the number of files."""
    chance, made, files = random.Random(seed), 0, 0
    scans = [_scan(chance) for _each in range(6)]
    while made < pages:
        count = min(pages - made, chance.choice((1, 2, 4, 6, 8, 10)))
        kind = chance.choices(("photo", "scan", "text", "landscape", "turned"), (10, 40, 30, 12, 8))[0]
        count = 1 if kind == "photo" else count
        group = folder / f"{1 + 4 * made // pages}-第{1 + 4 * made // pages}部分"
        group.mkdir(parents=True, exist_ok=True)
        stem = f"{files + 1:03d}_{NAMES[files % len(NAMES)]}"
        if kind == "photo":
            (group / f"{stem}.jpg").write_bytes(_unlike(chance.choice(scans), files))
        else:
            (group / f"{stem}.pdf").write_bytes(_exhibit(kind, count, scans, chance, files))
        made, files = made + count, files + 1
    return files


def _scan(chance: random.Random) -> bytes:
    """A scanned page of about 200 dpi: grey, with the noise of paper."""
    noise = Image.frombytes("L", (827, 1170), chance.randbytes(827 * 1170)).resize((1654, 2339))
    sheet = noise.point(lambda value: 215 + value // 8)
    for line in range(200, 2100, 60):
        sheet.paste(40, (170, line, 170 + chance.randrange(600, 1300), line + 22))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=60, dpi=(200, 200))
    return out.getvalue()


def _unlike(jpeg: bytes, number: int) -> bytes:
    """The same picture in other bytes: a comment stands behind its start."""
    words = b"scan %08d" % number
    return jpeg[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + jpeg[2:]


def _exhibit(kind: str, count: int, scans: list[bytes], chance: random.Random, number: int) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for at, page in enumerate(pdf.pages):
            if kind == "scan":
                picture = pdf.make_stream(
                    _unlike(chance.choice(scans), 1000 * number + at), Type=pikepdf.Name.XObject,
                    Subtype=pikepdf.Name.Image, Width=1654, Height=2339, ColorSpace=pikepdf.Name.DeviceGray,
                    BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
                )  # fmt: skip
                page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
                page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /P Do Q")
                continue
            lines = "".join(
                f"BT /F1 10 Tf 60 {780 - 14 * line} Td ({chance.randrange(10**9)} {'amount due ' * 6}) Tj ET\n"
                for line in range(50)
            )
            page.obj.Contents = pdf.make_stream(lines.encode())
            if kind == "landscape":
                page.obj.MediaBox = Array([0, 0, 842, 595])
            if kind == "turned":
                page.obj.Rotate = (90, 270)[at % 2]

    return makers.pdf_bytes(change, pages=count)


def measure(pages: int) -> dict[str, float]:
    """Make and check a bundle of so many pages in a process of its own; seconds, memory in MiB, growth."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "evidence", Path(name) / "out.pdf"
        files = make_evidence(folder, pages)
        given = sum(path.stat().st_size for path in folder.rglob("*.*"))
        code = f"from tests.bench.bench_bundle import timed; timed({str(folder)!r}, {str(out)!r})"
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
            env=config.child_environment() | {"PYTHONPATH": str(root)},
        )  # fmt: skip
        said: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        growth = out.stat().st_size / given
        return said | {"pages": pages, "files": files, "input_mib": given / 2**20, "growth": growth}


def timed(folder: str, out: str) -> None:
    """Print the seconds of make and check, and the most memory this process and its children held."""
    began = time.perf_counter()
    _quiet("bundle", "make", folder, "-o", out, "--case", "某案", "--submitter", "某银行")
    made = time.perf_counter()
    _quiet("bundle", "check", out)
    checked = time.perf_counter()
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"make": made - began, "check": checked - made, "own_mib": own, "reader_mib": children}))


def _quiet(*arguments: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            cli.main(list(arguments))
        except SystemExit as ended:
            assert not ended.code, f"{arguments[1]} ended with {ended.code}"


def compare(pages: int, peers: Path) -> tuple[float, float]:
    """CPU seconds of our stitching and of pypdf's on the same working copies, list of equal length in both."""
    from legalflow.evidence.bundle import plan
    from legalflow.evidence.exhibits import Exhibit
    from legalflow.intake.files import Arriving, inspect_all
    from legalflow.rendering import stamp, stitch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_evidence(folder / "evidence", pages)
        exhibits, working = [], {}
        paths = sorted((folder / "evidence").rglob("*.*"))
        for at, answer in enumerate(inspect_all([Arriving(path, path.stem) for path in paths], config.Settings())):
            assert answer.working is not None
            working[str(at)] = folder / f"{at}.pdf"
            working[str(at)].write_bytes(answer.working)
            exhibits.append(
                Exhibit(
                    id=str(at), name=answer.file_name, group=1, order=at, original="", working="", pages=answer.pages
                )
            )
        made = plan(exhibits, {1: "证据"}, cover_pages=1, list_pages=1)
        front = stitch.Front(makers.pdf_bytes(), makers.pdf_bytes())
        stamp.face()  # cut once a process, as pypdf's number sheets are made before its clock starts
        began = time.process_time()
        stitch.stitch(made, front, working, folder / "ours.pdf")
        ours = time.process_time() - began
        job = [[str(working[item.exhibit]), item.bookmark, item.first - 1] for item in made.placed]
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        script = Path(__file__).with_name("peer_pypdf.py")
        search = os.pathsep.join([str(peers), str(script.parents[2])])
        done = subprocess.run(
            [sys.executable, script, folder / "job.json", folder / "theirs.pdf"], capture_output=True, text=True,
            check=True, env=config.child_environment() | {"PYTHONPATH": search},
        )  # fmt: skip
        return ours, float(done.stdout)


def run() -> None:
    """Print the figures, each with its target."""
    for pages in (100, PAGES):
        found = measure(pages)
        verdict = "ok" if pages != PAGES or found["make"] <= TARGET_SECONDS else "MISS"
        print(
            f"bundle {pages} pages from {found['files']} files ({found['input_mib']:.1f} MiB): "
            f"make {found['make']:.2f} s,"
            f" {pages / found['make']:.0f} pages/s, check {found['check']:.2f} s, memory {found['own_mib']:.0f} MiB"
            f" + reader {found['reader_mib']:.0f} MiB, size {found['growth']:.3f} of input,"
            f" target {PAGES} pages ≤ {TARGET_SECONDS} s {verdict}"
        )
    peers = config.read().peers
    if peers is None:
        print("bundle against pypdf: LEGALFLOW_PEERS is not set, not measured")
        return
    ours, theirs = compare(PAGES, peers)
    print(
        f"bundle stitching {PAGES} pages: ours {ours:.2f} s CPU, pypdf {theirs:.2f} s,"
        f" ratio {ours / theirs:.2f}, target ≤ 0.9 {'ok' if ours <= 0.9 * theirs else 'MISS'}"
    )
