"""What the pictures of a portfolio are drawn from: counts and sums of what is kept, within the actor's scope.

Nothing is computed anew: stages are the matters', amounts are the claims of the last night, the payments that count,
the costs advanced and the write-offs booked. Money in other currencies than yuan is left out of sums and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.law import write_offs
from legalflow.matters.stages import STAGES
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.database import Database
from legalflow.persistence.tables import (
    ClaimRow,
    DeadlineRow,
    EntryRow,
    FirmRow,
    LoanRow,
    MatterRow,
    PaymentRow,
    WriteOffRow,
)
from legalflow.services.watching import BANDS, RUNNING
from legalflow.values.money import Money

YUAN = "CNY"
PARTS = ("stages", "due", "ageing", "recovery", "costs", "firms", "write_offs")
MONTHS = 12  # of filing are followed, the present one among them
CLOSED, BANKRUPT, ASSIGNED = "A90", "A80", "A92"
FILED = tuple(code for code, stage in STAGES.items() if stage.rank >= STAGES["A25"].rank)

KEPT = timedelta(minutes=10)  # what was counted of many filed matters is not counted anew before
MANY = 300  # fewer are counted each time

# The steps of the funnel: the first stage of each; what lies between two first stages belongs to the earlier.
STEPS = ("A00", "A10", "A20", "A25", "A40", "A50", "A55", "A60", "A65", "A78")
# How long overdue, by the first day of each band; the last has no end.
AGES = (0, 1, 31, 91, 181, 361, 721)


@dataclass(frozen=True)
class Step:
    """A step of the way: the stages that belong to it, open matters in it now, and those in it or beyond."""

    stages: tuple[str, ...]
    here: int
    reached: int


@dataclass(frozen=True)
class Age:
    """Loans overdue from `first` to `last` days (None: and longer), and what is owed on them, in yuan."""

    first: int
    last: int | None
    loans: int
    total: Money


@dataclass(frozen=True)
class Ageing:
    """The claims of the last night by how long they are overdue; `unknown` loans have no claim, `foreign` other money.

    `as_of` is the latest day a claim is kept of, None where there is none yet.
    """

    ages: tuple[Age, ...]
    unknown: int
    foreign: int
    as_of: date | None


@dataclass(frozen=True)
class Cohort:
    """The matters filed in a month: what was lent on them, costs advanced (refunds taken off), what came in.

    `came_in[n]` is what had come in by the end of the nth month after that of filing, added up; the last is today's.
    """

    month: date
    matters: int
    lent: Money
    fees: Money
    came_in: tuple[Money, ...]

    @property
    def recovered(self) -> Money:
        """All that came in so far."""
        return self.came_in[-1]


@dataclass(frozen=True)
class Score:
    """A firm: its matters, those open, those filed and in effect, deadlines missed, and money of a year's filed."""

    firm_id: str
    name: str
    matters: int
    open: int
    filed: int
    in_effect: int
    missed: int
    recovered: Money
    fees: Money


@dataclass(frozen=True)
class WrittenOff:
    """The write-offs booked by one criterion, and what came back since."""

    criterion: str
    title: str
    matters: int
    amount: Money
    recovered: Money


@dataclass(frozen=True)
class Measures:
    """All the pictures of an actor are drawn from; None where the actor may not see it."""

    on: date
    matters: int
    closed: int
    bankrupt: int
    assigned: int
    steps: tuple[Step, ...]
    ageing: Ageing
    due: dict[str, int]
    cohorts: tuple[Cohort, ...]
    foreign_filed: int
    followed_at: datetime | None  # when what came in was counted, at most `KEPT` ago
    firms: tuple[Score, ...] | None
    written_off: tuple[WrittenOff, ...] | None


@dataclass(frozen=True)
class _Filed:
    """A matter filed lately."""

    firm_id: str
    on: date
    lent: int
    fees: int


# What came in since filing, in fen: by firm, the month of filing, the month it came in.
CameIn = dict[tuple[str, date, date], int]


@dataclass(frozen=True)
class _Followed:
    """What was counted of the matters filed lately, and when."""

    at: datetime
    filed: list[_Filed]
    foreign: int
    came_in: CameIn


_KEPT: WeakKeyDictionary[Database, dict[tuple[str, date], _Followed]] = WeakKeyDictionary()


