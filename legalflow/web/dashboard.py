"""The first page: what waits for whoever signed in; the small glossary; and whether the house is up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, make_response, render_template

from legalflow.access import RIGHTS, ROLE_NAMES, Right, Role
from legalflow.matters.matter import STAGE_BAR, WRITE_OFF_BAR
from legalflow.office import today
from legalflow.rendering import report
from legalflow.services import attending, awaiting, checking, measuring, reckoning
from legalflow.web import figures
from legalflow.web.door import actor, door, office
from legalflow.web.files import disposition
from legalflow.web.words import COMPONENTS, day

pages = Blueprint("dashboard", __name__)

# What a person meets on these pages and may not know by this name.
TERMS = (
    ("债权主张", "截至某日借款人应当支付的本金、利息、罚息、复利与费用，每一数额都可展开看到计算步骤和依据"),
    ("截止日", "利息计算到的最后一天；计头计尾以页面所选为准，之后的利息另行计至实际清偿之日"),
    ("未核验", "所依据的条文或数值尚未与官方文本核对，使用前请自行核实"),
    ("证据材料", "按分组排序、加目录和连续页码装订成册的证据文件；起诉状所引证据页码以同一册为准"),
    ("提取码", "交给承办律所的一次性代码，只显示一次；律所登录后输入代码下载证据材料"),
    ("更正", "误记的事项不删除，由复核人另记一条撤销事项并说明理由，历史完整保留"),
)

# What is internal: told only to who may see that money (财金〔2017〕90号 第十三条).
INTERNAL_TERMS = (("账销案存", "贷款在账面核销后债权仍然存在，继续追偿，收回款项逐笔登记"),)


@pages.get("/")
@door()
def first() -> Any:
    """What waits for the actor, most urgent first."""
    return render_template(
        "dashboard.html",
        board=attending.dashboard(office(), actor()),
        waiting=awaiting.count(office(), actor()),
        pictures=_first_pictures(),
        ledger_alarm=reckoning.alarm(office(), actor()),
    )


def _first_pictures() -> list[figures.Picture]:
    if not actor().may(Right.VIEW):
        return []
    names = figures.names(actor().role)[: figures.ON_FIRST_PAGE]
    return figures.pictures(measuring.measure(office(), actor(), names), names)


@pages.get("/figures")
@door(Right.VIEW)
def drawn() -> Any:
    """All pictures of the actor's role, each with the table of its numbers."""
    measures = measuring.measure(office(), actor(), figures.names(actor().role))
    return render_template(
        "figures.html", pictures=figures.pictures(measures, figures.names(actor().role)), measures=measures
    )


@pages.get("/figures/report.pdf")
@door(Right.VIEW)
def printed() -> Any:
    """The same pictures and tables as a PDF file, made at once: it holds sums alone, a page or four."""
    on, names = today(office()), figures.names(actor().role)
    found = figures.pictures(measuring.measure(office(), actor(), names), names, linked=False)
    parts = [
        report.Part(
            each.title,
            each.lead,
            each.svg,
            each.told,
            each.head,
            tuple(tuple(cell.text for cell in row) for row in each.rows),
        )
        for each in found
    ]
    scope = "承办案件" if actor().role is Role.FIRM_LAWYER else "全部在管贷款与案件"
    about = (f"截至{day(on)} · {ROLE_NAMES[actor().role]} {actor().name}", f"范围：{scope}；金额为人民币")
    response = make_response(report.write("不良贷款诉讼清收报告", about, parts))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = disposition("attachment", f"清收报告-{on.isoformat()}.pdf")
    return response


@pages.get("/help")
@door()
def glossary() -> Any:
    """The terms, the stages and who may do what."""
    shown = TERMS + (INTERNAL_TERMS if actor().may(Right.VIEW_MONEY) else ())
    rights = {role: sorted(right.value for right in RIGHTS if role in RIGHTS[right]) for role in Role}
    return render_template(
        "help.html",
        terms=shown,
        stages=STAGE_BAR,
        write_off_stages=WRITE_OFF_BAR,
        roles=ROLE_NAMES,
        rights=rights,
        components=COMPONENTS,
    )


@pages.get("/healthz")
@door(public=True)
def alive() -> Any:
    """We answer."""
    return jsonify(status="ok")


@pages.get("/readyz")
@door(public=True)
def ready() -> Any:
    """Whether database and store work."""
    found = checking.readiness(office())
    late = found.late  # the queue's processes: without them we are degraded, not down
    said = {"store": found.store, "oldest_due": round(found.oldest_due, 1), "late": late, "alarm": found.alarm}
    return jsonify(said), 200 if found.store else 503
