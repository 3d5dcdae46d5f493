"""A PDF from outside into a derived copy that is safe to bind: its pages, links and bookmarks, and nothing else.

The copy is a new file into which only what we know is taken: page contents, resources and boxes. Links inside the file
and to web addresses, and bookmarks, are read as plain data and written anew. Whatever else hangs anywhere (scripts,
actions, attachments, forms, media) stays behind; the original is kept by the caller.
"""

from __future__ import annotations

import contextlib
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf

from legalflow.intake.verdicts import Note, Refused, note

PAGES = 3000
SIDE = (1.0, 14400.0)  # points
A4 = (595.276, 841.89)
LARGER = 1.05  # beyond this share of A4 a page is scaled down
SMALL = 150.0  # points: a page with a shorter side has no room for a page number and is set on A4
DEPTH = 12
OUTLINE_ITEMS = 5000
HIDDEN_LAYER = "/LegalflowHidden"
_PAGE_KEYS = frozenset({"/Type", "/Parent", "/MediaBox", "/Rotate", "/Resources", "/Contents", "/Group"})
_ACTIVE_KEYS = frozenset(
    {
        "/AA", "/A", "/JS", "/JavaScript", "/OpenAction", "/XFA", "/AF", "/EF", "/EmbeddedFiles", "/OPI", "/Ref",
        "/RichMediaContent", "/PieceInfo", "/Metadata", "/Alternates", "/F", "/FFilter", "/FDecodeParms", "/Annots",
        "/AcroForm",
    }
)  # fmt: skip
_ACTIVE_WORDS = {
    "/JavaScript": "JavaScript", "/Launch": "启动程序", "/SubmitForm": "提交表单", "/ImportData": "导入数据",
    "/GoToR": "跳转外部文件", "/GoToE": "跳转附件", "/Rendition": "多媒体", "/Movie": "多媒体", "/Sound": "多媒体",
    "/RichMediaExecute": "多媒体", "/RichMedia": "多媒体", "/Screen": "多媒体", "/3D": "多媒体",
    "/FileAttachment": "附件",
    "/XFA": "XFA 表单", "/EmbeddedFiles": "附件", "/AA": "自动动作", "/OpenAction": "自动动作",
    "/ResetForm": "重置表单",
}  # fmt: skip
_WEB = ("http://", "https://", "mailto:")


