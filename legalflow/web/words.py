"""The words and shapes pages use: names of states, days in Chinese, figures with thousands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from legalflow.access import ROLE_NAMES, Role
from legalflow.errors import Problem
from legalflow.matters.events import EVENTS
from legalflow.matters.matter import Step
from legalflow.matters.stages import stage_title
from legalflow.persistence.tables import DocumentRow
from legalflow.values.money import Money, percent
from legalflow.web.language import english

_CHINA = ZoneInfo("Asia/Shanghai")

DOCUMENT_STATES = {
    "requested": "制作中",
    "ready": "草稿，待复核",
    "failed": "制作失败",
    "returned": "退回修改",
    "approved": "已批准，待用印",
    "sealed": "已用印",
    "served": "已发出",
    "submitted": "已提交",
    "void": "已作废",
}
EXHIBIT_STATES = {"received": "核验中", "ready": "可装订", "rejected": "未通过", "withdrawn": "已撤出"}
RUN_STATES = {
    "chosen": "待选事项",
    "foreseeing": "预览中",
    "foreseen": "待确认",
    "running": "办理中",
    "done": "已完成",
    "cancelled": "已取消",
    "failed": "失败",
}
BUNDLE_STATES = {"requested": "装订中", "ready": "已装订", "failed": "装订失败"}
WRITE_OFF_STATES = {
    "applied": "已申报，待复核",
    "checked": "已复核，待审批",
    "approved": "已批准，待入账",
    "booked": "已核销·账销案存",
    "refused": "退回",
}
IMPORT_KINDS = {
    "loans": "贷款",
    "payments": "还款",
    "parties": "当事人",
    "collateral": "担保物",
    "dues": "还款计划",
    "drawdowns": "放款",
    "contacts": "联系方式",
    "opening_balances": "期初余额",
    "units": "机构",
}
OPENING_STATES = {"proposed": "待确认", "in_force": "已生效", "refused": "已退回", "reversed": "已冲销"}
RECOGNISED_BY = {"same": "列名相同", "synonym": "同义列名", "chosen": "人工选择", "": "未识别"}
BATCH_STATES = {
    "reading": "读取中",
    "previewed": "待确认",
    "received": "导入中",
    "done": "已导入",
    "failed": "导入失败",
}
WORK_STATES = {"dead": "需要处理", "leased": "进行中", "waiting": "等待中"}
DEADLINE_STATES = {
    "open": "进行中",
    "waiting": "等待中",
    "met": "已完成",
    "late": "逾期完成",
    "missed": "已逾期",
    "elapsed": "已届满",
    "superseded": "不再适用",
}
RUNNING_DEADLINES = ("open", "waiting", "missed")  # those somebody still has to look at
PROPOSAL_STATES = {"proposed": "待确认", "confirmed": "已确认登记", "refused": "已退回", "withdrawn": "已撤回"}
LAW_VALUE_STATES = {"proposed": "待核准", "approved": "已核准", "refused": "已退回", "withdrawn": "已撤回"}
TASKS = {
    "render_document": "制作文书",
    "bind_bundle": "装订证据",
    "inspect_exhibit": "核验证据文件",
    "import_batch": "导入文件",
    "tick": "定时任务",
    "send_digest": "发送期限邮件",
    "plan_claims": "安排债权计算",
    "state_claims": "计算债权",
    "foresee_run": "批量预览",
    "do_run": "批量办理",
    "pack_run": "批量打包",
    "check_ledgers": "核对两本账",
}
LENDER_ACCOUNT_STATES = {
    "proposed": "待确认",
    "in_force": "使用中",
    "replaced": "已被替换",
    "refused": "已退回",
    "withdrawn": "已撤回",
}
AUTHORITY_STATES = {"proposed": "待核准", "approved": "已核准", "refused": "已退回", "withdrawn": "已撤销"}
LEDGER_STATES = {"running": "核对中", "held": "全部相平", "broken": "不平", "failed": "未完成"}
WAITING_KINDS = {
    "approve": "文书待复核",
    "seal": "文书待用印",
    "mend": "退回或失败的文书",
    "proposal": "律所提议待确认",
    "way": "处置方案待审批",
    "deadline": "期限待确认",
    "write_off_check": "核销待复核",
    "write_off_approve": "核销待审批",
    "write_off_book": "核销待入账",
    "write_off_list": "核销清单待办理",
    "authority": "审批权限待核准",
    "opening": "期初余额待确认",
    "receipt": "到账待确认",
    "preview": "导入待确认",
    "law": "法律数据待核准",
}
SOURCE_STATES = {"current": "已核对", "changed": "已更正，须重新核对", "withdrawn": "证据已撤出", "unchecked": "未核对"}
COMPONENTS = {"principal": "本金", "interest": "利息", "penalty": "罚息", "compound": "复利", "costs": "费用"}
LEDGER = {"principal": "本金", "interest": "利息", "fees": "费用", "accrued": "核销后新生利息费用"}
ENTRY_KINDS = {"write_off": "核销", "recovery": "收回", "reversal": "更正"}
PARTY_ROLES = {
    "lender": "贷款人",
    "borrower": "借款人",
    "co_borrower": "共同借款人",
    "guarantor": "保证人",
    "collateral_owner": "担保物所有人",
}
REPAYMENTS = {
    "equal_instalment": "等额本息",
    "equal_principal": "等额本金",
    "interest_first": "先息后本",
    "bullet": "到期一次性还本付息",
}
LENDER_KINDS = {"bank": "银行", "consumer_finance": "消费金融公司", "small_loan": "小额贷款公司", "private": "其他"}
# The colour a state is shown in: green is done, yellow waits, red needs somebody, blue is under way.
COLOURS = {
    "foreseen": "yellow",
    "foreseeing": "blue",
    "running": "blue",
    "ready": "yellow",
    "approved": "azure",
    "sealed": "green",
    "served": "green",
    "submitted": "green",
    "booked": "green",
    "done": "green",
    "confirmed": "green",
    "met": "green",
    "requested": "blue",
    "received": "blue",
    "reading": "blue",
    "previewed": "yellow",
    "leased": "blue",
    "open": "blue",
    "applied": "yellow",
    "proposed": "yellow",
    "checked": "yellow",
    "waiting": "yellow",
    "failed": "red",
    "rejected": "red",
    "dead": "red",
    "returned": "red",
    "refused": "red",
    "missed": "red",
    "broken": "red",
    "held": "green",
    "in_force": "green",
    "late": "yellow",
    "expired": "red",
    "measured": "green",
    "renewing": "blue",
    "auction": "blue",
    "sold": "green",
    "taken": "green",
    "transferred": "green",
    "distributed": "green",
}


def day(value: date | datetime | None) -> str:
    """A day as it is read, 2026年1月2日 or in English 2026-01-02; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(_CHINA).date()
    return value.isoformat() if english() else f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """An instant on a Chinese clock: 2026年1月2日 09:05."""
    return f"{day(value)} {value.astimezone(_CHINA):%H:%M}" if value else ""


