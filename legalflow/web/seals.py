"""The seal: what waits for it, the application for it, several documents sealed at once, and the register."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow import forms
from legalflow.access import Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.office import today
from legalflow.services import drafting, sealing
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition
from legalflow.web.forms import YES_NO, Field

pages = Blueprint("seals", __name__)

MOST = 50  # documents sealed at once
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/seals")
@door(Right.VIEW)
def listed() -> Any:
    """What waits for the seal, each with its digest, and what was applied for."""
    return render_template("seals.html", rows=sealing.waiting(office(), actor()))


@pages.post("/seals")
@door(Right.SEAL, takes=("document", "confirm"), again=listed)
def seal_many() -> Any:
    """Seal the documents ticked, each exactly as it was shown; those refused are named with the reason.

    Confirmed by typing how many are ticked: a seal is not taken off again.
    """
    chosen = [each.partition(":") for each in request.form.getlist("document")]
    if not 1 <= len(chosen) <= MOST:
        zh, en = f"请勾选 1 至 {MOST} 份文书", f"tick from 1 to {MOST} documents"
        raise Invalid(Problem("seals.none", zh, en, "document", str(len(chosen))))
    confirmed(str(len(chosen)))

    def then() -> str:
        refused: list[Problem] = []
        for document, _, digest in chosen:
            try:
                drafting.seal(office(), actor(), document, digest)
            except LegalflowError as error:
                refused += [
                    Problem(each.code, each.message, each.message_en, "文书", digest[:16], each.mend, each.mend_en)
                    for each in error.problems
                ]
        Invalid.raise_any(refused)
        return url_for("seals.register")

    return once(then)


@pages.get("/seals/register")
@door(Right.VIEW)
def register() -> Any:
    """The register of seals."""
    return render_template("seal_register.html", rows=sealing.register(office(), actor()), most=sealing.PAGE)


@pages.get("/seals/register/export")
@door(Right.VIEW)
def export() -> Any:
    """The whole register as a workbook."""
    response = make_response(sealing.export(office(), actor()))
    response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = disposition("attachment", f"用印登记簿 {today(office())}.xlsx")
    return response


@pages.get("/documents/<document_id>/seal-application")
@door(Right.DRAFT)
def application(document_id: str) -> Any:
    """The application for the seal on an approved document."""
    document, matter, said = sealing.proposed(office(), actor(), document_id)
    return render_template("seal_application.html", document=document, matter=matter, fields=_fields(said))


@pages.post("/documents/<document_id>/seal-application")
@door(Right.DRAFT, takes=("seal", "copies", "across", "body", "reason"), again=application)
def apply(document_id: str) -> Any:
    """Apply for the seal."""
    texts = {name: request.form.get(name, "") for name in ("seal", "copies", "across", "body", "reason")}

    def then() -> str:
        sealing.apply(office(), actor(), document_id, texts)
        return url_for("documents.shown", document_id=document_id)

    return once(then)


def _fields(said: dict[str, str]) -> list[Field]:
    seals = tuple((each, each) for each in forms.seals())
    return [
        Field(name="seal", zh="印章种类", kind="one", required=True, options=seals, value=said.get("seal", "")),
        Field(name="copies", zh="份数", kind="count", required=True, value=said.get("copies", "1")),
        Field(name="across", zh="是否加盖骑缝章", kind="one", options=YES_NO, value=said.get("across", "")),
        Field(name="body", zh="对外提交机构", value=said.get("body", ""), hint="例如受诉人民法院；不对外的留空"),
        Field(name="reason", zh="用印事由", kind="long", required=True, value=said.get("reason", "")),
    ]
