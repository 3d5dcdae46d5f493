"""The data themselves: nothing uncited, publication days true, bands without gap, rules that count."""

from __future__ import annotations

import calendar
import itertools
from datetime import date
from decimal import Decimal

import pytest

from legalflow.errors import LawGap
from legalflow.law.catalogue import Law
from legalflow.law.periods import UNITS, deadline, rules
from legalflow.law.workdays import roll
from tests.builders import a_law

LPR = ("rates/lpr_1y", "rates/lpr_5y")
WORKED_SATURDAY = date(2021, 2, 20)  # a weekend day worked under the notice of its year, and a publication day


def test_every_value_has_an_instrument_and_an_article() -> None:
    law = a_law()
    for topic in law.topics():
        assert law.history(topic), topic
        for value in law.history(topic):
            assert value.citation.instrument and value.citation.article, topic


def test_values_of_a_topic_follow_each_other_without_overlap() -> None:
    law = a_law()
    for topic in law.topics():
        history = law.history(topic)
        for value, after in itertools.pairwise(history):
            assert value.until is not None and value.since < value.until <= after.since, topic


def test_what_was_verified_says_on_which_day_it_was_checked() -> None:
    law = a_law()
    for topic in law.topics():
        if any(value.citation.verified for value in law.history(topic)):
            assert law.history(topic)[0].checked is not None, topic


@pytest.mark.parametrize("topic", LPR)
def test_lpr_stands_only_on_true_publication_days(topic: str) -> None:
    law = a_law()
    for value in law.history(topic):
        assert value.since == roll(law, value.since.replace(day=20)).value, value.since
        said = f"{value.since.year}年{value.since.month}月{value.since.day}日公布"
        assert value.citation.article.startswith(said), value.since
    days = {value.since for value in law.history(topic)}
    assert {WORKED_SATURDAY, date(2026, 9, 20), date(2026, 2, 24)} <= days and date(2026, 2, 20) not in days


@pytest.mark.parametrize("topic", LPR)
def test_lpr_has_one_row_each_month_and_ends_before_the_next_publication(topic: str) -> None:
    history = a_law().history(topic)
    months = [value.since.year * 12 + value.since.month for value in history]
    assert months == list(range(months[0], months[0] + 86))
    assert history[-1].until == date(2026, 10, 20)
    with pytest.raises(LawGap):
        a_law().at(topic, date(2026, 10, 20))
    with pytest.raises(LawGap):
        a_law().at(topic, date(2019, 8, 19))


def test_the_two_lpr_series_have_the_same_days_and_changes_known_from_the_table() -> None:
    law = a_law()
    one, five = (law.history(topic) for topic in LPR)
    assert [value.since for value in one] == [value.since for value in five]
    for on, short, long in (
        ("2020-04-20", "3.85", "4.65"),
        ("2024-10-21", "3.10", "3.60"),
        ("2026-09-20", "3.00", "3.50"),
    ):
        day = date.fromisoformat(on)
        assert law.decimal(LPR[0], day) * 100 == Decimal(short) and law.decimal(LPR[1], day) * 100 == Decimal(long)


def test_what_was_inferred_or_second_hand_is_not_verified() -> None:
    for on in (date(2026, 5, 20), date(2026, 7, 20), date(2026, 8, 20), date(2026, 9, 20)):
        assert not a_law().cite(LPR[0], on).verified
    assert a_law().cite(LPR[0], date(2026, 4, 20)).verified


@pytest.mark.parametrize("topic", ["fees/acceptance", "fees/enforcement", "fees/preservation"])
def test_bands_rise_and_only_the_last_is_open(topic: str) -> None:
    bands = a_law().at(topic, date(2026, 1, 1)).value["bands"]
    bounds = [Decimal(band["up_to"]) for band in bands[:-1]]
    assert bounds == sorted(set(bounds)) and "up_to" not in bands[-1]
    assert all(("flat" in band) != ("rate" in band) for band in bands)


def test_every_deadline_rule_counts_on_every_day_it_is_in_force() -> None:
    law = a_law()
    for rule in rules(law):
        for value in law.history(f"deadlines/{rule}"):
            assert value.value["unit"] in UNITS and value.value["direction"] in {"after", "before"}
            if value.since >= date(1999, 10, 1):
                found = deadline(law, rule, value.since)
                assert (found.value.nominal < value.since) == (value.value["direction"] == "before")
                assert found.citations


def test_days_worked_are_weekend_days_and_days_off_are_of_their_year() -> None:
    for year in a_law().history("calendar/holidays"):
        for text in year.value["days_worked"]:
            assert calendar.weekday(*map(int, text.split("-"))) >= 5, text
        for span in year.value["days_off"]:
            assert span.startswith(str(year.since.year))


@pytest.mark.parametrize(
    ("topic", "on", "article"),
    [
        ("delay_interest", "2021-12-31", "第二百五十三条"),
        ("delay_interest", "2022-01-01", "第二百六十条"),
        ("delay_interest", "2023-12-31", "第二百六十条"),
        ("delay_interest", "2024-01-01", "第二百六十四条"),
        ("enforcement_application", "2024-01-01", "第二百五十条"),
        ("appeal", "2016-01-01", "第一百六十四条"),
        ("payment_order", "2024-01-01", "第二百二十五条至第二百二十八条"),
    ],
)
def test_articles_are_cited_as_numbered_on_the_day_of_the_act(topic: str, on: str, article: str) -> None:
    found = a_law().at(f"articles/civil_procedure/{topic}", date.fromisoformat(on))
    assert found.citation.article == article
    assert found.value == f"《中华人民共和国民事诉讼法》{article}"


def test_the_grounds_of_a_complaint_follow_the_day_of_the_facts() -> None:
    law = a_law()
    new = law.at("articles/complaint_loan", date(2025, 1, 1)).value
    old = law.at("articles/complaint_loan", date(2020, 12, 31))
    assert "《中华人民共和国民法典》第六百七十六条" in new and not any("合同法" in article for article in new)
    assert "《中华人民共和国合同法》第二百零七条" in old.value and not old.citation.verified
    every = [law.at(topic, date(2025, 1, 1)).value for topic in law.topics() if topic.startswith("articles/complaint")]
    assert not any(
        "第五百八十条" in article or "第六百七十九条" in article for articles in every for article in articles
    )


def test_the_law_loads_from_its_own_folder() -> None:
    assert Law.load().topics() == a_law().topics()
