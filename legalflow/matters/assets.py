"""The register of the assets of a matter: each with its measures, auctions, what it brought and who gets it.

It is folded from the events that stand; an asset is known by its name, from the first event that names it. Nothing of
it depends on a day: how long a measure runs is said by the clocks (`measure_expiry`, `renew_preservation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from legalflow.matters import events as e
from legalflow.matters.shares import Share, ours
from legalflow.matters.state import Matter, Recorded
from legalflow.values.money import ZERO, Money, total

# The kind by which the law sets the length of a measure, as it is proposed; who records a measure may say otherwise.
LEGAL_KINDS = {
    "house": "real_estate",
    "land": "real_estate",
    "vehicle": "movables",
    "goods": "movables",
    "deposit": "deposits",
}
STATES = {
    "clue": ("线索", "clue"),
    "applied": ("已申请保全", "measure applied for"),
    "waiting": ("轮候", "waiting in rank"),
    "measured": ("已查封冻结", "under measure"),
    "renewing": ("已申请续行", "renewal applied for"),
    "expired": ("查封已到期", "measure expired"),
    "released": ("已解除", "released"),
    "auction": ("拍卖中", "auction set"),
    "failed": ("流拍", "not sold"),
    "sold": ("已成交", "sold"),
    "taken": ("已抵债", "taken for the debt"),
    "transferred": ("已划拨", "transferred"),
    "distributed": ("已有分配方案", "plan of distribution"),
}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure on an asset. `kind` is one of `ASSET_KINDS`; `effective_on` is None while it waits in rank.

    `expires_on` is the last day a paper states, None where none does; `place` its place among those that wait.
    """

    number: int
    taken_on: date
    kind: str
    rank: str
    way: str = ""
    court: str = ""
    ruling: str = ""
    place: int = 0
    amount: Money = ZERO
    effective_on: date | None = None
    expires_on: date | None = None
    asked_on: date | None = None  # when the renewal was applied for that is not granted yet
    renewed_on: tuple[date, ...] = ()
    lifted_on: date | None = None
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Round:
    """A round of an auction; `held_on` is None until there is a result, amounts are in yuan."""

    number: int
    round: str
    set_on: date
    auction_on: date
    start_price: Money = ZERO
    site: str = ""
    held_on: date | None = None
    result: str = ""
    price: Money = ZERO


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan of distribution as it came on `on`; `objected`, `opposed` and `sued` are the days of what followed."""

    number: int
    on: date
    total: Money
    shares: tuple[Share, ...]
    objected: date | None = None
    opposed: date | None = None
    sued: date | None = None

    @property
    def ours(self) -> Money:
        """What of it is ours, in yuan."""
        return ours(self.shares)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One asset. `number` is that of the first event that names it; amounts are in yuan.

    `estimated` is what we think it worth, `appraised` what was fixed (with its manner and day); `receipts` are the
    numbers in the books of the money it brought.
    """

    number: int
    name: str
    kind: str = "other"
    legal_kind: str = ""
    owner: str = ""
    place: str = ""
    detail: str = ""
    source: str = ""
    secured: bool = False
    estimated: Money = ZERO
    appraised: Money = ZERO
    appraised_by: str = ""
    appraised_on: date | None = None
    clue_filed_on: date | None = None
    applied_on: date | None = None
    applied_to: str = ""
    measures: tuple[Measure, ...] = ()
    rounds: tuple[Round, ...] = ()
    taken_for: Money = ZERO
    taken_on: date | None = None
    transfers: tuple[tuple[date, Money], ...] = ()
    plans: tuple[Plan, ...] = ()
    receipts: tuple[str, ...] = ()
    history: tuple[Recorded, ...] = ()

    @property
    def measure(self) -> Measure | None:
        """The measure that was taken last."""
        return self.measures[-1] if self.measures else None

    @property
    def is_held(self) -> bool:
        """Whether a measure stands that is not released; it may have run out."""
        return self.measure is not None and self.measure.lifted_on is None

    @property
    def sale(self) -> Round | None:
        """The round in which it was sold."""
        return next((each for each in self.rounds if each.result == "sold"), None)

    @property
    def open_round(self) -> Round | None:
        """The round that was set and has no result yet."""
        return self.rounds[-1] if self.rounds and not self.rounds[-1].result else None

    @property
    def is_realised(self) -> bool:
        """Whether it was sold or taken for the debt, so that nothing more can be done with the thing itself."""
        return self.sale is not None or self.taken_on is not None

    @property
    def proceeds(self) -> Money:
        """What it brought: the price, what it was taken for, what was transferred."""
        sold = self.sale.price if self.sale else ZERO
        return total((sold, self.taken_for, *(amount for _, amount in self.transfers)))

    @property
    def value(self) -> Money:
        """What it is worth as far as is known: as fixed, else as estimated."""
        return self.appraised or self.estimated

    @property
    def share(self) -> Money:
        """Our share by the plan that came last."""
        return self.plans[-1].ours if self.plans else ZERO

    @property
    def state(self) -> str:
        """Where it stands, one of `STATES`, whatever the day: a measure that ran out is no other state here."""
        if self.plans:
            return "distributed"
        if self.taken_on is not None:
            return "taken"
        if self.sale is not None:
            return "sold"
        if self.open_round is not None:
            return "auction"
        if self.transfers:
            return "transferred"
        if self.rounds and self.rounds[-1].result == "failed":
            return "failed"
        return self._before_realisation

    @property
    def _before_realisation(self) -> str:
        measure = self.measure
        if measure is None:
            return "applied" if self.applied_on is not None else "clue"
        if measure.lifted_on is not None:
            again = self.applied_on is not None and self.applied_on >= measure.lifted_on
            return "applied" if again else "released"
        if measure.effective_on is None:
            return "waiting"
        return "renewing" if measure.asked_on is not None else "measured"


