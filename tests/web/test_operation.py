"""The administrator's first page and the page of mail: what needs attention, what is set, what is sent once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from legalflow.access import Role
from legalflow.errors import Invalid, NotAllowed, NotNow
from legalflow.persistence.tables import DigestRow, OutboxRow
from legalflow.services import corresponding, notifying, overseeing, retaining
from tests.web.world import World, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = a_world(tmp_path_factory.mktemp("world"))
    made.visitors = {role: made.visitor(role) for role in Role}
    yield made
    made.office.database.close()


def a_dead_letter(world: World) -> str:
    """A letter of today whose sending was given up; its id."""
    digest = world.places["own"].ids["digest"]
    at = world.office.now()
    with world.office.database.writing() as session:
        row = session.get(DigestRow, digest)
        assert row is not None
        row.sent_at = None
        session.add(
            OutboxRow(
                task=notifying.TASK,
                subject_id=digest,
                queue="schedule",
                state="dead",
                reason="邮件服务器未接收邮件",
                due_at=at,
                created_at=at,
            )
        )
    return digest


def test_what_needs_attention_is_named_first_with_its_page(world: World) -> None:
    admin = world.actors[Role.ADMIN]
    found = overseeing.house(world.office, admin)
    kinds = [each.kind for each in found.concerns]
    assert {"work", "lender_account", "law", "courts", "no_mail"} <= set(kinds)
    colours = [each.colour for each in found.concerns]
    assert colours == sorted(colours, reverse=True)
    assert found.counts["accounts"] >= len(Role) and found.counts["lenders"] == 4
    page = world.visitors[Role.ADMIN].get("/admin").text
    assert 'href="/jobs"' in page and "停止的任务" in page and "待确认的收款账户" in page and "甄借款" not in page
    assert "Work that stopped" in world.visitors[Role.ADMIN].get("/admin", headers={"Accept-Language": "en"}).text


def test_only_the_administrator_looks_after_house_and_mail(world: World) -> None:
    for role in set(Role) - {Role.ADMIN}:
        assert world.visitors[role].get("/admin").status_code == 403
        assert world.visitors[role].get("/admin/mail").status_code == 403
    with pytest.raises(NotAllowed):
        overseeing.house(world.office, world.actors[Role.AUDITOR])
    with pytest.raises(NotAllowed):
        corresponding.mail(world.office, world.actors[Role.AUDITOR])


def test_mail_says_how_it_is_set_and_never_its_password(world: World) -> None:
    settings = replace(
        world.office.settings, smtp_host="mail.example", smtp_user="robot", smtp_password="very secret", digest_hour=8
    )
    mail = corresponding.mail(replace(world.office, settings=settings), world.actors[Role.ADMIN])
    assert (mail.host, mail.user, mail.has_password, mail.hour) == ("mail.example", "robot", True, 8)
    assert "very secret" not in repr(mail)
    assert "未设置；邮件存为文件" in world.visitors[Role.ADMIN].get("/admin/mail").text


def test_a_letter_that_was_given_up_is_sent_once_more_and_one_of_yesterday_is_not(world: World) -> None:
    admin = world.visitors[Role.ADMIN]
    digest = a_dead_letter(world)
    page = admin.get("/admin/mail").text
    assert "未发出" in page and "邮件服务器未接收邮件" in page
    assert "没有发出的邮件" in admin.get("/admin").text
    assert admin.post(f"/admin/mail/{digest}/retry").status_code == 303
    assert "等待发送" in admin.get("/admin/mail").text and "没有发出的邮件" not in admin.get("/admin").text
    tomorrow = world.office.now() + timedelta(days=1)
    with pytest.raises(NotNow):
        corresponding.retry(replace(world.office, now=lambda: tomorrow), world.actors[Role.ADMIN], digest)


def test_a_trial_lies_in_the_folder_or_says_why_it_was_not_taken(world: World) -> None:
    admin = world.visitors[Role.ADMIN]
    refused = admin.post("/admin/mail/test", {"to": "nobody\r\nBcc: all@example.com"})
    assert refused.status_code == 422 and "请写一个电子邮箱地址" in refused.text
    assert admin.post("/admin/mail/test", {"to": "me@example.com"}).status_code == 303
    (letter,) = Path(world.office.settings.home / "mail").glob("test-*.eml")
    assert b"me@example.com" in letter.read_bytes()
    nowhere = replace(world.office, settings=replace(world.office.settings, smtp_host="127.0.0.1", smtp_port=9))
    with pytest.raises(Invalid, match=r"mail\.away"):
        corresponding.try_out(nowhere, world.actors[Role.ADMIN], "me@example.com")


def test_every_class_of_records_says_how_long_why_and_that_nobody_checked_it(world: World) -> None:
    page = world.visitors[Role.AUDITOR].get("/admin/retention").text
    assert "债权档案" in page and "10 年" in page and "未核验" in page and "还没有删除过个人信息" in page
    assert world.visitors[Role.COUNSEL].get("/admin/retention").status_code == 403
    kept = retaining.kept(world.office, world.actors[Role.ADMIN])
    tables = [name for line in kept.lines for name, _ in line.tables]
    assert len(tables) == len(set(tables)) and dict(kept.lines[0].tables)
