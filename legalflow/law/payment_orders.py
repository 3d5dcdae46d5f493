"""Whether a payment order (支付令) may be applied for: every condition is answered, not only the first that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import in_chinese

_CONDITIONS = "courts/payment_order/conditions"


@dataclass(frozen=True)
class Application:
    """What a payment order asks on a day; each field is a fact of the conditions of the law.

    `due`: the day the debt is payable; payable on the day itself counts. `domicile`: whether the court applied to is
    that of the debtor's domicile; `basic`: whether it is a basic court. `standing`: the applicant may be a party at
    all; `grounded`: facts and evidence are stated; `unlawful`: what is asked are unlawful proceeds (违法所得).
    """

    on: date
    due: date
    movable: bool
    determined: bool
    counter_obligation: bool
    in_china: bool
    missing: bool
    reachable: bool
    preserved: bool
    domicile: bool
    basic: bool
    unagreed: bool
    guarantor_sued: bool
    guarantor_respondent: bool
    standing: bool = True
    grounded: bool = True
    unlawful: bool = False


@dataclass(frozen=True)
class Condition:
    """One condition: its code, whether it is met, and what is found, in Chinese; `step` cites it."""

    code: str
    met: bool
    step: Step


def conditions(law: Law, facts: Application) -> Finding[tuple[Condition, ...]]:
    """Every condition with its ground; the order is available if all are met. `LawGap` before the law's data begin."""
    topics = dict.fromkeys(topic for _, _, _, topic in _rows(facts))
    values = {topic: law.at(topic, facts.on) for topic in topics}
    base = law.at("articles/civil_procedure/payment_order", facts.on)
    found = tuple(
        Condition(
            code,
            met,
            Step(_NAMES[code], said, "符合" if met else "不符合", (base.citation, values[topic].citation)),
        )
        for code, met, said, topic in _rows(facts)
    )
    doubts = tuple(doubt for value in (base, *values.values()) for doubt in value.provisional)
    return Finding(found, tuple(each.step for each in found), tuple(_warnings(law, facts)), doubts)


def _rows(facts: Application) -> Iterator[tuple[str, bool, str, str]]:
    """Code, met, the fact in words, the topic it rests on."""
    due = facts.due <= facts.on
    place = facts.domicile and facts.basic
    yield (
        "object",
        facts.movable,
        "请求给付金钱、有价证券" if facts.movable else "请求的不是金钱、有价证券",
        _CONDITIONS,
    )
    yield "due", due, f"债务于{in_chinese(facts.due)}到期", _CONDITIONS
    yield "determined", facts.determined, "数额确定" if facts.determined else "数额不确定", _CONDITIONS
    owed = facts.counter_obligation
    yield "no_counter_obligation", not owed, "申请人有对待给付义务" if owed else "没有对待给付义务", _CONDITIONS
    yield "in_china", facts.in_china, "债务人在我国境内" if facts.in_china else "债务人不在我国境内", _CONDITIONS
    yield "not_missing", not facts.missing, "债务人下落不明" if facts.missing else "债务人并非下落不明", _CONDITIONS
    yield "reachable", facts.reachable, "能够送达" if facts.reachable else "不能送达债务人", _CONDITIONS
    yield "not_preserved", not facts.preserved, "已申请诉前保全" if facts.preserved else "未申请诉前保全", _CONDITIONS
    said = "债务人住所地基层人民法院" if place else "不是债务人住所地的基层人民法院"
    yield "court", place, said, "courts/payment_order/court"
    said = "含没有约定的利息或者违约金" if facts.unagreed else "利息、违约金均有约定"
    yield "agreed", not facts.unagreed, said, "courts/payment_order/unagreed"
    said = "写明了所根据的事实、证据" if facts.grounded else "没有写明所根据的事实、证据"
    yield "grounded", facts.grounded, said, _CONDITIONS
    said = "申请人具备当事人资格" if facts.standing else "申请人不具备当事人资格"
    yield "standing", facts.standing, said, "courts/payment_order/refused"
    said = "请求给付的属于违法所得" if facts.unlawful else "请求给付的不属于违法所得"
    yield "lawful", not facts.unlawful, said, "courts/payment_order/refused"
    said = "已就担保关系单独起诉" if facts.guarantor_sued else "未就担保关系单独起诉"
    yield "no_suit", not facts.guarantor_sued, said, "courts/payment_order/guarantor"


_NAMES = {
    "object": "给付标的",
    "due": "已到期",
    "determined": "数额确定",
    "no_counter_obligation": "无对待给付义务",
    "in_china": "债务人在境内",
    "not_missing": "债务人下落",
    "reachable": "能够送达",
    "not_preserved": "未诉前保全",
    "court": "受理法院",
    "agreed": "利息和违约金有约定",
    "grounded": "事实与证据",
    "standing": "当事人资格",
    "lawful": "非违法所得",
    "no_suit": "未另诉担保人",
}


def _warnings(law: Law, facts: Application) -> Iterator[Warning]:
    if facts.guarantor_respondent:
        rule = law.at("courts/payment_order/guarantor", facts.on)
        yield Warning(
            "payment_order.guarantor",
            f"有担保人的：{rule.value}",
            "a payment order does not bind the guarantor; a separate suit against the guarantor voids it",
        )
