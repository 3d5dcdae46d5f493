"""An invented matter lived through: every step recorded by who would record it, on the day it would have happened.

Every event passes the gate that all events pass, and the matter is the fold of its events; `writing_down` then enters
them in the journal, many matters at once. The papers that a step needs (complaint, bundle, application) are one sample
page for all matters, which says so: what each of them would say is made on demand from the matter's own facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from legalflow.access import Actor
from legalflow.claims import claim, fees
from legalflow.claims.claim import Claim
from legalflow.evidence import bundle as planning
from legalflow.evidence import checklist
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Payment
from legalflow.matters import deadlines, events
from legalflow.matters.events import MatterEvent
from legalflow.matters.matter import Matter, Recorded, admit, follow
from legalflow.matters.stages import RULES
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import BundleRow, DocumentRow, ExhibitRow, LoanRow, MatterRow, PaymentRow
from legalflow.services import entering, keeping, tracking
from legalflow.services.inventing import Invented
from legalflow.services.outlining import Step
from legalflow.values import codec
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money, percent

COMPLAINT, APPLICATION = "civil_complaint_financial_loan", "enforcement_application"
_TITLES = {COMPLAINT: "民事起诉状（金融借款合同纠纷）", APPLICATION: "强制执行申请书（申请执行用）"}
_APPEAL_COURT, _ARBITRATION = "示例省示例市中级人民法院", "示例仲裁委员会"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who acts: those among whom a matter's owner and firm are chosen, and who approves and seals."""

    counsels: Sequence[Actor]
    reviewer: Actor
    seal_keeper: Actor
    finance: Actor
    firms: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Page:
    """The sample page that stands for every paper, by the digests of its files in the store, and its size in bytes."""

    facts: str
    docx: str
    pdf: str
    manifest: str
    size: int


@dataclass(kw_only=True)
class Lived:
    """A matter as it was lived through, not written down yet: its row, its loan with all payments, its events in order,
    and the rows that came with them."""

    row: MatterRow
    loan: Loan
    matter: Matter
    recorded: list[Recorded] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    exhibits: list[ExhibitRow] = field(default_factory=list)
    bundles: list[BundleRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)


def rehearse(
    office: Office, cast: Cast, page: Page, invented: Invented, loan_row: LoanRow, loan: Loan, number: str
) -> Lived:
    """Live the matter of an invented loan through, under the matter's own `number`; nothing is written."""
    owner = cast.counsels[invented.owner % len(cast.counsels)]
    then = _as_of(office, invented.opened_on)
    row = MatterRow(
        id=repositories.new_id(),
        number=number,
        loan_id=loan_row.id,
        stage="",
        write_off="C0",
        owner_id=owner.id,
        state={},
        opened_at=then.now(),
        changed_at=then.now(),
    )
    told = _Rehearsal(then, cast, page, invented, owner, loan_row, Lived(row=row, loan=loan, matter=Matter()))
    told.open()
    for step in invented.course.steps:
        told.take(step)
    return told.lived


def _as_of(office: Office, day: date) -> Office:
    """The office as it was on the morning of a day, 9 to 17 o'clock in China by the day itself."""
    at = datetime(day.year, day.month, day.day, 1 + day.toordinal() % 8, day.toordinal() * 7 % 60, tzinfo=UTC)
    return replace(office, now=lambda: at)


