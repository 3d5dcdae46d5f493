"""Every route meets every role with yes or no, and another's is as absent as what never was.

The table is written out here and not read from the doors: a route without a row fails, and so does a door that opens
to more than its row says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from legalflow.access import RIGHTS, Right, Role
from legalflow.persistence.tables import SQLModel
from tests.web.world import ORIGIN, Place, World, a_world

# Endpoint → the rights any of which admits (None: whoever is signed in).
OPEN = {
    "static",
    "auth.sign_in_form",
    "auth.sign_in",
    "dashboard.alive",
    "dashboard.ready",
    "deadlines.feed",
    "language.choose",
}
ANYBODY = {
    "auth.sign_out",
    "auth.password_form",
    "auth.change_password",
    "dashboard.first",
    "dashboard.glossary",
    "waiting.listed",
    "waiting.counted",
    "waiting.go",
    "admin.jobs",
    "palette.form",
    "palette.find",
    "undoing.undo",
    "language.screen",
    "language.keep",
}
APPROVERS = (Right.APPROVE_DOCUMENT, Right.APPROVE_LETTER, Right.APPROVE_LARGE)
ROWS: dict[str, tuple[Right, ...]] = {
    "dashboard.drawn": (Right.VIEW,),
    "dashboard.printed": (Right.VIEW,),
    "loans.listed": (Right.VIEW,),
    "loans.search": (Right.VIEW,),
    "loans.new": (Right.IMPORT,),
    "loans.add": (Right.IMPORT,),
    "loans.shown": (Right.VIEW,),
    "loans.reveal": (Right.REVEAL,),
    "loans.pay": (Right.RECORD_PAYMENT,),
    "loans.open_matter": (Right.OPEN_MATTER,),
    "imports.listed": (Right.IMPORT,),
    "imports.receive": (Right.IMPORT,),
    "imports.shown": (Right.IMPORT,),
    "imports.report": (Right.IMPORT,),
    "imports.template": (Right.IMPORT,),
    "imports.choose": (Right.IMPORT,),
    "imports.go": (Right.IMPORT,),
    "lists.search_matters": (Right.VIEW,),
    "lists.export_matters": (Right.VIEW,),
    "lists.export_loans": (Right.VIEW,),
    "lists.neighbour": (Right.VIEW,),
    "lists.keep": (Right.VIEW,),
    "lists.change": (Right.VIEW,),
    "lists.drop": (Right.VIEW,),
    "batches.listed": (Right.SEE_BATCHES,),
    "batches.select": (Right.BATCH,),
    "batches.shown": (Right.SEE_BATCHES,),
    "batches.preview": (Right.BATCH,),
    "batches.confirm": (Right.BATCH,),
    "batches.cancel": (Right.BATCH,),
    "batches.retry": (Right.BATCH,),
    "batches.pack": (Right.BATCH,),
    "batches.release": (Right.RELEASE,),
    "batches.files": (Right.BATCH,),
    "batches.sheet": (Right.SEE_BATCHES,),
    "batches.sample": (Right.BATCH,),
    "matters.listed": (Right.VIEW,),
    "matters.shown": (Right.VIEW,),
    "matters.enforcement": (Right.VIEW,),
    "matters.record_form": (Right.RECORD,),
    "matters.record": (Right.RECORD,),
    "matters.reverse": (Right.REVERSE,),
    "matters.assign": (Right.ASSIGN,),
    "matters.unassign": (Right.ASSIGN,),
    "deadlines.listed": (Right.VIEW,),
    "deadlines.month": (Right.VIEW,),
    "deadlines.reminders": (Right.VIEW,),
    "deadlines.set_reminders": (Right.VIEW,),
    "deadlines.make_feed": (Right.VIEW,),
    "deadlines.end_feed": (Right.VIEW,),
    "deadlines.shown": (Right.VIEW,),
    "deadlines.assign": (Right.ASSIGN,),
    "deadlines.acknowledge": (Right.ACKNOWLEDGE,),
    "contacts.asked": (Right.VIEW,),
    "assets.listed": (Right.VIEW,),
    "assets.add": (Right.RECORD,),
    "assets.add_collateral": (Right.RECORD,),
    "assets.shown": (Right.VIEW,),
    "assets.act_form": (Right.RECORD,),
    "assets.act": (Right.RECORD,),
    "assets.measures": (Right.VIEW,),
    "assets.export": (Right.VIEW,),
    "costs.shown": (Right.VIEW,),
    "operation.hub": (Right.OPERATE,),
    "operation.mail": (Right.OPERATE,),
    "operation.retention": (Right.OPERATE, Right.READ_AUDIT),
    "operation.retry_mail": (Right.OPERATE,),
    "operation.try_mail": (Right.OPERATE,),
    "lenders.listed": (Right.VIEW_LENDERS,),
    "lenders.add": (Right.KEEP_LENDERS,),
    "lenders.shown": (Right.VIEW_LENDERS,),
    "lenders.change": (Right.KEEP_LENDERS,),
    "lenders.history": (Right.VIEW_LENDERS,),
    "lenders.propose": (Right.SET_ACCOUNTS,),
    "lenders.confirm": (Right.SET_ACCOUNTS,),
    "lenders.refuse": (Right.SET_ACCOUNTS,),
    "lender_pictures.add_seal": (Right.KEEP_LENDERS,),
    "lender_pictures.retire_seal": (Right.KEEP_LENDERS,),
    "lender_pictures.seal": (Right.SEE_SEALS,),
    "lender_pictures.put_logo": (Right.KEEP_LENDERS,),
    "lender_pictures.remove_logo": (Right.KEEP_LENDERS,),
    "lender_pictures.logo": (Right.VIEW_LENDERS,),
    "courts.listed": (Right.READ_LAW,),
    "courts.add": (Right.KEEP_COURTS,),
    "courts.shown": (Right.READ_LAW,),
    "courts.keep": (Right.KEEP_COURTS,),
    "documents.listed": (Right.VIEW,),
    "documents.new": (Right.DRAFT,),
    "documents.ask": (Right.DRAFT,),
    "documents.shown": (Right.VIEW,),
    "documents.state": (Right.VIEW,),
    "documents.shown_inside": (Right.DOWNLOAD, Right.APPROVE_LARGE),
    "documents.download": (Right.DOWNLOAD,),
    "documents.approve": APPROVERS,
    "documents.send_back": APPROVERS,
    "waiting.document": APPROVERS,
    "waiting.approve": APPROVERS,
    "waiting.refuse": APPROVERS,
    "seals.listed": (Right.VIEW,),
    "seals.seal_many": (Right.SEAL,),
    "seals.register": (Right.VIEW,),
    "seals.export": (Right.VIEW,),
    "seals.application": (Right.DRAFT,),
    "seals.apply": (Right.DRAFT,),
    "sources.shown": (Right.VIEW,),
    "sources.check": (Right.RECORD,),
    "sources.take_back": (Right.RECORD,),
    "sources.exhibit_inside": (Right.DOWNLOAD,),
    "documents.seal": (Right.SEAL,),
    "evidence.listed": (Right.VIEW,),
    "evidence.add": (Right.ADD_EVIDENCE,),
    "evidence.describe_form": (Right.ADD_EVIDENCE,),
    "evidence.describe": (Right.ADD_EVIDENCE,),
    "evidence.withdraw": (Right.ADD_EVIDENCE,),
    "evidence.original": (Right.DOWNLOAD,),
    "evidence.bundles": (Right.VIEW,),
    "evidence.bind": (Right.BUNDLE,),
    "evidence.bundle": (Right.VIEW,),
    "evidence.state": (Right.VIEW,),
    "evidence.bundle_inside": (Right.DOWNLOAD,),
    "evidence.download": (Right.DOWNLOAD,),
    "evidence.share": (Right.SHARE,),
    "evidence.revoke": (Right.SHARE,),
    "firm.code_form": (Right.DOWNLOAD,),
    "firm.fetch": (Right.DOWNLOAD,),
    "firm.board": (Right.RECEIVE,),
    "firm.exchange": (Right.VIEW,),
    "firm.hand_over": (Right.SHARE,),
    "firm.revoke": (Right.SHARE,),
    "firm.take": (Right.RECEIVE,),
    "firm.confirm": (Right.RECEIVE,),
    "firm.changes": (Right.DOWNLOAD,),
    "firm.changed_pages": (Right.DOWNLOAD,),
    "proposals.listed": (Right.RECORD,),
    "proposals.form": (Right.PROPOSE,),
    "proposals.propose": (Right.PROPOSE,),
    "proposals.send_paper": (Right.PROPOSE,),
    "proposals.original": (Right.DOWNLOAD,),
    "proposals.shown_inside": (Right.DOWNLOAD,),
    "proposals.shown": (Right.VIEW,),
    "proposals.confirm": (Right.RECORD,),
    "proposals.refuse": (Right.RECORD,),
    "proposals.withdraw": (Right.PROPOSE,),
    "finance.listed": (Right.VIEW_MONEY,),
    "finance.of_matter": (Right.VIEW_MONEY,),
    "finance.ask": (Right.APPLY_WRITE_OFF,),
    "finance.shown": (Right.VIEW_MONEY,),
    "finance.pack": (Right.VIEW_MONEY,),
    "finance.check": (Right.CHECK_WRITE_OFF,),
    "finance.approve": (Right.APPROVE_WRITE_OFF,),
    "finance.refuse": (Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF),
    "finance.book": (Right.BOOK_WRITE_OFF,),
    "finance.recover": (Right.RECORD_RECOVERY,),
    "finance.end": (Right.APPROVE_WRITE_OFF,),
    "finance.correct": (Right.CHECK_WRITE_OFF,),
    "ledger.receipts": (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF),
    "ledger.export_receipts": (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF),
    "openings.listed": (Right.VIEW_MONEY,),
    "openings.confirm": (Right.CHECK_WRITE_OFF,),
    "openings.refuse": (Right.CHECK_WRITE_OFF,),
    "openings.take_back": (Right.CHECK_WRITE_OFF,),
    "ledger.receive": (Right.RECORD_RECOVERY,),
    "ledger.again": (Right.RECORD_RECOVERY,),
    "ledger.receipt": (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF),
    "ledger.confirm": (Right.RECORD_RECOVERY,),
    "ledger.set_aside": (Right.RECORD_RECOVERY,),
    "ledger.take_back": (Right.RECORD_RECOVERY,),
    "ledger.balance": (Right.VIEW_MONEY,),
    "ledger.vouchers": (Right.VIEW_MONEY,),
    "ledger.export_vouchers": (Right.VIEW_MONEY,),
    "ledger.set_accounts": (Right.CHECK_WRITE_OFF,),
    "ledger.register": (Right.VIEW_MONEY,),
    "ledger.export_register": (Right.VIEW_MONEY,),
    "ledger.export_report": (Right.VIEW_MONEY,),
    "authority.shown": (Right.VIEW_MONEY, Right.SET_AUTHORITY),
    "authority.propose": (Right.SET_AUTHORITY,),
    "authority.approve": (Right.SET_AUTHORITY,),
    "authority.refuse": (Right.SET_AUTHORITY,),
    "authority.withdraw": (Right.SET_AUTHORITY,),
    "off_lists.listed": (Right.VIEW_MONEY,),
    "off_lists.new": (Right.APPLY_WRITE_OFF,),
    "off_lists.judge": (Right.APPLY_WRITE_OFF,),
    "off_lists.ask": (Right.APPLY_WRITE_OFF,),
    "off_lists.shown": (Right.VIEW_MONEY,),
    "off_lists.export": (Right.VIEW_MONEY,),
    "off_lists.check": (Right.CHECK_WRITE_OFF,),
    "off_lists.approve": (Right.APPROVE_WRITE_OFF,),
    "off_lists.refuse": (Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF),
    "off_lists.book": (Right.BOOK_WRITE_OFF,),
    "duties.listed": (Right.VIEW_MONEY,),
    "duties.assign": (Right.CHECK_WRITE_OFF,),
    "duties.acknowledge": (Right.APPLY_WRITE_OFF, Right.CHECK_WRITE_OFF, Right.APPROVE_WRITE_OFF),
    "duties.done": (Right.APPLY_WRITE_OFF, Right.CHECK_WRITE_OFF),
    "nights.listed": (Right.VIEW_MONEY, Right.OPERATE),
    "nights.again": (Right.OPERATE, Right.CHECK_WRITE_OFF),
    "portfolio.shown": (Right.VIEW_MONEY, Right.OPERATE),
    "portfolio.again": (Right.OPERATE,),
    "admin.rerun": (Right.OPERATE,),
    "accounts.listed": (Right.OPERATE,),
    "accounts.create": (Right.OPERATE,),
    "accounts.shown": (Right.OPERATE,),
    "accounts.correct": (Right.OPERATE,),
    "accounts.move": (Right.OPERATE,),
    "accounts.disable": (Right.OPERATE,),
    "accounts.enable": (Right.OPERATE,),
    "accounts.reset_password": (Right.OPERATE,),
    "accounts.hand_over": (Right.OPERATE,),
    "firms.listed": (Right.OPERATE,),
    "firms.add": (Right.OPERATE,),
    "firms.shown": (Right.OPERATE,),
    "firms.change": (Right.OPERATE,),
    "firms.disable": (Right.OPERATE,),
    "firms.enable": (Right.OPERATE,),
    "audit.listed": (Right.READ_AUDIT,),
    "audit.verify": (Right.READ_AUDIT,),
    "audit.export": (Right.READ_AUDIT,),
    "debtors.shown": (Right.VIEW,),
    "debtors.reveal": (Right.REVEAL,),
    "units.listed": (Right.OPERATE,),
    "units.add": (Right.OPERATE,),
    "units.of_account": (Right.OPERATE,),
    "units.assign": (Right.OPERATE,),
    "law.listed": (Right.READ_LAW,),
    "law.topic": (Right.READ_LAW,),
    "law.propose": (Right.PROPOSE_LAW,),
    "law.approve": (Right.APPROVE_LAW,),
    "law.refuse": (Right.APPROVE_LAW,),
    "law.withdraw": (Right.PROPOSE_LAW,),
}
# What a form must say to come as far as the thing it is about.
FORMS: dict[str, dict[str, str]] = {
    "assets.act": {"name": "AssetValued"},
    "matters.record": {"name": "MaterialsChecked"},
    "matters.reverse": {"sequence": "1", "reason": "误记"},
    "matters.assign": {"firm": "{firm}"},
    "matters.unassign": {"reason": "误派"},
    "documents.send_back": {"reason": "改"},
    "waiting.refuse": {"comment": "改"},
    "accounts.correct": {"name": "某人", "reason": "误记"},
    "accounts.move": {"role": "auditor", "reason": "调岗"},
    "accounts.disable": {"reason": "离职"},
    "accounts.enable": {"reason": "返岗"},
    "accounts.reset_password": {"reason": "遗忘"},
    "accounts.hand_over": {"to": "x", "reason": "离职"},
    "firms.change": {"firm_name": "某所", "version": "1"},
    "firms.disable": {"reason": "终止合作"},
    "firms.enable": {"reason": "恢复合作"},
    "sources.take_back": {"field": "rate"},
    "firm.hand_over": {"thing": "document:{document}", "way": "page", "days": "3", "uses": "5"},
    "proposals.propose": {"name": "RulingServed"},
    "proposals.send_paper": {"paper_kind": "summons"},
    "proposals.refuse": {"reason": "文书不清"},
    "evidence.withdraw": {"reason": "误传"},
    "finance.correct": {"sequence": "1", "reason": "误记"},
    "authority.refuse": {"reason": "依据不足"},
    "openings.refuse": {"reason": "与余额表不符"},
    "openings.take_back": {"reason": "与余额表不符"},
    "authority.withdraw": {"reason": "误提"},
    "off_lists.check": {"digest": "d", "opinion": "同意"},
    "off_lists.approve": {"digest": "d", "number": "批1号"},
    "off_lists.refuse": {"reason": "材料不全"},
    "off_lists.book": {"voucher": "记1号"},
    "documents.ask": {"kind": "civil_complaint"},
    "law.propose": {"topic": "caps/lpr_multiple", "first_day": "2019-01-01", "value": "4"},
    "law.refuse": {"reason": "出处有误"},
    "courts.keep": {"court": "最高人民法院"},
    "lenders.propose": {"purpose": "refund", "number": "9900000001", "name": "某行", "bank": "某行", "why": "新开"},
    "lenders.refuse": {"reason": "不符"},
    "lender_pictures.retire_seal": {"why": "换章"},
    "law.withdraw": {"reason": "误提"},
}
QUERIES = {
    "assets.act_form": "?name=AssetValued",
    "law.topic": "?topic=caps/lpr_multiple",
    "courts.shown": "?court=最高人民法院",
    "matters.record_form": "?name=MaterialsChecked",
    "documents.new": "?kind=civil_complaint",
    "proposals.form": "?name=RulingServed",
}
# Which right is needed depends on the document: here it is a complaint of no amount, which a reviewer approves.
BY_KIND = {"documents.approve", "documents.send_back", "waiting.approve", "waiting.refuse"}
CHANGES_THE_TEST = {"auth.sign_out", "auth.change_password"}


def routes(world: World) -> Iterator[tuple[str, str, str]]:
    """Every endpoint with its method and the pattern of its address."""
    for rule in world.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule.rule


def address(endpoint: str, pattern: str, place: Place) -> str:
    """The address of a route about the things of a place."""
    path = re.sub(r"<(?:int\([^)]*\):)?(\w+)_id>", lambda match: place.ids[match.group(1)], pattern)
    path = path.replace("<which>", "pdf").replace("<part>", "pdf")
    return path + QUERIES.get(endpoint, "")


def ask(world: World, role: Role, endpoint: str, method: str, pattern: str, place: str) -> TestResponse:
    """What a role is answered at a route about a place."""
    if endpoint == "matters.unassign" and place == "own":
        place = "spare"  # taking a matter from its firm would change what the firm finds afterwards
    visitor, path = world.visitors[role], address(endpoint, pattern, world.places[place])
    form = {name: text.format(**world.places[place].ids) for name, text in FORMS.get(endpoint, {}).items()}
    return visitor.get(path) if method == "GET" else visitor.post(path, form)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house, somebody of each role signed in."""
    made = a_world(tmp_path_factory.mktemp("world"))
    made.visitors = {role: made.visitor(role) for role in Role}
    yield made
    made.office.database.close()


