"""Batches on their pages: chosen in a list, looked at, confirmed, followed; another's is shown and not gone on with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import SYSTEM, Role
from legalflow.jobs import queues, tasks
from legalflow.persistence.tables import OutboxRow
from legalflow.services import lending
from tests.builders import a_loan, an_open_matter
from tests.web.world import Visitor, World, a_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The small house."""
    made = a_world(tmp_path)
    lending.add_lender(made.office, SYSTEM, a_loan().parties[0], ())
    yield made
    made.office.database.close()


def work_off(world: World) -> None:
    """Do what the batches asked for; other work of the house stays as it is."""
    with world.office.database.reading() as session:
        rows = list(session.exec(select(OutboxRow).where(OutboxRow.queue == "batches")))
    for row in rows:
        tasks.attempt_once(world.office, queues.TASKS, row.task, row.subject_id, row.attempt)


def version_on(text: str) -> str:
    """The version that a page of a batch carries."""
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


def chosen(visitor: Visitor, subject: str = "matters", **more: object) -> str:
    """The address of a batch over all of a list."""
    return visitor.post("/batches", {"subject": subject, "which": "all", "asked": "", **more}).headers["Location"]


def test_rows_are_chosen_looked_at_confirmed_done_packed_and_released(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    text = counsel.get("/matters").text
    assert "批量办理本页 4 项" in text
    form = re.search(r'<form id="batch-form" method="post" action="/batches">(.*?)</form>', text, re.DOTALL)
    assert form, "the buttons send a form of their own"
    assert form[1].count("data-batch-row") == 4 and 'name="subject" value="matters"' in form[1] and "csrf" in form[1]
    assert 'name="subject" value="loans"' in counsel.get("/loans").text
    fresh = [an_open_matter(world.office, counsel.actor, a_loan(contract_number=f"XD-{number}")) for number in range(4)]
    place = chosen(counsel, asked="stage=A00", which="rows", only=fresh)
    text = counsel.get(place).text
    assert "案件 4 项" in text and "阶段：接收" in text and "委派律所" in text and "立案件" not in text
    text = counsel.get(f"{place}?kind=debt_statement").text
    assert "计算截止日" in text and "以下内容全批相同" in text
    sent = {"action": "make_documents", "kind": "debt_statement", "as_of": "2026-11-20", "version": version_on(text)}
    assert counsel.post(f"{place}/preview", sent).status_code == 303
    text = counsel.get(place).text
    assert "预览中" in text and "hx-get" in text and "没有后台进程" in text
    work_off(world)
    part = counsel.get(f"{place}?was=foreseeing.", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true" and "<html" not in part.text
    text = counsel.get(place).text
    assert "预览：尚未办理任何一笔" in text and "同一债务人有多笔" in text
    sample = counsel.get(f"{place}/sample?place=1")
    assert sample.status_code == 200 and sample.data.startswith(b"%PDF")
    assert counsel.post(f"{place}/confirm", {"version": version_on(text), "without": "2"}).status_code == 303
    work_off(world)
    text = counsel.get(place).text
    assert "已完成" in text and "完成 3，跳过 1，失败 0" in text and "核对预览时人工剔除" in text
    assert "欠款明细 第1版" in counsel.get(f"{place}?state=done").text
    assert counsel.get(f"{place}/sheet").data[:2] == b"PK"
    counsel.post(f"{place}/pack")
    work_off(world)
    assert counsel.get(f"{place}/files").status_code == 409
    reviewer = world.visitor(Role.REVIEWER)
    assert "待放行" in reviewer.get("/batches").text
    digest = re.search(r'name="digest" value="(\w{64})"', reviewer.get(place).text)
    assert digest
    bare = reviewer.post(f"{place}/release", {"digest": digest[1]})
    assert bare.status_code == 422 and "请键入 3 以确认" in bare.text
    assert counsel.get(f"{place}/files").status_code == 409
    reviewer.post(f"{place}/release", {"digest": digest[1], "confirm": "3"})
    whole = counsel.get(f"{place}/files")
    assert whole.data[:2] == b"PK" and "zip" in whole.headers["Content-Disposition"]
    rest = counsel.get(f"{place}/files", headers={"Range": "bytes=100-"})
    assert rest.status_code == 206 and rest.data == whole.data[100:], "a broken download goes on"


def test_a_form_that_is_wrong_is_shown_again_with_what_is_wrong(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    place = chosen(counsel)
    sent = {"action": "make_documents", "kind": "debt_statement", "version": "1"}
    answer = counsel.post(f"{place}/preview", {**sent, "as_of": "昨天"})
    assert answer.status_code == 422 and "昨天" in answer.text
    assert counsel.post(f"{place}/preview", {**sent, "addressee": "x"}).status_code == 422
    assert counsel.post(f"{place}/preview", {"action": "nothing", "version": "1"}).status_code == 422
    nothing = counsel.post("/batches", {"subject": "matters", "which": "rows", "asked": ""})
    assert nothing.status_code == 422 and "没有选中任何行" in nothing.text


def test_others_see_what_is_theirs_to_see_and_nothing_to_press(world: World) -> None:
    place = chosen(world.visitor(Role.COUNSEL))
    for role in (Role.REVIEWER, Role.AUDITOR):
        text = world.visitor(role).get(place).text
        assert "案件 4 项" in text and "取消本批" not in text and "预览</button>" not in text
    assert world.visitor(Role.FIRM_LAWYER).get(place).status_code == 404
    assert "还没有批量任务" not in world.visitor(Role.REVIEWER).get("/batches").text
    assert "批量办理" not in world.visitor(Role.FINANCE).get("/matters").text
