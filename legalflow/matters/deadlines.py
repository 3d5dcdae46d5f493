"""What is due: every clock of a matter on a day, with its last day, the reasons, and whether it was met.

Limitation and the time to apply for enforcement begin anew with each interruption on record; the guarantee period never
does (民法典 第一百九十五条、第六百九十二条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from legalflow.errors import Missing, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.guarantees import Act, keeping, mode_of, period_of
from legalflow.law.limitation import Interruption, clock, whole_debt_due
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
    called = [day for day in (matter.accelerated_on, loan.accelerated_on) if day is not None]
    return whole_debt_due(loan.maturity, called)


def debtors(loan: Loan) -> frozenset[str]:
    """The borrowers by name: what interrupts against one interrupts against all (诉讼时效规定 第十五条)."""
    roles = {PartyRole.BORROWER, PartyRole.CO_BORROWER}
    return frozenset(party.name for party in loan.parties if party.role in roles)


def _interruptions(matter: Matter, loan: Loan) -> list[Interruption]:
    names = debtors(loan)
    paid = {payment.on for payment in loan.payments} | {payment.on for payment in matter.payments}
    found = [Interruption(on, "部分履行") for on in paid]
    found += [Interruption(each.on, "催收到达") for each in matter.demands if each.party in names]
    found += [
        Interruption(each.on, "债务人同意履行", revives=True) for each in matter.acknowledgements if each.party in names
    ]
    return sorted(set(found), key=lambda each: (each.on, each.zh))


def _returned_filings(matter: Matter) -> Iterator[Interruption]:
    """Filings that did not stand still interrupted limitation on their day."""
    for each in matter.standing:
        if isinstance(each.event, FilingSubmitted) and each.event != matter.filing:
            yield Interruption(each.event.on, "提起诉讼")


def _interrupted(law: Law, rule: str, start: date, interruptions: Iterable[Interruption]) -> Finding[Deadline]:
    """The end of a clock that begins anew with each interruption before it has run out."""
    found = clock(law, rule, start, interruptions)
    return Finding(found.value.deadline, found.steps, found.warnings, found.provisional)


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
    return mode_of(law, guarantee.signed, guarantee.mode)


def guarantee_period(guarantee: Guarantee, start: date, law: Law) -> Finding[Deadline]:
    """The last day of the guarantee period (保证期间) of a debt due on `start`.

    The agreed months, else what the law of the due day gives; `until repaid` (直至还清) is treated as unclear.
    """
    return period_of(law, start, guarantee.signed, guarantee.period_months, guarantee.period_wording)


def _kept(matter: Matter, loan: Loan, guarantor: str, mode: str, start: date, last: date) -> bool:
    """Whether the guarantee was kept in time (民法典 第六百九十三条).

    Joint: a demand on the guarantor, or a suit against him. Ordinary: a suit against the debtor; one that was sent
    back does not count (担保制度解释 第三十一条).
    """
    acts = [Act("demand", each.on, guarantor=each.party == guarantor) for each in matter.demands]
    if matter.filing is not None:
        sued = frozenset(matter.filing.defendants)
        acts.append(Act("suit", matter.filing.on, bool(sued & debtors(loan)), guarantor in sued))
    return keeping(mode, acts, start, last) is not None


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


def _before(interruptions: list[Interruption], day: date | None) -> list[Interruption]:
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
