"""The seal: applied for on approved bytes, set by a third person, kept in a register, exported, and proved."""

from __future__ import annotations

import pytest

from legalflow.access import Actor, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotNow
from legalflow.intake import readers
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.services import awaiting, drafting, sealing
from tests.services.installation import PLAIN, actor, document_row, drafted, matter_of

ASKED = {"seal": "公章", "copies": "3", "across": "是", "body": "示例市示例区人民法院", "reason": "提交立案"}


@pytest.fixture
def approved(sample: Office) -> str:
    """A document that was asked for by counsel and approved by a reviewer."""
    document = drafted(sample, matter_of(sample, PLAIN), "debt_statement")
    drafting.approve(sample, actor(sample, "reviewer"), document, document_row(sample, document).pdf or "")
    return document


def test_the_register_holds_what_was_applied_for_and_both_digests_and_leaves_as_a_workbook(
    sample: Office, approved: str
) -> None:
    counsel, keeper = actor(sample, "counsel"), actor(sample, "seal")
    sealing.apply(sample, counsel, approved, ASKED)
    assert [each.document.id for each in sealing.waiting(sample, keeper)] == [approved]
    drafting.seal(sample, keeper, approved, document_row(sample, approved).pdf or "")
    row = document_row(sample, approved)
    (line,) = sealing.register(sample, keeper)
    assert line.seal is not None
    kept = line.seal
    assert (kept.copies, kept.across, kept.body, kept.reason) == (3, True, ASKED["body"], ASKED["reason"])
    assert (kept.approved, kept.sealed, kept.pages > 0) == (row.pdf, row.sealed, True)
    assert {kept.applied_by, row.approved_by, kept.sealed_by} == {counsel.id, actor(sample, "reviewer").id, keeper.id}
    proof = sealing.proof(sample, keeper, approved)
    assert proof is not None and proof.holds and proof.named == row.pdf
    with sample.database.reading() as session:
        told = [type(each.event).__name__ for each in journal.events(session, row.matter_id)]
    assert told[-2:] == ["SealApplied", "DocumentSealed"]
    said = _row(sample)
    assert (said["文件名称"], said["份数"], said["骑缝"], said["用印事由"]) == ("欠款明细", "3", "是", "提交立案")
    assert (said["批准件 SHA-256"], said["用印件 SHA-256"]) == (row.pdf, row.sealed)


def test_what_was_sealed_without_an_application_says_so(sample: Office, approved: str) -> None:
    drafting.seal(sample, actor(sample, "seal"), approved)
    assert sealing.NOT_APPLIED in _row(sample)["申请人"]


def test_applicant_approver_and_keeper_are_three_persons(sample: Office, approved: str) -> None:
    reviewer, lawyer = actor(sample, "reviewer"), actor(sample, "approver")
    with pytest.raises(LegalflowError) as refused:
        sealing.apply(sample, reviewer, approved, ASKED)
    assert isinstance(refused.value, NotAllowed)
    another = Actor(lawyer.id, lawyer.name, Role.COUNSEL)
    sealing.apply(sample, another, approved, ASKED)
    same = Actor(lawyer.id, lawyer.name, Role.SEAL_KEEPER)
    with pytest.raises(NotAllowed):
        drafting.seal(sample, same, approved)
    assert awaiting.queue(sample, same).counts.get("seal", 0) == 0
    assert awaiting.queue(sample, actor(sample, "seal")).counts["seal"] == 1
    assert document_row(sample, approved).state == "approved"


def test_an_application_is_whole_and_only_for_what_is_approved(sample: Office, approved: str) -> None:
    counsel = actor(sample, "counsel")
    draft = drafted(sample, matter_of(sample, PLAIN), "interest_calculation")
    with pytest.raises(NotNow):
        sealing.apply(sample, counsel, draft, ASKED)
    with pytest.raises(Invalid) as refused:
        sealing.apply(sample, counsel, approved, {"seal": "", "copies": "many", "reason": ""})
    assert {each.field for each in refused.value.problems} == {"seal", "copies", "reason"}
    for wrong in ({"seal": "私章"}, {"copies": "0"}):
        with pytest.raises(Invalid):
            sealing.apply(sample, counsel, approved, {**ASKED, **wrong})
    with pytest.raises(Conflict):
        drafting.seal(sample, actor(sample, "seal"), approved, "0" * 64)


def _row(office: Office) -> dict[str, str]:
    """The one line of the register as a workbook holds it, by heading."""
    content = sealing.export(office, actor(office, "seal"))
    sheet = readers.read(content, frozenset(sealing.HEADINGS), office.settings)
    (line,) = sheet.lines
    return dict(zip(sheet.headings, line.cells, strict=False))
