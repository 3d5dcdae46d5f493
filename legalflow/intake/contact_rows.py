"""Rows of a table into ways to reach a person of a loan, or into problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from legalflow.errors import Problem
from legalflow.intake import rows
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import Refused

KIND = "contacts"
WAYS = ("phone", "address", "email", "service_address")
LONGEST = 200
_PHONE = re.compile(r"\+?\d{5,15}(转\d{1,6})?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


@dataclass(frozen=True)
class ContactLine:
    """What a row says of one person: the loan, the name or number, each way with its value, whence and when."""

    contract_number: str
    lender: str
    name: str
    number: str
    ways: tuple[tuple[str, str], ...]
    source: str
    on: date
    note: str = ""


def read(
    sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> tuple[list[tuple[Line, ContactLine]], list[Refused], tuple[str, ...]]:
    """The contacts of a table, the rows refused, and the headings that were not read."""
    return rows.read_rows(sheet, KIND, contact, ContactLine, chosen)


def contact(row: Mapping[str, str], number: int = 0, epoch: str = "") -> ContactLine | list[Problem]:
    """The contacts of a row from texts by column id, or everything that is wrong with them."""
    values, problems = rows.read_values(row, KIND, number, epoch)
    problems += _problems(values, number)
    if problems:
        return problems
    return ContactLine(
        contract_number=values["contract_number"],
        lender=values.get("lender") or "",
        name=values.get("name") or "",
        number=values.get("number") or "",
        ways=tuple((way, _plain(way, values[way])) for way in WAYS if values.get(way)),
        source=values["source"],
        on=values["on"],
        note=values.get("note") or "",
    )


def _problems(values: Mapping[str, Any], number: int) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(code: str, zh: str, en: str, column: str, found: str = "") -> None:
        place = f"第{number}行 {column}" if number else column
        problems.append(Problem(code, zh, en, place, found[:60]))

    if not values.get("name") and not values.get("number"):
        wrong("contact.who", "姓名与证件号码至少填一项", "name the person, or give the number", "姓名或名称")
    if not any(values.get(way) for way in WAYS):
        wrong(
            "contact.nothing",
            "电话、地址、电子邮件、约定送达地址至少填一项",
            "there is no way to reach anybody",
            "电话",
        )
    if (text := values.get("phone")) and not _PHONE.fullmatch(_plain("phone", text)):
        wrong(
            "contact.phone",
            "电话为 5 至 15 位数字，分机写作 转123；一行只写一个",
            "a phone has 5 to 15 figures, one in a row",
            "电话",
            text,
        )
    if (text := values.get("email")) and not _EMAIL.fullmatch(_plain("email", text)):
        wrong("contact.email", "电子邮件地址有误", "this is no mail address", "电子邮件", text)
    titles = {column.id: column.zh for column in rows.columns(KIND)}
    for id_ in ("name", "address", "service_address", "source", "note"):
        if len(values.get(id_) or "") > LONGEST:
            wrong("contact.length", f"不超过 {LONGEST} 字", f"at most {LONGEST} characters", titles[id_], values[id_])
    return problems


def _plain(way: str, text: str) -> str:
    """A value as it is kept: a phone without spaces, dashes and brackets, a mail address in one width."""
    if way == "phone":
        return re.sub(r"[\s()（）-]", "", unicodedata.normalize("NFKC", text))
    if way == "email":
        return unicodedata.normalize("NFKC", text).strip().lower()
    return " ".join(text.split())
