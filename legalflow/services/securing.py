"""The register of assets of a matter as it stands on a day: each asset, its money, and what may be recorded of it.

Nothing is booked here: what an asset brought is recorded by finance and only named as coming from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, LawGap, NotFound
from legalflow.law import auctions
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Collateral
from legalflow.matters import asset_events, deadlines
from legalflow.matters.asset_rules import by_expiry, hindrance
from legalflow.matters.asset_steps import STEPS, Standing, standing
from legalflow.matters.assets import Asset, Round, assets_of, obtained
from legalflow.matters.matter import Matter, Step, next_steps
from legalflow.matters.stages import RULES
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.services import tracking
from legalflow.values import typed
from legalflow.values.money import ZERO, Money, total

LONGEST_NAME = 80
# Words by which the kind of a piece of collateral is guessed for the form; whoever records it sees and may change it.
_KIND_WORDS = (
    ("land", ("土地",)),
    ("house", ("房", "不动产", "住宅", "商铺", "厂房")),
    ("vehicle", ("车",)),
    ("deposit", ("存单", "存款", "保证金")),
    ("receivable", ("应收", "收费权")),
    ("equity", ("股权", "股份")),
    ("securities", ("股票", "债券", "基金")),
    ("goods", ("设备", "存货", "机器", "产品")),
)
KINDS = {choice.value: choice.zh for choice in asset_events.CLUE_KINDS}


@dataclass(frozen=True)
class Line:
    """An asset in the register of its matter: where it stands, and the money the books say it brought, in yuan."""

    standing: Standing
    obtained: Money
    mark: str  # of the deadline of its measure, empty where none runs

    @property
    def asset(self) -> Asset:
        """The asset."""
        return self.standing.asset


@dataclass(frozen=True)
class Offer:
    """A piece of collateral of the loan that is not in the register yet, named as it would be."""

    index: int
    name: str
    kind: str
    collateral: Collateral

    @property
    def kind_zh(self) -> str:
        """What kind of asset it seems to be, in Chinese."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Register:
    """All assets of a matter, what of the collateral may be added, and the sums of the register, in yuan."""

    matter: Matter
    lines: list[Line]
    offers: list[Offer]
    value: Money
    obtained: Money


@dataclass(frozen=True)
class Priced:
    """A round of an auction beside the least start the law lets it have; None where that cannot be said."""

    round: Round
    least: Finding[Money] | None
    deposit: Finding[tuple[Money, Money]] | None

    @property
    def is_below(self) -> bool:
        """Whether the start is below it."""
        return self.least is not None and ZERO < self.round.start_price < self.least.value


@dataclass(frozen=True)
class Sheet:
    """One asset: its line, its rounds held against the law, the steps that may be recorded, and money not named yet.

    `unnamed` are receipts of the matter that no asset was named for, as (number, day, amount).
    """

    line: Line
    rounds: list[Priced]
    steps: list[Step]
    unnamed: list[tuple[str, date, Money]]
    marks: dict[str, str]  # of its deadlines, by id


def register(office: Office, actor: Actor, matter_id: str) -> Register:
    """The register of a matter in scope."""
    actor.require(Right.VIEW)
    matter, loan = _read(office, actor, matter_id)
    lines = _lines(office, actor, matter_id, matter, loan)
    names = {line.asset.name for line in lines}
    return Register(
        matter=matter,
        lines=lines,
        offers=[each for each in _offers(loan) if each.name not in names],
        value=total(line.asset.value for line in lines),
        obtained=total(line.obtained for line in lines),
    )


def asset(office: Office, actor: Actor, matter_id: str, number: int) -> Sheet:
    """One asset of a matter in scope, by the number of the first event that names it."""
    actor.require(Right.VIEW)
    matter, loan = _read(office, actor, matter_id)
    lines = _lines(office, actor, matter_id, matter, loan)
    line = next((each for each in lines if each.asset.number == number), None)
    if line is None:
        raise NotFound.one("asset.absent", "没有找到这项财产", "there is no such asset")
    clocks = line.standing.clocks
    return Sheet(
        line=line,
        rounds=_priced(line.asset, office.law),
        steps=_steps(matter, line.standing, actor, today(office)),
        unnamed=_unnamed(matter, lines, actor),
        marks={each.id: tracking.mark_of(office, matter_id, each.id, each.party) for each in clocks},
    )


