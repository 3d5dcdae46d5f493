"""May this person be contacted, now, by this way: hours, counts of the day, persons, means; and from when if not now.

Days and clock times are those of Beijing. What is allowed here still answers for what is said (`law/letters.py`) and
for the lawful basis of the data used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from legalflow.errors import Problem
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, add_months

VOICES = frozenset({"voice", "ai_voice"})
PERSONS = {
    "debtor": "债务人",
    "guarantor": "保证人",
    "related_person": "债务相关第三人",
    "contact_person": "联系人等无关第三人",
    "unrelated_person": "其他无关第三人",
}
DEBTOR_STATES = {"reachable": "可以联系", "unreachable": "失联", "dead": "死亡", "incapable": "丧失行为能力"}
ANSWERS = {"allowed": "可以联系", "advised_against": "不禁止，但不宜联系", "not_allowed": "不得联系"}
TOPICS = (
    "contact/hours",
    "contact/voice_per_day",
    "contact/unanswered_dials",
    "contact/persons",
    "contact/third_person",
    "contact/prohibited_means",
    "contact/agency_assessment",
    "contact/records",
)
_COUNTRY = ("+86", "0086")
_MIDNIGHT = "00:00"
_BY_TIME = frozenset({"hours", "voice_per_day", "unanswered_dials"})  # rules that another hour or day keeps


@dataclass(frozen=True, kw_only=True)
class PastContact:
    """A contact already made; `time` is `HH:MM`, `effective` for a voice contact means that it reached the person."""

    on: date
    time: str
    channel: str
    person: str = "debtor"
    number: str = ""
    effective: bool = False
    started_by: str = "collector"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The contact as planned, to one debtor's side, with the history of that debtor.

    `means` are prohibited means ticked for the contact, None where nobody asked; `agency_assessed_on` the day on which
    the agency that makes it was last assessed. Field names are those of the command line's input.
    """

    on: date
    time: str
    channel: str
    person: str
    purpose: str = "collect"
    number: str = ""
    consent_to_hours: bool = False
    debtor_is: str = "reachable"
    refused: bool = False
    discloses_debt: bool = False
    means: tuple[str, ...] | None = None
    by_agency: bool = False
    agency_assessed_on: date | None = None
    history: tuple[PastContact, ...] = ()

    @property
    def is_voice(self) -> bool:
        """Whether a voice speaks, a person's or a machine's."""
        return self.channel in VOICES

    @property
    def begun_today(self) -> tuple[PastContact, ...]:
        """What the collector began by voice on the planned day."""
        return tuple(
            each
            for each in self.history
            if each.on == self.on and each.channel in VOICES and each.started_by == "collector"
        )

    @property
    def effective_today(self) -> int:
        """Effective voice contacts with the debtor on the day."""
        return sum(each.effective and each.person == "debtor" for each in self.begun_today)

    @property
    def unanswered_today(self) -> int:
        """Dials of the planned number on the day that did not come through, whoever it belongs to."""
        if not self.number:
            return 0
        number = digits(self.number)
        missed = [each for each in self.begun_today if each.number and not each.effective]
        return sum(digits(each.number) == number for each in missed)


@dataclass(frozen=True)
class Rule:
    """One rule held against the contact.

    `advice` is True where the rule only advises against (不宜); `says` is what it asks, in its own words.
    """

    id: str
    zh: str
    kept: bool
    advice: bool
    found: str
    says: str
    value: Value


@dataclass(frozen=True)
class Duty:
    """What goes with the contact: the record's keeping, an agency's assessment.

    `kept` is None where nothing is due yet; `last_day` is None where there is none, or it leaves the calendar.
    """

    id: str
    zh: str
    says: str
    last_day: date | None
    kept: bool | None
    value: Value


@dataclass(frozen=True)
class Answer:
    """The answer: its rules, the duties beside it, and from which day and time it would keep every rule of time.

    `next_on`/`next_time` are the planned moment where all is kept, None where waiting does not help.
    """

    rules: tuple[Rule, ...]
    duties: tuple[Duty, ...]
    next_on: date | None
    next_time: str

    @property
    def broken(self) -> tuple[Rule, ...]:
        """The rules that are not kept."""
        return tuple(each for each in self.rules if not each.kept)

    @property
    def name(self) -> str:
        """One of `ANSWERS`."""
        if not self.broken:
            return "allowed"
        return "advised_against" if all(each.advice for each in self.broken) else "not_allowed"


