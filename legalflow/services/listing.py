"""Lists of matters and loans: searched, narrowed by facets with their counts, sorted, read on by keyset.

A list is a table of facets and orders over joins that are made only where they are needed. First the keys of a page are
found from indexes, then the rows of these keys alone are read, so that no list reads the facts of what it does not
show. Every query passes through the one scope of `persistence/repositories`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.errors import NotFound
from legalflow.office import Office, today
from legalflow.persistence import repositories, searching
from legalflow.persistence.tables import AccountRow, ClaimRow, FirmRow, LoanRow, MatterRow
from legalflow.services.viewing import PAGE

NONE = "none"  # the value of a facet for what has none
MOST_VALUES = 30  # of a facet are shown, those with most rows first
SOON, NEAR = timedelta(days=7), timedelta(days=30)
_LAST_DAY = date(9999, 12, 31)  # stands for a day that is not set, so that it comes last


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of a list: words looked for, values chosen by facet, the order (`-` before: downwards)."""

    find: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.find.strip() or any(self.chosen.values()))


@dataclass(frozen=True)
class Facet:
    """What a list may be narrowed by. `value` is the column, `of` are the tables it needs.

    `fits` is the condition for some values, where it is quicker told without the column; rows are then counted by what
    `read` makes of the column's values. `names` turns keys into what
    a person reads, where the keys are ids.
    """

    name: str
    value: Any
    of: frozenset[str] = frozenset()
    right: Right | None = None
    fits: Callable[[Sequence[str], date], Any] | None = None
    read: Callable[[Any, date], str] | None = None
    names: Callable[[Session, Sequence[str]], dict[str, str]] | None = None


@dataclass(frozen=True)
class Order:
    """An order of a list: the column, and the tables it needs. Of rows alike the list's own tie decides."""

    name: str
    value: Any
    of: frozenset[str] = frozenset()
    right: Right | None = None


@dataclass(frozen=True)
class Catalogue:
    """One list: its key, its tie (unique), where it is read from within an actor's scope, its facets and orders."""

    name: str
    key: Any
    tie: Any
    loan: Any  # the id of the loan in it
    source: Callable[[Actor, frozenset[str]], tuple[Any, tuple[Any, ...]]]
    facets: tuple[Facet, ...]
    orders: tuple[Order, ...]
    usual: str

    def facet(self, name: str) -> Facet | None:
        """The facet of a name."""
        return next((each for each in self.facets if each.name == name), None)

    def order(self, sort: str) -> Order | None:
        """The order a sort names, upwards or downwards."""
        return next((each for each in self.orders if each.name == sort.removeprefix("-")), None)


@dataclass(frozen=True)
class Value:
    """One value of a facet with how many rows have it; `name` is what a person reads where it is not its own word."""

    key: str
    name: str
    count: int


@dataclass(frozen=True)
class Listed:
    """The keys of one page in order, the key to read on after (empty at the end), how many in all, and the facets."""

    keys: list[str]
    after: str
    count: int
    facets: dict[str, list[Value]]


def allowed(catalogue: Catalogue, actor: Actor, wanted: Wanted) -> Wanted:
    """What is wanted as far as the actor may want it: unknown facets and orders, and those of others, left out."""
    chosen = {
        each.name: tuple(dict.fromkeys(wanted.chosen.get(each.name, ())))[:MOST_VALUES]
        for each in catalogue.facets
        if (each.right is None or actor.may(each.right)) and wanted.chosen.get(each.name)
    }
    order = catalogue.order(wanted.sort)
    fits = order is not None and (order.right is None or actor.may(order.right))
    return Wanted(wanted.find.strip(), chosen, wanted.sort if fits else catalogue.usual)


def page(
    session: Session,
    office: Office,
    actor: Actor,
    catalogue: Catalogue,
    wanted: Wanted,
    after: str = "",
    limit: int = PAGE,
) -> tuple[list[str], str]:
    """The keys of one page, and the key to read on after. A key that is not in scope begins at the beginning."""
    wanted = allowed(catalogue, actor, wanted)
    keys = _keys(session, office, actor, catalogue, wanted, after, limit + 1)
    return keys[:limit], keys[limit - 1] if len(keys) > limit else ""


def listed(
    session: Session, office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted, after: str = ""
) -> Listed:
    """One page of a list with its count and the counts of its facets."""
    keys, last = page(session, office, actor, catalogue, wanted, after)
    return Listed(
        keys, last, count(session, office, actor, catalogue, wanted), facets(session, office, actor, catalogue, wanted)
    )


def count(session: Session, office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted) -> int:
    """How many rows there are in all."""
    wanted = allowed(catalogue, actor, wanted)
    query = _narrowed(office, actor, catalogue, wanted, sa.select(sa.func.count()))
    return int(session.execute(query).scalar_one())


