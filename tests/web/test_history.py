"""The timeline: events in words, and nothing of a write-off for whoever may not see that money."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from legalflow.matters.events import EventReversed, JudgmentGiven, WriteOffPrepared
from legalflow.matters.state import Recorded
from legalflow.services.viewing import MatterSheet
from legalflow.values.money import Money
from legalflow.web import history
from tests.builders import a_loan

SAID: dict[str, Any] = {"at": datetime(2026, 11, 24, 2, 0, tzinfo=UTC), "on": date(2026, 11, 24), "actor": "a"}


def a_sheet(*events: Any) -> MatterSheet:
    """A matter's sheet with these events and nothing else."""
    recorded = [Recorded(number, event) for number, event in enumerate(events, start=1)]
    nothing: list[Any] = []
    return MatterSheet(
        row=None,  # type: ignore[arg-type]
        loan=a_loan(),
        events=recorded,
        people={"a": "方经办"},
        firm="",
        deadlines=nothing,
        documents=nothing,
        exhibits=nothing,
        bundles=nothing,
        links=nothing,
        write_offs=nothing,
        firm_names={},
        open_firms={},
    )


def test_an_event_is_told_in_words() -> None:
    judged = JudgmentGiven(
        number="（2026）虚0101民初1号",
        body="示例法院",
        kind="judgment",
        cause="金融借款合同纠纷",
        operative="一、偿还本金。",
        principal=Money("88000"),
        **SAID,
    )
    (line,) = history.timeline(a_sheet(judged), True, {})
    facts = dict(line.facts)
    assert (line.title, line.who, facts["文书类型"], facts["判决确认本金"]) == (
        "裁判作出",
        "方经办",
        "判决书",
        "88,000.00 元",
    )


def test_a_write_off_and_its_reversal_are_internal() -> None:
    sheet = a_sheet(
        WriteOffPrepared(criterion="death", **SAID), EventReversed(sequence=1, **{**SAID, "reason": "误记"})
    )
    inside = history.timeline(sheet, True, {"death": "借款人死亡"})
    assert [line.title for line in inside] == ["更正：撤销误记事项", "核销拟申报"]
    assert dict(inside[1].facts)["认定标准"] == "借款人死亡" and inside[1].is_reversed
    assert history.timeline(sheet, False, {}) == []
