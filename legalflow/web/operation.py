"""The house at a glance for its administrator, and the mail it sends. No debtor is named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import corresponding, overseeing, retaining
from legalflow.services.overseeing import Concern
from legalflow.web.door import actor, door, office, once

pages = Blueprint("operation", __name__)

# What is said of each concern, what to do, and the page where it is done.
_SAID: dict[str, tuple[str, str, str]] = {
    "work": ("停止的任务", "看原因，更正后重新运行", "admin.jobs"),
    "mail": ("没有发出的邮件", "看原因，更正设置后重新发送", "operation.mail"),
    "ledger": ("账务核对没有通过", "看不平的行，冲销更正", "nights.listed"),
    "store": ("文件存储不能读写", "检查存储目录的权限和空间", ""),
    "late_work": ("任务已等待的分钟数", "检查后台进程是否在运行", "admin.jobs"),
    "silent": ("没有响应的后台进程", "在服务器上重新启动", ""),
    "disk": ("磁盘已用（%）", "扩容或清理", ""),
    "lender_account": ("待确认的收款账户", "由提出人以外的人核对后确认", "lenders.listed"),
    "seal": ("没有公章印模的贷款人", "上传印模，或在纸质件上盖章", "lenders.listed"),
    "law": ("含未核验数值的法律数据", "与官方文本核对", "law.listed"),
    "courts": ("未核验的法院名称", "与官方名录核对", "courts.listed"),
    "checkpoint": ("两日内没有审计检查点", "检查定时进程；运行 legalflow audit verify", "audit.listed"),
    "no_mail": ("未设置邮件服务器", "邮件存为文件，不会发出", "operation.mail"),
}
_GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "人员",
        (("账户", "accounts", "accounts.listed"), ("律所", "firms", "firms.listed"), ("机构", "units", "units.listed")),
    ),
    (
        "机构资料",
        (
            ("贷款人", "lenders", "lenders.listed"),
            ("印模", "seals", "lenders.listed"),
            ("法院名录", "courts", "courts.listed"),
            ("审批权限", "limits", "authority.shown"),
        ),
    ),
    (
        "运行",
        (
            ("任务", "jobs", "admin.jobs"),
            ("邮件", "mails", "operation.mail"),
            ("审计", "", "audit.listed"),
            ("保存期限", "", "operation.retention"),
        ),
    ),
    ("法律", (("法律数据", "", "law.listed"),)),
)


@pages.get("/admin")
@door(Right.OPERATE)
def hub() -> Any:
    """What needs attention first, then everything there is to administer."""
    house = overseeing.house(office(), actor())
    return render_template(
        "admin_hub.html",
        house=house,
        concerns=[_told(each) for each in house.concerns],
        groups=[
            (name, [(words, house.counts.get(count, ""), url_for(page)) for words, count, page in lines])
            for name, lines in _GROUPS
        ],
    )


@pages.get("/admin/mail")
@door(Right.OPERATE)
def mail(digest_id: str = "") -> Any:
    """How mail is set, and what went out and what did not; `digest_id` is of the form that was refused."""
    return render_template("admin_mail.html", mail=corresponding.mail(office(), actor()))


@pages.post("/admin/mail/<digest_id>/retry")
@door(Right.OPERATE)
def retry_mail(digest_id: str) -> Any:
    """Send a letter once more."""

    def effect() -> str:
        corresponding.retry(office(), actor(), digest_id)
        return url_for("operation.mail")

    return once(effect)


@pages.post("/admin/mail/test")
@door(Right.OPERATE, takes=("to",), again=mail)
def try_mail() -> Any:
    """Send a trial."""
    to = request.form.get("to", "")

    def effect() -> str:
        corresponding.try_out(office(), actor(), to)
        return url_for("operation.mail")

    return once(effect)


@pages.get("/admin/retention")
@door(Right.OPERATE, Right.READ_AUDIT)
def retention() -> Any:
    """How long what is kept, and what was deleted."""
    return render_template("admin_retention.html", kept=retaining.kept(office(), actor()))


def _told(concern: Concern) -> dict[str, Any]:
    words, mend, page = _SAID[concern.kind]
    address = url_for(page) if page else ""
    return {"words": words, "mend": mend, "address": address, "concern": concern}
