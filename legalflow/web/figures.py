"""The pictures of a portfolio in words and shapes: each with the table of its numbers and the lists they count.

Which pictures a role sees first is a table; what a picture says where there is too little to draw stands beside it: a
handful of matters is told in its table and never drawn as a trend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape, unescape

from flask import url_for

from legalflow.access import Role
from legalflow.matters.stages import STAGES
from legalflow.rendering import charts
from legalflow.rendering.charts import Bar, Curve
from legalflow.services.measuring import Age, Cohort, Measures, Step
from legalflow.values.money import Money
from legalflow.web.catalogue import HAN
from legalflow.web.language import english, said
from legalflow.web.words import moment

FEWEST = 5  # matters of a month are drawn as a curve, fewer only told
MOST_CURVES = 5
TENTH, HUNDREDTH = Decimal(1).scaleb(-1), Decimal(1).scaleb(-2)  # numbers are shown to these
WAN = 1_000_000  # fen of ten thousand yuan

STEP_NAMES = (
    "接收",
    "催告协商",
    "立案准备",
    "提交立案",
    "法院立案",
    "一审裁判",
    "裁判生效",
    "申请执行",
    "执行中",
    "执行完毕",
)
DUE_NAMES = {
    "overdue": "已逾期",
    "today": "今天",
    "week": "七日内",
    "month": "三十日内",
    "quarter": "九十日内",
    "later": "九十日以后",
}

# The pictures by role, what it works with first; those it may not see are left out as they are made.
_LAWYERS = ("stages", "due", "recovery", "costs", "ageing", "firms", "write_offs")
_MONEY = ("ageing", "write_offs", "recovery", "costs", "firms", "stages", "due")
ORDERS: Mapping[Role, tuple[str, ...]] = {
    Role.COUNSEL: _LAWYERS,
    Role.REVIEWER: ("stages", "due", "firms", "recovery", "costs", "ageing", "write_offs"),
    Role.SEAL_KEEPER: ("stages", "due", "ageing"),
    Role.FIRM_LAWYER: ("stages", "due", "recovery", "costs"),
    Role.FINANCE: _MONEY,
    Role.FINANCE_CHECKER: _MONEY,
    Role.APPROVER: ("write_offs", "ageing", "recovery", "costs", "firms", "stages", "due"),
    Role.AUDITOR: ("write_offs", "ageing", "recovery", "costs", "firms", "stages", "due"),
}
ON_FIRST_PAGE = 2
_WORDS = re.compile(f'(>|aria-label=")([^<"]*{HAN.pattern}[^<"]*)(?=[<"])')  # what is written in a picture


@dataclass(frozen=True)
class Cell:
    """A cell of the table behind a picture; `href` leads to the list it counts."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture with its title, what it counts, its SVG (empty: too little to draw, `told` says so) and its table."""

    name: str
    title: str
    lead: str
    svg: str
    told: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def names(role: Role) -> tuple[str, ...]:
    """The pictures of a role in its order; none for whoever sees no debtor."""
    return ORDERS.get(role, ())


def pictures(measures: Measures, wanted: Sequence[str], linked: bool = True) -> list[Picture]:
    """Some pictures in order; on paper nothing is linked, and all is in Chinese."""
    made = (_MAKERS[name](measures, linked) for name in wanted)
    found = [picture for picture in made if picture is not None]
    return [replace(each, svg=_WORDS.sub(_said, each.svg)) for each in found] if linked and english() else found


def _said(match: re.Match[str]) -> str:
    """A text of a picture in the language of the page."""
    return match[1] + escape(said(unescape(match[2])))


def _stages(measures: Measures, linked: bool) -> Picture:
    """The funnel: how many open matters reached each step."""
    pairs = list(zip(measures.steps, STEP_NAMES, strict=True))
    open_matters = measures.matters - measures.closed
    address = (lambda step: url_for("matters.listed", stage=_first(step))) if linked else _nowhere
    rows = [
        Bar(name, (step.reached,), f"{step.reached:,} 件 · 现处 {step.here:,}", address(step) if step.here else "")
        for step, name in pairs
        if step.reached
    ]
    lead = f"未结 {open_matters:,} 件案件各走到哪一步；条长为到达该步或更后的件数"
    left_out = [f"破产程序中 {measures.bankrupt:,} 件"] * bool(measures.bankrupt)
    left_out += [f"债权已转让 {measures.assigned:,} 件"] * bool(measures.assigned)
    left_out += [f"已结 {measures.closed:,} 件"] * bool(measures.closed)
    lead += f"；{'、'.join(left_out)}不在内" if left_out else ""
    table = tuple(
        (Cell(name), Cell(f"{step.here:,}", address(step) if step.here else ""), Cell(f"{step.reached:,}"))
        for step, name in pairs
    )
    return Picture(
        "stages",
        "案件阶段",
        lead,
        charts.funnel("stages", "案件阶段", lead, rows) if rows else "",
        "没有未结案件；由贷款页面转为案件后，这里显示案件走到哪一步。",
        ("步骤", "现处", "到达"),
        table if rows else (),
    )


