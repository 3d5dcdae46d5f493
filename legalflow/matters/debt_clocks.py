"""The clocks of the debt itself: limitation, guarantees and mortgages, performance, the time to apply for enforcement.

They begin anew with interruptions, are suspended by obstacles or depend on the contract, so that no row can say them.
The guarantee period alone is never moved (民法典 第六百九十二条第一款).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.guarantees import Act, defence_lost, keeping, mode_of, period_of
from legalflow.law.limitation import (
    Clock,
    Interruption,
    Obstacle,
    clock,
    interruption,
    is_procedure,
    kinds,
    whole_debt_due,
)
from legalflow.law.periods import Deadline, deadline, length
from legalflow.loans.parties import Guarantee
from legalflow.matters.clocks import OTHER, Due, Gap
from legalflow.matters.happenings import Happening, History
from legalflow.values.dates import in_chinese


def debt_clocks(history: History, law: Law, on: date) -> tuple[tuple[Due, ...], tuple[Gap, ...]]:
    """Every clock of the debt that runs or ran by a day, and that of enforcement where its law is not in the data.

    Limitation and guarantees are never left out: where the data do not reach, `LawGap` says so.
    """
    limitation = _limitation(history, law, on)
    gaps: list[Gap] = []
    try:
        enforcement = _enforcement(history, law, on)
    except LawGap:
        effect = history.last("took_effect", "payment_order_served")
        enforcement = []
        gaps.append(Gap("申请执行", effect.on if effect is not None else on))
    found: list[Due] = [*limitation, *_guarantees(history, law, on)]
    found += [*_performance(history, law, on), *_performance_of_instalments(history, law, on)]
    found += [*enforcement, *_instalments(history, law, on)]
    found += _mortgages(history, law, on, limitation, enforcement)
    return tuple(found), tuple(gaps)


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
    lasts: bool = False,
) -> Due:
    """A clock as asked on a day; `lasts` where something keeps it from having run out (障碍尚未消除)."""
    last = found.value.last_day
    state = "met" if met else "superseded" if superseded else "open" if on <= last or lasts else "missed"
    return Due(
        id=name,
        party=party,
        zh=zh,
        trigger=trigger,
        last_day=Finding(last, found.steps, found.warnings, found.provisional),
        state=state,
        days_left=(last - on).days,
        if_missed=found.value.if_missed,
        triggered_on=found.value.trigger,
        nominal=found.value.nominal,
    )


# --- limitation and what moves it ------------------------------------------------------------------------------------

# Steps towards a court that interrupt limitation under another name.
_AS = {
    "payment_order_applied": "payment_order",
    "presuit_preservation_applied": "presuit_preservation",
    "bankruptcy_claimed": "bankruptcy",
    "enforcement_applied": "enforcement",
}
_ENDS_OF = {"payment_order_applied": "payment_order_ended"}


def debt_due(history: History) -> tuple[date, str] | None:
    """The day the whole debt fell due and how; None where the history names none (民法典 第一百八十九条)."""
    debt = history.debt
    if debt.maturity is None:
        return (min(debt.called), f"提前到期日{in_chinese(min(debt.called))}") if debt.called else None
    return whole_debt_due(debt.maturity, debt.called)


def _interruptions(history: History, law: Law, without: Iterable[str] = ()) -> Finding[tuple[Interruption, ...]]:
    """What interrupted the clock against the debtors, in order of days; what was done to one reaches all.

    An act against somebody who is no debtor of the loan (a guarantor) does not count. Of a suit only one that no longer
    stands is among them, from its day: the one that stands has stopped the clock.
    """
    found: list[Interruption] = []
    doubts: list[str] = []
    debtors, known, standing = history.debt.debtors, set(kinds(law)) - set(without), history.suit
    for each in history.happenings:
        kind = _AS.get(each.kind, each.kind)
        fits = not each.party or not debtors or each.party in debtors
        if kind not in known or each is standing or not fits:
            continue
        until = _end_of(each, history) if is_procedure(law, kind) else None
        ground = interruption(law, kind, each.on, until, joint=bool(each.party) and len(debtors) > 1)
        found.append(ground.value)
        doubts += ground.provisional
    return Finding(tuple(dict.fromkeys(found)), provisional=tuple(dict.fromkeys(doubts)))


def _end_of(each: Happening, history: History) -> date | None:
    """The end of a procedure, as stated with its beginning or by what ended it."""
    if each.until is not None:
        return each.until
    ending = _ENDS_OF.get(each.kind, "")
    return next((end.on for end in history.all(ending) if end.on >= each.on), None) if ending else None


def _obstacles(history: History, law: Law) -> Finding[tuple[Obstacle, ...]]:
    """Each obstacle with its end, if it has ended, in the words of the law of its day."""
    topic = "limitation/suspension_grounds"
    ends = [each.on for each in history.all("obstacle_ended")]
    found: list[Obstacle] = []
    doubts: list[str] = []
    for index, each in enumerate(history.all("obstacle_arose")):
        value = law.at(topic, max(each.on, law.history(topic)[0].since))
        words = value.value.get(each.variant, value.value["other"])
        found.append(Obstacle(each.on, words, ends[index] if index < len(ends) else None))
        doubts += value.provisional
    return Finding(tuple(found), provisional=tuple(dict.fromkeys(doubts)))


def _moved(
    law: Law,
    rule: str,
    start: date,
    history: History,
    on: date,
    stop: date | None,
    without: Iterable[str] = (),
    long_stop: bool = False,
) -> Finding[Clock]:
    """A clock that begins anew and may be suspended, with all that moved it up to `stop`."""
    acts = _interruptions(history, law, without)
    obstacles = _obstacles(history, law)
    before = [each for each in acts.value if stop is None or each.on <= stop]
    found = clock(law, rule, start, before, obstacles.value, long_stop, on)
    doubts = tuple(dict.fromkeys((*found.provisional, *acts.provisional, *obstacles.provisional)))
    return replace(found, provisional=doubts)


def _plain(found: Finding[Clock]) -> Finding[Deadline]:
    return Finding(found.value.deadline, found.steps, found.warnings, found.provisional)


def _limitation(history: History, law: Law, on: date) -> list[Due]:
    due = debt_due(history)
    if due is None:
        return []
    start, words = due
    filed = history.suit.on if history.suit else None
    found = _moved(law, "limitation", start, history, on, filed, without=("enforcement",), long_stop=True)
    return [
        _due(
            "limitation",
            "诉讼时效",
            _plain(found),
            on,
            words,
            met=filed is not None and filed <= found.value.deadline.last_day,
            superseded=bool(history.all("took_effect", "paid", "closed")),
            lasts=found.value.suspended,
        )
    ]


def _mortgages(history: History, law: Law, on: date, limitation: list[Due], enforcement: list[Due]) -> Iterator[Due]:
    """A mortgage is enforced before limitation of the debt ends, after judgment before the time to apply for
    enforcement does (担保制度解释 第四十四条)."""
    debts = enforcement or limitation
    for owner in history.debt.mortgagors if debts else ():
        debt = debts[0]
        topic = "limitation/mortgage"
        value = law.at(topic, max(on, law.history(topic)[0].since))
        step = Step(value.zh, f"与{debt.zh}同时届满", debt.last_day.value.isoformat(), (value.citation,))
        last = replace(debt.last_day, steps=(*debt.last_day.steps, step))
        yield replace(debt, id="mortgage", party=owner, zh="抵押权的行使", last_day=last, if_missed=value.value)


# --- guarantees ------------------------------------------------------------------------------------------------------


def _guarantees(history: History, law: Law, on: date) -> Iterator[Due]:
    due = debt_due(history)
    if due is None:
        return
    for guarantee in history.debt.guarantees:
        yield from _guarantee(guarantee, due, history, law, on)


def _guarantee(guarantee: Guarantee, due: tuple[date, str], history: History, law: Law, on: date) -> Iterator[Due]:
    """The period of one guarantee, and once it is kept the limitation of the guarantee itself."""
    start, words = due
    mode = mode_of(law, guarantee.signed, guarantee.mode)
    found = period_of(law, start, guarantee.signed, guarantee.period_months, guarantee.period_wording)
    found = replace(found, steps=(*mode.steps, *found.steps), provisional=(*mode.provisional, *found.provisional))
    if guarantee.maximum:
        found = replace(found, warnings=(*found.warnings, _maximum(law, start)))
    kept = keeping(mode.value, _acts(guarantee.guarantor, history), start, found.value.last_day)
    if kept is not None:
        found = replace(found, steps=(*found.steps, _keeps(kept, mode.value)))
    yield _due(
        "guarantee",
        f"保证期间（{'连带责任保证' if mode.value == 'joint' else '一般保证'}）",
        found,
        on,
        words,
        met=kept is not None,
        superseded=bool(history.all("paid")),
        party=guarantee.guarantor,
    )
    if kept is not None:
        yield from _guarantee_limitation(guarantee.guarantor, mode.value, kept, history, law, on)


def _maximum(law: Law, start: date) -> Warning:
    topic = "guarantees/maximum_start"
    value = law.at(topic, max(start, law.history(topic)[0].since))
    zh = f"最高额保证：{value.value}（{value.citation}）；此处自{in_chinese(start)}起算，债权确定更晚的请核对"
    return Warning("guarantee.maximum", zh, "a maximum-amount guarantee runs from the later of fixing and last due day")


def _keeps(kept: Act, mode: str) -> Step:
    words = "对债务人起诉或者申请仲裁" if mode == "ordinary" else "请求保证人承担保证责任"
    return Step("行使权利", f"{in_chinese(kept.on)}{words}", kept.on.isoformat())


def _acts(guarantor: str, history: History) -> list[Act]:
    """What the creditor did that may keep a guarantee; a suit sent back does not count, one withdrawn is marked."""
    demands = history.all("demand", "message", "newspaper")
    acts = [Act("demand", each.on, guarantor=each.party == guarantor) for each in demands]
    debtors = history.debt.debtors
    for each in history.all("arbitration"):
        acts.append(Act("arbitration", each.on, not each.against or bool(set(each.against) & debtors),
                        guarantor in each.against))  # fmt: skip
    return acts + list(_suits(guarantor, history))


def _suits(guarantor: str, history: History) -> Iterator[Act]:
    suits = history.all("suit")
    ended = history.all("suit_returned", "suit_withdrawn")
    for index, each in enumerate(suits):
        end = ended[index] if index < len(ended) else None
        if end is not None and end.kind == "suit_returned":
            continue
        served = end is not None and any(
            each.on <= service.on <= end.on and service.party == guarantor
            for service in history.all("complaint_served")
        )
        sued = set(each.against)
        yield Act("suit", each.on, bool(sued & history.debt.debtors), guarantor in sued, end is not None, served)


def _guarantee_limitation(guarantor: str, mode: str, kept: Act, history: History, law: Law, on: date) -> Iterator[Due]:
    """Three years against a joint guarantor from the act that kept the guarantee, against an ordinary one from the day
    he may no longer point to the debtor's assets (民法典 第六百九十四条; 担保制度解释 第二十八条)."""
    begins = _begins(mode, kept, history, law, on)
    if begins.value is None:
        return
    sued = history.suit is not None and guarantor in history.suit.against
    demands = [each for each in history.all("demand", "message", "newspaper") if each.party == guarantor]
    try:
        acts = [interruption(law, each.kind, each.on) for each in demands]
        obstacles = _obstacles(history, law).value
        found = clock(law, "guarantee_limitation", begins.value, [each.value for each in acts], obstacles, on=on)
    except LawGap:  # the limitation of guarantees before the civil code is not in the data
        return
    yield _due(
        "guarantee_limitation",
        "保证债务的诉讼时效",
        _plain(found).because(begins),
        on,
        f"{in_chinese(begins.value)}起",
        met=sued,
        superseded=bool(history.all("paid", "closed")),
        party=guarantor,
    )


