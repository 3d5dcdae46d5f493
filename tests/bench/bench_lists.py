"""How fast lists answer over 20,000 matters: a page, a search, the facets with their counts.

Each kind of question is asked many times in one process on SQLite; printed are the median and the 95th of a hundred.
The plans of the queries are read as well: no list may sort or scan the wide rows of what it does not show.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402

from legalflow.access import Role  # noqa: E402
from legalflow.office import Office  # noqa: E402
from legalflow.persistence.tables import FirmRow  # noqa: E402
from legalflow.services import filling, inventing, listing  # noqa: E402
from legalflow.services.listing import LOANS, MATTERS, Wanted  # noqa: E402
from tests.builders import an_account, an_office  # noqa: E402

MANY = 20_000
ROUNDS = 40
MILLISECONDS = 200  # the 95th of a hundred


def run(count: int = MANY) -> None:
    """Print every figure with its target and whether it is met."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder), today="2026-11-24T10:00:00+08:00")
        began = time.perf_counter()
        fill(office, count)
        print(f"{count} matters put in: {time.perf_counter() - began:.0f} s")
        for goal, middle, late in figures(office):
            verdict = "ok" if late <= MILLISECONDS else "MISS"
            print(f"{goal:<64} p50 {middle:6.1f} ms  p95 {late:6.1f} ms  <={MILLISECONDS} {verdict}", flush=True)
        office.database.close()


def figures(office: Office) -> Iterator[tuple[str, float, float]]:
    """What is asked, with the median and the 95th of a hundred in milliseconds."""
    counsel = an_account(office, Role.COUNSEL, "looker")
    with office.database.reading() as session:
        firm = session.execute(sa.select(FirmRow.id).limit(1)).scalar_one()
    lawyer = an_account(office, Role.FIRM_LAWYER, "looker2", firm_id=firm)
    two = {"stage": ("A20", "A25"), "unit": (inventing.UNITS[0],)}
    asked: dict[str, tuple[Any, Any, Wanted]] = {
        "matters": (counsel, MATTERS, Wanted()),
        "matters by the next day due": (counsel, MATTERS, Wanted(sort="due")),
        "matters by borrower": (counsel, MATTERS, Wanted(sort="borrower")),
        "matters by what is owed, most first": (counsel, MATTERS, Wanted(sort="-total")),
        "matters of two stages and a unit": (counsel, MATTERS, Wanted(chosen=two)),
        "matters due within a week": (counsel, MATTERS, Wanted(chosen={"due": ("week",)})),
        "matters by a name of two characters": (counsel, MATTERS, Wanted("王芳")),
        "matters by a surname": (counsel, MATTERS, Wanted("王")),
        "matters by three figures of a number": (counsel, MATTERS, Wanted("199")),
        "matters by a whole number": (counsel, MATTERS, Wanted("2026-001234")),
        "matters of one firm's lawyer": (lawyer, MATTERS, Wanted()),
        "loans": (counsel, LOANS, Wanted()),
        "loans by what is owed, most first": (counsel, LOANS, Wanted(sort="-total")),
        "loans by a name of two characters": (counsel, LOANS, Wanted("王芳")),
    }
    for name, (actor, catalogue, wanted) in asked.items():
        yield name, *times(lambda a=actor, c=catalogue, w=wanted: looked(office, a, c, w, listing.page))
        yield f"{name}: facets", *times(lambda a=actor, c=catalogue, w=wanted: looked(office, a, c, w, listing.facets))
    deep = far(office, counsel, 400)
    yield "matters, page 400", *times(lambda: looked(office, counsel, MATTERS, Wanted(), listing.page, after=deep))


def looked(office: Office, actor: Any, catalogue: Any, wanted: Wanted, ask: Callable[..., Any], **more: Any) -> Any:
    """Ask once in a session of its own."""
    with office.database.reading() as session:
        return ask(session, office, actor, catalogue, wanted, **more)


def far(office: Office, actor: Any, pages: int) -> str:
    """The key after which the given page begins."""
    after = ""
    for _ in range(pages - 1):
        _, after = looked(office, actor, MATTERS, Wanted(), listing.page, after=after)
    return after


def times(work: Callable[[], Any]) -> tuple[float, float]:
    """The median and the 95th of a hundred, in milliseconds."""
    work()
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def fill(office: Office, count: int) -> None:
    """Fill the installation with the fictitious matters of `legalflow demo --matters`, telling now and then how far."""

    def tell(progress: filling.Progress) -> None:
        if progress.done % 2_000 == 0 or progress.done == progress.whole:
            what = "claims" if progress.claims else "matters"
            print(f"{progress.done} {what}, {progress.rate:.0f}/s", flush=True)

    begun = filling.begin(office)
    filling.fill(office, begun, count, tell)
    filling.fill_claims(office, count, tell)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
