"""How fast documents are written, alone and beside other tools in one run.

Every variant is a process of its own that prints its CPU milliseconds a document; variants take turns, A B C A B C, and
medians are compared, so that a noisy machine favours none. The other tools' scripts and their content come from the
folder `LEGALFLOW_PEERS` (run by its `.venv/bin/python` where there is one); without it only our own figures are given.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from legalflow import config  # noqa: E402
from legalflow.documents import blocks  # noqa: E402
from legalflow.rendering import docx, pdf  # noqa: E402
from tests.rendering.sample_documents import a_complaint, a_letter, a_schedule, line, row  # noqa: E402

ROUNDS = 3
PROFILES = {"letter": "letter", "complaint": "narrative"}
Figure = tuple[str, str, str, bool | None]


def run() -> None:
    """Print every figure with its target and whether it is met."""
    for goal, value, target, met in figures():
        verdict = {None: "", True: "ok", False: "MISS"}[met]
        print(f"{goal:<66} {value:>18} {target:>8} {verdict}".rstrip(), flush=True)


def figures() -> Iterator[Figure]:
    """Our own figures; then, where the peers' folder is given, the ratios."""
    peers = config.read().peers
    ours = [f"{kind}-{form}" for kind in PROFILES for form in ("pdf", "docx")]
    commands = {name: our_command(name) for name in ours}
    if peers is not None:
        commands |= peer_commands(peers)
    medians = in_turn(commands)
    for name in ours:
        found = medians[name]
        pages = f", {found['pages']:.0f} pages" if "pages" in found else ""
        yield f"{name.replace('-', ' ')}: documents a second and core{pages}", f"{1000 / found['cpu_ms']:.1f}", "", None
        yield f"{name.replace('-', ' ')}: kilobytes", f"{found['kb']:.0f}", "", None
    yield from ledger()
    yield from memory()
    if peers is None:
        yield "other tools: LEGALFLOW_PEERS names no folder", "not compared", "", None
        return
    yield from ratios(medians)


def ledger() -> Iterator[Figure]:
    """A table of 5,000 rows."""
    found = json.loads(output(our_command("ledger-pdf")))
    seconds = found["cpu_ms"] / 1000
    yield "ledger of 5,000 rows as pdf: seconds", f"{seconds:.1f}", "≤ 5", seconds <= 5
    yield (
        "ledger of 5,000 rows as pdf: megabytes at the peak",
        f"{found['peak_mb']:.0f}",
        "≤ 200",
        found["peak_mb"] <= 200,
    )


def memory() -> Iterator[Figure]:
    """What a worker's memory grows by from its hundredth letter to its four hundredth."""
    found = json.loads(output(our_command("memory-pdf")))
    yield "memory grown, letters 100 to 400: megabytes", f"{found['grown_mb']:.1f}", "≤ 20", found["grown_mb"] <= 20


def ratios(medians: dict[str, dict[str, float]]) -> Iterator[Figure]:
    """Ours as a share of each peer's CPU time, against the goals."""
    goals = (
        ("letter-pdf", "letter-soffice", 1 / 20),
        ("complaint-pdf", "complaint-soffice", 1 / 6),
        ("letter-pdf", "letter-unoserver", 1 / 2.5),
        ("complaint-pdf", "complaint-unoserver", 0.85),
        ("letter-pdf", "letter-weasyprint", 0.8),
        ("complaint-pdf", "complaint-weasyprint", 0.75),
        ("letter-docx", "letter-docxtpl", 1 / 2.5),
        ("complaint-docx", "complaint-docxtpl", 1 / 2.5),
    )
    for ours, theirs, target in goals:
        if theirs not in medians:
            yield f"{ours} to {theirs}", "did not run here", f"≤ {target:.2f}", None
            continue
        peer = medians[theirs]
        ratio = medians[ours]["cpu_ms"] / (peer["cpu_ms"] + peer.get("docx_ms", 0.0))
        yield f"{ours} to {theirs}: share of its CPU time", f"{ratio:.3f}", f"≤ {target:.2f}", ratio <= target


def our_command(name: str) -> list[str]:
    return [sys.executable, __file__, name]


