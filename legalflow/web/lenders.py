"""The lenders: who each is, its agents, letterhead and history, and the accounts it is paid on. No debtor is named."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for

from legalflow import forms as house
from legalflow.access import Right
from legalflow.loans.lender import PARTS, PARTY_FIELDS, PURPOSES
from legalflow.loans.parties import Agent
from legalflow.services import banking, lending, picturing
from legalflow.services.lending import Sheet
from legalflow.web import forms
from legalflow.web.door import actor, door, office, once
from legalflow.web.forms import Field

pages = Blueprint("lenders", __name__)

_HINTS = {
    "number": "18 位，按校验位核对",
    "legal_representative": "分行、支行写负责人",
    "organisation_type": "要素式诉状中勾选",
}
_POWERS = tuple((each, each) for each in lending.POWERS)
_AGENT = (
    Field(name="name", zh="姓名"),
    Field(name="unit", zh="单位"),
    Field(name="position", zh="职务"),
    Field(name="phone", zh="电话"),
    Field(name="power", zh="代理权限", kind="one", options=_POWERS),
    Field(name="licence", zh="执业证号"),
)


@pages.get("/lenders")
@door(Right.VIEW_LENDERS)
def listed() -> Any:
    """Every lender, and for who keeps them the form of another."""
    return render_template("lenders.html", lenders=lending.listed(office(), actor()), fields=_new_fields())


@pages.post("/lenders")
@door(Right.KEEP_LENDERS, takes=None, again=listed)
def add() -> Any:
    """Set a lender up."""
    said = forms.texts(_new_fields()) | {"name": request.form.get("name", "")}
    return once(lambda: url_for("lenders.shown", lender_id=lending.add(office(), actor(), said)))


@pages.get("/lenders/<lender_id>")
@door(Right.VIEW_LENDERS)
def shown(lender_id: str) -> Any:
    """One lender: its facts, accounts, letterhead and seals."""
    sheet = lending.sheet(office(), actor(), lender_id)
    return render_template(
        "lender.html",
        sheet=sheet,
        fields=_fields(sheet),
        agents=_agents(sheet),
        entries=banking.entries(office(), actor(), lender_id),
        seals=picturing.seals(office(), actor(), lender_id),
        kinds=[each for each in house.seals() if each != house.usual_seal("lawyer_letter")],
        purposes=PURPOSES,
        labels=PARTY_FIELDS,
        account_fields=_account_fields(),
        widths=(picturing.LEAST_MM, picturing.MOST_MM),
    )


@pages.post("/lenders/<lender_id>")
@door(Right.KEEP_LENDERS, takes=None, again=shown)
def change(lender_id: str) -> Any:
    """Keep what was changed of a lender, with the reason."""
    sheet = lending.sheet(office(), actor(), lender_id)
    said = forms.texts([*_fields(sheet), _agents(sheet), _why()]) | {"version": request.form.get("version", "")}

    def effect() -> str:
        lending.change(office(), actor(), lender_id, said)
        return url_for("lenders.shown", lender_id=lender_id)

    return once(effect)


@pages.get("/lenders/<lender_id>/history")
@door(Right.VIEW_LENDERS)
def history(lender_id: str) -> Any:
    """Every version of a lender with what it changed."""
    sheet = lending.sheet(office(), actor(), lender_id)
    versions = lending.history(office(), actor(), lender_id)
    return render_template("lender_history.html", sheet=sheet, versions=versions, parts=PARTS)


@pages.post("/lenders/<lender_id>/accounts")
@door(Right.SET_ACCOUNTS, takes=banking.FIELDS, again=shown)
def propose(lender_id: str) -> Any:
    """Propose an account."""
    said = {name: request.form.get(name, "") for name in banking.FIELDS}

    def effect() -> str:
        banking.propose(office(), actor(), lender_id, said)
        return url_for("lenders.shown", lender_id=lender_id, _anchor="accounts")

    return once(effect)


@pages.post("/lender-accounts/<lender_account_id>/confirm")
@door(Right.SET_ACCOUNTS)
def confirm(lender_account_id: str) -> Any:
    """Confirm another's proposal."""

    def effect() -> str:
        lender = banking.confirm(office(), actor(), lender_account_id)
        return url_for("lenders.shown", lender_id=lender, _anchor="accounts")

    return once(effect)


@pages.post("/lender-accounts/<lender_account_id>/refuse")
@door(Right.SET_ACCOUNTS, takes=("reason",))
def refuse(lender_account_id: str) -> Any:
    """Refuse another's proposal, or withdraw one's own."""
    reason = request.form.get("reason", "")

    def effect() -> str:
        lender = banking.refuse(office(), actor(), lender_account_id, reason)
        return url_for("lenders.shown", lender_id=lender, _anchor="accounts")

    return once(effect)


def _fields(sheet: Sheet) -> list[Field]:
    party, head = sheet.profile.party, sheet.profile.letterhead
    values = {name: getattr(party, name) for name in PARTY_FIELDS}
    values |= {"letterhead_name": head.name, "letterhead_address": head.address}
    return [
        *(
            Field(
                name=name,
                zh=zh,
                hint=_HINTS.get(name, ""),
                value=values[name],
                suggested=_suggested(name),
            )
            for name, zh in PARTY_FIELDS.items()
        ),
        Field(
            name="letterhead_name",
            zh="信头名称",
            value=values["letterhead_name"],
            hint="函件顶端的名称；不填则不印信头",
        ),
        Field(
            name="letterhead_address", zh="信头地址", value=values["letterhead_address"], hint="名称下方的地址、电话"
        ),
    ]


def _suggested(name: str) -> tuple[str, ...]:
    """What the official element form offers for a field of an organisation."""
    return house.options_of_organisation({"organisation_type": "org_type", "ownership": "ownership"}.get(name, ""))


def _agents(sheet: Sheet | None) -> Field:
    kept = [_cells(each) for each in sheet.profile.agents] if sheet else []
    value = json.dumps(kept, ensure_ascii=False) if kept else ""
    return Field(name="agents", zh="委托诉讼代理人", kind="rows", columns=_AGENT, value=value)


def _cells(agent: Agent) -> dict[str, str]:
    return {column.name: getattr(agent, column.name) for column in _AGENT}


def _why() -> Field:
    return Field(name="why", zh="修改原因", kind="long", required=True)


def _new_fields() -> list[Field]:
    shown = [
        Field(name=name, zh=zh, hint=_HINTS.get(name, ""), suggested=_suggested(name))
        for name, zh in PARTY_FIELDS.items()
    ]
    return [Field(name="name", zh="名称", required=True, hint="与导入的贷款中的贷款人一致，以后不能改"), *shown]


def _account_fields() -> list[Field]:
    options = tuple(PURPOSES.items())
    return [
        Field(name="purpose", zh="用途", kind="one", required=True, options=options, value="repayment"),
        Field(name="number", zh="账号", required=True),
        Field(name="name", zh="户名", required=True),
        Field(name="bank", zh="开户行", required=True),
        Field(name="why", zh="原因", required=True, hint="如换户通知的日期、文号"),
    ]
