"""Where a loan's claim may be sued, as far as addresses and the clause on disputes tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from legalflow.claims.claim import state_claim
from legalflow.law.courts import Competence
from legalflow.law.finding import Finding
from legalflow.loans.parties import PartyKind, PartyRole
from legalflow.services.siting import courts
from tests.builders import a_law, a_loan, a_party, an_office

ON = date(2026, 11, 24)


def found(
    folder: Path, clause: str = "", domicile: str = "浙江省杭州市余杭区乙路1号", **owed: Any
) -> Finding[Competence] | None:
    lender = a_party(PartyRole.LENDER, PartyKind.ORGANISATION, name="某银行", domicile="江苏省南京市鼓楼区甲路1号")
    borrower = a_party(domicile=domicile, residence=domicile)
    loan = a_loan(parties=(lender, borrower))
    loan = replace(loan, clauses=replace(loan.clauses, jurisdiction_text=clause))
    return courts(an_office(folder), loan, replace(state_claim(loan, ON, a_law()).value, **owed), ON)


@pytest.mark.parametrize(
    ("clause", "terms"),
    [
        ("", ["浙江杭州市余杭区的基层人民法院", "江苏南京市鼓楼区的基层人民法院"]),
        ("由贷款人住所地有管辖权的人民法院管辖。", ["江苏南京市鼓楼区的基层人民法院"]),
        ("向被告住所地人民法院起诉。", ["浙江杭州市余杭区的基层人民法院"]),
        ("提交某仲裁委员会仲裁。", []),
    ],
)
def test_courts_follow_the_addresses_and_the_usual_words_of_a_clause(
    tmp_path: Path, clause: str, terms: list[str]
) -> None:
    sites = found(tmp_path, clause)
    assert sites is not None and [each.term for each in sites.value.courts] == terms


def test_what_cannot_be_read_is_not_guessed(tmp_path: Path) -> None:
    assert found(tmp_path / "a", domicile="虚拟省样例市示范区乙路1号") is None
    assert found(tmp_path / "b", currency="USD") is None