def test_every_route_has_a_row(world: World) -> None:
    known = OPEN | ANYBODY | set(ROWS)
    assert {endpoint for endpoint, _, _ in routes(world)} == known


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_a_role_meets_each_door_with_yes_or_no(world: World, role: Role) -> None:
    for endpoint, method, pattern in routes(world):
        if endpoint in OPEN | ANYBODY:
            continue
        admitted = any(role in RIGHTS[right] for right in ROWS[endpoint])
        about_something = "<" in pattern
        for place in ("own", "absent") if about_something else ("own",):
            said = ask(world, role, endpoint, method, pattern, place).status_code
            where = f"{role.value} {method} {endpoint} {place}: {said}"
            assert said < 500, where
            if not admitted:
                assert said == 403, where
            elif place == "absent":
                assert said == 404, where
            elif endpoint in BY_KIND and role in {Role.FIRM_LAWYER, Role.APPROVER}:
                assert said == 403, where
            elif endpoint != "firm.fetch":  # no code was typed
                assert said not in {403, 404, 405}, where


def test_a_firm_finds_nothing_of_another_firm_nor_of_what_is_not_assigned(world: World) -> None:
    for endpoint, method, pattern in routes(world):
        if endpoint in OPEN | ANYBODY or "<" not in pattern:
            continue
        admitted = any(Role.FIRM_LAWYER in RIGHTS[right] for right in ROWS[endpoint])
        absent = ask(world, Role.FIRM_LAWYER, endpoint, method, pattern, "absent")
        for place in ("other", "unassigned"):
            found = ask(world, Role.FIRM_LAWYER, endpoint, method, pattern, place)
            assert found.status_code == (404 if admitted else 403), f"{method} {endpoint} {place}"
            assert _bare(found) == _bare(absent), f"{method} {endpoint} {place}"
            assert _heads(found) == _heads(absent), f"{method} {endpoint} {place}"


