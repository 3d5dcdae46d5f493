"""Which facts of a loan came in files of their own, and stay when the file of loans is sent again.

Parties and collateral are known by keyed digests of their names, so that nobody is named here in clear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from legalflow.intake.parts import Part
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Collateral, Party
from legalflow.persistence.secrets import Keys


def with_parts(apart: Mapping[str, Any], kind: str, parts: Sequence[Part], keys: Keys) -> dict[str, Any]:
    """What is kept apart, with parts that came in now."""
    if kind in {"dues", "drawdowns"}:
        return {**apart, kind: True}
    marks = (_mark(each.value, keys) for each in parts)
    return {**apart, kind: sorted({*apart.get(kind, ()), *marks})}


def kept(apart: Mapping[str, Any], before: Loan, told: Loan, keys: Keys) -> Loan:
    """The loan a file of loans tells, with what came apart as it stands in the loan before."""
    named = {each.name for each in told.parties}
    of_parties, of_collateral = frozenset(apart.get("parties", ())), frozenset(apart.get("collateral", ()))
    parties = [each for each in before.parties if each.name not in named and _mark(each, keys) in of_parties]
    names = {each.name for each in parties}
    same = {(each.owner, each.description) for each in told.collateral}
    collateral = [
        each
        for each in before.collateral
        if (each.owner, each.description) not in same and _mark(each, keys) in of_collateral
    ]
    return replace(
        told,
        parties=(*told.parties, *parties),
        guarantees=(*told.guarantees, *(each for each in before.guarantees if each.guarantor in names)),
        collateral=(*told.collateral, *collateral),
        dues=before.dues if apart.get("dues") else told.dues,
        drawdowns=before.drawdowns if apart.get("drawdowns") else told.drawdowns,
    )


def _mark(value: Any, keys: Keys) -> str:
    if isinstance(value, Party):
        return keys.index(value.name)
    assert isinstance(value, Collateral)
    return keys.index(f"{value.owner}\n{value.description}")
