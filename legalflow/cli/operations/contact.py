"""`legalflow calc contact`: whether a planned contact keeps to the hours, the counts of the day and the persons.

Days and clock times are those of Beijing. Not here: what is said (threats, deceit, posing as an authority), visits'
manners, the lawful basis of the data used; a contact that is allowed here still answers for those.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{2,30}$")]
Channel = Literal["voice", "ai_voice", "message", "letter", "visit", "other"]
Person = Literal["debtor", "guarantor", "related_person", "contact_person"]
_VOICES = {"voice", "ai_voice"}
_COUNTRY = ("+86", "0086")


class PastContact(Facts):
    """A contact already made; `effective` for a voice contact means that it came through to the person."""

    on: Day = fact("日期")
    time: Clock = fact("时刻（北京时间）")
    channel: Channel = fact("方式")
    person: Person = fact("对象", "debtor")
    number: Number | None = fact("号码", None)
    effective: bool = fact("是否有效接通")
    started_by: Literal["collector", "other_side"] = fact("由谁发起", "collector")


class ContactFacts(Facts):
    """The contact as planned, to one debtor's side, with the history of that debtor on the day."""

    on: Day = fact("计划日期")
    time: Clock = fact("计划时刻（北京时间）")
    channel: Channel = fact("方式")
    person: Person = fact("对象")
    purpose: Literal["collect", "locate"] = fact("目的：催收，或仅为联系到债务人", "collect")
    number: Number | None = fact("号码（语音方式必填）", None)
    consent_to_hours: bool = fact("对方已同意在该时段联系", False)
    debtor_is: Literal["reachable", "unreachable", "dead", "incapable"] = fact("债务人的状态", "reachable")
    refused: bool = fact("该第三人已拒绝联系", False)
    discloses_debt: bool = fact("是否会向第三人透露债务", False)
    history: list[PastContact] = fact("当日及以前对同一债务人的联系记录", [], max_length=1000)


def run(facts: ContactFacts, law: Law) -> dict[str, Any]:
    """Whether the contact is allowed, each rule with what was found, and the counts of the day."""
    Invalid.raise_any(_problems(facts))
    rules = list(_rules(facts, law))
    rows = [row for row, _ in rules]
    found = [finding for _, finding in rules]
    return {
        "allowed": all(row["kept"] for row in rows),
        "broken": [row["rule"] for row in rows if not row["kept"]],
        "rules": rows,
        "effective_voice_contacts": _effective(facts),
        "unanswered_dials": _unanswered(facts),
    } | reasons(*found, Finding(None, warnings=tuple(_warnings(facts))))


def _problems(facts: ContactFacts) -> Iterator[Problem]:
    if facts.channel in _VOICES and facts.number is None:
        yield _number_needed("number")
    for index, each in enumerate(facts.history):
        if each.channel in _VOICES and each.started_by == "collector" and each.number is None:
            yield _number_needed(f"history[{index}].number")
        if (each.on, each.time) > (facts.on, facts.time):
            yield Problem(
                "contact.history_later",
                "记录晚于计划的联系",
                "comes after the planned contact",
                f"history[{index}].on",
                f"{each.on} {each.time}",
                f"不晚于 {facts.on} {facts.time}",
                f"not after {facts.on} {facts.time}",
            )


def _number_needed(field: str) -> Problem:
    return Problem(
        "contact.number_needed", "语音联系须给出号码", "a voice contact needs its number", field, "", "例如 13800000000"
    )


_Judged = tuple[dict[str, Any], Finding[None]]


def _rules(facts: ContactFacts, law: Law) -> Iterator[_Judged]:
    """Every rule that this contact falls under on its day."""
    yield _hours(facts, law)
    if facts.channel in _VOICES and facts.person == "debtor":
        yield _voice(facts, law)
    if facts.channel in _VOICES and _in_force(law, "contact/unanswered_dials", facts.on):
        yield _dials(facts, law)
    yield _persons(facts, law) if facts.purpose == "collect" else _locating(facts, law)


def _in_force(law: Law, topic: str, on: date) -> bool:
    return law.history(topic)[0].since <= on


def _hours(facts: ContactFacts, law: Law) -> _Judged:
    value = law.at("contact/hours", facts.on)
    start, end = value.value["quiet_from"], value.value["quiet_until"]
    quiet = facts.time >= start or facts.time < end  # the quiet hours run over midnight
    words = f"{facts.time}，{'在' if quiet else '不在'} {start} 至次日 {end} 之间"
    if quiet:
        words += "，已同意" if facts.consent_to_hours else "，未同意"
    return _judged("hours", value, words, not quiet or facts.consent_to_hours)


def _voice(facts: ContactFacts, law: Law) -> _Judged:
    value = law.at("contact/voice_per_day", facts.on)
    count, most = _effective(facts), int(value.value["most"])
    return _judged("voice_per_day", value, f"当日已有 {count} 次，至多 {most} 次", count < most)


