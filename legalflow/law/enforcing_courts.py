"""Where an instrument is enforced (执行管辖), or a security right realised, by the kind of the instrument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legalflow.law.catalogue import Law
from legalflow.law.court_levels import level_of
from legalflow.law.courts import Competence, Court, Place, Search, once
from legalflow.law.finding import Finding
from legalflow.values.money import Money


@dataclass(frozen=True)
class Instrument:
    """What is enforced: `judgment`, `award` (arbitral), `notarised` (公证债权文书), `payment_order`,
    `security_ruling` (准许实现担保物权的裁定), or `security_right`: the application for such a ruling.

    `court` and `level` are those of the first instance of a judgment, or of who made the order or ruling; `debtors`
    are domiciles, `assets` where assets are. `certificate`: whether the notary's certificate of enforcement (执行证书)
    is at hand; None: not said.
    """

    kind: str
    amount: Money
    on: date
    creditor: Place | None
    debtors: tuple[Place, ...]
    assets: tuple[Place, ...] = ()
    court: Place | None = None
    level: str = "basic"
    certificate: bool | None = None


MADE_BY_A_COURT = {
    "judgment": "第一审人民法院",
    "payment_order": "作出支付令的人民法院",
    "security_ruling": "作出裁定的人民法院",
}
_RULES = {
    "judgment": "articles/civil_procedure/enforcement_jurisdiction",
    "payment_order": "courts/enforce_order",
    "security_ruling": "courts/enforce_order",
    "award": "courts/enforce_award",
    "notarised": "courts/enforce_notarised",
    "security_right": "articles/civil_procedure/security_right_procedure",
}


def enforcing_courts(law: Law, instrument: Instrument) -> Finding[Competence]:
    """The courts where an instrument is enforced, or a security right realised, on a day."""
    search = Search(law, instrument.on)
    rule = search.rule(_RULES[instrument.kind])
    places = _places(search, instrument)
    if places:
        _remarks(search, instrument)
    courts = [
        Court(place, _level(search, instrument, place), (ground,), (rule.citation,), (), procedure="enforcement")
        for place, ground in places
    ]
    for each in courts:
        search.say("执行法院", f"{each.grounds[0]}：{each.place}", each.term, rule)
    if len(courts) > 1:
        zh = f"可以选择其一申请；{search.rule('courts/choice').value}"
        search.warn("court.choice", zh, "several courts are competent; the first to docket hears it")
    return search.found(once(courts))


def _places(search: Search, instrument: Instrument) -> list[tuple[Place, str]]:
    if instrument.kind == "notarised" and instrument.certificate is False:
        rule = search.rule("courts/notarised_certificate")
        search.leave_out("公证债权文书的强制执行", str(rule.value), rule)
        return []
    ground = "担保财产所在地或者登记地" if instrument.kind == "security_right" else "财产所在地"
    places = [(each, ground) for each in instrument.assets]
    if instrument.kind in MADE_BY_A_COURT and instrument.court:
        return [(instrument.court, MADE_BY_A_COURT[instrument.kind]), *places]
    if instrument.kind in {"award", "notarised"}:
        return [*((each, "被执行人住所地") for each in instrument.debtors), *places]
    return places


def _remarks(search: Search, instrument: Instrument) -> None:
    if instrument.kind == "notarised" and instrument.certificate is not True:
        zh = "申请时须提交公证机构出具的执行证书"
        search.warn("court.certificate", zh, "the notary's certificate of enforcement is needed")
    if instrument.kind == "award":
        rule = search.rule("courts/award_to_basic")
        search.warn("court.award_to_basic", f"{rule.zh}：{rule.value}", "a basic court may be designated with approval")


def _level(search: Search, instrument: Instrument, place: Place) -> str:
    if instrument.kind == "notarised":
        parties = [each for each in (instrument.creditor, *instrument.debtors) if each is not None]
        found = level_of(search.law, instrument.on, instrument.amount, place.province, parties)
        search.provisional += found.provisional
        search.steps += [each for each in found.steps if each not in search.steps]
        return found.value
    if instrument.kind == "award":
        return "intermediate"
    return instrument.level if instrument.kind in {"judgment", "security_ruling"} else "basic"
