"""Rows of a table into loans or payments, or into problems; rows do not affect each other.

The columns and what headings are read as them stand in `forms/imports/`. Every problem names line, column, what stood
there and what may stand there; a row with a problem is refused whole.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from legalflow import forms
from legalflow.errors import Invalid, Problem
from legalflow.intake import cells
from legalflow.intake.headings import folded
from legalflow.intake.readers import Line, Sheet
from legalflow.loans import checks
from legalflow.loans.loan import Capitalisation, Clauses, Floating, LaterOrder, LenderKind, Loan, Misuse, Repayment
from legalflow.loans.parties import Collateral, Guarantee, Party, PartyKind, PartyRole
from legalflow.loans.payments import Payment
from legalflow.values import identity
from legalflow.values.identity import IdentityKind
from legalflow.values.money import ZERO
from legalflow.values.typed import Unreadable

T = TypeVar("T")
EXAMPLE = "示例行，请删除"  # the contract's number in the example row of a template; such a row is never read
OURS = frozenset({"行号", "需要更正之处"})  # the columns we put before a clerk's own
IGNORED = "-"
_RESIDENT_WORDS = frozenset({"居民身份证", "身份证", ""})


@dataclass(frozen=True)
class Column:
    """A column: the path of its value (`borrower.name`), its Chinese heading, its type and what may stand in it."""

    id: str
    zh: str
    en: str
    type: str
    required: bool
    values: Mapping[str, str]
    headings: frozenset[str]
    note: str
    names: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Recognised:
    """A heading and the column it is read as: by its own name (`same`), by a `synonym`, or as a person `chose`."""

    place: int
    heading: str
    column: Column | None
    how: str


@dataclass(frozen=True)
class PaymentLine:
    """A payment and the loan it belongs to, by its contract's number (and lender, where several lend)."""

    contract_number: str
    lender: str
    payment: Payment


@dataclass(frozen=True)
class Refused:
    """A row that did not go in, and why."""

    line: Line
    problems: tuple[Problem, ...]


@functools.cache
def columns(kind: str) -> tuple[Column, ...]:
    """The columns of `loans` or `payments`, in order."""
    read = forms.imported(kind)
    found = [_column(each, "", "", "") for each in read["columns"]]
    for name, party in read.get("parties", {}).items():
        for each in _shared(read, "party_columns"):
            found.append(_column(each, f"{name}.", party["zh"], name, required=bool(party.get("required"))))
        if party["role"] == "guarantor":
            for each in read["guarantee_columns"]:
                path, prefix = f"{name}.guarantee.", party["zh"].replace("保证人", "保证")
                found.append(_column(each, path, prefix, f"{name} guarantee", required=False))
    found += [_column(each, "collateral.", "", "", required=False) for each in _shared(read, "collateral_columns")]
    needed = read.get("requires", ())
    return tuple(replace(each, required=each.required or each.id in needed) for each in found)


def _shared(read: Mapping[str, Any], name: str) -> Any:
    """The columns of a block, or those of the kind of file whose block it shares."""
    block = read.get(name, ())
    return forms.imported(block)[name] if isinstance(block, str) else block


def known(kind: str) -> frozenset[str]:
    """Every heading that is recognised in a file of a kind, folded."""
    return frozenset(heading for column in columns(kind) for heading in column.headings)


def recognised(sheet: Sheet, kind: str, chosen: Mapping[str, str] | None = None) -> tuple[Recognised, ...]:
    """What each heading is read as; `chosen` says it for headings a person decided on (`IGNORED`: not read)."""
    by_heading = {heading: column for column in columns(kind) for heading in column.headings}
    by_id = {column.id: column for column in columns(kind)}
    found = []
    for place, heading in enumerate(sheet.headings):
        if not heading or heading in OURS:
            continue
        if heading in (chosen or {}):
            found.append(Recognised(place, heading, by_id.get((chosen or {})[heading]), "chosen"))
            continue
        column = by_heading.get(folded(heading))
        how = "" if column is None else "same" if folded(heading) == folded(column.zh) else "synonym"
        found.append(Recognised(place, heading, column, how))
    return tuple(found)


