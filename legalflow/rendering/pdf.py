"""Blocks into a PDF/A-2u file: HTML, then WeasyPrint, kept warm for the whole process.

One font configuration and one parsed style sheet for each profile serve every document; nothing is fetched from
anywhere; the garbage collector waits until a page is done. Importing this module imports WeasyPrint, so what it needs
of the machine is made ready by `warm`, or by the first document with the settings of the environment.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from typing import Any

from legalflow import config
from legalflow.config import Settings
from legalflow.documents.blocks import Document, Paragraph, Strong, Table, Text
from legalflow.errors import Invalid
from legalflow.rendering import arrays, deflate, html, native, rules, stretch, style
from legalflow.rendering.characters import known_characters, refuse_unprintable
from legalflow.rendering.style import Sheet

VARIANT = "pdf/a-2u"
# Where the table head of a page repeats that of the page before, in points: a private entry of the page (Annex E of the
# PDF standard leaves names beginning with XX to whoever makes the file). `reading` leaves these words out.
REPEATED = "XXLegalflowRepeated"

_INTENT = "sRGB"  # by any other name than `srgb`, for which the library opens a file for each document

_FIRST = Document("页", (Paragraph((Text("页"), Strong("A1"))), Table(((Text("页"),),), (((Text("1"),),),))))

_lock = threading.Lock()
_press: _Press | None = None


@dataclass
class _Colours:
    """The colour profile that PDF/A names as its output intent; the library's own would change when written twice."""

    content: bytes
    name: str = "sRGB2014"
    components: tuple[str, ...] = ("r", "g", "b")
    pdf_reference: Any = None  # the library notes here where in the file at hand the profile stands


@dataclass(frozen=True)
class _Press:
    """WeasyPrint made ready: its module, our fonts, and the characters they have."""

    css: Any  # the library has no types
    page: Any
    fetcher: Any
    fatal: type[BaseException]
    fonts: Any
    colours: _Colours
    known: frozenset[str]
    sheets: dict[Sheet, Any] = field(default_factory=dict)


def warm(settings: Settings) -> None:
    """Make everything ready in this process; a worker calls it before it forks. Safe to call again.

    A page is set and thrown away: what the library only makes ready with its first page takes half a second.
    """
    global _press
    with _lock:
        if _press is None:
            _press = _make_press(settings)
            for sheet in style.SHEETS.values():
                _parsed(_press, sheet)
            with _collector_off():
                _set(_press, style.sheet_of(_FIRST), html.write(_FIRST))


def prints(letter: str) -> bool:
    """Whether a font has the character, so that a name can be looked at before any document is made."""
    if _press is None:
        warm(config.read())
    assert _press is not None
    return letter in _press.known or letter.isspace()


def check(document: Document) -> None:
    """Raise `Invalid` naming every character of a document that no font has; nothing is set."""
    if _press is None:
        warm(config.read())
    assert _press is not None
    refuse_unprintable(document, _press.known)


def write(document: Document) -> bytes:
    """The document as a PDF file: the same document gives the same bytes in one environment.

    Raises `Invalid` naming every character that no font has, or an address the words tried to open.
    """
    if _press is None:
        warm(config.read())
    press = _press
    assert press is not None
    refuse_unprintable(document, press.known)
    sheet = style.sheet_of(document)
    source = html.write(document)
    with _lock, _collector_off():
        return _set(press, sheet, source)


def print_page(source: str, look: str) -> bytes:
    """A page of our own in HTML as a PDF file, set by a style sheet of its own; it opens nothing from anywhere."""
    if _press is None:
        warm(config.read())
    press = _press
    assert press is not None
    page = press.page(string=source, url_fetcher=press.fetcher)
    with _lock, _collector_off():
        page.sheet = press.css(string=look, font_config=press.fonts, url_fetcher=press.fetcher)
        try:
            made: bytes = page.write_pdf(
                font_config=press.fonts,
                color_profiles={_INTENT: press.colours},
                pdf_variant=VARIANT,
                output_intent=_INTENT,
            )
        finally:
            deflate.forget()
    return made


