"""Taking back what one has just done: by whoever did it, once, in time, and only where nothing changed since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, LegalflowError, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import FirmRow
from legalflow.services import minding, repeating, saving_views, tracking, undoing, viewing, watching
from tests.builders import an_account, an_office, an_open_matter

KEY = "k" * 32


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with nothing in it."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel."""
    return an_account(office, Role.COUNSEL)


def sent(office: Office, actor: Actor, act: str, said: dict[str, str], effect: object, key: str = KEY) -> None:
    """Send a form as the door does: what taking it back needs is read before the effect."""
    assert repeating.begin(office, actor, key, act.encode()) is None
    back = undoing.before(office, actor, act, said)
    effect()  # type: ignore[operator]
    repeating.end(office, actor, key, "/there", act, "/form", back)


def a_firm_row(office: Office) -> str:
    """A firm that matters may be given to."""
    row = FirmRow(id=repositories.new_id(), name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(row)
        return row.id


def names(office: Office, actor: Actor) -> list[tuple[str, str]]:
    """The kept views of the list of matters, by id and what they keep."""
    return [(each.id, each.state) for each in saving_views.views(office, actor, "matters")]


def test_a_view_that_was_dropped_comes_back_under_its_own_address_and_only_once(office: Office, counsel: Actor) -> None:
    view = saving_views.keep(office, counsel, "matters", "本周到期", "due=week", shared=True)
    before = names(office, counsel)
    sent(office, counsel, "lists.drop", {"view": view.id}, lambda: saving_views.drop(office, counsel, view.id))
    assert names(office, counsel) == []
    assert undoing.undo(office, counsel, KEY).answer == "/there"
    undoing.undo(office, counsel, KEY)
    assert names(office, counsel) == before
    found = undoing.done(office, counsel, KEY)
    assert found is not None and found.undone and not found.may_undo


def test_a_view_that_was_overwritten_is_as_it_was_and_a_new_one_goes(office: Office, counsel: Actor) -> None:
    view = saving_views.keep(office, counsel, "matters", "甲", "due=week")

    def overwrite() -> None:
        saving_views.change(office, counsel, view.id, "due=past")

    sent(office, counsel, "lists.change", {"view": view.id}, overwrite)
    undoing.undo(office, counsel, KEY)
    assert names(office, counsel) == [(view.id, "due=week")]
    said = {"subject": "matters", "name": "乙"}
    sent(office, counsel, "lists.keep", said, lambda: saving_views.keep(office, counsel, **said, state=""), "n" * 32)
    undoing.undo(office, counsel, "n" * 32)
    assert names(office, counsel) == [(view.id, "due=week")]


def test_nobody_takes_back_what_another_did(office: Office, counsel: Actor) -> None:
    view = saving_views.keep(office, counsel, "matters", "甲", "")
    sent(office, counsel, "lists.drop", {"view": view.id}, lambda: saving_views.drop(office, counsel, view.id))
    other = an_account(office, Role.REVIEWER)
    with pytest.raises(NotFound):
        undoing.undo(office, other, KEY)
    assert undoing.done(office, other, KEY) is None and names(office, counsel) == []


def test_after_half_an_hour_it_stands(office: Office, counsel: Actor) -> None:
    view = saving_views.keep(office, counsel, "matters", "甲", "")
    sent(office, counsel, "lists.drop", {"view": view.id}, lambda: saving_views.drop(office, counsel, view.id))
    at = office.now() + timedelta(minutes=31)
    with pytest.raises(NotNow, match=r"undo\.too_late"):
        undoing.undo(replace(office, now=lambda: at), counsel, KEY)


def test_what_no_use_case_reverses_is_not_offered(office: Office, counsel: Actor) -> None:
    sent(office, counsel, "matters.record", {}, lambda: None)
    found = undoing.done(office, counsel, KEY)
    assert found is not None and not found.may_undo
    with pytest.raises(NotNow):
        undoing.undo(office, counsel, KEY)


def a_deadline(office: Office, actor: Actor) -> tuple[str, str]:
    """The mark and the last day of a deadline of an open matter."""
    an_open_matter(office, actor)
    line = watching.listed(office, actor, watching.Filter()).rows[0]
    return line.mark, line.last_day.isoformat()


def test_an_acknowledgement_is_taken_back_but_not_another_s_after_it(office: Office, counsel: Actor) -> None:
    mark, day = a_deadline(office, counsel)
    said = {"deadline_id": mark, "last_day": day}
    sent(office, counsel, "deadlines.acknowledge", said, lambda: minding.acknowledge(office, counsel, mark, day))
    undoing.undo(office, counsel, KEY)
    assert minding.care(office, counsel, mark).acknowledged_by == ""
    sent(
        office,
        counsel,
        "deadlines.acknowledge",
        said,
        lambda: minding.acknowledge(office, counsel, mark, day),
        "b" * 32,
    )
    other = an_account(office, Role.REVIEWER)
    minding.acknowledge(office, other, mark, day)
    with pytest.raises(Conflict, match=r"undo\.moved_on"):
        undoing.undo(office, counsel, "b" * 32)
    assert minding.care(office, counsel, mark).acknowledged_by
    found = undoing.done(office, counsel, "b" * 32)
    assert found is not None and not found.undone  # what was refused may be tried again


@pytest.mark.parametrize("whole", ["", "yes"])
def test_who_looked_after_a_deadline_before_does_so_again(office: Office, counsel: Actor, whole: str) -> None:
    mark, _ = a_deadline(office, counsel)
    other = an_account(office, Role.REVIEWER)
    said = {"deadline_id": mark, "owner": other.id, "substitute": counsel.id, "whole": whole}

    def name() -> None:
        minding.assign(office, counsel, mark, other.id, counsel.id, bool(whole))

    sent(office, counsel, "deadlines.assign", said, name)
    assert minding.care(office, counsel, mark).owner_id == other.id
    undoing.undo(office, counsel, KEY)
    found = minding.care(office, counsel, mark)
    assert (found.owner_id, found.substitute_id) == (counsel.id, "")


def test_a_firm_is_assigned_again_or_not_by_events_of_the_journal(office: Office, counsel: Actor) -> None:
    matter, firm = an_open_matter(office, counsel), a_firm_row(office)
    said = {"matter_id": matter}
    sent(office, counsel, "matters.assign", said, lambda: tracking.assign(office, counsel, matter, firm))
    undoing.undo(office, counsel, KEY)
    assert viewing.matter(office, counsel, matter).row.firm_id is None
    tracking.assign(office, counsel, matter, firm)
    sent(
        office, counsel, "matters.unassign", said, lambda: tracking.unassign(office, counsel, matter, "改派"), "u" * 32
    )
    undoing.undo(office, counsel, "u" * 32)
    sheet = viewing.matter(office, counsel, matter)
    told = [type(each.event).__name__ for each in sheet.events]
    assert sheet.row.firm_id == firm
    assert told[-5:] == ["FirmAssigned", "FirmUnassigned", "FirmAssigned", "FirmUnassigned", "FirmAssigned"]


def test_whoever_lost_the_right_or_the_sight_of_a_thing_takes_nothing_back(office: Office, counsel: Actor) -> None:
    matter, firm = an_open_matter(office, counsel), a_firm_row(office)
    sent(
        office, counsel, "matters.assign", {"matter_id": matter}, lambda: tracking.assign(office, counsel, matter, firm)
    )
    for changed in (replace(counsel, role=Role.AUDITOR), replace(counsel, units=frozenset({"none"}))):
        with pytest.raises(LegalflowError):
            undoing.undo(office, changed, KEY)
    assert viewing.matter(office, counsel, matter).row.firm_id == firm