def test_lists_and_counts_show_a_firm_its_own_matter_only(world: World) -> None:
    lawyer = world.visitors[Role.FIRM_LAWYER]
    for path in ("/", "/loans", "/matters", "/jobs"):
        text = lawyer.get(path).text
        for place in ("other", "unassigned"):
            assert not [each for kind, each in world.places[place].ids.items() if len(each) == 20 and each in text]
    assert world.places["own"].ids["matter"] in lawyer.get("/matters").text


def test_the_administrator_sees_no_debtor(world: World) -> None:
    admin = world.visitors[Role.ADMIN]
    for path in ("/", "/jobs", "/accounts", "/firms", "/audit", "/help"):
        assert "甄借款" not in admin.get(path).text


def test_nobody_enters_without_a_session(world: World) -> None:
    client = world.app.test_client()
    for endpoint, method, pattern in routes(world):
        if endpoint in OPEN:
            continue
        path = address(endpoint, pattern, world.places["own"])
        answer = client.open(path, method=method, headers=ORIGIN)
        assert answer.status_code == 303, f"{method} {endpoint}"
        assert answer.headers["Location"].startswith("/sign-in"), f"{method} {endpoint}"


def test_nothing_unsafe_happens_without_the_token_or_from_elsewhere(world: World) -> None:
    before = _counts(world)
    for endpoint, method, pattern in routes(world):
        if method == "GET":
            continue
        for role in (Role.COUNSEL, Role.ADMIN):
            visitor, path = world.visitors[role], address(endpoint, pattern, world.places["own"])
            for headers, token in (
                (ORIGIN, ""),
                (ORIGIN, "x" * 43),
                ({"Origin": "http://elsewhere.example"}, visitor.csrf),
                ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, visitor.csrf),
                ({}, visitor.csrf),
            ):
                answer = visitor.client.post(path, data={"csrf": token, "key": "k" * 32}, headers=headers)
                assert answer.status_code == 403, f"{method} {endpoint} {headers}"
    after = _counts(world)
    assert after.pop("audit") > before.pop("audit")  # each refusal is noted, and nothing else
    assert after == before