@dataclass
class _Rehearsal:
    """One matter while it is lived through; `then` is the office on the day of the step."""

    then: Office
    cast: Cast
    page: Page
    told: Invented
    owner: Actor
    loan_row: LoanRow
    lived: Lived

    @property
    def matter(self) -> Matter:
        """The matter after what has happened so far."""
        return self.lived.matter

    def open(self) -> None:
        """The hand-over, and what had come in before it, as `tracking.opened` has them."""
        row = self.lived.row
        self._happens(events.MatterOpened, loan=row.loan_id, number=row.number, source=self.loan_row.unit)
        for payment in self.lived.loan.payments:
            self._comes_in(payment)

    def take(self, step: Step) -> None:
        """Record one step on its day."""
        self.then = _as_of(self.then, step.on)
        getattr(self, f"_{step.name}")()

    # --- what every step is made of ---

    def _happens(self, event_kind: type[MatterEvent], /, *, by: Actor | None = None, **fields: Any) -> None:
        """Record an event by somebody, else the owner, with its fields; `on` is the day of the step where not given."""
        actor, lived = by or self.owner, self.lived
        rights = RULES[event_kind.__name__].rights
        if rights:
            tracking.require_any(actor, rights)
        event = event_kind(**{"at": self.then.now(), "on": today(self.then), "actor": actor.id, **fields})
        admit(lived.matter, event)
        recorded = Recorded(lived.matter.version + 1, event)
        lived.recorded.append(recorded)
        lived.matter = follow(lived.matter, recorded)

    def _comes_in(self, payment: Payment) -> PaymentRow:
        """Money received, as an event of the matter; its row, for the books."""
        row = PaymentRow(**entering.payment_values(self.then, self.owner, self.loan_row, payment))
        event = tracking.payment_event(self.then, self.owner, row)
        fields = {name: getattr(event, name) for name in ("on", "number", "amount", "channel", "designation")}
        self._happens(events.PaymentReceived, **fields)
        return row

    def _case(self, court: str, kind: str) -> str:
        """A case number of this matter's own."""
        return f"（{today(self.then).year}）示{court}{kind}{self.told.number + 1}号"

    def _claim(self) -> Claim:
        return claim.state_claim(self.lived.loan, today(self.then), self.then.law, explained=False).value

    def _paper(self, kind: str) -> str:
        """A paper asked for, made, approved and sealed, each by another; its id."""
        at, page, document = self.then.now(), self.page, repositories.new_id()
        row = DocumentRow(
            id=document, matter_id=self.lived.row.id, kind=kind, version=1, title=_TITLES[kind], state="requested",
            facts_digest=page.facts, docx=page.docx, pdf=page.pdf, sealed=page.pdf, requested_by=self.owner.id,
            approved_by=self.cast.reviewer.id, sealed_by=self.cast.seal_keeper.id, created_at=at, changed_at=at,
        )  # fmt: skip
        self.lived.documents.append(row)
        self._happens(events.DocumentRequested, document=document, kind=kind, facts=page.facts)
        self._happens(events.DocumentRendered, document=document, docx=page.docx, pdf=page.pdf)
        self._happens(events.DocumentApproved, by=self.cast.reviewer, document=document, docx=page.docx, pdf=page.pdf)
        self._happens(
            events.DocumentSealed, by=self.cast.seal_keeper, document=document, approved=page.pdf, sealed=page.pdf
        )
        return document

    def _bundle(self) -> None:
        """One exhibit taken in, and the bundle of it."""
        at, page = self.then.now(), self.page
        exhibit = ExhibitRow(
            id=repositories.new_id(), matter_id=self.lived.row.id, state="ready", name="借款合同、借据及还款明细",
            group_number=2, place=1, kind="书证", source="原告持有",
            proves="双方成立借款合同关系，原告已放款，被告逾期未还。", form="原件备查",
            proves_facts=["contract", "drawdown", "default"], file_name="证据样本.pdf", size=page.size,
            original=page.pdf,
            working=page.pdf, pages=1, outcome="ok", added_by=self.owner.id, created_at=at,
        )  # fmt: skip
        self.lived.exhibits.append(exhibit)
        self._happens(events.ExhibitAdded, exhibit=keeping.exhibit_of(exhibit))
        plan = planning.plan(self.matter.exhibits.values(), checklist.group_titles(), cover_pages=0, list_pages=0)
        row = BundleRow(
            id=repositories.new_id(), matter_id=self.lived.row.id, version=1, state="ready", inputs_digest=page.facts,
            plan=codec.plain(plan), pdf=page.pdf, manifest=page.manifest, list_docx=page.docx, list_pdf=page.pdf,
            pages=plan.pages, requested_by=self.owner.id, created_at=at,
        )  # fmt: skip
        self.lived.bundles.append(row)
        self._happens(events.BundleRequested, bundle=row.id, facts=page.facts, exhibits=(exhibit.id,))
        self._happens(events.BundleMade, bundle=row.id, pdf=page.pdf, manifest=page.manifest, pages=plan.pages)

    def _pays(self, amount: Money, channel: str) -> None:
        number = f"H{self.told.number:06d}{len(self.matter.payments):02d}"
        payment = Payment(today(self.then), amount, number, channel)
        self.lived.payments.append(self._comes_in(payment))
        self.lived.loan = replace(self.lived.loan, payments=(*self.lived.loan.payments, payment))

    # --- before suit ---

    def _checked(self) -> None:
        lacking = "放款凭证原件" if self.told.chance("checked").random() < 0.2 else ""
        self._happens(events.MaterialsChecked, lacking=lacking)

    def _demand(self) -> None:
        self._happens(events.DemandStarted)

    def _letter(self) -> None:
        mode = self.told.chance("letter").choice(("post", "post", "direct", "electronic"))
        for debtor in self.told.debtors:
            self._happens(events.DemandDelivered, party=debtor, mode=mode)

    def _plan(self) -> None:
        last = today(self.then) + timedelta(days=365)
        terms = f"每月25日前归还，至{in_chinese(last)}还清。"
        self._happens(events.RepaymentPlanAgreed, party=self.told.borrower, performance_last_day=last, terms=terms)

    def _proposed(self) -> None:
        self._happens(events.StrategyProposed, way="sue", memo="债务人有固定收入，诉讼时效充足，拟起诉并申请保全。")

    def _settled(self) -> None:
        self._pays(self._claim().total, "柜面")

    def _closed_settled(self) -> None:
        self._happens(events.MatterClosed, result="paid", reason="催告后债务人已全部清偿")

    def _suit(self) -> None:
        self._happens(events.SuitDecided, decision="催告无果，经审批起诉。")

    def _firm(self) -> None:
        if self.told.firm is not None:
            self._happens(events.FirmAssigned, firm=self.cast.firms[self.told.firm % len(self.cast.firms)])

    # --- in court ---

    def _papers(self) -> None:
        self._bundle()
        self._paper(COMPLAINT)

    def _filed(self) -> None:
        complaint = self.matter.documents_of(COMPLAINT)[0].id
        bundle = next(iter(self.matter.bundles))
        self._happens(
            events.FilingSubmitted, document=complaint, bundle=bundle, court=self.told.court,
            defendants=self.told.debtors, receipt=f"LA{self.told.number:08d}",
        )  # fmt: skip

    def _mediation(self) -> None:
        last = today(self.then) + timedelta(days=30)
        number = self._case("0101", "诉前调")
        self._happens(events.MediationReferred, case_number=number, mediator="示例调解委员会", last_day=last)

    def _fee_notice(self) -> None:
        fee = fees.acceptance(self.then.law, self._claim().total, today(self.then)).value.fee
        self._happens(events.FeeNoticeReceived, fee="acceptance", amount=fee)

    def _fee(self) -> None:
        self._happens(events.FeePaid, fee="acceptance", amount=self.matter.fee_notices[-1].amount)

    def _accepted(self) -> None:
        procedure = self.told.chance("procedure").choice(("summary", "summary", "ordinary"))
        number = self._case("0101", "民初")
        self._happens(events.CaseAccepted, case_number=number, court=self.told.court, procedure=procedure)

    def _preservation(self) -> None:
        self._happens(events.PreservationApplied, court=self.told.court, amount=self._claim().total)

    def _preservation_ruled(self) -> None:
        self._happens(events.PreservationRuled, number=self._case("0101", "财保"))

    def _seized(self) -> None:
        self._happens(
            events.PreservationTaken, asset=f"{self.told.borrower}名下银行存款", asset_kind="deposits", way="freeze",
            court=self.told.court,
        )  # fmt: skip

    def _complaint_served(self) -> None:
        for debtor in self.told.debtors:
            self._happens(events.ComplaintServed, party=debtor, mode="post")

    def _hearing_set(self) -> None:
        heard = next((step.on for step in self.told.course.steps if step.name == "heard"), None)
        day = heard or today(self.then) + timedelta(days=28)
        self._happens(events.HearingSet, hearing_on=day, place="第三法庭", time="09:30", mode="courtroom")

    def _heard(self) -> None:
        self._happens(events.HearingHeld, minutes=True, said="被告对借款事实无异议，请求减免罚息。")

    def _judged(self) -> None:
        owed = self._claim()
        words = (
            f"一、被告于本判决生效之日起十日内归还原告借款本金{owed.principal}元，并支付截至{in_chinese(owed.as_of)}的利息、"
            f"罚息、复利{owed.interest_total}元；二、自次日起至实际清偿之日止，以未归还的本金为基数，按年利率"
            f"{percent(owed.penalty_rate or owed.contract_rate)}计付罚息。"
        )
        self._happens(
            events.JudgmentGiven, number=self._case("0101", "民初"), body=self.told.court, kind="judgment",
            cause="金融借款合同纠纷", operative=words, principal=owed.principal, interest=owed.interest_total,
            interest_until=owed.as_of, interest_rate=owed.penalty_rate or owed.contract_rate,
            interest_base=owed.principal, interest_basis=owed.basis, performance_days=10, parties=self.told.debtors,
        )  # fmt: skip

    def _judgment_served(self) -> None:
        for debtor in self.told.debtors:
            self._happens(events.JudgmentServed, party=debtor, mode="post")

    def _appeal(self) -> None:
        number = self._case("01", "民终")
        self._happens(events.AppealFiled, party=self.told.borrower, case_number=number)

    def _effect(self) -> None:
        on = deadlines.effective_date(self.matter, self.then.law).value
        self._happens(events.JudgmentTookEffect, on=on, performance_last_day=on + timedelta(days=10))

    def _arbitration(self) -> None:
        self._happens(events.ArbitrationFiled, body=_ARBITRATION, respondents=self.told.debtors)

    def _award(self) -> None:
        owed = self._claim()
        words = f"被申请人归还借款本金{owed.principal}元，并支付利息、罚息、复利{owed.interest_total}元。"
        self._happens(
            events.InstrumentObtained, kind="award",
            number=f"示仲裁字〔{today(self.then).year}〕第{self.told.number}号",
            body=_ARBITRATION, given_on=today(self.then), received_on=today(self.then), cause="金融借款合同纠纷",
            operative=words, principal=owed.principal, interest=owed.interest_total, interest_until=owed.as_of,
            parties=self.told.debtors, performance_last_day=today(self.then) + timedelta(days=15),
        )  # fmt: skip

    # --- enforcement, bankruptcy, the end ---

    def _prepared(self) -> None:
        self._happens(events.EnforcementPrepared)

    def _application(self) -> None:
        self._paper(APPLICATION)

    def _applied(self) -> None:
        application = self.matter.documents_of(APPLICATION)[0].id
        self._happens(events.EnforcementSubmitted, document=application, court=self.told.court)

    def _docketed(self) -> None:
        number = self._case("0101", "执")
        self._happens(events.EnforcementAccepted, case_number=number, court=self.told.court)

    def _settlement(self) -> None:
        last = today(self.then) + timedelta(days=240)
        terms = f"被执行人自下月起分八期履行，至{in_chinese(last)}履行完毕。"
        self._happens(events.SettlementMade, performance_last_day=last, terms=terms)

    def _recovered(self) -> None:
        share = 100 if self.told.course.stage in {"A78", "A90"} else self.told.chance("recovered").randrange(2, 45)
        self._pays(Money.of_fen(self._claim().total.fen * share // 100), "法院划款")

    def _stayed(self) -> None:
        number = self._case("0101", "执")
        self._happens(events.EnforcementStayed, number=f"{number}之一", unpaid=self._claim().total)

    def _off_prepared(self) -> None:
        self._happens(events.WriteOffPrepared, by=self.cast.finance, criterion="enforcement_failed")

    def _paid(self) -> None:
        self._happens(events.EnforcementPaid, notice=self._case("0101", "执结"))

    def _closed(self) -> None:
        self._happens(events.MatterClosed, result="paid", reason="执行完毕，债权已清偿")

    def _bankrupt(self) -> None:
        last = today(self.then) + timedelta(days=60)
        self._happens(
            events.BankruptcyAccepted, party=self.told.borrower, claims_last_day=last, administrator="示例清算事务所",
        )  # fmt: skip

    def _bankruptcy_claim(self) -> None:
        self._happens(events.BankruptcyClaimFiled, party=self.told.borrower)
