"""The level of the court of first instance (级别管辖), and which court of its own takes the case instead.

Amounts are in yuan. Financial courts take what an intermediate court would take, and the appeals from basic courts;
internet courts took online loans from the first day of the data until the day they no longer do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law, Value
from legalflow.law.courts import LEVELS, Court, Place, Search
from legalflow.law.finding import Finding, Step
from legalflow.law.suits import Claim
from legalflow.values.money import Money


def level_of(law: Law, on: date, amount: Money, province: str, parties: Iterable[Place]) -> Finding[str]:
    """The level of the court of first instance in a province, by the amount and where the parties are."""
    rule = law.at("courts/level", on)
    high = law.at("courts/level_high", on)
    inside = {each.province == province for each in parties}
    some_outside = len(inside) > 1
    limit = Money(rule.value["some_outside" if some_outside else "all_or_none_inside"])
    if amount >= Money(high.value["from"]):
        step = Step(high.zh, f"{amount} ≥ {high.value['from']}", LEVELS["high"], (high.citation,))
        return Finding("high", (step,), provisional=high.provisional)
    level = "intermediate" if amount >= limit else "basic"
    where = (
        "当事人一方住所地不在受理法院所处省级行政辖区" if some_outside else "当事人住所地均在或者均不在该省级行政辖区"
    )
    formula = f"{where}，标准 {limit}；{amount} {'≥' if amount >= limit else '<'} {limit}"
    return Finding(level, (Step(rule.zh, formula, LEVELS[level], (rule.citation,)),), provisional=rule.provisional)


def level(search: Search, claim: Claim, court: Court) -> Court:
    """The court with its level; not settled where a party is abroad."""
    if claim.stated_level:
        zh = f"级别按给出的{LEVELS[claim.stated_level]}，未按标的额核对"
        search.warn("court.level_stated", zh, "the level is as stated and was not checked against the amount")
        return replace(court, level=claim.stated_level)
    homes = [each.home(search.law, claim.on) for each in claim.parties]
    places = [each for each in homes if each is not None]
    if len(places) < len(homes):
        zh = "当事人一方在境外或者港澳台，级别管辖的一般标准不适用，请另行核对"
        search.warn("court.level_abroad", zh, "a party is abroad: the usual amounts do not apply")
        search.leave_out("级别管辖的一般标准", "涉外、涉港澳台案件不适用", search.rule("courts/level"))
        return replace(court, level="not_settled")
    found = level_of(search.law, claim.on, claim.amount, court.place.province, places)
    search.provisional += found.provisional
    search.steps += [
        replace(step, what=f"{court.place.province}{step.what}")
        for step in found.steps
        if replace(step, what=f"{court.place.province}{step.what}") not in search.steps
    ]
    return replace(court, level=found.value, citations=(*court.citations, *found.citations))


def special(search: Search, claim: Claim, court: Court) -> Court:
    """The internet or financial court that takes the case instead, if there is one on the day."""
    if court.level == "basic" and claim.online:
        return _internet(search, claim, court)
    if court.level == "intermediate":
        return _instead(search, claim, court)
    return court


def _internet(search: Search, claim: Claim, court: Court) -> Court:
    try:
        rule = search.law.at("courts/internet", claim.on)
    except LawGap:  # the courts were not there yet
        return court
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


def _instead(search: Search, claim: Claim, court: Court) -> Court:
    rule = financial(search, claim, court.place)
    if rule is None:
        return court
    name = rule.value["name"]
    search.provisional += rule.provisional
    search.leave_out(f"{court.place.seat(court.level)}的中级人民法院", f"由{name}管辖", rule)
    return replace(court, kind="financial", name=name, citations=(*court.citations, rule.citation))


def financial(search: Search, claim: Claim, place: Place) -> Value | None:
    """The rule of the financial court that a place and a cause belong to on the day; an unclear edge is pointed out."""
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
        if place.province in rule.value["partly"]:
            zh = f"{place}是否在{name}的辖区内须核对；在辖区内的由其管辖"
            search.warn("court.financial_area", zh, "check whether the place is in the area of the court")
        if place.province in rule.value["provinces"]:
            return rule
    return None


def appeal(search: Search, claim: Claim, court: Court) -> Court:
    """The court with its court of appeal: none for small claims, the financial court for loans in its area."""
    if court.level not in {"basic", "intermediate"} or court.procedure == "small_claims":
        return court
    if court.level == "intermediate":
        return replace(court, appeal=f"{court.place.province}的{LEVELS['high']}")
    rule = financial(search, claim, court.place)
    if rule is None or court.kind == "internet":
        return replace(court, appeal=f"{court.place.seat('intermediate')}的{LEVELS['intermediate']}")
    search.say("上诉法院", f"{court.term}的金融案件", rule.value["name"], rule)
    return replace(court, appeal=rule.value["name"])
