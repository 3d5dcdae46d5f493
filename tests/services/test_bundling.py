"""A bundle: of the exhibits at hand, once for the same ones, proved by its manifest, cited by its plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor
from legalflow.errors import NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, BundleRow, ExhibitRow
from legalflow.rendering import inspection
from legalflow.services import bundling, checking, keeping
from legalflow.values import codec
from tests.services.installation import CONTRACT, PLAIN, SECURED, actor, copied, matter_of, work_off


@pytest.fixture(scope="module")
def bound(loaded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An installation one of whose matters has its bundle."""
    office = copied(loaded, tmp_path_factory.mktemp("bound"))
    bundling.request_bundle(office, actor(office, "counsel"), matter_of(office, PLAIN))
    work_off(office)
    return office


@pytest.fixture
def office(bound: Office, tmp_path: Path) -> Office:
    return copied(bound, tmp_path)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return actor(office, "counsel")


def _rows(office: Office) -> list[BundleRow]:
    with office.database.reading() as session:
        return list(session.exec(select(BundleRow).order_by(BundleRow.version)))  # type: ignore[arg-type]


def _an_exhibit(office: Office, matter: str) -> str:
    with office.database.reading() as session:
        return session.exec(select(ExhibitRow.id).where(ExhibitRow.matter_id == matter)).first() or ""


def test_the_manifest_proves_the_file_and_the_plan_cites_its_pages(office: Office, tmp_path: Path) -> None:
    row = _rows(office)[0]
    place = tmp_path / "bundle.pdf"
    place.write_bytes(office.store.read(row.pdf or ""))
    manifest = json.loads(office.store.read(row.manifest or ""))
    assert inspection.inspect(place, manifest) == ()
    plan = bundling.plan_of(row)
    assert plan.pages == row.pages == manifest["pages"] and plan.cites("contract")
    place.write_bytes(place.read_bytes()[:-40])
    assert inspection.inspect(place, manifest)


def test_the_same_exhibits_are_the_same_bundle_and_others_the_next_version(office: Office, counsel: Actor) -> None:
    matter = matter_of(office, PLAIN)
    first = _rows(office)[0]
    assert bundling.request_bundle(office, counsel, matter) == first.id
    bundling.bind(office, first.id, lambda _session: None)
    assert _rows(office)[0].pdf == first.pdf
    keeping.withdraw(office, counsel, _an_exhibit(office, matter), "重复")
    second = bundling.request_bundle(office, counsel, matter)
    work_off(office)
    assert [(row.version, row.state) for row in _rows(office)] == [(1, "ready"), (2, "ready")]
    assert second != first.id and _rows(office)[1].pages < first.pages


def test_a_bundle_that_failed_says_why_and_may_be_asked_for_again(office: Office, counsel: Actor) -> None:
    matter = matter_of(office, CONTRACT)
    first = bundling.request_bundle(office, counsel, matter)
    bundling.fail(office, first, "处理超时", lambda _session: None)
    failed = next(row for row in _rows(office) if row.id == first)
    assert (failed.state, failed.reason) == ("failed", "处理超时")
    assert bundling.request_bundle(office, counsel, matter) == first
    work_off(office)
    assert next(row for row in _rows(office) if row.id == first).state == "ready"
    assert not list(checking.invariants(office))


def test_while_a_file_is_still_judged_and_where_there_is_none_nothing_is_bound(office: Office, counsel: Actor) -> None:
    matter = matter_of(office, PLAIN)
    keeping.add_exhibit(office, counsel, matter, "a.pdf", b"%PDF-1.4", name="补充", group=2)
    with pytest.raises(NotNow) as raised:
        bundling.request_bundle(office, counsel, matter)
    assert raised.value.problems[0].code == "bundle.still_judging"


def test_each_part_is_sent_to_who_may_have_it_and_noted(office: Office, counsel: Actor) -> None:
    bundle = _rows(office)[0].id
    for part, start in (("pdf", b"%PDF"), ("manifest", b"{"), ("list_docx", b"PK"), ("list_pdf", b"%PDF")):
        assert bundling.open_bundle(office, counsel, bundle, part).path.read_bytes().startswith(start)
    with pytest.raises(NotFound):
        bundling.open_bundle(office, counsel, bundle, "plan")
    with pytest.raises(NotFound):
        bundling.open_bundle(office, actor(office, "lawyer2"), bundle, "pdf")
    with pytest.raises(NotAllowed):
        bundling.open_bundle(office, actor(office, "finance"), bundle, "pdf")
    with office.database.reading() as session:
        noted = [row.action for row in session.exec(select(AuditRow)) if row.action.startswith("download.bundle")]
    assert noted == [f"download.bundle.{part}" for part in ("pdf", "manifest", "list_docx", "list_pdf")]


def test_a_bundle_calls_the_case_what_its_list_calls_it(sample: Office) -> None:
    matter, counsel = matter_of(sample, SECURED), actor(sample, "counsel")
    bundle = bundling.request_bundle(sample, counsel, matter)
    work_off(sample)
    with sample.database.reading() as session:
        row = session.get(BundleRow, bundle)
        assert row is not None
        facts = codec.decode(bundling.BundleFacts, sample.store.read(row.inputs_digest))
    assert facts.case_title == "示例银行股份有限公司诉示例纺织有限公司、赵示例金融借款合同纠纷"
