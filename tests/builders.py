"""Builders shared by all tests: small true things, changed where a test needs them changed. No mocks.

Identity numbers and names are synthetic: region codes 990000 and 919900 do not exist.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from legalflow.access import Actor, Role
from legalflow.config import Settings
from legalflow.law.catalogue import Law
from legalflow.loans.loan import Clauses, Drawdown, LenderKind, Loan, Repayment
from legalflow.loans.parties import Party, PartyKind, PartyRole
from legalflow.office import Office, open_office
from legalflow.persistence import mapping, migrating, repositories, units
from legalflow.persistence.database import Database
from legalflow.persistence.tables import AccountRow, AccountUnitRow, LoanRow, PersonRow, UnitRow
from legalflow.services import tracking
from legalflow.values.money import Money


@cache
def a_law() -> Law:
    """The real law, opened once."""
    return Law.load()


def a_party(role: PartyRole = PartyRole.BORROWER, kind: PartyKind = PartyKind.NATURAL, **changes: Any) -> Party:
    """A party of the given role: a natural person with all that filings ask, or an organisation."""
    natural: dict[str, Any] = {
        "name": "甄借款",
        "number": "990000199001010017",
        "number_kind": "居民身份证",
        "sex": "男",
        "birth_date": date(1990, 1, 1),
        "ethnicity": "汉族",
        "phone": "19900000001",
        "domicile": "虚拟省样例市示范区甲路1号",
        "residence": "虚拟省样例市示范区甲路1号",
        "service_address": "虚拟省样例市示范区甲路1号",
    }
    organisation: dict[str, Any] = {
        "name": "样例实业有限公司",
        "number": "919900000000000005",
        "domicile": "虚拟省样例市示范区乙路2号",
        "registered_place": "虚拟省样例市示范区",
        "legal_representative": "贾法定",
        "legal_representative_position": "执行董事",
        "organisation_type": "有限责任公司",
        "ownership": "民营",
        "phone": "19900000002",
        "service_address": "虚拟省样例市示范区乙路2号",
    }
    facts = natural if kind is PartyKind.NATURAL else organisation
    return Party(**{"kind": kind, "role": role, **facts, **changes})


def a_loan(**changes: Any) -> Loan:
    """A bank's loan of 120,000.00 at 7.2 % in twelve equal instalments from 2025-01-15, due on the 15th, +50 % overdue.

    `changes` are fields of `Loan`. `parties` has the lender and one natural borrower unless changed.
    """
    facts: dict[str, Any] = {
        "contract_name": "个人借款合同",
        "contract_number": "JK-2025-0001",
        "note_number": "JJ-2025-0001",
        "lender": "样例银行股份有限公司示范支行",
        "lender_kind": LenderKind.BANK,
        "signed": date(2025, 1, 15),
        "place_signed": "虚拟省样例市示范区",
        "product": "个人经营贷款",
        "purpose": "经营周转",
        "limit": Money("120000"),
        "drawdowns": (Drawdown(date(2025, 1, 15), Money("120000")),),
        "start": date(2025, 1, 15),
        "maturity": date(2026, 1, 15),
        "rate": Decimal("0.072"),
        "penalty_uplift": Decimal("0.5"),
        "compound": True,
        "basis": 360,
        "repayment": Repayment.EQUAL_INSTALMENT,
        "instalments": 12,
        "clauses": Clauses(
            rate="第三条",
            penalty="第八条",
            compound="第八条",
            acceleration="第十条",
            jurisdiction="第十五条",
            jurisdiction_text="由贷款人住所地人民法院管辖",
            costs="第十一条",
            service="第十六条",
        ),
        "parties": (
            a_party(
                PartyRole.LENDER,
                PartyKind.ORGANISATION,
                name="样例银行股份有限公司示范支行",
                number="919900000000000018",
                organisation_type="股份有限公司",
                ownership="国有（控股）",
                legal_representative="郝行长",
                legal_representative_position="行长",
            ),
            a_party(),
        ),
        "unit": "样例银行股份有限公司示范支行",
    }
    return Loan(**{**facts, **changes})


def some_settings(folder: Path, **changes: Any) -> Settings:
    """Settings of an installation that lies wholly in a folder; `changes` are fields of `Settings`."""
    return Settings(**{"home": folder / "home", "storage": folder / "storage", **changes})


def an_office(folder: Path, **changes: Any) -> Office:
    """An office on SQLite in a folder, its tables made, with the real law; the clock runs unless `today` is given."""
    settings = some_settings(folder, **changes)
    place = settings.home / "legalflow.sqlite"
    is_new = not settings.database_url and not place.exists()
    if is_new:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.write_bytes(_empty_database())
    office = open_office(settings, a_law())
    if not is_new:
        migrating.upgrade(office.database)
    return office


@cache
def _empty_database() -> bytes:
    """A new SQLite database with all its tables, made by the migrations once."""
    with tempfile.TemporaryDirectory() as folder:
        settings = some_settings(Path(folder))
        settings.home.mkdir(parents=True)
        database = Database.open(settings.database)
        migrating.upgrade(database)
        database.close()  # which folds the write-ahead log into the file
        return (settings.home / "legalflow.sqlite").read_bytes()


def an_account(office: Office, role: Role, login: str = "", firm_id: str | None = None) -> Actor:
    """An account of a role that nobody can sign in to, as the actor it is."""
    row = AccountRow(
        id=repositories.new_id(),
        login=login or role.value,
        name=role.value,
        role=role.value,
        firm_id=firm_id,
        password="!",
    )
    with office.database.writing() as session:
        session.add(row)
    return Actor(row.id, row.name, role, firm_id or "")


def a_unit(
    office: Office, code: str, loans: Sequence[str] = (), accounts: Sequence[Actor] = (), parent: str = ""
) -> str:
    """A unit of the lender of `a_loan()`, with the loans and accounts (of which `units.actor_of` reads) that it has."""
    lender = a_loan().lender
    with office.database.writing() as session:
        session.add(UnitRow(code=code, name=f"机构{code}", lender=lender, parent_code=parent or None))
        session.flush()
        session.add_all(AccountUnitRow(account_id=each.id, unit_code=code) for each in accounts)
        for loan in loans:
            session.execute(sa.update(LoanRow).where(col(LoanRow.id) == loan).values(unit_code=code))
    return code


def as_signed_in(office: Office, account: Actor) -> Actor:
    """The actor an account acts as now, with the units it belongs to."""
    with office.database.reading() as session:
        row = session.get(AccountRow, account.id)
        assert row is not None
        return units.actor_of(session, row)


def a_kept_loan(office: Office, loan: Loan | None = None) -> str:
    """A loan (`a_loan()` unless given) in the database without its payments, its persons indexed; its id."""
    loan = loan or a_loan()
    row = LoanRow(
        id=repositories.new_id(),
        lender=loan.lender,
        contract_number=loan.contract_number,
        unit=loan.unit,
        borrower=loan.borrower.name,
        product=loan.product,
        maturity=loan.maturity,
        disbursed_fen=loan.disbursed.fen,
        facts=mapping.loan_facts(loan, office.keys),
        digest=mapping.loan_digest(loan),
        created_at=office.now(),
    )
    with office.database.writing() as session:
        session.add(row)
        session.flush()
        for index in sorted(mapping.person_indexes(loan, office.keys)):
            session.add(PersonRow(loan_id=row.id, number_index=index))
    return row.id


def an_open_matter(office: Office, counsel: Actor, loan: Loan | None = None) -> str:
    """A matter of a loan (`a_loan()` unless given), opened by a counsel; its id."""
    return tracking.open_matter(office, counsel, a_kept_loan(office, loan))