@dataclass
class _Links:
    """Links of one page as plain data: rectangle, and a page with its view, or a web address."""

    inside: list[tuple[list[float], int, list[Any]]] = field(default_factory=list)
    outside: list[tuple[list[float], str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Bookmark:
    title: str
    page: int | None
    children: tuple[_Bookmark, ...]


def derive(path: Path, out: Path, password: str | None) -> tuple[int, tuple[Note, ...]]:
    """Write the copy to `out`; the number of pages and what was done. Raises `Refused`."""
    notes: list[Note] = []
    try:
        with _opened(path, password, notes) as source, pikepdf.new() as copy:
            count = _count(source)
            notes += _of_the_file(path, source)
            _copy(source, copy, notes)
            warned = source.get_warnings()
            if warned:
                notes.insert(0, note("repaired", pages=count))
                blank = [at for at, page in enumerate(copy.pages, start=1) if _is_blank(page)]
                notes += [note("blank_pages", pages=_listed(blank))] if blank else []
            save(copy, out)
            return count, tuple(notes)
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, IndexError) as error:
        raise Refused("pdf_damaged") from error
    except (AttributeError, RuntimeError, OSError, NotImplementedError, ArithmeticError) as error:
        raise Refused("pdf_damaged") from error


def save(pdf: Pdf, out: Path) -> None:
    """Write a working copy: the same content gives the same bytes."""
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.5")


def _opened(path: Path, password: str | None, notes: list[Note]) -> Pdf:
    try:
        source = pikepdf.open(path, password=password or "", suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("pdf_password_wrong" if password else "pdf_password") from error
    if source.is_encrypted:
        notes.append(note("owner_protected" if _opens_without_password(path) else "decrypted"))
    return source


def _opens_without_password(path: Path) -> bool:
    try:
        pikepdf.open(path, suppress_warnings=True).close()
    except pikepdf.PasswordError:
        return False
    return True


def _count(source: Pdf) -> int:
    count = len(source.pages)
    if count == 0:
        raise Refused("pdf_no_pages")
    if count > PAGES:
        raise Refused("pdf_too_many_pages", found=count, limit=PAGES)
    return count


def _of_the_file(path: Path, source: Pdf) -> list[Note]:
    """What is to be said of the original as a file: signatures, revisions, data after its end."""
    found: list[Note] = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(b"/ByteRange") >= 0:
            found.append(note("signed"))
        revisions, at = 0, content.find(b"startxref")
        while at >= 0:
            revisions += 1
            at = content.find(b"startxref", at + 1)
        if source.is_linearized:
            revisions -= 1
        if revisions > 1:
            found.append(note("revisions", count=revisions))
        end = content.rfind(b"%%EOF")
        if end >= 0 and len(content[end + 5 :].strip()) > 64:
            found.append(note("trailing_data"))
    return found


def _copy(source: Pdf, copy: Pdf, notes: list[Note]) -> None:
    """Take the pages over, then links and bookmarks, and say what stayed behind."""
    dropped = _active(source)
    numbers = {page.obj.objgen: at for at, page in enumerate(source.pages)}
    links = [_links(source, page, numbers) for page in source.pages]
    outline = _outline(source, numbers)
    notes += _flatten(source)
    turned = [at for at, page in enumerate(source.pages, start=1) if _strip(page, at)]
    copy.pages.extend(source.pages)
    _keep_layers(source, copy)
    dropped |= _clean(copy)
    scaled = [at for at, page in enumerate(copy.pages) if _settle(copy, page)]
    for at, (page, found) in enumerate(zip(copy.pages, links, strict=True)):
        _write_links(copy, page, found, at in scaled)
    _write_outline(copy, outline)
    notes += [note("rotation", pages=_listed(turned))] if turned else []
    notes += [note("scaled", pages=_listed([at + 1 for at in scaled]))] if scaled else []
    notes += [note("active_dropped", what="、".join(sorted(dropped)))] if dropped else []


def _listed(pages: list[int]) -> str:
    shown = "、".join(str(page) for page in pages[:20])
    return shown + (f"…（共 {len(pages)} 页）" if len(pages) > 20 else "")


def _active(source: Pdf) -> set[str]:
    found: set[str] = set()
    root = source.Root
    for key in ("/OpenAction", "/AA"):
        found |= _actions(root.get(key))
    names = _dictionary(root.get("/Names"))
    for key in ("/JavaScript", "/EmbeddedFiles"):
        found |= {_ACTIVE_WORDS[key]} if key in names else set()
    if "/XFA" in _dictionary(root.get("/AcroForm")):
        found.add(_ACTIVE_WORDS["/XFA"])
    for page in source.pages:
        found |= _actions(page.obj.get("/AA"))
        for annotation in _annotations(page):
            found |= _actions(annotation.get("/A")) | _actions(annotation.get("/AA"))
            found |= {word for key, word in _ACTIVE_WORDS.items() if key == _word(annotation.get("/Subtype"))}
    return found


def _actions(value: Any, depth: int = 0) -> set[str]:
    """The names of active actions in an action, its `Next` and the entries of an additional-actions dictionary."""
    found: set[str] = set()
    if depth > DEPTH or not isinstance(value, Dictionary | Array):
        return found
    if isinstance(value, Array):
        return found.union(*(_actions(each, depth + 1) for each in list(value)[:50])) if len(value) else found
    kind = str(value.get("/S", ""))
    if kind in _ACTIVE_WORDS:
        found.add(_ACTIVE_WORDS[kind])
    for key in list(value.keys()):
        if key in {"/Next", "/A", "/AA", "/O", "/C", "/E", "/X", "/D", "/U", "/K", "/F", "/V", "/PO", "/PC", "/WC"}:
            found |= _actions(value.get(key), depth + 1)
    return found


def _annotations(page: Page) -> Iterator[Dictionary]:
    found = page.obj.get("/Annots")
    if isinstance(found, Array):
        yield from (each for each in found if isinstance(each, Dictionary))


def _links(source: Pdf, page: Page, numbers: dict[tuple[int, int], int]) -> _Links:
    found = _Links()
    for annotation in _annotations(page):
        box = _numbers(annotation.get("/Rect"))
        if _word(annotation.get("/Subtype")) != "/Link" or len(box) != 4:
            continue
        action = _dictionary(annotation.get("/A"))
        goal = annotation.get("/Dest", action.get("/D") if str(action.get("/S", "")) == "/GoTo" else None)
        place = _place_of(source, goal, numbers)
        if place:
            found.inside.append((box, *place))
        elif str(action.get("/S", "")) == "/URI":
            address = str(action.get("/URI", ""))
            if address.lower().startswith(_WEB) and address.isprintable():
                found.outside.append((box, address))
    return found


def _place_of(source: Pdf, goal: Any, numbers: dict[tuple[int, int], int]) -> tuple[int, list[Any]] | None:
    """The page and the view a destination means, also one that is only a name."""
    for _step in range(3):
        if isinstance(goal, Dictionary):
            goal = goal.get("/D")
        elif isinstance(goal, pikepdf.String | Name):
            goal = _named(source, str(goal))
    if not isinstance(goal, Array) or len(goal) == 0:
        return None
    first = goal[0]
    page = numbers.get(first.objgen) if isinstance(first, Object) else first if isinstance(first, int) else None
    if page is None or not 0 <= page < len(numbers):
        return None
    view = [each if isinstance(each, Name) else _number(each) for each in list(goal)[1:6]]
    return (page, view) if view and isinstance(view[0], Name) else (page, [Name.Fit])


def _named(source: Pdf, name: str) -> Any:
    old = _dictionary(source.Root.get("/Dests"))
    if name in old:
        return old[name]
    tree = _dictionary(source.Root.get("/Names")).get("/Dests")
    return pikepdf.NameTree(tree).get(name) if isinstance(tree, Dictionary) else None


def _outline(source: Pdf, numbers: dict[tuple[int, int], int]) -> tuple[_Bookmark, ...]:
    """The bookmarks; a broken outline is left out, for it shows nothing of the evidence."""
    left = OUTLINE_ITEMS

    def read(items: Iterable[OutlineItem], depth: int) -> tuple[_Bookmark, ...]:
        nonlocal left
        found = []
        for item in items:
            left -= 1
            if left < 0 or depth > DEPTH:
                break
            action = _dictionary(item.action)
            goal = item.destination if item.destination is not None else action.get("/D")
            place = _place_of(source, goal, numbers) if str(action.get("/S", "/GoTo")) == "/GoTo" else None
            title = "".join(each for each in item.title if each.isprintable())[:500]
            found.append(_Bookmark(title, place[0] if place else None, read(item.children, depth + 1)))
        return tuple(found)

    if "/Outlines" not in source.Root:
        return ()
    try:
        with source.open_outline(max_depth=DEPTH) as outline:
            return read(outline.root, 0)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()


def _write_outline(copy: Pdf, bookmarks: tuple[_Bookmark, ...]) -> None:
    def made(each: _Bookmark) -> OutlineItem:
        item = OutlineItem(each.title, each.page) if each.page is not None else OutlineItem(each.title)
        item.children.extend(made(child) for child in each.children)
        return item

    if bookmarks:
        with copy.open_outline() as outline:
            outline.root.extend(made(each) for each in bookmarks)


def _write_links(copy: Pdf, page: Page, found: _Links, scaled: bool) -> None:
    """Write the links anew; on a scaled page their places are no longer known, and they are left out."""
    if scaled or not (found.inside or found.outside):
        return
    made = []
    for box, target, view in found.inside:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(box), Border=Array([0, 0, 0]), F=4)
        link.Dest = Array([copy.pages[target].obj, *view])
        made.append(copy.make_indirect(link))
    for box, address in found.outside:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(box), Border=Array([0, 0, 0]), F=4)
        link.A = Dictionary(S=Name.URI, URI=pikepdf.String(address))
        made.append(copy.make_indirect(link))
    page.obj.Annots = Array(made)


