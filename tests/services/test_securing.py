"""The register of a matter's assets, and the measures of all matters: in scope, by last day, as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed, NotFound, NotNow
from legalflow.loans.parties import Collateral, PartyRole
from legalflow.office import Office
from legalflow.persistence.tables import AuditRow, FirmRow
from legalflow.services import expiring, securing, tracking
from legalflow.values.money import Money
from tests.builders import a_loan, a_party, an_account, an_office, an_open_matter

HOUSE = "示范路1号101室住宅"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = an_office(tmp_path_factory.mktemp("office"), today="2026-11-24T10:00:00+08:00")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture(scope="module")
def matter(office: Office, counsel: Actor) -> str:
    """A matter whose loan a house secures."""
    house = Collateral(
        owner="甄借款", kind="抵押", description=HOUSE, contract_name="抵押合同", signed=date(2025, 1, 15),
        certificate="虚（2025）不动产证明第1号",
    )  # fmt: skip
    parties = (*a_loan().parties, a_party(PartyRole.COLLATERAL_OWNER))
    return an_open_matter(office, counsel, a_loan(collateral=(house,), parties=parties))


def recorded(office: Office, counsel: Actor, matter: str, name: str, on: str, **texts: str) -> None:
    tracking.record(office, counsel, matter, name, {"on": on, **texts})


def test_collateral_is_entered_once_as_what_it_is(office: Office, counsel: Actor, matter: str) -> None:
    offers = securing.register(office, counsel, matter).offers
    assert [(each.name, each.kind) for each in offers] == [(HOUSE, "house")]
    assert securing.add_collateral(office, counsel, matter, 0) == HOUSE
    found = securing.register(office, counsel, matter)
    assert found.offers == []
    asset = found.lines[0].asset
    assert (asset.secured, asset.owner, asset.detail) == (True, "甄借款", "虚（2025）不动产证明第1号")
    with pytest.raises(Invalid):
        securing.add_collateral(office, counsel, matter, 0)
    with pytest.raises(NotAllowed):
        securing.add_collateral(office, an_account(office, Role.AUDITOR), matter, 0)


def test_the_law_s_length_stands_in_the_register_and_against_a_late_renewal(
    office: Office, counsel: Actor, matter: str
) -> None:
    account = {"asset": "尾号0001账户", "kind": "deposit", "value": "38000"}
    recorded(office, counsel, matter, "AssetFound", "2025-11-01", **account)
    taken = {"asset": "尾号0001账户", "asset_kind": "deposits", "court": "虚拟区法院"}
    recorded(office, counsel, matter, "PreservationTaken", "2025-11-01", **taken)
    line = next(each for each in securing.register(office, counsel, matter).lines if each.asset.name == "尾号0001账户")
    assert line.standing.state == "expired" and line.standing.expiry is not None
    assert line.standing.expiry.last_day.value == date(2026, 11, 1) and line.mark
    with pytest.raises(NotNow) as late:
        recorded(office, counsel, matter, "PreservationRenewed", "2026-11-20", asset="尾号0001账户")
    assert late.value.problems[0].code == "measure.expired"
    recorded(office, counsel, matter, "PreservationTaken", "2026-11-20", **taken)
    with pytest.raises(NotNow) as twice:
        recorded(office, counsel, matter, "PreservationTaken", "2026-11-21", **taken)
    assert twice.value.problems[0].code == "measure.runs"
    assert securing.register(office, counsel, matter).value == Money("38000")
    with pytest.raises(NotFound):
        securing.asset(office, counsel, matter, 999)


def test_measures_of_all_matters_stand_by_their_last_day_in_scope_and_go_out_as_seen(
    office: Office, counsel: Actor, matter: str
) -> None:
    for number, (on, kind) in enumerate((("2023-12-10", "real_estate"), ("2023-12-01", "rights")), 1):
        other = an_open_matter(office, counsel, a_loan(contract_number=f"JK-{number}"))
        recorded(office, counsel, other, "PreservationTaken", on, asset=f"财产{number}", asset_kind=kind)
    whole = expiring.measures(office, counsel)
    days = [each.last_day for each in whole.rows]
    assert days == sorted(days) and whole.count == len(days)
    month = expiring.measures(office, counsel, "month")
    assert [each.asset.name for each in month.rows] == ["财产2", "财产1"]
    assert expiring.measures(office, counsel, after=f"{days[0].isoformat()}_999999999").rows == whole.rows[1:]
    assert expiring.measures(office, counsel, after="x_y").rows == whole.rows
    assert expiring.counts(office, counsel)["month"] == 2
    content = expiring.export(office, counsel, "month")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == ["财产2", "财产1"]
    with office.database.reading() as session:
        assert session.exec(select(AuditRow).where(AuditRow.action == "export.measures")).first() is not None
    firm = FirmRow(id="f" * 20, name="甲律所", facts={"name": "甲律所"})
    with office.database.writing() as session:
        session.add(firm)
    lawyer = an_account(office, Role.FIRM_LAWYER, firm_id="f" * 20)
    assert expiring.measures(office, lawyer).rows == []
    tracking.assign(office, counsel, matter, "f" * 20)
    assert {each.matter_id for each in expiring.measures(office, lawyer).rows} == {matter}
