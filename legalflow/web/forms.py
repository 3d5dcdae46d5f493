"""Fields as pages ask for them, from the metadata of events, documents and files; and what was typed, read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request

from legalflow.errors import Invalid, Problem
from legalflow.intake.rows import Column
from legalflow.loans.parties import PartyRole
from legalflow.matters import awarded, shares
from legalflow.matters.assets import assets_of
from legalflow.matters.events import EVENTS, NEED_REASON, MatterEvent, Question, questions
from legalflow.matters.matter import fold
from legalflow.services.viewing import MatterSheet
from legalflow.web import guidance, rows
from legalflow.web.words import DOCUMENT_STATES, titled

Option = tuple[str, str]

YES_NO: tuple[Option, ...] = (("是", "是"), ("否", "否"))


# Events that may name either side of the proceedings.
OF_BOTH_SIDES = frozenset(
    {
        "JudgmentGiven",
        "JudgmentServed",
        "AppealFiled",
        "RulingServed",
        "RulingChallenged",
        "RetrialApplied",
        "EnforcementObjected",
    }
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a form. `kind` is text, long, day, money, count, rate, one, many, rows, file or password.

    `options` are (value, words); `value` what stands there at first; `hint` how to write it; `columns` are the fields
    of each row of a table (see `web.rows`); `suggested` what may well stand there, anything else too.
    """

    name: str
    zh: str
    kind: str = "text"
    required: bool = False
    options: tuple[Option, ...] = ()
    hint: str = ""
    value: str = ""
    columns: tuple[Field, ...] = ()
    suggested: tuple[str, ...] = ()

    @property
    def shown_rows(self) -> list[tuple[Field, ...]]:
        """The rows of a table as the page shows them: those that were sent or stand there, and some to be filled."""
        kept = rows.kept(self.value)
        count = max(rows.count(request.form, self), len(kept) + 1)
        given = [*kept, *({} for _ in range(count - len(kept)))]
        return [
            tuple(
                replace(each, name=f"{self.name}.{index}.{each.name}", value=given[index].get(each.name, each.value))
                for each in self.columns
            )
            for index in range(count)
        ]


# What a question of an event is on the page.
_KINDS = {
    "long_text": "long",
    "date": "day",
    "money": "money",
    "integer": "count",
    "rate": "rate",
    "choice": "one",
    "yes_no": "one",
    "parties": "many",
    "party": "one",
    "document": "one",
    "bundle": "one",
    "exhibit": "one",
    "firm": "one",
    "items": "rows",
    "asset": "one",
    "assets": "many",
    "shares": "rows",
}
_HINTS = {
    "rate": "写百分数，如 9.36%",
    "case_number": "如（2026）京0105民初12号",
    "count": "整数",
}
_COLUMN_HINTS = {"penalty_uplift": "在合同利率上加收的比例，如 50%", "rate": "写百分数并带 %，如 9.36%"}
_COLUMN_KINDS = {
    "day": "day",
    "money": "money",
    "rate": "rate",
    "count": "count",
    "choice": "one",
    "yes_no": "one",
}


def of_event(
    name: str, sheet: MatterSheet, today: str, given: Mapping[str, str], criteria: Sequence[Option] = ()
) -> list[Field]:
    """The form of an event: the day it happened, its own fields, and the reason where one is due."""
    kind = EVENTS[name]
    fields = [Field(name="on", zh="发生日期", kind="day", required=True, value=given.get("on", today))]
    fields += [_of_question(question, kind, sheet, given) for question in questions(kind) if question.kind != "given"]
    if criteria:
        fields = [_one_of(field, criteria) if field.name == "criterion" else field for field in fields]
    why = kind in NEED_REASON
    fields.append(Field(name="reason", zh="理由" if why else "备注", kind="long", required=why))
    return fields


def of_columns(columns: Sequence[Column], leave_out: Iterable[str] = ()) -> list[Field]:
    """The form of a file's columns, so that one row can be typed in."""
    left_out = set(leave_out)
    return [
        Field(
            name=column.id,
            zh=column.zh,
            kind=_COLUMN_KINDS.get(column.type, "text"),
            required=column.required,
            options=YES_NO if column.type == "yes_no" else tuple((name, name) for name in column.values),
            hint=column.note or _COLUMN_HINTS.get(column.id) or _HINTS.get(column.type, ""),
        )
        for column in columns
        if column.id not in left_out
    ]


