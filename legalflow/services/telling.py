"""How an entry of the audit trail reads: who, did what, to which thing, with its details by name.

A thing is named as far as whoever reads it may know: a matter by its number for everybody, a debtor's loan by its
contract for those who see loans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import ROLE_NAMES, Actor, Right, Role
from legalflow.persistence.tables import (
    AccountRow,
    AuditRow,
    DocumentRow,
    FirmRow,
    LenderRow,
    LoanRow,
    MatterRow,
    ProposalRow,
    RunRow,
    UnitRow,
    WriteOffListRow,
    WriteOffRow,
)
from legalflow.services import actions

NOBODY = "unknown"  # whoever tried a login that does not exist

# What the details of an entry are called; one that has no name here is shown as it is.
DETAILS = {
    "reason": "理由",
    "version": "版本",
    "parts": "更改的部分",
    "seal": "印模",
    "exhibit": "证据",
    "bundle": "证据材料",
    "link": "链接",
    "delivery": "交付",
    "mark": "期限标识",
    "role": "角色",
    "before": "原为",
    "firm": "律所",
    "firm_before": "原律所",
    "to": "接手人",
    "owner": "负责人",
    "substitute": "替补",
    "account": "账户",
    "accounts": "账户数",
    "matters": "案件数",
    "deadlines": "期限数",
    "duties": "职责数",
    "changed": "更改的项",
    "codes": "原因代码",
    "code": "原因代码",
    "sequence": "事项序号",
    "digest": "内容校验值",
    "document": "文书",
    "rows": "行数",
    "lines": "行数",
    "form": "格式",
    "kind": "种类",
    "units": "机构",
    "unit": "机构",
    "up_to_fen": "上限（分）",
    "first_day": "起始日",
    "last_day": "最后一日",
    "level": "级别",
    "added": "新增",
    "refused": "退回",
    "unchanged": "未变",
    "entries": "核对条数",
    "broken": "不符的位置",
    "filters": "筛选条件",
    "second_reason": "第二账户的理由",
    "above": "上级机构",
    "place": "序号",
    "task": "任务",
    "field": "要素",
    "page": "页",
    "number": "编号",
    "value": "数值",
    "citation": "依据",
}


@dataclass(frozen=True)
class Thing:
    """What an entry is about: of which kind, the words for it, its id, and whose page shows it (`matter` …), if any."""

    kind: str
    name: str
    id: str = ""
    page: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry as a sentence: when, who, from where, what was done, to what; `details` are (name, value)."""

    id: int
    at: datetime
    who: str
    who_id: str
    origin: str
    did: str
    thing: Thing | None
    refused: bool
    details: list[tuple[str, str]]
    digest: str


def entries(session: Session, actor: Actor, rows: Sequence[AuditRow]) -> list[Entry]:
    """Some entries as they read, for an actor."""
    named = {str(row.detail[key]) for row in rows for key in _PEOPLE if row.detail.get(key)}
    names = people(session, {row.actor for row in rows} | named)
    things = _things(session, actor, {row.subject for row in rows} | {str(row.detail.get("document")) for row in rows})
    return [
        Entry(
            id=row.id or 0,
            at=row.at,
            who=names.get(row.actor, row.actor),
            who_id=row.actor,
            origin=row.origin,
            did=actions.said_of(row.action),
            thing=_thing(row, things),
            refused=row.action in actions.REFUSALS,
            details=list(_details(row.detail, names, things)),
            digest=row.digest,
        )
        for row in rows
    ]


_PEOPLE = ("owner", "substitute", "account", "to", "before")


def _details(detail: Mapping[str, Any], names: dict[str, str], things: dict[str, Thing]) -> Iterable[tuple[str, str]]:
    for key, value in detail.items():
        if value in ("", None, []):
            continue
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        if key in {"role", "before"} and text in {each.value for each in Role}:
            text = ROLE_NAMES[Role(text)]
        elif key in _PEOPLE:
            text = names.get(text, text)
        elif text in things:
            text = things[text].name
        yield DETAILS.get(key, key), text


