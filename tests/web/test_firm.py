"""The pages where lender and firm meet: handed over, taken, confirmed; proposed with its paper, then recorded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.persistence.tables import DeliveryRow, LinkRow, PaperRow, ProposalRow
from legalflow.services import tracking
from tests.hostile import makers
from tests.web.world import PDF, World, a_world

PAPER = makers.pdf_bytes(lambda _: None, pages=2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A small house nobody else changes."""
    made = a_world(tmp_path)
    made.visitors = {role: made.visitor(role) for role in (Role.COUNSEL, Role.FIRM_LAWYER, Role.REVIEWER)}
    yield made
    made.office.database.close()


def _proposal(world: World) -> ProposalRow:
    with world.office.database.reading() as session:
        return session.exec(select(ProposalRow).where(ProposalRow.name == "DemandDelivered")).one()


def test_a_bundle_is_handed_over_taken_and_its_receipt_said_with_the_same_digest(world: World) -> None:
    counsel, lawyer, own = world.visitors[Role.COUNSEL], world.visitors[Role.FIRM_LAWYER], world.places["own"].ids
    page = f"/matters/{own['matter']}/firm"
    sent = {"thing": f"bundle:{own['bundle']}", "way": "page", "days": "2", "uses": "1"}
    assert counsel.post(f"/matters/{own['matter']}/hand-over", sent).status_code == 303
    with world.office.database.reading() as session:
        link = session.exec(select(LinkRow).where(LinkRow.direct)).one()  # type: ignore[call-overload]
    assert f"/links/{link.id}/take" in lawyer.get(page).text
    taken = lawyer.post(f"/links/{link.id}/take")
    assert taken.data == PDF and taken.headers["X-Content-SHA256"] == link.digest
    again = lawyer.post(f"/links/{link.id}/take")
    assert again.status_code == 409 and "可下载次数已用完" in again.text
    with world.office.database.reading() as session:
        delivery = session.exec(select(DeliveryRow).where(DeliveryRow.link_id == link.id)).one()
    assert delivery.digest == link.digest and delivery.origin
    assert lawyer.post(f"/deliveries/{delivery.id}/confirm").status_code == 303
    told = counsel.get(page).text
    assert "已回执" in told and link.digest in told and delivery.origin in told


def test_a_code_is_shown_once_and_what_is_wrong_in_the_form_is_said_together(world: World) -> None:
    counsel, own = world.visitors[Role.COUNSEL], world.places["own"].ids
    path = f"/matters/{own['matter']}/hand-over"
    answer = counsel.post(path, {"thing": f"bundle:{own['bundle']}", "way": "code", "days": "3", "uses": "5"})
    code = re.search(r'user-select-all">([\w-]{43})<', answer.text)
    assert code and code.group(1) not in counsel.get(f"/matters/{own['matter']}/firm").text
    fetched = world.visitors[Role.FIRM_LAWYER].post("/received", {"code": code.group(1)})
    assert fetched.data == PDF
    wrong = counsel.post(path, {"thing": "", "way": "post", "days": "9", "uses": "0"})
    assert wrong.status_code == 422 and "请选择要提供的文件" in wrong.text and "请选择提供方式" in wrong.text
    other = counsel.post(path, {"thing": f"bundle:{own['bundle']}", "way": "page", "days": "9", "uses": "6"})
    assert other.status_code == 422 and "有效期为1至7天" in other.text and "可下载次数为1至5次" in other.text


def test_a_fact_is_proposed_with_its_paper_looked_at_and_confirmed(world: World) -> None:
    counsel, lawyer, own = world.visitors[Role.COUNSEL], world.visitors[Role.FIRM_LAWYER], world.places["own"].ids
    path = f"/matters/{own['matter']}/propose"
    assert "提报" in lawyer.get(f"{path}?name=DemandDelivered").text
    debtor = "甄借款"
    sent = {"name": "DemandDelivered", "on": "2026-11-20", "party": debtor, "mode": "post", "paper_kind": "service"}
    wrong = lawyer.post(path, {**sent, "on": "2026-12-20", "file": (io.BytesIO(PAPER), "回证.pdf")})
    assert wrong.status_code == 422 and "发生日期不能晚于今天" in wrong.text
    forged = lawyer.post(path, {**sent, "proposed_by": "x"})
    assert forged.status_code == 422
    assert lawyer.post(path, {**sent, "file": (io.BytesIO(PAPER), "回证.pdf")}).status_code == 303
    row = _proposal(world)
    queue = counsel.get("/proposals").text
    assert f"/proposals/{row.id}" in queue and "附送达回证" in queue
    page = counsel.get(f"/proposals/{row.id}").text
    assert f"/papers/{row.paper_id}/preview" in page and 'value="2026-11-20"' in page
    assert counsel.get(f"/papers/{row.paper_id}/preview").headers["Content-Type"] == "application/pdf"
    assert counsel.get(f"/papers/{row.paper_id}/original").data == PAPER
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    form = {"version": version.group(1), "on": "2026-11-19", "party": debtor, "mode": "post"}
    answer = counsel.post(f"/proposals/{row.id}/confirm", form)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("#timeline")
    told = counsel.get(f"/matters/{own['matter']}").text
    assert f"{lawyer.actor.name}提报，{counsel.actor.name}确认于" in told
    assert "（有更正）" in lawyer.get(f"/matters/{own['matter']}/firm").text
    assert counsel.post(f"/proposals/{row.id}/refuse", {"reason": "重复"}).status_code == 409