def _flatten(source: Pdf) -> list[Note]:
    shown = sum(
        1
        for page in source.pages
        for annotation in _annotations(page)
        if "/AP" in annotation or _word(annotation.get("/Subtype")) == "/Widget"
    )
    if not shown:
        return []
    _draw_values(source)
    source.flatten_annotations("all")
    return [note("flattened", count=shown)]


def _draw_values(source: Pdf) -> None:
    """Draw the values of fields that have no appearance; refuse the file where a value cannot be drawn."""
    form = source.acroform
    if not form.exists:
        return
    stale = form.needs_appearances
    for page in source.pages:
        for annotation in form.get_widget_annotations_for_page(page):
            field_ = form.get_field_for_annotation(annotation)
            if not (field_.is_text or field_.is_choice):
                continue
            value = field_.value_as_string
            seen = "/N" in _dictionary(annotation.obj.get("/AP"))
            if not value or (seen and not stale):
                continue
            if _is_latin(value):
                field_.generate_appearance(annotation)
            elif not seen:
                raise Refused("pdf_form_unseen", field=field_.fully_qualified_name[:80], value=value[:40])
            if "/N" not in _dictionary(annotation.obj.get("/AP")):
                raise Refused("pdf_form_unseen", field=field_.fully_qualified_name[:80], value=value[:40])
    source.Root.AcroForm.NeedAppearances = False


