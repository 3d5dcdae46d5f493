"""Matters: where one stands, what is due, what happened, and what may be recorded next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, LegalflowError, NotFound, Problem
from legalflow.law.write_offs import criteria
from legalflow.matters.assets import assets_of
from legalflow.matters.costs import account
from legalflow.matters.events import EVENTS
from legalflow.matters.matter import STAGE_BAR, Matter, fold, follow, next_steps
from legalflow.matters.stages import OF_THE_SUIT, ON_THE_SIDE, RULES, rank
from legalflow.office import today
from legalflow.services import (
    charging,
    claiming,
    debtors,
    enforcing,
    proposing,
    seating,
    siting,
    suits,
    tracking,
    viewing,
)
from legalflow.services.listing import MATTERS
from legalflow.services.lists import matters as listed_matters
from legalflow.services.viewing import MatterSheet
from legalflow.values import typed
from legalflow.web import enforced, forms, guidance, history, lists, steps
from legalflow.web.confirming import FIELD, confirmed
from legalflow.web.door import actor, door, office, once

pages = Blueprint("matters", __name__)

# Events no later one reverses, nor brings back what they end.
FOR_GOOD = frozenset({"DocumentVoided"})


@pages.get("/matters")
@door(Right.VIEW)
def listed() -> Any:
    """Matters in scope as the address asks for them, the newest first."""
    state = lists.here(MATTERS)
    found = listed_matters(office(), actor(), state.wanted, request.args.get("after", ""))
    return render_template("matters.html", **lists.framed(state, found))


@pages.get("/matters/<matter_id>")
@door(Right.VIEW)
def shown(matter_id: str) -> Any:
    """A matter: facts, next deadline and next steps on top, then the stage bar and the timeline."""
    sheet = viewing.matter(office(), actor(), matter_id)
    matter = fold(sheet.events)
    listed = [step for step in next_steps(matter) if _offered(step.name)]
    loan, claim = _claim(sheet)
    by_name = {step.name: step for step in listed if step.possible}
    expected = [by_name[name] for name in guidance.awaited(sheet) if name in by_name]
    return render_template(
        "matter.html",
        **framed(sheet),
        matter=matter,
        debtor_ids=debtors.ids(office(), actor(), sheet.row.loan_id),
        steps=listed,
        groups=steps.grouped(listed, expected),
        not_led_to=steps.NOT_LED_TO,
        hindered=guidance.hindered(matter, listed),
        awaited=expected,
        steps_elsewhere=STEPS_ELSEWHERE,
        timeline=history.timeline(sheet, actor().may(Right.VIEW_MONEY), standards()),
        claim=claim,
        costs=account(matter),
        came_in=claiming.came_in(loan, matter.opened_on) if loan and matter.opened_on else None,
        charges=charging.court_fees(office(), claim, today(office())) if claim else (),
        sites=siting.courts(office(), loan, claim, today(office())) if claim else None,
        clause=loan.clauses.jurisdiction_text if loan else "",
    )


@pages.get("/matters/<matter_id>/enforcement")
@door(Right.VIEW)
def enforcement(matter_id: str) -> Any:
    """What is owed under the judgment on a day: its items, what came in, what was waived, what runs, by debtor."""
    sheet = viewing.matter(office(), actor(), matter_id)
    text, problems, found = request.args.get("as_of", "").strip(), [], None
    try:
        found = enforcing.of_matter(office(), actor(), matter_id, typed.day(text) if text else None)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("as_of", text))
    except LegalflowError as error:
        problems += error.problems
    return render_template(
        "enforcement.html",
        **framed(sheet),
        as_of=text or today(office()).isoformat(),
        problems_of_debt=problems,
        debt=enforced.explained(found.finding) if found else None,
        given_back=found.restitution if found else None,
        ways=enforced.KINDS,
    )


@pages.get("/matters/<matter_id>/record")
@door(Right.VIEW)
def record_form(matter_id: str) -> Any:
    """The form of one event, made from its metadata."""
    name = _event_name()
    sheet = viewing.matter(office(), actor(), matter_id)
    step = next((step for step in next_steps(fold(sheet.events)) if step.name == name), None)
    given = {key: value for key, value in request.args.items() if key in {"document", "bundle"}}
    given = {**guidance.proposed(name, sheet), **given}
    fee = _fee_on_withdrawal(sheet) if name == "SuitWithdrawn" else {}
    asked = forms.of_event(name, sheet, today(office()).isoformat(), given)
    if any(field.name == "court" for field in asked):
        asked = forms.suggesting(asked, "court", seating.names(office(), actor()))
    return render_template(
        "record.html",
        **framed(sheet),
        name=name,
        title=EVENTS[name].title[0],
        step=step,
        cautions=tracking.cautions(office(), actor(), matter_id, name),
        others=suits.others(office(), actor(), matter_id, name),
        for_good=name in FOR_GOOD,
        fields=forms.with_hints(asked, {**guidance.hints(name, sheet), **fee}),
    )


@pages.post("/matters/<matter_id>/record")
@door(Right.VIEW, takes=None, again=record_form)
def record(matter_id: str) -> Any:
    """Record what happened; what is for good is confirmed by typing the matter's number."""
    name, version = _event_name(), request.form.get("version", "")
    sheet = viewing.matter(office(), actor(), matter_id)
    asked = forms.of_event(name, sheet, "", {})
    if name in FOR_GOOD:
        asked.append(forms.Field(name=FIELD, zh="确认"))
        confirmed(sheet.row.number)
    typed_in = {field: text for field, text in forms.texts(asked).items() if field != FIELD}
    number = forms.whole(version)

    def effect() -> str:
        tracking.record(office(), actor(), matter_id, name, typed_in, number)
        return url_for("matters.shown", matter_id=matter_id) + "#timeline"

    return once(effect)