def add_collateral(office: Office, actor: Actor, matter_id: str, index: int) -> str:
    """Take a piece of the loan's collateral into the register as an asset; its name."""
    actor.require(Right.RECORD)
    found = next((each for each in register(office, actor, matter_id).offers if each.index == index), None)
    if found is None:
        raise Invalid.one(
            "collateral.absent",
            "没有这项担保物，或者已在财产清单中",
            "there is no such collateral, or it is in the register",
        )
    texts = {
        "on": today(office).isoformat(),
        "asset": found.name,
        "kind": found.kind,
        "owner": found.collateral.owner,
        "detail": found.collateral.certificate,
        "source": "collateral",
        "secured": "是",
    }
    tracking.record(office, actor, matter_id, "AssetFound", {key: text for key, text in texts.items() if text})
    return found.name


def _read(office: Office, actor: Actor, matter_id: str) -> tuple[Matter, Loan]:
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        loan = repositories.whole_loan(session, repositories.loan(session, actor, row.loan_id), office.keys)
        return tracking.current(session, row), loan


def _lines(office: Office, actor: Actor, matter_id: str, matter: Matter, loan: Loan) -> list[Line]:
    on = today(office)
    dues = deadlines.due(matter, loan, office.law, on)
    found = []
    for each in assets_of(matter):
        placed = standing(each, dues, on)
        expiry = placed.expiry if placed.expiry is not None and placed.expiry.state in deadlines.OPEN else None
        found.append(
            Line(
                placed,
                obtained(matter, each, with_recoveries=actor.may(Right.VIEW_MONEY)),
                tracking.mark_of(office, matter_id, expiry.id, expiry.party) if expiry else "",
            )
        )
    return found


def _offers(loan: Loan) -> list[Offer]:
    found = []
    for index, each in enumerate(loan.collateral):
        name = typed.plain_text(each.description)[:LONGEST_NAME] or f"{each.owner}的{each.kind}物"
        kind = next((kind for kind, words in _KIND_WORDS if any(word in name for word in words)), "other")
        found.append(Offer(index, name, kind, each))
    return found


def _steps(matter: Matter, placed: Standing, actor: Actor, on: date) -> list[Step]:
    """The steps about an asset the actor may record, possible ones first, the others with what stands against them."""
    known = {step.name: step for step in next_steps(matter)}
    found = []
    for name in STEPS:
        step = known.get(name)
        if step is None or not any(actor.may(right) for right in RULES[name].rights):
            continue
        stands = hindrance(placed.asset, name) if name != "ReceiptExplained" else None
        if stands is None and placed.expiry is not None and placed.asset.is_held:
            stands = by_expiry(name, placed.expiry.last_day.value, on)
        if stands is not None:
            lacks = (*step.lacks, f"{stands.message}；{stands.mend}")
            step = replace(step, possible=False, lacks=lacks, lacks_en=(*step.lacks_en, stands.message_en))
        found.append(step)
    return sorted(found, key=lambda step: not step.possible)


def _unnamed(matter: Matter, lines: Sequence[Line], actor: Actor) -> list[tuple[str, date, Money]]:
    """The receipts in the books of which no asset was named."""
    taken = {number for line in lines for number in line.asset.receipts}
    money = [(each.number, each.on, each.amount) for each in matter.payments]
    if actor.may(Right.VIEW_MONEY):
        money += [(each.number, each.on, each.amount) for each in matter.write_off.recoveries]
    return [each for each in money if each[0] and each[0] not in taken]


def _priced(asset: Asset, law: Law) -> list[Priced]:
    """The rounds, each beside the least start: from the appraisal for the first, from the round before for the next."""
    found: list[Priced] = []
    before: Round | None = None
    for each in asset.rounds:
        found.append(Priced(each, _least(each, before, asset, law), _deposit(each, law)))
        before = each if each.result == "failed" else before
    return found


def _least(each: Round, before: Round | None, asset: Asset, law: Law) -> Finding[Money] | None:
    try:
        if each.round == "first":
            known = asset.appraised != ZERO
            return auctions.least_start(law, each.set_on, asset.appraised) if known else None
        if before is not None and before.start_price != ZERO and each.round == "second":
            return auctions.least_next_start(law, each.set_on, before.start_price)
    except LawGap:  # no rule of that day is in the data, and the page says nothing
        return None
    return None


def _deposit(each: Round, law: Law) -> Finding[tuple[Money, Money]] | None:
    if each.start_price == ZERO or each.round == "sale":
        return None
    try:
        return auctions.deposit(law, each.set_on, each.start_price)
    except LawGap:
        return None
