"""`legalflow calc court`: the competent courts of a suit or of enforcement, with grounds, and what was left out.

Courts are named by place and level. Not here: exclusive competence of suits other than about loans, and the exact area
of the financial court of Chengdu and Chongqing in Sichuan. Preservation is an operation of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from legalflow.cli.operation import Amount, Day, Facts, Operation, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.competence import courts_for
from legalflow.law.courts import LEVELS, Competence, Court, Place
from legalflow.law.enforcing_courts import MADE_BY_A_COURT, Instrument, enforcing_courts
from legalflow.law.finding import Finding
from legalflow.law.suits import Claim, Clause, Limit, Party
from legalflow.values.money import ZERO

Province = Literal[
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆",
]  # fmt: skip
Cause = Literal[
    "financial_loan",
    "small_loan",
    "private_loan",
    "bank_card",
    "factoring",
    "financial_lease",
    "pawn",
    "other",
]
_NAME = r"^\S(.*\S)?$"
_CITY = r"^(\S+(市|州|盟|地区))?$"  # one spelling a city, so that two spellings are never two courts


class PlaceFacts(Facts):
    """A place in China."""

    province: Province = fact("省级行政区")
    city: str = fact("市、州（直辖市不填）", "", max_length=30, pattern=_CITY, description="全称，例如 杭州市")
    county: str = fact("区、县", "", max_length=30)


class PartyFacts(Facts):
    """A party; a habitual residence counts instead of the domicile once it has lasted as long as the law asks."""

    name: str = fact("姓名或者名称", min_length=1, max_length=100, pattern=_NAME)
    role: Literal["plaintiff", "debtor", "guarantor"] = fact(
        "身份", description="plaintiff 原告，debtor 债务人，guarantor 担保人"
    )
    domicile: PlaceFacts | None = fact("住所地", None, description="境外及港澳台当事人不填")
    abroad: bool = fact("境外或者港澳台当事人", False)
    habitual: PlaceFacts | None = fact("经常居住地", None)
    habitual_since: Day | None = fact("在经常居住地连续居住起始之日", None)
    missing: bool = fact("下落不明", False)


class ClauseFacts(Facts):
    """A clause on disputes of the main contract, or of the guarantee contract of the guarantor named."""

    kind: Literal["court", "arbitration"] = fact("约定的方式", description="court 法院，arbitration 仲裁")
    guarantor: str = fact("担保合同的担保人（主合同不填）", "", max_length=100)
    place: PlaceFacts | None = fact("约定法院的地点", None)
    written: bool = fact("书面约定", True)
    connection: Literal["defendant", "performance", "signing", "plaintiff", "object", "other", "none"] | None = fact(
        "与争议的实际联系", None, description="约定法院时必填"
    )
    consumer_form: bool = fact("经营者对消费者的格式条款", False)
    pointed_out: bool = fact("已采取合理方式提请注意", False)
    level: Literal["basic", "intermediate", "high"] | None = fact("条款写明的法院级别", None)
    clear: bool = fact("仲裁条款写明了仲裁委员会", True)


class InstrumentFacts(Facts):
    """What is enforced, instead of a suit."""

    kind: Literal["judgment", "award", "notarised", "payment_order", "security_ruling", "security_right"] = fact(
        "执行依据", description="security_ruling 为准许实现担保物权的裁定，security_right 为申请实现担保物权"
    )
    court: PlaceFacts | None = fact("第一审人民法院或者作出支付令、裁定的人民法院的地点", None)
    level: Literal["basic", "intermediate", "high"] = fact("该法院的级别", "basic")
    certificate: bool | None = fact("已取得公证机构的执行证书", None)
    assets: list[PlaceFacts] = fact("财产所在地", [], max_length=100)


class LimitFacts(Facts):
    """A province's published small-claims limits, both inclusive, where the data do not hold them."""

    mandatory_up_to: Amount = fact("应当适用的上限")
    by_agreement_up_to: Amount = fact("可以约定适用的上限")
    published_by: str = fact("公布者与日期", min_length=1, max_length=100)