def test_what_the_stage_forbids_is_said_and_sent_on_only_when_the_lawyer_says_so(world: World) -> None:
    counsel, lawyer, own = world.visitors[Role.COUNSEL], world.visitors[Role.FIRM_LAWYER], world.places["own"].ids
    path = f"/matters/{own['matter']}/propose"
    sent = {"name": "SuspensionEnded", "on": "2026-11-20"}
    answer = lawyer.post(path, sent)
    assert answer.status_code == 409 and 'name="anyway"' in answer.text
    assert lawyer.post(path, {**sent, "anyway": "是"}).status_code == 303
    with world.office.database.reading() as session:
        row = session.exec(select(ProposalRow).where(ProposalRow.name == "SuspensionEnded")).one()
    assert "不能办理" in row.obstacle and "不能办理" in counsel.get(f"/proposals/{row.id}").text
    assert lawyer.post(f"/proposals/{row.id}/withdraw").status_code == 303


def test_a_paper_that_is_none_is_refused_at_its_field_and_a_good_one_is_kept(world: World) -> None:
    lawyer, own = world.visitors[Role.FIRM_LAWYER], world.places["own"].ids
    path = f"/matters/{own['matter']}/papers"
    bad = lawyer.post(path, {"paper_kind": "summons", "file": (io.BytesIO(b"MZ\x90 no paper"), "传票.pdf")})
    assert bad.status_code == 422 and 'id="paper-file-problem"' in bad.text
    assert lawyer.post(path, {"paper_kind": "summons"}).status_code == 422
    assert lawyer.post(path, {"paper_kind": "summons", "file": (io.BytesIO(PAPER), "传票.pdf")}).status_code == 303
    with world.office.database.reading() as session:
        found = session.exec(select(PaperRow).where(PaperRow.size == len(PAPER))).one()
    assert found.pages == 2 and "传票" in lawyer.get(f"/matters/{own['matter']}/firm").text


def test_the_firms_board_shows_its_own_matters_and_none_once_they_are_over(world: World) -> None:
    counsel, lawyer, own = world.visitors[Role.COUNSEL], world.visitors[Role.FIRM_LAWYER], world.places["own"].ids
    text = lawyer.get("/firm").text
    assert own["matter"] in text and world.places["other"].ids["matter"] not in text
    paths = [
        f"/matters/{own['matter']}",
        f"/matters/{own['matter']}/firm",
        f"/documents/{own['document']}",
        f"/bundles/{own['bundle']}",
        f"/papers/{own['paper']}/original",
        f"/proposals/{own['proposal']}",
    ]
    assert all(lawyer.get(path).status_code == 200 for path in paths)
    with world.office.database.writing() as session:  # the world's write-off is under way and would forbid closing
        row = tracking.repositories.matter(session, counsel.actor, own["matter"])
        row.stage = "A90"
        session.add(row)
    assert [lawyer.get(path).status_code for path in paths] == [404] * len(paths)
    assert own["matter"] not in lawyer.get("/firm").text + lawyer.get("/matters").text


def test_a_firm_sees_nothing_of_what_another_firm_took_or_proposed_before_it(world: World) -> None:
    counsel, lawyer, other = world.visitors[Role.COUNSEL], world.visitors[Role.FIRM_LAWYER], world.places["other"].ids
    tracking.unassign(world.office, counsel.actor, other["matter"], "更换律所")
    tracking.assign(world.office, counsel.actor, other["matter"], world.places["own"].ids["firm"])
    text = lawyer.get(f"/matters/{other['matter']}/firm").text
    assert f"/proposals/{other['proposal']}" not in text and f"/deliveries/{other['delivery']}" not in text
    assert lawyer.get(f"/proposals/{other['proposal']}").status_code == 404
    for path in (f"/links/{other['link']}/take", f"/deliveries/{other['delivery']}/confirm"):
        assert lawyer.post(path).status_code == 404
