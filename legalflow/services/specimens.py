"""The papers a sample loan would have in life, as files: who the parties are, what was agreed, paid, owed and demanded.

Words of systems are PDF with their words, signed papers are scans and photographs of all kinds. Every page says that it
is a sample. Days follow the loan's own and the office's; amounts are the claim's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from legalflow.access import Actor
from legalflow.claims.claim import Claim
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Party, PartyKind, PartyRole
from legalflow.office import Office, today
from legalflow.rendering import photograph, print_words
from legalflow.rendering.photograph import Look
from legalflow.services import claiming, lending, specimen_contracts, specimen_records

_ONLINE = "线上"  # where a contract was signed that has no paper


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
    """The evidence of a sample loan, by its product and parties, in the order of the groups of a bundle."""
    loan, finding = claiming.state_claim(office, actor, loan_id)
    with office.database.reading() as session:
        lender, _agents = lending.lender_of(session, office.keys, loan.lender)
    yield from _persons(loan, lender)
    yield from _agreed(loan)
    yield from _paid(loan, finding.value, today(office))
    yield from _secured(loan)
    yield from _called_due(loan, today(office))
    sent = _sent(finding.value, today(office))
    if sent is not None:
        then = claiming.state_claim(office, actor, loan_id, sent)[1].value
        yield from _demanded(loan, then, today(office))


def file(name: str, content: bytes, said: tuple[str, int, str, str, str, str], *facts: str) -> Specimen:
    """A file with its name, group, kind, source, what it proves, form, and the facts of the checklist it proves."""
    return Specimen(name, content, *said, facts)


def _persons(loan: Loan, lender: Party) -> Iterator[Specimen]:
    paper = specimen_records.licence(
        lender.name, lender.number, lender.organisation_type, lender.legal_representative, lender.domicile
    )
    yield file(
        "贷款人营业执照.jpg",
        photograph.picture(paper.sheets()[0]),
        ("贷款人营业执照", 1, "书证", "原告持有", "原告的主体资格。", "复印件"),
        "lender_identity",
    )
    for party in loan.parties:
        if party.role is PartyRole.LENDER:
            continue
        called = _called(party)
        yield file(
            f"{called}身份证明-{party.name}.{'jpg' if party.role is PartyRole.BORROWER else 'png'}",
            _proof_of_identity(party),
            (f"{called}{party.name}身份证明", 1, "书证", "被告提供", f"{called}的主体资格。", "复印件"),
            *(("borrower_identity",) if party.role is PartyRole.BORROWER else ()),
        )


def _proof_of_identity(party: Party) -> bytes:
    if party.kind is PartyKind.NATURAL:
        sheet = specimen_records.identity(party).sheets()[0]
        if party.role is PartyRole.BORROWER:
            return photograph.picture(sheet, Look.TELEPHONE)
        return photograph.picture(sheet, Look.GREY, "PNG")
    paper = specimen_records.licence(
        party.name, party.number, party.organisation_type, party.legal_representative, party.domicile
    )
    sheet = paper.sheets()[0]
    return photograph.picture(sheet) if party.role is PartyRole.BORROWER else photograph.picture(sheet, kind="PNG")


def _agreed(loan: Loan) -> Iterator[Specimen]:
    sheets = specimen_contracts.contract(loan).sheets()
    said = (
        f"《{loan.contract_name}》（{loan.contract_number}）", 2, "书证", "原告持有",
        "双方成立借款合同关系，以及约定的本金、利率、期限、罚息和复利。", "原件备查",
    )  # fmt: skip
    if loan.place_signed == _ONLINE:
        electronic = (*said[:2], "电子数据", "系统导出", said[4], "电子数据")
        yield file("电子借款合同.pdf", print_words.write(sheets, loan.contract_name), electronic, "contract")
        yield file(
            "电子签约记录.pdf",
            print_words.write(specimen_records.signing(loan).sheets(), "电子签约过程记录及签名验证报告"),
            (
                "电子签约过程记录及签名验证报告", 2, "电子数据", "认证机构出具", "借款合同由被告本人签订。", "电子数据",
            ),
            "electronic_signature",
        )  # fmt: skip
        return
    yield file(
        "借款申请书.jpg",
        photograph.picture(specimen_contracts.application(loan).sheets()[0], Look.GREY),
        ("借款申请书", 2, "书证", "被告提供", "被告申请借款的金额、用途和期限。", "原件备查"),
    )
    yield file("借款合同.pdf", photograph.scan(sheets, (Look.SKEWED, Look.STRAIGHT, Look.GREY)), said, "contract")


def _paid(loan: Loan, claim: Claim, on: date) -> Iterator[Specimen]:
    slips = [
        sheet
        for drawn in loan.drawdowns
        for paper in (specimen_records.note(loan, drawn), specimen_records.transfer(loan, drawn))
        for sheet in paper.sheets()
    ]
    yield file(
        "借据及转账凭证.tiff",
        photograph.pictures(slips),
        ("借据及转账凭证", 3, "书证", "原告持有", "原告已按约发放贷款。", "原件备查"),
        "drawdown",
    )
    yield file(
        "账户交易明细.pdf",
        print_words.write(specimen_records.statement(loan, on).sheets(), "账户交易明细"),
        ("账户交易明细", 3, "电子数据", "系统导出", "贷款进入被告账户及历次扣款。", "电子数据"),
        "drawdown",
    )
    yield file(
        "还款明细.pdf",
        print_words.write(specimen_records.ledger(loan, claim, on).sheets(), "还款明细"),
        ("还款明细", 4, "电子数据", "系统导出", "被告的还款情况及每笔还款的抵充。", "电子数据"),
        "repayment",
    )
    yield file(
        "欠款说明.pdf",
        photograph.scan(specimen_records.debt(loan, claim).sheets()),
        ("欠款说明", 4, "书证", "原告出具", "被告逾期未还及所欠本金、利息、罚息、复利。", "原件备查"),
        "default",
    )


def _secured(loan: Loan) -> Iterator[Specimen]:
    for place, given in enumerate(loan.guarantees, start=1):
        yield file(
            f"{given.contract_name}{place}.pdf",
            photograph.scan(specimen_contracts.guarantee(loan, given).sheets()),
            (
                f"《{given.contract_name}》（保证人{given.guarantor}）", 5, "书证", "原告持有",
                "保证人承担保证责任的方式、范围和期间，以及决议或配偶同意。", "原件备查",
            ),
            "guarantee",
        )  # fmt: skip
    for place, held in enumerate(loan.collateral, start=1):
        yield file(
            f"{held.contract_name}{place}.pdf",
            photograph.scan(specimen_contracts.mortgage(loan, held).sheets()),
            (f"《{held.contract_name}》", 5, "书证", "原告持有", "担保财产、担保范围和登记约定。", "原件备查"),
            "collateral",
        )
        yield file(
            f"登记证明{place}.jpg",
            photograph.picture(specimen_contracts.registration(loan, held).sheets()[0]),
            ("登记证明", 5, "书证", "登记机构出具", "担保物权已依法登记设立。", "复印件"),
            "collateral",
        )


def _called_due(loan: Loan, on: date) -> Iterator[Specimen]:
    if loan.accelerated_on is not None and loan.accelerated_on <= on:
        yield file(
            "提前到期通知书.jpg",
            photograph.picture(specimen_records.called_due(loan, loan.accelerated_on).sheets()[0], Look.GREY),
            ("借款提前到期通知书及回执", 6, "书证", "原告持有", "贷款已依约宣布提前到期并通知被告。", "原件备查"),
            "acceleration",
        )


def _sent(claim: Claim, on: date) -> date | None:
    """The day a demand went out: three weeks after something was overdue, in time to have arrived; None before that."""
    if claim.overdue_since is None:
        return None
    sent = min(claim.overdue_since + timedelta(days=21), on - timedelta(days=3))
    return sent if sent > claim.overdue_since else None


def _demanded(loan: Loan, then: Claim, on: date) -> Iterator[Specimen]:
    """The demand and its proof, stating what was owed on the day it went out, and the log of messages."""
    sheets = specimen_records.demand(loan, loan.borrower.name, then).sheets()
    yield file(
        "催收通知书、EMS详情单及回执.pdf",
        photograph.scan(sheets, (Look.STRAIGHT, Look.SIDEWAYS, Look.GREY)),
        ("催收通知书、EMS详情单及妥投回执", 6, "书证", "原告持有", "原告已向被告催收，诉讼时效中断。", "原件备查"),
        "demand",
    )
    yield file(
        "催收短信与通话记录.pdf",
        print_words.write(specimen_records.messages(loan, then, on).sheets(), "催收短信与通话记录"),
        ("催收短信与通话记录", 6, "电子数据", "系统导出", "原告多次通知被告还款。", "电子数据"),
        "demand",
    )


def _called(party: Party) -> str:
    """What a party is to the loan, in the words of the papers."""
    return {
        PartyRole.BORROWER: "借款人",
        PartyRole.CO_BORROWER: "共同借款人",
        PartyRole.GUARANTOR: "保证人",
        PartyRole.COLLATERAL_OWNER: "担保人",
    }.get(party.role, "当事人")
