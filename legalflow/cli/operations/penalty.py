"""`legalflow calc penalty`: the penalty rate, its band, and the penalty on overdue principal."""

from __future__ import annotations

from typing import Any, Literal

from legalflow.claims.interest import Segment, basis_of, penalty, penalty_rate
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import Law
from legalflow.values.codec import plain
from legalflow.values.dates import Period


class OverduePrincipal(Facts):
    """A principal that was overdue for one period."""

    principal: Amount = fact("逾期本金")
    start: Day = fact("逾期起算日（计）")
    end_exclusive: Day = fact("截止日（不计）")


class PenaltyFacts(Facts):
    """The contract's rates, and the overdue principal: of one period, or by periods in `principals`."""

    principal: Amount | None = fact("逾期本金", None)
    start: Day | None = fact("逾期起算日（计）", None)
    end_exclusive: Day | None = fact("截止日（不计）", None)
    principals: list[OverduePrincipal] | None = fact("逾期本金分段", None, min_length=1, max_length=2000)
    contract_rate: Rate = fact("合同年利率")
    penalty_uplift: Rate = fact("罚息上浮", description="合同利率的比例，0.5 即上浮 50%")
    breach: Literal["overdue", "misuse"] = fact("违约情形", "overdue", description="overdue 逾期，misuse 挪用")
    granted_on: Day = fact("贷款发放日")
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")


def principals_of(facts: PenaltyFacts) -> list[OverduePrincipal]:
    """The periods given, or the one; refused where both or neither are there."""
    names = ("principal", "start", "end_exclusive")
    given = [name for name in names if getattr(facts, name) is not None]
    if facts.principals is not None and not given:
        return facts.principals
    if facts.principals is None and len(given) == len(names):
        return [OverduePrincipal(**{name: getattr(facts, name) for name in names})]
    raise Invalid.one(
        "penalty.one_or_principals",
        "须完整给出逾期本金与起止日，或只给出 principals",
        "give principal, start and end_exclusive, all of them, or else principals alone",
        field="principals" if facts.principals is not None else next(name for name in names if name not in given),
        mend="本金不变的填 principal 与起止日；本金变动的只填 principals",
        mend_en="one principal: principal, start, end_exclusive; several: principals alone",
    )


def run(facts: PenaltyFacts, law: Law) -> dict[str, Any]:
    """The penalty over all periods, rounded once, and the band its uplift is held against."""
    rate = penalty_rate(facts.contract_rate, facts.penalty_uplift, facts.granted_on, law, breach=facts.breach)
    principals = principals_of(facts)
    basis = basis_of(facts.basis, law, principals[0].start)
    found = penalty(
        [
            Segment(each.principal, rate.value, basis.value, Period(each.start, each.end_exclusive))
            for each in principals
        ]
    )
    days = sum((each.end_exclusive - each.start).days for each in principals)
    values = {
        "penalty_rate": plain(rate.value),
        "days": days,
        "basis": basis.value,
        "penalty": plain(found.value),
        "band": _value(law, f"claims/penalty_uplift_{facts.breach}", facts),
        "fixed_daily_rate": _value(law, "claims/old_overdue_daily_rate", facts),
    }
    return values | reasons(found.because(basis).because(rate))


def _value(law: Law, topic: str, facts: PenaltyFacts) -> dict[str, str] | None:
    """A band of the day the loan was granted; None where none was in force."""
    try:
        return dict(law.at(topic, facts.granted_on).value)
    except LawGap:
        return None


def _band(zh: str) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "title": zh,
        "properties": {
            "least": {"type": "string", "title": "下限（小数）"},
            "most": {"type": "string", "title": "上限（小数）"},
        },
        "required": ["least", "most"],
    }


OPERATION = Operation(
    name="penalty",
    term="罚息",
    topics=("claims/penalty_uplift_overdue", "claims/penalty_uplift_misuse"),
    facts=PenaltyFacts,
    run=run,
    result_schema=result(
        penalty_rate={"type": "string", "title": "罚息年利率", "unit": "年利率，小数"},
        days={"type": "integer", "title": "天数"},
        basis={"type": "integer", "title": "年计息天数"},
        penalty=money_schema("罚息"),
        band=_band("上浮幅度"),
        fixed_daily_rate=_band("2004年以前的逾期日利率（该日有效时）"),
    ),
    example={
        "principals": [
            {"principal": "600000.00", "start": "2022-07-16", "end_exclusive": "2022-11-22"},
            {"principal": "591666.36", "start": "2022-11-22", "end_exclusive": "2023-02-10"},
        ],
        "contract_rate": "0.06",
        "penalty_uplift": "0.5",
        "granted_on": "2021-11-12",
        "basis": 360,
    },
)
