"""A draft before its reviewer: what changed, approval that binds the bytes, nobody's own, and amounts above a limit."""

from __future__ import annotations

import pytest

from legalflow.access import Actor, Right, Role
from legalflow.errors import Conflict, Corrupt, LegalflowError, NotAllowed, NotNow
from legalflow.office import Office, in_force
from legalflow.services import allowing, awaiting, drafting, legislating, reviewing
from legalflow.services.legislating import Proposal
from legalflow.values.money import Money
from tests.services.installation import PLAIN, actor, document_row, drafted, matter_of

STATEMENT = "debt_statement"


def test_what_changed_since_the_version_before_is_told_in_words_and_facts_with_figures_marked(sample: Office) -> None:
    reviewer, matter = actor(sample, "reviewer"), matter_of(sample, PLAIN)
    first = drafted(sample, matter, STATEMENT)
    alone = reviewing.review(sample, reviewer, first)
    assert alone.before is None and alone.may_decide and alone.same_words and alone.is_whole
    assert {line.kind for line in alone.lines} == {"same"} and alone.facts and all(each.source for each in alone.facts)
    drafting.send_back(sample, reviewer, first, "截止日有误")
    second = drafted(sample, matter, STATEMENT, as_of="2026-11-20")
    found = reviewing.review(sample, reviewer, second)
    assert found.before is not None and found.before.id == first and found.returned_for == "截止日有误"
    changed = {each.zh: (each.before, each.now) for each in found.fields}
    assert changed["截至日"] == ("2026-11-24", "2026-11-20") and "本金" not in changed
    pieces = [piece for line in found.lines for piece in line.pieces if piece.kind != "same"]
    assert any(piece.weight == "figure" and piece.text == "4,725.00" for piece in pieces)
    assert any(line.left_out for line in found.lines), "what did not change is left out and counted"
    assert found.amount == Money("68662.44")


def test_an_approval_is_of_the_bytes_that_were_read_and_a_new_version_makes_it_void(sample: Office) -> None:
    reviewer, matter = actor(sample, "reviewer"), matter_of(sample, PLAIN)
    first = drafted(sample, matter, STATEMENT)
    with pytest.raises(Conflict):
        drafting.approve(sample, reviewer, first, "0" * 64)
    drafting.approve(sample, reviewer, first, document_row(sample, first).pdf or "")
    drafted(sample, matter, STATEMENT, as_of="2026-11-20")
    assert document_row(sample, first).state == "void"
    with pytest.raises(NotNow):
        drafting.seal(sample, actor(sample, "seal"), first)


def test_what_is_damaged_in_the_store_is_neither_approved_nor_sealed(sample: Office) -> None:
    reviewer, matter = actor(sample, "reviewer"), matter_of(sample, PLAIN)
    document = drafted(sample, matter, STATEMENT)
    row = document_row(sample, document)
    approved = drafted(sample, matter, "interest_calculation")
    drafting.approve(sample, reviewer, approved, document_row(sample, approved).pdf or "")
    for digest in (row.pdf or "", document_row(sample, approved).pdf or ""):
        place = sample.store.path(digest)
        content = place.read_bytes()
        place.unlink()  # linked with the installation it was copied from
        place.write_bytes(content[:-1] + b"x")
    assert not reviewing.review(sample, reviewer, document).is_whole
    with pytest.raises(Corrupt):
        drafting.approve(sample, reviewer, document, row.pdf or "")
    with pytest.raises(Corrupt):
        drafting.seal(sample, actor(sample, "seal"), approved)
    assert document_row(sample, document).state == "ready"


def test_nobody_approves_their_own_not_even_in_another_role(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, PLAIN)
    document = drafted(sample, matter, STATEMENT)
    later = Actor(counsel.id, counsel.name, Role.REVIEWER)  # the same person, whose role was changed since
    with pytest.raises(LegalflowError) as refused:
        drafting.approve(sample, later, document, document_row(sample, document).pdf or "")
    assert isinstance(refused.value, NotAllowed)
    assert awaiting.queue(sample, later).counts.get("approve", 0) == 0
    assert awaiting.queue(sample, actor(sample, "reviewer")).counts["approve"] == 1


def _limited(office: Office, amount: str) -> Office:
    """The office after a reviewer and another set the limit of debt statements."""
    first = actor(office, "reviewer")
    second = Actor("another", "另一复核人", Role.REVIEWER)
    sheet = legislating.topic(office, first, allowing.TOPIC)
    text = sheet.latest.replace(f"{STATEMENT}: {allowing.UNLIMITED}", f'{STATEMENT}: "{amount}"')
    proposal = Proposal(
        topic=allowing.TOPIC,
        first_day="2026-11-01",
        value=text,
        instrument="授权管理办法",
        article="第五条",
    )
    legislating.approve(office, second, legislating.propose(office, first, proposal))
    return in_force(office)


def test_above_the_limit_a_house_sets_the_approver_approves_and_a_reviewer_is_told_so(sample: Office) -> None:
    reviewer, approver = actor(sample, "reviewer"), actor(sample, "approver")
    document = drafted(sample, matter_of(sample, PLAIN), STATEMENT)
    digest = document_row(sample, document).pdf or ""
    assert allowing.needed(sample, document_row(sample, document)) is Right.APPROVE_DOCUMENT, (
        "no limit until one is set"
    )
    with pytest.raises(NotAllowed):
        drafting.approve(sample, approver, document, digest)
    office = _limited(sample, "50000")
    assert awaiting.queue(office, reviewer).counts.get("approve", 0) == 0
    assert awaiting.queue(office, approver).counts["approve"] == 1
    with pytest.raises(NotAllowed) as refused:
        drafting.approve(office, reviewer, document, digest)
    assert "50,000.00" in refused.value.problems[0].message
    assert reviewing.review(office, approver, document).may_decide
    drafting.approve(office, approver, document, digest, "同意")
    assert document_row(sample, document).approved_by == approver.id
