"""Up to which amount who may approve a write-off (审批权限表): stated by one person, approved by another.

财金〔2017〕90号 第十八条 leaves the grading of the power to the house: until a limit is in force every approver may,
and pages say that none is set. Once one is, what no limit covers is nobody's to approve. Of the limits that fit an
approver the most particular counts: for the person before for all, then for the unit, then for the kind of claim; of
two alike the later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow, Problem
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, AuthorityLimitRow, LoanRow, WriteOffRow
from legalflow.services import accumulating, tracking
from legalflow.values import typed
from legalflow.values.money import Money

_LONGEST = {"unit": 100, "product": 100, "document": 200}
_MOST_REASON = 500


@dataclass(frozen=True)
class Limit:
    """A limit with the names of people; `mine`: the actor proposed it; `counts`: it is in force today."""

    row: AuthorityLimitRow
    person: str
    proposed_by: str
    decided_by: str
    mine: bool
    counts: bool

    @property
    def up_to(self) -> Money | None:
        """The amount, None without a limit."""
        return None if self.row.up_to_fen is None else Money.of_fen(self.row.up_to_fen)


@dataclass(frozen=True)
class Table:
    """Every limit, those in force first; `units`, `products` and `people` are what a new one may be for."""

    limits: tuple[Limit, ...]
    units: tuple[str, ...]
    products: tuple[str, ...]
    people: tuple[tuple[str, str], ...]

    @property
    def is_set(self) -> bool:
        """Whether any limit is in force."""
        return any(each.counts for each in self.limits)


@dataclass(frozen=True)
class Power:
    """Who may approve an amount: `stated` False where no limit is in force, `people` by name and up to what.

    `counted` is what was added up to that amount, where it was.
    """

    stated: bool
    may: bool
    people: tuple[str, ...]
    counted: accumulating.Together | None = None


def table(office: Office, actor: Actor) -> Table:
    """The limits, for who sees that money and the administrator; no debtor is named."""
    tracking.require_any(actor, (Right.VIEW_MONEY, Right.SET_AUTHORITY))
    on = today(office)
    with office.database.reading() as session:
        rows = list(session.exec(select(AuthorityLimitRow).order_by(col(AuthorityLimitRow.id).desc())))
        names = _names(session)
        units = session.exec(select(LoanRow.unit).distinct().order_by(LoanRow.unit)).all()
        products = session.exec(select(LoanRow.product).distinct().order_by(LoanRow.product)).all()
        people = _approvers(session)
    limits = [
        Limit(
            row=row,
            person=names.get(row.account_id or "", ""),
            proposed_by=names.get(row.proposed_by, row.proposed_by),
            decided_by=names.get(row.decided_by or "", ""),
            mine=actor.is_also(row.proposed_by),
            counts=row.state == "approved" and row.first_day <= on,
        )
        for row in rows
    ]
    order = {"proposed": 0, "approved": 1}
    limits.sort(key=lambda each: (order.get(each.row.state, 2), each.row.unit, each.row.product))
    return Table(tuple(limits), tuple(filter(None, units)), tuple(filter(None, products)), tuple(people.items()))


def propose(office: Office, actor: Actor, texts: Mapping[str, str]) -> int:
    """Propose a limit from a form's texts (unit, product, account, up_to, first_day, document); its number.

    Everything wrong is said at once. An empty `up_to` is no limit.
    """
    actor.require(Right.SET_AUTHORITY)
    with office.database.writing() as session:
        row = _read(session, office, actor, texts)
        session.add(row)
        session.flush()
        _note(session, office, actor, "authority.proposed", row)
        return row.id or 0


def approve(office: Office, actor: Actor, limit_id: int) -> None:
    """Approve another's proposal: it counts from its first day."""
    _decide(office, actor, limit_id, "approved")


def refuse(office: Office, actor: Actor, limit_id: int, reason: str) -> None:
    """Refuse another's proposal, with the reason."""
    _decide(office, actor, limit_id, "refused", reason)