def peer_commands(peers: Path) -> dict[str, list[str]]:
    """The peers' scripts by the name of what they make."""
    python = str(peers / ".venv/bin/python") if (peers / ".venv/bin/python").exists() else "python3"
    commands: dict[str, list[str]] = {}
    for kind in PROFILES:
        document = ["--doc", kind]
        commands |= {
            f"{kind}-docxtpl": [python, str(peers / "docx_gen.py"), "--engine", "docxtpl", *document, "--n", "20"],
            f"{kind}-soffice": [python, str(peers / "pdf_peers.py"), "--engine", "soffice_each", *document, "--n", "3"],
            f"{kind}-unoserver": [python, str(peers / "pdf_peers.py"), "--engine", "unoserver", *document, "--n", "5"],
            f"{kind}-weasyprint": [
                *(python, str(peers / "pdf_weasy.py"), *document),
                *("--n", "10", "--family", "Noto Serif SC", "--variant", "pdf/a-2b"),
            ],
        }
    return commands


def in_turn(commands: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """The median of every figure of every variant; one that fails in the first round is left out."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name in list(found):
            try:
                found[name].append(json.loads(output(commands[name])))
            except (subprocess.SubprocessError, OSError, ValueError, IndexError):
                del found[name]
    return {
        name: {key: statistics.median(one[key] for one in rounds) for key in rounds[0] if is_figure(rounds[0][key])}
        for name, rounds in found.items()
    }


def is_figure(value: object) -> bool:
    return isinstance(value, int | float)


def output(command: list[str]) -> str:
    """The last line a variant prints."""
    environment = config.child_environment() | {
        "FONTCONFIG_FILE": str(config.read().home / "fonts.conf"),
        "BENCH_WORK": str(config.read().home / "bench"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if command[0] == sys.executable:
        environment.pop("FONTCONFIG_FILE")
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, env=environment)
    return done.stdout.strip().splitlines()[-1]


def documents_of(kind: str) -> Callable[[int], blocks.Document]:
    """Makes the document of a number: the peers' content where their folder is given, else our samples."""
    peers = config.read().peers
    if peers is None:
        return lambda number: a_letter() if kind == "letter" else a_complaint(f"沈{number}")
    specification = importlib.util.spec_from_file_location("peer_content", peers / "content.py")
    assert specification is not None and specification.loader is not None
    content = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(content)
    return lambda number: from_peer(content.DOCS[kind](number), PROFILES[kind])


def from_peer(given: list[tuple[str, Any]], profile: str) -> blocks.Document:
    """The peers' content as blocks of ours."""
    made: list[blocks.Block] = []
    ending = [text for kind, text in given if kind == "right"]
    for kind, content in given:
        match kind:
            case "title":
                made.append(blocks.Title(content))
            case "h":
                made.append(blocks.Heading(line(content)))
            case "no":
                made.append(blocks.Paragraph(line(content), indent=False, align="center"))
            case "to":
                made.append(blocks.Paragraph(line(content), indent=False))
            case "p":
                made.append(blocks.Paragraph(line(content)))
            case "table":
                ratios, head, rows = content
                made.append(blocks.Table(row(*head), tuple(row(*cells) for cells in rows), tuple(map(float, ratios))))
    made.append(blocks.Signature(tuple(map(line, ending))))
    return blocks.Document("文书", tuple(made), profile=profile)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory_now() -> float:
    """Megabytes this process holds at the moment."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(
    make: Callable[[int], blocks.Document], write: Callable[[blocks.Document], bytes], count: int
) -> dict[str, float]:
    """CPU milliseconds a document, the first left out, and its size."""
    write(make(0))
    size, began, clock = 0, cpu(), time.perf_counter()
    for number in range(1, count + 1):
        content = write(make(number))
        size += len(content)
    used, wall = cpu() - began, time.perf_counter() - clock
    figures = {"cpu_ms": 1000 * used / count, "wall_ms": 1000 * wall / count, "kb": size / count / 1024}
    if content.startswith(b"%PDF"):
        figures["pages"] = page_count(content)
    return figures


def page_count(content: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as file:
        return len(file.pages)


def variant(name: str) -> dict[str, float]:
    """Measure one variant in this process."""
    kind, form = name.split("-")
    if form == "docx":
        return timed(documents_of(kind), docx.write, 40)
    pdf.warm(config.read())
    if kind == "ledger":
        ledger = blocks.Document("明细", (a_schedule(5000),), profile="internal")
        began = cpu()
        pdf.write(ledger)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"cpu_ms": 1000 * (cpu() - began), "peak_mb": peak}
    if kind == "memory":
        make = documents_of("letter")
        for number in range(100):
            pdf.write(make(number))
        before = memory_now()
        for number in range(100, 400):
            pdf.write(make(number))
        return {"grown_mb": memory_now() - before}
    return timed(documents_of(kind), pdf.write, 12)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("variant")
    print(json.dumps(variant(arguments.parse_args().variant)))
