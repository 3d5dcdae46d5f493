"""Documents: whole before they are made, one for the same facts, approved by another person, never made twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.documents import compose, plain
from legalflow.errors import Conflict, Invalid, LegalflowError, Missing, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import DocumentRow, LoanRow, MatterRow, OutboxRow
from legalflow.rendering import reading
from legalflow.services import bundling, drafting, tracking, writing_off
from tests.documents.papers import answers_for
from tests.services.installation import (
    CONTRACT,
    PLAIN,
    SECURED,
    actor,
    answered,
    copied,
    document_row,
    drafted,
    happened,
    matter_of,
    work_off,
)

RARE = "示银个借字〔2024〕第0304号"  # its borrower is called 𠮷示例
STATEMENT = "debt_statement"


@pytest.fixture(scope="module")
def bound(loaded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An installation each of whose matters has its firm and its bundle's plan."""
    office = copied(loaded, tmp_path_factory.mktemp("bound"))
    counsel, lawyer = actor(office, "counsel"), actor(office, "lawyer")
    for matter in _matters(office):
        if matter != matter_of(office, SECURED):
            tracking.assign(office, counsel, matter, lawyer.firm)
        bundling.request_bundle(office, counsel, matter)
    work_off(office)
    return office


def _matters(office: Office) -> list[str]:
    with office.database.reading() as session:
        query = select(MatterRow.id).join(LoanRow, MatterRow.loan_id == LoanRow.id)  # type: ignore[arg-type]
        return list(session.exec(query.order_by(LoanRow.contract_number)))


def _documents(office: Office) -> list[DocumentRow]:
    with office.database.reading() as session:
        return list(session.exec(select(DocumentRow)))


def _text(office: Office, document: str) -> str:
    row = document_row(office, document)
    return reading.words_of(office.store.read(row.pdf or "")).replace("\n", "").replace(" ", "")


def _composed(office: Office, document: str) -> str:
    row = document_row(office, document)
    made = compose.compose(row.kind, json.loads(office.store.read(row.facts_digest)))
    return plain.text_of(made)


PROPOSED = (
    "lawyer_letter",
    "civil_complaint",
    "civil_complaint_financial_loan",
    "evidence_list",
    "debt_statement",
    "interest_calculation",
)
# Kinds without code of their own that a matter before any suit may need, of those a person answers something of.
ANSWERED = (
    "collection_notice",
    "acceleration_notice",
    "power_of_attorney",
    "firm_letter",
    "legal_representative_certificate",
    "preservation_application",
    "payment_order_application",
    "arbitration_application",
)


@pytest.mark.parametrize("kind", PROPOSED)
def test_each_kind_is_ready_to_be_made_for_each_sample_matter_from_what_is_proposed(bound: Office, kind: str) -> None:
    counsel = actor(bound, "counsel")
    for matter in _matters(bound):
        more = {"court": "示例市示例区人民法院"} if kind == "civil_complaint" else {}
        texts = answered(bound, counsel, matter, kind, **more)
        lacking = [each.id for each in drafting.questions(bound, counsel, matter, kind) if each.required]
        assert [name for name in lacking if not texts[name]] == []
        said = _composed(bound, drafting.request_document(bound, counsel, matter, kind, texts))
        assert "None" not in said and "{{" not in said and len(said) > 200


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_kind_without_code_is_made_from_what_is_known_and_answered(bound: Office, kind: str) -> None:
    counsel, matter = actor(bound, "counsel"), matter_of(bound)
    more = {name: _as_text(value) for name, value in answers_for(kind, "simple").items()}
    here = {
        "letter_date": "2026-11-24",
        "deadline": "2026-12-10",
        "accelerate_from": "2026-11-28",
        "phase_of": "诉前",
        "court": "示例市示例区人民法院",
    }
    asked = _asked(bound, matter, kind)
    more |= {name: text for name, text in here.items() if name in asked}
    texts = answered(bound, counsel, matter, kind, **more)
    said = _composed(bound, drafting.request_document(bound, counsel, matter, kind, texts))
    assert "None" not in said and "{{" not in said and "示例银行股份有限公司" in said


def _asked(office: Office, matter: str, kind: str) -> set[str]:
    return {each.id for each in drafting.questions(office, actor(office, "counsel"), matter, kind)}


