"""The rows of a judgment's items as typed: what is read, and everything wrong at its place."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from legalflow.errors import Invalid
from legalflow.matters import awarded
from legalflow.matters.awarded import COLUMNS, KINDS, AwardedItem
from legalflow.matters.events import EVENTS, JudgmentGiven, decode, encode
from legalflow.matters.fields import read
from legalflow.values import codec
from legalflow.values.money import Money
from tests.matters.journeys import a_judgment

ROWS = [
    {"kind": "本金", "id": "一", "amount": "60,000", "performance_last_day": "2026-7-31", "owed_by": "甲、乙"},
    {},
    {"kind": "principal", "id": "二", "amount": "40000", "performance_days": "10", "in_base": "是"},
    {
        "kind": "running_interest",
        "reference": "一年期LPR",
        "multiple": "1.5",
        "margin_bp": "-30",
        "start": "2026-01-02",
    },
    {"kind": "running_penalty", "rate": "18%", "start": "2026-01-02", "basis": "365", "on": "一、二"},
    {"kind": "limit", "amount": "80000", "owed_by": "乙"},
]


def wrong(*rows: dict[str, str]) -> list[str]:
    """The places of what is wrong."""
    with pytest.raises(Invalid) as raised:
        awarded.read(json.dumps(rows))
    return [each.field for each in raised.value.problems]


def test_rows_are_read_as_typed_and_empty_ones_passed_over() -> None:
    items = awarded.read(json.dumps(ROWS))
    assert [item.kind for item in items] == [
        "principal", "principal", "running_interest", "running_penalty", "limit",
    ]  # fmt: skip
    assert items[0].owed_by == ("甲", "乙") and items[0].performance_last_day == date(2026, 7, 31)
    assert items[1].in_base is True and items[1].performance_days == 10
    assert (items[2].multiple, items[2].margin_bp, items[2].rate) == (Decimal("1.5"), Decimal(-30), None)
    assert items[3].on == ("一", "二") and items[3].basis == 365
    assert all(item.zh for item in items)


def test_everything_wrong_is_said_at_its_row() -> None:
    assert wrong({"amount": "1"}) == ["items.0.kind"]
    assert wrong({"kind": "本金"}, {"kind": "running_interest"}) == [
        "items.0.amount", "items.1.rate", "items.1.start",
    ]  # fmt: skip
    both = {"kind": "running_interest", "rate": "6%", "reference": "lpr_1y", "start": "2026-01-02"}
    assert wrong(both) == ["items.0.rate"]
    assert wrong({"kind": "本金", "amount": "1", "rate": "6%"}) == ["items.0.rate"]
    assert wrong({"kind": "limit", "amount": "1"}) == ["items.0.owed_by"]
    assert wrong({"kind": "本金", "amount": "1", "colour": "x"}) == ["items.0.colour"]
    twice = {"kind": "本金", "amount": "1", "performance_days": "10", "performance_last_day": "2026-01-01"}
    assert wrong(twice) == ["items.0.performance_days"]
    assert wrong({"kind": "本金", "amount": "1", "id": "一"}, {"kind": "本金", "amount": "2", "id": "一"}) == ["items"]
    assert wrong({"kind": "running_interest", "rate": "6%", "start": "2026-01-02", "on": "三"}) == ["items"]


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '[{"kind": 1}]', "null"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        awarded.read(text)


def test_every_kind_and_column_has_its_words() -> None:
    assert all(zh and en for zh, en in KINDS.values())
    assert all(column.zh and column.en for column in COLUMNS)
    assert set(KINDS) == {value for column in COLUMNS if column.name == "kind" for value, _ in column.options}


def test_items_go_into_the_journal_and_come_back() -> None:
    event = a_judgment(items=awarded.read(json.dumps(ROWS)))
    assert decode("JudgmentGiven", encode(event)) == event


def test_a_judgment_journalled_before_there_were_items_still_reads() -> None:
    kept = codec.plain(a_judgment())
    del kept["items"]
    assert decode("JudgmentGiven", codec.encode(kept)) == a_judgment()


def typed(**changes: str) -> JudgmentGiven:
    """The event of a form whose table is filled."""
    texts = {
        "on": "2026-04-20",
        "number": "（2026）京0105民初1号",
        "body": "某法院",
        "kind": "judgment",
        "cause": "金融借款合同纠纷",
        "operative": "一、被告偿还本金100000元。",
        "principal": "100000",
        "parties": "甲\n乙",
        "items": json.dumps(ROWS),
        **changes,
    }
    event = read(EVENTS["JudgmentGiven"], texts, at=a_judgment().at, actor="a", latest=date(2026, 12, 31))
    assert isinstance(event, JudgmentGiven)
    return event


def test_a_form_gives_the_items_beside_the_sums() -> None:
    event = typed()
    assert len(event.items) == 5 and event.principal == Money("100000")


def test_sums_that_disagree_with_the_items_and_interest_said_twice_are_refused_together() -> None:
    with pytest.raises(Invalid) as raised:
        typed(principal="90000", other_costs="5", interest_rate="6%")
    assert [each.field for each in raised.value.problems] == ["principal", "other_costs", "interest_rate"]


def test_a_row_that_is_wrong_is_said_beside_the_rest_of_the_form() -> None:
    with pytest.raises(Invalid) as raised:
        typed(items=json.dumps([{"kind": "本金"}]), principal="x")
    assert {each.field for each in raised.value.problems} == {"items.0.amount", "principal"}


def test_a_row_says_itself_in_words() -> None:
    item = AwardedItem(kind="running_penalty", id="罚", rate=Decimal("0.18"), start=date(2026, 1, 2), on=("一",))
    assert item.zh == "罚：罚息（计至清偿） 年利率18.00% 自2026年1月2日起 以一为基数"
