"""Which matters may go on a list of write-offs: chosen by unit, kind and size, each held against the standard asked.

What a standard cannot tell (its thresholds are not loaded, say) is left to a person, and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from legalflow.access import Actor, Right
from legalflow.claims.claim import Claim
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.law import write_offs
from legalflow.law.write_offs import Judged
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import LoanRow, MatterRow
from legalflow.services import claiming, recognising
from legalflow.values.money import Money

MOST_LINES = 200  # each is held against the standard while somebody waits
MOST_CHOICES = 300
# The stages of a write-off at which a matter may be applied for.
_OPEN_STAGES = ("C0", "C1", "C8")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A matter that may be put on a list, with the claim a night kept of it."""

    matter_id: str
    number: str
    contract_number: str
    borrower: str
    unit: str
    product: str
    disbursed: Money


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A chosen matter held against the standard: it goes in where `reasons` is empty; `why` says how it stands."""

    matter_id: str
    number: str
    contract_number: str
    borrower: str
    principal: Money
    interest: Money
    answer: str
    why: str
    reasons: tuple[str, ...]

    @property
    def total(self) -> Money:
        """Principal and interest together."""
        return self.principal + self.interest


def choices(office: Office, actor: Actor, unit: str = "", product: str = "", most: Money | None = None) -> list[Choice]:
    """Matters that no write-off is under way of, in scope, of a unit, a kind of claim, and at most so much paid out."""
    actor.require(Right.APPLY_WRITE_OFF)
    query = (
        select(MatterRow, LoanRow)
        .join(LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
        .where(
            repositories.visible_to(actor),
            col(MatterRow.write_off).in_(_OPEN_STAGES),
            MatterRow.stage != repositories.CLOSED,
        )
    )
    if unit:
        query = query.where(LoanRow.unit == unit)
    if product:
        query = query.where(LoanRow.product == product)
    if most is not None:
        query = query.where(LoanRow.disbursed_fen <= most.fen)
    with office.database.reading() as session:
        rows = list(session.execute(query.order_by(MatterRow.number).limit(MOST_CHOICES)))
    return [
        Choice(
            matter_id=matter.id,
            number=matter.number,
            contract_number=loan.contract_number,
            borrower=loan.borrower,
            unit=loan.unit,
            product=loan.product,
            disbursed=Money.of_fen(loan.disbursed_fen),
        )
        for matter, loan in rows
    ]


def judge(office: Office, actor: Actor, criterion: str, matter_ids: Sequence[str]) -> list[Judgement]:
    """Each chosen matter held against one standard as it stands today; nothing is written.

    A matter goes in where the standard is met, or where only what cannot be told is open, which a person then has to
    judge. Its figures are those of the claim: what the books show otherwise is applied for singly.
    """
    actor.require(Right.APPLY_WRITE_OFF)
    ids = list(dict.fromkeys(matter_ids))
    _ask_well(office, criterion, ids)
    return [_judged(office, actor, criterion, each) for each in ids]


def _ask_well(office: Office, criterion: str, ids: list[str]) -> None:
    problems = []
    if criterion not in {each.id for each in write_offs.criteria(office.law, today(office))}:
        problems.append(Problem("write_off.criterion", "没有这条认定标准", "there is no such criterion", "criterion"))
    if not ids:
        problems.append(Problem("list.empty", "请至少选择一个案件", "choose at least one matter", "matter"))
    if len(ids) > MOST_LINES:
        zh, en = f"一张清单至多 {MOST_LINES} 行", f"a list has {MOST_LINES} lines at most"
        problems.append(Problem("list.many", zh, en, "matter", str(len(ids)), "分成几张清单申报", "make several lists"))
    Invalid.raise_any(problems)


def _judged(office: Office, actor: Actor, criterion: str, matter_id: str) -> Judgement:
    with office.database.reading() as session:
        matter = repositories.matter(session, actor, matter_id)
        loan = repositories.loan(session, actor, matter.loan_id)
        known: dict[str, Any] = {
            "matter_id": matter.id,
            "number": matter.number,
            "contract_number": loan.contract_number,
            "borrower": loan.borrower,
        }
        stage = matter.write_off
    try:
        claim: Claim = claiming.state_claim(office, actor, loan.id)[1].value
    except LegalflowError as error:
        said = tuple(problem.message for problem in error.problems)
        return Judgement(**known, principal=Money(0), interest=Money(0), answer="not_met", why="", reasons=said)
    standing = recognising.standing(office, actor, matter_id, assumed=(criterion,))
    held = next((each for each in standing.finding.value if each.criterion.id == criterion), None) if standing else None
    reasons = _reasons(stage, claim, held)
    return Judgement(
        **known,
        principal=claim.principal,
        interest=claim.interest_total,
        answer=held.answer if held else "not_met",
        why=held.why if held else "",
        reasons=tuple(reasons),
    )


def _reasons(stage: str, claim: Claim, held: Judged | None) -> list[str]:
    """Why a matter may not go in; none where it may."""
    found = []
    if stage not in _OPEN_STAGES:
        found.append("核销已在办理或已入账")
    if claim.currency != "CNY":
        found.append(f"币种为 {claim.currency}，清单只收人民币贷款，请逐笔申报")
    if not claim.principal + claim.interest_total:
        found.append("没有未偿债权")
    if held is None or held.answer in {"not_met", "missing"}:
        found.append((held.why if held else "") or "不具备所选标准")
    return found