def _begins(mode: str, kept: Act, history: History, law: Law, on: date) -> Finding[date | None]:
    if mode == "joint":
        return Finding(kept.on)
    applied = history.all("enforcement_applied")
    if not applied:
        return Finding(None)
    stayed = [each.on for each in history.happenings if _opens_the_guarantee(each) and each.on >= applied[0].on]
    return defence_lost(law, applied[0].on, stayed[0] if stayed else None, on)


def _opens_the_guarantee(each: Happening) -> bool:
    """Whether a ruling shows that the debtor cannot be made to pay (担保解释 第二十八条第一款第一项)."""
    return each.kind == "stayed" or (each.kind == "enforcement_ended" and each.variant in {"dead", "destitute"})


# --- performance and enforcement -------------------------------------------------------------------------------------


def _performance(history: History, law: Law, on: date) -> Iterator[Due]:
    effect = history.last("took_effect")
    if effect is None:
        return
    counted = _counted(effect, law)
    recorded = effect.until or (counted.value if counted else None)
    if recorded is None:
        return
    last = Finding(recorded, (Step("履行期届满日", "登记", recorded.isoformat()),)) if effect.until else counted
    assert last is not None
    if effect.until and counted is not None:
        last = last.because(counted)
        if counted.value != recorded:
            zh = f"登记的履行期届满日{recorded}与按判决计算的{counted.value}不一致"
            en = f"recorded is {recorded}, counted {counted.value}"
            last = replace(last, warnings=(*last.warnings, Warning("performance.differs", zh, en)))
    done, applied = bool(history.all("paid")), bool(history.all("enforcement_applied"))
    late = "missed" if on > recorded else "open"
    yield Due(
        id="performance",
        party="",
        zh="履行判决",
        trigger=f"{in_chinese(effect.on)}生效",
        last_day=last,
        state="superseded" if applied else "met" if done else late,
        days_left=(recorded - on).days,
        if_missed="可申请强制执行，并计付迟延履行期间的债务利息",
        triggered_on=effect.on,
        nominal=recorded,
        whose=OTHER,
    )


