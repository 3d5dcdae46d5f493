"""Going anywhere by a few letters: numbers, names and how they are spelled, within one's own scope, in no address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.web.menu import WAYS
from tests.web.world import World, a_world

FRAGMENT = {"HX-Request": "true", "Origin": "http://localhost"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path_factory.mktemp("palette"))
    made.visitors = {role: made.visitor(role) for role in Role}
    yield made
    made.office.database.close()


def found(world: World, role: Role, letters: str) -> str:
    """The fragment that a role is shown for some letters."""
    visitor = world.visitors[role]
    sent = {"csrf": visitor.csrf, "find": letters}
    answer = visitor.client.post("/find", data=sent, headers=FRAGMENT)
    assert answer.status_code == 200 and "<html" not in answer.text
    return answer.text


@pytest.mark.parametrize("letters", ["JK-0", "jk0", "甄", "zjk", "zhenjiekuan"])
def test_a_matter_is_found_by_number_name_and_spelling(world: World, letters: str) -> None:
    assert f"/matters/{world.places['own'].ids['matter']}" in found(world, Role.COUNSEL, letters)


def test_what_is_of_another_firm_is_not_found(world: World) -> None:
    shown = found(world, Role.FIRM_LAWYER, "jk")
    assert f"/matters/{world.places['own'].ids['matter']}" in shown
    assert world.places["other"].ids["matter"] not in shown and "JK-1" not in shown


def test_who_sees_no_loans_finds_none(world: World) -> None:
    shown = found(world, Role.ADMIN, "jk")
    assert "/matters/" not in shown and "/loans/" not in shown


def test_pages_are_found_by_their_names_in_both_languages_and_spelled(world: World) -> None:
    for letters in ("任务", "work", "rw", "renwu"):
        assert 'href="/jobs"' in found(world, Role.ADMIN, letters), letters
    assert "/accounts" not in found(world, Role.COUNSEL, "账户")


def test_one_letter_finds_no_person(world: World) -> None:
    assert "/matters/" not in found(world, Role.COUNSEL, "c").replace('href="/matters"', "").replace("/matters?", "")


@pytest.mark.parametrize("role", list(Role))
def test_no_role_is_led_to_a_page_that_is_shut_to_it(world: World, role: Role) -> None:
    visitor = world.visitors[role]
    shown = "".join(found(world, role, way.zh) for way in WAYS) + visitor.get("/find").text
    addresses = {
        part.split('"')[0]
        for part in shown.split('role="option" aria-selected="false" tabindex="-1" id="found-way')[1:]
    }
    hrefs = {part.split('"')[0] for part in shown.split('href="')[1:] if part.startswith("/")}
    for address in sorted(hrefs):
        if "/static/" not in address and "/language/" not in address and len(address) < 40:
            assert visitor.get(address.replace("&amp;", "&")).status_code == 200, (address, addresses)


def test_without_a_script_it_is_a_page_of_its_own_and_nothing_stands_in_the_address(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    assert 'method="post" action="/find"' in counsel.get("/find").text
    page = counsel.client.post(
        "/find", data={"csrf": counsel.csrf, "find": "zjk"}, headers={"Origin": "http://localhost"}
    )
    assert "<html" in page.text and 'value="zjk"' in page.text and "JK-0" in page.text
    assert (
        "没有找到"
        in counsel.client.post(
            "/find", data={"csrf": counsel.csrf, "find": "无此人无此人"}, headers={"Origin": "http://localhost"}
        ).text
    )
