"""What belongs to another unit is as absent as what never was: at every route, for every role that units bind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from legalflow.access import OF_UNITS, RIGHTS, Role
from tests.builders import a_unit, an_account, as_signed_in
from tests.house.test_routes import ANYBODY, OPEN, ROWS, _bare, ask, routes
from tests.web.world import World, a_world, signed_in

# Things that belong to no loan: the law is one for all units, accounts, firms and lenders are the house's.
OF_NO_LOAN = ("value_id", "account_id", "/authority/", "/lenders/", "/lender-")

BOUND = sorted(OF_UNITS, key=lambda role: role.value)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small house with two units: `own` is of the visitors' unit, `other` of another, the rest of none."""
    made = a_world(tmp_path_factory.mktemp("units"))
    accounts = {role: an_account(made.office, role, f"unit-{role.value}") for role in Role if role in OF_UNITS}
    a_unit(made.office, "A", [made.places["own"].ids["loan"]], list(accounts.values()))
    a_unit(made.office, "B", [made.places["other"].ids["loan"]])
    made.visitors = {role: signed_in(made.app, made.office, each) for role, each in accounts.items()}
    yield made
    made.office.database.close()


def test_nothing_of_another_unit_nor_of_none_is_there(world: World) -> None:
    tried = 0
    for endpoint, method, pattern in routes(world):
        if endpoint in OPEN | ANYBODY or "<" not in pattern or any(each in pattern for each in OF_NO_LOAN):
            continue
        role = next((each for each in BOUND if any(each in RIGHTS[right] for right in ROWS[endpoint])), None)
        if role is None:  # the administrator's own, who sees no debtor
            continue
        absent = ask(world, role, endpoint, method, pattern, "absent")
        place = ("other", "unassigned")[tried % 2]
        found = ask(world, role, endpoint, method, pattern, place)
        where = f"{role.value} {method} {endpoint} {place}"
        assert found.status_code == 404, where
        assert _without_address(found) == _without_address(absent), where
        assert {**found.headers, "Content-Length": ""} == {**absent.headers, "Content-Length": ""}, where
        tried += 1
    assert tried > 50


@pytest.mark.parametrize("role", [Role.COUNSEL, Role.FINANCE_CHECKER], ids=lambda role: role.value)
def test_lists_counts_searches_and_exports_tell_nothing_of_another_unit(world: World, role: Role) -> None:
    visitor = world.visitors[role]
    paths = [
        rule
        for endpoint, method, rule in routes(world)
        if method == "GET"
        and "<" not in rule
        and endpoint not in OPEN
        and endpoint != "imports.template"
        and not rule.endswith(".pdf")  # its text is packed, so that no mark could be found; its page is asked
    ]
    paths += ["/matters?find=JK-1", "/loans?find=JK-1", "/loans?find=990000199001010017", "/deadlines?days=overdue"]
    paths += ["/matters/export?as=csv", "/loans/export?as=csv", "/vouchers/export?as=csv", "/register/export?as=csv"]
    theirs = [each for place in ("other", "unassigned") for each in _marks(world, place)]
    for path in paths:
        text = visitor.get(path).get_data().decode(errors="replace")
        assert not [each for each in theirs if each in text], path
    assert world.places["own"].ids["matter"] in visitor.get("/matters").text
    assert world.places["own"].ids["loan"] in visitor.get("/loans").text


def test_who_belongs_to_the_unit_above_sees_its_units_below_and_head_office_sees_all(world: World) -> None:
    boss = an_account(world.office, Role.COUNSEL, "boss")
    a_unit(world.office, "TOP", accounts=[boss])
    a_unit(world.office, "MID", [world.places["unassigned"].ids["loan"]], parent="TOP")
    assert as_signed_in(world.office, boss).units == {"TOP", "MID"}
    seen = signed_in(world.app, world.office, boss).get("/matters").text
    assert world.places["unassigned"].ids["matter"] in seen
    assert world.places["other"].ids["matter"] not in seen
    everything = signed_in(world.app, world.office, world.actors[Role.COUNSEL]).get("/matters").text
    assert all(world.places[place].ids["matter"] in everything for place in ("own", "other", "unassigned"))


def _without_address(answer: TestResponse) -> str:
    """A page without the address that was asked for: who asked knows that anyway."""
    return re.sub(r'back=[^"]*"', "", _bare(answer))


def _marks(world: World, place: str) -> list[str]:
    """By what a page would tell of a place: our ids, and the contract's number."""
    number = {"own": "JK-0", "other": "JK-1", "unassigned": "JK-2"}[place]
    things = ("loan", "matter", "document", "exhibit", "bundle", "write_off", "batch", "receipt")
    return [f">{number}<", *(world.places[place].ids[each] for each in things)]