def money(value: Money | None) -> str:
    """An amount with thousands and fen."""
    return value.grouped() if value is not None else ""


def fen(value: int | None) -> str:
    """Whole fen as an amount with thousands."""
    return Money.of_fen(value).grouped() if value is not None else ""


def rate(value: Decimal | None) -> str:
    """A fraction a year as a percentage; 未约定 where there is none."""
    return percent(value) if value is not None else "not agreed" if english() else "未约定"


def size(value: int) -> str:
    """Bytes as a person reads them."""
    return f"{value / (1 << 20):.1f} MB" if value >= 1 << 20 else f"{max(value / 1024, 0.1):.1f} KB"


def span(value: timedelta) -> str:
    """A length of time as a person says it, from seconds up to hours."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if english():
        return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"


def due(days: int) -> str:
    """How long until a last day."""
    if english():
        many = f"{abs(days)} day{'s' * (abs(days) != 1)}"
        return f"{many} past" if days < 0 else "today" if days == 0 else f"in {many}"
    if days < 0:
        return f"已过 {-days} 天"
    return "今天" if days == 0 else f"还有 {days} 天"


def stage(code: str) -> str:
    """A stage's name."""
    return _at_the_start(stage_title(code))


def event_title(name: str) -> str:
    """An event's name."""
    return _at_the_start(EVENTS[name].title) if name in EVENTS else name


