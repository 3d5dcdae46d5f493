"""The sums an instrument awards, one by one, as counsel reads them off its operative part.

A row is a sum, an interest that runs to payment, or the limit of one debtor's liability. `COLUMNS` says how a row is
asked for; a page sends its rows as JSON text, one object of texts a row, and everything wrong is said at its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.errors import Invalid, Problem
from legalflow.values import typed
from legalflow.values.dates import in_chinese
from legalflow.values.money import ZERO, Money, percent, total

SUMS = {
    "principal": ("本金", "principal"),
    "past_interest": ("利息（一次性）", "interest, a sum"),
    "penalty": ("罚息（一次性）", "penalty interest, a sum"),
    "compound": ("复利（一次性）", "compound interest, a sum"),
    "liquidated_damages": ("违约金（一次性）", "liquidated damages, a sum"),
    "compensation": ("赔偿款", "compensation"),
    "lawyer_fee": ("律师费", "lawyer's fee"),
    "costs": ("其他实现债权的费用", "other costs"),
    "acceptance_fee": ("案件受理费", "acceptance fee"),
}
RUNNING = {
    "running_interest": ("利息（计至清偿）", "interest to payment"),
    "running_penalty": ("罚息（计至清偿）", "penalty interest to payment"),
    "running_compound": ("复利（计至清偿）", "compound interest to payment"),
    "running_liquidated_damages": ("违约金（计至清偿）", "liquidated damages to payment"),
}
LIMIT = {"limit": ("责任限额", "limit of liability")}
KINDS = {**SUMS, **RUNNING, **LIMIT}
REFERENCES = {
    "lpr_1y": ("一年期LPR", "one-year LPR"),
    "lpr_5y": ("五年期以上LPR", "five-year LPR"),
}
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class AwardedItem:
    """One row. `kind` is one of `KINDS`; `id` names it for what runs on it.

    `amount` is the sum, the stated base of what runs (nothing: what is left of its items) or the limit. What runs has
    a fixed `rate` a year or follows `reference` of the same period × `multiple` + `margin_bp`, from `start` over
    `basis` days, to `last_day` where the instrument ends it, on the items named in `on`. `performance_last_day`, or
    `performance_days` from the day of effect, is its own where it has one. `owed_by`: nobody named means all debtors.
    """

    kind: str
    id: str = ""
    amount: Money = ZERO
    rate: Decimal | None = None
    reference: str = ""
    multiple: Decimal = Decimal(1)
    margin_bp: Decimal = Decimal(0)
    start: date | None = None
    last_day: date | None = None
    basis: int = 360
    counts_payment_day: bool = False
    on: tuple[str, ...] = ()
    performance_last_day: date | None = None
    performance_days: int | None = None
    in_base: bool | None = None
    owed_by: tuple[str, ...] = ()

    @property
    def zh(self) -> str:
        """The row in words, as a timeline prints it."""
        parts = [f"{self.id + '：' if self.id else ''}{KINDS[self.kind][0]}"]
        parts += [f"{self.amount.grouped()}元"] if self.amount else []
        if self.reference:
            margin = f"{'＋' if self.margin_bp > 0 else '－'}{abs(self.margin_bp)}个基点" if self.margin_bp else ""
            parts.append(f"同期{REFERENCES[self.reference][0]}×{self.multiple}{margin}")
        parts += [f"年利率{percent(self.rate)}"] if self.rate is not None else []
        parts += [f"自{in_chinese(self.start)}起"] if self.start else []
        parts += [f"至{in_chinese(self.last_day)}"] if self.last_day else []
        parts += [f"以{'、'.join(self.on)}为基数"] if self.on else []
        parts += [f"{in_chinese(self.performance_last_day)}前履行"] if self.performance_last_day else []
        parts += [f"生效后{self.performance_days}日内履行"] if self.performance_days else []
        parts += [f"由{'、'.join(self.owed_by)}承担"] if self.owed_by else []
        return " ".join(parts)


@dataclass(frozen=True)
class Column:
    """One field of a row as a page asks for it; `kind` and `options` as in `events.Ask`."""

    name: str
    zh: str
    en: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


def _options(many: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((value, zh) for value, (zh, _) in many.items())


COLUMNS = (
    Column("kind", "款项", "kind", "choice", _options(KINDS)),
    Column("id", "编号", "id", hint="供继续计算的利息指明所依款项，如 第一期本金"),
    Column("amount", "金额或计息基数", "amount or base", "money"),
    Column("owed_by", "承担人", "owed by", hint="数人以顿号分开；不填为全体债务人"),
    Column("performance_last_day", "该项履行期届满日", "its last day to perform", "date"),
    Column("performance_days", "该项履行期限（生效后日数）", "its days to perform", "integer"),
    Column("rate", "年利率", "rate a year", "rate", hint="写百分数，如 9.36%"),
    Column("reference", "同期参考利率", "reference rate", "choice", _options(REFERENCES)),
    Column("multiple", "倍数", "multiple", "number", hint="四倍写 4"),
    Column("margin_bp", "加点（基点）", "margin", "signed", hint="减点写负数"),
    Column("start", "起息日（计）", "first day", "date"),
    Column("last_day", "止息日（计）", "last day", "date", hint="不填为计至实际清偿之日"),
    Column("basis", "计息天数基准", "day-count basis", "choice", (("360", "360"), ("365", "365"))),
    Column("on", "以哪些编号为基数", "on which items", hint="数项以顿号分开；不填：复利依利息，其余依本金"),
    Column("counts_payment_day", "是否计付款当日", "counts the day of payment", "yes_no"),
    Column("in_base", "是否计入加倍部分基数", "bears the doubled part", "yes_no", hint="不填按通行解释"),
)
_BY_NAME = {column.name: column for column in COLUMNS}
_NAMES = re.compile(r"[、,，;；\n]")


def read(text: str, field: str = "items") -> tuple[AwardedItem, ...]:
    """Rows from JSON text: a list of objects of texts by column; an empty row is passed over.

    Raises `Invalid` with every problem, each at `items.2.rate` or the like, counted from nought.
    """
    rows = _rows(text, field)
    problems: list[Problem] = []
    found = []
    for place, row in enumerate(rows):
        if any(cell.strip() for cell in row.values()):
            item = _row(row, f"{field}.{place}", problems)
            found += [item] if item else []
    problems += _between(found, field)
    Invalid.raise_any(problems)
    return tuple(found)


def _rows(text: str, field: str) -> list[Mapping[str, str]]:
    try:
        rows = json.loads(text)
    except ValueError:
        rows = None
    sound = isinstance(rows, list) and len(rows) <= _MOST
    if not sound or not all(
        isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values()) for row in rows
    ):
        raise Invalid.one(
            "award.rows", "判项须为逐行的表格", f"the items are a list of at most {_MOST} rows of texts", field=field
        )
    return list(rows)


def _row(row: Mapping[str, str], place: str, problems: list[Problem]) -> AwardedItem | None:
    before = len(problems)
    values: dict[str, Any] = {}
    for name, cell in row.items():
        if name not in _BY_NAME:
            problems.append(Problem("field.unknown", "没有这一项", "there is no such field", f"{place}.{name}"))
        elif cell.strip():
            try:
                values[name] = _READERS[name](cell.strip())
            except typed.Unreadable as refusal:
                problems.append(refusal.problem(f"{place}.{name}", cell))
    problems += _lacking(values, row, place)
    return AwardedItem(**values) if len(problems) == before else None


def _lacking(values: Mapping[str, Any], row: Mapping[str, str], place: str) -> Iterator[Problem]:
    """What a row of its kind lacks or has too much."""

    def problem(name: str, zh: str, en: str) -> Problem:
        return Problem("award.row", zh, en, f"{place}.{name}", row.get(name, "")[:60])

    kind = values.get("kind")
    if kind is None:
        if not row.get("kind", "").strip():
            yield problem("kind", "请选择款项", "choose what it is")
        return
    if kind not in RUNNING and "amount" not in values and not row.get("amount", "").strip():
        yield problem("amount", "须填写金额", "the amount is needed")
    if kind in RUNNING:
        if ("rate" in values) == ("reference" in values) and not row.get("rate", "").strip():
            yield problem("rate", "年利率与同期参考利率须填写其一", "a rate or a reference rate is needed")
        elif "rate" in values and "reference" in values:
            yield problem("rate", "年利率与同期参考利率只填其一", "a rate or a reference rate, not both")
        if "start" not in values and not row.get("start", "").strip():
            yield problem("start", "须填写起息日", "the first day is needed")
    else:
        for name in ("rate", "reference", "start", "last_day", "on"):
            if name in values:
                yield problem(name, "只用于计至清偿的款项", "is for what runs to payment")
    if kind == "limit" and len(values.get("owed_by", ())) != 1:
        yield problem("owed_by", "责任限额须写明一名承担人", "a limit names one debtor")
    if "performance_last_day" in values and "performance_days" in values:
        yield problem("performance_days", "届满日与履行期限只填其一", "the last day or the days, not both")


def _between(items: Sequence[AwardedItem], field: str) -> Iterator[Problem]:
    """What does not fit between the rows: an id twice, or interest on an item that is not there."""
    ids = [item.id for item in items if item.kind in SUMS and item.id]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield Problem("award.id_twice", f"编号“{twice}”重复", f"the id {twice} stands twice", field, twice)
    for name in dict.fromkeys(name for item in items for name in item.on if name not in ids):
        yield Problem("award.id_unknown", f"没有编号为“{name}”的款项", f"no item has the id {name}", field, name)


def disagreements(items: Sequence[AwardedItem], stated: Mapping[str, Money]) -> Iterator[Problem]:
    """Where the rows do not add up to the sums stated beside them: principal, interest, other costs.

    Only the principal must be stated; the others are compared where they are.
    """
    sums = {
        "principal": ("principal",),
        "interest": ("past_interest", "penalty", "compound"),
        "other_costs": ("lawyer_fee", "costs", "acceptance_fee"),
    }
    for name, kinds in sums.items():
        rows = total(item.amount for item in items if item.kind in kinds)
        if rows != stated[name] and (name == "principal" or stated[name]):
            yield Problem(
                "award.sums_differ",
                f"与逐项判项之和 {rows.grouped()} 元不一致",
                f"differs from the sum of the items, {rows}",
                name,
                str(stated[name]),
            )


def _number(text: str) -> Decimal:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", text):
        raise typed.Unreadable("cell.number", "须为数字，例如 4 或 1.3", "a number, for example 4 or 1.3")
    return Decimal(text)


def _signed(text: str) -> Decimal:
    sign = -1 if text.startswith(("-", "－")) else 1
    return sign * _number(text.lstrip("-－+＋"))


def _names(text: str) -> tuple[str, ...]:
    return tuple(typed.plain_text(part) for part in _NAMES.split(text) if part.strip())


def _chosen(many: Mapping[str, tuple[str, str]]) -> Callable[[str], str]:
    return lambda text: typed.choice(text, {zh: value for value, (zh, _) in many.items()})


def _basis(text: str) -> int:
    return int(typed.choice(text, {"360": "360", "365": "365"}))


_READERS: dict[str, Callable[[str], Any]] = {
    "kind": _chosen(KINDS),
    "id": typed.plain_text,
    "amount": typed.money,
    "owed_by": _names,
    "performance_last_day": typed.day,
    "performance_days": typed.count,
    "rate": typed.rate,
    "reference": _chosen(REFERENCES),
    "multiple": _number,
    "margin_bp": _signed,
    "start": typed.day,
    "last_day": typed.day,
    "basis": _basis,
    "on": _names,
    "counts_payment_day": typed.yes_no,
    "in_base": typed.yes_no,
}
