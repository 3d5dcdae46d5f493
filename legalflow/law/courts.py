"""Courts as findings name them: by place and level, with grounds, and what was left out and why.

A court is never named by a name guessed from its place; only the financial and internet courts have names of their own,
which stand in the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning

LEVELS = {"basic": "基层人民法院", "intermediate": "中级人民法院", "high": "高级人民法院"}


PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆",
)  # fmt: skip
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_REST = re.compile(r"(?:省|维吾尔自治区|壮族自治区|回族自治区|自治区)?(?:([^省市盟]{1,12}?(?:市|自治州|盟|地区)))?(.*)")
_COUNTY = re.compile(r"市?([^市区县旗号路街]{1,10}?(?:新区|区|县|旗|市))")


@dataclass(frozen=True)
class Place:
    """A place in China: the short name of its province, its city and its county (empty where not known)."""

    province: str
    city: str = ""
    county: str = ""

    def __str__(self) -> str:
        return self.province + self.city + self.county

    @classmethod
    def named_in(cls, address: str) -> Place | None:
        """The place an address begins with; None where it does not begin with a province of the mainland.

        >>> str(Place.named_in("江苏省南京市鼓楼区某路1号"))
        '江苏南京市鼓楼区'
        """
        text = "".join(address.split())
        province = next((each for each in PROVINCES if text.startswith(each)), None)
        if province is None:
            return None
        rest = text.removeprefix(province)
        if province in _MUNICIPALITIES:
            county = _COUNTY.match(rest)
            return cls(province, "", county.group(1) if county else "")
        found = _REST.match(rest)
        assert found is not None  # every part of the expression may be empty
        county = _COUNTY.match(found.group(2))
        return cls(province, found.group(1) or "", county.group(1) if county else "")

    def seat(self, level: str) -> str:
        """The part of the place that a court of a level is named by."""
        return {"high": self.province, "intermediate": self.province + self.city}.get(level, str(self))


@dataclass(frozen=True)
class Court:
    """A competent court: `kind` ordinary, financial or internet; `level` basic, intermediate, high or `not_settled`.

    `procedure` is ordinary, simplified, small_claims, enforcement, preservation or `not_settled`; `small_claims` says
    how the limit of the province applies: mandatory, by_agreement, no or not_known. `appeal` names the court of appeal;
    empty where there is none or it is not settled.
    """

    place: Place
    level: str
    grounds: tuple[str, ...]
    citations: tuple[Citation, ...]
    against: tuple[str, ...]
    kind: str = "ordinary"
    name: str = ""
    procedure: str = "not_settled"
    small_claims: str = "no"
    appeal: str = ""

    @property
    def term(self) -> str:
        """The court in Chinese."""
        return self.name or f"{self.place.seat(self.level)}的{LEVELS.get(self.level, '人民法院（级别待核对）')}"


@dataclass(frozen=True)
class Excluded:
    """A court or a clause that does not count, and why."""

    what: str
    why: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Competence:
    """The competent courts, and what was left out."""

    courts: tuple[Court, ...]
    excluded: tuple[Excluded, ...]


@dataclass
class Search:
    """What is found while the rules of a day are gone through."""

    law: Law
    on: date
    excluded: list[Excluded] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    provisional: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def rule(self, topic: str) -> Value:
        """A value of the law on the day; what was not read in its source is noted."""
        value = self.law.at(topic, self.on)
        self.provisional += value.provisional
        return value

    def leave_out(self, what: str, why: str, *values: Value) -> None:
        """Note what does not count and why."""
        self.excluded.append(Excluded(what, why, tuple(value.citation for value in values)))

    def warn(self, code: str, zh: str, en: str) -> None:
        """Note what a lawyer should look at."""
        self.warnings.append(Warning(code, zh, en))

    def say(self, what: str, formula: str, found: str, *values: Value) -> None:
        """Note one line of reasoning, once."""
        step = Step(what, formula, found, tuple(value.citation for value in values))
        if step not in self.steps:
            self.steps.append(step)

    def found(self, courts: Iterable[Court]) -> Finding[Competence]:
        """Everything found, once each; that no court was found is said."""
        every = tuple(courts)
        if not every:
            zh = "没有找到有管辖权的人民法院，请核对仲裁约定、境外当事人和财产所在地"
            self.warn("court.none", zh, "no competent court was found")
        value = Competence(every, tuple(dict.fromkeys(self.excluded)))
        warnings, doubts = dict.fromkeys(self.warnings), dict.fromkeys(self.provisional)
        return Finding(value, tuple(self.steps), tuple(warnings), tuple(doubts))


def once(courts: Iterable[Court]) -> list[Court]:
    """Courts of one place and the same defendants joined, their grounds kept."""
    found: dict[tuple[Place, tuple[str, ...]], Court] = {}
    for each in courts:
        key = (each.place, each.against)
        before = found.get(key)
        found[key] = (
            replace(
                before,
                grounds=tuple(dict.fromkeys((*before.grounds, *each.grounds))),
                citations=tuple(dict.fromkeys((*before.citations, *each.citations))),
            )
            if before
            else each
        )
    return list(found.values())
