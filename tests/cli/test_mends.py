"""Every problem of a calculation says where it stands and how to put it right, in both languages."""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import legalflow
from legalflow.cli.calc import parse, run
from legalflow.cli.operations import OPERATIONS, operation
from legalflow.errors import LegalflowError, Problem
from tests.builders import a_law

SEED, MUTANTS = 20260224, 90  # for each operation
RULES = ("claims", "law", "loans", "values", "cli/operations")
ARGUMENTS = ("code", "zh", "en", "field", "found", "mend", "mend_en")
# a fault of the law's own data, which no input brings about; a cell of a file and a number's doubts, which are told
# in a result or a report and not as a refusal of an input
ELSEWHERE = ("law.", "identity.", "self.code")
# a value does not know where in an input it stands: its problem gets its place where the input is read
PLACED_LATER = ("values/money.py", "values/dates.py", "law/periods.py", "law/write_off_ends.py")

Place = tuple[int | str, ...]
NUMBERS = {"inexact": 0.1, "infinite": float("inf"), "minus": -1, "huge": 10**17}
TEXTS = {
    "empty": "",
    "a word": "不是",
    "a rate too high": "12.6",
    "zero": "0",
    "huge": "9999999999999999.99",
    "fine": "0." + "1" * 30,
    "no day": "2024-02-30",
    "early": "0001-01-01",
    "late": "9999-12-31",
}
SHAPES: dict[str, Any] = {"null": None, "list": [], "object": {}, "true": True}


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield (*place, name)
        yield from _places(item, (*place, name))


def _around(given: Any, place: Place) -> Any:
    for name in place[:-1]:
        given = given[name]
    return given


def _mutated(example: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The example with one to three places spoiled: dropped, replaced, doubled, exchanged or with a neighbour added."""
    given = copy.deepcopy(example)
    wrong = [*NUMBERS.values(), *TEXTS.values(), *SHAPES.values()]
    for _ in range(dice.randint(1, 3)):
        places = list(_places(given))
        if not places:
            break
        place = dice.choice(places)
        around, name = _around(given, place), place[-1]
        match dice.randrange(6):
            case 0:
                del around[name]
            case 1 if isinstance(around, dict):
                around[f"{name}s"] = around[name]
            case 2 if isinstance(around, list) and isinstance(name, int):
                around.append(copy.deepcopy(around[name]))
            case 3 if isinstance(around, dict) and {"start", "end_exclusive"} <= set(around):
                around["start"], around["end_exclusive"] = around["end_exclusive"], around["start"]
            case _:
                around[name] = dice.choice(wrong)
    return given


def _refused(name: str, given: Any) -> tuple[Problem, ...]:
    try:
        run(operation(name), parse(json.dumps(given).encode()), a_law(), brief=True)
    except LegalflowError as error:
        return error.problems
    return ()


def _lacking(problem: Problem) -> list[str]:
    return [
        name for name in ("field", "message", "message_en", "mend", "mend_en") if not getattr(problem, name).strip()
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_spoiled_in_an_example_is_told_with_its_place_and_its_mend(name: str) -> None:
    dice, refused = random.Random(f"{SEED} {name}"), 0
    for _ in range(MUTANTS):
        given = _mutated(operation(name).example, dice)
        problems = _refused(name, given)
        refused += bool(problems)
        for problem in problems:
            assert _lacking(problem) == [], (problem, json.dumps(given, ensure_ascii=False))
    assert refused > MUTANTS // 3


@pytest.mark.parametrize("given", [[], None, "x", 1, 0.5, {}])
def test_an_input_that_is_no_object_is_told_as_a_whole(given: Any) -> None:
    for name in OPERATIONS:
        for problem in _refused(name, given):
            assert _lacking(problem) == [], (name, problem)


def test_every_refusal_that_the_rules_can_make_names_its_place_and_its_mend() -> None:
    home = Path(legalflow.__file__).parent
    made = [
        (f"{path.relative_to(home)}:{call.lineno}", call)
        for room in RULES
        for path in sorted((home / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _makes_a_problem(call)
    ]
    assert len(made) > 150
    found = [(where, lacking) for where, call in made if (lacking := _left_out(where, call))]
    assert found == []


def _makes_a_problem(call: ast.Call) -> bool:
    named = call.func
    return (isinstance(named, ast.Name) and named.id == "Problem") or (
        isinstance(named, ast.Attribute) and named.attr == "one"
    )


def _left_out(where: str, call: ast.Call) -> list[str]:
    if ast.unparse(call.args[0]).strip("f'\"").startswith(ELSEWHERE):
        return []
    given = {name for name, value in zip(ARGUMENTS, call.args, strict=False) if ast.unparse(value) != "''"}
    for keyword in call.keywords:
        given |= {keyword.arg} if keyword.arg else {"mend", "mend_en"}  # `**one_of(...)` and `**mend` hold both
    wanted = {"field", "mend", "mend_en"} - ({"field"} if where.startswith(PLACED_LATER) else set())
    return sorted(wanted - given)


def test_a_choice_a_range_and_a_missing_amount_are_mended_from_the_schema() -> None:
    given = {"principal": "100000.00", "rate": "0.06", "basis": 370, "start": "2025-01-01"}
    by_place = {each.field: each for each in _refused("interest", given)}
    assert by_place["basis"].mend == "360、365，不带引号（未约定时按银行惯例 360）"
    whole = {each.field: each for each in _refused("amount-words", {})}
    assert whole["amount"].mend == '补充金额：例如 "590065.94"'
    assert whole["amount"].mend_en == 'add it: for example "590065.94"'
    days = {each.field: each for each in _refused("risk-class", {"kind": "loan", "days_past_due": "九十"})}
    assert days["days_past_due"].mend.endswith("的整数，不带引号")
    card = {**operation("card").example}
    del card["daily_rate"]
    daily = {each.field: each for each in _refused("card", card)}["daily_rate"]
    assert (daily.mend, daily.mend_en) == ("补充约定的日利率：0.0005 即每日万分之五", 'add it: for example "0.0005"')