def measure(office: Office, actor: Actor, wanted: Collection[str] = PARTS) -> Measures:
    """Counts and sums within the actor's scope, all read in one state of the data; of `wanted` parts alone.

    A part that was not wanted is empty. The parts are those of `PARTS`; stages are always counted.
    """
    actor.require(Right.VIEW)
    on = today(office)
    with office.database.reading() as session:
        by_stage = _by_stage(session, actor)
        followed = bool({"recovery", "costs", "firms"} & set(wanted))
        after = _followed(session, office, actor, on) if followed else _Followed(office.now(), [], 0, {})
        inside = repositories.sees_loans(actor)  # a firm sees neither its rivals nor what is internal
        internal = inside and actor.may(Right.VIEW_MONEY)
        return Measures(
            on=on,
            matters=sum(by_stage.values()),
            closed=by_stage.get(CLOSED, 0),
            bankrupt=by_stage.get(BANKRUPT, 0),
            assigned=by_stage.get(ASSIGNED, 0),
            steps=_steps(by_stage),
            ageing=_ageing(session, actor) if "ageing" in wanted else Ageing((), 0, 0, None),
            due=_due(session, actor, on) if "due" in wanted else {},
            cohorts=_cohorts(on, after.filed, after.came_in),
            foreign_filed=after.foreign,
            followed_at=after.at if followed else None,
            firms=_firms(session, actor, after.filed, after.came_in) if internal and "firms" in wanted else None,
            written_off=_written_off(session, office, actor, on) if internal and "write_offs" in wanted else None,
        )


# --- where matters stand ---------------------------------------------------------------------------------------------


def _by_stage(session: Session, actor: Actor) -> dict[str, int]:
    query = sa.select(col(MatterRow.stage), sa.func.count()).where(repositories.visible_to(actor))
    return dict(map(tuple, session.execute(query.group_by(col(MatterRow.stage)))))


def _steps(by_stage: dict[str, int]) -> tuple[Step, ...]:
    """The open matters by step: bankruptcies and assignments end the table of stages and belong to no step of it."""
    ranks = [STAGES[code].rank for code in STEPS]
    way = [code for code in STAGES if code not in {CLOSED, BANKRUPT, ASSIGNED}]
    found = []
    for place, first in enumerate(ranks):
        after = ranks[place + 1] if place + 1 < len(ranks) else len(STAGES)
        stages = tuple(code for code in way if first <= STAGES[code].rank < after)
        here = sum(by_stage.get(code, 0) for code in stages)
        reached = sum(by_stage.get(code, 0) for code in way if STAGES[code].rank >= first)
        found.append(Step(stages, here, reached))
    return tuple(found)


def _ageing(session: Session, actor: Actor) -> Ageing:
    """By days past due, in one pass over the claims."""
    days, known = col(ClaimRow.overdue_days), col(ClaimRow.reason) == ""
    ours = col(ClaimRow.currency) == YUAN
    band: Any = sa.case(
        (sa.not_(known), -1), (sa.not_(ours), -2), *((days >= first, first) for first in reversed(AGES)), else_=0
    )
    query = _of_claims(
        actor, sa.select(band, sa.func.count(), sa.func.sum(col(ClaimRow.total_fen)), sa.func.max(col(ClaimRow.as_of)))
    )
    rows = {first: (count, int(fen or 0), on) for first, count, fen, on in session.execute(query.group_by(band))}
    ends = [first - 1 for first in AGES[1:]] + [None]
    ages = tuple(
        Age(first, last, rows.get(first, (0, 0, None))[0], Money.of_fen(rows.get(first, (0, 0, None))[1]))
        for first, last in zip(AGES, ends, strict=True)
    )
    as_of = max((on for _, _, on in rows.values()), default=None)
    return Ageing(ages, rows.get(-1, (0,))[0], rows.get(-2, (0,))[0], as_of)


def _of_claims(actor: Actor, query: sa.Select[Any]) -> sa.Select[Any]:
    """A query over the claims in scope."""
    return query.select_from(ClaimRow).where(repositories.in_scope(actor, col(ClaimRow.loan_id)))


def _due(session: Session, actor: Actor, on: date) -> dict[str, int]:
    """The deadlines that run by the bands of the list of deadlines."""
    day = col(DeadlineRow.last_day)
    sums = [
        sa.func.sum(sa.case((sa.and_(True, *_within(day, on, first, last)), 1), else_=0))
        for first, last in BANDS.values()
    ]
    query = sa.select(*sums).select_from(DeadlineRow).where(col(DeadlineRow.state).in_(RUNNING))
    if not repositories.sees_all(actor):
        query = query.join(MatterRow, col(MatterRow.id) == col(DeadlineRow.matter_id))
        query = query.where(repositories.visible_to(actor))
    found = session.execute(query).one()
    return {band: int(count or 0) for band, count in zip(BANDS, found, strict=True)}


