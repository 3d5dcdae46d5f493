"""No second suit on the same contract: what another matter already pursues, before we file, arbitrate or apply.

A contract may bear several loans, each with a suit of its own: so a second one is refused until the note says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Invalid, Problem
from legalflow.matters.events import ArbitrationFiled, FilingSubmitted, MatterEvent, PaymentOrderApplied
from legalflow.matters.stages import STAGES, stage_title
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import LoanRow, MatterRow

FILINGS: tuple[type[MatterEvent], ...] = (FilingSubmitted, ArbitrationFiled, PaymentOrderApplied)
_PLAN, _CLOSED = "A12", "A90"
_FILED = frozenset(code for code, stage in STAGES.items() if stage.rank >= STAGES["A25"].rank) - {_CLOSED}


@dataclass(frozen=True)
class OtherMatter:
    """A matter on the same contract: its id and number, empty where the actor may not see it, and where it stands."""

    id: str
    number: str
    stage: str

    @property
    def zh(self) -> str:
        """What is said of it, in Chinese."""
        which = f"案件 {self.number}" if self.number else "您无权查看的另一案件"
        return f"同一合同已在{which}中主张（{stage_title(self.stage)[0]}）"

    @property
    def en(self) -> str:
        """What is said of it, in English."""
        which = f"matter {self.number}" if self.number else "a matter you may not see"
        return f"the same contract is pursued in {which} ({stage_title(self.stage)[1]})"


def others(office: Office, actor: Actor, matter_id: str, name: str) -> tuple[OtherMatter, ...]:
    """The matters that already pursue the contract, where the event named would pursue it a second time."""
    if name not in {kind.__name__ for kind in FILINGS}:
        return ()
    with office.database.reading() as session:
        return _others(session, actor, repositories.matter(session, actor, matter_id))


def refuse_a_second(session: Session, actor: Actor, row: MatterRow, event: MatterEvent) -> None:
    """Refuse a filing on a contract that another matter pursues, unless its note says why."""
    if not isinstance(event, FILINGS) or event.reason.strip():
        return
    Invalid.raise_any(
        Problem(
            "suit.second",
            each.zh,
            each.en,
            "reason",
            each.number,
            "先核对该案；确属不同款项的（例如同一合同项下另一笔借款），在备注中写明",
            "look at that matter first; where this is another debt under the contract, say so in the note",
        )
        for each in _others(session, actor, row)
    )


def _others(session: Session, actor: Actor, row: MatterRow) -> tuple[OtherMatter, ...]:
    mine = repositories.found(session.get(LoanRow, row.loan_id), "loan")
    query = (
        select(MatterRow)
        .join(LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
        .where(LoanRow.contract_number == mine.contract_number, MatterRow.id != row.id)
        .order_by(col(MatterRow.number))
    )
    found = [each for each in session.exec(query) if _is_pursued(each)]
    if not found:
        return ()
    ids = [each.id for each in found]
    seen = set(session.exec(select(MatterRow.id).where(col(MatterRow.id).in_(ids), repositories.visible_to(actor))))
    return tuple(
        OtherMatter(each.id if each.id in seen else "", each.number if each.id in seen else "", each.stage)
        for each in found
    )


def _is_pursued(row: MatterRow) -> bool:
    """Whether it was filed, judged, settled by a plan or found in bankruptcy, or ended after a filing or judgment."""
    if row.stage == _CLOSED:
        return any(row.state.get(name) for name in ("filing", "judgment"))
    return row.stage in _FILED or row.stage == _PLAN
