"""Many letters in one go: five hundred as DOCX and PDF, then their ZIP, by two workers of the real queue.

`LETTERS` matters of fictitious loans; each has a debtor, an address, a sum and a contract of its own, so that no letter
is the twin of another; nothing is random. Timed are the preview, the making from the confirmation on, and the packing.
Beside them stands the CPU time of the workers, which a busy machine stretches less, and their peak memory by share.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from legalflow import config
from legalflow.access import SYSTEM, Actor, Role
from legalflow.cli import queue_server
from legalflow.jobs import connection, relay
from legalflow.loans.loan import Drawdown, Loan
from legalflow.office import Office
from legalflow.persistence import runs
from legalflow.persistence.tables import RunRow
from legalflow.services import appointing, choosing, foreseeing, lending, packing, running, sampling, tracking
from legalflow.services.choosing import Asked
from legalflow.services.listing import MATTERS, Wanted
from legalflow.values.identity import resident_check
from legalflow.values.money import Money
from tests.builders import a_loan, a_party, an_account, an_office, an_open_matter

LETTERS = 500
KIND = "lawyer_letter"
GOAL = 90.0  # seconds for five hundred on two cores
MOST_GROWTH = 20.0  # percent by which the last shares may need more memory than the first
LONGEST = 900.0
ROOT = Path(__file__).resolve().parents[2]
FAMILY = "甄贾郝仝佟阚麴萧戚鄢"
GIVEN = "虚拟样例示范演练设想空构假托仿造"


def run(letters: int = LETTERS) -> None:
    """Print the seconds, the CPU seconds a letter and the memory, with their targets."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder))
        own = office.settings
        named = {"LEGALFLOW_HOME": str(own.home), "LEGALFLOW_STORAGE": str(own.storage)}
        writer = _matters(office, letters)
        server = subprocess.Popen(queue_server.command(own), stdout=subprocess.DEVNULL)
        queue_server.wait(own)
        began_cpu = _children()
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "legalflow.cli", "worker", "batches"],
                cwd=ROOT,
                env={**config.child_environment(), **named},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _number in range(2)
        ]
        stop, memory = threading.Event(), _Memory([worker.pid for worker in workers])
        sending = threading.Thread(target=relay.run, args=(office, connection.brief(own), stop))
        looking = threading.Thread(target=memory.watch, args=(stop,))
        sending.start()
        looking.start()
        try:
            seconds = _measured(office, writer, letters)
        finally:
            stop.set()
            sending.join()
            looking.join()
            for worker in workers:
                worker.terminate()
                worker.wait()
            spent = _children() - began_cpu
            server.terminate()
            server.wait()
        office.database.close()
    print(f"{letters} letters looked at, the start of the workers included: seconds {seconds[0]:.1f}")
    print(f"{letters} letters made (DOCX, PDF): seconds {seconds[1]:.1f}")
    print(f"{letters} letters packed: seconds {seconds[2]:.1f}")
    print(f"CPU seconds of the workers a letter, looking included {spent / letters:.3f}")
    _judge(f"{letters} letters made and packed: seconds", seconds[1] + seconds[2], GOAL * letters / LETTERS)
    first, last = memory.ends()
    print(f"peak memory of a worker's share: MiB {first:.0f} among the first, {last:.0f} among the last")
    _judge("growth of memory: percent", 100 * (last / first - 1), MOST_GROWTH)


class _Memory:
    """The peak memory of every process that did a share, in the order in which they were seen."""

    def __init__(self, workers: list[int]) -> None:
        self.workers = workers
        self.peaks: dict[int, float] = {}

    def watch(self, stop: threading.Event) -> None:
        """Look at the workers' children until told to stop."""
        while not stop.wait(0.1):
            for worker in self.workers:
                with suppress(OSError):
                    children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
                    for child in map(int, children):
                        self.peaks[child] = max(self.peaks.get(child, 0.0), _peak(child))

    def ends(self) -> tuple[float, float]:
        """The highest peak among the first third of the shares and among the last, in MiB."""
        peaks = list(self.peaks.values())
        third = max(1, len(peaks) // 3)
        return max(peaks[:third]), max(peaks[-third:])


def _peak(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _matters(office: Office, letters: int) -> Actor:
    """Matters of a firm's, one for each letter; the firm's lawyer."""
    counsel = an_account(office, Role.COUNSEL)
    lender = replace(a_loan().parties[0], bank_name="样例银行示范支行", bank_account="990000000000000001")
    lending.add_lender(office, SYSTEM, lender, ())
    firm = appointing.add(office, SYSTEM, sampling.FIRMS[0])
    for number in range(letters):
        tracking.assign(office, counsel, an_open_matter(office, counsel, _loan(number)), firm)
    return an_account(office, Role.FIRM_LAWYER, firm_id=firm)


def _loan(number: int) -> Loan:
    born = date(1970, 1, 1) + timedelta(days=number * 17)
    identity = f"990000{born:%Y%m%d}{number % 1000:03}"
    place = f"虚拟省样例市示范区甲路{number + 1}号"
    name = FAMILY[number % 10] + GIVEN[number // 10 % 16] + GIVEN[(number // 160 + number) % 16]
    borrower = a_party(
        name=name,
        number=identity + resident_check(identity),
        birth_date=born,
        sex="男" if number % 2 else "女",
        domicile=place,
        residence=place,
        service_address=place,
    )
    lent = Money(str(100_000 + 1_370 * number))
    plain = a_loan()
    return replace(
        plain,
        contract_number=f"JK-2025-{number:05}",
        limit=lent,
        drawdowns=(Drawdown(plain.start, lent),),
        parties=(plain.parties[0], borrower),
    )


def _measured(office: Office, writer: Actor, letters: int) -> tuple[float, float, float]:
    answers: dict[str, str] = {}  # asked once for all; what is not given is as proposed
    run_id = choosing.choose(office, writer, MATTERS, Wanted(), Asked("", ("全部",)), None)
    began = time.perf_counter()
    foreseeing.ask(office, writer, run_id, "make_documents", KIND, answers, _row(office, run_id).version)
    _until(lambda: _row(office, run_id).state == "foreseen")
    looked = time.perf_counter()
    with office.database.reading() as session:
        left_out = [line.problems for line in runs.every_line(session, run_id, ("skipped", "failed"))]
    assert not left_out, left_out[0]
    running.confirm(office, writer, run_id, _row(office, run_id).version, str(letters))
    _until(lambda: _row(office, run_id).state == "done")
    made = time.perf_counter()
    with office.database.reading() as session:
        counts = runs.counts(session, run_id)
    assert counts == {"done": letters}, counts
    packing.ask(office, writer, run_id)
    _until(lambda: _row(office, run_id).pack_state == "ready")
    packed = time.perf_counter()
    pack = _row(office, run_id).pack
    assert pack is not None
    with zipfile.ZipFile(io.BytesIO(office.store.read(pack))) as archive:
        assert archive.testzip() is None
        for ending in (".pdf", ".docx"):
            assert sum(name.endswith(ending) for name in archive.namelist()) == letters
    return looked - began, made - looked, packed - made


def _judge(name: str, value: float, most: float) -> None:
    print(f"{name} {value:.1f}  target ≤{most:g}  {'ok' if value <= most else 'MISS'}")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _row(office: Office, run_id: str) -> RunRow:
    with office.database.reading() as session:
        row = session.get(RunRow, run_id)
    assert row is not None
    return row


def _until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < LONGEST, "not done in time"
        time.sleep(0.1)
