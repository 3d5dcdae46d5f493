"""A document of a matter: asked for, made, approved, sealed, delivered; never anything missing, never a byte changed.

What only a person knows is asked; the rest is gathered from loan, claim, judgment, evidence and law. The facts are
frozen at the request and everything that lacks is named before anything is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import Actor, Right
from legalflow.claims import claim
from legalflow.claims.claim import Claim
from legalflow.config import Settings
from legalflow.documents import checking, compose
from legalflow.errors import Conflict, Invalid, Missing, NotFound, NotNow, Problem
from legalflow.evidence.bundle import Plan
from legalflow.forms import Field, Form
from legalflow.law import write_offs
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.loans import lender as lenders
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Agent, Firm, Party, PartyRole
from legalflow.matters import fields
from legalflow.matters.events import (
    DEMAND_MODES,
    DocumentApproved,
    DocumentFailed,
    DocumentRendered,
    DocumentRequested,
    DocumentReturned,
    DocumentSealed,
    DocumentServed,
    DocumentSubmitted,
)
from legalflow.matters.matter import Matter
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, DocumentRow, FirmRow, MatterRow
from legalflow.rendering import docx, pdf
from legalflow.rendering import seal as imprint
from legalflow.services import (
    allowing,
    bundling,
    downloads,
    enforcing,
    gathering,
    known,
    lending,
    outdated,
    restricting,
    sealing,
    tracking,
    wording,
)
from legalflow.services.allowing import may_see as may_see
from legalflow.services.downloads import Download
from legalflow.services.known import Case
from legalflow.values import codec, typed
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money

LETTER = allowing.LETTER
WRITE_OFF = "write_off_application"
KINDS = forms.kinds()
_ASKED_DIRECTLY = frozenset(
    {"text", "longtext", "date", "money", "rate", "int", "yes_no", "one_of", "many_of", "case_no"}
)
_PAID_ON = {"enforcement_application": lenders.ENFORCEMENT}  # which account of the lender a kind prints
_OPEN = frozenset({"requested", "failed", "ready", "returned", "approved"})
_UNMADE = frozenset({"requested", "failed"})  # a failed one that is asked for again is made like a new one
Finish = Callable[[Session], None]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing a person is asked for a document. `kind` is a field type of `forms.TYPES` or `choice`."""

    id: str
    zh: str
    en: str
    kind: str
    required: bool
    options: tuple[str, ...] = ()
    default: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a document would be made from: its facts as canonical JSON, to whom it goes, and the claim it states."""

    kind: str
    facts: bytes
    about: str
    addressee: Party
    total: Money | None

    @property
    def digest(self) -> str:
        """What names the facts."""
        return codec.digest(self.facts)


@dataclass(frozen=True, kw_only=True)
class _Sources:
    """All that a document's facts are gathered from."""

    loan: Loan
    matter: Matter
    lender: Party
    agents: tuple[Agent, ...]
    firm: Firm | None
    plan: Plan | None
    as_of: date
    letterhead: lenders.Letterhead
    finding: Finding[Claim] | None = field(default=None)


def warm(settings: Settings) -> None:
    """Make ready in this process what every document needs, so that no forked job has to: forms, words, both files."""
    compose.warm()
    docx.warm()
    pdf.warm(settings)


def questions(office: Office, actor: Actor, matter_id: str, kind: str) -> list[Question]:
    """What a person is asked for a kind of document, each with what is proposed."""
    actor.require(Right.DRAFT)
    form = _form(actor, kind)
    sources = _sources(office, actor, matter_id, kind, {})
    asked = list(_leading(sources, kind))
    gathered = _gathered(office, actor, sources, kind, {}, sources.loan.borrower)
    proposed = {**gathered, **_proposed(office, actor, sources, kind)}
    answers = {each.id for each in form.fields if each.source == "user"}
    for each in form.fields:
        # Always, or where another one lacks, or where what is known already makes it due.
        due = each.when == "always" or bool(each.when and forms.holds(each.when, gathered))
        needed = due or each.when.endswith("=none")
        wanted = each.source == "user" or (needed and not forms.given(gathered.get(each.id)))
        if wanted and (each.type in _ASKED_DIRECTLY or each.columns) and each.id != "cites":
            answered = each.when.partition("=")[0] in answers  # its condition may be changed on the same page
            asked.append(_question(each, proposed, due and not answered))
    if kind.startswith("civil_complaint"):
        asked.append(_COSTS)
    return asked


