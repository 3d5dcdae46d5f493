"""The pictures of a lender: the logo of its letterhead, and its seals, each look at one recorded."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from legalflow.access import Right
from legalflow.services import picturing
from legalflow.web import lenders
from legalflow.web.door import actor, door, office, once

pages = Blueprint("lender_pictures", __name__)


def _again(lender_id: str) -> Any:
    return lenders.shown(lender_id)


@pages.post("/lenders/<lender_id>/seals")
@door(Right.KEEP_LENDERS, takes=("seal", "millimetres", "why"), files=("picture",), again=_again)
def add_seal(lender_id: str) -> Any:
    """Keep the picture of a seal."""
    form, content = request.form, _sent("picture")

    def effect() -> str:
        picturing.add_seal(
            office(),
            actor(),
            lender_id,
            form.get("seal", ""),
            form.get("millimetres", ""),
            form.get("why", ""),
            content,
        )
        return url_for("lenders.shown", lender_id=lender_id, _anchor="seals")

    return once(effect)


@pages.post("/lender-seals/<lender_seal_id>/retire")
@door(Right.KEEP_LENDERS, takes=("why",))
def retire_seal(lender_seal_id: str) -> Any:
    """Use a picture no longer."""
    why = request.form.get("why", "")

    def effect() -> str:
        lender = picturing.retire_seal(office(), actor(), lender_seal_id, why)
        return url_for("lenders.shown", lender_id=lender, _anchor="seals")

    return once(effect)


@pages.get("/lender-seals/<lender_seal_id>/picture")
@door(Right.SEE_SEALS)
def seal(lender_seal_id: str) -> Any:
    """The picture of a seal; that it was looked at is recorded."""
    return _png(picturing.open_seal(office(), actor(), lender_seal_id))


@pages.post("/lenders/<lender_id>/logo")
@door(Right.KEEP_LENDERS, takes=("why",), files=("logo",), again=_again)
def put_logo(lender_id: str) -> Any:
    """Keep a logo."""
    why, content = request.form.get("why", ""), _sent("logo")

    def effect() -> str:
        picturing.put_logo(office(), actor(), lender_id, why, content)
        return url_for("lenders.shown", lender_id=lender_id, _anchor="letterhead")

    return once(effect)


@pages.post("/lenders/<lender_id>/logo/remove")
@door(Right.KEEP_LENDERS, takes=("why",), again=_again)
def remove_logo(lender_id: str) -> Any:
    """Print no logo any more."""
    why = request.form.get("why", "")

    def effect() -> str:
        picturing.remove_logo(office(), actor(), lender_id, why)
        return url_for("lenders.shown", lender_id=lender_id, _anchor="letterhead")

    return once(effect)


@pages.get("/lenders/<lender_id>/logo")
@door(Right.VIEW_LENDERS)
def logo(lender_id: str) -> Any:
    """The logo of a lender's letterhead."""
    return _png(picturing.open_logo(office(), actor(), lender_id))


def _sent(name: str) -> bytes:
    sent = request.files.get(name)
    return sent.stream.read(picturing.LARGEST + 1) if sent is not None else b""


def _png(content: bytes) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "image/png"
    response.headers["Content-Disposition"] = "inline"
    return response
