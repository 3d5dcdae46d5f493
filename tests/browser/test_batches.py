"""A batch by its pages: all that match looked at, confirmed by their number, followed over a reload, packed, released.

Each page as a telephone shows it, held against axe and against its width.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from legalflow.access import SYSTEM, Role
from legalflow.app import create_app
from legalflow.office import Office
from legalflow.persistence.tables import AccountRow
from legalflow.services import admitting, lending
from tests.browser.conftest import work_off
from tests.browser.test_deadlines import look
from tests.builders import a_kept_loan, a_loan, an_account, an_office

pytestmark = pytest.mark.browser

LOANS = 52  # more than a page shows, and more than are begun without typing how many, also without one
PASSWORD = "cedar-lantern-41-orbit"
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """A small house with loans of one debtor, and the address of its pages; work waits until it is worked off."""
    office = an_office(tmp_path, today="2026-11-24")
    lending.add_lender(office, SYSTEM, a_loan().parties[0], ())
    counsel, reviewer = (an_account(office, role) for role in (Role.COUNSEL, Role.REVIEWER))
    with office.database.writing() as session:
        for account in (counsel, reviewer):
            row = session.get(AccountRow, account.id)
            assert row is not None
            admitting.set_password(session, row, PASSWORD)
    for number in range(LOANS):
        a_kept_loan(office, a_loan(contract_number=f"JK-{number:03}"))
    server = make_server("127.0.0.1", 0, create_app(office), threaded=True)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield office, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join(30)
    server.server_close()
    office.database.close()


def signed_in(browser: Any, address: str, login: str, path: str) -> Any:
    """A page that somebody came to by signing in."""
    page = browser.new_context(viewport=WIDE, locale="zh-CN").new_page()
    page.goto(f"{address}/sign-in?next={path}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{path}")
    return page


def press(page: Any, name: str, then: str) -> None:
    """Press a button and wait for words of the page that follows."""
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_text(then).first.wait_for()


def look_narrow(page: Any) -> None:
    """Hold the page against axe and a telephone's width, then go on at a desk."""
    page.set_viewport_size(NARROW)
    look(page)
    page.set_viewport_size(WIDE)


def test_all_that_match_are_looked_at_confirmed_followed_and_their_files_released_by_another(
    browser: Any, served: tuple[Office, str]
) -> None:
    office, address = served
    page = signed_in(browser, address, "counsel", "/loans")
    press(page, f"批量办理符合条件的全部 {LOANS} 项", f"贷款 {LOANS} 项")
    page.locator("section", has_text="为尚未立案件的贷款").get_by_role("button", name="预览").click()
    page.get_by_text("没有后台进程").wait_for()
    work_off(office)
    page.get_by_text("预览：尚未办理任何一笔").wait_for()  # the page asks by itself
    assert page.get_by_text(f"同一债务人有多笔：{LOANS}").is_visible()
    look_narrow(page)
    page.get_by_label("剔除第 3 笔").check()
    page.get_by_label("输入剔除之后").fill(str(LOANS))
    press(page, "确认办理", "请输入将要办理的笔数")
    page.get_by_label("剔除第 3 笔").check()
    page.get_by_label("输入剔除之后").fill(str(LOANS - 1))
    press(page, "确认办理", "办理中")
    page.reload()
    assert page.get_by_text(f"0 / {LOANS - 1} 笔（0%）").is_visible(), "still there after a reload"
    work_off(office)
    page.get_by_text(f"完成 {LOANS - 1}，跳过 1，失败 0").wait_for()
    _documents(browser, office, address, page)


def _documents(browser: Any, office: Office, address: str, page: Any) -> None:
    """Two matters ticked, their statements of debt made and packed, released by the reviewer, then downloaded."""
    page.goto(f"{address}/matters")
    for tick in page.locator("input[name=only]").all()[:2]:
        tick.check()
    press(page, "批量办理所选 2 项", "案件 2 项")
    page.get_by_label("文书种类").select_option("debt_statement")
    press(page, "填写共同内容", "以下内容全批相同")
    page.get_by_label("计算截止日").fill("2026-11-20")
    page.locator("section", has_text="以下内容全批相同").get_by_role("button", name="预览").click()
    page.get_by_text("预览中").first.wait_for()
    work_off(office)
    page.get_by_text("抽样 2 份").wait_for()
    press(page, "确认办理", "办理中")
    work_off(office)
    page.get_by_text("完成 2，跳过 0，失败 0").wait_for()
    press(page, "打包全部文书（ZIP）", "正在打包")
    work_off(office)
    page.get_by_text("等待发起人以外的法务复核").wait_for()
    assert page.get_by_role("link", name="-文书.zip").count() == 0
    other = signed_in(browser, address, "reviewer", page.url.removeprefix(address))
    other.get_by_label("放行后文件可被下载带出").fill("2")
    press(other, "放行", "放行。")
    page.reload()
    look_narrow(page)
    with page.expect_download() as pack:
        page.get_by_role("link", name="-文书.zip").click()
    with zipfile.ZipFile(pack.value.path()) as archive:
        assert archive.testzip() is None and len(archive.namelist()) == 5, "each in DOCX and PDF, and what is in it"
    page.goto(f"{address}/batches")
    look_narrow(page)
    for each in (page, other):
        each.context.close()
