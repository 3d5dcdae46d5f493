"""`legalflow calc risk-class`: the mildest of the five grades that days past due still allow."""

from __future__ import annotations

from typing import Any, Literal

from legalflow.claims.grades import mildest_grade
from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.law.catalogue import Law


class RiskClassFacts(Facts):
    """The asset and how long it is overdue."""

    kind: Literal["loan", "credit_card"] = fact("资产种类", description="loan 贷款，credit_card 信用卡")
    days_past_due: int = fact("逾期天数", ge=0, le=100_000)
    on: Day | None = fact("分类之日", None, description="缺省为法律数据最近核对之日")
    technical: bool = fact("逾期出于操作性或技术性原因", False)
    impaired: bool = fact("已发生信用减值", False)


def run(facts: RiskClassFacts, law: Law) -> dict[str, Any]:
    """The mildest grade, with the rule of the day."""
    on = facts.on or law.checked
    found = mildest_grade(law, facts.kind, facts.days_past_due, on, facts.technical, facts.impaired)
    return {"grade": found.value.name, "grade_zh": found.value.zh} | reasons(found)


OPERATION = Operation(
    name="risk-class",
    term="风险分类（最宽可归入的类别）",
    topics=("risk_class/loan", "risk_class/credit_card"),
    facts=RiskClassFacts,
    run=run,
    result_schema=result(
        grade={
            "type": "string",
            "title": "类别代码",
            "enum": ["pass", "special_mention", "substandard", "doubtful", "loss"],
        },
        grade_zh={"type": "string", "title": "最宽可归入的类别"},
    ),
    example={"kind": "loan", "days_past_due": 91, "on": "2026-06-30"},
)
