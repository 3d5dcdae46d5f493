"""The language of the pages: chosen, else what the browser asks for, else Chinese; what is wrong is said in it too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path_factory.mktemp("languages"))
    yield made
    made.office.database.close()


def test_a_browser_that_asks_for_nothing_is_answered_in_chinese(world: World) -> None:
    page = world.visitor(Role.COUNSEL).get("/").text
    assert '<html lang="zh-CN">' in page and "工作台" in page and ">English</button>" in page


def test_a_browser_that_asks_for_english_is_answered_in_english(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    page = counsel.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en">' in page and "Home" in page and "工作台" not in page
    assert '<html lang="zh-CN">' in counsel.get("/", headers={"Accept-Language": "de"}).text


def test_what_was_chosen_counts_before_what_the_browser_asks_for_and_one_stays_where_one_was(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    answer = counsel.get("/language/en?back=/matters?stage=A00")
    assert answer.status_code == 303 and answer.headers["Location"] == "/matters?stage=A00"
    cookie = answer.headers["Set-Cookie"]
    assert "legalflow_language=en" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = counsel.get("/matters", headers={"Accept-Language": "zh-CN"}).text
    assert '<html lang="en">' in page and 'name="back" value="/matters"' in page
    counsel.get("/language/zh")
    assert '<html lang="zh-CN">' in counsel.get("/matters").text


def test_a_mark_of_language_never_stands_inside_an_attribute(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    counsel.get("/language/en")
    for address in ("/matters", "/loans"):
        assert not re.findall(r'="[^"<>]*<', counsel.get(address).text)
    counsel.get("/language/zh")


@pytest.mark.parametrize("target", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"])
def test_choosing_a_language_leads_to_no_other_site(world: World, target: str) -> None:
    assert world.app.test_client().get("/language/en", query_string={"back": target}).headers["Location"] == "/"


def test_a_language_we_do_not_speak_is_not_there(world: World) -> None:
    answer = world.app.test_client().get("/language/fr")
    assert answer.status_code == 404 and "Set-Cookie" not in answer.headers


def test_what_is_wrong_and_days_and_states_are_said_in_the_language_of_the_page(world: World) -> None:
    counsel, own = world.visitor(Role.COUNSEL), world.places["own"].ids
    counsel.get("/language/en")
    refused = counsel.post(f"/matters/{own['matter']}/record?name=FeePaid", {"name": "FeePaid", "on": "2027-01-01"})
    assert refused.status_code in {409, 422} and "alert-danger" in refused.text
    steps = re.compile(r'<ol class="steps-of-reason.*?</ol>', re.DOTALL)  # reasons are said as the law says them
    matter = steps.sub("", counsel.get(f"/matters/{own['matter']}").text)
    assert "Taken in" in matter and "2026-11-24" in matter and "2026年" not in matter
    assert "Not found" in counsel.get("/matters/" + "0" * 20).text


def test_the_language_is_kept_with_the_account_and_not_with_the_browser(world: World) -> None:
    reviewer = world.visitor(Role.REVIEWER)
    answer = reviewer.post("/screen", {"language": "en", "back": "/matters"})
    assert answer.status_code == 303 and answer.headers["Location"] == "/matters"
    elsewhere = world.visitor(Role.REVIEWER)  # another device: no cookie of ours
    assert '<html lang="en"' in elsewhere.get("/").text
    assert '<html lang="zh-CN"' in world.visitor(Role.AUDITOR).get("/").text, "another's stays as it was"
    elsewhere.post("/screen", {"language": ""})
    assert '<html lang="zh-CN"' in elsewhere.get("/").text


def test_light_or_dark_is_kept_with_the_account_too_and_stands_before_anything_is_drawn(world: World) -> None:
    auditor = world.visitor(Role.AUDITOR)
    auditor.post("/screen", {"look": "dark"})
    page = world.visitor(Role.AUDITOR).get("/screen").text
    assert 'data-bs-theme="dark"' in page and 'value="dark" checked' in page
    auditor.post("/screen", {"look": ""})
    assert "data-bs-theme" not in world.visitor(Role.AUDITOR).get("/screen").text


@pytest.mark.parametrize("said", [{"language": "fr"}, {"look": "pink"}])
def test_what_there_is_not_is_refused_by_name(world: World, said: dict[str, str]) -> None:
    answer = world.visitor(Role.COUNSEL).post("/screen", said)
    assert answer.status_code == 422 and "没有这种" in answer.text
    assert not [each for each in answer.headers.getlist("Set-Cookie") if "fr" in each or "pink" in each]


def test_nobody_is_led_elsewhere_by_the_form(world: World) -> None:
    answer = world.visitor(Role.COUNSEL).post("/screen", {"look": "", "back": "//elsewhere.example"})
    assert answer.headers["Location"] == "/"
