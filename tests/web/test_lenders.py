"""The pages of lenders: what is kept, proposed and confirmed there, and pictures sent in and looked at."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.persistence.tables import AuditRow
from legalflow.services import lending
from tests.services.test_picturing import a_picture
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = a_world(tmp_path_factory.mktemp("world"))
    made.visitors = {role: made.visitor(role) for role in Role}
    yield made
    made.office.database.close()


@pytest.fixture
def page(world: World) -> str:
    """The address of a new lender's page."""
    admin = world.visitors[Role.ADMIN]
    number = len(lending.listed(world.office, world.actors[Role.ADMIN]))
    answer = admin.post("/lenders", {"name": f"示例农村商业银行{number}", "legal_representative": "甲某"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_lender_is_added_changed_with_a_reason_and_its_history_shows_both_sides(world: World, page: str) -> None:
    admin, counsel = world.visitors[Role.ADMIN], world.visitors[Role.COUNSEL]
    form = {
        "legal_representative": "乙某",
        "letterhead_name": "示例农村商业银行",
        "letterhead_address": "示例路1号",
        "agents.0.name": "丙某",
        "agents.0.unit": "示例农村商业银行",
        "agents.0.power": "一般授权",
        "version": "1",
    }
    refused = admin.post(page, form)
    assert refused.status_code == 422 and "请说明修改的原因" in refused.text and "乙某" in refused.text
    assert admin.post(page, {**form, "why": "换届"}).status_code == 303
    assert admin.post(page, {**form, "why": "再改", "legal_representative": "丁某"}).status_code == 409
    history = counsel.get(f"{page}/history").text
    assert all(words in history for words in ("换届", "<del>甲某</del>", "<ins>乙某</ins>", "第 2 版"))
    shown = counsel.get(page).text
    assert "丙某" in shown and "保存为新版本" not in shown


def test_an_account_proposed_by_one_is_confirmed_by_another(world: World, page: str) -> None:
    admin, checker = world.visitors[Role.ADMIN], world.visitors[Role.FINANCE_CHECKER]
    account = {"purpose": "repayment", "number": "123", "name": "某行", "bank": "", "why": "开户"}
    refused = admin.post(f"{page}/accounts", account)
    assert refused.status_code == 422 and "6 至 40 位" in refused.text and "请填写此项" in refused.text
    assert admin.post(f"{page}/accounts", {**account, "number": "9900000042", "bank": "某支行"}).status_code == 303
    assert "还没有使用中的账户" in admin.get(page).text and "本人提出的账户由另一人确认" in admin.get(page).text
    found = re.search(r"/lender-accounts/\w+/confirm", checker.get(page).text)
    assert found is not None and "账户待确认" in checker.get("/lenders").text
    assert admin.post(found[0]).status_code == 409
    assert checker.post(found[0]).status_code == 303
    text = world.visitors[Role.COUNSEL].get(page).text
    assert "9900000042" in text and "还没有使用中的账户" not in text and "提出新账户" not in text


def test_pictures_are_taken_shown_and_refused_and_each_look_at_a_seal_is_recorded(world: World, page: str) -> None:
    admin, keeper = world.visitors[Role.ADMIN], world.visitors[Role.SEAL_KEEPER]

    def seal(content: bytes) -> dict[str, object]:
        return {"seal": "公章", "millimetres": "40", "why": "启用", "picture": (io.BytesIO(content), "章.png")}

    svg = admin.post(f"{page}/seals", seal(b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert svg.status_code == 422 and "SVG" in svg.text
    assert admin.post(f"{page}/seals", seal(a_picture())).status_code == 303
    address = re.search(r"/lender-seals/\w+/picture", keeper.get(page).text)
    assert address is not None and address[0] not in world.visitors[Role.COUNSEL].get(page).text
    seen = keeper.get(address[0])
    assert seen.content_type == "image/png" and seen.headers["Cache-Control"] == "no-store"
    with world.office.database.reading() as session:
        assert session.exec(select(AuditRow).where(AuditRow.action == "seal.seen")).all()
    logo = {"why": "启用", "logo": (io.BytesIO(a_picture("RGB", "JPEG")), "标志.jpg")}
    assert admin.post(f"{page}/logo", logo).status_code == 303
    assert keeper.get(f"{page}/logo").content_type == "image/png"
    assert admin.post(f"{page}/logo/remove", {"why": "停用"}).status_code == 303
    assert keeper.get(f"{page}/logo").status_code == 404


def test_pages_of_lenders_speak_english(world: World, page: str) -> None:
    for path in ("/lenders", page, f"{page}/history"):
        text = world.visitors[Role.ADMIN].get(path, headers={"Accept-Language": "en"}).text
        assert "Lenders" in text or "Lender" in text or "History" in text
