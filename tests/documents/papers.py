"""The documents that the tests of this room and the golden files share: two matters, each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from legalflow.claims.award import GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.claim import Claim, state_claim
from legalflow.claims.delay import delay_interest
from legalflow.claims.delay_result import DelayInterest
from legalflow.evidence.bundle import Plan, plan
from legalflow.evidence.exhibits import Exhibit
from legalflow.forms import Form
from legalflow.law.finding import Finding
from legalflow.loans.loan import Loan, Repayment
from legalflow.loans.parties import Agent, Collateral, Firm, Guarantee, Party, PartyKind, PartyRole
from legalflow.matters.events import (
    CaseAccepted,
    DemandDelivered,
    EnforcementAccepted,
    EnforcementStayed,
    JudgmentGiven,
)
from legalflow.matters.matter import Matter
from legalflow.services import gathering, known
from legalflow.services.known import Case
from legalflow.values.money import Money
from tests.builders import a_law, a_loan, a_party

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
CUTOFF = date(2026, 3, 1)
AGENT = Agent(name="李代理", unit="样例律师事务所", position="律师", phone="19900000009", power="特别授权")
FIRM = Firm(
    name="样例律师事务所",
    address="虚拟省样例市律所路1号",
    phone="0990-0000000",
    code="样律函字",
    lawyers=(Agent(name="李代理", unit="样例律师事务所", licence="19901202600000000", phone="19900000009"),),
)
LETTER = {"letter_no": "〔2026〕样律函字第0123号", "letter_date": "2026-03-02", "deadline": "2026-03-15"}
COURT = {"court": "虚拟省样例市示范区人民法院"}
COSTS = {"costs": [{"what": "律师费", "amount": "5000.00"}]}
JUDGMENT = {
    "kind": "民事判决书",
    "issuing_body": "虚拟省样例市示范区人民法院",
    "cause": "金融借款合同纠纷",
    "number": "（2026）虚0101民初1号",
    "effective_date": "2026-05-01",
    "performance_last_day": "2026-05-11",
    "operative_part": "一、被告于本判决生效之日起十日内偿还借款本金120000.00元；\n二、驳回原告的其他诉讼请求。",
    "principal": "120000.00",
    "general_interest": "12742.17",
}
WRITE_OFF: dict[str, Any] = {
    "apply_no": "HX-2026-001",
    "apply_date": "2026-11-01",
    "risk_class": "损失",
    "on_book_interest": "100.00",
    "off_book_interest": "2000.00",
    "apply_principal": "120000.00",
    "apply_interest": "2100.00",
    "provision": "120000.00",
    "criterion": "本机构政策表第1条",
    "cause": "借款人经营失败",
    "measures": "催收、诉讼、执行，均未受偿",
    "dunning": [{"on": "2026-01-01", "channel": "EMS", "person": "甄借款", "result": "签收"}],
    "litigation": "终结本次执行程序",
    "guarantor_recourse": "无保证人",
    "collateral_disposal": "无抵质押物",
    "external": [{"name": "终本裁定", "number": "（2026）虚0101执1号", "body": "示范区人民法院", "on": "2026-10-01"}],
    "legal_opinion": "法律意见书一份",
    "responsibility": "未发现主观过错",
    "handler": "王经办",
}
LEFT = {"principal": Money("90000"), "general_interest": Money("12742.17"), "late_interest": Money("2583.60")}

DUE_BY, COUNTED_TO = date(2026, 5, 11), date(2026, 11, 24)
AWARD = JudgmentGiven(
    at=datetime(2026, 4, 15, 10, tzinfo=UTC),
    on=date(2026, 4, 15),
    actor="1",
    kind="judgment",
    body="虚拟省样例市示范区人民法院",
    cause="金融借款合同纠纷",
    number="（2026）虚0101民初1号",
    operative="被告于本判决生效之日起十日内偿还借款本金120000.00元及利息12742.17元。",
    principal=Money("120000"),
    interest=Money("12742.17"),
    other_costs=Money("5000"),
)
_COURT, _THAT_DAY = COURT["court"], {"at": datetime(2026, 9, 1, 10, tzinfo=UTC), "actor": "1"}
PROCEEDINGS = Matter(
    acceptance=CaseAccepted(on=date(2026, 3, 10), case_number="（2026）虚0101民初1号", court=_COURT, **_THAT_DAY),
    judgment=AWARD,
    effective_date=date(2026, 5, 1),
    enforcement=EnforcementAccepted(on=date(2026, 6, 1), case_number="（2026）虚0101执1号", court=_COURT, **_THAT_DAY),
    stay=EnforcementStayed(
        on=date(2026, 10, 1), number="（2026）虚0101执1号之一", unpaid=Money("105325.77"), **_THAT_DAY
    ),
    demands=(DemandDelivered(on=date(2026, 1, 5), party="甄借款", mode="post", **_THAT_DAY),),
)


@cache
def delay(matter: str) -> Finding[DelayInterest]:
    """What is owed under the judgment: nothing paid on the simple matter, two payments and running interest else."""
    items = [
        Item(ItemKind.COSTS, AWARD.other_costs),
        Item(ItemKind.PAST_INTEREST, AWARD.interest),
        Item(ItemKind.PRINCIPAL, AWARD.principal),
    ]
    if matter == "simple":
        return delay_interest(a_law(), items, DUE_BY, COUNTED_TO)
    received = [Receipt(date(2026, 7, 1), Money("30000")), Receipt(date(2026, 9, 20), Money("45000.50"))]
    running = [GeneralInterest(Decimal("0.108"), date(2026, 3, 2), 360)]
    return delay_interest(a_law(), items, DUE_BY, COUNTED_TO, received, running)


@cache
def official_sample() -> dict[str, Any]:
    """The facts of the published example."""
    read: dict[str, Any] = yaml.safe_load((GOLDEN / "official_sample_financial_loan.yaml").read_text(encoding="utf-8"))
    return read


def lender(loan: Loan) -> Party:
    """The lender of a loan with its account."""
    return replace(loan.parties[0], bank_account="6222000000000000001", bank_name="样例银行示范支行")


@cache
def simple_loan() -> Loan:
    """One natural borrower, no security."""
    return a_loan()


@cache
def secured_loan() -> Loan:
    """Interest first, a joint and an ordinary guarantor, a company's mortgage, accelerated."""
    signed = date(2025, 1, 15)
    scope = "本金、利息、罚息、复利及实现债权的费用"
    return a_loan(
        repayment=Repayment.INTEREST_FIRST,
        instalments=0,
        maturity=date(2027, 1, 15),
        accelerated_on=date(2025, 12, 1),
        guarantees=(
            Guarantee(
                guarantor="贾担保", contract_name="保证合同", signed=signed, mode="joint", scope=scope, period_months=36
            ),
            Guarantee(guarantor="单保证", contract_name="保证函", signed=signed, mode="", scope=scope),
        ),
        collateral=(
            Collateral(
                owner="样例实业有限公司",
                kind="抵押",
                description="虚拟省样例市示范区丙路3号房产",
                contract_name="抵押合同",
                contract_number="DY-1",
                signed=signed,
                certificate="虚（2025）示范区不动产证明第0001号",
                registered="正式登记",
                registered_on=date(2025, 1, 16),
                rank="第一顺位",
            ),
        ),
        parties=(
            *a_loan().parties,
            a_party(PartyRole.GUARANTOR, name="贾担保", number="990000198808080038", birth_date=date(1988, 8, 8)),
            a_party(
                PartyRole.GUARANTOR, name="单保证", number="990000195505250024", birth_date=date(1955, 5, 25), sex="女"
            ),
            a_party(PartyRole.COLLATERAL_OWNER, PartyKind.ORGANISATION),
        ),
    )


