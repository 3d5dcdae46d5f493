"""What a letter of demand may not say: words of the law's data looked for in a text, with the reason and better words.

The words are patterns in `law/data/letters/`, one topic a reason. Spaces, marks and full-width letters between
characters do not hide a word; a word that is denied, or stands in a person's or a firm's name, is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step

FOLDER = "letters/"
_NEEDS_NO_CASE = frozenset({"letters/court_papers", "letters/unfounded"})  # true where a case number exists
_BREAKS = "，。；：！？\n"
_MARKS = str.maketrans(",;:!?", "，；：！？")  # one kind of mark, as the patterns know them
_HIDDEN = frozenset(" 　·•*_-~|/\\^`'\"“”‘’")
_BLANK = "□"

# What may stand between a denial and the word it denies.
_BETWEEN = (
    "(?:再|将|会|要|以|对|向|因此|擅自|任何|任何人|有人|有|采取|进行|实施|使用|作出|声称|构成|属于|被|由|涉嫌|是|的|此|在"
    "|您|你|贵方|本所|本律师|我方|委托人)"
)
_DENIED = re.compile(
    "(?:不会|不得|不能|不应|不可|不予|并不|决不|绝不|从不|不|未曾|未|没有|并未|并非|无权|无意|禁止|严禁|切勿|勿)"
    + _BETWEEN
    + "{0,4}$"
)
_DENIED_TWICE = re.compile("(?:不得不|不能不|不会不|不可不|未必不|并非不|不无|难免不)" + _BETWEEN + "{0,4}$")
_NOT_AT_ALL = re.compile("不会|不得|不能|不应|绝不|决不|从不|没有|并未|禁止|严禁|切勿")
_GOES_ON = re.compile("(?:、|或者|或|和|以及|及)$")


@dataclass(frozen=True)
class Phrase:
    """Words found in a letter.

    `start` is their place in the text as it was given; `sentence` the sentence they stand in. `prohibited` is False for
    what is only better said otherwise. `value` holds the rule with its citation.
    """

    found: str
    start: int
    sentence: str
    reason: str
    better: str
    prohibited: bool
    value: Value

    @property
    def rule(self) -> str:
        """The name of the rule below `letters/`."""
        return self.value.topic.removeprefix(FOLDER)


def topics(law: Law) -> tuple[str, ...]:
    """Every rule about a letter's words."""
    return tuple(topic for topic in law.topics() if topic.startswith(FOLDER))


def checked(
    law: Law, on: date, text: str, names: Iterable[str] = (), has_case: bool = False
) -> Finding[tuple[Phrase, ...]]:
    """What a text may not say on a day, in the order of the text; rules not yet in force are left out.

    `names` are names of persons, firms and contracts, in which no word counts; `has_case`: a case number exists, so
    that what is said about a suit may be true.
    """
    plain = _Plain(text, tuple(names))
    found: list[Phrase] = []
    for topic in topics(law):
        if (has_case and topic in _NEEDS_NO_CASE) or law.history(topic)[0].since > on:
            continue
        found += plain.look_for(law.at(topic, on))
    found.sort(key=lambda each: (each.start, not each.prohibited, each.rule))
    steps = tuple(
        Step(each.value.zh, f"“{each.found}”", f"{each.reason}；建议：{each.better}", (each.value.citation,))
        for each in found
    )
    doubts = tuple(dict.fromkeys(doubt for each in found for doubt in each.value.provisional))
    return Finding(tuple(found), steps, (), doubts)


class _Plain:
    """A text without what hides words, with the place of each character in the text as given."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        self._given = text
        self._places: list[int] = []
        characters: list[str] = []
        for place, character in enumerate(text):
            seen = _seen(character)
            characters.append(seen)
            self._places += [place] * len(seen)
        self.text = "".join(characters)
        for name in sorted({_bare(each) for each in names}, key=len, reverse=True):
            if len(name) > 1:
                self.text = self.text.replace(name, _BLANK * len(name))

    def look_for(self, value: Value) -> Iterator[Phrase]:
        """The words of one rule; the same place once."""
        seen: set[int] = set()
        for row in value.value["phrases"]:
            for match in _compiled(row["pattern"]).finditer(self.text):
                start, end = match.span()
                if start in seen or self._is_denied(start) or self._is_excepted(row.get("unless", ""), start, end):
                    continue
                seen.add(start)
                yield self._phrase(value, start, end)

    def _is_denied(self, start: int) -> bool:
        """Whether the words are denied: right before them, or before the list that they go on."""
        before = self._clause_before(start)
        if _DENIED_TWICE.search(before):
            return False
        return bool(_DENIED.search(before) or (_GOES_ON.search(before) and _NOT_AT_ALL.search(before)))

    def _is_excepted(self, unless: str, start: int, end: int) -> bool:
        """Whether words that make it true stand in the same clause up to the end of what was found."""
        return bool(unless) and bool(_compiled(unless).search(self._clause_before(start) + self.text[start:end]))

    def _clause_before(self, start: int) -> str:
        begins = max((self.text.rfind(mark, 0, start) for mark in _BREAKS), default=-1)
        return self.text[begins + 1 : start]

    def _phrase(self, value: Value, start: int, end: int) -> Phrase:
        first, last = self._places[start], self._places[end - 1]
        return Phrase(
            self._given[first : last + 1],
            first,
            self._sentence(first, last),
            value.value["reason"],
            value.value["better"],
            value.value["prohibited"],
            value,
        )

    def _sentence(self, first: int, last: int) -> str:
        """The sentence around a place, of the text as given."""
        begins = max(self._given.rfind(mark, 0, first) for mark in "。！？\n") + 1
        ends = [place for mark in "。！？\n" if (place := self._given.find(mark, last)) >= 0]
        return self._given[begins : min(ends, default=len(self._given) - 1) + 1].strip()


def _bare(name: str) -> str:
    """A name as it stands in a text without what hides words."""
    return "".join(map(_seen, name))


@lru_cache(maxsize=8192)
def _seen(character: str) -> str:
    """What a reader sees of a character: the common form of it, nothing of what only hides words."""
    return "".join(
        one
        for one in unicodedata.normalize("NFKC", character).translate(_MARKS)
        if one == "\n" or not (one in _HIDDEN or one.isspace() or unicodedata.category(one) in {"Cf", "Cc"})
    )


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
