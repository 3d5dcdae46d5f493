"""Accounts: made once, moved and shut out with a reason, by an administrator who still is one; the last one stays."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow import config
from legalflow.access import SYSTEM, Actor, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.loans.parties import Firm
from legalflow.office import Office, today
from legalflow.persistence import units
from legalflow.persistence.database import Database
from legalflow.persistence.tables import AccountRow, AccountUnitRow, AuditRow, DocumentRow
from legalflow.services import admitting, appointing, employing, empowering, rostering, stationing, tracking
from tests.builders import a_unit, an_account, an_office, an_open_matter
from tests.services.test_journey import run_on

GOOD = "correct horse battery"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without anybody."""
    made = an_office(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def boss(office: Office) -> Actor:
    """Its administrator."""
    return an_account(office, Role.ADMIN, "boss")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office without anybody on either database, each commit of which takes a while."""
    server, name = config.read().test_postgresql, f"legalflow_accounts_{secrets.token_hex(6)}"
    changes: dict[str, Any] = {}
    if request.param == "postgresql":
        if not server:
            pytest.skip("LEGALFLOW_TEST_POSTGRESQL names no PostgreSQL server")
        run_on(server, f'CREATE DATABASE "{name}"')
        changes["database_url"] = sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)
    made = an_office(tmp_path, **changes)
    yield replace(made, database=Database(made.database.engine, lambda _: time.sleep(0.2)))
    made.database.close()
    if changes:
        run_on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def at_once(*doings: Callable[[], Any]) -> list[LegalflowError | None]:
    """Do several things at the same moment; what refused each, None where it was done."""
    ready, said = threading.Barrier(len(doings)), [None] * len(doings)

    def run(place: int) -> None:
        ready.wait()
        try:
            doings[place]()
        except LegalflowError as refusal:
            said[place] = refusal  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(doings))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said  # type: ignore[return-value]


def row(office: Office, account_id: str) -> AccountRow:
    """An account as it is kept."""
    with office.database.reading() as session:
        found = session.get(AccountRow, account_id)
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[Any]) -> set[str]:
    """The codes of what is wrong."""
    return {problem.code for problem in refused.value.problems}


def test_two_administrators_who_disable_each_other_at_the_same_moment_leave_one(either: Office) -> None:
    one, other = an_account(either, Role.ADMIN, "one"), an_account(either, Role.ADMIN, "other")
    said = at_once(
        lambda: employing.disable(either, one, other.id, "离职"),
        lambda: employing.disable(either, other, one.id, "离职"),
    )
    assert sum(each is None for each in said) == 1
    [refusal] = [each for each in said if each is not None]
    assert refusal.problems[0].code == "account.no_longer"
    assert row(either, one.id).disabled is not row(either, other.id).disabled


def test_nobody_takes_the_last_two_administrators_away_at_once(either: Office) -> None:
    one, other = an_account(either, Role.ADMIN, "one"), an_account(either, Role.ADMIN, "other")
    said = at_once(
        lambda: employing.disable(either, SYSTEM, one.id, "离职"),
        lambda: employing.move(either, SYSTEM, other.id, Role.AUDITOR, None, "调岗"),
    )
    assert sorted(each.problems[0].code if each else "" for each in said) == ["", "account.last_admin"]


def test_a_person_gets_one_account_though_two_are_asked_for_at_once(either: Office) -> None:
    one, other = an_account(either, Role.ADMIN, "one"), an_account(either, Role.ADMIN, "other")

    def make(by: Actor, login: str) -> Callable[[], Any]:
        return lambda: employing.create(either, by, login, "方", Role.COUNSEL, personnel_number="0102")

    said = at_once(make(one, "fang1"), make(other, "fang2"))
    assert sum(each is None for each in said) == 1
    assert [type(each) for each in said if each] in ([Invalid], [Conflict])


def test_only_the_administrator_makes_accounts_and_a_firm_belongs_to_its_lawyers(office: Office, boss: Actor) -> None:
    with pytest.raises(NotAllowed):
        employing.create(office, an_account(office, Role.COUNSEL), "x", "x", Role.ADMIN)
    firm = appointing.add(office, boss, Firm(name="示例律师事务所"))
    for role, firm_id in ((Role.FIRM_LAWYER, None), (Role.COUNSEL, firm), (Role.FIRM_LAWYER, "0" * 20)):
        with pytest.raises(Invalid) as refused:
            employing.create(office, boss, "somebody", "某人", role, firm_id)
        assert codes(refused) == {"account.firm"}
    made = employing.create(office, boss, "lawyer9", "律师", Role.FIRM_LAWYER, firm)
    assert admitting.sign_in(office, "lawyer9", made.password, "10.0.0.1").token
    assert rostering.shown(office, boss, made.id).signed_in_at


@pytest.mark.parametrize(
    "password", ["short", "a" * 15, "1234567890123456", "PasswordPassword", "fang2-is-my-name", "x" * 201]
)
def test_a_password_is_long_and_not_common(office: Office, password: str) -> None:
    with pytest.raises(Invalid):
        employing.create(office, SYSTEM, "fang2", "方", Role.COUNSEL, password=password)


def test_everything_wrong_with_a_new_account_is_said_at_once(office: Office, boss: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        employing.create(
            office, boss, "two words", "", Role.FIRM_LAWYER, personnel_number="甲 1", second_reason="\u200b"
        )
    wrong = {"account.login", "account.name", "account.number", "cell.character", "account.firm"}
    assert codes(refused) == wrong
    with pytest.raises(Invalid) as refused:
        employing.create(office, boss, "boss", "某", Role.COUNSEL, second_reason="兼岗")
    assert codes(refused) == {"account.taken", "account.second_of_whom"}


def test_a_second_account_of_a_person_says_why_and_both_are_one_person(office: Office, boss: Actor) -> None:
    first = employing.create(office, boss, "fang", "方", Role.COUNSEL, personnel_number="0102")
    with pytest.raises(Invalid) as refused:
        employing.create(office, boss, "fang2", "方", Role.REVIEWER, personnel_number="0102")
    assert codes(refused) == {"account.second"} and "fang" in refused.value.problems[0].message
    second = employing.create(
        office, boss, "fang2", "方", Role.REVIEWER, personnel_number="0102", second_reason="兼任复核"
    )
    with office.database.reading() as session:
        actor = units.actor_of(session, row(office, second.id))
    assert actor.is_also(first.id) and actor.is_also(second.id) and not actor.is_also(boss.id)
    assert not actor.is_also(None) and not actor.is_also("")
    assert rostering.shown(office, boss, second.id).others == ("fang",)


def test_a_disabled_account_is_no_second_one_until_it_is_enabled_again(office: Office, boss: Actor) -> None:
    first = employing.create(office, boss, "fang", "方", Role.COUNSEL, personnel_number="0102")
    employing.disable(office, boss, first.id, "换号")
    second = employing.create(office, boss, "fang2", "方", Role.COUNSEL, personnel_number="0102")
    with pytest.raises(Invalid) as refused:
        employing.enable(office, boss, first.id, "误停")
    assert codes(refused) == {"account.second"}
    employing.disable(office, boss, second.id, "误开")
    assert employing.enable(office, boss, first.id, "误停").login == "fang"


def test_a_correction_says_what_and_why_and_not_the_name(office: Office, boss: Actor) -> None:
    made = employing.create(office, boss, "fang", "方", Role.COUNSEL)
    with pytest.raises(Invalid) as refused:
        employing.correct(office, boss, made.id, name=" ", personnel_number="0" * 31)
    assert codes(refused) == {"account.name", "account.number", "account.reason"}
    employing.correct(office, boss, made.id, name="方圆", personnel_number="0102", reason="身份证更名")
    employing.correct(office, boss, made.id, name="方圆", personnel_number="0102", reason="再提交一次")
    with office.database.reading() as session:
        [entry] = session.exec(select(AuditRow).where(AuditRow.action == "account.corrected"))
    assert entry.detail == {"changed": "name personnel_number", "reason": "身份证更名"}
    with pytest.raises(Invalid) as refused:
        employing.correct(office, boss, boss.id, name="admin", personnel_number="9", reason="自改")
    assert codes(refused) == {"account.own_number"}


def test_a_move_ends_sessions_and_takes_the_units_a_role_may_not_have(office: Office, boss: Actor) -> None:
    made = employing.create(office, boss, "fang", "方", Role.COUNSEL, password=GOOD)
    a_unit(office, "A")
    stationing.assign(office, boss, made.id, ["A"])
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    employing.move(office, boss, made.id, Role.AUDITOR, None, "调岗")
    assert admitting.actor_of(office, signed_in.token) is None
    assert row(office, made.id).role == "auditor"
    with office.database.reading() as session:
        assert not session.exec(select(AccountUnitRow)).all()
    with pytest.raises(Invalid) as refused:
        employing.move(office, boss, made.id, Role.AUDITOR, None, "")
    assert codes(refused) == {"account.reason"}
    with pytest.raises(Invalid) as refused:
        employing.move(office, boss, made.id, Role.AUDITOR, None, "再调")
    assert codes(refused) == {"account.unmoved"}


def test_nobody_moves_or_disables_oneself_and_nobody_who_is_not_there(office: Office, boss: Actor) -> None:
    with pytest.raises(Invalid):
        employing.move(office, boss, boss.id, Role.AUDITOR, None, "调岗")
    with pytest.raises(Invalid):
        employing.disable(office, boss, boss.id, "离职")
    for doing in (employing.reset_password, employing.disable, employing.enable):
        with pytest.raises(NotFound):
            doing(office, boss, "0" * 20, "误停")


def test_who_has_matters_or_asked_for_what_is_undecided_keeps_the_role(office: Office, boss: Actor) -> None:
    counsel = an_account(office, Role.COUNSEL, "fang")
    matter = an_open_matter(office, counsel)
    with office.database.writing() as session:
        at = office.now()
        session.add(
            DocumentRow(
                id="d" * 20,
                matter_id=matter,
                kind="civil_complaint",
                version=1,
                title="民事起诉状",
                state="ready",
                facts_digest="f",
                requested_by=counsel.id,
                created_at=at,
                changed_at=at,
            )
        )
    with pytest.raises(NotNow) as refused:
        employing.move(office, boss, counsel.id, Role.REVIEWER, None, "调岗")
    assert codes(refused) == {"account.undecided", "account.holds"}
    assert all(problem.mend and problem.mend_en for problem in refused.value.problems)


def test_whoever_is_an_administrator_no_more_changes_nothing(office: Office, boss: Actor) -> None:
    other = an_account(office, Role.ADMIN, "other")
    employing.disable(office, boss, other.id, "离职")
    with pytest.raises(NotAllowed):
        employing.create(office, other, "fang", "方", Role.COUNSEL)


def test_a_disabled_account_is_let_in_again_with_a_new_password_alone(office: Office, boss: Actor) -> None:
    made = employing.create(office, boss, "fang", "方", Role.COUNSEL, password=GOOD)
    signed_in = admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    with pytest.raises(NotNow):
        employing.enable(office, boss, made.id, "误停")
    employing.disable(office, boss, made.id, "离职")
    for doing in (employing.disable, employing.reset_password):
        with pytest.raises(NotNow):
            doing(office, boss, made.id, "再来")
    password = employing.enable(office, boss, made.id, "返岗").password
    assert admitting.actor_of(office, signed_in.token) is None
    with pytest.raises(Invalid):
        admitting.sign_in(office, "fang", GOOD, "10.0.0.1")
    assert admitting.sign_in(office, "fang", password, "10.0.0.1").token


def test_the_list_is_searched_narrowed_and_paged(office: Office, boss: Actor) -> None:
    for number in range(rostering.PAGE + 3):
        an_account(office, Role.COUNSEL, f"c{number:03d}")
    employing.create(office, boss, "fang_1", "方圆", Role.AUDITOR, personnel_number="A-77")
    first = rostering.listed(office, boss)
    assert (first.count, len(first.rows)) == (rostering.PAGE + 5, rostering.PAGE)
    rest = rostering.listed(office, boss, after=first.after)
    assert len(rest.rows) == 5 and not rest.after
    for find in ("FANG_", "方", "a-77"):
        assert [each.login for each in rostering.listed(office, boss, rostering.Wanted(find=find)).rows] == ["fang_1"]
    assert not rostering.listed(office, boss, rostering.Wanted(find="fang%")).rows
    for wanted, count in (
        (rostering.Wanted(role="auditor"), 1),
        (rostering.Wanted(state="disabled"), 0),
        (rostering.Wanted(state="never", role="admin"), 1),
        (rostering.Wanted(unit=rostering.HEAD_OFFICE), rostering.PAGE + 3),
        (rostering.Wanted(unit="none"), 0),
        (rostering.Wanted(firm="none"), 0),
    ):
        assert rostering.listed(office, boss, wanted).count == count, wanted
    with pytest.raises(NotAllowed):
        rostering.listed(office, an_account(office, Role.AUDITOR, "a"))


def test_what_a_person_did_with_one_account_counts_against_the_persons_others(office: Office, boss: Actor) -> None:
    def of_person(login: str, role: Role, **more: str) -> Actor:
        made = employing.create(office, boss, login, login, role, **more)
        with office.database.reading() as session:
            return units.actor_of(session, row(office, made.id))

    counsel = of_person("counsel", Role.COUNSEL, personnel_number="0102")
    second = of_person("second", Role.REVIEWER, personnel_number="0102", second_reason="兼任复核")
    another = of_person("another", Role.REVIEWER, personnel_number="0103")
    matter = an_open_matter(office, counsel)
    day = {"on": today(office).isoformat()}
    tracking.record(office, counsel, matter, "MaterialsChecked", day)
    tracking.record(office, counsel, matter, "StrategyProposed", {**day, "way": "起诉", "memo": "有财产"})
    with pytest.raises(NotAllowed) as refused:
        tracking.record(office, second, matter, "StrategyApproved", {**day, "way": "起诉"})
    assert codes(refused) == {"persons.proposer"}
    tracking.record(office, another, matter, "StrategyApproved", {**day, "way": "起诉"})

    said = {"up_to": "1000", "first_day": day["on"], "document": "授权书"}
    maker = of_person("maker", Role.ADMIN, personnel_number="0104")
    limit = empowering.propose(office, maker, said)
    checker = of_person("checker", Role.FINANCE_CHECKER, personnel_number="0104", second_reason="兼任复核")
    with pytest.raises(Conflict):
        empowering.approve(office, checker, limit)
