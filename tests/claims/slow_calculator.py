"""A second calculator of what a loan owes, slow and plain, to hold the first one against.

It shares nothing with the product: it reads the same facts as `legalflow calc claim`, lives through every single day,
and adds up whole numbers (fen, and fen times a rate in units of 10^-12), so that nothing is rounded before its time.

The rules, each from the law or from the practice that the operation's schema states:

- a period counts its first day and not its last; one day late is one day of penalty interest;
- 期内利息: a whole period of an instalment loan bears balance × annual rate × months / 12, and what was repaid early
  within it for its days (民法典 第六百七十七条: the actual period); a period that is not whole, or in which the rate
  changed, bears balance × rate × days / basis throughout;
- 罚息 runs on overdue principal, 复利 on unpaid 期内利息 alone, from the day they were due (银发〔2003〕251号 第三条);
- a day brings, in this order: money lent, what falls due, the acceleration, costs, what was let off, money; then it
  bears interest;
- money goes by the order agreed, or costs, compound, penalty, interest, principal (民法典 第五百六十一条), oldest
  first; what is not due yet is not paid unless the payment names the principal: then the last instalments shrink;
- 违约金 runs on overdue principal like 罚息; 复利 is added to what bears 复利 after each settlement day if so agreed;
- every item is rounded half up to the fen once: penalty and compound of one overdue item, interest of one period.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

SCALE = 10**12
# The days on which the loan prime rate changed: one year, five years and more; per cent.
LPR = (
    ("2019-08-20", "4.25", "4.85"), ("2019-09-20", "4.20", "4.85"), ("2019-11-20", "4.15", "4.80"),
    ("2020-02-20", "4.05", "4.75"), ("2020-04-20", "3.85", "4.65"), ("2021-12-20", "3.80", "4.65"),
    ("2022-01-20", "3.70", "4.60"), ("2022-05-20", "3.70", "4.45"), ("2022-08-22", "3.65", "4.30"),
    ("2023-06-20", "3.55", "4.20"), ("2023-08-21", "3.45", "4.20"), ("2024-02-20", "3.45", "3.95"),
    ("2024-07-22", "3.35", "3.85"), ("2024-10-21", "3.10", "3.60"), ("2025-05-20", "3.00", "3.50"),
)  # fmt: skip
ORDER = ("costs", "liquidated_damages", "compound", "penalty", "interest", "principal")
GROWING = ("liquidated_damages", "compound", "penalty")


def half_up(exact: Fraction) -> int:
    """To the nearest whole number, halves away from zero (nothing here is negative)."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def fen(yuan: str) -> int:
    return int(Fraction(yuan) * 100)


def yuan(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def scaled(rate: Fraction) -> int:
    units = rate * SCALE
    assert units.denominator == 1, "a rate finer than the calculator counts"
    return int(units)


def months_on(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def published(day: date, tenor: str, on_or_before: bool) -> Fraction:
    """The prime rate that a contract priced on a day looks up, as a fraction."""
    found = Fraction(0)
    for since, one_year, five_years in LPR:
        if since < day.isoformat() or (on_or_before and since == day.isoformat()):
            found = Fraction(five_years if tenor == "5y" else one_year) / 100
    return found


def rates(facts: dict[str, Any]) -> list[tuple[date, Fraction]]:
    """The contract rate and since which day it holds, earliest first."""
    start = date.fromisoformat(facts["start"])
    floating = facts.get("floating")
    if floating is None:
        told = [event for event in facts.get("events", []) if event["kind"] == "repricing"]
        changes = [(date.fromisoformat(event["on"]), Fraction(event["rate"])) for event in told]
        return [(date.min, Fraction(facts["rate"])), *sorted(changes)]
    priced = floating.get("first_priced_on") or min(one["on"] for one in facts["drawdowns"])
    first = date.fromisoformat(priced)
    again = {
        "january": [date(year, 1, 1) for year in range(first.year + 1, start.year + 10)],
        "anniversary": [months_on(first, 12 * years) for years in range(1, 10)],
        "dates": [date.fromisoformat(day) for day in floating.get("repricing_dates", [])],
    }[floating["repricing"]]
    margin, same_day = Fraction(floating.get("margin_bp", "0")) / 10000, floating.get("lookup") == "on_or_before"
    multiple = Fraction(floating.get("multiple", "1"))
    return [
        (date.min if day == first else day, published(day, floating["tenor"], same_day) * multiple + margin)
        for day in [first, *sorted(day for day in again if day > first)]
    ]


T = TypeVar("T")


def rate_on(changes: list[tuple[date, T]], day: date) -> T:
    return next(rate for since, rate in reversed(changes) if since <= day)


@dataclass
class Row:
    """One period of the plan; `interest` stands where the plan itself fixes it, `months` where the period is whole."""

    start: date
    due: date
    principal: int
    months: int = 0
    interest: int | None = None


@dataclass
class Item:
    """What fell due on one day and is not paid: whole fen, and what has grown on it so far (scaled, times basis)."""

    principal: int
    interest: int
    bears_from: date
    grown: dict[str, int | Fraction] = field(default_factory=lambda: dict.fromkeys(GROWING, 0))
    settled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROWING, 0))
    capital: int = 0


