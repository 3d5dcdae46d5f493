"""The papers a sample loan would have in life: identity, contract, receipt, statement, security and demand, as files.

Every page says that it is a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from legalflow.access import Actor
from legalflow.documents.blocks import Document, Heading, Item, Paragraph, Signature, Table, Text, Title
from legalflow.loans.loan import Loan
from legalflow.office import Office
from legalflow.rendering import pdf, photograph
from legalflow.services import claiming
from legalflow.values.dates import in_chinese
from legalflow.values.money import percent

_NOTICE = "本件为演示用样本，无法律效力"


@dataclass(frozen=True)
class Specimen:
    """One sample file of evidence with what is said of it."""

    file_name: str
    content: bytes
    name: str
    group: int
    kind: str
    source: str
    proves: str
    form: str
    facts: tuple[str, ...]


def specimens(office: Office, actor: Actor, loan_id: str) -> Iterator[Specimen]:
    """The evidence of a sample loan: identity, contract, receipt, statement, security and demand, as files."""
    loan, finding = claiming.state_claim(office, actor, loan_id, date(2026, 3, 31))
    borrower = loan.borrower.name
    yield _file(
        "营业执照.jpg",
        photograph.of_lines("营 业 执 照（样本）", [f"名称：{loan.lender}", "类型：金融机构", _NOTICE]),
        ("出借人营业执照", 1, "书证", "原告持有", "原告的主体资格。", "复印件"),
        "lender_identity",
    )
    yield _file(
        "借款人身份证明.png",
        photograph.of_lines("身份证明（样本）", [f"姓名或名称：{borrower}", _NOTICE], kind="PNG", wide=True),
        ("借款人身份证明", 1, "书证", "被告提供", "被告的主体资格。", "复印件"),
        "borrower_identity",
    )
    yield _file(
        "借款合同.pdf",
        pdf.write(_contract(loan)),
        (
            f"《{loan.contract_name}》（{loan.contract_number}）",
            2,
            "书证",
            "原告持有",
            "双方成立借款合同关系，以及约定的本金、利率、期限、罚息和复利。",
            "原件备查",
        ),
        "contract",
    )
    yield _file(
        "放款凭证.pdf",
        pdf.write(_receipt(loan)),
        ("借据及放款凭证", 3, "书证", "原告持有", "原告已按约发放贷款。", "原件备查"),
        "drawdown",
    )
    yield _file(
        "还款明细.pdf",
        pdf.write(_payments(loan)),
        ("还款明细", 4, "电子数据", "系统导出", "被告的还款情况。", "电子数据"),
        "repayment",
    )
    yield _file(
        "欠款说明.pdf",
        pdf.write(_debt(loan, str(finding.value.principal), str(finding.value.interest_total))),
        ("欠款说明", 4, "书证", "原告出具", "被告逾期未还及所欠本金、利息、罚息、复利。", "原件备查"),
        "default",
    )
    if loan.guarantees:
        yield _file(
            "保证合同.pdf",
            pdf.write(_guarantee(loan)),
            ("保证合同", 5, "书证", "原告持有", "保证人承担保证责任的方式、范围和期间。", "原件备查"),
            "guarantee",
        )
    if loan.collateral:
        yield _file(
            "抵押登记证明.jpg",
            photograph.of_lines(
                "不动产登记证明（样本）", [loan.collateral[0].certificate, loan.collateral[0].description]
            ),
            ("抵押合同及登记证明", 5, "书证", "登记机构", "抵押权已依法登记设立。", "复印件"),
            "collateral",
        )
    yield _file(
        "催收回执.tiff",
        photograph.of_lines("催收通知书回执（样本）", [f"收件人：{borrower}", "签收：本人"], kind="TIFF"),
        ("催收通知书及回执", 6, "书证", "原告持有", "原告已向被告催收。", "复印件"),
        "demand",
    )


def _file(name: str, content: bytes, said: tuple[str, int, str, str, str, str], *facts: str) -> Specimen:
    return Specimen(name, content, *said, facts)


def _document(title: str, *blocks: object, profile: str = "narrative") -> Document:
    return Document(title=title, blocks=(Title(title), *blocks), profile=profile, dated="2026-03-31")  # type: ignore[arg-type]


def _said(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _contract(loan: Loan) -> Document:
    uplift = f"在本合同利率基础上加收{percent(loan.penalty_uplift)}" if loan.penalty_uplift else "按国家有关规定"
    terms = (
        f"贷款人：{loan.lender}；借款人：{loan.borrower.name}。合同编号：{loan.contract_number}。",
        f"借款金额为{loan.limit.grouped()}元，期限自{in_chinese(loan.start)}起至{in_chinese(loan.maturity)}止，"
        f"用途为{loan.purpose}。",
        f"借款年利率为{percent(loan.rate)}，按实际天数计息，一年按{loan.basis}天计算。",
        f"借款人未按期还款的，逾期罚息利率{uplift}。",
        "借款人未按期支付利息的，贷款人有权按罚息利率计收复利。" if loan.compound else "本合同项下不计收复利。",
        "借款人违约的，贷款人有权宣布借款提前到期，借款人承担贷款人实现债权的费用。",
        "因本合同发生的争议，由贷款人住所地有管辖权的人民法院管辖。",
    )
    blocks: list[object] = [
        Item(f"第{numeral}条", (Text(term),)) for numeral, term in zip("一二三四五六七", terms, strict=True)
    ]
    signing = Signature(((Text(f"签订日期：{in_chinese(loan.signed)}"),), (Text(_NOTICE),)))
    return _document(loan.contract_name, *blocks, signing)


def _receipt(loan: Loan) -> Document:
    rows = tuple(((Text(in_chinese(each.on)),), (Text(each.amount.grouped()),)) for each in loan.drawdowns)
    table = Table(head=((Text("放款日期"),), (Text("金额（元）"),)), rows=rows, ratios=(1, 1), numeric=frozenset({1}))
    return _document("借据及放款凭证", _said(f"借据号：{loan.note_number}。借款人：{loan.borrower.name}。"), table)


def _payments(loan: Loan) -> Document:
    rows = tuple(
        ((Text(each.number),), (Text(in_chinese(each.on)),), (Text(each.amount.grouped()),), (Text(each.channel),))
        for each in loan.payments
    ) or (((Text("无还款记录"),),),)
    head = tuple((Text(word),) for word in ("流水号", "还款日期", "金额（元）", "渠道"))
    table = Table(head=head, rows=rows, ratios=(2, 2, 2, 1), numeric=frozenset({2}))
    return _document("还款明细", _said(f"合同编号：{loan.contract_number}。本明细由信贷系统导出。"), table)


def _debt(loan: Loan, principal: str, interest: str) -> Document:
    said = f"截至2026年3月31日，借款人{loan.borrower.name}尚欠本金{principal}元，利息、罚息、复利合计{interest}元。"
    return _document("欠款说明", _said(said), Signature(((Text(loan.lender),), (Text("2026年3月31日"),))))


def _guarantee(loan: Loan) -> Document:
    blocks: list[object] = []
    for each in loan.guarantees:
        blocks += [
            Heading((Text(each.contract_name),)),
            _said(f"保证人：{each.guarantor}。保证范围：{each.scope}。保证期间：{each.period_wording or '未约定'}。"),
        ]
    return _document("保证合同", *blocks)
