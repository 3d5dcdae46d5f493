"""The law is read whole or not at all, and answers for a day or says where the gap is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from legalflow.errors import Corrupt, LawGap
from legalflow.law.catalogue import Law
from tests.builders import a_law

WHOLE = """zh: 一个数
unit: per day
values:
  2020-01-01: {value: "1.5", instrument: 某规定, article: 第一条, verified: true}
  2021-01-01: {value: "2.5", instrument: 某规定, article: 第二条, verified: false}
  2022-01-01: null
checked: 2026-01-01
"""


def law_of(folder: Path, text: str) -> Law:
    (folder / "interest").mkdir()
    (folder / "interest" / "one.yaml").write_text(text, encoding="utf-8")
    return Law.load(folder)


def test_a_value_holds_from_its_first_day_to_the_day_before_the_next(tmp_path: Path) -> None:
    law = law_of(tmp_path, WHOLE)
    assert law.decimal("interest/one", date(2020, 1, 1)) == Decimal("1.5")
    assert law.decimal("interest/one", date(2020, 12, 31)) == Decimal("1.5")
    assert law.decimal("interest/one", date(2021, 1, 1)) == Decimal("2.5")
    assert law.at("interest/one", date(2021, 6, 1)).until == date(2022, 1, 1)
    assert str(law.cite("interest/one", date(2021, 6, 1))) == "某规定 第二条"


def test_null_ends_a_value(tmp_path: Path) -> None:
    law = law_of(tmp_path, WHOLE)
    assert law.decimal("interest/one", date(2021, 12, 31)) == Decimal("2.5")
    with pytest.raises(LawGap) as caught:
        law.at("interest/one", date(2022, 1, 1))
    assert "the last is of 2021-01-01" in str(caught.value) and "add a value" in str(caught.value).lower()


def test_an_unverified_value_says_so(tmp_path: Path) -> None:
    law = law_of(tmp_path, WHOLE)
    assert law.at("interest/one", date(2020, 6, 1)).provisional == ()
    assert "未核验" in law.at("interest/one", date(2021, 6, 1)).provisional[0]


def test_a_gap_names_the_first_value_and_the_file_to_mend() -> None:
    with pytest.raises(LawGap) as caught:
        a_law().at("interest/delay_daily_rate", date(2014, 7, 31))
    assert (
        "No value of interest.delay_daily_rate is in force on 2014-07-31; the first is of 2014-08-01 "
        "(法释〔2014〕8号 第一条第三款)" in str(caught.value)
    )
    assert "law/data/interest/delay_daily_rate.yaml" in caught.value.problems[0].mend


def test_an_unknown_topic_names_near_ones() -> None:
    with pytest.raises(LawGap) as caught:
        a_law().at("interest/delay_daily_rat", date(2024, 1, 1))
    assert "interest/delay_daily_rate" in caught.value.problems[0].mend


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("article: 第一条, ", "", "article"),
        ("instrument: 某规定, article: 第一条", "article: 第一条", "instrument"),
        (", verified: true", "", "verified"),
        ('value: "1.5"', "value: 1.5", "quoted"),
        ('value: "1.5"', "value: 15", "quoted"),
        ("2020-01-01:", "soon:", "first day"),
        ("2021-01-01:", "2020-01-01:", "twice"),
        ("2022-01-01: null", "2019-01-01: null", "begins with null"),
        ("unit: per day\n", "", "unit"),
        ("article: 第一条, ", "article: '', ", "article"),
        ("checked:", "chekced:", "unknown key"),
    ],
)
def test_a_file_that_lacks_anything_does_not_load(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(Corrupt) as caught:
        law_of(tmp_path, WHOLE.replace(old, new, 1))
    assert said in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace("article: 第一条, ", "").replace(", verified: false", "")
    with pytest.raises(Corrupt) as caught:
        law_of(tmp_path, text)
    assert len(caught.value.problems) >= 2