def _first(step: Step) -> list[str]:
    return [code for code in step.stages if code in STAGES]


def _nowhere(_: object) -> str:
    return ""


def _due(measures: Measures, linked: bool) -> Picture:
    """What falls due, by the bands of the list of deadlines."""
    address = (lambda band: url_for("deadlines.listed", days=band)) if linked else _nowhere
    rows = [
        Bar(DUE_NAMES[band], (count,), f"{count:,} 项", address(band) if count else "")
        for band, count in measures.due.items()
    ]
    some = sum(measures.due.values())
    lead = "进行中的期限按最后一日；七日、三十日、九十日内的各包含较近的"
    return Picture(
        "due",
        "期限",
        lead,
        charts.bars("due", "期限", lead, rows) if some else "",
        "没有进行中的期限；案件登记的事项会自动产生期限。",
        ("最后一日", "项数"),
        tuple((Cell(row.label), Cell(f"{row.whole:,}", row.href)) for row in rows if some),
    )


def _ageing(measures: Measures, linked: bool) -> Picture:
    """What is owed by how long it is overdue."""
    ageing = measures.ageing
    address = url_for("loans.listed", sort="-overdue") if linked else ""
    rows = [
        Bar(_age(age), (age.total.fen,), f"{age.loans:,} 笔 · {_wan(age.total)}", address if age.loans else "")
        for age in ageing.ages
    ]
    loans = sum(age.loans for age in ageing.ages)
    lead = f"每日债权（{_day(ageing.as_of)}）按逾期天数，条长为债权合计" if ageing.as_of else "每日债权按逾期天数"
    left_out = [f"{ageing.unknown:,} 笔未能算出"] * bool(ageing.unknown)
    left_out += [f"{ageing.foreign:,} 笔为外币"] * bool(ageing.foreign)
    lead += f"；另有{'、'.join(left_out)}，不在内" if left_out else ""
    return Picture(
        "ageing",
        "逾期账龄",
        lead,
        charts.bars("ageing", "逾期账龄", lead, rows) if loans else "",
        "还没有每日债权；今夜零时后计算，这里随即显示。",
        ("逾期", "笔数", "债权合计（元）"),
        tuple((Cell(_age(age)), Cell(f"{age.loans:,}"), Cell(age.total.grouped())) for age in ageing.ages if loans),
    )


def _recovery(measures: Measures, linked: bool) -> Picture:
    """Of what was lent on the matters filed in a month, how much came in month by month since."""
    cohorts = measures.cohorts
    drawn = [each for each in cohorts if each.matters >= FEWEST and len(each.came_in) > 1 and each.lent.fen > 0]
    curves = [Curve(_month(each), _shares(each)) for each in _spread(drawn)]
    lead = "近十二个月提交立案的案件，立案后累计回款占其放款金额的比例，按提交立案的月份"
    few = len(cohorts) - len(drawn)
    lead += f"；不足 {FEWEST} 件或未满一个月的月份只列表、不画线" if few else ""
    lead += f"；画其中 {MOST_CURVES} 个月份，其余见下表" if len(drawn) > MOST_CURVES else ""
    lead += _ending(measures)
    told = "近十二个月没有提交立案的案件。"
    if cohorts:
        told = f"每个月份不足 {FEWEST} 件或未满一个月，画成曲线会误导；数字见下表。"
    return Picture(
        "recovery",
        "回款曲线",
        lead,
        charts.line("recovery", "回款曲线", lead, curves, "%", "提交立案后的月数") if curves else "",
        told,
        ("提交立案", "件数", "放款（元）", "累计回款（元）", "回款比例"),
        tuple(
            (
                Cell(_month(each)),
                Cell(f"{each.matters:,}"),
                Cell(each.lent.grouped()),
                Cell(each.recovered.grouped()),
                Cell(f"{_share(each.recovered, each.lent)}%" if each.lent.fen else "—"),
            )
            for each in cohorts
        ),
    )


def _costs(measures: Measures, linked: bool) -> Picture:
    """Court fees and costs advanced against what came in, by the month of filing."""
    cohorts = measures.cohorts
    rows = [
        Bar(_month(each), (each.fees.fen, each.recovered.fen), f"费 {_wan(each.fees)} · 回 {_wan(each.recovered)}")
        for each in cohorts
    ]
    some = any(row.whole for row in rows)
    lead = "近十二个月提交立案的案件，垫付的费用（退还的除外）与立案后的回款，按提交立案的月份" + _ending(measures)
    told = "这些案件还没有登记缴费，也没有回款。" if cohorts else "近十二个月没有提交立案的案件。"
    return Picture(
        "costs",
        "费用与回款",
        lead,
        charts.bars("costs", "费用与回款", lead, rows, ("垫付费用", "立案后回款"), beside=True) if some else "",
        told,
        ("提交立案", "件数", "垫付费用（元）", "回款（元）", "每元费用回款"),
        tuple(
            (
                Cell(_month(each)),
                Cell(f"{each.matters:,}"),
                Cell(each.fees.grouped()),
                Cell(each.recovered.grouped()),
                Cell(_per_yuan(each.recovered, each.fees)),
            )
            for each in cohorts
        ),
    )


