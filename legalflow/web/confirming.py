"""What cannot be undone is confirmed by typing what it is about: an amount, or the number of a matter."""

from __future__ import annotations

from flask import request

from legalflow.errors import Invalid, Problem

FIELD = "confirm"


def confirmed(expected: str) -> None:
    """Refuse a form in which the words to confirm were not typed; commas, spaces and width make no difference.

    The words stand beside the field, so that nobody is stopped who has read them.
    """
    typed = request.form.get(FIELD, "")
    if plain(typed) != plain(expected):
        raise Invalid(
            Problem(
                "form.confirm",
                "没有确认，或者与要确认的内容不符",
                "this is not confirmed, or something else was typed",
                FIELD,
                typed[:60],
                f"请键入 {expected}",
                f"type {expected}",
            )
        )


def plain(text: str) -> str:
    """A text without what a hand may add or leave out.

    >>> plain(" 1,234.50 元 "), plain("２０２６-000001")
    ('1234.50', '2026-000001')
    """
    wide = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
    return text.translate(wide).replace(",", "").replace("，", "").replace("元", "").replace("¥", "").strip()