def months_between(start: date, end: date) -> int:
    """How many whole months lie between two days, counted forwards or backwards; 0 where it is not whole months."""
    months = end.year * 12 + end.month - start.year * 12 - start.month
    return months if months_on(start, months) == end or months_on(end, -months) == start else 0


def due_day(start: date, first: date | None, step: int, index: int) -> date:
    """The day of payment of a period, counted from 0: of one kind with the first day, or with the start."""
    if first is None or first == months_on(start, step):
        return months_on(start, step * (index + 1))
    return months_on(first, step * index)


def due_days(start: date, maturity: date, first: date | None, step: int) -> list[date]:
    """The days of payment before maturity, each `step` months after the first, then maturity itself."""
    days: list[date] = []
    while (day := due_day(start, first, step, len(days))) < maturity:
        days.append(day)
    return [*days, maturity]


def annuity(principal: int, monthly: Fraction, count: int) -> int:
    """The equal instalment, `P·i·(1+i)^n / ((1+i)^n - 1)`."""
    if not monthly:
        return half_up(Fraction(principal, count))
    growth = (1 + monthly) ** count
    return half_up(principal * monthly * growth / (growth - 1))


def plan(facts: dict[str, Any], lent: int) -> list[Row]:
    """The periods with the principal that each repays; what they bear is worked out while living through them."""
    start, maturity = date.fromisoformat(facts["start"]), date.fromisoformat(facts["maturity"])
    if facts.get("dues"):
        return stated_rows(facts, start)
    first = date.fromisoformat(facts["first_due"]) if facts.get("first_due") else None
    method, step = facts["repayment"], facts.get("interest_every_months", 1)
    if method == "bullet":
        return [Row(start, maturity, lent)]
    if method == "interest_first":
        days = due_days(start, maturity, first, step)
        return [
            Row(begin, due, lent if due == maturity else 0) for begin, due in zip([start, *days], days, strict=False)
        ]
    return instalment_rows(facts, lent, start, maturity, first, step)


def stated_rows(facts: dict[str, Any], start: date) -> list[Row]:
    rows, begin = [], start
    for due in facts["dues"]:
        day = date.fromisoformat(due["due"])
        interest = fen(due["interest"]) if due.get("interest") is not None else None
        rows.append(Row(begin, day, fen(due.get("principal", "0")), interest=interest))
        begin = day
    return rows


