"""The table of clocks: what starts each, by which rule it runs, what meets it and what makes it moot.

A new clock is a row. Limitation, guarantees, performance and the time to apply for enforcement, which begin anew or
depend on the debt, stand in `debt_clocks`; all others here. Of several starts of one kind the latest counts, unless the
row says otherwise: a second notice, a renewal, a new period set by the court takes the place of the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.law.periods import Deadline, deadline, named_day, stated
from legalflow.matters.events import OBSTACLES, RULINGS
from legalflow.matters.happenings import ABROAD, Happening, History
from legalflow.values.dates import add_months, in_chinese

LENDER, COURT, OTHER = "lender", "court", "other"


@dataclass(frozen=True, kw_only=True)
class Due:
    """One clock of a matter. `id` and `party` together name it; `trigger` says in Chinese what it runs from.

    `state` is open, waiting (it runs, and the court or the other side is to act), met (done in time), late (done after
    it), missed (the last day passed undone), elapsed (run out,
    where nothing of ours was to be done or it was a right we did not use) or superseded (it no longer matters).
    `days_left` counts from the day asked to the last day, negative after it. `if_missed` is Chinese. `whose` is who is
    to act: lender, court or other. `rule` is the row of the table it is of, `subject` what it is about, an asset for
    instance; both are empty for a clock of the debt.
    """

    id: str
    party: str
    zh: str
    trigger: str
    last_day: Finding[date]
    state: str
    days_left: int
    if_missed: str
    triggered_on: date | None = None
    nominal: date | None = None
    whose: str = LENDER
    rule: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One row: how a clock starts, runs, is met and falls away.

    `rules` gives the rule id by the variant of what started it (one not named starts nothing), `rule` one for all.
    `same` are the fields in which what meets or ends it must agree with what started it; an empty one agrees with all.
    `from_until`: it runs from the day stated with its start (`until`), not from the start itself. `stated`: that day is
    its last day, held against the rule, if there is one. `at_most` is a second bound. `follows` names a clock from
    whose last day it runs. `repeats` names the rule that ends its repetition. `right`: nobody must use it, so that it
    elapses. `given` are kinds without which it does not start. `internal`: not for outside.
    """

    id: str
    zh: str
    starts: tuple[str, ...]
    rule: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    met: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    whose: str = LENDER
    right: bool = False
    from_until: bool = False
    year_end: bool = False
    stated: bool = False
    at_most: str = ""
    follows: str = ""
    repeats: str = ""
    given: tuple[str, ...] = ()
    internal: bool = False
    missed: str = ""

    def rule_for(self, variant: str) -> str | None:
        """The rule by which a start of a variant runs; None where none does; empty where only a stated day counts."""
        return self.rules.get(variant) if self.rules else self.rule


_ENDED = ("closed", "paid")
EXPIRY, RENEWAL = "measure_expiry", "renew_preservation"  # the clocks of a measure on an asset


def _clock(
    name: str,
    zh: str,
    starts: str,
    rule: str | Mapping[str, str] = "",
    *,
    met: str = "",
    over: str = "",
    same: str = "",
    whose: str = LENDER,
    given: str = "",
    right: bool = False,
    from_until: bool = False,
    year_end: bool = False,
    stated: bool = False,
    at_most: str = "",
    follows: str = "",
    repeats: str = "",
    internal: bool = False,
    missed: str = "",
    lasts: bool = False,
) -> Clock:
    """A row; kinds are written with spaces between them. `lasts`: it goes on after the debt is paid."""
    return Clock(
        id=name,
        zh=zh,
        starts=tuple(starts.split()),
        rule=rule if isinstance(rule, str) else "",
        rules={} if isinstance(rule, str) else rule,
        met=tuple(met.split()),
        over=(*over.split(), *(() if lasts else _ENDED)),
        same=tuple(same.split()),
        whose=whose,
        right=right,
        from_until=from_until,
        year_end=year_end,
        stated=stated,
        at_most=at_most,
        follows=follows,
        repeats=repeats,
        given=tuple(given.split()),
        internal=internal,
        missed=missed,
    )


def _abroad(variants: str, rule: str, rule_abroad: str) -> dict[str, str]:
    """The rule of each variant, and that for a party abroad."""
    at_home = dict.fromkeys(variants.split(), rule)
    return at_home | dict.fromkeys((f"{each}{ABROAD}" for each in at_home), rule_abroad)


