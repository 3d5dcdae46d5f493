"""How fast lists answer over 20,000 matters: a page, a search, the facets with their counts.

Each kind of question is asked many times in one process on SQLite; printed are the median and the 95th of a hundred.
The plans of the queries are read as well: no list may sort or scan the wide rows of what it does not show.
"""

from __future__ import annotations

import random
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
from legalflow.office import Office, today  # noqa: E402
from legalflow.persistence import mapping, repositories, searching  # noqa: E402
from legalflow.persistence.tables import (  # noqa: E402
    ClaimRow,
    DeadlineRow,
    FirmRow,
    LoanRow,
    MatterRow,
    SearchTailRow,
    SQLModel,
)
from legalflow.services import listing  # noqa: E402
from legalflow.services.listing import LOANS, MATTERS, Wanted  # noqa: E402
from legalflow.services.viewing import OPEN_DEADLINES  # noqa: E402
from legalflow.values import codec  # noqa: E402
from tests.builders import a_loan, an_account, an_office  # noqa: E402

MANY = 20_000
ROUNDS = 40
MILLISECONDS = 200  # the 95th of a hundred
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "示例样本虚拟假设某明华军伟芳娜敏静丽强磊洋艳勇杰涛超霞平刚桂英玉萍红娟飞鑫波斌莉"
UNITS = ("示范一支行", "示范二支行", "示范三支行", "示范营业部")
PRODUCTS = ("个人经营贷款", "个人消费贷款", "小微企业贷款", "个人住房贷款")
STAGES = ("A00", "A05", "A10", "A20", "A25", "A40", "A50", "A55", "A65", "A70", "A90")


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
    lawyer = an_account(office, Role.FIRM_LAWYER, "lawyer", firm_id=firm)
    two = {"stage": ("A20", "A25"), "unit": (UNITS[0],)}
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
    """Put loans, matters, claims and deadlines in, their facts all alike but for what lists show and search."""
    chance = random.Random(20261124)
    facts, now, on = mapping.loan_facts(a_loan(), office.keys), office.now(), today(office)
    owners = [an_account(office, Role.COUNSEL, f"owner{number}").id for number in range(8)]
    firms = [repositories.new_id() for _ in range(6)]
    state = {"kept": [codec.digest(str(number).encode()) for number in range(30)]}  # two kilobytes, as real ones have
    rows: dict[Any, list[dict[str, Any]]] = {
        each: [] for each in (LoanRow, MatterRow, ClaimRow, DeadlineRow, SearchTailRow)
    }
    for number in range(count):
        loan_id, matter_id = repositories.new_id(), repositories.new_id()
        borrower = chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2))))
        contract, case = f"示银借字2024第{number:06d}号", f"2026-{number:06d}"
        rows[LoanRow].append(
            {
                "id": loan_id, "lender": "样例银行", "contract_number": contract, "unit": chance.choice(UNITS),
                "borrower": borrower, "product": chance.choice(PRODUCTS), "version": 1,
                "maturity": date(2024, 1, 1) + timedelta(days=chance.randrange(900)),
                "disbursed_fen": chance.randrange(1_000_000, 90_000_000), "facts": facts, "digest": str(number),
                "created_at": now,
            }
        )  # fmt: skip
        rows[MatterRow].append(
            {
                "id": matter_id, "number": case, "loan_id": loan_id, "stage": chance.choice(STAGES),
                "write_off": chance.choice(("C0", "C0", "C0", "C1", "C5")), "owner_id": chance.choice(owners),
                "firm_id": chance.choice([*firms, None]), "sequence": 0, "state": state, "version": 1,
                "opened_at": now, "changed_at": now - timedelta(minutes=chance.randrange(100_000)),
            }
        )  # fmt: skip
        total = chance.randrange(1_000_000, 99_000_000)
        rows[ClaimRow].append(
            {
                "loan_id": loan_id, "as_of": on, "currency": "CNY", "principal_fen": total, "interest_fen": 0,
                "penalty_fen": 0, "compound_fen": 0, "liquidated_damages_fen": 0, "costs_fen": 0, "total_fen": total,
                "overdue_days": chance.randrange(900), "per_day": "1.00", "grade": chance.choice(("loss", "doubtful")),
                "facts_digest": "", "rules_digest": "", "reason": "", "problems": [], "computed_at": now,
            }
        )  # fmt: skip
        rows[DeadlineRow] += [
            {
                "matter_id": matter_id, "rule": f"rule{place}", "party": "", "title": "某期限",
                "last_day": on + timedelta(days=chance.randrange(-30, 400)), "provisional": False, "if_missed": "",
                "state": chance.choice(("open", "open", "met", "missed")), "reasons": [{"what": "说明" * 100}],
            }
            for place in range(3)
        ]  # fmt: skip
        running = [each["last_day"] for each in rows[DeadlineRow][-3:] if each["state"] in OPEN_DEADLINES]
        rows[MatterRow][-1]["next_due"] = min(running, default=None)
        found = {"loan": (borrower, contract), "matter": (case,)}
        rows[SearchTailRow] += [
            {"tail": tail, "loan_id": loan_id, "source": source}
            for source, texts in found.items()
            for tail in searching.tails(texts)
        ]
    with office.database.writing() as session:
        named = [{"id": each, "name": f"示范律所{each[:4]}", "facts": {}} for each in firms]
        session.execute(sa.insert(FirmRow), named)
        for table, content in rows.items():
            session.execute(sa.insert(SQLModel.metadata.tables[table.__tablename__]), content)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
