"""What happened: a frozen fact with its instant, its day in law and its actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """The root of all journal events. The class name is the name kept in the journal; it never changes once released.

    `at` is the instant it was recorded (UTC); `on` the day it happened in law (Asia/Shanghai); `actor` our id of the
    person who recorded it; `reason` why, where a reason is asked; `proof` digests of the papers that show it;
    `proposed_by` our id of the firm's lawyer who said it, where `actor` confirmed what another had proposed.
    """

    at: datetime
    on: date
    actor: str
    reason: str = ""
    proof: tuple[str, ...] = ()
    proposed_by: str = ""