def role(value: Role) -> str:
    """A role's name."""
    return value.value.replace("_", " ").capitalize() if english() else ROLE_NAMES[value]


def _at_the_start(names: tuple[str, str]) -> str:
    """A Chinese name, or its English as it stands at the start of a line."""
    return names[1][:1].upper() + names[1][1:] if english() else names[0]


def in_words(problem: Problem) -> Problem:
    """A problem that says itself in the language of the page."""
    if not english():
        return problem
    return replace(problem, message=problem.message_en, mend=problem.mend_en)


def lacks(step: Step) -> str:
    """What stands against a step, without what its own line says already."""
    if english():
        return "; ".join(step.lacks_en)
    return "；".join(step.lacks).replace(f"“{step.title[0]}”尚不能办理；", "")


def titled(document: DocumentRow) -> str:
    """A document as a person calls it: its title, to whom, and which version."""
    if document.addressee:
        return f"{document.title}（致{document.addressee}） 第{document.version}版"
    return f"{document.title} 第{document.version}版"


def wide(text: str) -> bool:
    """Whether a text is in Chinese rather than a name of ours."""
    return not text.isascii()


FIGURES = frozenset({"total", "disbursed", "overdue"})  # columns of lists that hold figures

FILTERS: dict[str, Any] = {
    "wide": wide,
    "in_words": in_words,
    "lacks": lacks,
    "titled": titled,
    "day": day,
    "moment": moment,
    "money": money,
    "fen": fen,
    "rate": rate,
    "size": size,
    "due": due,
    "span": span,
    "stage": stage,
    "event_title": event_title,
    "role": role,
}
TABLES: dict[str, Any] = {
    "FIGURES": FIGURES,
    "WEEKDAYS": ("一", "二", "三", "四", "五", "六", "日"),
    "CHINESE": Markup("中文"),  # the language's own name, in every language
    "DOCUMENT_STATES": DOCUMENT_STATES,
    "EXHIBIT_STATES": EXHIBIT_STATES,
    "BUNDLE_STATES": BUNDLE_STATES,
    "RUN_STATES": RUN_STATES,
    "WRITE_OFF_STATES": WRITE_OFF_STATES,
    "BATCH_STATES": BATCH_STATES,
    "IMPORT_KINDS": IMPORT_KINDS,
    "RECOGNISED_BY": RECOGNISED_BY,
    "WORK_STATES": WORK_STATES,
    "DEADLINE_STATES": DEADLINE_STATES,
    "RUNNING_DEADLINES": RUNNING_DEADLINES,
    "LAW_VALUE_STATES": LAW_VALUE_STATES,
    "PROPOSAL_STATES": PROPOSAL_STATES,
    "TASKS": TASKS,
    "WAITING_KINDS": WAITING_KINDS,
    "SOURCE_STATES": SOURCE_STATES,
    "LEDGER": LEDGER,
    "LEDGER_STATES": LEDGER_STATES,
    "AUTHORITY_STATES": AUTHORITY_STATES,
    "LENDER_ACCOUNT_STATES": LENDER_ACCOUNT_STATES,
    "OPENING_STATES": OPENING_STATES,
    "ENTRY_KINDS": ENTRY_KINDS,
    "PARTY_ROLES": PARTY_ROLES,
    "REPAYMENTS": REPAYMENTS,
    "LENDER_KINDS": LENDER_KINDS,
    "COLOURS": COLOURS,
}
