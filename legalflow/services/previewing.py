"""What the import of a file would do, found out from one state of the data and written nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from legalflow.access import Actor
from legalflow.errors import Problem
from legalflow.intake import rows
from legalflow.intake.readers import Sheet
from legalflow.office import Office
from legalflow.services import merging

FIRST_WRONG = 20  # refused rows that a preview shows


@dataclass(frozen=True)
class Heading:
    """A heading of a file and what it is read as; `how` is same, synonym, chosen, or empty where it is not known."""

    heading: str
    column: str
    zh: str
    how: str


@dataclass(frozen=True)
class WrongRow:
    """A row that would be refused, and everything wrong in it."""

    number: int
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the import of a file would do: how it was read, what of its rows is new, the same, changed, or wrong."""

    sheet: str
    notes: tuple[str, ...]
    rows: int
    headings: tuple[Heading, ...]
    missing: tuple[str, ...]
    added: int
    unchanged: int
    changed: int
    refused: int
    first: tuple[WrongRow, ...]

    @property
    def readable(self) -> bool:
        """Whether every column is there that must be."""
        return not self.missing


def of(office: Office, actor: Actor, kind: str, chosen: Mapping[str, str], sheet: Sheet) -> Preview:
    """What an import would do, from one state of the data."""
    found = rows.recognised(sheet, kind, chosen)
    missing = rows.unreadable(found, kind, sheet.heading)
    result = merging.Result()
    if not missing:
        good, result.refused, _unknown = merging.read(sheet, kind, chosen)
        with office.database.reading() as session:
            desk = merging.open_desk(session, office, actor, result, good, writes=False)
            merging.merge(desk, good)
    refused = sorted(result.refused, key=lambda each: each.line.number)
    return Preview(
        sheet=sheet.name,
        notes=sheet.notes,
        rows=len(sheet.lines),
        headings=tuple(
            Heading(
                each.heading, each.column.id if each.column else "", each.column.zh if each.column else "", each.how
            )
            for each in found
        ),
        missing=tuple(problem.message for problem in missing),
        added=result.added,
        unchanged=result.unchanged,
        changed=result.changed,
        refused=len(refused),
        first=tuple(
            WrongRow(each.line.number, tuple(_words(problem) for problem in each.problems))
            for each in refused[:FIRST_WRONG]
        ),
    )


def _words(problem: Problem) -> str:
    """A problem of a row as its clerk reads it: the column, what may stand there, what stood there, the mend."""
    column = problem.field.partition("行 ")[2]
    place = f"{column}：" if column else ""
    found = f"（现为：{problem.found}）" if problem.found else ""
    return f"{place}{problem.message}{found}{problem.mend}"


def _heading(each: rows.Recognised) -> Heading:
    column = each.column
    return Heading(each.heading, column.id if column else "", column.zh if column else "", each.how)
