"""The queue by keyboard: walked, opened, a draft read and approved beside its PDF, and on to the next."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import House
from tests.browser.test_deadlines import look
from tests.services.installation import CONTRACT, PLAIN, actor, document_row, drafted, matter_of

pytestmark = pytest.mark.browser


def test_a_reviewer_walks_the_queue_approves_and_goes_on_without_a_mouse(browser: Any, house: House) -> None:
    drafts = [drafted(house.office, matter_of(house.office, each), "debt_statement") for each in (CONTRACT, PLAIN)]
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{house.address}/sign-in?next=/waiting?kind=approve")
    page.fill("[name=login]", "reviewer")
    page.fill("[name=password]", house.passwords["reviewer"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/waiting?kind=approve")
    look(page)
    hrefs = page.eval_on_selector_all("a[data-row-link]", "all => all.map(each => each.getAttribute('href'))")
    focused = "document.activeElement.getAttribute('href')"
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == hrefs[place]
    here = next(place for place, each in enumerate(hrefs) if drafts[0] in each)
    page.focus(f"a[href='{hrefs[here]}']")
    page.keyboard.press("o")
    page.wait_for_url(f"**/waiting/documents/{drafts[0]}*")
    look(page)
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "comment"
    page.keyboard.type("a")
    assert page.input_value("#comment") == "a" and document_row(house.office, drafts[0]).state == "ready"
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url(lambda address: drafts[0] not in address)
    row = document_row(house.office, drafts[0])
    assert row.state == "approved" and row.approved_by == actor(house.office, "reviewer").id
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/waiting", f"/waiting/documents/{drafts[1]}"):
        page.goto(house.address + path)
        look(page)
    context.close()
