"""The law at a date: values read once from `law/data`, each with its first day and its citation.

A value is in force from its first day until the next value's first day; `null` ends it. A file that lacks a first day,
an instrument, an article or the mark `verified` does not load, so nothing uncited can reach a figure; nor does a file
whose values are unlike each other, or a series with a value of a day on which nothing was published.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from legalflow.errors import Corrupt, Invalid, LawGap, Problem
from legalflow.law import publication, shapes
from legalflow.law.citation import Citation

DATA = Path(__file__).parent / "data"
HOLIDAYS = "calendar/holidays"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Value:
    """One value of the law and where it stands.

    `value` is text (numbers are text, so that they stay exact), a mapping or a list, as read. It is in force from
    `since` up to but not including `until`. `checked` is the day a person last held it against the text; None: never.
    `published` is the kind of series it belongs to (see `publication`), empty for what holds until it is changed;
    `added` says that it came later than the release, with the approval of two persons.
    """

    topic: str
    value: Any
    citation: Citation
    since: date
    until: date | None
    zh: str
    unit: str
    checked: date | None
    published: str = ""
    note: str = ""
    added: bool = False

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names this value if it has not been read in its source; else nothing."""
        return () if self.citation.verified else (f"{self.zh}（{self.topic}，{self.citation}）未核验",)


@dataclass(frozen=True)
class Added:
    """A dated value that takes its place in a topic's history after the release; a `value` of None ends the topic."""

    topic: str
    since: date
    value: Any
    instrument: str
    article: str
    verified: bool
    checked: date | None = None
    note: str = ""


class Law:
    """Every value of the law by topic and day. A topic is a path below `law/data`, without its ending.

    `released` is the law as read from the data, before anything was added.
    """

    def __init__(self, values: Mapping[str, tuple[Value, ...]], released: Law | None = None) -> None:
        self.released = released or self
        self._values = dict(values)
        self._days = {topic: [value.since for value in rows] for topic, rows in self._values.items()}

    @classmethod
    def load(cls, folder: Path | None = None) -> Law:
        """The law read from `folder` (our own data by default); all faults of all files are raised at once."""
        root = folder or DATA
        problems: list[Problem] = []
        values: dict[str, tuple[Value, ...]] = {}
        for path in sorted(root.rglob("*.yaml")):
            topic = path.relative_to(root).with_suffix("").as_posix()
            reading = _Reading(topic)
            values[topic] = reading.read(path.read_text(encoding="utf-8"))
            problems += reading.problems
        Corrupt.raise_any(problems)
        Corrupt.raise_any(_series_faults(values, values))
        return cls(_with_ends(values))

    def with_values(self, rows: Iterable[Added]) -> Law:
        """This law with dated values added, each ending the one before it; all that is wrong with them is raised.

        A value has an instrument and an article, a topic that there is, a first day on which the topic has none yet and
        the shape of the topic's other values; a series takes it on a true day of publication only. Holidays come first,
        since they say which days those are.
        """
        values = dict(self._values)
        problems: list[Problem] = []
        for row in sorted(rows, key=lambda row: (row.topic != HOLIDAYS, row.since, row.topic)):
            faults = [*_added_faults(row, values)]
            if not faults:
                placed = {**values, row.topic: _placed(row, values[row.topic])}
                faults = _series_faults(placed, {row.topic: placed[row.topic]})
                values = values if faults else placed
            problems += faults
        Invalid.raise_any(problems)
        return Law(_with_ends(values), self.released)

    def topics(self) -> tuple[str, ...]:
        """Every topic, sorted."""
        return tuple(sorted(self._values))

    @property
    def checked(self) -> date:
        """The latest day on which a person held any value against its text: the day the law here is known up to."""
        return max(value.checked for values in self._values.values() for value in values if value.checked)

    def history(self, topic: str) -> tuple[Value, ...]:
        """Every value a topic has had, oldest first."""
        if topic not in self._values:
            near = "、".join(difflib.get_close_matches(topic, self._values, 3, 0.4))
            raise LawGap.one(
                "law.unknown_topic",
                f"没有名为 {topic} 的法律数据",
                f"There is no topic {topic} in law/data",
                field="topic",
                found=topic,
                mend=f"相近的有：{near}" if near else "用 legalflow law list 查看全部",
                mend_en=f"near ones: {near}" if near else "see legalflow law list",
            )
        return self._values[topic]

    def at(self, topic: str, on: date) -> Value:
        """The value in force on a day; `LawGap` where there is none."""
        values = self.history(topic)
        index = bisect_right(self._days[topic], on) - 1
        if index >= 0:
            until = values[index].until
            if until is None or on < until:
                return values[index]
        raise self._gap(topic, on)

    def decimal(self, topic: str, on: date) -> Decimal:
        """The value in force on a day, as an exact number."""
        return number(self.at(topic, on))

    def cite(self, topic: str, on: date) -> Citation:
        """The instrument and article in force on a day."""
        return self.at(topic, on).citation

    def _gap(self, topic: str, on: date) -> LawGap:
        values = self._values[topic]
        first, last = values[0], values[-1]
        place = f"law/data/{topic}.yaml"
        name = topic.replace("/", ".")
        if on < first.since:
            zh = f"最早的一项自 {first.since} 起（{first.citation}）"
            en = f"the first is of {first.since} ({first.citation})"
        else:
            zh = f"最后一项自 {last.since} 起（{last.citation}），止于 {last.until}"
            en = f"the last is of {last.since} ({last.citation}) and ends before {last.until}"
        earlier = on < first.since
        return LawGap.one(
            "law.gap",
            f"{on} 没有有效的“{first.zh}”（{name}）；{zh}",
            f"No value of {name} is in force on {on}; {en}",
            field=topic,
            found=on,
            mend=f"请在 {place} 补充{'更早' if earlier else '该日'}的值及其出处",
            mend_en=f"Add {'an earlier value' if earlier else 'a value for that day'}, with its citation, to {place}",
        )