def may_contact(law: Law, contact: Contact) -> Finding[Answer]:
    """Whether the contact may be made; `LawGap` before the rules were in force."""
    rules = tuple(_rules(law, contact))
    duties = tuple(_duties(law, contact))
    on, time = _next(law, contact, rules)
    steps = [Step(each.zh, each.found, "符合" if each.kept else "不符合", (each.value.citation,)) for each in rules]
    steps += [Step(each.zh, each.says, _said(each), (each.value.citation,)) for each in duties]
    values = [*(each.value for each in rules), *(each.value for each in duties)]
    doubts = tuple(doubt for value in values for doubt in value.provisional)
    return Finding(Answer(rules, duties, on, time), tuple(steps), tuple(_warnings(law, contact)), doubts)


def _said(duty: Duty) -> str:
    day = str(duty.last_day) if duty.last_day else "未评估"
    return day if duty.kept is None else f"{day}，{'符合' if duty.kept else '不符合'}"


def _rules(law: Law, contact: Contact) -> Iterator[Rule]:
    """Every rule that this contact falls under on its day."""
    yield _hours(law, contact)
    if contact.is_voice and contact.person == "debtor":
        value = law.at("contact/voice_per_day", contact.on)
        yield _counted("voice_per_day", value, f"当日已有 {contact.effective_today} 次", contact.effective_today)
    if contact.is_voice and in_force(law, "contact/unanswered_dials", contact.on):
        value = law.at("contact/unanswered_dials", contact.on)
        missed = contact.unanswered_today
        yield _counted("unanswered_dials", value, f"当日该号码已有 {missed} 次未接通", missed)
    yield _persons(law, contact) if contact.purpose == "collect" else _locating(law, contact)
    if contact.means is not None and in_force(law, "contact/prohibited_means", contact.on):
        yield _means(law, contact, contact.means)


def in_force(law: Law, topic: str, on: date) -> bool:
    """Whether a rule was in force on a day already."""
    return law.history(topic)[0].since <= on


def _hours(law: Law, contact: Contact) -> Rule:
    value = law.at("contact/hours", contact.on)
    start, end = value.value["quiet_from"], value.value["quiet_until"]
    quiet = _is_quiet(value, contact.time)
    words = f"{contact.time}，{'在' if quiet else '不在'} {start} 至次日 {end} 之间"
    if quiet:
        words += "，已同意" if contact.consent_to_hours else "，未同意"
    return _rule("hours", value, words, not quiet or contact.consent_to_hours)


def _is_quiet(hours: Value, time: str) -> bool:
    """Whether a clock time lies in the quiet hours over midnight: their first minute does, their last does not."""
    return time >= str(hours.value["quiet_from"]) or time < str(hours.value["quiet_until"])


def _counted(name: str, value: Value, words: str, count: int) -> Rule:
    most = int(value.value["most"])
    return _rule(name, value, f"{words}，至多 {most} 次", count < most)


def _persons(law: Law, contact: Contact) -> Rule:
    value = law.at("contact/persons", contact.on)
    return _rule("persons", value, f"对象：{PERSONS[contact.person]}", contact.person in value.value["may_be_asked"])


def _locating(law: Law, contact: Contact) -> Rule:
    """Contacting someone only to find the debtor; the debtor and a guarantor may always be contacted."""
    asked = law.at("contact/persons", contact.on)
    if contact.person in asked.value["may_be_asked"]:
        return _persons(law, contact)
    value = law.at("contact/third_person", contact.on)
    lost = contact.debtor_is in value.value["debtor_is"]
    known = contact.person in value.value["persons"]
    words = (
        f"对象：{PERSONS[contact.person]}；债务人{DEBTOR_STATES[contact.debtor_is]}；"
        f"对方{'已' if contact.refused else '未'}拒绝；{'会' if contact.discloses_debt else '不'}透露债务"
    )
    return _rule("third_person", value, words, known and lost and not contact.refused and not contact.discloses_debt)


def _means(law: Law, contact: Contact, ticked: tuple[str, ...]) -> Rule:
    value = law.at("contact/prohibited_means", contact.on)
    names = [row["zh"] for row in value.value["means"] if row["id"] in ticked]
    words = f"涉及：{'、'.join(names)}" if names else "未涉及所列方式"
    return _rule("prohibited_means", value, words, not names)


def _rule(name: str, value: Value, words: str, kept: bool) -> Rule:
    return Rule(name, value.zh, kept, bool(value.value.get("advice")), words, value.value["strength"], value)


