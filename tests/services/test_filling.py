"""Many fictitious matters: plausible, the same on the same day, and every one what its journal tells."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.errors import Conflict, Invalid
from legalflow.matters.stages import STAGES
from legalflow.office import Office, today
from legalflow.persistence.tables import ClaimRow, JournalRow, LoanRow, MatterRow, OutboxRow
from legalflow.services import checking, court_specimens, filling, inventing
from legalflow.services.filling import Begun, Progress
from legalflow.services.specimens import specimens
from legalflow.values.identity import IdentityKind, identity
from tests.builders import an_office

MANY, DAY = 60, "2026-11-24"


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """What was told while it went on."""
    return []


@pytest.fixture(scope="module")
def begun(filled: tuple[Office, Begun]) -> Begun:
    """The accounts of the filled installation."""
    return filled[1]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, told: list[Progress]) -> tuple[Office, Begun]:
    """An installation of some dozen matters."""
    office = an_office(tmp_path_factory.mktemp("filled"), today=DAY)
    begun = filling.begin(office)
    filling.fill(office, begun, MANY, told.append)
    filling.fill_claims(office, MANY, told.append)
    return office, begun


def test_every_matter_is_there_with_its_claim_at_many_stages_and_nothing_waits(filled: tuple[Office, Begun]) -> None:
    office, _ = filled
    with office.database.reading() as session:
        matters = session.exec(select(MatterRow)).all()
        claims = session.exec(select(ClaimRow)).all()
        assert not session.exec(select(OutboxRow)).all()
    assert len(matters) == MANY and len({matter.number for matter in matters}) == MANY
    assert len({matter.stage for matter in matters}) >= 10 and {matter.stage for matter in matters} <= set(STAGES)
    assert len(claims) == sum(matter.stage != "A90" for matter in matters)
    assert not [claim.reason for claim in claims if claim.reason]


def test_every_invariant_holds_and_the_journal_gives_each_matter(filled: tuple[Office, Begun]) -> None:
    assert not list(checking.invariants(filled[0]))


def test_numbers_follow_the_days_of_the_hand_over_and_nothing_happened_in_the_future(
    filled: tuple[Office, Begun],
) -> None:
    office, _ = filled
    with office.database.reading() as session:
        rows = session.exec(select(MatterRow).order_by(MatterRow.number)).all()
        days = session.exec(select(JournalRow.happened_on)).all()
    assert [row.opened_at.date() for row in rows] == sorted(row.opened_at.date() for row in rows)
    assert max(days) <= today(office)


def test_the_same_day_gives_the_same_loans_and_another_day_moves_them(filled: tuple[Office, Begun]) -> None:
    on = today(filled[0])
    first, second = ([inventing.invent(number, on) for number in range(MANY)] for _ in range(2))
    assert first == second
    with filled[0].database.reading() as session:
        kept = Counter(session.exec(select(MatterRow.stage)).all())
        sums = sorted(session.exec(select(LoanRow.disbursed_fen)).all())
    assert kept == Counter(each.course.stage for each in first)
    assert sums == sorted(round(float(each.row["合同金额"]) * 100) for each in first)


def test_invented_persons_have_right_check_digits_of_a_region_nobody_is_from() -> None:
    numbers = set()
    for invented in (inventing.invent(number, date(2026, 11, 24)) for number in range(300)):
        number = invented.row["借款人证件号码"]
        kind = IdentityKind.ORGANISATION if invented.row["借款人类型"] == "企业" else IdentityKind.RESIDENT
        assert identity(number, kind).valid
        assert (number[2:8] if kind is IdentityKind.ORGANISATION else number).startswith("99")
        numbers.add(number)
    assert len(numbers) == 300


def test_progress_tells_how_many_how_fast_and_what_is_left(begun: Begun, told: list[Progress]) -> None:
    assert told[-1].claims and told[-1].done == MANY
    half = Progress(done=30, whole=60, seconds=10.0)
    assert (half.rate, half.left) == (3.0, 10.0)
    assert Progress(done=0, whole=60, seconds=0.0).left == 0.0


def test_it_is_refused_where_somebody_has_an_account_and_for_an_impossible_number(
    filled: tuple[Office, Begun],
) -> None:
    office, begun = filled
    with pytest.raises(Conflict, match=r"demo\.not_empty"):
        filling.begin(office)
    for count in (0, -1, filling.MOST + 1):
        with pytest.raises(Invalid, match=r"demo\.matters"):
            filling.fill(office, begun, count, lambda _progress: None)


def test_whoever_stops_it_finds_whole_matters(tmp_path: Path) -> None:
    office = an_office(tmp_path, today=DAY)

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filling.fill(office, filling.begin(office), 51, stop)
    with office.database.reading() as session:
        assert len(session.exec(select(MatterRow)).all()) == filling.AT_ONCE
    assert not list(checking.journal_gives_the_matter(office)) and not list(checking.issued_never_changes(office))


def test_a_loan_has_the_papers_of_its_product_and_parties_and_they_are_the_same_each_time(
    filled: tuple[Office, Begun],
) -> None:
    office, begun = filled
    who = begun.cast.counsels[0]
    with office.database.reading() as session:
        rows = session.exec(select(LoanRow).order_by(LoanRow.contract_number)).all()[:12]
    for row in rows:
        made = list(specimens(office, who, row.id))
        facts = {fact for each in made for fact in each.facts}
        assert {"lender_identity", "borrower_identity", "contract", "drawdown", "repayment", "default"} <= facts
        assert ("guarantee" in facts) is bool(row.facts["guarantees"])
        assert ("collateral" in facts) is bool(row.facts["collateral"])
        assert ("electronic_signature" in facts) is (row.facts["place_signed"] == "线上")
        assert len({each.file_name for each in made}) == len(made) >= 8
    assert made == list(specimens(office, who, rows[-1].id))


def test_courts_papers_are_those_of_the_events(filled: tuple[Office, Begun]) -> None:
    office, begun = filled
    with office.database.reading() as session:
        stayed = session.exec(select(MatterRow).where(MatterRow.stage == "A70")).first()
        fresh = session.exec(select(MatterRow).where(MatterRow.stage == "A05")).first()
    assert stayed is not None and fresh is not None
    names = [each.name for each in court_specimens.court_papers(office, begun.cast.reviewer, stayed.id)]
    assert names == ["受理案件通知书", "民事判决书", "执行案件受理通知书", "终结本次执行程序裁定书（终本裁定）"]
    assert not list(court_specimens.court_papers(office, begun.cast.reviewer, fresh.id))
