"""One thing done with many: chosen as clicked, foreseen first, done once each, packed, released by another."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import outbox, runs
from legalflow.persistence.tables import DocumentRow, LoanRow, MatterRow, OutboxRow, RunLineRow, RunRow
from legalflow.services import checking, choosing, following, foreseeing, importing, packing, running, tracking
from legalflow.services.choosing import Asked
from legalflow.services.listing import LOANS, MATTERS, Catalogue, Wanted
from legalflow.storage import Store
from tests.builders import a_kept_loan, a_loan, an_account
from tests.services.installation import actor, loan_of, matter_of, work_off


def chosen(office: Office, who: Actor, catalogue: Catalogue = LOANS, only: list[str] | None = None) -> str:
    """A run over a whole list, or some of it."""
    return choosing.choose(office, who, catalogue, Wanted(), Asked("sort=maturity", ("全部",)), only)


def row_of(office: Office, run_id: str) -> RunRow:
    """A run's row."""
    with office.database.reading() as session:
        row = session.get(RunRow, run_id)
    assert row is not None
    return row


def lines_of(office: Office, run_id: str) -> list[RunLineRow]:
    """A run's lines in order."""
    with office.database.reading() as session:
        return list(runs.every_line(session, run_id))


def foreseen(office: Office, who: Actor, run_id: str, action: str, kind: str = "", **answers: str) -> RunRow:
    """A run looked at, as its page then finds it."""
    foreseeing.ask(office, who, run_id, action, kind, answers, row_of(office, run_id).version)
    work_off(office)
    row = row_of(office, run_id)
    assert row.state == "foreseen", row.reason
    return row


def done(office: Office, who: Actor, run_id: str, **more: object) -> RunRow:
    """A run confirmed and done."""
    running.confirm(office, who, run_id, row_of(office, run_id).version, "", **more)  # type: ignore[arg-type]
    work_off(office)
    row = row_of(office, run_id)
    assert row.state == "done"
    return row


def with_documents(office: Office) -> tuple[Actor, str]:
    """Counsel, and a run over all sample matters looked at for statements of debt."""
    counsel = actor(office, "counsel")
    run_id = chosen(office, counsel, MATTERS)
    foreseen(office, counsel, run_id, "make_documents", "debt_statement", as_of="2026-11-20")
    return counsel, run_id


def test_a_set_is_what_was_there_at_the_click_with_its_conditions_sealed(sample: Office) -> None:
    counsel = actor(sample, "counsel")
    run_id = choosing.choose(sample, counsel, LOANS, Wanted(find="示银"), Asked("find=x", ("包含“示银”",)), None)
    row = row_of(sample, run_id)
    ids = [line.subject_id for line in lines_of(sample, run_id)]
    assert row.count == len(ids) and row.ids_digest == hashlib.sha256("\n".join(ids).encode()).hexdigest()
    assert "示银" not in row.query and choosing.asked_for(sample, row).words == ("包含“示银”",)
    ticked = chosen(sample, counsel, only=[loan_of(sample), "0" * 20])
    assert [line.subject_id for line in lines_of(sample, ticked)] == [loan_of(sample)]
    with pytest.raises(Invalid):
        chosen(sample, counsel, only=[])


def test_matters_are_opened_for_many_and_those_that_are_open_are_left_out_with_the_reason(sample: Office) -> None:
    counsel = actor(sample, "counsel")
    fresh = [a_kept_loan(sample, a_loan(contract_number=f"JK-{number}")) for number in range(2)]
    run_id = chosen(sample, counsel)
    with sample.database.reading() as session:
        before = len(session.exec(select(MatterRow)).all())
        loans = len(session.exec(select(LoanRow)).all())
    foreseen(sample, counsel, run_id, "open_matters")
    with sample.database.reading() as session:
        assert len(session.exec(select(MatterRow)).all()) == before, "nothing is made before the confirmation"
    done(sample, counsel, run_id)
    found = {line.state: line for line in lines_of(sample, run_id)}
    with sample.database.reading() as session:
        assert len(session.exec(select(MatterRow)).all()) == loans
    assert loans == before + len(fresh) and found["skipped"].problems[0]["zh"] == "该笔贷款已立案件"
    assert found["done"].subject_id in fresh and found["done"].result_id and "twice" in found["done"].marks
    assert list(checking.invariants(sample)) == []


