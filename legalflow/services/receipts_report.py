"""What became of the lines of a bank's files, as a table to hand on: matched, proposed, unmatched and why."""

from __future__ import annotations

from legalflow.access import Actor, Right
from legalflow.office import Office, today
from legalflow.persistence import journal
from legalflow.services import matching, tracking, vouching
from legalflow.services.matching import ReceiptLine
from legalflow.values.money import Money

_STATES = {
    "confirmed": "已登记",
    "confirming": "登记中",
    "proposed": "待确认",
    "unmatched": "未匹配",
    "set_aside": "已搁置",
}
_HEADINGS = (
    "状态",
    "到账日期",
    "到账天数",
    "金额（元）",
    "账号尾号",
    "交易流水号",
    "合同编号",
    "案件编号",
    "理由",
    "处理人",
)


def export(office: Office, actor: Actor) -> bytes:
    """Every line the actor sees, the latest day first, as an XLSX; its age is the days from receipt to today."""
    tracking.require_any(actor, (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF))
    lines, _ = matching.listed(office, actor, tuple(_STATES), most=None)
    day = today(office)
    cells = [(*_cells(each)[:2], (day - each.row.received_on).days, *_cells(each)[2:]) for each in lines]
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="receipts.exported",
            subject=day.isoformat(),
            form="xlsx",
            lines=len(lines),
        )
    return vouching.table("到账匹配", _HEADINGS, cells, "xlsx")


def _cells(line: ReceiptLine) -> tuple[str, ...]:
    """A line without its age; the account's last digits alone are kept, as on the page."""
    row = line.row
    return (
        _STATES[row.state],
        row.received_on.isoformat(),
        str(Money.of_fen(row.fen)),
        row.account,
        row.serial,
        line.contract_number,
        line.matter_number,
        row.note or "；".join(row.reasons),
        line.decided_by,
    )