def request_document(office: Office, actor: Actor, matter_id: str, kind: str, texts: Mapping[str, str]) -> str:
    """Ask for a document; its id. Everything missing or contradicting is said at once, and then nothing is made.

    The same facts again are the same document. An earlier draft of the kind to the same addressee is void from now on.
    """
    actor.require(Right.DRAFT)
    form = _form(actor, kind)
    answers, as_of, addressee_name = _answers(form, texts)
    sources = _sources(office, actor, matter_id, kind, {"as_of": as_of})
    addressee = _addressee(sources.loan, addressee_name, kind)
    facts = _gathered(office, actor, sources, kind, answers, addressee)
    checking.require(form, codec.plain(facts))
    wording.refuse(office, kind, facts)
    digest = office.store.put(codec.encode(facts))
    about = addressee.name if form.addressed else ""
    with office.database.writing() as session:
        matter = repositories.matter(session, actor, matter_id)
        twin = twin_of(session, matter_id, kind, digest)
        if twin is not None:
            return _same_again(session, office, actor, twin)
        return _ask(session, office, actor, matter, kind, about, digest).id


def twin_of(session: Session, matter_id: str, kind: str, facts_digest: str) -> DocumentRow | None:
    """The matter's document of a kind from exactly these facts, or None."""
    same = (row for row in repositories.documents(session, matter_id) if row.kind == kind)
    return next((row for row in same if row.facts_digest == facts_digest), None)


def _ask(
    session: Session,
    office: Office,
    actor: Actor,
    matter: MatterRow,
    kind: str,
    about: str,
    digest: str,
    *,
    due_later: bool = False,
) -> DocumentRow:
    """The new version of a document in the caller's transaction; the open draft to the same addressee is void."""
    form = Form.load(kind)
    same = [row for row in repositories.documents(session, matter.id) if row.kind == kind]
    before = next((row for row in same if row.state in _OPEN and row.addressee == about), None)
    row = DocumentRow(
        id=repositories.new_id(),
        matter_id=matter.id,
        kind=kind,
        version=max((each.version for each in same), default=0) + 1,
        title=form.title + form.subtitle,
        addressee=about,
        state="requested",
        facts_digest=digest,
        requested_by=actor.id,
        created_at=office.now(),
        changed_at=office.now(),
    )
    session.add(row)
    session.flush()
    event = DocumentRequested(
        at=office.now(),
        on=today(office),
        actor=actor.id,
        document=row.id,
        kind=kind,
        version=row.version,
        facts=digest,
        replaces=before.id if before else "",
    )
    tracking.admit_event(session, office, actor, matter, event, due_later=due_later)
    return row


def _same_again(session: Session, office: Office, actor: Actor, twin: DocumentRow) -> str:
    """The document of the same facts: as it is, tried once more where it failed, refused where a person let it go."""
    if twin.state in {"returned", "void"}:
        raise NotNow.one(
            "document.same_facts",
            "与此前退回或作废的版本内容完全相同",
            "the facts are those of a version that was returned or is void",
            mend="更正后再生成",
            mend_en="change what was wrong first",
        )
    twin.created_at = office.now()  # asked for on the facts as they are now: no earlier change makes it stale
    session.add(twin)
    if twin.state == "failed":
        twin.state, twin.reason, twin.changed_at = "requested", "", office.now()
        session.add(twin)
        task, queue, _ = tracking.REACTIONS["DocumentRequested"]
        outbox.ask(session, task, twin.id, queue, office.now())
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="document.again",
            subject=twin.matter_id,
            document=twin.id,
            digest=twin.facts_digest,
        )
    return twin.id


