"""The list of deadlines over all matters in scope, and the same by days of a month.

Every filter is a text of the address; one that means nothing is passed over. Counts stand beside each choice, made
under the other filters. Nothing here changes anything.
"""

from __future__ import annotations

from calendar import MONDAY, SATURDAY, Calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, LawGap, Problem
from legalflow.law import workdays
from legalflow.law.catalogue import HOLIDAYS
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import AccountRow, DeadlineRow, LoanRow, MatterRow
from legalflow.services import minding

PAGE = 50
RUNNING = ("open", "waiting", "missed")
SHOWN_IN_A_MONTH = 3000
# Bands of days left: the first and the last day, None where it is open on that side.
BANDS: dict[str, tuple[int | None, int | None]] = {
    "overdue": (None, -1),
    "today": (0, 0),
    "week": (0, 7),
    "month": (0, 30),
    "quarter": (0, 90),
    "later": (91, None),
}
NO_EDGE = 1_000_000  # after the last edge of a band

_OWNER: Any = aliased(AccountRow, name="owner_account")
_SUBSTITUTE: Any = aliased(AccountRow, name="substitute_account")


@dataclass(frozen=True)
class Filter:
    """Which deadlines: the actor's own, of a kind, a state, a band of days, one day, not yet seen, carried further."""

    mine: bool = False
    kind: str = ""
    state: str = ""
    days: str = ""
    on: str = ""
    unseen: bool = False
    escalated: bool = False

    @property
    def day(self) -> date | None:
        """The one day asked for; None where there is none or it is no day."""
        try:
            return date.fromisoformat(self.on) if self.on else None
        except ValueError:
            return None

    def texts(self, **changes: str) -> dict[str, str]:
        """The filter as the texts of an address, some of them changed; what is empty is left out."""
        said = {
            "mine": "yes" if self.mine else "",
            "kind": self.kind,
            "state": self.state,
            "days": self.days,
            "on": self.on,
            "unseen": "yes" if self.unseen else "",
            "escalated": "yes" if self.escalated else "",
        }
        return {name: text for name, text in {**said, **changes}.items() if text}


@dataclass(frozen=True)
class Group:
    """So many deadlines, alike in all a filter may ask. `before` is the first edge of a band they lie before."""

    kind: str
    state: str
    before: int
    mine: bool
    unseen: bool
    escalated: bool
    title: str
    count: int

    def passes(self, chosen: Filter) -> bool:
        """Whether a filter would leave them, its one day aside."""
        first, last = BANDS.get(chosen.days, (None, None))
        return (
            chosen.kind in {"", self.kind}
            and chosen.state in {"", self.state}
            and (first is None or self.before > first)
            and (last is None or self.before <= last + 1)
            and self.mine >= chosen.mine
            and self.unseen >= chosen.unseen
            and self.escalated >= chosen.escalated
        )


@dataclass(frozen=True)
class Line:
    """A deadline in a list. `days` are left, negative where it passed; `level` is how far it was carried."""

    mark: str
    matter_id: str
    number: str
    borrower: str
    rule: str
    title: str
    party: str
    last_day: date
    days: int
    state: str
    provisional: bool
    if_missed: str
    reasons: list[Any]
    owner: str
    substitute: str
    acknowledged: bool
    level: str


@dataclass(frozen=True)
class Watch:
    """One page of the list with the counts beside its filters; `kinds` are (rule, title, count)."""

    rows: list[Line]
    after: str
    total: int
    states: dict[str, int]
    bands: dict[str, int]
    kinds: list[tuple[str, str, int]]
    mine: int
    unseen: int
    escalated: int


@dataclass(frozen=True)
class DayOfMonth:
    """A day of a month's sheet. `off` is a day of a public holiday, `worked` a weekend day worked for one."""

    day: date
    inside: bool
    off: bool
    worked: bool
    weekend: bool
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """A month by weeks from Monday. `doubts` say of which year the law's calendar is not loaded."""

    first: date
    weeks: list[list[DayOfMonth]]
    total: int
    doubts: list[str]

    @property
    def before(self) -> str:
        """The month before, as the address says it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as the address says it."""
        return f"{self.first + timedelta(days=31):%Y-%m}"


