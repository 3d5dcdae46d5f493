"""The page of a night's claims: sums and failures for the lender's staff, progress for the administrator, no debtor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.persistence import portfolio
from legalflow.services import recomputing
from tests.builders import a_kept_loan, a_loan, a_party
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A house after a night in which one loan of five had no claim."""
    made = a_world(tmp_path_factory.mktemp("world"))
    lender = a_loan().parties[0]
    a_kept_loan(made.office, a_loan(contract_number="bad", basis=364, parties=(lender, a_party(name="贾错误"))))
    recomputing.plan(made.office, "2026-11-24", lambda _session: None)
    work_off_claims(made)
    yield made
    made.office.database.close()


def work_off_claims(world: World) -> None:
    """Do the shares of the night; other work of the house stays as it is."""
    with world.office.database.reading() as session:
        shares = [row.id for row in portfolio.chunks(session)]
    for share in shares:
        recomputing.run(world.office, share, lambda _session: None)


@pytest.mark.parametrize("role", [Role.COUNSEL, Role.FINANCE, Role.AUDITOR])
def test_the_lenders_staff_see_sums_and_the_loans_without_a_claim(world: World, role: Role) -> None:
    text = world.visitor(role).get("/portfolio").text
    assert "5 / 5 笔（100%）" in text and "2026年11月24日" in text
    assert "未能算出的贷款：1 笔" in text and "贾错误" in text and "计息基数须为360或365" in text
    assert "人民币（元）" in text and "损失" in text and "重新计算今日" not in text


def test_the_administrator_sees_how_far_it_is_and_why_not_and_asks_for_it_again(world: World) -> None:
    admin = world.visitor(Role.ADMIN)
    text = admin.get("/portfolio").text
    assert "5 / 5 笔" in text and "计息基数须为360或365" in text and "basis.unknown" in text
    assert "贾错误" not in text and "甄借款" not in text and "人民币（元）" not in text
    answer = admin.post("/portfolio/again")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/portfolio")
    assert "安排债权计算" in admin.get("/jobs").text


def test_a_part_of_the_page_asks_again_by_itself_only_while_the_night_is_under_way(world: World) -> None:
    part = world.visitor(Role.COUNSEL).get("/portfolio", headers={"HX-Request": "true"}).text
    assert "<html" not in part and "hx-trigger" not in part and "已完成" in part


def test_the_list_of_loans_says_what_is_owed_and_as_of_which_day(world: World) -> None:
    for role in (Role.COUNSEL, Role.FIRM_LAWYER):
        text = world.visitor(role).get("/loans").text
        assert "截至2026年11月24日，逾期" in text
    assert "未能算出" in world.visitor(Role.COUNSEL).get("/loans").text