def withdraw(office: Office, actor: Actor, limit_id: int, reason: str) -> None:
    """Withdraw one's own proposal, or a limit in force that somebody else proposed; with the reason.

    So that nobody alone widens a power, what two persons put in force is not taken back by its proposer.
    """
    _decide(office, actor, limit_id, "withdrawn", reason)


def power(session: Session, actor: Actor, unit: str, product: str, amount: Money, on: date) -> Power:
    """Whether the actor may approve an amount of a unit and a kind of claim, and who may."""
    rows = _in_force(session, on)
    approvers = _approvers(session)
    if not rows:
        return Power(False, actor.role is Role.APPROVER, tuple(approvers.values()))
    able = tuple(
        f"{name}（{_said(own)}）"
        for account, name in approvers.items()
        if (own := _own(rows, account, unit, product)) is not None and _covers(own, amount)
    )
    own = _own(rows, actor.id, unit, product)
    return Power(True, own is not None and _covers(own, amount), able)


def power_over(office: Office, actor: Actor, write_off_id: str) -> Power:
    """Whether the actor may approve what a write-off asks, and who may."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        row, _ = repositories.of_matter(session, actor, WriteOffRow, write_off_id)
        loan = repositories.loan(session, actor, row.loan_id)
        counted = accumulating.together(session, office, actor, [(loan, row)])
        found = power(session, actor, loan.unit, loan.product, counted.amount, today(office))
        return replace(found, counted=counted)


def require(
    session: Session,
    actor: Actor,
    loans: Iterable[LoanRow],
    amount: Money,
    on: date,
    counted: accumulating.Together | None = None,
) -> None:
    """Refuse an approval above what the actor may approve, saying up to what and who may; amounts are in yuan.

    `counted` says what of the borrower was added up to the amount.
    """
    rows = _in_force(session, on)
    problems = []
    for unit, product in dict.fromkeys((loan.unit, loan.product) for loan in loans):
        found = power(session, actor, unit, product, amount, on)
        if not found.stated or found.may:
            continue
        own = _own(rows, actor.id, unit, product)
        limit = _said(own) if own else "权限表没有规定"
        about = "、".join(filter(None, (unit, product))) or "全部"
        able = "、".join(found.people)
        problems.append(
            Problem(
                "authority.above",
                f"{about}：合计 {amount} 元{_added(counted)}超过您的审批权限（{limit}）",
                f"{amount}{_added_en(counted)} is above what you may approve ({_said_en(own)})",
                found=str(amount),
                mend=f"可由{able}审批" if able else "权限表中没有人可以审批这一金额，请先由管理员提出权限、另一人核准",
                mend_en=f"asked of: {able}" if able else "nobody may approve that amount: state a limit first",
            )
        )
    NotAllowed.raise_any(problems)


def _added(counted: accumulating.Together | None) -> str:
    if counted is None or not counted.others:
        return ""
    return f"（其中同一借款人另有 {counted.others} 元）"


def _added_en(counted: accumulating.Together | None) -> str:
    return f" (of which {counted.others} of the same borrower's others)" if counted and counted.others else ""


def _in_force(session: Session, on: date) -> list[AuthorityLimitRow]:
    query = select(AuthorityLimitRow).where(AuthorityLimitRow.state == "approved", AuthorityLimitRow.first_day <= on)
    return list(session.exec(query))


def _own(rows: Iterable[AuthorityLimitRow], account: str, unit: str, product: str) -> AuthorityLimitRow | None:
    """The most particular limit that fits an approver, or None."""
    fitting = [
        row
        for row in rows
        if row.account_id in (None, account) and row.unit in ("", unit) and row.product in ("", product)
    ]
    return max(
        fitting,
        key=lambda row: (row.account_id is not None, bool(row.unit), bool(row.product), row.first_day, row.id or 0),
        default=None,
    )


def _covers(row: AuthorityLimitRow, amount: Money) -> bool:
    return row.up_to_fen is None or amount.fen <= row.up_to_fen


def _said(row: AuthorityLimitRow) -> str:
    return "不限金额" if row.up_to_fen is None else f"不超过 {Money.of_fen(row.up_to_fen)} 元"


def _said_en(row: AuthorityLimitRow | None) -> str:
    if row is None:
        return "no limit covers you"
    return "any amount" if row.up_to_fen is None else f"up to {Money.of_fen(row.up_to_fen)}"


def _approvers(session: Session) -> dict[str, str]:
    query = select(AccountRow).where(AccountRow.role == Role.APPROVER.value, col(AccountRow.disabled).is_(False))
    return {row.id: row.name for row in session.exec(query.order_by(AccountRow.name, AccountRow.id))}


def _names(session: Session) -> dict[str, str]:
    return {row.id: row.name for row in session.exec(select(AccountRow))}


def _read(session: Session, office: Office, actor: Actor, texts: Mapping[str, str]) -> AuthorityLimitRow:
    given = {
        name: texts.get(name, "").strip() for name in ("unit", "product", "account", "up_to", "first_day", "document")
    }
    problems = [
        Problem("authority.text", f"不得超过 {most} 字", f"at most {most} characters", name, given[name][:40])
        for name, most in _LONGEST.items()
        if len(given[name]) > most or not given[name].isprintable()
    ]
    if not given["document"]:
        problems.append(Problem("authority.document", "请填写授权依据", "name the paper that grants it", "document"))
    if given["account"] and given["account"] not in _approvers(session):
        problems.append(Problem("authority.person", "没有这位有权审批人", "there is no such approver", "account"))
    amount, first = None, today(office)
    try:
        amount = typed.money(given["up_to"]) if given["up_to"] else None
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("up_to", given["up_to"]))
    try:
        first = typed.day(given["first_day"]) if given["first_day"] else first
    except typed.Unreadable as refusal:
        problems.append(refusal.problem("first_day", given["first_day"][:20]))
    Invalid.raise_any(problems)
    return AuthorityLimitRow(
        unit=given["unit"],
        product=given["product"],
        account_id=given["account"] or None,
        up_to_fen=None if amount is None else amount.fen,
        first_day=first,
        document=given["document"],
        state="proposed",
        proposed_by=actor.id,
        proposed_at=office.now(),
    )


def _decide(office: Office, actor: Actor, limit_id: int, state: str, reason: str = "") -> None:
    actor.require(Right.SET_AUTHORITY)
    reason = reason.strip()
    if state != "approved" and not 0 < len(reason) <= _MOST_REASON:
        raise Invalid.one(
            "authority.reason", "请写明理由（500字以内）", "give the reason, in 500 characters", field="reason"
        )
    with office.database.writing() as session:
        row = session.exec(select(AuthorityLimitRow).where(AuthorityLimitRow.id == limit_id).with_for_update()).first()
        if row is None:
            raise NotFound.one("authority.absent", "没有这项权限", "there is no such limit")
        if row.state not in (("proposed", "approved") if state == "withdrawn" else ("proposed",)):
            raise NotNow.one("authority.decided", "这项权限已经处理过", "this limit was decided on already")
        own = actor.is_also(row.proposed_by)
        if state == "withdrawn" and row.state == "proposed" and not own:
            raise NotAllowed.one(
                "authority.not_yours", "他人提出的权限不能撤回，可退回", "another's proposal is refused, not withdrawn"
            )
        if own and not (state == "withdrawn" and row.state == "proposed"):
            raise Conflict.one(
                "authority.four_eyes",
                "提出的人不得自行核准、退回或撤销已生效的权限，请由另一人办理",
                "who proposed a limit does not decide on it; ask another person",
            )
        row.state, row.reason, row.decided_by, row.decided_at = state, reason, actor.id, office.now()
        session.add(row)
        session.flush()
        _note(session, office, actor, f"authority.{state}", row)


def _note(session: Session, office: Office, actor: Actor, action: str, row: AuthorityLimitRow) -> None:
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=action,
        subject=f"authority_limit {row.id}",
        unit=row.unit,
        product=row.product,
        account=row.account_id or "",
        up_to_fen=row.up_to_fen,
        first_day=row.first_day.isoformat(),
        document=row.document,
    )
