"""The pages of pictures: each role its own, the same numbers in a table behind, a report, no trend made of little."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from legalflow.access import Role
from legalflow.services.measuring import Ageing, Cohort, Measures, WrittenOff
from legalflow.values.money import Money
from legalflow.web import figures
from tests.web.world import World, a_world

NOTHING = Measures(
    on=date(2026, 11, 24),
    matters=0,
    closed=0,
    bankrupt=0,
    assigned=0,
    steps=(),
    ageing=Ageing((), 0, 0, None),
    due={},
    cohorts=(),
    foreign_filed=0,
    followed_at=None,
    firms=(),
    written_off=(),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small house."""
    made = a_world(Path(tmp_path_factory.mktemp("figures")))
    yield made
    made.office.database.close()


def cohort(matters: int, *yuan: str) -> Cohort:
    """Matters of one month with what came in since, added up."""
    return Cohort(date(2026, 8, 1), matters, Money("1000.00"), Money("50.00"), tuple(Money(each) for each in yuan))


def recovery(*cohorts: Cohort) -> figures.Picture:
    """The picture of recoveries of some months."""
    return figures.pictures(replace(NOTHING, cohorts=cohorts), ("recovery",))[0]


def test_a_handful_of_matters_is_told_and_never_drawn_as_a_trend() -> None:
    few = recovery(cohort(figures.FEWEST - 1, "0.00", "500.00"))
    assert few.svg == "" and "误导" in few.told
    assert [cell.text for cell in few.rows[0]] == ["2026年8月", "4", "1,000.00", "500.00", "50.0%"]
    assert recovery(cohort(figures.FEWEST, "500.00")).svg == ""  # one point is no curve
    assert "<line" in recovery(cohort(figures.FEWEST, "0.00", "500.00")).svg


def test_of_many_months_the_first_and_the_last_are_drawn() -> None:
    many = [replace(cohort(9, "0.00", "1.00"), month=date(2026, month, 1)) for month in range(1, 10)]
    svg = recovery(*many).svg
    drawn = [month for month in range(1, 10) if f">2026年{month}月<" in svg]
    assert len(drawn) == figures.MOST_CURVES and drawn[0] == 1 and drawn[-1] == 9


def test_more_may_come_back_than_was_written_off_and_no_bar_is_longer_for_it() -> None:
    row = WrittenOff("x", "某标准", 1, Money("100.00"), Money("150.00"))
    (picture,) = figures.pictures(replace(NOTHING, written_off=(row,)), ("write_offs",), linked=False)
    assert 'width="100%"' in picture.svg and "150.00" in picture.rows[0][3].text


def test_where_there_is_nothing_every_picture_says_so(world: World) -> None:
    with world.app.test_request_context():
        for picture in figures.pictures(replace(NOTHING, steps=()), ("due", "ageing", "recovery", "costs", "firms")):
            assert picture.svg == "" and picture.told and picture.rows == ()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_each_role_sees_its_pictures_in_its_order(world: World, role: Role) -> None:
    page = world.visitor(role).get("/figures").get_data(as_text=True)
    named = re.findall(r'id="(\w+)-head"', page)
    assert named == list(figures.names(role)) and "<svg" in page
    first = re.findall(r'id="(\w+)-head"', world.visitor(role).get("/").get_data(as_text=True))
    assert first == named[: figures.ON_FIRST_PAGE]


def test_a_firm_is_shown_no_write_offs_and_no_other_firm(world: World) -> None:
    page = world.visitor(Role.FIRM_LAWYER).get("/figures").get_data(as_text=True)
    assert "核销" not in page and "乙律所" not in page


def test_an_administrator_sees_no_picture_and_no_report(world: World) -> None:
    admin = world.visitor(Role.ADMIN)
    assert "<svg" not in admin.get("/").get_data(as_text=True)
    assert [admin.get(address).status_code for address in ("/figures", "/figures/report.pdf")] == [403, 403]


def test_every_link_of_a_picture_leads_to_a_list_that_opens(world: World) -> None:
    visitor = world.visitor(Role.AUDITOR)
    page = visitor.get("/figures").get_data(as_text=True)
    links = {
        each.replace("&amp;", "&") for each in re.findall(r'href="(/(?:matters|deadlines|loans|finance)\?[^"]*)"', page)
    }
    assert links and all(visitor.get(each).status_code == 200 for each in links)


def test_the_report_is_a_pdf_of_the_same_pictures(world: World) -> None:
    answer = world.visitor(Role.APPROVER).get("/figures/report.pdf")
    assert answer.content_type == "application/pdf" and "attachment" in answer.headers["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.data)) as made, made.open_outline() as outline:
        (title,) = outline.root
        assert [each.title for each in title.children] == [
            "核销", "逾期账龄", "回款曲线", "费用与回款", "律所", "案件阶段", "期限",
        ]  # fmt: skip