def common_questions(office: Office, actor: Actor, kind: str) -> list[Question]:
    """What is asked once for documents of one kind for many matters; left open, each matter's own facts say it."""
    actor.require(Right.DRAFT)
    form, proposed = _form(actor, kind), _days(today(office), kind)
    asked = []
    if Form.load(kind).states:
        asked.append(_cut_off(kind, today(office)))
    asked += [
        replace(_question(each, proposed, False), required=False)
        for each in form.fields
        if each.source == "user" and each.type in _ASKED_DIRECTLY and not each.columns and each.id != "cites"
    ]
    return asked


def refuse_answers(actor: Actor, kind: str, texts: Mapping[str, str]) -> None:
    """Raise `Invalid` with all that cannot be read among answers to a kind's questions."""
    _answers(_form(actor, kind), texts)


def prepare(
    office: Office, actor: Actor, matter_id: str, kind: str, texts: Mapping[str, str], number: str = ""
) -> Prepared:
    """All that a document to the borrower would be made from; what is missing or contradicts is said, nothing is made.

    `texts` are answers asked once for many, before what the matter itself says; `number` ends a letter's own number.
    """
    actor.require(Right.DRAFT)
    form = _form(actor, kind)
    answers, as_of, _ = _answers(form, texts)
    sources = _sources(office, actor, matter_id, kind, {"as_of": as_of})
    proposed = _proposed(office, actor, sources, kind, number)
    facts = _gathered(office, actor, sources, kind, {**proposed, **answers}, sources.loan.borrower)
    checking.require(form, codec.plain(facts))
    wording.refuse(office, kind, facts)
    return Prepared(
        kind=kind,
        facts=codec.encode(facts),
        about=sources.loan.borrower.name if form.addressed else "",
        addressee=sources.loan.borrower,
        total=sources.finding.value.total if sources.finding else None,
    )


def record_made(
    session: Session, office: Office, actor: Actor, matter_id: str, prepared: Prepared, files: tuple[str, str]
) -> str:
    """Record a document asked for and made (`files`: DOCX and PDF by digest) in the caller's transaction; its id."""
    matter = repositories.matter(session, actor, matter_id)
    row = _ask(session, office, actor, matter, prepared.kind, prepared.about, prepared.digest, due_later=True)
    task, _, _ = tracking.REACTIONS["DocumentRequested"]
    outbox.withdraw(session, task, row.id)
    _rendered(session, office, actor, matter, row, files)
    return row.id


def _rendered(
    session: Session, office: Office, actor: Actor, matter: MatterRow, row: DocumentRow, files: tuple[str, str]
) -> None:
    row.docx, row.pdf = files
    session.add(row)
    event = DocumentRendered(
        at=office.now(), on=today(office), actor=row.requested_by, document=row.id, docx=files[0], pdf=files[1]
    )
    tracking.admit_event(session, office, actor, matter, event)


def render(office: Office, document_id: str, finish: Finish) -> None:
    """Make a document that was asked for (a task), from its frozen facts, as DOCX and PDF."""
    with office.database.reading() as session:
        row = repositories.found(session.get(DocumentRow, document_id), "document")
    made: tuple[str, str] | None = None
    if row.state in _UNMADE:
        document = compose.compose(row.kind, json.loads(office.store.read(row.facts_digest)))
        made = office.store.put(docx.write(document)), office.store.put(pdf.write(document))
    with office.database.writing() as session:
        kept = repositories.found(session.get(DocumentRow, document_id), "document")
        if kept.state in _UNMADE and made is not None:
            _rendered(session, office, _requester(session, kept), _matter(session, kept), kept, made)
        finish(session)


def fail(office: Office, document_id: str, reason: str, finish: Finish) -> None:
    """Record that a document could not be made, and why."""
    with office.database.writing() as session:
        row = repositories.found(session.get(DocumentRow, document_id), "document")
        if row.state == "requested":
            event = DocumentFailed(
                at=office.now(), on=today(office), actor=row.requested_by, reason=reason[:500], document=row.id
            )
            tracking.admit_event(session, office, _requester(session, row), _matter(session, row), event)
        finish(session)


