"""Contacts of persons come in once, are kept sealed, follow a correction and go with a deletion."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.office import Office
from legalflow.persistence.tables import ContactRow
from legalflow.services import addressing, correcting, importing, persons, restricting
from tests.builders import an_account, an_office
from tests.services.test_importing import LOAN, _loan, _numbers, _refusals, _taken_in

NUMBER = LOAN["借款人证件号码"]
CONTACT = {
    "合同编号": LOAN["合同编号"],
    "姓名或名称": "陈示例",
    "证件号码": "",
    "电话": "0990-8888 0001",
    "地址": "示例省示例市西风路9号",
    "电子邮件": "Chen@Example.com",
    "约定送达地址": "示例省示例市南风路3号",
    "来源": "送达地址确认书",
    "取得日期": "2026-05-06",
    "备注": "",
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, today="2026-11-24")


@pytest.fixture
def counsel(office: Office) -> Actor:
    made = an_account(office, Role.COUNSEL)
    _taken_in(office, made, "loans", [LOAN])
    return made


def _kept(office: Office) -> list[addressing.Contact]:
    with office.database.reading() as session:
        return addressing.contacts(session, office.keys, [_loan(office).id])


def test_a_row_keeps_each_way_with_its_source_and_day_and_twice_adds_nothing(office: Office, counsel: Actor) -> None:
    assert _numbers(_taken_in(office, counsel, "contacts", [CONTACT])) == (1, 0, 0, 0)
    found = {each.kind: each for each in _kept(office)}
    assert {kind: each.value for kind, each in found.items()} == {
        "phone": "099088880001",
        "address": "示例省示例市西风路9号",
        "email": "chen@example.com",
        "service_address": "示例省示例市南风路3号",
    }
    assert {(each.source, each.on) for each in found.values()} == {("送达地址确认书", date(2026, 5, 6))}
    assert _numbers(_taken_in(office, counsel, "contacts", [{**CONTACT, "电话": "0990 88880001"}])) == (0, 0, 1, 0)
    later = {**CONTACT, "取得日期": "2026-10-01", "来源": "催收记录"}
    assert _numbers(_taken_in(office, counsel, "contacts", [later])) == (0, 1, 0, 0)
    older = {**CONTACT, "取得日期": "2020-01-01", "来源": "旧台账"}
    assert _numbers(_taken_in(office, counsel, "contacts", [older])) == (0, 0, 1, 0)
    assert {each.source for each in _kept(office)} == {"催收记录"} and len(_kept(office)) == 4


def test_nothing_of_it_stands_in_clear_in_the_database(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "contacts", [CONTACT])
    with office.database.engine.connect() as connection:
        kept = str(connection.execute(sa.select(ContactRow.__table__)).all())  # type: ignore[attr-defined]
    for text in ("099088880001", "西风路", "chen@", "南风路", NUMBER):
        assert text not in kept


def test_a_person_is_named_by_number_or_name_and_english_headings_do(office: Office, counsel: Actor) -> None:
    content = (
        f"contract number,identity,phone,source,date\n{LOAN['合同编号']},{NUMBER},13900000009,催收记录,2026-05-06\n"
    )
    batch = importing.receive(office, counsel, "contacts", "c.csv", content.encode())
    importing.run(office, batch, lambda _session: None)
    assert [(each.party, each.value) for each in _kept(office)] == [("陈示例", "13900000009")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"姓名或名称": ""}, "姓名与证件号码至少填一项"),
        ({"姓名或名称": "别人"}, "该贷款没有这个当事人"),
        ({"证件号码": "990000199001010017"}, "不一致"),
        ({"电话": "12"}, "电话为 5 至 15 位"),
        ({"电子邮件": "x@"}, "电子邮件地址有误"),
        ({"取得日期": "2027-01-01"}, "取得日期晚于今天"),
        ({"来源": ""}, "缺少“来源”"),
        ({"电话": "", "地址": "", "电子邮件": "", "约定送达地址": ""}, "至少填一项"),
        ({"合同编号": "没有"}, "没有这个合同编号的贷款"),
    ],
)
def test_a_row_that_says_nothing_certain_is_refused_by_name(
    office: Office, counsel: Actor, changes: dict[str, str], said: str
) -> None:
    row = _taken_in(office, counsel, "contacts", [{**CONTACT, **changes}])
    assert row.refused == 1 and said in _refusals(office, row)
    assert not _kept(office)


def test_who_asks_what_is_held_is_told_and_a_correction_takes_the_contacts_along(
    office: Office, counsel: Actor
) -> None:
    _taken_in(office, counsel, "contacts", [CONTACT])
    [held] = persons.access(office, counsel, NUMBER)["loans"]
    assert {each["kind"] for each in held["contacts"]} == set(addressing.WAYS)
    correcting.correct(office, counsel, NUMBER, {"name": "陈更名"})
    assert {each.party for each in _kept(office)} == {"陈更名"}


def test_a_restricted_person_gets_no_contact_and_a_deleted_one_keeps_none(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "contacts", [CONTACT])
    restricting.restrict(office, counsel, NUMBER)
    row = _taken_in(office, counsel, "contacts", [{**CONTACT, "电话": "13900000009"}])
    assert row.refused == 1 and "限制处理" in _refusals(office, row)
    with office.database.writing() as session:
        assert addressing.forget(session, _loan(office).id, ["陈示例"]) == 4
    assert not _kept(office)


def test_pages_show_phones_and_mail_starred(office: Office, counsel: Actor) -> None:
    _taken_in(office, counsel, "contacts", [CONTACT])
    shown = {each.kind: addressing.masked(each).value for each in _kept(office)}
    assert shown["phone"] == "099*****0001" and shown["email"].startswith("c***")
    with office.database.reading() as session:
        assert session.exec(select(ContactRow.number_index).distinct()).one() == office.keys.index(NUMBER)
