"""`legalflow calc contact`: whether a planned contact keeps to the hours, the counts of the day, persons and means.

Days and clock times are those of Beijing. The rules stand in `law/conduct.py`; what is said is checked by
`letter-check`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.errors import Invalid
from legalflow.law import conduct
from legalflow.law.catalogue import Law
from legalflow.law.conduct import ANSWERS, Contact, Duty, Rule

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{2,30}$")]
Channel = Literal["voice", "ai_voice", "message", "letter", "visit", "other"]
Person = Literal["debtor", "guarantor", "related_person", "contact_person", "unrelated_person"]
Means = Literal["spreading_privacy", "illegal_data", "threats", "insults", "deceit", "violence", "posing", "other"]


class PastContactFacts(Facts):
    """A contact already made; `effective` for a voice contact means that it came through to the person."""

    on: Day = fact("日期")
    time: Clock = fact("时刻（北京时间）", description="二十四小时制，例如 09:30")
    channel: Channel = fact("方式")
    person: Person = fact("对象", "debtor")
    number: Number | None = fact("号码", None, description="例如 13800000000 或 010-12345678")
    effective: bool = fact("是否有效接通")
    started_by: Literal["collector", "other_side"] = fact("由谁发起", "collector")


class ContactFacts(Facts):
    """The contact as planned, to one debtor's side, with the history of that debtor on the day."""

    on: Day = fact("计划日期")
    time: Clock = fact("计划时刻（北京时间）", description="二十四小时制，例如 09:30")
    channel: Channel = fact("方式")
    person: Person = fact("对象")
    purpose: Literal["collect", "locate"] = fact("目的：催收，或仅为联系到债务人", "collect")
    number: Number | None = fact("号码（语音方式必填）", None, description="例如 13800000000 或 010-12345678")
    consent_to_hours: bool = fact("对方已同意在该时段联系", False)
    debtor_is: Literal["reachable", "unreachable", "dead", "incapable"] = fact("债务人的状态", "reachable")
    refused: bool = fact("该第三人已拒绝联系", False)
    discloses_debt: bool = fact("是否会向第三人透露债务", False)
    means: list[Means] | None = fact(
        "所涉禁止方式", None, max_length=8, description="逐项核对后填写，均未涉及的为空列表；缺省为未核对"
    )
    by_agency: bool = fact("由受托催收机构联系", False)
    agency_assessed_on: Day | None = fact("该机构最近一次评估之日", None)
    history: list[PastContactFacts] = fact("当日及以前对同一债务人的联系记录", [], max_length=1000)


def run(facts: ContactFacts, law: Law) -> dict[str, Any]:
    """Whether the contact is allowed, each rule with what was found, the counts of the day, and when it would be."""
    contact = _contact(facts)
    Invalid.raise_any(conduct.problems(contact))
    found = conduct.may_contact(law, contact)
    answer = found.value
    return {
        "allowed": not answer.broken,
        "answer": answer.name,
        "broken": [each.id for each in answer.broken],
        "rules": [_rule(each) for each in answer.rules],
        "effective_voice_contacts": contact.effective_today,
        "unanswered_dials": contact.unanswered_today,
        "next_allowed": {"on": answer.next_on.isoformat(), "time": answer.next_time} if answer.next_on else None,
        "duties": [_duty(each) for each in answer.duties],
    } | reasons(found)


def _contact(facts: ContactFacts) -> Contact:
    """The input as the law's room knows it."""
    given = dict(facts)
    given["history"] = tuple(
        conduct.PastContact(**{**dict(each), "number": each.number or ""}) for each in facts.history
    )
    given["means"] = None if facts.means is None else tuple(facts.means)
    return Contact(**{**given, "number": facts.number or ""})


def _rule(each: Rule) -> dict[str, Any]:
    return {
        "rule": each.id,
        "term": each.zh,
        "kept": each.kept,
        "advice": each.advice,
        "found": each.found,
        "says": each.says,
        "ground": str(each.value.citation),
        "verified": each.value.citation.verified,
    }


def _duty(each: Duty) -> dict[str, Any]:
    return {
        "id": each.id,
        "term": each.zh,
        "says": each.says,
        "last_day": each.last_day.isoformat() if each.last_day else None,
        "kept": each.kept,
        "ground": str(each.value.citation),
    }


_TEXT: dict[str, Any] = {"type": "string"}
_FLAG: dict[str, Any] = {"type": "boolean"}


def _rows(zh: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "title": zh,
        "items": {"type": "object", "properties": properties, "required": list(properties)},
    }


OPERATION = Operation(
    name="contact",
    term="催收联系是否允许",
    topics=conduct.TOPICS,
    facts=ContactFacts,
    run=run,
    result_schema=result(
        allowed=_FLAG | {"title": "是否允许", "description": "从严：规则只说“不宜”的也作否；区分见 answer"},
        answer=_TEXT
        | {
            "title": "结论",
            "enum": list(ANSWERS),
            "description": "；".join(f"{name} {zh}" for name, zh in ANSWERS.items()),
        },
        broken={"type": "array", "title": "不符合的规则", "items": _TEXT},
        rules=_rows(
            "各项规则",
            rule=_TEXT
            | {
                "title": "规则",
                "enum": [
                    "hours",
                    "voice_per_day",
                    "unanswered_dials",
                    "persons",
                    "third_person",
                    "prohibited_means",
                ],
            },
            term=_TEXT | {"title": "名称"},
            kept=_FLAG | {"title": "是否符合"},
            advice=_FLAG | {"title": "是否只是“不宜”"},
            found=_TEXT | {"title": "所见"},
            says=_TEXT | {"title": "规则的要求"},
            ground=_TEXT | {"title": "依据"},
            verified=_FLAG | {"title": "是否已核验原文"},
        ),
        effective_voice_contacts={"type": "integer", "title": "当日已有的有效语音联系", "unit": "次"},
        unanswered_dials={"type": "integer", "title": "当日该号码未接通的拨打", "unit": "次"},
        next_allowed={
            "type": ["object", "null"],
            "title": "最早可以联系的时刻",
            "description": "允许的为计划时刻；等待也不能允许的为空",
            "properties": {
                "on": _TEXT | {"format": "date", "title": "日期"},
                "time": _TEXT | {"title": "时刻（北京时间）"},
            },
        },
        duties=_rows(
            "联系之外的义务",
            id=_TEXT | {"title": "义务", "enum": ["agency_assessment", "records"]},
            term=_TEXT | {"title": "名称"},
            says=_TEXT | {"title": "规则的要求"},
            last_day={"type": ["string", "null"], "format": "date", "title": "下次评估的最后一日，或保存至"},
            kept={"type": ["boolean", "null"], "title": "是否符合，尚未届期的为空"},
            ground=_TEXT | {"title": "依据"},
        ),
    ),
    example={
        "on": "2026-11-24",
        "time": "21:30",
        "channel": "voice",
        "person": "debtor",
        "number": "13800000000",
        "history": [
            {"on": "2026-11-24", "time": "09:10", "channel": "voice", "number": "13800000000", "effective": True}
        ],
    },
)
