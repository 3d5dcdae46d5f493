"""Going somewhere by a few letters: matters, loans, pages and what one may do, as a page or as a fragment of one.

What is looked for may be a person's name: it is sent in a form's body, never in an address.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from legalflow.persistence.searching import plain
from legalflow.services import reaching
from legalflow.values.pinyin import readings
from legalflow.web.door import actor, door, office
from legalflow.web.menu import Way, open_ways

pages = Blueprint("palette", __name__)

_LONGEST = 100  # characters looked for


@pages.get("/find")
@door()
def form() -> Any:
    """Where one may look for anything; before that, where one may go."""
    return _shown("")


@pages.post("/find")
@door(takes=("find",))
def find() -> Any:
    """What fits: as options of the list that the script shows, or without it as a page of links."""
    return _shown(request.form.get("find", "").strip()[:_LONGEST])


def _shown(looked_for: str) -> str:
    found = {
        "find": looked_for,
        "reached_matters": reaching.matters(office(), actor(), looked_for),
        "reached_loans": reaching.loans(office(), actor(), looked_for),
        "ways": [(each.said, each.address) for each in _ways(looked_for)],
    }
    return render_template("find_results.html" if request.headers.get("HX-Request") else "find.html", **found)


def _ways(looked_for: str) -> list[Way]:
    """The pages this role may open whose Chinese, English or spelled name holds the letters."""
    may = open_ways()
    letters = plain(looked_for)
    if not letters:
        return may[: reaching.MOST]
    fit = [each for each in may if _fits(letters, each)]
    return fit[: reaching.MOST]


def _fits(letters: str, way: Way) -> bool:
    named = letters in plain(way.zh) or letters in plain(way.en)
    return named or any(each.startswith(letters) for each in readings(way.zh))
