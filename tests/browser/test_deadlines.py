"""Deadlines by keyboard and on a narrow screen: list, one deadline, month and reminders, each free of axe findings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import AXE, House

pytestmark = pytest.mark.browser

AXE_SAYS = "axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"


def look(page: Any) -> None:
    """Hold a page against axe and against its window's width."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(AXE_SAYS) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_deadlines_are_walked_by_keyboard_acknowledged_and_read_on_a_telephone(browser: Any, house: House) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{house.address}/sign-in?next=/deadlines")
    page.fill("[name=login]", "counsel")
    page.fill("[name=password]", house.passwords["counsel"])
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/deadlines")
    look(page)
    focused = "document.activeElement.getAttribute('href')"
    hrefs = page.eval_on_selector_all("a[data-row-link]", "all => all.map(each => each.getAttribute('href'))")
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == hrefs[place]
    page.focus("#kind")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "kind", "not while somebody chooses"
    page.focus(f"a[href='{hrefs[1]}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{hrefs[1]}")
    look(page)
    page.get_by_text("指定负责人和替补").click()
    page.get_by_label("替补", exact=True).select_option(label="袁复核（法务复核）")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("袁复核", exact=True).wait_for()
    page.get_by_role("button", name="确认：我已知悉").click()
    page.get_by_text("方经办，20").wait_for()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/deadlines", hrefs[1], "/deadlines/month?month=2026-10", "/deadlines/reminders"):
            page.goto(house.address + path)
            look(page)
    page.goto(f"{house.address}/deadlines/reminders")
    page.get_by_role("button", name="生成订阅链接").click()
    assert "/calendar/" in page.locator(".alert-success").inner_text()
    look(page)
    context.close()
    assert not said
