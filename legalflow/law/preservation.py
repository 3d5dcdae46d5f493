"""Preservation of property (财产保全): which court, and how much security it asks.

Before a suit the security equals what is asked; in a suit it is at most a share of it, and may be waived for lenders
that a financial regulator licensed. Whether a court waives it is its discretion: the finding says what is possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.courts import Competence, Court, Place, Search, once
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.money import ZERO, Money

WAIVED_IN = {"suit", "after_judgment"}


@dataclass(frozen=True)
class Preservation:
    """What is asked: `stage` is presuit, suit, arbitration or after_judgment; `amount` in yuan.

    `applicant` is bank, insurer, licensed (another institution that the financial regulator licensed), small_loan or
    other. `respondents` are domiciles, `assets` where property is; `hearing` the court of the suit, or one competent.
    """

    stage: str
    amount: Money
    on: date
    applicant: str
    assets: tuple[Place, ...] = ()
    respondents: tuple[Place, ...] = ()
    hearing: tuple[Place, ...] = ()
    level: str = "basic"
    clear: bool = False


@dataclass(frozen=True)
class Security:
    """How much security may be asked, in yuan, from `least` to `most`; `waivable`: the court may ask for none."""

    least: Money
    most: Money
    waivable: bool
    why: str


def preserving_courts(law: Law, asked: Preservation) -> Finding[Competence]:
    """The courts that preserve property on a day, with grounds; `LawGap` before the law's data begin."""
    search = Search(law, asked.on)
    topic = "presuit_preservation" if asked.stage == "presuit" else "preservation"
    cited: tuple[Citation, ...] = (search.rule(f"articles/civil_procedure/{topic}").citation,)
    if asked.stage == "arbitration":
        cited = (*cited, search.rule("courts/preservation_arbitration").citation)
    courts = [
        Court(place, level, (ground,), cited, (), procedure="preservation") for place, ground, level in _places(asked)
    ]
    if len(courts) > 1:
        search.warn("court.choice", "可以选择其一申请", "several courts are competent")
    return search.found(once(courts))


def _places(asked: Preservation) -> Iterator[tuple[Place, str, str]]:
    if asked.stage in {"suit", "after_judgment"}:
        ground = "受理案件的人民法院" if asked.stage == "suit" else "执行法院"
        yield from ((each, ground, asked.level) for each in asked.hearing)
        return
    # Which of the courts of a place preserves before a suit is not settled by level; arbitration goes to basic courts.
    level = "basic" if asked.stage == "arbitration" else "not_settled"
    yield from ((each, "被保全财产所在地", level) for each in asked.assets)
    yield from ((each, "被申请人住所地", level) for each in asked.respondents)
    if asked.stage == "presuit":
        yield from ((each, "对案件有管辖权", asked.level) for each in asked.hearing)


def security(law: Law, asked: Preservation) -> Finding[Security]:
    """The security a court may ask for preserving `amount`, and whether it may ask for none."""
    if asked.stage == "presuit":
        rule = law.at("courts/security/presuit", asked.on)
        found = Security(asked.amount, asked.amount, False, str(rule.value["rule"]))
        step = Step(rule.zh, f"请求保全数额 {asked.amount}", str(asked.amount), (rule.citation,))
        return Finding(found, (step,), provisional=rule.provisional)
    rule = law.at("courts/security/suit", asked.on)
    share = Decimal(rule.value["most"])
    most = Money.rounded(asked.amount.amount * share)
    step = Step(rule.zh, f"{asked.amount} × {share}", str(most), (rule.citation,))
    ground = next(_waivers(asked), None)
    warnings = _doubts(asked)
    if ground is None:
        return Finding(Security(ZERO, most, False, str(rule.value["rule"])), (step,), warnings, rule.provisional)
    waiver = law.at(f"courts/security/{ground}", asked.on)
    said = Step(waiver.zh, str(waiver.value), "0.00", (waiver.citation,))
    doubts = (*rule.provisional, *waiver.provisional)
    return Finding(Security(ZERO, most, True, str(waiver.value)), (step, said), warnings, doubts)


def _waivers(asked: Preservation) -> Iterator[str]:
    """The grounds on which a court may ask for no security."""
    if asked.stage == "after_judgment":
        yield "waived_after_judgment"
    if asked.stage == "suit" and asked.applicant in {"bank", "insurer", "licensed"}:
        yield "waived_financial"
    if asked.stage == "suit" and asked.clear:
        yield "waived_clear"


def _doubts(asked: Preservation) -> tuple[Warning, ...]:
    if asked.applicant != "small_loan" or asked.stage != "suit":
        return ()
    zh = "小额贷款公司由地方批准设立，是否属于可以免予担保的金融机构，规定未写明，请核对"
    return (Warning("preservation.small_loan", zh, "whether a small-loan company is exempt is not written"),)
