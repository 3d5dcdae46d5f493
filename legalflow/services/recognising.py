"""How a matter stands against the standards of recognition: what its history, claim and exhibits show, and what not.

It says what is met, not met, missing or cannot be told; what to do with the loan is the lender's review to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, LegalflowError, Problem
from legalflow.evidence import papers
from legalflow.law import loan_loss_tax, write_off_ends, write_offs
from legalflow.law.catalogue import Value
from legalflow.law.finding import Finding
from legalflow.law.loan_loss_tax import TaxEvidence, TaxProvision
from legalflow.law.write_off_ends import CrossUse
from legalflow.law.write_offs import Case, Internal, Judged, LoanState, OtherRuling, Review, Situation
from legalflow.loans.loan import Loan
from legalflow.matters.events import ContactMade, DemandDelivered, EnforcementStayed
from legalflow.matters.matter import Matter, fold
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.services import claiming, viewing
from legalflow.services.viewing import MatterSheet
from legalflow.values.money import Money, total

# The grades that the data of a loan may bear, by their names in law (贷款损失准备金).
GRADES = {"special_mention": "关注", "substandard": "次级", "doubtful": "可疑", "loss": "损失"}
# A ruling in enforcement on another loan of the borrower, who obtained it, and how the security of this loan compares.
RULINGS = {"terminated": "终结执行", "suspended": "中止执行", "terminated_this_time": "终结本次执行"}
OBTAINED_BY = {"same_lender": "本行", "other_lender": "其他债权人"}
SECURITY = {"no_better": "不优于该笔贷款", "better": "优于该笔贷款"}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a person states to see what follows: standards supposed, internal evidence, opinions, another ruling.

    `signed` and `departments` are ids of the law's data; `departments` None where the review is not asked about.
    `grade` is one of `GRADES`, empty: as the loan's data bear it.
    """

    assumed: tuple[str, ...] = ()
    external_unobtainable: bool = False
    signed: tuple[str, ...] = ()
    departments: tuple[str, ...] | None = None
    other_loan: OtherRuling | None = None
    small_or_rural: bool = False
    grade: str = ""


@dataclass(frozen=True)
class Around:
    """What stands around the standards: internal evidence, joint review, a ruling on another loan, tax."""

    internal: Finding[Internal]
    review: Finding[Review | None]
    crossed: Finding[CrossUse | None]
    evidence: Finding[TaxEvidence | None]
    provision: Finding[TaxProvision | None]
    signers: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Standing:
    """The standards held against a matter on a day.

    `recorded` are the standards whose situation the history shows, `assumed` those a person supposes to see what they
    would need. `held` names the exhibits of each paper at hand. `rules` are the rules around them, with their sources.
    `loan` bears what the borrower owes in principal on all the loans counted in `loans`; `uncounted` are those whose
    claim cannot be computed.
    """

    on: date
    finding: Finding[tuple[Judged, ...]]
    loan: LoanState
    recorded: tuple[str, ...]
    assumed: tuple[str, ...]
    held: Mapping[str, tuple[str, ...]]
    rules: tuple[Value, ...]
    around: Around
    given: Stated
    loans: int = 1
    uncounted: tuple[str, ...] = field(default=())

    @property
    def stated(self) -> tuple[Judged, ...]:
        """The standards whose situation is recorded or supposed."""
        return tuple(each for each in self.finding.value if each.stated)

    @property
    def others(self) -> tuple[Judged, ...]:
        """The standards whose situation is neither recorded nor supposed."""
        return tuple(each for each in self.finding.value if not each.stated)


_RULES = ("write_off/criteria", "write_off/always_needed", "write_off/internal_evidence", "write_off/confidential")


