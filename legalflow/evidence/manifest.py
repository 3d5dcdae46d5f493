"""The manifest beside a bundle: all that a checker needs to prove the file without us. It names no machine and no time.

One shape for bundles made from a folder and for those made from a matter; each adds what only it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from legalflow.evidence.bundle import Placed, Plan
from legalflow.values import codec

FORMAT = "legalflow-bundle/1"


def volume(plan: Plan, file: str, sha256: str, size: int) -> dict[str, Any]:
    """A volume: its file with digest and bytes, its pages, and the numbers stamped on the first and the last."""
    return {
        "file": file,
        "sha256": sha256,
        "bytes": size,
        "pages": plan.pages,
        "offset": plan.offset,
        "first": plan.offset + 1,
        "last": plan.last,
        "cover_pages": plan.cover_pages,
        "list_pages": plan.list_pages,
    }


def exhibit(item: Placed, group: int, group_title: str) -> dict[str, Any]:
    """An exhibit in its place: what it is, the digests of original and working copy, and its pages as stamped."""
    return {
        "item": item.item,
        "group": group,
        "group_title": group_title,
        "name": item.name,
        "file": item.file_name,
        "sha256": item.original,
        "working_sha256": item.working,
        "evidence_kind": item.kind,
        "pages": item.pages,
        "first": item.first,
        "last": item.last,
    }


def whole(
    plan: Plan,
    volumes: Sequence[dict[str, Any]],
    exhibits: Sequence[dict[str, Any]],
    refused: Sequence[dict[str, Any]] = (),
    *,
    folder: str = ".",
    list_no: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """The whole manifest; `folder` is where the sources lie as seen from it, `more` what only the maker knows."""
    counts = {"exhibits": len(exhibits), "refused": len(refused), "received": len(exhibits) + len(refused)}
    return {
        "format": FORMAT,
        "title": plan.title,
        "list_no": list_no,
        "offset": plan.offset,
        "pages": plan.pages,
        "folder": folder,
        "counts": counts,
        **more,
        "volumes": list(volumes),
        "exhibits": list(exhibits),
        "refused": list(refused),
        "plan": codec.plain(plan),
    }
