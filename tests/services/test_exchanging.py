"""What a firm has missed since it last took something, and the pages of a new bundle it must read anew."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlmodel import select

from legalflow.access import Actor
from legalflow.errors import NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, BundleRow, ExhibitRow
from legalflow.services import bundling, exchanging, keeping, sharing
from tests.hostile import makers
from tests.services.installation import SECURED, actor, copied, happened, matter_of, work_off


def _later(office: Office) -> Office:
    """The same house an hour after the firm took the first bundle."""
    at = office.now() + timedelta(hours=1)
    return replace(office, now=lambda: at)


@pytest.fixture(scope="module")
def twice(loaded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A matter with a bundle that its firm took, and a later one with an exhibit put in between and one taken out."""
    office = copied(loaded, tmp_path_factory.mktemp("twice"))
    counsel, matter = actor(office, "counsel"), matter_of(office, SECURED)
    first = bundling.request_bundle(office, counsel, matter)
    work_off(office)
    sharing.taken_on_page(office, actor(office, "lawyer"), "bundle", first)
    with office.database.reading() as session:
        ready = select(ExhibitRow).where(ExhibitRow.matter_id == matter, ExhibitRow.state == "ready")
        last = session.exec(ready).all()[-1]
    later = _later(office)
    two = makers.pdf_bytes(lambda _: None, pages=2)
    keeping.add_exhibit(later, counsel, matter, "补充.pdf", two, name="补充协议", group=1)
    keeping.withdraw(later, counsel, last.id, "与另一份重复")
    work_off(later)
    bundling.request_bundle(later, counsel, matter)
    work_off(later)
    return office


@pytest.fixture
def office(twice: Office, tmp_path: Path) -> Office:
    return _later(copied(twice, tmp_path))


@pytest.fixture
def lawyer(office: Office) -> Actor:
    return actor(office, "lawyer")


def _bundles(office: Office) -> list[BundleRow]:
    with office.database.reading() as session:
        return list(session.exec(select(BundleRow).order_by(BundleRow.version)))


def test_what_came_since_the_last_taking_is_new_and_nothing_before(office: Office, lawyer: Actor) -> None:
    matter = matter_of(office, SECURED)
    happened(office, matter, "RulingServed", "2026-11-23", about="preservation", party="示例银行股份有限公司")
    found = exchanging.exchange(office, lawyer, matter)
    assert [row.version for row in found.news.bundles] == [2]
    assert [row.name for row in found.news.exhibits] == ["补充协议"]
    assert [type(each.event).__name__ for each in found.news.events] == ["RulingServed"]
    (taken,) = found.deliveries
    assert taken.title == "证据材料第1册" and taken.newer == "证据材料第2册"
    sharing.taken_on_page(_later(office), lawyer, "bundle", _bundles(office)[1].id)
    assert exchanging.exchange(office, lawyer, matter).news.count == 0


def test_the_board_of_a_firm_counts_what_waits_and_shows_nothing_of_another(office: Office, lawyer: Actor) -> None:
    lines, count = exchanging.board(office, lawyer)
    assert count == len(lines)
    mine = next(line for line in lines if line.matter_id == matter_of(office, SECURED))
    assert (mine.to_confirm, mine.to_take) == (1, 0) and mine.news >= 2 and mine.due is not None
    others, _ = exchanging.board(office, actor(office, "lawyer2"))
    assert mine.matter_id not in {line.matter_id for line in others}


def test_the_pack_holds_the_list_and_only_the_pages_that_are_new(office: Office, lawyer: Actor) -> None:
    before, after = _bundles(office)
    found = exchanging.changes(office, lawyer, after.id)
    assert [item.name for item in found.delta.added] == ["补充协议"] and len(found.delta.removed) == 1
    assert found.before.id == before.id and all(each.renumbered for each in found.delta.moved)
    name, content = exchanging.changed_pages(office, lawyer, after.id)
    plan = bundling.plan_of(after)
    front = plan.cover_pages + plan.list_pages
    (added,) = found.delta.added
    with pikepdf.open(io.BytesIO(content)) as made:
        labels = [page.label for page in made.pages]
    numbered = [each for each in labels if not each.startswith("变更-")]
    assert numbered == [str(each) for each in (*range(1, front + 1), *range(added.first, added.last + 1))]
    assert len(numbered) == found.pages < after.pages and name.endswith("变更页-1-2.pdf")
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "download.changes")).one()
    assert noted.detail["digest"] == after.pdf


def test_without_an_earlier_one_there_is_nothing_to_compare_and_another_firm_finds_none(
    office: Office, lawyer: Actor
) -> None:
    before, after = _bundles(office)
    with pytest.raises(NotNow):
        exchanging.changes(office, lawyer, before.id)
    with pytest.raises(NotFound):
        exchanging.changes(office, actor(office, "lawyer2"), after.id)
