"""What is due: every clock of a matter on a day, with its last day, the reasons, and whether it was met.

Limitation and the time to apply for enforcement begin anew with each interruption on record; the guarantee period never
does (民法典 第一百九十五条、第六百九十二条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from legalflow.errors import LawGap, Missing, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline, deadline, length
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Guarantee, PartyRole
from legalflow.matters.events import (
    EnforcementAccepted,
    EnforcementPrepared,
    EnforcementSubmitted,
    FilingSubmitted,
    MatterEvent,
)
from legalflow.matters.state import Matter
from legalflow.values.dates import ONE_DAY, in_chinese


@dataclass(frozen=True, kw_only=True)
class Due:
    """One clock of a matter. `id` and `party` together name it; `trigger` says in Chinese what it runs from.

    `state` is open, met (done in time), missed (the last day passed undone) or superseded (it no longer matters).
    `days_left` counts from the day asked to the last day, negative after it. `if_missed` is Chinese.
    """

    id: str
    party: str
    zh: str
    trigger: str
    last_day: Finding[date]
    state: str
    days_left: int
    if_missed: str


@dataclass(frozen=True)
class _Interruption:
    """Something that makes a clock begin anew; `revives`: also after it has run out (债务人同意履行)."""

    on: date
    zh: str
    revives: bool = False


def due(matter: Matter, loan: Loan, law: Law, on: date) -> tuple[Due, ...]:
    """Every clock of a matter that runs or ran by a day, those nearest their end first, open ones before the rest."""
    found = [
        _limitation(matter, loan, law, on),
        *_guarantees(matter, loan, law, on),
        *_fees(matter, law, on),
        *_appeals(matter, law, on),
        *_performance(matter, law, on),
        *_enforcement(matter, loan, law, on),
    ]
    return tuple(sorted(found, key=lambda each: (each.state != "open", each.last_day.value, each.id, each.party)))


def _due(
    name: str,
    zh: str,
    found: Finding[Deadline],
    on: date,
    trigger: str,
    *,
    met: bool,
    superseded: bool,
    party: str = "",
) -> Due:
    last = _day(found)
    return Due(
        id=name,
        party=party,
        zh=zh,
        trigger=trigger,
        last_day=last,
        state=_state(last.value, on, met, superseded),
        days_left=(last.value - on).days,
        if_missed=found.value.if_missed,
    )


def _state(last: date, on: date, met: bool, superseded: bool) -> str:
    if superseded:
        return "superseded"
    if met:
        return "met"
    return "missed" if on > last else "open"


def _day(found: Finding[Deadline]) -> Finding[date]:
    return Finding(found.value.last_day, found.steps, found.warnings, found.provisional)


# --- limitation and interruptions ------------------------------------------------------------------------------------


def debt_due(matter: Matter, loan: Loan) -> tuple[date, str]:
    """The day the whole debt fell due, and how: its maturity, or the day it was called due (民法典 第一百八十九条)."""
    called = [day for day in (matter.accelerated_on, loan.accelerated_on) if day is not None and day < loan.maturity]
    if called:
        return min(called), f"提前到期日{in_chinese(min(called))}"
    return loan.maturity, f"最后一期履行期限届满日{in_chinese(loan.maturity)}"


def debtors(loan: Loan) -> frozenset[str]:
    """The borrowers by name: what interrupts against one interrupts against all (诉讼时效规定 第十五条)."""
    roles = {PartyRole.BORROWER, PartyRole.CO_BORROWER}
    return frozenset(party.name for party in loan.parties if party.role in roles)


def _interruptions(matter: Matter, loan: Loan) -> list[_Interruption]:
    names = debtors(loan)
    paid = {payment.on for payment in loan.payments} | {payment.on for payment in matter.payments}
    found = [_Interruption(on, "部分履行") for on in paid]
    found += [_Interruption(each.on, "催收到达") for each in matter.demands if each.party in names]
    found += [
        _Interruption(each.on, "债务人同意履行", revives=True)
        for each in matter.acknowledgements
        if each.party in names
    ]
    return sorted(set(found), key=lambda each: (each.on, each.zh))


def _returned_filings(matter: Matter) -> Iterator[_Interruption]:
    """Filings that did not stand still interrupted limitation on their day."""
    for each in matter.standing:
        if isinstance(each.event, FilingSubmitted) and each.event != matter.filing:
            yield _Interruption(each.event.on, "提起诉讼")


def _interrupted(law: Law, rule: str, start: date, interruptions: Iterable[_Interruption]) -> Finding[Deadline]:
    """The end of a clock that begins anew with each interruption before it has run out."""
    found = deadline(law, rule, start)
    steps: list[Step] = []
    warnings: list[Warning] = []
    for each in interruptions:
        if each.on <= found.value.trigger:
            continue
        if each.on > found.value.last_day:
            warnings.append(_after_the_end(each, found.value.last_day))
            if not each.revives:
                continue
        steps.append(_began_anew(law, each))
        found = deadline(law, rule, each.on)
    return replace(found, steps=(*steps, *found.steps), warnings=(*found.warnings, *warnings))


def _began_anew(law: Law, each: _Interruption) -> Step:
    """The step of an interruption; cited where the law's data reach back to its day."""
    topic = "articles/limitation_interruption"
    reaches = law.history(topic)[0].since <= each.on
    cited = (law.cite(topic, each.on),) if reaches else ()
    return Step("中断", f"{in_chinese(each.on)}{each.zh}，重新计算", each.on.isoformat(), cited)


