"""An event from the texts of a form: everything wrong in it is said at once, at its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.matters import awarded, shares
from legalflow.matters.events import NEED_REASON, InstrumentObtained, JudgmentGiven, MatterEvent, Question, questions
from legalflow.values import case_number, typed
from legalflow.values.money import ZERO

_COMMON = ("on", "reason")


def read(
    kind: type[MatterEvent],
    texts: Mapping[str, str],
    *,
    at: datetime,
    actor: str,
    latest: date,
    given: Mapping[str, Any] | None = None,
) -> MatterEvent:
    """An event of a kind from texts by field name; `latest` is the last day on which it can have happened.

    Several parties are separated by newlines, awarded items are JSON text (see `awarded`); `given` are the fields that
    nobody types. Raises `Invalid` with every problem.
    """
    asked = {question.name: question for question in questions(kind) if question.kind != "given"}
    problems = [
        Problem("field.unknown", "没有这一项", "there is no such field", name, texts[name][:60])
        for name in texts
        if name not in asked and name not in _COMMON
    ]
    values: dict[str, Any] = {}
    for name, question in asked.items():
        text = texts.get(name, "").strip()
        if text:
            _put(values, problems, question, text)
        elif question.required and not _has_default(kind, name):
            problems.append(_missing(name, question.zh, question.en))
    on = _day(texts.get("on", ""), latest, problems)
    reason = texts.get("reason", "").strip()
    if kind in NEED_REASON and not reason:
        problems.append(_missing("reason", "理由", "the reason"))
    if values.get("items") and issubclass(kind, JudgmentGiven | InstrumentObtained):
        problems += _against_items(values)
    Invalid.raise_any(problems)
    return kind(at=at, on=on, actor=actor, reason=typed.plain_lines(reason), **values, **(given or {}))


def _put(values: dict[str, Any], problems: list[Problem], question: Question, text: str) -> None:
    try:
        values[question.name] = _value(question, text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem(question.name, text))
    except LegalflowError as error:
        if question.kind in {"items", "shares"}:  # its problems stand at their rows already
            problems += error.problems
            return
        first = error.problems[0]
        problems.append(Problem(first.code, first.message, first.message_en, question.name, text[:60], first.mend))


def _value(question: Question, text: str) -> Any:
    match question.kind:
        case "date":
            return typed.day(text)
        case "money":
            return typed.money(text)
        case "rate":
            return typed.rate(text)
        case "integer" | "sequence":
            return typed.count(text)
        case "yes_no":
            return typed.yes_no(text)
        case "case_number":
            return case_number.case_number(text).text
        case "items":
            return awarded.read(text, question.name)
        case "choice":
            return typed.choice(text, {option.zh: option.value for option in question.options})
        case "shares":
            return shares.read(text, question.name)
        case "parties" | "assets":
            return tuple(typed.plain_text(line) for line in text.splitlines() if line.strip())
        case "long_text":
            return typed.plain_lines(text)
        case _:
            return typed.plain_text(text)


def _against_items(values: Mapping[str, Any]) -> list[Problem]:
    """Where the awarded items and the sums stated beside them do not agree, or the running interest stands twice."""
    stated = {name: values.get(name, ZERO) for name in ("principal", "interest", "other_costs")}
    problems = list(awarded.disagreements(values["items"], stated))
    if values.get("interest_rate") is not None:
        problems.append(
            Problem(
                "award.interest_twice",
                "逐项填写判项的，继续计算的利息也在逐项中填写，此处留空",
                "where the items are given, the running interest stands among them",
                "interest_rate",
            )
        )
    return problems


def _has_default(kind: type[MatterEvent], name: str) -> bool:
    return hasattr(kind, name)


def _day(text: str, latest: date, problems: list[Problem]) -> date:
    """The day it happened: today or before, for what has not happened yet is no event."""
    try:
        on = typed.day(text.strip())
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("on", text))
        return latest
    if on > latest:
        zh, en = f"发生日期不能晚于今天（{latest}）", f"it cannot have happened after today ({latest})"
        problems.append(Problem("event.future", zh, en, "on", text[:60]))
    return on


def _missing(name: str, zh: str, en: str) -> Problem:
    return Problem("field.missing", f"缺少“{zh}”", f"{en} is missing", name)