class CourtFacts(Facts):
    """A claim and its parties on the day of filing."""

    on: Day = fact("起诉或者申请之日")
    amount: Amount = fact("标的额")
    cause: Cause = fact("案由", "other")
    parties: list[PartyFacts] = fact("当事人", min_length=2, max_length=100)
    clauses: list[ClauseFacts] = fact("合同中的争议解决条款", [], max_length=100)
    performance: PlaceFacts | None = fact("约定的合同履行地", None)
    performed: bool = fact("合同已实际履行（贷款已发放）", True)
    mortgaged: list[PlaceFacts] = fact("抵押不动产所在地", [], max_length=100)
    online: bool = fact("签订和履行均在互联网上完成", False)
    simple: bool = fact("事实清楚、权利义务关系明确、争议不大", False)
    counterclaim: bool = fact("提出反诉", False)
    appraisal: bool = fact("需要评估、鉴定", False)
    small_claims_agreed: bool = fact("双方约定适用小额诉讼", False)
    small_claims_limit: LimitFacts | None = fact("未载入省份的小额诉讼标准", None)
    level: Literal["basic", "intermediate", "high"] | None = fact("级别（级别标准的数据开始之前由使用者给出）", None)
    instrument: InstrumentFacts | None = fact("执行依据（申请执行时填写）", None)


def run(facts: CourtFacts, law: Law) -> dict[str, Any]:
    """The competent courts with grounds, and those left out with why."""
    Invalid.raise_any(_problems(facts))
    found = _enforced(facts, law) if facts.instrument else courts_for(law, _claim(facts))
    return {
        "courts": [_court(each) for each in found.value.courts],
        "excluded": [
            {"what": each.what, "why": each.why, "ground": "；".join(map(str, each.citations))}
            for each in found.value.excluded
        ],
    } | reasons(found)


def _problems(facts: CourtFacts) -> Iterator[Problem]:
    if facts.amount == ZERO:
        yield Problem(
            "court.amount",
            "标的额须大于零",
            "the amount is above zero",
            "amount",
            str(facts.amount),
            mend="填写诉讼标的额，例如 590065.94",
            mend_en="write the amount in dispute, for example 590065.94",
        )
    yield from _party_problems(facts)
    yield from _clause_problems(facts)
    yield from _instrument_problems(facts)


def _party_problems(facts: CourtFacts) -> Iterator[Problem]:
    roles = [each.role for each in facts.parties]
    if roles.count("plaintiff") != 1:
        yield Problem(
            "court.plaintiff",
            "须有且仅有一名原告",
            "there is exactly one plaintiff",
            "parties",
            mend="在 parties 中只将一方的 role 写为 plaintiff",
            mend_en="let one party have the role plaintiff",
        )
    if not set(roles) & {"debtor", "guarantor"}:
        yield Problem(
            "court.defendant",
            "至少须有一名被告",
            "there is at least one defendant",
            "parties",
            mend="在 parties 中列入债务人（role 为 debtor）或担保人（guarantor）",
            mend_en="add a party with the role debtor or guarantor",
        )
    seen: set[str] = set()
    for index, each in enumerate(facts.parties):
        place = f"parties[{index}]"
        if each.name in seen:
            yield Problem(
                "court.same_name",
                "当事人名称重复",
                "the name stands twice",
                f"{place}.name",
                each.name,
                mend="同一人只列一次；不同的人同名的，加注区别",
                mend_en="list each once; tell two of the same name apart",
            )
        seen.add(each.name)
        if each.abroad == (each.domicile is not None):
            zh, en = "住所地与 abroad 须且仅须给出其一", "give either a domicile or abroad"
            yield Problem(
                "court.domicile",
                zh,
                en,
                f"{place}.domicile",
                mend="境内的填写住所地（domicile），境外的将 abroad 写为 true，删去另一项",
                mend_en="a domicile, or abroad true for a party abroad; drop the other",
            )
        if (each.habitual is None) != (each.habitual_since is None):
            zh, en = "经常居住地须与其起始之日一并给出", "a habitual residence is given with its first day"
            yield Problem(
                "court.habitual",
                zh,
                en,
                f"{place}.habitual_since",
                mend="同时填写经常居住地（habitual）和起始之日（habitual_since），或都不填",
                mend_en="give both habitual and habitual_since, or neither",
            )
        if each.habitual_since is not None and each.habitual_since > facts.on:
            zh, en = "居住起始之日晚于起诉之日", "the residence begins after the filing"
            yield Problem(
                "court.habitual_later",
                zh,
                en,
                f"{place}.habitual_since",
                str(each.habitual_since),
                mend=f"不晚于 {facts.on}",
                mend_en=f"not after {facts.on}",
            )


