"""Contacts of a matter: may this person be contacted now, and what was recorded before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.law.conduct import ANSWERS, DEBTOR_STATES
from legalflow.matters.events import CONTACT_PERSONS, CONTACT_WAYS, Choice
from legalflow.office import today
from legalflow.services import contacting, viewing
from legalflow.web.door import actor, door, office
from legalflow.web.forms import YES_NO, Field, Option, with_values
from legalflow.web.matters import framed

pages = Blueprint("contacts", __name__)

_COLOURS = {"allowed": "green", "advised_against": "yellow", "not_allowed": "red"}


@pages.get("/matters/<matter_id>/contacts")
@door(Right.VIEW)
def asked(matter_id: str) -> Any:
    """The form of a planned contact, its answer once it is asked, and the contacts on record."""
    sheet = viewing.matter(office(), actor(), matter_id)
    fields = _fields()
    given = {field.name: "\n".join(request.args.getlist(field.name)) for field in fields if field.name in request.args}
    answer: contacting.Asked | None = None
    problems: tuple[Problem, ...] = ()
    if "person" in given:
        try:
            answer = contacting.may_contact(office(), actor(), matter_id, given)
        except Invalid as error:
            problems = error.problems
    page = render_template(
        "contacts.html",
        **framed(sheet),
        fields=with_values(fields, given),
        problems=problems,
        asked=answer,
        answers=ANSWERS,
        colours=_COLOURS,
        records=contacting.recorded(office(), actor(), matter_id),
        persons=dict(_options(CONTACT_PERSONS)),
        ways=dict(_options(CONTACT_WAYS)),
    )
    return page, 422 if problems else 200


def _fields() -> list[Field]:
    day = today(office())
    return [
        _one("person", "对象", _options(CONTACT_PERSONS), "debtor"),
        Field(name="name", zh="姓名（第三人可只写称谓）", kind="text", required=False),
        _one("way", "方式", _options(CONTACT_WAYS), "voice"),
        Field(
            name="number",
            zh="号码后四位",
            kind="text",
            required=False,
            hint="语音方式必填；用于计算当日同一号码的未接通次数",
        ),
        Field(name="on", zh="日期", kind="day", required=True, value=day.isoformat()),
        Field(name="time", zh="时刻（北京时间）", kind="text", required=True, value=contacting.now(office())),
        _one("purpose", "目的", contacting.PURPOSES, "collect"),
        _one("debtor_is", "债务人的状态", tuple(DEBTOR_STATES.items()), "reachable"),
        _one("consent_to_hours", "对方已同意在该时段联系", YES_NO, "否"),
        _one("discloses_debt", "会向第三人透露债务", YES_NO, "否"),
        _one("by_agency", "由受托催收机构联系", YES_NO, "否"),
        Field(name="agency_assessed_on", zh="该机构最近一次评估之日", kind="day", required=False),
        Field(
            name="means",
            zh="联系内容涉及以下禁止方式（逐项核对）",
            kind="many",
            required=False,
            options=contacting.means(office(), day),
        ),
    ]


def _one(name: str, zh: str, options: tuple[Option, ...], value: str) -> Field:
    return Field(name=name, zh=zh, kind="one", required=True, options=options, value=value)


def _options(choices: tuple[Choice, ...]) -> tuple[Option, ...]:
    return tuple((each.value, each.zh) for each in choices)