def _is_latin(value: str) -> bool:
    return all(" " <= letter <= "~" for letter in value)


def _strip(page: Page, number: int) -> bool:
    """Leave the page only what it shows, its boxes as one upright box; whether its rotation had to be put right."""
    box = _visible(page, number)
    resources = _inherited(page.obj, "/Resources")
    given = _inherited(page.obj, "/Rotate")
    turn = round(_number(given) / 90) * 90 % 360
    for key in list(page.obj.keys()):
        if key not in _PAGE_KEYS:
            del page.obj[key]
    page.obj.MediaBox = Array([round(each, 3) for each in box])
    page.obj.Resources = resources if isinstance(resources, Dictionary) else Dictionary()
    page.obj.Rotate = turn
    return given is not None and _number(given) != turn


def _visible(page: Page, number: int) -> tuple[float, float, float, float]:
    """The box a reader sees, in points of the page; raises `Refused` where a side cannot be."""
    media = _box(_inherited(page.obj, "/MediaBox")) or (0.0, 0.0, *A4)
    crop = _box(_inherited(page.obj, "/CropBox")) or media
    both = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    box = both if both[2] > both[0] and both[3] > both[1] else media
    unit = _number(page.obj.get("/UserUnit", 1)) or 1.0
    for side in (box[2] - box[0], box[3] - box[1]):
        if not SIDE[0] <= side * unit <= SIDE[1]:
            raise Refused("pdf_page_size", page=number, found=f"{side * unit:.6g}")
    return box


def _settle(copy: Pdf, page: Page) -> bool:
    """Close what the contents leave open, and set a page of an odd size on A4; whether it was scaled."""
    _balance(copy, page)
    box = [_number(each) for each in page.obj.MediaBox]
    wide, high = box[2] - box[0], box[3] - box[1]
    short, long = min(wide, high), max(wide, high)
    if short >= SMALL and short <= A4[0] * LARGER and long <= A4[1] * LARGER:
        return False
    if int(page.obj.get("/Rotate", 0)) % 180:
        wide, high = high, wide
    sheet = (A4[1], A4[0]) if wide > high else A4
    form = copy.make_indirect(page.as_form_xobject())
    form.write(form.read_bytes())  # its contents are the page's own until written, and the page gets others now
    resources = Dictionary(XObject=Dictionary(Sheet=form))
    place = pikepdf.Rectangle(0, 0, *sheet)
    drawn = page.calc_form_xobject_placement(form, Name.Sheet, place, allow_shrink=True, allow_expand=False)
    page.obj.MediaBox = Array([0, 0, round(sheet[0], 3), round(sheet[1], 3)])
    page.obj.Rotate = 0
    page.obj.Resources = resources
    page.obj.Contents = copy.make_stream(drawn)
    return True