def _performance_of_instalments(history: History, law: Law, on: date) -> Iterator[Due]:
    """Each day to perform that an item of the judgment has of its own."""
    effect = history.last("took_effect")
    done, applied = bool(history.all("paid")), bool(history.all("enforcement_applied"))
    for number, day in enumerate(_instalment_days(history, law), start=1):
        if effect is not None and day == effect.until:
            continue
        late = "missed" if on > day else "open"
        yield Due(
            id="performance_instalment",
            party="",
            zh=f"履行判决（第{number}期）",
            trigger="判决分期履行",
            last_day=Finding(day, (Step("履行期届满日", "判决所定", day.isoformat()),)),
            state="superseded" if applied else "met" if done else late,
            days_left=(day - on).days,
            if_missed="可就该期申请强制执行，并计付迟延履行期间的债务利息",
            triggered_on=effect.on if effect is not None else None,
            nominal=day,
            whose=OTHER,
        )


def _counted(effect: Happening, law: Law) -> Finding[date] | None:
    """The last day to perform, counted from the day of effect; None where no length is known."""
    if not effect.days:
        return None
    found = length(law, effect.on, effect.days, "day", zh="履行期届满日")
    return Finding(found.value.last_day, found.steps, found.warnings, found.provisional)


def _instalment_days(history: History, law: Law) -> list[date]:
    """The days to perform that a judgment sets beside its general one, each once."""
    days = set()
    for each in history.all("instalment_due"):
        if each.variant != "notarised":
            own = length(law, each.on, each.days, "day").value.last_day if each.days else each.on
            days.add(own)
    return sorted(days)


