"""Sample data for a first look: two lenders, two law firms, a person for each role, six loans with their evidence.

Every name, number and address is invented; identity numbers lie in a region that does not exist. The loans are of the
kinds a lender's counsel meets, so that every branch of the claim and of the documents can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from legalflow.access import ROLE_NAMES, SYSTEM, Actor, Role
from legalflow.documents.blocks import Document, Heading, Item, Paragraph, Signature, Table, Text, Title
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Agent, Firm, Party, PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence import repositories, units
from legalflow.persistence.tables import AccountRow, LoanRow
from legalflow.rendering import pdf, photograph
from legalflow.services import admitting, claiming, importing, keeping, lending, tracking
from legalflow.values.dates import in_chinese
from legalflow.values.money import percent

ASSIGNED = "示银流借字〔2023〕第0102号"  # the one matter that has its law firm already
_NOTICE = "本件为演示用样本，无法律效力"
_FOLDER = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class SampleLogin:
    """One sample account: login, password, name, role in Chinese, firm where there is one."""

    login: str
    password: str
    name: str
    role: str
    firm: str = ""


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


LENDERS = (
    (
        Party(
            name="示例银行股份有限公司",
            kind=PartyKind.ORGANISATION,
            role=PartyRole.LENDER,
            number="91990000A00000046D",
            domicile="示例省示例市金融大道1号",
            registered_place="示例省示例市金融大道1号",
            phone="0990-9000001",
            legal_representative="李示例",
            legal_representative_position="行长",
            organisation_type="股份有限公司",
            ownership="国有（控股）",
            bank_account="9900000000000000001",
            bank_account_name="示例银行股份有限公司",
            bank_name="示例银行股份有限公司营业部",
        ),
        (Agent(name="吴示例", unit="示例银行股份有限公司", position="法务专员", phone="0990-9000002"),),
    ),
    (
        Party(
            name="示例消费金融有限公司",
            kind=PartyKind.ORGANISATION,
            role=PartyRole.LENDER,
            number="91990000A000000548",
            domicile="示例省示例市金融大道2号",
            registered_place="示例省示例市金融大道2号",
            phone="0990-9000003",
            legal_representative="郑示例",
            legal_representative_position="总经理",
            organisation_type="有限责任公司",
            ownership="民营",
            bank_account="9900000000000000002",
            bank_account_name="示例消费金融有限公司",
            bank_name="示例银行股份有限公司营业部",
        ),
        (Agent(name="冯示例", unit="示例消费金融有限公司", position="法务专员", phone="0990-9000004"),),
    ),
)
FIRMS = (
    Firm(
        name="示例甲律师事务所",
        address="示例省示例市律政路1号",
        phone="0990-9100001",
        email="jia@example.com",
        code="示甲",
        lawyers=(
            Agent(
                name="何示例",
                unit="示例甲律师事务所",
                position="律师",
                phone="0990-9100001",
                licence="19900201010000001",
            ),
        ),
    ),
    Firm(
        name="示例乙律师事务所",
        address="示例省示例市律政路2号",
        phone="0990-9200001",
        email="yi@example.com",
        code="示乙",
        lawyers=(
            Agent(
                name="吕示例",
                unit="示例乙律师事务所",
                position="律师",
                phone="0990-9200001",
                licence="19900201010000002",
            ),
        ),
    ),
)
PERSONS = (
    ("counsel", "方经办", Role.COUNSEL, None),
    ("reviewer", "袁复核", Role.REVIEWER, None),
    ("seal", "印管理", Role.SEAL_KEEPER, None),
    ("lawyer", "何示例", Role.FIRM_LAWYER, 0),
    ("lawyer2", "吕示例", Role.FIRM_LAWYER, 1),
    ("finance", "钱财务", Role.FINANCE, None),
    ("checker", "核财务", Role.FINANCE_CHECKER, None),
    ("approver", "权审批", Role.APPROVER, None),
    ("auditor", "审计员", Role.AUDITOR, None),
    ("admin", "管理员", Role.ADMIN, None),
)


def load(office: Office) -> tuple[SampleLogin, ...]:
    """Fill an empty installation; the log-ins with their random passwords, which are shown once and kept nowhere.

    The files of evidence are judged by the workers, like any other upload.
    """
    for lender, agents in LENDERS:
        lending.add_lender(office, SYSTEM, lender, agents)
    firms = [admitting.add_firm(office, SYSTEM, firm) for firm in FIRMS]
    logins = tuple(_person(office, firms, *each) for each in PERSONS)
    counsel = _actor(office, "counsel")
    for kind in ("loans", "payments"):
        content = (_FOLDER / f"{kind}.csv").read_bytes()
        batch = importing.receive(office, counsel, kind, f"{kind}.csv", content)
        importing.run(office, batch, lambda _session: None)
    for loan_id, contract_number in _loan_ids(office):
        matter_id = tracking.open_matter(office, counsel, loan_id)
        if contract_number == ASSIGNED:
            tracking.assign(office, counsel, matter_id, firms[0])
        for specimen in specimens(office, counsel, loan_id):
            keeping.add_exhibit(
                office,
                counsel,
                matter_id,
                specimen.file_name,
                specimen.content,
                name=specimen.name,
                group=specimen.group,
                kind=specimen.kind,
                source=specimen.source,
                proves=specimen.proves,
                form=specimen.form,
                facts=specimen.facts,
            )
    return logins


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


def _person(office: Office, firms: list[str], login: str, name: str, role: Role, firm: int | None) -> SampleLogin:
    password = admitting.create_account(
        office, SYSTEM, login, name, role, firm_id=None if firm is None else firms[firm]
    )
    return SampleLogin(login, password, name, ROLE_NAMES[role], "" if firm is None else FIRMS[firm].name)


def _actor(office: Office, login: str) -> Actor:
    with office.database.reading() as session:
        row = session.exec(select(AccountRow).where(AccountRow.login == login)).first()
        return units.actor_of(session, repositories.found(row, "account"))


def _loan_ids(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        query = select(LoanRow.id, LoanRow.contract_number).order_by(col(LoanRow.contract_number))
        return [(loan_id, number) for loan_id, number in session.exec(query)]


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
