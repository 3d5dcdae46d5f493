"""Assets of debtors: a matter's register, one asset and what may be recorded of it, and all measures by last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import NotFound
from legalflow.matters.asset_events import CLUE_KINDS, CLUE_SOURCES, LIFTED_GROUNDS, MEASURE_WAYS, VALUATIONS
from legalflow.matters.asset_rules import next_rounds
from legalflow.matters.asset_steps import STEPS
from legalflow.matters.assets import STATES, Asset
from legalflow.matters.events import ASSET_KINDS, AUCTION_RESULTS, AUCTION_ROUNDS, EVENTS, MEASURE_RANKS, Choice
from legalflow.matters.shares import RANKS
from legalflow.matters.stages import RULES
from legalflow.office import today
from legalflow.services import expiring, securing, tracking, viewing
from legalflow.services.viewing import MatterSheet
from legalflow.web import forms, history
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import disposition
from legalflow.web.forms import Field
from legalflow.web.lists import XLSX
from legalflow.web.matters import framed, standards

pages = Blueprint("assets", __name__)

WITHIN = {"": "全部", "expired": "已到期", "week": "七日内", "month": "三十日内", "quarter": "九十日内"}
_HINTS = {
    "PreservationTaken": {"expires_on": "不填的，按法定期限自采取之日计算", "place": "首封的不填"},
    "PreservationRenewed": {"expires_on": "不填的，按法定期限自续行之日计算"},
    "WaitingMeasureTookEffect": {"expires_on": "不填的，按法定期限自生效之日计算"},
    "AssetFound": {"asset": "能与其他财产区分的名称，登记后不改", "detail": "账号只写尾号"},
    "ReceiptExplained": {"number": "由财务登记的收款"},
}
_WAYS = {"sold": "auction", "taken": "debt_asset", "transferred": "transfer"}


def _words(choices: Sequence[Choice]) -> dict[str, str]:
    return {choice.value: choice.zh for choice in choices}


TABLES = {
    "ASSET_STATES": {code: zh for code, (zh, _) in STATES.items()},
    "KINDS": _words(CLUE_KINDS),
    "SOURCES": _words(CLUE_SOURCES),
    "VALUATIONS": _words(VALUATIONS),
    "LEGAL_KINDS": _words(ASSET_KINDS),
    "MEASURE_RANKS": _words(MEASURE_RANKS),
    "MEASURE_WAYS": _words(MEASURE_WAYS),
    "LIFTED": _words(LIFTED_GROUNDS),
    "ROUNDS": _words(AUCTION_ROUNDS),
    "RESULTS": _words(AUCTION_RESULTS),
    "SHARE_RANKS": _words(RANKS),
}


@pages.get("/matters/<matter_id>/assets")
@door(Right.VIEW)
def listed(matter_id: str) -> Any:
    """The register of a matter, and what may be added to it."""
    sheet = viewing.matter(office(), actor(), matter_id)
    found = securing.register(office(), actor(), matter_id)
    return render_template("assets.html", **framed(sheet), **TABLES, register=found, fields=_clue_fields(sheet))


@pages.post("/matters/<matter_id>/assets")
@door(Right.RECORD, takes=None, again=listed)
def add(matter_id: str) -> Any:
    """Record a clue to an asset."""
    given = forms.texts(_clue_fields(viewing.matter(office(), actor(), matter_id)))

    def effect() -> str:
        tracking.record(office(), actor(), matter_id, "AssetFound", given)
        return url_for("assets.listed", matter_id=matter_id)

    return once(effect)


@pages.post("/matters/<matter_id>/assets/collateral")
@door(Right.RECORD, takes=("index",), again=listed)
def add_collateral(matter_id: str) -> Any:
    """Take a piece of the loan's collateral into the register."""
    index = forms.whole(request.form.get("index", ""))

    def effect() -> str:
        securing.add_collateral(office(), actor(), matter_id, -1 if index is None else index)
        return url_for("assets.listed", matter_id=matter_id)

    return once(effect)


@pages.get("/matters/<matter_id>/assets/<int(max=999999999):asset_id>")
@door(Right.VIEW)
def shown(matter_id: str, asset_id: int) -> Any:
    """One asset: its measures, rounds, distribution, money, history, and what may be recorded of it."""
    sheet = viewing.matter(office(), actor(), matter_id)
    found = securing.asset(office(), actor(), matter_id, asset_id)
    about = {each.sequence for each in found.line.asset.history}
    lines = history.timeline(sheet, actor().may(Right.VIEW_MONEY), standards())
    return render_template(
        "asset.html",
        **framed(sheet),
        **TABLES,
        found=found,
        asset=found.line.asset,
        standing=found.line.standing,
        timeline=[line for line in lines if line.sequence in about],
        titles={name: EVENTS[name].title[0] for name in STEPS},
    )


