"""Imports: 3,000 loans with 36 payments each (CSV, XLSX), looked at first, and the same files again, on SQLite."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from legalflow.access import Actor, Role
from legalflow.office import Office
from legalflow.persistence.tables import BatchRow
from legalflow.rendering import workbook
from legalflow.rendering.workbook import Table
from legalflow.services import importing, tracking
from tests.builders import an_account, an_office

LOANS, PAYMENTS, MATTERS = 3_000, 36, 30
TARGET = 60.0  # seconds for the loans and all their payments
EACH = 30.0  # seconds for 3,000 rows of any other file
_HEADINGS = (
    *("贷款人", "贷款人类型", "合同编号", "合同名称", "产品", "签订日期", "合同金额", "放款", "起始日", "到期日"),
    *("年利率", "罚息上浮", "计收复利", "还款方式", "期数", "借款人名称", "借款人类型", "借款人证件号码"),
    *("借款人联系电话", "借款人住所地"),
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run() -> None:
    """Print how long each import takes, with its target."""
    with tempfile.TemporaryDirectory(prefix="legalflow-bench-") as folder:
        office = an_office(Path(folder), today="2026-11-24")
        counsel = an_account(office, Role.COUNSEL)
        loans, payments = _csv(_HEADINGS, map(_loan, range(LOANS))), _payments(PAYMENTS, "R")
        took = _timed(office, counsel, "loans", loans, LOANS)
        took += _timed(office, counsel, "payments", _workbook(payments), LOANS * PAYMENTS, "xlsx")
        said = "ok" if took <= TARGET else "MISS"
        print(f"import {LOANS} loans with {PAYMENTS} payments each: {took:.1f} s, target {TARGET:.0f} s {said}")
        _timed(office, counsel, "loans", loans + b"\n", LOANS, "the same again")
        _timed(office, counsel, "payments", payments + b"\n", LOANS * PAYMENTS, "the same again, csv")
        for loan_id in _ids(office, MATTERS):
            tracking.open_matter(office, counsel, loan_id)
        more = _payments(MATTERS, "M", loans=MATTERS)
        _timed(office, counsel, "payments", more, MATTERS * MATTERS, f"into {MATTERS} matters")


def _timed(office: Office, counsel: Actor, kind: str, content: bytes, rows: int, note: str = "") -> float:
    """Seconds that a file took, its preview included."""
    started = time.perf_counter()
    batch = importing.stage(office, counsel, kind, f"{kind}.csv", content)
    importing.run(office, batch, lambda _session: None)
    looked = time.perf_counter()
    importing.go(office, counsel, batch)
    importing.run(office, batch, lambda _session: None)
    done = time.perf_counter()
    with office.database.reading() as session:
        row = session.get(BatchRow, batch)
    assert row is not None and row.state == "done" and row.added + row.unchanged == rows, row
    target = EACH * max(rows, 3_000) / 3_000
    said = "ok" if done - started <= target else "MISS"
    halves = f"preview {looked - started:.1f} s, import {done - looked:.1f} s"
    print(
        f"import {kind} {note} {rows} rows: {halves}, {rows / (done - looked):.0f} rows/s, target {target:.0f} s {said}"
    )
    return done - started


def _workbook(content: bytes) -> bytes:
    headings, *rows = csv.reader(io.StringIO(content.decode()))
    return workbook.write([Table(name="还款", headings=headings, rows=rows)])


def _ids(office: Office, count: int) -> list[str]:
    with office.database.engine.connect() as connection:
        query = sa.text("select id from loan order by contract_number limit :count")
        return list(connection.execute(query, {"count": count}).scalars())


def _loan(number: int) -> tuple[str, ...]:
    return (
        *(
            "示例银行股份有限公司",
            "银行",
            _contract(number),
            "个人借款合同",
            "个人消费贷款",
            "2025-01-10",
        ),
        *("36000.00", "2025-01-15:36000.00", "2025-01-15", "2026-01-15", "7.2%", "50%", "是", "等额本息", "12"),
        *(f"示例{number}号", "自然人", _identity(number), f"199{number:08d}", f"示例省示例市批量路{number}号"),
    )


def _contract(number: int) -> str:
    return f"示批〔2025〕第{number:05d}号"


def _identity(number: int) -> str:
    body = f"9900001985{1 + number // 1000 % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[remainder]


def _payments(each: int, prefix: str, loans: int = LOANS) -> bytes:
    rows = (
        (
            _contract(number),
            f"2025-{2 + time_ % 10:02d}-{15 + time_ // 10:02d}",
            "500.00",
            f"{prefix}{number}-{time_}",
            "自动扣款",
        )
        for number in range(loans)
        for time_ in range(each)
    )
    return _csv(("合同编号", "还款日期", "还款金额", "流水号", "还款渠道"), rows)


def _csv(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
