"""Loans: looked for, taken in by a form, shown with what is owed and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.claims.claim import Claim
from legalflow.errors import LegalflowError, NotFound, Problem
from legalflow.intake import rows
from legalflow.office import today
from legalflow.services import claiming, debtors, importing, revealing, sourcing, tracking, viewing
from legalflow.services.listing import LOANS
from legalflow.services.lists import loans as listed_loans
from legalflow.values import typed
from legalflow.web import claims, forms, lists
from legalflow.web.door import actor, door, office, once

pages = Blueprint("loans", __name__)

# Most loans need no more than these; the rest of the columns stand folded below.
USUAL = {
    "contract_number",
    "contract_name",
    "lender",
    "lender_kind",
    "signed",
    "limit",
    "drawdowns",
    "start",
    "maturity",
    "rate",
    "penalty_uplift",
    "compound",
    "basis",
    "repayment",
    "instalments",
    "borrower.name",
    "borrower.kind",
    "borrower.number",
    "borrower.phone",
    "borrower.domicile",
}


@pages.get("/loans")
@door(Right.VIEW)
def listed() -> Any:
    """Loans as the address asks for them. What was looked for stands there sealed, for it may be a person's name."""
    state = lists.here(LOANS)
    found = listed_loans(office(), actor(), state.wanted, request.args.get("after", ""))
    return render_template("loans.html", **lists.framed(state, found))


@pages.post("/loans/search")
@door(Right.VIEW, takes=("find", "asked"))
def search() -> Any:
    """Look for loans: the words are sealed before they enter an address."""
    return lists.searched(LOANS)


@pages.get("/loans/new")
@door(Right.IMPORT)
def new() -> Any:
    """The form of a loan, by the columns of an import file."""
    fields = forms.of_columns(rows.columns("loans"))
    usual = [field for field in fields if field.name in USUAL or field.required]
    return render_template("loan_new.html", usual=usual, more=[field for field in fields if field not in usual])


@pages.post("/loans/new")
@door(Right.IMPORT, takes=None, again=new)
def add() -> Any:
    """Take a loan in."""
    typed_in = forms.texts(forms.of_columns(rows.columns("loans")))
    given = {name: text for name, text in typed_in.items() if text.strip()}
    return once(lambda: url_for("loans.shown", loan_id=importing.add_loan(office(), actor(), given)))


@pages.get("/loans/<loan_id>")
@door(Right.VIEW)
def shown(loan_id: str, parties: Any = None) -> Any:
    """A loan with its claim on a day; `parties` are shown in full where they were revealed."""
    sheet = viewing.loan(office(), actor(), loan_id)
    problems: list[Problem] = []
    as_of = _day(request.args.get("as_of", ""), problems)
    counts = request.args.get("cutoff_counts", "yes") != "no"
    finding = None
    try:
        _, finding = claiming.state_claim(office(), actor(), loan_id, as_of, cutoff_counts=counts)
    except LegalflowError as error:  # a loan that cannot be computed is still shown, with the reason
        if isinstance(error, NotFound):
            raise
        problems += error.problems
    left_out = {"contract_number", "lender"}
    wrong_trial: list[Problem] = []
    trial = _trial(loan_id, finding.value, as_of, counts, wrong_trial) if finding else None
    return render_template(
        "loan.html",
        trial=trial,
        problems_of_trial=wrong_trial,
        trial_choices={"orders": claims.ORDERS, "policies": claims.POLICIES, "waivable": claims.WAIVABLE},
        sheet=sheet,
        sources=sourcing.sheet(office(), actor(), loan_id),
        loan=sheet.loan,
        parties=parties or sheet.loan.parties,
        debtor_ids=debtors.ids(office(), actor(), loan_id),
        revealed=parties is not None,
        claim=finding and claims.explained(finding),
        problems_of_claim=problems,
        as_of=as_of or today(office()),
        cutoff_counts=counts,
        payment=forms.of_columns(rows.columns("payments"), left_out),
    )


@pages.post("/loans/<loan_id>/reveal")
@door(Right.REVEAL)
def reveal(loan_id: str) -> Any:
    """Show the persons' numbers in full, once; recorded."""
    return make_response(shown(loan_id, parties=revealing.reveal(office(), actor(), loan_id)))


@pages.post("/loans/<loan_id>/payments")
@door(Right.RECORD_PAYMENT, takes=None, again=shown)
def pay(loan_id: str) -> Any:
    """Record a payment."""
    given = forms.texts(forms.of_columns(rows.columns("payments"), {"contract_number", "lender"}))

    def effect() -> str:
        importing.record_payment(office(), actor(), loan_id, {key: text for key, text in given.items() if text})
        return url_for("loans.shown", loan_id=loan_id) + "#payments"

    return once(effect)


@pages.post("/loans/<loan_id>/matter")
@door(Right.OPEN_MATTER, again=shown)
def open_matter(loan_id: str) -> Any:
    """Open the matter of a loan."""
    return once(lambda: url_for("matters.shown", matter_id=tracking.open_matter(office(), actor(), loan_id)))


def _trial(loan_id: str, stated: Claim, as_of: Any, counts: bool, problems: list[Problem]) -> claims.Trial | None:
    """What the address supposes, beside the stated claim; None where it supposes nothing or cannot be worked out."""
    supposed = claims.supposed_in(request.args, problems)
    if supposed is None or problems:
        return None
    try:
        found = claiming.suppose(office(), actor(), loan_id, supposed, as_of, cutoff_counts=counts)
    except LegalflowError as error:
        problems += error.problems
        return None
    return claims.compared(stated, found)


def _day(text: str, problems: list[Problem]) -> Any:
    if not text:
        return None
    try:
        return typed.day(text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("as_of", text))
        return None
