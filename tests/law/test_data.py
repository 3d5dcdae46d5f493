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


@pytest.mark.parametrize("word", ["未核", "未见", "未载入", "转引", "转载", "推定", "待核"])
def test_nothing_is_verified_whose_source_says_that_it_was_not_read(word: str) -> None:
    law = a_law()
    for topic in law.topics():
        for value in law.history(topic):
            assert not (value.citation.verified and word in str(value.citation)), topic


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


# Every change of the one-year and the over-five-years rate, in per cent, as published.
CHANGES = """
2019-08-20 4.25 4.85 | 2019-09-20 4.20 4.85 | 2019-11-20 4.15 4.80 | 2020-02-20 4.05 4.75 | 2020-04-20 3.85 4.65
2021-12-20 3.80 4.65 | 2022-01-20 3.70 4.60 | 2022-05-20 3.70 4.45 | 2022-08-22 3.65 4.30 | 2023-06-20 3.55 4.20
2023-08-21 3.45 4.20 | 2024-02-20 3.45 3.95 | 2024-07-22 3.35 3.85 | 2024-10-21 3.10 3.60 | 2025-05-20 3.00 3.50
"""
# The days from which the benchmark rates were changed.
ADJUSTED = """
2002-02-21 2004-10-29 2006-04-28 2006-08-19 2007-03-18 2007-05-19 2007-07-21 2007-08-22 2007-09-15 2007-12-21
2008-09-16 2008-10-09 2008-10-30 2008-11-27 2008-12-23 2010-10-20 2010-12-26 2011-02-09 2011-04-06 2011-07-07
2012-06-08 2012-07-06 2014-11-22 2015-03-01 2015-05-11 2015-06-28 2015-08-26 2015-10-24
"""
# Topics that were ended on purpose, each with the day from which another rule, or none, holds.
ENDED = {
    "caps/credit_card_daily": "2021-01-01",
    "caps/private_benchmark_multiple": "2015-09-01",
    "caps/private_enforceable": "2020-08-20",
    "caps/private_void_above": "2020-08-20",
    "claims/old_overdue_daily_rate": "2004-01-01",
    "deadlines/enforcement_application_instalments": "2022-01-01",
    "deadlines/guarantee_until_repaid": "2021-01-01",
    "interest/delay_highest_multiple": "2009-05-18",
    "interest/delay_highest_order": "2009-05-18",
    "interest/delay_old_base_excluded": "2014-08-01",
    "interest/delay_old_benchmark": "2014-08-01",
    "interest/delay_old_general": "2014-08-01",
    "interest/delay_old_multiple": "2014-08-01",
    "interest/delay_old_order": "2014-08-01",
}
TENORS = ("up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y")


def test_lpr_changed_on_the_days_that_are_known_and_on_no_other() -> None:
    law = a_law()
    found, before = [], None
    for one, five in zip(*(law.history(topic) for topic in LPR), strict=True):
        rates = tuple(f"{Decimal(value.value) * 100:.2f}" for value in (one, five))
        if rates != before:
            found.append(f"{one.since} {' '.join(rates)}")
        before = rates
    assert found == [each.strip() for each in CHANGES.replace("\n", "|").split("|") if each.strip()]


@pytest.mark.parametrize("tenor", TENORS)
def test_the_benchmark_stands_only_on_the_days_of_its_changes_each_named_in_its_source(tenor: str) -> None:
    history = a_law().history(f"rates/benchmark_{tenor}")
    assert [value.since.isoformat() for value in history] == ADJUSTED.split()
    for value in history:
        assert f"{value.since.year}年{value.since.month}月{value.since.day}日起" in value.citation.article
        assert value.citation.verified == (value.since >= date(2011, 7, 7))
    assert history[-1].until is None


def test_the_benchmark_of_a_longer_time_is_never_below_that_of_a_shorter() -> None:
    for day in ADJUSTED.split():
        rates = [a_law().decimal(f"rates/benchmark_{tenor}", date.fromisoformat(day)) for tenor in TENORS]
        assert rates == sorted(rates), day


def test_topics_have_no_hole_and_end_only_where_they_are_meant_to() -> None:
    law, ended = a_law(), {}
    for topic in law.topics():
        history = law.history(topic)
        for value, after in itertools.pairwise(history):
            assert value.until == after.since, topic
        if history[-1].until is not None and not history[-1].published:
            ended[topic] = str(history[-1].until)
    assert ended == ENDED