def test_documents_are_made_once_each_from_one_version_of_the_words(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    with sample.database.reading() as session:
        assert session.exec(select(DocumentRow).where(DocumentRow.kind == "debt_statement")).all() == []
    row = done(sample, counsel, run_id)
    lines = lines_of(sample, run_id)
    good = [line for line in lines if line.state == "done"]
    assert len(good) >= 3 and all(line.problems for line in lines if line.state != "done")
    with sample.database.reading() as session:
        made = session.exec(select(DocumentRow).where(DocumentRow.kind == "debt_statement")).all()
        assert session.exec(select(OutboxRow)).all() == []
    assert {each.id for each in made} == {line.result_id for line in good}
    assert {each.state for each in made} == {"ready"} and row.words_digest
    running.run(sample, f"{run_id}-1-{row.count}", lambda _session: None)  # the same share again
    assert [line.result_id for line in lines_of(sample, run_id)] == [line.result_id for line in lines]
    assert list(checking.invariants(sample)) == []
    again = chosen(sample, counsel, MATTERS)
    foreseen(sample, counsel, again, "make_documents", "debt_statement", as_of="2026-11-20")
    assert {line.problems[0]["code"] for line in lines_of(sample, again)} >= {"run.twin"}
    assert "waiting" not in {line.state for line in lines_of(sample, again)}


def test_what_changed_after_the_preview_is_left_out_and_so_is_what_was_left_out_by_hand(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    waiting = [line for line in lines_of(sample, run_id) if line.state == "waiting"]
    with sample.database.writing() as session:
        for place, digest in ((waiting[0].place, "0" * 64),):
            line = session.get(RunLineRow, (run_id, place))
            assert line is not None
            line.seen_digest = digest
    done(sample, counsel, run_id, without=[waiting[1].place])
    said = {line.place: line for line in lines_of(sample, run_id)}
    assert said[waiting[0].place].problems[0]["code"] == "run.changed"
    assert said[waiting[1].place].problems[0]["code"] == "run.left_out"
    assert said[waiting[2].place].state == "done"


def test_a_run_that_was_cancelled_makes_nothing_more_and_keeps_what_is_made(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    places = [line.place for line in lines_of(sample, run_id) if line.state == "waiting"]
    running.confirm(sample, counsel, run_id, row_of(sample, run_id).version, "")
    running.run(sample, f"{run_id}-{places[0]}-{places[0]}", lambda _session: None)
    running.cancel(sample, counsel, run_id)
    work_off(sample)
    said = {line.place: line.state for line in lines_of(sample, run_id)}
    assert said[places[0]] == "done" and {said[place] for place in places[1:]} == {"cancelled"}
    assert row_of(sample, run_id).state == "cancelled"
    with pytest.raises(NotNow):
        running.cancel(sample, counsel, run_id)


def test_what_failed_is_tried_again_alone(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    running.confirm(sample, counsel, run_id, row_of(sample, run_id).version, "")
    places = [line.place for line in lines_of(sample, run_id) if line.state == "waiting"]
    running.fail(sample, f"{run_id}-1-{max(places)}", "处理进程多次意外终止", lambda _session: None)
    assert {line.state for line in lines_of(sample, run_id) if line.place in places} == {"failed"}
    assert row_of(sample, run_id).state == "done"
    assert "处理进程多次意外终止" in {each.zh for each in following.sheet(sample, counsel, run_id).reasons}
    running.retry(sample, counsel, run_id)
    with sample.database.reading() as session:
        asked = set(session.exec(select(OutboxRow.subject_id).where(OutboxRow.task == "do_run")))
    assert {f"{run_id}-{place}-{place}" for place in places} <= asked
    work_off(sample)
    assert {line.state for line in lines_of(sample, run_id) if line.place in places} == {"done"}
    with pytest.raises(NotNow):
        running.retry(sample, counsel, run_id)


def test_the_files_are_packed_under_names_that_tell_little_and_released_by_another(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    with pytest.raises(NotNow):
        packing.ask(sample, counsel, run_id)
    done(sample, counsel, run_id)
    packing.ask(sample, counsel, run_id)
    work_off(sample)
    row = row_of(sample, run_id)
    assert row.pack_state == "ready" and row.pack
    with pytest.raises(NotNow):
        packing.open_file(sample, counsel, run_id)
    reviewer = actor(sample, "reviewer")
    with pytest.raises(NotAllowed):
        packing.release(sample, counsel, run_id, row.pack)
    with pytest.raises(NotNow):
        packing.release(sample, reviewer, run_id, "0" * 64)
    packing.release(sample, reviewer, run_id, row.pack)
    content = packing.open_file(sample, counsel, run_id).path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert pack.testzip() is None
        told = json.loads(pack.read("manifest.json"))
        for each in told["files"]:
            assert hashlib.sha256(pack.read(each["name"])).hexdigest() == each["sha256"]
        for entry in pack.infolist():
            assert entry.filename.isascii() or entry.flag_bits & 0x800, "names are said to be UTF-8"
        names = set(pack.namelist()) - {"manifest.json"}
    good = [line for line in lines_of(sample, run_id) if line.state == "done"]
    assert len(names) == 2 * len(good) == len(told["files"])
    with sample.database.reading() as session:
        borrowers = set(session.exec(select(LoanRow.borrower)))
    assert all(name.startswith(f"{row.number}_") for name in names)
    assert not any(borrower in name for borrower in borrowers for name in names)
    with sample.database.writing() as session:  # asked for again it is the same to the byte
        kept = session.get(RunRow, run_id)
        assert kept is not None
        kept.pack_state, kept.version = "asked", kept.version + 1
        outbox.ask(session, "pack_run", run_id, "batches", sample.now())
    work_off(sample)
    assert row_of(sample, run_id).pack == row.pack


def test_only_who_asked_goes_on_with_it_and_another_counsel_does_not_find_it(sample: Office) -> None:
    counsel, reviewer = actor(sample, "counsel"), actor(sample, "reviewer")
    run_id = chosen(sample, counsel)
    other = an_account(sample, Role.COUNSEL, login="another")
    with pytest.raises(NotFound):
        following.sheet(sample, other, run_id)
    assert not following.sheet(sample, reviewer, run_id).mine
    with pytest.raises(NotNow):
        running.cancel(sample, reviewer, run_id)
    for role in (Role.FINANCE, Role.ADMIN, Role.SEAL_KEEPER):
        with pytest.raises(NotAllowed):
            following.listed(sample, an_account(sample, role, login=f"x-{role.value}"))
    with pytest.raises(NotAllowed):
        foreseeing.ask(sample, reviewer, chosen(sample, reviewer), "open_matters", "", {}, 1)


def test_a_page_that_is_old_confirms_nothing(sample: Office) -> None:
    counsel = actor(sample, "counsel")
    a_kept_loan(sample)
    run_id = chosen(sample, counsel)
    old = foreseen(sample, counsel, run_id, "open_matters")
    foreseen(sample, counsel, run_id, "open_matters")
    with pytest.raises(Conflict):
        running.confirm(sample, counsel, run_id, old.version, "")


def test_a_firm_is_given_many_and_finds_a_run_of_its_own_with_its_own_matters(sample: Office) -> None:
    counsel, lawyer = actor(sample, "counsel"), actor(sample, "lawyer")
    run_id = chosen(sample, counsel, only=[loan_of(sample)])
    tracking.open_matter(sample, counsel, loan_of(sample))
    foreseen(sample, counsel, run_id, "assign_firm", firm=lawyer.firm)
    done(sample, counsel, run_id)
    own = chosen(sample, lawyer, MATTERS)
    assert matter_of(sample) in {line.subject_id for line in lines_of(sample, own)}
    colleague = replace(lawyer, id="another")
    assert following.sheet(sample, colleague, own).row.id == own
    with pytest.raises(NotFound):
        following.sheet(sample, replace(lawyer, firm="0" * 20), own)
    foreseen(sample, lawyer, own, "make_documents", "lawyer_letter")
    done(sample, lawyer, own)
    with sample.database.reading() as session:
        letters = session.exec(select(DocumentRow).where(DocumentRow.kind == "lawyer_letter")).all()
    assert letters and {each.requested_by for each in letters} == {lawyer.id}


def test_the_result_sheet_and_the_progress_say_what_came_of_it(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    assert following.foreseen(sample, counsel, run_id).drawn
    name, content = following.sample(
        sample, counsel, run_id, following.foreseen(sample, counsel, run_id).drawn[0].row.place
    )
    assert name.endswith("样稿.pdf") and content.startswith(b"%PDF")
    done(sample, counsel, run_id)
    seen = following.progress(sample, counsel, run_id)
    assert seen.percent == 100 and seen.done == seen.total and not seen.worker
    name, content = following.export(sample, counsel, run_id)
    assert name.endswith("结果清单.xlsx") and content[:2] == b"PK"
    page, after = following.lines(sample, counsel, run_id, "done", 0)
    assert page and after == 0 and all(each.document for each in page)


def test_a_run_cancelled_while_a_share_is_being_made_writes_nothing_of_it(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    running.confirm(sample, counsel, run_id, row_of(sample, run_id).version, "")
    before = set(sample.store.names())

    def cancels(point: str) -> None:
        if point == "rename" and row_of(sample, run_id).state == "running":
            running.cancel(sample, counsel, run_id)

    running.run(
        replace(sample, store=Store(sample.settings.storage, cancels)), f"{run_id}-1-5000", lambda _session: None
    )
    assert {line.state for line in lines_of(sample, run_id)} <= {"cancelled", "skipped"}
    with sample.database.reading() as session:
        assert session.exec(select(DocumentRow).where(DocumentRow.kind == "debt_statement")).all() == []
    assert all(sample.store.verify(digest) for digest in set(sample.store.names()) - before)
    work_off(sample)
    assert list(checking.invariants(sample)) == []


def test_what_comes_into_the_list_after_the_click_is_not_in_the_set(sample: Office) -> None:
    counsel = actor(sample, "counsel")
    run_id = chosen(sample, counsel)
    late = a_kept_loan(sample, a_loan(contract_number="JK-LATE"))
    foreseen(sample, counsel, run_id, "open_matters")
    lines = lines_of(sample, run_id)
    assert late not in {line.subject_id for line in lines} and row_of(sample, run_id).count == len(lines)
    assert late in {line.subject_id for line in lines_of(sample, chosen(sample, counsel))}


def test_two_persons_who_begin_the_same_rows_open_each_once(sample: Office) -> None:
    counsel, other = actor(sample, "counsel"), an_account(sample, Role.COUNSEL, login="another")
    fresh = [a_kept_loan(sample, a_loan(contract_number=f"JK-{number}")) for number in range(2)]
    first, second = chosen(sample, counsel, only=fresh), chosen(sample, other, only=fresh)
    foreseen(sample, counsel, first, "open_matters")
    foreseen(sample, other, second, "open_matters")
    running.confirm(sample, counsel, first, row_of(sample, first).version, "")
    running.confirm(sample, other, second, row_of(sample, second).version, "")
    assert following.progress(sample, other, second).ahead == 2, "two lines of the run before it still wait"
    assert following.progress(sample, counsel, first).ahead == 0
    work_off(sample)
    assert {line.state for line in lines_of(sample, first)} == {"done"}
    left = lines_of(sample, second)
    assert {(line.state, line.problems[0]["code"]) for line in left} == {("skipped", "run.open_already")}
    with sample.database.reading() as session:
        assert len(session.exec(select(MatterRow).where(MatterRow.loan_id.in_(fresh))).all()) == 2  # type: ignore[attr-defined]


def test_a_row_whose_claim_moved_after_the_preview_is_left_out_and_the_others_are_made(sample: Office) -> None:
    counsel, run_id = with_documents(sample)
    moved = next(line for line in lines_of(sample, run_id) if line.subject_id == matter_of(sample))
    assert moved.state == "waiting"
    paid = {"on": "2026-11-10", "amount": "1000.00", "number": "HK-AFTER"}
    importing.record_payment(sample, actor(sample, "finance"), loan_of(sample), paid)
    done(sample, counsel, run_id)
    said = {line.place: line for line in lines_of(sample, run_id)}
    assert said[moved.place].state == "skipped" and said[moved.place].problems[0]["code"] == "run.changed"
    assert "done" in {line.state for line in said.values()}