def approve(office: Office, actor: Actor, document_id: str, digest: str, comment: str = "") -> None:
    """Approve exactly the PDF of that digest, whole as it is kept; never by who asked for it.

    A lawyer's letter by the firm's own lawyer, an amount above the house's limit by the approver.
    """
    tracking.require_any(actor, allowing.RIGHTS)
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        allowing.require(office, actor, row)
        allowing.require_whole(office, row)
        _refuse_restricted(session, office, row, matter)
        _refuse_words(office, row)
        outdated.refuse(session, row)
        event = DocumentApproved(
            at=office.now(),
            on=today(office),
            actor=actor.id,
            reason=typed.plain_lines(comment),
            document=row.id,
            docx=row.docx or "",
            pdf=digest,
        )
        tracking.admit_event(session, office, actor, matter, event)
        row.approved_by = actor.id
        session.add(row)


def send_back(office: Office, actor: Actor, document_id: str, reason: str) -> None:
    """Send a draft back, saying what to mend."""
    tracking.require_any(actor, allowing.RIGHTS)
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明退回的原因", "say what is to be mended", "reason"))
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        allowing.require(office, actor, row)
        event = DocumentReturned(
            at=office.now(), on=today(office), actor=actor.id, reason=typed.plain_lines(reason), document=row.id
        )
        tracking.admit_event(session, office, actor, matter, event)


def seal(office: Office, actor: Actor, document_id: str, approved: str = "") -> None:
    """Seal an approved document and enter it into the register; the sealed file is derived from the approved bytes.

    `approved` is the digest the keeper saw; where it is given and is no longer the document's, nothing is sealed.
    """
    actor.require(Right.SEAL)
    with office.database.reading() as session:
        row, matter = _seen(session, actor, document_id)
        _refuse_restricted(session, office, row, matter)
    if not row.pdf or row.state not in {"approved", "sealed"}:
        raise NotNow.one("document.not_approved", "文书尚未批准，不能用印", "the document is not approved yet")
    if approved and approved != row.pdf:
        raise Conflict.one(
            "document.digest",
            "内容与您所见的版本不一致，请刷新后重新核对",
            "this is not the version you saw; look at it again",
        )
    number = f"{matter.number}-{row.id}"
    picture = sealing.picture(office, row, matter)
    content = imprint.sealed(office.store.read(row.pdf), row.pdf, number, today(office), picture)
    digest = office.store.put(content)
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        outdated.refuse(session, row)
        event = DocumentSealed(
            at=office.now(),
            on=today(office),
            actor=actor.id,
            document=row.id,
            approved=row.pdf or "",
            sealed=digest,
            picture=picture.digest if picture else "",
        )
        tracking.admit_event(session, office, actor, matter, event)
        row.sealed, row.sealed_by = digest, actor.id
        session.add(row)
        sealing.enter(session, office, actor, row, number, imprint.pages(content))


def deliver(office: Office, actor: Actor, document_id: str, how: str, texts: Mapping[str, str]) -> None:
    """Record that a sealed document was sent to a party (`served`) or handed in to a body (`submitted`)."""
    actor.require(Right.RECORD)
    kinds = {"served": DocumentServed, "submitted": DocumentSubmitted}
    if how not in kinds:
        raise Invalid(Problem("delivery.how", "只能登记发出或提交", "served or submitted", "how", how[:20]))
    stated = {"on": today(office).isoformat(), **{name: text for name, text in texts.items() if text.strip()}}
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        event = fields.read(
            kinds[how], {**stated, "document": row.id}, at=office.now(), actor=actor.id, latest=today(office)
        )
        tracking.admit_event(session, office, actor, matter, event)


