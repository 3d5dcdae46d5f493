"""Evidence: files taken in and judged, in the order of the bundle; the bundle bound, and its code for the firm."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, NotFound, Problem
from legalflow.evidence import checklist
from legalflow.evidence.exhibits import KINDS
from legalflow.services import bundling, keeping, sharing, viewing
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import attachment, preview
from legalflow.web.forms import Field, whole, with_values
from legalflow.web.matters import framed

pages = Blueprint("evidence", __name__)

PARTS = ("pdf", "manifest", "list_docx", "list_pdf")


@pages.get("/matters/<matter_id>/evidence")
@door(Right.VIEW)
def listed(matter_id: str) -> Any:
    """The exhibits of a matter in the order of the bundle, and the form for another."""
    sheet = viewing.matter(office(), actor(), matter_id)
    titles = checklist.group_titles()
    return render_template(
        "evidence_table.html" if request.headers.get("HX-Request") else "evidence.html",
        **framed(sheet),
        titles=titles,
        groups=[(number, title, _of_group(sheet.exhibits, number)) for number, title in titles.items()],
        waiting=any(row.state == "received" for row in sheet.exhibits),
        fields=_fields(titles),
        facts=[(each.fact, each.name) for each in checklist.asked("loan")],
    )


@pages.post("/matters/<matter_id>/evidence")
@door(
    Right.ADD_EVIDENCE,
    takes=("name", "group", "kind", "source", "proves", "form", "facts", "password"),
    files=("file",),
    again=listed,
)
def add(matter_id: str) -> Any:
    """Take a file into evidence; it is judged by a worker."""
    file, form = request.files.get("file"), request.form
    if file is None or not file.filename:
        raise Invalid(Problem("upload.missing", "请选择文件", "choose a file", "file"))
    content, file_name = file.read(), file.filename
    file.seek(0)

    def effect() -> str:
        keeping.add_exhibit(
            office(),
            actor(),
            matter_id,
            file_name,
            content,
            name=form.get("name", ""),
            group=whole(form.get("group", "")) or 0,
            kind=form.get("kind", ""),
            source=form.get("source", ""),
            proves=form.get("proves", ""),
            form=form.get("form", ""),
            facts=form.getlist("facts"),
            password=form.get("password") or None,
        )
        return url_for("evidence.listed", matter_id=matter_id)

    return once(effect)


@pages.get("/exhibits/<exhibit_id>/describe")
@door(Right.ADD_EVIDENCE)
def describe_form(exhibit_id: str) -> Any:
    """The form to say anew what an exhibit is, what it proves and where it stands."""
    row, matter = viewing.exhibit(office(), actor(), exhibit_id)
    kept = {
        "name": row.name,
        "group": str(row.group_number),
        "place": str(row.place),
        "kind": row.kind,
        "form": row.form,
        "source": row.source,
        "proves": row.proves,
    }
    place = Field(name="place", zh="组内次序", kind="count", required=True, hint="1 为本组第一项，其余顺延")
    asked = [field for field in _fields(checklist.group_titles()) if field.kind not in {"file", "password"}]
    asked.insert(2, place)
    return render_template(
        "exhibit.html",
        **framed(viewing.matter(office(), actor(), matter.id)),
        exhibit=row,
        fields=with_values(asked, kept),
        facts=[(each.fact, each.name) for each in checklist.asked("loan")],
    )


@pages.post("/exhibits/<exhibit_id>/describe")
@door(
    Right.ADD_EVIDENCE,
    takes=("name", "group", "place", "kind", "source", "proves", "form", "facts"),
    again=describe_form,
)
def describe(exhibit_id: str) -> Any:
    """Say anew what an exhibit is; its file stays."""
    _, matter = viewing.exhibit(office(), actor(), exhibit_id)
    form = request.form
    place = whole(form.get("place", ""))
    if place is None:
        raise Invalid(Problem("exhibit.place", "组内次序须为整数", "the place is a whole number", "place"))

    def effect() -> str:
        keeping.describe(
            office(),
            actor(),
            exhibit_id,
            name=form.get("name", ""),
            group=whole(form.get("group", "")) or 0,
            place=place,
            kind=form.get("kind", ""),
            source=form.get("source", ""),
            proves=form.get("proves", ""),
            form=form.get("form", ""),
            facts=form.getlist("facts"),
        )
        return url_for("evidence.listed", matter_id=matter.id)

    return once(effect)


def _list_of(exhibit_id: str) -> Any:
    return listed(viewing.exhibit(office(), actor(), exhibit_id)[1].id)


@pages.post("/exhibits/<exhibit_id>/withdraw")
@door(Right.ADD_EVIDENCE, takes=("reason",), again=_list_of)
def withdraw(exhibit_id: str) -> Any:
    """Take an exhibit out of the evidence, saying why."""
    _, matter = viewing.exhibit(office(), actor(), exhibit_id)

    def effect() -> str:
        keeping.withdraw(office(), actor(), exhibit_id, request.form.get("reason", ""))
        return url_for("evidence.listed", matter_id=matter.id)

    return once(effect)


@pages.get("/exhibits/<exhibit_id>/original")
@door(Right.DOWNLOAD)
def original(exhibit_id: str) -> Any:
    """The file as it was received, only ever as an attachment."""
    return attachment(keeping.open_original(office(), actor(), exhibit_id))


@pages.get("/matters/<matter_id>/bundles")
@door(Right.VIEW)
def bundles(matter_id: str) -> Any:
    """The bundles of a matter, and the button for another."""
    sheet = viewing.matter(office(), actor(), matter_id)
    return render_template("bundles.html", **framed(sheet), bindable=keeping.bindable(sheet.exhibits))


@pages.post("/matters/<matter_id>/bundles")
@door(Right.BUNDLE, again=bundles)
def bind(matter_id: str) -> Any:
    """Have the exhibits bound into a bundle, by a worker."""
    return once(lambda: url_for("evidence.bundle", bundle_id=bundling.request_bundle(office(), actor(), matter_id)))


@pages.get("/bundles/<bundle_id>")
@door(Right.VIEW)
def bundle(bundle_id: str, code: str = "") -> Any:
    """A bundle: its plan, its files, its codes. `code` is shown here once, right after it was made."""
    row, matter, links, firm = viewing.bundle(office(), actor(), bundle_id)
    placed = bundling.plan_of(row).placed if row.plan else ()
    now = office().now()
    return render_template(
        "bundle.html", bundle=row, matter=matter, links=links, firm=firm, code=code, now=now, placed=placed
    )


@pages.get("/bundles/<bundle_id>/state")
@door(Right.VIEW)
def state(bundle_id: str) -> Any:
    """The part of the page that waits; once the bundle is made the whole page is loaded anew."""
    row, _, _, _ = viewing.bundle(office(), actor(), bundle_id)
    response = make_response(render_template("bundle_state.html", bundle=row))
    if row.state != "requested":
        response.headers["HX-Refresh"] = "true"
    return response


@pages.get("/bundles/<bundle_id>/preview")
@door(Right.DOWNLOAD)
def bundle_inside(bundle_id: str) -> Any:
    """Our own bundle, inside our own page."""
    return preview(bundling.open_bundle(office(), actor(), bundle_id, "pdf"))


@pages.get("/bundles/<bundle_id>/files/<part>")
@door(Right.DOWNLOAD)
def download(bundle_id: str, part: str) -> Any:
    """A file of a bundle, as an attachment."""
    if part not in PARTS:
        raise NotFound.one("file.absent", "没有这种文件", "there is no such file")
    found = bundling.open_bundle(office(), actor(), bundle_id, part)
    if part == "pdf":
        sharing.taken_on_page(office(), actor(), "bundle", bundle_id)
    return attachment(found)


@pages.post("/bundles/<bundle_id>/share")
@door(Right.SHARE, again=bundle)
def share(bundle_id: str) -> Any:
    """A code for the firm: the answer shows it once, and nothing keeps it."""
    return make_response(bundle(bundle_id, code=sharing.share(office(), actor(), bundle_id)))


def _bundle_of_link(bundle_id: str, link_id: str) -> Any:
    return bundle(bundle_id)


@pages.post("/bundles/<bundle_id>/links/<link_id>/revoke")
@door(Right.SHARE, takes=("confirm",), again=_bundle_of_link)
def revoke(bundle_id: str, link_id: str) -> Any:
    """End a code at once and for good, confirmed by typing the matter's number."""
    confirmed(sharing.matter_of(office(), actor(), link_id)[1])

    def effect() -> str:
        sharing.revoke(office(), actor(), link_id)
        return url_for("evidence.bundle", bundle_id=bundle_id)

    return once(effect)


def _of_group(exhibits: Any, number: int) -> list[Any]:
    return [row for row in exhibits if row.group_number == number]


def _fields(titles: dict[int, str]) -> list[Field]:
    groups = tuple((str(number), f"{number} {title}") for number, title in titles.items())
    return [
        Field(name="file", zh="文件", kind="file", required=True, hint="PDF、图片或 DOCX，单个不超过 50 MB"),
        Field(name="name", zh="证据名称", required=True),
        Field(name="group", zh="分组", kind="one", required=True, options=groups),
        Field(name="kind", zh="证据种类", kind="one", options=tuple((kind, kind) for kind in KINDS), value=KINDS[0]),
        Field(name="form", zh="形式", kind="one", options=tuple((form, form) for form in keeping.FORMS)),
        Field(name="source", zh="证据来源"),
        Field(name="proves", zh="证明目的", kind="long"),
        Field(name="password", zh="打开密码", kind="password", hint="仅在文件设有打开密码时填写，使用一次，不保存"),
    ]
