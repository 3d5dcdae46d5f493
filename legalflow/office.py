"""Everything a use case needs within reach: law, store, database, keys, settings and the time.

The office is one argument of every use case. In tests it has a SQLite file, a temporary store, the real law and a clock
that stands still. It has six fields and no behaviour; nothing else is injected, and nothing else asks what day it is.
Its law is the released one until `in_force` hands it the law of the moment: each request, job and command asks once, as
it begins, so that what two persons approved counts everywhere without a restart.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from legalflow.config import Settings
from legalflow.law.catalogue import Law
from legalflow.persistence import dated_values
from legalflow.persistence.database import Database
from legalflow.persistence.secrets import Keys
from legalflow.storage import Store

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Office:
    """What a use case needs within reach. `now` gives the instant, in UTC."""

    law: Law
    store: Store
    database: Database
    keys: Keys
    settings: Settings
    now: Callable[[], datetime]


def open_office(settings: Settings, law: Law | None = None) -> Office:
    """The office of an installation; makes folders and keys that are not there yet. `law` is the released law where it
    was read already."""
    fault = planned_fault(settings.fail_at)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Office(
        law=law or Law.load(),
        store=Store(settings.storage, fault),
        database=Database.open(settings.database, fault),
        keys=Keys.open(settings.home / "keys"),
        settings=settings,
        now=_standing(settings.today) if settings.today else _now,
    )


def in_force(office: Office) -> Office:
    """The office with the law in force now: the released law and the dated values that two persons approved since."""
    with office.database.reading() as session:
        law = dated_values.in_force(session, office.law.released)
    return office if law is office.law else replace(office, law=law)


def today(office: Office) -> date:
    """The legal day: that of Asia/Shanghai."""
    return office.now().astimezone(CHINA).date()


def planned_fault(plan: str) -> Callable[[str], None]:
    """What breaks the n-th passing of a point (`put:2:kill`), for tests of faults; nothing without a plan.

    Kinds: `kill` ends the process at once, `error` raises `OSError`, `sleep` waits twenty seconds.
    """
    if not plan:
        return lambda _point: None
    point, number, kind = plan.split(":")
    passed: Counter[str] = Counter()

    def fault(here: str) -> None:
        passed[here] += 1
        if here != point or passed[here] != int(number):
            return
        if kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "sleep":
            time.sleep(20)
            return
        raise OSError(f"planned fault at {here}")

    return fault


def _now() -> datetime:
    return datetime.now(UTC)


def _standing(instant: str) -> Callable[[], datetime]:
    """A clock that stands still at an ISO instant, or runs from an ISO day's noon in China."""
    at = datetime.fromisoformat(instant)
    if at.tzinfo is None:
        at = at.replace(tzinfo=CHINA)
    return lambda: at.astimezone(UTC)
