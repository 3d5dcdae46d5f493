"""`legalflow calc cite`: the instrument and the article of a rule as numbered on the day of the act."""

from __future__ import annotations

from typing import Any

from legalflow.cli.operation import Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.codec import plain


class CiteFacts(Facts):
    """A topic of the law's data and the day of the act."""

    topic: str = fact("法律数据的名称", min_length=1, max_length=100, description="见 legalflow law list articles")
    day: Day = fact("行为之日")


def run(facts: CiteFacts, law: Law) -> dict[str, Any]:
    """The citation in force on the day, and from when to when it is."""
    value = law.at(facts.topic, facts.day)
    step = Step(value.zh, f"{facts.day} 有效，自 {value.since} 起", str(value.citation), (value.citation,))
    return {
        "topic": value.topic,
        "term": value.zh,
        "instrument": value.citation.instrument,
        "article": value.citation.article,
        "verified": value.citation.verified,
        "since": plain(value.since),
        "until_exclusive": plain(value.until),
    } | reasons(Finding(value, (step,), _warnings(value), value.provisional))


def _warnings(value: Value) -> tuple[Warning, ...]:
    if value.until is None:
        return ()
    return (
        Warning(
            "cite.replaced",
            f"该条至 {value.until} 前有效；事实或程序延续到该日以后的，须另行判断适用哪一版",
            f"in force until before {value.until}: what continues after that day may fall under the later version",
        ),
    )


_TEXT = {"type": "string"}
OPERATION = Operation(
    name="cite",
    term="某日有效的法律依据",
    topics=(),
    ground="各项法律数据所注的出处",
    facts=CiteFacts,
    run=run,
    result_schema=result(
        topic=_TEXT | {"title": "法律数据的名称"},
        term=_TEXT | {"title": "事项"},
        instrument=_TEXT | {"title": "规范"},
        article=_TEXT | {"title": "当日的条款编号"},
        verified={"type": "boolean", "title": "是否已核验原文"},
        since=day_schema("起（含）"),
        until_exclusive={"type": ["string", "null"], "format": "date", "title": "止（不含），现行的为空"},
    ),
    example={"topic": "articles/civil_procedure/delay_interest", "day": "2024-06-01"},
)
