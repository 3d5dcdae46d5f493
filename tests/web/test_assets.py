"""The pages of assets: the register, one asset with its forms, and the measures of all matters by their last day."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from legalflow.access import Role
from legalflow.matters import events as e
from legalflow.matters.assets import assets_of
from legalflow.matters.matter import fold
from legalflow.persistence import journal
from legalflow.persistence.tables import MatterRow
from legalflow.services import tracking
from legalflow.values.money import Money
from tests.services.test_enforcing import JUDGMENT
from tests.web.world import Visitor, World, a_world

HOUSE = "示范路1号101室"
_AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = a_world(tmp_path_factory.mktemp("world"))
    yield made
    made.office.database.close()


@pytest.fixture(scope="module")
def counsel(world: World) -> Visitor:
    return world.visitor(Role.COUNSEL)


def matter_of(world: World) -> str:
    return world.places["own"].ids["matter"]


def number_of(world: World, name: str = HOUSE) -> int:
    with world.office.database.reading() as session:
        return next(
            each.number for each in assets_of(fold(journal.events(session, matter_of(world)))) if each.name == name
        )


def found(world: World, counsel: Visitor, **more: str) -> str:
    """A house is entered in the register; the address of its page."""
    said = {"on": "2026-03-02", "asset": HOUSE, "kind": "house", "value": "1000000", **more}
    answer = counsel.post(f"/matters/{matter_of(world)}/assets", said)
    assert answer.status_code == 303, answer.text
    return f"/matters/{matter_of(world)}/assets/{number_of(world, said['asset'])}"


def did(counsel: Visitor, page: str, name: str, on: str, **said: str) -> None:
    """Counsel records an event on the page of an asset."""
    answer = counsel.post(f"{page}/record", {"name": name, "on": on, **said})
    assert answer.status_code == 303, answer.text


def in_enforcement(world: World) -> None:
    """The matter under enforcement, as its journal tells it."""
    number = "（2026）京0105执1号"
    said: dict[str, Any] = {"at": _AT, "actor": "a"}
    steps: list[e.MatterEvent] = [
        e.MaterialsChecked(on=date(2026, 1, 2), **said),
        e.SuitDecided(on=date(2026, 1, 3), **said),
        e.FilingSubmitted(on=date(2026, 1, 4), document="D", bundle="B", court="某法院", defendants=(), **said),
        e.CaseAccepted(on=date(2026, 1, 5), case_number="（2026）京0105民初1号", court="某法院", **said),
        JUDGMENT,
        e.JudgmentTookEffect(on=date(2026, 2, 1), performance_last_day=date(2026, 2, 11), **said),
        e.EnforcementPrepared(on=date(2026, 3, 1), **said),
        e.EnforcementSubmitted(on=date(2026, 3, 1), document="D", court="某法院", **said),
        e.EnforcementAccepted(on=date(2026, 3, 1), case_number=number, court="某法院", **said),
    ]
    with world.office.database.writing() as session:
        row = session.get(MatterRow, matter_of(world))
        assert row is not None
        for event in steps:
            journal.append(session, row.id, event, fold(journal.events(session, row.id)).version)
        tracking.keep(row, fold(journal.events(session, row.id)))
        assert row.stage == "A65"
        session.add(row)


def test_an_asset_is_entered_measured_and_its_end_shown_with_the_days_left(world: World, counsel: Visitor) -> None:
    page = found(world, counsel)
    assert "申请保全" in counsel.get(page).text
    did(counsel, page, "PreservationTaken", "2023-12-20", asset_kind="real_estate", rank="first", way="seal",
        court="虚拟区法院", number="（2023）京0105执保1号")  # fmt: skip
    listed = counsel.get(f"/matters/{matter_of(world)}/assets").text
    assert "已查封冻结" in listed and "2026年12月20日" in listed and "还有 26 天" in listed and "申请续行" in listed
    text = counsel.get(page).text
    assert "最迟申请续行" in text and "2026年12月13日" in text
    assert "（2023）京0105执保1号" in text and "1,000,000.00" in text


def test_what_is_out_of_order_is_refused_with_the_reason_beside_the_form(world: World, counsel: Visitor) -> None:
    page = found(world, counsel, asset="乱序路2号")
    answer = counsel.post(f"{page}/record", {"name": "PreservationRenewed", "on": "2026-04-01"})
    assert answer.status_code == 409 or answer.status_code == 422
    assert "采取保全、查控措施" in answer.text
    text = counsel.get(page).text
    assert "现在不能登记的事项及原因" in text and "尚未对这项财产采取措施" in text


def test_a_measure_that_ran_out_alarms_and_cannot_be_renewed(world: World, counsel: Visitor) -> None:
    page = found(world, counsel, asset="尾号0001账户", kind="deposit")
    did(counsel, page, "PreservationTaken", "2025-11-01", asset_kind="deposits", rank="first")
    text = counsel.get(page).text
    assert "效力消灭：立即重新申请" in text and "alert-danger" in text
    refused = counsel.post(f"{page}/record", {"name": "PreservationRenewed", "on": "2026-11-20"})
    assert "不能续行" in refused.text
    assert "已到期" in counsel.get("/measures?within=expired").text
    did(counsel, page, "PreservationTaken", "2026-11-20", asset_kind="deposits", rank="first")
    assert "2027年11月20日" in counsel.get(page).text


def test_from_auction_to_our_share_and_the_money_finance_booked(world: World, counsel: Visitor) -> None:
    in_enforcement(world)
    page = found(world, counsel, asset="拍卖路3号")
    did(counsel, page, "PreservationTaken", "2026-03-10", asset_kind="real_estate", rank="first")
    did(counsel, page, "AssetValued", "2026-04-01", manner="appraisal", amount="1000000")
    form = counsel.get(f"{page}/record?name=AuctionSet").text
    assert "第一次拍卖" in form and "第二次拍卖" not in form
    did(counsel, page, "AuctionSet", "2026-04-10", asset_kind="real_estate", round="first", auction_on="2026-05-20",
        start_price="650000")  # fmt: skip
    assert "低于下限" in counsel.get(page).text
    did(counsel, page, "AuctionHeld", "2026-05-21", result="failed")
    did(counsel, page, "AuctionSet", "2026-06-01", asset_kind="real_estate", round="second", auction_on="2026-06-20",
        start_price="560000")  # fmt: skip
    did(counsel, page, "AuctionHeld", "2026-06-21", result="sold", price="600000")
    plan = {
        "total": "590000", "shares.0.creditor": "某法院", "shares.0.rank": "costs", "shares.0.amount": "8000",
        "shares.1.creditor": "样例银行", "shares.1.amount": "500000", "shares.1.ours": "是",
    }  # fmt: skip
    refused = counsel.post(
        f"{page}/record", {"name": "DistributionPlanReceived", "on": "2026-11-20", **plan, "total": "700000"}
    )
    assert "超过变价所得" in refused.text
    did(counsel, page, "DistributionPlanReceived", "2026-11-20", **plan)
    text = counsel.get(page).text
    assert "500,000.00" in text and "对财产分配方案提出异议" in text and "2026年12月7日" in text
    assert "去登记收款" in text
    with world.office.database.writing() as session:
        row = session.get(MatterRow, matter_of(world))
        assert row is not None
        paid = e.PaymentReceived(at=_AT, on=date(2026, 11, 23), actor="f", number="HS1", amount=Money("500000"))
        tracking.admit_event(session, world.office, world.actors[Role.COUNSEL], row, paid)
    form = counsel.get(f"{page}/record?name=ReceiptExplained").text
    assert "HS1（2026-11-23，500,000.00 元）" in form
    did(counsel, page, "ReceiptExplained", "2026-11-24", number="HS1", way="auction")
    listed = counsel.get(f"/matters/{matter_of(world)}/assets").text
    assert listed.count("500,000.00") >= 2  # the line and the sum of what came in


def test_collateral_enters_the_register_with_one_click(world: World, counsel: Visitor) -> None:
    answer = counsel.post(f"/matters/{matter_of(world)}/assets/collateral", {"index": "7"})
    assert answer.status_code == 422 and "没有这项担保物" in answer.text


def test_the_list_of_measures_is_exported_as_it_is_seen(world: World, counsel: Visitor) -> None:
    page = found(world, counsel, asset="到期路4号")
    did(counsel, page, "PreservationTaken", "2023-12-20", asset_kind="real_estate", rank="first", court="虚拟区法院")
    content = io.BytesIO(counsel.get("/measures/export").data)
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    row = next(each for each in rows if each[2] == "到期路4号")
    assert rows[0][2] == "财产" and row[5] == "虚拟区法院" and row[9] == 26
    assert "到期路4号" in counsel.get("/measures?within=month").text
    assert "到期路4号" not in counsel.get("/measures?within=week").text


def test_a_firm_sees_the_measures_of_its_own_matters_and_records_nothing(world: World, counsel: Visitor) -> None:
    page = found(world, counsel, asset="律所路5号")
    did(counsel, page, "PreservationTaken", "2023-12-20", asset_kind="real_estate", rank="first")
    lawyer = world.visitor(Role.FIRM_LAWYER)
    assert (
        "律所路5号" in lawyer.get("/measures").text and "登记财产线索" not in lawyer.get(page.rpartition("/")[0]).text
    )
    tracking.unassign(world.office, world.actors[Role.COUNSEL], matter_of(world), "改派")
    assert "律所路5号" not in lawyer.get("/measures").text
    assert lawyer.get(page).status_code == 404
