"""Which court hears a claim (管辖): by place, by level, by cause, and in which procedure.

A court is named by its place and level, never by a name guessed from them. Amounts are in yuan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Warning
from legalflow.values.dates import add_years
from legalflow.values.money import Money

LEVELS = {"basic": "基层人民法院", "intermediate": "中级人民法院", "high": "高级人民法院"}


@dataclass(frozen=True)
class Place:
    """A place in China: the short name of its province, its city and its county (empty where not known)."""

    province: str
    city: str = ""
    county: str = ""

    def __str__(self) -> str:
        return self.province + self.city + self.county

    def seat(self, level: str) -> str:
        """The part of the place that a court of a level is named by."""
        return {"high": self.province, "intermediate": self.province + self.city}.get(level, str(self))


@dataclass(frozen=True)
class Party:
    """A party to the suit: `role` is plaintiff, debtor or guarantor; `place` None is abroad (or 港澳台).

    `missing`: nobody knows where the party is (下落不明).
    """

    name: str
    role: str
    place: Place | None
    missing: bool = False


@dataclass(frozen=True)
class Clause:
    """What a contract says of disputes: `arbitration`, or a `court` at `place`.

    `guarantor` names whose guarantee contract it stands in; empty is the main contract. `connected` is whether the
    place is linked to the dispute; `pointed_out`, whether a consumer's attention was drawn to a form clause.
    """

    kind: str
    place: Place | None = None
    guarantor: str = ""
    written: bool = True
    connected: bool = True
    consumer_form: bool = False
    pointed_out: bool = True


@dataclass(frozen=True)
class Claim:
    """What is sued for. `online`: the loan was signed and performed wholly online. `simple`: facts and debts are clear.

    `excluded`: a counterclaim or an appraisal (反诉、评估、鉴定). `agreed_small`: the parties agreed to one instance.
    """

    amount: Money
    cause: str
    on: date
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...] = ()
    performance: Place | None = None
    online: bool = False
    simple: bool = False
    excluded: bool = False
    agreed_small: bool = False

    @property
    def defendants(self) -> tuple[Party, ...]:
        """The debtor and the guarantors."""
        return tuple(each for each in self.parties if each.role != "plaintiff")


@dataclass(frozen=True)
class Court:
    """A competent court: `kind` ordinary, financial or internet; `level` basic, intermediate, high or `not_settled`.

    `procedure` is ordinary, simplified, small_claims or `not_settled`; `small_claims` says how the limit of the
    province applies: mandatory, by_agreement, no or not_known.
    """

    place: Place
    level: str
    grounds: tuple[str, ...]
    citations: tuple[Citation, ...]
    against: tuple[str, ...]
    kind: str = "ordinary"
    name: str = ""
    procedure: str = "not_settled"
    small_claims: str = "no"


@dataclass(frozen=True)
class Excluded:
    """A court or a clause that does not count, and why."""

    what: str
    why: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Competence:
    """The competent courts, and what was left out."""

    courts: tuple[Court, ...]
    excluded: tuple[Excluded, ...]


@dataclass
class _Search:
    """What is found while the rules are gone through."""

    law: Law
    on: date
    excluded: list[Excluded] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    provisional: list[str] = field(default_factory=list)

    def rule(self, topic: str) -> Value:
        """A value of the law on the day; what was not read in its source is noted."""
        value = self.law.at(topic, self.on)
        self.provisional += value.provisional
        return value

    def leave_out(self, what: str, why: str, *values: Value) -> None:
        """Note what does not count and why."""
        self.excluded.append(Excluded(what, why, tuple(value.citation for value in values)))

    def found(self, courts: Iterable[Court]) -> Finding[Competence]:
        """Everything found, once each; that no court was found is said."""
        every = tuple(courts)
        if not every:
            zh = "没有找到有管辖权的人民法院，请核对仲裁约定、境外当事人和财产所在地"
            self.warnings.append(Warning("court.none", zh, "no competent court was found"))
        value = Competence(every, tuple(dict.fromkeys(self.excluded)))
        return Finding(value, (), tuple(dict.fromkeys(self.warnings)), tuple(dict.fromkeys(self.provisional)))


def courts_for(law: Law, claim: Claim) -> Finding[Competence]:
    """The courts where a suit may be brought on a day, with grounds; `LawGap` before the law's data begin."""
    search = _Search(law, claim.on)
    places = [court for contract, group in _groups(search, claim) for court in _places(search, claim, contract, group)]
    courts = [_procedure(search, claim, _special(search, claim, _level(search, claim, each))) for each in _once(places)]
    if len(courts) > 1:
        zh = f"有管辖权的法院不止一个，可以选择其一；{search.rule('courts/choice').value}"
        search.warnings.append(
            Warning("court.choice", zh, "several courts are competent; the first to docket hears it")
        )
    return search.found(courts)


