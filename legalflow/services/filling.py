"""A new installation filled with many fictitious matters, to see how lists, deadlines and figures bear a portfolio.

Accounts and firms are made, loans and payments imported as files, matters opened and lived through, claims worked out:
all by the use cases that people and workers use. Loans and matters go in by shares, each whole or not at all, so that
whoever stops it finds a smaller portfolio that is consistent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, select

from legalflow.access import ROLE_NAMES, SYSTEM, Actor, Role
from legalflow.documents.blocks import Document, Paragraph, Text, Title
from legalflow.errors import Invalid, Problem
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Firm
from legalflow.office import Office, today
from legalflow.persistence import mapping, outbox, portfolio, repositories, units
from legalflow.persistence.tables import AccountRow, BatchRow, LoanRow, MatterRow, PaymentRow
from legalflow.rendering import docx, pdf
from legalflow.services import (
    appointing,
    employing,
    importing,
    inventing,
    lending,
    operating,
    recomputing,
    rehearsing,
    sampling,
    writing_down,
)
from legalflow.services.inventing import Invented
from legalflow.services.rehearsing import Cast, Page

T = TypeVar("T")
MOST = 200_000
SHARE = 500  # loans of one file
AT_ONCE = 50  # matters of one transaction
_COUNSELS = ("方经办", "杜经办", "程经办", "陆经办", "沈经办", "许经办", "江经办", "梁经办")
_STAFF = (
    ("reviewer", "袁复核", Role.REVIEWER),
    ("seal", "印管理", Role.SEAL_KEEPER),
    ("finance", "钱财务", Role.FINANCE),
    ("checker", "核财务", Role.FINANCE_CHECKER),
    ("approver", "权审批", Role.APPROVER),
    ("auditor", "审计员", Role.AUDITOR),
    ("admin", "管理员", Role.ADMIN),
)
_FIRMS = ("丙", "丁", "戊", "己")
_SAID = (
    "批量示例数据的样本页（样本），代替每件案件的起诉状、证据材料和执行申请书，无法律效力。"
    "正式文书由“文书”页按案件事实生成。"
)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far it has come: `done` of `whole` matters (or claims, once `claims` is True), and seconds since it began."""

    done: int
    whole: int
    seconds: float
    claims: bool = False

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds that the rest will take at this rate."""
        return (self.whole - self.done) / self.rate if self.rate else 0.0


Tell = Callable[[Progress], None]


def refuse_number(count: int) -> None:
    """Refuse a number of matters that cannot be made."""
    if not 1 <= count <= MOST:
        raise Invalid(
            Problem(
                "demo.matters",
                f"案件数须在 1 与 {MOST} 之间",
                f"the number of matters is between 1 and {MOST}",
                "--matters",
                str(count),
            )
        )


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An installation with its accounts, firms and sample page; `logins` are shown once and kept nowhere."""

    logins: tuple[sampling.SampleLogin, ...]
    cast: Cast
    page: Page


def begin(office: Office) -> Begun:
    """Make the accounts and firms of an empty installation; a `Conflict` where there is an account already."""
    operating.refuse_used(office)
    logins, cast = _people(office)
    return Begun(logins=logins, cast=cast, page=_page(office))


def fill(office: Office, begun: Begun, count: int, tell: Tell) -> None:
    """Import `count` loans and live their matters through, in the order in which they were handed over.

    The same number on the same day gives the same loans, parties, amounts, days and stages.
    """
    refuse_number(count)
    began, done, cast, on = time.monotonic(), 0, begun.cast, today(office)
    # In the order of the hand-over, so that the matters' own numbers follow their days; two figures each, not the rows.
    days = sorted((inventing.invent(number, on).opened_on, number) for number in range(count))
    for share in _shares([number for _, number in days], SHARE):
        invented = [inventing.invent(number, on) for number in share]
        _import(office, cast.counsels[0], "loans", share[0], [each.row for each in invented])
        paid = [payment for each in invented for payment in each.payments]
        if paid:
            _import(office, cast.counsels[0], "payments", share[0], paid)
        for some in _shares(invented, AT_ONCE):
            _live(office, cast, begun.page, some)
            done += len(some)
            tell(Progress(done=done, whole=count, seconds=time.monotonic() - began))


def _live(office: Office, cast: Cast, page: Page, invented: Sequence[Invented]) -> None:
    """Live the matters of some loans through, and write them down in one transaction."""
    with office.database.writing() as session:
        loans = _loans(session, office, invented)
        lived = []
        for each in invented:
            row, loan = loans[each.contract_number]
            number = _next_number(session, each.opened_on.year, [other.row.number for other in lived])
            lived.append(rehearsing.rehearse(office, cast, page, each, row, loan, number))
        writing_down.write_down(session, office, lived)


def _next_number(session: Session, year: int, given: Sequence[str]) -> str:
    """The next number of a year, after those that are kept and those just given."""
    start = f"{year}-"
    last = max((number for number in given if number.startswith(start)), default="")
    if last:
        return f"{start}{int(last.removeprefix(start)) + 1:06d}"
    return repositories.next_number(session, MatterRow.number, start, 6)