def _after_the_end(each: _Interruption, last: date) -> Warning:
    zh = "同意履行可视为放弃时效抗辩，请律师核实" if each.revives else "不产生中断效力"
    return Warning(
        "limitation.after_end",
        f"{in_chinese(each.on)}{each.zh}时，期间已于{in_chinese(last)}届满：{zh}",
        f"on {each.on} the period had ended on {last}",
    )


def _limitation(matter: Matter, loan: Loan, law: Law, on: date) -> Due:
    start, words = debt_due(matter, loan)
    before_suit = [*_interruptions(matter, loan), *_returned_filings(matter)]
    filed = matter.filing.on if matter.filing else None
    if filed is not None:
        before_suit = [each for each in before_suit if each.on <= filed]
    found = _interrupted(law, "limitation", start, sorted(before_suit, key=lambda each: each.on))
    return _due(
        "limitation",
        "诉讼时效",
        found,
        on,
        words,
        met=filed is not None and filed <= found.value.last_day,
        superseded=matter.effective_date is not None,
    )


# --- guarantee period ------------------------------------------------------------------------------------------------


def _guarantees(matter: Matter, loan: Loan, law: Law, on: date) -> Iterator[Due]:
    start, words = debt_due(matter, loan)
    seen: dict[str, int] = {}
    for guarantee in loan.guarantees:
        seen[guarantee.guarantor] = count = seen.get(guarantee.guarantor, 0) + 1
        found = guarantee_period(guarantee, start, law)
        mode = guarantee_mode(guarantee, law)
        found = replace(found, steps=(*mode.steps, *found.steps), provisional=(*mode.provisional, *found.provisional))
        yield _due(
            "guarantee" if count == 1 else f"guarantee-{count}",
            f"保证期间（{'连带责任保证' if mode.value == 'joint' else '一般保证'}）",
            found,
            on,
            words,
            met=_kept(matter, loan, guarantee.guarantor, mode.value, start, found.value.last_day),
            superseded=False,
            party=guarantee.guarantor,
        )


def guarantee_mode(guarantee: Guarantee, law: Law) -> Finding[str]:
    """`joint` or `ordinary`: as the contract says, else as the law of the day it was signed."""
    if guarantee.mode:
        return Finding(guarantee.mode, (Step("保证方式", "合同约定", guarantee.mode),))
    value = law.at("guarantees/mode_not_stated", guarantee.signed)
    step = Step("保证方式", f"合同未约定，{in_chinese(guarantee.signed)}签订", value.value, (value.citation,))
    return Finding(value.value, (step,), provisional=value.provisional)


