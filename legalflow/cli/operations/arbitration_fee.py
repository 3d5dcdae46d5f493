"""`legalflow calc arbitration-fee`: what an arbitration commission charges by its own tariff, loaded or given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.claims.arbitration_fees import Tariff, arbitration_fee, tariff_of
from legalflow.claims.fee_changes import pay_by
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.cli.operations.fee import optional
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding
from legalflow.values.codec import plain


class BandFacts(Facts):
    """One band: the amount up to which it goes (inside it), and a flat fee or a rate on its part."""

    up_to: Amount | None = fact("不超过", None, description="元；最后一档不填")
    flat: Amount | None = fact("定额", None)
    rate: Rate | None = fact("比例", None, description="小数，例如 0.05")


class TariffFacts(Facts):
    """A commission's published tariff; without `handling` its handling fee is charged at cost."""

    name: str = fact("收费表名称", min_length=1, max_length=100)
    acceptance: list[BandFacts] = fact("案件受理费", min_length=1, max_length=50)
    handling: list[BandFacts] = fact("案件处理费", [], max_length=50)
    verified: bool = fact("已对照仲裁委员会公布的文本核对", False)


class ArbitrationFeeFacts(Facts):
    """A dispute and the tariff; with neither a commission nor a tariff only the national range is given."""

    amount: Amount = fact("争议金额")
    commission: str = fact("已载入收费表的仲裁委员会", "", max_length=60)
    tariff: TariffFacts | None = fact("收费表", None)
    received_on: Day | None = fact("收到受理通知书之日", None)
    on: Day | None = fact("适用收费表之日", None, description="缺省为法律数据最近核对之日")


def run(facts: ArbitrationFeeFacts, law: Law) -> dict[str, Any]:
    """The acceptance and handling fees, held against the national range, and by when they are advanced."""
    Invalid.raise_any(_problems(facts))
    on = facts.on or law.checked
    found = arbitration_fee(law, facts.amount, _tariff(facts, law, on), on)
    findings: list[Finding[Any]] = [found]
    last = None
    if facts.received_on is not None:
        last = pay_by(law, "arbitration_fee", facts.received_on)
        findings.append(last)
    value = found.value
    return {
        "acceptance": plain(value.acceptance) if value.acceptance is not None else None,
        "handling": plain(value.handling) if value.handling is not None else None,
        "least": plain(value.least),
        "most": plain(value.most),
        "pay_by": last.value.last_day.isoformat() if last else None,
        "if_unpaid": law.at("deadlines/arbitration_fee", on).value["if_missed"],
        "borne_by": str(law.at("fees/arbitration_borne", on).value),
        "refund_rule": str(law.at("fees/arbitration_refund", on).value),
    } | reasons(*findings)


def _problems(facts: ArbitrationFeeFacts) -> Iterator[Problem]:
    if facts.tariff is None:
        return
    if facts.commission:
        zh, en = "commission 与 tariff 只给出其一", "give either a commission or a tariff"
        yield Problem(
            "fee.tariff",
            zh,
            en,
            "commission",
            facts.commission,
            mend="删去 commission 或 tariff",
            mend_en="drop one of them",
        )
    for name, bands in (("acceptance", facts.tariff.acceptance), ("handling", facts.tariff.handling)):
        yield from _band_problems(bands, f"tariff.{name}")


def _band_problems(bands: list[BandFacts], place: str) -> Iterator[Problem]:
    """Bands rise, only the last is open, and each has a flat fee or a rate."""
    before = Decimal(0)
    for index, each in enumerate(bands):
        here = f"{place}[{index}]"
        if (each.flat is None) == (each.rate is None):
            yield Problem(
                "fee.band",
                "定额与比例须且仅须给出其一",
                "give either a flat fee or a rate",
                here,
                mend="保留定额（flat）或比例（rate）之一",
                mend_en="keep flat or rate, one of them",
            )
        if (each.up_to is None) != (index == len(bands) - 1):
            zh, en = "仅最后一档不填 up_to", "only the last band has no up_to"
            yield Problem(
                "fee.band_end",
                zh,
                en,
                f"{here}.up_to",
                mend="前面各档填写上限（up_to），最后一档删去",
                mend_en="give up_to in every band but the last",
            )
        if each.up_to is not None and each.up_to.amount <= before:
            zh, en = "各档须由低到高", "bands rise"
            yield Problem(
                "fee.band_order",
                zh,
                en,
                f"{here}.up_to",
                str(each.up_to),
                mend=f"上限须大于 {before}",
                mend_en=f"above {before}",
            )
        before = each.up_to.amount if each.up_to is not None else before


def _tariff(facts: ArbitrationFeeFacts, law: Law, on: date) -> Tariff | None:
    if facts.commission:
        return tariff_of(law, facts.commission, on)
    given = facts.tariff
    if given is None:
        return None
    cited = Citation(given.name, "输入的收费表", given.verified)
    return Tariff(given.name, _bands(given.acceptance), _bands(given.handling), cited)


def _bands(bands: list[BandFacts]) -> list[dict[str, str]]:
    """Bands as the law's data hold them."""
    return [
        {name: str(value) for name in ("up_to", "flat", "rate") if (value := getattr(each, name)) is not None}
        for each in bands
    ]


OPERATION = Operation(
    name="arbitration-fee",
    term="仲裁费用",
    topics=("fees/arbitration_range", "fees/arbitration_handling", "fees/arbitration_borne", "fees/arbitration_refund"),
    ground="仲裁委员会自己的收费表",
    facts=ArbitrationFeeFacts,
    run=run,
    result_schema=result(
        acceptance=optional("案件受理费", unit="元"),
        handling=optional("案件处理费（按实际支出的为空）", unit="元"),
        least=money_schema("全国规定的幅度下限"),
        most=money_schema("全国规定的幅度上限"),
        pay_by=optional("最迟预交之日", format="date"),
        if_unpaid={"type": "string", "title": "逾期不预交的后果"},
        borne_by={"type": "string", "title": "负担"},
        refund_rule={"type": "string", "title": "撤回申请的退费"},
    ),
    example={
        "amount": "150000",
        "tariff": {
            "name": "某仲裁委员会收费表（示例）",
            "acceptance": [{"up_to": "1000", "flat": "100"}, {"rate": "0.035"}],
            "handling": [{"flat": "500"}],
        },
    },
)
