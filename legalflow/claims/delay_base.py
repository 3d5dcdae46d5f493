"""What bears interest for late performance, by the kind of each item, and how sure that reading is.

Under the new rule it is the money debt other than general interest (法释〔2014〕8号 第一条); under the old one the
whole money debt of the instrument. What the rules leave open is read in the usual way, said, and may be overridden by
item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from legalflow.claims.award import ITEM_NAMES, RUNNING_NAMES, Exclusion, GeneralInterest, Item, ItemKind
from legalflow.claims.old_delay import OldTime
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Warning
from legalflow.values.dates import Period

_INTEREST = {ItemKind.PAST_INTEREST, ItemKind.PENALTY, ItemKind.COMPOUND}


@dataclass(frozen=True)
class Reading:
    """A choice the rules leave open: what was used, and whether it was given with the matter (else the default)."""

    name: str
    zh: str
    used: str
    given: bool


@dataclass(frozen=True)
class Bearing:
    """Which items bear, in their order, with the warnings, doubts and readings that go with it."""

    bears: tuple[bool, ...] = ()
    warnings: tuple[Warning, ...] = ()
    doubts: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


def bearing(law: Law, items: Sequence[Item], general: Sequence[GeneralInterest], on: date) -> Bearing:
    """Which items bear the doubled part of the new rule; past interest, penalty and compound usually do not."""
    usual = law.at("interest/delay_base_excluded", on)
    bears, warnings, readings = [], [], []
    doubts: list[str] = []
    for item in items:
        name, zh = item.kind.value, ITEM_NAMES[item.kind]
        disputed = name in usual.value
        bears.append(not (disputed or item.kind is ItemKind.ACCEPTANCE_FEE) if item.in_base is None else item.in_base)
        said = "计入" if bears[-1] else "不计入"
        if disputed or item.kind is ItemKind.ACCEPTANCE_FEE or item.in_base is not None:
            readings.append(Reading("base", f"{item.zh}是否计入加倍部分基数", said, item.in_base is not None))
        if disputed:
            doubts += usual.provisional
            warnings.append(
                Warning(
                    "delay.base_disputed",
                    f"{zh}是否计入加倍部分的基数有争议，现{said}",
                    f"whether {name} bears the doubled part is disputed",
                )
            )
        elif item.kind is ItemKind.ACCEPTANCE_FEE:
            warnings.append(_fee_warning(law, on))
    if any(each.kind != "interest" for each in general):
        doubts += usual.provisional
    for kind in dict.fromkeys(each.kind for each in general if each.kind != "interest"):
        zh = RUNNING_NAMES[kind]
        readings.append(
            Reading("base_running", f"继续计算的{zh}是否计入加倍部分基数", "不计入，按一般债务利息处理", False)
        )
    return Bearing(tuple(bears), tuple(dict.fromkeys(warnings)), tuple(doubts), tuple(dict.fromkeys(readings)))


def _fee_warning(law: Law, on: date) -> Warning:
    rule = law.at("interest/delay_fee_excluded", max(on, law.history("interest/delay_fee_excluded")[0].since))
    return Warning(
        "delay.acceptance_fee",
        f"案件受理费通常由法院退还胜诉方（{rule.citation}），不计入基数",
        "the acceptance fee is normally refunded by the court and does not bear the doubled part",
    )


def bearing_before(
    law: Law,
    items: Sequence[Item],
    on: date,
    general: Sequence[GeneralInterest],
    old: OldTime,
    exclusions: Sequence[Exclusion],
) -> Bearing:
    """Which items bear the interest of the old rules, and what of their reading is in doubt.

    The old rules name no days that do not count, so a stay in their time is refused rather than guessed at.
    """
    if any(each.period.overlap(Period(on, max(on, old.turn))) for each in exclusions):
        raise Invalid.one(
            "delay.old_exclusion",
            f"旧规则未规定扣除期间，请只给出 {old.turn} 起的扣除期间",
            f"the old rule names no days that do not count: give only stays from {old.turn} on",
            field="exclusions",
            mend=f"将扣除期间的起点改为 {old.turn} 或以后，或删去该期间",
            mend_en=f"let it start on {old.turn} or later, or drop it",
        )
    usual = law.at("interest/delay_old_base_excluded", max(on, old.middle))
    bore = tuple(item.kind.value not in usual.value if item.in_base is None else item.in_base for item in items)
    warnings, doubts = [*old.warnings], [*old.provisional]
    if any(item.in_base is None and (item.kind in _INTEREST or item.kind.value in usual.value) for item in items):
        doubts += usual.provisional
        warnings.append(
            Warning(
                "delay.old_base",
                "旧规则以法律文书确定的金钱债务为基数，现将判决的利息计入、受理费不计入，该解释有争议",
                "the old rule is on the whole money debt: interest awarded bears it here, the acceptance fee does not",
            )
        )
    if any(each.start < old.turn for each in general):
        doubts += law.at("interest/delay_old_general", max(on, old.middle)).provisional
        warnings.append(
            Warning(
                "delay.old_general",
                "旧规则期间判决给付的利息是否与迟延履行利息并行有争议，现并行计算",
                "whether interest awarded runs beside the interest of the old rule is disputed; here it does",
            )
        )
    return Bearing(bore, tuple(warnings), tuple(doubts))
