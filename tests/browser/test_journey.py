"""One matter clicked through in Chromium from loan to recovered money, each page free of axe findings and errors."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.conftest import AXE, House

pytestmark = pytest.mark.browser

CONTRACT = "示银个借字〔2024〕第0001号"
COURT = "示例市示例区人民法院"
PARTIES = ("陈示例", "王示例", "示例银行股份有限公司")


class Person:
    """Somebody before a browser; every page seen is looked through by axe once, and the console stays empty."""

    def __init__(self, page: Any, address: str, said: list[str], seen: set[str]) -> None:
        self.page, self.address, self.said, self.seen = page, address, said, seen

    def go(self, path: str) -> None:
        """Open a page."""
        answer = self.page.goto(self.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look()

    def look(self) -> None:
        """Hold the page against axe, once for each kind of page: its address without our ids."""
        kind = re.sub(r"[0-9a-f]{20}", "*", self.page.evaluate("location.pathname"))
        if kind in self.seen:
            return
        self.seen.add(kind)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
        )
        assert not found, f"{self.page.url}: {found}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is wider than the window by {wide}"

    def press(self, words: str) -> None:
        """Press a button by its words and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).first.click()
        problem = self.page.locator(".alert-danger")
        assert problem.count() == 0, problem.first.inner_text()
        assert self.page.locator(".empty-header").count() == 0, self.page.inner_text("main")
        self.look()

    def wait_for(self, words: str) -> None:
        """Wait until the page, asking by itself, shows words."""
        self.page.get_by_text(words, exact=True).first.wait_for(timeout=60_000)
        self.look()

    def fill(self, values: dict[str, str]) -> None:
        """Fill a form by the names of its fields."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "checkbox":
                for part in value.split("\n"):
                    self.page.locator(f"main [name='{name}'][value='{part}']").check()
            else:
                field.fill(value)


@pytest.fixture
def person(browser: Any, house: House) -> Any:
    """Sign somebody in; at the end nothing was said in any console."""
    said: list[str] = []
    seen: set[str] = set()
    there: dict[tuple[str, datetime], Person] = {}

    @contextmanager
    def as_(login: str) -> Any:
        if (login, house.clock.at) in there:  # still signed in
            yield there[login, house.clock.at]
            return
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        somebody = Person(page, house.address, said, seen)
        somebody.go("/sign-in")
        somebody.fill({"login": login, "password": house.passwords[login]})
        somebody.press("登录")
        there[login, house.clock.at] = somebody
        yield somebody

    yield as_
    for somebody in there.values():
        somebody.page.context.close()
    assert not said


def record(somebody: Person, matter: str, name: str, on: str, **values: str) -> None:
    """Record what happened on the page that asks for it."""
    somebody.go(f"{matter}/record?name={name}")
    somebody.fill({"on": on, **values})
    somebody.press("登记")


def document(person: Any, matter: str, kind: str, approver: str, **values: str) -> str:
    """Have a document made by counsel, approved by another and sealed by a third; its address."""
    with person("counsel") as counsel:
        counsel.go(f"{matter}/documents/new?kind={kind}")
        counsel.fill(values)
        counsel.press("制作文书")
        counsel.wait_for("草稿，待复核")
        assert counsel.page.get_by_text("本人申请制作的文书须由另一人复核。").is_visible()
        address = counsel.page.url.removeprefix(counsel.address)
        with counsel.page.expect_download() as download:
            counsel.page.get_by_role("link", name="DOCX").click()
        assert download.value.suggested_filename.endswith(".docx")
    with person(approver) as other:
        other.go("/")
        other.go(address)
        other.press("批准这一版")
    with person("seal") as keeper:
        keeper.go(address)
        asked = keeper.page.locator("#confirm-seal")  # a seal is not taken off again
        asked.fill(asked.get_attribute("placeholder") or "")
        keeper.press("用印")
        assert keeper.page.evaluate("document.activeElement.id") == "told"  # said where it was clicked
        assert keeper.page.get_by_text("已用印", exact=True).first.is_visible()
    return address


def test_a_matter_is_clicked_through_from_loan_to_recovered_money(house: House, person: Any) -> None:
    with person("counsel") as counsel:
        counsel.go("/loans")
        counsel.fill({"find": "陈示例"})
        counsel.press("查找")
        assert "陈" not in counsel.page.url and "%E9" not in counsel.page.url
        counsel.page.get_by_role("link", name="陈示例", exact=True).click()
        assert counsel.page.get_by_text(CONTRACT).first.is_visible()
        counsel.page.get_by_text("步计算").first.click()
        counsel.look()
        counsel.press("显示完整号码")
        counsel.page.get_by_role("link", name="案件 2026-").click()
        matter = counsel.page.url.removeprefix(counsel.address).partition("#")[0]
        record(counsel, matter, "MaterialsChecked", "2026-11-24")
        record(counsel, matter, "DemandStarted", "2026-11-24")
        counsel.page.get_by_text("委派律所", exact=True).last.click()
        counsel.page.locator("select[name=firm]").select_option(label="示例甲律师事务所")
        counsel.press("委派")
    letter = document(person, matter, "lawyer_letter", "lawyer", addressee="陈示例")
    with person("counsel") as counsel:
        identity = letter.rpartition("/")[2]
        record(
            counsel,
            matter,
            "DocumentServed",
            "2026-11-24",
            document=identity,
            party="陈示例",
            mode="post",
            tracking="E1",
        )
        record(counsel, matter, "DemandDelivered", "2026-11-24", party="陈示例", mode="direct")
        record(counsel, matter, "SuitDecided", "2026-11-24")
        counsel.go(f"{matter}/evidence")
        counsel.page.get_by_role("link", name="修改说明与次序").first.click()
        counsel.look()
        counsel.press("保存")
        counsel.go(f"{matter}/bundles")
        counsel.page.get_by_role("button", name="装订现有").click()
        counsel.wait_for("已装订")
        bundle = counsel.page.url.rpartition("/")[2]
        counsel.press("为示例甲律师事务所生成提取码")
        code = counsel.page.locator(".alert-success .code").inner_text()
    with person("lawyer") as lawyer:
        lawyer.go("/")
        lawyer.go("/received")
        lawyer.fill({"code": code})
        with lawyer.page.expect_download() as download:
            lawyer.page.get_by_role("button", name="下载").click()
        assert download.value.suggested_filename.endswith(".pdf")
        assert code not in lawyer.page.url
    complaint = document(person, matter, "civil_complaint_financial_loan", "reviewer")
    with person("counsel") as counsel:
        filed = {"document": complaint.rpartition("/")[2], "bundle": bundle, "defendants": "陈示例\n王示例"}
        record(counsel, matter, "FilingSubmitted", "2026-11-24", court=COURT, **filed)
        record(
            counsel,
            matter,
            "CaseAccepted",
            "2026-11-24",
            case_number="(2026)京0105民初123号",
            court=COURT,
            procedure="ordinary",
        )
    _judged_and_enforced(house, person, matter)
    _written_off_and_recovered(person, matter)


def _judged_and_enforced(house: House, person: Any, matter: str) -> None:
    house.clock.at = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
    with person("counsel") as counsel:
        record(
            counsel,
            matter,
            "JudgmentGiven",
            "2026-12-20",
            number="（2026）京0105民初123号",
            body=COURT,
            kind="judgment",
            cause="金融借款合同纠纷",
            operative="一、被告陈示例于本判决生效之日起十日内偿还原告借款本金；\n二、驳回其他诉讼请求。",
            principal="88000.00",
            interest="3000.00",
            interest_until="2026-11-24",
            interest_rate="10.8%",
            interest_base="88000.00",
            performance_days="10",
            parties="\n".join(PARTIES),
        )
        for party in PARTIES:
            record(counsel, matter, "JudgmentServed", "2026-12-28", party=party, mode="direct")
        record(counsel, matter, "JudgmentTookEffect", "2027-01-13", performance_last_day="2027-01-25")
        record(counsel, matter, "EnforcementPrepared", "2027-02-01")
    application = document(person, matter, "enforcement_application", "reviewer")
    with person("counsel") as counsel:
        identity = application.rpartition("/")[2]
        record(counsel, matter, "EnforcementSubmitted", "2027-02-02", document=identity, court=COURT)
        record(counsel, matter, "EnforcementAccepted", "2027-02-05", case_number="(2027)京0105执88号", court=COURT)
        record(counsel, matter, "EnforcementStayed", "2027-02-20", number="(2027)京0105执88号之一", unpaid="88000.00")
        counsel.go(matter)


def _written_off_and_recovered(person: Any, matter: str) -> None:
    with person("finance") as finance:
        finance.go(f"{matter}/write-off")
        finance.page.locator("select[name=criterion]").select_option(value="enforcement_failed")
        finance.fill(
            {
                "on_balance_interest": "1000.00",
                "outstanding_on_balance_interest": "1000.00",
                "off_balance_interest": "500.00",
                "outstanding_off_balance_interest": "500.00",
            }
        )
        finance.press("提交申报")
        address = finance.page.url.removeprefix(finance.address)
    with person("checker") as checker:
        checker.go("/")
        checker.go(address)
        checker.fill({"opinion": "同意上报"})
        checker.press("复核通过")
    with person("approver") as approver:
        approver.go("/")
        approver.go(address)
        approver.fill({"number": "批〔2027〕1号"})
        approver.press("批准")
    with person("finance") as finance:
        finance.go(address)
        amount = finance.page.get_attribute("#book-confirm", "placeholder")
        finance.fill({"voucher": "记-2027-001", "confirm": amount})
        finance.press("核销入账")
        finance.page.locator("#recovery-number").fill("HS1")
        finance.page.locator("#recovery-amount").fill("2000.00")
        finance.press("登记收回")
        still = finance.page.locator("section", has_text="账销案存余额").inner_text()
        assert "账销案存余额" in still
        assert finance.page.get_by_text("-500.00").is_visible()
        assert finance.page.get_by_text("-1,500.00").is_visible()
        finance.go("/write-offs")
    with person("auditor") as auditor:
        auditor.go("/audit")
    with person("admin") as admin:
        for path in ("/", "/jobs", "/accounts", "/audit", "/help"):
            admin.go(path)


def test_the_pages_fit_a_narrow_window(house: House, person: Any) -> None:
    with person("counsel") as counsel:
        counsel.page.set_viewport_size({"width": 390, "height": 800})
        counsel.seen.clear()
        for path in ("/", "/loans", "/matters", "/imports", "/loans/new", "/jobs", "/help"):
            counsel.go(path)
        counsel.page.goto(house.address + "/matters")
        counsel.page.locator("main tbody a").first.click()
        counsel.look()