def people(session: Session, ids: set[str]) -> dict[str, str]:
    """The names of accounts by id, of the house itself and of nobody known among them."""
    query = sa.select(col(AccountRow.id), col(AccountRow.name)).where(col(AccountRow.id).in_(ids))
    return {"system": "系统", NOBODY: "未知的登录名", **dict(map(tuple, session.execute(query)))}


def _things(session: Session, actor: Actor, ids: set[str]) -> dict[str, Thing]:
    """What some ids of ours stand for, as far as the actor may know."""
    found: dict[str, Thing] = {}
    for kind, page, query in _kinds(actor, ids):
        for id_, name in session.execute(query):
            found.setdefault(id_, Thing(kind, name, id_, page))
    return found


def _kinds(actor: Actor, ids: set[str]) -> Iterable[tuple[str, str, Any]]:
    """Each kind of thing: its name, whose page shows it, and the query for the names of those with some ids."""

    def named(table: Any, name: Any) -> Any:
        return sa.select(table.id, name).where(table.id.in_(ids))

    def numbered(table: Any) -> Any:
        query = sa.select(table.id, col(MatterRow.number)).join(MatterRow, col(MatterRow.id) == table.matter_id)
        return query.where(table.id.in_(ids))

    contract = LoanRow.contract_number if actor.may(Right.VIEW) else sa.literal("")
    yield "所涉案件", "matter", named(MatterRow, MatterRow.number)
    yield "所涉贷款", "loan" if actor.may(Right.VIEW) else "", named(LoanRow, contract)
    yield "所涉账户", "account", named(AccountRow, col(AccountRow.name) + "（" + col(AccountRow.login) + "）")
    yield "所涉律所", "firm", named(FirmRow, FirmRow.name)
    yield "所涉贷款人", "", named(LenderRow, LenderRow.name)
    yield "所涉文书", "", named(DocumentRow, DocumentRow.title)
    yield "所涉批量", "", named(RunRow, RunRow.number)
    yield "所涉核销清单", "", named(WriteOffListRow, WriteOffListRow.number)
    yield "所涉核销", "", numbered(WriteOffRow)
    yield "所涉提报", "", numbered(ProposalRow)
    yield "所涉机构", "", sa.select(UnitRow.code, UnitRow.name).where(col(UnitRow.code).in_(ids))


# The part of the service a refused request was for, by what its page's name begins with.
AREAS = {
    "loans": "贷款",
    "matters": "案件",
    "documents": "文书",
    "evidence": "证据",
    "firm": "律所协作",
    "proposals": "律所提报",
    "finance": "核销",
    "ledger": "资金",
    "off_lists": "核销清单",
    "authority": "审批权限",
    "deadlines": "期限",
    "imports": "导入",
    "batches": "批量",
    "seals": "用印",
    "sources": "要素来源",
    "assets": "财产",
    "costs": "费用",
    "contacts": "联系",
    "debtors": "债务人",
    "courts": "法院名录",
    "law": "法律",
    "accounts": "账户",
    "firms": "律所",
    "units": "机构",
    "audit": "审计",
    "admin": "任务",
    "lists": "清单",
    "waiting": "待办",
    "portfolio": "每日债权",
    "nights": "核对",
    "duties": "核销后职责",
}


def _thing(row: AuditRow, things: Mapping[str, Thing]) -> Thing | None:
    """What an entry is about; nothing where it is about whoever did it, its kind unsaid where the action says it."""
    if row.subject == row.actor:
        return None
    thing = things.get(row.subject) or _other_thing(row)
    if thing and thing.kind.removeprefix("所涉") in actions.said_of(row.action):
        return replace(thing, kind="")
    return thing


def _other_thing(row: AuditRow) -> Thing | None:
    """What an entry is about where it is none of our things: the part of the service, a topic, a period."""
    if row.action == "refused":
        return Thing("所涉页面", AREAS.get(row.subject.partition(".")[0], row.subject))
    if row.subject in {"", "audit", "claims", "receipts", "matters", "loans", "person", NOBODY}:
        return None
    return Thing("", row.subject if " " in row.subject or "/" in row.subject else "")
