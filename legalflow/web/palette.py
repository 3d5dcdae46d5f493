"""Going somewhere by a few letters: matters, loans, pages and what one may do, as a page or as a fragment of one.

What is looked for may be a person's name: it is sent in a form's body, never in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.persistence.searching import plain
from legalflow.services import reaching
from legalflow.values.pinyin import readings
from legalflow.web.door import actor, door, office
from legalflow.web.language import english

pages = Blueprint("palette", __name__)

_LONGEST = 100  # characters looked for


@dataclass(frozen=True)
class Way:
    """A page or an action: its words, the right any of which it asks (none: everybody), the endpoint and its values."""

    zh: str
    en: str
    endpoint: str
    rights: tuple[Right, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        """Its words in the language of the page."""
        return self.en if english() else self.zh


WAYS = (
    Way("工作台", "Home", "dashboard.first"),
    Way("案件", "Matters", "matters.listed", (Right.VIEW,)),
    Way("贷款", "Loans", "loans.listed", (Right.VIEW,)),
    Way("期限", "Deadlines", "deadlines.listed", (Right.VIEW,)),
    Way("我负责的期限", "My deadlines", "deadlines.listed", (Right.ACKNOWLEDGE,), (("mine", "yes"),)),
    Way("期限月历", "Deadlines by month", "deadlines.month", (Right.VIEW,)),
    Way("图表", "Charts", "dashboard.drawn", (Right.VIEW,)),
    Way("导入", "Imports", "imports.listed", (Right.IMPORT,)),
    Way("新增贷款", "Add a loan", "loans.new", (Right.IMPORT,)),
    Way("核销", "Write-offs", "finance.listed", (Right.VIEW_MONEY,)),
    Way("到账匹配", "Receipts", "ledger.receipts", (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF)),
    Way("账销案存登记簿", "Register of claims written off", "ledger.register", (Right.VIEW_MONEY,)),
    Way("每日债权", "Daily claims", "portfolio.shown", (Right.VIEW_MONEY, Right.OPERATE)),
    Way("法律数据", "Law data", "law.listed", (Right.READ_LAW,)),
    Way("任务", "Work", "admin.jobs"),
    Way("账户", "Accounts", "accounts.listed", (Right.OPERATE,)),
    Way("律所", "Law firms", "firms.listed", (Right.OPERATE,)),
    Way("审计记录", "Audit trail", "audit.listed", (Right.READ_AUDIT,)),
    Way("修改密码", "Change password", "auth.password_form"),
    Way("帮助", "Help", "dashboard.glossary"),
)


@pages.get("/find")
@door()
def form() -> Any:
    """Where one may look for anything; before that, where one may go."""
    return _shown("")


@pages.post("/find")
@door(takes=("find",))
def find() -> Any:
    """What fits: as options of the list that the script shows, or without it as a page of links."""
    return _shown(request.form.get("find", "").strip()[:_LONGEST])


def _shown(looked_for: str) -> str:
    found = {
        "find": looked_for,
        "reached_matters": reaching.matters(office(), actor(), looked_for),
        "reached_loans": reaching.loans(office(), actor(), looked_for),
        "ways": [(each.said, url_for(each.endpoint, **dict(each.values))) for each in _ways(looked_for)],
    }
    return render_template("find_results.html" if request.headers.get("HX-Request") else "find.html", **found)


def _ways(looked_for: str) -> list[Way]:
    """The pages this role may open whose Chinese, English or spelled name holds the letters."""
    may = [each for each in WAYS if not each.rights or any(actor().may(right) for right in each.rights)]
    letters = plain(looked_for)
    if not letters:
        return may[: reaching.MOST]
    fit = [each for each in may if _fits(letters, each)]
    return fit[: reaching.MOST]


def _fits(letters: str, way: Way) -> bool:
    named = letters in plain(way.zh) or letters in plain(way.en)
    return named or any(each.startswith(letters) for each in readings(way.zh))
