"""What may be recorded of an asset now: each wrong sequence with the reason, and the steps that come next.

These are rules of order between the events of one asset. Stages stand in `stages`; how long a measure runs is the law's
and is held against the event by `against_expiry`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from legalflow.errors import Conflict, Invalid, NotFound, NotNow, Problem
from legalflow.law.catalogue import Law
from legalflow.loans.loan import Loan
from legalflow.matters import events as e
from legalflow.matters.assets import Asset, asset_of, assets_of
from legalflow.matters.checks import Refusal
from legalflow.matters.clocks import EXPIRY
from legalflow.matters.deadlines import falling_due
from legalflow.matters.happenings import of_matter
from legalflow.matters.state import Matter
from legalflow.values.dates import in_chinese
from legalflow.values.money import ZERO, total

TIMED = (e.PreservationTaken, e.PreservationRenewed, e.PreservationRenewalApplied)  # what depends on a last day
_ROUNDS = {choice.value: (choice.zh, choice.en) for choice in e.AUCTION_ROUNDS}
Hindrance = Callable[[Asset], Problem | None]


def _problem(code: str, zh: str, en: str, mend: str, mend_en: str, field: str = "asset") -> Problem:
    return Problem(code, zh, en, field, "", mend, mend_en)


# --- hindrances ------------------------------------------------------------------------------------------------------


def _realised(asset: Asset) -> Problem | None:
    if not asset.is_realised:
        return None
    zh, en = ("已拍卖、变卖成交", "was sold") if asset.sale else ("已以物抵债", "was taken for the debt")
    return _problem(
        "asset.realised", f"财产{zh}", f"the asset {en}", "只能登记分配和收款", "only its distribution is recorded now"
    )


def _no_measure(asset: Asset) -> Problem | None:
    if asset.measure is None:
        return _problem(
            "measure.none",
            "尚未对这项财产采取措施",
            "no measure was taken",
            "先登记“采取保全、查控措施”",
            "record the measure first",
        )
    if asset.measure.lifted_on is not None:
        return _problem(
            "measure.lifted",
            f"措施已于{in_chinese(asset.measure.lifted_on)}解除",
            f"the measure was lifted on {asset.measure.lifted_on}",
            "须重新申请保全；误登记解除的，先撤销该项",
            "apply for a measure anew; where the lifting was recorded wrongly, reverse it first",
        )
    return None


def _renewable(asset: Asset) -> Problem | None:
    return _realised(asset) or _no_measure(asset)


def _measurable(asset: Asset) -> Problem | None:
    return _realised(asset)


def _waits(asset: Asset) -> Problem | None:
    found = _renewable(asset)
    if found is None and asset.measure is not None and asset.measure.effective_on is not None:
        return _problem(
            "measure.not_waiting",
            "措施已经生效，不在轮候",
            "the measure is in effect and waits no more",
            "续行的登记为“续行保全”",
            "record a renewal as such",
        )
    return found


def next_rounds(asset: Asset) -> tuple[str, ...]:
    """The rounds that may be set now: after the first failed the second, after the second the sale, then anew.

    A round that was set and not held, or was withdrawn, may be set again (网络司法拍卖规定 第二十六条).
    """
    if asset.is_realised:
        return ()
    if asset.open_round is not None:
        return (asset.open_round.round,)
    held = [each for each in asset.rounds if each.result]
    if not held:
        return ("first",)
    if held[-1].result == "withdrawn":
        return (held[-1].round,)
    return {"first": ("second",), "second": ("sale", "first")}.get(held[-1].round, ("first",))


def _no_auction(asset: Asset) -> Problem | None:
    if asset.open_round is None:
        return _problem(
            "auction.not_set",
            "这项财产没有已确定、尚无结果的拍卖或变卖",
            "no auction of this asset is set and open",
            "先登记“确定拍卖、变卖”",
            "record that an auction was set",
        )
    return None


def _undistributable(asset: Asset) -> Problem | None:
    if asset.is_realised or asset.transfers:
        return None
    return _problem(
        "asset.not_realised",
        "这项财产尚未变价或划拨",
        "the asset was neither realised nor transferred",
        "先登记成交、以物抵债或划拨",
        "record first that it was sold, taken for the debt or transferred",
    )


def _no_plan(asset: Asset) -> Problem | None:
    if asset.plans:
        return None
    return _problem(
        "plan.none", "这项财产没有分配方案", "no plan of this asset", "先登记“收到分配方案”", "record the plan"
    )


def _no_objection(asset: Asset) -> Problem | None:
    found = _no_plan(asset)
    if found is None and asset.plans[-1].objected is None:
        return _problem(
            "plan.not_objected",
            "尚未对分配方案提出异议",
            "no objection was made",
            "先登记“对分配方案提出异议”",
            "record the objection",
        )
    return found


HINDRANCES: dict[str, Hindrance] = {
    "AssetFound": lambda asset: None,
    "AssetValued": _realised,
    "PreservationApplied": _measurable,
    "PreservationTaken": _measurable,
    "WaitingMeasureTookEffect": _waits,
    "PreservationRenewalApplied": _renewable,
    "PreservationRenewed": _renewable,
    "PreservationLifted": _no_measure,
    "AssetClueFiled": _realised,
    "AuctionSet": _realised,
    "AuctionHeld": _no_auction,
    "AssetTakenForDebt": _realised,
    "AssetTransferred": _realised,
    "DistributionPlanReceived": _undistributable,
    "DistributionObjected": _no_plan,
    "DistributionOpposed": _no_objection,
    "DistributionSued": _no_objection,
}


def hindrance(asset: Asset, name: str) -> Problem | None:
    """What of the asset's own history stands against an event of a name, or None."""
    return HINDRANCES[name](asset)