def _duties(law: Law, contact: Contact) -> Iterator[Duty]:
    """The record that is kept, and the yearly assessment where an agency makes the contact."""
    if contact.by_agency:
        value = law.at("contact/agency_assessment", contact.on)
        last = contact.agency_assessed_on
        due = _later(last, int(value.value["every_months"])) if last else None
        kept = last is not None and (due is None or contact.on <= due)
        yield Duty("agency_assessment", value.zh, value.value["strength"], due, kept, value)
    value = law.at("contact/records", contact.on)
    yield Duty(
        "records", value.zh, value.value["strength"], _later(contact.on, int(value.value["months"])), None, value
    )


def _later(on: date, months: int) -> date | None:
    """So many months later; None beyond the last year of the calendar."""
    try:
        return add_months(on, months)
    except ValueError:
        return None


def _next(law: Law, contact: Contact, rules: tuple[Rule, ...]) -> tuple[date | None, str]:
    """From which moment no rule of time stands against the contact: counts begin anew with the day, hours end."""
    broken = {each.id for each in rules if not each.kept}
    if broken - _BY_TIME:
        return None, ""
    on, time = contact.on, contact.time
    try:
        if broken - {"hours"}:
            on, time = on + ONE_DAY, _MIDNIGHT
        hours = law.at("contact/hours", on)
        if _is_quiet(hours, time) and not contact.consent_to_hours:
            on = on + ONE_DAY if time >= str(hours.value["quiet_from"]) else on
            time = str(law.at("contact/hours", on).value["quiet_until"])
    except OverflowError:  # the last day of the calendar
        return None, ""
    return on, time


def _warnings(law: Law, contact: Contact) -> Iterator[Warning]:
    if contact.person == "guarantor":
        yield Warning(
            "contact.guarantor",
            "对保证人的联系限于法律和合同的范围；每日次数的规则只说债务人",
            "a guarantor is contacted within law and contract; the daily count speaks of the debtor alone",
        )
    if contact.person == "related_person":
        yield Warning(
            "contact.related_person",
            "对债务相关第三人的规则另有区分，尚未核验，此处从严",
            "the rules for persons related to the debt differ and were not read: the strict answer is given",
        )
    if contact.person == "unrelated_person":
        yield Warning(
            "contact.unrelated_person",
            "规则只说到债务人、保证人、债务相关第三人和联系人；对其他无关第三人从严",
            "the rules speak of debtor, guarantor, related persons and contacts: the strict answer for anybody else",
        )
    if contact.means and not in_force(law, "contact/prohibited_means", contact.on):
        yield Warning(
            "contact.means",
            "该日列明禁止方式的指引尚未施行；所列方式仍受其他法律约束",
            "the list of prohibited means was not in force on the day; other law still stands against them",
        )


def problems(contact: Contact) -> Iterator[Problem]:
    """What cannot be judged: a voice without its number, a record later than the plan, an assessment still to come."""
    if contact.is_voice and not contact.number:
        yield _number_needed("number")
    for index, each in enumerate(contact.history):
        if each.channel in VOICES and each.started_by == "collector" and not each.number:
            yield _number_needed(f"history[{index}].number")
        if (each.on, each.time) > (contact.on, contact.time):
            yield Problem(
                "contact.history_later",
                "记录晚于计划的联系",
                "comes after the planned contact",
                f"history[{index}].on",
                f"{each.on} {each.time}",
                f"不晚于 {contact.on} {contact.time}",
                f"not after {contact.on} {contact.time}",
            )
    if contact.agency_assessed_on is not None and not (contact.by_agency and contact.agency_assessed_on <= contact.on):
        yield Problem(
            "contact.agency",
            "评估之日仅用于受托机构的联系，且不晚于联系之日",
            "the day of assessment goes with an agency's contact and is not after it",
            "agency_assessed_on",
            str(contact.agency_assessed_on),
            mend="由受托机构联系的（by_agency 为 true），填写不晚于联系之日的日期；其他情形删去",
            mend_en="for an agency's contact a day not after it; else leave it out",
        )


def _number_needed(field: str) -> Problem:
    return Problem(
        "contact.number_needed",
        "语音联系须给出号码",
        "a voice contact needs its number",
        field,
        "",
        "例如 13800000000",
        mend_en="for example 13800000000",
    )


def digits(number: str) -> str:
    """A number without spaces, hyphens and the country's prefix: the same telephone, however it was written."""
    bare = number.replace(" ", "").replace("-", "")
    for prefix in _COUNTRY:
        bare = bare.removeprefix(prefix)
    return bare.removeprefix("+")
