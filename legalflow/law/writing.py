"""A value of the law as a person writes it, and back: the text of the data file, in which every entry is text.

Numbers need no quotes here; what the other values of the topic hold as true or false is read as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from legalflow.errors import Invalid

LONGEST = 20_000  # characters


def written(value: Any) -> str:
    """A value as a person reads and writes it: a text as it is, everything else line by line."""
    if isinstance(value, str):
        return value
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=LONGEST)).rstrip("\n")


def read(text: str, others: Sequence[Any]) -> Any:
    """The value that a text says, for a topic with other values; `Invalid` where it cannot be read.

    >>> read("length: 15", [{"length": "10"}])
    {'length': '15'}
    """
    if len(text) > LONGEST:
        raise _unreadable("文字过长", "the text is too long")
    if others and all(isinstance(other, str) for other in others):
        return text.strip()
    try:
        if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text, yaml.BaseLoader)):
            raise _unreadable("请写出全文，不要引用别处", "write it out in full, without references")
        return _truths(yaml.load(text, yaml.BaseLoader), others)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        raise _unreadable(
            "无法读取：请按原值的写法逐行填写", "cannot be read; write it line by line as the value there is"
        ) from None


def _truths(value: Any, others: Sequence[Any]) -> Any:
    if isinstance(value, dict):
        return {
            key: _truths(item, [other[key] for other in others if isinstance(other, dict) and key in other])
            for key, item in value.items()
        }
    if isinstance(value, list):
        elements = [element for other in others if isinstance(other, list) for element in other]
        return [_truths(item, elements) for item in value]
    if others and all(isinstance(other, bool) for other in others):
        return {"true": True, "false": False}.get(str(value), value)
    return value


def _unreadable(zh: str, en: str) -> Invalid:
    return Invalid.one("law.value", zh, en, field="value")