def open_file(office: Office, actor: Actor, document_id: str, format: str) -> Download:
    """A document's file (`docx`, `pdf` or `sealed`); recorded."""
    tracking.require_any(actor, (Right.DOWNLOAD, Right.APPROVE_LARGE))
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        _refuse_restricted(session, office, row, matter)
        digest = getattr(row, format) if format in {"docx", "pdf", "sealed"} else None
        ending = "docx" if format == "docx" else "pdf"
        words = "-用印件" if format == "sealed" else ""
        about = f"-{row.addressee}" if row.addressee else ""
        download = downloads.of(office, digest, f"{matter.number}-{row.title}{about}-{row.version}{words}.{ending}")
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action=f"download.document.{format}",
            subject=matter.id,
            document=row.id,
            digest=download.digest,
        )
    return download


# --- what is asked and gathered --------------------------------------------------------------------------------------

_COSTS = Question(
    id="costs",
    zh="主张的实现债权费用（每行一项：名称|金额）",
    en="costs claimed, one a line: what|amount",
    kind="longtext",
    required=False,
    note="须已实际发生并有凭证，例如 律师费|5000.00",
)


def _form(actor: Actor, kind: str) -> Form:
    if kind not in KINDS or not may_see(actor, kind):
        raise NotFound.one("document.kind", "没有这种文书", "there is no such kind of document", found=kind[:40])
    return Form.load(kind)


# A day of payment counts for the doubled part (法释〔2014〕8号 第三条) and bears no general interest (算头不算尾).
_CUT_OFF_BY_JUDGMENT = "计算截止日（加倍部分计至当日，一般债务利息计至前一日）"


def _leading(sources: _Sources, kind: str) -> list[Question]:
    """What is asked before the form's own fields: the cut-off day, and for a letter the addressee."""
    asked = []
    if Form.load(kind).states:
        asked.append(_cut_off(kind, sources.as_of))
    if Form.load(kind).addressed:
        names = tuple(party.name for party in sources.loan.parties if party.role is not PartyRole.LENDER)
        asked.append(
            Question(
                id="addressee",
                zh="收函人",
                en="addressee",
                kind="choice",
                required=True,
                options=names,
                default=names[0],
            )
        )
    return asked


def _cut_off(kind: str, as_of: date) -> Question:
    return Question(
        id="as_of",
        zh=_CUT_OFF_BY_JUDGMENT if Form.load(kind).states == "judgment" else "计算截止日（含当日）",
        en="cut-off day",
        kind="date",
        required=True,
        default=as_of.isoformat(),
    )


def _question(each: Field, proposed: Mapping[str, Any], due: bool) -> Question:
    note = each.note
    kind = each.type
    if each.columns:
        kind = "longtext"
        columns = "|".join(column.zh for column in each.columns)
        note = f"每行一条：{columns}" + (f"；{note}" if note else "")
    return Question(
        id=each.id,
        zh=each.zh,
        en=each.en,
        kind=kind,
        required=due,
        options=each.options,
        default=_shown(proposed.get(each.id)),
        note=note,
    )


def _shown(value: Any) -> str:
    """A proposed value as a form shows it."""
    plain = codec.plain(value)
    if isinstance(plain, bool):
        return "是" if plain else "否"
    if isinstance(plain, list):
        return "\n".join("|".join(map(str, row.values())) if isinstance(row, dict) else str(row) for row in plain)
    return "" if plain is None else str(plain)


def _sources(office: Office, actor: Actor, matter_id: str, kind: str, more: Mapping[str, Any]) -> _Sources:
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        restricting.refuse(session, office, row.loan_id, in_court=kind in restricting.IN_COURT)
        matter = tracking.current(session, row)
        loan = repositories.whole_loan(session, repositories.loan(session, actor, row.loan_id), office.keys)
        lender, agents = lending.lender_of(session, office.keys, loan.lender, _PAID_ON.get(kind, lenders.REPAYMENT))
        letterhead = lending.letterhead_of(session, loan.lender)
        firm_row = session.get(FirmRow, row.firm_id) if row.firm_id else None
        bundle = repositories.latest_bundle(session, matter_id)
    request = matter.write_off.request if kind == WRITE_OFF else None  # its amounts are those of a day
    as_of = more.get("as_of") or (request.as_of if request else today(office))
    return _Sources(
        loan=loan,
        matter=matter,
        lender=lender,
        agents=agents,
        firm=mapping.unsealed(Firm, firm_row.facts, office.keys) if firm_row else None,
        plan=bundling.plan_of(bundle) if bundle else None,
        as_of=as_of,
        finding=claim.state_claim(loan, as_of, office.law) if Form.load(kind).states == "claim" else None,
        letterhead=letterhead,
    )


