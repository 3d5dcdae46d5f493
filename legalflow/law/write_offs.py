"""The standards of recognition (呆账认定标准) held against a loan: which are met, which are not, what is missing.

It never says what to do with a loan: recognition is the lender's own review (财金〔2017〕90号 第十二条).
A threshold that finance has not loaded from the official annex is named, and the standard that turns on
it cannot be told.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.errors import Corrupt, Problem
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money

NOT_LOADED = "未载入"  # what stands in a threshold's file until finance loads it
CROSS_USE = {
    "same_lender": "write_off/cross_use_same_lender",
    "other_lender": "write_off/cross_use_other_lender",
}
STATES = {
    "met": "所述条件和材料具备",
    "met_except_thresholds": "材料具备，门槛尚未载入，不能判断",
    "evidence_missing": "材料不齐",
    "not_met": "无此情形",
}
ANSWERS = {
    "met": "具备",
    "not_met": "不具备",
    "missing": "材料不齐",
    "cannot_be_told": "不能判断",
}


@dataclass(frozen=True)
class Criterion:
    """A standard of recognition (认定标准): its id, annex and words, and the papers it asks for.

    `own` are the papers of the standard itself, `always` those that every standard needs. `verified` is False where the
    annex has not been read in its source: shown as provisional.
    """

    id: str
    annex: str
    zh: str
    own: tuple[str, ...]
    always: tuple[str, ...]
    verified: bool

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every paper asked for."""
        return (*self.own, *self.always)


