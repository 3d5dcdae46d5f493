"""A night: how many loans of 36 instalments and 36 payments get their claims kept a second, by two workers.

The whole way is measured, on SQLite and where a server is given on PostgreSQL: planned, sent by the relay, forked,
read, computed, written. `python tests/bench/bench_nightly.py 100000` takes another number of loans than the usual one.
"""

from __future__ import annotations

import os
import random
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402

from legalflow import config  # noqa: E402
from legalflow.access import SYSTEM  # noqa: E402
from legalflow.claims.claim import state_claim  # noqa: E402
from legalflow.cli import queue_server  # noqa: E402
from legalflow.jobs import connection, relay, worker  # noqa: E402
from legalflow.loans.loan import Drawdown, LenderKind, Loan, Repayment  # noqa: E402
from legalflow.office import Office, today  # noqa: E402
from legalflow.persistence import mapping, portfolio, repositories  # noqa: E402
from legalflow.persistence.tables import ClaimRow, LoanRow, PaymentRow  # noqa: E402
from legalflow.services import recomputing, surveying  # noqa: E402
from legalflow.values.dates import add_months  # noqa: E402
from legalflow.values.money import Money, rate  # noqa: E402
from tests.builders import a_loan, an_office  # noqa: E402

USUAL, WHOLE = 2_000, 100_000
INSTALMENTS = PAYMENTS = 36
WORKERS = 2
MINUTES = 5  # for the whole portfolio on two cores
TEMPLATES = 200  # different contracts; payments differ from loan to loan
AT_ONCE = 1_000


