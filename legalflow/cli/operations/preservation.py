"""`legalflow calc preservation`: which court preserves property, what security it may ask, and what it charges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from legalflow.claims import fees
from legalflow.cli.operation import Amount, Day, Facts, Operation, fact, money_schema, reasons, result
from legalflow.cli.operations.court import PlaceFacts, place_of
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.courts import LEVELS
from legalflow.law.preservation import Preservation, preserving_courts, security
from legalflow.values.codec import plain


class PreservationFacts(Facts):
    """What is asked, by whom, at which stage, and where property and respondents are."""

    on: Day = fact("申请之日")
    amount: Amount = fact("请求保全数额")
    stage: Literal["presuit", "suit", "arbitration", "after_judgment"] = fact(
        "阶段", description="诉前、诉讼中、仲裁中、法律文书生效后进入执行前"
    )
    applicant: Literal["bank", "insurer", "licensed", "small_loan", "other"] = fact(
        "申请人", "other", description="银行、保险公司、其他由金融监管部门批准设立的金融机构、小额贷款公司、其他"
    )
    assets: list[PlaceFacts] = fact("财产所在地", [], max_length=100)
    respondents: list[PlaceFacts] = fact("被申请人住所地", [], max_length=100)
    hearing: list[PlaceFacts] = fact("受理案件、有管辖权或者执行法院的地点", [], max_length=20)
    level: Literal["basic", "intermediate", "high"] = fact("该法院的级别", "basic")
    clear: bool = fact("事实清楚、发生保全错误可能性较小", False)


def run(facts: PreservationFacts, law: Law) -> dict[str, Any]:
    """Courts with grounds, the security that may be asked and why, and the fee."""
    Invalid.raise_any(_problems(facts))
    asked = Preservation(
        stage=facts.stage,
        amount=facts.amount,
        on=facts.on,
        applicant=facts.applicant,
        assets=tuple(map(place_of, facts.assets)),
        respondents=tuple(map(place_of, facts.respondents)),
        hearing=tuple(map(place_of, facts.hearing)),
        level=facts.level,
        clear=facts.clear,
    )
    courts, secured = preserving_courts(law, asked), security(law, asked)
    fee = fees.preservation(law, facts.amount, facts.on)
    return {
        "courts": [
            {
                "term": each.term,
                "level": each.level,
                "grounds": list(each.grounds),
                "citations": [str(cited) for cited in each.citations],
            }
            for each in courts.value.courts
        ],
        "security_least": plain(secured.value.least),
        "security_most": plain(secured.value.most),
        "waivable": secured.value.waivable,
        "security_rule": secured.value.why,
        "fee": plain(fee.value.fee),
        "fee_payer": fee.value.payer,
    } | reasons(courts, secured, fee)


def _problems(facts: PreservationFacts) -> Iterator[Problem]:
    heard = facts.stage in {"suit", "after_judgment"}
    if heard and not facts.hearing:
        zh, en = "须给出受理案件的人民法院或者执行法院", "the court of the suit or of enforcement is needed"
        yield Problem("preservation.court", zh, en, "hearing", mend="补充该法院", mend_en="add the court")
    if not heard and not (facts.assets or facts.respondents or facts.hearing):
        zh, en = (
            "须给出财产所在地、被申请人住所地或者有管辖权的法院",
            "a place of assets, respondents or a competent court",
        )
        yield Problem(
            "preservation.places",
            zh,
            en,
            "assets",
            mend="至少补充一处：assets（财产）、respondents（被申请人）或 hearing（法院）",
            mend_en="add one of assets, respondents or hearing",
        )


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
OPERATION = Operation(
    name="preservation",
    term="财产保全的法院与担保",
    topics=(
        "articles/civil_procedure/presuit_preservation",
        "articles/civil_procedure/preservation",
        "courts/security/presuit",
        "courts/security/suit",
        "courts/security/waived_financial",
        "fees/preservation",
    ),
    facts=PreservationFacts,
    run=run,
    result_schema=result(
        courts={
            "type": "array",
            "title": "有管辖权的法院",
            "items": {
                "type": "object",
                "properties": {
                    "term": _TEXT | {"title": "法院"},
                    "level": _TEXT | {"title": "级别", "enum": [*LEVELS, "not_settled"]},
                    "grounds": _TEXTS | {"title": "理由"},
                    "citations": _TEXTS | {"title": "依据"},
                },
                "required": ["term", "level", "grounds", "citations"],
            },
        },
        security_least=money_schema("担保数额下限"),
        security_most=money_schema("担保数额上限"),
        waivable={"type": "boolean", "title": "可以不要求提供担保"},
        security_rule={"type": "string", "title": "担保的规则"},
        fee=money_schema("申请保全费"),
        fee_payer={"type": "string", "title": "保全费的预交与负担"},
    ),
    example={
        "on": "2026-11-24",
        "amount": "590065.94",
        "stage": "suit",
        "applicant": "bank",
        "hearing": [{"province": "江苏", "city": "南京市", "county": "鼓楼区"}],
    },
)
