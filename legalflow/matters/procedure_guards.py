"""What the ways of a matter need and must satisfy: a way that was decided by another, a claim that is still ours, an
instrument that came by the way that was taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from legalflow.errors import Conflict, Invalid, NotAllowed, Problem
from legalflow.matters import events as e
from legalflow.matters.checks import Refusal
from legalflow.matters.needs import Need
from legalflow.matters.state import Matter

E = TypeVar("E", bound=e.MatterEvent)


def last(matter: Matter, *kinds: type[E]) -> E | None:
    """The latest event of the kinds that stands."""
    found = [each.event for each in matter.standing if isinstance(each.event, kinds)]
    return found[-1] if found else None


# --- deciding on the way ---------------------------------------------------------------------------------------------


def open_strategy(matter: Matter) -> e.StrategyProposed | None:
    """The way that was proposed and waits for a decision."""
    found = last(matter, e.StrategyProposed, e.StrategyApproved, e.StrategyReturned)
    return found if isinstance(found, e.StrategyProposed) else None


def approved_way(matter: Matter) -> str:
    """The way that was approved and stands; empty where none is."""
    found = last(matter, e.StrategyProposed, e.StrategyApproved, e.StrategyReturned)
    return found.way if isinstance(found, e.StrategyApproved) else ""


STRATEGY_OPEN = Need(
    "need.strategy_open",
    "没有待审批的处置方案",
    "a way that waits for a decision",
    lambda matter: open_strategy(matter) is not None,
)


def way_is_free(*ways: str) -> Need:
    """At the stage of deciding, only the way that another person approved may be taken."""
    words = "、".join(choice.zh for choice in e.WAYS if choice.value in ways)
    english = " or ".join(choice.en for choice in e.WAYS if choice.value in ways)
    return Need(
        f"need.way_{'_'.join(ways)}",
        f"处置方案须先经另一人批准，且批准的方式为：{words}",
        f"the way approved by another person to be: {english}",
        lambda matter: matter.stage != "A15" or approved_way(matter) in ways,
    )


def decider_is_another(matter: Matter, event: e.StrategyApproved | e.StrategyReturned) -> Iterator[Refusal]:
    """Who proposed the way does not decide on it."""
    proposed = open_strategy(matter)
    if proposed is not None and event.actor in {proposed.actor, proposed.proposed_by} - {""}:
        zh, en = "您是本方案的提出人，须由另一人审批", "you proposed this; another person must decide"
        yield NotAllowed, Problem("persons.proposer", zh, en, "actor")


def approves_what_was_proposed(matter: Matter, event: e.StrategyApproved) -> Iterator[Refusal]:
    """The approval names the way that was proposed."""
    proposed = open_strategy(matter)
    if proposed is not None and event.way != proposed.way:
        yield (
            Conflict,
            Problem(
                "strategy.another",
                "批准的处置方式与提出的不一致",
                "this is not the way that was proposed",
                "way",
                event.way,
                "不同意的，退回方案并说明理由",
                "to take another way, send the proposal back with a reason",
            ),
        )


# --- filing, hearing -------------------------------------------------------------------------------------------------


def _converted(matter: Matter) -> bool:
    """Whether a payment order that ended goes on as a suit, since we did not refuse (民诉法解释 第四百三十九条)."""
    ended, refused = last(matter, e.PaymentOrderEnded), last(matter, e.PaymentOrderSuitRefused)
    return ended is not None and refused is None


IN_COURT = Need(
    "need.filed",
    "须先提交立案，或督促程序终结后转入诉讼",
    "a filing, or a payment order that went over into a suit",
    lambda matter: matter.filing is not None or _converted(matter),
)


def late_evidence_says_why(matter: Matter, event: e.EvidenceSubmitted) -> Iterator[Refusal]:
    """What is handed in after the period for evidence needs its reason (民事诉讼法 第六十八条)."""
    period = last(matter, e.EvidencePeriodSet)
    if period is not None and event.on > period.last_day and not event.reason.strip():
        day = period.last_day.isoformat()
        yield (
            Invalid,
            Problem(
                "evidence.late",
                f"举证期限已于{day}届满，逾期提交须说明理由",
                f"the period for evidence ended on {day}; say why it comes late",
                "reason",
                event.on.isoformat(),
                "在备注中写明逾期的理由；法院延长期限的，先登记新的举证期限",
                "give the reason in the note; where the court extended the period, record that first",
            ),
        )


def clock_time(field: str) -> Callable[[Matter, Any], Iterator[Refusal]]:
    """A check that a time of day, where one is given, is one: `09:05`."""

    def check(_: Matter, event: Any) -> Iterator[Refusal]:
        text = getattr(event, field)
        hour, colon, minute = text.partition(":")
        if text and not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            zh, en = "时刻须写作 09:05 的形式", "a clock time is written like 09:05"
            yield Invalid, Problem("event.time", zh, en, field, text[:60])

    return check


# --- arbitration, notarised deeds, payment orders --------------------------------------------------------------------

_OF_ARBITRATION = frozenset({"award", "arbitral_mediation"})


def _order_unopposed(matter: Matter) -> bool:
    served = last(matter, e.PaymentOrderServed)
    return served is not None and last(matter, e.PaymentOrderObjected, e.PaymentOrderEnded) is None


def _ways_open(matter: Matter) -> set[str]:
    """The kinds of instrument that what is on record can have led to."""
    open_ones: set[str] = set()
    taken = last(matter, e.ArbitrationFiled, e.CertificateApplied, e.OtherWayEnded)
    if isinstance(taken, e.ArbitrationFiled):
        open_ones |= _OF_ARBITRATION
    if isinstance(taken, e.CertificateApplied):
        open_ones.add("notarised")
    if _order_unopposed(matter):
        open_ones.add("payment_order")
    return open_ones


OTHER_WAY = Need(
    "need.other_way",
    "须先登记“申请仲裁”“申请公证执行证书”，或送达后未被异议的支付令",
    "on record first: arbitration, a certificate of enforcement, or a payment order served and not objected to",
    lambda matter: bool(_ways_open(matter)),
)
ARBITRATION = Need(
    "need.arbitration",
    "须先登记“申请仲裁”",
    "on record first: arbitration applied for",
    lambda matter: isinstance(last(matter, e.ArbitrationFiled, e.CertificateApplied), e.ArbitrationFiled),
)


def instrument_is_of_its_way(matter: Matter, event: e.InstrumentObtained) -> Iterator[Refusal]:
    """An award follows arbitration, a certificate its application, a payment order its service; none before its day."""
    if event.kind not in _ways_open(matter):
        zh = next((choice.zh for choice in e.OTHER_INSTRUMENTS if choice.value == event.kind), event.kind)
        problem = Problem(
            "instrument.way",
            f"尚未登记可取得{zh}的程序",
            "no procedure on record leads to this instrument",
            "kind",
            event.kind,
            "先登记申请仲裁、申请公证执行证书或支付令的送达",
            "record the arbitration, the application for the certificate or the service of the order first",
        )
        yield Invalid, problem
    if event.given_on > event.on:
        zh, en = "作出日期不得晚于生效日期", "the instrument is later than its effect"
        yield Invalid, Problem("instrument.given_later", zh, en, "given_on", event.given_on.isoformat())
    if event.interest_rate is not None and None in (event.interest_until, event.interest_base):
        zh = "继续计息的，计至日、利率和基数须一并填写"
        en = "interest that runs on needs the day it is counted to, the rate and the base"
        yield Invalid, Problem("judgment.interest", zh, en, "interest_rate")


# --- the end of enforcement, assignment ------------------------------------------------------------------------------


def _may_apply_anew(matter: Matter) -> bool:
    ended = last(matter, e.EnforcementEnded)
    return matter.stage != "A75" or (ended is not None and ended.ground == "withdrawn")


APPLY_ANEW = Need(
    "need.withdrawn_only",
    "终结执行后，仅申请人撤销申请的可以再次申请执行（须在申请执行时效期间内）",
    "after the end of enforcement it is applied for anew only where the applicant had withdrawn",
    _may_apply_anew,
)


def is_assigned(matter: Matter) -> bool:
    """Whether the claim was assigned."""
    return last(matter, e.ClaimAssigned) is not None


STILL_OURS = Need(
    "need.still_ours",
    "债权已转让，不得再以原债权人名义立案或者申请；由受让人办理",
    "a claim that is still ours: nothing new is filed in the name of the former creditor",
    lambda matter: not is_assigned(matter),
)
ASSIGNED = Need("need.assigned", "须先登记“转让债权”", "on record first: claim assigned", is_assigned)
NO_WRITE_OFF_ASKED = Need(
    "need.no_write_off_asked",
    "核销申报尚在办理，须先退回、撤回或入账",
    "the write-off under way to be refused, withdrawn or booked",
    lambda matter: matter.write_off_stage not in {"C2", "C3", "C4"},
)


# --- what decides whether an event leads on --------------------------------------------------------------------------

Where = Callable[[Matter, Any], bool]


def where(field: str, value: str) -> Where:
    """That a field of the event has a value."""
    return lambda _, event: getattr(event, field) == value


def of_complaint(matter: Matter, event: Any) -> bool:
    """That the document of the event is the complaint."""
    document = matter.documents.get(event.document)
    kind = document.kind if document is not None else getattr(event, "kind", "")
    return str(kind).startswith("civil_complaint")