def standing(
    office: Office, actor: Actor, matter_id: str, assumed: Iterable[str] = (), given: Stated | None = None
) -> Standing | None:
    """How a matter stands today, with what is stated (`assumed` is short for standards alone); None without a claim.

    `Invalid` where a standard of that name does not exist, or a ruling is of a later day.
    """
    actor.require(Right.VIEW_MONEY)
    sheet, day = viewing.matter(office, actor, matter_id), today(office)
    stated = given or Stated(assumed=tuple(assumed))
    supposed = tuple(dict.fromkeys(stated.assumed))
    _known(office, day, supposed)
    try:
        kept, finding = claiming.state_claim(office, actor, sheet.row.loan_id)
    except LegalflowError:  # the loan's page says why
        return None
    claim = finding.value
    others, uncounted = _other_balances(office, actor, kept, sheet.row.loan_id)
    loan = LoanState(
        outstanding=total((claim.principal, *others)),
        overdue_since=claim.overdue_since,
        small_or_rural=stated.small_or_rural and claim.overdue_since is not None,
        grade=stated.grade or _grade(kept),
    )
    matter, held = fold(sheet.events), papers.at_hand(_exhibits(sheet))
    facts = _recorded(matter)
    recorded = tuple(each.kind for each in facts)
    facts += tuple(_supposed(matter, kind, day) for kind in supposed if kind not in recorded)
    known = write_offs.known_papers(office.law, Case(as_of=day, loan=loan))
    case = Case(
        as_of=day,
        loan=loan,
        facts=facts,
        evidence=tuple(each for each in held if each in known),
        external_unobtainable=stated.external_unobtainable,
        signed=stated.signed,
        opinions=stated.departments,
        other_loan=stated.other_loan,
    )
    Invalid.raise_any(write_offs.problems(office.law, case))
    rules = (*(office.law.at(topic, day) for topic in (*_RULES, "write_off/review", "write_off/authority")),)
    return Standing(
        day,
        write_offs.judged(office.law, case),
        loan,
        recorded,
        supposed,
        held,
        rules,
        _around(office, case),
        stated,
        len(others) + 1,
        uncounted,
    )


def _around(office: Office, case: Case) -> Around:
    law = office.law
    signers = law.at("write_off/internal_evidence", case.as_of).value["signed_by"]
    departments = law.at("write_off/review", case.as_of).value["departments"]
    return Around(
        write_offs.internal_evidence(law, case),
        write_offs.review(law, case),
        write_off_ends.cross_use(law, case),
        loan_loss_tax.tax_evidence(law, case),
        loan_loss_tax.tax_provision(law, case),
        tuple((each["id"], each["zh"]) for each in signers),
        tuple((each["id"], each["zh"]) for each in departments),
    )


def _other_balances(
    office: Office, actor: Actor, loan: Loan, loan_id: str
) -> tuple[tuple[Money, ...], tuple[str, ...]]:
    """What the borrower owes in principal on its other loans here (单户), and those whose claim cannot be computed."""
    number = loan.borrower.number
    if not number:
        return (), ()
    with office.database.reading() as session:
        rows = repositories.loans_of_person(session, actor, office.keys.index(number))
        others = [row for row in rows if row.id != loan_id and row.borrower == loan.borrower.name]
        numbers = {row.id: row.contract_number for row in others}
    found, lacking = [], []
    for other, contract in numbers.items():
        try:
            whole, finding = claiming.state_claim(office, actor, other)
        except LegalflowError as error:
            lacking.append(f"{contract}：{error.problems[0].message}")
            continue
        if whole.borrower.number == number:
            found.append(finding.value.principal)
    return tuple(found), tuple(lacking)


def _grade(loan: Loan) -> str:
    """The grade in the loan's data by its name in law; empty where it is none of them."""
    return next((name for name, zh in GRADES.items() if zh == loan.risk_class.strip()), "")


def _known(office: Office, day: date, supposed: tuple[str, ...]) -> None:
    known = {each.id for each in write_offs.criteria(office.law, day)}
    Invalid.raise_any(
        Problem("write_off.criterion", "没有这条认定标准", "there is no such criterion", "suppose", each[:40])
        for each in supposed
        if each not in known
    )


def _exhibits(sheet: MatterSheet) -> list[str]:
    """The names of the exhibits that were found whole."""
    return [each.name for each in sheet.exhibits if each.state == "ready"]


def _recorded(matter: Matter) -> tuple[Situation, ...]:
    """The situations the history shows: enforcement that ended for this time."""
    stayed = [each.event for each in matter.standing if isinstance(each.event, EnforcementStayed)]
    return tuple(Situation(kind="enforcement_failed", on=each.on, ended=True) for each in stayed[-1:])


def _supposed(matter: Matter, kind: str, day: date) -> Situation:
    """A supposed situation of today, pursued since the first demand or contact and as often as recorded."""
    events = [each.event for each in matter.standing]
    pursued = [
        each.on
        for each in events
        if isinstance(each, DemandDelivered) or (isinstance(each, ContactMade) and each.started_by == "collector")
    ]
    return Situation(kind=kind, on=day, since=min(pursued, default=None), demands=len(pursued))
