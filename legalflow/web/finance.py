"""Write-offs: applied for, checked, approved, booked, and what came back afterwards. Internal throughout."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.law.write_offs import ANSWERS, STATES, OtherRuling
from legalflow.matters.matter import WRITE_OFF_BAR, fold
from legalflow.matters.stages import rank
from legalflow.office import today
from legalflow.services import claiming, compiling, empowering, itemised, recognising, viewing, writing_off
from legalflow.services.recognising import Stated
from legalflow.services.viewing import MatterSheet
from legalflow.values import typed
from legalflow.web import forms, history
from legalflow.web.confirming import FIELD, confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition
from legalflow.web.forms import Field
from legalflow.web.matters import framed, standards
from legalflow.web.words import fen

pages = Blueprint("finance", __name__)

_CORRECTABLE = frozenset({"WriteOffBooked", "RecoveryRecorded"})


@pages.get("/write-offs")
@door(Right.VIEW_MONEY)
def listed() -> Any:
    """Write-offs, newest first."""
    state = request.args.get("state", "")
    return render_template("write_offs.html", rows=viewing.write_offs(office(), actor(), state), state=state)


@pages.get("/matters/<matter_id>/write-off")
@door(Right.VIEW_MONEY)
def of_matter(matter_id: str) -> Any:
    """The write-offs of a matter, and the form to apply for one."""
    sheet = viewing.matter(office(), actor(), matter_id)
    here = rank(sheet.row.write_off)
    return render_template(
        "write_off_matter.html",
        **framed(sheet),
        fields=_application(sheet),
        effective=next((row for row in sheet.write_offs if row.state != "refused"), None),
        write_off_bar=[(stage, stage.rank == here) for stage in WRITE_OFF_BAR],
        standing=recognising.standing(office(), actor(), matter_id, given=_stated()),
        answers=ANSWERS,
        states=STATES,
        grades=recognising.GRADES,
        rulings=recognising.RULINGS,
        obtained_by=recognising.OBTAINED_BY,
        securities=recognising.SECURITY,
    )


@pages.post("/matters/<matter_id>/write-off")
@door(Right.APPLY_WRITE_OFF, takes=None, again=of_matter)
def ask(matter_id: str) -> Any:
    """Apply for a write-off."""
    sheet = viewing.matter(office(), actor(), matter_id)
    given = forms.texts(_application(sheet))
    return once(lambda: url_for("finance.shown", write_off_id=writing_off.ask(office(), actor(), matter_id, given)))


@pages.get("/write-offs/<write_off_id>")
@door(Right.VIEW_MONEY)
def shown(write_off_id: str) -> Any:
    """A write-off: what was asked, who said yes, what was booked and came back, by component."""
    sheet = viewing.write_off(office(), actor(), write_off_id)
    whole = viewing.matter(office(), actor(), sheet.matter_id)
    matter = fold(whole.events)
    asked = str(sheet.row.request.get("criterion", ""))
    recovery = forms.of_event("RecoveryRecorded", whole, today(office()).isoformat(), {})
    return render_template(
        "write_off.html",
        sheet=sheet,
        row=sheet.row,
        power=empowering.power_over(office(), actor(), write_off_id),
        pack=compiling.pack(office(), actor(), write_off_id),
        in_list=itemised.list_of(office(), actor(), write_off_id),
        matter=matter,
        recovery=recovery,
        ending=forms.of_event("WriteOffEnded", whole, today(office()).isoformat(), {}),
        today=today(office()),
        parts=_parts(sheet.row),
        total=_total(sheet.row),
        number=whole.row.number,
        criterion=standards().get(asked, asked),
        booked=[line for line in history.timeline(whole, True, standards()) if line.name in _CORRECTABLE],
    )


@pages.get("/write-offs/<write_off_id>/pack")
@door(Right.VIEW_MONEY)
def pack(write_off_id: str) -> Any:
    """The file of a write-off as one ZIP."""
    name, content = compiling.compiled(office(), actor(), write_off_id)
    response = send_file(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


@pages.post("/write-offs/<write_off_id>/check")
@door(Right.CHECK_WRITE_OFF, takes=("opinion",), again=shown)
def check(write_off_id: str) -> Any:
    """Pass an application on after checking it."""
    opinion = request.form.get("opinion", "")
    return _done(write_off_id, lambda: writing_off.check(office(), actor(), write_off_id, opinion))


@pages.post("/write-offs/<write_off_id>/approve")
@door(Right.APPROVE_WRITE_OFF, takes=("digest", "number"), again=shown)
def approve(write_off_id: str) -> Any:
    """Approve exactly what was asked, named by its digest."""
    digest, number = request.form.get("digest", ""), request.form.get("number", "")
    return _done(write_off_id, lambda: writing_off.approve(office(), actor(), write_off_id, digest, number))


@pages.post("/write-offs/<write_off_id>/refuse")
@door(Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF, takes=("reason",), again=shown)
def refuse(write_off_id: str) -> Any:
    """Refuse an application, saying why."""
    reason = request.form.get("reason", "")
    return _done(write_off_id, lambda: writing_off.refuse(office(), actor(), write_off_id, reason))


@pages.post("/write-offs/<write_off_id>/book")
@door(Right.BOOK_WRITE_OFF, takes=("voucher", "on", "confirm"), again=shown)
def book(write_off_id: str) -> Any:
    """Book an approved write-off, confirmed by typing its amount: only an entry of the opposite sign takes it back."""
    confirmed(_total(viewing.write_off(office(), actor(), write_off_id).row))
    voucher, on = request.form.get("voucher", ""), request.form.get("on", "")
    return _done(write_off_id, lambda: writing_off.book(office(), actor(), write_off_id, voucher, on))


@pages.post("/write-offs/<write_off_id>/recover")
@door(Right.RECORD_RECOVERY, takes=None, again=shown)
def recover(write_off_id: str) -> Any:
    """Record money that came in after the booking."""
    whole = viewing.matter(office(), actor(), viewing.write_off(office(), actor(), write_off_id).matter_id)
    given = forms.texts(forms.of_event("RecoveryRecorded", whole, "", {}))
    return _done(write_off_id, lambda: writing_off.recover(office(), actor(), write_off_id, given))


@pages.post("/write-offs/<write_off_id>/end")
@door(Right.APPROVE_WRITE_OFF, takes=None, again=shown)
def end(write_off_id: str) -> Any:
    """Record that the written-off claim ended for good, on a ground whose conditions are met.

    Confirmed by typing the matter's number: nothing is pursued afterwards.
    """
    matter_id = viewing.write_off(office(), actor(), write_off_id).matter_id
    whole = viewing.matter(office(), actor(), matter_id)
    fields = [*forms.of_event("WriteOffEnded", whole, "", {}), Field(name=FIELD, zh="确认")]
    given = {name: text for name, text in forms.texts(fields).items() if name != FIELD}
    confirmed(whole.row.number)
    return _done(write_off_id, lambda: writing_off.end(office(), actor(), matter_id, given))


@pages.post("/write-offs/<write_off_id>/correct")
@door(Right.CHECK_WRITE_OFF, takes=("sequence", "reason"), again=shown)
def correct(write_off_id: str) -> Any:
    """Take back a booking or a recovery recorded wrongly, with entries of the opposite sign."""
    sequence, reason = forms.whole(request.form.get("sequence", "")), request.form.get("reason", "")
    if sequence is None:
        raise Invalid(Problem("correction.sequence", "请选择要更正的事项", "choose what to correct", "sequence"))
    return _done(write_off_id, lambda: writing_off.correct(office(), actor(), write_off_id, sequence, reason))


def _stated() -> Stated:
    """What the address states to see what follows; every choice is one of those offered."""
    given = request.args
    ruling, on = given.get("ruling", ""), given.get("ruling_on", "").strip()
    problems = [
        Problem("form.not_an_option", "没有这个选项", "there is no such option", name, value[:40])
        for name, value, known in (
            ("ruling", ruling, recognising.RULINGS),
            ("obtained_by", given.get("obtained_by", ""), recognising.OBTAINED_BY),
            ("security", given.get("security", ""), recognising.SECURITY),
            ("grade", given.get("grade", ""), recognising.GRADES),
        )
        if value and value not in known
    ]
    day = None
    try:
        day = typed.day(on) if on else None
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("ruling_on", on))
    if ruling and not on:
        problems.append(Problem("write_off.ruling_day", "请给出裁定日期", "give the day of the ruling", "ruling_on"))
    Invalid.raise_any(problems)
    other = None
    if ruling and day:
        obtained_by, security = given.get("obtained_by") or "same_lender", given.get("security") or "better"
        other = OtherRuling(ruling=ruling, on=day, obtained_by=obtained_by, security=security)
    return Stated(
        assumed=tuple(given.getlist("suppose")),
        external_unobtainable=given.get("internal") == "yes",
        signed=tuple(given.getlist("signed")),
        departments=tuple(given.getlist("opinion")) if given.get("review") == "yes" else None,
        other_loan=other,
        small_or_rural=given.get("small") == "yes",
        grade=given.get("grade", ""),
    )


def _total(row: Any) -> str:
    """All that is to be booked, as it is read."""
    return fen(sum(part for _, part in _parts(row)))


def _done(write_off_id: str, effect: Any) -> Any:
    def then() -> str:
        effect()
        return url_for("finance.shown", write_off_id=write_off_id)

    return once(then)


def _application(sheet: MatterSheet) -> list[Field]:
    """The form of an application; what the claim says today stands in the fields of the books at first."""
    day = today(office())
    fields = forms.of_event("WriteOffApplied", sheet, day.isoformat(), {}, tuple(standards().items()))
    values = {"as_of": day.isoformat()}
    try:
        claim = claiming.state_claim(office(), actor(), sheet.row.loan_id)[1].value
    except LegalflowError:  # the form stays usable; the use case says what is wrong
        return forms.with_values(fields, values)
    for name in ("principal", "outstanding_principal"):
        values[name] = str(claim.principal)
    for name in ("off_balance_interest", "outstanding_off_balance_interest"):
        values[name] = str(claim.interest_total)
    return forms.with_values(fields, values)


def _parts(row: Any) -> list[tuple[str, int]]:
    return [
        ("本金", row.principal_fen),
        ("表内利息", row.on_interest_fen),
        ("表外利息", row.off_interest_fen),
        ("费用", row.fees_fen),
    ]
