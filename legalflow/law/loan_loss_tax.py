"""What tax asks of a lost loan to a small business or of a rural loan, and which part of its balance may be provided.

Evidence by the size of the balance (国家税务总局公告2015年第25号), provisions by the risk grade (财税〔2015〕3号).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.law.write_offs import Case
from legalflow.values.dates import add_years
from legalflow.values.money import Money


@dataclass(frozen=True)
class TaxEvidence:
    """The band of the balance: its id, the evidence it asks for in words, the ground."""

    id: str
    zh: str
    ground: str


@dataclass(frozen=True)
class TaxProvision:
    """The share of the balance that may be provided for tax at a grade, and the amount, rounded once."""

    grade: str
    zh: str
    share: Decimal
    amount: Money
    ground: str


def tax_evidence(law: Law, case: Case) -> Finding[TaxEvidence | None]:
    """The evidence tax asks by the size of the balance; None for other loans or where it is not overdue long enough."""
    loan = case.loan
    if not loan.small_or_rural or loan.overdue_since is None:
        return Finding(None)
    value = law.at("write_off/tax_evidence", case.as_of)
    years = int(value.value["overdue_years"])
    if loan.overdue_since >= add_years(case.as_of, -years):
        step = Step(value.zh, f"逾期起始日 {loan.overdue_since}", f"逾期未超过 {years} 年", (value.citation,))
        return Finding(None, (step,), (), value.provisional)
    band = next(
        row for row in value.value["bands"] if "up_to" not in row or loan.outstanding <= Money(Decimal(row["up_to"]))
    )
    step = Step(value.zh, f"单户余额 {loan.outstanding} 元", band["zh"], (value.citation,))
    return Finding(TaxEvidence(band["id"], band["zh"], str(value.citation)), (step,), (), value.provisional)


def tax_provision(law: Law, case: Case) -> Finding[TaxProvision | None]:
    """What may be provided for tax on such a loan at its grade; None for other loans, or where no grade is given."""
    loan = case.loan
    if not loan.small_or_rural or not loan.grade:
        return Finding(None)
    value = law.at("write_off/tax_provision", case.as_of)
    row = next(each for each in value.value if each["grade"] == loan.grade)
    share = Decimal(row["share"])
    amount = Money.rounded(loan.outstanding.amount * share)
    step = Step(value.zh, f"{row['zh']}：{loan.outstanding} 元 × {share}", f"{amount} 元", (value.citation,))
    found = TaxProvision(loan.grade, row["zh"], share, amount, str(value.citation))
    return Finding(found, (step,), (), value.provisional)
