"""The page of costs: what was advanced and what came back, recorded by counsel or finance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from legalflow.access import Role
from legalflow.persistence.tables import MatterRow
from legalflow.services import checking, tracking
from tests.web.world import World, a_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def recorded(world: World, role: Role, name: str, **texts: str) -> None:
    matter = world.places["own"].ids["matter"]
    tracking.record(world.office, world.actors[role], matter, name, {"on": "2026-11-24", **texts})


def page(world: World, role: Role = Role.COUNSEL) -> str:
    answer = world.visitor(role).get(f"/matters/{world.places['own'].ids['matter']}/costs")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_matter_without_costs_says_so_and_offers_to_record_one(world: World) -> None:
    found = page(world)
    assert "尚未登记费用" in found and "name=CostPaid" in found and "name=CostRefunded" not in found


def test_costs_and_refunds_are_listed_and_kept_on_the_row(world: World) -> None:
    recorded(world, Role.FINANCE, "CostPaid", cost="lawyer", amount="8000", payee="示范律所", receipt="发票0001")
    recorded(world, Role.COUNSEL, "CostRefunded", cost="lawyer", amount="500", ground="overpaid")
    for role in (Role.COUNSEL, Role.FINANCE, Role.FIRM_LAWYER):
        found = page(world, role)
        for text in ("8,000.00", "500.00", "7,500.00", "发票0001", "多交退还"):
            assert text in found
    with world.office.database.reading() as session:
        query = sa.select(col(MatterRow.fees_fen)).where(col(MatterRow.id) == world.places["own"].ids["matter"])
        assert session.execute(query).scalar_one() == 750_000
    assert not list(checking.journal_gives_the_matter(world.office))
    answer = world.visitor(Role.COUNSEL).get(f"/matters/{world.places['own'].ids['matter']}")
    assert "垫付费用" in answer.get_data(as_text=True)
