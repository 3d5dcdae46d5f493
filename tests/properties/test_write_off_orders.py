"""Applied, checked, approved, booked, recovered and taken back in every order: neither ledger ever goes wrong.

What stands is told apart from the matter, from a plain list of what was admitted and not taken back; the matter, whose
state follows from its events alone, has to agree after every step, and so has the replay of its journal.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from legalflow.errors import LegalflowError
from legalflow.matters import events as e
from legalflow.matters.matter import Matter, fold
from legalflow.matters.writeoff import Components, Shares, allocate_recovery
from legalflow.values.money import ZERO, Money, total
from tests.matters.journeys import happened, journey, record, stayed

OWED = Components(principal=Money("1000.00"), on_balance_interest=Money("20.01"), fees=Money("3.50"))
START = journey(*stayed())
DAY = date(2026, 11, 5)
_fen = st.integers(min_value=0, max_value=OWED.total.fen + 5_000)


class Orders(RuleBasedStateMachine):
    """One matter whose loan is written off, come what may."""

    def __init__(self) -> None:
        super().__init__()
        self.matter: Matter = START
        self.booking: int | None = None  # the number of the booking that stands
        self.booked = Components()
        self.recoveries: dict[int, Shares] = {}  # those that stand, by their numbers
        self.receipts = 0

    def _tried(self, event: e.MatterEvent) -> bool:
        """Whether the event was admitted; one that was refused has changed nothing."""
        before = self.matter
        try:
            self.matter = record(before, event)
        except LegalflowError:
            assert self.matter is before
            return False
        return True

    def _digest(self) -> str:
        return self.matter.write_off.digest

    @rule(fen=st.integers(min_value=-1, max_value=OWED.principal.fen + 1), interest=st.booleans())
    def apply(self, fen: int, interest: bool) -> None:
        """Ask for some of the principal, with or without the interest; nothing above what is owed gets in."""
        self._tried(happened(e.WriteOffPrepared, DAY, actor="finance", criterion="enforcement_failed"))
        on = OWED.on_balance_interest if interest else ZERO
        facts: dict[str, Any] = {
            "criterion": "enforcement_failed",
            "as_of": DAY,
            "principal": Money.of_fen(fen),
            "on_balance_interest": on,
            "fees": OWED.fees,
            **{f"outstanding_{name}": getattr(OWED, name) for name in ("principal", "on_balance_interest", "fees")},
        }
        if self._tried(happened(e.WriteOffApplied, DAY, actor="finance", **facts)):
            assert 0 <= fen <= OWED.principal.fen and self.booking is None

    @initialize(fen=st.integers(min_value=1, max_value=OWED.principal.fen))
    def begin(self, fen: int) -> None:
        """Begin with a booking, for most of what can go wrong comes after one."""
        self.go_all_the_way(fen)

    @precondition(lambda self: self.booking is None)
    @rule(fen=st.integers(min_value=1, max_value=OWED.principal.fen))
    def go_all_the_way(self, fen: int) -> None:
        """The orderly course, as far as it may be gone from here, so that much happens after bookings too."""
        self.apply(fen, True)
        self.check("checker")
        self.approve("approver", "")
        self.book(0)

    @precondition(lambda self: self.booking is None)
    @rule(actor=st.sampled_from(["checker", "finance"]))
    def check(self, actor: str) -> None:
        """Check, also as the one who applied, who may not."""
        said = happened(e.WriteOffChecked, DAY, actor=actor, request=self._digest(), opinion="同意")
        assert not (self._tried(said) and actor == "finance")

    @precondition(lambda self: self.booking is None)
    @rule(actor=st.sampled_from(["approver", "checker", "finance"]), digest=st.sampled_from(["", "0" * 64]))
    def approve(self, actor: str, digest: str) -> None:
        """Approve, also as one of those before, or another application: neither may be."""
        said = happened(e.WriteOffApproved, DAY, actor=actor, request=digest or self._digest(), number="批1")
        assert not (self._tried(said) and (actor != "approver" or digest))

    @precondition(lambda self: self.booking is None)
    @rule()
    def send_back(self) -> None:
        """Refuse what is asked."""
        self._tried(happened(e.WriteOffRefused, DAY, actor="checker", request=self._digest(), reason="退回"))

    @rule(more=st.sampled_from([0, 0, 0, 1, -1]))
    def book(self, more: int) -> None:
        """Book what was approved; a fen more or less may not be booked, nor twice."""
        request = self.matter.write_off.request
        parts = request.asked if request else OWED
        amounts = {name: getattr(parts, name) for name in ("on_balance_interest", "fees")}
        principal = Money.of_fen(max(0, parts.principal.fen + more))
        said = happened(
            e.WriteOffBooked, DAY, actor="finance", request=self._digest(), voucher="V1", principal=principal, **amounts
        )
        if self._tried(said):
            assert self.booking is None and principal == parts.principal
            self.booking, self.booked = self.matter.version, parts

    @rule(fen=_fen, skew=st.sampled_from([0, 0, 0, 1, 4_000]))
    def recover(self, fen: int, skew: int) -> None:
        """Money comes in, allocated in the usual order, or with the principal skewed, which may go above its cap."""
        if fen == 0 or self.booking is None:
            shares = Shares(principal=Money.of_fen(fen))
        else:
            shares = allocate_recovery(self.booked, tuple(self.recoveries.values()), Money.of_fen(fen))
            assert shares.total == Money.of_fen(fen)
            moved = min(skew, shares.accrued.fen)
            shares = Shares(
                fees=shares.fees,
                interest=shares.interest,
                principal=shares.principal + Money.of_fen(moved),
                accrued=shares.accrued - Money.of_fen(moved),
            )
        self.receipts += 1
        parts = {name: getattr(shares, name) for name in ("fees", "interest", "principal", "accrued")}
        said = happened(
            e.RecoveryRecorded, DAY, actor="finance", number=f"R{self.receipts}", amount=shares.total, **parts
        )
        if self._tried(said):
            assert self.booking is not None
            self.recoveries[self.matter.version] = shares

    @precondition(lambda self: self.recoveries)
    @rule(data=st.data())
    def take_back_a_recovery(self, data: st.DataObject) -> None:
        """Any recovery, not only the last."""
        number = data.draw(st.sampled_from(sorted(self.recoveries)))
        assert self._tried(happened(e.EventReversed, DAY, actor="checker", sequence=number, reason="误记"))
        del self.recoveries[number]

    @precondition(lambda self: self.booking is not None)
    @rule()
    def take_back_the_booking(self) -> None:
        """Only where no recovery on it stands; then it may be booked again."""
        said = happened(e.EventReversed, DAY, actor="checker", sequence=self.booking, reason="误记")
        admitted = self._tried(said)
        assert admitted == (not self.recoveries)
        if admitted:
            self.booking, self.booked = None, Components()

    @invariant()
    def both_ledgers_are_those_of_what_stands(self) -> None:
        """The book: booked less come back, by component and never below zero. In law: what came back was paid."""
        off = self.matter.write_off
        assert (off.booked is not None) == (self.booking is not None)
        assert off.booked is None or off.booked == self.booked
        back = tuple(self.recoveries.values())
        assert off.shares == back
        left = off.still_off if off.booked is not None else Shares()
        for name in ("fees", "interest", "principal"):
            came = total(getattr(each, name) for each in back)
            assert getattr(left, name) == getattr(self.booked, name) - came >= ZERO
        assert total(each.amount for each in off.recoveries) == total(each.total for each in back)

    @invariant()
    def the_journal_gives_the_matter(self) -> None:
        """Replayed from its events alone, it is the same matter."""
        assert fold(self.matter.history) == self.matter


class ManyOrders(Orders):
    """The same, for longer and far more often."""


Orders.TestCase.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
ManyOrders.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestOrders = Orders.TestCase
TestManyOrders = pytest.mark.long(ManyOrders.TestCase)
