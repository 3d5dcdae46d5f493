"""The pages of the law: found, read, changed by two persons, and in force at the next request and job."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from legalflow.access import Role
from legalflow.jobs import queues, tasks
from legalflow.jobs.queues import Task
from legalflow.office import Office
from legalflow.persistence import outbox
from legalflow.persistence.tables import DeadlineRow
from legalflow.services import legislating, tracking
from legalflow.services.legislating import Proposal
from tests.builders import an_account
from tests.web.world import Visitor, World, a_world, signed_in

FORM = {
    "topic": "rates/lpr_1y",
    "first_day": "2026-10-20",
    "ends": "否",
    "value": "0.029",
    "instrument": "全国银行间同业拆借中心公告",
    "article": "2026年10月20日公布",
    "verified": "是",
    "note": "已在网站核对",
}
SEEN: list[str] = []
TOPIC = "/law/topic?topic=rates/lpr_1y"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def second(world: World) -> Visitor:
    """Another reviewer, signed in."""
    return signed_in(world.app, world.office, an_account(world.office, Role.REVIEWER, "second"))


def test_the_law_is_found_by_name_citation_and_mark(world: World) -> None:
    staff = world.visitor(Role.FINANCE)
    assert "迟延履行利息" in staff.get("/law").text
    assert "rates/lpr_1y" in staff.get("/law?find=一年期").text
    cited = staff.get("/law?find=法释〔2014〕8号").text
    assert "interest/delay_daily_rate" in cited and "rates/lpr_1y" not in cited
    unverified = staff.get("/law?mark=unverified&folder=caps").text
    assert "caps/licensed_ceiling" in unverified and "caps/lpr_multiple" not in unverified
    assert "caps/licensed_ceiling" in staff.get("/law?mark=unchecked").text
    assert "没有符合条件" in staff.get("/law?find=没有这样的事").text
    assert staff.get("/law/topic?topic=rates/none").status_code == 404


def test_a_topic_shows_each_value_with_its_day_source_and_mark(world: World) -> None:
    page = world.visitor(Role.COUNSEL).get("/law/topic?topic=claims/allocation_order").text
    assert "合同法解释（二） 第二十一条" in page and "2021年1月1日起" in page and "今日有效" in page
    assert "增补一个值" not in page  # counsel reads only
    assert "未核验" in world.visitor(Role.COUNSEL).get("/law/topic?topic=caps/licensed_ceiling").text


def test_a_value_is_proposed_by_one_approved_by_another_and_then_in_force(world: World) -> None:
    maker, checker = world.visitor(Role.REVIEWER), second(world)
    assert "今日没有有效的值" in maker.get(TOPIC).text
    assert maker.post("/law/values", FORM).status_code == 303
    page = maker.get(TOPIC).text
    assert "待核准" in page and "须由另一名复核人" in page and "已对照原文，核准" not in page
    (address,) = re.findall(r'action="(/law/values/\d+/approve)"', checker.get(TOPIC).text)
    assert maker.post(address).status_code == 403
    assert checker.post(address).status_code == 303
    assert "本机构增补" in maker.get(TOPIC).text
    assert checker.post(address).status_code == 409  # once is enough


def test_what_is_wrong_with_a_proposal_is_said_at_its_fields_and_what_was_typed_stays(world: World) -> None:
    answer = world.visitor(Role.REVIEWER).post("/law/values", {**FORM, "first_day": "2026-10-21", "article": ""})
    assert answer.status_code == 422
    assert "没有在 2026-10-21 公布" in answer.text and "请填写条款" in answer.text and "已在网站核对" in answer.text


def test_a_refusal_and_a_withdrawal_need_a_reason(world: World) -> None:
    maker, checker = world.visitor(Role.REVIEWER), second(world)
    maker.post("/law/values", FORM)
    (address,) = re.findall(r'action="(/law/values/\d+/withdraw)"', maker.get(TOPIC).text)
    assert maker.post(address, {"reason": " "}).status_code == 422
    refused = address.replace("withdraw", "refuse")
    assert checker.post(refused, {"reason": "出处有误"}).status_code == 303
    page = maker.get(TOPIC).text
    assert "已退回" in page and "出处有误" in page and "今日没有有效的值" in page


def test_an_approved_value_changes_a_page_of_findings_at_once_and_a_proposed_one_does_not(world: World) -> None:
    counsel, loan = world.visitor(Role.COUNSEL), world.places["own"].ids["loan"]
    read = Proposal("claims/compound_base", "2004-02-01", "interest", "某司法解释", "第一条", verified=True)
    doubt = "复利的基数仅为未付期内利息（claims/compound_base"

    def page() -> str:
        return counsel.get(f"/loans/{loan}").text

    assert doubt in page()
    number = legislating.propose(world.office, world.actors[Role.ADMIN], read)
    assert doubt in page()
    legislating.approve(world.office, world.actors[Role.REVIEWER], number)
    assert doubt not in page()


def test_a_fee_on_a_matters_page_follows_the_bands_in_force(world: World) -> None:
    counsel, matter = world.visitor(Role.COUNSEL), world.places["own"].ids["matter"]
    sheet = legislating.topic(world.office, world.actors[Role.ADMIN], "fees/acceptance")
    dearer = sheet.latest.replace("'0.025'", "'0.05'")
    bands = Proposal("fees/acceptance", "2026-06-01", dearer, "某办法", "第十三条", verified=True)

    def figures() -> list[str]:
        return re.findall(r"[\d,]+\.\d\d", counsel.get(f"/matters/{matter}").text)

    before = figures()
    number = legislating.propose(world.office, world.actors[Role.ADMIN], bands)
    assert figures() == before
    legislating.approve(world.office, world.actors[Role.REVIEWER], number)
    assert figures() != before


def test_the_nightly_job_works_deadlines_out_anew_by_the_law_in_force(world: World) -> None:
    counsel, matter = world.actors[Role.COUNSEL], world.places["own"].ids["matter"]
    for name in ("MaterialsChecked", "DemandStarted", "DemandDelivered"):
        more = {"party": "甄借款", "mode": "post"} if name == "DemandDelivered" else {}
        tracking.record(world.office, counsel, matter, name, {"on": "2026-11-20", **more})
    sheet = legislating.topic(world.office, world.actors[Role.ADMIN], "deadlines/limitation")
    longer = sheet.latest.replace("'3'", "'4'")
    proposal = Proposal("deadlines/limitation", "2026-01-01", longer, "某法", "第一条", verified=True)

    def last_day(slot: str) -> date:
        with world.office.database.writing() as session:
            outbox.ask(session, "tick", slot, "ticks", world.office.now())
        assert tasks.attempt_once(world.office, queues.TASKS, "tick", slot, 0) == "done"
        with world.office.database.reading() as session:
            rows = session.exec(select(DeadlineRow).where(DeadlineRow.matter_id == matter)).all()
        return next(row.last_day for row in rows if row.rule == "limitation")

    assert last_day("day-2026-11-21") == date(2029, 11, 20)
    number = legislating.propose(world.office, world.actors[Role.ADMIN], proposal)
    assert last_day("day-2026-11-22") == date(2029, 11, 20)
    legislating.approve(world.office, world.actors[Role.REVIEWER], number)
    assert last_day("day-2026-11-23") == date(2030, 11, 20)


def noted(office: Office, _subject: str, finish: Callable[[Session], None]) -> None:
    """A task that remembers the rate of late performance it was handed."""
    SEEN.append(office.law.history("interest/delay_daily_rate")[-1].value)
    with office.database.writing() as session:
        finish(session)


def test_a_job_works_by_the_law_in_force_as_it_begins(world: World) -> None:
    table = {"noted": Task("documents", "tests.web.test_law:noted", "tests.web.test_law:noted")}
    SEEN.clear()

    def work() -> None:
        with world.office.database.writing() as session:
            outbox.ask(session, "noted", f"subject-{len(SEEN)}", "documents", world.office.now())
        assert tasks.attempt_once(world.office, table, "noted", f"subject-{len(SEEN)}", 0) == "done"

    work()
    changed = Proposal("interest/delay_daily_rate", "2026-12-01", "0.0002", "某文", "第一条", verified=True)
    number = legislating.propose(world.office, world.actors[Role.ADMIN], changed)
    work()
    legislating.approve(world.office, world.actors[Role.REVIEWER], number)
    work()
    assert SEEN == ["0.000175", "0.000175", "0.0002"]


def test_a_notice_of_days_off_is_written_line_by_line(world: World) -> None:
    maker = world.visitor(Role.REVIEWER)
    notice = {
        **FORM,
        "topic": "calendar/holidays",
        "first_day": "2027-01-01",
        "value": "days_off:\n- 2027-01-01/2027-01-03\ndays_worked:\n- 2027-02-20\n",
    }
    assert "days_worked" in maker.get("/law/topic?topic=calendar/holidays").text
    assert maker.post("/law/values", notice).status_code == 303
    again = maker.post("/law/values", {**notice, "first_day": "2027-01-02"})
    assert again.status_code == 422 and "每年一项，自1月1日起" in again.text


def test_a_firm_has_no_door_to_the_law(world: World) -> None:
    assert world.visitor(Role.FIRM_LAWYER).get("/law").status_code == 403