_ASSETS = {
    "deposits": "freeze_deposits",
    "movables": "seize_movables",
    "real_estate": "seize_real_estate",
    "rights": "seize_real_estate",
}
_AUCTIONS = {
    "movables_first": "auction_notice_movables",
    "real_estate_first": "auction_notice_real_estate",
    "rights_first": "auction_notice_real_estate",
    "movables_second": "reauction_notice_movables",
    "real_estate_second": "reauction_notice_real_estate",
    "rights_second": "reauction_notice_real_estate",
}
_RULINGS = _abroad("refused_docketing dismissal jurisdiction", "appeal_ruling", "appeal_ruling_abroad")
_TRIED = "judgment_given suit_withdrawn suit_returned"
_MEASURES = "measure_taken presuit_measure_taken measure_renewed"

# fmt: off
CLOCKS: tuple[Clock, ...] = (
    # filing
    _clock("docketing", "法院决定立案", "suit", "docketing",
           met="case_accepted suit_returned correction_required", over="suit_withdrawn", whose=COURT),
    _clock("correction", "补正起诉材料", "correction_required", stated=True,
           met="correction_made suit_returned", over="case_accepted suit_withdrawn", missed="可能不予受理"),
    _clock("fee_payment", "交纳案件受理费", "fee_notice", {"acceptance": "fee_payment"}, same="variant",
           met="fee_paid", over="suit_withdrawn suit_returned"),
    _clock("appeal_fee", "交纳上诉案件受理费", "fee_notice", {"appeal": "appeal_fee"}, same="variant",
           met="fee_paid", over="appeal_decided case_remanded"),
    _clock("mediation_period", "诉前调解", "mediation_referred", stated=True,
           met="mediation_agreed mediation_failed case_accepted suit_returned", over="suit_withdrawn", whose=COURT),
    _clock("mediation_confirmation", "申请司法确认调解协议", "mediation_agreed", "mediation_confirmation",
           met="confirmation_applied", over="suit", right=True),
    # trial
    _clock("serve_complaint", "法院送达起诉状副本", "case_accepted", "serve_complaint",
           met="complaint_served notice_published", over=_TRIED, whose=COURT),
    _clock("answer", "被告答辩", "complaint_served", {"": "answer", "abroad": "answer_abroad"}, same="party",
           met="answer_filed", over=_TRIED, whose=OTHER),
    _clock("jurisdiction_objection", "被告提出管辖权异议", "complaint_served",
           {"": "jurisdiction_objection", "abroad": "answer_abroad"}, same="party",
           met="jurisdiction_objected", over=_TRIED, whose=OTHER),
    _clock("evidence", "举证", "evidence_period_set",
           {"first": "evidence_first", "summary": "", "small_claims": "evidence_small_claim"}, stated=True,
           met="evidence_submitted", over=_TRIED),
    _clock("evidence_second", "二审举证", "evidence_period_set", {"second": "evidence_second"}, stated=True,
           met="evidence_submitted", over="appeal_decided case_remanded took_effect"),
    _clock("summons", "法院通知开庭", "hearing_set", "summons", from_until=True, over=_TRIED, whose=COURT),
    _clock("hearing", "开庭", "hearing_set", stated=True, right=True, over=_TRIED,
           missed="原告无正当理由不到庭的，可以按撤诉处理"),
    _clock("trial", "一审审限", "case_accepted",
           {"ordinary": "trial_ordinary", "summary": "trial_simplified", "small_claims": "trial_small_claim"},
           met="judgment_given", over="suit_withdrawn suit_returned trial_extended", whose=COURT),
    _clock("trial_extended", "延长后的审限", "trial_extended", stated=True,
           met="judgment_given appeal_decided case_remanded", over="suit_withdrawn suit_returned", whose=COURT),
    _clock("public_notice_service", "公告送达期满", "notice_published",
           {"": "public_notice_service", "abroad": "public_notice_service_abroad"}, same="party subject",
           over="took_effect", whose=OTHER),
    # rulings and judgment
    _clock("appeal_ruling", "对裁定提起上诉", "ruling_served", _RULINGS, same="party subject",
           met="ruling_challenged", right=True),
    _clock("preservation_review", "申请复议保全裁定", "ruling_served", {"preservation": "preservation_review"},
           same="party subject", met="ruling_challenged preservation_review_applied", right=True),
    _clock("enforcement_review", "对执行异议裁定申请复议", "ruling_served",
           {"enforcement_objection": "enforcement_review"}, same="party subject", met="ruling_challenged", right=True),
    _clock("third_party_suit", "案外人异议之诉", "ruling_served", {"third_party_objection": "third_party_suit"},
           same="party subject", met="ruling_challenged", right=True),
    _clock("security_right_ruling_objection", "对准许实现担保物权的裁定提出异议", "ruling_served",
           {"security_right": "security_right_ruling_objection"}, same="party subject",
           met="ruling_challenged", right=True),
    _clock("fee_review", "法院对诉讼费用复核作出决定", "ruling_challenged", {"fee": "fee_review"}, whose=COURT),
    _clock("appeal", "上诉", "judgment_served",
           _abroad("judgment", "appeal_judgment", "appeal_judgment_abroad")
           | _abroad("ruling", "appeal_ruling", "appeal_ruling_abroad"),
           same="party", met="appeal_filed", over="took_effect case_remanded", right=True),
    _clock("trial_second", "二审审限", "appeal_docketed",
           {"": "trial_second_judgment", "judgment": "trial_second_judgment", "ruling": "trial_second_ruling"},
           met="appeal_decided case_remanded", over="took_effect trial_extended", whose=COURT),
    _clock("retrial", "申请再审", "took_effect", {"": "retrial"}, met="retrial_applied", right=True, lasts=True),
    _clock("fee_refund", "法院退还诉讼费用", "took_effect", "fee_refund", given="fee_paid", whose=COURT, lasts=True),
    # preservation
    _clock("preservation_ruling", "法院就保全作出裁定", "preservation_applied presuit_preservation_applied",
           {"": "preservation_ruling", "urgent": "preservation_ruling_urgent"},
           met="preservation_ruled measure_taken presuit_measure_taken", whose=COURT),
    _clock("preservation_execution", "法院开始执行保全裁定", "preservation_ruled", "preservation_execution",
           met="measure_taken presuit_measure_taken measure_waiting", whose=COURT),
    _clock("preservation_review_decision", "法院对保全复议作出决定", "preservation_review_applied",
           "preservation_review_decision", whose=COURT),
    _clock("presuit_suit", "诉前保全后起诉或申请仲裁", "presuit_measure_taken", "presuit_suit", same="subject",
           met="suit arbitration", over="measure_lifted"),
    _clock(EXPIRY, "查封、扣押、冻结期限届满", _MEASURES, _ASSETS, same="subject", stated=True,
           over="measure_lifted taken_for_debt auction_sold"),
    _clock(RENEWAL, "申请续行保全", _MEASURES, dict.fromkeys(_ASSETS, "renew_preservation"),
           same="subject", follows=EXPIRY, met="measure_renewal_applied",
           over="measure_lifted taken_for_debt auction_sold"),
    # payment order, security right, award
    _clock("payment_order_accept", "法院受理支付令申请", "payment_order_applied", "payment_order_accept",
           met="payment_order_accepted payment_order_issued payment_order_ended", whose=COURT),
    _clock("payment_order_issue", "法院发出支付令", "payment_order_accepted", "payment_order_issue",
           met="payment_order_issued payment_order_ended", whose=COURT),
    _clock("payment_order_undeliverable", "支付令送达债务人", "payment_order_issued", "payment_order_undeliverable",
           met="payment_order_served", over="payment_order_ended", whose=COURT),
    _clock("payment_order_object", "债务人清偿或对支付令提出异议", "payment_order_served", "payment_order_object",
           same="party", met="payment_order_objected", over="payment_order_ended", whose=OTHER),
    _clock("payment_order_refuse_suit", "不同意转入诉讼的表示", "payment_order_ended", "payment_order_refuse_suit",
           met="payment_order_suit_refused", right=True),
    _clock("security_right_objection", "对实现担保物权申请提出异议", "security_right_noticed",
           "security_right_objection", same="party", met="ruling_challenged", whose=OTHER),
    _clock("set_aside_award", "申请撤销仲裁裁决", "award_received", "set_aside_award", same="party",
           met="set_aside_applied", right=True),
    # enforcement
    _clock("enforcement_docketing", "法院执行立案", "enforcement_applied", "enforcement_docketing",
           met="enforcement_accepted", whose=COURT),
    _clock("enforcement_notice", "法院发出执行通知", "enforcement_applied", "enforcement_notice",
           met="enforcement_notice_served", over="stayed enforcement_ended", whose=COURT),
    _clock("enforcement_idle", "六个月未执行，可向上一级法院申请", "enforcement_applied", "enforcement_idle",
           over="stayed settlement_made enforcement_ended", right=True),
    _clock("enforcement_jurisdiction_objection", "对执行管辖提出异议", "enforcement_notice_served",
           "enforcement_jurisdiction_objection", same="party", met="enforcement_jurisdiction_objected", whose=OTHER),
    _clock("refuse_award", "申请不予执行仲裁裁决", "enforcement_notice_served", {"award": "refuse_award"},
           same="party", met="refusal_applied", whose=OTHER),
    _clock("refuse_notarised", "申请不予执行公证债权文书", "enforcement_notice_served",
           {"notarised": "refuse_notarised"}, same="party", met="refusal_applied", whose=OTHER),
    _clock("clue_check", "法院核查财产线索", "clue_filed", {"": "clue_check", "urgent": "clue_check_urgent"},
           same="subject", over="stayed enforcement_ended", whose=COURT),
    _clock("enforcement_objection_decision", "法院审查执行异议", "act_objected", "enforcement_objection_decision",
           same="subject", met="ruling_served", whose=COURT),
    _clock("third_party_objection_decision", "法院审查案外人异议", "third_party_objected",
           "third_party_objection_decision", same="subject", met="ruling_served", whose=COURT),
    _clock("distribution_objection", "对财产分配方案提出异议", "distribution_plan_received",
           "distribution_objection", same="subject", met="distribution_objected", right=True),
    _clock("distribution_suit", "分配方案异议之诉", "distribution_opposed", "distribution_suit",
           same="subject", met="distribution_sued", right=True),
    _clock("stay_earliest", "可以终本的最早时间", "enforcement_accepted", "stay_earliest",
           met="stayed", over="settlement_made enforcement_ended", whose=COURT),
    _clock("stay_query", "终本后法院定期查询财产", "stayed", "stay_query", repeats="stay_query_end",
           over="resumed", whose=COURT),
    _clock("resume_settlement", "和解未履行，申请恢复执行", "settlement_made", "resume_settlement", from_until=True,
           met="resumed"),
    _clock("auction_notice", "法院发布拍卖公告", "auction_set", _AUCTIONS, same="subject", from_until=True,
           over="auction_sold auction_failed", whose=COURT),
    _clock("reauction", "流拍后再次拍卖", "auction_failed", {"": "reauction", "first": "reauction"}, same="subject",
           met="auction_set", over="taken_for_debt", whose=COURT),
    _clock("sale_after_auction", "流拍后变卖", "auction_failed", {"second": "sale_after_auction"}, same="subject",
           met="auction_set", over="auction_sold taken_for_debt", whose=COURT),
    _clock("dishonest_listing", "纳入失信被执行人名单的期限", "debtor_listed", "dishonest_listing", same="party",
           whose=COURT),
    _clock("bankruptcy_claim", "申报破产债权", "bankruptcy_accepted", "bankruptcy_claim_least",
           at_most="bankruptcy_claim_most", same="party", stated=True, met="bankruptcy_claimed"),
    _clock("bankruptcy_interest", "破产受理，停止计息", "bankruptcy_ruled", "bankruptcy_interest", same="party",
           whose=OTHER),
    # afterwards
    _clock("restoration", "因障碍耽误期限，申请顺延", "obstacle_ended", "restoration", right=True),
    _clock("bad_credit_record", "不良信息的保存", "paid", "bad_credit_record", whose=OTHER, lasts=True),
    _clock("write_off_accountability", "呆账核销后的责任认定", "write_off_booked", "write_off_accountability",
           internal=True, right=True, lasts=True),
    _clock("write_off_audit", "核销专项审计报告", "write_off_booked", "write_off_audit", year_end=True,
           internal=True, right=True, lasts=True),
    _clock("write_off_report", "向财政部门报送核销情况", "write_off_booked", "write_off_report", year_end=True,
           internal=True, right=True, lasts=True),
)
# fmt: on


