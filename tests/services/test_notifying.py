"""The daily digest: one a person and day however often it is asked for, with counts and links and no debtor's name."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Away, Invalid
from legalflow.jobs import queues, tasks
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, DeadlineRow, DigestRow, OutboxRow
from legalflow.services import employing, mailing, notifying, refreshing, reminding
from tests.builders import an_account, an_office, an_open_matter

AT = datetime(2026, 11, 23, 16, 0, 30, tzinfo=UTC)  # half a minute past midnight in Beijing


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office at midnight."""
    made = replace(an_office(tmp_path, address="https://flow.example.com/"), now=lambda: AT)
    yield made
    made.database.close()


@pytest.fixture
def counsel(office: Office) -> Actor:
    """A counsel who wants the digest, with a matter whose deadline passed yesterday."""
    made = an_account(office, Role.COUNSEL)
    an_open_matter(office, made)
    with office.database.writing() as session:
        row = session.exec(select(DeadlineRow).where(DeadlineRow.rule == "limitation")).one()
        row.last_day, row.state = AT.date(), "missed"
        session.add(row)
    reminding.set_digest(office, made, "fang@example.com", True)
    return made


def work_off(office: Office) -> list[str]:
    """Do what waits and is due; what came of it."""
    with office.database.reading() as session:
        rows = [row for row in session.exec(select(OutboxRow)) if row.due_at <= office.now()]
    return [tasks.attempt_once(office, queues.TASKS, row.task, row.subject_id, row.attempt) for row in rows]


def letters(office: Office) -> list[EmailMessage]:
    """What lies in the outbox folder."""
    files = sorted(mailing.folder(office).glob("*.eml"))
    read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [letter for letter in read if isinstance(letter, EmailMessage)]


def test_a_digest_waits_for_the_morning_and_goes_once_however_often_it_is_asked_for(
    office: Office, counsel: Actor
) -> None:
    assert notifying.ask(office) == 1
    assert notifying.ask(office) == 0
    assert work_off(office) == [] and letters(office) == [], "not at midnight"
    morning = replace(office, now=lambda: AT + timedelta(hours=7))
    assert work_off(morning) == ["done"]
    assert notifying.ask(morning) == 0 and work_off(morning) == []
    (letter,) = letters(office)
    assert letter["To"] == "fang@example.com" and letter["Subject"] == "期限提醒 2026-11-24：逾期1项"
    text = letter.get_content().replace("\r\n", "\n")
    assert "已逾期：1 项\nhttps://flow.example.com/deadlines?mine=yes&days=overdue" in text
    assert "今天到期" not in text, "what is nought is left out"
    for name in ("甄借款", "JK-2025", "2026-000001"):
        assert name not in text
    with office.database.reading() as session:
        assert session.exec(select(AuditRow).where(AuditRow.action == "digest.sent")).one().subject == counsel.id


def test_the_next_day_has_its_own_and_the_ticks_of_a_day_make_one(office: Office, counsel: Actor) -> None:
    for days in (0, 0, 1):
        at = AT + timedelta(days=days, hours=9)
        later = replace(office, now=lambda at=at: at)
        with later.database.writing() as session:
            row = session.exec(select(DeadlineRow)).one()
            row.last_day, row.state = at.date(), "open"
            session.add(row)
        notifying.ask(later)
        work_off(later)
    assert [letter["Subject"][5:15] for letter in letters(office)] == ["2026-11-24", "2026-11-25"]


def test_the_days_tick_asks_for_it(office: Office, counsel: Actor) -> None:
    future = replace(office, now=lambda: datetime(2040, 1, 2, 2, tzinfo=UTC))  # by then the limitation is over
    for _ in range(2):
        refreshing.tick(future, "day-2040-01-02", lambda _session: None)
    with office.database.reading() as session:
        assert len(session.exec(select(DigestRow)).all()) == 1
    assert work_off(future) == ["done"] and len(letters(future)) == 1


