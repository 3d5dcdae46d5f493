"""The law is read whole or not at all, and answers for a day or says where the gap is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from legalflow.errors import Corrupt, Invalid, LawGap
from legalflow.law.catalogue import Added, Law
from legalflow.law.workdays import is_working_day, roll
from tests.builders import a_law

WHOLE = """zh: 一个数
unit: days
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
        ("unit: days\n", "", "unit"),
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


SERIES = """zh: 一年期报价
unit: "per year"
published: monthly_20
values:
  2026-01-20: {value: "0.03", instrument: 某公告, article: 某日公布, verified: true}
  2026-02-24: {value: "0.03", instrument: 某公告, article: 某日公布, verified: true}
checked: 2026-03-01
"""
NOTICE = """zh: 休假日
unit: days
published: yearly
values:
  2026-01-01:
    value: {days_off: ["2026-02-15/2026-02-23"], days_worked: ["2026-02-14", "2026-02-28", "2026-09-20"]}
    instrument: 某通知
    article: 某项
    verified: true
checked: 2026-01-01
"""


def series_of(folder: Path, series: str, notice: str = NOTICE) -> Law:
    for place, text in (("rates/lpr.yaml", series), ("calendar/holidays.yaml", notice)):
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    return Law.load(folder)


@pytest.mark.parametrize("day", ["2020-01-01", "2026-03-19", "2026-03-21", "2026-02-20", "2026-02-25", "2026-09-21"])
def test_a_publication_that_never_was_is_refused_as_the_law_is_read(tmp_path: Path, day: str) -> None:
    with pytest.raises(Corrupt) as caught:
        series_of(tmp_path, SERIES.replace("2026-02-24", day))
    (problem,) = caught.value.problems
    assert problem.code == "law.publication" and problem.field == f"rates/lpr.{day}"
    assert f"没有在 {day} 公布" in problem.message and "每月20日" in problem.message


@pytest.mark.parametrize("day", ["2026-02-24", "2026-09-20", "2026-12-21", "2019-10-21", "2027-02-22"])
def test_a_true_day_of_publication_is_admitted(tmp_path: Path, day: str) -> None:
    assert len(series_of(tmp_path, SERIES.replace("2026-02-24", day)).history("rates/lpr")) == 2


def test_a_series_ends_by_itself_when_the_next_is_due(tmp_path: Path) -> None:
    law = series_of(tmp_path, SERIES)
    assert [value.until for value in law.history("rates/lpr")] == [date(2026, 2, 24), date(2026, 3, 20)]
    with pytest.raises(LawGap):
        law.at("rates/lpr", date(2026, 3, 20))
    assert law.history("calendar/holidays")[0].until == date(2027, 1, 1)


