"""The button beside what was just done, that takes it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from legalflow.services import undoing
from legalflow.web.door import actor, door, office, once

pages = Blueprint("undoing", __name__)


@pages.post("/undo")
@door(takes=("done",))
def undo() -> Any:
    """Take back what a form of mine did, and go back to where it was sent."""

    def effect() -> str:
        found = undoing.undo(office(), actor(), request.form.get("done", ""))
        g.told_at = found.path  # said where that form was clicked
        return found.answer

    return once(effect)