def test_nobody_without_deadlines_wish_or_open_account_gets_one(office: Office, counsel: Actor) -> None:
    idle = an_account(office, Role.COUNSEL, login="idle")
    reminding.set_digest(office, idle, "idle@example.com", True)
    an_account(office, Role.REVIEWER)
    assert notifying.ask(office) == 1
    employing.disable(office, an_account(office, Role.ADMIN), counsel.id, "离职")
    morning = replace(office, now=lambda: AT + timedelta(hours=8))
    assert work_off(morning) == ["done"] and letters(office) == []
    with office.database.reading() as session:
        row = session.exec(select(DigestRow)).one()
    assert row.sent_at is None and row.reason == "已不再接收"
    assert notifying.ask(morning) == 0


def test_a_digest_of_another_day_is_dropped(office: Office, counsel: Actor) -> None:
    notifying.ask(office)
    assert work_off(replace(office, now=lambda: AT + timedelta(days=2))) == ["done"]
    assert letters(office) == []


class _Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is told, or refuses everybody."""

    allow_reuse_address = True
    refuses = False
    received: list[bytes]


class _Session(socketserver.StreamRequestHandler):
    """One conversation in the words of RFC 5321."""

    def handle(self) -> None:
        """Answer until the other side leaves."""
        server = self.server
        assert isinstance(server, _Server)
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"RCPT" and server.refuses:
                self.wfile.write(b"550 no such person fang@example.com\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                content = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    content += part
                server.received.append(content)
                self.wfile.write(b"250 kept\r\n")
            else:
                self.wfile.write(b"250 well\r\n")


@pytest.fixture
def server() -> Iterator[_Server]:
    """A mail server on a port of this machine."""
    with _Server(("127.0.0.1", 0), _Session) as made:
        made.received = []
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()


def with_server(office: Office, server: _Server, **changes: str) -> Office:
    """The office at eight in the morning with its mail server set."""
    host, port = str(server.server_address[0]), int(server.server_address[1])
    said = {"smtp_from": "flow@example.com", "smtp_security": "none", **changes}
    settings = replace(office.settings, smtp_host=host, smtp_port=port, **said)
    return replace(office, settings=settings, now=lambda: AT + timedelta(hours=8))


def test_where_a_server_is_set_the_digest_goes_there(office: Office, counsel: Actor, server: _Server) -> None:
    here = with_server(office, server)
    notifying.ask(here)
    assert work_off(here) == ["done"] and work_off(here) == []
    (content,) = server.received
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert letter["From"] == "flow@example.com" and letter["Message-ID"].endswith("@legalflow>")
    assert letters(office) == []


def test_a_server_that_refuses_is_tried_again_and_its_words_are_kept_from_the_log(
    office: Office, counsel: Actor, server: _Server
) -> None:
    here = with_server(office, server)
    notifying.ask(here)
    server.refuses = True
    assert work_off(here) == ["again"]
    with office.database.reading() as session:
        reason = session.exec(select(OutboxRow)).one().reason
    assert "mail.away" in reason and "fang@example.com" not in reason
    server.refuses = False
    later = replace(here, now=lambda: AT + timedelta(hours=9))
    assert work_off(later) == ["done"] and len(server.received) == 1


def test_no_server_and_a_wrong_setting_are_told_apart(office: Office, server: _Server) -> None:
    letter = EmailMessage()
    letter["From"] = letter["To"] = "a@example.com"
    letter.set_content("x")
    away = with_server(office, server)
    server.shutdown()
    server.server_close()
    with pytest.raises(Away):
        mailing.deliver(away, letter, "x")
    with pytest.raises(Invalid):
        mailing.deliver(with_server(office, server, smtp_security="ssl3"), letter, "x")


def test_a_digest_that_was_given_up_says_why(office: Office, counsel: Actor) -> None:
    notifying.ask(office)
    with office.database.reading() as session:
        row = session.exec(select(DigestRow)).one()
    notifying.fail(office, row.id, "邮件服务器未接收邮件", lambda _session: None)
    with office.database.reading() as session:
        assert session.exec(select(DigestRow)).one().reason == "邮件服务器未接收邮件"
