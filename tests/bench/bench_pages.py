"""How fast pages answer over 20,000 loans and matters on SQLite, asked one after the other in one process.

CPU and wall time are nearly the same here, for nothing is waited for; a second core serves as much again.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402

from legalflow.access import Role  # noqa: E402
from legalflow.persistence import mapping, repositories  # noqa: E402
from legalflow.persistence.tables import LoanRow, MatterRow  # noqa: E402
from legalflow.services import lists  # noqa: E402
from tests.builders import a_loan  # noqa: E402
from tests.web.world import Visitor, World, a_world  # noqa: E402

MANY = 20_000
ROUNDS = 40
PAGES_A_SECOND = 75  # for one core of the two that together give 150
DEEP = 1.5  # the two-hundredth page against the first


def run() -> None:
    """Print every figure with its target and whether it is met."""
    with tempfile.TemporaryDirectory() as folder:
        world = a_world(Path(folder))
        fill(world)
        for goal, value, target, met in figures(world):
            verdict = {None: "", True: "ok", False: "MISS"}[met]
            print(f"{goal:<66} {value:>18} {target:>8} {verdict}".rstrip(), flush=True)
        world.office.database.close()


def figures(world: World) -> Iterator[tuple[str, str, str, bool | None]]:
    """Seconds a page, as pages a second, by kind of page."""
    visitor, own = world.visitor(Role.COUNSEL), world.places["own"].ids
    page = lists.loans(world.office, visitor.actor)
    for _ in range(198):
        page = lists.loans(world.office, visitor.actor, after=page.after)
    found = visitor.post("/loans/search", {"find": "甄借"}).headers["Location"]
    paths = {
        "list of loans, first page": "/loans",
        "list of loans, page 200": f"/loans?after={page.after}",
        "list of loans, by two characters of a name": found,
        "list of matters": "/matters",
        "first page": "/",
        "loan with its claim and reasons": f"/loans/{own['loan']}",
        "matter": f"/matters/{own['matter']}",
    }
    took = {name: seconds(lambda path=path: opened(visitor, path)) for name, path in paths.items()}
    for name, each in took.items():
        listed = name == "list of loans, first page"
        target = f">={PAGES_A_SECOND}" if listed else ""
        yield (
            f"{name}: pages a second and core",
            f"{1 / each:.0f}",
            target,
            1 / each >= PAGES_A_SECOND if listed else None,
        )
    ratio = took["list of loans, page 200"] / took["list of loans, first page"]
    yield "page 200 of the list against page 1", f"{ratio:.2f}", f"<={DEEP}", ratio <= DEEP


def opened(visitor: Visitor, path: str) -> None:
    """Open a page; it must be one."""
    assert visitor.get(path).status_code == 200, path


def seconds(work: Callable[[], Any]) -> float:
    """The median time of many times the same."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def fill(world: World) -> None:
    """Put the many loans and matters in, their facts all alike but for name, number and day."""
    office, owner = world.office, world.actors[Role.COUNSEL].id
    facts, now = mapping.loan_facts(a_loan(), office.keys), office.now()
    loans, matters = [], []
    for number in range(MANY):
        loan_id, day = repositories.new_id(), date(2024, 1, 1) + timedelta(days=number % 900)
        loans.append(
            {
                "id": loan_id,
                "lender": "样例银行",
                "contract_number": f"HT-{number:06d}",
                "unit": "示范支行",
                "borrower": f"{'甄' if number % 500 == 0 else '假'}借款{number:05d}",
                "product": "个人经营贷款",
                "maturity": day,
                "disbursed_fen": 12_000_000,
                "facts": facts,
                "digest": str(number),
                "created_at": now,
                "version": 1,
            }
        )
        matters.append(
            {
                "id": repositories.new_id(),
                "number": f"2025-{number:06d}",
                "loan_id": loan_id,
                "stage": ("A00", "A10", "A40", "A65")[number % 4],
                "write_off": "C0",
                "owner_id": owner,
                "sequence": 0,
                "state": {},
                "opened_at": now,
                "changed_at": now,
                "version": 1,
            }
        )
    with office.database.writing() as session:
        session.execute(sa.insert(LoanRow), loans)
        session.execute(sa.insert(MatterRow), matters)


if __name__ == "__main__":
    run()
