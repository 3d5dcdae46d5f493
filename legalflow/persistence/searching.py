"""What lists are searched by: the tails of names and numbers, kept with the rows they stand in.

`张三丰` is kept as `张三丰`, `三丰` and `丰`, so that any part of a name is the beginning of a row of an index: one
range answers, on SQLite and PostgreSQL alike, also for a name of two characters, which indexes of three letters cannot
find. Marks, spaces, width and case make no difference: `买买提·热合曼` is found without its dot, and
`（2026）示0101民初1号` in either kind of brackets. Names are found as they are spelled, too: `zhangsanfeng`, `zsf`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import col

from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import LoanRow, MatterRow, PersonRow, SearchTailRow
from legalflow.values.pinyin import readings

LONGEST = 40  # characters of a tail
MOST_WORDS = 5
_LAST = "\U0010ffff"  # behind every letter
_ROW: Any = SearchTailRow
_TABLE: sa.Table = _ROW.__table__
_OF_A_COURT = frozenset({"case_number", "resumed_number"})  # where a matter's state keeps what courts call it


def plain(text: str) -> str:
    """A text as it is searched: letters, figures and characters of a font's own, in one width and case.

    >>> plain("买买提·热合曼 ＨＴ-０１")
    '买买提热合曼ht01'
    """
    one_width = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in one_width if each.isalnum() or unicodedata.category(each) == "Co")


def tails(texts: Iterable[str]) -> set[str]:
    """Every tail of some texts.

    >>> sorted(tails(["ab1"]))
    ['1', 'ab1', 'b1']
    """
    return {whole[place : place + LONGEST] for whole in map(plain, texts) for place in range(len(whole))}


def texts_of_loan(borrower: str, contract_number: str, facts: Mapping[str, Any]) -> set[str]:
    """What a loan is found by: its number and the names of its debtors, guarantors and owners of collateral."""
    parties = facts.get("parties") or ()
    return {borrower, contract_number} | {each["name"] for each in parties if each.get("role") != "lender"}


def texts_of_matter(number: str, state: Mapping[str, Any]) -> set[str]:
    """What a matter is found by beside its loan: its own number and those the courts gave it."""
    return {number, *_numbers(state)}


def loans_found(find: str, keys: Keys) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The ids of the loans whose names and numbers hold every word, or in which the person of this number stands."""
    words = [each for each in map(plain, find.split()[:MOST_WORDS]) if each]
    persons = sa.select(col(PersonRow.loan_id)).where(col(PersonRow.number_index) == keys.index(find.strip()))
    if not words:
        return persons
    named = sa.select(_TABLE.c.loan_id)
    for place, part in enumerate(part for word in words for part in _parts(word)):
        if place == 0:
            named = named.where(_begins(part))
        else:
            named = named.where(_TABLE.c.loan_id.in_(sa.select(_TABLE.c.loan_id).where(_begins(part)).correlate(None)))
    return sa.union(named, persons)


def names_of_loan(borrower: str, facts: Mapping[str, Any]) -> set[str]:
    """The names among what a loan is found by, which are found as they are spelled as well."""
    return texts_of_loan(borrower, "", facts) - {""}


def keep(connection: sa.Connection, loan_id: str, source: str, texts: Iterable[str], names: Iterable[str] = ()) -> None:
    """Keep the tails of what a row says, and how `names` are spelled, in the place of those before."""
    connection.execute(sa.delete(_TABLE).where(_TABLE.c.loan_id == loan_id, _TABLE.c.source == source))
    spelled = {each[:LONGEST] for name in names for each in readings(name)}
    rows = [{"tail": each, "loan_id": loan_id, "source": source} for each in sorted(tails(texts) | spelled)]
    if rows:
        connection.execute(sa.insert(_TABLE), rows)


def keep_along() -> None:
    """Have tails follow every loan and matter that a session writes."""
    rows: tuple[tuple[Any, Any, Any], ...] = (
        (LoanRow, _loan_written, _loan_changed),
        (MatterRow, _matter_written, _matter_changed),
    )
    for kind, written, changed in rows:
        if not event.contains(kind, "after_insert", written):
            event.listen(kind, "after_insert", written)
            event.listen(kind, "after_update", changed)


def _numbers(value: Any) -> Iterator[str]:
    """The numbers of courts anywhere in a state; a bare `number` is one of theirs where it says 号."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if isinstance(each, str):
                if name in _OF_A_COURT or (name == "number" and "号" in each):
                    yield each
            else:
                yield from _numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from _numbers(each)


def _parts(word: str) -> set[str]:
    return {word[:LONGEST], word[-LONGEST:]}


def _begins(word: str) -> sa.ColumnElement[bool]:
    tail = _TABLE.c.tail
    return sa.and_(tail >= word, tail < word + _LAST)


def _loan_written(_mapper: Any, connection: sa.Connection, row: LoanRow) -> None:
    texts = texts_of_loan(row.borrower, row.contract_number, row.facts)
    keep(connection, row.id, "loan", texts, names_of_loan(row.borrower, row.facts))


def _loan_changed(mapper: Any, connection: sa.Connection, row: LoanRow) -> None:
    state: Any = sa.inspect(row)
    if any(state.attrs[name].history.has_changes() for name in ("borrower", "contract_number", "facts")):
        _loan_written(mapper, connection, row)


def _matter_written(_mapper: Any, connection: sa.Connection, row: MatterRow) -> None:
    keep(connection, row.loan_id, "matter", texts_of_matter(row.number, row.state))


def _matter_changed(mapper: Any, connection: sa.Connection, row: MatterRow) -> None:
    """Most events leave the numbers as they are: those write nothing here."""
    state: Any = sa.inspect(row)
    before = state.attrs["state"].history.deleted
    if before and texts_of_matter(row.number, before[0] or {}) == texts_of_matter(row.number, row.state):
        return
    if state.attrs["state"].history.has_changes():
        _matter_written(mapper, connection, row)