def guarantee_period(guarantee: Guarantee, start: date, law: Law) -> Finding[Deadline]:
    """The last day of the guarantee period (保证期间) of a debt due on `start`.

    The agreed months, else what the law of the due day gives; `until repaid` (直至还清) is treated as unclear.
    """
    if guarantee.period_months:
        found = length(law, start, guarantee.period_months, "month", zh="保证期间", counted_by="civil_code")
        missed = law.at("deadlines/guarantee_default", start).value["if_missed"]
        return replace(found, value=replace(found.value, if_missed=missed))
    wording = guarantee.period_wording
    if "还清" in wording or "清偿" in wording or "直至" in wording:
        try:
            return deadline(law, "guarantee_until_repaid", start)
        except LawGap:
            warning = Warning(
                "guarantee.unclear",
                f"保证期间约定为“{wording}”，视为约定不明，按法定期间计算",
                "the period agreed is unclear; the statutory one is used",
            )
            found = deadline(law, "guarantee_default", start)
            return replace(found, warnings=(*found.warnings, warning))
    return deadline(law, "guarantee_default", start)


def _kept(matter: Matter, loan: Loan, guarantor: str, mode: str, start: date, last: date) -> bool:
    """Whether the guarantee was kept in time (民法典 第六百九十三条).

    Joint: a demand on the guarantor, or a suit against him. Ordinary: a suit against the debtor; one that was sent
    back does not count (担保制度解释 第三十一条).
    """
    filing = matter.filing
    sued = frozenset(filing.defendants) if filing is not None and filing.on <= last else frozenset()
    if mode == "ordinary":
        return bool(sued & debtors(loan))
    demanded = any(each.party == guarantor and start <= each.on <= last for each in matter.demands)
    return demanded or guarantor in sued


# --- court clocks ----------------------------------------------------------------------------------------------------

_FEE_RULES = {"acceptance": ("fee_payment", "交纳案件受理费"), "appeal": ("appeal_fee", "交纳上诉案件受理费")}


def _fees(matter: Matter, law: Law, on: date) -> Iterator[Due]:
    latest = {notice.fee: notice for notice in matter.fee_notices}
    for fee, notice in latest.items():
        if fee in _FEE_RULES:
            rule, zh = _FEE_RULES[fee]
            paid = any(each.fee == fee and each.on >= notice.on for each in matter.fees_paid)
            found = deadline(law, rule, notice.on)
            yield _due(rule, zh, found, on, f"{in_chinese(notice.on)}收到缴费通知", met=paid, superseded=False)


def _appeal_rule(matter: Matter) -> str | None:
    """The rule by which the first instance may be appealed; None where it may not."""
    small = matter.acceptance is not None and matter.acceptance.procedure == "small_claims"
    if matter.judgment is None or small:
        return None
    return {"judgment": "appeal_judgment", "ruling": "appeal_ruling"}.get(matter.judgment.kind)


def _appeals(matter: Matter, law: Law, on: date) -> Iterator[Due]:
    rule = _appeal_rule(matter)
    if rule is None:
        return
    appellants = {appeal.party for appeal in matter.appeals}
    for party, service in matter.services.items():
        yield _due(
            "appeal",
            "上诉",
            deadline(law, rule, service.on),
            on,
            f"{in_chinese(service.on)}送达",
            met=party in appellants,
            superseded=matter.effective_date is not None,
            party=party,
        )


def effective_date(matter: Matter, law: Law) -> Finding[date]:
    """The day the judgment takes effect, from the services on record.

    First instance: the day after the last party's period to appeal. Second instance and small claims: when the last
    party is served. Mediation paper: when all have signed, the day recorded. Raises `Missing`, naming every party not
    served yet.
    """
    judgment = matter.judgment
    if judgment is None:
        raise Missing.one("effective.judgment", "尚无裁判文书", "no judgment is on record")
    if judgment.kind == "mediation":
        return _takes_effect(law, "mediation", judgment.on, "各方签收")
    if matter.appeal_decision is not None:
        served = _all_served(judgment.parties, {name: each.on for name, each in matter.second_services.items()})
        return _takes_effect(law, "second_instance", max(served.values()), "最后一名当事人收到二审裁判")
    served = _all_served(judgment.parties, {name: each.on for name, each in matter.services.items()})
    rule = _appeal_rule(matter)
    if rule is None:
        return _takes_effect(law, "small_claims", max(served.values()), "最后一名当事人收到判决")
    ends = [_day(deadline(law, rule, on)) for on in served.values()]
    last = max(ends, key=lambda end: end.value)
    return _takes_effect(law, "first_instance", last.value + ONE_DAY, "上诉期届满次日").because(last)


