"""A loan as agreed and as paid out: terms, drawdowns, the clauses that bear the claim.

Schedules and interest are worked out in `claims`; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from legalflow.loans.parties import Collateral, Guarantee, Party, PartyRole
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.money import ZERO, Money, total


class Repayment(Enum):
    """How the loan is repaid; the values are the names used in files and on the command line."""

    EQUAL_INSTALMENT = "equal_instalment"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    INTEREST_FIRST = "interest_first"  # 先息后本：按月/按季/按年计息，到期一次性还本
    BULLET = "bullet"  # 到期一次性还本付息


class LenderKind(Enum):
    """Which regime of caps applies (法释〔2020〕17号 第一条第二款、法释〔2020〕27号)."""

    BANK = "bank"
    CONSUMER_FINANCE = "consumer_finance"
    SMALL_LOAN = "small_loan"  # 小额贷款公司: licensed locally, outside the private-lending rules
    PRIVATE = "private"


@dataclass(frozen=True)
class Drawdown:
    """Money actually paid out (实际发放).

    `amount` is what the borrower received; `deducted` what was withheld in advance as interest and is no part of it
    (民法典 第六百七十条: principal and interest are on what was received).
    """

    on: date
    amount: Money
    deducted: Money = ZERO


@dataclass(frozen=True, kw_only=True)
class Due:
    """One repayment row as the contract or the lender states it.

    `interest` None: worked out by days on the running balance, from `interest_from` (None: from the row before, or the
    start of the loan). Rows that are already paid may be left out: then the rows state what is still unpaid, and the
    payments of the loan are only those received since.
    """

    due: date
    principal: Money
    interest: Money | None = None
    interest_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Floating:
    """A rate that follows a published one: reference × `multiple` + `margin_bp` basis points (negative: taken off).

    `series` is `lpr` (`tenor` 1y, 5y) or `benchmark` (up_to_6m … over_5y). `repricing`: `january` (each 1 January),
    `anniversary` (of `first_priced_on`) or `dates` (those of `repricing_dates`). `lookup` `before` takes the reference
    published before the pricing day, `on_or_before` also that of the day; None: what is usual for the series. The
    penalty rate is frozen at maturity unless `penalty_floats`.
    """

    series: str = "lpr"
    tenor: str = "1y"
    margin_bp: Decimal = Decimal(0)
    multiple: Decimal = Decimal(1)
    repricing: str = "january"
    repricing_dates: tuple[date, ...] = ()
    first_priced_on: date | None = None
    lookup: str | None = None
    penalty_floats: bool = False


@dataclass(frozen=True, kw_only=True)
class Repricing:
    """A rate a year that the lender stated to hold from a day on."""

    on: date
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class Misuse:
    """The loan was used for what it was not granted for, from a day on (挪用); `amount` None: all of it."""

    on: date
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Capitalisation:
    """Compound is itself added to what bears compound, every so many months after the settlement day (结息日).

    `with_penalty`: penalty accrued by then is added too, which only the words of a contract can ground.
    """

    every_months: int
    settlement_day: int
    with_penalty: bool = False


@dataclass(frozen=True, kw_only=True)
class LaterOrder:
    """Another order of components that the contract agrees once the oldest debt is overdue for more than some days."""

    after_days: int
    order: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Clauses:
    """Numbers of the contract's clauses, as text (`第八条`); empty where the contract has none."""

    rate: str = ""
    penalty: str = ""
    compound: str = ""
    acceleration: str = ""
    allocation: str = ""
    jurisdiction: str = ""
    jurisdiction_text: str = ""
    costs: str = ""
    service: str = ""
    liquidated_damages: str = ""


@dataclass(frozen=True, kw_only=True)
class Loan:
    """One loan under one contract. Rates are fractions a year.

    `interest_every_months` is the length of a period: of interest for `INTEREST_FIRST` (1, 3 or 12), of an instalment
    for the two instalment methods (mostly 1). `instalments` counts the instalments. `basis` is the day-count, 360 or
    365.
    `allocation` is the contract's order of components (`costs compound penalty interest principal`), empty where the
    contract is silent; `allocate_by_instalment` means that the oldest instalment is paid whole before the next.
    `dues` are the repayment rows where they are stated one by one; they take the place of the schedule.
    `floating` and `repricings` change the rate over time; `rate` then holds until the first change.
    `overdue_daily_rate` is a fixed rate a day that the contract states for what is overdue (loans of before 2004).
    `liquidated_damages_rate` (违约金) is a rate a year on overdue principal. Amounts are in `currency`.
    `due_day_counts`: the day on which payment is due still bears contract interest, so that the penalty starts the day
    after it; otherwise interest stops and penalty starts with that day.
    """

    contract_name: str
    contract_number: str
    lender: str
    lender_kind: LenderKind
    signed: date
    place_signed: str = ""
    note_number: str = ""  # 借据号
    product: str = ""
    purpose: str = ""
    limit: Money  # 约定金额
    drawdowns: tuple[Drawdown, ...]
    start: date
    maturity: date
    rate: Decimal
    penalty_uplift: Decimal | None = None  # 逾期上浮, a fraction of the contract rate; None: not agreed
    overdue_rate: Decimal | None = None  # 逾期年利率, where the contract states the rate itself instead of an uplift
    overdue_daily_rate: Decimal | None = None
    misuse_uplift: Decimal | None = None
    floating: Floating | None = None
    repricings: tuple[Repricing, ...] = ()
    liquidated_damages_rate: Decimal | None = None
    misuse: Misuse | None = None
    compound: bool = False
    capitalisation: Capitalisation | None = None
    basis: int = 360
    repayment: Repayment
    instalments: int = 0
    interest_every_months: int = 1
    first_due: date | None = None
    dues: tuple[Due, ...] = ()
    due_day_counts: bool = False
    allocation: tuple[str, ...] = ()
    allocate_by_instalment: bool = False
    allocation_later: LaterOrder | None = None
    clauses: Clauses = Clauses()
    parties: tuple[Party, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    collateral: tuple[Collateral, ...] = ()
    payments: tuple[Payment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    accelerated_on: date | None = None  # the day from which the whole principal is overdue
    acceleration_ground: str = ""
    accelerated_by: str = ""  # contract, notice (the day it arrived) or suit (the day the complaint was served)
    currency: str = "CNY"
    risk_class: str = ""  # 五级分类 as booked
    unit: str = ""  # the branch that keeps the loan

    @property
    def disbursed(self) -> Money:
        """All that was paid out."""
        return total(drawdown.amount for drawdown in self.drawdowns)

    @property
    def borrower(self) -> Party:
        """The borrower; a loan without one is never accepted."""
        return next(party for party in self.parties if party.role is PartyRole.BORROWER)
