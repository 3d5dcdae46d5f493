"""One root error, one subclass per way a person or a file can be wrong.

An error carries every problem at once, each in Chinese and English with its mend, so that nobody is told of one mistake
at a time. The command line and the web map classes to answers in one table each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands, what stood there, and how to mend it.

    `code` never changes once released; `field` is a path such as `payments[3].on`; `found` is what stood there.
    """

    code: str
    message: str  # Chinese
    message_en: str
    field: str = ""
    found: str = ""
    mend: str = ""  # Chinese
    mend_en: str = ""

    def said(self, language: str = "zh") -> dict[str, str]:
        """The problem as the object that `--json` prints, in one language (`zh` or `en`)."""
        english = language == "en"
        return {
            "code": self.code,
            "field": self.field,
            "found": self.found,
            "message": self.message_en if english else self.message,
            "mend": self.mend_en if english else self.mend,
        }

    def line(self, language: str = "zh") -> str:
        """The problem as one line for a terminal."""
        said = self.said(language)
        place = f"{said['field']}: " if said["field"] else ""
        stood = f" [{said['found']}]" if said["found"] else ""
        mend = f" → {said['mend']}" if said["mend"] else ""
        return f"{place}{said['message']}{stood}{mend} ({self.code})"


def one_of(choices: Iterable[object]) -> dict[str, str]:
    """The mend of what is none of the values it may take: these, in both languages."""
    known = tuple(map(str, choices))
    return {"mend": "、".join(known), "mend_en": ", ".join(known)}


class LegalflowError(Exception):
    """The root of everything we say went wrong; holds at least one `Problem`."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise TypeError("an error names at least one problem")
        self.problems: tuple[Problem, ...] = problems
        super().__init__("; ".join(problem.line("en") for problem in problems))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """This error with all of `problems`."""
        return cls(*problems)

    @classmethod
    def raise_any(cls, problems: Iterable[Problem]) -> None:
        """Raise this error if there is any problem, with all of them; else do nothing."""
        found = tuple(problems)
        if found:
            raise cls(*found)

    @classmethod
    def one(cls, code: str, zh: str, en: str, **more: Any) -> Self:
        """This error with a single problem; `more` are the remaining fields of `Problem`."""
        return cls(Problem(code, zh, en, **{key: str(value) for key, value in more.items()}))


class Missing(LegalflowError):
    """Facts that must be known are not; all are listed."""


class Invalid(LegalflowError):
    """What was sent cannot be right; all problems are listed."""


class NotFound(LegalflowError):
    """There is no such thing for this actor."""


class NotAllowed(LegalflowError):
    """This actor may not do this."""


class NotNow(LegalflowError):
    """The matter's stage does not allow it; the message says what would be needed."""


class Conflict(LegalflowError):
    """Somebody changed it meanwhile, or the same key came with another body."""


class LawGap(LegalflowError):
    """No value of the law is in force, or loaded, on the day in question."""


class Corrupt(LegalflowError):
    """Bytes do not match the name they are kept under."""


class Away(LegalflowError):
    """Something we need (database, queue, store, a program) is away for now."""
