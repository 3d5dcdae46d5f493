"""A sample matter carried to its stage by the use cases: each step by who takes it, on a day on which the clock stands.

A step of `sample/paths.yaml` is either an event, recorded from its texts as a person would type them, or one of the
words of `WORDS`. What a text has in braces is filled in on the day of the step: days counted from the first day,
parties, and the figures of the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session, select

from legalflow.access import Actor
from legalflow.claims import fees
from legalflow.claims.claim import Claim
from legalflow.intake import files
from legalflow.loans.loan import Loan
from legalflow.loans.parties import PartyRole
from legalflow.office import CHINA, Office, today
from legalflow.persistence import outbox, repositories, units
from legalflow.persistence.tables import AccountRow, DocumentRow, ExhibitRow, FirmRow, LoanRow, WriteOffRow
from legalflow.services import (
    bundling,
    claiming,
    drafting,
    importing,
    keeping,
    matching,
    portfolio,
    proposing,
    sealing,
    securing,
    tracking,
    writing_off,
)
from legalflow.services.portfolio import Days, Step
from legalflow.services.specimens import specimens

_CITED = frozenset({"contract", "drawdown", "default", "guarantee", "collateral"})  # facts of a complaint


def actor(office: Office, login: str) -> Actor:
    """The actor of a sample account."""
    with office.database.reading() as session:
        row = session.exec(select(AccountRow).where(AccountRow.login == login)).first()
        return units.actor_of(session, repositories.found(row, "account"))


def loan_id(office: Office, number: str) -> str:
    """The id of a sample loan by its contract number."""
    with office.database.reading() as session:
        return session.exec(select(LoanRow.id).where(LoanRow.contract_number == number)).one()


def at(office: Office, day: date, minute: int = 0) -> Office:
    """The office as of a morning, so many minutes after nine; today it is the office as it is."""
    if day >= today(office):
        return office
    instant = (datetime.combine(day, time(9), CHINA) + timedelta(minutes=minute)).astimezone(UTC)
    return replace(office, now=lambda: instant)


@dataclass
class Course:
    """A sample loan on its way: its ids, and what was made of it so far, by name."""

    number: str
    counsel: str
    days: Days
    loan: str = ""
    matter: str = ""
    made: dict[str, str] = field(default_factory=dict)


class Filled(Mapping[str, Any]):
    """What braces in a step's texts may name on its day."""

    def __init__(self, office: Office, course: Course, who: Actor) -> None:
        """Read on demand: few steps name a figure of the claim."""
        self.office, self.course, self.who = office, course, who
        self._claim: tuple[Loan, Claim] | None = None

    def __getitem__(self, name: str) -> Any:
        """A day (`-20d`), a paper made before (`bundle`), a party, or a figure of the claim on the step's day."""
        if name in self.course.made:
            return self.course.made[name]
        if name[:1] in "+-":
            return self.course.days[name]
        loan, claim = self._stated()
        named = [party.name for party in loan.parties if party.role is not PartyRole.LENDER]
        late = claim.penalty + claim.compound
        known = {
            "today": today(self.office),
            "borrower": loan.borrower.name,
            "guarantor": named[-1],
            "lender": loan.lender,
            "debtors": "\n".join(named),
            "parties": "\n".join([*named, loan.lender]),
            "principal": claim.principal,
            "interest": claim.interest_total,
            "in_term": claim.interest,
            "late": late,
            "total": claim.total,
            "rate": claim.penalty_rate or claim.contract_rate,
        }
        return known[name] if name != "fee" else self._fee(claim)

    def __iter__(self) -> Iterator[str]:
        """Nothing is listed."""
        return iter(())

    def __len__(self) -> int:
        """Nothing is listed."""
        return 0

    def _stated(self) -> tuple[Loan, Claim]:
        if self._claim is None:
            loan, finding = claiming.state_claim(self.office, self.who, self.course.loan, today(self.office))
            self._claim = loan, finding.value
        return self._claim

    def _fee(self, claim: Claim) -> str:
        return str(fees.acceptance(self.office.law, claim.total, today(self.office)).value.yuan)


def take(office: Office, course: Course, step: Step) -> None:
    """Take one step; `office` is as of its day."""
    who = actor(office, step.by or course.counsel)
    filled = Filled(office, course, who)
    texts = {name: str(text).format_map(filled) for name, text in step.texts.items()}
    own = WORDS.get(step.what)
    if own is not None:
        own(office, who, course, texts)
        return
    tracking.record(office, who, course.matter, step.what, {"on": step.on.isoformat(), **texts})


def come_in(office: Office, course: Course, firm: str, most: int | None) -> None:
    """Open the matter of a new loan, give it to a firm where one is named, and add its papers, or the first so many."""
    who = actor(office, course.counsel)
    _open(office, who, course, {})
    if firm:
        _assign(office, who, course, {"firm": firm})
    _add_papers(office, who, course, most)