@dataclass(frozen=True, kw_only=True)
class LoanState:
    """The loan on the day asked: what the borrower still owes, since when it is overdue, and how tax knows it.

    `grade` is the risk grade the lender gave it (`special_mention` to `loss`), empty where it is not asked about.
    """

    outstanding: Money
    overdue_since: date | None = None
    small_or_rural: bool = False
    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a standard describes, on the day it was there; `ended`: the procedure it speaks of has come to its end.

    `since` is the day from which the days of a threshold run (`on` where None): bankruptcy declared, enforcement or the
    investigation opened, pursuing begun. `demands` and `years_without_report` are counts, None where not known.
    """

    kind: str
    on: date
    ended: bool = False
    since: date | None = None
    demands: int | None = None
    years_without_report: int | None = None


@dataclass(frozen=True, kw_only=True)
class OtherRuling:
    """A ruling in enforcement obtained on another loan of the same borrower; by whom, and the security compared."""

    ruling: str
    on: date
    obtained_by: str
    security: str


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What may have ended the debt altogether; `on` is the day it took place or was fully performed."""

    kind: str
    on: date
    remedies_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that is asked about: the loan, what happened, the papers at hand, and what came after a booking.

    `signed` are those who confirmed the internal evidence; it counts only where no external evidence can be obtained.
    Field names are those of the command line's input, so that problems name them.
    """

    as_of: date
    loan: LoanState
    facts: tuple[Situation, ...] = ()
    evidence: tuple[str, ...] = ()
    external_unobtainable: bool = False
    signed: tuple[str, ...] = ()
    opinions: tuple[str, ...] | None = None
    other_loan: OtherRuling | None = None
    endings: tuple[Ending, ...] = ()
    written_off_on: date | None = None
    assets_found_on: date | None = None


@dataclass(frozen=True)
class Threshold:
    """A threshold of a standard: its words, the limit and the fact in words (empty where there is none).

    `holds` is None where it cannot be told: not loaded, or the fact is not given.
    """

    zh: str
    limit: str
    found: str
    holds: bool | None

    @property
    def said(self) -> str:
        """The threshold in words with what is found."""
        if not self.limit:
            return f"{self.zh}：标准未载入"
        return f"{self.zh}：{self.limit}，{self.found or '未给出事实'}"


@dataclass(frozen=True)
class Judged:
    """A standard held against the case.

    `state` is one of `STATES`, `answer` one of `ANSWERS`. `missing` are papers not at hand, `replaced` those for which
    internal evidence stands; `thresholds` are those that the stated situation turns on.
    """

    criterion: Criterion
    stated: bool
    state: str
    answer: str
    missing: tuple[str, ...]
    replaced: tuple[str, ...]
    thresholds: tuple[Threshold, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """The thresholds that cannot be told."""
        return tuple(each.zh for each in self.thresholds if each.holds is None)

    @property
    def why(self) -> str:
        """The answer in a line: what is there, what is missing, what cannot be told."""
        failed = [each.said for each in self.thresholds if each.holds is False]
        unknown = [each.said for each in self.thresholds if each.holds is None]
        match self.answer:
            case "not_met":
                return "；".join(failed) if failed else "没有登记所述情形"
            case "missing":
                return "；".join((f"尚缺：{'、'.join(self.missing)}", *unknown))
            case "cannot_be_told":
                return "；".join(unknown)
            case _:
                return "所述情形、材料和门槛均具备"


def criteria(law: Law, on: date) -> tuple[Criterion, ...]:
    """The standards in force on a day; each asks for its own papers and those that every one needs."""
    value = law.at("write_off/criteria", on)
    always = tuple(law.at("write_off/always_needed", on).value)
    return tuple(
        Criterion(row["id"], row["annex"], row["zh"], tuple(row["evidence"]), always, value.citation.verified)
        for row in value.value
    )


def judged(law: Law, case: Case) -> Finding[tuple[Judged, ...]]:
    """Every standard with its state; what is stated is a step, and each threshold that is not loaded is named."""
    source = law.at("write_off/criteria", case.as_of)
    always = law.at("write_off/always_needed", case.as_of)
    thresholds = law.at("write_off/thresholds", case.as_of)
    internal = internal_evidence(law, case)
    rows, steps, doubts = [], [], [*source.provisional, *always.provisional, *internal.provisional]
    for each in criteria(law, case.as_of):
        row = _judge(law, case, each, thresholds, internal.value.complete)
        rows.append(row)
        if row.stated:
            doubts += [f"{each.zh}：{name}（{thresholds.citation}）标准未载入" for name in row.open]
            have = len(each.evidence) - len(row.missing)
            steps.append(
                Step(
                    each.zh,
                    "；".join((f"已有 {have} 项，共需 {len(each.evidence)} 项材料", *(t.said for t in row.thresholds))),
                    STATES[row.state] if row.state != "not_met" else "未达门槛",
                    (source.citation, always.citation),
                )
            )
    return Finding(tuple(rows), (*steps, *internal.steps), (), tuple(dict.fromkeys(doubts)))


def _judge(law: Law, case: Case, criterion: Criterion, thresholds: Value, internal: bool) -> Judged:
    stated = [one for one in case.facts if one.kind == criterion.id]
    lacking = tuple(paper for paper in criterion.evidence if paper not in case.evidence)
    replaced = lacking if stated and internal else ()
    missing = lacking if stated and not internal else ()
    measured = _measured(law, case, thresholds.value.get(criterion.id, ()), stated) if stated else ()
    failed = any(each.holds is False for each in measured)
    unknown = any(each.holds is None for each in measured)
    state = state_of(bool(stated) and not failed, missing, unknown)
    answer = {"evidence_missing": "missing", "met_except_thresholds": "cannot_be_told"}.get(state, state)
    return Judged(criterion, bool(stated), state, answer, missing, replaced, measured)


def state_of(stated: bool, missing: tuple[str, ...], unknown: bool) -> str:
    """The state of a standard: whether its situation is there, its papers missing, a threshold not to be told."""
    if not stated:
        return "not_met"
    if missing:
        return "evidence_missing"
    return "met_except_thresholds" if unknown else "met"


# --- thresholds ------------------------------------------------------------------------------------------------------


def _measured(law: Law, case: Case, rows: Any, stated: list[Situation]) -> tuple[Threshold, ...]:
    """The thresholds that stated situations turn on; those of a procedure that goes on fall away at its end.

    Where a situation is stated more than once, the one that helps most decides.
    """
    ended = any(each.ended for each in stated)
    return tuple(
        _best([_threshold(law, case, row, one) for one in stated]) for row in rows if not (row["while_open"] and ended)
    )


def _best(found: list[Threshold]) -> Threshold:
    return max(found, key=lambda each: (each.holds is True, each.holds is None))


def _threshold(law: Law, case: Case, row: Mapping[str, Any], one: Situation) -> Threshold:
    value = law.at(row["topic"], case.as_of)
    fact, unit = _fact(case, row["measure"], one)
    found = "" if fact is None else f"实际 {fact} {unit}"
    if row["measure"] == "not_loaded" and value.value != NOT_LOADED:
        return Threshold(row["zh"], value.value, "须由人逐项核对", None)  # words, which no fact is measured against
    limit = _limit(value)
    if limit is None:
        return Threshold(row["zh"], "", found, None)
    words = f"{_HOLDS[row['holds']]} {value.value} {unit}"
    if fact is None:
        return Threshold(row["zh"], words, "", None)
    amount = fact.amount if isinstance(fact, Money) else fact
    holds = {"at_most": amount <= limit, "at_least": amount >= limit, "more_than": amount > limit}[row["holds"]]
    return Threshold(row["zh"], words, found, holds)


def _limit(value: Value) -> Decimal | None:
    """The number of a threshold; None where it is not loaded, or what was loaded is no number."""
    try:
        return number(value)
    except Corrupt:
        return None


_HOLDS = {"at_most": "不超过", "at_least": "不少于", "more_than": "超过"}


def _fact(case: Case, measure: str, one: Situation) -> tuple[Any, str]:
    """What a threshold measures, with its unit; None where the case does not say."""
    match measure:
        case "outstanding":
            return case.loan.outstanding, "元"
        case "days_overdue":
            since = case.loan.overdue_since
            return (None if since is None else (case.as_of - since).days), "日"
        case "days_since":
            return (case.as_of - (one.since or one.on)).days, "日"
        case "demands":
            return one.demands, "次"
        case "years_without_report":
            return one.years_without_report, "年"
        case _:
            return None, ""


# --- internal evidence, review ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Internal:
    """Internal evidence in place of external: whether it counts, and what of papers and signatures is missing."""

    asked: bool
    complete: bool
    missing: tuple[str, ...] = field(default=())
    unsigned: tuple[str, ...] = field(default=())
    ground: str = ""


def internal_evidence(law: Law, case: Case) -> Finding[Internal]:
    """Whether internal evidence stands for external evidence that cannot be obtained: its papers, its signatures."""
    if not case.external_unobtainable:
        return Finding(Internal(asked=False, complete=False))
    value = law.at("write_off/internal_evidence", case.as_of)
    missing = tuple(paper for paper in value.value["papers"] if paper not in case.evidence)
    unsigned = tuple(row["zh"] for row in value.value["signed_by"] if row["id"] not in case.signed)
    found = Internal(True, not missing and not unsigned, missing, unsigned, str(value.citation))
    words = "；".join(
        (
            f"尚缺材料：{'、'.join(missing)}" if missing else "材料齐备",
            f"尚未确认：{'、'.join(unsigned)}" if unsigned else "三级确认齐备",
        )
    )
    step = Step(value.zh, words, "可以" if found.complete else "尚不可以", (value.citation,))
    return Finding(found, (step,), (), value.provisional)


@dataclass(frozen=True)
class Review:
    """The joint review: departments whose opinion is missing, and who then decides by which powers."""

    departments: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    then: str
    authority: str
    ground: str


def review(law: Law, case: Case) -> Finding[Review | None]:
    """What the joint review still lacks, where the opinions at hand are given; nobody's approval is presumed."""
    if case.opinions is None:
        return Finding(None)
    value, power = law.at("write_off/review", case.as_of), law.at("write_off/authority", case.as_of)
    departments = tuple((row["id"], row["zh"]) for row in value.value["departments"])
    missing = tuple(zh for name, zh in departments if name not in case.opinions)
    found = Review(departments, missing, value.value["then"], power.value, f"{value.citation}；{power.citation}")
    words = f"尚缺意见：{'、'.join(missing)}" if missing else "各部门意见齐备"
    step = Step(value.zh, words, value.value["then"], (value.citation, power.citation))
    return Finding(found, (step,), (), (*value.provisional, *power.provisional))


