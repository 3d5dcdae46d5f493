"""The page of the debt of a judgment shows what the operation gives, each figure beside its step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.claims.award import Item, ItemKind, Receipt
from legalflow.claims.enforcement_claim import Instrument, enforcement_claim
from legalflow.matters import events as e
from legalflow.matters.matter import fold
from legalflow.persistence import journal
from legalflow.persistence.tables import MatterRow
from legalflow.services import enforcing, tracking
from legalflow.values.money import Money
from legalflow.web import enforced
from tests.builders import a_law
from tests.services.test_enforcing import JUDGMENT, a_matter, a_payment
from tests.web.world import World, a_world

ON = date(2026, 3, 13)
_AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def in_force(world: World, *more: e.MatterEvent) -> str:
    """The own matter with a judgment in force and what came after it in its journal; its id."""
    matter_id = world.places["own"].ids["matter"]
    took_effect = e.JudgmentTookEffect(at=_AT, on=date(2026, 2, 1), actor="a", performance_last_day=date(2026, 2, 11))
    with world.office.database.writing() as session:
        row = session.get(MatterRow, matter_id)
        assert row is not None
        for event in (JUDGMENT, took_effect, *more):
            journal.append(session, matter_id, event, fold(journal.events(session, matter_id)).version)
        tracking.keep(row, replace(fold(journal.events(session, matter_id)), stage="A65"))
        session.add(row)
    return matter_id


def page(world: World, matter_id: str, as_of: str = "2026-03-13", role: Role = Role.COUNSEL) -> str:
    answer = world.visitor(role).get(f"/matters/{matter_id}/enforcement?as_of={as_of}")
    assert answer.status_code == 200
    return answer.text


def test_the_page_gives_the_figures_of_the_operation(world: World) -> None:
    received = a_payment(date(2026, 3, 10), "50000.00", "HS9")
    said = e.ReceiptExplained(
        at=_AT, on=date(2026, 3, 11), actor="a", number="HS9", way="auction", counted_on=date(2026, 2, 21)
    )
    text = page(world, in_force(world, received, said))
    items = [Item(ItemKind.COSTS, Money("500")), Item(ItemKind.PAST_INTEREST, Money("3000"))]
    items.append(Item(ItemKind.PRINCIPAL, Money("100000")))
    running = enforcing.instrument_of(a_matter(), a_law()).general
    instrument = Instrument(items, running, date(2026, 2, 1), date(2026, 2, 11), given_on=date(2026, 1, 10))
    came_in = [Receipt(date(2026, 3, 10), Money("50000"), "auction", date(2026, 2, 21))]
    claim = enforcement_claim(a_law(), instrument, ON, came_in).value
    for amount in (claim.principal, claim.interest, claim.doubled, claim.total, claim.received):
        assert amount.grouped() in text
    assert "拍卖成交或以物抵债" in text and "2026-03-10 入账" in text
    assert f"{claim.daily_general:.4f}" in text and "执行债权" in text


def test_what_cannot_be_asked_yet_is_said_with_what_is_to_be_done(world: World) -> None:
    matter_id = world.places["own"].ids["matter"]
    assert "裁判尚未生效" in page(world, matter_id)
    in_force(world)
    assert "届满前不能申请执行" in page(world, matter_id, "2026-02-10")
    assert "日期" in page(world, matter_id, "someday")


def test_restitution_is_shown_beside_the_claim_with_the_rule_that_turns_it(world: World) -> None:
    order = e.RestitutionOrdered(
        at=_AT, on=date(2026, 2, 20), actor="a", number="（2026）京0105执监1号", amount=Money("20000")
    )
    text = page(world, in_force(world, a_payment(date(2026, 2, 12), "20000", "HS1"), order))
    assert "执行回转：我方应返还" in text and "由原申请执行人承担" in text


def test_each_figure_has_its_steps_and_none_is_told_twice() -> None:
    finding = enforcing.owed(a_matter(), a_law(), ON)
    shown = enforced.explained(finding)
    steps = [*shown.general, *shown.moves, *(step for each in shown.figures for step in each.steps)]
    assert sorted(step.what for step in steps) == sorted(step.what for step in finding.steps)
    doubled = next(each for each in shown.figures if each.zh == "加倍部分")
    assert doubled.amount == Money.rounded(Decimal(100500) * 30 * Decimal("0.000175")) and doubled.steps