def unreadable(found: Iterable[Recognised], kind: str, line: int = 1) -> tuple[Problem, ...]:
    """Why no row of a table can be read: a required column that is missing, a column that stands there twice."""
    read = [each for each in found if each.column is not None]
    there = {each.column.id for each in read if each.column is not None}
    absent = [each for each in columns(kind) if each.required and each.id not in there]
    problems = [
        Problem("column.missing", f"缺少列“{each.zh}”", f"the column {each.en} is missing", f"第{line}行 {each.zh}")
        for each in absent
    ]
    first: set[str] = set()
    for each in read:
        assert each.column is not None
        if each.column.id in first:
            zh, en = f"列“{each.heading}”重复", f"the column {each.heading} stands there twice"
            problems.append(Problem("column.twice", zh, en, f"第{line}行", each.heading))
        first.add(each.column.id)
    return tuple(problems)


def matched(
    sheet: Sheet, kind: str, chosen: Mapping[str, str] | None = None
) -> tuple[dict[int, Column], tuple[str, ...]]:
    """Which column stands at which place, and the headings that are none; missing and doubled ones are refused."""
    found = recognised(sheet, kind, chosen)
    Invalid.raise_any(unreadable(found, kind, sheet.heading))
    unknown = tuple(each.heading for each in found if each.column is None and each.how != "chosen")
    return {each.place: each.column for each in found if each.column is not None}, unknown


def loans(
    sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, Loan]], list[Refused], tuple[str, ...]]:
    """The loans of a table, the rows refused, and the headings that were not read."""
    return read_rows(sheet, "loans", loan, Loan, chosen)


def payments(
    sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, PaymentLine]], list[Refused], tuple[str, ...]]:
    """The payments of a table, the rows refused, and the headings that were not read."""
    return read_rows(sheet, "payments", payment, PaymentLine, chosen)


def read_rows(
    sheet: Sheet, kind: str, read: Callable[..., Any], made: type[T], chosen: Mapping[str, str] | None
) -> tuple[list[tuple[Line, T]], list[Refused], tuple[str, ...]]:
    """What `read` makes of each row of a table, the rows refused, and the headings that were not read."""
    places, unknown = matched(sheet, kind, chosen)
    good: list[tuple[Line, T]] = []
    refused: list[Refused] = []
    for line in sheet.lines:
        if EXAMPLE in line.cells:
            continue
        result = read(_named(line, places), line.number, sheet.epoch)
        if isinstance(result, made):
            good.append((line, result))
        else:
            refused.append(Refused(line, tuple(result)))
    return good, refused, unknown


def loan(row: Mapping[str, str], number: int = 0, epoch: str = "") -> Loan | list[Problem]:
    """A loan from texts by column id (`borrower.name`), or everything that is wrong with them."""
    values, problems = read_values(row, "loans", number, epoch)
    problems += _contradictions(values, number) + _torn_terms(values, number)
    if problems:
        return problems
    made = _loan(values)
    titles = {column.id: column.zh for column in columns("loans")}
    titles["floating"] = titles["floating.series"]
    wrong = (each for each in checks.problems(made) if each.code in _CONTRADICTING)
    return [replace(each, field=_place(number, titles.get(each.field, each.field))) for each in wrong] or made


def payment(row: Mapping[str, str], number: int = 0, epoch: str = "") -> PaymentLine | list[Problem]:
    """A payment from texts by column id, or everything that is wrong with them."""
    values, problems = read_values(row, "payments", number, epoch)
    if not problems and not values["amount"]:
        problems = [
            _problem("payment.zero", "还款金额须大于零", "a payment is more than nothing", number, "还款金额", "0")
        ]
    if problems:
        return problems
    made = Payment(
        values["on"],
        values["amount"],
        values["number"],
        values.get("channel") or "",
        values.get("designation") or "",
    )
    return PaymentLine(values["contract_number"], values.get("lender") or "", made)