# Variants that start no clock of the table but are no mistake.
_WITHOUT_CLOCK = {
    "obstacle_arose": {"", *(ground.value for ground in OBSTACLES)},
    "instalment_due": {"", "judgment", "notarised"},
    "fee_notice": {"preservation"},
    "judgment_served": {"small_claims", f"small_claims{ABROAD}", "mediation"},
    "enforcement_notice_served": {"", "judgment"},
    "auction_failed": {"sale"},
    "auction_set": {"movables_sale", "real_estate_sale", "rights_sale"},
    "measure_renewed": {""},
    "took_effect": {"untried"},  # an award, a certificate or a payment order is not tried again
    "ruling_served": {"fee"},  # a party may ask the president for review, and no period is set for it
    "ruling_challenged": {"", "abroad", *(f"{each.value}{tail}" for each in RULINGS for tail in ("", ABROAD))},
}


def variants_of(kind: str) -> frozenset[str]:
    """The variants a kind of happening may have where they choose among rules; none where they do not matter."""
    rows = [row for row in CLOCKS if kind in row.starts and row.rules]
    known = {variant for row in rows for variant in row.rules}
    return frozenset(known | _WITHOUT_CLOCK.get(kind, set()))


def needs_day(kind: str, variant: str) -> bool:
    """Whether a happening starts a clock only with a day stated with it."""
    rows = [row for row in CLOCKS if kind in row.starts]
    return any(row.from_until or row.at_most or (row.stated and row.rule_for(variant) == "") for row in rows)