def listed(office: Office, actor: Actor, chosen: Filter, after: str = "") -> Watch:
    """Deadlines in scope that still run, the nearest last day first; a passed one that was acknowledged comes last."""
    actor.require(Right.VIEW)
    on = today(office)
    with office.database.reading() as session:
        ids, following = _page(session, actor, on, chosen, after)
        rows = session.execute(_lines(actor).where(col(DeadlineRow.id).in_(ids)))
        lines = {row[0].id: _line(row, on) for row in rows}
        groups = _groups(session, actor, on, chosen.day)
    return Watch(
        rows=[lines[each] for each in ids],
        after=following,
        total=_sum(groups, chosen),
        states={state: _sum(groups, replace(chosen, state=state)) for state in RUNNING},
        bands={band: _sum(groups, replace(chosen, days=band)) for band in BANDS},
        kinds=_kinds(groups, replace(chosen, kind="")),
        mine=_sum(groups, replace(chosen, mine=True)),
        unseen=_sum(groups, replace(chosen, unseen=True)),
        escalated=_sum(groups, replace(chosen, escalated=True)),
    )


def one(office: Office, actor: Actor, mark: str) -> Line:
    """One deadline in scope, whatever its state."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        minding.found(session, actor, mark)
        return _line(session.execute(_lines(actor).where(col(DeadlineRow.mark) == mark)).one(), today(office))


def running(office: Office, actor: Actor) -> list[Line]:
    """Every deadline that runs and is the actor's to look after, by last day."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        query = _filtered(_lines(actor), actor, today(office), Filter(mine=True))
        rows = session.execute(query.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id)))
        return [_line(row, today(office)) for row in rows]


def counts(office: Office, actor: Actor) -> dict[str, int]:
    """How many of the actor's own deadlines are overdue, due today, within seven days, carried to them, not yet seen.

    Only those that are ours to act on count: what the court or the other side has to do is no one's reminder.
    """
    actor.require(Right.VIEW)
    on = today(office)
    asked = {
        "overdue": Filter(mine=True, days="overdue"),
        "today": Filter(mine=True, days="today"),
        "week": Filter(mine=True, days="week"),
        "escalated": Filter(mine=True, escalated=True),
        "unseen": Filter(mine=True, days="month", unseen=True),
    }
    with office.database.reading() as session:
        return {name: _count(session, actor, on, chosen, minding.PRESSING) for name, chosen in asked.items()}


def month(office: Office, actor: Actor, text: str, chosen: Filter) -> Month:
    """The deadlines of a month (`2026-11`; empty: this one) by days, with days off and days worked of the law."""
    actor.require(Right.VIEW)
    on = today(office)
    first = _month(text) if text else on.replace(day=1)
    days = list(Calendar(MONDAY).itermonthdates(first.year, first.month))
    with office.database.reading() as session:
        query = _filtered(_lines(actor), actor, on, replace(chosen, days="", on=""))
        within = col(DeadlineRow.last_day).between(days[0], days[-1])
        order = (col(DeadlineRow.last_day), sa.case((_settled(), 1), else_=0), col(DeadlineRow.id))
        rows = session.execute(query.where(within).order_by(*order).limit(SHOWN_IN_A_MONTH))
        lines = [_line(row, on) for row in rows]
    by_day: dict[date, list[Line]] = {}
    for line in lines:
        by_day.setdefault(line.last_day, []).append(line)
    doubts: list[str] = []
    sheet = [_day(office, each, first, by_day.get(each, []), doubts) for each in days]
    weeks = [sheet[start : start + 7] for start in range(0, len(sheet), 7)]
    return Month(first, weeks, sum(len(each.lines) for each in sheet if each.inside), list(dict.fromkeys(doubts)))


def base(rule: str) -> str:
    """The rule of a clock without the number that tells two of its kind apart (`freeze_deposits-2`)."""
    name, _, number = rule.rpartition("-")
    return name if name and number.isdigit() else rule


def plain_title(title: str) -> str:
    """A clock's bare name: without the thing it is about, which may name somebody."""
    return title.partition("：")[0]


# --- parts -----------------------------------------------------------------------------------------------------------


