"""How long each record is kept and on what ground: the classes of `law/data/retention`, one for every table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from legalflow.errors import Corrupt
from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.values.dates import add_months, add_years

_UNITS = {"year": add_years, "month": add_months}


@dataclass(frozen=True)
class Retention:
    """A class of records: `length` of `unit` from the day that `counted_from` names; no length: until used up.

    `provisional` names the value where nobody has read its ground in a source.
    """

    name: str
    zh: str
    length: int | None
    unit: str
    counted_from: str
    ends: str
    citation: Citation
    provisional: tuple[str, ...] = ()

    def until(self, start: date) -> date | None:
        """The first day on which a record may go, counted from `start`; None where the class has no period."""
        return _UNITS[self.unit](start, self.length) if self.length is not None else None


def classes(law: Law, on: date) -> Mapping[str, Retention]:
    """The class of every table by the table's name, as in force on a day."""
    named: dict[str, str] = law.at("retention/classes", on).value
    known = {name: _read(name, law.at(f"retention/{name}", on)) for name in sorted(set(named.values()))}
    return {table: known[name] for table, name in named.items()}


def of_table(law: Law, on: date, table: str) -> Retention:
    """The class of one table."""
    return classes(law, on)[table]


def _read(name: str, value: Value) -> Retention:
    content = value.value
    length = content["length"]
    if length and (not length.isdigit() or content["unit"] not in _UNITS):
        raise Corrupt.one(
            "retention.period",
            "保存期限须为若干年或月",
            "a period of retention is a number of years or months",
            field=value.topic,
            found=f"{length} {content['unit']}",
        )
    return Retention(
        name=name,
        zh=value.zh,
        length=int(length) if length else None,
        unit=content["unit"],
        counted_from=content["from"],
        ends=content["ends"],
        citation=value.citation,
        provisional=value.provisional,
    )
