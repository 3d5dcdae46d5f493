"""Where one may go: pages and actions in one list, of which menu, keys and the field that goes anywhere are made.

Which right a page asks is not said here: its door says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from legalflow.web.door import actor, door_of
from legalflow.web.language import english


@dataclass(frozen=True)
class Way:
    """A page or an action in both languages, its endpoint and what it is asked; `key` opens it after the letter g."""

    zh: str
    en: str
    endpoint: str
    values: tuple[tuple[str, str], ...] = ()
    key: str = ""

    @property
    def said(self) -> str:
        """Its words in the language of the page."""
        return self.en if english() else self.zh

    @property
    def address(self) -> str:
        """Where it is."""
        return url_for(self.endpoint, **dict(self.values))

    @property
    def open(self) -> bool:
        """Whether its door lets the actor in."""
        here = door_of(self.endpoint)
        return here is not None and (not here.rights or any(map(actor().may, here.rights)))

    @property
    def counts(self) -> bool:
        """Whether the number of what waits stands beside it."""
        return self.endpoint == "waiting.listed"


@dataclass(frozen=True)
class Group:
    """Pages that unfold under one heading of the menu."""

    zh: str
    en: str
    ways: tuple[Way, ...]

    @property
    def said(self) -> str:
        """Its words in the language of the page."""
        return self.en if english() else self.zh


@dataclass(frozen=True)
class Top:
    """What stands in the menu: a page, or a heading with those of its pages that are open to the actor."""

    said: str
    ways: tuple[Way, ...]
    folded: bool
    here: Way | None


MENU: tuple[Way | Group, ...] = (
    Way("工作台", "Home", "dashboard.first", key="h"),
    Way("待我处理", "Waiting for me", "waiting.listed", key="w"),
    Way("贷款", "Loans", "loans.listed", key="l"),
    Way("案件", "Matters", "matters.listed", key="m"),
    Way("期限", "Deadlines", "deadlines.listed", key="d"),
    Way("律所工作台", "My firm's matters", "firm.board"),
    Group(
        "办案",
        "Casework",
        (
            Way("批量任务", "Batches", "batches.listed"),
            Way("用印", "Sealing", "seals.listed"),
            Way("用印登记簿", "Register of seals", "seals.register"),
            Way("律所提报", "Facts proposed by firms", "proposals.listed"),
            Way("提取文件", "Fetch files", "firm.code_form"),
            Way("查封到期一览", "Measures by last day", "assets.measures"),
            Way("期限月历", "Deadlines by month", "deadlines.month"),
            Way("导入", "Imports", "imports.listed"),
            Way("图表", "Charts", "dashboard.drawn"),
        ),
    ),
    Group(
        "核销与资金",
        "Write-off and money",
        (
            Way("核销", "Write-offs", "finance.listed"),
            Way("核销清单", "Lists of write-offs", "off_lists.listed"),
            Way("核销后职责", "Duties after write-off", "duties.listed"),
            Way("审批权限", "Limits of authority", "authority.shown"),
            Way("到账匹配", "Receipts", "ledger.receipts"),
            Way("两本账核对", "Two ledgers compared", "ledger.balance"),
            Way("每夜核对", "Nightly check", "nights.listed"),
            Way("期初余额", "Opening balances", "openings.listed"),
            Way("核销凭证", "Vouchers", "ledger.vouchers"),
            Way("账销案存登记簿", "Register of claims written off", "ledger.register"),
            Way("每日债权", "Daily claims", "portfolio.shown"),
        ),
    ),
    Group(
        "管理",
        "Administration",
        (
            Way("管理概况", "Overview", "operation.hub"),
            Way("账户", "Accounts", "accounts.listed"),
            Way("律所名册", "Law firms", "firms.listed"),
            Way("机构", "Units", "units.listed"),
            Way("贷款人", "Lenders", "lenders.listed"),
            Way("法院名录", "Courts", "courts.listed"),
            Way("法律数据", "Law data", "law.listed"),
            Way("任务", "Work", "admin.jobs"),
            Way("邮件", "Mail", "operation.mail"),
            Way("保存期限", "How long records are kept", "operation.retention"),
            Way("审计记录", "Audit trail", "audit.listed"),
        ),
    ),
)
# Beside the menu, or found by their words alone.
HELP = Way("帮助", "Help", "dashboard.glossary")
OTHERS = (
    Way("我负责的期限", "My deadlines", "deadlines.listed", (("mine", "yes"),)),
    Way("新增贷款", "Add a loan", "loans.new"),
    Way("新建核销清单", "New list of write-offs", "off_lists.new"),
    HELP,
    Way("修改密码", "Change password", "auth.password_form"),
    Way("语言与外观", "Language and look", "language.screen"),
)
WAYS: tuple[Way, ...] = (
    tuple(way for each in MENU for way in (each.ways if isinstance(each, Group) else (each,))) + OTHERS
)
# Pages that belong to a subject whose list stands in the menu.
_UNDER = {
    "assets": "matters.listed",
    "contacts": "matters.listed",
    "costs": "matters.listed",
    "debtors": "loans.listed",
    "documents": "matters.listed",
    "evidence": "matters.listed",
    "firm": "matters.listed",
    "lists": "matters.listed",
    "sources": "loans.listed",
}


def open_ways() -> list[Way]:
    """All pages and actions that are open to the actor."""
    return [way for way in WAYS if way.open]


def tops() -> Iterator[Top]:
    """The menu as the actor sees it, with the page one is on; a heading with one page left is that page."""
    here = _here(request.endpoint or "")
    for each in MENU:
        among = each.ways if isinstance(each, Group) else (each,)
        ways = tuple(way for way in among if way.open)
        if ways:
            folded = len(ways) > 1
            said = each.said if folded else ways[0].said
            yield Top(said, ways, folded, here if here in ways else None)


def _here(endpoint: str) -> Way | None:
    """The way of the list that a page belongs to: its own, else that of its subject."""
    listed = [way for way in WAYS if not way.values]
    own = [way for way in listed if way.endpoint == endpoint]
    part = endpoint.partition(".")[0]
    under = [way for way in listed if way.endpoint == _UNDER.get(part)]
    return next(iter(own or under or [way for way in listed if way.endpoint.startswith(f"{part}.")]), None)
