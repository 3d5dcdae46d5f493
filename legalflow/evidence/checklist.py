"""Which evidence a kind of matter needs, held against the exhibits at hand: `forms/evidence/`.

The lists are those of practice, not of a statute; what a lawyer adds there is asked from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from legalflow import forms
from legalflow.errors import NotFound
from legalflow.evidence.exhibits import Exhibit
from legalflow.values.codec import decode


@dataclass(frozen=True)
class Group:
    """A group of the evidence list: its number, its title, and what stands in it."""

    number: int
    title: str
    holds: str


@dataclass(frozen=True)
class Asked:
    """A fact to be proved: its id, what proves it, what the paper must carry; `when` empty means always."""

    fact: str
    group: int
    name: str
    must_carry: tuple[str, ...] = ()
    when: str = ""
    source: str = ""
    proves: str = ""


@lru_cache
def groups() -> tuple[Group, ...]:
    """The default groups of a loan case, in the order of the story."""
    return tuple(Group(each["number"], each["title"], each["holds"]) for each in _read("groups")["groups"])


def group_titles() -> dict[int, str]:
    """The groups' titles by number."""
    return {group.number: group.title for group in groups()}


@lru_cache
def asked(kind: str) -> tuple[Asked, ...]:
    """What a kind of matter (`loan`) asks; raises `NotFound` for an unknown one."""
    return decode(tuple[Asked, ...], _read(kind)["asked"])


def lacking(kind: str, exhibits: Iterable[Exhibit], circumstances: Mapping[str, Any]) -> tuple[Asked, ...]:
    """What is asked in these circumstances and proved by no exhibit at hand.

    `circumstances` are facts by name (`guarantee`, `collateral`, `acceleration`, …); one that is absent does not hold.
    """
    proved = {fact for each in exhibits for fact in each.facts}
    return tuple(
        each for each in asked(kind) if (not each.when or circumstances.get(each.when)) and each.fact not in proved
    )


def _read(name: str) -> Any:
    path: Path = forms.FOLDER / "evidence" / f"{name}.yaml"
    if not name.isidentifier() or not path.is_file():
        raise NotFound.one("checklist.unknown", "没有这种证据清单", "there is no such checklist", found=name[:40])
    return yaml.safe_load(path.read_text(encoding="utf-8"))
