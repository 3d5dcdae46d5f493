"""What somebody tries who means harm: numbers that are none, bytes that were changed, probing, racing, and hiding."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.app import create_app
from legalflow.persistence.tables import AuditRow, JournalRow
from tests.web.world import ORIGIN, World, a_world, signed_in

TODAY = "2026-11-24"
NUMBERS = ("²", "٣", "9" * 30, "-1", "1e3", "")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house nobody else changes."""
    made = a_world(tmp_path_factory.mktemp("attacked"))
    made.visitors = {role: made.visitor(role) for role in Role}
    yield made
    made.office.database.close()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_is_none_is_refused_and_never_breaks_a_page(world: World, number: str) -> None:
    ids = world.places["own"].ids
    reviewer, counsel, admin = (world.visitors[role] for role in (Role.REVIEWER, Role.COUNSEL, Role.ADMIN))
    checker = world.visitors[Role.FINANCE_CHECKER]
    forms = {"sequence": number, "reason": "误记"}
    assert reviewer.post(f"/matters/{ids['matter']}/reverse", forms).status_code == 422
    assert checker.post(f"/write-offs/{ids['write_off']}/correct", forms).status_code == 422
    upload = {"group": number, "name": "合同", "file": (io.BytesIO(b"%PDF-1.7"), "a.pdf")}
    assert counsel.post(f"/matters/{ids['matter']}/evidence", upload).status_code == 422
    assert admin.get("/audit", query_string={"after": number}).status_code == 200


def test_work_with_an_impossible_number_is_not_there(world: World) -> None:
    assert world.visitors[Role.ADMIN].post(f"/jobs/{'9' * 30}/rerun").status_code == 404


def test_bytes_that_were_changed_in_the_store_never_leave_the_house(world: World) -> None:
    counsel, exhibit = world.visitors[Role.COUNSEL], world.places["spare"].ids["exhibit"]
    path = f"/exhibits/{exhibit}/original"
    digest = counsel.get(path).headers["X-Content-SHA256"]
    place = world.office.store.path(digest)
    whole = place.read_bytes()
    os.chmod(place, 0o600)
    try:
        place.write_bytes(b"X" + whole[1:])
        answer = counsel.get(path)
        assert answer.status_code == 500 and whole[1:] not in answer.data
        assert "从备份恢复" in answer.text
    finally:
        place.write_bytes(whole)
    assert counsel.get(path).data == whole


def test_who_probes_is_in_the_audit_trail_without_what_was_typed(world: World) -> None:
    lawyer = world.visitors[Role.FIRM_LAWYER]
    for path in (f"/matters/{world.places['other'].ids['matter']}", "/audit"):
        lawyer.get(path)
    lawyer.post("/received", {"code": "甄借款的提取码"})
    noted = _refusals(world, lawyer.actor.id)
    assert {row.subject for row in noted} == {"matters.shown", "audit.listed", "firm.fetch"}
    assert not [
        row for row in noted if "甄" in str(row.detail) or world.places["other"].ids["matter"] in str(row.detail)
    ]


def test_fifty_equal_submits_get_one_answer_and_have_one_effect(world: World) -> None:
    matter, counsel = world.places["unassigned"].ids["matter"], world.visitors[Role.COUNSEL]
    form = {"csrf": counsel.csrf, "key": "k" * 32, "name": "MaterialsChecked", "on": TODAY}
    answers: list[tuple[int, str]] = []

    def send() -> None:
        client = world.app.test_client()
        client.set_cookie("legalflow", counsel.client.get_cookie("legalflow").value)  # type: ignore[union-attr]
        said = client.post(f"/matters/{matter}/record", data=form, headers=ORIGIN)
        answers.append((said.status_code, said.headers.get("Location", "")))

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {(303, f"/matters/{matter}#timeline")} and len(answers) == 50
    with world.office.database.reading() as session:
        query = select(JournalRow).where(JournalRow.matter_id == matter, JournalRow.name == "MaterialsChecked")
        assert len(list(session.exec(query))) == 1


