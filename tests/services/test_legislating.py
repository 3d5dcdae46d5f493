"""A dated value is proposed by one person and approved by another; then, and only then, it changes what is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, LawGap, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.law.catalogue import Added
from legalflow.law.periods import deadline
from legalflow.office import Office, in_force
from legalflow.persistence import dated_values
from legalflow.persistence.tables import AuditRow, LawValueRow
from legalflow.services import claiming, legislating
from legalflow.services.legislating import Proposal
from tests.builders import a_kept_loan, a_law, an_account, an_office

LPR = Proposal("rates/lpr_1y", "2026-10-20", "0.029", "全国银行间同业拆借中心公告", "2026年10月20日公布", True)
RATE = Proposal("interest/delay_daily_rate", "2026-12-01", "0.0002", "法释〔2026〕99号", "第一条", True, "改了")


@dataclass(frozen=True)
class House:
    """An office and those who may change its law."""

    office: Office
    maker: Actor
    checker: Actor
    admin: Actor
    counsel: Actor

    def approved(self, proposal: Proposal) -> int:
        """A value proposed by one and approved by another."""
        number = legislating.propose(self.office, self.maker, proposal)
        legislating.approve(self.office, self.checker, number)
        return number

    def rate(self, on: date = date(2026, 12, 1)) -> Decimal:
        """The rate of late performance in force."""
        return in_force(self.office).law.decimal("interest/delay_daily_rate", on)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house on the day before a change."""
    office = an_office(tmp_path, today="2026-11-24T10:00:00+08:00")
    yield House(
        office,
        an_account(office, Role.REVIEWER, "maker"),
        an_account(office, Role.REVIEWER, "checker"),
        an_account(office, Role.ADMIN),
        an_account(office, Role.COUNSEL),
    )
    office.database.close()


def test_a_value_approved_by_another_is_in_force_from_its_first_day_with_its_citation(house: House) -> None:
    house.approved(RATE)
    law = in_force(house.office).law
    assert house.rate() == Decimal("0.0002") and house.rate(date(2026, 11, 30)) == Decimal("0.000175")
    value = law.at("interest/delay_daily_rate", date(2026, 12, 1))
    assert str(value.citation) == "法释〔2026〕99号 第一条" and value.added and value.note == "改了"
    assert value.checked == date(2026, 11, 24) and not value.provisional


def test_what_is_proposed_refused_or_withdrawn_changes_nothing(house: House) -> None:
    number = legislating.propose(house.office, house.maker, RATE)
    assert house.rate() == Decimal("0.000175")
    legislating.refuse(house.office, house.checker, number, "出处有误")
    assert house.rate() == Decimal("0.000175")
    number = legislating.propose(house.office, house.maker, RATE)
    legislating.withdraw(house.office, house.maker, number, "误提")
    assert house.rate() == Decimal("0.000175")
    assert in_force(house.office) is house.office


def test_nobody_alone_changes_the_law(house: House) -> None:
    number = legislating.propose(house.office, house.maker, RATE)
    for act in (legislating.approve, lambda *who: legislating.refuse(*who, "不妥")):
        with pytest.raises(NotAllowed):
            act(house.office, house.maker, number)
    legislating.approve(house.office, house.checker, number)
    with pytest.raises(NotAllowed):  # not even back
        legislating.withdraw(house.office, house.maker, number, "撤销")
    legislating.withdraw(house.office, house.checker, number, "核准有误")
    assert house.rate() == Decimal("0.000175")


def test_only_who_may_acts(house: House) -> None:
    with pytest.raises(NotAllowed):
        legislating.propose(house.office, house.counsel, RATE)
    number = legislating.propose(house.office, house.admin, RATE)
    for act in (legislating.approve, lambda *who: legislating.refuse(*who, "不妥")):
        for who in (house.counsel, house.admin):
            with pytest.raises(NotAllowed):
                act(house.office, who, number)
    with pytest.raises(NotAllowed):  # another's proposal is refused, not withdrawn
        legislating.withdraw(house.office, house.maker, number, "撤回")
    legislating.approve(house.office, house.maker, number)
    with pytest.raises(NotAllowed):
        legislating.withdraw(house.office, house.admin, number, "撤销")


