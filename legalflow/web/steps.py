"""What may be recorded on a matter, under the headings a person looks for it: a few of more than a hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from legalflow.matters.matter import Step
from legalflow.matters.phases import OTHERS, PHASES, Phase, phase_of

# What ends a matter or its write-off, or leads back, stands at hand, and is not what one is led to.
_NOT_LED_TO = (
    "MatterClosed ClaimAssigned WriteOffPrepared WriteOffWithdrawn WriteOffEnded FilingReturned OtherWayEnded "
    "StrategyReturned DocumentRequested DocumentReturned DocumentVoided"
)
NOT_LED_TO = frozenset(_NOT_LED_TO.split())


@dataclass(frozen=True)
class Group:
    """A heading with what may be recorded now, what leads on first. `leads_on`: something in it leads on from here."""

    phase: Phase
    steps: tuple[Step, ...]
    leads_on: bool


def grouped(steps: Sequence[Step], awaited: Sequence[Step]) -> list[Group]:
    """The steps that are possible now by phase; groups that lead on, or hold what is awaited, come first."""
    found = []
    for phase in (*PHASES, OTHERS):
        mine = [step for step in steps if step.possible and phase_of(step.name) is phase]
        order = {name: place for place, name in enumerate(phase.events)}
        mine.sort(key=lambda step: (not _leads(step, awaited), order.get(step.name, len(order))))
        if mine:
            found.append(Group(phase, tuple(mine), any(_leads(step, awaited) for step in mine)))
    return sorted(found, key=lambda group: not group.leads_on)


def _leads(step: Step, awaited: Sequence[Step]) -> bool:
    return step in awaited or (step.advances and not step.aside and step.name not in NOT_LED_TO)
