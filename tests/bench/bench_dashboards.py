"""How fast the pictures of 20,000 matters are counted: the first page and all figures, by role; and their report."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402

from legalflow.access import Actor, Role  # noqa: E402
from legalflow.app import create_app  # noqa: E402
from legalflow.office import Office, today  # noqa: E402
from legalflow.persistence.tables import FirmRow, LoanRow, MatterRow, PaymentRow, WriteOffRow  # noqa: E402
from legalflow.services import measuring  # noqa: E402
from legalflow.services.measuring import FILED  # noqa: E402
from tests.bench import bench_lists  # noqa: E402
from tests.builders import an_account, an_office  # noqa: E402
from tests.web.world import signed_in  # noqa: E402

MANY = 20_000
PAYMENTS = 12  # of each loan, a month apart
ROUNDS = 20
MILLISECONDS = 300  # the 95th of a hundred


def run(count: int = MANY) -> None:
    """Print every figure with its target and whether it is met."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder), today="2026-11-24T10:00:00+08:00")
        bench_lists.fill(office, count)
        fill(office)
        people = people_of(office)
        app = create_app(office)
        for actor in people:
            visitor = signed_in(app, office, actor)
            _say(f"counted for {actor.role.value}", times(lambda actor=actor: measuring.measure(office, actor)))
            for address in ("/", "/figures"):
                _say(f"GET {address} for {actor.role.value}", times(lambda a=address, v=visitor: _opened(v, a)))
        _say("GET /figures/report.pdf", times(lambda v=visitor: _opened(v, "/figures/report.pdf"), 5), 5000)
        office.database.close()


def people_of(office: Office) -> list[Actor]:
    """A reviewer, the auditor and a firm's lawyer."""
    with office.database.reading() as session:
        firm = session.execute(sa.select(FirmRow.id).limit(1)).scalar_one()
    return [
        an_account(office, Role.FIRM_LAWYER, "a lawyer", firm_id=firm),
        an_account(office, Role.REVIEWER, "a reviewer"),
        an_account(office, Role.AUDITOR, "an auditor"),
    ]


def fill(office: Office) -> None:
    """Filings over two years with court fees, a year of payments, and write-offs by four criteria."""
    chance, on = random.Random(20261124), today(office)
    with office.database.writing() as session:
        matters = session.execute(sa.select(MatterRow.id, MatterRow.loan_id, MatterRow.stage)).all()
        padding = {"kept": ["0" * 64] * 30}
        for place, (matter_id, loan_id, stage) in enumerate(matters):
            if stage in FILED:
                day = on - timedelta(days=chance.randrange(700))
                columns = {"state": padding, "filed_on": day, "fees_fen": 125_000}
                session.execute(sa.update(MatterRow).where(MatterRow.id == matter_id).values(**columns))
            if place % 20 == 0:
                session.add(_written_off(office, matter_id, loan_id, chance.choice("ABCD"), place))
        loans = session.execute(sa.select(LoanRow.id)).scalars().all()
        session.execute(
            sa.insert(PaymentRow),
            [
                {
                    "loan_id": loan_id, "paid_on": on - timedelta(days=30 * number), "fen": 1 + number,
                    "number": str(number), "channel": "", "designation": "", "reversed": False, "recorded_by": "",
                    "at": office.now(),
                }
                for loan_id in loans
                for number in range(PAYMENTS)
            ],
        )  # fmt: skip


def _written_off(office: Office, matter_id: str, loan_id: str, criterion: str, place: int) -> WriteOffRow:
    return WriteOffRow(
        id=str(place), loan_id=loan_id, matter_id=matter_id, state="booked", principal_fen=place * 100,
        on_interest_fen=0, off_interest_fen=0, fees_fen=0, cut_off=today(office), request_digest=str(place),
        request={"criterion": criterion}, applied_by="a", checked_by="b", approved_by="c", created_at=office.now(),
    )  # fmt: skip


def times(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """The median and the 95th of a hundred, in milliseconds."""
    work()
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def _opened(visitor: Any, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.status_code


def _say(goal: str, found: tuple[float, float], target: int = MILLISECONDS) -> None:
    middle, late = found
    verdict = "ok" if late <= target else "MISS"
    print(f"{goal:<48} p50 {middle:6.1f} ms  p95 {late:6.1f} ms  <={target} {verdict}", flush=True)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
