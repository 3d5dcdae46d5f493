"""The directory of courts: names of the release and of the house, and what each court takes, kept with its source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from legalflow import forms
from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound
from legalflow.office import Office
from legalflow.services import seating
from tests.builders import an_account, an_office

NAME = "示范市甲区人民法院"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def reviewer(office: Office) -> Actor:
    return an_account(office, Role.REVIEWER)


def given(office: Office, actor: Actor, court: str = NAME, **changes: str) -> dict[str, str]:
    """What the form of a court would send."""
    kept = seating.court(office, actor, court)
    return {"name": kept.name, "level": kept.level, "version": str(kept.version), **changes}


def test_released_names_are_whole_courts_each_once_and_none_counts_as_verified(office: Office, reviewer: Actor) -> None:
    names = [each["name"] for each in forms.courts()]
    assert len(names) == len(set(names)) and all(name.endswith("法院") for name in names)
    assert all(each["level"] in seating.LEVELS for each in forms.courts())
    found = seating.directory(office, reviewer)
    assert found[0].name == "最高人民法院" and not any(each.verified for each in found)


def test_courts_are_added_by_name_once_and_found_by_words(office: Office, reviewer: Actor) -> None:
    lines = f"{NAME}\n 示范市第一中级人民法院 \n\n最高人民法院\n"
    assert seating.add(office, reviewer, lines) == 2
    assert seating.add(office, reviewer, lines) == 0
    found = seating.directory(office, reviewer, "示范市")
    assert [(each.name, each.level) for each in found] == [
        ("示范市第一中级人民法院", "intermediate"),
        (NAME, "basic"),
    ]


def test_lines_that_name_no_court_are_all_told_and_nothing_is_added(office: Office, reviewer: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        seating.add(office, reviewer, f"{NAME}\n甲区法庭\n法院\n")
    assert [problem.field for problem in caught.value.problems] == ["names[2]", "names[3]"]
    assert all(problem.mend and problem.mend_en for problem in caught.value.problems)
    assert not seating.directory(office, reviewer, "示范市")


def test_what_a_court_takes_is_kept_and_a_check_needs_its_source(office: Office, reviewer: Actor) -> None:
    seating.add(office, reviewer, NAME)
    with pytest.raises(Invalid) as caught:
        changes = {"checked_on": "2026-12-01", "file_mb": "十", "level": "x", "name": "甲法庭"}
        seating.keep(office, reviewer, NAME, given(office, reviewer, **changes))
    assert {problem.field for problem in caught.value.problems} == {"checked_on", "source", "file_mb", "level", "name"}
    said = given(office, reviewer, checked_on="2026-11-20", source="某高院公布的名录", file_mb="10", formats="PDF")
    seating.keep(office, reviewer, NAME, said)
    kept = seating.court(office, reviewer, NAME)
    assert kept.verified and dict(kept.profile) == {"formats": "PDF", "file_mb": "10"}
    with pytest.raises(Conflict):
        seating.keep(office, reviewer, NAME, said)


def test_a_released_name_keeps_its_name_and_takes_a_profile(office: Office, reviewer: Actor) -> None:
    name = "上海金融法院"
    with pytest.raises(Invalid):
        seating.keep(office, reviewer, name, given(office, reviewer, name, name="上海市金融法院"))
    seating.keep(office, reviewer, name, given(office, reviewer, name, pages="50"))
    assert dict(seating.court(office, reviewer, name).profile) == {"pages": "50"}
    with pytest.raises(NotFound):
        seating.court(office, reviewer, "没有的法院")


def test_finance_reads_the_directory_and_does_not_change_it(office: Office) -> None:
    finance = an_account(office, Role.FINANCE)
    assert seating.directory(office, finance, level="special")
    with pytest.raises(NotAllowed):
        seating.add(office, finance, NAME)