def assets_of(matter: Matter) -> tuple[Asset, ...]:
    """Every asset of a matter, in the order in which they were first named."""
    found: dict[str, Asset] = {}
    for recorded in matter.standing:
        for name in named(recorded.event):
            known = found.get(name) or Asset(number=recorded.sequence, name=name)
            change = _CHANGES.get(type(recorded.event))
            after = change(known, recorded.event, recorded.sequence) if change else known
            found[name] = replace(after, history=(*after.history, recorded))
    receipts = _receipts(matter)
    return tuple(replace(each, receipts=receipts.get(each.name, ())) for each in found.values())


def _receipts(matter: Matter) -> dict[str, tuple[str, ...]]:
    """The numbers of receipts by the asset they came from; what was said of a receipt last counts."""
    explained = [each.event for each in matter.standing if isinstance(each.event, e.ReceiptExplained)]
    said = {each.number: each.asset for each in explained if each.asset}
    found: dict[str, tuple[str, ...]] = {}
    for number, name in said.items():
        found[name] = (*found.get(name, ()), number)
    return found


def asset_of(matter: Matter, name: str) -> Asset | None:
    """The asset of a name, or None."""
    return next((each for each in assets_of(matter) if each.name == name), None)


def named(event: Any) -> Iterator[str]:
    """The names of the assets an event is about."""
    if getattr(event, "asset", ""):
        yield event.asset
    yield from dict.fromkeys(name for name in getattr(event, "assets", ()) if name)


def obtained(matter: Matter, asset: Asset, *, with_recoveries: bool = True) -> Money:
    """The money in the books that was said to come from an asset, in yuan; each receipt counts once.

    Recoveries after a write-off are internal: they are left out where whoever asks may not see that money.
    """
    receipts = {each.number: each.amount for each in matter.payments}
    if with_recoveries:
        receipts |= {each.number: each.amount for each in matter.write_off.recoveries}
    return total(receipts[number] for number in asset.receipts if number in receipts)


# --- what each event changes -----------------------------------------------------------------------------------------

Change = Callable[[Asset, Any, int], Asset]


def _last_measure(asset: Asset, **changes: Any) -> Asset:
    if asset.measure is None:
        return asset
    return replace(asset, measures=(*asset.measures[:-1], replace(asset.measure, **changes)))


def _last_plan(asset: Asset, **changes: Any) -> Asset:
    if not asset.plans:
        return asset
    return replace(asset, plans=(*asset.plans[:-1], replace(asset.plans[-1], **changes)))


def _found(asset: Asset, event: e.AssetFound, _: int) -> Asset:
    return replace(
        asset,
        kind=event.kind,
        legal_kind=asset.legal_kind or LEGAL_KINDS.get(event.kind, "rights"),
        owner=event.owner,
        place=event.place,
        detail=event.detail,
        source=event.source,
        secured=event.secured,
        estimated=event.value or asset.estimated,
    )