def _within(day: Any, on: date, first: int | None, last: int | None) -> list[sa.ColumnElement[bool]]:
    """The conditions on a last day that so many days are left."""
    edges = [day >= on + timedelta(days=first)] if first is not None else []
    return edges + ([day <= on + timedelta(days=last)] if last is not None else [])


# --- what came in ----------------------------------------------------------------------------------------------------


def _followed(session: Session, office: Office, actor: Actor, on: date) -> _Followed:
    """What was counted lately of the matters filed, or is counted now: it reads the filings and payments of a year.

    It is kept in this process for a while by scope and day, and the page says when it was counted.
    """
    kept = _KEPT.setdefault(office.database, {})
    units = "all" if actor.units is None else f"units {' '.join(sorted(actor.units))}"
    scope = (units if repositories.sees_loans(actor) else f"firm {actor.firm}", on)
    found, now = kept.get(scope), office.now()
    if found is None or not now - KEPT < found.at <= now:
        filed, foreign = _filed(session, actor, on)
        found = _Followed(now, filed, foreign, _came_in(session, actor, on) if filed else {})
        if len(filed) >= MANY:
            kept[scope] = found
    return found


def _filings(actor: Actor, on: date) -> sa.CTE:
    """The matters whose filing of the last months stands; a filing sent back is none."""
    return (
        sa.select(
            col(MatterRow.loan_id).label("loan_id"),
            col(MatterRow.firm_id).label("firm_id"),
            col(MatterRow.filed_on).label("day"),
            col(MatterRow.fees_fen).label("fees"),
            col(LoanRow.disbursed_fen).label("lent"),
            col(LoanRow.currency).label("currency"),
        )
        .where(
            repositories.visible_to(actor),
            col(MatterRow.stage).in_(FILED),
            col(MatterRow.filed_on).between(_months_before(on, MONTHS - 1), on),
        )
        .join_from(MatterRow, LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
        .cte("filing")
        .prefix_with("MATERIALIZED")  # or it would be found again for each payment
    )


def _filed(session: Session, actor: Actor, on: date) -> tuple[list[_Filed], int]:
    """The matters filed lately, and how many more there are in other money than yuan."""
    filing = _filings(actor, on)
    query = sa.select(filing.c.firm_id, filing.c.day, filing.c.fees, filing.c.lent, filing.c.currency)
    found, foreign = [], 0
    for firm_id, day, fees, lent, currency in session.execute(query):
        if currency == YUAN:
            found.append(_Filed(firm_id or "", day, lent, fees))
        else:
            foreign += 1
    return found, foreign


def _came_in(session: Session, actor: Actor, on: date) -> CameIn:
    """The payments since filing of the matters filed lately, in yuan."""
    filing = _filings(actor, on)
    filed_in = sa.func.substr(sa.cast(filing.c.day, sa.String), 1, 7)
    paid_in = sa.func.substr(sa.cast(col(PaymentRow.paid_on), sa.String), 1, 7)
    query = (
        sa.select(filing.c.firm_id, filed_in, paid_in, sa.func.sum(col(PaymentRow.fen)))
        .join_from(filing, PaymentRow, col(PaymentRow.loan_id) == filing.c.loan_id)
        .where(
            col(PaymentRow.reversed).is_(False),
            col(PaymentRow.paid_on) >= filing.c.day,
            col(PaymentRow.paid_on) <= on,
            filing.c.currency == YUAN,
        )
        .group_by(filing.c.firm_id, filed_in, paid_in)
    )
    return {
        (firm_id or "", _first_of(filed), _first_of(paid)): int(fen)
        for firm_id, filed, paid, fen in session.execute(query)
    }


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _cohorts(on: date, filed: Sequence[_Filed], came_in: CameIn) -> tuple[Cohort, ...]:
    by_month: dict[date, list[_Filed]] = defaultdict(list)
    for each in filed:
        by_month[each.on.replace(day=1)].append(each)
    return tuple(_cohort(on, month, by_month[month], came_in) for month in sorted(by_month))


def _cohort(on: date, month: date, filed: list[_Filed], came_in: CameIn) -> Cohort:
    steps = [0] * (_between(month, on) + 1)
    for (_, filed_in, paid_in), fen in came_in.items():
        if filed_in == month:
            steps[_between(month, paid_in)] += fen
    sums = tuple(Money.of_fen(fen) for fen in accumulate(steps))
    lent, fees = sum(each.lent for each in filed), sum(each.fees for each in filed)
    return Cohort(month, len(filed), Money.of_fen(lent), Money.of_fen(fees), sums)


def _months_before(on: date, count: int) -> date:
    """The first day of the month so many months before."""
    year, month = divmod(on.year * 12 + on.month - 1 - count, 12)
    return date(year, month + 1, 1)


def _between(first: date, last: date) -> int:
    """How many months later the month of a day is."""
    return (last.year - first.year) * 12 + last.month - first.month


# --- firms and write-offs --------------------------------------------------------------------------------------------


def _firms(session: Session, actor: Actor, filed: Sequence[_Filed], came_in: CameIn) -> tuple[Score, ...]:
    """Every firm with a matter, the one with most first."""
    query = sa.select(col(MatterRow.firm_id), col(MatterRow.stage), sa.func.count()).where(
        repositories.visible_to(actor), col(MatterRow.firm_id).is_not(None)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for firm_id, stage, count in session.execute(query.group_by(col(MatterRow.firm_id), col(MatterRow.stage))):
        counts[firm_id][stage] = count
    if not counts:
        return ()
    names = dict(map(tuple, session.execute(sa.select(col(FirmRow.id), col(FirmRow.name)))))
    missed = _missed_by_firm(session, actor)
    recovered: dict[str, int] = defaultdict(int)
    fees: dict[str, int] = defaultdict(int)
    for (firm_id, _, _), fen in came_in.items():
        recovered[firm_id] += fen
    for each in filed:
        fees[each.firm_id] += each.fees
    scores = [
        Score(
            firm_id=firm_id,
            name=names.get(firm_id, ""),
            matters=sum(stages.values()),
            open=sum(count for stage, count in stages.items() if stage != CLOSED),
            filed=_beyond(stages, "A25"),
            in_effect=_beyond(stages, "A55"),
            missed=missed.get(firm_id, 0),
            recovered=Money.of_fen(recovered[firm_id]),
            fees=Money.of_fen(fees[firm_id]),
        )
        for firm_id, stages in counts.items()
    ]
    return tuple(sorted(scores, key=lambda score: (-score.matters, score.name)))


def _beyond(stages: dict[str, int], first: str) -> int:
    """How many open matters stand at a stage or beyond it."""
    return sum(count for stage, count in stages.items() if stage != CLOSED and STAGES[stage].rank >= STAGES[first].rank)


def _missed_by_firm(session: Session, actor: Actor) -> dict[str, int]:
    query = (
        sa.select(col(MatterRow.firm_id), sa.func.count())
        .select_from(DeadlineRow)
        .join(MatterRow, col(MatterRow.id) == col(DeadlineRow.matter_id))
        .where(col(DeadlineRow.state) == "missed", repositories.visible_to(actor))
        .group_by(col(MatterRow.firm_id))
    )
    return dict(map(tuple, session.execute(query)))


def _written_off(session: Session, office: Office, actor: Actor, on: date) -> tuple[WrittenOff, ...]:
    """The booked write-offs by criterion, the largest first."""
    request: Any = col(WriteOffRow.request)
    entry = col(EntryRow.kind)
    whole = (
        col(WriteOffRow.principal_fen)
        + col(WriteOffRow.on_interest_fen)
        + col(WriteOffRow.off_interest_fen)
        + col(WriteOffRow.fees_fen)
    )
    back = (
        sa.select(col(EntryRow.write_off_id), (-sa.func.sum(col(EntryRow.fen))).label("fen"))
        # What came back stands with a minus; the reversal of it, and of nothing else, with a plus.
        .where(sa.or_(entry == "recovery", sa.and_(entry == "reversal", col(EntryRow.fen) > 0)))
        .group_by(col(EntryRow.write_off_id))
        .subquery()
    )
    query = (
        sa.select(request["criterion"].as_string(), whole, back.c.fen)
        .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
        .outerjoin(back, back.c.write_off_id == col(WriteOffRow.id))
        .where(col(WriteOffRow.state) == "booked", repositories.visible_to(actor))
    )
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for criterion, fen, came_back in session.execute(query):
        found[criterion or ""].append((int(fen), int(came_back or 0)))
    titles = {each.id: each.zh for each in write_offs.criteria(office.law, on)} if found else {}
    rows = [
        WrittenOff(
            criterion=criterion,
            title=titles.get(criterion, criterion),
            matters=len(pairs),
            amount=Money.of_fen(sum(fen for fen, _ in pairs)),
            recovered=Money.of_fen(sum(back for _, back in pairs)),
        )
        for criterion, pairs in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.amount.fen, row.criterion)))
