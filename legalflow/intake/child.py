"""The limited process that reads files from outside: one JSON line in, one JSON line out, until its input ends.

Started as `python -m legalflow.intake.child MEMORY CPU PARENT`. The limits are set before any parser is imported. A
file that breaks this process breaks nothing else: the caller starts another for the next file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from legalflow.intake import limits
from legalflow.intake.verdicts import Refused


def main(arguments: list[str]) -> None:
    """Set the limits, say that we are ready, then answer each request."""
    memory, cpu, parent = (int(each) for each in arguments)
    limits.die_with(parent)
    answers = _own_output()
    limits.limit_memory(memory)
    limits.allow_seconds(cpu)
    confined = limits.refuse_network()
    from legalflow.intake import pictures, reading, workbooks  # the parsers come after the limits

    _say(answers, {"ready": True, "confined": confined})
    for line in sys.stdin:
        limits.allow_seconds(cpu)
        _say(answers, _answer(pictures, reading, workbooks, json.loads(line)))


def _answer(pictures: Any, reading: Any, workbooks: Any, request: dict[str, Any]) -> dict[str, Any]:
    path, out = Path(request["path"]), Path(request["out"])
    try:
        if "headings" in request:
            found = workbooks.read(path, out, frozenset(request["headings"]))
        elif "see_through" in request:
            found = pictures.read(path, out, request["see_through"])
        else:
            found = reading.read(path, out, request["password"])
        return {"code": "ok", **found}
    except Refused as refused:
        return {"code": refused.code, "words": refused.words}
    except (MemoryError, RecursionError, OverflowError):
        return {"code": "parser_stopped"}


def _own_output() -> TextIO:
    """The channel of our answers; whatever a parser prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _say(answers: TextIO, value: dict[str, Any]) -> None:
    answers.write(json.dumps(value, ensure_ascii=True) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