@pages.post("/matters/<matter_id>/reverse")
@door(Right.REVERSE, takes=("sequence", "reason"), again=shown)
def reverse(matter_id: str) -> Any:
    """Reverse a wrong event, saying why."""
    sequence = forms.whole(request.form.get("sequence", ""))
    if sequence is None:
        raise Invalid(Problem("reversal.sequence", "请选择要撤销的事项", "choose the event to reverse", "sequence"))

    def effect() -> str:
        tracking.reverse(office(), actor(), matter_id, sequence, request.form.get("reason", ""))
        return url_for("matters.shown", matter_id=matter_id) + "#timeline"

    return once(effect)


@pages.post("/matters/<matter_id>/assign")
@door(Right.ASSIGN, takes=("firm",), again=shown)
def assign(matter_id: str) -> Any:
    """Give the matter to a law firm."""

    def effect() -> str:
        tracking.assign(office(), actor(), matter_id, request.form.get("firm", ""))
        return url_for("matters.shown", matter_id=matter_id)

    return once(effect)


@pages.post("/matters/<matter_id>/unassign")
@door(Right.ASSIGN, takes=("reason",), again=shown)
def unassign(matter_id: str) -> Any:
    """Take the matter from its law firm, saying why."""

    def effect() -> str:
        tracking.unassign(office(), actor(), matter_id, request.form.get("reason", ""))
        return url_for("matters.shown", matter_id=matter_id)

    return once(effect)


# Steps with a page of their own: the tab of the matter on which they are taken.
STEPS_ELSEWHERE = {
    "DocumentRequested": "documents.listed",
    "DocumentApproved": "documents.listed",
    "DocumentReturned": "documents.listed",
    "DocumentSealed": "documents.listed",
    "ExhibitAdded": "evidence.listed",
    "ExhibitDescribed": "evidence.listed",
    "ExhibitWithdrawn": "evidence.listed",
    "BundleRequested": "evidence.bundles",
    "WriteOffPrepared": "finance.of_matter",
    "WriteOffApplied": "finance.of_matter",
    "WriteOffChecked": "finance.of_matter",
    "WriteOffApproved": "finance.of_matter",
    "WriteOffBooked": "finance.of_matter",
    "WriteOffRefused": "finance.of_matter",
    "RecoveryRecorded": "finance.of_matter",
    "WriteOffEnded": "finance.of_matter",
    "FirmAssigned": "matters.shown",
    "FirmUnassigned": "matters.shown",
}
# Never steps of their own: a reversal stands beside each event, and payments on the loan's page.
_BESIDE = {"EventReversed", "PaymentReceived", "ExhibitDescribed", "LoanChanged"}


