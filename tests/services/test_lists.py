"""Lists narrow, count, sort, read on without gap, lead from one to the next, and leave as workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import col

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound
from legalflow.loans.parties import PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AuditRow, DeadlineRow, FirmRow, MatterRow, SavedViewRow
from legalflow.services import listing, lists, saving_views, tracking
from legalflow.services.listing import LOANS, MATTERS, Wanted
from legalflow.services.viewing import OPEN_DEADLINES
from tests.builders import a_kept_loan, a_loan, a_party, an_account, an_office

LENDER = a_party(PartyRole.LENDER, PartyKind.ORGANISATION, name="样例银行")
UNITS = ("一支行", "二支行", "")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel of the lender."""
    return an_account(office, Role.COUNSEL)


def a_matter(office: Office, counsel: Actor, number: int, name: str = "") -> str:
    """A matter of a borrower of its own; units go round, names come in twos."""
    borrower = a_party(name=name or f"借款人{number // 2:02d}")
    loan = a_loan(
        contract_number=f"HT-{number:03d}",
        unit=UNITS[number % 3],
        maturity=date(2026, 1, 1 + number % 28),
        parties=(LENDER, borrower),
    )
    return tracking.open_matter(office, counsel, a_kept_loan(office, loan))


@pytest.mark.parametrize("sort", ["-number", "number", "borrower", "-borrower", "due", "-changed", "-total"])
def test_every_order_reads_on_without_gap_or_repetition(
    office: Office, counsel: Actor, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [a_matter(office, counsel, number) for number in range(7)]
    seen: list[str] = []
    after = ""
    with office.database.reading() as session:
        while True:
            keys, after = listing.page(session, office, counsel, MATTERS, Wanted(sort=sort), after, limit=2)
            seen += keys
            if not after:
                break
        whole = listing.keys_of(session, office, counsel, MATTERS, Wanted(sort=sort), 100)
        back = [seen[-1]]
        while key := listing.neighbour(session, office, counsel, MATTERS, Wanted(sort=sort), back[-1], back=True):
            back.append(key)
    assert sorted(seen) == sorted(made) and seen == whole == back[::-1]


def test_facets_count_what_each_choice_would_give(office: Office, counsel: Actor) -> None:
    for number in range(6):
        a_matter(office, counsel, number)
    page = lists.matters(office, counsel, Wanted(chosen={"unit": ("一支行",)}))
    assert page.count == 2 and {line.unit for line in page.rows} == {"一支行"}
    units = {each.key: each.count for each in page.facets["unit"]}
    assert units == {"一支行": 2, "二支行": 2, listing.NONE: 2}  # a facet's own choice is left aside
    assert [(each.key, each.count) for each in page.facets["stage"]] == [("A00", 2)]
    assert page.facets["owner"][0].name == counsel.name
    for key, number in units.items():
        assert lists.matters(office, counsel, Wanted(chosen={"unit": (key,)})).count == number
    due = {each.key: each.count for each in lists.matters(office, counsel).facets["due"]}
    assert sum(due.values()) == 6
    for key, number in due.items():
        assert lists.matters(office, counsel, Wanted(chosen={"due": (key,)})).count == number


def test_the_day_a_matter_is_listed_by_is_the_first_of_its_open_deadlines(office: Office, counsel: Actor) -> None:
    matter_id = a_matter(office, counsel, 0)
    with office.database.reading() as session:
        first = sa.select(sa.func.min(col(DeadlineRow.last_day))).where(
            DeadlineRow.matter_id == matter_id, col(DeadlineRow.state).in_(OPEN_DEADLINES)
        )
        row = session.get(MatterRow, matter_id)
        assert row is not None and row.next_due == session.execute(first).scalar_one() is not None


def test_a_search_and_a_choice_hold_together(office: Office, counsel: Actor) -> None:
    wanted = a_matter(office, counsel, 0, "买买提·热合曼")
    a_matter(office, counsel, 1, "买买提·热合曼")
    page = lists.matters(office, counsel, Wanted("热合曼", {"unit": ("一支行",)}))
    assert [line.id for line in page.rows] == [wanted]
    assert {each.key: each.count for each in page.facets["unit"]} == {"一支行": 1, "二支行": 1}


def test_a_matter_that_left_the_list_still_leads_to_the_next(office: Office, counsel: Actor) -> None:
    first, second, third = (a_matter(office, counsel, number) for number in range(3))
    wanted = Wanted(chosen={"stage": ("A00",)}, sort="number")
    tracking.record(office, counsel, second, "MaterialsChecked", {"on": "2026-11-24"})
    assert second not in [line.id for line in lists.matters(office, counsel, wanted).rows]
    assert lists.neighbour(office, counsel, wanted, second) == third
    assert lists.neighbour(office, counsel, wanted, second, back=True) == first
    assert lists.neighbour(office, counsel, wanted, third) == ""


def test_a_firm_finds_counts_and_exports_its_own_alone(office: Office, counsel: Actor) -> None:
    firm = FirmRow(id=repositories.new_id(), name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(firm)
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=firm.id)
    mine, other = a_matter(office, counsel, 0, "王某甲"), a_matter(office, counsel, 1, "王某乙")
    tracking.assign(office, counsel, mine, firm.id)
    page = lists.matters(office, lawyer, Wanted("王某"))
    assert [line.id for line in page.rows] == [mine] and page.count == 1 and "write_off" not in page.facets
    assert [each.count for each in page.facets["unit"]] == [1]
    assert lists.loans(office, lawyer).count == 1 and lists.matters(office, lawyer, Wanted("王某乙")).count == 0
    with pytest.raises(NotFound):
        lists.neighbour(office, lawyer, Wanted(), other)
    rows = sheet(lists.export(office, lawyer, MATTERS, Wanted(), (), only=[mine, other]))
    assert len(rows) == 2 and "核销" not in rows[0] and rows[1][1] == "王某甲"


def test_an_export_holds_what_is_seen_typed_and_no_formula(office: Office, counsel: Actor) -> None:
    a_matter(office, counsel, 0, "=1+1")
    a_matter(office, counsel, 1, "王某")
    content = lists.export(office, counsel, LOANS, Wanted(sort="-maturity"), ("borrower", "maturity", "disbursed"))
    assert sheet(content) == [
        ["借款人", "到期日", "发放金额（元）"],
        ["王某", date(2026, 1, 2), 120000.0],
        ["=1+1", date(2026, 1, 1), 120000.0],
    ]
    assert content == lists.export(
        office, counsel, LOANS, Wanted(sort="-maturity"), ("borrower", "maturity", "disbursed")
    )
    with office.database.reading() as session:
        noted = session.execute(sa.select(AuditRow.detail).where(AuditRow.action == "export.loans")).scalars().all()
    assert [each["rows"] for each in noted] == [2, 2]


def sheet(content: bytes) -> list[list[object]]:
    """The cells of a workbook's first sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_view_is_kept_sealed_changed_by_its_owner_and_seen_where_it_is_shared(office: Office, counsel: Actor) -> None:
    mine = saving_views.keep(office, counsel, "matters", " 本周  到期 ", "due=week")
    shared = saving_views.keep(office, counsel, "matters", "共享的", "stage=A20", shared=True)
    reviewer = an_account(office, Role.REVIEWER)
    assert (mine.name, mine.state, mine.mine) == ("本周 到期", "due=week", True)
    assert [(each.id, each.mine) for each in saving_views.views(office, reviewer, "matters")] == [(shared.id, False)]
    assert saving_views.views(office, reviewer, "loans") == []
    assert saving_views.change(office, counsel, mine.id, "due=past").state == "due=past"
    with pytest.raises(NotAllowed):
        saving_views.change(office, reviewer, shared.id, "")
    with pytest.raises(NotFound):
        saving_views.drop(office, reviewer, mine.id)
    with pytest.raises(Conflict):
        saving_views.keep(office, counsel, "matters", "本周 到期", "")
    with pytest.raises(Invalid) as refused:
        saving_views.keep(office, counsel, "cases", " ", "x" * 5000)
    assert [problem.code for problem in refused.value.problems] == ["view.subject", "view.name", "view.state"]
    with office.database.reading() as session:
        assert "due" not in "".join(session.execute(sa.select(SavedViewRow.state)).scalars())
    assert saving_views.drop(office, counsel, mine.id) == "matters"
    assert [each.id for each in saving_views.views(office, counsel, "matters")] == [shared.id]


def test_the_lenders_shared_views_are_not_a_firms(office: Office, counsel: Actor) -> None:
    firm = FirmRow(id=repositories.new_id(), name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(firm)
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id=firm.id)
    saving_views.keep(office, counsel, "matters", "拟核销", "write_off=C1", shared=True)
    assert saving_views.views(office, lawyer, "matters") == []
    colleague = an_account(office, Role.FIRM_LAWYER, "colleague", firm_id=firm.id)
    kept = saving_views.keep(office, lawyer, "matters", "一审", "stage=A40", shared=True)
    assert [each.id for each in saving_views.views(office, colleague, "matters")] == [kept.id]
    assert kept.id not in [each.id for each in saving_views.views(office, counsel, "matters")]


def test_no_list_scans_the_wide_rows_of_what_it_does_not_show(office: Office, counsel: Actor) -> None:
    a_matter(office, counsel, 0)
    asked: list[tuple[str, object]] = []
    sa.event.listen(office.database.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    for wanted in (Wanted(), Wanted("王某"), Wanted(chosen={"stage": ("A00",)}, sort="due")):
        lists.matters(office, counsel, wanted)
    plans = []
    with office.database.engine.connect() as connection:
        for statement, values in [each for each in asked if each[0].startswith("SELECT")]:
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            plans += [str(row[3]) for row in found]
    assert any("search_tail" in plan and "INDEX" in plan for plan in plans)
    wide = [plan for plan in plans if plan.startswith(("SCAN matter", "SCAN loan")) and "USING" not in plan]
    assert wide == []
