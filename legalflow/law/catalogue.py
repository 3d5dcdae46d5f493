"""The law at a date: values read once from `law/data`, each with its first day and its citation.

A value is in force from its first day until the next value's first day; `null` ends it. A file that lacks a first day,
an instrument, an article or the mark `verified` does not load, so nothing uncited can reach a figure.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from legalflow.errors import Corrupt, LawGap, Problem
from legalflow.law.citation import Citation

DATA = Path(__file__).parent / "data"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Value:
    """One value of the law and where it stands.

    `value` is text (numbers are text, so that they stay exact), a mapping or a list, as read. It is in force from
    `since` up to but not including `until`. `checked` is the day a person last held it against the text; None: never.
    """

    topic: str
    value: Any
    citation: Citation
    since: date
    until: date | None
    zh: str
    unit: str
    checked: date | None

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names this value if it has not been read in its source; else nothing."""
        return () if self.citation.verified else (f"{self.zh}（{self.topic}，{self.citation}）未核验",)


class Law:
    """Every value of the law by topic and day. A topic is a path below `law/data`, without its ending."""

    def __init__(self, values: Mapping[str, tuple[Value, ...]]) -> None:
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
        return cls(values)

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
        days = [since for since in rows if type(since) is date]
        for since in rows:
            if type(since) is not date:
                self.wrong("的起始日不是日期", "a first day is not a date", "values", since)
        days.sort()
        return tuple(self._values(content, rows, days))

    def _head(self, content: Mapping[str, Any]) -> None:
        for key in set(content) - {"zh", "unit", "values", "checked", "note"}:
            self.wrong("有未知的键", "has an unknown key", str(key))
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