def number(value: Value) -> Decimal:
    """A value of the law as an exact number; `Corrupt` if it is none."""
    try:
        return Decimal(value.value)
    except (InvalidOperation, TypeError, ValueError):
        raise Corrupt.one(
            "law.not_a_number", f"{value.topic} 不是数", f"{value.topic} is not a number", found=value.value
        ) from None


class _Unique(_LOADER):  # type: ignore[misc]
    """The safe YAML loader, refusing a key that stands twice: a second first day would hide the first."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs = [
        (loader.construct_object(key, deep=True), loader.construct_object(item, deep=True)) for key, item in node.value
    ]
    found = dict(pairs)
    if len(found) != len(pairs):
        raise yaml.constructor.ConstructorError(None, None, "the same key stands twice", node.start_mark)
    return found


_Unique.add_constructor("tag:yaml.org,2002:map", _mapping)


class _Reading:
    """One data file being read, with its problems."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.problems: list[Problem] = []

    def wrong(self, zh: str, en: str, field: str = "", found: object = "") -> None:
        place = f"{self.topic}.{field}" if field else self.topic
        self.problems.append(Problem("law.data", f"法律数据{zh}", f"law data: {en}", place, str(found)[:80]))

    def read(self, text: str) -> tuple[Value, ...]:
        """The values of the file in order of their first days."""
        try:
            content = yaml.load(text, _Unique)
        except yaml.YAMLError as fault:
            self.wrong("无法读取", "cannot be read", found=" ".join(str(fault).split()))
            return ()
        if not isinstance(content, dict) or not isinstance(content.get("values"), dict) or not content["values"]:
            self.wrong("缺少 values", "values are missing")
            return ()
        self._head(content)
        rows = content["values"]
        self._shapes(rows, str(content.get("unit", "")))
        days = [since for since in rows if type(since) is date]
        for since in rows:
            if type(since) is not date:
                self.wrong("的起始日不是日期", "a first day is not a date", "values", since)
        days.sort()
        return tuple(self._values(content, rows, days))

    def _head(self, content: Mapping[str, Any]) -> None:
        for key in set(content) - {"zh", "unit", "values", "checked", "note", "published"}:
            self.wrong("有未知的键", "has an unknown key", str(key))
        if not publication.is_kind(str(content.get("published", publication.YEARLY))):
            self.wrong("的 published 未知", "published is unknown", "published", content["published"])
        for key in ("zh", "unit"):
            if not isinstance(content.get(key), str):
                self.wrong(f"缺少 {key}", f"{key} is missing", key)
        if content.get("checked") is not None and type(content["checked"]) is not date:
            self.wrong("的 checked 不是日期", "checked is not a date", "checked", content["checked"])

    def _values(self, content: Mapping[str, Any], rows: Mapping[Any, Any], days: list[date]) -> Iterator[Value]:
        for since, until in zip(days, [*days[1:], None], strict=True):
            row = rows[since]
            if row is None:
                if since == days[0]:
                    self.wrong("以空值开始", "begins with null", str(since))
                continue
            if self._is_whole(str(since), row):
                citation = Citation(row["instrument"], row["article"], row["verified"])
                yield Value(
                    self.topic,
                    row["value"],
                    citation,
                    since,
                    until,
                    content.get("zh", ""),
                    content.get("unit", ""),
                    content.get("checked"),
                    content.get("published", ""),
                    content.get("note", ""),
                )

    def _shapes(self, rows: Mapping[Any, Any], unit: str) -> None:
        """Hold every value of the topic against the others."""
        known = {since: row["value"] for since, row in rows.items() if isinstance(row, dict) and "value" in row}
        for since, value in known.items():
            others = [other for day, other in known.items() if day != since]
            for each in shapes.differences(value, others, unit):
                self.wrong(
                    f"的值：{each.zh}", each.en, f"{since}.value{'.' if each.place else ''}{each.place}", each.found
                )

    def _is_whole(self, place: str, row: Any) -> bool:
        if not isinstance(row, dict):
            self.wrong("的值不是映射", "a value is not a mapping", place, row)
            return False
        before = len(self.problems)
        for key in set(row) ^ {"value", "instrument", "article", "verified"}:
            self.wrong("的键不齐或多余", "a key is missing or unknown", f"{place}.{key}")
        for key in ("instrument", "article"):
            if not isinstance(row.get(key), str) or not row.get(key, "").strip():
                self.wrong(f"缺少 {key}", f"{key} is missing", f"{place}.{key}")
        if not isinstance(row.get("verified"), bool):
            self.wrong("的 verified 须为 true 或 false", "verified is true or false", f"{place}.verified")
        if _holds_bare_number(row.get("value")):
            self.wrong("中的数字须加引号", "numbers are quoted", f"{place}.value", row.get("value"))
        return len(self.problems) == before


