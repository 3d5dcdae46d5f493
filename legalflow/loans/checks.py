"""What cannot be true of a loan: every contradiction among its facts, all at once.

These are problems of the facts alone; what only looks unusual is a warning of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from legalflow.errors import Problem
from legalflow.loans.loan import Loan, Repayment
from legalflow.values.money import ZERO, total

COMPONENTS = ("costs", "liquidated_damages", "compound", "penalty", "interest", "principal")
BASES = (360, 365)
INSTALMENT_METHODS = (Repayment.EQUAL_INSTALMENT, Repayment.EQUAL_PRINCIPAL)


def problems(loan: Loan) -> tuple[Problem, ...]:
    """Every contradiction in a loan's facts; empty where a claim can be worked out."""
    return (
        *_terms(loan),
        *_varying(loan),
        *_drawdowns(loan),
        *_instalments(loan),
        *_dues(loan),
        *_payments(loan),
        *_components(loan),
    )


def _terms(loan: Loan) -> Iterator[Problem]:
    if loan.maturity <= loan.start:
        yield Problem(
            "loan.maturity",
            f"到期日 {loan.maturity} 须晚于起始日 {loan.start}",
            f"maturity {loan.maturity} follows the start {loan.start}",
            "maturity",
            str(loan.maturity),
            mend=f"核对合同的起止日；到期日晚于 {loan.start}",
            mend_en=f"look at both days of the contract; it is after {loan.start}",
        )
    if loan.basis not in BASES:
        yield Problem(
            "basis.unknown",
            "计息基数须为360或365",
            "the basis is 360 or 365",
            "basis",
            str(loan.basis),
            mend="填 360 或 365",
            mend_en="write 360 or 365",
        )
    if loan.rate < 0:
        yield Problem(
            "rate.negative",
            "利率不为负",
            "a rate is not negative",
            "rate",
            str(loan.rate),
            mend="填写 0 或更大的小数，年 12.6% 写作 0.126",
            mend_en="write 0 or more; 12.6 % a year is 0.126",
        )
    for field, uplift in (("penalty_uplift", loan.penalty_uplift), ("misuse_uplift", loan.misuse_uplift)):
        if uplift is not None and uplift < 0:
            yield Problem(
                "rate.negative",
                "上浮幅度不为负",
                "an uplift is not negative",
                field,
                str(uplift),
                mend="填写 0 或更大的小数，上浮 50% 写作 0.5",
                mend_en="write 0 or more; half as much again is 0.5",
            )
    if loan.overdue_rate is not None and loan.overdue_rate < 0:
        yield Problem(
            "rate.negative",
            "利率不为负",
            "a rate is not negative",
            "overdue_rate",
            str(loan.overdue_rate),
            mend="填写 0 或更大的小数，年 12.6% 写作 0.126",
            mend_en="write 0 or more; 12.6 % a year is 0.126",
        )
    if (
        loan.overdue_rate is not None
        and loan.penalty_uplift is not None
        and loan.overdue_rate != loan.rate * (1 + loan.penalty_uplift)
    ):
        yield Problem(
            "loan.overdue_rate_twice",
            "逾期利率与合同利率加上浮不一致",
            "the overdue rate differs from the contract rate with its uplift",
            "overdue_rate",
            str(loan.overdue_rate),
            "只填一项，或更正",
            "state one of them, or mend it",
        )
    if loan.interest_every_months < 1:
        yield Problem(
            "loan.period",
            "计息周期至少一个月",
            "an interest period is a month or more",
            "interest_every_months",
            str(loan.interest_every_months),
            mend="填写 1 或更大的整数，按月写 1，按季写 3",
            mend_en="write 1 or more: 1 for every month, 3 for every quarter",
        )
    if loan.first_due and not loan.start < loan.first_due <= loan.maturity:
        yield Problem(
            "loan.first_due",
            "首个还款日须晚于起始日且不晚于到期日",
            "the first due day lies after the start and not after maturity",
            "first_due",
            str(loan.first_due),
            mend=f"填写 {loan.start} 之后、不晚于 {loan.maturity} 的日期，或删去该项",
            mend_en=f"a day after {loan.start} and not after {loan.maturity}, or leave it out",
        )


