"""The pages of deadlines: filters in the address, a month, one deadline looked after, reminders, and the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.services import employing
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house; each test looks after a matter of its own."""
    made = a_world(tmp_path_factory.mktemp("world"))
    yield made
    made.office.database.close()


def test_the_list_keeps_its_filters_in_the_address_and_says_what_they_leave(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    text = counsel.get("/deadlines?mine=yes&state=open&kind=limitation").text
    assert text.count("data-row-link") == 4 and "诉讼时效" in text and "清除全部条件" in text
    assert 'href="/deadlines?mine=yes&amp;kind=limitation"' in text, "an active filter is taken away by its own button"
    assert "没有符合条件的期限" in counsel.get("/deadlines?days=today").text
    assert counsel.get("/deadlines?days=nonsense&state=x&on=2026-99-99&after=x").text.count("data-row-link") >= 4


def test_a_firm_sees_its_own_matters_clocks_in_list_month_and_calendar(world: World) -> None:
    lawyer = world.visitor(Role.FIRM_LAWYER)
    mine = {world.places[name].ids["deadline"] for name in ("own", "spare")}
    text = lawyer.get("/deadlines").text
    assert set(re.findall(r"/deadlines/([0-9a-f]{32})", text)) >= mine
    for name in ("other", "unassigned"):
        ids = world.places[name].ids
        assert ids["deadline"] not in text and ids["matter"] not in text
    link = re.search(r"(/calendar/[^<]+\.ics)", lawyer.post("/deadlines/reminders/calendar").text)
    assert link is not None
    calendar = world.app.test_client().get(link[1])
    uids = set(re.findall(r"UID:([0-9a-f]{32})@", calendar.text))
    assert uids >= mine and not {world.places[name].ids["deadline"] for name in ("other", "unassigned")} & uids
    assert "逾期前的升级" not in lawyer.get(f"/deadlines/{next(iter(mine))}").text


def test_a_deadline_is_given_to_somebody_and_acknowledged_on_its_page(world: World) -> None:
    counsel, reviewer = world.visitor(Role.COUNSEL), world.visitor(Role.REVIEWER)
    path = f"/deadlines/{world.places['unassigned'].ids['deadline']}"
    text = counsel.get(path).text
    assert "最后一日前 7 日升级给替补" in text and "为什么是这一天" in text and "尚无人确认" in text
    wrong = counsel.post(f"{path}/assign", {"substitute": counsel.actor.id})
    assert wrong.status_code == 422 and "替补不能与负责人是同一人" in wrong.text
    assert counsel.post(f"{path}/assign", {"substitute": reviewer.actor.id, "whole": "yes"}).status_code == 303
    day = re.search(r'name="last_day" value="([\d-]+)"', text)
    assert day is not None
    assert reviewer.post(f"{path}/acknowledge", {"last_day": "2020-01-01"}).status_code == 409
    assert reviewer.post(f"{path}/acknowledge", {"last_day": day[1]}).status_code == 303
    text = counsel.get(path).text
    assert "尚无人确认" not in text and "确认：我已知悉" not in text and "2026年11月24日 10:00" in text
    assert "已确认" in reviewer.get("/deadlines?mine=yes").text
    assert "指定负责人和替补" not in world.visitor(Role.AUDITOR).get(path).text


def test_a_month_has_chinese_weekdays_and_its_neighbours(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    text = counsel.get("/deadlines/month?month=2026-10&mine=yes").text
    assert "2026年10月" in text and text.count('<th scope="col">星期') == 7 and text.count(">休</span>") == 7 + 1
    assert 'href="/deadlines/month?month=2026-09&amp;mine=yes"' in text and "month=2026-11" in text
    assert text.count(">班</span>") == 1 + 1, "the tenth, and the legend"
    assert "2026年11月" in counsel.get("/deadlines/month").text
    assert counsel.get("/deadlines/month?month=13").status_code == 422


def test_the_calendars_link_is_shown_once_serves_without_a_session_and_ends(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    first = re.search(r"(/calendar/[^<]+\.ics)", counsel.post("/deadlines/reminders/calendar").text)
    assert first is not None
    assert "/calendar/" not in counsel.get("/deadlines/reminders").text.replace("/reminders/calendar", "")
    stranger = world.app.test_client()
    answer = stranger.get(first[1])
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    assert answer.data.startswith(b"BEGIN:VCALENDAR\r\n") and "甄借款" not in answer.text
    assert stranger.get("/calendar/wrong.ics").status_code == 404
    assert counsel.post("/deadlines/reminders/calendar/end").status_code == 303
    assert stranger.get(first[1]).status_code == 404
    leaving = world.visitor(Role.APPROVER)
    second = re.search(r"(/calendar/[^<]+\.ics)", leaving.post("/deadlines/reminders/calendar").text)
    assert second is not None and stranger.get(second[1]).status_code == 200
    employing.disable(world.office, world.actors[Role.ADMIN], leaving.actor.id, "离职")
    assert stranger.get(second[1]).status_code == 404


def test_the_digest_is_set_and_a_wrong_address_is_said_at_its_field(world: World) -> None:
    finance = world.visitor(Role.FINANCE)
    wrong = finance.post("/deadlines/reminders", {"address": "qian@", "digest": "yes"})
    assert wrong.status_code == 422 and "邮箱地址有误" in wrong.text and 'value="qian@"' in wrong.text
    assert finance.post("/deadlines/reminders", {"address": "qian@example.com", "digest": "yes"}).status_code == 303
    text = finance.get("/deadlines/reminders").text
    assert 'value="qian@example.com"' in text and 'value="yes" checked' in text


def test_the_administrator_has_no_deadlines(world: World) -> None:
    admin = world.visitor(Role.ADMIN)
    assert admin.get("/deadlines").status_code == 403 and 'href="/deadlines"' not in admin.get("/").text


def test_a_matter_leads_to_who_looks_after_its_deadlines(world: World) -> None:
    ids = world.places["own"].ids
    assert f'href="/deadlines/{ids["deadline"]}"' in world.visitor(Role.COUNSEL).get(f"/matters/{ids['matter']}").text