def test_the_series_that_authorities_keep_publishing_say_so() -> None:
    law = a_law()
    published = {topic: law.history(topic)[-1].published for topic in law.topics() if law.history(topic)[-1].published}
    assert published == dict.fromkeys(LPR, "monthly_20") | {"calendar/holidays": "yearly"}
    found = roll(law, date(2027, 1, 1))
    assert found.provisional and "2027" in found.provisional[0]


def test_nobody_checked_in_the_future_nor_before_there_was_anything_to_check() -> None:
    law = a_law()
    for topic in law.topics():
        for value in law.history(topic):
            assert value.checked is None or date(2025, 1, 1) <= value.checked <= date(2026, 11, 25), topic


@pytest.mark.parametrize("province", ["jiangsu", "zhejiang"])
def test_small_claims_limits_are_as_published_and_rise_from_mandatory_to_agreed(province: str) -> None:
    published = {"jiangsu": ("2026-01-04", "64610", "258440"), "zhejiang": ("2022-01-11", "54323", "217290")}
    value = a_law().history(f"courts/small_claims/{province}")[-1]
    assert (str(value.since), value.value["mandatory_up_to"], value.value["by_agreement_up_to"]) == published[province]


@pytest.mark.parametrize(
    ("topic", "old", "new"),
    [
        ("performance", "合同法》第六十条", "民法典》第五百零九条"),
        ("breach", "合同法》第一百零七条", "民法典》第五百七十七条"),
        ("money_debt", "合同法》第一百零九条", "民法典》第五百七十九条"),
        ("liquidated_damages", "合同法》第一百一十四条", "民法典》第五百八十五条"),
        ("assignment_right", "合同法》第七十九条", "民法典》第五百四十五条"),
        ("assignment", "合同法》第八十条", "民法典》第五百四十六条"),
        ("assignment_accessory", "合同法》第八十一条", "民法典》第五百四十七条"),
        ("assignment_defences", "合同法》第八十二条", "民法典》第五百四十八条"),
        ("rescission_agreed", "合同法》第九十三条", "民法典》第五百六十二条"),
        ("rescission_statutory", "合同法》第九十四条", "民法典》第五百六十三条"),
        ("rescission_time", "合同法》第九十五条", "民法典》第五百六十四条"),
        ("rescission_notice", "合同法》第九十六条", "民法典》第五百六十五条"),
        ("rescission_effect", "合同法》第九十七条", "民法典》第五百六十六条"),
        ("loan_definition", "合同法》第一百九十六条", "民法典》第六百六十七条"),
        ("loan_form", "合同法》第一百九十七条", "民法典》第六百六十八条"),
        ("loan_net_advance", "合同法》第二百条", "民法典》第六百七十条"),
        ("loan_misuse", "合同法》第二百零三条", "民法典》第六百七十三条"),
        ("loan_interest_due", "合同法》第二百零五条", "民法典》第六百七十四条"),
        ("loan_repayment", "合同法》第二百零六条", "民法典》第六百七十五条"),
        ("loan_overdue_interest", "合同法》第二百零七条", "民法典》第六百七十六条"),
        ("loan_early_repayment", "合同法》第二百零八条", "民法典》第六百七十七条"),
        ("loan_extension", "合同法》第二百零九条", "民法典》第六百七十八条"),
        ("loan_interest_ban", "合同法》第二百一十一条", "民法典》第六百八十条"),
        ("guarantee_definition", "担保法》第六条", "民法典》第六百八十一条"),
        ("guarantee_joint", "担保法》第十八条", "民法典》第六百八十八条"),
        ("guarantee_mode", "担保法》第十九条", "民法典》第六百八十六条"),
        ("guarantee_scope", "担保法》第二十一条", "民法典》第六百九十一条"),
        ("guarantee_period", "担保法》第二十五条、第二十六条", "民法典》第六百九十二条"),
        ("guarantee_period_acts", "担保法》第二十五条、第二十六条", "民法典》第六百九十三条"),
        ("guarantee_recourse", "担保法》第三十一条", "民法典》第七百条"),
        ("priority_of_security", "物权法》第一百七十条", "民法典》第三百八十六条"),
        ("scope_of_security", "物权法》第一百七十三条", "民法典》第三百八十九条"),
        ("mixed_security", "物权法》第一百七十六条", "民法典》第三百九十二条"),
        ("mortgage_right", "物权法》第一百七十九条", "民法典》第三百九十四条"),
        ("mortgage_objects", "物权法》第一百八十条", "民法典》第三百九十五条"),
        ("mortgage_registration", "物权法》第一百八十七条", "民法典》第四百零二条"),
        ("mortgage_realisation", "物权法》第一百九十五条", "民法典》第四百一十条"),
        ("mortgage_rank", "物权法》第一百九十九条", "民法典》第四百一十四条"),
        ("maximum_mortgage", "物权法》第二百零三条", "民法典》第四百二十条"),
        ("maximum_mortgage_fixing", "物权法》第二百零六条", "民法典》第四百二十三条"),
        ("limitation", "民法总则》第一百八十八条", "民法典》第一百八十八条"),
    ],
)
def test_an_article_of_the_civil_code_was_before_2021_that_of_the_older_act(topic: str, old: str, new: str) -> None:
    law = a_law()
    before, after = (law.at(f"articles/{topic}", day) for day in (date(2020, 12, 31), date(2021, 1, 1)))
    assert before.value == f"《中华人民共和国{old}" and not before.citation.verified
    assert after.value == f"《中华人民共和国{new}" and after.citation.verified