def _set(press: _Press, sheet: Sheet, source: str) -> bytes:
    page = press.page(string=source, url_fetcher=press.fetcher)
    page.sheet = _parsed(press, sheet)
    try:
        options = {"pdf_variant": VARIANT, "output_intent": _INTENT}
        laid = page.render(font_config=press.fonts, color_profiles={_INTENT: press.colours}, **options)
        made: bytes = laid.write_pdf(finisher=partial(_finish, sheet), **options)
    except press.fatal as error:  # a BaseException: nothing else would stop it before the process ends
        raise Invalid.one(
            "address-refused",
            "文书内容试图打开外部地址，已拒绝",
            "the words of the document tried to open an address; refused",
            found=error,
        ) from None
    finally:
        deflate.forget()
    return made


def _make_press(settings: Settings) -> _Press:
    native.prepare(settings)
    import weasyprint  # type: ignore[import-untyped]  # it has no types
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # type: ignore[import-untyped]

    stretch.install()
    deflate.install()
    arrays.install()

    class Fetcher(URLFetcher):  # type: ignore[misc]  # its parent has no types
        """Opens nothing: all that a page needs is in the page."""

        def fetch(self, url: str, headers: object = None) -> None:
            raise FatalURLFetchingError(url)

    class Page(weasyprint.HTML):  # type: ignore[misc]
        """A page whose only style sheet is ours: matching a browser's own as well would take a tenth more time."""

        sheet: Any

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [self.sheet]

    folders = (*native.font_folders(settings), native.marks_folder(settings))
    colours = _Colours((resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes())
    return _Press(
        weasyprint.CSS,
        Page,
        Fetcher(),
        FatalURLFetchingError,
        FontConfiguration(),
        colours,
        known_characters(folders),
    )


def _parsed(press: _Press, sheet: Sheet) -> Any:
    if sheet not in press.sheets:
        source = html.sheet_css(sheet)
        press.sheets[sheet] = press.css(string=source, font_config=press.fonts, url_fetcher=press.fetcher)
    return press.sheets[sheet]


@contextmanager
def _collector_off() -> Iterator[None]:
    """Without the cyclic collector, which would walk all boxes of a page again and again while they are made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _finish(sheet: Sheet, laid: Any, file: Any) -> None:
    """Draw the tables' lines, and write on each page where its own words stand and where a table's head repeats.

    Page numbers and running lines are outside the `ArtBox`; a reader of words can so tell them from the document's own.
    """
    seen: set[int] = set()
    for page, number in zip(laid.pages, file.pages["Kids"][::3], strict=True):
        entry = file.objects[number]
        box = page._page_box
        drawn = rules.lines(box, page.height, style.rule_width(sheet))
        if drawn:
            # First in the stream, where lengths are still points from the lower left corner.
            file.objects[int(entry["Contents"].split()[0])].stream.insert(0, drawn)
        array = type(entry["MediaBox"])
        left, top = box.content_box_x(), box.content_box_y()
        entry["ArtBox"] = array(_corners(left, top, box.width, box.height, page.height))
        if repeated := [corner for head in _repeated(box, seen) for corner in _corners(*head, page.height)]:
            entry[REPEATED] = array(repeated)


def _corners(left: float, top: float, width: float, height: float, page_height: float) -> list[float]:
    """A box of the layout, measured in CSS pixels from above, as the corners PDF wants, in points from below."""
    corners = (left, page_height - top - height, left + width, page_height - top)
    return [round(corner * 0.75, 2) for corner in corners]


def _repeated(box: Any, seen: set[int]) -> Iterator[tuple[float, float, float, float]]:
    """Each head of a table on this page that an earlier page already had, as its place and size."""
    for table in rules.tables(box):
        if not table.children or not table.children[0].is_header:
            continue
        head = table.children[0]
        # A ledger is set as one table for each page: the later ones say that they go on.
        if id(head.element) in seen or head.element.get("class") == "again":
            yield head.position_x, head.position_y, table.border_width(), head.height
        seen.add(id(head.element))
