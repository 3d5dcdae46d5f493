"""How fast claims are worked out: a thousand different loans, a portfolio through `calc --batch`, and mixed lines."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from legalflow.claims.claim import state_claim  # noqa: E402
from legalflow.claims.schedule import schedule  # noqa: E402
from legalflow.cli.operations import OPERATIONS, operation  # noqa: E402
from legalflow.law.catalogue import Law  # noqa: E402
from legalflow.loans.loan import Drawdown, LenderKind, Loan, Repayment  # noqa: E402
from legalflow.loans.payments import Payment  # noqa: E402
from legalflow.values.dates import add_months  # noqa: E402
from legalflow.values.money import Money  # noqa: E402

LOANS, INSTALMENTS, LINES, PORTFOLIO = 1_000, 36, 10_000, 5_000
METHODS = (Repayment.EQUAL_INSTALMENT, Repayment.EQUAL_PRINCIPAL)
Figure = tuple[str, str, str, bool | None]


def run() -> None:
    """Print every figure with its target and whether it is met."""
    for goal, value, target, met in figures():
        verdict = {None: "", True: "ok", False: "MISS"}[met]
        print(f"{goal:<66} {value:>18} {target:>8} {verdict}".rstrip(), flush=True)


def figures() -> Iterator[Figure]:
    """Claims a second, lines a second, and how soon one calculation answers."""
    chance = random.Random(20261123)
    loans, law = [a_loan(chance) for _ in range(LOANS)], Law.load()
    began = time.process_time()
    for loan in loans:
        state_claim(loan, loan.maturity + timedelta(days=chance.randrange(400)), law)
    rate = LOANS / (time.process_time() - began)
    yield f"claims of {INSTALMENTS} instalments with payments a second and core", f"{rate:.0f}", "≥ 200", rate >= 200
    for arguments, paid, least in ((["--brief"], False, 2_000), (["--brief"], True, 2_000), ([], True, 300)):
        rate = PORTFOLIO / portfolio(chance, arguments, paid=paid)
        name = " ".join(["calc --batch", *arguments]) + (", 17 payments each" if paid else ", nothing paid")
        yield f"{INSTALMENTS} instalments, {name}: claims a second and core", f"{rate:.0f}", f"≥ {least}", rate >= least
    seconds = batch(chance)
    yield f"{LINES} mixed lines of calc --batch: lines a second", f"{LINES / seconds:.0f}", "", None
    seconds = min(once() for _ in range(5))
    yield "one calculation from the command line: seconds", f"{seconds:.2f}", "≤ 1", seconds <= 1


def a_loan(chance: random.Random, *, late: int = 30) -> Loan:
    """An instalment loan of its own: paid for a while, the last `late` times late and in parts, then no more.

    Before that each instalment is paid as it falls due, as most of a portfolio's are.
    """
    start = date(2021, chance.randrange(1, 13), chance.randrange(1, 29))
    amount = Money.of_fen(chance.randrange(1_000_000, 50_000_000))
    paid = chance.randrange(6, 30)
    rate, method = Decimal(chance.randrange(40, 240)) / 1000, chance.choice(METHODS)
    days = [add_months(start, number) for number in range(1, INSTALMENTS + 1)]
    rows = schedule(method, amount, rate, start, days).value
    payments = tuple(
        Payment(rows[number - 1].due, rows[number - 1].total, f"R{number}")
        if number < paid - late
        else Payment(
            rows[number - 1].due + timedelta(days=chance.choice((0, 0, 3, 20))),
            Money.of_fen(amount.fen // INSTALMENTS + chance.randrange(-2_000, 60_000)),
            f"R{number}",
        )
        for number in range(1, paid)
    )
    return Loan(
        contract_name="借款合同",
        contract_number="",
        lender="",
        lender_kind=LenderKind.CONSUMER_FINANCE,
        signed=start,
        limit=amount,
        drawdowns=(Drawdown(start, amount),),
        start=start,
        maturity=add_months(start, INSTALMENTS),
        rate=rate,
        penalty_uplift=Decimal("0.5"),
        compound=chance.random() < 0.5,
        repayment=method,
        instalments=INSTALMENTS,
        payments=payments,
        accelerated_on=add_months(start, paid + 2) if chance.random() < 0.5 else None,
    )


def batch(chance: random.Random) -> float:
    """The seconds the command takes for mixed lines, the examples of every operation in turn."""
    names = list(OPERATIONS)
    lines = [line(number, chance.choice(names)) for number in range(LINES)]
    began = time.perf_counter()
    done = called(["--batch"], "\n".join(lines))
    seconds = time.perf_counter() - began
    answers = [json.loads(each) for each in done.splitlines()]
    assert [each["id"] for each in answers] == list(range(LINES)) and all("result" in each for each in answers)
    return seconds


def portfolio(chance: random.Random, arguments: list[str], *, paid: bool) -> float:
    """The processor seconds the command takes for claims of loans of their own, its start included."""
    loans = [a_loan(chance, late=chance.randrange(6)) for _ in range(PORTFOLIO)]
    loans = loans if paid else [replace(loan, payments=()) for loan in loans]
    lines = [claim_line(number, loan, chance.randrange(400)) for number, loan in enumerate(loans)]
    given = "\n".join(lines)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = called(["--batch", *arguments], given)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.count('"result"') == PORTFOLIO
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def claim_line(number: int, loan: Loan, days: int) -> str:
    """A loan as a line of a batch, with its claim so many days after maturity."""
    facts = {
        "rate": str(loan.rate),
        "penalty_uplift": str(loan.penalty_uplift),
        "compound": loan.compound,
        "basis": loan.basis,
        "lender_kind": loan.lender_kind.value,
        "repayment": loan.repayment.value,
        "instalments": loan.instalments,
        "start": str(loan.start),
        "maturity": str(loan.maturity),
        "drawdowns": [{"on": str(each.on), "amount": str(each.amount)} for each in loan.drawdowns],
        "payments": [{"on": str(each.on), "amount": str(each.amount), "number": each.number} for each in loan.payments],
        "events": [{"kind": "acceleration", "on": str(loan.accelerated_on)}] if loan.accelerated_on else [],
        "as_of": str(loan.maturity + timedelta(days=days)),
    }
    return json.dumps({"id": number, "op": "claim", "input": facts}, ensure_ascii=False)


def line(number: int, name: str) -> str:
    content: dict[str, Any] = {"id": number, "op": name, "input": operation(name).example}
    return json.dumps(content, ensure_ascii=False)


def once() -> float:
    """The seconds of one calculation, the start of the program included."""
    began = time.perf_counter()
    called(["fee"], json.dumps(operation("fee").example))
    return time.perf_counter() - began


def called(arguments: list[str], given: str) -> str:
    """What `legalflow calc` prints."""
    command = [sys.executable, "-m", "legalflow.cli", "calc", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=300, cwd=ROOT)
    return done.stdout