def _enforcement_start(history: History, law: Law, on: date) -> tuple[date, str] | None:
    """The last day to perform of what can be enforced, that of the last instalment, else the day it took effect."""
    effect = history.last("took_effect")
    days = _instalment_days(history, law)
    if days:
        general = effect.until if effect is not None and effect.until is not None else days[-1]
        last = max(days[-1], general)
        return last, f"最后一期履行期限届满日{in_chinese(last)}"
    if effect is not None:
        counted = _counted(effect, law)
        start = effect.until or (counted.value if counted else None)
        return (start, f"履行期届满日{in_chinese(start)}") if start else (effect.on, f"生效日{in_chinese(effect.on)}")
    served = history.last("payment_order_served")
    if served is None or history.all("payment_order_objected", "payment_order_ended"):
        return None
    end = deadline(law, "payment_order_object", served.on).value.last_day
    return (end, f"支付令清偿期限届满日{in_chinese(end)}") if on > end else None


def _enforcement(history: History, law: Law, on: date) -> list[Due]:
    """The time to apply for enforcement; it is interrupted and suspended as limitation is (民事诉讼法 第二百五十条).

    Once applied in time it stays met: after 终本 a new application has no time limit (民事诉讼法解释 第五百一十七条).
    """
    begins = _enforcement_start(history, law, on)
    if begins is None:
        return []
    start, words = begins
    first = history.all("enforcement_applied")
    applied = first[0].on if first else None
    found = _moved(law, "enforcement_application", start, history, on, applied, without=("enforcement",))
    plain = _plain(found)
    if history.all("stayed"):
        plain = replace(plain, steps=(*plain.steps, _no_limit(law, on)))
    return [
        _due(
            "enforcement_application",
            "申请执行",
            plain,
            on,
            words,
            met=applied is not None and applied <= found.value.deadline.last_day,
            superseded=bool(history.all("paid", "closed")) and applied is None,
            lasts=found.value.suspended,
        )
    ]