# --- what cannot be used ---------------------------------------------------------------------------------------------


def problems(law: Law, case: Case) -> Iterator[Problem]:
    """All that is wrong with a case: days after the day asked, facts that are not whole, papers nobody asks for."""
    yield from _later(case)
    yield from _not_whole(case)
    yield from _unknown_papers(law, case)


def _later(case: Case) -> Iterator[Problem]:
    """What is said to have happened after the day asked."""
    days: list[tuple[str, date | None]] = [
        ("loan.overdue_since", case.loan.overdue_since),
        ("other_loan.on", case.other_loan.on if case.other_loan else None),
        ("written_off_on", case.written_off_on),
        ("assets_found_on", case.assets_found_on),
    ]
    days += [(f"facts[{index}].on", each.on) for index, each in enumerate(case.facts)]
    days += [(f"facts[{index}].since", each.since) for index, each in enumerate(case.facts)]
    days += [(f"endings[{index}].on", each.on) for index, each in enumerate(case.endings)]
    days += [(f"endings[{index}].remedies_since", each.remedies_since) for index, each in enumerate(case.endings)]
    for place, on in days:
        if on is not None and on > case.as_of:
            yield Problem(
                "write_off.later",
                "晚于截至日",
                "comes after the day asked",
                place,
                str(on),
                f"不晚于 {case.as_of}",
                f"not after {case.as_of}",
            )


