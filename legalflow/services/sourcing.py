"""Facts of a loan held against their source: which page of which exhibit says so, who looked, and what nobody did.

A check is of one value: where the loan is changed afterwards, or the exhibit withdrawn, it no longer counts and is
shown as such until somebody looks again. Every field says where it comes from: from a page that was checked, or from
what was entered, not checked yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, NotNow, Problem
from legalflow.loans.loan import Loan
from legalflow.loans.parties import PartyRole
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import AccountRow, ExhibitRow, LoanRow, MatterRow, SourceCheckRow
from legalflow.services import keeping, restricting, viewing
from legalflow.values import codec
from legalflow.values.dates import in_chinese
from legalflow.values.money import percent

CURRENT, CHANGED, WITHDRAWN, UNCHECKED = "current", "changed", "withdrawn", "unchecked"
_ROLES = {
    PartyRole.LENDER: "贷款人",
    PartyRole.BORROWER: "借款人",
    PartyRole.CO_BORROWER: "共同借款人",
    PartyRole.GUARANTOR: "保证人",
    PartyRole.COLLATERAL_OWNER: "担保物所有人",
}
_REPAYMENTS = {
    "equal_instalment": "等额本息",
    "equal_principal": "等额本金",
    "interest_first": "先息后本",
    "bullet": "到期一次性还本付息",
}


@dataclass(frozen=True)
class Fact:
    """A field of a loan as it is shown, with the check of it. `state`: current, changed, withdrawn, unchecked."""

    id: str
    zh: str
    shown: str
    state: str = UNCHECKED
    exhibit_id: str = ""
    exhibit: str = ""
    page: int = 0
    checked_by: str = ""
    checked_at: datetime | None = None

    @property
    def is_checked(self) -> bool:
        """Whether the value as it is now was held against its source."""
        return self.state == CURRENT


@dataclass(frozen=True)
class Sheet:
    """A loan's fields with their checks, and the exhibits of its matter they can be held against."""

    loan_id: str
    contract_number: str
    borrower: str
    matter_id: str
    matter_number: str
    facts: tuple[Fact, ...]
    exhibits: tuple[ExhibitRow, ...]

    @property
    def checked(self) -> int:
        """How many fields are checked as they are now."""
        return sum(each.is_checked for each in self.facts)

    @property
    def by_field(self) -> dict[str, Fact]:
        """The facts by their field."""
        return {each.id: each for each in self.facts}


def sheet(office: Office, actor: Actor, loan_id: str) -> Sheet:
    """The fields of a loan and where each comes from; persons' numbers masked."""
    actor.require(Right.VIEW)
    seen = viewing.loan(office, actor, loan_id)
    with office.database.reading() as session:
        row = repositories.loan(session, actor, loan_id)
        whole = repositories.whole_loan(session, row, office.keys)
        matter = _matter(session, actor, loan_id)
        exhibits = keeping.bindable(repositories.exhibits(session, matter.id)) if matter else []
        checks = _checks(session, loan_id)
        values = values_of(whole)
        facts = tuple(
            _with_check(Fact(name, zh, text), checks.get(name), _digest(office.keys, name, values[name][1]))
            for name, (zh, text) in values_of(seen.loan).items()
        )
    return Sheet(
        loan_id,
        seen.loan.contract_number,
        seen.loan.borrower.name,
        matter.id if matter else "",
        matter.number if matter else "",
        facts,
        tuple(exhibits),
    )


def check(office: Office, actor: Actor, loan_id: str, field: str, exhibit_id: str, page: int | None) -> None:
    """Say that a field, as it is now, stands so on a page of an exhibit."""
    actor.require(Right.RECORD)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        restricting.refuse(session, office, row.id, in_court=True)
        matter = _matter(session, actor, loan_id)
        if matter is None:
            raise NotNow.one(
                "source.no_matter",
                "贷款尚未立为案件，没有可核对的证据",
                "the loan is no matter yet and has no evidence",
                mend="先立为案件并上传证据",
                mend_en="open the matter and add the evidence first",
            )
        values = values_of(repositories.whole_loan(session, row, office.keys))
        exhibit = _exhibit(session, matter, exhibit_id)
        Invalid.raise_any(_wrong(values, field, exhibit, page))
        assert exhibit is not None and page is not None
        kept = session.exec(
            select(SourceCheckRow).where(SourceCheckRow.loan_id == loan_id, SourceCheckRow.field == field)
        ).first()
        kept = kept or SourceCheckRow(loan_id=loan_id, matter_id=matter.id, field=field, page=page)
        kept.value_digest, kept.exhibit_id, kept.page = (
            _digest(office.keys, field, values[field][1]),
            exhibit.id,
            page,
        )
        kept.checked_by, kept.checked_at = actor.id, office.now()
        session.add(kept)
        _noted(session, office, actor, "source.checked", matter, field, exhibit.id, page)


def take_back(office: Office, actor: Actor, loan_id: str, field: str) -> None:
    """Take a check back; the audit trail keeps both."""
    actor.require(Right.RECORD)
    with office.database.writing() as session:
        repositories.loan(session, actor, loan_id)
        matter = _matter(session, actor, loan_id)
        query = select(SourceCheckRow).where(SourceCheckRow.loan_id == loan_id, SourceCheckRow.field == field)
        kept = session.exec(query).first()
        if kept is None or matter is None:
            raise NotNow.one("source.not_checked", "该项没有核对记录", "this field was not checked")
        _noted(session, office, actor, "source.taken_back", matter, field, kept.exhibit_id, kept.page)
        session.delete(kept)


