"""Whose address counts: the caller's own, unless a proxy of ours is said to stand before the pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.app import create_app
from legalflow.persistence.tables import AuditRow
from tests.builders import an_account, an_office
from tests.web.world import signed_in


@pytest.mark.parametrize(("proxies", "origin"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_a_forwarded_address_counts_only_behind_a_proxy_of_ours(tmp_path: Path, proxies: int, origin: str) -> None:
    office = an_office(tmp_path)
    office = replace(office, settings=replace(office.settings, proxies=proxies))
    visitor = signed_in(create_app(office), office, an_account(office, Role.ADMIN))
    assert visitor.client.get("/loans", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    with office.database.reading() as session:
        [refusal] = session.exec(select(AuditRow).where(AuditRow.action == "refused"))
    assert refusal.origin == origin
    office.database.close()
