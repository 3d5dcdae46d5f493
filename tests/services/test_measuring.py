"""What pictures are drawn from: each number the count or sum of what is kept, and a firm's never more than its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from legalflow.access import Actor, Role
from legalflow.errors import NotAllowed
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import (
    ClaimRow,
    DeadlineRow,
    EntryRow,
    FirmRow,
    MatterRow,
    PaymentRow,
    WriteOffRow,
)
from legalflow.services import measuring
from legalflow.values.money import Money
from tests.builders import a_loan, an_account, an_office, an_open_matter

TODAY = date(2026, 11, 24)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel of the lender."""
    return an_account(office, Role.COUNSEL)


def a_matter(office: Office, counsel: Actor, number: str, **changes: Any) -> MatterRow:
    """A matter with its row changed as lists see it."""
    matter_id = an_open_matter(office, counsel, a_loan(contract_number=number))
    with office.database.writing() as session:
        session.execute(sa.update(MatterRow).where(col(MatterRow.id) == matter_id).values(id=matter_id, **changes))
    with office.database.reading() as session:
        return repositories.matter(session, counsel, matter_id)


def filed(day: str, *fees: str) -> dict[str, Any]:
    """The columns of a matter filed on a day, with court fees paid."""
    return {
        "stage": "A40",
        "filed_on": date.fromisoformat(day),
        "fees_fen": sum(Money(each).fen for each in fees),
    }


def a_firm(office: Office, name: str) -> str:
    """A law firm's id."""
    row = FirmRow(id=repositories.new_id(), name=name, facts={"name": name})
    with office.database.writing() as session:
        session.add(row)
        return row.id


def put(office: Office, *rows: Any) -> None:
    """Keep rows."""
    with office.database.writing() as session:
        session.add_all(rows)


def a_payment(office: Office, matter: MatterRow, day: date, yuan: str, reversed: bool = False) -> PaymentRow:
    """Money that came in."""
    number = f"{day}-{yuan}-{reversed}"
    return PaymentRow(
        loan_id=matter.loan_id, paid_on=day, fen=Money(yuan).fen, number=number, reversed=reversed, recorded_by="x",
        at=office.now(),
    )  # fmt: skip


def test_a_matter_counts_in_its_step_and_in_every_step_before_it(office: Office, counsel: Actor) -> None:
    stages = ("A00", "A12", "A30", "A70", "A80", "A90", "A92", "A15", "A27", "A85", "A47", "A75")
    for number, stage in enumerate(stages):
        a_matter(office, counsel, f"JK-{number}", stage=stage)
    found = measuring.measure(office, counsel)
    assert (found.matters, found.closed, found.bankrupt, found.assigned) == (12, 1, 1, 1)
    assert [step.here for step in found.steps] == [1, 2, 0, 3, 1, 0, 0, 0, 2, 0]
    assert [step.reached for step in found.steps] == [9, 8, 6, 6, 3, 2, 2, 2, 2, 0]


def test_what_is_owed_stands_in_the_band_of_its_days_and_what_has_no_claim_is_said(
    office: Office, counsel: Actor
) -> None:
    for number, days in enumerate((0, 1, 30, 31, 721)):
        matter = a_matter(office, counsel, f"JK-{number}")
        put(office, a_claim(office, matter, days))
    put(office, a_claim(office, a_matter(office, counsel, "JK-A"), 5, currency="USD"))
    put(office, a_claim(office, a_matter(office, counsel, "JK-B"), 0, reason="rate.missing"))
    ageing = measuring.measure(office, counsel).ageing
    assert [age.loans for age in ageing.ages] == [1, 2, 1, 0, 0, 0, 1]
    assert ageing.ages[1].total == Money("200.00") and (ageing.unknown, ageing.foreign) == (1, 1)
    assert ageing.as_of == TODAY


def a_claim(office: Office, matter: MatterRow, days: int, currency: str = "CNY", reason: str = "") -> ClaimRow:
    """A claim of the night over a hundred yuan, or none for a reason."""
    nought = None if reason else 0
    whole = None if reason else 10_000
    return ClaimRow(
        loan_id=matter.loan_id, as_of=TODAY, currency=currency, principal_fen=whole, interest_fen=nought,
        penalty_fen=nought, compound_fen=nought, liquidated_damages_fen=nought, costs_fen=nought, total_fen=whole,
        overdue_days=days, facts_digest="f", rules_digest="r", reason=reason, computed_at=office.now(),
    )  # fmt: skip


def test_deadlines_count_as_the_list_of_deadlines_counts_them(office: Office, counsel: Actor) -> None:
    matter = a_matter(office, counsel, "JK-1")
    with office.database.writing() as session:
        session.execute(sa.delete(DeadlineRow))
    for left, state in ((-1, "missed"), (0, "open"), (7, "open"), (8, "waiting"), (91, "open"), (2, "met")):
        row = DeadlineRow(
            matter_id=matter.id, rule=f"rule{left}", title="某期限", last_day=TODAY + timedelta(left), state=state
        )
        put(office, row)
    due = measuring.measure(office, counsel).due
    assert due == {"overdue": 1, "today": 1, "week": 2, "month": 3, "quarter": 3, "later": 1}


