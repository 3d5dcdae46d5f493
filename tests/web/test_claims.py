"""The claim on a loan's page: each figure opens its steps, and a claim supposed stands beside the stated one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.errors import Problem
from legalflow.loans.payments import Waiver
from legalflow.services.claiming import Supposed
from legalflow.values.money import Money
from legalflow.web import claims
from tests.claims.lived_loans import bullet_loan, stated
from tests.web.world import Visitor, World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = a_world(Path(tmp_path_factory.mktemp("claims")))
    yield made
    made.office.database.close()


def page(world: World, query: str) -> str:
    visitor: Visitor = world.visitor(Role.COUNSEL)
    answer = visitor.get(f"/loans/{world.places['own'].ids['loan']}?as_of=2026-03-01&{query}")
    assert answer.status_code == 200
    return answer.text


def test_each_figure_opens_its_segments_its_steps_and_its_rules_with_their_marks(world: World) -> None:
    text = page(world, "")
    opened = text.split("<summary>罚息")[1].split("</details>")[0]
    assert "止（不计）" in opened and "10.80%" in opened and "罚息" in opened
    assert "民法典 第六百七十六条" in opened and "已核验" in opened
    assert "《个人借款合同》 第八条" in opened and 'href="#terms"' in opened
    assert "试算，截至" not in text


def test_a_waiver_supposed_stands_beside_the_stated_claim_and_nothing_is_stored(world: World) -> None:
    before = page(world, "").split("<tfoot>")[1].split("</table>")[0]
    text = page(world, "try_waived=interest&try_amount=100.00&try_on=2026-02-01")
    assert "试算，截至2026年3月1日" in text and "-100.00" in text
    assert page(world, "").split("<tfoot>")[1].split("</table>")[0] == before


def test_another_order_cut_off_or_ceiling_may_be_tried(world: World) -> None:
    assert "试算，截至2026年6月30日" in page(world, "try_as_of=2026-06-30")
    assert "试算，截至" in page(world, "try_order=principal_first")
    assert "试算，截至" in page(world, "try_cap=24%25")


@pytest.mark.parametrize(
    "query", ["try_order=none", "try_cap=99", "try_as_of=32", "try_waived=penalty&try_amount=1", "try_waived=interest"]
)
def test_what_cannot_be_supposed_is_said_and_the_claim_still_shown(world: World, query: str) -> None:
    text = page(world, query)
    assert "alert-danger" in text and "试算，截至" not in text and "债权主张" in text


def test_an_address_is_read_as_what_it_supposes() -> None:
    problems: list[Problem] = []
    address = {"try_waived": "penalty", "try_amount": "1,000", "try_on": "2026-02-01", "try_cap": "24%"}
    supposed = claims.supposed_in(address, problems)
    waiver = Waiver(date(2026, 2, 1), "penalty", Money("1000"))
    assert not problems and supposed == Supposed(cap_policy="24%", waivers=(waiver,))
    assert claims.supposed_in({}, problems) is None


def test_the_differences_are_those_of_the_figures() -> None:
    first, second = stated(bullet_loan(), "2025-08-01"), stated(bullet_loan(), "2025-08-31")
    trial = claims.compared(first.value, second)
    whole = next(each for each in trial.figures if each.zh == "合计")
    assert whole.difference == second.value.total - first.value.total > Money(0)


def test_the_charges_of_a_figure_add_up_to_it() -> None:
    for figure in claims.explained(stated(bullet_loan(), "2025-08-01")).figures:
        if figure.charges:
            assert sum(each.owed.fen for each in figure.charges) == figure.amount.fen
