"""The clocks of the debt itself: instalments by their time, gaps of the old law, guarantors after the judgment."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from legalflow.errors import LawGap
from legalflow.loans.parties import Guarantee
from legalflow.matters.clocks import Due
from legalflow.matters.debt_clocks import debt_clocks
from legalflow.matters.happenings import Debt, Happening, History
from tests.builders import a_law

ON = date(2026, 11, 24)
DEBTOR, GUARANTOR = "甲", "乙"


def run(*happenings: Happening, on: date = ON, **debt: Any) -> dict[str, Due]:
    """The clocks of a debt by id."""
    found, gaps = debt_clocks(History.of(Debt(**debt), happenings, on), a_law(), on)
    assert not gaps
    return {each.id: each for each in found}


def a_debt(mode: str = "joint", **changes: Any) -> dict[str, Any]:
    guarantee = Guarantee(guarantor=GUARANTOR, contract_name="", signed=date(2024, 1, 5), mode=mode, **changes)
    return {"maturity": date(2025, 6, 30), "debtors": frozenset({DEBTOR}), "guarantees": (guarantee,)}


def test_an_instalment_of_the_old_law_has_its_own_two_years_which_also_begin_anew() -> None:
    instalments = [Happening(kind="instalment_due", on=date(year, 12, 31)) for year in (2020, 2021, 2022)]
    demand = Happening(kind="demand", on=date(2022, 6, 1), party=DEBTOR)
    found, _ = debt_clocks(History.of(Debt(), [*instalments, demand], ON), a_law(), ON)
    own = [each for each in found if each.id == "enforcement_instalment"]
    assert [each.nominal for each in own] == [date(2024, 6, 1), date(2024, 6, 1)]
    assert all(each.last_day.provisional for each in own)
    whole = next(each for each in found if each.id == "enforcement_application")
    assert whole.triggered_on == date(2022, 12, 31)


def test_an_effect_before_the_law_in_the_data_is_a_gap_of_enforcement_alone() -> None:
    effect = Happening(kind="took_effect", on=date(2005, 3, 1))
    found, gaps = debt_clocks(History.of(Debt(), [effect], ON), a_law(), ON)
    assert not found and [(gap.zh, gap.on) for gap in gaps] == [("申请执行", effect.on)]


def test_limitation_is_never_left_out_silently() -> None:
    with pytest.raises(LawGap):
        run(maturity=date(1960, 1, 1))


def test_without_a_debt_there_is_no_limitation_and_an_acceleration_alone_is_enough() -> None:
    assert not run(Happening(kind="demand", on=date(2026, 1, 5)))
    assert run(called=(date(2025, 3, 3),))["limitation"].nominal == date(2028, 3, 3)


def test_a_joint_guarantors_own_limitation_runs_from_the_demand_and_again_from_the_next() -> None:
    first = Happening(kind="demand", on=date(2025, 9, 1), party=GUARANTOR)
    again = Happening(kind="message", on=date(2026, 3, 2), party=GUARANTOR)
    assert run(first, **a_debt())["guarantee_limitation"].nominal == date(2028, 9, 1)
    assert run(first, again, **a_debt())["guarantee_limitation"].nominal == date(2029, 3, 2)
    sued = Happening(kind="suit", on=date(2026, 4, 1), against=(DEBTOR, GUARANTOR))
    assert run(first, sued, **a_debt())["guarantee_limitation"].state == "met"
    assert "guarantee_limitation" not in run(**a_debt())


def test_an_ordinary_guarantors_own_limitation_waits_for_the_enforcement_to_fail() -> None:
    suit = Happening(kind="suit", on=date(2025, 9, 1), against=(DEBTOR,))
    effect = Happening(kind="took_effect", on=date(2026, 1, 5))
    applied = Happening(kind="enforcement_applied", on=date(2026, 2, 2))
    stayed = Happening(kind="stayed", on=date(2026, 8, 3))
    ordinary = a_debt("ordinary")
    assert run(suit, **ordinary)["guarantee"].state == "met"
    assert "guarantee_limitation" not in run(suit, effect, applied, **ordinary)
    found = run(suit, effect, applied, stayed, **ordinary)["guarantee_limitation"]
    assert found.triggered_on == date(2026, 8, 3) and found.nominal == date(2029, 8, 3)
    assert any("第二十八条" in str(citation) for citation in found.last_day.citations)


def test_arbitration_against_the_debtor_keeps_an_ordinary_guarantee() -> None:
    arbitration = Happening(kind="arbitration", on=date(2025, 12, 30), against=(DEBTOR,))
    assert run(arbitration, **a_debt("ordinary"))["guarantee"].state == "met"
    assert run(arbitration, **a_debt("joint"))["guarantee"].state == "missed"


def test_a_maximum_amount_guarantee_says_from_when_it_may_run() -> None:
    found = run(on=date(2025, 7, 1), **a_debt(maximum=True))["guarantee"]
    assert "guarantee.maximum" in [warning.code for warning in found.last_day.warnings]


def test_what_is_done_to_one_joint_debtor_reaches_the_other_and_says_why() -> None:
    demand = Happening(kind="demand", on=date(2026, 3, 2), party="丙")
    found = run(demand, maturity=date(2025, 6, 30), debtors=frozenset({DEBTOR, "丙"}))["limitation"]
    assert found.nominal == date(2029, 3, 2)
    assert any(citation.article == "第十五条" for citation in found.last_day.citations)


def test_after_a_stay_a_new_application_has_no_time_limit_and_that_is_said() -> None:
    effect = Happening(kind="took_effect", on=date(2024, 1, 5), until=date(2024, 1, 15))
    applied = Happening(kind="enforcement_applied", on=date(2024, 2, 1))
    stayed = Happening(kind="stayed", on=date(2024, 9, 2))
    found = run(effect, applied, stayed)["enforcement_application"]
    assert found.state == "met" and found.last_day.steps[-1].what == "终本后"


def test_the_time_to_apply_for_enforcement_is_suspended_as_limitation_is() -> None:
    effect = Happening(kind="took_effect", on=date(2024, 3, 5), until=date(2024, 3, 15))
    arose = Happening(kind="obstacle_arose", on=date(2026, 1, 5), variant="force_majeure")
    ended = Happening(kind="obstacle_ended", on=date(2026, 2, 9))
    found = run(effect, arose, ended)["enforcement_application"]
    assert (found.nominal, found.state) == (date(2026, 8, 9), "missed")
    lasting = run(effect, arose, on=date(2026, 6, 1))["enforcement_application"]
    assert lasting.state == "open" and lasting.days_left < 0
