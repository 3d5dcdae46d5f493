"""A code opens one bundle for one firm, for a while and a few times; every other case is the same refusal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor
from legalflow.errors import Invalid, LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, BundleRow, DeliveryRow, DocumentRow, LinkRow
from legalflow.services import bundling, delivering, exchanging, sharing, tracking
from tests.services.installation import SECURED, actor, copied, matter_of, work_off


@pytest.fixture(scope="module")
def bound(loaded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An installation whose assigned matter has its bundle."""
    office = copied(loaded, tmp_path_factory.mktemp("bound"))
    bundling.request_bundle(office, actor(office, "counsel"), matter_of(office, SECURED))
    work_off(office)
    return office


@pytest.fixture
def office(bound: Office, tmp_path: Path) -> Office:
    return copied(bound, tmp_path)


@pytest.fixture
def lawyer(office: Office) -> Actor:
    return actor(office, "lawyer")


def _bundle(office: Office) -> str:
    with office.database.reading() as session:
        return session.exec(select(BundleRow)).one().id


def _code(office: Office) -> str:
    return sharing.share(office, actor(office, "counsel"), _bundle(office))


def _change(office: Office, **changes: object) -> None:
    with office.database.writing() as session:
        row = session.exec(select(LinkRow)).one()
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)


def _refusal(office: Office, who: Actor, code: str) -> list[dict[str, str]]:
    with pytest.raises(NotFound) as raised:
        sharing.open_link(office, who, code)
    return [problem.said() for problem in raised.value.problems]


def test_a_code_opens_the_bundle_for_its_firm_and_is_kept_nowhere(office: Office, lawyer: Actor) -> None:
    code = _code(office)
    download = sharing.open_link(office, lawyer, f" {code}\n")
    assert download.path.read_bytes().startswith(b"%PDF") and download.file_name.endswith(".pdf")
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "download.link")).one()
        assert session.exec(select(LinkRow)).one().uses == 1
    assert (noted.actor, noted.detail["digest"]) == (lawyer.id, download.digest)
    office.database.close()
    kept = b"".join(path.read_bytes() for path in office.settings.home.rglob("*") if path.is_file())
    assert code.encode() not in kept


def test_altered_expired_revoked_used_up_foreign_and_unassigned_are_the_same_refusal(
    office: Office, lawyer: Actor
) -> None:
    said = _refusal(office, lawyer, "none at all")
    code = _code(office)
    altered = [code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :] for place in range(len(code))]
    assert all(_refusal(office, lawyer, each) == said for each in [*altered, "", code[:-1], code + "A"])
    assert _refusal(office, actor(office, "lawyer2"), code) == said
    assert _refusal(office, actor(office, "counsel"), code) == said
    good = {"expires_at": office.now() + timedelta(hours=1), "uses": 0, "revoked_at": None}
    for wrong in ({"expires_at": office.now()}, {"uses": 5}, {"revoked_at": office.now()}, {"digest": "0" * 64}):
        with office.database.reading() as session:
            digest = session.exec(select(BundleRow)).one().pdf
        _change(office, **{**good, "digest": digest, **wrong})
        assert _refusal(office, lawyer, code) == said
    _change(office, **good, digest=digest)
    tracking.unassign(office, actor(office, "counsel"), matter_of(office, SECURED), "更换律所")
    assert _refusal(office, lawyer, code) == said
    tracking.assign(office, actor(office, "counsel"), matter_of(office, SECURED), lawyer.firm)
    assert _refusal(office, lawyer, code) == said


def test_a_code_is_used_five_times_and_no_more(office: Office, lawyer: Actor) -> None:
    code = _code(office)
    for _ in range(5):
        sharing.open_link(office, lawyer, code)
    _refusal(office, lawyer, code)


def test_a_link_lives_three_days_and_never_longer_than_a_week(office: Office) -> None:
    _code(office)
    with office.database.reading() as session:
        row = session.exec(select(LinkRow)).one()
    assert row.expires_at - row.created_at == timedelta(hours=72) and timedelta(days=7) == sharing.LONGEST


def test_a_revoked_link_is_shut_and_revoking_twice_is_once(office: Office, lawyer: Actor) -> None:
    code = _code(office)
    with office.database.reading() as session:
        link = session.exec(select(LinkRow)).one().id
    for _ in range(2):
        sharing.revoke(office, actor(office, "counsel"), link)
    _refusal(office, lawyer, code)
    with office.database.reading() as session:
        assert len(session.exec(select(AuditRow).where(AuditRow.action == "link.revoked")).all()) == 1


