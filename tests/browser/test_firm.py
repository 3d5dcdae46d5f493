"""A firm's journey: take what was handed over, say so, see what changed, propose a fact; and counsel confirms it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import BundleRow
from legalflow.services import bundling, keeping, sharing
from tests.browser.conftest import House
from tests.browser.test_deadlines import look
from tests.hostile import makers
from tests.services.installation import SECURED, actor, matter_of

pytestmark = pytest.mark.browser


def signed_in(browser: Any, house: House, login: str, path: str, said: list[str]) -> Any:
    """A page of somebody signed in; what goes wrong in it is said to `said`."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{house.address}/sign-in?next={path}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", house.passwords[login])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{path}")
    return page


def bound(office: Office, matter: str, page: Any) -> str:
    """The bundle of the exhibits at hand, made by the worker."""
    bundle = bundling.request_bundle(office, actor(office, "counsel"), matter)
    for _ in range(300):
        with office.database.reading() as session:
            if session.exec(select(BundleRow.state).where(BundleRow.id == bundle)).one() == "ready":
                return bundle
        page.wait_for_timeout(200)
    raise AssertionError("the bundle was not made")


def test_a_firm_takes_confirms_reads_what_changed_and_proposes_and_counsel_confirms(
    browser: Any, house: House, tmp_path: Path
) -> None:
    office, said = house.office, list[str]()
    counsel, matter = actor(office, "counsel"), matter_of(office, SECURED)
    lawyer = signed_in(browser, house, "lawyer", "/firm", said)
    first = bound(office, matter, lawyer)
    sharing.hand_over(office, counsel, "bundle", first, days=3, uses=5, direct=True)
    lawyer.reload()
    look(lawyer)
    lawyer.get_by_role("link", name="待下载 1 件").click()
    with lawyer.expect_download() as download:
        lawyer.get_by_role("button", name="下载证据材料").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    lawyer.reload()
    lawyer.get_by_role("button", name="确认收到证据材料").click()
    lawyer.get_by_text("已回执", exact=True).wait_for()
    look(lawyer)

    two = makers.pdf_bytes(lambda _: None, pages=2)
    keeping.add_exhibit(office, counsel, matter, "补充.pdf", two, name="补充协议", group=1)
    for _ in range(300):
        with office.database.reading() as session:
            names = [row.name for row in keeping.bindable(repositories.exhibits(session, matter))]
        if "补充协议" in names:
            break
        lawyer.wait_for_timeout(200)
    second = bound(office, matter, lawyer)
    lawyer.goto(f"{house.address}/bundles/{second}/changes")
    look(lawyer)
    assert lawyer.get_by_role("cell", name="补充协议").count() == 1
    with lawyer.expect_download() as pack:
        lawyer.get_by_role("link", name="只下载变更页").click()
    assert "变更页" in pack.value.suggested_filename

    paper = tmp_path / "裁定书.pdf"
    paper.write_bytes(makers.pdf_bytes(lambda _: None, pages=1))
    lawyer.goto(f"{house.address}/matters/{matter}/propose?name=RulingServed")
    look(lawyer)
    lawyer.fill("main [name=on]", "2026-11-23")
    lawyer.select_option("main [name=about]", "preservation")
    lawyer.select_option("main [name=party]", "示例银行股份有限公司")
    lawyer.set_input_files("main [name=file]", str(paper))
    lawyer.select_option("main [name=paper_kind]", "ruling")
    lawyer.get_by_role("button", name="提报", exact=True).click()
    lawyer.get_by_text("待确认", exact=True).wait_for()

    page = signed_in(browser, house, "counsel", "/proposals", said)
    look(page)
    page.get_by_role("link", name="裁定送达").first.click()
    page.get_by_role("button", name="确认并登记").wait_for()
    look(page)
    page.get_by_role("button", name="确认并登记").click()
    page.get_by_text("何示例提报，方经办确认于").first.wait_for()
    for width in (1280, 360):
        for who, path in ((lawyer, "/firm"), (lawyer, f"/matters/{matter}/firm"), (page, f"/matters/{matter}/firm")):
            who.set_viewport_size({"width": width, "height": 800})
            who.goto(house.address + path)
            look(who)
    for each in (lawyer, page):
        each.context.close()
    assert not said
