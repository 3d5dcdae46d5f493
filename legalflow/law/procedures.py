"""In which procedure a case is heard: ordinary, simplified, or small claims (小额诉讼) by the limit of the province.

Limits are published by each province and never computed: a province that is not loaded leaves the question open and
says what to load.
"""

from __future__ import annotations

from dataclasses import replace

from legalflow.errors import LawGap
from legalflow.law.catalogue import Value
from legalflow.law.courts import Court, Search
from legalflow.law.suits import Claim
from legalflow.values.dates import add_years
from legalflow.values.money import Money


def procedure(search: Search, claim: Claim, court: Court) -> Court:
    """The court with its procedure; not settled where the level is not."""
    if court.level == "not_settled":
        return court
    barred = _barred(claim)
    if court.level == "basic" and claim.simple | ("当事人一方下落不明" in barred):
        for why in barred:
            search.leave_out(f"{court.place}的小额诉讼程序", why, search.rule("courts/small_claims_excluded"))
    if court.level != "basic" or not claim.simple or any(each.missing for each in claim.parties):
        return replace(court, procedure="ordinary")
    small = "no" if barred else _small_claims(search, claim, court.place.province)
    if small in {"mandatory", "by_agreement"} and claim.mortgaged:
        zh = "同时请求就抵押财产优先受偿的，是否属于简单金钱给付案件，各地做法不一，请核对"
        search.warn("court.small_claims_mortgage", zh, "practice differs where priority in a mortgage is claimed too")
    if small == "mandatory" or (small == "by_agreement" and claim.agreed_small):
        cited = search.rule("articles/civil_procedure/small_claims").citation
        return replace(court, procedure="small_claims", small_claims=small, citations=(*court.citations, cited))
    cited = search.rule("courts/simplified").citation
    return replace(court, procedure="simplified", small_claims=small, citations=(*court.citations, cited))


def _barred(claim: Claim) -> list[str]:
    """Why small claims are not open whatever the amount."""
    grounds = {
        "当事人一方下落不明": any(each.missing for each in claim.parties),
        "涉外案件": any(each.place is None for each in claim.parties),
        "提出反诉或者需要评估、鉴定": claim.excluded,
    }
    return [why for why, holds in grounds.items() if holds]


def _small_claims(search: Search, claim: Claim, province: str) -> str:
    """How the small-claims limit of a province applies; `not_known` where it is neither in the data nor stated."""
    found = _limit(search, province)
    if found is None and claim.limit is None:
        zh = f"{province}在{claim.on}的小额诉讼标的额标准尚未载入"
        search.provisional.append(f"{zh}，是否适用小额诉讼须核对")
        mend = "请查该省高级人民法院公布的标准，作为 small_claims_limit 给出，或者载入 law/data/courts/small_claims"
        search.warn("court.small_claims_limit", f"{zh}；{mend}", "the small-claims limit of the province is not loaded")
        return "not_known"
    if found is not None:
        lower, upper = (Money(found.value[name]) for name in ("mandatory_up_to", "by_agreement_up_to"))
        said = found.zh
    else:
        assert claim.limit is not None
        lower, upper = claim.limit.mandatory_up_to, claim.limit.by_agreement_up_to
        said = f"{province}小额诉讼的标的额标准（{claim.limit.published_by}）"
        search.provisional.append(f"{said}为输入的标准，未载入法律数据")
    kind = "mandatory" if claim.amount <= lower else "by_agreement" if claim.amount <= upper else "no"
    words = {"mandatory": "适用小额诉讼", "by_agreement": "可以约定适用小额诉讼", "no": "不适用小额诉讼"}
    search.say(
        said, f"{claim.amount}；{lower} 以下适用，{upper} 以下可以约定适用", words[kind], *([found] if found else [])
    )
    return kind


def _limit(search: Search, province: str) -> Value | None:
    for topic in search.law.topics():
        if not topic.startswith("courts/small_claims/"):
            continue
        if search.law.history(topic)[0].value["province"] != province:
            continue
        try:
            value = search.rule(topic)
        except LawGap:
            return None
        years = int(search.rule("courts/small_claims_year").value["years"])
        if search.on >= add_years(value.since, years):
            search.provisional.append(f"{value.zh}自{value.since}起，其后公布的标准尚未载入")
        return value
    return None
