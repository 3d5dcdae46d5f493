"""What may be recorded is found by phase or by word, and the timeline tells which event led where."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.matters.events import EVENTS
from legalflow.matters.matter import next_steps
from legalflow.matters.phases import OTHERS, PHASES, phase_of
from legalflow.matters.stages import RULES
from legalflow.services import tracking
from legalflow.web import guidance, steps
from tests.builders import a_loan, an_open_matter
from tests.matters import journeys as j
from tests.matters import test_procedure as ways
from tests.web.world import World, a_world

TODAY = "2026-11-24"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = a_world(tmp_path_factory.mktemp("world"))
    made.visitors = {role: made.visitor(role) for role in (Role.COUNSEL, Role.APPROVER)}
    yield made
    made.office.database.close()


def a_matter(world: World, *names: str, lender: str = "样例银行") -> str:
    counsel = world.actors[Role.COUNSEL]
    matter = an_open_matter(world.office, counsel, a_loan(lender=lender, contract_number=f"JK-{lender}"[:5]))
    for name in ("MaterialsChecked", "DemandStarted", *names):
        tracking.record(world.office, counsel, matter, name, {"on": TODAY})
    return matter


def test_every_event_a_person_records_has_one_phase() -> None:
    named = [name for phase in PHASES for name in phase.events]
    assert len(named) == len(set(named)) and set(named) <= set(EVENTS)
    by_persons = {name for name, rule in RULES.items() if rule.rights}
    assert all(phase.zh and phase.en for phase in (*PHASES, OTHERS))
    assert {name for name in by_persons if phase_of(name) is OTHERS} <= by_persons - set(named)


def test_groups_hold_each_possible_step_once_and_those_that_lead_on_come_first() -> None:
    for matter in (j.journey(*j.opened()), j.journey(*j.accepted()), j.journey(*j.stayed()), j.written_off()):
        found = next_steps(matter)
        groups = steps.grouped(found, [])
        shown = [step.name for group in groups for step in group.steps]
        assert sorted(shown) == sorted(step.name for step in found if step.possible)
        leading = [group.leads_on for group in groups]
        assert leading == sorted(leading, reverse=True) and any(leading)


def test_the_nearest_stage_comes_first_and_what_leads_back_is_not_led_to() -> None:
    heard = j.journey(*j.accepted(), j.happened(EVENTS["HearingSet"], hearing_on=ways.ON))
    ready = [step for step in next_steps(heard) if step.possible and step.advances and not step.aside]
    assert [step.name for step in ready if step.name not in steps.NOT_LED_TO][:2] == ["HearingHeld", "JudgmentGiven"]


def test_while_the_way_is_decided_on_only_the_step_of_the_way_proposed_hangs_on_it() -> None:
    matter = j.record(ways.demanded(), ways.proposed("arbitrate"))
    assert [step.name for step in guidance.hindered(matter, next_steps(matter))] == ["ArbitrationFiled"]


def test_the_page_groups_what_can_be_recorded_and_tells_where_each_event_led(world: World) -> None:
    page = world.visitors[Role.COUNSEL].get(f"/matters/{a_matter(world)}").text
    assert 'id="find-step"' in page and "steps.js" in page and "→ 催告" in page
    groups = re.findall(r'<details class="card-footer step-group"( open)?><summary>([^<（]+)', page)
    assert ("", "破产") in groups and (" open", "方案与审批") in groups
    assert 'data-step="提出处置方案 方案与审批"' in page
    bar = re.search(r'<ol class="stages">(.*?)</ol>', page, re.S)
    assert bar is not None and "一审裁判" in bar[1] and "送达" not in bar[1]


def test_the_bar_of_a_matter_in_arbitration_shows_no_stage_of_a_suit(world: World) -> None:
    matter = a_matter(world, lender="丙银行")
    filed = {"on": TODAY, "body": "某仲裁委员会", "respondents": "甄借款"}
    tracking.record(world.office, world.actors[Role.COUNSEL], matter, "ArbitrationFiled", filed)
    page = world.visitors[Role.COUNSEL].get(f"/matters/{matter}").text
    bar = re.search(r'<ol class="stages">(.*?)</ol>', page, re.S)
    assert bar is not None and "仲裁、公证" in bar[1] and "生效" in bar[1] and "一审裁判" not in bar[1]


def test_an_approver_finds_the_way_that_waits_and_approves_it_on_the_matter(world: World) -> None:
    counsel, approver = world.visitors[Role.COUNSEL], world.visitors[Role.APPROVER]
    matter = a_matter(world, lender="乙银行")
    sent = {"name": "StrategyProposed", "on": TODAY, "way": "sue", "memo": "有房产"}
    assert counsel.post(f"/matters/{matter}/record", sent).status_code == 303
    assert f"/matters/{matter}" in approver.get("/waiting?kind=way").text
    page = approver.get(f"/matters/{matter}").text
    assert "批准处置方案" in page and "name=StrategyApproved" in page
    form = approver.get(f"/matters/{matter}/record?name=StrategyApproved").text
    assert re.search(r'<option value="[^"]*" selected>起诉', form)
    approved = {"name": "StrategyApproved", "on": TODAY, "way": "sue"}
    assert counsel.post(f"/matters/{matter}/record", approved).status_code == 403
    assert approver.post(f"/matters/{matter}/record", approved).status_code == 303


def test_the_form_of_a_filing_leads_to_the_matter_that_pursues_the_contract_already(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    first, second = (a_matter(world, lender=name) for name in ("甲银行一", "甲银行二"))
    filed = {"name": "ArbitrationFiled", "on": TODAY, "body": "某仲裁委员会", "respondents": "甄借款"}
    done = counsel.post(f"/matters/{first}/record", filed)
    assert done.status_code == 303, done.text
    form = counsel.get(f"/matters/{second}/record?name=ArbitrationFiled").text
    assert f'href="/matters/{first}"' in form and "同一合同" in form
    refused = counsel.post(f"/matters/{second}/record", filed)
    assert refused.status_code == 422 and "在备注中写明" in refused.text
