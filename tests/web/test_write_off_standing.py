"""The page that prepares a write-off: standards met by the exhibits at hand, what lacks, what is not told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.errors import Invalid, NotAllowed
from legalflow.persistence.tables import ExhibitRow
from legalflow.services import recognising, tracking, viewing
from legalflow.values.money import total
from tests.web.world import World, a_world

RECORDS = "追索记录（日期、方式、人员、结果，经办人及负责人签章）"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def named(world: World, *names: str) -> None:
    """The matter's exhibits, as good ones of these names."""
    matter = world.places["own"].ids["matter"]
    with world.office.database.writing() as session:
        rows = list(session.exec(select(ExhibitRow).where(ExhibitRow.matter_id == matter)))
        for row, name in zip(rows, names, strict=False):
            row.name, row.state = name, "ready"
            session.add(row)


def standing(world: World, *assumed: str) -> recognising.Standing:
    found = recognising.standing(world.office, world.actors[Role.FINANCE], world.places["own"].ids["matter"], assumed)
    assert found is not None
    return found


def page(world: World, query: str = "", role: Role = Role.FINANCE) -> str:
    answer = world.visitor(role).get(f"/matters/{world.places['own'].ids['matter']}/write-off{query}")
    assert answer.status_code == 200
    return answer.text


def test_nothing_recorded_states_nothing_and_what_is_supposed_shows_what_it_would_need(world: World) -> None:
    assert standing(world).stated == ()
    assert "没有登记任何标准所述的情形" in page(world)
    text = page(world, "?suppose=small_personal")
    assert f"缺：{RECORDS}" in text and "材料不齐" in text and "假设" in text
    assert "单户金额上限：标准未载入" in text and "未核验" in text


def test_an_exhibit_by_its_name_is_the_paper_and_a_rejected_one_is_not(world: World) -> None:
    named(world, "催收记录2026年")
    found = standing(world, "bank_card").stated[0]
    assert RECORDS not in found.missing and len(found.missing) == 2
    assert "见：催收记录2026年" in page(world, "?suppose=bank_card")
    with world.office.database.writing() as session:
        for row in session.exec(select(ExhibitRow)):
            row.state = "rejected"
            session.add(row)
    assert RECORDS in standing(world, "bank_card").stated[0].missing


def test_demands_and_contacts_on_record_are_counted_and_pursuing_runs_from_the_first(world: World) -> None:
    counsel, matter = world.actors[Role.COUNSEL], world.places["own"].ids["matter"]
    contact = {"person": "debtor", "way": "message", "time": "10:00", "effective": "是"}
    for on in ("2026-03-01", "2026-02-01"):
        tracking.record(world.office, counsel, matter, "ContactMade", {"on": on, **contact})
    found = standing(world, "bank_card", "small_corporate")
    said = {one.zh: one.found for each in found.stated for one in each.thresholds}
    assert said["催收的次数"] == "实际 2 次" and said["追索的天数"] == "实际 296 日"
    assert said["单户金额上限"].startswith("实际 ") and all(each.open for each in found.stated)


def test_no_page_tells_anybody_to_write_off_and_a_firm_never_sees_it(world: World) -> None:
    every = "&".join(f"suppose={each.criterion.id}" for each in standing(world).finding.value)
    assert not re.search("(?:可以?|应予?|应当|准予|予以|建议|同意|须)核销", page(world, f"?{every}"))
    path = f"/matters/{world.places['own'].ids['matter']}/write-off"
    assert world.visitor(Role.FIRM_LAWYER).get(path).status_code == 403
    with pytest.raises(NotAllowed):
        recognising.standing(world.office, world.actors[Role.FIRM_LAWYER], world.places["own"].ids["matter"])


def test_a_standard_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match=r"write_off\.criterion"):
        standing(world, "gift")
    answer = world.visitor(Role.FINANCE).get(f"/matters/{world.places['own'].ids['matter']}/write-off?suppose=gift")
    assert answer.status_code == 422


def test_a_threshold_that_finance_loads_decides_on_the_page(world: World) -> None:
    topic = "write_off/threshold/bank_card_demands"
    law = world.office.law
    value = replace(law.at(topic, recognising.today(world.office)), value="6")
    topics = {each: law.history(each) for each in law.topics()} | {topic: (value,)}
    office = replace(world.office, law=type(law)(topics))
    found = recognising.standing(office, world.actors[Role.FINANCE], world.places["own"].ids["matter"], ["bank_card"])
    assert found is not None and found.stated[0].answer == "not_met"
    assert found.stated[0].why == "催收的次数：不少于 6 次，实际 0 次"


def test_internal_evidence_needs_its_papers_and_three_signatures(world: World) -> None:
    named(world, "催收记录2026年")
    text = page(world, "?suppose=small_personal&internal=yes&signed=handler")
    assert "尚未确认：部门负责人、单位负责人" in text and "尚缺材料" in text
    assert "尚未确认" not in page(world)


def test_the_joint_review_names_the_opinions_that_lack_where_it_is_asked(world: World) -> None:
    text = page(world, "?review=yes&opinion=credit&opinion=legal")
    assert "尚缺意见：核销处置、财会、内控" in text
    assert "尚缺意见" not in page(world)


def test_a_ruling_on_another_loan_serves_only_where_the_security_is_no_better(world: World) -> None:
    ruling = "?ruling=terminated_this_time&ruling_on=2026-05-01&obtained_by=same_lender"
    fits = page(world, f"{ruling}&security=no_better")
    assert "材料不齐" in fits and "尚缺：执行裁定书" in fits
    assert "无此情形" in page(world, f"{ruling}&security=better")
    matter = world.places["own"].ids["matter"]
    for wrong in ("?ruling=terminated", f"{ruling}&security=gold", "?ruling=terminated&ruling_on=2099-01-01"):
        assert world.visitor(Role.FINANCE).get(f"/matters/{matter}/write-off{wrong}").status_code == 422


def test_the_balance_is_that_of_the_debtor_on_all_its_loans_and_tax_reads_it(world: World) -> None:
    found = standing(world)
    own = recognising.claiming.state_claim(
        world.office,
        world.actors[Role.FINANCE],
        viewing.matter(world.office, world.actors[Role.FINANCE], world.places["own"].ids["matter"]).row.loan_id,
    )[1].value
    assert found.loans == 4 and found.loan.outstanding == total([own.principal] * 4)
    text = page(world, "?small=yes&grade=doubtful")
    assert "准备金税前扣除" in text and "同一借款人 4 笔贷款" in text
