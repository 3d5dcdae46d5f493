"""May this person be contacted now, by this way: the rules held against the contacts a matter has on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, Problem
from legalflow.law import conduct
from legalflow.law.conduct import Answer, Contact
from legalflow.law.finding import Finding, Warning
from legalflow.matters import contacts
from legalflow.matters.events import CONTACT_PERSONS, CONTACT_WAYS, ContactMade
from legalflow.office import CHINA, Office, today
from legalflow.persistence import repositories
from legalflow.services import restricting, tracking
from legalflow.values import typed

PURPOSES = (("collect", "催收"), ("locate", "仅为联系到债务人"))
_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "person": ("对象", tuple(each.value for each in CONTACT_PERSONS)),
    "way": ("方式", tuple(each.value for each in CONTACT_WAYS)),
    "purpose": ("目的", tuple(value for value, _ in PURPOSES)),
    "debtor_is": ("债务人的状态", tuple(conduct.DEBTOR_STATES)),
}
_DEFAULTS = {"person": "debtor", "way": "voice", "purpose": "collect", "debtor_is": "reachable"}


@dataclass(frozen=True)
class Asked:
    """The answer with its reasons, and the contacts of the day asked about, the earliest first."""

    finding: Finding[Answer]
    contact: Contact
    of_the_day: tuple[ContactMade, ...]


def now(office: Office) -> str:
    """The clock time in China."""
    return office.now().astimezone(CHINA).strftime("%H:%M")


def means(office: Office, on: date) -> tuple[tuple[str, str], ...]:
    """The prohibited means by id, as the rules of the day list them; none before they did."""
    if not conduct.in_force(office.law, "contact/prohibited_means", on):
        return ()
    rows = office.law.at("contact/prohibited_means", on).value["means"]
    return tuple((row["id"], row["zh"]) for row in rows)


def recorded(office: Office, actor: Actor, matter_id: str) -> tuple[ContactMade, ...]:
    """The contacts on record, the latest first."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        matter = tracking.current(session, repositories.matter(session, actor, matter_id))
    return contacts.contacts(matter)[::-1]


def may_contact(office: Office, actor: Actor, matter_id: str, texts: Mapping[str, str]) -> Asked:
    """Whether a contact as typed in may be made, with the matter's own records as its history.

    `Invalid` names everything that cannot be used; `LawGap` before the rules were in force.
    """
    actor.require(Right.VIEW)
    planned = _planned(office, texts)
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        matter = tracking.current(session, row)
        refusal = restricting.refusal(session, office, row.loan_id)
    contact = contacts.with_history(matter, planned, texts.get("name", "").strip())
    Invalid.raise_any(conduct.problems(contact))
    finding = conduct.may_contact(office.law, contact)
    if refusal is not None:
        first = refusal.problems[0]
        restricted = Warning("contact.restricted", first.message, first.message_en)
        finding = replace(finding, warnings=(restricted, *finding.warnings))
    day = tuple(each for each in contacts.contacts(matter) if each.on == contact.on)
    return Asked(finding, contact, day)


def _planned(office: Office, texts: Mapping[str, str]) -> Contact:
    """The contact as typed in, without history."""
    given = {**_DEFAULTS, "on": today(office).isoformat(), "time": now(office)}
    given |= {name: text.strip() for name, text in texts.items() if text.strip()}
    problems: list[Problem] = list(_unknown_choices(given))
    on = _day("on", given["on"], problems) or today(office)
    assessed = _day("agency_assessed_on", given.get("agency_assessed_on", ""), problems)
    consent, discloses, agency = (
        _yes(name, given.get(name, "否"), problems) for name in ("consent_to_hours", "discloses_debt", "by_agency")
    )
    problems += contacts.contact_problems(given["way"], given["time"], given.get("number", ""))
    ticked = tuple(given.get("means", "").split())
    if not set(ticked) <= {name for name, _ in means(office, on)}:
        problems.append(_not_listed("means", "所涉禁止方式"))
    Invalid.raise_any(problems)
    return Contact(
        on=on,
        time=given["time"],
        channel=given["way"],
        person=given["person"],
        purpose=given["purpose"],
        number=given.get("number", ""),
        consent_to_hours=consent,
        debtor_is=given["debtor_is"],
        discloses_debt=discloses,
        means=ticked,
        by_agency=agency,
        agency_assessed_on=assessed,
    )


def _unknown_choices(given: Mapping[str, str]) -> Iterator[Problem]:
    for name, (zh, options) in _CHOICES.items():
        if given[name] not in options:
            yield _not_listed(name, zh)


def _not_listed(name: str, zh: str) -> Problem:
    return Problem("contact.choice", f"“{zh}”只能从所列选项中选择", f"{name}: choose one of the options", name)


def _day(name: str, text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return typed.day(text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem(name, text))
        return None


def _yes(name: str, text: str, problems: list[Problem]) -> bool:
    try:
        return typed.yes_no(text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem(name, text))
        return False
