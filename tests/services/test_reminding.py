"""A person's calendar: well-formed, nothing of persons in it, behind a secret that ends; and where the digest goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed, NotFound
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, ReminderRow
from legalflow.services import employing, reminding, watching
from tests.builders import an_account, an_office, an_open_matter

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with one matter of its counsel."""
    made = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """The counsel, with an open matter."""
    made = an_account(office, Role.COUNSEL)
    an_open_matter(office, made)
    return made


def unfolded(content: bytes) -> list[str]:
    """The content lines of a calendar, put together again as a reader does (RFC 5545 3.1)."""
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_feed_has_the_number_and_the_clocks_name_and_nothing_of_persons(office: Office, counsel: Actor) -> None:
    content = reminding.feed(office, reminding.make_feed(office, counsel))
    lines = unfolded(content)
    (due,) = [line for line in watching.running(office, counsel) if line.rule == "limitation"]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR" and "VERSION:2.0" in lines
    assert f"SUMMARY:诉讼时效（案件 {due.number}）" in lines
    assert f"UID:{due.mark}@legalflow" in lines
    assert f"DTSTART;VALUE=DATE:{due.last_day:%Y%m%d}" in lines
    assert "DTSTAMP:20261124T020000Z" in lines
    for name in ("甄借款", "JK-2025-0001", "990000199001010017"):
        assert name not in content.decode()
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")


def test_the_same_clock_keeps_its_uid_when_its_day_moves(office: Office, counsel: Actor) -> None:
    (line,) = watching.running(office, counsel)
    moved = replace(line, last_day=date(2027, 12, 31), title="续行保全：甄借款名下房屋")
    first, second = (unfolded(reminding.calendar([each], AT)) for each in (line, moved))
    assert [each for each in first if each.startswith("UID")] == [each for each in second if each.startswith("UID")]
    assert "DTEND;VALUE=DATE:20280101" in second and f"SUMMARY:续行保全（案件 {line.number}）" in second


def test_lines_are_folded_at_75_octets_between_signs_and_texts_are_escaped(office: Office, counsel: Actor) -> None:
    (line,) = watching.running(office, counsel)
    title = "期限；a,b;c\\d\ne" + "很长的名称𠮷" * 20
    content = reminding.calendar([replace(line, title=title)], AT)
    for piece in content.split(b"\r\n"):
        assert len(piece) <= 75
        piece.decode()
    (summary,) = [each for each in unfolded(content) if each.startswith("SUMMARY")]
    text = summary.removeprefix("SUMMARY:")
    assert re.findall(r"(?<!\\)[;,]", text) == []
    back = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], text)
    assert back == f"{title}（案件 {line.number}）"


def test_a_link_ends_by_a_new_one_by_its_person_and_with_the_account(office: Office, counsel: Actor) -> None:
    first = reminding.make_feed(office, counsel)
    second = reminding.make_feed(office, counsel)
    with pytest.raises(NotFound):
        reminding.feed(office, first)
    assert reminding.feed(office, second)
    with office.database.reading() as session:
        kept = session.exec(select(ReminderRow)).one()
    assert second not in str(kept), "only its hash is kept"
    reminding.end_feed(office, counsel)
    for code in (second, "", "None"):
        with pytest.raises(NotFound):
            reminding.feed(office, code)
    third = reminding.make_feed(office, counsel)
    employing.disable(office, an_account(office, Role.ADMIN), counsel.id, "离职")
    with pytest.raises(NotFound):
        reminding.feed(office, third)
    with office.database.reading() as session:
        actions = [row.action for row in session.exec(select(AuditRow)) if row.action.startswith("feed.")]
    assert actions == ["feed.made", "feed.made", "feed.ended", "feed.made"]


def test_an_address_that_is_none_is_refused(office: Office, counsel: Actor) -> None:
    wrong = ("x", "a@b", "a@example.com\nBcc: b@example.com", "甲@example.com", f"{'a' * 64}@{'b' * 200}.com")
    for address, digest in [(each, False) for each in wrong] + [("", True)]:
        with pytest.raises(Invalid):
            reminding.set_digest(office, counsel, address, digest)
    assert reminding.reminders(office, counsel).address == ""


def test_an_address_is_kept_and_may_go_again(office: Office, counsel: Actor) -> None:
    reminding.set_digest(office, counsel, " a.b@example.com ", True)
    assert reminding.reminders(office, counsel) == reminding.Reminders("a.b@example.com", True, None)
    reminding.set_digest(office, counsel, "", False)
    assert reminding.reminders(office, counsel) == reminding.Reminders("", False, None)
    with pytest.raises(NotAllowed):
        reminding.set_digest(office, an_account(office, Role.ADMIN), "a@example.com", True)
