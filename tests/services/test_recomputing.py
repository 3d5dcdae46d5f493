"""Every open loan's claim is kept as of the day, to the fen, once, whoever dies in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from legalflow.access import SYSTEM, Role
from legalflow.claims.claim import state_claim
from legalflow.errors import Invalid, NotAllowed
from legalflow.jobs import queues, tasks
from legalflow.law.catalogue import Law
from legalflow.loans.loan import Loan, Repayment
from legalflow.office import Office
from legalflow.persistence import portfolio
from legalflow.persistence.tables import ClaimChunkRow, ClaimRow, LoanRow, OutboxRow, PaymentRow
from legalflow.services import claiming, importing, lists, recomputing, surveying, tracking
from legalflow.values.dates import add_months
from legalflow.values.money import Money
from tests.builders import a_kept_loan, a_loan, an_account, an_office, an_open_matter
from tests.services.installation import work_off

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TODAY = "2026-03-02"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = an_office(tmp_path, today="2026-03-02T12:00:00+08:00")
    yield made
    made.database.close()


def _nothing(_session: Session) -> None:
    """No row of work is behind this call."""


def _night(office: Office, day: str = TODAY) -> None:
    recomputing.plan(office, day, _nothing)
    work_off(office)


def _rows(office: Office) -> dict[str, dict[str, Any]]:
    with office.database.reading() as session:
        return {row.loan_id: row.model_dump() for row in session.exec(select(ClaimRow))}


def _shares(office: Office) -> list[ClaimChunkRow]:
    with office.database.reading() as session:
        return portfolio.chunks(session)


def _some_loans(count: int) -> Iterator[tuple[Loan, list[tuple[date, int]]]]:
    """Different loans with what was paid on each."""
    chance = random.Random(20261125)
    for number in range(count):
        start = date(2024, chance.randrange(1, 13), chance.randrange(1, 29))
        loan = a_loan(
            contract_number=f"JK-{number:04d}",
            start=start,
            signed=start,
            maturity=add_months(start, 12),
            drawdowns=(replace(a_loan().drawdowns[0], on=start),),
            rate=Decimal(chance.randrange(30, 240)) / 1000,
            compound=chance.random() < 0.5,
            due_day_counts=chance.random() < 0.5,
            repayment=chance.choice(list(Repayment)),
            currency="USD" if number % 10 == 0 else "CNY",
            liquidated_damages_rate=Decimal("0.0005") if number % 7 == 0 else None,
        )
        paid = [
            (add_months(start, month) + timedelta(days=chance.choice((0, 5, 40))), chance.randrange(100_00, 12_000_00))
            for month in range(1, chance.randrange(2, 12))
        ]
        yield loan, paid


def _fill(office: Office, count: int) -> list[str]:
    ids = []
    for loan, paid in _some_loans(count):
        ids.append(a_kept_loan(office, loan))
        with office.database.writing() as session:
            for number, (on, fen) in enumerate(paid):
                session.add(
                    PaymentRow(
                        loan_id=ids[-1],
                        paid_on=on,
                        fen=fen,
                        number=str(number),
                        reversed=number == 3,
                        designation="principal" if number == 4 else "",
                        recorded_by="a",
                        at=office.now(),
                    )
                )
    return ids


def test_what_is_kept_is_the_claim_of_the_day_to_the_fen(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    ids = _fill(office, 40)
    matter = tracking.open_matter(office, counsel, ids[0])
    for name, more in (("MaterialsChecked", {}), ("DemandStarted", {})):
        tracking.record(office, counsel, matter, name, {"on": "2026-02-20", **more})
    tracking.record(office, counsel, matter, "DemandDelivered", {"on": "2026-02-21", "party": "甄借款", "mode": "post"})
    _night(office)
    kept = _rows(office)
    assert set(kept) == set(ids)
    overdue = 0
    for loan_id, row in kept.items():
        claim = claiming.state_claim(office, counsel, loan_id)[1].value
        assert row["as_of"] == claim.as_of == date(2026, 3, 2)
        for name in ("principal", "interest", "penalty", "compound", "liquidated_damages", "costs", "total"):
            assert row[f"{name}_fen"] == getattr(claim, name).fen, (loan_id, name)
        assert (row["overdue_since"], row["overdue_days"]) == (claim.overdue_since, claim.overdue_days)
        assert row["currency"] == claim.currency
        assert Decimal(row["per_day"]) == claim.running.per_day
        assert row["reason"] == "" and row["computed_at"] == office.now()
        overdue += claim.overdue_days > 0
    assert overdue > 20, "most of them owe something, or nothing was proven"


def test_the_mildest_grade_stands_beside_the_days(office: Office) -> None:
    day = date(2026, 2, 15)
    young = a_loan(start=day, maturity=date(2027, 2, 15), drawdowns=(replace(a_loan().drawdowns[0], on=day),))
    fresh, late = a_kept_loan(office, young), a_kept_loan(office, a_loan(contract_number="late"))
    _night(office)
    kept = _rows(office)
    assert (kept[fresh]["overdue_days"], kept[fresh]["grade"]) == (0, "pass")
    assert (kept[late]["overdue_days"], kept[late]["grade"]) == (379, "loss")


def test_a_night_run_twice_writes_nothing_and_the_next_day_writes_all(office: Office) -> None:
    _fill(office, 5)
    _night(office)
    before = _rows(office)
    later = replace(office, now=lambda: NOON + timedelta(hours=1))
    _night(later)
    assert _rows(later) == before, "not even the instant differs"
    assert [row.changed for row in _shares(later)] == [0]
    tomorrow = replace(office, now=lambda: NOON + timedelta(days=1))
    _night(tomorrow, "2026-03-03")
    assert {row["as_of"] for row in _rows(tomorrow).values()} == {date(2026, 3, 3)}
    assert [row.changed for row in _shares(tomorrow)] == [5]


def test_a_loan_without_a_claim_says_every_reason_and_holds_up_no_other(office: Office) -> None:
    good = _fill(office, 2)
    bad = a_kept_loan(office, a_loan(contract_number="bad", basis=364, maturity=date(2025, 1, 1)))
    torn = a_kept_loan(office, a_loan(contract_number="torn"))
    with office.database.writing() as session:
        row = session.get(LoanRow, torn)
        assert row is not None
        row.facts = {**row.facts, "rate": "many"}
        session.add(row)
    _night(office)
    kept = _rows(office)
    assert [kept[each]["reason"] for each in good] == ["", ""]
    assert {"basis.unknown", "loan.maturity"} <= set(kept[bad]["reason"].split(","))
    assert {problem["code"] for problem in kept[bad]["problems"]} == set(kept[bad]["reason"].split(","))
    assert kept[torn]["reason"] == "claim.fault" and kept[torn]["total_fen"] is None
    (share,) = _shares(office)
    assert (share.computed, share.failed) == (2, 2)
    counsel, admin = an_account(office, Role.COUNSEL), an_account(office, Role.ADMIN)
    seen = surveying.survey(office, counsel)
    assert seen.failed == 2 and {each.loan_id for each in seen.failures} == {bad, torn}
    assert sum(each.loans for each in seen.totals) == 2
    assert sum(each.total.fen for each in seen.totals) == sum(kept[each]["total_fen"] for each in good)
    hidden = surveying.survey(office, admin)
    assert hidden.failures == () and hidden.totals == () and hidden.failed == 2, "the machine's keeper sees no debtor"


def test_a_dead_worker_costs_its_share_and_nothing_else(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "SIZE", 4)
    ids = _fill(office, 10)
    recomputing.plan(office, TODAY, _nothing)
    first, second, third = _shares(office)
    assert [row.loans for row in (first, second, third)] == [4, 4, 2]
    recomputing.run(office, first.id, _nothing)

    def dies(_session: Session) -> None:
        raise OSError("the machine went down")

    with pytest.raises(OSError):
        recomputing.run(office, second.id, dies)
    assert len(_rows(office)) == 4, "what was not committed is not there"
    half = surveying.progress(office, SYSTEM)
    assert half is not None and (half.done, half.loans, half.percent) == (4, 10, 40) and half.ended_at is None
    with office.database.reading() as session:
        asked = {row.subject_id for row in session.exec(select(OutboxRow))}
    assert asked == {first.id, second.id, third.id}
    recomputing.plan(office, TODAY, _nothing)
    assert [row.id for row in _shares(office)] == [first.id, second.id, third.id], "a night under way is gone on with"
    work_off(office)
    assert set(_rows(office)) == set(ids)
    whole = surveying.progress(office, SYSTEM)
    assert whole is not None and (whole.percent, whole.computed, whole.ended_at) == (100, 10, office.now())


def test_the_rate_and_the_time_left_are_those_of_the_last_minutes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "SIZE", 2)
    _fill(office, 8)
    recomputing.plan(office, TODAY, _nothing)
    at = {"now": NOON + timedelta(seconds=30)}
    clocked = replace(office, now=lambda: at["now"])
    recomputing.run(clocked, _shares(office)[0].id, _nothing)
    at["now"] = NOON + timedelta(minutes=1)
    seen = surveying.progress(clocked, SYSTEM)
    assert seen is not None and seen.per_minute == 2 and seen.left == timedelta(minutes=3)
    at["now"] = NOON + timedelta(hours=1)
    stalled = surveying.progress(clocked, SYSTEM)
    assert stalled is not None and stalled.per_minute is None and stalled.left is None


def test_a_share_given_up_says_why_and_is_asked_for_again_by_the_next_plan(office: Office) -> None:
    _fill(office, 1)
    recomputing.plan(office, TODAY, _nothing)
    (share,) = _shares(office)
    recomputing.fail(office, share.id, "内存不足", _nothing)
    seen = surveying.progress(office, SYSTEM)
    assert seen is not None and seen.stopped == ((1, "内存不足"),)
    _night(office)
    seen = surveying.progress(office, SYSTEM)
    assert seen is not None and seen.stopped == () and seen.percent == 100


def test_a_share_overtaken_by_the_next_night_is_let_go(office: Office) -> None:
    (loan,) = _fill(office, 1)
    recomputing.plan(office, TODAY, _nothing)
    (old,) = _shares(office)
    tomorrow = replace(office, now=lambda: NOON + timedelta(days=1))
    recomputing.plan(tomorrow, TODAY, _nothing)
    assert _shares(office)[0].id == old.id, "the plan of a day that is over changes nothing"
    _night(tomorrow, "2026-03-03")
    recomputing.run(tomorrow, old.id, _nothing)
    assert _rows(tomorrow)[loan]["as_of"] == date(2026, 3, 3)


def test_a_closed_matter_has_no_kept_claim(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    matter = an_open_matter(office, counsel)
    _night(office)
    assert len(_rows(office)) == 1
    tracking.record(office, counsel, matter, "MatterClosed", {"on": TODAY, "result": "settled", "reason": "清偿完毕"})
    _night(office)
    assert _rows(office) == {}


def test_the_list_shows_the_kept_amount_its_day_and_whether_something_came_in_since(office: Office) -> None:
    counsel = an_account(office, Role.COUNSEL)
    paid, quiet = (a_kept_loan(office, a_loan(contract_number=name)) for name in ("paid", "quiet"))
    assert [line.claim for line in lists.loans(office, counsel).rows] == [None, None]
    _night(office)
    kept = _rows(office)
    importing.record_payment(office, counsel, paid, {"on": TODAY, "amount": "1000", "number": "R1"})
    shown = {line.id: line.claim for line in lists.loans(office, counsel).rows}
    assert shown[quiet] == lists.KeptClaim(date(2026, 3, 2), Money.of_fen(kept[quiet]["total_fen"]), "CNY", 379, False)
    outdated = shown[paid]
    assert outdated is not None and outdated.outdated
    _night(office)
    shown = {line.id: line.claim for line in lists.loans(office, counsel).rows}
    fresh = shown[paid]
    assert fresh is not None and fresh.total is not None and not fresh.outdated
    assert fresh.total == Money.of_fen(kept[paid]["total_fen"]) - Money("1000")


def test_an_hour_works_out_what_is_new_or_changed_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "SIZE", 3)
    counsel = an_account(office, Role.COUNSEL)
    ids = sorted(_fill(office, 9))
    _night(office)
    night, before = [row.id for row in _shares(office)], _rows(office)
    later = replace(office, now=lambda: NOON + timedelta(hours=1))
    _night(later, "2026-03-02T13")
    assert [row.id for row in _shares(later)] == night, "an hour without changes leaves the night as it stands"
    importing.record_payment(later, counsel, ids[4], {"on": TODAY, "amount": "1", "number": "R99"})
    new = a_kept_loan(later, a_loan(contract_number="new"))
    _night(later, "2026-03-02T14")
    seen = surveying.progress(later, counsel)
    assert seen is not None and (seen.loans, seen.computed, seen.changed, seen.changed_only) == (2, 2, 2, True)
    after = _rows(later)
    assert {each for each in after if before.get(each) != after[each]} == {ids[4], new}
    for each in after:
        assert after[each]["total_fen"] == claiming.state_claim(later, counsel, each)[1].value.total.fen
    _night(replace(later, law=_without_a_value(later)), "2026-03-02T15")
    seen = surveying.progress(later, counsel)
    assert seen is not None and seen.computed == 10, "other rules, other claims"


def _without_a_value(office: Office) -> Law:
    """The law lacking the first value of a topic that no claim asks for."""
    values = {each: office.law.history(each) for each in office.law.topics()}
    return Law({topic: rows[1:] if topic == "retention/classes" else rows for topic, rows in values.items()})


def test_a_kept_claim_names_the_rules_it_was_computed_by(office: Office) -> None:
    topic = office.law.topics()[0]
    values = {each: office.law.history(each) for each in office.law.topics()}
    same, other = type(office.law)(values), type(office.law)({**values, topic: values[topic][:-1]})
    assert recomputing.rules_digest(same) == recomputing.rules_digest(office.law)
    assert recomputing.rules_digest(other) != recomputing.rules_digest(office.law)
    _fill(office, 2)
    _night(office)
    counsel = an_account(office, Role.COUNSEL)
    assert surveying.survey(office, counsel).by_other_rules == 0
    assert surveying.survey(replace(office, law=other), counsel).by_other_rules == 2


def test_an_administrator_asks_for_today_again_and_nobody_else(office: Office) -> None:
    _fill(office, 1)
    with pytest.raises(NotAllowed):
        recomputing.ask(office, an_account(office, Role.COUNSEL))
    admin = an_account(office, Role.ADMIN)
    recomputing.ask(office, admin)
    recomputing.ask(office, admin)
    work_off(office)
    seen = surveying.progress(office, admin)
    assert seen is not None and seen.percent == 100
    for role in (Role.FIRM_LAWYER, Role.SEAL_KEEPER):
        with pytest.raises(NotAllowed):
            surveying.survey(office, an_account(office, role, firm_id=None))


def test_a_plan_for_what_is_no_day_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        recomputing.plan(office, "tomorrow", _nothing)
    assert queues.TASKS[recomputing.PLAN].queue == recomputing.PLAN_QUEUE
    assert queues.TASKS[recomputing.SHARE].queue == recomputing.SHARE_QUEUE
    assert tasks.attempt_once(office, queues.TASKS, recomputing.SHARE, "none", 0) == "skipped"


def test_the_engine_is_told_the_same_facts_as_by_the_page(office: Office) -> None:
    (loan_id,) = _fill(office, 1)
    with office.database.reading() as session:
        (kept,) = portfolio.loans(session, "", loan_id)
    made = recomputing.line(kept, date(2026, 3, 2), office.law, lambda _days: "", NOON)
    loan = claiming.state_claim(office, an_account(office, Role.COUNSEL), loan_id)[0]
    assert made["total_fen"] == state_claim(replace(loan, parties=()), date(2026, 3, 2), office.law).value.total.fen