def test_a_page_that_is_only_read_changes_nothing(world: World) -> None:
    before = _counts(world)
    for endpoint, method, pattern in routes(world):
        if method == "GET" and endpoint != "static":
            for role in (Role.COUNSEL, Role.AUDITOR, Role.ADMIN):
                ask(world, role, endpoint, method, pattern, "own")
    after = _counts(world)
    assert {**after, "audit": 0} == {**before, "audit": 0}  # a download is noted, and nothing else


def test_a_field_nobody_asked_for_is_refused(world: World) -> None:
    refused = 0
    for endpoint, method, pattern in routes(world):
        if method == "GET" or endpoint in OPEN | CHANGES_THE_TEST:
            continue
        rights = ROWS.get(endpoint, ())
        role = next((role for role in Role if any(role in RIGHTS[right] for right in rights)), Role.COUNSEL)
        path = address(endpoint, pattern, world.places["own"])
        for name in ("role", "state", "approved_by", "principal_fen", "firm_id"):
            if endpoint in {"accounts.create", "accounts.move"} and name in {"role", "firm_id"}:
                continue
            answer = world.visitors[role].post(path, {**FORMS.get(endpoint, {}), name: "x"})
            assert answer.status_code == 422, f"{endpoint} {name}: {answer.status_code}"
            refused += 1
    assert refused > 100


def _bare(answer: TestResponse) -> str:
    """A page without what differs from one answer to the next: error numbers, keys, the address that was asked for."""
    text = re.sub(r"<code>[0-9a-f]{8}</code>", "", answer.text)
    text = re.sub(r'name="back" value="[^"]*"', "", text)
    return re.sub(r'name="key" value="\w+"', "", text)


def _heads(answer: TestResponse) -> dict[str, str]:
    """An answer's headers without its length, in which the address that was asked for counts."""
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def _counts(world: World) -> dict[str, int]:
    with world.office.database.reading() as session:
        return {
            name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
        }