def test_only_counsel_shares_what_is_made_with_a_firm_that_is_assigned(office: Office, lawyer: Actor) -> None:
    bundle = _bundle(office)
    for login in ("lawyer", "reviewer", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            sharing.share(office, actor(office, login), bundle)
    tracking.unassign(office, actor(office, "counsel"), matter_of(office, SECURED), "更换律所")
    with pytest.raises(NotNow):
        _code(office)
    with pytest.raises(LegalflowError):
        sharing.share(office, actor(office, "counsel"), "none")


def _hand(office: Office, thing: str, kind: str = "bundle", **more: object) -> str:
    said = {"days": 3, "uses": 5, "direct": True, **more}
    return sharing.hand_over(office, actor(office, "counsel"), kind, thing, **said)  # type: ignore[arg-type]


def _link(office: Office) -> LinkRow:
    with office.database.reading() as session:
        return session.exec(select(LinkRow)).one()


def test_what_is_handed_over_directly_is_taken_without_a_code_as_often_as_was_said(
    office: Office, lawyer: Actor
) -> None:
    assert _hand(office, _bundle(office), days=7, uses=2) == ""
    link = _link(office)
    assert link.direct and link.expires_at - link.created_at == sharing.LONGEST
    for _ in range(2):
        download = sharing.take(office, lawyer, link.id)
        assert download.digest == link.digest and download.path.read_bytes().startswith(b"%PDF")
    with pytest.raises(NotNow) as raised:
        sharing.take(office, lawyer, link.id)
    assert raised.value.problems[0].code == "link.used_up"


@pytest.mark.parametrize(("days", "uses"), [(0, 5), (8, 5), (None, 5), (3, 0), (3, 6), (3, None)])
def test_a_life_and_uses_beyond_what_may_be_are_refused_together(
    office: Office, days: int | None, uses: int | None
) -> None:
    with pytest.raises(Invalid):
        _hand(office, _bundle(office), days=days, uses=uses)
    with pytest.raises(Invalid) as raised:
        _hand(office, _bundle(office), days=0, uses=0)
    assert [problem.field for problem in raised.value.problems] == ["days", "uses"]


def test_a_link_with_a_code_is_not_taken_without_it_and_another_firm_finds_none(office: Office, lawyer: Actor) -> None:
    code = _hand(office, _bundle(office), direct=False)
    link = _link(office)
    with pytest.raises(NotNow) as raised:
        sharing.take(office, lawyer, link.id)
    assert raised.value.problems[0].code == "link.needs_code"
    with pytest.raises(NotFound):
        sharing.take(office, actor(office, "lawyer2"), link.id)
    assert sharing.open_link(office, lawyer, code).digest == link.digest


def test_a_link_says_why_it_gives_nothing(office: Office, lawyer: Actor) -> None:
    _hand(office, _bundle(office))
    link = _link(office)
    good = {"revoked_at": None, "expires_at": office.now() + timedelta(hours=1), "digest": link.digest}
    for code, wrong in (
        ("link.revoked", {"revoked_at": office.now()}),
        ("link.expired", {"expires_at": office.now()}),
        ("link.other_bytes", {"digest": "0" * 64}),
    ):
        _change(office, **{**good, **wrong})
        with pytest.raises(NotNow) as raised:
            sharing.take(office, lawyer, link.id)
        assert raised.value.problems[0].code == code


def test_a_draft_is_not_handed_over_and_an_approved_paper_is(office: Office, lawyer: Actor) -> None:
    matter = matter_of(office, SECURED)
    with office.database.writing() as session:
        pdf = session.exec(select(BundleRow.pdf)).one()
        row = DocumentRow(
            id="d" * 20,
            matter_id=matter,
            kind="civil_complaint",
            version=1,
            title="民事起诉状",
            state="ready",
            facts_digest="f",
            pdf=pdf,
            requested_by="somebody",
            created_at=office.now(),
            changed_at=office.now(),
        )
        session.add(row)
    with pytest.raises(NotNow):
        _hand(office, "d" * 20, "document")
    with office.database.writing() as session:
        found = session.get(DocumentRow, "d" * 20)
        assert found is not None
        found.state = "approved"
        session.add(found)
    _hand(office, "d" * 20, "document")
    download = sharing.take(office, lawyer, _link(office).id)
    assert download.digest == pdf and "民事起诉状" in download.file_name


def test_what_a_lawyer_takes_is_kept_and_its_receipt_names_the_same_bytes(office: Office, lawyer: Actor) -> None:
    _hand(office, _bundle(office))
    digest = sharing.take(office, lawyer, _link(office).id).digest
    sharing.taken_on_page(office, lawyer, "bundle", _bundle(office))
    sharing.taken_on_page(office, actor(office, "counsel"), "bundle", _bundle(office))  # the lender's own are not kept
    with office.database.reading() as session:
        rows = session.exec(select(DeliveryRow)).all()
    assert {row.digest for row in rows} == {digest} and {row.taken_by for row in rows} == {lawyer.id} and len(rows) == 2
    linked = next(row for row in rows if row.link_id)
    with pytest.raises(NotFound):
        delivering.confirm(office, actor(office, "lawyer2"), linked.id)
    with pytest.raises(NotAllowed):
        delivering.confirm(office, actor(office, "counsel"), linked.id)
    for _ in range(2):
        delivering.confirm(office, lawyer, linked.id)
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "delivery.confirmed")).one()
        kept = session.get(DeliveryRow, linked.id)
    assert kept is not None and kept.confirmed_by == lawyer.id and noted.detail["digest"] == digest


def test_when_the_matter_is_over_its_links_end_and_the_firm_finds_nothing(office: Office, lawyer: Actor) -> None:
    code, matter = _code(office), matter_of(office, SECURED)
    _hand(office, _bundle(office))
    closed = {"on": "2026-11-24", "result": "ended", "reason": "终结"}
    tracking.record(office, actor(office, "counsel"), matter, "MatterClosed", closed)
    with office.database.reading() as session:
        links = session.exec(select(LinkRow)).all()
    assert len(links) == 2 and all(each.revoked_at for each in links)
    with pytest.raises(NotFound):
        sharing.open_link(office, lawyer, code)
    with pytest.raises(NotFound):
        sharing.take(office, lawyer, links[0].id)
    with pytest.raises(NotFound):
        exchanging.exchange(office, lawyer, matter)
    assert exchanging.board(office, lawyer)[1] == 0
    with pytest.raises(NotNow):
        _hand(office, _bundle(office))