# --- checks of the table ---------------------------------------------------------------------------------------------


def in_order(matter: Matter, event: Any) -> Iterator[Refusal]:
    """The asset's history lets the event happen; an event about no asset, or one not heard of yet, passes."""
    name = type(event).__name__
    for each in assets_of(matter):
        if each.name in ((event.asset,) if hasattr(event, "asset") else event.assets):
            found = hindrance(each, name)
            if found is not None:
                yield NotNow, found


def is_new(matter: Matter, event: e.AssetFound) -> Iterator[Refusal]:
    """No two clues have one name; an asset that a measure or an auction named first may be described once."""
    known = asset_of(matter, event.asset)
    if known is not None and any(isinstance(each.event, e.AssetFound) for each in known.history):
        yield (
            Conflict,
            _problem(
                "asset.twice",
                "本案已有同名财产",
                "the matter has an asset of this name",
                "另起一个能区分的名称，如加上门牌号、车牌或账号尾号",
                "give it a name that tells it apart",
            ),
        )


def is_known(matter: Matter, event: Any) -> Iterator[Refusal]:
    """The asset named is in the register."""
    names = [each.name for each in assets_of(matter)]
    if event.asset and event.asset not in names:
        yield (
            NotFound,
            Problem(
                "asset.unknown",
                "财产清单中没有这项财产",
                "there is no such asset",
                "asset",
                event.asset[:60],
                f"已登记的财产：{'、'.join(names)}" if names else "先登记财产线索",
                f"on record: {', '.join(names)}" if names else "record the asset first",
            ),
        )


def round_follows(matter: Matter, event: e.AuctionSet) -> Iterator[Refusal]:
    """Rounds come in order: no second before the first failed, no sale before the second."""
    asset = asset_of(matter, event.asset)
    may = next_rounds(asset) if asset is not None else ("first",)
    if may and event.round in _ROUNDS and event.round not in may:
        named = "”或“".join(_ROUNDS[each][0] for each in may)
        yield (
            NotNow,
            Problem(
                "auction.round",
                f"现在不能登记“{_ROUNDS[event.round][0]}”",
                f"not the time for the {_ROUNDS[event.round][1]}",
                "round",
                "",
                f"按已登记的轮次和结果，应为“{named}”；前一轮流拍的，先登记其结果",
                f"by what is on record it is the {' or the '.join(_ROUNDS[each][1] for each in may)}; record the result"
                " of the round before first",
            ),
        )


def result_fits(matter: Matter, event: e.AuctionHeld) -> Iterator[Refusal]:
    """A sale has a price not below the start; what was not sold has none; it was not held before it was set."""
    asset = asset_of(matter, event.asset)
    held = asset.open_round if asset is not None else None
    if event.result == "sold" and event.price == ZERO:
        yield Invalid, Problem("auction.no_price", "成交的须填写成交价", "a sale has its price", "price")
    if event.result != "sold" and event.price != ZERO:
        yield Invalid, Problem("auction.price", "未成交的不填成交价", "what was not sold has no price", "price")
    if held is not None and event.result == "sold" and ZERO < event.price < held.start_price:
        yield (
            Invalid,
            Problem(
                "auction.below_start",
                f"成交价低于起拍价 {held.start_price.grouped()} 元",
                f"the price is below the start, {held.start_price}",
                "price",
                str(event.price),
                "核对成交价和已登记的起拍价",
                "look at the price and at the start on record",
            ),
        )
    if held is not None and event.on < held.set_on:
        yield Invalid, Problem("auction.before_set", "早于确定拍卖之日", "before the auction was set", "on")