def _lines(actor: Actor) -> Any:
    owner, substitute = minding.owner_id(), minding.substitute_id()
    level = sa.case(
        (minding.escalated(minding.REVIEWER), minding.REVIEWER),
        (minding.escalated(minding.SUBSTITUTE), minding.SUBSTITUTE),
        else_="",
    )
    query = (
        select(DeadlineRow, MatterRow.number, LoanRow.borrower)
        .add_columns(_OWNER.name, _SUBSTITUTE.name, minding.acknowledged(), level)
        .select_from(DeadlineRow)
        .join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
        .join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
    )
    return (
        minding.with_care(query)
        .join(_OWNER, _OWNER.id == owner, isouter=True)
        .join(_SUBSTITUTE, _SUBSTITUTE.id == substitute, isouter=True)
        .where(repositories.visible_to(actor), col(DeadlineRow.mark) != "")
    )


def _scoped(actor: Actor, columns: Iterable[Any]) -> Any:
    query = select(*columns).select_from(DeadlineRow).join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
    return query.where(repositories.visible_to(actor), col(DeadlineRow.mark) != "")


def _bare(actor: Actor, *columns: Any) -> Any:
    return minding.with_care(_scoped(actor, columns))


def _filtered(query: Any, actor: Actor, on: date, chosen: Filter, states: tuple[str, ...] = RUNNING) -> Any:
    return _narrowed(query.where(col(DeadlineRow.state).in_(_states(chosen, states))), actor, on, chosen)


def _states(chosen: Filter, states: tuple[str, ...]) -> tuple[str, ...]:
    return (chosen.state,) if chosen.state in states else states


def _narrowed(query: Any, actor: Actor, on: date, chosen: Filter) -> Any:
    """By all a filter asks but the state."""
    if chosen.mine:
        query = query.where(minding.mine(actor))
    if chosen.kind:
        numbered = col(DeadlineRow.rule).startswith(f"{chosen.kind}-", autoescape=True)
        query = query.where(sa.or_(col(DeadlineRow.rule) == chosen.kind, numbered))
    if chosen.days in BANDS:
        first, last = BANDS[chosen.days]
        if first is not None:
            query = query.where(col(DeadlineRow.last_day) >= on + timedelta(days=first))
        if last is not None:
            query = query.where(col(DeadlineRow.last_day) <= on + timedelta(days=last))
    if chosen.day is not None:
        query = query.where(col(DeadlineRow.last_day) == chosen.day)
    if chosen.unseen:
        query = query.where(sa.not_(minding.acknowledged()))
    if chosen.escalated:
        query = query.where(minding.calls(actor))
    return query


def _settled() -> Any:
    """Whether it has passed and was acknowledged: it is urgent no more."""
    return sa.and_(col(DeadlineRow.state) == "missed", minding.acknowledged())


def _line(row: Any, on: date) -> Line:
    due, number, borrower, owner, substitute, acknowledged, level = row[:7]
    return Line(
        mark=due.mark,
        matter_id=due.matter_id,
        number=number,
        borrower=borrower,
        rule=due.rule,
        title=due.title,
        party=due.party,
        last_day=due.last_day,
        days=(due.last_day - on).days,
        state=due.state,
        provisional=due.provisional,
        if_missed=due.if_missed,
        reasons=due.reasons,
        owner=owner or "",
        substitute=substitute or "",
        acknowledged=bool(acknowledged),
        level=level,
    )


def _count(session: Session, actor: Actor, on: date, chosen: Filter, states: tuple[str, ...] = RUNNING) -> int:
    query = _filtered(_bare(actor, sa.func.count()), actor, on, chosen, states)
    return int(session.execute(query).scalar_one())


def _page(session: Session, actor: Actor, on: date, chosen: Filter, after: str) -> tuple[list[int], str]:
    """The ids of one page in order, and the key of the next: found first, so that only these are read in full."""
    order = col(DeadlineRow.last_day), col(DeadlineRow.id)
    query = _narrowed(_bare(actor, *order), actor, on, chosen)
    states = _states(chosen, RUNNING)
    key = _key(after)
    found: list[tuple[int, date, int]] = []
    parts: tuple[tuple[int, Any, tuple[str, ...]], ...] = (
        (0, sa.not_(_settled()), states),
        (1, _settled(), tuple(state for state in states if state == "missed")),
    )
    for place, part, within in parts:
        lacking = PAGE + 1 - len(found)
        if lacking <= 0 or (key is not None and place < key[0]):
            continue
        asked = query.where(part)
        if key is not None and place == key[0]:
            asked = asked.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, key[1:])))
        found += [(place, *each) for each in minding.soonest(session, asked, within, lacking)]
    following = "_".join(map(str, found[PAGE - 1])) if len(found) > PAGE else ""
    return [each[2] for each in found[:PAGE]], following


