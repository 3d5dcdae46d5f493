"""What cannot be undone is confirmed by typing what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from legalflow.access import Role
from legalflow.persistence.tables import WriteOffRow
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house with a write-off that waits to be booked."""
    made = a_world(tmp_path_factory.mktemp("confirming"))
    with made.office.database.writing() as session:
        row = session.get(WriteOffRow, made.places["own"].ids["write_off"])
        assert row is not None
        row.state, row.principal_fen, row.booked_on = "approved", 123_450, date(2026, 11, 24)
    yield made
    made.office.database.close()


@pytest.mark.parametrize("typed", ["", "1234", "1,234.51", "是"])
def test_a_booking_that_is_not_confirmed_by_its_amount_does_nothing(world: World, typed: str) -> None:
    finance, place = world.visitor(Role.FINANCE), world.places["own"].ids["write_off"]
    page = finance.get(f"/write-offs/{place}").text
    assert "请键入 1,234.50 以确认" in page
    answer = finance.post(f"/write-offs/{place}/book", {"voucher": "记1", "on": "2026-11-24", "confirm": typed})
    assert answer.status_code == 422 and "请键入 1,234.50" in answer.text and 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("typed", ["1234.50", "1,234.50 元", " １，２３４.５０ "])
def test_commas_and_width_of_what_was_typed_make_no_difference(world: World, typed: str) -> None:
    finance, place = world.visitor(Role.FINANCE), world.places["own"].ids["write_off"]
    answer = finance.post(f"/write-offs/{place}/book", {"voucher": "", "on": "2026-11-24", "confirm": typed})
    assert "与要确认的内容不符" not in answer.text
