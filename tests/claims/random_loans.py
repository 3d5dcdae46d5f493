"""Loans made up at random, as the operation `claim` takes them: every way of repaying, and all that may happen."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.claims.slow_calculator import months_on

COMPONENTS = ("costs", "compound", "penalty", "interest", "principal")
WITH_DAMAGES = ("liquidated_damages", *COMPONENTS)
IN_INSTALMENTS = ("equal_instalment", "equal_principal")


def an_amount(random: Random, most: int) -> str:
    """Between one yuan and `most`, more often with fen than without."""
    fen = random.randint(100, max(100, most * 100))
    return f"{fen / 100:.2f}" if random.random() < 0.7 else str(fen // 100)


def terms(random: Random) -> tuple[dict[str, Any], date, date]:
    """The contract, and its first and last day."""
    start = date(2020, 1, 1) + timedelta(days=random.randint(0, 1800))
    method = random.choice([*IN_INSTALMENTS, "interest_first", "bullet"])
    step, count = random.choice([1, 1, 1, 3]), random.randint(1, 14)
    facts: dict[str, Any] = {
        "rate": "0" if random.random() < 0.01 else f"{random.randint(20, 2400) / 10000:.4f}",
        "repayment": method,
        "basis": random.choice([360, 365, None]),
        "interest_every_months": step,
        "start": start.isoformat(),
        "due_day_counts": random.random() < 0.3,
        "compound": random.random() < 0.7,
        "compound_mode": random.choice(["penalty_rate", "contract_until_maturity"]),
        "cutoff_counts": random.random() < 0.5,
    }
    if random.random() < 0.15:
        facts["overdue_rate"] = f"{random.randint(100, 3600) / 10000:.4f}"
    elif random.random() < 0.1:
        facts["overdue_daily_rate"] = random.choice(["0.00021", "0.0004", "0.0005"])
    else:
        facts["penalty_uplift"] = random.choice(["0.3", "0.45", "0.5"])
    if random.random() < 0.2:
        facts["liquidated_damages_rate"] = f"{random.randint(1, 600) / 10000:.4f}"
    if facts["compound"] and random.random() < 0.3:
        facts["capitalisation"] = {"every_months": random.choice([1, 3]), "settlement_day": random.choice([20, 21, 28])}
    maturity = months_on(start, step * count)
    if method == "bullet":
        maturity = start + timedelta(days=random.randint(5, 800))
    elif random.random() < 0.3:
        first = start + timedelta(days=random.randint(10, 50))
        facts["first_due"] = first.isoformat()
        maturity = months_on(first, step * (count - 1))
    if random.random() < 0.2:
        maturity += timedelta(days=random.randint(1, 25))
    if method in IN_INSTALMENTS:
        facts["instalments"] = count
    facts["maturity"] = maturity.isoformat()
    return facts, start, maturity


def drawdowns(random: Random, facts: dict[str, Any], start: date, maturity: date) -> int:
    """Puts in what was paid out; gives it back in whole yuan."""
    fen = random.choice([random.randint(2000, 10**7), random.randint(10**6, 10**9), random.randint(10**12, 10**14)])
    facts["drawdowns"] = [{"on": start.isoformat(), "amount": f"{fen // 100}.{fen % 100:02d}"}]
    if random.random() < 0.1:
        facts["drawdowns"][0]["deducted_in_advance"] = f"{fen // 2000}.00"
    if facts["repayment"] not in IN_INSTALMENTS and random.random() < 0.4:
        before = facts.get("first_due", facts["maturity"])
        days = (date.fromisoformat(before) - start).days - 1
        for _ in range(random.randint(1, 3)):
            on = start + timedelta(days=random.randint(0, max(0, days)))
            facts["drawdowns"].append({"on": on.isoformat(), "amount": an_amount(random, fen // 100)})
    return fen // 100


def change_rates(random: Random, facts: dict[str, Any], start: date, end: date) -> None:
    """Lets the rate float on the prime rate as far as that is published, or be changed by the lender, or stay."""
    chance = random.random()
    days = [(start + timedelta(days=random.randint(1, 900))).isoformat() for _ in range(random.randint(1, 3))]
    if chance < 0.3 and end < date(2026, 10, 1):
        del facts["rate"]
        facts["floating"] = {
            "tenor": random.choice(["1y", "5y"]),
            "margin_bp": str(random.randint(-100, 600)),
            "repricing": random.choice(["january", "anniversary", "dates"]),
            "lookup": random.choice(["before", "on_or_before"]),
            "penalty_floats": random.random() < 0.4,
        }
        if facts["floating"]["repricing"] == "dates":
            facts["floating"]["repricing_dates"] = sorted(set(days))
    elif chance < 0.45:
        told = [{"kind": "repricing", "on": day, "rate": f"{random.randint(1, 2400) / 10000:.4f}"} for day in set(days)]
        facts["events"] += sorted(told, key=lambda event: event["on"])


def a_random_loan(random: Random) -> dict[str, Any]:
    """The facts of one loan, by the randomness given: equal randomness, equal loan."""
    facts, start, maturity = terms(random)
    lent = drawdowns(random, facts, start, maturity)
    end = start + timedelta(days=random.randint(1, (maturity - start).days + 400))
    facts["as_of"] = end.isoformat()

    def a_day() -> str:
        return (start + timedelta(days=random.randint(0, (end - start).days))).isoformat()

    facts["payments"] = [
        {"on": a_day(), "amount": an_amount(random, lent // random.choice([1, 5, 12, 40, 1000])), "number": str(number)}
        for number in range(random.choice([0, 1, 2, 5, 12]))
    ]
    for payment in facts["payments"]:
        if random.random() < 0.2:
            payment["designation"] = random.choice(COMPONENTS)
    facts["events"] = [
        {
            "kind": "waiver",
            "on": a_day(),
            "component": random.choice(COMPONENTS),
            "amount": an_amount(random, lent // random.choice([1, 10, 100])),
        }
        for _ in range(random.choice([0, 0, 0, 1, 3]))
    ]
    if random.random() < 0.3:
        last = date.fromisoformat(max(one["on"] for one in facts["drawdowns"]))
        on = last + timedelta(days=random.randint(1, (maturity - last).days))
        facts["events"].append({"kind": "acceleration", "on": on.isoformat()})
    facts["costs"] = [
        {"amount": an_amount(random, 5000), "on": None if random.random() < 0.3 else a_day()}
        for _ in range(random.choice([0, 0, 1, 3]))
    ]
    if random.random() < 0.4:
        facts["allocation"] = random.sample(WITH_DAMAGES, k=len(WITH_DAMAGES))
    facts["allocate_by_instalment"] = random.random() < 0.3
    change_rates(random, facts, start, end)
    if random.random() < 0.15:
        misuse = {
            "kind": "misuse",
            "on": (start + timedelta(days=random.randint(0, (maturity - start).days))).isoformat(),
        }
        facts["misuse_uplift"] = random.choice(["0.5", "0.7", "1"])
        facts["events"].append({**misuse, "amount": random.choice([None, an_amount(random, lent * 9 // 10)])})
    return facts