def _column(each: Mapping[str, Any], path: str, prefix: str, english: str, required: bool = True) -> Column:
    names = [each["zh"], each["en"], each["id"], *each.get("names", ())]
    headings = {folded(prefix + name) for name in names} | {folded(f"{english} {name}") for name in names}
    headings |= {folded(path + each["id"])}
    return Column(
        id=path + each["id"],
        zh=prefix + each["zh"],
        en=f"{english} {each['en']}".strip(),
        type=each["type"],
        required=required and bool(each.get("required")),
        values={str(name): str(value) for name, value in each.get("values", {}).items()},
        headings=frozenset(headings),
        note=each.get("note", ""),
        names=tuple(prefix + name for name in each.get("names", ())),
        example=str(each.get("example", "")),
    )


@functools.cache
def _ids(kind: str) -> frozenset[str]:
    return frozenset(column.id for column in columns(kind))


def _named(line: Line, places: Mapping[int, Column]) -> dict[str, str]:
    return {column.id: line.cells[place] for place, column in places.items() if place < len(line.cells)}


def read_values(
    row: Mapping[str, str], kind: str, number: int, epoch: str = ""
) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a row by column id, and everything that cannot be read in it."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    known = columns(kind)
    strangers = set(row) - _ids(kind)
    for name in sorted(strangers):
        problems.append(_problem("column.unknown", "没有这一项", "there is no such field", number, name, row[name]))
    for column in known:
        text = (row.get(column.id) or "").strip()
        if not text:
            if column.required:
                zh, en = f"缺少“{column.zh}”", f"{column.en} is missing"
                problems.append(_problem("cell.missing", zh, en, number, column.zh, ""))
            continue
        try:
            values[column.id] = cells.value(text, column.type, column.values, epoch)
        except Unreadable as refusal:
            problems.append(refusal.problem(_place(number, column.zh), text))
    return values, problems


def _place(number: int, column: str) -> str:
    return f"第{number}行 {column}" if number else column


def _problem(code: str, zh: str, en: str, number: int, column: str, found: object) -> Problem:
    return Problem(code, zh, en, _place(number, column), str(found)[:60])


def _contradictions(values: Mapping[str, Any], number: int) -> list[Problem]:
    """What cannot be true together: days out of order, more paid out than agreed, a number that fails its check."""
    problems: list[Problem] = []

    def wrong(code: str, zh: str, en: str, column: str, found: object) -> None:
        problems.append(_problem(code, zh, en, number, column, found))

    start, maturity, signed = (values.get(name) for name in ("start", "maturity", "signed"))
    if start and maturity and maturity <= start:
        wrong("loan.dates", "到期日须晚于起始日", "maturity comes after the start", "到期日", maturity)
    if signed and maturity and maturity <= signed:
        wrong("loan.signed", "签订日期须早于到期日", "the contract is signed before maturity", "签订日期", signed)
    paid_out = values.get("drawdowns", ())
    limit = values.get("limit")
    if limit is not None and not limit:
        wrong("loan.limit", "合同金额须大于零", "the amount is more than nothing", "合同金额", limit)
    if limit is not None and sum((each.amount for each in paid_out), start=ZERO) > limit:
        wrong("loan.drawn", "放款合计超过合同金额", "more was paid out than agreed", "放款", limit)
    if any(not each.amount for each in paid_out):
        wrong("loan.drawdown", "放款金额须大于零", "a drawdown is more than nothing", "放款", "0")
    if signed and any(each.on < signed for each in paid_out):
        wrong(
            "loan.drawn_early",
            "放款日早于合同签订日",
            "money was paid out before the contract was signed",
            "放款",
            signed,
        )
    method = values.get("repayment")
    if method in {"equal_instalment", "equal_principal"} and not values.get("instalments"):
        wrong("loan.instalments", "等额本息、等额本金须填期数", "instalment methods need their number", "期数", "")
    for name in ("borrower", "guarantor", "guarantor2"):
        problems += person_problems(values, name, number)
    for name in ("guarantor", "guarantor2"):
        if f"{name}.name" in values:
            for each in ("contract_name", "signed"):
                if f"{name}.guarantee.{each}" not in values:
                    wrong(
                        "guarantee.missing",
                        "保证合同名称和签订日期须填写",
                        "the guarantee's name and day are missing",
                        name,
                        "",
                    )
                    break
    if "collateral.description" in values:
        for each in ("kind", "owner", "contract_name", "signed"):
            if f"collateral.{each}" not in values:
                wrong(
                    "collateral.missing",
                    "担保物须填类型、所有人、合同名称和签订日期",
                    "the collateral lacks a field",
                    "担保物",
                    each,
                )
    return problems


