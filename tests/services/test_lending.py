"""Lenders: every change a version with who, when and why; accounts by two persons; drafts made before are stale."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from legalflow.access import SYSTEM, Actor, Role
from legalflow.errors import Conflict, Invalid, NotAllowed, NotFound, NotNow
from legalflow.loans.parties import Party, PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence.tables import LenderAccountRow, LoanRow, MatterRow
from legalflow.services import banking, drafting, lending, outdated
from tests.services.installation import PLAIN, actor, document_row, drafted, matter_of

ACCOUNT = {
    "purpose": "repayment",
    "number": "99 0000 0000 0000 0077",
    "name": "示例银行",
    "bank": "示例银行营业部",
    "why": "换户",
}


def the_lender(office: Office, matter_id: str) -> lending.Line:
    """The lender of a matter."""
    with office.database.reading() as session:
        matter = session.get(MatterRow, matter_id)
        assert matter is not None
        loan = session.get(LoanRow, matter.loan_id)
        assert loan is not None
        name = loan.lender
    return next(each for each in lending.listed(office, actor(office, "admin")) if each.name == name)


def typed(sheet: lending.Sheet, **changes: str) -> dict[str, str]:
    """What the form of a lender would send."""
    party = sheet.profile.party
    said = {name: getattr(party, name) for name in lending.TEXTS if hasattr(party, name)}
    said |= {"letterhead_name": sheet.profile.letterhead.name, "letterhead_address": sheet.profile.letterhead.address}
    agents = [
        {name: getattr(each, name) for name in ("name", "unit", "position", "phone", "power", "licence")}
        for each in sheet.profile.agents
    ]
    return {**said, "agents": json.dumps(agents), "version": str(sheet.version), "why": "更正", **changes}


def test_a_change_is_a_version_that_says_what_stood_there_before(sample: Office) -> None:
    admin = actor(sample, "admin")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    sheet = lending.sheet(sample, admin, lender.id)
    before = sheet.profile.party.legal_representative
    assert lending.change(sample, admin, lender.id, typed(sheet, legal_representative="新示例", why="换届")) == 2
    latest, first = lending.history(sample, admin, lender.id)
    assert (latest.number, latest.why, latest.by, latest.parts) == (2, "换届", admin.name, ("party",))
    assert [(each.zh, each.before, each.after) for each in latest.changed] == [
        ("法定代表人（负责人）", before, "新示例")
    ]
    assert first.number == 1 and not first.changed
    sheet = lending.sheet(sample, admin, lender.id)
    assert lending.change(sample, admin, lender.id, typed(sheet)) == 2, "nothing was changed"


def test_what_was_seen_before_somebody_elses_change_is_refused(sample: Office) -> None:
    admin = actor(sample, "admin")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    seen = lending.sheet(sample, admin, lender.id)
    lending.change(sample, admin, lender.id, typed(seen, phone="0990-1234567"))
    with pytest.raises(Conflict):
        lending.change(sample, admin, lender.id, typed(seen, phone="0990-7654321"))


def test_everything_wrong_in_a_lender_is_said_at_once(sample: Office) -> None:
    admin = actor(sample, "admin")
    agents = json.dumps([{"name": "", "unit": "某行", "power": "全权代理"}])
    wrong = {"name": "", "number": "91990000A000000000", "email": "nobody", "phone": "1" * 201, "agents": agents}
    with pytest.raises(Invalid) as refused:
        lending.add(sample, admin, wrong)
    assert {each.field for each in refused.value.problems} == {
        "name",
        "number",
        "email",
        "phone",
        "agents.0.name",
        "agents.0.power",
    }
    known = lending.listed(sample, admin)[0]
    with pytest.raises(Invalid, match=r"lender\.known"):
        lending.add(sample, admin, {"name": known.name})
    with pytest.raises(Invalid, match=r"lender\.why"):
        sheet = lending.sheet(sample, admin, known.id)
        lending.change(sample, admin, known.id, typed(sheet, why=""))
    with pytest.raises(NotFound):
        lending.sheet(sample, admin, "never-was")


def test_only_the_administrator_keeps_lenders_and_no_firm_sees_them(sample: Office) -> None:
    for login in ("counsel", "checker", "auditor"):
        with pytest.raises(NotAllowed):
            lending.add(sample, actor(sample, login), {"name": "某银行"})
        assert lending.listed(sample, actor(sample, login))
    with pytest.raises(NotAllowed):
        lending.listed(sample, actor(sample, "lawyer"))
    with pytest.raises(NotAllowed):
        banking.propose(sample, actor(sample, "counsel"), "x", ACCOUNT)


def test_a_new_account_is_used_only_once_another_person_has_confirmed_it(sample: Office) -> None:
    admin, checker = actor(sample, "admin"), actor(sample, "checker")
    matter = matter_of(sample, PLAIN)
    lender = the_lender(sample, matter)
    old = lending.sheet(sample, admin, lender.id).profile.account("repayment")
    proposal = banking.propose(sample, admin, lender.id, ACCOUNT)
    assert lending.sheet(sample, admin, lender.id).profile.account("repayment") == old
    assert (banking.waiting(sample, checker), the_lender(sample, matter).waiting) == (1, 1)
    with pytest.raises(Conflict):
        banking.confirm(sample, admin, proposal)
    same_person = Actor(checker.id, checker.name, Role.FINANCE_CHECKER, others=frozenset({admin.id}))
    with pytest.raises(Conflict):
        banking.confirm(sample, same_person, proposal)
    banking.confirm(sample, checker, proposal)
    now = lending.sheet(sample, admin, lender.id).profile.account("repayment")
    assert now is not None and now.number == "990000000000000077"
    with pytest.raises(NotNow):
        banking.confirm(sample, checker, proposal)
    (latest, *_) = lending.history(sample, admin, lender.id)
    assert latest.parts == ("repayment", "enforcement", "refund") and old is not None
    assert [(each.part, each.before, each.after) for each in latest.changed] == [("repayment", old.words, now.words)]


def test_a_refused_account_leaves_the_one_in_use_and_a_second_one_replaces_the_first(sample: Office) -> None:
    admin, checker = actor(sample, "admin"), actor(sample, "checker")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    old = lending.sheet(sample, admin, lender.id).profile.account("repayment")
    proposal = banking.propose(sample, checker, lender.id, ACCOUNT)
    with pytest.raises(Invalid):
        banking.refuse(sample, admin, proposal, " ")
    banking.refuse(sample, admin, proposal, "与开户许可不符")
    assert lending.sheet(sample, admin, lender.id).profile.account("repayment") == old
    own = banking.propose(sample, admin, lender.id, ACCOUNT)
    banking.refuse(sample, admin, own, "写错了")
    for number in ("9900000001", "9900000002"):
        banking.confirm(sample, checker, banking.propose(sample, admin, lender.id, {**ACCOUNT, "number": number}))
    states = [(each.account.number[-2:], each.state) for each in banking.entries(sample, admin, lender.id)]
    assert sorted(states) == [("01", "replaced"), ("02", "in_force"), ("77", "refused"), ("77", "withdrawn")]
    with pytest.raises(Invalid, match=r"account\.same"):
        banking.propose(sample, admin, lender.id, {**ACCOUNT, "number": "9900000002"})


def test_a_purpose_without_an_account_of_its_own_is_paid_on_that_for_repayment(sample: Office) -> None:
    admin, checker = actor(sample, "admin"), actor(sample, "checker")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    with sample.database.reading() as session:
        paid = lending.lender_of(session, sample.keys, lender.name, "enforcement")[0].bank_account
        assert paid == lending.lender_of(session, sample.keys, lender.name)[0].bank_account
    asked = {**ACCOUNT, "purpose": "enforcement", "number": "9900000003"}
    banking.confirm(sample, checker, banking.propose(sample, admin, lender.id, asked))
    with sample.database.reading() as session:
        assert lending.lender_of(session, sample.keys, lender.name, "enforcement")[0].bank_account == "9900000003"
        assert lending.lender_of(session, sample.keys, lender.name)[0].bank_account == paid
    assert lending.history(sample, admin, lender.id)[0].parts == ("enforcement",)


def test_everything_wrong_in_an_account_is_said_at_once(sample: Office) -> None:
    with pytest.raises(Invalid) as refused:
        banking.propose(
            sample, actor(sample, "admin"), "x", {"purpose": "bribe", "number": "12<3", "name": "", "bank": ""}
        )
    assert {each.field for each in refused.value.problems} == {"purpose", "number", "name", "bank", "why"}


def test_another_account_on_the_command_line_is_only_proposed(sample: Office) -> None:
    admin = actor(sample, "admin")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    sheet = lending.sheet(sample, admin, lender.id)
    party = Party(
        name=lender.name,
        kind=PartyKind.ORGANISATION,
        role=PartyRole.LENDER,
        bank_account="9900000009",
        bank_name="某行",
    )
    for _ in range(2):
        lending.add_lender(sample, SYSTEM, party, sheet.profile.agents)
    assert lending.sheet(sample, admin, lender.id).profile.account("repayment") == sheet.profile.account("repayment")
    (waiting,) = banking.entries(sample, admin, lender.id)
    assert (waiting.state, waiting.account.number) == ("proposed", "9900000009")
    banking.confirm(sample, admin, waiting.id)
    now = lending.sheet(sample, admin, lender.id).profile.account("repayment")
    assert now is not None and now.number == "9900000009"


def test_a_draft_that_prints_what_was_changed_is_stale_until_it_is_made_again(sample: Office) -> None:
    admin = actor(sample, "admin")
    matter = matter_of(sample, PLAIN)
    complaint = drafted(sample, matter, "civil_complaint_financial_loan")
    statement = drafted(sample, matter, "debt_statement")
    lender = the_lender(sample, matter)
    sheet = lending.sheet(sample, admin, lender.id)
    then = sample.now() + timedelta(minutes=1)
    lending.change(replace(sample, now=lambda: then), admin, lender.id, typed(sheet, legal_representative="新示例"))
    stale = outdated.shown(sample, document_row(sample, complaint))
    assert stale is not None and stale.changed == ("贷款人的基本信息",)
    assert outdated.shown(sample, document_row(sample, statement)) is None
    with pytest.raises(NotNow, match=r"document\.stale"):
        drafting.approve(
            sample, actor(sample, "reviewer"), complaint, document_row(sample, complaint).pdf or "", "看过"
        )


def test_no_account_stands_readable_in_the_database(sample: Office) -> None:
    admin = actor(sample, "admin")
    lender = the_lender(sample, matter_of(sample, PLAIN))
    banking.propose(sample, admin, lender.id, ACCOUNT)
    with sample.database.reading() as session:
        (row,) = session.exec(select(LenderAccountRow))
        assert "0077" not in json.dumps(row.facts)
