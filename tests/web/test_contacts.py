"""The page of contacts: what it answers from the records of the matter, and what it refuses in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.services import contacting, tracking
from tests.web.world import World, a_world

PLAN = "person=debtor&way=voice&number=0001&on=2026-11-24&time=15:00"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def recorded(world: World, **changes: str) -> None:
    texts = {
        "on": "2026-11-24",
        "time": "09:00",
        "person": "debtor",
        "way": "voice",
        "number": "0001",
        "effective": "是",
        **changes,
    }
    matter = world.places["own"].ids["matter"]
    tracking.record(world.office, world.actors[Role.COUNSEL], matter, "ContactMade", texts)


def page(world: World, query: str = "", role: Role = Role.COUNSEL) -> str:
    answer = world.visitor(role).get(f"/matters/{world.places['own'].ids['matter']}/contacts?{query}")
    assert answer.status_code in {200, 422}
    return answer.text


def test_the_records_of_the_matter_are_counted_and_the_next_moment_is_said(world: World) -> None:
    assert "可以联系" in page(world, PLAN) and "没有联系记录" in page(world, PLAN)
    for time in ("09:00", "10:00", "11:00"):
        recorded(world, time=time)
    text = page(world, PLAN)
    assert "不得联系" in text and "当日已有 3 次，至多 3 次" in text
    assert "2026年11月25日 08:00" in text and "未核验" in text


def test_a_contact_who_refused_once_is_not_asked_again(world: World) -> None:
    plan = "person=contact_person&name=贾联系&way=message&purpose=locate&debtor_is=unreachable"
    assert "可以联系" in page(world, plan)
    recorded(world, person="contact_person", name="贾联系", way="message", number="", refused="是")
    text = page(world, plan)
    assert "不得联系" in text and "对方已拒绝" in text and "等待也不能改变" in text
    assert "对方未拒绝" in page(world, plan.replace("贾联系", "甄联系"))


def test_everything_that_cannot_be_used_is_said_at_once(world: World) -> None:
    text = page(world, "person=mother&way=voice&number=13800000000&on=x&time=9:00&by_agency=maybe&means=gift")
    for words in ("“对象”只能从所列选项中选择", "号码后四位", "日期须为", "时刻须为二十四小时制", "所涉禁止方式"):
        assert words in text
    assert "结论：" not in text


def test_a_record_needs_its_time_and_for_a_call_four_digits(world: World) -> None:
    visitor, matter = world.visitor(Role.COUNSEL), world.places["own"].ids["matter"]
    form = {"name": "ContactMade", "on": "2026-11-24", "person": "debtor", "way": "voice", "effective": "否"}
    form |= {"started_by": "collector", "refused": "否"}
    answer = visitor.post(f"/matters/{matter}/record", {**form, "time": "25:00", "number": "13800000000"})
    assert answer.status_code == 422 and "时刻须为" in answer.text and "只填四位数字" in answer.text
    assert visitor.post(f"/matters/{matter}/record", {**form, "time": "09:05", "number": "0001"}).status_code == 303
    assert "09:05" in visitor.get(f"/matters/{matter}").text
    assert "…0001" in page(world) and "未联系到" in page(world)


def test_the_prohibited_means_are_those_of_the_day(world: World) -> None:
    text = page(world, PLAN + "&means=threats&means=posing")
    assert "涉及：威胁、恐吓、冒充法院、公安等机关或其人员" in text and "不得联系" in text
    assert len(contacting.means(world.office, contacting.today(world.office))) == 8


def test_another_firms_matter_is_as_absent_as_none(world: World) -> None:
    lawyer = world.visitor(Role.FIRM_LAWYER)
    other = lawyer.get(f"/matters/{world.places['other'].ids['matter']}/contacts?{PLAN}")
    assert other.status_code == 404
    assert "可以联系" in page(world, PLAN, Role.FIRM_LAWYER)