def _clause_problems(facts: CourtFacts) -> Iterator[Problem]:
    guarantors = {each.name for each in facts.parties if each.role == "guarantor"}
    for index, each in enumerate(facts.clauses):
        place = f"clauses[{index}]"
        if each.guarantor and each.guarantor not in guarantors:
            zh, en = "当事人中没有这一担保人", "no guarantor has this name"
            yield Problem(
                "court.guarantor",
                zh,
                en,
                f"{place}.guarantor",
                each.guarantor,
                mend="改为 parties 中 role 为 guarantor 的名称，或补充该担保人",
                mend_en="name a party with the role guarantor, or add it",
            )
        for name in ("place", "connection"):
            if (getattr(each, name) is None) == (each.kind == "court"):
                zh, en = "约定法院时必填，约定仲裁时不填", "is given for a court and only for a court"
                yield Problem(
                    "court.clause",
                    zh,
                    en,
                    f"{place}.{name}",
                    mend="约定法院（kind 为 court）的补充该项，约定仲裁的删去",
                    mend_en="add it where the kind is court, else drop it",
                )


def _instrument_problems(facts: CourtFacts) -> Iterator[Problem]:
    chosen = facts.instrument
    if chosen is None:
        return
    if (chosen.court is None) == (chosen.kind in MADE_BY_A_COURT):
        zh, en = "仅判决、支付令和裁定须给出作出的人民法院", "the court is given for a judgment, order or ruling alone"
        yield Problem(
            "court.first_instance",
            zh,
            en,
            "instrument.court",
            mend="判决、支付令、裁定补充作出的法院，其他文书删去",
            mend_en="add it for those three, drop it for all else",
        )
    if chosen.kind == "security_right" and not chosen.assets:
        zh, en = "须给出担保财产所在地或者登记地", "give the place of the asset or of its registration"
        yield Problem(
            "court.assets", zh, en, "instrument.assets", mend="补充至少一处所在地", mend_en="add one place at least"
        )
    for index, each in enumerate(facts.parties):
        if each.abroad and chosen.kind == "notarised":
            zh, en = "有境外当事人的，级别须另行核对", "with a party abroad the level is to be checked by a lawyer"
            yield Problem(
                "court.abroad",
                zh,
                en,
                f"parties[{index}].abroad",
                mend="请律师核对执行法院的级别，再以境内住所地或财产所在地计算",
                mend_en="have the level checked, then use a domicile or the place of assets",
            )


def place_of(facts: PlaceFacts) -> Place:
    """A place as the rules of competence take it."""
    return Place(facts.province, facts.city.strip(), facts.county.strip())


def _party(each: PartyFacts) -> Party:
    return Party(
        name=each.name,
        role=each.role,
        place=place_of(each.domicile) if each.domicile else None,
        missing=each.missing,
        resided=place_of(each.habitual) if each.habitual else None,
        resided_since=each.habitual_since,
    )