def _holds_bare_number(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_bare_number, value.values()))
    if isinstance(value, list):
        return any(map(_holds_bare_number, value))
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _added_faults(row: Added, values: Mapping[str, tuple[Value, ...]]) -> Iterator[Problem]:
    """What is wrong with a value to be added, other than its day in a series."""

    def wrong(field: str, zh: str, en: str, found: object = "") -> Problem:
        return Problem("law.value", zh, en, field, str(found)[:80])

    if row.topic not in values:
        yield wrong("topic", "没有这一项法律数据", "there is no such topic", row.topic)
        return
    history = values[row.topic]
    for field, name in (("instrument", "规范性文件"), ("article", "条款")):
        if not getattr(row, field).strip():
            yield wrong(field, f"请填写{name}", f"give the {field}")
    if row.since in {value.since for value in history}:
        yield wrong("since", "这一天已有起始的值", "a value of that first day is there already", row.since)
    elif history[0].published and not publication.is_true_day(history[0].published, row.since, _notices(values)):
        yield _never_published(history[0], row.since, "since")
    if row.value is None:
        if not any(value.since < row.since and (value.until is None or row.since < value.until) for value in history):
            yield wrong("since", "这一天没有可以终止的值", "no value is in force that could end", row.since)
    elif _holds_bare_number(row.value):
        yield wrong("value", "数字须加引号", "numbers are quoted", row.value)
    else:
        others = [value.value for value in history]
        folder = row.topic.split("/")[0]
        around = [each.value for name, rows in values.items() if name.split("/")[0] == folder for each in rows]
        for each in (
            *shapes.differences(row.value, others, history[0].unit),
            *shapes.unknown_names(row.value, others, around),
        ):
            place = f"{each.place}：" if each.place else ""
            yield wrong("value", f"{place}{each.zh}", f"{each.place} {each.en}".strip(), each.found)


