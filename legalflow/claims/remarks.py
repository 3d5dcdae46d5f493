"""What a lawyer should look at in a claim: remarks that never stop a computation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from legalflow.claims.allocation import NAMES, designation_remark, overpaid
from legalflow.claims.interest import unlikely_rate
from legalflow.claims.plan import states_unpaid
from legalflow.claims.replay import Replay
from legalflow.claims.terms import DAMAGES, PARTS, PENALTY
from legalflow.law.catalogue import Law, number
from legalflow.law.finding import Warning
from legalflow.loans.loan import LenderKind, Loan
from legalflow.values.money import Money, total


@dataclass(frozen=True, kw_only=True)
class BankStatement:
    """What the lender's own system states for the cut-off; None where it states nothing of a component."""

    principal: Money | None = None
    interest: Money | None = None
    penalty: Money | None = None
    compound: Money | None = None
    liquidated_damages: Money | None = None
    total: Money | None = None


def remarks(
    replay: Replay, as_of: date, end: date, running_from: date | None, filed_on: date | None = None
) -> tuple[Warning, ...]:
    """Every remark on the facts of a claim and on how they were taken, in a fixed order."""
    found = (
        *_facts(replay.loan),
        *_late(replay.loan, as_of, filed_on),
        *_replayed(replay, as_of),
        *_running(end, running_from),
    )
    return tuple(dict.fromkeys(found))


def differences(statement: BankStatement, claim: Any, law: Law, on: date) -> tuple[Warning, ...]:
    """A remark for each component in which the lender's own statement differs; what cutting off explains is said so."""
    found: list[Warning] = []
    accepted = Money(number(law.at("claims/statement_tolerance", on)))
    for name in ("principal", "interest", "penalty", "compound", "liquidated_damages", "total"):
        theirs, ours = getattr(statement, name), getattr(claim, name)
        if theirs is None or theirs == ours:
            continue
        zh = NAMES.get(name, "合计")
        by = theirs - ours
        if -accepted <= by <= accepted:
            code, end, en = "statement_fen", "，相差一分，视为取舍方式不同", "a fen apart, taken as rounding"
        else:
            code, end, en = "statement_differs", f"，相差 {by} 元，请核对", f"{by} apart: check"
        found.append(
            Warning(
                code,
                f"{zh}：银行对账单 {theirs} 元，本计算 {ours} 元{end}",
                f"{name}: the bank states {theirs}, worked out {ours}, {en}",
            )
        )
    return tuple(found)


def _facts(loan: Loan) -> Iterator[Warning]:
    yield from unlikely_rate(loan.rate)
    noted = total(drawdown.amount + drawdown.deducted for drawdown in loan.drawdowns)
    if noted > loan.limit:
        yield Warning(
            "over_limit",
            f"放款合计 {noted} 元，超过合同约定金额 {loan.limit} 元",
            f"drawdowns of {noted} exceed the contract's {loan.limit}",
        )
    withheld = total(drawdown.deducted for drawdown in loan.drawdowns)
    if withheld:
        yield Warning(
            "interest_deducted_in_advance",
            f"放款时预先扣除 {withheld} 元，本金和利息按实际收到的金额计算",
            f"{withheld} was deducted in advance: principal and interest on what was received",
        )
    if loan.compound and loan.lender_kind in {LenderKind.PRIVATE, LenderKind.SMALL_LOAN}:
        yield Warning(
            "compound_not_bank",
            "复利规则针对金融机构贷款，贷款人不属银行业金融机构的，请律师核定能否主张复利",
            "compound is a rule for financial institutions: a lawyer decides for this lender",
        )
    if states_unpaid(loan) and total(row.principal for row in loan.dues) > loan.disbursed:
        yield Warning(
            "dues_exceed_drawdowns",
            f"各期应还本金合计超过实际发放 {loan.disbursed} 元",
            f"the stated principal exceeds the {loan.disbursed} paid out",
        )
    first = min(drawdown.on for drawdown in loan.drawdowns)
    for payment in loan.payments:
        if payment.on < first:
            yield Warning(
                "payment_before_drawdown",
                f"{payment.on} 的还款 {payment.amount} 元早于首次放款 {first}",
                f"the payment of {payment.amount} on {payment.on} lies before the first drawdown",
            )


