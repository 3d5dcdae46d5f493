"""An English page holds no Chinese but what people wrote, names, and the words of the law, which say that they are.

Every page is opened in English by whoever may. What is Chinese stands within an element that says `lang="zh-CN"`, or is
the name of something in this small house: whatever else is Chinese lacks its English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from legalflow.access import RIGHTS, Role
from legalflow.web.catalogue import HAN
from tests.house.test_routes import ROWS, address, routes
from tests.web.world import World, a_world

READ = ("title", "aria-label", "placeholder", "alt")
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNREAD = {"textarea", "script", "style", "template"}
LAW = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号[^;,]*")  # an instrument and its article, as it is cited
# What people wrote in this house (persons, firms, contracts, addresses), and examples of how numbers are written.
_WRITTEN = """
    样例银行股份有限公司示范支行 样例实业有限公司 甄借款 贾法定 甲律所 乙律所 个人借款合同 示范路9号 贷款.csv 授权书
    传票.pdf 某市某区人民法院 虚拟省样例市示范区甲路1号 虚拟省样例市示范区乙路2号 虚拟省样例市示范区 经营周转
    某银行 某行 某律函字第0001号 某律函字 某某 （2026）京0105民初12号 法释〔2014〕8号 费用>复利>罚息>利息>本金 经办机构
    贷款人 律师费|5000.00 某
"""
WRITTEN = re.compile("|".join(re.escape(each) for each in sorted(_WRITTEN.split(), key=len, reverse=True)))


class Reader(HTMLParser):
    """Reads a page and keeps what of it is Chinese and does not say so."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: its language, and what of its attributes is read."""
        given = {name: value or "" for name, value in attrs}
        chinese = self._is_chinese() if "lang" not in given else given["lang"].startswith("zh")
        if not chinese:
            self.found += [given[name] for name in READ if HAN.search(given.get(name, ""))]
        if tag not in EMPTY:
            self.within.append((tag, chinese or tag in UNREAD))

    def handle_endtag(self, tag: str) -> None:
        """The end of an element, and of what was left open in it."""
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """What is read between the tags."""
        if HAN.search(data) and not self._is_chinese():
            self.found.append(" ".join(data.split()))

    def _is_chinese(self) -> bool:
        return bool(self.within) and self.within[-1][1]


def chinese(page: str) -> list[str]:
    """What of an English page is Chinese, without saying so and without being written by people."""
    reader = Reader()
    reader.feed(page)
    return [text for text in reader.found if HAN.search(WRITTEN.sub("", LAW.sub("", text)))]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house with one of everything."""
    made = a_world(tmp_path_factory.mktemp("english"))
    yield made
    made.office.database.close()


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<p>未译<b lang="zh-CN">甲</b></p>', ["未译"]),
        ('<p lang="zh-CN">甲<b>乙</b></p><i title="提示"></i>', ["提示"]),
        ("<p>of 甲律所</p><textarea>理由</textarea>", []),
        ('<p lang="zh-CN"><span lang="en">词</span></p>', ["词"]),
    ],
)
def test_chinese_is_found_where_it_does_not_say_so(page: str, found: list[str]) -> None:
    assert chinese(page) == found


def test_no_english_page_holds_chinese_of_ours(world: World) -> None:
    visitors, lacking = {role: world.visitor(role) for role in Role}, {}
    for visitor in visitors.values():
        visitor.client.set_cookie("legalflow_language", "en")
    for endpoint, method, pattern in routes(world):
        able = [role for role in Role if any(role in RIGHTS[right] for right in ROWS.get(endpoint, ()))]
        if method == "GET" and able:
            answer = visitors[able[0]].get(address(endpoint, pattern, world.places["own"]))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                lacking |= dict.fromkeys(chinese(answer.text), endpoint)
    assert not lacking, "add these to templates/web/en/, or mark them with lang: " + "; ".join(
        f"{endpoint}: {text}" for text, endpoint in sorted(lacking.items())
    )


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/matters/{matter}/reverse", {"sequence": "", "reason": ""}),
        ("/exhibits/{exhibit}/withdraw", {"reason": " "}),
        ("/deadlines/{deadline}/acknowledge", {"last_day": "2020-01-01"}),
        ("/loans/{loan}/payments", {"on": "x", "amount": "-1"}),
        ("/matters/{matter}/record?name=FeePaid", {"name": "FeePaid", "on": "2027-01-01"}),
    ],
)
def test_a_refusal_is_english_too(world: World, path: str, form: dict[str, str]) -> None:
    role = Role.REVIEWER if "reverse" in path else Role.FINANCE if "payments" in path else Role.COUNSEL
    visitor = world.visitor(role)
    visitor.client.set_cookie("legalflow_language", "en")
    answer = visitor.post(path.format(**world.places["own"].ids), form)
    assert answer.status_code in {409, 422} and "alert-danger" in answer.text
    assert not chinese(answer.text)
