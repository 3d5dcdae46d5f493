"""Who gets what of the proceeds of an asset: the rows of a plan of distribution, in its order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from legalflow.errors import Invalid, Problem
from legalflow.matters.asking import Choice
from legalflow.values import typed
from legalflow.values.money import Money, total

_MOST = 200
RANKS = (
    Choice("costs", "执行费用", "costs of enforcement"),
    Choice("secured", "担保物权等优先债权", "secured or preferred"),
    Choice("general", "普通债权", "general"),
)
COLUMNS = (
    ("creditor", "债权人", "text"),
    ("rank", "受偿顺序", "choice"),
    ("amount", "分配金额", "money"),
    ("ours", "是否我方", "yes_no"),
)
_RANKS = {choice.zh: choice.value for choice in RANKS}


@dataclass(frozen=True)
class Share:
    """One creditor's share of the proceeds, in yuan; `rank` is one of `RANKS`, `ours` is True for our own."""

    creditor: str
    amount: Money
    rank: str = "general"
    ours: bool = False

    @property
    def zh(self) -> str:
        """The row in words, as a timeline prints it."""
        rank = next((each.zh for each in RANKS if each.value == self.rank), self.rank)
        return f"{self.creditor}（{rank}{'，我方' if self.ours else ''}）{self.amount.grouped()}元"


def read(text: str, field: str = "shares") -> tuple[Share, ...]:
    """Shares from JSON text: a list of objects of texts by column; an empty row is passed over.

    Raises `Invalid` with every problem, each at `shares.2.amount` or the like, counted from nought.
    """
    problems: list[Problem] = []
    found: list[Share] = []
    for place, row in enumerate(_rows(text, field)):
        if any(cell.strip() for cell in row.values()):
            share = _share(row, f"{field}.{place}", problems)
            found += [share] if share else []
    Invalid.raise_any(problems)
    return tuple(found)


def ours(shares: Iterable[Share]) -> Money:
    """What of the shares is ours, in yuan."""
    return total(share.amount for share in shares if share.ours)


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
            "shares.rows",
            "分配明细须为逐行的表格",
            f"the shares are a list of at most {_MOST} rows of texts",
            field=field,
        )
    return list(rows)


def _share(row: Mapping[str, str], place: str, problems: list[Problem]) -> Share | None:
    before = len(problems)
    known = {name for name, _, _ in COLUMNS}
    problems += [
        Problem("field.unknown", "没有这一项", "there is no such field", f"{place}.{name}")
        for name in row
        if name not in known
    ]
    for name, zh in (("creditor", "须填写债权人"), ("amount", "须填写分配金额")):
        if not row.get(name, "").strip():
            problems.append(Problem("shares.lacking", zh, f"{name} is needed", f"{place}.{name}"))
    amount, rank, is_ours = Money("0"), "general", False
    for name in ("amount", "rank", "ours"):
        cell = row.get(name, "").strip()
        try:
            if cell and name == "amount":
                amount = typed.money(cell)
            elif cell and name == "rank":
                rank = typed.choice(cell, _RANKS)
            elif cell:
                is_ours = typed.yes_no(cell)
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(f"{place}.{name}", cell))
    if amount < Money("0"):
        problems.append(Problem("event.negative", "分配金额不得为负", "a share is not negative", f"{place}.amount"))
    if len(problems) > before:
        return None
    return Share(typed.plain_text(row["creditor"]), amount, rank, is_ours)
