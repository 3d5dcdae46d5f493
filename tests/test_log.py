"""A log line holds our ids and nothing of a person, and one record is one line."""

from __future__ import annotations

import logging

import pytest

from legalflow.log import OneLine, redact

TOKEN = "Xk3-Vq9_aaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqR"


def _line(message: str, *arguments: object, error: BaseException | None = None) -> str:
    trace = (type(error), error, error.__traceback__) if error else None
    return OneLine().format(logging.LogRecord("task", logging.INFO, "x.py", 1, message, arguments, trace))


@pytest.mark.parametrize(
    "secret",
    [
        "990000199001010017",
        "99000019900101001X",
        "990000900101001",
        "91990000A00000046D",
        "6222020000000000000",
        "19900000001",
        "someone@example.com",
        TOKEN,
    ],
)
def test_what_slips_through_is_starred(secret: str) -> None:
    assert secret not in redact(f"seen {secret}, and {secret}")
    assert secret not in _line("path=/links/%s", secret)


def test_the_password_of_a_url_is_starred() -> None:
    assert "hunter" not in redact("redis://user:hunter-hunter@queue:6379/0")


@pytest.mark.parametrize(
    "ours",
    [
        "a" * 64,
        f"{'a' * 20}19900000001{'b' * 33}",
        "0123456789abcdef0123",
        "2026-000001",
        "render_document-12-1767000000000-1",
    ],
)
def test_our_own_ids_and_digests_stay(ours: str) -> None:
    assert ours in redact(f"subject={ours}")


@pytest.mark.parametrize("bad", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\u2028b", "a\x00b", "a\u202eb"])
def test_a_record_is_one_line_whatever_is_in_it(bad: str) -> None:
    line = _line("name=%s", bad)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_an_error_is_named_with_its_place_and_never_quoted() -> None:
    try:
        raise ValueError("甄借款 990000199001010017")
    except ValueError as error:
        line = _line("failed", error=error)
    assert "error=ValueError" in line and "test_log.py:" in line
    assert "甄借款" not in line and "990000" not in line
