"""Write-off standards and contacts as operations: what they refuse, all of it at once, and what they never say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest

from legalflow.cli.calc import answer
from legalflow.cli.operations import operation
from legalflow.cli.operations.contact import Means
from legalflow.cli.operations.write_off import Ending, Standard
from legalflow.law.letters import topics
from legalflow.law.write_offs import criteria
from tests.builders import a_law

DAY = date(2026, 11, 24)
LOAN = {"as_of": "2026-11-24", "loan": {"outstanding": "500000"}}
CALL = {"on": "2026-11-24", "time": "15:00", "channel": "voice", "person": "debtor", "number": "13800000000"}
MISSED = {"on": "2026-11-24", "time": "09:00", "channel": "voice", "number": "13800000000", "effective": False}


def sent(op: str, facts: dict[str, Any]) -> dict[str, Any]:
    return answer(json.dumps({"id": 1, "op": op, "input": facts}).encode(), a_law())


def found(op: str, facts: dict[str, Any]) -> dict[str, Any]:
    answered = sent(op, facts)
    assert "result" in answered, answered
    return answered["result"]


def refused(op: str, facts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["code"], each["field"]) for each in sent(op, facts)["problems"]}


def papers(standard: str) -> list[str]:
    return next(list(each.evidence) for each in criteria(a_law(), DAY) if each.id == standard)


def stated(standard: str, **more: Any) -> dict[str, Any]:
    return {**LOAN, "facts": [{"kind": standard, "on": "2024-01-01", **more}], "evidence": papers(standard)}


def test_the_standards_and_endings_are_those_of_the_data() -> None:
    assert list(get_args(Standard)) == [each.id for each in criteria(a_law(), DAY)]
    assert list(get_args(Ending)) == [row["id"] for row in a_law().at("write_off/complete_end", DAY).value]
    assert set(a_law().at("write_off/thresholds", DAY).value) <= set(get_args(Standard))


@pytest.mark.parametrize("standard", get_args(Standard))
def test_a_standard_without_its_situation_is_not_met_and_without_a_paper_misses_that_paper(standard: str) -> None:
    assert standard in found("write-off", {**LOAN, "evidence": papers(standard)})["not_met"]
    facts = stated(standard)
    facts["evidence"] = facts["evidence"][1:]
    answered = found("write-off", facts)
    row = next(each for each in answered["criteria"] if each["id"] == standard)
    assert (row["state"], row["evidence_missing"]) == ("evidence_missing", papers(standard)[:1])
    assert standard not in answered["met"]


@pytest.mark.parametrize("standard", get_args(Standard))
def test_a_standard_with_an_open_threshold_is_never_met_and_names_it_as_provisional(standard: str) -> None:
    answered = found("write-off", stated(standard))
    named = a_law().at("write_off/thresholds", DAY).value.get(standard, [])
    row = next(each for each in answered["criteria"] if each["id"] == standard)
    assert row["thresholds_open"] == [each["zh"] for each in named]
    assert (standard in answered["met"]) is not bool(named)
    assert answered["provisional"] is True
    for each in named:
        assert any(each["zh"] in doubt for doubt in answered["provisional_facts"])


def test_the_end_of_a_procedure_closes_only_the_thresholds_of_its_duration() -> None:
    assert found("write-off", stated("bankruptcy", ended=True))["met"] == ["bankruptcy"]
    assert found("write-off", stated("bank_card", ended=True))["met"] == []


@pytest.mark.parametrize("kind", get_args(Ending))
def test_termination_for_this_time_alone_is_never_a_complete_end(kind: str) -> None:
    remedies = {"remedies_since": "2020-01-01"} if kind == "dismissed_or_barred" else {}
    answered = found("write-off", {**LOAN, "endings": [{"kind": kind, "on": "2020-01-01", **remedies}]})
    assert answered["file_stays_open"] is (kind == "terminated_this_time")


def test_assets_found_before_any_ruling_leave_the_period_to_a_lawyer() -> None:
    answered = found("write-off", {**LOAN, "written_off_on": "2024-02-29", "assets_found_on": "2025-01-01"})
    assert answered["duties"][-1] == {
        "id": "resume_enforcement",
        "term": "发现可供执行的财产的，申请恢复执行",
        "from": "2025-01-01",
        "last_day": None,
        "time_limit": "not_stated",
    }
    assert [each["code"] for each in answered["warnings"]] == ["write_off.enforcement_state"]
    assert answered["duties"][0]["last_day"] == "2026-02-28"


def test_after_a_complete_end_nothing_is_pursued() -> None:
    ended = {"endings": [{"kind": "disposed", "on": "2025-01-01"}], "written_off_on": "2025-01-01"}
    answered = found("write-off", {**LOAN, **ended, "assets_found_on": "2025-06-01"})
    assert [each["id"] for each in answered["duties"]] == [
        "write_off_accountability",
        "write_off_audit",
        "write_off_report",
    ]


def test_everything_wrong_with_a_loan_is_said_at_once() -> None:
    facts = {
        "as_of": "2026-11-24",
        "loan": {"outstanding": "1", "small_or_rural": True},
        "facts": [{"kind": "death", "on": "2026-11-25"}],
        "evidence": ["死亡证"],
        "endings": [
            {"kind": "disposed", "on": "2026-12-01", "remedies_since": "2024-01-01"},
            {"kind": "dismissed_or_barred", "on": "2024-01-01"},
        ],
        "assets_found_on": "2027-01-01",
    }
    assert refused("write-off", facts) == {
        ("write_off.overdue_since", "loan.overdue_since"),
        ("write_off.later", "facts[0].on"),
        ("write_off.unknown_evidence", "evidence[0]"),
        ("write_off.later", "endings[0].on"),
        ("write_off.remedies_since", "endings[0].remedies_since"),
        ("write_off.remedies_since", "endings[1].remedies_since"),
        ("write_off.later", "assets_found_on"),
        ("write_off.not_booked", "written_off_on"),
    }


def test_a_slip_in_the_name_of_a_paper_is_answered_with_the_nearest_name() -> None:
    problem = sent("write-off", {**LOAN, "evidence": ["死亡证"]})["problems"][0]
    assert "死亡或失踪证明" in problem["mend"] and problem["found"] == "死亡证"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"as_of": "2026-02-30"}, ("date.invalid", "as_of")),
        ({"loan": {"outstanding": 500000}}, ("input.not_text", "loan.outstanding")),
        ({"loan": {"outstanding": "-1"}}, ("money.invalid", "loan.outstanding")),
        ({"facts": [{"kind": "gift", "on": "2024-01-01"}]}, ("input.choice", "facts[0].kind")),
        ({"facts": [{"kind": "death"}]}, ("input.missing", "facts[0].on")),
        ({"evidence": ["x" * 101]}, ("input.size", "evidence[0]")),
        ({"evidence": ["执行裁定书"] * 201}, ("input.size", "evidence")),
        ({"evidence": "执行裁定书"}, ("input.type", "evidence")),
        ({"thresholds": {}}, ("input.unknown", "thresholds")),
        ({"written_off_on": "2016-01-01"}, ("law.gap", "deadlines/write_off_accountability")),
        ({"as_of": "9999-12-31", "written_off_on": "9999-01-01"}, ("period.out_of_calendar", "written_off_on")),
        (
            {"as_of": "9999-12-31", "endings": [{"kind": "bankruptcy_ended", "on": "9998-01-01"}]},
            ("period.out_of_calendar", "endings[0].on"),
        ),
    ],
)
def test_write_off_refuses_what_it_cannot_use_in_words(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused("write-off", {**LOAN, **changes}) == {problem}


def test_no_answer_says_that_a_loan_may_be_written_off() -> None:
    text = json.dumps(found("write-off", operation("write-off").example), ensure_ascii=False)
    for words in ("可以核销", "可核销", "应予核销", "准予核销"):
        assert words not in text


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


@pytest.mark.parametrize("standard", get_args(Standard))
@pytest.mark.parametrize("ended", [True, False])
def test_nothing_that_is_printed_tells_anybody_to_write_off(standard: str, ended: bool) -> None:
    whole = {"opinions": ["credit"], "endings": [{"kind": "disposed", "on": "2025-01-01"}]}
    for text in texts_of(found("write-off", {**stated(standard, ended=ended), **whole})):
        assert not re.search("(?:可以?|应予?|应当|准予|予以|建议|同意|须)核销", text), text


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"text": ""}, ("input.size", "text")),
        ({"text": 5}, ("input.type", "text")),
        ({}, ("input.missing", "text")),
        ({"text": "函", "names": [""]}, ("input.size", "names[0]")),
        ({"text": "函", "on": "2026-02-30"}, ("date.invalid", "on")),
        ({"text": "函" * 100_001}, ("input.size", "text")),
    ],
)
def test_letter_check_refuses_what_it_cannot_use_in_words(facts: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused("letter-check", facts) == {problem}


def test_the_rules_of_letters_are_those_the_operation_names() -> None:
    assert set(operation("letter-check").topics) == set(topics(a_law()))
    assert set(get_args(Means)) == {row["id"] for row in a_law().at("contact/prohibited_means", DAY).value["means"]}


@pytest.mark.parametrize(("missed", "allowed"), [(5, True), (6, False)])
def test_a_number_is_dialled_in_vain_six_times_a_day_however_it_is_written(missed: int, allowed: bool) -> None:
    history = [{**MISSED, "number": ("+86 138-0000-0000", "008613800000000")[each % 2]} for each in range(missed)]
    answered = found("contact", {**CALL, "history": history})
    assert (answered["allowed"], answered["unanswered_dials"]) == (allowed, missed)
    assert answered["broken"] == ([] if allowed else ["unanswered_dials"])
    assert found("contact", {**CALL, "number": "13800000001", "history": history})["allowed"] is True


def test_dials_in_vain_are_counted_only_from_the_day_of_their_rule() -> None:
    early = {"on": "2026-01-29"}
    answered = found("contact", {**CALL, **early, "history": [{**MISSED, **early}] * 9})
    assert answered["allowed"] is True
    assert "unanswered_dials" not in [each["rule"] for each in answered["rules"]]


@pytest.mark.parametrize("debtor", ["unreachable", "dead", "incapable"])
@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"refused": True}, False),
        ({"discloses_debt": True}, False),
        ({"debtor_is": "reachable"}, False),
        ({"purpose": "collect"}, False),
    ],
)
def test_a_third_person_is_asked_only_for_a_debtor_who_is_lost(
    debtor: str, changes: dict[str, Any], allowed: bool
) -> None:
    asked = {**CALL, "person": "contact_person", "purpose": "locate", "debtor_is": debtor, **changes}
    assert found("contact", asked)["allowed"] is allowed


@pytest.mark.parametrize(
    ("person", "allowed", "warnings"),
    [
        ("debtor", True, []),
        ("guarantor", True, ["contact.guarantor"]),
        ("related_person", False, ["contact.related_person"]),
        ("contact_person", False, []),
    ],
)
def test_who_may_be_asked_to_pay(person: str, allowed: bool, warnings: list[str]) -> None:
    answered = found("contact", {**CALL, "person": person})
    assert answered["allowed"] is allowed
    assert [each["code"] for each in answered["warnings"]] == warnings


def test_every_rule_broken_is_named_and_each_names_its_ground() -> None:
    history = [{**MISSED, "effective": True}] * 3 + [MISSED] * 6
    answered = found("contact", {**CALL, "time": "23:59", "history": history})
    assert answered["broken"] == ["hours", "voice_per_day", "unanswered_dials"]
    assert all(each["ground"] and each["says"] for each in answered["rules"])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"time": "24:00"}, ("input.pattern", "time")),
        ({"time": "9:00"}, ("input.pattern", "time")),
        ({"time": "09:00\n"}, ("input.pattern", "time")),
        ({"time": "０９:00"}, ("input.pattern", "time")),
        ({"time": 900}, ("input.type", "time")),
        ({"number": "一三八"}, ("input.pattern", "number")),
        ({"number": None}, ("contact.number_needed", "number")),
        ({"person": "mother"}, ("input.choice", "person")),
        ({"channel": "pigeon"}, ("input.choice", "channel")),
        ({"consent_to_hours": "yes"}, ("input.type", "consent_to_hours")),
        ({"history": [{**MISSED, "number": None}]}, ("contact.number_needed", "history[0].number")),
        ({"history": [{**MISSED, "time": "15:01"}]}, ("contact.history_later", "history[0].on")),
        ({"history": [{**MISSED, "on": "2026-11-25"}]}, ("contact.history_later", "history[0].on")),
        ({"history": [MISSED] * 1001}, ("input.size", "history")),
        ({"on": "2025-02-27"}, ("law.gap", "contact/hours")),
    ],
)
def test_contact_refuses_what_it_cannot_use_in_words(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused("contact", {**CALL, **changes}) == {problem}