@cache
def claim(loan: Loan) -> Finding[Claim]:
    """What is owed on the cut-off day."""
    return state_claim(loan, CUTOFF, a_law())


@cache
def bundle() -> Plan:
    """A bundle that proves every fact of the secured loan."""
    exhibits = (
        ("营业执照", 1, 2, ("lender_identity",)),
        ("身份证", 1, 1, ("borrower_identity",)),
        ("借款合同", 2, 16, ("contract",)),
        ("借据及转账凭证", 3, 2, ("drawdown",)),
        ("还款明细", 4, 3, ("repayment", "default")),
        ("保证合同", 5, 6, ("guarantee",)),
        ("抵押合同及登记证明", 5, 9, ("collateral",)),
        ("提前到期通知", 6, 1, ("acceleration",)),
        ("律师费发票", 7, 1, ("lawyer_fee",)),
    )
    made = [
        Exhibit(
            id=name,
            name=name,
            group=group,
            order=number,
            original="a" * 64,
            working="b" * 64,
            pages=pages,
            source="原告持有",
            proves=f"{name}所载的事实。",
            form="复印件",
            facts=facts,
        )
        for number, (name, group, pages, facts) in enumerate(exhibits)
    ]
    titles = {1: "主体资格", 2: "借款合意", 3: "放款", 4: "还款与欠款", 5: "担保", 6: "催收与提前到期", 7: "费用"}
    return plan(made, titles)