def _gathered(
    office: Office, actor: Actor, sources: _Sources, kind: str, answers: Mapping[str, Any], addressee: Party
) -> dict[str, Any]:
    """The facts of a document from all there is, a person's answers before the rest."""
    loan, lender, law = sources.loan, sources.lender, office.law
    match kind:
        case "lawyer_letter":
            assert sources.finding is not None
            return gathering.letter_facts(loan, sources.finding, lender, _firm(sources), addressee, answers, law)
        case "civil_complaint_financial_loan":
            assert sources.finding is not None
            return gathering.complaint_facts(loan, sources.finding, lender, sources.agents, answers, law, sources.plan)
        case "civil_complaint":
            assert sources.finding is not None
            return gathering.narrative_complaint_facts(
                loan, sources.finding, lender, sources.agents, answers, law, sources.plan
            )
        case "evidence_list":
            return gathering.evidence_list_facts(_plan(sources), loan, lender, answers)
        case "debt_statement":
            assert sources.finding is not None
            return gathering.debt_statement_facts(loan, sources.finding, answers)
        case "interest_calculation":
            assert sources.finding is not None
            return gathering.interest_calculation_facts(loan, sources.finding, answers)
        case "delay_interest_calculation":
            given = enforcing.judgment_of(sources.matter)
            owed = enforcing.owed(sources.matter, law, sources.as_of, loan)
            delay = Finding(owed.value.delay, owed.steps, owed.warnings, owed.provisional)
            last_day = owed.value.performance_last_day
            return gathering.delay_interest_facts(loan, given, delay, last_day, sources.as_of, answers)
        case "enforcement_application":
            judgment, amounts = enforcing.facts(sources.matter, law, sources.as_of, loan)
            return gathering.enforcement_facts(loan, lender, judgment, amounts, sources.agents, answers)
        case "write_off_application":
            assert sources.finding is not None
            return gathering.write_off_facts(loan, sources.finding, answers, law)
        case _:
            return known.facts(Form.load(kind), _case(office, actor, sources, kind, addressee), answers)


def _case(office: Office, actor: Actor, sources: _Sources, kind: str, addressee: Party) -> Case:
    """What a kind of document without code of its own is made from."""
    judged = Form.load(kind).states == "judgment"
    judgment, left = (
        enforcing.facts(sources.matter, office.law, sources.as_of, sources.loan) if judged else (None, None)
    )
    return Case(
        loan=sources.loan,
        matter=sources.matter,
        lender=sources.lender,
        law=office.law,
        on=today(office),
        number=sources.matter.number,
        handler=actor.name,
        agents=sources.agents,
        firm=sources.firm,
        addressee=addressee,
        plan=sources.plan,
        owed=sources.finding,
        judgment=judgment,
        left=left,
        letterhead=sources.letterhead,
    )


def _firm(sources: _Sources) -> Firm:
    if sources.firm is None:
        raise NotNow.one(
            "letter.no_firm",
            "律师函由律师事务所出具，本案尚未委派律所",
            "a lawyer's letter is the firm's; the matter has no firm yet",
            mend="先委派律所",
            mend_en="assign a firm first",
        )
    return sources.firm


def _plan(sources: _Sources) -> Plan:
    if sources.plan is None:
        raise NotNow.one(
            "list.no_bundle",
            "证据目录的页码来自装订方案，请先装订证据材料",
            "the list's pages come from the bundle's plan; make the bundle first",
        )
    return sources.plan