def withdrawn(task: str, subject: str) -> Callable[[Session], None]:
    """What ends a piece of work done here: the outbox asks for it no more."""
    return lambda session: outbox.withdraw(session, task, subject)


def _add_papers(office: Office, who: Actor, course: Course, most: int | None, cited: bool = False) -> None:
    """Add the papers of a loan, or the first so many of them, or those that a complaint cites."""
    for paper in islice(specimens(office, who, course.loan), most):
        if cited and not _CITED.intersection(paper.facts):
            continue
        keeping.add_exhibit(
            office,
            who,
            course.matter,
            paper.file_name,
            paper.content,
            name=paper.name,
            group=paper.group,
            kind=paper.kind,
            source=paper.source,
            proves=paper.proves,
            form=paper.form,
            facts=paper.facts,
        )


# --- words ------------------------------------------------------------------------------------------------------------


def _open(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    course.loan = loan_id(office, course.number)
    course.matter = tracking.open_matter(office, who, course.loan)


def _assign(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    with office.database.reading() as session:
        firm = session.exec(select(FirmRow.id).where(FirmRow.name == texts["firm"])).one()
    tracking.assign(office, who, course.matter, firm)


def _evidence(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    _add_papers(office, who, course, int(texts["most"]))


def _cited(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    _add_papers(office, who, course, None, cited=True)


def _bundle(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    """Judge the evidence at hand and bind it, as the workers would have on that day."""
    with office.database.reading() as session:
        rows = session.exec(select(ExhibitRow).where(ExhibitRow.matter_id == course.matter))
        waiting = [row for row in rows if row.state == "received"]
    arriving = [files.Arriving(office.store.path(row.original), row.file_name) for row in waiting]
    for row, judged in zip(waiting, files.inspect_all(arriving, office.settings), strict=True):
        keeping.inspect(office, row.id, withdrawn(keeping.TASK, row.id), judged=judged)
    bundle = bundling.request_bundle(office, who, course.matter)
    bundling.bind(office, bundle, withdrawn("bind_bundle", bundle))
    course.made["bundle"] = bundle


def _document(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    """Make a document of `kind`, and bring it to the state `until`: ready, approved, applied (for the seal), sealed."""
    answers = dict(texts)
    kind, until = answers.pop("kind"), answers.pop("until", "sealed")
    asked = {each.id: each.default for each in drafting.questions(office, who, course.matter, kind)}
    known = {name: text for name, text in answers.items() if name in asked}
    document = drafting.request_document(office, who, course.matter, kind, {**asked, **known})
    drafting.render(office, document, withdrawn("render_document", document))
    course.made[kind] = document
    if until == "ready":
        return
    with office.database.reading() as session:
        row = repositories.found(session.get(DocumentRow, document), "document")
    drafting.approve(
        office, actor(office, "lawyer" if kind == drafting.LETTER else "reviewer"), document, row.pdf or ""
    )
    if until == "applied":
        sealing.apply(office, who, document, {"seal": "公章", "copies": "3", "across": "yes", "reason": "提交法院立案"})
    if until == "sealed":
        drafting.seal(office, actor(office, "seal"), document)


def _pay(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    importing.record_payment(office, who, course.loan, {"on": today(office).isoformat(), **texts})


def _collateral(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    course.made["asset"] = securing.add_collateral(office, who, course.matter, 0)


def _propose(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    told = {"on": today(office).isoformat(), **texts}
    proposing.propose(office, who, course.matter, told.pop("event"), told)


def _receipts(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    """A bank's file of one line, whose payer names the contract."""
    line = {"到账日期": today(office).isoformat(), **texts, "附言": f"{texts['附言']} {course.number}".strip()}
    matching.receive(office, who, portfolio.table([line]))


def _ask(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    course.made["write_off"] = writing_off.ask(office, who, course.matter, texts)


def _check(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    writing_off.check(office, who, course.made["write_off"], texts["opinion"])


def _approve(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    with office.database.reading() as session:
        row = repositories.found(session.get(WriteOffRow, course.made["write_off"]), "write-off")
    writing_off.approve(office, who, row.id, row.request_digest, texts["number"])


def _book(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    writing_off.book(office, who, course.made["write_off"], texts["voucher"], today(office).isoformat())


def _recover(office: Office, who: Actor, course: Course, texts: Mapping[str, str]) -> None:
    writing_off.recover(office, who, course.made["write_off"], texts)


WORDS: Mapping[str, Callable[[Office, Actor, Course, Mapping[str, str]], None]] = {
    "open": _open,
    "assign": _assign,
    "evidence": _evidence,
    "cited": _cited,
    "bundle": _bundle,
    "document": _document,
    "pay": _pay,
    "collateral": _collateral,
    "propose": _propose,
    "receipts": _receipts,
    "ask": _ask,
    "check": _check,
    "approve": _approve,
    "book": _book,
    "recover": _recover,
}