def _firms(measures: Measures, linked: bool) -> Picture | None:
    """The firms with their matters: those in effect, those filed, the rest; and what they brought in."""
    if measures.firms is None:
        return None
    address = (lambda firm: url_for("matters.listed", firm=firm)) if linked else _nowhere
    rows = [
        Bar(
            firm.name,
            (firm.in_effect, firm.filed - firm.in_effect, firm.open - firm.filed),
            f"未结 {firm.open:,} 件 · 逾期期限 {firm.missed:,}",
            address(firm.firm_id),
        )
        for firm in measures.firms
    ]
    lead = "各律所未结案件所处；回款与费用只计近十二个月提交立案的案件"
    return Picture(
        "firms",
        "律所",
        lead,
        charts.bars("firms", "律所", lead, rows, ("裁判已生效", "已提交立案", "立案前")) if rows else "",
        "还没有分派给律所的案件。",
        ("律所", "案件", "未结", "已立案", "已生效", "逾期期限", "回款（元）", "费用（元）"),
        tuple(
            (
                Cell(firm.name),
                Cell(f"{firm.matters:,}", address(firm.firm_id)),
                *(Cell(f"{n:,}") for n in (firm.open, firm.filed, firm.in_effect, firm.missed)),
                Cell(firm.recovered.grouped()),
                Cell(firm.fees.grouped()),
            )
            for firm in measures.firms
        ),
    )


def _write_offs(measures: Measures, linked: bool) -> Picture | None:
    """The write-offs booked by criterion: what came back since, and what is still off."""
    if measures.written_off is None:
        return None
    address = url_for("finance.listed", state="booked") if linked else ""
    rows = [
        Bar(
            each.title,
            (min(each.recovered.fen, each.amount.fen), max(each.amount.fen - each.recovered.fen, 0)),
            f"{each.matters:,} 件 · {_wan(each.amount)}",
            address,
        )
        for each in measures.written_off
    ]
    lead = "已入账的核销按认定标准；账销案存，收回的另色"
    return Picture(
        "write_offs",
        "核销",
        lead,
        charts.bars("write_offs", "核销", lead, rows, ("核销后已收回", "尚未收回")) if rows else "",
        "还没有已入账的核销。",
        ("认定标准", "件数", "核销金额（元）", "核销后收回（元）"),
        tuple(
            (
                Cell(each.title),
                Cell(f"{each.matters:,}", address),
                Cell(each.amount.grouped()),
                Cell(each.recovered.grouped()),
            )
            for each in measures.written_off
        ),
    )


_MAKERS: Mapping[str, Callable[[Measures, bool], Picture | None]] = {
    "stages": _stages,
    "due": _due,
    "ageing": _ageing,
    "recovery": _recovery,
    "costs": _costs,
    "firms": _firms,
    "write_offs": _write_offs,
}


# --- words -----------------------------------------------------------------------------------------------------------


def _age(age: Age) -> str:
    if age.last is None:
        return f"{age.first - 1} 天以上"
    return "未逾期" if age.last == 0 else f"{age.first}–{age.last} 天"


def _month(cohort: Cohort) -> str:
    return f"{cohort.month.year}年{cohort.month.month}月"


def _day(on: object) -> str:
    year, month, day = str(on).split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _wan(amount: Money) -> str:
    """An amount in ten thousands of yuan, or in yuan where it is less."""
    if abs(amount.fen) < WAN:
        return f"{amount.grouped()} 元"
    return f"{(Decimal(amount.fen) / WAN).quantize(TENTH):,} 万元"


def _ending(measures: Measures) -> str:
    said = f"；另有 {measures.foreign_filed:,} 件为外币，不在内" if measures.foreign_filed else ""
    return f"{said}。统计于 {moment(measures.followed_at)}" if measures.cohorts else said


def _spread(cohorts: Sequence[Cohort]) -> list[Cohort]:
    """As many as a picture shows, the first and the last among them, the others as far apart as they can be."""
    last = len(cohorts) - 1
    if last < MOST_CURVES:
        return list(cohorts)
    return [cohorts[last * place // (MOST_CURVES - 1)] for place in range(MOST_CURVES)]


def _shares(cohort: Cohort) -> tuple[Decimal, ...]:
    return tuple(_share(amount, cohort.lent) for amount in cohort.came_in)


def _share(part: Money, whole: Money) -> Decimal:
    return (Decimal(100) * part.fen / whole.fen).quantize(TENTH)


def _per_yuan(recovered: Money, fees: Money) -> str:
    return f"{(Decimal(recovered.fen) / fees.fen).quantize(HUNDREDTH):,}" if fees.fen else "—"
