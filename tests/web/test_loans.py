"""A loan's page while the use of a person's data is restricted: it says why, and no full number leaves it."""

from __future__ import annotations

from pathlib import Path

from legalflow.access import Role
from legalflow.services import restricting
from tests.web.world import a_world

NUMBER = "990000199001010017"


def test_a_restricted_person_stands_there_by_name_and_the_page_says_why(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    counsel, loan = world.visitor(Role.COUNSEL), world.places["own"].ids["loan"]
    assert "显示完整号码" in counsel.get(f"/loans/{loan}").text
    restricting.restrict(world.office, counsel.actor, NUMBER)
    page = counsel.get(f"/loans/{loan}")
    assert page.status_code == 200 and "甄借款" in page.text
    assert "限制处理，只存储、不使用" in page.text and "显示完整号码" not in page.text
    assert "9900****" not in page.text and "19900000001" not in page.text
    refused = counsel.post(f"/loans/{loan}/reveal")
    assert refused.status_code == 409 and "限制处理" in refused.text and NUMBER not in refused.text
    assert counsel.get(f"/matters/{world.places['own'].ids['matter']}").status_code == 200
    world.office.database.close()