def instalment_rows(
    facts: dict[str, Any], lent: int, start: date, maturity: date, first: date | None, step: int
) -> list[Row]:
    count = facts["instalments"]
    days = [due_day(start, first, step, index) for index in range(count - 1)] + [maturity]
    changes, rate, instalment = rates(facts), Fraction(-1), 0
    rows, balance, begin = [], lent, start
    for index, due in enumerate(days):
        if rate_on(changes, begin) * step / 12 != rate:
            # A new rate makes a new instalment, of what is left over the periods that are left.
            rate = rate_on(changes, begin) * step / 12
            instalment = annuity(balance, rate, count - index)
        if facts["repayment"] == "equal_principal":
            principal = half_up(Fraction(lent, count))
        else:
            principal = instalment - half_up(balance * rate)
        principal = balance if index == count - 1 else min(principal, balance)
        rows.append(Row(begin, due, principal, months=months_between(begin, due)))
        balance -= principal
        begin = due
    return rows


class Life:
    """A loan lived through day by day."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.basis = facts.get("basis") or 360
        self.rates = rates(facts)
        self.contracts = [(since, scaled(rate)) for since, rate in self.rates]
        uplift = 1 + Fraction(facts.get("penalty_uplift") or 0)
        self.lates = [(since, scaled(rate * uplift)) for since, rate in self.rates]
        if facts.get("overdue_rate") is not None:
            self.lates = [(date.min, scaled(Fraction(facts["overdue_rate"])))]
        if facts.get("overdue_daily_rate") is not None:
            self.lates = [(date.min, scaled(Fraction(facts["overdue_daily_rate"]) * self.basis))]
        self.damages = scaled(Fraction(facts.get("liquidated_damages_rate") or 0))
        self.order = tuple(facts.get("allocation") or ORDER)
        self.lent_on: dict[date, int] = {}
        for one in facts["drawdowns"]:
            day = date.fromisoformat(one["on"])
            net = fen(one["amount"]) - fen(one.get("deducted_in_advance", "0"))
            self.lent_on[day] = self.lent_on.get(day, 0) + net
        lent = sum(self.lent_on.values())
        misuse = [event for event in facts.get("events", []) if event["kind"] == "misuse"]
        self.misused_from = date.fromisoformat(misuse[0]["on"]) if misuse else date.max
        part = Fraction(misuse[0]["amount"]) * 100 if misuse and misuse[0].get("amount") else lent
        self.share = Fraction(part) / lent
        heavier = 1 + Fraction(facts.get("misuse_uplift") or 0)
        self.misuse_rates = [(since, scaled(rate * heavier)) for since, rate in self.rates]
        self.extra: int | Fraction = 0
        self.rows = plan(facts, lent)
        self.today = self.began = self.bears_since = date.fromisoformat(facts["start"])
        self.items: list[Item] = []
        self.costs = self.balance = self.accrued = self.credit = 0
        self.new_rate, self.left_early = False, 0
        # With `due_day_counts` the due day still bears the contract's interest, and penalty starts on the day after.
        self.shift = timedelta(days=1 if facts.get("due_day_counts") else 0)
        calls = [event for event in facts.get("events", []) if event["kind"] == "acceleration"]
        self.called_on = min((date.fromisoformat(one["on"]) for one in calls), default=None)
        # From here on all is overdue: from the call, or from maturity as the due day counts or not.
        self.late_from = min(filter(None, [self.called_on, date.fromisoformat(facts["maturity"]) + self.shift]))

        self.floats_on = bool((facts.get("floating") or {}).get("penalty_floats"))

    # --- rates -------------------------------------------------------------------------------------------------------

    def contract(self, day: date) -> int:
        return rate_on(self.contracts, day)

    def late(self, day: date) -> int:
        """The overdue rate of a day: as agreed, or the day's rate with its uplift, fixed once all is overdue."""
        return rate_on(self.lates, day if self.floats_on else min(day, self.late_from - timedelta(days=1)))

    def misused(self, day: date) -> int:
        """What misused principal bears in all, fixed like the overdue rate once all is overdue."""
        return rate_on(self.misuse_rates, day if self.floats_on else min(day, self.late_from - timedelta(days=1)))

    # --- what is owed ------------------------------------------------------------------------------------------------

    def owed(self, item: Item, name: str) -> int:
        if name in item.grown:
            return half_up(Fraction(item.grown[name], SCALE * self.basis)) - item.settled[name]
        return item.principal if name == "principal" else item.interest

    def settle(self, item: Item, name: str, amount: int) -> None:
        if name in item.grown:
            item.settled[name] += amount
            if name == "compound":
                item.capital = max(0, item.capital - amount)
        elif name == "principal":
            item.principal -= amount
        else:
            item.interest -= amount

    def lay_on(self, money: int, name: str, items: list[Item]) -> int:
        """What is left of the money after it went to one component, oldest item first."""
        if name == "costs":
            part = min(money, self.costs)
            self.costs -= part
            return money - part
        for item in items:
            part = min(money, self.owed(item, name))
            self.settle(item, name, part)
            money -= part
        return money

    def lay(self, money: int) -> int:
        if self.facts.get("allocate_by_instalment"):
            # Costs are of no instalment: they stand in their place of the order while the oldest is being paid.
            for item in [item for item in self.items if self.open(item)] or [None]:
                for name in self.order:
                    money = self.lay_on(money, name, [item] if item else [])
            return money
        for name in self.order:
            money = self.lay_on(money, name, self.items)
        return money

    def open(self, item: Item) -> bool:
        return any(self.owed(item, name) for name in ORDER[1:])

    def shrink(self, amount: int) -> int:
        """Takes principal off that is not yet due, from the last instalment backwards; what is left over comes back."""
        taken = min(amount, self.balance)
        self.left_early += taken * max(0, (self.today - self.bears_since).days)
        self.balance -= taken
        return amount - taken

    # --- the days ----------------------------------------------------------------------------------------------------

    def notice_new_rate(self, day: date) -> None:
        """A rate that changes within a period, not with its first day, has the period counted by days."""
        if day > self.began and self.contract(day) != self.contract(day - timedelta(days=1)):
            self.new_rate = True

    def fall_due(self, day: date) -> None:
        while self.rows and self.rows[0].due == day:
            row = self.rows.pop(0)
            if self.shift:
                # The due day itself bears interest on the balance before the instalment is taken off.
                self.accrued += self.balance * self.contract(day)
                self.bear_misuse(day, self.balance)
            if row.interest is not None:
                interest = row.interest
            elif row.months and not self.new_rate:
                rate = rate_on(self.rates, self.began)
                interest = half_up(self.balance * rate * row.months / 12 + self.left_early * rate / self.basis)
            else:
                interest = half_up(Fraction(self.accrued, SCALE * self.basis))
            principal = min(row.principal, self.balance)
            self.balance -= principal
            self.accrued, self.left_early, self.new_rate = 0, 0, False
            self.began, self.bears_since = day, day + self.shift
            self.add_item(principal, interest, day + self.shift)

    def call_in(self, day: date) -> None:
        if day != self.called_on or not (self.balance or self.accrued):
            return
        interest = half_up(Fraction(self.accrued, SCALE * self.basis))
        self.add_item(self.balance, interest, day)
        self.balance = self.accrued = 0
        self.rows, self.just_due = [], None

    def add_item(self, principal: int, interest: int, bears_from: date) -> None:
        """What falls due, with what misused principal has borne beyond the contract rate since the last time."""
        item = Item(principal, interest, bears_from)
        item.grown["penalty"] += self.extra
        self.extra = 0
        self.items.append(item)

    def bear_misuse(self, day: date, balance: int) -> None:
        if day >= self.misused_from:
            self.extra += balance * self.share * (self.misused(day) - self.contract(day))

    def let_off(self, component: str, amount: int) -> None:
        left = self.lay_on(amount, component, self.items)
        if component == "principal":
            self.shrink(left)

    def receive(self, amount: int, designation: str | None) -> None:
        if designation:
            amount = self.lay_on(amount, designation, self.items)
            if designation == "principal":
                amount = self.shrink(amount)
        self.credit += amount

    def bear(self, day: date) -> None:
        """One day's interest on everything that is owed when the day is over."""
        if not (self.shift and self.just_due == day):
            self.accrued += self.balance * self.contract(day)
            self.bear_misuse(day, self.balance)
        late = compound = self.late(day)
        if self.facts.get("compound_mode") == "contract_until_maturity" and day < self.late_from:
            compound = self.contract(day)
        # Overdue and misused at once: the heavier of the two on the share that was misused, not both.
        heavier = max(0, self.misused(day) - late) * self.share if day >= self.misused_from else 0
        for item in self.items:
            if day >= item.bears_from:
                item.grown["penalty"] += item.principal * (late + heavier)
                item.grown["liquidated_damages"] += item.principal * self.damages
                if self.facts.get("compound"):
                    item.grown["compound"] += (item.interest + item.capital) * compound
        self.settle_compound(day)

    def settle_compound(self, day: date) -> None:
        """Where it was agreed, compound owed at the end of a settlement day bears compound from the next day on."""
        agreed = self.facts.get("capitalisation")
        if agreed and day.day == agreed.get("settlement_day", 20) and day.month % agreed["every_months"] == 0:
            for item in self.items:
                item.capital = self.owed(item, "compound")

    def live(self, day: date, last: date, bears: bool) -> None:
        """All that happens on a day before its interest; what came in or was let off counts up to the `last` day.

        A due day that counts itself is not over unless it `bears` its interest.
        """
        self.today = day
        self.balance += self.lent_on.get(day, 0) if day <= last else 0
        self.just_due = day if self.rows and self.rows[0].due == day else None
        if self.shift:
            # Until a day that counts is over its instalment is not due; what is called in on it is called in whole.
            self.call_in(day)
        if bears:
            self.fall_due(day)
        self.notice_new_rate(day)
        self.call_in(day)
        told = day.isoformat() if day <= last else ""
        self.costs += sum(fen(cost["amount"]) for cost in self.facts.get("costs", []) if cost.get("on") == told)
        self.credit = self.lay(self.credit)
        for event in self.facts.get("events", []):
            if event["kind"] == "waiver" and event["on"] == told:
                self.let_off(event["component"], fen(event["amount"]))
        for payment in self.facts.get("payments", []):
            if payment["on"] == told:
                self.receive(fen(payment["amount"]), payment.get("designation"))
                self.credit = self.lay(self.credit)