def _groups(session: Session, actor: Actor, on: date, day: date | None) -> list[Group]:
    """All that runs (of one day where one is asked for), counted by everything a filter may ask."""
    asked = Filter(on=day.isoformat() if day else "")
    plain = [*_when(on), sa.case((minding.mine_untold(actor), 1), else_=0), sa.literal(1), sa.literal(0)]
    told = [
        *_when(on),
        sa.case((minding.mine(actor), 1), else_=0),
        sa.case((minding.acknowledged(), 0), else_=1),
        sa.case((minding.calls(actor), 1), else_=0),
    ]
    rows = [
        *_grouped(session, _filtered(_scoped(actor, _named(plain)), actor, on, asked).where(sa.not_(minding.told()))),
        *_grouped(session, _filtered(_bare(actor, *_named(told)), actor, on, asked).where(minding.told())),
    ]
    return [
        Group(base(rule), state, before, bool(own), bool(unseen), bool(called), plain_title(title), count)
        for rule, state, before, own, unseen, called, title, count in rows
    ]


def _when(on: date) -> list[Any]:
    """What a deadline is grouped by of itself: rule, state, the first edge of a band that its last day lies before."""
    edges = sorted({edge + 1 for _, edge in BANDS.values() if edge is not None})
    before = ((col(DeadlineRow.last_day) < on + timedelta(days=edge), edge) for edge in edges)
    return [col(DeadlineRow.rule), col(DeadlineRow.state), sa.case(*before, else_=NO_EDGE)]


def _named(keys: list[Any]) -> list[Any]:
    return [*(key.label(f"key_{number}") for number, key in enumerate(keys)), col(DeadlineRow.title)]


def _grouped(session: Session, query: Any) -> list[Any]:
    """Rows of a query by all its columns but the title: the columns, the first title, how many."""
    table = query.subquery()
    by = [column for column in table.c if column.name != "title"]
    return list(session.execute(sa.select(*by, sa.func.min(table.c.title), sa.func.count()).group_by(*by)))


def _sum(groups: list[Group], chosen: Filter) -> int:
    return sum(group.count for group in groups if group.passes(chosen))


def _kinds(groups: list[Group], chosen: Filter) -> list[tuple[str, str, int]]:
    counted: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for group in sorted(groups, key=lambda group: (group.kind, group.title)):
        if group.passes(chosen):
            counted[group.kind] += group.count
            titles.setdefault(group.kind, group.title)
    return [(kind, titles[kind], number) for kind, number in counted.most_common()]


def _day(office: Office, day: date, first: date, lines: list[Line], doubts: list[str]) -> DayOfMonth:
    working = workdays.is_working_day(office.law, day)
    doubts += [each for each in working.provisional if "尚未载入" in each and day.month == first.month]
    weekend = day.weekday() >= SATURDAY
    return DayOfMonth(
        day=day,
        inside=day.month == first.month,
        off=not working.value and (not weekend or _of_a_holiday(office, day)),
        worked=working.value and weekend,
        weekend=weekend,
        lines=lines,
    )


def _of_a_holiday(office: Office, day: date) -> bool:
    """Whether the notice of the year names the day, where it is loaded: also a weekend in a holiday counts."""
    try:
        spans = office.law.at(HOLIDAYS, day).value["days_off"]
    except LawGap:
        return False
    ends = [(first, last or first) for first, _, last in (span.partition("/") for span in spans)]
    return any(first <= day.isoformat() <= last for first, last in ends)


def _month(text: str) -> date:
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        asked = date.min
    if not 2000 <= asked.year <= 2100:
        raise Invalid(
            Problem(
                "deadline.month", "没有这个月份", "there is no such month", "month", text[:20], "写作2026-11", "2026-11"
            )
        )
    return asked


def _key(after: str) -> tuple[int, date, int] | None:
    settled, _, rest = after.partition("_")
    day, _, number = rest.partition("_")
    try:
        key = int(settled), date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return key if 0 <= key[2] < 1 << 53 and key[0] in (0, 1) else None