def _balance(copy: Pdf, page: Page) -> None:
    """Let the contents end in the state they began in, so that a page number after them stands where it should."""
    try:
        operators = Counter[str]()
        lowest = 0
        for instruction in pikepdf.parse_content_stream(page, "q Q BT ET"):
            operators[str(instruction.operator)] += 1
            lowest = min(lowest, operators["q"] - operators["Q"])
    except (pikepdf.PdfError, UnicodeDecodeError):  # contents that cannot be parsed are shown as far as they go
        return
    missing = operators["q"] - operators["Q"] - lowest
    before = b"q\n" * -lowest
    after = b"\nET" * max(operators["BT"] - operators["ET"], 0) + b"\nQ" * missing
    if before:
        page.contents_add(copy.make_stream(before), prepend=True)
    if after:
        page.contents_add(copy.make_stream(after))


def _is_blank(page: Page) -> bool:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, Array) else [contents]
    try:
        return not any(isinstance(each, pikepdf.Stream) and each.read_bytes().strip() for each in streams)
    except pikepdf.PdfError:
        return True


def _keep_layers(source: Pdf, copy: Pdf) -> None:
    """Keep which layers are hidden: without this a hidden one would appear. Each hidden one also bears a mark."""
    layers = source.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary):
        return
    taken = copy.copy_foreign(layers if layers.is_indirect else source.make_indirect(layers))
    every = [each for each in taken.get("/OCGs", Array()) if isinstance(each, Dictionary)]
    shown = _dictionary(taken.get("/D"))
    on, off = ({each.objgen for each in shown.get(key, Array())} for key in ("/ON", "/OFF"))
    base_off = shown.get("/BaseState") == Name.OFF
    hidden = [each for each in every if each.objgen in off or (base_off and each.objgen not in on)]
    for each in hidden:
        each[HIDDEN_LAYER] = True
    copy.Root.OCProperties = Dictionary(OCGs=Array(every), D=Dictionary(OFF=Array(hidden)))


def _clean(copy: Pdf) -> set[str]:
    """Drop from every object what could act or hold a file; the words of what was dropped."""
    dropped: set[str] = set()
    for each in list(copy.objects):
        if isinstance(each, Dictionary | pikepdf.Stream):
            dropped |= _clean_dictionary(each, isinstance(each, pikepdf.Stream), 0)
        elif isinstance(each, Array):
            _clean_array(each, 0)
    return dropped


def _clean_dictionary(value: Any, is_stream: bool, depth: int) -> set[str]:
    dropped: set[str] = set()
    font = str(value.get("/Type", "")) in {"/Font", "/FontDescriptor", "/Encoding"}
    for key in list(value.keys()):
        if key in _ACTIVE_KEYS and not (key in {"/F", "/A"} and not is_stream) and not font:
            dropped |= {_ACTIVE_WORDS[key]} if key in _ACTIVE_WORDS else set()
            del value[key]
            continue
        if depth < DEPTH and not font:
            with contextlib.suppress(TypeError):  # a name that is not text cannot be looked up, nor can a reader
                _clean_nested(value.get(key), depth)
    return dropped


def _clean_nested(value: Any, depth: int) -> None:
    """Only what stands directly inside: indirect objects are visited on their own."""
    if isinstance(value, Object) and not value.is_indirect:
        if isinstance(value, Dictionary):
            _clean_dictionary(value, False, depth + 1)
        elif isinstance(value, Array):
            _clean_array(value, depth + 1)


def _clean_array(value: Array, depth: int) -> None:
    if depth < DEPTH and len(value) and isinstance(value[0], Object):
        for each in value:
            _clean_nested(each, depth)


def _inherited(value: Any, key: str) -> Any:
    for _step in range(50):
        if key in value:
            return value[key]
        value = value.get("/Parent")
        if not isinstance(value, Dictionary):
            break
    return None


def _dictionary(value: Any) -> Any:
    return value if isinstance(value, Dictionary) else Dictionary()


def _word(value: Any) -> str:
    """A name as text; empty where it is none, or not text."""
    try:
        return str(value) if isinstance(value, Name) else ""
    except UnicodeDecodeError:
        return ""


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _numbers(value: Any) -> list[float]:
    return [round(_number(each), 3) for each in value] if isinstance(value, Array) else []


def _box(value: Any) -> tuple[float, float, float, float] | None:
    """Four numbers as left, bottom, right, top, whichever corners they name; None where it is no box."""
    found = _numbers(value)
    if len(found) != 4:
        return None
    return min(found[0], found[2]), min(found[1], found[3]), max(found[0], found[2]), max(found[1], found[3])