def test_a_party_that_is_not_of_the_loan_cannot_be_recorded(world: World) -> None:
    matter, counsel = world.places["own"].ids["matter"], world.visitors[Role.COUNSEL]
    form = {"name": "DebtAcknowledged", "on": TODAY, "party": "路人甲", "form": "书面"}
    answer = counsel.post(f"/matters/{matter}/record", form)
    assert answer.status_code == 422 and "只能从所列选项中选择" in answer.text


def test_a_firms_data_holds_no_hidden_letters_and_no_novel(world: World) -> None:
    admin = world.visitors[Role.ADMIN]
    for field, text in (("phone", "138\u202e"), ("address", "a\x00b"), ("code", "长" * 5000)):
        answer = admin.post("/firms", {"firm_name": "丙律所", field: text})
        assert answer.status_code == 422, field
    assert "丙律所" not in admin.get("/accounts").text


def test_the_help_page_tells_a_firm_nothing_of_write_offs(world: World) -> None:
    text = world.visitors[Role.FIRM_LAWYER].get("/help").text
    assert "核销" not in text and "账销案存" not in text
    assert "账销案存" in world.visitors[Role.FINANCE].get("/help").text


def test_what_is_too_large_is_told_so_after_it_was_taken_in(world: World) -> None:
    answer = world.visitors[Role.COUNSEL].post("/loans/search", {"find": "x" * (1 << 21)})
    assert answer.status_code == 413 and answer.headers["Connection"] == "close"


def _refusals(world: World, actor: str) -> list[AuditRow]:
    with world.office.database.reading() as session:
        return list(session.exec(select(AuditRow).where(AuditRow.actor == actor, AuditRow.action == "refused")))


def test_a_person_may_say_anew_what_an_exhibit_is_only_where_it_was_accepted(world: World) -> None:
    counsel, exhibit = world.visitors[Role.COUNSEL], world.places["own"].ids["exhibit"]
    assert counsel.get(f"/exhibits/{exhibit}/describe").status_code == 200
    form = {"name": "借据", "group": "2", "place": "1", "kind": "书证"}
    answer = counsel.post(f"/exhibits/{exhibit}/describe", form)
    assert answer.status_code == 409 and "只有核验通过的证据才能修改说明" in answer.text
    assert counsel.post(f"/exhibits/{exhibit}/describe", {**form, "place": "²"}).status_code == 422
    assert counsel.post(f"/exhibits/{exhibit}/describe", {**form, "original": "x"}).status_code == 422


def test_a_dead_end_leads_back_to_the_matter(world: World) -> None:
    counsel, matter = world.visitors[Role.COUNSEL], world.places["unassigned"].ids["matter"]
    answer = counsel.get(f"/matters/{matter}/documents/new?kind=lawyer_letter")
    assert answer.status_code in {409, 422} and f'href="/matters/{matter}">返回案件' in answer.text


def test_the_audit_page_speaks_chinese(world: World) -> None:
    text = world.visitors[Role.AUDITOR].get("/audit").text
    assert "请求被拒绝" in text and "event." not in text


def test_a_session_ends_by_idleness_and_by_age_however_often_it_is_used(tmp_path: Path) -> None:
    made = a_world(tmp_path, session_idle=1800, session_life=7200)
    instant = [made.office.now()]
    office = replace(made.office, now=lambda: instant[0])
    app = create_app(office)

    def later(minutes: int) -> int:
        instant[0] += timedelta(minutes=minutes)
        return visitor.get("/help").status_code

    visitor = signed_in(app, office, made.actors[Role.AUDITOR])
    assert [later(29), later(29), later(31)] == [200, 200, 303]
    visitor = signed_in(app, office, made.actors[Role.AUDITOR])
    assert [later(25) for _ in range(5)] == [200, 200, 200, 200, 303]
    made.office.database.close()