def person_problems(values: Mapping[str, Any], name: str, number: int) -> list[Problem]:
    """Whether a party's number passes its check and agrees with birth date and sex (GB 11643, GB 32100)."""
    text = values.get(f"{name}.number")
    if not text:
        return []
    kind = _identity_kind(values, name)
    if kind is None:
        return []
    called = str(forms.imported("loans")["parties"].get(name, {"zh": ""})["zh"])  # as the column's heading begins
    checked = identity.identity(text, kind)
    if not checked.valid:
        place = _place(number, f"{called}证件号码")
        return [replace(reason, field=place, found=text) for reason in checked.reasons]
    problems = []
    birth, sex = values.get(f"{name}.birth_date"), values.get(f"{name}.sex")
    if birth and checked.birth and birth != checked.birth:
        zh = f"出生日期与证件号码（{checked.birth}）不一致"
        problems.append(
            _problem("person.birth", zh, "birth date and number disagree", number, f"{called}出生日期", birth)
        )
    if sex and checked.sex and sex != checked.sex:
        zh = f"性别与证件号码（{checked.sex}）不一致"
        problems.append(_problem("person.sex", zh, "sex and number disagree", number, f"{called}性别", sex))
    return problems


def _identity_kind(values: Mapping[str, Any], name: str) -> IdentityKind | None:
    """By which standard a party's number is checked; None for papers that have none (a passport)."""
    if _kind(values, name) is PartyKind.ORGANISATION:
        return IdentityKind.ORGANISATION
    resident = values.get(f"{name}.number_kind", "居民身份证") in _RESIDENT_WORDS
    return IdentityKind.RESIDENT if resident else None


def _kind(values: Mapping[str, Any], name: str) -> PartyKind:
    """The party's kind as given, else by its number: 18 characters of a resident's are digits but for the last."""
    if given := values.get(f"{name}.kind"):
        return PartyKind(given)
    text = values.get(f"{name}.number", "")
    personal = not text or (bool(re.fullmatch(r"[1-9]\d{16}[\dX]", text)) and text[6:8] in {"18", "19", "20"})
    return PartyKind.NATURAL if personal else PartyKind.ORGANISATION


def _loan(values: Mapping[str, Any]) -> Loan:
    return Loan(
        contract_name=values["contract_name"],
        contract_number=values["contract_number"],
        lender=values["lender"],
        lender_kind=LenderKind(values["lender_kind"]),
        limit=values["limit"],
        drawdowns=values["drawdowns"],
        rate=values["rate"],
        penalty_uplift=values.get("penalty_uplift"),
        **_agreed(values),
        compound=values.get("compound", False),
        basis=int(values.get("basis", "360")),
        repayment=Repayment(values["repayment"]),
        instalments=values.get("instalments", 0),
        interest_every_months=int(values.get("interest_every_months", "1")),
        allocation=values.get("allocation", ()),
        signed=values["signed"],
        start=values["start"],
        maturity=values["maturity"],
        first_due=values.get("first_due"),
        accelerated_on=values.get("accelerated_on"),
        clauses=Clauses(**{id_: values.get(f"clause_{id_}", "") for id_ in Clauses.__dataclass_fields__}),
        parties=tuple(
            party_of(values, name) for name in ("borrower", "guarantor", "guarantor2") if f"{name}.name" in values
        ),
        guarantees=tuple(
            guarantee_of(values, name) for name in ("guarantor", "guarantor2") if f"{name}.name" in values
        ),
        collateral=collateral_of(values),
        **{
            name: values.get(name, "")
            for name in (
                "place_signed",
                "note_number",
                "product",
                "purpose",
                "acceleration_ground",
                "risk_class",
                "unit",
            )
        },
    )


