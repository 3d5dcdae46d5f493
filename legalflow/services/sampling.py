"""Sample data for a first look: two lenders, two law firms, a person for each role, six loans with their evidence.

Every name, number and address is invented; identity numbers lie in a region that does not exist. The loans are of the
kinds a lender's counsel meets, so that every branch of the claim and of the documents can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from legalflow.access import ROLE_NAMES, SYSTEM, Actor, Role
from legalflow.loans.parties import Agent, Firm, Party, PartyKind, PartyRole
from legalflow.office import Office, today
from legalflow.persistence import repositories, units
from legalflow.persistence.tables import AccountRow, LoanRow
from legalflow.services import employing, importing, keeping, lending, portfolio, retaining, tracking
from legalflow.services.specimens import specimens


@dataclass(frozen=True)
class SampleLogin:
    """One sample account: login, password, name, role in Chinese, firm where there is one."""

    login: str
    password: str
    name: str
    role: str
    firm: str = ""


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
    firms = [retaining.add(office, SYSTEM, firm) for firm in FIRMS]
    logins = tuple(_person(office, firms, *each) for each in PERSONS)
    counsel = _actor(office, "counsel")
    loans = portfolio.samples(today(office), office.law)
    payments = [row for each in loans for row in each.payments]
    for kind, lines in (("loans", [each.cells for each in loans]), ("payments", payments)):
        batch = importing.receive(office, counsel, kind, f"{kind}.csv", portfolio.table(lines))
        importing.run(office, batch, lambda _session: None)
    for each in sorted(loans, key=lambda each: each.number):
        loan_id = _loan_id(office, each.number)
        matter_id = tracking.open_matter(office, counsel, loan_id)
        if each.assigned:
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


def _person(office: Office, firms: list[str], login: str, name: str, role: Role, firm: int | None) -> SampleLogin:
    made = employing.create(office, SYSTEM, login, name, role, firm_id=None if firm is None else firms[firm])
    return SampleLogin(login, made.password, name, ROLE_NAMES[role], "" if firm is None else FIRMS[firm].name)


def _actor(office: Office, login: str) -> Actor:
    with office.database.reading() as session:
        row = session.exec(select(AccountRow).where(AccountRow.login == login)).first()
        return units.actor_of(session, repositories.found(row, "account"))


def _loan_id(office: Office, number: str) -> str:
    with office.database.reading() as session:
        return session.exec(select(LoanRow.id).where(LoanRow.contract_number == number)).one()