def _days(on: date, kind: str) -> dict[str, Any]:
    """The days proposed for a document made on a day."""
    proposed: dict[str, Any] = dict.fromkeys(("doc_date", "submit_date", "letter_date", "apply_date"), on)
    if Form.load(kind).addressed:
        later = date.fromordinal(on.toordinal() + 10)
        proposed |= {"deadline": later, "expected_delivery": date.fromordinal(on.toordinal() + 5)}
    return proposed


def _proposed(office: Office, actor: Actor, sources: _Sources, kind: str, number: str = "") -> dict[str, Any]:
    """What is proposed for fields that nothing in the matter says; `number` ends the letter's where it is given."""
    on = today(office)
    proposed = _days(on, kind)
    if kind == LETTER:
        proposed["letter_no"] = _letter_number(office, _firm(sources), on, number)
    if kind == WRITE_OFF:
        proposed |= _written_off(sources, office.law)
        proposed |= {"apply_no": f"核-{sources.matter.number}", "handler": actor.name}
    if kind == "enforcement_application":
        words = enforcing.shares_in_words(sources.matter, office.law, sources.as_of, sources.loan)
        proposed |= {"request_free": words} if words else {}
    return proposed


def _without_security(loan: Loan) -> dict[str, str]:
    """What there is to say of recourse where there is nobody and nothing to go against."""
    said = {}
    if not loan.guarantees:
        said["guarantor_recourse"] = "本笔债权无保证人"
    if not loan.collateral:
        said["collateral_disposal"] = "本笔债权无抵质押物"
    return said


def _asked_off(sources: _Sources, law: Law) -> dict[str, Any]:
    """The amounts of the application for write-off that stands, so that the form and what is approved are the same."""
    request = sources.matter.write_off.request
    if request is None:
        return {}
    named = {each.id: f"{each.annex} {each.zh}" for each in write_offs.criteria(law, request.as_of)}
    return {
        "criterion": named.get(request.criterion, request.criterion),
        "on_book_interest": request.outstanding.on_balance_interest,
        "off_book_interest": request.outstanding.off_balance_interest,
        "interest_on_and_off": request.outstanding.interest,
        "other_fees": request.outstanding.fees or None,
        "apply_principal": request.asked.principal,
        "apply_interest": request.asked.interest,
        "apply_total": request.asked.principal + request.asked.interest,
    }


def _written_off(sources: _Sources, law: Law) -> dict[str, Any]:
    """What the matter's own history says of remedies, suit and demands."""
    matter = sources.matter
    numbers = "；".join(f"{name}{number}" for name, number in matter.case_numbers)
    stay = matter.stay
    modes = {option.value: option.zh for option in DEMAND_MODES}
    demands = [
        {"on": each.on, "channel": modes[each.mode], "person": each.party, "result": "已送达"}
        for each in matter.demands
    ]
    proposed: dict[str, Any] = {"litigation": numbers, **_without_security(sources.loan), **_asked_off(sources, law)}
    if demands:
        proposed["dunning"] = demands
    if stay is not None:
        court = matter.enforcement.court if matter.enforcement else ""
        proposed["external"] = [{"name": "终结本次执行程序裁定书", "number": stay.number, "body": court, "on": stay.on}]
        proposed["litigation"] = f"{numbers}；{in_chinese(stay.on)}裁定终结本次执行程序，未清偿{stay.unpaid}元"
    return proposed


def _letter_number(office: Office, firm: Firm, on: date, number: str = "") -> str:
    """The number given, or the next of the firm's letters in the year: 〔2026〕某律函字第0001号."""
    if number:
        return f"〔{on.year}〕{firm.code}律函字第{number}号"
    with office.database.reading() as session:
        query = (
            select(sa.func.count())
            .select_from(DocumentRow)
            .join(MatterRow, col(MatterRow.id) == col(DocumentRow.matter_id))
            .join(FirmRow, col(FirmRow.id) == col(MatterRow.firm_id))
            .where(DocumentRow.kind == LETTER, FirmRow.name == firm.name)
        )
        count = int(session.exec(query).one())
    return f"〔{on.year}〕{firm.code}律函字第{count + 1:04d}号"


