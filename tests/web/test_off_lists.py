"""The pages of lists, of authority, of duties and of the nights: who sees what, and what a form does."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from legalflow.access import Role
from legalflow.app import create_app
from legalflow.persistence.tables import AuthorityLimitRow, WriteOffListRow, WriteOffRow
from legalflow.services import reckoning
from tests.services.test_itemising import STANDARD, Lists
from tests.services.test_writing_off import TODAY
from tests.web.world import Visitor, signed_in


class Pages:
    """A house with three matters fit for a list, and a browser for each role."""

    def __init__(self, folder: Path) -> None:
        self.lists = Lists(folder)
        self.lists.opened()
        app = create_app(self.lists.office)
        self.people = {role: signed_in(app, self.lists.office, actor) for role, actor in self.lists.people.items()}

    def __getitem__(self, role: Role) -> Visitor:
        return self.people[role]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(tmp_path_factory.mktemp("pages"))


def test_a_limit_is_proposed_approved_and_met_and_a_list_goes_from_choice_to_booking(pages: Pages) -> None:
    lists = pages.lists
    admin, checker, finance, approver = (
        pages[role] for role in (Role.ADMIN, Role.FINANCE_CHECKER, Role.FINANCE, Role.APPROVER)
    )
    assert "未设定" in approver.get("/authority").text
    given = {"unit": "", "product": "", "account": "", "up_to": "1000", "first_day": TODAY, "document": "授权书1号"}
    wrong = admin.post("/authority", {**given, "document": "", "up_to": "abc"})
    assert wrong.status_code == 422 and "请填写授权依据" in wrong.text and 'value="abc"' in wrong.text
    assert admin.post("/authority", given).status_code == 303
    with lists.office.database.reading() as session:
        limit = session.exec(select(AuthorityLimitRow.id)).one()
    assert admin.post(f"/authority/{limit}/approve").status_code == 409
    assert "甄借款" not in admin.get("/authority").text
    assert checker.post(f"/authority/{limit}/approve").status_code == 303
    assert "不超过 1,000.00 元" in approver.get("/authority").text

    page = finance.get("/write-off-lists/new").text
    assert all(matter in page for matter in lists.matters)
    chosen = {"criterion": STANDARD, "matter": [*lists.matters]}
    judged = finance.post("/write-off-lists/judge", chosen)
    assert judged.status_code == 200 and "不能判断" in judged.text and "列入清单的 3 行" in judged.text
    assert finance.post("/write-off-lists", chosen).status_code == 422
    made = finance.post("/write-off-lists", {**chosen, "judged": "均逾期一年以上"})
    address = made.headers["Location"]
    assert made.status_code == 303
    assert "清单 2026-0001" in checker.get("/").text
    with lists.office.database.reading() as session:
        digest = session.exec(select(WriteOffListRow.digest)).one()
        one = session.exec(select(WriteOffRow.id)).first()
    assert "随清单办理" in checker.get(f"/write-offs/{one}").text
    assert checker.post(f"{address}/check", {"digest": digest, "opinion": "同意上报"}).status_code == 303
    page = approver.get(address).text
    assert "清单合计超过您的审批权限" in page and "没有人可以审批这一金额" in page
    said = approver.post(f"{address}/approve", {"digest": digest, "number": "批1号"})
    assert said.status_code == 403 and "超过您的审批权限" in said.text
    assert "申报合计超过您的审批权限" in approver.get(f"/write-offs/{one}").text
    assert checker.post(f"/authority/{limit}/withdraw", {"reason": "重新授权"}).status_code == 303
    assert approver.post(f"{address}/approve", {"digest": digest, "number": "批1号"}).status_code == 303
    bare = finance.post(f"{address}/book", {"voucher": "记9号", "on": TODAY})
    amount = re.search(r"请键入 ([\d,.]+) 以确认", bare.text)
    assert bare.status_code == 422 and amount and "已入账" not in bare.text
    booking = {"voucher": "记9号", "on": TODAY, "confirm": amount[1]}
    assert finance.post(f"{address}/book", booking).status_code == 303
    assert "清单已核销入账" in finance.get(address).text
    assert "凭证 记9号" in approver.get(address).text and "2026-0001" in approver.get("/write-off-lists").text
    assert len(_cells(approver.get(f"{address}/export").data)) == 4
    assert len(_cells(approver.get("/register/report").data)) == 4

    duties = finance.get("/duties").text
    assert duties.count("呆账核销后的责任认定") == 3 and duties.count("专项审计") >= 1 and "未核验" in duties
    key = f"write_off_audit|2026|{2027}-05-31"
    assert checker.post("/duties/assign", {"duty": key, "account": finance.actor.id}).status_code == 303
    assert finance.post("/duties/acknowledge", {"duty": key}).status_code == 303
    done = {"duty": key, "on": TODAY, "paper": "审字3号", "note": ""}
    assert finance.post("/duties/done", {**done, "paper": ""}).status_code == 422
    assert finance.post("/duties/done", done).status_code == 303
    assert "审字3号" in finance.get("/duties?state=done").text


def test_the_night_that_found_a_broken_row_shows_where_people_look_and_names_no_debtor_to_an_admin(
    pages: Pages,
) -> None:
    office, checker, admin = pages.lists.office, pages[Role.FINANCE_CHECKER], pages[Role.ADMIN]
    pages.lists.paid(_unbooked(pages), "P9")
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("update payment set fen = fen + 1 where number = 'P9'")
    reckoning.run(office, TODAY, lambda _session: None)
    for visitor in (checker, admin, pages[Role.AUDITOR]):
        for path in ("/", "/ledger/nights", "/jobs"):
            page = visitor.get(path).text
            assert "payment 1" in page and "账不平" in page, path
    assert "payment 1" in checker.get("/ledger").text
    assert "payment 1" not in pages[Role.SEAL_KEEPER].get("/").text
    assert "甄借款" not in admin.get("/ledger/nights").text and "查看贷款" not in admin.get("/ledger/nights").text
    assert admin.post("/ledger/nights").status_code == 303
    assert pages[Role.FINANCE].post("/ledger/nights").status_code == 403


def _unbooked(pages: Pages) -> str:
    pages.lists.opened()
    return pages.lists.matter


def _cells(content: bytes) -> list[list[str]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