@dataclass(frozen=True)
class Gap:
    """A clock that started on a day whose law is not in the data."""

    zh: str
    on: date


def table_clocks(
    history: History, law: Law, on: date, internal: bool = False
) -> tuple[tuple[Due, ...], tuple[Gap, ...]]:
    """Every clock of the table that has started by a day, and those whose law of that day the data do not hold.

    A public notice counts as service at its end, and starts what that service starts.
    """
    seen = _with_notices(history, law)
    found: list[Due] = []
    gaps: list[Gap] = []
    for row in CLOCKS:
        if row.internal and not internal:
            continue
        for start in _starts(row, seen):
            try:
                found.append(_due(row, start, seen, law, on))
            except LawGap:
                gaps.append(Gap(row.zh, start.on))
    return tuple(found), tuple(gaps)


# What a notice serves: the kind of service, and its variant.
_SERVED = {
    "complaint": ("complaint_served", ""),
    "judgment": ("judgment_served", "judgment"),
    "ruling": ("judgment_served", "ruling"),
}


def _with_notices(history: History, law: Law) -> History:
    """The history with the services that public notices bring about, where none is on record for that party."""
    deemed = [each for notice in history.all("notice_published") for each in _deemed(notice, history, law)]
    return History(history.debt, (*history.happenings, *deemed))