def _addressee(loan: Loan, name: str, kind: str) -> Party:
    if not Form.load(kind).addressed:
        return loan.borrower
    found = next((party for party in loan.parties if party.name == name and party.role is not PartyRole.LENDER), None)
    if found is None:
        raise Missing(Problem("letter.addressee", "请选择收函人", "choose the addressee", "addressee", name[:40]))
    return found


def _answers(form: Form, texts: Mapping[str, str]) -> tuple[dict[str, Any], date | None, str]:
    """A page's texts as answers by field, with the cut-off day and the addressee; all that is wrong is said at once."""
    fields_by_id = {each.id: each for each in form.fields}
    answers: dict[str, Any] = {}
    problems: list[Problem] = []
    as_of: date | None = None
    for name, text in texts.items():
        if not text.strip() or name == "addressee":
            continue
        try:
            if name == "as_of":
                as_of = typed.day(text)
            elif name == "costs" and name not in fields_by_id:
                answers["costs"] = _rows(text, {"what": "text", "amount": "money"})
            elif name in fields_by_id:
                answers[name] = _answer(fields_by_id[name], text)
            else:
                problems.append(Problem("field.unknown", "没有这一项", "there is no such field", name, text[:60]))
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(name, text))
    Invalid.raise_any(problems)
    return answers, as_of, texts.get("addressee", "").strip()


def _answer(each: Field, text: str) -> Any:
    if each.columns:
        return _rows(text, {column.id: column.type for column in each.columns})
    return _typed(each.type, text)


def _typed(kind: str, text: str) -> Any:
    """A text as a plain value of a field's type; raises `Unreadable`."""
    match kind:
        case "date":
            return typed.day(text)
        case "money":
            return str(typed.money(text))
        case "rate":
            return str(typed.rate(text))
        case "int":
            return typed.count(text)
        case "yes_no":
            return typed.yes_no(text)
        case "many_of":
            return [typed.plain_text(line) for line in text.splitlines() if line.strip()]
        case "longtext":
            return typed.plain_lines(text)
        case _:
            return typed.plain_text(text)


def _rows(text: str, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of a table typed as lines, cells with | between, by the columns' types; empty cells are left out."""
    found = []
    for line in text.splitlines():
        if line.strip():
            cells = [cell.strip() for cell in line.replace("｜", "|").split("|")]
            if len(cells) > len(columns):
                raise typed.Unreadable(
                    "cell.columns", f"每行最多 {len(columns)} 项，以 | 相隔", f"at most {len(columns)} cells a line"
                )
            pairs = zip(columns.items(), cells, strict=False)
            found.append({name: _typed(kind, cell) for (name, kind), cell in pairs if cell})
    return found


def _seen(session: Session, actor: Actor, document_id: str) -> tuple[DocumentRow, MatterRow]:
    row, matter = repositories.of_matter(session, actor, DocumentRow, document_id)
    if not may_see(actor, row.kind):
        raise NotFound.one(
            "document.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see"
        )
    return row, matter


def _refuse_restricted(session: Session, office: Office, row: DocumentRow, matter: MatterRow) -> None:
    """A document is not used further while the use of a person's data is restricted, but for those courts need."""
    restricting.refuse(session, office, matter.loan_id, in_court=row.kind in restricting.IN_COURT)


def _refuse_words(office: Office, row: DocumentRow) -> None:
    """A letter whose words the law of today prohibits is not approved, though they passed when it was drafted."""
    said = wording.of_document(office, row.kind, row.facts_digest)
    Invalid.raise_any(wording.problem(each) for each in said if each.phrase.prohibited)


def _requester(session: Session, row: DocumentRow) -> Actor:
    return units.actor_of(session, repositories.found(session.get(AccountRow, row.requested_by), "account"))


def _matter(session: Session, row: DocumentRow) -> MatterRow:
    return repositories.found(session.get(MatterRow, row.matter_id), "matter")
