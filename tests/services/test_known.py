"""What is known of a matter by name: the letterhead the house set for its lender is printed, else name and address."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from legalflow.documents import checking
from legalflow.documents.compose import compose
from legalflow.forms import Form
from legalflow.loans.lender import Letterhead
from legalflow.office import Office
from legalflow.rendering import docx, pdf, reading
from legalflow.services import drafting, known, lending, outdated
from tests.documents.papers import a_case, answers_for, facts_of
from tests.services.installation import PLAIN, actor, answered, document_row, matter_of
from tests.services.test_lending import the_lender, typed

LETTERS = ("collection_notice", "acceleration_notice", "assignment_notice")
OWN = Letterhead(name="虚拟样例银行信贷管理部", address="样例市样例区样例路8号　客服热线 95000")


def headed(kind: str, letterhead: Letterhead) -> tuple[str, ...]:
    """The lines above the title of a lender's letter."""
    case = replace(a_case("simple"), letterhead=letterhead)
    facts = known.facts(Form.load(kind), case, answers_for(kind, "simple"))
    checking.require(Form.load(kind), facts)
    return compose(kind, facts).letterhead


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_of_a_lender_without_a_letterhead_is_headed_by_its_name_and_address(kind: str) -> None:
    lender = a_case("simple").lender
    assert headed(kind, Letterhead()) == (lender.name, f"地址：{lender.domicile}　电话：{lender.phone}")
    assert not {"letterhead_name", "letterhead_address"} & set(facts_of(kind, "simple"))  # older drafts stay the same


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_headed_by_the_lines_the_house_set_each_by_itself(kind: str) -> None:
    lender = a_case("simple").lender
    assert headed(kind, OWN) == (OWN.name, OWN.address)
    assert headed(kind, replace(OWN, name="")) == (lender.name, OWN.address)
    assert headed(kind, replace(OWN, address="")) == (OWN.name, f"地址：{lender.domicile}　电话：{lender.phone}")


def test_the_lender_signs_under_its_own_name_whatever_heads_its_letter() -> None:
    case = replace(a_case("simple"), letterhead=OWN)
    facts = known.facts(Form.load("collection_notice"), case, answers_for("collection_notice", "simple"))
    assert facts["lender"] == case.lender.name != facts["letterhead_name"]


def test_every_fact_a_letter_asks_of_the_house_has_a_known_name() -> None:
    for kind in LETTERS:
        asked = (each for each in Form.load(kind).fields if each.source == "org")
        assert [each.id for each in asked if not known.is_known(each.known or each.id)] == []


def test_both_files_of_a_letter_show_the_letterhead() -> None:
    case = replace(a_case("simple"), letterhead=OWN)
    facts = known.facts(Form.load("collection_notice"), case, answers_for("collection_notice", "simple"))
    made = compose("collection_notice", facts)
    for content in (docx.write(made), pdf.write(made)):
        words = "".join(reading.words_of(content).split())
        assert OWN.name in words and "".join(OWN.address.split()) in words


def test_a_letter_is_stale_once_the_letterhead_it_prints_was_changed(sample: Office) -> None:
    counsel, admin, matter = actor(sample, "counsel"), actor(sample, "admin"), matter_of(sample, PLAIN)
    more = {"letter_no": "〔2026〕样催字第000123号", "letter_date": "2026-11-24", "deadline": "2026-12-10"}
    texts = answered(sample, counsel, matter, "collection_notice", **more)
    first = drafting.request_document(sample, counsel, matter, "collection_notice", texts)
    lender = the_lender(sample, matter)
    sheet = lending.sheet(sample, admin, lender.id)
    later = replace(sample, now=lambda: sample.now() + timedelta(minutes=1))
    lending.change(later, admin, lender.id, typed(sheet, letterhead_name=OWN.name, letterhead_address=OWN.address))
    stale = outdated.shown(sample, document_row(sample, first))
    assert stale is not None and stale.changed == ("贷款人的信头",)
    latest = replace(sample, now=lambda: sample.now() + timedelta(minutes=2))
    second = drafting.request_document(latest, counsel, matter, "collection_notice", texts)
    row = document_row(sample, second)
    assert second != first and outdated.shown(sample, row) is None
    printed = compose(row.kind, json.loads(sample.store.read(row.facts_digest)))
    assert printed.letterhead == (OWN.name, OWN.address)
