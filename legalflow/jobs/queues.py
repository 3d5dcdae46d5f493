"""Which tasks there are, on which queue each waits, and how long it may take.

The list is fixed: a name that is not in it is never run, whoever writes it into the queue server. The functions stand
as dotted names and are imported when first used, so that a worker of one queue does not carry the libraries of another.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Task:
    """One task: `run(office, subject_id, finish)` and `fail(office, subject_id, reason, finish)` by dotted name.

    `limit` is the longest it may run, `pauses` the waits before the second attempt, the third, and so on (seconds); the
    last pause holds for all further ones. `warm` is a function of the settings, by dotted name, that a worker calls
    once before it forks, to have heavy libraries imported; empty where there are none.
    """

    queue: str
    run: str
    fail: str
    limit: int = 120
    pauses: tuple[float, ...] = (2.0, 10.0, 30.0)
    warm: str = ""

    def pause(self, attempt: int) -> float:
        """The wait after a failed attempt (counted from 1), in seconds."""
        return self.pauses[min(attempt, len(self.pauses)) - 1]


TASKS: Mapping[str, Task] = {
    "render_document": Task(
        "documents",
        "legalflow.services.drafting:render",
        "legalflow.services.drafting:fail",
        warm="legalflow.services.drafting:warm",
    ),
    "bind_bundle": Task(
        "bundles",
        "legalflow.services.bundling:bind",
        "legalflow.services.bundling:fail",
        limit=600,
        warm="legalflow.rendering.pdf:warm",
    ),
    "inspect_exhibit": Task(
        "evidence", "legalflow.services.keeping:inspect", "legalflow.services.keeping:fail", limit=300
    ),
    "import_batch": Task("imports", "legalflow.services.importing:run", "legalflow.services.importing:fail", limit=900),
    "plan_claims": Task(
        "schedule", "legalflow.services.recomputing:plan", "legalflow.services.recomputing:fail_plan", limit=300
    ),
    "state_claims": Task(
        "claims", "legalflow.services.recomputing:run", "legalflow.services.recomputing:fail", limit=600
    ),
    "check_ledgers": Task("claims", "legalflow.services.reckoning:run", "legalflow.services.reckoning:fail", limit=600),
    "send_digest": Task(
        "schedule",
        "legalflow.services.notifying:send",
        "legalflow.services.notifying:fail",
        pauses=(60.0, 600.0, 3600.0),
    ),
    "foresee_run": Task(
        "batches",
        "legalflow.services.foreseeing:run",
        "legalflow.services.foreseeing:fail",
        limit=600,
        warm="legalflow.services.drafting:warm",
    ),
    "do_run": Task(
        "batches",
        "legalflow.services.running:run",
        "legalflow.services.running:fail",
        limit=600,
        warm="legalflow.services.drafting:warm",
    ),
    "pack_run": Task("batches", "legalflow.services.packing:run", "legalflow.services.packing:fail", limit=900),
    "tick": Task("schedule", "legalflow.services.refreshing:tick", "legalflow.services.refreshing:fail", limit=900),
}

QUEUES: tuple[str, ...] = tuple(dict.fromkeys(task.queue for task in TASKS.values()))
# How many workers of a queue are started where more than one is of use: a night's claims take every core of two.
AT_ONCE: Mapping[str, int] = {"claims": 2, "batches": 2}
# How far the jobs of a queue stand back where others want the processor too: pages come before a night's claims.
NICE: Mapping[str, int] = {"claims": 5, "batches": 5}


def resolve(dotted: str) -> Callable[..., Any]:
    """The function of a dotted name `package.module:function`."""
    module, _, name = dotted.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function
