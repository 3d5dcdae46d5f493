"""What is due: every clock of a matter on a day, with its last day, the reasons, and whether it was met.

One call answers "what falls due for this matter, and why". The clocks themselves stand in the table of `clocks` and,
for the debt, in `debt_clocks`; a file's history is answered from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from legalflow.errors import Missing, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline, deadline, length
from legalflow.loans.loan import Loan
from legalflow.matters.clocks import Due, Gap, table_clocks
from legalflow.matters.debt_clocks import debt_clocks
from legalflow.matters.events import EnforcementAccepted, EnforcementPrepared, EnforcementSubmitted, MatterEvent
from legalflow.matters.happenings import History, of_matter
from legalflow.matters.state import Matter
from legalflow.values.dates import ONE_DAY, in_chinese

__all__ = ["OPEN", "Due", "cautions", "due", "effective_date", "falling_due", "performance_last_day"]


OPEN = ("open", "missed")  # the states in which somebody still has to act


def due(matter: Matter, loan: Loan, law: Law, on: date) -> tuple[Due, ...]:
    """Every clock of a matter that runs or ran by a day, those nearest their end first, open ones before the rest.

    The clocks of a write-off are left out: a matter is shown to its law firm, and nobody outside may learn of one
    (财金〔2017〕90号 第十三条). Left out is also a clock whose law of its day is not in the data; see `falling_due`.
    """
    return falling_due(of_matter(matter, loan, on), law, on)[0]


def falling_due(
    history: History, law: Law, on: date, internal: bool = False
) -> tuple[tuple[Due, ...], tuple[Gap, ...]]:
    """Every clock of a history in the order they end, and those the law's data do not reach; each is named once."""
    of_table, gaps = table_clocks(history, law, on, internal)
    of_debt, more_gaps = debt_clocks(history, law, on)
    found = _numbered((*of_debt, *of_table))
    return tuple(sorted(found, key=_rank)), (*more_gaps, *gaps)


def _rank(each: Due) -> tuple[int, date, str, str]:
    return {"open": 0, "waiting": 1}.get(each.state, 2), each.last_day.value, each.id, each.party


def _numbered(found: Iterable[Due]) -> list[Due]:
    """Clocks of one id and party (two assets, two guarantees of one person) as id, id-2, id-3."""
    counts: dict[tuple[str, str], int] = {}
    named = []
    for each in found:
        key = each.id, each.party
        counts[key] = count = counts.get(key, 0) + 1
        named.append(each if count == 1 else replace(each, id=f"{each.id}-{count}"))
    return named


def _last(found: Finding[Deadline]) -> Finding[date]:
    return Finding(found.value.last_day, found.steps, found.warnings, found.provisional)


# --- effect and performance ------------------------------------------------------------------------------------------


def _appeal_rule(matter: Matter) -> str | None:
    """The rule by which the first instance may be appealed; None where it may not."""
    small = matter.acceptance is not None and matter.acceptance.procedure == "small_claims"
    if matter.judgment is None or small:
        return None
    return {"judgment": "appeal_judgment", "ruling": "appeal_ruling"}.get(matter.judgment.kind)


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
    ends = [
        _last(deadline(law, f"{rule}{'_abroad' if each.abroad else ''}", each.on))
        for each in matter.services.values()
        if each.party in served
    ]
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
    return _last(length(law, effective, matter.judgment.performance_days, "day", zh="履行期届满日"))


def cautions(matter: Matter, event: MatterEvent, loan: Loan, law: Law) -> tuple[Warning, ...]:
    """What a lawyer should look at before recording an event that the table admits; it never stops the event.

    After the two years the court still takes an application; the debtor may object (民事诉讼法解释 第四百八十一条).
    """
    if not isinstance(event, EnforcementPrepared | EnforcementSubmitted | EnforcementAccepted):
        return ()
    clocks, _ = debt_clocks(of_matter(matter, loan, event.on), law, event.on)
    late = [each for each in clocks if each.id == "enforcement_application" and each.state == "missed"]
    return tuple(
        Warning(
            "enforcement.late",
            f"申请执行时效已于{in_chinese(each.last_day.value)}届满：{each.if_missed}",
            f"the time to apply for enforcement ended on {each.last_day.value}; the debtor may object",
        )
        for each in late
    )