def _as_text(value: object) -> str:
    """An answer of the golden matters as a page's text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "\n".join("|".join(str(cell) for cell in row.values()) for row in value)
    return str(value)


def test_everything_missing_is_named_at_once_and_nothing_is_made(sample: Office) -> None:
    matter = matter_of(sample)
    with pytest.raises(Missing) as raised:
        drafting.request_document(sample, actor(sample, "counsel"), matter, "write_off_application", {})
    assert len(raised.value.problems) > 10 and all(each.mend for each in raised.value.problems)
    assert _documents(sample) == []
    with sample.database.reading() as session:
        assert session.exec(select(OutboxRow)).all() == []


def test_everything_that_cannot_be_read_is_said_at_its_field(sample: Office) -> None:
    wrong = {"as_of": "2026-02-30", "stranger": "x", "costs": "律师费|很多", "court": "受诉\u202e法院"}
    with pytest.raises(Invalid) as raised:
        drafting.request_document(sample, actor(sample, "counsel"), matter_of(sample), "civil_complaint", wrong)
    assert {each.field for each in raised.value.problems} == set(wrong)


def test_the_same_facts_are_one_document_and_other_facts_make_the_draft_void(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, PLAIN)
    first = drafted(sample, matter, STATEMENT)
    texts = answered(sample, counsel, matter, STATEMENT)
    assert drafting.request_document(sample, counsel, matter, STATEMENT, texts) == first
    second = drafted(sample, matter, STATEMENT, as_of="2026-11-23")
    assert second != first
    assert (document_row(sample, first).state, document_row(sample, second).version) == ("void", 2)
    with pytest.raises(NotNow):
        drafting.request_document(sample, counsel, matter, STATEMENT, texts)


def test_an_approval_is_of_exactly_the_bytes_seen_and_by_another_person(sample: Office) -> None:
    matter = matter_of(sample, PLAIN)
    document = drafted(sample, matter, STATEMENT, login="reviewer")
    digest = document_row(sample, document).pdf or ""
    with pytest.raises(NotAllowed):
        drafting.approve(sample, actor(sample, "reviewer"), document, digest)
    counsel = actor(sample, "counsel")
    other = Actor(counsel.id, counsel.name, Role.REVIEWER)
    with pytest.raises(Conflict):
        drafting.approve(sample, other, document, "0" * 64)
    drafting.approve(sample, other, document, digest)
    row = document_row(sample, document)
    assert (row.state, row.approved_by) == ("approved", counsel.id)
    with pytest.raises(NotAllowed):
        drafting.seal(sample, Actor(counsel.id, counsel.name, Role.SEAL_KEEPER), document)
    drafting.render(sample, document, lambda _session: None)
    drafting.fail(sample, document, "too late", lambda _session: None)
    drafting.seal(sample, actor(sample, "seal"), document)
    after = document_row(sample, document)
    assert (after.docx, after.pdf, after.state) == (row.docx, row.pdf, "sealed") and after.sealed != row.pdf


def test_a_draft_sent_back_is_made_anew_only_from_other_facts(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, PLAIN)
    first = drafted(sample, matter, STATEMENT)
    reviewer = actor(sample, "reviewer")
    with pytest.raises(Invalid):
        drafting.send_back(sample, reviewer, first, " ")
    drafting.send_back(sample, reviewer, first, "截止日应为前一日")
    with pytest.raises(NotNow):
        drafting.request_document(sample, counsel, matter, STATEMENT, answered(sample, counsel, matter, STATEMENT))
    drafted(sample, matter, STATEMENT, as_of="2026-11-23")
    assert document_row(sample, first).state == "void"


def test_a_document_that_failed_is_tried_again_when_it_is_asked_for_again(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, PLAIN)
    texts = answered(sample, counsel, matter, STATEMENT)
    document = drafting.request_document(sample, counsel, matter, STATEMENT, texts)
    drafting.fail(sample, document, "字体缺字：𠮷", lambda _session: None)
    assert document_row(sample, document).reason == "字体缺字：𠮷"
    assert drafting.request_document(sample, counsel, matter, STATEMENT, texts) == document
    happened(sample, matter, "MaterialsChecked", "2026-11-24")
    work_off(sample)
    assert document_row(sample, document).state == "ready"


def test_a_letter_is_the_firms_own(sample: Office) -> None:
    counsel, matter, letter = actor(sample, "counsel"), matter_of(sample), drafting.LETTER
    with pytest.raises(NotNow) as raised:
        drafting.questions(sample, counsel, matter, letter)
    assert "委派律所" in raised.value.problems[0].mend
    document = drafted(sample, matter_of(sample, SECURED), letter)
    digest = document_row(sample, document).pdf or ""
    with pytest.raises(NotAllowed):
        drafting.approve(sample, actor(sample, "reviewer"), document, digest)
    with pytest.raises(NotFound):
        drafting.approve(sample, actor(sample, "lawyer2"), document, digest)
    drafting.approve(sample, actor(sample, "lawyer"), document, digest)
    with pytest.raises(Missing):
        texts = answered(sample, counsel, matter_of(sample, SECURED), letter, addressee="路人")
        drafting.request_document(sample, counsel, matter_of(sample, SECURED), letter, texts)


def test_letters_to_borrower_and_guarantor_stand_beside_each_other(bound: Office, tmp_path: Path) -> None:
    office = copied(bound, tmp_path)
    matter = matter_of(office, CONTRACT)
    first = drafted(office, matter, drafting.LETTER, addressee="陈示例")
    second = drafted(office, matter, drafting.LETTER, addressee="王示例")
    assert document_row(office, first).state == "ready" and document_row(office, second).addressee == "王示例"
    assert "保证" in _text(office, second) and "990000197908230027" not in _text(office, second)


@pytest.mark.parametrize("words", ["{{ x }} {% include 'a' %}", "甲&乙‹丙><b>丁</b>", "𠮷䶮人民法院", "长" * 4000])
def test_hostile_words_end_as_words(sample: Office, words: str) -> None:
    document = drafted(sample, matter_of(sample, PLAIN), "civil_complaint", court=words)
    assert words.replace(" ", "") in _text(sample, document)


def test_a_character_without_a_glyph_fails_the_filing_and_is_named(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, PLAIN)
    texts = answered(sample, counsel, matter, "civil_complaint", court="𞤀人民法院")
    document = drafting.request_document(sample, counsel, matter, "civil_complaint", texts)
    work_off(sample)
    row = document_row(sample, document)
    assert row.state == "failed" and "1E900" in row.reason.upper()


def test_rare_characters_of_a_name_are_printed(bound: Office, tmp_path: Path) -> None:
    office = copied(bound, tmp_path)
    assert "𠮷示例" in _text(office, drafted(office, matter_of(office, RARE), "civil_complaint_financial_loan"))


def test_too_many_cells_in_a_row_are_refused(sample: Office) -> None:
    texts = {"costs": "律师费|5000.00|多余"}
    with pytest.raises(Invalid) as raised:
        drafting.request_document(sample, actor(sample, "counsel"), matter_of(sample), "civil_complaint", texts)
    assert raised.value.problems[0].code == "cell.columns"


def test_the_paper_of_a_write_off_says_what_was_applied_for_and_stays_inside(sample: Office) -> None:
    counsel, matter, kind = actor(sample, "counsel"), matter_of(sample, SECURED), "write_off_application"
    asked = {
        "criterion": "enforcement_failed",
        "as_of": "2026-11-20",
        "principal": "2000000.00",
        "on_balance_interest": "100.00",
        "outstanding_principal": "2000000.00",
        "outstanding_on_balance_interest": "150.00",
        "outstanding_off_balance_interest": "50.00",
    }
    writing_off.ask(sample, actor(sample, "finance"), matter, asked)
    texts = answered(sample, counsel, matter, kind)
    assert (texts["apply_total"], texts["interest_on_and_off"]) == ("2000100.00", "200.00")
    assert texts["as_of"] == "2026-11-20"
    typed = {"internal": "清收报告|清〔2026〕1号|风险部|2026年11月1日", "provision": "0"}
    words = ("cause", "measures", "litigation", "guarantor_recourse", "legal_opinion", "responsibility")
    typed |= dict.fromkeys((*words, "collateral_disposal"), "已按规定办理")
    typed["dunning"] = "2026-11-01|邮寄并签收|示例纺织有限公司|无回应"
    document = drafting.request_document(sample, counsel, matter, kind, {**texts, **typed})
    assert "清〔2026〕1号" in _composed(sample, document)
    work_off(sample)
    lawyer = actor(sample, "lawyer")
    assert not drafting.may_see(lawyer, kind)
    for attempt in (
        lambda: drafting.questions(sample, lawyer, matter, kind),
        lambda: drafting.request_document(sample, lawyer, matter, kind, texts),
        lambda: drafting.open_file(sample, lawyer, document, "pdf"),
        lambda: drafting.send_back(sample, lawyer, document, "x"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_who_draws_no_documents_is_refused_and_unknown_kinds_are_not_there(sample: Office) -> None:
    matter = matter_of(sample)
    for login in ("seal", "finance", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            drafting.questions(sample, actor(sample, login), matter, STATEMENT)
    with pytest.raises(NotFound):
        drafting.questions(sample, actor(sample, "counsel"), matter, "../etc")
    with pytest.raises(LegalflowError):
        drafting.deliver(sample, actor(sample, "counsel"), "none", "burnt", {})