def _not_whole(case: Case) -> Iterator[Problem]:
    """Facts that are of use only together with another one that is not there."""
    if case.loan.small_or_rural and case.loan.overdue_since is None:
        yield Problem(
            "write_off.overdue_since",
            "中小企业贷款或涉农贷款须给出逾期起始日",
            "a loan to a small business or a rural loan needs the day since when it is overdue",
            "loan.overdue_since",
            mend="补充逾期起始日，例如 2023-05-21",
            mend_en="add the day, for example 2023-05-21",
        )
    if case.assets_found_on is not None and case.written_off_on is None:
        yield Problem(
            "write_off.not_booked",
            "给出发现财产之日的，须给出核销之日",
            "the day on which assets were found needs the day of booking",
            "written_off_on",
            mend="补充核销之日，或删去发现财产之日（assets_found_on）",
            mend_en="add the day of booking, or drop assets_found_on",
        )
    for index, each in enumerate(case.endings):
        if (each.kind == "dismissed_or_barred") != (each.remedies_since is not None):
            yield Problem(
                "write_off.remedies_since",
                "被驳回或超过时效的须给出开始追索之日，其他情形不填",
                "given for a suit dismissed or a debt time-barred, and for nothing else",
                f"endings[{index}].remedies_since",
                str(each.remedies_since or ""),
                mend="被驳回或超过时效的补充该日，其他情形删去",
                mend_en="add it for those two, drop it for all else",
            )


def known_papers(law: Law, case: Case) -> tuple[str, ...]:
    """Every paper that a standard, internal evidence or a ruling on another loan asks for, by its name."""
    names = dict.fromkeys(paper for each in criteria(law, case.as_of) for paper in each.evidence)
    names |= dict.fromkeys(law.at("write_off/internal_evidence", case.as_of).value["papers"])
    if case.other_loan is not None:
        names |= dict.fromkeys(law.at(CROSS_USE[case.other_loan.obtained_by], case.as_of).value["evidence"])
    return tuple(names)


def _unknown_papers(law: Law, case: Case) -> Iterator[Problem]:
    """Papers under a name nothing asks for: a slip in a name would otherwise pass for missing evidence."""
    known = known_papers(law, case)
    for index, paper in enumerate(case.evidence):
        if paper not in known:
            near = "、".join(difflib.get_close_matches(paper, known, 3, 0) or known)
            yield Problem(
                "write_off.unknown_evidence",
                "没有认定标准要求这一名称的材料",
                "no standard asks for a paper of this name",
                f"evidence[{index}]",
                paper,
                f"相近的有：{near}",
                f"near ones: {near}",
            )
