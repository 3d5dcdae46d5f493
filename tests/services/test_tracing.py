"""The audit trail reads as sentences, is found by what narrows it, and says where its chain breaks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed, NotNow
from legalflow.loans.parties import Firm
from legalflow.matters.events import EVENTS
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import AuditRow, LoanRow, MatterRow, PersonRow
from legalflow.services import actions, appointing, auditing, employing, revealing, tracing
from legalflow.services.tracing import Wanted
from tests.builders import a_loan, a_party, an_account, an_office, an_open_matter

SOURCE = Path(actions.__file__).resolve().parents[1]
OTHER = "990000199001010025"  # another person of the region that is not there
NOTES = {"note", "_note", "noted", "_noted", "_keep"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without anybody."""
    made = an_office(tmp_path, today="2026-03-02T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def auditor(office: Office) -> Actor:
    """Its auditor."""
    return an_account(office, Role.AUDITOR)


@pytest.fixture
def boss(office: Office) -> Actor:
    """Its administrator."""
    return an_account(office, Role.ADMIN)


@pytest.fixture
def counsel(office: Office) -> Actor:
    """Its counsel."""
    return an_account(office, Role.COUNSEL)


def did(office: Office, actor: Actor, **wanted: object) -> list[str]:
    """What was done, newest first, as it is narrowed."""
    return [each.did for each in tracing.listed(office, actor, Wanted(**wanted)).rows]  # type: ignore[arg-type]


def noted_in(path: Path) -> Iterator[str]:
    """Every action that a module's code puts into the trail by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in NOTES:
            given = [*node.args, *(each.value for each in node.keywords if each.arg == "action")]
            texts = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from (text for text in texts if "." in text and text.replace("_", "").replace(".", "").isalpha())


def test_no_action_is_without_its_words() -> None:
    written = {action for path in SOURCE.rglob("*.py") for action in noted_in(path)}
    assert len(written) > 60
    assert not {action for action in written if actions.said_of(action) == action}, "say it in services/actions.py"
    assert all(actions.said_of(f"event.{name}") == f"记入“{event.title[0]}”" for name, event in EVENTS.items())
    assert set(actions.REFUSALS) <= {action for group in actions.GROUPS for action in actions.of_group(group)}
    assert actions.said_of("event.Unknown") == "event.Unknown" and actions.of_group("none") == ()


def test_everything_of_a_matter_is_found_by_its_number_its_contract_and_its_debtor(
    office: Office, auditor: Actor, counsel: Actor
) -> None:
    matter = an_open_matter(office, counsel, a_loan(contract_number="JK-1"))
    lender = a_loan().parties[0]
    an_open_matter(
        office, counsel, a_loan(contract_number="JK-2", parties=(lender, a_party(name="另一人", number=OTHER)))
    )
    with office.database.reading() as session:
        row = session.exec(select(MatterRow).where(MatterRow.id == matter)).one()
        index = office.keys.index("990000199001010017")
        debtor = session.exec(
            select(PersonRow.id).where(PersonRow.loan_id == row.loan_id, PersonRow.number_index == index)
        ).one()
    revealing.reveal(office, counsel, row.loan_id)
    found = did(office, auditor, about=row.number)
    assert found[0] == "查看了当事人的完整证件号码和电话" and len(found) > 1
    assert did(office, auditor, about="JK-1") == did(office, auditor, about=f"debtor-{debtor}") == found
    assert did(office, auditor, about="debtor-999") == did(office, auditor, about="nothing") == []


def test_it_is_narrowed_by_who_group_days_and_outcome(office: Office, auditor: Actor, boss: Actor) -> None:
    made = employing.create(office, boss, "fang", "方圆", Role.COUNSEL)
    with office.database.writing() as session:
        at = office.now()
        journal.note(session, at=at, actor=made.id, action="refused", subject="loans.reveal", codes="access.reveal")
    assert did(office, auditor, who="fang") == did(office, auditor, who="方圆") == ["提出的请求被拒绝"]
    assert did(office, auditor, outcome="refused") == ["提出的请求被拒绝"]
    assert did(office, auditor, outcome="done", group="account") == ["开立账户"]
    assert did(office, auditor, since=date(2026, 3, 2), until=date(2026, 3, 2)) == ["提出的请求被拒绝", "开立账户"]
    assert did(office, auditor, since=date(2026, 3, 3)) == did(office, auditor, until=date(2026, 3, 1)) == []
    assert did(office, auditor, who="nobody") == []
    for wrong in ({"group": "x"}, {"outcome": "x"}, {"since": date(2026, 3, 2), "until": date(2026, 3, 1)}):
        with pytest.raises(Invalid):
            did(office, auditor, **wrong)
    with pytest.raises(NotAllowed):
        did(office, an_account(office, Role.REVIEWER))


def test_an_entry_is_a_sentence_and_the_administrator_reads_of_no_debtor(
    office: Office, auditor: Actor, boss: Actor, counsel: Actor
) -> None:
    matter = an_open_matter(office, counsel)
    with office.database.reading() as session:
        loan = session.exec(select(MatterRow.loan_id).where(MatterRow.id == matter)).one()
        contract = session.exec(select(LoanRow.contract_number).where(LoanRow.id == loan)).one()
    revealing.reveal(office, counsel, loan)
    [seen] = tracing.listed(office, auditor, Wanted(group="reveal")).rows
    assert seen.who == "counsel" and seen.thing is not None
    assert (seen.thing.kind, seen.thing.name, seen.thing.page) == ("所涉贷款", contract, "loan")
    [hidden] = tracing.listed(office, boss, Wanted(group="reveal")).rows
    assert hidden.thing is not None and (hidden.thing.name, hidden.thing.page) == ("", "")
    firm = appointing.add(office, boss, Firm(name="甲律师事务所"))
    [entry] = tracing.of_subject(office, boss, firm, "account")
    assert entry.thing is not None and (entry.did, entry.thing.name) == ("登记律所", "甲律师事务所")
    made = employing.create(office, boss, "fang", "方", Role.COUNSEL)
    employing.move(office, boss, made.id, Role.AUDITOR, None, "转岗")
    moved = tracing.of_subject(office, boss, made.id, "account")[0]
    assert dict(moved.details) == {"理由": "转岗", "原为": "法务经办", "角色": "审计"}


def test_pages_go_by_key_to_the_end_of_the_trail(office: Office, auditor: Actor) -> None:
    with office.database.writing() as session:
        for _ in range(tracing.PAGE + 2):
            journal.note(session, at=office.now(), actor=auditor.id, action="sign_in", subject=auditor.id)
    first = tracing.listed(office, auditor)
    rest = tracing.listed(office, auditor, after=first.after)
    assert len(first.rows) == tracing.PAGE and len(rest.rows) == 2 and not rest.after
    assert [each.id for each in first.rows + rest.rows] == list(range(tracing.PAGE + 2, 0, -1))
    assert tracing.listed(office, auditor, after="x" * 20).rows == first.rows


def test_what_is_taken_out_is_what_was_found_and_is_itself_an_entry(
    office: Office, auditor: Actor, boss: Actor
) -> None:
    employing.create(office, boss, "fang", "=1+1", Role.COUNSEL)
    content = tracing.export(office, auditor, Wanted(group="account"), "csv").decode("utf-8-sig")
    assert len(content.splitlines()) == 2 and "开立账户" in content and "\n=" not in content
    assert tracing.export(office, auditor, Wanted(), "xlsx").startswith(b"PK")
    entries = tracing.listed(office, auditor, Wanted(group="download")).rows
    assert [dict(each.details)["行数"] for each in entries] == ["2", "1"]
    assert dict(entries[1].details)["筛选条件"] == "group"
    with pytest.raises(Invalid):
        tracing.export(office, auditor, Wanted(), "pdf")


def test_too_many_entries_are_taken_out_in_parts(
    office: Office, auditor: Actor, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    employing.create(office, boss, "fang", "方", Role.COUNSEL)
    monkeypatch.setattr(tracing, "MOST_EXPORTED", 0)
    with pytest.raises(NotNow):
        tracing.export(office, auditor, Wanted(), "csv")
    monkeypatch.setattr(tracing, "MOST_VERIFIED", 0)
    with pytest.raises(NotNow):
        tracing.verify(office, auditor)


def test_a_verification_says_since_when_it_holds_and_a_broken_row_is_named(
    office: Office, auditor: Actor, boss: Actor
) -> None:
    assert tracing.standing(office, auditor).verified_at is None
    employing.create(office, boss, "fang", "方", Role.COUNSEL)
    auditing.checkpoint(office)
    assert tracing.verify(office, auditor) == []
    holds = tracing.standing(office, auditor)
    assert (holds.verified, holds.verified_by, holds.broken, holds.since) == (1, "auditor", [], 0)
    assert holds.checkpoint == 1 and holds.checkpoint_at == office.now()
    with office.database.writing() as session:
        for trigger in ("audit_no_update", "audit_no_delete"):
            session.execute(sa.text(f"DROP TRIGGER {trigger}"))
        session.execute(sa.update(AuditRow).where(col(AuditRow.id) == 1).values(actor=auditor.id))
    assert tracing.verify(office, auditor) == ["audit 1"]
    assert tracing.standing(office, auditor).broken == ["audit 1"]