def values_of(loan: Loan) -> dict[str, tuple[str, str]]:
    """The fields that are held against their source, by id: the term and the value as a person reads it."""
    found: dict[str, tuple[str, str]] = {
        "contract_name": ("合同名称", loan.contract_name),
        "contract_number": ("合同编号", loan.contract_number),
        "note_number": ("借据号", loan.note_number),
        "signed": ("签订日期", in_chinese(loan.signed)),
        "limit": ("合同金额", f"{loan.limit.grouped()} 元"),
        "start": ("起始日", in_chinese(loan.start)),
        "maturity": ("到期日", in_chinese(loan.maturity)),
        "rate": ("年利率", percent(loan.rate)),
        "penalty_uplift": ("罚息上浮", percent(loan.penalty_uplift) if loan.penalty_uplift is not None else ""),
        "compound": ("复利", "计收" if loan.compound else "不计收"),
        "repayment": ("还款方式", _REPAYMENTS.get(loan.repayment.value, loan.repayment.value)),
        "purpose": ("贷款用途", loan.purpose),
        "accelerated_on": ("提前到期日", in_chinese(loan.accelerated_on) if loan.accelerated_on else ""),
    }
    for number, paid in enumerate(loan.drawdowns, 1):
        found[f"drawdown.{number}"] = (f"放款{number}", f"{in_chinese(paid.on)}，{paid.amount.grouped()} 元")
    for number, party in enumerate(loan.parties, 1):
        role = _ROLES.get(party.role, "当事人")
        said = "，".join(filter(None, (party.name, party.number, party.phone)))
        found[f"party.{number}"] = (role, said)
    for number, guarantee in enumerate(loan.guarantees, 1):
        mode = {"joint": "连带责任保证", "ordinary": "一般保证"}.get(guarantee.mode or "", "方式未写明")
        found[f"guarantee.{number}"] = (f"保证{number}", f"{guarantee.guarantor}，{mode}")
    for number, each in enumerate(loan.collateral, 1):
        said = "，".join(filter(None, (each.kind, each.owner, each.description, each.certificate)))
        found[f"collateral.{number}"] = (f"担保物{number}", said)
    return {name: (zh, text) for name, (zh, text) in found.items() if text}


def _with_check(fact: Fact, kept: tuple[SourceCheckRow, ExhibitRow, str] | None, digest: str) -> Fact:
    if kept is None:
        return fact
    row, exhibit, name = kept
    state = CURRENT if row.value_digest == digest else CHANGED
    if exhibit.state != "ready":
        state = WITHDRAWN
    return replace(
        fact,
        state=state,
        exhibit_id=exhibit.id,
        exhibit=exhibit.name,
        page=row.page,
        checked_by=name,
        checked_at=row.checked_at,
    )


def _checks(session: Session, loan_id: str) -> dict[str, tuple[SourceCheckRow, ExhibitRow, str]]:
    query = (
        select(SourceCheckRow, ExhibitRow, AccountRow.name)
        .join(ExhibitRow, col(ExhibitRow.id) == col(SourceCheckRow.exhibit_id))
        .join(AccountRow, col(AccountRow.id) == col(SourceCheckRow.checked_by), isouter=True)
        .where(SourceCheckRow.loan_id == loan_id)
    )
    return {row.field: (row, exhibit, name or "") for row, exhibit, name in session.execute(query)}


def _digest(keys: Keys, field: str, value: str) -> str:
    return keys.index(codec.encode([field, value]).decode())


def _matter(session: Session, actor: Actor, loan_id: str) -> MatterRow | None:
    return session.exec(
        select(MatterRow)
        .join(LoanRow, col(LoanRow.id) == col(MatterRow.loan_id))
        .where(MatterRow.loan_id == loan_id, repositories.visible_to(actor))
    ).first()


def _exhibit(session: Session, matter: MatterRow, exhibit_id: str) -> ExhibitRow | None:
    rows = keeping.bindable(repositories.exhibits(session, matter.id))
    return next((each for each in rows if each.id == exhibit_id), None)


def _wrong(
    values: dict[str, tuple[str, str]], field: str, exhibit: ExhibitRow | None, page: int | None
) -> list[Problem]:
    problems = []
    if field not in values:
        zh, en = "没有这一项，或者它没有值", "there is no such field, or it is empty"
        problems.append(Problem("source.field", zh, en, "field", field[:40]))
    if exhibit is None:
        zh, en = "请选择本案一份可装订的证据", "choose an exhibit of the matter that can be bound"
        problems.append(Problem("source.exhibit", zh, en, "exhibit"))
    elif page is None or not 1 <= page <= exhibit.pages:
        zh, en = f"页码须为 1 至 {exhibit.pages}", f"a page from 1 to {exhibit.pages}"
        problems.append(Problem("source.page", zh, en, "page", str(page or "")))
    return problems


def _noted(
    session: Session, office: Office, actor: Actor, action: str, matter: MatterRow, field: str, exhibit: str, page: int
) -> None:
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=action,
        subject=matter.id,
        field=field,
        exhibit=exhibit,
        page=page,
    )