def taking_follows(matter: Matter, event: e.AssetTakenForDebt) -> Iterator[Refusal]:
    """What is taken after an auction failed follows a round that failed."""
    asset = asset_of(matter, event.asset)
    if event.amount == ZERO:
        yield Invalid, Problem("asset.no_amount", "须填写抵债金额", "the amount is needed", "amount")
    if event.ground != "failed" or asset is None:
        return
    if not asset.rounds or asset.rounds[-1].result != "failed":
        yield (
            NotNow,
            _problem(
                "asset.not_failed",
                "没有流拍的记录",
                "no round failed",
                "先登记流拍；未经拍卖的，选“双方同意抵债”",
                "record the failed round first; without an auction, choose “by agreement”",
                "ground",
            ),
        )


def amount_is_given(_: Matter, event: e.AssetTransferred) -> Iterator[Refusal]:
    """A transfer is of some money."""
    if event.amount == ZERO:
        yield Invalid, Problem("asset.no_amount", "须填写划拨、提取金额", "the amount is needed", "amount")


def plan_fits(matter: Matter, event: e.DistributionPlanReceived) -> Iterator[Refusal]:
    """No more is distributed than the asset brought, and no more is shared than is distributed."""
    asset = asset_of(matter, event.asset) if event.asset else None
    shared = total(share.amount for share in event.shares)
    most = asset.proceeds if asset is not None else ZERO
    if ZERO < most < event.total:
        yield Invalid, _above("total", "可供分配总额", event.total.grouped(), "变价所得", most.grouped())
    limit, words = (event.total, "可供分配总额") if event.total else (most, "变价所得")
    if ZERO < limit < shared:
        yield Invalid, _above("shares", "分配明细合计", shared.grouped(), words, limit.grouped())


def _above(field: str, what: str, amount: str, than: str, limit: str) -> Problem:
    return Problem(
        "plan.above",
        f"{what} {amount} 元超过{than} {limit} 元",
        f"{amount} is more than there is to distribute ({limit})",
        field,
        amount,
        "核对分配方案和已登记的成交价、抵债金额、划拨金额",
        "look at the plan, and at the price or the amounts on record",
    )


# --- the law ---------------------------------------------------------------------------------------------------------


def against_expiry(matter: Matter, loan: Loan, law: Law, event: e.MatterEvent) -> Iterator[Problem]:
    """What the length of a measure says against an event: no renewal after its end, no second measure before it.

    The last day is that of the clock, stated in a paper or set by the law of its day.
    """
    if not isinstance(event, TIMED):
        return
    asset = asset_of(matter, event.asset)
    if asset is None or not asset.is_held or asset.is_realised:
        return
    clocks, _ = falling_due(of_matter(matter, loan, event.on), law, event.on)
    ends = [each.last_day.value for each in clocks if each.rule == EXPIRY and each.subject == asset.name]
    found = by_expiry(type(event).__name__, ends[-1], event.on) if ends else None
    if found is not None:
        yield found


def by_expiry(name: str, last: date, on: date) -> Problem | None:
    """What stands against an event of a name on a day, by the last day of a measure that was not lifted."""
    if name == e.PreservationTaken.__name__ and on <= last:
        return _problem(
            "measure.runs",
            f"这项财产的措施尚在期限内（至{in_chinese(last)}）",
            f"the measure on this asset runs until {last}",
            "续行的登记为“续行保全”；已解除的，先登记解除",
            "record a renewal as such; where it was lifted, record that first",
        )
    if name in {e.PreservationRenewed.__name__, e.PreservationRenewalApplied.__name__} and on > last:
        return _problem(
            "measure.expired",
            f"措施已于{in_chinese(last)}届满，效力消灭，不能续行",
            f"the measure ended on {last} and cannot be renewed",
            "须重新申请保全，并登记新的措施；文书载明的届满日不同的，先更正原措施",
            "apply anew and record the new measure; where a paper states another last day, correct the measure first",
        )
    return None
