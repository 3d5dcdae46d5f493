"""Sample data for a first look: two lenders with their branches, two law firms, a person for each role, 24 loans.

Every name, number and address is invented; identity numbers lie in a region that does not exist. The loans are of the
kinds a lender's counsel meets, so that every branch of the claim and of the documents can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from legalflow.access import ROLE_NAMES, SYSTEM, Role
from legalflow.loans.parties import Agent, Firm, Party, PartyKind, PartyRole
from legalflow.office import Office, today
from legalflow.services import (
    appointing,
    employing,
    importing,
    lending,
    portfolio,
    recomputing,
    refreshing,
    staging,
    stationing,
)
from legalflow.services.portfolio import Sample

FIRST = 6  # the loans that come in on the first day; without its portfolio the sample has these alone
_WITH_ALL_PAPERS = {"instalments", "textile", "bullet"}  # to make every document of; the others have a few


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


# The branches, with the account of each one's counsel: lender, code, name, login, the counsel's name.
BRANCHES = (
    (0, "9901", "示例支行", "main", "柳经办"),
    (0, "9902", "城东支行", "east", "苗经办"),
    (0, "9903", "城西支行", "west", "韦经办"),
    (1, "9951", "线上业务部", "online", "凌经办"),
)


def load(office: Office, *, whole: bool = True) -> tuple[SampleLogin, ...]:
    """Fill an empty installation; the log-ins with their random passwords, which are shown once and kept nowhere.

    The whole portfolio has its branches, and its matters stand where `sample/paths.yaml` takes them, each step on its
    day before today. Otherwise there are the first six loans alone, as they come in. Files of evidence are judged, and
    the claims of the day worked out, by the workers.
    """
    loans = portfolio.samples(today(office), office.law)
    courses = portfolio.paths(loans, today(office)) if whole else ()
    steps = sorted(((each, step) for each in courses for step in each.steps), key=lambda pair: pair[1].on)
    opening = staging.at(office, steps[0][1].on - timedelta(days=1)) if steps else office
    logins = _people(opening, whole)
    under_way = {each.sample.number: staging.Course(each.sample.number, each.counsel, each.days) for each in courses}
    for minute, (path, step) in enumerate(steps):
        then = staging.at(office, step.on, minute)
        if step.what == "open":
            _import(then, [path.sample])
        staging.take(then, under_way[path.sample.number], step)
    new = [each for each in loans if each.number not in under_way][:FIRST]
    _import(office, new)
    for each in sorted(new, key=lambda each: each.number):
        course = staging.Course(each.number, "counsel", portfolio.Days(today(office)))
        most = None if not whole or each.id in _WITH_ALL_PAPERS else 2
        staging.come_in(office, course, FIRMS[0].name if each.assigned else "", most)
    if whole:
        refreshing.refresh_all(office)  # the days since each matter's last step have passed
        recomputing.ask(office, SYSTEM)
    return logins


def _people(office: Office, whole: bool) -> tuple[SampleLogin, ...]:
    """Lenders, firms, accounts, and with the whole portfolio the branches."""
    for lender, agents in LENDERS:
        lending.add_lender(office, SYSTEM, lender, agents)
    firms = [appointing.add(office, SYSTEM, firm) for firm in FIRMS]
    logins = [_person(office, firms, *each) for each in PERSONS]
    for lender_index, code, name, login, counsel in BRANCHES if whole else ():
        texts = {"code": code, "name": name, "lender": LENDERS[lender_index][0].name}
        stationing.add(office, SYSTEM, texts)
        made = employing.create(office, SYSTEM, login, counsel, Role.COUNSEL)
        stationing.assign(office, SYSTEM, made.id, [code])
        logins.append(SampleLogin(login, made.password, counsel, f"{ROLE_NAMES[Role.COUNSEL]}（{name}）"))
    return tuple(logins)


def _person(office: Office, firms: list[str], login: str, name: str, role: Role, firm: int | None) -> SampleLogin:
    made = employing.create(office, SYSTEM, login, name, role, firm_id=None if firm is None else firms[firm])
    return SampleLogin(login, made.password, name, ROLE_NAMES[role], "" if firm is None else FIRMS[firm].name)


def _import(office: Office, samples: Sequence[Sample]) -> None:
    """Loans and their receipts by file, as a branch hands them over."""
    counsel = staging.actor(office, "counsel")
    payments = [row for each in samples for row in each.payments]
    for kind, lines in (("loans", [each.cells for each in samples]), ("payments", payments)):
        if lines:
            batch = importing.receive(office, counsel, kind, f"{kind}.csv", portfolio.table(lines))
            importing.run(office, batch, staging.withdrawn(importing.TASK, batch))