def test_the_complaint_cites_nothing_that_is_never_cited() -> None:
    law = a_law()
    never = law.at("articles/never_cited", date(2026, 1, 1)).value
    cited = [law.at(each, date(2026, 1, 1)).value for each in law.topics() if each.startswith("articles/complaint")]
    assert len(never) == 2 and not {article for articles in cited for article in articles} & set(never)


# 民事诉讼法 by its version: the article in 2012 and 2017, in 2021 and in 2023.
NUMBERED = {
    "agents": (58, 61, 61),
    "agent_powers": (59, 62, 62),
    "evidence_kinds": (63, 66, 66),
    "burden_of_proof": (64, 67, 67),
    "periods": (82, 85, 85),
    "electronic_service": (87, 90, 90),
    "public_notice_service": (92, 95, 95),
    "preservation": (100, 103, 103),
    "presuit_preservation": (101, 104, 104),
    "conditions_of_suit": (119, 122, 122),
    "copies_of_complaint": (120, 123, 123),
    "contents_of_complaint": (121, 124, 124),
    "small_claims": (162, 165, 165),
    "appeal": (164, 171, 171),
    "security_right_procedure": (196, 203, 207),
    "enforcement_jurisdiction": (224, 231, 235),
    "enforcement_objection": (225, 232, 236),
    "third_party_objection": (227, 234, 238),
    "enforcement_settlement": (230, 237, 241),
    "enforcing_awards": (237, 244, 248),
    "enforcing_notarised_instruments": (238, 245, 249),
    "enforcement_application": (239, 246, 250),
    "property_report": (241, 248, 252),
    "delay_interest": (253, 260, 264),
    "continued_performance": (254, 261, 265),
    "credit_sanctions": (255, 262, 266),
    "suspension_of_enforcement": (256, 263, 267),
    "end_of_enforcement": (257, 264, 268),
}


@pytest.mark.parametrize("topic", NUMBERED)
def test_an_article_of_procedure_has_the_number_of_its_day(topic: str) -> None:
    days = (date(2016, 6, 1), date(2019, 6, 1), date(2023, 6, 1), date(2024, 6, 1))
    old, of_2021, of_2023 = NUMBERED[topic]
    for day, article in zip(days, (old, old, of_2021, of_2023), strict=True):
        found = a_law().cite(f"articles/civil_procedure/{topic}", day).article
        assert found == f"第{_in_chinese(article)}条", day


def _in_chinese(number: int) -> str:
    """A whole number below a thousand in Chinese figures, as articles are numbered."""
    figures = "零一二三四五六七八九"
    hundreds, tens, units = number // 100, number // 10 % 10, number % 10
    text = f"{figures[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{figures[tens]}十" if hundreds or tens > 1 else "十"
    elif hundreds and units:
        text += "零"
    return text + (figures[units] if units else "")