def test_a_month_left_out_is_a_gap_and_not_the_month_before_it(tmp_path: Path) -> None:
    law = series_of(tmp_path, SERIES.replace("2026-02-24", "2026-03-20"))
    assert law.decimal("rates/lpr", date(2026, 2, 23)) == Decimal("0.03")
    with pytest.raises(LawGap):
        law.at("rates/lpr", date(2026, 2, 24))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-01-01:", "2026-01-02:"),
        ("2026-02-15/2026-02-23", "2025-02-15/2025-02-23"),
        ('"2026-02-28"', '"2026-02-27"'),
        ('"2026-02-28"', '"soon"'),
    ],
)
def test_a_notice_of_days_off_holds_days_of_its_year_and_weekends_worked(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(Corrupt):
        series_of(tmp_path, SERIES, NOTICE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('value: "2.5"', 'value: ["2.5"]', "text or a number"),
        ('value: "2.5"', "value: two", "is a number"),
        ('value: "2.5"', 'value: "-2.5"', "is not negative"),
        ("unit: days", 'unit: "per year"', "from 0 to 1"),
        ("unit: days", "unit: days\npublished: weekly", "published is unknown"),
    ],
)
def test_values_of_a_topic_that_are_unlike_each_other_do_not_load(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(Corrupt) as caught:
        law_of(tmp_path, WHOLE.replace(old, new, 1))
    assert said in str(caught.value)


def an_added(**changes: object) -> Added:
    facts: dict[str, object] = {
        "topic": "rates/lpr_1y",
        "since": date(2026, 10, 20),
        "value": "0.029",
        "instrument": "全国银行间同业拆借中心公告",
        "article": "2026年10月20日公布",
        "verified": True,
        "checked": date(2026, 11, 24),
    }
    return Added(**(facts | changes))  # type: ignore[arg-type]


def test_an_added_value_ends_the_one_before_it_and_leaves_the_released_law_as_it_was() -> None:
    law = a_law().with_values([an_added()])
    before, added = law.history("rates/lpr_1y")[-2:]
    assert (before.until, added.since, added.until) == (date(2026, 10, 20), date(2026, 10, 20), date(2026, 11, 20))
    assert law.decimal("rates/lpr_1y", date(2026, 11, 19)) == Decimal("0.029")
    assert added.added and not before.added and added.checked == date(2026, 11, 24)
    with pytest.raises(LawGap):
        a_law().at("rates/lpr_1y", date(2026, 10, 20))
    assert law.released.history("rates/lpr_1y") == a_law().history("rates/lpr_1y")


def test_an_added_value_stands_between_two_and_hands_on_their_days(tmp_path: Path) -> None:
    law = law_of(tmp_path, WHOLE).with_values(
        [
            an_added(topic="interest/one", since=date(2021, 7, 1), value="3"),
            an_added(topic="interest/one", since=date(2023, 1, 1)),
        ]
    )
    assert [(str(value.since), str(value.until)) for value in law.history("interest/one")] == [
        ("2020-01-01", "2021-01-01"),
        ("2021-01-01", "2021-07-01"),
        ("2021-07-01", "2022-01-01"),
        ("2023-01-01", "None"),
    ]


def test_a_value_can_be_ended() -> None:
    law = a_law().with_values([an_added(topic="interest/delay_daily_rate", since=date(2030, 1, 1), value=None)])
    assert law.decimal("interest/delay_daily_rate", date(2029, 12, 31)) == Decimal("0.000175")
    with pytest.raises(LawGap):
        law.at("interest/delay_daily_rate", date(2030, 1, 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since": date(2026, 9, 20)}, "since"),  # the first day of another
        ({"since": date(2026, 10, 21)}, "since"),  # nothing was published
        ({"value": "2.9"}, "value"),  # per cent for a fraction
        ({"value": "low"}, "value"),
        ({"value": {"rate": "0.029"}}, "value"),
        ({"value": 0.029}, "value"),
        ({"instrument": " "}, "instrument"),
        ({"article": ""}, "article"),
        ({"topic": "rates/lpr_2y"}, "topic"),
        ({"value": None}, "since"),  # nothing is in force that could end
        ({"topic": "deadlines/appeal_judgment", "since": date(2027, 1, 1), "value": {"length": "15"}}, "value"),
        (
            {"topic": "calendar/holidays", "since": date(2027, 2, 1), "value": {"days_off": [], "days_worked": []}},
            "since",
        ),
    ],
)
def test_a_value_that_does_not_fit_its_topic_is_not_added(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        a_law().with_values([an_added(**changes)])
    assert field in {problem.field for problem in caught.value.problems}


def a_rule(topic: str, **changes: object) -> Added:
    """The newest value of a topic with some entries changed, to be added."""
    value = {**a_law().history(topic)[-1].value, **changes}
    return an_added(topic=topic, since=date(2030, 1, 1), value=value)


@pytest.mark.parametrize(
    ("topic", "changes", "said"),
    [
        ("deadlines/answer", {"length": "1.5"}, "length：须为整数"),
        ("deadlines/answer", {"length": ""}, "length：不得为空"),
        ("deadlines/answer", {"unit": "days"}, "unit：须为下列之一：day、month、year"),
        ("deadlines/answer", {"direction": "later"}, "direction：须为下列之一"),
        ("deadlines/answer", {"roll": "true"}, "roll：须为 true 或 false"),
        ("deadlines/answer", {"unit": ["day"]}, "unit：须为文字或者数"),
        ("fees/acceptance", {"bands": [{"up_to": "10", "flat": "1"}, {"up_to": "5", "rate": "0.1"}]}, "由低到高"),
        ("fees/acceptance", {"bands": [{"flat": "1"}, {"up_to": "5", "rate": "0.1"}]}, "由低到高"),
        ("contact/voice_per_day", {"most": "2.5"}, "most：须为整数"),
        ("contact/hours", {"quiet_from": []}, "quiet_from：须为文字或者数"),
        ("courts/small_claims/jiangsu", {"mandatory_up_to": "六万"}, "mandatory_up_to：须为数"),
        ("calendar/holidays", {"days_off": ["春节"]}, "days_off[0]：须为日期"),
    ],
)
def test_an_entry_with_a_slip_of_the_pen_is_refused(topic: str, changes: dict[str, object], said: str) -> None:
    with pytest.raises(Invalid) as caught:
        a_law().with_values([a_rule(topic, **changes)])
    assert any(said in problem.message for problem in caught.value.problems), caught.value


@pytest.mark.parametrize(
    ("topic", "changes"),
    [
        ("deadlines/answer", {"length": "20", "unit": "month"}),
        ("fees/acceptance", {"bands": [{"up_to": "10.5", "flat": "1"}, {"rate": "0.1"}]}),
        ("courts/small_claims/jiangsu", {"mandatory_up_to": "70000"}),
    ],
)
def test_an_entry_that_differs_only_in_what_it_says_is_taken(topic: str, changes: dict[str, object]) -> None:
    assert a_law().with_values([a_rule(topic, **changes)]).at(topic, date(2030, 1, 1)).added


def test_all_that_is_wrong_with_added_values_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        a_law().with_values([an_added(value="2.9", article=""), an_added(topic="rates/none")])
    assert {problem.field for problem in caught.value.problems} == {"value", "article", "topic"}


def test_an_added_notice_makes_the_days_of_its_year_known_and_moves_the_day_of_a_publication() -> None:
    notice = an_added(
        topic="calendar/holidays",
        since=date(2027, 1, 1),
        value={"days_off": ["2027-01-20/2027-01-22"], "days_worked": ["2027-01-23"]},
    )
    assert is_working_day(a_law(), date(2027, 1, 20)).provisional
    law = a_law().with_values([an_added(since=date(2027, 1, 23)), notice])
    assert roll(law, date(2027, 1, 20)).value == date(2027, 1, 23)
    assert not is_working_day(law, date(2027, 1, 20)).provisional
    with pytest.raises(Invalid):
        a_law().with_values([an_added(since=date(2027, 1, 20)), notice])