def slow_claim(facts: dict[str, Any]) -> dict[str, str]:
    """What is owed by component at the cut-off, in yuan, under the names of the operation's result."""
    life = Life(facts)
    end = date.fromisoformat(facts["as_of"]) + timedelta(days=1 if facts.get("cutoff_counts", True) else 0)
    day = min([date.fromisoformat(facts["start"]), *life.lent_on])
    last = date.fromisoformat(facts["as_of"])
    while day < end:
        life.live(day, last, bears=True)
        life.bear(day)
        day += timedelta(days=1)
    # A period that ends with the cut-off is over; with the due day counting it has one day more to go.
    life.live(end, last, bears=not life.shift)
    life.costs += sum(fen(one["amount"]) for one in facts.get("costs", []) if one.get("on") is None)
    life.credit = life.lay_on(life.credit, "costs", [])
    undue = half_up(Fraction(life.accrued, SCALE * life.basis))
    found = {
        "principal": life.balance + sum(item.principal for item in life.items),
        "interest": undue + sum(item.interest for item in life.items),
        "penalty": sum(life.owed(item, "penalty") for item in life.items)
        + half_up(Fraction(life.extra, SCALE * life.basis)),
        "compound": sum(life.owed(item, "compound") for item in life.items),
        "liquidated_damages": sum(life.owed(item, "liquidated_damages") for item in life.items),
        "costs": life.costs,
    }
    found["total"] = sum(found.values())
    found["unallocated"] = life.credit
    return {name: yuan(amount) for name, amount in found.items()}