def _no_limit(law: Law, on: date) -> Step:
    """After 终本 a new application is not subject to the period."""
    topic = "write_off/resume_no_time_limit"
    value = law.at(topic, max(on, law.history(topic)[0].since))
    return Step("终本后", value.value, "", (value.citation,))


def _instalments(history: History, law: Law, on: date) -> Iterator[Due]:
    """Each instalment of a notarised deed has its own two years, those of a judgment only until 2021."""
    applied = [each.on for each in history.all("enforcement_applied")]
    for number, each in enumerate(history.all("instalment_due"), start=1):
        if each.days:  # a length from the effect: since 2022, when judgments run from the last day of all
            continue
        notarised = each.variant == "notarised"
        rule = "enforcement_application_notarised" if notarised else "enforcement_application"
        try:
            own = law.at(
                "deadlines/enforcement_application_instalments" if not notarised else f"deadlines/{rule}", each.on
            )
        except LawGap:  # since 2022 a judgment's instalments run from the last of them
            continue
        found = _plain(_moved(law, rule, each.on, history, on, None, without=("enforcement",)))
        doubts = tuple(dict.fromkeys((*own.provisional, *found.provisional)))
        found = replace(
            found, steps=(Step(own.zh, "每期各自起算", "", (own.citation,)), *found.steps), provisional=doubts
        )
        yield _due(
            "enforcement_instalment",
            f"申请执行（第{number}期）",
            found,
            on,
            f"{in_chinese(each.on)}{each.words}",
            met=any(each.on < day <= found.value.last_day for day in applied),
            superseded=bool(history.all("paid", "closed")),
        )