def framed(sheet: MatterSheet) -> dict[str, Any]:
    """What every tab of a matter shows: its head, the bar of stages and the counts on the tabs."""
    row = sheet.row
    matter, passed = _walked(sheet)
    left_out = ON_THE_SIDE | (OF_THE_SUIT if "A85" in {*passed, sheet.row.stage} else frozenset())
    open_ones = [each for each in sheet.deadlines if each.state in viewing.OPEN_DEADLINES]
    due = next(
        iter(sorted(open_ones, key=lambda each: each.state == "missed")), None
    )  # a missed one only if none is open
    return {
        "sheet": sheet,
        "bar": [
            (stage, stage.code in passed, stage.code == row.stage)
            for stage in STAGE_BAR
            if stage.code in {*passed, row.stage} or stage.code not in left_out
        ],
        "enforceable": rank(row.stage) >= rank("A55"),
        "next_due": due,
        "counts": {
            "documents": sum(each.state != "void" for each in sheet.documents),
            "exhibits": sum(each.state != "withdrawn" for each in sheet.exhibits),
            "bundles": len(sheet.bundles),
            "assets": len(assets_of(matter)),
            "write_offs": len(sheet.write_offs),
            "proposals": proposing.count_waiting(office(), actor(), row.id),
        },
    }


def _walked(sheet: MatterSheet) -> tuple[Matter, set[str]]:
    """The matter at the end of its events, and the stages it stood at before."""
    matter, passed = Matter(), set()
    for recorded in sheet.events:
        matter = follow(matter, recorded)
        passed.add(matter.stage)
    return matter, passed - {sheet.row.stage}


def standards() -> dict[str, str]:
    """The standards of recognition in force today, by id."""
    return {each.id: each.zh for each in criteria(office().law, today(office()))}


def _event_name() -> str:
    """The event a page is about, where it is one of those asked for by their metadata and the actor may record it."""
    name = request.values.get("name", "")
    if name not in EVENTS or name in tracking.OWN_USE_CASE:
        raise NotFound.one("event.unknown", "没有这种事项", "there is no such event")
    tracking.require_any(actor(), RULES[name].rights)
    return name


def _offered(name: str) -> bool:
    """Whether a step is shown to the actor: one of its rights is theirs."""
    if name in _BESIDE:
        return False
    return any(actor().may(right) for right in RULES[name].rights)


def _fee_on_withdrawal(sheet: MatterSheet) -> dict[str, str]:
    """What the acceptance fee comes to where the suit is withdrawn, as a hint of its field."""
    try:
        found = charging.on_withdrawal(office(), actor(), sheet.row.loan_id, fold(sheet.events), today(office()))
    except LegalflowError:
        return {}
    if found is None:
        return {}
    fee = found.value
    said = f"按立案之日债权计算：受理费 {fee.paid.grouped()} 元，撤诉后负担 {fee.due.grouped()} 元"
    cited = next((str(each) for step in reversed(found.steps) for each in step.citations), "")
    return {"fee": f"{said}（{cited}）" if cited else said}


def _claim(sheet: MatterSheet) -> Any:
    """The loan and what is owed today, for the figures at a glance; None for both where it cannot be computed."""
    try:
        loan, found = claiming.state_claim(office(), actor(), sheet.row.loan_id)
    except LegalflowError:
        return None, None
    return loan, found.value