def run(count: int = USUAL) -> None:
    """Print the figures for each database, each with its target."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, made(url) as database_url:
            office = an_office(Path(folder), database_url=database_url)
            began = time.perf_counter()
            fill(office, count)
            print(f"{name}: {count} loans with {PAYMENTS} payments each put in: {time.perf_counter() - began:.0f} s")
            night(office, name, count)
            again(office, name, count)
            where(office, name)
            office.database.close()


def databases() -> Iterator[tuple[str, str]]:
    """SQLite, and PostgreSQL where a server is given."""
    yield "SQLite", ""
    server = config.read().test_postgresql
    if server:
        yield "PostgreSQL", server
    else:
        print("PostgreSQL: LEGALFLOW_TEST_POSTGRESQL is not set, not measured")


@contextmanager
def made(server: str) -> Iterator[str]:
    """A database of its own on a server, gone afterwards; for SQLite nothing is to be made."""
    if not server:
        yield ""
        return
    name = f"legalflow_bench_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connected:
        connected.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connected:
        connected.exec_driver_sql(f'DROP DATABASE "{name}"')
    engine.dispose()


def fill(office: Office, count: int) -> None:
    """Put the loans in with their payments: paid for three years, some late and some in part."""
    chance = random.Random(20261125)
    loans = [contract(chance) for _ in range(TEMPLATES)]
    facts = [(mapping.loan_facts(loan, office.keys), mapping.loan_digest(loan)) for loan in loans]
    now = office.now()
    for start in range(0, count, AT_ONCE):
        rows, payments = [], []
        for number in range(start, min(count, start + AT_ONCE)):
            loan, (kept, digest) = loans[number % TEMPLATES], facts[number % TEMPLATES]
            row_id = repositories.new_id()
            rows.append(
                {
                    "id": row_id, "lender": loan.lender, "contract_number": f"HT-{number:06d}", "unit": "",
                    "borrower": "假借款", "product": "", "maturity": loan.maturity,
                    "disbursed_fen": loan.disbursed.fen, "facts": kept, "digest": digest, "created_at": now,
                    "version": 1,
                }
            )  # fmt: skip
            payments += list(paid(chance, loan, row_id, now))
        with office.database.writing() as session:
            session.execute(sa.insert(LoanRow), rows)
            session.execute(sa.insert(PaymentRow), payments)


def contract(chance: random.Random) -> Loan:
    """An instalment loan that began three to four years ago."""
    start = date(2022, chance.randrange(12, 13), 1) + timedelta(days=chance.randrange(0, 330))
    amount = Money.of_fen(chance.randrange(1_000_000, 50_000_000))
    return a_loan(
        lender_kind=LenderKind.CONSUMER_FINANCE,
        signed=start,
        start=start,
        maturity=add_months(start, INSTALMENTS),
        limit=amount,
        drawdowns=(Drawdown(start, amount),),
        rate=rate(f"0.{chance.randrange(40, 240):03d}"),
        compound=chance.random() < 0.5,
        repayment=chance.choice((Repayment.EQUAL_INSTALMENT, Repayment.EQUAL_PRINCIPAL)),
        instalments=INSTALMENTS,
    )


def paid(chance: random.Random, loan: Loan, loan_id: str, now: Any) -> Iterator[dict[str, Any]]:
    """A payment for each instalment: on its day or later, mostly less than what was due."""
    for number in range(1, PAYMENTS + 1):
        day = add_months(loan.start, number) + timedelta(days=chance.choice((0, 0, 3, 20)))
        yield {
            "loan_id": loan_id, "paid_on": day,
            "fen": loan.disbursed.fen // INSTALMENTS + chance.randrange(-2_000, 20_000), "number": f"R{number}",
            "channel": "", "designation": "", "reversed": False, "recorded_by": "bench", "at": now,
        }  # fmt: skip


def night(office: Office, name: str, count: int) -> None:
    """The first night of a portfolio: every claim is new."""
    seconds, claims, memory, used = worked(office)
    minutes = seconds / count * WHOLE / 60
    met = "ok" if minutes <= MINUTES else "MISS"
    print(
        f"{name}: {count} claims kept by {WORKERS} workers in {seconds:.1f} s: {count / seconds:.0f} loans/s,"
        f" {minutes:.1f} minutes for {WHOLE} ({used / WORKERS / count * WHOLE / 60:.1f} by the processor time of"
        f" {WORKERS} free cores), largest process {memory:.0f} MiB, target ≤ {MINUTES} {met}"
    )
    assert claims == count


def again(office: Office, name: str, count: int) -> None:
    """The same day once more: computed, found equal, not written."""
    seconds, claims, _, _ = worked(office)
    seen = surveying.progress(office, SYSTEM)
    assert claims == count and seen is not None and (seen.changed, seen.failed) == (0, 0)
    print(f"{name}: the same day again, nothing written: {count / seconds:.0f} loans/s")


def worked(office: Office) -> tuple[float, int, float, float]:
    """One night through queue and workers: seconds, claims kept, the largest process in MiB, seconds of processor."""
    began, used = time.perf_counter(), processor()
    recomputing.plan(office, today(office).isoformat(), lambda _session: None)
    server = subprocess.Popen(queue_server.command(office.settings), stdout=subprocess.DEVNULL)
    try:
        queue_server.wait(office.settings)
        relay.sweep(office, connection.brief(office.settings))
        children = [work(office) for _ in range(WORKERS)]
        for child in children:
            os.waitpid(child, 0)
    finally:
        server.terminate()
        server.wait()
    seconds = time.perf_counter() - began
    with office.database.reading() as session:
        kept = session.execute(sa.select(sa.func.count()).select_from(ClaimRow)).scalar_one()
    seen = surveying.progress(office, SYSTEM)
    assert seen is not None and seen.ended_at is not None, "every share was done"
    return seconds, int(kept), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, processor() - used


def processor() -> float:
    """The seconds of processor this process and its ended children have used; others' load does not count in."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def work(office: Office) -> int:
    """Start a worker that ends when the queue is empty; its process."""
    office.database.close()
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (the child ends with it)
        worker.run(office, connection.patient(office.settings), recomputing.SHARE_QUEUE, burst=True)
        os._exit(0)
    return child


def where(office: Office, name: str) -> None:
    """Where the time of a share goes, in one process, in milliseconds a thousand loans."""
    took: dict[str, float] = {}

    def timed(what: str, work: Any) -> Any:
        began = time.process_time()
        found = work()
        took[what] = time.process_time() - began
        return found

    as_of = today(office)
    with office.database.reading() as session:
        after, last, count = next(portfolio.ranges(session, AT_ONCE))
        kept = timed("loans and payments read", lambda: list(portfolio.loans(session, after, last)))
        before = timed("claims of the day before read", lambda: portfolio.stored(session, after, last))
    whole = timed("loans built", lambda: [mapping.terms_of(each.facts, each.payments) for each in kept])
    timed("claims stated", lambda: [state_claim(loan, as_of, office.law, explained=False) for loan in whole])
    lines = [recomputing.line(each, as_of, office.law, lambda _days: "", office.now()) for each in kept]
    timed("compared", lambda: [before.get(each["loan_id"]) != portfolio.compared(each) for each in lines])
    with office.database.writing() as session:
        timed("claims written", partial(portfolio.put, session, lines))
    parts = ", ".join(f"{what} {seconds / count * 1e6:.0f}" for what, seconds in took.items())
    print(f"{name}: CPU ms for 1,000 loans: {parts}")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else USUAL)
