"""What one would do next with an asset, and why: a proposal, from its history and the clocks of its measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from legalflow.matters.asset_rules import next_rounds
from legalflow.matters.assets import Asset
from legalflow.matters.clocks import EXPIRY, RENEWAL, Due

NEAR = 60  # how many days before its end a measure is looked at again: the house's own habit, no rule of law
# What may be recorded of an asset, in the order in which it comes.
STEPS = (
    "AssetValued",
    "PreservationApplied",
    "AssetClueFiled",
    "PreservationTaken",
    "WaitingMeasureTookEffect",
    "PreservationRenewalApplied",
    "PreservationRenewed",
    "PreservationLifted",
    "AuctionSet",
    "AuctionHeld",
    "AssetTakenForDebt",
    "AssetTransferred",
    "DistributionPlanReceived",
    "DistributionObjected",
    "DistributionOpposed",
    "DistributionSued",
    "ReceiptExplained",
)


@dataclass(frozen=True)
class Proposal:
    """What to do next: the event it would be recorded by (empty: money to be booked by finance), and why, in Chinese.

    `pressing` is True where something is lost if it is not done in time.
    """

    name: str
    zh: str
    pressing: bool = False


@dataclass(frozen=True)
class Standing:
    """An asset on a day: `state` is one of `assets.STATES`, `expiry` and `renewal` the clocks of its measure, if any.

    `clocks` are all that are about it, open ones first.
    """

    asset: Asset
    state: str
    expiry: Due | None
    renewal: Due | None
    clocks: tuple[Due, ...]
    proposal: Proposal | None


def standing(asset: Asset, dues: Sequence[Due], on: date) -> Standing:
    """Where an asset stands on a day, by the clocks worked out for that day."""
    mine = tuple(each for each in dues if each.subject == asset.name)
    expiry = next((each for each in mine if each.rule == EXPIRY), None)
    renewal = next((each for each in mine if each.rule == RENEWAL), None)
    over = asset.is_held and not asset.is_realised and expiry is not None and expiry.last_day.value < on
    state = "expired" if over and asset.state in {"measured", "renewing"} else asset.state
    return Standing(asset, state, expiry, renewal, mine, _proposal(asset, state, over, expiry, renewal))


def _proposal(asset: Asset, state: str, over: bool, expiry: Due | None, renewal: Due | None) -> Proposal | None:
    if over:
        return Proposal(
            "PreservationApplied", "查封、冻结已届满，效力消灭：立即重新申请；执行中的，向法院提供线索", True
        )
    measure = asset.measure
    if asset.is_held and measure is not None and expiry is not None and not asset.is_realised:
        if measure.asked_on is not None and expiry.days_left <= NEAR:
            return Proposal("PreservationRenewed", "已申请续行，等待法院办理；办妥后登记", expiry.days_left <= 0)
        if measure.asked_on is None and expiry.days_left <= NEAR:
            late = renewal is not None and renewal.days_left < 0
            why = "已过申请续行的最后一日，立即申请续行" if late else "期限将届满，申请续行"
            return Proposal("PreservationRenewalApplied", why, True)
    return _by_state(asset, state)


def _by_state(asset: Asset, state: str) -> Proposal | None:
    match state:
        case "clue" | "released":
            return Proposal("PreservationApplied", "申请保全，或者在执行中向法院提供线索")
        case "applied":
            return Proposal("PreservationTaken", "法院采取措施后登记，写明顺位和届满日")
        case "waiting":
            return Proposal("WaitingMeasureTookEffect", "在先查封解除或处置后，轮候生效时登记")
        case "measured" | "renewing":
            if asset.legal_kind == "deposits":
                return Proposal("AssetTransferred", "申请法院划拨；划拨后登记")
            if not asset.appraised:
                return Proposal("AssetValued", "申请评估或询价，登记价值")
            return Proposal("AuctionSet", "申请拍卖；确定拍卖后登记")
        case "auction":
            return Proposal("AuctionHeld", "拍卖结束后登记结果")
        case "failed":
            again = {"second": "再次拍卖", "sale": "变卖"}.get(next_rounds(asset)[0], "重新拍卖")
            return Proposal("AuctionSet", f"流拍：{again}，或者以物抵债")
        case "sold" | "taken" | "transferred":
            return Proposal("DistributionPlanReceived", "等待分配；无需分配的，由财务登记收款")
        case "distributed":
            return None if asset.receipts else Proposal("", "由财务登记收款，再归属到这项财产")
        case _:
            return None
