"""The queue's pages: who finds what in it, the decision beside the draft, on to the next, and from page to page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.persistence.tables import DocumentRow
from tests.web.world import PDF, World, a_world

DIGEST = hashlib.sha256(PDF).hexdigest()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house; what is decided in it by one test is waited for no longer in the next."""
    made = a_world(tmp_path_factory.mktemp("world"))
    yield made
    made.office.database.close()


def _state(world: World, document: str) -> str:
    with world.office.database.reading() as session:
        row = session.get(DocumentRow, document)
    assert row is not None
    return row.state


def test_each_role_finds_what_waits_for_it_and_nothing_of_anybody_else(world: World) -> None:
    found = {role: world.visitor(role).get("/waiting").text for role in Role}
    assert "文书待复核 4" in found[Role.REVIEWER] and "民事起诉状 第1版" in found[Role.REVIEWER]
    assert "核销清单待办理 4" in found[Role.FINANCE_CHECKER] and "到账待确认 4" in found[Role.FINANCE]
    for role in (Role.SEAL_KEEPER, Role.FIRM_LAWYER, Role.AUDITOR, Role.ADMIN, Role.APPROVER):
        assert "没有等待您处理的事项" in found[role], role
    assert "民事起诉状" not in found[Role.COUNSEL], "their own drafts wait for another"
    counted = re.search(r"全部 (\d+)", found[Role.REVIEWER])
    shown = re.search(r'待我处理</span><span class="h1 num">(\d+)', world.visitor(Role.REVIEWER).get("/").text)
    assert counted and shown and counted[1] == shown[1]
    assert world.visitor(Role.REVIEWER).get("/waiting?kind=nonsense").status_code == 404


def test_from_any_page_of_the_queue_one_goes_on_back_and_to_the_list(world: World) -> None:
    checker = world.visitor(Role.FINANCE_CHECKER)
    lists = [world.places[name].ids["list"] for name in ("own", "other")]
    page = checker.get(f"/write-off-lists/{lists[0]}?queue=write_off_list:{lists[0]}").text
    assert "回到待我处理" in page
    place = f"/waiting/go?at=write_off_list:{lists[0]}&kind=write_off_list"
    onward, back = (checker.get(f"{place}&way={way}").headers["Location"] for way in ("next", "back"))
    assert {onward.partition("?")[0], back.partition("?")[0]} - {"/waiting"} <= {
        f"/write-off-lists/{each.ids['list']}" for each in world.places.values()
    }
    assert "回到待我处理" not in checker.get(f"/write-off-lists/{lists[0]}").text


def test_a_draft_is_approved_or_sent_back_beside_its_changes_and_the_next_one_follows(world: World) -> None:
    reviewer = world.visitor(Role.REVIEWER)
    listed = reviewer.get("/waiting?kind=approve").text
    first, second = sorted((world.places[name].ids["document"] for name in ("own", "other")), key=listed.index)
    page = reviewer.get(f"/waiting/documents/{first}?kind=approve").text
    assert DIGEST in page and "批准这一版" in page and f"/documents/{first}/preview" in page
    wrong = reviewer.post(f"/waiting/documents/{first}/approve", {"digest": "0" * 64})
    assert wrong.status_code == 409 and _state(world, first) == "ready"
    bare = reviewer.post(f"/waiting/documents/{first}/refuse", {"digest": DIGEST, "comment": " "})
    assert bare.status_code == 422 and "退回时请在意见中说明原因" in bare.text
    done = reviewer.post(
        f"/waiting/documents/{first}/approve", {"digest": DIGEST, "comment": "同意", "kind": "approve"}
    )
    assert done.status_code == 303 and "/waiting/documents/" in done.headers["Location"]
    assert first not in done.headers["Location"] and _state(world, first) == "approved"
    back = reviewer.post(f"/waiting/documents/{second}/refuse", {"digest": DIGEST, "comment": "金额有误"})
    assert back.status_code == 303 and _state(world, second) == "returned"
    assert f"/documents/{second}" in world.visitor(Role.COUNSEL).get("/waiting").text


def test_after_a_decision_on_a_page_of_the_queue_the_next_item_follows(world: World) -> None:
    checker = world.visitor(Role.FINANCE_CHECKER)
    one = world.places["own"].ids["list"]
    queue = {"queue": f"write_off_list:{one}", "queue_kind": "write_off_list"}
    page = checker.get(f"/write-off-lists/{one}?queue=write_off_list:{one}&kind=write_off_list").text
    assert f'name="queue" value="write_off_list:{one}"' in page
    refused = checker.post(f"/write-off-lists/{one}/refuse", {"reason": " ", **queue})
    assert refused.status_code == 422 and 'name="queue_kind" value="write_off_list"' in refused.text
    done = checker.post(f"/write-off-lists/{one}/refuse", {"reason": "材料不全", **queue})
    assert done.headers["Location"].startswith("/waiting/go?")
    onward = checker.get(done.headers["Location"]).headers["Location"]
    assert onward.startswith("/write-off-lists/") and one not in onward.partition("?")[0]
    strange = {"reason": "材料不全", "queue": "write_off_list:nothing", "queue_kind": "nonsense"}
    other = onward.partition("?")[0].rpartition("/")[2]
    assert checker.post(f"/write-off-lists/{other}/refuse", strange).status_code == 303


def test_a_limit_proposed_by_another_waits_for_whoever_decides_on_limits(world: World) -> None:
    admin, checker = world.visitor(Role.ADMIN), world.visitor(Role.FINANCE_CHECKER)
    given = {"unit": "", "product": "", "account": "", "up_to": "1000", "first_day": "", "document": "授权书1号"}
    assert admin.post("/authority", given).status_code == 303
    waits = checker.get("/waiting?kind=authority").text
    assert "审批权限待核准 1" in waits and "不超过 1,000.00 元" in waits
    assert "不超过 1,000.00 元" not in admin.get("/waiting").text


def test_the_bytes_that_changed_in_the_store_are_not_approved_on_the_page_either(world: World) -> None:
    reviewer, document = world.visitor(Role.REVIEWER), world.places["unassigned"].ids["document"]
    place = world.office.store.path(DIGEST)
    place.chmod(0o640)
    place.write_bytes(PDF + b"!")
    assert "存储的文件与其校验值不符" in reviewer.get(f"/waiting/documents/{document}").text
    assert reviewer.post(f"/waiting/documents/{document}/approve", {"digest": DIGEST}).status_code == 500
    assert _state(world, document) == "ready"