def _claim(facts: CourtFacts) -> Claim:
    stated = facts.small_claims_limit
    return Claim(
        amount=facts.amount,
        cause=facts.cause,
        on=facts.on,
        parties=tuple(map(_party, facts.parties)),
        clauses=tuple(map(_clause, facts.clauses)),
        performance=place_of(facts.performance) if facts.performance else None,
        online=facts.online,
        simple=facts.simple,
        excluded=facts.counterclaim or facts.appraisal,
        agreed_small=facts.small_claims_agreed,
        mortgaged=tuple(map(place_of, facts.mortgaged)),
        performed=facts.performed,
        stated_level=facts.level or "",
        limit=Limit(stated.mandatory_up_to, stated.by_agreement_up_to, stated.published_by) if stated else None,
    )


def _clause(each: ClauseFacts) -> Clause:
    return Clause(
        kind=each.kind,
        place=place_of(each.place) if each.place else None,
        guarantor=each.guarantor,
        written=each.written,
        connected=each.connection != "none",
        consumer_form=each.consumer_form,
        pointed_out=each.pointed_out,
        level=each.level or "",
        clear=each.clear,
    )


def _enforced(facts: CourtFacts, law: Law) -> Finding[Competence]:
    chosen = facts.instrument
    assert chosen is not None
    homes = [(each.role, _party(each).home(law, facts.on)) for each in facts.parties]
    instrument = Instrument(
        kind=chosen.kind,
        amount=facts.amount,
        on=facts.on,
        creditor=next(home for role, home in homes if role == "plaintiff"),
        debtors=tuple(home for role, home in homes if role != "plaintiff" and home is not None),
        assets=tuple(map(place_of, chosen.assets)),
        court=place_of(chosen.court) if chosen.court else None,
        level=chosen.level,
        certificate=chosen.certificate,
    )
    return enforcing_courts(law, instrument)


def _court(each: Court) -> dict[str, Any]:
    return {
        "term": each.term,
        "kind": each.kind,
        "level": each.level,
        "province": each.place.province,
        "city": each.place.city,
        "county": each.place.county,
        "against": list(each.against),
        "grounds": list(each.grounds),
        "citations": [str(cited) for cited in each.citations],
        "procedure": each.procedure,
        "small_claims": each.small_claims,
        "appeal": each.appeal or None,
    }


def _text(zh: str, *choices: str) -> dict[str, Any]:
    return {"type": "string", "title": zh} | ({"enum": list(choices)} if choices else {})


def _texts(zh: str) -> dict[str, Any]:
    return {"type": "array", "title": zh, "items": {"type": "string"}}


def _rows(zh: str, **properties: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "array", "title": zh, "items": item}


OPERATION = Operation(
    name="court",
    term="管辖法院",
    topics=(
        "courts/contract",
        "courts/performance",
        "courts/agreement",
        "courts/guarantee",
        "courts/level",
        "courts/internet",
        "articles/civil_procedure/enforcement_jurisdiction",
    ),
    ground="专门法院、小额诉讼标准及其他依据见结果",
    facts=CourtFacts,
    run=run,
    result_schema=result(
        courts=_rows(
            "有管辖权的法院",
            term=_text("法院"),
            kind=_text("种类", "ordinary", "financial", "internet"),
            level=_text("级别", *LEVELS, "not_settled"),
            province=_text("省级行政区"),
            city=_text("市"),
            county=_text("区、县"),
            against=_texts("可以起诉的被告"),
            grounds=_texts("理由"),
            citations=_texts("依据"),
            procedure=_text("程序", "ordinary", "simplified", "small_claims", "enforcement", "not_settled"),
            small_claims=_text("小额诉讼标准", "mandatory", "by_agreement", "no", "not_known"),
            appeal={"type": ["string", "null"], "title": "上诉法院"},
        ),
        excluded=_rows("不予考虑的法院或者条款", what=_text("对象"), why=_text("原因"), ground=_text("依据")),
    ),
    example={
        "on": "2026-11-24",
        "amount": "590065.94",
        "cause": "financial_loan",
        "parties": [
            {"name": "某银行", "role": "plaintiff", "domicile": {"province": "江苏", "city": "南京市"}},
            {"name": "张某", "role": "debtor", "domicile": {"province": "浙江", "city": "杭州市"}},
        ],
        "simple": True,
    },
)
