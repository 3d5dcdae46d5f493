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
    """Ask for the ticks of this hour and this legal day where nobody has; the slots asked for."""
    now = office.now().astimezone(CHINA)
    hour = now.replace(minute=0, second=0, microsecond=0)
    slots: tuple[tuple[str, datetime, str], ...] = (
        ("tick-hour", hour, f"hour-{hour:%Y-%m-%dT%H}"),
        ("tick-day", hour.replace(hour=0), f"day-{hour:%Y-%m-%d}"),
    )
    asked = []
    with office.database.writing() as session:
        dispatch.beat(session, "schedule", office.now())
        for name, start, slot in slots:
            if dispatch.once(session, name, start):
                outbox.ask(session, "tick", slot, queues.TASKS["tick"].queue, office.now())
                asked.append(slot)
    return asked
