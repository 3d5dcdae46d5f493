"""A claim's sheet says nothing but the claim: its printed lines add up to the printed total."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest

from legalflow.claims import sheets
from legalflow.documents.compose import compose
from legalflow.documents.plain import text_of
from legalflow.loans.payments import Payment
from legalflow.values.money import Money, total
from tests.builders import a_loan
from tests.claims.lived_loans import bullet_loan, paid, sample_loan, stated


def amount(text: str) -> Money:
    return Money(text.replace(",", "").replace("*", "").strip())


def rows_under(text: str, heading: str) -> list[list[str]]:
    """The cells of the table that follows a heading, its head left out."""
    lines = text.splitlines()
    at = next(index for index, line in enumerate(lines) if line.endswith(heading))
    found = []
    for line in lines[at + 1 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("| ").split(" | ")])
    return found[1:]


def sheet(loan, as_of: str, **more: object) -> str:  # type: ignore[no-untyped-def]
    return text_of(compose("interest_calculation", sheets.interest_facts(stated(loan, as_of, **more))))


@pytest.mark.parametrize("seed", range(12))
def test_the_printed_lines_of_any_loan_add_up_to_the_printed_total(seed: int) -> None:
    chance = random.Random(seed)
    payments = tuple(
        Payment(
            date(2025, chance.randint(2, 12), chance.randint(1, 28)), Money.of_fen(chance.randint(1, 2_000_000)), ""
        )
        for _ in range(chance.randint(0, 8))
    )
    loan = a_loan(
        rate=Decimal(chance.randint(200, 2400)) / 10000,
        compound=chance.random() < 0.7,
        due_day_counts=chance.random() < 0.5,
        accelerated_on=date(2025, 9, 3) if chance.random() < 0.5 else None,
        payments=payments,
    )
    finding = stated(loan, "2026-03-01", cap_policy=chance.choice([None, "24%"]))
    text = text_of(compose("interest_calculation", sheets.interest_facts(finding)))
    conclusion = rows_under(text, "结论")[0]
    assert total(map(amount, conclusion[:-1])) == amount(conclusion[-1]) == finding.value.total
    for name, printed in zip(("期内利息", "罚息", "复利"), conclusion[1:4], strict=True):
        if f"）{name}" in text:
            lines = rows_under(text, f"）{name}")
            assert total(amount(row[-1]) for row in lines[:-1] if row[-1] != "—") == amount(printed)
            assert amount(lines[-1][-1]) == amount(printed)
        else:
            assert amount(printed) == Money(0)


def test_an_instalment_of_several_balances_is_printed_segment_by_segment_with_plain_days() -> None:
    first, second, whole = rows_under(sheet(sample_loan(), "2023-02-09"), "）罚息")
    assert first[:5] == ["第11期", "600,000.00", "2022年7月16日", "2022年11月22日", "129"]
    assert first[5:] == ["9.00%", "19,350.00", "计入下行", "—", "—"]
    assert second[:5] == ["第11期", "591,666.36", "2022年11月22日", "2023年2月10日", "80"]
    assert second[5:] == ["9.00%", "11,833.3272", "31,183.33", "0.00", "31,183.33"]
    assert whole == ["罚息合计", *["—"] * 8, "31,183.33"]


def test_every_payment_is_printed_with_all_it_went_to() -> None:
    text = sheet(bullet_loan(payments=(paid("2025-03-31", "40000", "R1"),)), "2025-03-31", cutoff_counts=False)
    row = rows_under(text, "还款的抵充")[0]
    assert row[:3] == ["2025年3月31日", "R1", "40,000.00"]
    assert total(map(amount, row[3:])) == amount(row[2])


def test_what_a_ceiling_took_off_is_a_line_of_its_own() -> None:
    finding = stated(bullet_loan(rate=Decimal("0.23")), "2026-03-01", cap_policy="24%")
    assert finding.value.cut
    text = text_of(compose("interest_calculation", sheets.interest_facts(finding)))
    cuts = [line for line in text.splitlines() if line.startswith("| 按上限扣减 | —")]
    assert total(amount(line.strip("| ").split(" | ")[-1]) for line in cuts) == -finding.value.cut


def test_the_sheet_says_conventions_rounding_and_the_growth_of_a_day() -> None:
    text = sheet(bullet_loan(), "2025-08-01")
    assert "起日计入，止日不计入（算头不算尾）" in text and "日利率为年利率除以360" in text
    assert "四舍五入至分一次" in text and "每日增加" in text


def test_without_arrears_the_sheet_says_so() -> None:
    text = sheet(bullet_loan(), "2024-03-01", cutoff_counts=False)
    assert "截至日没有尚欠的利息、罚息和复利" in text and "截至日没有还款记录" in text