def _deemed(notice: Happening, history: History, law: Law) -> Iterator[Happening]:
    kind, variant = _SERVED.get(notice.subject, ("", ""))
    recorded = [each for each in history.all(kind) if each.party == notice.party and each.on >= notice.on]
    if not kind or recorded:
        return
    small = any(each.variant == "small_claims" for each in history.all("case_accepted"))
    abroad = notice.variant == "abroad"
    rule = "public_notice_service_abroad" if abroad else "public_notice_service"
    try:
        end = deadline(law, rule, notice.on).value.last_day
    except LawGap:  # the notice's own clock says so
        return
    variant = "small_claims" if small and variant else variant
    served = f"{variant}{ABROAD}".lstrip("_") if abroad else variant
    yield replace(notice, kind=kind, on=end, subject="", variant=served, until=notice.on)


def _starts(row: Clock, history: History) -> Iterator[Happening]:
    """The start that counts for each party or subject: the latest."""
    if row.given and not history.all(*row.given):
        return
    latest: dict[tuple[str, ...], Happening] = {}
    for each in history.all(*row.starts):
        lacks_day = each.until is None and (row.from_until or (row.stated and not row.rule_for(each.variant)))
        if row.rule_for(each.variant) is not None and not lacks_day:
            latest[_key(row, each)] = each
    yield from latest.values()


