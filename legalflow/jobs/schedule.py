"""The ticker: asks for what time brings, once a slot however many tickers run, and has the audit trail witnessed.

It puts rows into the outbox like everybody else; only the relay enqueues.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime

from legalflow.errors import LegalflowError
from legalflow.jobs import queues
from legalflow.office import CHINA, Office
from legalflow.persistence import dispatch, outbox
from legalflow.services import auditing

LOOK = 15.0  # seconds between looks at the clock
WITNESS = 600.0  # seconds between checkpoints of the audit trail
_LOG = logging.getLogger("schedule")


def run(office: Office, stop: threading.Event) -> None:
    """Tick until `stop` is set; a last checkpoint is written on the way out."""
    witnessed = float("-inf")
    while not stop.is_set():
        try:
            ask(office)
            if time.monotonic() - witnessed >= WITNESS:
                auditing.checkpoint(office)
                witnessed = time.monotonic()
        except (LegalflowError, OSError) as error:
            _LOG.error("not now, trying again", exc_info=error)
        stop.wait(LOOK)
    auditing.checkpoint(office)


def ask(office: Office) -> list[str]:
    """Ask for the ticks of this hour and legal day, for its claims and its ledgers, where nobody has; the slots."""
    now = office.now().astimezone(CHINA)
    hour = now.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    slots: tuple[tuple[str, datetime, str, str], ...] = (
        ("tick-hour", hour, "tick", f"hour-{hour:%Y-%m-%dT%H}"),
        ("tick-day", day, "tick", f"day-{day:%Y-%m-%d}"),
        ("claims-day", day, "plan_claims", f"{day:%Y-%m-%d}"),
        ("ledgers-day", day, "check_ledgers", f"{day:%Y-%m-%d}"),
        ("claims-hour", hour, "plan_claims", f"{hour:%Y-%m-%dT%H}"),
    )
    asked = []
    with office.database.writing() as session:
        dispatch.beat(session, "schedule", office.now())
        for name, start, task, slot in slots:
            if dispatch.once(session, name, start):
                outbox.ask(session, task, slot, queues.TASKS[task].queue, office.now())
                asked.append(slot)
    return asked