@pages.get("/matters/<matter_id>/assets/<int(max=999999999):asset_id>/record")
@door(Right.RECORD)
def act_form(matter_id: str, asset_id: int) -> Any:
    """The form of one event about an asset."""
    name = _event_name()
    sheet = viewing.matter(office(), actor(), matter_id)
    found = securing.asset(office(), actor(), matter_id, asset_id)
    return render_template(
        "asset_record.html",
        **framed(sheet),
        name=name,
        title=EVENTS[name].title[0],
        asset=found.line.asset,
        step=next((step for step in found.steps if step.name == name), None),
        fields=_fields(name, sheet, found),
    )


@pages.post("/matters/<matter_id>/assets/<int(max=999999999):asset_id>/record")
@door(Right.RECORD, takes=None, again=act_form)
def act(matter_id: str, asset_id: int) -> Any:
    """Record what happened to an asset."""
    name, version = _event_name(), forms.whole(request.form.get("version", ""))
    sheet = viewing.matter(office(), actor(), matter_id)
    found = securing.asset(office(), actor(), matter_id, asset_id)
    given = forms.texts(_fields(name, sheet, found))
    if name != "PreservationApplied":
        given["asset"] = found.line.asset.name

    def effect() -> str:
        tracking.record(office(), actor(), matter_id, name, given, version)
        return url_for("assets.shown", matter_id=matter_id, asset_id=asset_id)

    return once(effect)


@pages.get("/measures")
@door(Right.VIEW)
def measures() -> Any:
    """The measures of all matters in scope, the first to end first."""
    within = _within()
    found = expiring.measures(office(), actor(), within, request.args.get("after", ""))
    counts = expiring.counts(office(), actor())
    return render_template("measures.html", page=found, within=within, spans=WITHIN, counts=counts, **TABLES)


@pages.get("/measures/export")
@door(Right.VIEW)
def export() -> Any:
    """The same list as a workbook."""
    response = make_response(expiring.export(office(), actor(), _within()))
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = disposition("attachment", f"查封到期一览-{today(office())}.xlsx")
    return response


# --- parts -----------------------------------------------------------------------------------------------------------


def _within() -> str:
    within = request.args.get("within", "")
    return within if within in WITHIN else ""


def _event_name() -> str:
    """The event a form is about, where it is one about assets and the actor may record it."""
    name = request.values.get("name", "")
    if name not in STEPS:
        raise NotFound.one("event.unknown", "没有这种事项", "there is no such event")
    tracking.require_any(actor(), RULES[name].rights)
    return name


def _clue_fields(sheet: MatterSheet) -> list[Field]:
    fields = forms.of_event("AssetFound", sheet, today(office()).isoformat(), {})
    return forms.with_hints(fields, _HINTS["AssetFound"])


def _fields(name: str, sheet: MatterSheet, found: securing.Sheet) -> list[Field]:
    """The form of an event about one asset: the asset is known, and what its history says already stands there."""
    asset = found.line.asset
    fields = forms.of_event(name, sheet, today(office()).isoformat(), _given(name, asset))
    fields = [field for field in fields if field.name != "asset"]
    if name == "AuctionSet":
        may = next_rounds(asset)
        fields = [_only(field, may) if field.name == "round" else field for field in fields]
    if name == "ReceiptExplained":
        receipts = tuple((number, f"{number}（{on}，{amount.grouped()} 元）") for number, on, amount in found.unnamed)
        fields = [
            replace(field, kind="one", options=receipts, hint="") if field.name == "number" else field
            for field in fields
        ]
    return forms.with_hints(fields, _HINTS.get(name, {}))


def _only(field: Field, values: Sequence[str]) -> Field:
    options = tuple(option for option in field.options if option[0] in values)
    return replace(field, options=options, value=options[0][0] if options else "")


def _given(name: str, asset: Asset) -> dict[str, str]:
    """What a form can already know from the asset's history, as texts by field."""
    match name:
        case "PreservationApplied":
            return {"assets": asset.name, "amount": str(asset.value) if asset.value else ""}
        case "AssetClueFiled":
            return {"clue": "，".join(part for part in (asset.name, asset.place, asset.detail) if part)}
        case "PreservationTaken":
            return {"asset_kind": asset.legal_kind, "court": asset.applied_to}
        case "AuctionSet":
            return {"asset_kind": asset.legal_kind}
        case "AssetTakenForDebt":
            failed = bool(asset.rounds) and asset.rounds[-1].result == "failed"
            return {"ground": "failed" if failed else "", "amount": str(asset.rounds[-1].start_price) if failed else ""}
        case "DistributionPlanReceived":
            return {"total": str(asset.proceeds) if asset.proceeds else ""}
        case "ReceiptExplained":
            return {"way": _WAYS.get(asset.state, "auction" if asset.sale else "")}
        case _:
            return {}
