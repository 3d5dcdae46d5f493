"""Hash chains over rows: each digest covers the content and the digest before, so that no row can be changed unseen."""

from __future__ import annotations

from typing import Any

from legalflow.values import codec

START = "0" * 64


def link(previous: str, content: dict[str, Any]) -> str:
    """The digest of a row after `previous`."""
    return codec.digest(codec.encode({"previous": previous, **content}))
