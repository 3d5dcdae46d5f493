"""The pages of accounts, firms and the audit trail: done once, said where it was typed, and found again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.persistence.tables import AccountRow, MatterRow
from legalflow.services import employing
from tests.builders import an_account
from tests.web.world import Visitor, World, a_world, signed_in

NEW = {"login": "fang", "name": "方圆", "role": "counsel", "personnel_number": "0102"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


@pytest.fixture
def admin(world: World) -> Visitor:
    """Its administrator, signed in."""
    return world.visitor(Role.ADMIN)


def kept(world: World, login: str) -> AccountRow:
    """An account as it is kept."""
    with world.office.database.reading() as session:
        return session.exec(select(AccountRow).where(AccountRow.login == login)).one()


def test_two_clicks_make_one_account_whose_password_is_shown_once(world: World, admin: Visitor) -> None:
    sent = {**NEW, "key": secrets.token_hex(16)}
    first = admin.post("/accounts", sent)
    password = re.search(r"user-select-all[^>]*>([a-z0-9-]+)<", first.text)
    assert first.status_code == 200 and password is not None
    again = admin.post("/accounts", sent)
    assert again.status_code == 303 and again.headers["Location"].endswith("?sent=again")
    page = admin.get(again.headers["Location"]).text
    assert "没有重复办理" in page and password[1] not in page
    assert len(re.findall("开立账户", page)) == 1 and kept(world, "fang").created_by == admin.actor.id


def test_what_is_wrong_with_a_new_account_stands_above_what_was_typed(world: World, admin: Visitor) -> None:
    admin.post("/accounts", NEW)
    answer = admin.post("/accounts", {**NEW, "login": "fang2", "name": "另名"})
    assert answer.status_code == 422
    assert "已有账户 fang" in answer.text and 'value="另名"' in answer.text
    assert admin.post("/accounts", {**NEW, "role": "king"}).status_code == 422


def test_the_list_is_narrowed_by_the_address_and_leads_to_each(world: World, admin: Visitor) -> None:
    admin.post("/accounts", NEW)
    page = admin.get("/accounts?find=0102&role=counsel&state=never").text
    assert f"/accounts/{kept(world, 'fang').id}" in page and "从未登录" in page
    assert f"/accounts/{world.actors[Role.REVIEWER].id}" not in page
    assert "没有符合条件的账户" in admin.get("/accounts?find=nobody").text


def test_access_is_taken_only_with_the_login_typed_and_a_reason(world: World, admin: Visitor) -> None:
    account = an_account(world.office, Role.REVIEWER, "leaving")
    leaving = signed_in(world.app, world.office, account)
    for way, more in (("disable", {}), ("move", {"role": "auditor"})):
        for wrong in ({"reason": "离职"}, {"reason": "离职", "confirm": "another"}, {"confirm": "leaving"}):
            answer = admin.post(f"/accounts/{account.id}/{way}", {**more, **wrong})
            assert answer.status_code == 422, (way, wrong)
    assert leaving.get("/").status_code == 200
    right = {"reason": "离职", "confirm": "leaving"}
    assert admin.post(f"/accounts/{account.id}/move", {**right, "role": "auditor"}).status_code == 303
    assert kept(world, "leaving").role == "auditor" and leaving.get("/").status_code == 303
    assert admin.post(f"/accounts/{account.id}/disable", right).status_code == 303
    page = admin.get(f"/accounts/{account.id}").text
    assert "停用账户" in page and "调整账户的角色或律所" in page and "恢复使用" in page
    assert "一次" in admin.post(f"/accounts/{account.id}/enable", {"reason": "返岗"}).text
    assert "一次" in admin.post(f"/accounts/{account.id}/password", {"reason": "遗忘"}).text
    assert admin.post(f"/accounts/{account.id}/correct", {"name": "甲", "reason": "更名"}).status_code == 303


def test_ones_own_role_and_the_last_administrator_stay(world: World, admin: Visitor) -> None:
    own = admin.actor.id
    assert f"/accounts/{own}/move" not in admin.get(f"/accounts/{own}").text
    sent = {"role": "auditor", "reason": "试", "confirm": "admin"}
    assert admin.post(f"/accounts/{own}/move", sent).status_code == 422
    assert admin.post(f"/accounts/{own}/disable", {"reason": "试", "confirm": "admin"}).status_code == 422
    assert not kept(world, "admin").disabled


def test_work_is_handed_over_on_the_page_of_who_leaves(world: World, admin: Visitor) -> None:
    counsel = world.actors[Role.COUNSEL]
    other = an_account(world.office, Role.COUNSEL, "other")
    page = admin.get(f"/accounts/{counsel.id}").text
    assert "经办的未结案件 4 件" in page and "甄借款" not in page
    for wrong in ({"to": "x", "reason": "离职"}, {"to": other.id, "reason": ""}):
        assert admin.post(f"/accounts/{counsel.id}/hand-over", wrong).status_code == 422
    assert admin.post(f"/accounts/{counsel.id}/hand-over", {"to": other.id, "reason": "离职"}).status_code == 303
    with world.office.database.reading() as session:
        assert set(session.exec(select(MatterRow.owner_id))) == {other.id}
    assert "名下没有案件" in admin.get(f"/accounts/{counsel.id}").text


def test_a_firm_is_kept_with_its_lawyers_and_ends_only_when_nothing_is_with_it(world: World, admin: Visitor) -> None:
    made = admin.post("/firms", {"firm_name": "丙律所", "code": "丙"})
    address = made.headers["Location"]
    told = {"firm_name": "丙律所", "code": "丙", "version": "1"}
    lawyers = {"lawyer_name": ["何律师", ""], "lawyer_phone": ["1", ""], "lawyer_licence": ["A-1", ""]}
    assert admin.post(f"{address}/change", {**told, **lawyers}).status_code == 303
    assert 'value="A-1"' in admin.get(address).text
    stale = admin.post(f"{address}/change", {**told, "address": "某路"})
    assert stale.status_code == 409
    wrong = admin.post(f"{address}/change", {"firm_name": "甲律所", "version": "x", "lawyer_phone": ["9"]})
    assert wrong.status_code == 422
    held = f"/firms/{world.places['own'].ids['firm']}"
    refused = admin.post(f"{held}/disable", {"reason": "终止", "confirm": "甲律所"})
    assert refused.status_code == 409 and "未结案件" in refused.text
    assert admin.post(f"{address}/disable", {"reason": "终止", "confirm": "乙律所"}).status_code == 422
    assert admin.post(f"{address}/disable", {"reason": "终止", "confirm": "丙律所"}).status_code == 303
    matter = world.places["unassigned"].ids["matter"]
    assert "丙律所" not in world.visitor(Role.COUNSEL).get(f"/matters/{matter}").text
    assert admin.post(f"{address}/enable", {"reason": "恢复"}).status_code == 303
    assert "丙律所" in admin.get("/firms").text


def test_the_trail_is_read_narrowed_verified_and_taken_out(world: World) -> None:
    auditor = world.visitor(Role.AUDITOR)
    place = world.places["own"].ids
    assert world.visitor(Role.COUNSEL).post(f"/loans/{place['loan']}/reveal").status_code == 200
    with world.office.database.reading() as session:
        number = session.exec(select(MatterRow.number).where(MatterRow.id == place["matter"])).one()
    page = auditor.get(f"/audit?about={number}&group=reveal").text
    assert "查看了当事人的完整证件号码和电话" in page and "甄借款" not in page
    assert f"about={number}" in auditor.get(f"/matters/{place['matter']}").text
    assert "没有符合条件的记录" in auditor.get("/audit?who=nobody").text
    for wrong in ("since=2026-13-01", "group=x", "outcome=x", "since=2026-02-01&until=2026-01-01"):
        answer = auditor.get(f"/audit?{wrong}")
        assert answer.status_code == 422 and 'role="alert"' in answer.text, wrong
    assert "尚未在页面上核对" in page
    assert auditor.post("/audit/verify").status_code == 303
    assert "全部相符" in auditor.get("/audit").text
    taken = auditor.get("/audit/export?as=csv&group=reveal")
    assert taken.headers["Content-Type"].startswith("text/csv") and "查看了" in taken.text
    assert auditor.get("/audit/export?as=xlsx").data.startswith(b"PK")
    assert auditor.get("/audit/export?as=pdf").status_code == 422
    assert "导出审计记录" in auditor.get("/audit?group=download").text


def test_a_disabled_administrator_is_out_before_the_next_form(world: World, admin: Visitor) -> None:
    other = an_account(world.office, Role.ADMIN, "other")
    second = signed_in(world.app, world.office, other)
    employing.disable(world.office, admin.actor, other.id, "离职")
    answer = second.post(f"/accounts/{admin.actor.id}/disable", {"reason": "离职", "confirm": "admin"})
    assert answer.status_code in {303, 403} and not kept(world, "admin").disabled