def _dials(facts: ContactFacts, law: Law) -> _Judged:
    value = law.at("contact/unanswered_dials", facts.on)
    count, most = _unanswered(facts), int(value.value["most"])
    return _judged("unanswered_dials", value, f"当日该号码已有 {count} 次未接通，至多 {most} 次", count < most)


def _persons(facts: ContactFacts, law: Law) -> _Judged:
    value = law.at("contact/persons", facts.on)
    return _judged("persons", value, f"对象：{_PERSONS[facts.person]}", facts.person in value.value["may_be_asked"])


def _locating(facts: ContactFacts, law: Law) -> _Judged:
    """Contacting someone only to find the debtor; the debtor and a guarantor may always be contacted."""
    asked = law.at("contact/persons", facts.on)
    if facts.person in asked.value["may_be_asked"]:
        return _judged("persons", asked, f"对象：{_PERSONS[facts.person]}", True)
    value = law.at("contact/third_person", facts.on)
    lost = facts.debtor_is in value.value["debtor_is"]
    words = (
        f"债务人{_STATES[facts.debtor_is]}；对方{'已' if facts.refused else '未'}拒绝；"
        f"{'会' if facts.discloses_debt else '不'}透露债务"
    )
    return _judged("third_person", value, words, lost and not facts.refused and not facts.discloses_debt)


_PERSONS = {
    "debtor": "债务人",
    "guarantor": "保证人",
    "related_person": "债务相关第三人",
    "contact_person": "联系人等无关第三人",
}
_STATES = {"reachable": "可以联系", "unreachable": "失联", "dead": "死亡", "incapable": "丧失行为能力"}


def _judged(rule: str, value: Value, words: str, kept: bool) -> _Judged:
    row = {
        "rule": rule,
        "term": value.zh,
        "kept": kept,
        "found": words,
        "says": value.value["strength"],
        "ground": str(value.citation),
    }
    step = Step(value.zh, words, "符合" if kept else "不符合", (value.citation,))
    return row, Finding(None, (step,), (), value.provisional)


def _today(facts: ContactFacts) -> list[PastContact]:
    """What the collector began by voice on the planned day."""
    return [
        each
        for each in facts.history
        if each.on == facts.on and each.channel in _VOICES and each.started_by == "collector"
    ]


def _effective(facts: ContactFacts) -> int:
    """Effective voice contacts with the debtor on the day."""
    return sum(each.effective and each.person == "debtor" for each in _today(facts))


def _unanswered(facts: ContactFacts) -> int:
    """Dials of the planned number on the day that did not come through, whoever it belongs to."""
    if facts.number is None:
        return 0
    number = _digits(facts.number)
    return sum(
        not each.effective and each.number is not None and _digits(each.number) == number for each in _today(facts)
    )


def _digits(number: str) -> str:
    """A number without spaces, hyphens and the country's prefix: the same telephone, however it was written."""
    bare = number.replace(" ", "").replace("-", "")
    for prefix in _COUNTRY:
        bare = bare.removeprefix(prefix)
    return bare.removeprefix("+")


def _warnings(facts: ContactFacts) -> Iterator[Warning]:
    if facts.person == "guarantor":
        yield Warning(
            "contact.guarantor",
            "对保证人的联系限于法律和合同的范围；每日次数的规则只说债务人",
            "a guarantor is contacted within law and contract; the daily count speaks of the debtor alone",
        )
    if facts.person == "related_person":
        yield Warning(
            "contact.related_person",
            "对债务相关第三人的规则另有区分，尚未核验，此处从严",
            "the rules for persons related to the debt differ and were not read: the strict answer is given",
        )


_TEXT: dict[str, Any] = {"type": "string"}
OPERATION = Operation(
    name="contact",
    term="催收联系是否允许",
    topics=(
        "contact/hours",
        "contact/voice_per_day",
        "contact/unanswered_dials",
        "contact/persons",
        "contact/third_person",
    ),
    facts=ContactFacts,
    run=run,
    result_schema=result(
        allowed={"type": "boolean", "title": "是否允许"},
        broken={"type": "array", "title": "不符合的规则", "items": _TEXT},
        rules={
            "type": "array",
            "title": "各项规则",
            "items": {
                "type": "object",
                "properties": {
                    "rule": _TEXT
                    | {
                        "title": "规则",
                        "enum": ["hours", "voice_per_day", "unanswered_dials", "persons", "third_person"],
                    },
                    "term": _TEXT | {"title": "名称"},
                    "kept": {"type": "boolean", "title": "是否符合"},
                    "found": _TEXT | {"title": "所见"},
                    "says": _TEXT | {"title": "规则的要求"},
                    "ground": _TEXT | {"title": "依据"},
                },
                "required": ["rule", "term", "kept", "found", "says", "ground"],
            },
        },
        effective_voice_contacts={"type": "integer", "title": "当日已有的有效语音联系", "unit": "次"},
        unanswered_dials={"type": "integer", "title": "当日该号码未接通的拨打", "unit": "次"},
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
