"""What an outside firm gets: the code it was given, typed into a page, for the bundle of a matter assigned to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from legalflow.access import Right
from legalflow.services import sharing
from legalflow.web.door import actor, door, office
from legalflow.web.files import attachment

pages = Blueprint("firm", __name__)


@pages.get("/received")
@door(Right.DOWNLOAD)
def code_form() -> Any:
    """The page that asks for the code."""
    return render_template("received.html")


@pages.post("/received")
@door(Right.DOWNLOAD, takes=("code",), again=code_form)
def fetch() -> Any:
    """The bundle of a code; it stands in no address, and so in no log."""
    return attachment(sharing.open_link(office(), actor(), request.form.get("code", "")))
