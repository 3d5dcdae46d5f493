"""Interest for late performance of a judgment (迟延履行期间的债务利息).

It has two parts (法释〔2014〕8号 第一条): general interest as the instrument awards it, and the doubled part on the
money debt other than that interest. Payments go to the instrument's debt first — costs, interest, principal, the
rest — and to the doubled part last (第四条), which bears nothing itself. Days before 2014-08-01 keep the old rules
(第七条), which `old_delay` holds; money received in them is shared between the debt and that interest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from legalflow.claims.award import CLASS_NAMES, CLASSES, RECEIPT_KINDS, Circumstances, Receipt, Waiver, check_award
from legalflow.claims.award import GeneralInterest as GeneralInterest
from legalflow.claims.award import Item as Item
from legalflow.claims.delay_base import Bearing, Reading, bearing, bearing_before
from legalflow.claims.delay_debt import Debt, Debtors, Late, Line, Running
from legalflow.claims.delay_growth import Doubled, counted_days, doubled, general_days, general_growth
from legalflow.claims.delay_reasons import choices, circumstances_read, lead, premises, received
from legalflow.claims.delay_result import Applied, GeneralSegment, ItemLeft, RunsOn
from legalflow.claims.delay_result import DelayInterest as DelayInterest
from legalflow.claims.delay_result import DelaySegment as DelaySegment
from legalflow.claims.old_delay import OldTime, new_rule_since, old_time, share_of_interest
from legalflow.errors import Invalid, one_of
from legalflow.law.catalogue import Law, number
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import ZERO, Money, total


def delay_interest(
    law: Law,
    items: Sequence[Item],
    performance_last_day: date,
    until: date,
    receipts: Sequence[Receipt] = (),
    general: Sequence[GeneralInterest] = (),
    circumstances: Circumstances | None = None,
) -> Finding[DelayInterest]:
    """Both parts of the interest from the day after `performance_last_day` to `until`, which counts for the doubled.

    Days of the doubled part are receipt day − last day of performance, which an item may have for itself. General
    interest runs from its start and does not count the day of payment unless it says so. Each part is rounded to the
    fen once in each stretch between receipts, which also ends on a later last day of performance and on the eve of a
    new rule.
    """
    given = circumstances or Circumstances()
    check_award(items, general, given.order)
    lines = [Line(item, item.performance_last_day or performance_last_day, item.amount) for item in items]
    first = min((line.due for line in lines), default=performance_last_day)
    _check(first, until, receipts, given)
    old = old_time(law, first, until, given.old_rule)
    course = _Course(law, _debt(law, lines, general, first, given), given, first, old)
    course.read(until)
    moves: list[Receipt | Waiver] = [*receipts, *given.waivers]
    course.at = min(first, until, *(each.day for each in moves), *(each.start - ONE_DAY for each in general))
    for move in sorted(moves, key=_rank):
        course.accrue(move.day)
        course.apply(move)
    course.accrue(until)
    return course.finding(until)


def _rank(move: Receipt | Waiver) -> tuple[date, bool, str, Money]:
    """The order of what came in: by day, receipts before waivers of the same day."""
    waived = isinstance(move, Waiver)
    return (move.day, waived, move.of if isinstance(move, Waiver) else move.kind, move.amount)


def _debt(law: Law, lines: list[Line], general: Sequence[GeneralInterest], first: date, given: Circumstances) -> Debt:
    running = sorted(general, key=lambda each: (each.start, each.kind, each.rate, each.on, each.owed_by))
    rate = law.at("interest/delay_daily_rate", max(first + ONE_DAY, new_rule_since(law)))
    debt = Debt(law, lines, [Running(each) for each in running], given.order.between_items == "statute", number(rate))
    debt.late = {line.item.owed_by: Late() for line in sorted(lines, key=lambda line: line.item.owed_by)}
    return debt


def _check(first: date, until: date, receipts: Sequence[Receipt], given: Circumstances) -> None:
    if until < first or any(
        day > until for day in [each.day for each in receipts] + [each.on for each in given.waivers]
    ):
        raise Invalid.one(
            "delay.until",
            "计算截止日早于履行期间最后一日或早于某次收款",
            "the cut-off is before the last day of performance or before a receipt",
            field="until",
            found=until,
            mend="将截止日改为不早于履行期间最后一日和每次收款、放弃之日",
            mend_en="let it be no earlier than the last day of performance and every receipt or waiver",
        )
    for place, each in enumerate(receipts):
        if each.kind not in RECEIPT_KINDS:
            raise Invalid.one(
                "delay.receipt_kind",
                "受偿方式不在所列之内",
                "unknown kind of receipt",
                field=f"payments[{place}].kind",
                found=each.kind,
                **one_of(RECEIPT_KINDS),
            )


@dataclass
class _Course:
    """The computation as it goes along: the debt, the day reached (`at`, to its end), and what is said of it."""

    law: Law
    debt: Debt
    given: Circumstances
    first_due: date
    old: OldTime | None
    at: date = date.min
    segments: list[DelaySegment] = field(default_factory=list)
    general_segments: list[GeneralSegment] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def since(self) -> date:
        """The first counted day that the rule now in force can govern."""
        return max(self.first_due + ONE_DAY, new_rule_since(self.law))

    # --- how the rules are read ---------------------------------------------------------------------------------------

    def read(self, until: date) -> None:
        """Settle what bears the interest and how what the rules leave open is read."""
        items = [line.item for line in self.debt.lines]
        general = [each.terms for each in self.debt.running]
        if until >= self.since or not self.old:
            now = bearing(self.law, items, general, self.since)
        else:
            now = Bearing(tuple(False for _ in items))
        before = Bearing(now.bears)
        if self.old:
            start = self.first_due + ONE_DAY
            before = bearing_before(self.law, items, start, general, self.old, self.given.exclusions)
        for line, bears, bore in zip(self.debt.lines, now.bears, before.bears, strict=True):
            line.bears, line.bore = bears, bore
        for each in (before, now) if self.old else (now,):
            self.warnings += each.warnings
            self.doubts += each.doubts
        self.readings += now.readings
        for topic in ("delay_daily_rate", "delay_first_day"):
            self.doubts += self.law.at(f"interest/{topic}", self.since).provisional
        chosen = choices(self.law, self.debt, self.given, self.old, self.since)
        stops = circumstances_read(self.law, self.given, self.since, until)
        for found in (chosen, stops):
            self.readings += found.readings
            self.warnings += found.warnings
            self.doubts += found.doubts

    # --- the days -----------------------------------------------------------------------------------------------------

    def accrue(self, end: date) -> None:
        """Let both interests grow to the end of a day, cut where a rule or an instalment's period changes."""
        marks = {line.due for line in self.debt.lines if line.due > self.first_due}
        if self.old:
            marks |= {each for each in (self.old.middle - ONE_DAY, self.old.eve) if each > self.first_due}
        for mark in sorted(each for each in marks if self.at < each < end):
            self._grow(mark)
        self._grow(end)

    def _grow(self, end: date) -> None:
        """One stretch, wholly under one rule and with the same items late."""
        reached = max(self.at, self.first_due)
        late = Period(reached + ONE_DAY, max(end, reached) + ONE_DAY)
        late = self._stopped(late)
        old = self.old if self.old and end < self.old.turn else None
        bases = self.debt.bases(reached, old is not None)
        grown = {debtors: doubled(self.law, base, late, self.given.exclusions, old) for debtors, base in bases.items()}
        days = counted_days(late, () if old else self.given.exclusions)
        general_days_, general = self._run(end)
        self.at = end
        amounts = {debtors: Money.rounded(each.exact) for debtors, each in grown.items()}
        for debtors, each in grown.items():
            kept = self.debt.late[debtors]
            kept.accrued += amounts[debtors]
            kept.exact += each.exact if old else 0
            self.doubts += each.doubts
        if not days and not general_days_:
            return
        segment = DelaySegment(
            late.start,
            late.end_exclusive - ONE_DAY,
            total(bases.values()),
            days,
            total(amounts.values()),
            general_days_,
            general,
            self._say_doubled(late, bases, grown, amounts, old is not None),
        )
        self.segments.append(segment)

    def _say_doubled(
        self,
        late: Period,
        bases: Mapping[Debtors, Money],
        grown: Mapping[Debtors, Doubled],
        amounts: Mapping[Debtors, Money],
        old: bool,
    ) -> str:
        """The step of the doubled part in a stretch, one for all debtors; its formula, empty where no day is late."""
        if not late.days:
            return ""
        parts = [f"{base} × {grown[debtors].formula}" for debtors, base in bases.items()]
        if len(bases) > 1:
            named = zip(bases, parts, strict=True)
            parts = [f"{'、'.join(whose) or '全体债务人'}：{part} ＝ {amounts[whose]}" for whose, part in named]
        formula = "；".join(parts)
        cited = dict.fromkeys(citation for each in grown.values() for citation in each.citations)
        what = "迟延履行期间的债务利息（旧规则）" if old else "加倍部分债务利息"
        span = f"，{late.start}至{late.end_exclusive - ONE_DAY}"
        self.steps.append(Step(what, formula + span, str(total(amounts.values())), tuple(cited)))
        return formula

    def _run(self, end: date) -> tuple[int, Money]:
        """Let each running interest grow to the end of a day; the most days counted, and the sum."""
        longest, sums = 0, []
        for each in self.debt.running:
            period = general_days(each.terms, self.at, end, self.given.bankruptcy)
            base = self.debt.under(each.terms)
            if not period.days or (not base and self.applied):
                continue
            grown = general_growth(self.law, each.terms, base, period)
            amount = Money.rounded(grown.exact)
            each.accrued += amount
            sums.append(amount)
            longest = max(longest, period.days)
            self.warnings += grown.warnings
            self.doubts += grown.doubts
            last = period.end_exclusive - ONE_DAY
            formula = f"{base} × {grown.formula}"
            self.general_segments.append(
                GeneralSegment(
                    each.terms.zh,
                    period.start,
                    last,
                    period.days,
                    base,
                    grown.rates,
                    f"{base} × {grown.formula}",
                    amount,
                )
            )
            before = self.old is not None and end < self.old.turn
            on = max(self.first_due + ONE_DAY, self.old.middle) if before and self.old else self.since
            rule = self.law.cite("interest/delay_old_general" if before else "interest/delay_general", on)
            what = "一般债务利息" if each.terms.kind == "interest" else f"一般债务利息（{each.terms.zh}）"
            self.steps.append(Step(what, f"{formula}，{period.start}至{last}", str(amount), (rule, *grown.citations)))
        return longest, total(sums)

    def _stopped(self, period: Period) -> Period:
        """The days before a bankruptcy petition was accepted."""
        if self.given.bankruptcy is None:
            return period
        return Period(period.start, max(period.start, min(period.end_exclusive, self.given.bankruptcy)))

    # --- what came in -------------------------------------------------------------------------------------------------

    def apply(self, move: Receipt | Waiver) -> None:
        """Take off what came in or was waived, in the order of the rule of its day or the one agreed."""
        taken = self._waive(move) if isinstance(move, Waiver) else self._receive(move)
        rest = move.amount - total(taken.values())
        costs, interest, principal, other, late = (taken.get(name, ZERO) for name in CLASSES)
        kind = "waiver" if isinstance(move, Waiver) else move.kind
        self.applied.append(
            Applied(move.on, move.amount, costs, interest, principal, other, late, rest, kind, move.day)
        )
        went = "、".join(f"{CLASS_NAMES[name]} {taken.get(name, ZERO)}" for name in CLASSES)
        formula = f"{move.amount} → {went}" + (f"、余款 {rest}" if rest else "")
        if isinstance(move, Waiver):
            self.steps.append(Step(f"{move.on}放弃", formula, str(move.amount)))
        else:
            self.steps.append(received(self.law, self.given, self.old, self.since, move, formula))

    def _waive(self, move: Waiver) -> dict[str, Money]:
        taken = self.debt.pay(move.of, move.amount, move.on)
        if taken < move.amount:
            zh = f"{move.on}放弃的{CLASS_NAMES[move.of]}多于尚欠的部分，多出 {move.amount - taken}"
            self.warnings.append(Warning("delay.waived_more", zh, "more was waived than was owed of it"))
        return {move.of: taken}

    def _receive(self, move: Receipt) -> dict[str, Money]:
        """Under the old rules the doubled part first keeps its proportion; under the new one it stands last."""
        order = self.given.order.classes or CLASSES
        kept = ZERO
        if self._is_shared(move):
            kept = share_of_interest(move.amount, self.debt.due(move.day), self.debt.doubled, self.debt.exact)
        rest = move.amount - kept
        taken: dict[str, Money] = {}
        for name in order:
            # What was kept for the doubled part is applied when its turn comes, which by statute is last.
            rest += kept if name == "doubled" else ZERO
            taken[name] = self.debt.pay(name, rest, move.day)
            rest -= taken[name]
        return taken

    def _is_shared(self, move: Receipt) -> bool:
        return self.old is not None and move.day < self.old.turn and self.given.order.classes is None

    # --- the whole ----------------------------------------------------------------------------------------------------

    def finding(self, until: date) -> Finding[DelayInterest]:
        """What was found, with every step."""
        if any(each.surplus and each.kind != "waiver" for each in self.applied):
            self.warnings.append(Warning("delay.surplus", "收款超过应付总额", "more was received than was owed"))
        dues = sorted({line.due for line in self.debt.lines}) or [self.first_due]
        first = lead(self.law, self.old, dues, self.since, until)
        steps = (first, *premises(self.law, self.given, self.readings, self.since, until), *self.steps)
        doubts = dict.fromkeys(self.doubts)
        return Finding(self._whole(until), steps, tuple(dict.fromkeys(self.warnings)), tuple(doubts))

    def _whole(self, until: date) -> DelayInterest:
        debt = self.debt
        runs_on = self._runs_on(until)
        return DelayInterest(
            tuple(self.segments),
            tuple(self.general_segments),
            tuple(self.applied),
            tuple(self.readings),
            self._items(),
            runs_on,
            sum(segment.days for segment in self.segments),
            total(segment.doubled for segment in self.segments),
            total(segment.general for segment in self.segments),
            left_costs=debt.of("costs"),
            left_interest=debt.of("interest"),
            left_principal=debt.of("principal"),
            left_other=debt.of("other"),
            left_doubled=debt.doubled,
            daily_general=sum((each.per_day for each in runs_on), start=Decimal(0)),
            daily_doubled=self._daily_doubled(until),
        )

    def _items(self) -> tuple[ItemLeft, ...]:
        found = []
        for line in self.debt.lines:
            item = line.item
            found.append(
                ItemLeft(item.id, item.kind.value, item.zh, item.amount, line.left, line.due, line.bears, item.owed_by)
            )
        for each in self.debt.running:
            terms = each.terms
            zh = f"自{terms.start}起的{terms.zh}"
            whose = terms.owed_by or self._shared_debtors(terms)
            found.append(ItemLeft("", f"running_{terms.kind}", zh, ZERO, each.accrued, self.first_due, False, whose))
        for debtors, late in self.debt.late.items():
            found.append(ItemLeft("", "doubled", "加倍部分", ZERO, late.accrued, self.first_due, False, debtors))
        return tuple(found)

    def _shared_debtors(self, terms: GeneralInterest) -> Debtors:
        """The debtors of all the items an interest runs on, where they are the same; else nobody is named."""
        found = {line.item.owed_by for line in self.debt.lines if terms.runs_on(line.item)}
        return found.pop() if len(found) == 1 else ()

    def _daily_doubled(self, until: date) -> Decimal:
        """The exact growth of the doubled part on the day after the last one."""
        after = self._stopped(Period(until + ONE_DAY, until + ONE_DAY + ONE_DAY))
        old = self.old if self.old and until + ONE_DAY < self.old.turn else None
        bases = self.debt.bases(until, old is not None).values()
        grown = (doubled(self.law, base, after, self.given.exclusions, old).exact for base in bases)
        return sum(grown, start=Decimal(0))

    def _runs_on(self, until: date) -> tuple[RunsOn, ...]:
        """What each running interest goes on with, those that still run on something."""
        found = []
        for each in self.debt.running:
            terms, base = each.terms, self.debt.under(each.terms)
            if base and general_days(terms, until, until + ONE_DAY, self.given.bankruptcy).days:
                per_day = base.amount * terms.rate_on(self.law, max(until, terms.start)) / terms.basis
                found.append(RunsOn(terms.zh, base, terms.words, terms.basis, per_day))
        return tuple(found)