def facts_of(kind: str, matter: str) -> dict[str, Any]:
    """The facts of a kind of document for the matter `simple` or `secured`."""
    loan = simple_loan() if matter == "simple" else secured_loan()
    finding, bank, law = claim(loan), lender(loan), a_law()
    planned = bundle() if matter == "secured" else None
    more = {**COURT, **(COSTS if matter == "secured" else {})}
    match kind:
        case "civil_complaint_financial_loan":
            return gathering.complaint_facts(loan, finding, bank, (AGENT,), more, law, planned)
        case "civil_complaint":
            return gathering.narrative_complaint_facts(loan, finding, bank, (AGENT,), more, law, planned)
        case "lawyer_letter":
            addressee = loan.borrower if matter == "simple" else loan.parties[2]
            return gathering.letter_facts(loan, finding, bank, FIRM, addressee, LETTER, law)
        case "evidence_list":
            return gathering.evidence_list_facts(bundle(), loan, bank, {})
        case "enforcement_application":
            return gathering.enforcement_facts(loan, bank, JUDGMENT, {}, (AGENT,), {})
        case "write_off_application":
            return gathering.write_off_facts(loan, finding, WRITE_OFF, law)
        case "interest_calculation":
            return gathering.interest_calculation_facts(loan, finding, {})
        case "delay_interest_calculation":
            return gathering.delay_interest_facts(loan, AWARD, delay(matter), DUE_BY, COUNTED_TO, {})
        case "debt_statement":
            return gathering.debt_statement_facts(loan, finding, {})
        case _:
            return known.facts(Form.load(kind), a_case(matter), answers_for(kind, matter))


def a_case(matter: str) -> Case:
    """All that is known of the matter `simple` or `secured`, from the loan to a stay of its enforcement."""
    loan = simple_loan() if matter == "simple" else secured_loan()
    return Case(
        loan=loan,
        matter=PROCEEDINGS,
        lender=lender(loan),
        law=a_law(),
        on=date(2026, 11, 24),
        number="M2026-000001",
        handler="方经办",
        agents=(AGENT,),
        firm=FIRM,
        addressee=loan.borrower if matter == "simple" else loan.parties[2],
        plan=bundle(),
        owed=claim(loan),
        judgment=JUDGMENT,
        left=LEFT,
    )


@cache
def _answers() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text("utf-8"))
    return read


def answers_for(kind: str, matter: str) -> dict[str, Any]:
    """What a person answers for a kind of document, and what for one of the matters alone."""
    return {**_answers().get(kind, {}), **_answers().get(f"{kind}.{matter}", {})}
