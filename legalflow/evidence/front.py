"""The facts of the pages before the exhibits: what the cover and the evidence list say, out of the plan."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from legalflow import forms
from legalflow.evidence.bundle import Placed, Plan

SOURCE = "提交人提供"  # where the list of exhibits does not say


@lru_cache
def cover_form() -> forms.Form:
    """What the cover must know: `forms/evidence/cover.yaml`."""
    read = yaml.safe_load((forms.FOLDER / "evidence" / "cover.yaml").read_text(encoding="utf-8"))
    return forms.Form(**{**read, "fields": tuple(forms.Field(**each) for each in read["fields"])})


def cover_facts(
    plan: Plan, case_title: str = "", case_no: str = "", submitter: str = "", **more: int
) -> dict[str, Any]:
    """The facts of the cover; `more` are volume, volumes and copies, each 1 where not given."""
    counts = {"volume": 1, "volumes": 1, "copies": 1} | more
    return {
        "title": plan.title,
        "case_title": case_title,
        "case_no": case_no,
        "submitter": submitter,
        "groups": len(plan.groups),
        "items": len(plan.placed),
        "first": plan.offset + 1,
        "last": plan.last,
        **counts,
    }


def list_facts(plan: Plan, case_title: str, submitter: str, case_no: str = "", list_no: int = 1) -> dict[str, Any]:
    """The facts of the evidence list (`forms/documents/evidence_list.yaml`), page numbers as stamped."""
    facts: dict[str, Any] = {
        "case_title": case_title,
        "submitter": submitter,
        "list_no": list_no,
        "groups": len(plan.groups),
        "items": len(plan.placed),
        "pages": sum(item.pages for item in plan.placed),
        "exhibits": [_row(item, group.number, group.title) for group in plan.groups for item in group.items],
    }
    return facts | ({"case_no": case_no} if case_no else {})


def _row(item: Placed, group: int, title: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "group": group,
        "group_title": title,
        "item": item.item,
        "name": item.name,
        "kind_of": item.kind,
        "source": item.source or SOURCE,
        "proves": item.proves or f"与{title}有关的事实",
        "first": item.first,
        "last": item.last,
    }
    return row | ({"form": item.form} if item.form else {})
