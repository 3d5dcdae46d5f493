"""How a matter stands against the standards of recognition: what its history, claim and exhibits show, and what not.

It says what is met, not met, missing or cannot be told; what to do with the loan is the lender's review to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.evidence import papers
from legalflow.law import write_offs
from legalflow.law.catalogue import Value
from legalflow.law.finding import Finding
from legalflow.law.write_offs import Case, Judged, LoanState, Situation
from legalflow.matters.events import ContactMade, DemandDelivered, EnforcementStayed
from legalflow.matters.matter import Matter, fold
from legalflow.office import Office, today
from legalflow.services import claiming, viewing
from legalflow.services.viewing import MatterSheet


@dataclass(frozen=True)
class Standing:
    """The standards held against a matter on a day.

    `recorded` are the standards whose situation the history shows, `assumed` those a person supposes to see what they
    would need. `held` names the exhibits of each paper at hand. `rules` are the rules around them, with their sources.
    """

    on: date
    finding: Finding[tuple[Judged, ...]]
    loan: LoanState
    recorded: tuple[str, ...]
    assumed: tuple[str, ...]
    held: Mapping[str, tuple[str, ...]]
    rules: tuple[Value, ...]

    @property
    def stated(self) -> tuple[Judged, ...]:
        """The standards whose situation is recorded or supposed."""
        return tuple(each for each in self.finding.value if each.stated)

    @property
    def others(self) -> tuple[Judged, ...]:
        """The standards whose situation is neither recorded nor supposed."""
        return tuple(each for each in self.finding.value if not each.stated)


_RULES = ("write_off/criteria", "write_off/always_needed", "write_off/internal_evidence", "write_off/confidential")


def standing(office: Office, actor: Actor, matter_id: str, assumed: Iterable[str] = ()) -> Standing | None:
    """How a matter stands today, supposing the situations of `assumed` too; None where its claim cannot be computed.

    `Invalid` where a standard of that name does not exist.
    """
    actor.require(Right.VIEW_MONEY)
    sheet, day = viewing.matter(office, actor, matter_id), today(office)
    supposed = tuple(dict.fromkeys(assumed))
    _known(office, day, supposed)
    try:
        claim = claiming.state_claim(office, actor, sheet.row.loan_id)[1].value
    except LegalflowError:  # the loan's page says why
        return None
    loan = LoanState(outstanding=claim.principal, overdue_since=claim.overdue_since)
    matter, held = fold(sheet.events), papers.at_hand(_exhibits(sheet))
    facts = _recorded(matter)
    recorded = tuple(each.kind for each in facts)
    facts += tuple(_supposed(matter, kind, day) for kind in supposed if kind not in recorded)
    known = write_offs.known_papers(office.law, Case(as_of=day, loan=loan))
    case = Case(as_of=day, loan=loan, facts=facts, evidence=tuple(each for each in held if each in known))
    rules = (*(office.law.at(topic, day) for topic in (*_RULES, "write_off/review", "write_off/authority")),)
    return Standing(day, write_offs.judged(office.law, case), loan, recorded, supposed, held, rules)


def _known(office: Office, day: date, supposed: tuple[str, ...]) -> None:
    known = {each.id for each in write_offs.criteria(office.law, day)}
    Invalid.raise_any(
        Problem("write_off.criterion", "没有这条认定标准", "there is no such criterion", "suppose", each[:40])
        for each in supposed
        if each not in known
    )


def _exhibits(sheet: MatterSheet) -> list[str]:
    """The names of the exhibits that were found whole."""
    return [each.name for each in sheet.exhibits if each.state == "ready"]


def _recorded(matter: Matter) -> tuple[Situation, ...]:
    """The situations the history shows: enforcement that ended for this time."""
    stayed = [each.event for each in matter.standing if isinstance(each.event, EnforcementStayed)]
    return tuple(Situation(kind="enforcement_failed", on=each.on, ended=True) for each in stayed[-1:])


def _supposed(matter: Matter, kind: str, day: date) -> Situation:
    """A supposed situation of today, pursued since the first demand or contact and as often as recorded."""
    events = [each.event for each in matter.standing]
    pursued = [
        each.on
        for each in events
        if isinstance(each, DemandDelivered) or (isinstance(each, ContactMade) and each.started_by == "collector")
    ]
    return Situation(kind=kind, on=day, since=min(pursued, default=None), demands=len(pursued))
