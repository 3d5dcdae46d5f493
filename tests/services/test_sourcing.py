"""A loan's fields held against pages of its evidence: kept with who looked, void where either changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import select

from legalflow.errors import Invalid, NotAllowed, NotNow
from legalflow.office import Office
from legalflow.persistence import mapping, repositories
from legalflow.persistence.tables import LoanRow, SourceCheckRow
from legalflow.services import keeping, sourcing
from tests.builders import a_kept_loan
from tests.services.installation import CONTRACT, actor, loan_of


def test_a_field_is_checked_on_a_page_and_says_who_looked_and_where(sample: Office) -> None:
    counsel, loan = actor(sample, "counsel"), loan_of(sample)
    before = sourcing.sheet(sample, counsel, loan)
    assert before.checked == 0 and {each.state for each in before.facts} == {sourcing.UNCHECKED}
    exhibit = before.exhibits[2]
    sourcing.check(sample, counsel, loan, "rate", exhibit.id, 1)
    fact = sourcing.sheet(sample, actor(sample, "auditor"), loan).by_field["rate"]
    assert fact.is_checked and (fact.exhibit, fact.page, fact.checked_by) == (exhibit.name, 1, counsel.name)
    sourcing.take_back(sample, counsel, loan, "rate")
    assert sourcing.sheet(sample, counsel, loan).checked == 0
    with pytest.raises(NotNow):
        sourcing.take_back(sample, counsel, loan, "rate")


def test_a_changed_loan_makes_the_checks_of_the_changed_fields_void_alone(sample: Office) -> None:
    counsel, loan = actor(sample, "counsel"), loan_of(sample)
    exhibits = sourcing.sheet(sample, counsel, loan).exhibits
    for field in ("rate", "maturity", "party.2"):
        sourcing.check(sample, counsel, loan, field, exhibits[0].id, 1)
    with sample.database.writing() as session:
        row = session.exec(select(LoanRow).where(LoanRow.contract_number == CONTRACT)).one()
        whole = mapping.loan_of(row, (), sample.keys)
        changed = replace(whole, rate=whole.rate + Decimal("0.01"))
        row.facts = mapping.loan_facts(changed, sample.keys)
        session.add(row)
    found = sourcing.sheet(sample, counsel, loan).by_field
    assert [found[name].state for name in ("rate", "maturity", "party.2")] == ["changed", "current", "current"]
    keeping.withdraw(sample, counsel, exhibits[0].id, "误传")
    assert sourcing.sheet(sample, counsel, loan).by_field["maturity"].state == sourcing.WITHDRAWN


def test_a_check_keeps_no_value_in_clear_and_names_everything_wrong(sample: Office) -> None:
    counsel, loan = actor(sample, "counsel"), loan_of(sample)
    exhibit = sourcing.sheet(sample, counsel, loan).exhibits[0]
    with pytest.raises(Invalid) as refused:
        sourcing.check(sample, counsel, loan, "nothing", "nowhere", None)
    assert {each.field for each in refused.value.problems} == {"field", "exhibit"}
    with pytest.raises(Invalid):
        sourcing.check(sample, counsel, loan, "rate", exhibit.id, exhibit.pages + 1)
    with pytest.raises(NotAllowed):
        sourcing.check(sample, actor(sample, "finance"), loan, "rate", exhibit.id, 1)
    sourcing.check(sample, counsel, loan, "party.2", exhibit.id, 1)
    with sample.database.reading() as session:
        row = session.exec(select(SourceCheckRow)).one()
        whole = repositories.whole_loan(session, repositories.loan(session, counsel, loan), sample.keys)
    assert len(row.value_digest) == 64 and whole.parties[1].number not in str(row)
    with pytest.raises(NotNow):
        sourcing.check(sample, counsel, a_kept_loan(sample), "rate", exhibit.id, 1)