# Terms of several columns: the field of a loan, what it is made of, and the column without which there is none.
_TERMS: tuple[tuple[str, Any, str], ...] = (
    ("floating", Floating, "series"),
    ("misuse", Misuse, "on"),
    ("allocation_later", LaterOrder, "order"),
    ("capitalisation", Capitalisation, "every_months"),
)
_WHOLE = {
    "allocation_later": ("order", "after_days"),
    "capitalisation": ("every_months", "settlement_day"),
    "floating": ("series",),
    "misuse": ("on",),
}
_LPR_TENORS = frozenset({"1y", "5y"})
# What these terms contradict; the rest of a loan may still be completed by files of its parts.
_CONTRADICTING = frozenset(
    {
        "loan.overdue_rate_twice",
        "loan.misuse_uplift",
        "loan.misused_early",
        "loan.misused_amount",
        "loan.capitalised",
        "loan.settlement",
        "loan.rate_twice",
        "loan.repriced_twice",
        "loan.repricing_dates",
    }
)


def _agreed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that few contracts have: other overdue rates, floating, misuse, a later order, capitalisation."""
    single = (
        "overdue_rate",
        "overdue_daily_rate",
        "liquidated_damages_rate",
        "misuse_uplift",
        "currency",
        "repricings",
    )
    agreed = {name: values[name] for name in single if name in values}
    for name, made, needed in _TERMS:
        given = _of(values, name)
        if needed in given:
            agreed[name] = made(**given)
    return agreed


def _of(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {path.partition(".")[2]: each for path, each in values.items() if path.startswith(f"{name}.")}


def _torn_terms(values: Mapping[str, Any], number: int) -> list[Problem]:
    """Terms of several columns of which a needed one was left empty."""
    titles = {column.id: column for column in columns("loans")}
    problems = []
    for name, needed in _WHOLE.items():
        given = _of(values, name)
        for each in needed if given else ():
            if each not in given:
                column = titles[f"{name}.{each}"]
                zh, en = f"缺少“{column.zh}”", f"{column.en} is missing"
                problems.append(_problem("cell.missing", zh, en, number, column.zh, ""))
    floating = _of(values, "floating")
    tenor = floating.get("tenor", "1y")
    if "series" in floating and (floating["series"] == "lpr") != (tenor in _LPR_TENORS):
        zh, en = "该基准没有这个期限", "there is no reference rate of this series and tenor"
        problems.append(_problem("loan.tenor", zh, en, number, titles["floating.tenor"].zh, tenor))
    return problems


def party_of(values: Mapping[str, Any], name: str) -> Party:
    """A party from a row's values."""
    given = {path.partition(".")[2]: each for path, each in values.items() if path.startswith(f"{name}.")}
    facts = {key: each for key, each in given.items() if "." not in key and key != "kind"}
    kind = _kind(values, name)
    if kind is PartyKind.NATURAL:
        facts = _completed(facts)
    role = PartyRole.BORROWER if name == "borrower" else PartyRole.GUARANTOR
    return Party(kind=kind, role=role, **facts)


def _completed(facts: dict[str, Any]) -> dict[str, Any]:
    """A natural person's birth date and sex read from a valid number where they were left empty."""
    facts.setdefault("number_kind", "居民身份证" if facts.get("number") else "")
    resident = identity.identity(facts.get("number", ""), IdentityKind.RESIDENT)
    if resident.valid and facts["number_kind"] in _RESIDENT_WORDS:
        facts.setdefault("birth_date", resident.birth)
        facts.setdefault("sex", resident.sex)
    return facts


def guarantee_of(values: Mapping[str, Any], name: str) -> Guarantee:
    """The guarantee a party gave, from a row's values."""
    path = f"{name}.guarantee."
    given = {key.removeprefix(path): each for key, each in values.items() if key.startswith(path)}
    return Guarantee(guarantor=values[f"{name}.name"], **given)


def collateral_of(values: Mapping[str, Any]) -> tuple[Collateral, ...]:
    """The collateral of a row, or none."""
    given = {key.removeprefix("collateral."): each for key, each in values.items() if key.startswith("collateral.")}
    return (Collateral(**given),) if "description" in given else ()
