"""The reasons of interest for late performance: how what is open was read, and the steps that say which rule applies.

Nothing is computed here. A rule is cited as it stood on the first counted day it can govern (`since`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from legalflow.claims.award import CLASS_NAMES, CLASS_OF, CLASSES, Circumstances, Receipt
from legalflow.claims.delay_base import Reading
from legalflow.claims.delay_debt import Debt
from legalflow.claims.old_delay import OldTime
from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.finding import Step, Warning
from legalflow.values.dates import ONE_DAY


@dataclass(frozen=True)
class Read:
    """What was read, with the warnings and doubts that go with it."""

    readings: tuple[Reading, ...] = ()
    warnings: tuple[Warning, ...] = ()
    doubts: tuple[str, ...] = ()


def choices(law: Law, debt: Debt, given: Circumstances, old: OldTime | None, since: date) -> Read:
    """The order of payment, the days of general interest and the benchmark, as given or as usually read."""
    agreed = given.order.classes
    doubts: list[str] = []
    used = "→".join(CLASS_NAMES[name] for name in agreed or CLASSES)
    readings = [Reading("order", "清偿顺序", used, agreed is not None)]
    if agreed is None:
        doubts += law.at("interest/delay_inner_order", since).provisional
    classes = [CLASS_OF[line.item.kind] for line in debt.lines if line.item.amount]
    if len(classes) != len(set(classes)):
        between = law.at("interest/delay_between_items", since)
        said = "先到期、再负担较重、再到期较早，均同的按比例" if debt.statutory else "按所列顺序"
        readings.append(Reading("between_items", between.zh, said, not debt.statutory))
        doubts += between.provisional if debt.statutory else ()
    if debt.running:
        both = any(each.terms.counts_payment_day for each in debt.running)
        usual = law.at("interest/delay_general_days", since)
        readings.append(Reading("general_days", usual.zh, "计付款当日" if both else "不计付款当日", both))
        doubts += () if both else usual.provisional
    if old:
        named = law.history(f"rates/benchmark_{old.benchmark}")[0].zh
        readings.append(
            Reading("old_benchmark", "旧规则的同期贷款基准利率", named, given.old_rule.benchmark is not None)
        )
    return Read(tuple(readings), doubts=tuple(doubts))


def circumstances_read(law: Law, given: Circumstances, since: date, until: date) -> Read:
    """What is said of an instrument without a period, of an ended round of enforcement, and of a bankruptcy."""
    readings, warnings = [], []
    doubts: list[str] = []
    if given.no_period:
        rule = law.at("interest/delay_no_period", since)
        doubts += rule.provisional
        readings.append(Reading("no_period", rule.zh, str(rule.value), False))
    if given.ended_rounds:
        doubts += law.at("interest/delay_not_excluded", since).provisional
        days = "、".join(each.isoformat() for each in sorted(given.ended_rounds))
        zh = f"{days}终结本次执行程序不扣除计息期间，加倍部分继续计算"
        warnings.append(Warning("delay.round_ended", zh, "the end of a round of enforcement stops no interest"))
    if given.bankruptcy is not None and given.bankruptcy <= until:
        day = given.bankruptcy
        zh = f"破产申请于{day}受理，利息计至其前一日；此后的加倍部分不能申报为破产债权，担保债务亦停止计息"
        warnings.append(Warning("delay.bankruptcy", zh, f"bankruptcy was accepted on {day}: nothing runs from then on"))
    return Read(tuple(readings), tuple(warnings), tuple(doubts))


def lead(law: Law, old: OldTime | None, dues: Sequence[date], since: date, until: date) -> Step:
    """From when the interest runs, and the rules it runs under: an old one, the new one, or one after the other."""
    first = dues[0] + ONE_DAY
    topics = ["delay_parts", "delay_start", "delay_end"]
    if old:
        topics = ["delay_transition", *topics] if until >= old.turn else []
    ground = [law.cite(f"interest/{topic}", since) for topic in topics]
    if old:
        ground.insert(0, old.multiple.citation)
        if first < old.middle <= until:
            ground.insert(1, law.cite("interest/delay_old_multiple", old.middle))
    duty = _first_or(law, "articles/civil_procedure/delay_interest", first)
    days = "、".join(each.isoformat() for each in dues)
    formula = f"履行期间最后一日{days}{'，分期各自起计' if len(dues) > 1 else ''}"
    return Step("迟延履行期间的债务利息", formula, f"自{first}起计", (*ground, duty.citation))


def premises(law: Law, given: Circumstances, readings: Sequence[Reading], since: date, until: date) -> list[Step]:
    """What turns or stops the interest, each with its rule, and every reading used."""
    found = []
    if given.reversal:
        rule = law.at("interest/delay_reversal", since)
        found.append(Step("执行回转", str(rule.value), "由原申请执行人承担", (rule.citation,)))
    stop = given.bankruptcy
    if stop is not None and stop <= until:
        rules = [_first_or(law, "interest/delay_bankruptcy", stop)]
        if stop >= law.history("interest/delay_bankruptcy_guarantor")[0].since:
            rules.append(law.at("interest/delay_bankruptcy_guarantor", stop))
        cited = tuple(rule.citation for rule in rules)
        found.append(Step("破产申请受理", f"{stop}受理", f"计至{stop - ONE_DAY}", cited))
    if given.ended_rounds:
        rule = law.at("interest/delay_not_excluded", since)
        found.append(Step("终结本次执行程序", str(rule.value), "不扣除", (rule.citation,)))
    found += [Step(f"计算口径：{each.zh}", "指定" if each.given else "默认", each.used) for each in readings]
    return found


def received(law: Law, given: Circumstances, old: OldTime | None, since: date, move: Receipt, formula: str) -> Step:
    """How a receipt was applied, by which order, and by which day of its kind the interest on it ends."""
    cited = [_order(law, given, old, since, move)]
    if given.order.classes is None:
        cited.append(law.cite("interest/delay_inner_order", since))
    what = f"{move.day}收款的抵充"
    if move.kind != "payment" or move.counted_on is not None:
        ends = law.at("interest/delay_end_by_kind", since)
        booked = f"，{move.on}登记" if move.day != move.on else ""
        what += f"（计至{ends.value[move.kind]}{booked}）"
        cited.append(ends.citation)
    return Step(what, formula, str(move.amount), tuple(cited))


def _order(law: Law, given: Circumstances, old: OldTime | None, since: date, move: Receipt) -> Citation:
    """The rule between the instrument's debt and the doubled part on the day of a receipt."""
    agreed = given.order.classes is not None
    if old is None or move.day >= old.turn:
        return law.cite(f"interest/delay_{'agreed_order' if agreed else 'order'}", since)
    if move.day < old.middle and not agreed:
        return _first_or(law, "interest/delay_highest_order", move.day).citation
    return law.cite(f"interest/delay_{'agreed' if agreed else 'old'}_order", old.eve)


def _first_or(law: Law, topic: str, on: date) -> Value:
    """The value of a day, or the first one where the day is before it."""
    return law.at(topic, max(on, law.history(topic)[0].since))