def test_what_came_in_since_filing_adds_up_by_the_month_of_filing(office: Office, counsel: Actor) -> None:
    one = a_matter(office, counsel, "JK-1", **filed("2026-09-10", "1000.00", "250.50"))
    two = a_matter(office, counsel, "JK-2", **filed("2026-09-30"))
    a_matter(office, counsel, "JK-3", **filed("2025-11-30"))  # before the twelve months
    with office.database.writing() as session:
        session.execute(sa.delete(PaymentRow))
    put(
        office,
        a_payment(office, one, date(2026, 9, 9), "5.00"),  # before the filing
        a_payment(office, one, date(2026, 9, 10), "10.00"),
        a_payment(office, two, date(2026, 11, 1), "20.00"),
        a_payment(office, two, date(2026, 11, 2), "40.00", reversed=True),
    )
    (cohort,) = measuring.measure(office, counsel).cohorts
    assert (cohort.month, cohort.matters, cohort.fees) == (date(2026, 9, 1), 2, Money("1250.50"))
    assert cohort.came_in == (Money("10.00"), Money("10.00"), Money("30.00"))
    assert cohort.lent == Money.of_fen(2 * a_loan().disbursed.fen)


def test_a_firm_sees_its_own_matters_and_neither_its_rivals_nor_write_offs(office: Office, counsel: Actor) -> None:
    ours, theirs = a_firm(office, "甲律所"), a_firm(office, "乙律所")
    mine = a_matter(office, counsel, "JK-1", firm_id=ours, **filed("2026-09-10", "100.00"))
    other = a_matter(office, counsel, "JK-2", firm_id=theirs, **filed("2026-09-10", "900.00"))
    put(office, a_payment(office, mine, date(2026, 10, 1), "1.00"), a_payment(office, other, date(2026, 10, 1), "2.00"))
    put(office, a_claim(office, mine, 10), a_claim(office, other, 10))
    found = measuring.measure(office, an_account(office, Role.FIRM_LAWYER, firm_id=ours))
    assert (found.matters, found.firms, found.written_off) == (1, None, None)
    assert sum(age.loans for age in found.ageing.ages) == 1 and sum(found.due.values()) <= 4
    assert found.cohorts[0].recovered == Money("1.00") and found.cohorts[0].fees == Money("100.00")
    staff = measuring.measure(office, counsel).firms or ()
    assert {score.name: (score.filed, score.recovered) for score in staff} == {
        "甲律所": (1, Money("1.00")),
        "乙律所": (1, Money("2.00")),
    }


def test_what_was_counted_of_many_for_the_staff_is_not_shown_to_a_firm(
    office: Office, counsel: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "MANY", 1)
    a_matter(office, counsel, "JK-1", **filed("2026-09-10"))
    assert len(measuring.measure(office, counsel).cohorts) == 1
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=a_firm(office, "甲律所"))
    assert measuring.measure(office, lawyer).cohorts == ()
    a_matter(office, counsel, "JK-2", **filed("2026-10-10"))
    kept = measuring.measure(office, counsel)
    assert len(kept.cohorts) == 1 and kept.followed_at is not None  # counted a moment ago


def test_write_offs_stand_by_criterion_with_what_came_back_and_was_not_undone(office: Office, counsel: Actor) -> None:
    matter = a_matter(office, counsel, "JK-1")
    row = WriteOffRow(
        id="w", loan_id=matter.loan_id, matter_id=matter.id, state="booked", principal_fen=10_000, on_interest_fen=500,
        off_interest_fen=0, fees_fen=0, cut_off=TODAY, request_digest="d", request={"criterion": "no-such"},
        applied_by="a", checked_by="b", approved_by="c", created_at=office.now(),
    )  # fmt: skip
    put(office, row)
    for sequence, (kind, fen) in enumerate(
        (("write_off", 10_500), ("recovery", -300), ("recovery", -200), ("reversal", 200))
    ):
        entry = EntryRow(
            loan_id=matter.loan_id, write_off_id="w", kind=kind, component="principal", fen=fen, happened_on=TODAY,
            at=office.now(), actor="x", voucher="v", sequence=sequence,
        )  # fmt: skip
        put(office, entry)
    (found,) = measuring.measure(office, counsel).written_off or ()
    assert (found.criterion, found.matters, found.amount) == ("no-such", 1, Money("105.00"))
    assert found.recovered == Money("3.00")
    assert measuring.measure(office, an_account(office, Role.SEAL_KEEPER)).written_off is None


def test_the_administrator_is_refused(office: Office) -> None:
    with pytest.raises(NotAllowed):
        measuring.measure(office, an_account(office, Role.ADMIN))
