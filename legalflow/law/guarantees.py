"""Guarantees (保证): their mode, their period, and which act of the creditor keeps them.

The guarantee period is never suspended, interrupted or extended (民法典 第六百九十二条第一款).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline, deadline, length
from legalflow.values.dates import in_chinese

UNTIL_REPAID = ("还清", "清偿", "直至")


@dataclass(frozen=True)
class Act:
    """What the creditor did: `demand` (a demand that arrived), `suit` or `arbitration`, on a day, against whom.

    `withdrawn`: the suit or application was withdrawn; `served`: its copy had reached the guarantor by then.
    """

    kind: str
    on: date
    debtor: bool = False
    guarantor: bool = False
    withdrawn: bool = False
    served: bool = False


def mode_of(law: Law, signed: date, written: str) -> Finding[str]:
    """`joint` or `ordinary`: as `written` in the contract, else (empty) as the law of the day it was signed."""
    if written:
        return Finding(written, (Step("保证方式", "合同约定", written),))
    value = law.at("guarantees/mode_not_stated", signed)
    step = Step("保证方式", f"合同未约定，{in_chinese(signed)}签订", value.value, (value.citation,))
    return Finding(value.value, (step,), provisional=value.provisional)


def is_until_repaid(wording: str) -> bool:
    """Whether a period is worded as lasting until the debt is repaid (直至还清), which names no period."""
    return any(word in wording for word in UNTIL_REPAID)


def period_of(law: Law, start: date, signed: date, months: int | None, wording: str) -> Finding[Deadline]:
    """The last day of the guarantee period (保证期间) of a debt due on `start`.

    The agreed months, else what the law of the due day gives; `until repaid` (直至还清) is treated as unclear, and
    two years only where contract and due day are both of the time before the civil code (时间效力规定 第二十七条).
    """
    if months:
        found = length(law, start, months, "month", zh="保证期间", counted_by="civil_code")
        missed = law.at("deadlines/guarantee_default", start).value["if_missed"]
        return replace(found, value=replace(found.value, if_missed=missed))
    if not is_until_repaid(wording):
        return deadline(law, "guarantee_default", start)
    try:
        law.at("deadlines/guarantee_until_repaid", max(start, signed))
        return deadline(law, "guarantee_until_repaid", start)
    except LawGap:
        warning = Warning(
            "guarantee.unclear",
            f"保证期间约定为“{wording}”，视为约定不明，按法定期间计算",
            "the period agreed is unclear; the statutory one is used",
        )
        found = deadline(law, "guarantee_default", start)
        return replace(found, warnings=(*found.warnings, warning))


def effect(mode: str, act: Act, start: date, last: date) -> str:
    """What an act does for a guarantee of a debt due on `start` whose period ends on `last`.

    `keeps`; or `early` (a demand before the debt was due), `late`, `withdrawn`, `other` (not the act the mode asks).
    Joint: a demand on the guarantor, or a suit against him. Ordinary: a suit against the debtor
    (民法典 第六百九十三条).
    Withdrawn: kept only if joint and served on the guarantor (担保制度解释 第三十一条).
    """
    sued = act.kind != "demand"
    fits = (sued and act.debtor) if mode == "ordinary" else act.guarantor
    if not fits:
        return "other"
    if act.on > last:
        return "late"
    if not sued and act.on < start:
        return "early"
    if act.withdrawn and not (mode == "joint" and act.served):
        return "withdrawn"
    return "keeps"


def keeping(mode: str, acts: Iterable[Act], start: date, last: date) -> Act | None:
    """The first act that keeps a guarantee; None where none does."""
    found = [act for act in acts if effect(mode, act, start, last) == "keeps"]
    return min(found, key=lambda act: act.on) if found else None