def _valued(asset: Asset, event: e.AssetValued, _: int) -> Asset:
    if event.manner == "estimate":
        return replace(asset, estimated=event.amount)
    return replace(asset, appraised=event.amount, appraised_by=event.manner, appraised_on=event.on)


def _applied(asset: Asset, event: e.PreservationApplied, _: int) -> Asset:
    return replace(asset, applied_on=event.on, applied_to=event.court)


def _clue_filed(asset: Asset, event: e.AssetClueFiled, _: int) -> Asset:
    return replace(asset, clue_filed_on=event.on, source=asset.source)


def _taken(asset: Asset, event: e.PreservationTaken, number: int) -> Asset:
    measure = Measure(
        number=number,
        taken_on=event.on,
        kind=event.asset_kind,
        rank=event.rank,
        way=event.way,
        court=event.court,
        ruling=event.number,
        place=event.place or 0,
        amount=event.amount,
        effective_on=None if event.rank == "waiting" else event.on,
        expires_on=event.expires_on,
    )
    return replace(asset, legal_kind=event.asset_kind, measures=(*asset.measures, measure))


def _took_effect(asset: Asset, event: e.WaitingMeasureTookEffect, _: int) -> Asset:
    return _last_measure(asset, rank="first", effective_on=event.on, expires_on=event.expires_on)


def _renewal_asked(asset: Asset, event: e.PreservationRenewalApplied, _: int) -> Asset:
    return _last_measure(asset, asked_on=event.on)


def _renewed(asset: Asset, event: e.PreservationRenewed, _: int) -> Asset:
    measure = asset.measure
    if measure is None:
        return asset
    return _last_measure(
        asset,
        asked_on=None,
        renewed_on=(*measure.renewed_on, event.on),
        expires_on=event.expires_on,
        ruling=event.number or measure.ruling,
    )


def _lifted(asset: Asset, event: e.PreservationLifted, _: int) -> Asset:
    return _last_measure(asset, lifted_on=event.on, ground=event.ground, asked_on=None)


def _auction_set(asset: Asset, event: e.AuctionSet, number: int) -> Asset:
    """A round set again before it was held takes the place of the first setting."""
    before = asset.rounds[:-1] if asset.open_round is not None else asset.rounds
    again = Round(
        number=number,
        round=event.round,
        set_on=event.on,
        auction_on=event.auction_on,
        start_price=event.start_price,
        site=event.site,
    )
    return replace(asset, legal_kind=asset.legal_kind or event.asset_kind, rounds=(*before, again))


def _auction_held(asset: Asset, event: e.AuctionHeld, _: int) -> Asset:
    if not asset.rounds:
        return asset
    held = replace(asset.rounds[-1], held_on=event.on, result=event.result, price=event.price)
    return replace(asset, rounds=(*asset.rounds[:-1], held))


def _taken_for_debt(asset: Asset, event: e.AssetTakenForDebt, _: int) -> Asset:
    return replace(asset, taken_on=event.on, taken_for=event.amount)


def _transferred(asset: Asset, event: e.AssetTransferred, _: int) -> Asset:
    return replace(asset, transfers=(*asset.transfers, (event.on, event.amount)))


def _planned(asset: Asset, event: e.DistributionPlanReceived, number: int) -> Asset:
    plan = Plan(number=number, on=event.on, total=event.total, shares=event.shares)
    return replace(asset, plans=(*asset.plans, plan))


_CHANGES: dict[type[e.MatterEvent], Change] = {
    e.AssetFound: _found,
    e.AssetValued: _valued,
    e.AssetClueFiled: _clue_filed,
    e.PreservationApplied: _applied,
    e.PreservationTaken: _taken,
    e.WaitingMeasureTookEffect: _took_effect,
    e.PreservationRenewalApplied: _renewal_asked,
    e.PreservationRenewed: _renewed,
    e.PreservationLifted: _lifted,
    e.AuctionSet: _auction_set,
    e.AuctionHeld: _auction_held,
    e.AssetTakenForDebt: _taken_for_debt,
    e.AssetTransferred: _transferred,
    e.DistributionPlanReceived: _planned,
    e.DistributionObjected: lambda asset, event, _: _last_plan(asset, objected=event.on),
    e.DistributionOpposed: lambda asset, event, _: _last_plan(asset, opposed=event.on),
    e.DistributionSued: lambda asset, event, _: _last_plan(asset, sued=event.on),
}