def test_the_database_itself_holds_four_eyes(house: House) -> None:
    number = legislating.propose(house.office, house.maker, RATE)
    with pytest.raises(LegalflowError), house.office.database.writing() as session:
        session.execute(
            sa.text("UPDATE law_value SET state = 'approved', decided_by = proposed_by WHERE id = :id"), {"id": number}
        )


def test_a_decision_is_made_once(house: House) -> None:
    number = house.approved(RATE)
    for act in (
        lambda: legislating.approve(house.office, house.checker, number),
        lambda: legislating.refuse(house.office, house.checker, number, "不妥"),
    ):
        with pytest.raises(NotNow):
            act()
    legislating.withdraw(house.office, house.checker, number, "误")
    with pytest.raises(NotNow):
        legislating.withdraw(house.office, house.checker, number, "误")
    with pytest.raises(NotFound):
        legislating.approve(house.office, house.checker, 999)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"first_day": "2026-10-21"}, {"first_day"}),  # nothing was published
        ({"first_day": "soon"}, {"first_day"}),
        ({"value": "2.9"}, {"value"}),
        ({"value": ""}, {"value"}),
        ({"instrument": "", "article": " "}, {"instrument", "article"}),
        ({"topic": "rates/none"}, {"topic"}),
        ({"first_day": "", "value": "x" * 30_000, "instrument": ""}, {"first_day", "value", "instrument"}),
        ({"first_day": "", "topic": "rates/none", "note": "x" * 501}, {"first_day", "topic", "note"}),
        ({"first_day": "2026-09-20"}, {"first_day"}),  # there is one of that day
    ],
)
def test_all_that_is_wrong_with_a_proposal_is_said_at_its_fields(
    house: House, changes: dict[str, str], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        legislating.propose(house.office, house.maker, replace(LPR, **changes))  # type: ignore[arg-type]
    assert {problem.field for problem in caught.value.problems} == fields


def test_a_value_of_several_entries_is_written_line_by_line(house: House) -> None:
    sheet = legislating.topic(house.office, house.maker, "deadlines/appeal_judgment")
    changed = sheet.latest.replace("'15'", "20")
    assert changed != sheet.latest and not sheet.is_text
    longer = Proposal("deadlines/appeal_judgment", "2026-12-01", changed, "民事诉讼法（2026年修正）", "第一百七十一条")
    before = deadline(in_force(house.office).law, "appeal_judgment", date(2026, 12, 2))
    house.approved(longer)
    after = deadline(in_force(house.office).law, "appeal_judgment", date(2026, 12, 2))
    assert (before.value.nominal, after.value.nominal) == (date(2026, 12, 17), date(2026, 12, 22))
    assert "未核验" in "".join(after.provisional)
    for wrong in ("- 20", "length: [", "length: 20", "&a [*a]", "[" * 5000):
        with pytest.raises(Invalid) as caught:
            legislating.propose(house.office, house.maker, replace(longer, first_day="2027-12-01", value=wrong))
        assert {problem.field for problem in caught.value.problems} == {"value"}


def test_one_first_day_waits_once(house: House) -> None:
    legislating.propose(house.office, house.maker, RATE)
    with pytest.raises(Conflict):
        legislating.propose(house.office, house.checker, RATE)


def test_a_publication_that_was_missing_fills_its_gap_and_no_other(house: House) -> None:
    with pytest.raises(LawGap):
        in_force(house.office).law.at("rates/lpr_1y", date(2026, 10, 20))
    house.approved(LPR)
    law = in_force(house.office).law
    assert law.decimal("rates/lpr_1y", date(2026, 11, 19)) == Decimal("0.029")
    with pytest.raises(LawGap):
        law.at("rates/lpr_1y", date(2026, 11, 20))


def test_a_topic_can_be_ended(house: House) -> None:
    house.approved(replace(RATE, value="", ends=True))
    with pytest.raises(LawGap):
        house.rate()


def test_the_law_in_force_is_put_together_once_and_asked_for_by_one_query(house: House) -> None:
    house.approved(RATE)
    assert in_force(house.office).law is in_force(house.office).law
    asked: list[str] = []
    engine = house.office.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    in_force(house.office)
    assert len([each for each in asked if "SELECT" in each]) == 1


def test_a_claim_is_computed_by_the_law_in_force(house: House) -> None:
    loan_id, on = a_kept_loan(house.office), date(2026, 11, 24)

    def doubts() -> str:
        _, finding = claiming.state_claim(in_force(house.office), house.counsel, loan_id, on)
        return "".join(finding.provisional)

    assert "claims/compound_base" in doubts()
    read = Proposal("claims/compound_base", "2004-02-01", "interest", "某司法解释", "第一条", verified=True)
    number = legislating.propose(house.office, house.maker, read)
    assert "claims/compound_base" in doubts()
    legislating.approve(house.office, house.checker, number)
    assert "claims/compound_base" not in doubts()


def test_every_step_is_in_the_audit_trail(house: House) -> None:
    number = house.approved(RATE)
    legislating.withdraw(house.office, house.checker, number, "误")
    with house.office.database.reading() as session:
        rows = [row for row in session.exec(select(AuditRow)) if row.action.startswith("law.")]
    assert [(row.action, row.actor) for row in rows] == [
        ("law.proposed", house.maker.id),
        ("law.approved", house.checker.id),
        ("law.withdrawn", house.checker.id),
    ]
    assert rows[0].subject == "interest/delay_daily_rate 2026-12-01" and rows[0].detail["value"] == "0.0002"


def test_the_list_finds_by_name_chinese_name_and_citation_and_marks_what_to_look_at(house: House) -> None:
    def found(find: str = "", mark: str = "") -> set[str]:
        return {line.topic for line in legislating.topics(house.office, house.counsel, find, mark)}

    assert found() == set(a_law().topics())
    assert found("lpr_1y") == {"rates/lpr_1y"}
    assert "interest/delay_daily_rate" in found("加倍部分") and "interest/delay_daily_rate" in found("法释〔2014〕8号")
    assert "caps/licensed_ceiling" in found(mark="unverified") and "caps/lpr_multiple" not in found(mark="unverified")
    assert "caps/licensed_ceiling" in found(mark="unchecked") and "caps/lpr_multiple" not in found(mark="unchecked")
    assert found(mark="proposed") == set()
    legislating.propose(house.office, house.maker, RATE)
    assert found(mark="proposed") == {"interest/delay_daily_rate"}
    with pytest.raises(NotAllowed):
        legislating.topics(house.office, an_account(house.office, Role.FIRM_LAWYER), "")


def test_a_topics_sheet_shows_its_values_and_proposals_newest_first(house: House) -> None:
    house.approved(RATE)
    sheet = legislating.topic(in_force(house.office), house.maker, "interest/delay_daily_rate")
    assert [text for _, text in sheet.values] == ["0.0002", "0.000175"] and sheet.now is not None
    assert sheet.now.value == "0.000175" and sheet.latest == "0.0002"
    (line,) = sheet.proposals
    assert line.mine and line.fits and line.row.state == "approved" and line.decided_by == "reviewer"
    with pytest.raises(NotFound):
        legislating.topic(house.office, house.maker, "rates/none")


def test_a_value_that_the_release_has_by_now_gives_way_to_it() -> None:
    law = dated_values.with_all(
        a_law(), [Added("interest/delay_daily_rate", date(2014, 8, 1), "0.1", "某文", "第一条", True)]
    )
    assert law.decimal("interest/delay_daily_rate", date(2026, 1, 1)) == Decimal("0.000175")


def test_a_value_that_no_longer_fits_makes_a_gap_and_leaves_the_rest_alone() -> None:
    unfit = Added("interest/delay_daily_rate", date(2026, 12, 1), {"rate": "0.1"}, "某文", "第一条", True)
    fit = Added("caps/lpr_multiple", date(2026, 12, 1), "3", "某文", "第一条", True)
    gone = Added("rates/gone", date(2026, 12, 1), "3", "某文", "第一条", True)
    before_any = Added("rates/lpr_1y", date(2018, 1, 2), "0.04", "某文", "第一条", True)
    law = dated_values.with_all(a_law(), [unfit, fit, gone, before_any])
    assert law.decimal("interest/delay_daily_rate", date(2026, 11, 30)) == Decimal("0.000175")
    with pytest.raises(LawGap):
        law.at("interest/delay_daily_rate", date(2026, 12, 1))
    assert law.decimal("caps/lpr_multiple", date(2026, 12, 1)) == Decimal("3")


def test_a_row_kept_is_the_value_it_adds(house: House) -> None:
    number = house.approved(RATE)
    with house.office.database.reading() as session:
        row = session.get(LawValueRow, number)
    assert row is not None and dated_values.added(row).checked == date(2026, 11, 24)
