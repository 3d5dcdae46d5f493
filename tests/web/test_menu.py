"""The menu: what a role may open and nothing else, short enough for one line, with the page one is on marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.web.menu import MENU, WAYS, Group
from tests.web.world import World, a_world

MOST = 8  # of what stands in one line at 1280 pixels


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path_factory.mktemp("menu"))
    yield made
    made.office.database.close()


def menu_of(page: str) -> str:
    """The menu of a page, without what stands beside it."""
    return page.split('id="menu"')[1].split("</nav>")[0].split('<div class="ms-lg-auto')[0]


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_opens_and_few_stand_in_the_line(world: World, role: Role) -> None:
    visitor = world.visitor(role)
    shown = menu_of(visitor.get("/").text)
    assert 2 <= shown.count('<li class="nav-item') <= MOST
    addresses = re.findall(r'href="(/[^"]*)"', shown)
    assert addresses and len(addresses) == len(set(addresses))
    for address in addresses:
        assert visitor.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("place", "marked", "open_heading"),
    [
        ("/matters", "案件", ""),
        ("/matters/{matter}/documents", "案件", ""),
        ("/waiting", "待我处理", ""),
        ("/seals/register", "用印登记簿", "办案"),
        ("/law", "法律数据", "管理"),
        ("/write-offs", "核销", "核销与资金"),
        ("/password", "", ""),
    ],
)
def test_the_page_one_is_on_is_marked_and_so_is_its_heading(
    world: World, place: str, marked: str, open_heading: str
) -> None:
    page = world.visitor(Role.COUNSEL).get(place.format(matter=world.places["own"].ids["matter"])).text
    shown = menu_of(page)
    said = [re.sub("<[^>]*>", "", each) for each in re.findall(r'aria-current="page">(.*?)</a>', shown)]
    assert said == ([marked] if marked else [])
    assert re.findall(r'aria-current="true">([^<]*)', shown) == ([open_heading] if open_heading else [])


def test_what_waits_is_counted_beside_the_words(world: World) -> None:
    for role in (Role.COUNSEL, Role.AUDITOR):
        visitor = world.visitor(role)
        assert 'hx-get="/waiting/count"' in visitor.get("/").text
        counted = visitor.get("/waiting/count").text
        assert counted == "" or int(counted) > 0


def test_no_page_stands_twice_and_no_letter_leads_to_two_pages() -> None:
    assert len({(each.endpoint, each.values) for each in WAYS}) == len(WAYS)
    letters = [each.key for each in MENU if not isinstance(each, Group) and each.key]
    assert len(set(letters)) == len(letters) and not [each for each in WAYS if each.key and each not in MENU]
