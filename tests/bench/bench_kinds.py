"""How fast each kind of document is made from its facts, by format: composed and written, as a worker does it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from legalflow import config, forms  # noqa: E402
from legalflow.documents.compose import compose  # noqa: E402
from legalflow.rendering import docx, pdf  # noqa: E402
from tests.documents.papers import facts_of  # noqa: E402

ROUNDS = 12
TARGET = 2.0  # documents a second and worker, both formats together


def run() -> None:
    """Print documents a second by kind and format, and both formats together against the target of a worker."""
    pdf.warm(config.read())
    docx.warm()
    for kind in forms.kinds():
        facts = facts_of(kind, "secured")
        document = compose(kind, facts)
        docx.write(document), pdf.write(document)  # the first of a kind fills what is kept between documents
        words, sheets, pages = 0.0, 0.0, 0.0
        for _round in range(ROUNDS):
            at = time.perf_counter()
            document = compose(kind, facts)
            words += (composed := time.perf_counter()) - at
            docx.write(document)
            sheets += (written := time.perf_counter()) - composed
            pdf.write(document)
            pages += time.perf_counter() - written
        both = ROUNDS / (words + sheets + pages)
        verdict = "ok" if both >= TARGET else "MISS"
        print(
            f"{kind:<34} DOCX {ROUNDS / (words + sheets):7.1f}/s  PDF {ROUNDS / (words + pages):6.1f}/s  "
            f"both {both:5.1f}/s  ≥ {TARGET:.0f} {verdict}",
            flush=True,
        )


if __name__ == "__main__":
    run()
