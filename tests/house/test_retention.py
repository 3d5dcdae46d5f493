"""Every table of the database has a class of retention, with a period and a ground; nothing is kept without one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import SQLModel

from legalflow.law.catalogue import Law
from legalflow.persistence import retention, tables
from tests.builders import a_law

ON = date(2026, 11, 24)


def test_no_table_lacks_a_class_and_no_class_is_of_a_table_that_is_not_there() -> None:
    assert tables.PersonRow.__tablename__ in SQLModel.metadata.tables
    assert set(retention.classes(a_law(), ON)) == set(SQLModel.metadata.tables)


def test_every_class_says_how_long_from_when_and_why_and_none_is_unused() -> None:
    law = a_law()
    classes = retention.classes(law, ON)
    topics = {topic.partition("/")[2] for topic in law.topics() if topic.startswith("retention/")} - {"classes"}
    assert {each.name for each in classes.values()} == topics
    for each in classes.values():
        assert each.zh and each.counted_from and each.ends and each.citation.instrument and each.citation.article
        assert each.length is None or each.length > 0
        assert each.provisional or each.citation.verified


def test_what_tells_of_a_debtor_is_kept_ten_years_at_least_and_a_leap_day_ends_on_the_last_of_february() -> None:
    kept = retention.of_table(a_law(), ON, "loan")
    assert kept.until(date(2024, 2, 29)) == date(2034, 2, 28)
    for table in ("loan", "person", "matter", "journal", "document", "exhibit", "audit", "entry"):
        found = retention.of_table(a_law(), ON, table)
        assert (found.length or 0) >= 10 and found.unit == "year"
    assert retention.of_table(a_law(), ON, "session").until(ON) is None


@pytest.mark.parametrize("topic", ["retention/classes", "retention/debt_file", "persons/restriction"])
def test_what_nobody_has_read_in_a_source_says_so(topic: str) -> None:
    law: Law = a_law()
    assert not law.at(topic, ON).citation.verified and law.at(topic, ON).provisional