def _key(row: Clock, each: Happening) -> tuple[str, ...]:
    return tuple(getattr(each, name) for name in row.same)


def _concerns(row: Clock, start: Happening, each: Happening) -> bool:
    """Whether a later happening is about what started the clock; an empty field concerns all."""
    agree = all(getattr(each, name) in {"", getattr(start, name)} for name in row.same)
    return agree and each.on >= start.on and each is not start


def _due(row: Clock, start: Happening, history: History, law: Law, on: date) -> Due:
    found = _period(row, start, law, on)
    last = found.value.last_day
    met = [each for each in history.all(*row.met) if _concerns(row, start, each)]
    over = [each for each in history.all(*row.over) if _concerns(row, start, each)]
    state = _state(row, last, on, met, over)
    why = f"{in_chinese(start.on)}{_said(start)}"
    done = min(met, key=lambda each: each.on) if met else over[0] if over else None
    steps = (
        Step("起算", why, found.value.trigger.isoformat()),
        *found.steps,
        *((Step("其后", f"{in_chinese(done.on)}{_said(done)}", state),) if done else ()),
    )
    return Due(
        id=row.id,
        party=start.party,
        zh=f"{row.zh}：{start.subject}" if start.subject and "party" not in row.same else row.zh,
        trigger=why,
        last_day=Finding(last, steps, found.warnings, found.provisional),
        state=state,
        days_left=(last - on).days,
        if_missed=found.value.if_missed or row.missed,
        triggered_on=found.value.trigger,
        nominal=found.value.nominal,
        whose=row.whose,
        rule=row.id,
        subject=start.subject,
    )


def _said(each: Happening) -> str:
    """What happened in words, with whom or what it was about; a service by public notice says so."""
    by_notice = "公告期满，视为" if each.until and each.kind in {kind for kind, _ in _SERVED.values()} else ""
    return by_notice + each.words + (f"（{each.party or each.subject}）" if each.party or each.subject else "")


def _state(row: Clock, last: date, on: date, met: list[Happening], over: list[Happening]) -> str:
    if met and min(each.on for each in met) <= last:
        return "met"
    if over:
        return "superseded"
    if met:
        return "late"
    if on <= last:
        return "open" if row.whose == LENDER else "waiting"
    return "elapsed" if row.right or row.whose != LENDER else "missed"


def _period(row: Clock, start: Happening, law: Law, on: date) -> Finding[Deadline]:
    """How long a clock runs from its start."""
    rule = row.rule_for(start.variant) or ""
    if row.follows:
        before = next(each for each in CLOCKS if each.id == row.follows)
        ends = _period(before, start, law, on)
        return deadline(law, rule, ends.value.last_day).because(ends)
    if row.stated and start.until is not None:
        return _stated(row, rule, start, start.until, law)
    if row.repeats:
        return _next_repetition(row, rule, start, law, on)
    return deadline(law, rule, _trigger(row, start))


def _trigger(row: Clock, start: Happening) -> date:
    if row.year_end:
        return date(start.on.year, 12, 31)
    return start.until if row.from_until and start.until is not None else start.on


def _stated(row: Clock, rule: str, start: Happening, last: date, law: Law) -> Finding[Deadline]:
    """A day stated with the start, held against the rule's bounds."""
    if not rule:
        return named_day(law, row.zh, start.on, last, row.missed)
    found = stated(law, rule, start.on, last, "文书载明至")
    if not row.at_most:
        return found
    most = stated(law, row.at_most, start.on, last, "文书载明至")
    return replace(found, warnings=tuple(dict.fromkeys((*found.warnings, *most.warnings))))


def _next_repetition(row: Clock, rule: str, start: Happening, law: Law, on: date) -> Finding[Deadline]:
    """The next of the days on which something is done again and again, or the last of them."""
    end = deadline(law, row.repeats, start.on)
    found = deadline(law, rule, start.on)
    count = 1
    while found.value.last_day < on:
        again = deadline(law, rule, add_months(start.on, count * _months(found.value)))
        if again.value.last_day > end.value.last_day:
            break
        found, count = again, count + 1
    return found.because(end)


def _months(found: Deadline) -> int:
    """The length of a repetition in months, as its first period shows it."""
    first, last = found.trigger, found.nominal
    return (last.year - first.year) * 12 + last.month - first.month