def _groups(search: _Search, claim: Claim) -> Iterator[tuple[str, tuple[Party, ...]]]:
    """Who is sued under which contract: all under the main one while the debtor is sued, else each guarantor's own."""
    arbitrated = {each.guarantor for each in claim.clauses if each.kind == "arbitration" and each.written}
    if arbitrated & {each.guarantor for each in claim.clauses if each.kind == "court"}:
        zh = "同一合同既约定仲裁又约定法院，仲裁约定是否有效须核对；此处按有效处理"
        search.warnings.append(Warning("court.both_clauses", zh, "check whether the arbitration clause is valid"))
    left = []
    for party in claim.defendants:
        contract = "" if party.role == "debtor" else party.name
        if contract in arbitrated:
            why = "合同约定了仲裁，人民法院对该合同当事人之间的纠纷没有管辖权"
            search.leave_out(f"对{party.name}的起诉", why, search.rule("courts/guarantee"))
        else:
            left.append(party)
    if any(each.role == "debtor" for each in left):
        yield "", tuple(left)
    else:
        yield from ((each.name, (each,)) for each in left)


def _places(search: _Search, claim: Claim, contract: str, group: tuple[Party, ...]) -> list[Court]:
    """The competent places for one contract, levels not yet settled."""
    names = tuple(each.name for each in group)
    base: tuple[Citation, ...] = ()
    if any(each.role == "guarantor" for each in group):
        base = (search.rule("courts/guarantee").citation,)
    agreed = [each for each in claim.clauses if each.guarantor == contract and _holds(search, each)]
    statutory = list(_statutory(search, claim, group, not contract))
    if not agreed:
        return [
            Court(place, "", (ground,), (*base, *(value.citation for value in values)), names)
            for place, ground, values in statutory
        ]
    rule = search.rule("courts/agreement")
    chosen = [each.place for each in agreed if each.place]
    for place, ground, _ in statutory:
        if place not in chosen:
            search.leave_out(f"{place}的法院（{ground}）", "当事人书面约定了管辖法院", rule)
    return [Court(place, "", ("书面约定管辖",), (*base, rule.citation), names) for place in chosen]


def _holds(search: _Search, clause: Clause) -> bool:
    """Whether a clause on courts counts; why not is noted."""
    if clause.kind == "arbitration":
        if not clause.written:
            search.warnings.append(
                Warning(
                    "court.arbitration_unwritten",
                    "仲裁约定不是书面的，不计",
                    "an unwritten arbitration clause is not counted",
                )
            )
        return False
    rule = search.rule("courts/agreement")
    if not clause.written:
        search.leave_out(f"约定的{clause.place}的法院", "管辖约定不是书面的", rule)
    elif not clause.connected:
        search.leave_out(f"约定的{clause.place}的法院", "约定的地点与争议没有实际联系", rule)
    elif clause.consumer_form and not clause.pointed_out:
        zh = f"约定{clause.place}的格式条款{search.rule('courts/form_clause').value}"
        search.warnings.append(Warning("court.form_clause", zh, "the consumer may have this form clause declared void"))
    return clause.written and clause.connected


def _statutory(
    search: _Search, claim: Claim, group: Sequence[Party], main: bool
) -> Iterator[tuple[Place, str, tuple[Value, ...]]]:
    """The defendants' domiciles and the place of performance."""
    contract = search.rule("courts/contract")
    for each in group:
        if each.place is not None:
            yield each.place, f"被告{each.name}住所地", (search.rule("courts/domicile"), contract)
    if main and claim.performance is not None:
        yield claim.performance, "约定的合同履行地", (contract,)
        return
    receiver = next(each.place for each in claim.parties if each.role == "plaintiff")
    if receiver is not None:
        yield receiver, "接收货币一方所在地为合同履行地", (contract, search.rule("courts/performance"))