def _takes_effect(law: Law, rule: str, on: date, words: str) -> Finding[date]:
    value = law.at(f"effect/{rule}", on)
    return Finding(on, (Step(value.zh, words, on.isoformat(), (value.citation,)),), provisional=value.provisional)


def _all_served(parties: Iterable[str], served: dict[str, date]) -> dict[str, date]:
    lacking = [
        Problem("effective.service", f"尚未登记对{party}的送达", "a party is not served yet", "party", party)
        for party in parties
        if party not in served
    ]
    if not lacking and not served:
        lacking = [Problem("effective.service", "尚未登记任何送达", "no service is on record", "party")]
    Missing.raise_any(lacking)
    return served


def performance_last_day(matter: Matter, effective: date, law: Law) -> Finding[date] | None:
    """The last day to perform, counted from the day of effect; None where the judgment sets no period."""
    if matter.judgment is None or not matter.judgment.performance_days:
        return None
    return _day(length(law, effective, matter.judgment.performance_days, "day", zh="履行期届满日"))


def _performance(matter: Matter, law: Law, on: date) -> Iterator[Due]:
    recorded, effective = matter.performance_last_day, matter.effective_date
    if recorded is None or effective is None:
        return
    counted = performance_last_day(matter, effective, law)
    last = Finding(recorded, (Step("履行期届满日", "登记", recorded.isoformat()),))
    if counted is not None:
        last = last.because(counted)
        if counted.value != recorded:
            zh = f"登记的履行期届满日{recorded}与按判决计算的{counted.value}不一致"
            en = f"recorded is {recorded}, counted {counted.value}"
            last = replace(last, warnings=(*last.warnings, Warning("performance.differs", zh, en)))
    done = matter.stage == "A78" or matter.result in {"paid", "settled"}
    yield Due(
        id="performance",
        party="",
        zh="履行判决",
        trigger=f"{in_chinese(effective)}生效",
        last_day=last,
        state=_state(recorded, on, done, superseded=matter.enforcement_applied_on is not None),
        days_left=(recorded - on).days,
        if_missed="可申请强制执行，并计付迟延履行期间的债务利息",
    )


def _enforcement(matter: Matter, loan: Loan, law: Law, on: date) -> Iterator[Due]:
    if matter.effective_date is None:
        return
    start = matter.performance_last_day or matter.effective_date
    applied = matter.enforcement_applied_on
    found = _interrupted(law, "enforcement_application", start, _before(_interruptions(matter, loan), applied))
    yield _due(
        "enforcement_application",
        "申请执行",
        found,
        on,
        f"{'履行期届满日' if matter.performance_last_day else '生效日'}{in_chinese(start)}",
        met=applied is not None and applied <= found.value.last_day,
        superseded=matter.stage in {"A78", "A90"} and applied is None,
    )


def _before(interruptions: list[_Interruption], day: date | None) -> list[_Interruption]:
    return [each for each in interruptions if day is None or each.on <= day]


def cautions(matter: Matter, event: MatterEvent, loan: Loan, law: Law) -> tuple[Warning, ...]:
    """What a lawyer should look at before recording an event that the table admits; it never stops the event.

    After the two years the court still takes an application; the debtor may object (民事诉讼法解释 第四百八十一条).
    """
    if not isinstance(event, EnforcementPrepared | EnforcementSubmitted | EnforcementAccepted):
        return ()
    late = [each for each in _enforcement(matter, loan, law, event.on) if each.state == "missed"]
    return tuple(
        Warning(
            "enforcement.late",
            f"申请执行时效已于{in_chinese(each.last_day.value)}届满：{each.if_missed}",
            f"the time to apply for enforcement ended on {each.last_day.value}; the debtor may object",
        )
        for each in late
    )
