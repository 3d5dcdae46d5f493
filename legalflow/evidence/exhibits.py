"""An exhibit: a file kept, what it is, where it comes from and what it proves (民事诉讼证据规定 第十九条)."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "书证",
    "物证",
    "视听资料",
    "电子数据",
    "证人证言",
    "鉴定意见",
    "勘验笔录",
    "当事人陈述",
)  # 民事诉讼法 第六十六条


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One item of evidence.

    `original` is the SHA-256 of the file as received, `working` of its derived PDF copy; `pages` counts the working
    copy's pages; `group` is 1…9 (`forms/evidence/groups.yaml`), `order` its place in the group.
    """

    id: str
    name: str
    group: int
    order: int
    original: str
    working: str
    pages: int
    kind: str = "书证"
    source: str = ""
    proves: str = ""
    form: str = ""  # 原件备查 / 复印件 / 电子数据
    facts: tuple[str, ...] = ()  # ids of the facts it proves: contract, drawdown, default, …
    file_name: str = ""
