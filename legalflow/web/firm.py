"""Where lender and firm meet: what was handed over, taken and confirmed, what is new, and the firm's own board."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for

from legalflow.access import Right
from legalflow.errors import Invalid, Problem
from legalflow.matters import proposals
from legalflow.matters.matter import fold, next_steps
from legalflow.services import delivering, exchanging, proposing, sharing, viewing
from legalflow.web.confirming import confirmed
from legalflow.web.door import actor, door, office, once
from legalflow.web.files import attachment, disposition
from legalflow.web.forms import Field, whole
from legalflow.web.matters import framed

pages = Blueprint("firm", __name__)

_WAYS = (("page", "律师登录后在案件页面直接下载"), ("code", "凭提取码下载（提取码只显示一次）"))


@pages.get("/received")
@door(Right.DOWNLOAD)
def code_form() -> Any:
    """The page that asks for the code."""
    return render_template("received.html")


@pages.post("/received")
@door(Right.DOWNLOAD, takes=("code",), again=code_form)
def fetch() -> Any:
    """What a code stands for; it stands in no address, and so in no log."""
    return attachment(sharing.open_link(office(), actor(), request.form.get("code", "")))


@pages.get("/firm")
@door(Right.RECEIVE)
def board() -> Any:
    """The firm's own board: its matters, what waits for its lawyers, what is new, what falls due next."""
    lines, count = exchanging.board(office(), actor())
    waiting = proposing.waiting(office(), actor())
    return render_template("firm_board.html", lines=lines, count=count, waiting=waiting)


@pages.get("/matters/<matter_id>/firm")
@door(Right.VIEW)
def exchange(matter_id: str, code: str = "") -> Any:
    """A matter between lender and firm, each side seeing its own part."""
    sheet = viewing.matter(office(), actor(), matter_id)
    found = exchanging.exchange(office(), actor(), matter_id)
    steps = [step for step in next_steps(fold(sheet.events)) if proposals.may_be_proposed(step.name)]
    return render_template(
        "firm.html",
        **framed(sheet),
        found=found,
        code=code,
        now=office().now(),
        proposed=proposing.of_matter(office(), actor(), matter_id),
        steps=steps if actor().may(Right.PROPOSE) else [],
        fields=_hand_over_fields(found.things),
        paper_fields=paper_fields(required=True),
    )


@pages.post("/matters/<matter_id>/hand-over")
@door(Right.SHARE, takes=("thing", "way", "days", "uses"), again=exchange)
def hand_over(matter_id: str) -> Any:
    """Hand something to the firm; a code is shown once, and nothing keeps it."""
    viewing.matter(office(), actor(), matter_id)
    form = request.form
    kind, _, thing = form.get("thing", "").partition(":")
    way = form.get("way", "")
    problems = []
    if kind not in {"bundle", "document"} or not thing:
        problems.append(Problem("link.thing", "请选择要提供的文件", "choose what is handed over", "thing"))
    if way not in dict(_WAYS):
        problems.append(Problem("link.way", "请选择提供方式", "choose how it is handed over", "way"))
    Invalid.raise_any(problems)
    days, uses = whole(form.get("days", "")), whole(form.get("uses", ""))

    def made() -> str:
        return sharing.hand_over(office(), actor(), kind, thing, days=days, uses=uses, direct=way == "page")

    if way == "code":
        return make_response(exchange(matter_id, code=made()))

    def effect() -> str:
        made()
        return url_for("firm.exchange", matter_id=matter_id) + "#links"

    return once(effect)


def _exchange_of_link(link_id: str) -> Any:
    return exchange(sharing.matter_of(office(), actor(), link_id)[0])


@pages.post("/links/<link_id>/revoke")
@door(Right.SHARE, takes=("confirm",), again=_exchange_of_link)
def revoke(link_id: str) -> Any:
    """End a link at once and for good, confirmed by typing the matter's number."""
    confirmed(sharing.matter_of(office(), actor(), link_id)[1])
    return once(lambda: url_for("firm.exchange", matter_id=sharing.revoke(office(), actor(), link_id)) + "#links")


@pages.post("/links/<link_id>/take")
@door(Right.RECEIVE)
def take(link_id: str) -> Any:
    """What was handed to one's firm, as an attachment; one use."""
    return attachment(sharing.take(office(), actor(), link_id))


@pages.post("/deliveries/<delivery_id>/confirm")
@door(Right.RECEIVE)
def confirm(delivery_id: str) -> Any:
    """Say that what was taken arrived."""

    def effect() -> str:
        return url_for("firm.exchange", matter_id=delivering.confirm(office(), actor(), delivery_id)) + "#taken"

    return once(effect)


@pages.get("/bundles/<bundle_id>/changes")
@door(Right.DOWNLOAD)
def changes(bundle_id: str) -> Any:
    """What is new in a bundle against the last one the firm took."""
    return render_template("firm_changes.html", found=exchanging.changes(office(), actor(), bundle_id))


@pages.get("/bundles/<bundle_id>/changes.pdf")
@door(Right.DOWNLOAD)
def changed_pages(bundle_id: str) -> Any:
    """The list of changes with only the pages that must be read anew."""
    name, content = exchanging.changed_pages(office(), actor(), bundle_id)
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def paper_fields(*, required: bool) -> list[Field]:
    """The fields of a paper that is sent in."""
    kinds = tuple((each.value, each.zh) for each in proposals.PAPERS)
    return [
        Field(name="file", zh="文书扫描件或电子件", kind="file", required=required, hint="PDF、图片或 DOCX"),
        Field(name="paper_kind", zh="文书种类", kind="one", required=required, options=kinds),
        Field(name="password", zh="打开密码", kind="password", hint="仅在文件设有打开密码时填写，使用一次，不保存"),
    ]


def _hand_over_fields(things: list[sharing.Thing]) -> list[Field]:
    options = tuple((f"{each.kind}:{each.id}", each.title) for each in things)
    days = tuple((str(day), f"{day} 天") for day in range(1, sharing.LONGEST.days + 1))
    uses = tuple((str(use), f"{use} 次") for use in range(1, sharing.MOST_USES + 1))
    first = options[0][0] if options else ""
    return [
        Field(name="thing", zh="文件", kind="one", required=True, options=options, value=first),
        Field(name="way", zh="提供方式", kind="one", required=True, options=_WAYS, value="page"),
        Field(name="days", zh="有效期", kind="one", required=True, options=days, value="3"),
        Field(name="uses", zh="可下载次数", kind="one", required=True, options=uses, value="5"),
    ]
