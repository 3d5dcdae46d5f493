"""What evidence a loan case lacks."""

from __future__ import annotations

import pytest

from legalflow.errors import NotFound
from legalflow.evidence.checklist import asked, group_titles, groups, lacking
from legalflow.evidence.exhibits import Exhibit

CONTRACT = Exhibit(
    id="a", name="借款合同", group=2, order=1, original="0", working="0", pages=1, facts=("contract", "drawdown")
)


def test_there_are_the_nine_groups_of_a_loan_case_in_their_order() -> None:
    assert [group.title for group in groups()] == [
        "主体资格", "借款合意", "放款", "还款与欠款", "担保", "催收与提前到期", "费用", "电子证据存证",
            "裁判与执行",
    ]  # fmt: skip


def test_every_fact_asked_stands_in_a_group_and_says_what_it_must_carry() -> None:
    assert {each.group for each in asked("loan")} <= set(group_titles())
    assert all(each.must_carry and each.proves for each in asked("loan"))
    assert len({each.fact for each in asked("loan")}) == len(asked("loan"))


def test_what_is_proved_is_not_lacking_and_what_does_not_apply_is_not_asked() -> None:
    plain = {each.fact for each in lacking("loan", [CONTRACT], {})}
    assert "contract" not in plain and "drawdown" not in plain and "guarantee" not in plain
    assert {"borrower_identity", "default", "repayment"} <= plain
    assert "guarantee" in {each.fact for each in lacking("loan", [CONTRACT], {"guarantee": True})}


def test_an_unknown_checklist_is_not_found() -> None:
    with pytest.raises(NotFound):
        asked("../secrets")