def _varying(loan: Loan) -> Iterator[Problem]:
    """What contradicts itself among rates that change, misuse and the capitalisation of compound."""
    floating = loan.floating
    if floating is not None and loan.repricings:
        yield Problem(
            "loan.rate_twice",
            "浮动利率与列明的利率调整只填一项",
            "state a floating rate or its changes one by one, not both",
            "floating",
            mend="删去 floating 或利率调整事件",
            mend_en="drop floating or the repricing events",
        )
    if floating is not None and floating.repricing == "dates" and not floating.repricing_dates:
        yield Problem(
            "loan.repricing_dates",
            "须给出重定价日",
            "repricing days are needed",
            "floating.repricing_dates",
            mend="列出各重定价日，例如 2025-01-01；每年同一日的，改选其他重定价方式",
            mend_en="list the days, for example 2025-01-01, or choose another way of repricing",
        )
    if len({each.on for each in loan.repricings}) != len(loan.repricings):
        yield Problem(
            "loan.repriced_twice",
            "同一日有两次利率调整",
            "two rates start on one day",
            "repricings",
            mend="同一日只保留一次利率调整",
            mend_en="keep one rate for each day",
        )
    stated = [loan.penalty_uplift, loan.overdue_rate]
    if loan.overdue_daily_rate is not None and any(each is not None for each in stated):
        yield Problem(
            "loan.overdue_rate_twice",
            "按日的逾期利率与上浮或逾期年利率只填一项",
            "state an overdue rate a day, or an uplift or a yearly rate, not both",
            "overdue_daily_rate",
            str(loan.overdue_daily_rate),
            mend="保留合同写明的一种，删去其余",
            mend_en="keep the one the contract states, drop the rest",
        )
    yield from _misuse(loan)
    rule = loan.capitalisation
    if rule is not None and not loan.compound:
        yield Problem(
            "loan.capitalised",
            "未约定复利，不能计入本金",
            "there is no compound to add",
            "capitalisation",
            mend="合同约定复利的，将 compound 写为 true；否则删去该项",
            mend_en="where compound is agreed write compound true, else drop it",
        )
    if rule is not None and not (1 <= rule.every_months <= 12 and 1 <= rule.settlement_day <= 28):
        yield Problem(
            "loan.settlement",
            "结息周期须为1至12个月、结息日须为1至28日",
            "1 to 12 months, day 1 to 28",
            "capitalisation",
            mend="结息周期（every_months）填 1 至 12，结息日（settlement_day）填 1 至 28，按季二十日结息写 3 和 20",
            mend_en="every_months from 1 to 12, settlement_day from 1 to 28",
        )


def _misuse(loan: Loan) -> Iterator[Problem]:
    misuse = loan.misuse
    if misuse is None:
        return
    if loan.misuse_uplift is None:
        yield Problem(
            "loan.misuse_uplift",
            "主张挪用罚息须有合同约定的上浮",
            "a penalty for misuse needs the contract's uplift",
            "misuse_uplift",
            mend="例如 1（上浮100%）",
            mend_en="for example 1 (plus 100 %)",
        )
    if misuse.on < min((drawdown.on for drawdown in loan.drawdowns), default=misuse.on):
        yield Problem(
            "loan.misused_early",
            "挪用日早于首次放款",
            "misuse lies before the first drawdown",
            "misuse.on",
            str(misuse.on),
            mend="核对挪用日与首次放款日",
            mend_en="look at both days again",
        )
    if misuse.amount is not None and not ZERO < misuse.amount <= loan.disbursed:
        yield Problem(
            "loan.misused_amount",
            "挪用金额须大于零且不超过放款",
            "what was misused is above zero and not above what was paid out",
            "misuse.amount",
            str(misuse.amount),
            mend=f"大于零且不超过 {loan.disbursed}；全部被挪用的不填",
            mend_en=f"above zero and at most {loan.disbursed}; left out, the whole was misused",
        )


def _drawdowns(loan: Loan) -> Iterator[Problem]:
    if not loan.drawdowns:
        yield Problem(
            "loan.no_drawdown",
            "没有放款记录，无法计算债权",
            "there is no drawdown, so nothing is owed",
            "drawdowns",
            mend="补充每笔放款的日期和实际到账金额",
            mend_en="add the day and the amount received of each drawdown",
        )
    for number, drawdown in enumerate(loan.drawdowns):
        field = f"drawdowns[{number}]"
        if drawdown.amount <= ZERO or drawdown.deducted < ZERO:
            yield Problem(
                "loan.amount",
                "放款金额须大于零",
                "a drawdown is above zero",
                f"{field}.amount",
                str(drawdown.amount),
                mend="填写实际到账的金额，例如 590065.94",
                mend_en="write the amount received, for example 590065.94",
            )
        last = min(filter(None, (loan.maturity, loan.accelerated_on)))
        if drawdown.on >= last:
            yield Problem(
                "loan.drawdown_late",
                f"放款日须早于到期日或提前到期日 {last}",
                f"a drawdown lies before maturity or acceleration, {last}",
                f"{field}.on",
                str(drawdown.on),
                mend=f"早于 {last}；核对放款日与到期日",
                mend_en=f"before {last}; look at both days again",
            )
    if loan.drawdowns and loan.accelerated_on and loan.accelerated_on < loan.start:
        yield Problem(
            "loan.accelerated_early",
            "提前到期日早于贷款起始日",
            "acceleration lies before the start of the loan",
            "accelerated_on",
            str(loan.accelerated_on),
            mend=f"不早于 {loan.start}",
            mend_en=f"not before {loan.start}",
        )


