"""The pages by keyboard: lists, search, the next matter, saving, what was done and taken back, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import House

pytestmark = pytest.mark.browser

RING = """() => {
  const shown = getComputedStyle(document.activeElement);
  return (shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 1) || shown.boxShadow !== "none";
}"""
FOCUSED = "document.activeElement.getAttribute('href')"


@pytest.fixture
def page(browser: Any, house: House) -> Any:
    """A counsel's page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    shown = context.new_page()
    shown.goto(f"{house.address}/sign-in?next=/matters")
    shown.fill("[name=login]", "counsel")
    shown.fill("[name=password]", house.passwords["counsel"])
    shown.get_by_role("button", name="登录").click()
    shown.wait_for_url("**/matters")
    yield shown
    context.close()


def test_a_list_is_walked_ticked_searched_and_left_by_keyboard(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip" and page.evaluate(RING)
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("?")
    assert page.evaluate("document.getElementById('key-help').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('key-help').open")
    page.keyboard.press("/")
    page.keyboard.type("jxa?")  # somebody types: no key is a command
    assert page.input_value("#find") == "jxa?" and page.locator("tr.ticked").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "find"
    rows = page.eval_on_selector_all(
        "[data-list-row]", "all => all.map(each => each.querySelector('a').getAttribute('href'))"
    )
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == rows[place]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RING), scheme
    page.keyboard.press("x")
    assert page.locator("tr.ticked").count() == 1
    page.keyboard.press("a")
    assert page.locator("tr.ticked").count() == len(rows)
    page.keyboard.press("o")
    page.wait_for_url(f"**{rows[0]}")
    page.keyboard.press("Control+ArrowRight")
    page.wait_for_url(lambda address: "/matters/" in address and rows[0].split("?")[0] not in address)
    page.keyboard.press("Control+ArrowLeft")
    page.wait_for_url(f"**{rows[0].split('?')[0]}*")


def test_a_form_is_saved_by_keyboard_and_what_it_did_is_said_and_taken_back_where_it_stands(
    page: Any, house: House
) -> None:
    page.goto(f"{house.address}/deadlines/reminders")
    page.fill("[name=address]", "counsel@example.com")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#told")
    assert page.evaluate("document.activeElement.id") == "told"
    assert page.evaluate("document.getElementById('told').nextElementSibling.getAttribute('action')").endswith(
        "/deadlines/reminders"
    )
    page.locator("#told button").click()
    page.wait_for_function("document.querySelector('[name=address]').value === ''")
    assert "已撤销" in page.inner_text("#told")
    page.reload()
    assert page.locator("#told").count() == 0  # said once
