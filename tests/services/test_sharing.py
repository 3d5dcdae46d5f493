"""A code opens one bundle for one firm, for a while and a few times; every other case is the same refusal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor
from legalflow.errors import LegalflowError, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, BundleRow, LinkRow
from legalflow.services import bundling, sharing, tracking
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