def fill_claims(office: Office, count: int, tell: Tell) -> None:
    """Work out every open loan's claim of the day, as the workers do each night."""
    began, done = time.monotonic(), 0
    recomputing.plan(office, today(office).isoformat(), _nothing_more)
    with office.database.reading() as session:
        shares = [row.id for row in portfolio.chunks(session) if row.done_at is None]
    for place, share in enumerate(shares, start=1):
        recomputing.run(office, share, _work_done(recomputing.SHARE, share))
        done = count * place // len(shares)
        tell(Progress(done=done, whole=count, seconds=time.monotonic() - began, claims=True))


def _people(office: Office) -> tuple[tuple[sampling.SampleLogin, ...], Cast]:
    for lender, agents in sampling.LENDERS:
        lending.add_lender(office, SYSTEM, lender, agents)
    firms = [*sampling.FIRMS, *(_firm(place, word) for place, word in enumerate(_FIRMS, start=3))]
    ids = [appointing.add(office, SYSTEM, firm) for firm in firms]
    logins = [_login(office, f"counsel{place or ''}", name, Role.COUNSEL) for place, name in enumerate(_COUNSELS)]
    logins += [_login(office, *each) for each in _STAFF]
    logins += [
        _login(office, f"lawyer{place or ''}", firm.lawyers[0].name if firm.lawyers else f"{firm.code}律师",
               Role.FIRM_LAWYER, firm.name, firm_id)
        for place, (firm, firm_id) in enumerate(zip(firms, ids, strict=True))
    ]  # fmt: skip
    with office.database.reading() as session:
        actors = {row.login: units.actor_of(session, row) for row in session.exec(select(AccountRow))}
    cast = Cast(
        counsels=[actors[each.login] for each in logins[: len(_COUNSELS)]],
        reviewer=actors["reviewer"],
        seal_keeper=actors["seal"],
        finance=actors["finance"],
        firms=ids,
    )
    return tuple(logins), cast


def _firm(place: int, word: str) -> Firm:
    return Firm(
        name=f"示例{word}律师事务所",
        address=f"示例省示例市律政路{place}号",
        phone=f"0990-9{place}00001",
        email=f"firm{place}@example.com",
        code=f"示{word}",
    )


def _login(
    office: Office, login: str, name: str, role: Role, firm: str = "", firm_id: str | None = None
) -> sampling.SampleLogin:
    made = employing.create(office, SYSTEM, login, name, role, firm_id=firm_id)
    return sampling.SampleLogin(login, made.password, name, ROLE_NAMES[role], firm)


def _page(office: Office) -> Page:
    """The sample page, made and kept once."""
    document = Document(
        title="样本页", blocks=(Title("样 本 页"), Paragraph((Text(_SAID),))), dated=today(office).isoformat()
    )
    printed = pdf.write(document)
    put = office.store.put
    return Page(
        facts=put(json.dumps({"样本": _SAID}, ensure_ascii=False).encode()),
        docx=put(docx.write(document)),
        pdf=put(printed),
        manifest=put(json.dumps({"样本": _SAID, "说明": "批量示例"}, ensure_ascii=False).encode()),
        size=len(printed),
    )


def _import(office: Office, actor: Actor, kind: str, first: int, rows: Sequence[Mapping[str, str]]) -> None:
    """Import rows as a file, and hold that none was refused."""
    batch = importing.receive(office, actor, kind, f"{kind}-{first:06d}.csv", inventing.file(rows))
    importing.run(office, batch, _work_done(importing.TASK, batch))
    with office.database.reading() as session:
        row = repositories.found(session.get(BatchRow, batch), "batch")
        if row.refused:
            told = office.store.read(row.report or "").decode("utf-8-sig", "replace")
            raise AssertionError(f"{row.refused} of the invented {kind} were refused: {told[:500]}")


def _loans(session: Session, office: Office, invented: Iterable[Invented]) -> dict[str, tuple[LoanRow, Loan]]:
    """The loans that were imported, by their numbers, with the payments of each."""
    numbers = [each.contract_number for each in invented]
    rows = session.exec(select(LoanRow).where(col(LoanRow.contract_number).in_(numbers))).all()
    paid: dict[str, list[PaymentRow]] = {row.id: [] for row in rows}
    for payment in session.exec(select(PaymentRow).where(col(PaymentRow.loan_id).in_(list(paid)))):
        paid[payment.loan_id].append(payment)
    return {row.contract_number: (row, mapping.loan_of(row, paid[row.id], office.keys)) for row in rows}


def _shares(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _work_done(task: str, subject: str) -> Callable[[Session], None]:
    """What ends a piece of work that was done here and not by a worker: it waits no longer."""
    return lambda session: outbox.withdraw(session, task, subject)


def _nothing_more(_session: Session) -> None:
    """Nothing asked for the plan."""