def _placed(row: Added, history: tuple[Value, ...]) -> tuple[Value, ...]:
    """A topic's history with a value added: the one in force on its first day ends there, and hands on its own end."""
    before = tuple(value for value in history if value.since < row.since)
    after = tuple(value for value in history if value.since > row.since)
    until = after[0].since if after else None
    if before and (before[-1].until is None or row.since < before[-1].until):
        until = before[-1].until
        before = (*before[:-1], replace(before[-1], until=row.since))
    if row.value is None:
        return before + after
    new = replace(
        history[0],
        value=row.value,
        citation=Citation(row.instrument.strip(), row.article.strip(), row.verified),
        since=row.since,
        until=until,
        checked=row.checked,
        note=row.note,
        added=True,
    )
    return (*before, new, *after)


def _notices(values: Mapping[str, tuple[Value, ...]]) -> publication.Notices:
    """The notice of days off of a year, or None where it is not in the data."""
    known = {value.since.year: value.value for value in values.get(HOLIDAYS, ())}
    return known.get


def _series_faults(values: Mapping[str, tuple[Value, ...]], asked: Mapping[str, tuple[Value, ...]]) -> list[Problem]:
    """The values of the series among `asked` that begin on a day on which nothing was published."""
    notices = _notices(values)
    return [
        _never_published(value, value.since, f"{topic}.{value.since}")
        for topic, history in asked.items()
        for value in history
        if value.published and not publication.is_true_day(value.published, value.since, notices)
    ] + [
        Problem(
            "law.publication",
            f"{value.since.year}年的节假日安排含有不属于该年的日期，或者不是周末的调休工作日",
            f"{HOLIDAYS}: a day is not of {value.since.year}, or a day worked is no weekend day",
            f"{HOLIDAYS}.{value.since}",
            day,
        )
        for value in asked.get(HOLIDAYS, ())
        for day in publication.strays(value.value, value.since.year)
    ]


def _never_published(value: Value, since: date, field: str) -> Problem:
    zh, en = publication.days_of(value.published)
    return Problem(
        "law.publication",
        f"{value.zh}没有在 {since} 公布：{zh}",
        f"{value.topic}: nothing was published on {since}; {en}",
        field,
        str(since),
    )


def _with_ends(values: Mapping[str, tuple[Value, ...]]) -> dict[str, tuple[Value, ...]]:
    """The values, those of a series ending by themselves when the next is due."""
    notices = _notices(values)
    return {
        topic: tuple(_ended(history, number, notices) for number in range(len(history)))
        if history and history[0].published
        else history
        for topic, history in values.items()
    }


def _ended(history: tuple[Value, ...], number: int, notices: publication.Notices) -> Value:
    value = history[number]
    after = history[number + 1].since if number + 1 < len(history) else None
    if after is not None and publication.follows(value.published, value.since, after):
        return replace(value, until=after)
    return replace(value, until=publication.next_due(value.published, value.since, notices))