def texts(fields: Iterable[Field]) -> dict[str, str]:
    """What was typed, by field; several choices are lines. A field that was not asked is refused by name."""
    known = {field.name: field for field in fields}
    Invalid.raise_any(
        Problem("form.unknown_field", "表单中没有这一项", "the form has no such field", name[:60])
        for name in request.form
        if name not in known
        and name not in {"csrf", "key", "name", "version", "kind"}
        and not any(rows.belongs(name, field) for field in known.values())
    )
    Invalid.raise_any(
        Problem(
            "form.not_an_option",
            f"“{field.zh}”只能从所列选项中选择",
            f"{field.name}: choose one of the options",
            field.name,
            chosen[:60],
        )
        for field in known.values()
        if field.kind in {"one", "many"}
        for chosen in request.form.getlist(field.name)
        if chosen and chosen not in {value for value, _ in field.options}
    )
    plain = {name: "\n".join(request.form.getlist(name)) for name in known if name in request.form}
    tables = {name: rows.gathered(request.form, field) for name, field in known.items() if field.kind == "rows"}
    return plain | {name: text for name, text in tables.items() if text}


def with_hints(fields: Iterable[Field], hints: Mapping[str, str]) -> list[Field]:
    """The fields with what is said beside them."""
    return [replace(field, hint=hints.get(field.name, field.hint)) for field in fields]


def suggesting(fields: Iterable[Field], name: str, texts: Sequence[str]) -> list[Field]:
    """The fields, one of them with what may well stand there."""
    return [replace(field, suggested=tuple(texts)) if field.name == name else field for field in fields]


def whole(text: str) -> int | None:
    """A whole number as a hidden field or an address carries it, or None; nothing that a database could not hold.

    >>> whole("12"), whole("²"), whole("9" * 30)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def with_values(fields: Iterable[Field], values: Mapping[str, str]) -> list[Field]:
    """The fields with what stands in them at first."""
    return [replace(field, value=values.get(field.name, field.value)) for field in fields]


def _of_question(question: Question, kind: type[MatterEvent], sheet: MatterSheet, given: Mapping[str, str]) -> Field:
    default = getattr(kind, question.name, None)
    value = given.get(question.name, "" if default in (None, ()) else str(default))
    options, required = _options(question, kind, sheet), question.required and default is None
    if required and not value and len(options) == 1:
        value = options[0][0]  # what alone can be chosen is chosen
    return Field(
        name=question.name,
        zh=question.zh,
        kind=_KINDS.get(question.kind, "text"),
        required=required,
        options=options,
        hint=_HINTS.get(question.kind, _HINTS.get(_KINDS.get(question.kind, ""), "")),
        value=value,
        columns=_columns_of(question.kind),
    )


def _columns_of(kind: str) -> tuple[Field, ...]:
    """The fields of a row, of a question that is a table."""
    if kind == "shares":
        options = {"rank": tuple((each.value, each.zh) for each in shares.RANKS), "ours": YES_NO}
        return tuple(
            Field(
                name=name, zh=zh, kind={"choice": "one", "yes_no": "one"}.get(kind, kind), options=options.get(name, ())
            )
            for name, zh, kind in shares.COLUMNS
        )
    return _award_columns() if kind == "items" else ()


def _award_columns() -> tuple[Field, ...]:
    """The fields of one awarded item."""
    return tuple(
        Field(
            name=column.name,
            zh=column.zh,
            kind={**_KINDS, "text": "text"}.get(column.kind, "text"),
            options=YES_NO if column.kind == "yes_no" else column.options,
            hint=column.hint,
        )
        for column in awarded.COLUMNS
    )


def _one_of(field: Field, options: Sequence[Option]) -> Field:
    return replace(field, kind="one", options=tuple(options), hint="")


def _options(question: Question, kind: type[MatterEvent], sheet: MatterSheet) -> tuple[Option, ...]:
    match question.kind:
        case "choice":
            return tuple((option.value, option.zh) for option in question.options)
        case "yes_no":
            return YES_NO
        case "party" | "parties":
            names = [party.name for party in sheet.loan.parties if party.role is not PartyRole.LENDER]
            # A court serves the plaintiff as well; a demand goes to the debtors alone.
            names += [sheet.loan.lender] if kind.__name__ in OF_BOTH_SIDES else []
            return tuple((name, name) for name in names)
        case "document":
            return tuple(
                (row.id, f"{titled(row)}（{DOCUMENT_STATES.get(row.state, row.state)}）")
                for row in guidance.documents_for(kind.__name__, sheet.documents)
            )
        case "bundle":
            return tuple((row.id, f"第{row.version}册，{row.pages}页") for row in sheet.bundles if row.state == "ready")
        case "exhibit":
            return tuple((row.id, row.name) for row in sheet.exhibits if row.state == "ready")
        case "firm":
            return tuple(sheet.open_firms.items())
        case "asset" | "assets":
            return tuple((each.name, each.name) for each in assets_of(fold(sheet.events)))
        case _:
            return ()