def facets(
    session: Session, office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted
) -> dict[str, list[Value]]:
    """How many rows each value of each facet would give, the facet's own choice left aside; the chosen always there."""
    wanted = allowed(catalogue, actor, wanted)
    found: dict[str, list[Value]] = {}
    for facet in catalogue.facets:
        if facet.right is not None and not actor.may(facet.right):
            continue
        others = replace(wanted, chosen={k: v for k, v in wanted.chosen.items() if k != facet.name})
        value = facet.value.label("facet_value")
        query = _narrowed(office, actor, catalogue, others, sa.select(value, sa.func.count()), facet.of)
        counts: Counter[str] = Counter()  # null and empty are one value
        # By its name: repeated with parameters of its own, PostgreSQL would take the column for another one.
        for key, number in session.execute(query.group_by(sa.literal_column("facet_value"))):
            counts[facet.read(key, today(office)) if facet.read else str(key or NONE)] += number
        most = sorted(counts, key=lambda key: (-counts[key], key))[:MOST_VALUES]
        keys = list(dict.fromkeys([*most, *wanted.chosen.get(facet.name, ())]))
        names = facet.names(session, [key for key in keys if key != NONE]) if facet.names else {}
        found[facet.name] = [Value(key, names.get(key, ""), counts[key]) for key in keys]
    return found


