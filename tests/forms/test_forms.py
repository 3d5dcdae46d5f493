"""A form says what must be asked and what is missing, all at once."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from legalflow.errors import NotFound
from legalflow.forms import FOLDER, PHASES, TYPES, Field, Form, given, holds, kinds, rows_of

KIND = "civil_complaint_financial_loan"


def said(kind: str, facts: dict[str, Any]) -> dict[str, str]:
    """Problems by field."""
    return {each.field: each.code for each in Form.load(kind).missing(facts)}


def test_there_is_a_form_for_each_kind_in_the_order_of_its_code() -> None:
    codes = [Form.load(kind).code for kind in kinds()]
    assert codes == sorted(codes) and set(kinds()) == {path.stem for path in (FOLDER / "documents").glob("*.yaml")}


def test_every_kind_belongs_to_a_part_of_a_matters_life() -> None:
    assert {Form.load(kind).phase for kind in kinds()} <= set(PHASES)


@pytest.mark.parametrize("kind", ["lawyer_leter", "../secrets", "", "Lawyer_Letter"])
def test_an_unknown_kind_is_not_found(kind: str) -> None:
    with pytest.raises(NotFound):
        Form.load(kind)


def test_the_nearest_kind_is_named() -> None:
    with pytest.raises(NotFound) as error:
        Form.load("lawyer_leter")
    assert "lawyer_letter" in error.value.problems[0].mend


@pytest.mark.parametrize("kind", kinds())
def test_the_template_is_yaml_that_names_every_field_and_holds_nothing(kind: str) -> None:
    form = Form.load(kind)
    read = yaml.safe_load(form.template())
    assert list(read) == [each.id for each in form.fields]
    assert not any(given(value) for value in read.values())
    for each in form.fields:
        assert each.zh in form.template()


@pytest.mark.parametrize("kind", kinds())
def test_the_unfilled_template_lacks_exactly_what_is_always_required(kind: str) -> None:
    form = Form.load(kind)
    empty = yaml.safe_load(form.template())
    found = {each.field for each in form.missing(empty)}
    assert found >= {each.id for each in form.fields if each.when == "always"}
    assert all(each.code == "fact.missing" for each in form.missing(empty))


@pytest.mark.parametrize("kind", kinds())
def test_conditions_and_columns_name_fields_that_exist(kind: str) -> None:
    form = Form.load(kind)

    def sound(fields: tuple[Field, ...]) -> None:
        known = {each.id for each in fields}
        assert len(known) == len(fields)
        for each in fields:
            assert each.type in TYPES
            assert each.when in {"", "always"} or each.when.partition("=")[0] in known
            sound(each.columns)
            for block in each.blocks.values():
                sound(block)

    sound(form.fields)


def test_all_is_told_at_once_missing_wrong_unknown_and_not_an_option() -> None:
    facts = {"c1_date": "2023-02-30", "c1_amount": 1.5, "c3": "也许", "c1_amout": "1.00", "f9_days": "209", "c4": "是"}
    found = said(KIND, facts)
    assert found["c1_date"] == "date.invalid"
    assert found["c1_amount"] == "fact.type"
    assert found["c3"] == "fact.option"
    assert found["c1_amout"] == "fact.unknown"
    assert found["f9_days"] == "fact.type"
    assert found["c4"] == "fact.type"
    assert found["plaintiffs"] == "fact.missing"


def test_the_nearest_known_field_is_named() -> None:
    (problem,) = [each for each in Form.load(KIND).missing({"c1_amout": "1"}) if each.code == "fact.unknown"]
    assert "c1_amount" in problem.mend


def test_problems_inside_tables_and_parties_have_their_path() -> None:
    facts = {
        "defendants": [{"kind": "natural", "name": "甲"}, {"kind": "ghost", "name": "乙"}, "丙"],
        "f6_drawdowns": [{"on": "2021-08-18", "amount": "x"}],
        "cites": {"contract": [{"item": "1-1", "first": 4, "last": 3}], "weather": []},
    }
    found = said(KIND, facts)
    assert found["defendants[0].id_no"] == "fact.missing"
    assert found["defendants[1].kind"] == "fact.option"
    assert found["defendants[2]"] == "fact.type"
    assert found["f6_drawdowns[0].amount"] == "money.invalid"
    assert found["cites.contract"] == "fact.type"
    assert found["cites.weather"] == "fact.unknown"


@pytest.mark.parametrize("value", ["1.005", "-1.00", "1e5", "1,000.00", "NaN", "12345678901234567.00"])
def test_an_amount_is_plain_yuan(value: str) -> None:
    assert said(KIND, {"c1_amount": value})["c1_amount"] == "money.invalid"


@pytest.mark.parametrize("value", ["甲\n乙", "甲\x00乙"])
def test_a_line_is_one_line_of_printable_characters(value: str) -> None:
    assert said(KIND, {"f2_lender": value})["f2_lender"] in {"fact.type", "fact.unprintable"}


def test_what_is_required_under_a_condition_is_asked_only_then() -> None:
    assert "c4_text" in said(KIND, {"c4": True})
    assert "c4_text" not in said(KIND, {"c4": False})


def test_conditions_read_as_claims() -> None:
    assert holds("a", {"a": "x"})
    assert not holds("a", {"a": False})
    assert holds("a=no", {"a": False})
    assert not holds("a=no", {})
    assert holds("a=x|y", {"a": ["y"]})
    assert holds("a=none", {"a": []})


def test_empty_rows_are_nothing() -> None:
    assert rows_of([{"name": ""}, {"name": "甲"}, {"kind": "natural"}]) == [{"name": "甲"}]
    assert not given([{"kind": "natural", "name": ""}])
