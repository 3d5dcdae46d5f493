"""Log lines: our ids only, one line a record, with a redacting net beneath.

Nobody writes a name or a number into a log on purpose; the formatter is there for the line that slipped through. It
stars identity numbers, phones, accounts and tokens, escapes control characters, and of an error it prints the class and
the places in the code, never the message, which may quote what a person typed (I10).
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from types import TracebackType

_STARS = "***"
TALKATIVE = ("alembic", "pikepdf", "weasyprint", "fontTools", "PIL")
# A token is 43 characters of URL-safe base64, capitals among them; our digests, ids and names of jobs have none.
_OURS = re.compile(r"[0-9a-z_-]+\Z")
_TOKEN = re.compile(r"(?<![\w-])[\w-]{32,}(?![\w-])", re.ASCII)
_NUMBERS = (
    re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"),  # identity card
    re.compile(r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])"),  # the older one
    re.compile(
        r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"
    ),  # 统一社会信用代码
    re.compile(r"(?<![0-9A-Za-z])\d{16,19}(?![0-9A-Za-z])"),  # bank account
    re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])"),  # mobile phone
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),  # user and password of a URL
)


def redact(text: str) -> str:
    """The text with numbers of persons, accounts, phones and tokens starred.

    >>> redact("loan 99a0 of 990000199001010017, phone 19900000001")
    'loan 99a0 of ***, phone ***'
    """
    for pattern in _NUMBERS:
        text = pattern.sub(_STARS, text)
    return _TOKEN.sub(lambda found: found[0] if _OURS.match(found[0]) else _STARS, text)


def one_line(text: str) -> str:
    """The text with every control character and line separator escaped, so that no record looks like two.

    >>> one_line("a\\nb")
    'a\\\\nb'
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class OneLine(logging.Formatter):
    """`2026-03-01T02:03:04Z INFO relay sent=3`: one line a record, in UTC, redacted."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The record as its line."""
        exception, record.exc_info, record.exc_text = record.exc_info, None, None
        try:
            line = super().format(record)
        finally:
            record.exc_info = exception
        if exception and exception[0]:
            line += " " + _where(exception[0], exception[2])
        return one_line(redact(line))

    def formatStack(self, stack_info: str) -> str:
        """Nothing: a stack may quote what a person typed."""
        return ""


def set_up(level: int = logging.INFO) -> None:
    """Send every logger of the process to stderr, one redacted line a record."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _last_words  # what ends a process is redacted too


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last line of a process that ends by an error; Ctrl-C is no error."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("process").critical("ended by an error", exc_info=(kind, error, trace))


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-4:]
    places = " < ".join(f"{frame.filename.rpartition('legalflow/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"error={kind.__name__} at={places}"
