"""Four eyes and a ledger that only grows: nobody approves their own, nothing counts twice, and no fen is lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import EntryRow, JournalRow, MatterRow, PaymentRow, WriteOffRow
from legalflow.services import checking, claiming, enforced, importing, tracking, writing_off
from legalflow.values.money import Money
from tests.builders import a_loan, an_account, an_office, an_open_matter

TODAY = "2026-11-24"
ASKED = {
    "criterion": "enforcement_failed",
    "as_of": TODAY,
    "principal": "120000.00",
    "on_balance_interest": "1000.00",
    "off_balance_interest": "500.00",
    "outstanding_principal": "120000.00",
    "outstanding_on_balance_interest": "1000.00",
    "outstanding_off_balance_interest": "500.00",
}


class House:
    """An office with one open matter of 120,000.00 unpaid, and a person for each role, by role."""

    def __init__(self, folder: Path) -> None:
        self.office: Office = an_office(folder, today=TODAY)
        self.people = {role: an_account(self.office, role) for role in Role if role is not Role.FIRM_LAWYER}
        self.matter = an_open_matter(self.office, self.people[Role.COUNSEL])

    def __getitem__(self, role: Role) -> Actor:
        return self.people[role]

    def row(self, write_off: str) -> WriteOffRow:
        """The write-off as it stands."""
        with self.office.database.reading() as session:
            row = session.get(WriteOffRow, write_off)
        assert row is not None
        return row

    def matter_row(self) -> MatterRow:
        """The matter as it stands."""
        with self.office.database.reading() as session:
            return session.exec(select(MatterRow).where(MatterRow.id == self.matter)).one()

    def balance(self, write_off: str) -> writing_off.Balance:
        """What the ledger says."""
        with self.office.database.reading() as session:
            return writing_off.balance(session, self.row(write_off))

    def asked(self, **changes: str) -> str:
        """An application by counsel."""
        return writing_off.ask(self.office, self[Role.COUNSEL], self.matter, {**ASKED, **changes})

    def checked(self, write_off: str) -> None:
        """Checked by the finance checker."""
        writing_off.check(self.office, self[Role.FINANCE_CHECKER], write_off, "同意上报")

    def approved(self, write_off: str) -> None:
        """Approved as asked."""
        digest = self.row(write_off).request_digest
        writing_off.approve(self.office, self[Role.APPROVER], write_off, digest, "批〔2026〕1号")

    def booked(self, voucher: str = "记1号") -> str:
        """A write-off all the way to its booking."""
        write_off = self.asked()
        self.checked(write_off)
        self.approved(write_off)
        writing_off.book(self.office, self[Role.FINANCE], write_off, voucher, TODAY)
        return write_off

    def recovered(self, write_off: str, number: str, amount: str, **shares: str) -> None:
        """Money that came in afterwards."""
        texts = {"number": number, "amount": amount, **shares}
        writing_off.recover(self.office, self[Role.FINANCE], write_off, texts)

    def last(self, name: str) -> int:
        """The number of the last event of a name."""
        with self.office.database.reading() as session:
            query = select(JournalRow.sequence).where(JournalRow.name == name)
            return max(session.exec(query))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def _as_role(actor: Actor, role: Role) -> Actor:
    """The same account with another role, as after a change of duties."""
    return Actor(actor.id, actor.name, role)


def test_who_applied_neither_checks_nor_approves_whatever_the_role(house: House) -> None:
    write_off = house.asked()
    maker = house[Role.COUNSEL]
    with pytest.raises(NotAllowed):
        writing_off.check(house.office, _as_role(maker, Role.FINANCE_CHECKER), write_off, "同意")
    house.checked(write_off)
    digest = house.row(write_off).request_digest
    for person in (maker, house[Role.FINANCE_CHECKER]):
        with pytest.raises(NotAllowed):
            writing_off.approve(house.office, _as_role(person, Role.APPROVER), write_off, digest, "批1号")
    house.approved(write_off)
    for person in (house[Role.FINANCE_CHECKER], house[Role.APPROVER]):
        with pytest.raises(NotAllowed):
            writing_off.book(house.office, _as_role(person, Role.FINANCE), write_off, "记1号", TODAY)
    assert house.row(write_off).state == "approved"


@pytest.mark.parametrize("column", ["checked_by", "approved_by"])
def test_the_database_itself_refuses_a_maker_who_checks(house: House, column: str) -> None:
    write_off = house.asked()
    with pytest.raises(Conflict), house.office.database.writing() as session:
        session.execute(sa.update(WriteOffRow).values({column: house[Role.COUNSEL].id}))
    assert getattr(house.row(write_off), column) is None


def test_an_approval_counts_for_exactly_what_was_asked(house: House) -> None:
    write_off = house.asked()
    house.checked(write_off)
    with pytest.raises(Conflict):
        writing_off.approve(house.office, house[Role.APPROVER], write_off, "0" * 64, "批1号")
    stale = house.row(write_off).request_digest
    withdrawn = {"on": TODAY, "reason": "金额有误"}
    tracking.record(house.office, house[Role.COUNSEL], house.matter, "WriteOffWithdrawn", withdrawn)
    again = house.asked(principal="100000.00")
    house.checked(again)
    with pytest.raises(Conflict):
        writing_off.approve(house.office, house[Role.APPROVER], again, stale, "批1号")
    house.approved(again)
    assert house.row(again).approved_by == house[Role.APPROVER].id


def test_of_twenty_racing_approvals_one_counts_and_none_of_its_maker_or_checker(house: House) -> None:
    write_off = house.asked()
    house.checked(write_off)
    digest = house.row(write_off).request_digest
    others = [an_account(house.office, Role.APPROVER, f"approver{number}") for number in range(14)]
    own = [_as_role(house[role], Role.APPROVER) for role in (Role.COUNSEL, Role.FINANCE_CHECKER)] * 3
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def race(actor: Actor) -> None:
        start.wait()
        try:
            writing_off.approve(house.office, actor, write_off, digest, "批1号")
        except LegalflowError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append(actor.id)

    racers = [threading.Thread(target=race, args=(actor,)) for actor in [*others, *own]]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    counted = [outcome for outcome in outcomes if outcome in {actor.id for actor in others}]
    assert len(outcomes) == 20 and counted == [house.row(write_off).approved_by]
    with house.office.database.reading() as session:
        assert len(session.exec(select(JournalRow).where(JournalRow.name == "WriteOffApproved")).all()) == 1


def test_the_books_may_not_contradict_the_claim_and_all_is_said_at_once(house: House) -> None:
    with pytest.raises(Invalid) as raised:
        house.asked(outstanding_principal="119999.99", outstanding_off_balance_interest="999999.00")
    assert {each.code for each in raised.value.problems} == {"write_off.principal", "write_off.interest"}
    with pytest.raises(Invalid):
        house.asked(principal="120000.01")
    with pytest.raises(Invalid):
        house.asked(criterion="because")
    assert house.matter_row().write_off == "C0"


def test_one_write_off_of_a_loan_is_effective(house: House) -> None:
    house.asked()
    with pytest.raises(NotNow):
        house.asked()


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
def test_an_application_that_fell_may_be_made_anew(house: House, how: str) -> None:
    first = house.asked()
    if how == "refused":
        writing_off.refuse(house.office, house[Role.FINANCE_CHECKER], first, "材料不全")
    else:
        texts = {"on": TODAY, "reason": "材料不全"}
        tracking.record(house.office, house[Role.COUNSEL], house.matter, "WriteOffWithdrawn", texts)
    assert (house.row(first).state, house.row(first).reason) == ("refused", "材料不全")
    second = house.booked()
    assert second != first and not list(checking.money_adds_up(house.office))


def test_money_that_comes_in_after_the_application_stops_it_with_the_mend(house: House) -> None:
    write_off = house.asked()
    payment = {"on": "2026-11-20", "amount": "100.00", "number": "R1"}
    importing.record_payment(house.office, house[Role.COUNSEL], house.matter_row().loan_id, payment)
    with pytest.raises(NotNow) as raised:
        house.checked(write_off)
    assert "撤回后重新申报" in raised.value.problems[0].mend


def test_a_payment_after_the_booking_is_refused_with_the_mend(house: House) -> None:
    house.booked()
    payment = {"on": "2026-11-20", "amount": "100.00", "number": "R1"}
    with pytest.raises(NotNow) as raised:
        importing.record_payment(house.office, house[Role.COUNSEL], house.matter_row().loan_id, payment)
    assert "核销后收回" in raised.value.problems[0].mend
    with pytest.raises(NotFound):
        tracking.record(house.office, house[Role.COUNSEL], house.matter, "PaymentReceived", payment)


def test_a_booking_stands_while_recoveries_stand_and_each_number_may_be_used_again_once_corrected(house: House) -> None:
    write_off = house.booked()
    house.recovered(write_off, "HS1", "2000.00")
    checker = house[Role.FINANCE_CHECKER]
    with pytest.raises(NotNow):
        writing_off.correct(house.office, checker, write_off, house.last("WriteOffBooked"), "误记")
    writing_off.correct(house.office, checker, write_off, house.last("RecoveryRecorded"), "金额误记")
    assert house.balance(write_off).recovered.total.fen == 0
    house.recovered(write_off, "HS1", "200.00")
    assert house.balance(write_off).recovered.total == Money("200.00")
    writing_off.correct(house.office, checker, write_off, house.last("RecoveryRecorded"), "误记")
    writing_off.correct(house.office, checker, write_off, house.last("WriteOffBooked"), "凭证误记")
    assert house.balance(write_off).still_off.total.fen == 0
    assert (house.row(write_off).state, house.row(write_off).booked_by) == ("approved", None)
    writing_off.book(house.office, house[Role.FINANCE], write_off, "记1号", TODAY)
    assert house.balance(write_off).booked.total == Money("121500.00")
    assert not list(checking.invariants(house.office))


def test_nobody_corrects_their_own_and_the_reviewer_reverses_no_step_of_a_write_off(house: House) -> None:
    write_off = house.booked()
    own = _as_role(house[Role.FINANCE], Role.FINANCE_CHECKER)
    with pytest.raises(Conflict):
        writing_off.correct(house.office, own, write_off, house.last("WriteOffBooked"), "误记")
    for name in ("WriteOffApplied", "WriteOffChecked", "WriteOffApproved", "WriteOffBooked"):
        with pytest.raises(NotNow):
            tracking.reverse(house.office, house[Role.REVIEWER], house.matter, house.last(name), "误记")


def test_what_came_back_lowers_the_claim_since_the_debt_goes_on(house: House) -> None:
    loan = house.matter_row().loan_id
    counsel = house[Role.COUNSEL]
    before = claiming.state_claim(house.office, counsel, loan)[1].value
    write_off = house.booked()
    assert claiming.state_claim(house.office, counsel, loan)[1].value.total == before.total
    house.recovered(write_off, "HS1", "2000.00")
    assert before.total - claiming.state_claim(house.office, counsel, loan)[1].value.total == Money("2000.00")
    checker = house[Role.FINANCE_CHECKER]
    writing_off.correct(house.office, checker, write_off, house.last("RecoveryRecorded"), "误记")
    assert claiming.state_claim(house.office, counsel, loan)[1].value.total == before.total
    assert enforced.receipts(_current(house)) == ()


def test_what_came_back_counts_under_the_judgment_too(house: House) -> None:
    write_off = house.booked()
    house.recovered(write_off, "HS1", "2000.00")
    assert [(str(each.on), str(each.amount)) for each in enforced.receipts(_current(house))] == [(TODAY, "2000.00")]


def _current(house: House):
    with house.office.database.reading() as session:
        return tracking.current(session, house.matter_row())


def test_the_usual_order_is_proposed_and_shares_that_do_not_add_up_are_refused(house: House) -> None:
    write_off = house.booked()
    shares = writing_off.propose(house.office, house[Role.FINANCE], write_off, Money("130000.00"))
    assert (str(shares.interest), str(shares.principal), str(shares.accrued)) == ("1500.00", "120000.00", "8500.00")
    with pytest.raises(Invalid):
        house.recovered(write_off, "HS1", "100.00", interest="60.00", principal="50.00")
    with pytest.raises(Invalid):
        house.recovered(write_off, "HS1", "2000.00", interest="2000.00")
    assert house.balance(write_off).recovered.total.fen == 0


def test_money_cannot_come_back_on_what_is_not_booked(house: House) -> None:
    write_off = house.asked()
    with pytest.raises(NotNow):
        house.recovered(write_off, "HS1", "1.00")


@pytest.mark.parametrize("statement", ["UPDATE entry SET fen = 1", "DELETE FROM entry", "DELETE FROM journal"])
def test_nothing_in_the_ledger_or_journal_is_changed_in_place(house: House, statement: str) -> None:
    house.booked()
    with pytest.raises(sa.exc.DatabaseError), house.office.database.engine.begin() as connection:
        connection.execute(sa.text(statement))


def _one_sequence(house: House, dice: random.Random) -> int:
    """Some sixteen steps on a fresh matter, many of them possible, some not; how many were taken."""
    house.matter = an_open_matter(house.office, house[Role.COUNSEL], a_loan(contract_number=f"JK-{dice.random()}"))
    write_offs: list[str] = []
    checker = house[Role.FINANCE_CHECKER]
    steps: dict[str, Callable[[], object]] = {
        "ask": lambda: write_offs.append(house.asked(principal=f"{dice.randint(1, 120000)}.00")),
        "check": lambda: house.checked(write_offs[-1]),
        "approve": lambda: house.approved(write_offs[-1]),
        "refuse": lambda: writing_off.refuse(house.office, house[Role.APPROVER], write_offs[-1], "退回"),
        "book": lambda: writing_off.book(house.office, house[Role.FINANCE], write_offs[-1], "记1号", TODAY),
        "recover": lambda: house.recovered(
            write_offs[-1], f"HS{dice.randint(1, 5)}", f"{dice.randint(1, 99000)}.{dice.randint(0, 99):02d}"
        ),
        "undo": lambda: writing_off.correct(house.office, checker, write_offs[-1], _any_money(house, dice), "误记"),
    }
    weights = {"ask": 3, "check": 4, "approve": 4, "refuse": 1, "book": 6, "recover": 8, "undo": 5}
    taken = 0
    begun = ["ask", "check", "approve", "book"][: dice.randint(1, 4)]
    for step in [*begun, *dice.choices(list(weights), list(weights.values()), k=12)]:
        try:
            steps[step]()
            taken += 1
        except (LegalflowError, IndexError):
            continue
    _adds_up(house, write_offs[-1] if write_offs else "")
    return taken


def _any_money(house: House, dice: random.Random) -> int:
    with house.office.database.reading() as session:
        query = select(JournalRow.sequence).where(
            JournalRow.matter_id == house.matter, sa.column("name").in_(["WriteOffBooked", "RecoveryRecorded"])
        )
        return dice.choice(session.exec(query).all())


def _adds_up(house: House, write_off: str) -> None:
    """The entries sum to the balance, and what came back is exactly what counts as paid."""
    with house.office.database.reading() as session:
        loan = house.matter_row().loan_id
        counting = select(PaymentRow.fen).where(PaymentRow.loan_id == loan, sa.not_(sa.column("reversed")))
        entries = session.exec(select(EntryRow.fen).where(EntryRow.loan_id == loan)).all()
        paid = session.exec(counting).all()
    if not write_off:
        assert not entries
        return
    kept = house.balance(write_off)
    assert sum(entries) == kept.booked.total.fen - kept.recovered.total.fen
    assert sum(paid) == kept.recovered.total.fen
    assert min(kept.still_off.principal, kept.still_off.interest, kept.still_off.fees).fen >= 0


def test_random_sequences_of_steps_keep_entries_balance_and_journal_equal(house: House) -> None:
    dice = random.Random(20261124)
    assert sum(_one_sequence(house, dice) for _ in range(12)) > 60
    assert not list(checking.money_adds_up(house.office)) and not list(checking.journal_gives_the_matter(house.office))


@pytest.mark.long
def test_two_thousand_random_sequences_keep_entries_balance_and_journal_equal(house: House) -> None:
    dice = random.Random(1)
    assert sum(_one_sequence(house, dice) for _ in range(2000)) > 10000
    assert not list(checking.money_adds_up(house.office)) and not list(checking.journal_gives_the_matter(house.office))


def ended(house: House, **texts: str) -> None:
    """The approver records that the written-off claim ended for good."""
    writing_off.end(house.office, house[Role.APPROVER], house.matter, texts)


def test_a_written_off_claim_ends_only_on_a_ground_whose_conditions_are_met_by_then(house: House) -> None:
    house.booked()
    with pytest.raises(NotNow) as early:
        ended(house, ground="bankruptcy_over", happened_on=TODAY)
    assert early.value.problems[0].code == "write_off.not_ended" and "方具备" in early.value.problems[0].mend
    with pytest.raises(Invalid) as lacking:
        ended(house, ground="unenforceable", happened_on=TODAY)
    assert [each.field for each in lacking.value.problems] == ["remedies_since"]
    with pytest.raises(Invalid, match="later"):
        ended(house, ground="plan_performed", happened_on="2099-01-01")
    assert _current(house).write_off_stage == "C5"
    ended(house, ground="unenforceable", happened_on=TODAY, remedies_since="2015-01-01")
    assert _current(house).write_off_stage == "C7"


def test_only_who_approves_write_offs_ends_one(house: House) -> None:
    house.booked()
    with pytest.raises(NotAllowed):
        writing_off.end(house.office, house[Role.COUNSEL], house.matter, {"ground": "not_liable"})
