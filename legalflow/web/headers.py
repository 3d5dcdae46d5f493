"""What each answer tells the browser: nothing from elsewhere, no script in the page, nothing kept of persons."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from legalflow.web.door import office

# Tabler draws its arrows and ticks from `data:` pictures in its own style sheet.
PAGES = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# A browser's own PDF viewer is an object with a style of its own; nothing else can be in such an answer.
FRAMED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def set_headers(response: Response) -> Response:
    """Add the headers every answer has; our own PDF preview alone may be framed, and only by us."""
    framed = response.headers.pop("X-Legalflow-Framed", "") == "yes"
    headers = response.headers
    headers["Content-Security-Policy"] = FRAMED if framed else PAGES
    headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if office().settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