def _once(courts: Iterable[Court]) -> list[Court]:
    """Courts of one place and the same defendants joined, their grounds kept."""
    found: dict[tuple[Place, tuple[str, ...]], Court] = {}
    for each in courts:
        key = (each.place, each.against)
        before = found.get(key)
        found[key] = (
            replace(
                before,
                grounds=tuple(dict.fromkeys((*before.grounds, *each.grounds))),
                citations=tuple(dict.fromkeys((*before.citations, *each.citations))),
            )
            if before
            else each
        )
    return list(found.values())


def level_of(law: Law, on: date, amount: Money, province: str, parties: Iterable[Place]) -> Finding[str]:
    """The level of the court of first instance in a province, by the amount and where the parties are."""
    rule = law.at("courts/level", on)
    high = law.at("courts/level_high", on)
    inside = {each.province == province for each in parties}
    limit = Money(rule.value["all_or_none_inside" if len(inside) < 2 else "some_outside"])
    if amount >= Money(high.value["from"]):
        return Finding("high", provisional=high.provisional)
    return Finding("intermediate" if amount >= limit else "basic", provisional=rule.provisional)


def _level(search: _Search, claim: Claim, court: Court) -> Court:
    places = [each.place for each in claim.parties if each.place is not None]
    if len(places) < len(claim.parties):
        zh = "当事人一方在境外或者港澳台，级别管辖的一般标准不适用，请另行核对"
        search.warnings.append(Warning("court.level_abroad", zh, "a party is abroad: the usual amounts do not apply"))
        return replace(court, level="not_settled")
    found = level_of(search.law, claim.on, claim.amount, court.place.province, places)
    search.provisional += found.provisional
    topic = "courts/level_high" if found.value == "high" else "courts/level"
    return replace(court, level=found.value, citations=(*court.citations, search.law.cite(topic, claim.on)))


def _special(search: _Search, claim: Claim, court: Court) -> Court:
    """The internet or financial court that takes the case instead, if there is one on the day."""
    if court.level == "basic" and claim.online:
        return _internet(search, claim, court)
    if court.level == "intermediate":
        return _financial(search, claim, court)
    return court


def _internet(search: _Search, claim: Claim, court: Court) -> Court:
    rule = search.law.at("courts/internet", claim.on)
    before = search.law.history("courts/internet")[0].value
    for each in rule.value["courts"]:
        city = court.place.city.removesuffix("市")
        if each["province"] != court.place.province or each["city"] not in {"", city}:
            continue
        if claim.cause in rule.value["causes"]:
            search.provisional += rule.provisional
            search.leave_out(f"{court.place}的基层人民法院", f"由{each['name']}集中管辖", rule)
            return replace(court, kind="internet", name=each["name"], citations=(*court.citations, rule.citation))
        if claim.cause in before["causes"]:
            search.provisional += rule.provisional
            why = f"自{rule.since}起不再受理网络借款纠纷，由基层人民法院受理"
            search.leave_out(each["name"], why, rule)
    return court


def _financial(search: _Search, claim: Claim, court: Court) -> Court:
    for topic in search.law.topics():
        if not topic.startswith("courts/financial/"):
            continue
        try:
            rule = search.law.at(topic, claim.on)
        except LawGap:  # the court was not there yet
            continue
        name = rule.value["name"]
        if claim.cause not in rule.value["causes"]:
            continue
        if court.place.province in rule.value["partly"]:
            zh = f"{court.place}是否在{name}的辖区内须核对；在辖区内的由其管辖"
            search.warnings.append(
                Warning("court.financial_area", zh, "check whether the place is in the area of the court")
            )
        if court.place.province in rule.value["provinces"]:
            search.provisional += rule.provisional
            search.leave_out(f"{court.place.seat(court.level)}的中级人民法院", f"由{name}管辖", rule)
            return replace(court, kind="financial", name=name, citations=(*court.citations, rule.citation))
    return court


