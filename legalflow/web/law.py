"""The law as data: what holds on which day and where it stands, and dated values that two persons add to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.services import legislating
from legalflow.services.legislating import Proposal, TopicLine
from legalflow.web.door import actor, door, office, once
from legalflow.web.forms import YES_NO, Field

pages = Blueprint("law", __name__)

_FIELDS = ("topic", "first_day", "ends", "value", "instrument", "article", "verified", "note")

# The folders of the data, as a person calls them.
FOLDERS = {
    "articles": "条文及其历次序号",
    "auctions": "财产变价",
    "calendar": "休假日与期间的计算",
    "caps": "利率和费用的上限",
    "claims": "罚息、复利与抵充",
    "contact": "催收行为",
    "courts": "管辖与程序",
    "deadlines": "期限",
    "documents": "文书审批",
    "effect": "生效",
    "fees": "诉讼与仲裁费用",
    "filing": "立案材料",
    "guarantees": "保证期间",
    "interest": "迟延履行利息",
    "letters": "律师函用语",
    "limitation": "诉讼时效",
    "persons": "个人信息",
    "rates": "利率",
    "retention": "保存期限",
    "risk_class": "风险分类",
    "write_off": "核销",
}
# What the entries of values are called; the others are read in the unit and the note of their topic.
KEYS = {
    "trigger": "自何事起算",
    "length": "长度",
    "unit": "单位：day 日、month 月、year 年",
    "direction": "after 自起算之后，before 须在其前",
    "roll": "最后一日为休假日的是否顺延：true 是，false 否",
    "counted_by": "计算规则：civil_procedure 民事诉讼法，civil_code 民法典",
    "if_missed": "逾期的后果",
    "bound": "minimum 不得少于，maximum 不超过",
    "least": "下限",
    "most": "上限",
    "bands": "分段：up_to 至此数为止（含），rate 费率，flat 定额",
    "days_off": "休假日（起/止）",
    "days_worked": "调休的周末工作日",
    "mandatory_up_to": "必须适用小额诉讼的上限（元，含）",
    "by_agreement_up_to": "约定适用小额诉讼的上限（元，含）",
    "procedure": "是否自程序终结时重新计算：true 是，false 否",
    "revives": "期间届满后是否仍有效力：true 是，false 否",
    "strength": "约束的程度",
}
MARKS = (
    (legislating.UNVERIFIED, "未核验"),
    (legislating.UNCHECKED, "一年未核对"),
    (legislating.PROPOSED, "有待核准的增补"),
)


@dataclass(frozen=True)
class FolderLine:
    """A folder of the data with how much there is in it, and how much of that wants looking at."""

    name: str
    zh: str
    topics: int
    unverified: int
    unchecked: int
    proposed: int


@pages.get("/law")
@door(Right.READ_LAW)
def listed() -> Any:
    """The topics that were asked for; without a question, the folders."""
    find, mark = request.args.get("find", "")[:100], request.args.get("mark", "")
    folder = request.args.get("folder", "")
    lines = legislating.topics(office(), actor(), find, mark)
    asked = bool(find or mark or folder)
    return render_template(
        "law.html",
        folders=() if asked else _folders(lines),
        lines=[line for line in lines if not folder or line.topic.split("/")[0] == folder] if asked else (),
        names=FOLDERS,
        find=find,
        mark=mark,
        folder=folder,
        marks=MARKS,
        asked=asked,
    )


@pages.get("/law/topic")
@door(Right.READ_LAW)
def topic() -> Any:
    """One topic: its values by day, who proposed what, and the form to propose another."""
    return topic_page(request.args.get("topic", ""))


def topic_page(name: str = "") -> Any:
    """The page of a topic; after a refused form, of the topic that the form names."""
    sheet = legislating.topic(office(), actor(), name or request.form.get("topic", ""))
    keys = {key: words for key, words in KEYS.items() if any(key in each.value for each, _ in sheet.values)}
    return render_template("law_topic.html", sheet=sheet, fields=_fields(sheet), keys={} if sheet.is_text else keys)


@pages.post("/law/values")
@door(Right.PROPOSE_LAW, takes=_FIELDS, again=topic_page)
def propose() -> Any:
    """Propose a dated value of a topic."""
    form = request.form
    proposal = Proposal(
        topic=form.get("topic", ""),
        first_day=form.get("first_day", ""),
        value=form.get("value", ""),
        instrument=form.get("instrument", ""),
        article=form.get("article", ""),
        verified=form.get("verified") == "是",
        note=form.get("note", ""),
        ends=form.get("ends") == "是",
    )

    def effect() -> str:
        legislating.propose(office(), actor(), proposal)
        return url_for("law.topic", topic=proposal.topic)

    return once(effect)


@pages.post("/law/values/<int(max=999999999999):value_id>/approve")
@door(Right.APPROVE_LAW)
def approve(value_id: int) -> Any:
    """Put another's proposal in force."""

    def effect() -> str:
        return url_for("law.topic", topic=legislating.approve(office(), actor(), value_id))

    return once(effect)


@pages.post("/law/values/<int(max=999999999999):value_id>/refuse")
@door(Right.APPROVE_LAW, takes=("reason",))
def refuse(value_id: int) -> Any:
    """Refuse another's proposal."""

    def effect() -> str:
        reason = request.form.get("reason", "")
        return url_for("law.topic", topic=legislating.refuse(office(), actor(), value_id, reason))

    return once(effect)


@pages.post("/law/values/<int(max=999999999999):value_id>/withdraw")
@door(Right.PROPOSE_LAW, takes=("reason",))
def withdraw(value_id: int) -> Any:
    """Withdraw one's own proposal, or what another proposed and is in force."""

    def effect() -> str:
        reason = request.form.get("reason", "")
        return url_for("law.topic", topic=legislating.withdraw(office(), actor(), value_id, reason))

    return once(effect)


def _folders(lines: list[TopicLine]) -> list[FolderLine]:
    def counted(wanted: Any) -> Counter[str]:
        return Counter(line.topic.split("/")[0] for line in lines if wanted(line))

    every = counted(lambda line: True)
    unverified, unchecked = counted(lambda line: line.unverified), counted(lambda line: line.unchecked)
    proposed = counted(lambda line: line.proposed)
    return [
        FolderLine(name, FOLDERS.get(name, name), every[name], unverified[name], unchecked[name], proposed[name])
        for name in sorted(every)
    ]


def _fields(sheet: legislating.TopicSheet) -> tuple[Field, ...]:
    hint = "照原值的写法" if sheet.is_text else "照原值的写法逐行填写，数字不必加引号"
    return (
        Field(name="first_day", zh="起始日", kind="day", required=True, hint="自该日起计算的，都按新值"),
        Field(name="ends", zh="该日起不再有值（废止）", kind="one", options=YES_NO, value="否"),
        Field(
            name="value",
            zh="新值",
            kind="text" if sheet.is_text else "long",
            value="" if sheet.is_text else sheet.latest,
            hint=f"{hint}；废止的留空" if sheet.is_text else hint,
        ),
        Field(name="instrument", zh="规范性文件", required=True, hint="名称或文号"),
        Field(name="article", zh="条款", required=True, hint="条、款、项，如有公布日的写公布日"),
        Field(
            name="verified",
            zh="已与原文核对",
            kind="one",
            required=True,
            options=YES_NO,
            hint="否：据此得出的结果标为未核验",
        ),
        Field(name="note", zh="说明", kind="long"),
    )
