"""One operation of `legalflow calc`: its schema, its example and the rule it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from legalflow.law.catalogue import Law


class Facts(BaseModel):
    """The root of every input: unknown fields are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


@dataclass(frozen=True)
class Operation:
    """A rule of the law, alone: `run` takes a validated input and the law and returns plain values for JSON.

    The result always has `steps`, `warnings` and `provisional` beside its own values (`result_schema` describes them).
    `example` is an input that runs; `source` names the instrument and article.
    """

    name: str
    term: str  # Chinese
    source: str
    facts: type[Facts]
    run: Callable[[Any, Law], dict[str, Any]]
    result_schema: dict[str, Any]
    example: dict[str, Any]