def _instalments(loan: Loan) -> Iterator[Problem]:
    if loan.repayment not in INSTALMENT_METHODS or loan.dues:
        return
    if loan.instalments < 1:
        yield Problem(
            "loan.instalments",
            "分期还款须有期数",
            "an instalment loan has a number of instalments",
            "instalments",
            "0",
            mend="填写期数（例如 36），或在 dues 中逐期列明",
            mend_en="write their number, for example 36, or state each in dues",
        )
    if len({drawdown.on for drawdown in loan.drawdowns}) > 1:
        yield Problem(
            "loan.drawdowns_need_rows",
            "分期还款的贷款分次发放时，须逐期列明还款计划",
            "an instalment loan paid out on several days needs its repayment rows stated",
            "drawdowns",
            mend="在 dues 中逐期填写还款日、本金和利息",
            mend_en="state each row in dues: day, principal and interest",
        )


def _dues(loan: Loan) -> Iterator[Problem]:
    for number, row in enumerate(loan.dues):
        if row.principal < ZERO or (row.interest is not None and row.interest < ZERO):
            yield Problem(
                "loan.amount",
                "应还金额不为负",
                "a due amount is not negative",
                f"dues[{number}]",
                mend="填写 0 或更大的金额",
                mend_en="write nothing or more",
            )
        if row.interest_from is not None and row.interest_from > row.due:
            yield Problem(
                "loan.interest_from",
                "起息日不晚于应还日",
                "interest starts no later than it is due",
                f"dues[{number}].interest_from",
                str(row.interest_from),
                mend=f"不晚于 {row.due}，或删去起息日",
                mend_en=f"not after {row.due}, or leave it out",
            )
    for number, (before, after) in enumerate(pairwise(loan.dues), 1):
        if after.due < before.due:
            yield Problem(
                "loan.dues_order",
                "应还日须逐期递增",
                "due days are in order",
                f"dues[{number}].due",
                str(after.due),
                mend=f"按应还日先后排列；本期不早于 {before.due}",
                mend_en=f"put the rows in order; this one is not before {before.due}",
            )
    if loan.dues and not total(row.principal for row in loan.dues) and not any(row.interest for row in loan.dues):
        yield Problem(
            "loan.dues_empty",
            "各期应还金额均为零",
            "nothing is due in any row",
            "dues",
            mend="填写各期应还的本金和利息",
            mend_en="state the principal and interest due in each row",
        )


def _payments(loan: Loan) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, payment in enumerate(loan.payments):
        if payment.amount <= ZERO:
            yield Problem(
                "payment.amount",
                "还款金额须大于零",
                "a payment is above zero",
                f"payments[{number}].amount",
                str(payment.amount),
                mend="填写收到的金额，例如 5000.00；没有收到的删去该笔",
                mend_en="write the amount received, for example 5000.00, or drop it",
            )
        if payment.number and payment.number in seen:
            yield Problem(
                "payment.number_twice",
                "同一笔还款流水号出现两次",
                "a payment's number stands twice",
                f"payments[{number}].number",
                payment.number,
                "删去重复的一笔，或更正流水号",
                "drop the repeated one, or mend its number",
            )
        seen.add(payment.number)
    for number, waiver in enumerate(loan.waivers):
        if waiver.amount <= ZERO:
            yield Problem(
                "waiver.amount",
                "减免金额须大于零",
                "a waiver is above zero",
                f"waivers[{number}].amount",
                str(waiver.amount),
                mend="填写减免的金额，例如 5000.00；没有减免的删去该笔",
                mend_en="write the amount waived, for example 5000.00, or drop it",
            )


def _components(loan: Loan) -> Iterator[Problem]:
    named = [(f"allocation[{number}]", name) for number, name in enumerate(loan.allocation)]
    later = loan.allocation_later.order if loan.allocation_later else ()
    named += [(f"allocation_later.order[{number}]", name) for number, name in enumerate(later)]
    named += [
        (f"payments[{number}].designation", p.designation) for number, p in enumerate(loan.payments) if p.designation
    ]
    named += [(f"waivers[{number}].component", waiver.component) for number, waiver in enumerate(loan.waivers)]
    for field, name in named:
        if name not in COMPONENTS:
            yield Problem(
                "component.unknown",
                "不是债权的组成部分",
                "is no component of a claim",
                field,
                name,
                f"可用：{'、'.join(COMPONENTS)}",
                f"one of {', '.join(COMPONENTS)}",
            )
    for field, order in (("allocation", loan.allocation), ("allocation_later.order", later)):
        if len(set(order)) != len(order):
            yield Problem(
                "allocation.twice",
                "抵充顺序中有重复项",
                "a component stands twice in the order",
                field,
                mend="每项只列一次",
                mend_en="name each once",
            )
