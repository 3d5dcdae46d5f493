"""What the audit trail calls each action, in groups by what they are about; a matter's events are called as they are.

Each is the end of a sentence that begins with who did it. None is missing (tests/services/test_tracing.py).
"""

from __future__ import annotations

from legalflow.matters.events import EVENTS

EVENT = "event."

# Group → its name, and its actions with what is said of them.
GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "reveal": (
        "查看完整证件号码",
        {
            "reveal": "查看了当事人的完整证件号码和电话",
            "reveal.refused": "要求查看完整证件号码，因限制处理被拒绝",
        },
    ),
    "door": (
        "登录与拒绝",
        {
            "sign_in": "登录了系统",
            "sign_in.refused": "登录未成功",
            "sign_out": "退出了系统",
            "refused": "提出的请求被拒绝",
        },
    ),
    "account": (
        "账户、律所与机构",
        {
            "account.created": "开立账户",
            "account.corrected": "更正账户的姓名或工号",
            "account.moved": "调整账户的角色或律所",
            "account.disabled": "停用账户",
            "account.enabled": "恢复账户使用",
            "account.password_reset": "重设账户的密码",
            "account.password_changed": "修改了自己的密码",
            "account.units": "更改账户所属机构",
            "account.handed_over": "移交账户名下的工作",
            "matter.handed_over": "把案件移交他人经办",
            "firm.added": "登记律所",
            "firm.changed": "更正律所信息",
            "firm.disabled": "停用律所",
            "firm.enabled": "恢复律所使用",
            "unit.added": "登记机构",
            "unit.changed": "更正机构信息",
            "lender.set": "设定贷款人信息",
        },
    ),
    "download": (
        "下载与导出",
        {
            "download.original": "下载证据原件",
            "download.working": "查看证据页面",
            "download.bundle.pdf": "下载或预览证据材料 PDF",
            "download.bundle.list_docx": "下载证据目录 DOCX",
            "download.bundle.list_pdf": "下载证据目录 PDF",
            "download.bundle.manifest": "下载证据材料的校验清单",
            "download.document.docx": "下载文书 DOCX",
            "download.document.pdf": "下载或预览文书 PDF",
            "download.document.sealed": "下载用印件",
            "download.link": "下载所提供的文件",
            "download.changes": "下载证据材料变更页",
            "download.paper": "下载或预览法院文书",
            "download.run": "下载批量文书",
            "export.matters": "导出案件清单",
            "export.loans": "导出贷款清单",
            "export.measures": "导出查封到期清单",
            "seals.exported": "导出用印登记簿",
            "vouchers.exported": "导出核销凭证",
            "register.exported": "导出账销案存登记簿",
            "receipts.exported": "导出到账匹配结果",
            "report.exported": "导出核销报告",
            "list.exported": "导出核销清单",
            "write_off.pack_taken": "下载核销申报材料",
            "run.sheet": "导出批量结果清单",
            "audit.exported": "导出审计记录",
        },
    ),
    "person": (
        "个人信息",
        {
            "person.access": "导出某人的全部信息",
            "person.corrected": "更正个人信息",
            "person.restricted": "限制处理个人信息",
            "person.restriction_lifted": "解除个人信息的限制处理",
            "person.deleted": "删除个人信息",
            "person.delete_refused": "要求删除个人信息，未获准许",
        },
    ),
    "loan": (
        "贷款与导入",
        {
            "loan.added": "录入贷款",
            "loan.changed": "更改贷款",
            "payment.recorded": "登记还款",
            "claims.asked": "要求重新计算全部债权",
            "import.preview": "上传文件预览",
            "import.columns": "选择导入文件的列",
            "import.loans": "上传贷款文件",
            "import.loans.done": "导入贷款文件",
            "import.payments": "上传还款文件",
            "import.payments.done": "导入还款文件",
            "import.parties": "上传当事人文件",
            "import.parties.done": "导入当事人文件",
            "import.collateral": "上传担保物文件",
            "import.collateral.done": "导入担保物文件",
            "import.dues": "上传还款计划文件",
            "import.dues.done": "导入还款计划文件",
            "import.drawdowns": "上传放款文件",
            "import.drawdowns.done": "导入放款文件",
            "import.contacts": "上传联系方式文件",
            "import.contacts.done": "导入联系方式文件",
            "import.units": "上传机构文件",
            "import.units.done": "导入机构文件",
        },
    ),
    "document": (
        "文书与用印",
        {
            "document.again": "重新制作文书",
            "seal.seen": "查看印模",
            "document.reviewed": "复核时查看文书",
            "source.checked": "核对要素来源",
            "source.taken_back": "撤回来源核对",
        },
    ),
    "evidence": (
        "证据与律所协作",
        {
            "exhibit.received": "上传证据文件",
            "exhibit.rejected": "退回未通过核验的证据文件",
            "bundle.again": "重新装订证据材料",
            "link.made": "向律所提供文件",
            "link.revoked": "撤销向律所提供的文件",
            "delivery.confirmed": "确认收到所提供的文件",
            "paper.received": "上传法院文书",
            "proposal.made": "提报事项",
            "proposal.proposed_again": "再次提报事项",
            "proposal.confirmed": "确认律所提报的事项",
            "proposal.refused": "退回律所提报的事项",
            "proposal.withdrawn": "撤回提报的事项",
        },
    ),
    "deadline": (
        "期限与提醒",
        {
            "deadline.assigned": "指定期限负责人",
            "deadline.acknowledged": "确认期限",
            "deadline.word_taken_back": "撤回对期限的确认",
            "deadline.escalated": "把临近的期限报给下一人",
            "reminder.set": "设定邮件提醒",
            "feed.made": "生成日历订阅链接",
            "feed.ended": "停用日历订阅链接",
            "digest.again": "再次发送期限邮件",
            "mail.tried": "发送试验邮件",
            "digest.sent": "发送期限邮件",
            "digest.dropped": "未能发送期限邮件",
            "duty.assigned": "指定核销后职责的责任人",
            "duty.acknowledged": "知悉核销后的职责",
            "duty.done": "登记核销后的职责已办",
            "duty.taken_back": "撤回对核销后职责的登记",
        },
    ),
    "money": (
        "核销与资金",
        {
            "receipts.received": "读取银行流水",
            "receipts.again": "重新匹配银行流水",
            "receipt.confirmed": "确认登记到账",
            "receipt.not_booked": "未能登记到账",
            "receipt.set_aside": "搁置到账",
            "receipt.taken_back": "取消搁置到账",
            "posting.set": "设定会计科目",
            "posting.unset": "恢复建议的会计科目",
            "ledgers.asked": "要求核对两本账",
            "list.applied": "申报核销清单",
            "list.checked": "复核核销清单",
            "list.approved": "批准核销清单",
            "list.booked": "核销清单入账",
            "list.refused": "退回核销清单",
            "list.line_fell": "从核销清单中剔除一笔",
            "authority.proposed": "提出审批权限",
            "authority.approved": "核准审批权限",
            "authority.refused": "退回审批权限",
            "authority.withdrawn": "撤销审批权限",
        },
    ),
    "run": (
        "批量办理",
        {
            "run.chosen": "选定一批",
            "run.asked": "要求批量预览",
            "run.sample": "打开批量样稿",
            "run.confirmed": "确认批量办理",
            "run.cancelled": "取消批量办理",
            "run.retried": "重试批量中失败的行",
            "run.pack_asked": "要求打包批量文书",
            "run.released": "放行批量文书",
        },
    ),
    "house": (
        "法律、法院与系统",
        {
            "law.proposed": "提出法律数据增补",
            "law.approved": "核准法律数据增补",
            "law.refused": "退回法律数据增补",
            "law.withdrawn": "撤回法律数据增补",
            "court.added": "新增法院",
            "court.kept": "登记法院立案要求",
            "work.rerun": "重新运行失败的任务",
            "audit.verified": "核对审计校验链",
        },
    ),
    "event": ("案件事项", {}),
}
# What was asked for and not done.
REFUSALS = ("refused", "sign_in.refused", "reveal.refused", "person.delete_refused")
_SAID = {action: said for _, actions in GROUPS.values() for action, said in actions.items()}


def said_of(action: str) -> str:
    """What is said of an action, of a matter's event that it was recorded; its own name where nothing is known."""
    if action.startswith(EVENT):
        event = EVENTS.get(action.removeprefix(EVENT))
        return f"记入“{event.title[0]}”" if event else action
    return _SAID.get(action, action)


def of_group(group: str) -> tuple[str, ...]:
    """The actions of a group; none where there is no such group."""
    if group == "event":
        return tuple(f"{EVENT}{name}" for name in EVENTS)
    return tuple(GROUPS[group][1]) if group in GROUPS else ()


def group_names() -> dict[str, str]:
    """The groups by what they are called, in the order they are offered."""
    return {group: zh for group, (zh, _) in GROUPS.items()}