def neighbour(
    session: Session, office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted, key: str, back: bool = False
) -> str:
    """The key that comes next after another in a list, or before it; empty at the end.

    The row itself need not be in the list any more: work on it may have taken it out.
    """
    wanted = allowed(catalogue, actor, wanted)
    if _place(session, actor, catalogue, wanted, key) is None:
        raise NotFound.one("list.key", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see")
    found = _keys(session, office, actor, catalogue, wanted, key, 1, back)
    return found[0] if found else ""


def keys_of(
    session: Session, office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted, limit: int
) -> list[str]:
    """The keys of all rows in order, up to a limit."""
    return _keys(session, office, actor, catalogue, allowed(catalogue, actor, wanted), "", limit)


def _keys(
    session: Session,
    office: Office,
    actor: Actor,
    catalogue: Catalogue,
    wanted: Wanted,
    after: str,
    limit: int,
    back: bool = False,
) -> list[str]:
    order, down = _order(catalogue, wanted)
    falls = down is not back
    query = _narrowed(office, actor, catalogue, wanted, sa.select(catalogue.key), order.of)
    place = _place(session, actor, catalogue, wanted, after) if after else None
    columns = [order.value] if order.value is catalogue.tie else [order.value, catalogue.tie]
    if place is not None:
        here, there = sa.tuple_(*columns), sa.tuple_(*(sa.literal(each) for each in place[-len(columns) :]))
        query = query.where(here < there if falls else here > there)
    query = query.order_by(*(each.desc() if falls else each.asc() for each in columns)).limit(limit)
    return list(session.execute(query).scalars())


def _place(session: Session, actor: Actor, catalogue: Catalogue, wanted: Wanted, key: str) -> tuple[Any, Any] | None:
    """Where a row stands in the order: its value and its tie; None where it is not in scope."""
    order, _ = _order(catalogue, wanted)
    source, conditions = catalogue.source(actor, order.of)
    query = sa.select(order.value, catalogue.tie).select_from(source).where(*conditions, catalogue.key == key)
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def _order(catalogue: Catalogue, wanted: Wanted) -> tuple[Order, bool]:
    order = catalogue.order(wanted.sort)
    assert order is not None  # `allowed` saw to it
    return order, wanted.sort.startswith("-")


def _narrowed(
    office: Office,
    actor: Actor,
    catalogue: Catalogue,
    wanted: Wanted,
    query: sa.Select[Any],
    needs: frozenset[str] = frozenset(),
) -> sa.Select[Any]:
    """A query over a list, with what is looked for and chosen, and the joins that takes."""
    chosen = [(each, values) for each in catalogue.facets if (values := wanted.chosen.get(each.name))]
    for facet, _ in chosen:
        needs |= facet.of
    source, conditions = catalogue.source(actor, needs)
    query = query.select_from(source).where(*conditions)
    for facet, values in chosen:
        on = today(office)
        query = query.where(facet.fits(values, on) if facet.fits else _is_one_of(facet.value, values))
    if wanted.find:
        found = searching.loans_found(wanted.find, office.keys).subquery()
        query = query.where(catalogue.loan.in_(sa.select(found.c.loan_id)))
    return query


def _is_one_of(value: Any, wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    known = [each for each in wanted if each != NONE]
    fits: sa.ColumnElement[bool] = value.in_(known)
    if NONE not in wanted:
        return fits
    return sa.or_(fits, value.is_(None), value == "")


# --- the two lists ---------------------------------------------------------------------------------------------------

_NEXT_DAY = col(MatterRow.next_due)  # the nearest day on which something of a matter falls due
_LOAN, _CLAIM = frozenset({"loan"}), frozenset({"loan", "claim"})


def _of_matters(actor: Actor, needs: frozenset[str]) -> tuple[Any, tuple[Any, ...]]:
    source: Any = MatterRow.__table__  # type: ignore[attr-defined]
    if needs & _CLAIM:
        source = source.join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
    if "claim" in needs:
        source = source.outerjoin(ClaimRow, col(ClaimRow.loan_id) == col(MatterRow.loan_id))
    return source, (repositories.visible_to(actor),)


def _of_loans(actor: Actor, needs: frozenset[str]) -> tuple[Any, tuple[Any, ...]]:
    source: Any = LoanRow.__table__  # type: ignore[attr-defined]
    outer = repositories.sees_loans(actor)
    conditions: tuple[Any, ...] = (repositories.loans_visible_to(actor),) if outer else ()
    if not outer or "matter" in needs:
        source = source.join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=outer)
        conditions = conditions if outer else (repositories.visible_to(actor),)
    if "claim" in needs:
        source = source.outerjoin(ClaimRow, col(ClaimRow.loan_id) == col(LoanRow.id))
    return source, conditions


def _how_soon(day: date | None, on: date) -> str:
    """How soon something falls due: past, within a week, within a month, later; none where nothing does."""
    if day is None:
        return NONE
    return next((name for name, _, last in _spans(on) if last is None or day <= last), NONE)


def _spans(on: date) -> tuple[tuple[str, date | None, date | None], ...]:
    """The spans of days by name, each with the day before it and its last day."""
    before, soon, near = on - timedelta(days=1), on + SOON, on + NEAR
    return ("past", None, before), ("week", before, soon), ("month", soon, near), ("later", near, None)


def _due_in(wanted: Sequence[str], on: date) -> Any:
    """The matters whose next day due is in one of the spans."""
    fits: list[Any] = [_NEXT_DAY.is_(None)] if NONE in wanted else []
    for name, before, last in _spans(on):
        if name in wanted:
            after = [] if before is None else [before < _NEXT_DAY]
            fits.append(sa.and_(_NEXT_DAY.is_not(None), *after, *([] if last is None else [last >= _NEXT_DAY])))
    return sa.or_(sa.false(), *fits)


def _named_by(row: Any) -> Callable[[Session, Sequence[str]], dict[str, str]]:
    def names(session: Session, keys: Sequence[str]) -> dict[str, str]:
        found = session.execute(sa.select(row.id, row.name).where(row.id.in_(keys)))
        return {row[0]: row[1] for row in found}

    return names


def _total() -> Any:
    return sa.func.coalesce(col(ClaimRow.total_fen), -1)


MATTERS = Catalogue(
    name="matters",
    key=col(MatterRow.id),
    tie=col(MatterRow.number),
    loan=col(MatterRow.loan_id),
    source=_of_matters,
    facets=(
        Facet("stage", col(MatterRow.stage)),
        Facet("due", _NEXT_DAY, fits=_due_in, read=_how_soon),
        Facet("write_off", col(MatterRow.write_off), right=Right.VIEW_MONEY),
        Facet("owner", col(MatterRow.owner_id), names=_named_by(AccountRow)),
        Facet("firm", col(MatterRow.firm_id), names=_named_by(FirmRow)),
        Facet("unit", col(LoanRow.unit), _LOAN),
        Facet("product", col(LoanRow.product), _LOAN),
    ),
    orders=(
        Order("number", col(MatterRow.number)),
        Order("changed", col(MatterRow.changed_at)),
        Order("borrower", col(LoanRow.borrower), _LOAN),
        Order("due", sa.func.coalesce(_NEXT_DAY, sa.literal(_LAST_DAY))),
        Order("total", _total(), _CLAIM),
    ),
    usual="-number",
)

LOANS = Catalogue(
    name="loans",
    key=col(LoanRow.id),
    tie=col(LoanRow.id),
    loan=col(LoanRow.id),
    source=_of_loans,
    facets=(
        Facet("stage", col(MatterRow.stage), frozenset({"matter"})),
        Facet("grade", col(ClaimRow.grade), frozenset({"claim"}), right=Right.VIEW_MONEY),
        Facet("unit", col(LoanRow.unit)),
        Facet("product", col(LoanRow.product)),
        Facet("lender", col(LoanRow.lender)),
    ),
    orders=(
        Order("maturity", col(LoanRow.maturity)),
        Order("borrower", col(LoanRow.borrower)),
        Order("disbursed", col(LoanRow.disbursed_fen)),
        Order("total", _total(), frozenset({"claim"})),
        Order("overdue", sa.func.coalesce(col(ClaimRow.overdue_days), -1), frozenset({"claim"})),
    ),
    usual="maturity",
)