def _late(loan: Loan, as_of: date, filed_on: date | None) -> Iterator[Warning]:
    for payment in loan.payments:
        if filed_on is not None and as_of < payment.on <= filed_on:
            yield Warning(
                "payment_before_filing",
                f"{payment.on} 的还款 {payment.amount} 元在截止日之后、起诉日 {filed_on} 之前：应重新计算或说明",
                f"{payment.amount} was paid on {payment.on}, after the cut-off and before filing on {filed_on}",
            )
        if payment.on > as_of:
            yield Warning(
                "payment_after_cutoff",
                f"{payment.on} 的还款 {payment.amount} 元在截止日之后，未计入",
                f"the payment of {payment.amount} on {payment.on} lies after the cut-off and is left out",
            )
    for waiver in loan.waivers:
        if waiver.on > as_of:
            yield Warning(
                "waiver_after_cutoff",
                f"{waiver.on} 的减免在截止日之后，未计入",
                f"the waiver of {waiver.on} is left out",
            )
    for drawdown in loan.drawdowns:
        if drawdown.on > as_of:
            yield Warning(
                "drawdown_after_cutoff",
                f"{drawdown.on} 的放款在截止日之后，未计入",
                f"the drawdown of {drawdown.on} is left out",
            )


def _replayed(replay: Replay, as_of: date) -> Iterator[Warning]:
    called = replay.loan.accelerated_on
    if called is not None and called <= as_of and not replay.accelerated:
        yield Warning(
            "acceleration_after_maturity",
            f"提前到期日 {called} 不早于最后还款日，没有可提前到期的本金",
            f"acceleration on {called} finds nothing that was not due",
        )
    for designation, owed in replay.designated:
        yield from designation_remark(designation, owed, [PARTS[part] for part in replay.order])
    if replay.owed[PENALTY] and (replay.owed[DAMAGES] or replay.left[DAMAGES]):
        yield Warning(
            "damages_beside_penalty",
            "同时主张违约金和罚息，法院通常不支持并用，或按超过损失予以调减，请律师核定",
            "liquidated damages beside a penalty are mostly refused or reduced",
        )
    if replay.prepaid:
        yield Warning(
            "prepayment",
            f"提前归还本金 {Money.of_fen(replay.prepaid)} 元：其后利息按实际余额计算，各期本金不变、从末期起减少",
            f"{Money.of_fen(replay.prepaid)} of principal was repaid early: later interest is on the actual balance",
        )
    for receipt in replay.receipts:
        if receipt.waited:
            waited = Money.of_fen(receipt.waited)
            yield Warning(
                "payment_waited",
                f"{receipt.on} 的还款中有 {waited} 元早于应还日，留待到期时抵充；如系提前归还本金，请指定抵充本金",
                f"{waited} of the payment of {receipt.on} came before it was due and waited: designate principal if it"
                " was an early repayment",
            )
    for waiver in replay.waived_in_vain:
        yield Warning(
            "waiver_exceeds",
            f"{waiver.on} 减免 {waiver.amount} 元超过当时所欠，超出部分无效果",
            f"the waiver of {waiver.amount} on {waiver.on} exceeds what was owed",
        )
    rest = Money.of_fen(sum(receipt.rest for receipt in replay.receipts))
    if rest and replay.undue:
        yield Warning(
            "payment_waiting",
            f"收款中有 {rest} 元尚无到期款项可抵，留待到期时抵充；如系提前归还本金，请指定抵充本金",
            f"{rest} found nothing due yet and waits: designate principal if it was an early repayment",
        )
    elif rest:
        yield overpaid(rest)


def _running(end: date, running_from: date | None) -> Iterator[Warning]:
    if running_from is None or running_from == end:
        return
    code, zh, en = (
        ("running_gap", "空档", "leaves a gap") if running_from > end else ("running_overlap", "重叠", "overlaps")
    )
    yield Warning(
        code,
        f"续计自 {running_from} 起，与截止应接的 {end} 之间有{zh}",
        f"the running clause from {running_from} {en}: it should start on {end}",
    )