def _procedure(search: _Search, claim: Claim, court: Court) -> Court:
    if court.level == "not_settled":
        return court
    missing = any(each.missing for each in claim.parties)
    if court.level == "basic" and missing:
        rule = search.rule("courts/small_claims_excluded")
        search.leave_out(f"{court.place}的小额诉讼程序", "当事人一方下落不明", rule)
    if court.level != "basic" or not claim.simple or missing:
        return replace(court, procedure="ordinary")
    small = "no"
    if claim.excluded:
        rule = search.rule("courts/small_claims_excluded")
        search.leave_out(f"{court.place}的小额诉讼程序", "提出反诉或者需要评估、鉴定", rule)
    else:
        small = _small_claims(search, claim, court.place.province)
    if small == "mandatory" or (small == "by_agreement" and claim.agreed_small):
        cited = search.rule("articles/civil_procedure/small_claims").citation
        return replace(court, procedure="small_claims", small_claims=small, citations=(*court.citations, cited))
    cited = search.rule("courts/simplified").citation
    return replace(court, procedure="simplified", small_claims=small, citations=(*court.citations, cited))


def _small_claims(search: _Search, claim: Claim, province: str) -> str:
    """How the small-claims limit of a province applies; `not_known` where it is not in the data."""
    limit = _limit(search, province)
    if limit is None:
        search.provisional.append(f"{province}在{claim.on}的小额诉讼标的额标准尚未载入，是否适用小额诉讼须核对")
        return "not_known"
    if claim.amount <= Money(limit.value["mandatory_up_to"]):
        return "mandatory"
    return "by_agreement" if claim.amount <= Money(limit.value["by_agreement_up_to"]) else "no"


def _limit(search: _Search, province: str) -> Value | None:
    for topic in search.law.topics():
        if not topic.startswith("courts/small_claims/"):
            continue
        if search.law.history(topic)[0].value["province"] != province:
            continue
        try:
            value = search.rule(topic)
        except LawGap:
            return None
        years = int(search.rule("courts/small_claims_year").value["years"])
        if search.on >= add_years(value.since, years):
            search.provisional.append(f"{value.zh}自{value.since}起，其后公布的标准尚未载入")
        return value
    return None


@dataclass(frozen=True)
class Instrument:
    """What is enforced: `judgment`, `award` (arbitral), `notarised` (公证债权文书) or `security_right` (担保物权).

    `court` and `level` are those of the first instance of a judgment; `debtors` are domiciles, `assets` where
    assets are.
    """

    kind: str
    amount: Money
    on: date
    creditor: Place | None
    debtors: tuple[Place, ...]
    assets: tuple[Place, ...] = ()
    court: Place | None = None
    level: str = "basic"


_ENFORCED = {
    "judgment": "articles/civil_procedure/enforcement_jurisdiction",
    "award": "courts/enforce_award",
    "notarised": "courts/enforce_notarised",
    "security_right": "articles/civil_procedure/security_right_procedure",
}


def enforcing_courts(law: Law, instrument: Instrument) -> Finding[Competence]:
    """The courts where an instrument is enforced, or a security right realised, on a day."""
    search = _Search(law, instrument.on)
    cited = (search.rule(_ENFORCED[instrument.kind]).citation,)
    places = [
        (each, "财产所在地" if instrument.kind != "security_right" else "担保财产所在地或者登记地")
        for each in instrument.assets
    ]
    if instrument.kind == "judgment" and instrument.court:
        places.insert(0, (instrument.court, "第一审人民法院"))
    elif instrument.kind in {"award", "notarised"}:
        places = [(each, "被执行人住所地") for each in instrument.debtors] + places
    if instrument.kind == "notarised":
        zh = "申请时须提交公证机构出具的执行证书"
        search.warnings.append(Warning("court.certificate", zh, "the notary's certificate of enforcement is needed"))
    courts = [
        Court(place, _enforcing_level(search, instrument, place), (ground,), cited, (), procedure="enforcement")
        for place, ground in places
    ]
    return search.found(_once(courts))


def _enforcing_level(search: _Search, instrument: Instrument, place: Place) -> str:
    if instrument.kind == "notarised":
        parties = [each for each in (instrument.creditor, *instrument.debtors) if each is not None]
        found = level_of(search.law, instrument.on, instrument.amount, place.province, parties)
        search.provisional += found.provisional
        return found.value
    return {"judgment": instrument.level, "award": "intermediate"}.get(instrument.kind, "basic")
