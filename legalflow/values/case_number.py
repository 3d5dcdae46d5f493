"""Case numbers (案号): read in any common writing, kept in one, with what kind of proceeding they name.

The form since 2016 is （收案年度）法院代字 专门审判代字 类型代字 编号 号; older ones and those of arbitral and notarial
bodies are read as of another body.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from legalflow.errors import Invalid, Problem

KINDS: dict[str, str] = {
    "民初": "民事一审",
    "民终": "民事二审",
    "民申": "民事申请再审审查",
    "民再": "民事再审",
    "民监": "民事依职权再审审查",
    "民抗": "民事抗诉再审审查",
    "民撤": "第三人撤销之诉",
    "民辖终": "民事管辖上诉",
    "民辖监": "民事管辖监督",
    "民辖": "民事管辖",
    "民特监": "民事特别程序监督",
    "民特": "民事特别程序",
    "民催": "公示催告",
    "民督监": "支付令监督",
    "民督": "申请支付令审查",
    "民他": "其他民事",
    "民诉前调": "民事诉前调解",
    "诉前调": "诉前调解",
    "民保令": "人身安全保护令",
    "财保": "财产保全",
    "执保": "财产保全执行",
    "执恢": "恢复执行",
    "执异": "执行异议",
    "执复": "执行复议",
    "执监": "执行监督",
    "执协": "执行协调",
    "执他": "其他执行",
    "执": "首次执行",
    "破申": "破产申请审查",
    "破终": "破产上诉",
    "破监": "破产监督",
    "破": "破产",
    "强清": "强制清算",
    "清申": "强制清算申请审查",
    "清终": "强制清算上诉",
    "行初": "行政一审",
    "行终": "行政二审",
    "行申": "行政申请再审审查",
    "刑初": "刑事一审",
    "刑终": "刑事二审",
    "刑申": "刑事申诉审查",
    "司惩": "司法制裁",
    "司救执": "执行司法救助",
}

_PROVINCES = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔贵云滇藏陕甘青宁新兵军"
_HEAD = (
    rf"（(?P<year>(?:19|20)[0-9]{{2}})）(?P<court>最高法|[{_PROVINCES}](?:[0-9]{{2}}(?:[0-9]{{2}})?)?)(?P<special>知)?"
)
_TAIL = r"(?P<number>[1-9][0-9]{0,7})号(?:之(?P<sub>[一二三四五六七八九十]+|[0-9]+))?"
_KNOWN = re.compile(_HEAD + "(?P<type>" + "|".join(sorted(KINDS, key=len, reverse=True)) + ")" + _TAIL)
_UNKNOWN = re.compile(_HEAD + "(?P<type>[一-龥]{1,5})" + _TAIL)
_OTHER_BODY = re.compile(
    r"（(?P<year>(?:19|20)[0-9]{2})）(?P<court>[一-龥]{1,12})字第(?P<number>[A-Z0-9\-]+)号"
    r"(?:之(?P<sub>[一二三四五六七八九十]+|[0-9]+))?"
)
_BRACKETS = str.maketrans({"(": "（", ")": "）", "〔": "（", "〕": "）", "[": "（", "]": "）", "【": "（", "】": "）"})


@dataclass(frozen=True)
class CaseNumber:
    """A case number in its one writing and its parts.

    `kind` names the proceeding (执 is 首次执行), empty where the type is not in our table; `other_body` is true for old
    numbers and for those of arbitral and notarial bodies, whose `court` is the words before 字.
    """

    text: str
    year: int
    court: str
    special: str
    type: str
    number: str
    sub: str
    kind: str
    other_body: bool
    warnings: tuple[Problem, ...] = ()


def case_number(text: str, latest_year: int | None = None) -> CaseNumber:
    """A case number as written anywhere; `Invalid` where it is none, or of a year after `latest_year`.

    >>> case_number(" (2024) 京0105 执123号").text
    '（2024）京0105执123号'
    """
    plain = "".join(unicodedata.normalize("NFKC", text[:200]).split()).translate(_BRACKETS)
    found = _KNOWN.fullmatch(plain) or _OTHER_BODY.fullmatch(plain) or _UNKNOWN.fullmatch(plain)
    if not found:
        raise Invalid.one(
            "case_number.invalid",
            "案号格式不符",
            "this is not a case number",
            field="text",
            found=text[:60],
            mend="例如 （2024）京0105执123号",
            mend_en="for example （2024）京0105执123号",
        )
    if latest_year is not None and int(found["year"]) > latest_year:
        raise Invalid.one(
            "case_number.year",
            f"收案年度晚于{latest_year}年",
            f"the year is after {latest_year}",
            found=text[:60],
            field="text",
            mend=f"核对年度，不晚于 {latest_year}",
            mend_en=f"at most {latest_year}",
        )
    return _of(plain, found)


def _of(plain: str, found: re.Match[str]) -> CaseNumber:
    parts = found.groupdict()
    type_ = parts.get("type") or ""
    other = found.re is _OTHER_BODY
    unknown = Problem(
        "case_number.unknown_type",
        f"类型代字“{type_}”不在已知之列，请核对",
        f"the type {type_} is not known",
        "text",
        plain,
        mend="对照裁判文书核对类型代字，例如 民初、执",
        mend_en="look at the document, for example 民初 or 执",
    )
    return CaseNumber(
        plain,
        int(parts["year"]),
        parts["court"],
        parts.get("special") or "",
        type_,
        parts["number"],
        parts["sub"] or "",
        KINDS.get(type_, ""),
        other,
        () if other or type_ in KINDS else (unknown,),
    )
