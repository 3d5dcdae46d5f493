"""What a form did is said once on the page after it, with a button that takes it back; no script is needed for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.persistence.tables import DocumentRow
from tests.web.world import Visitor, World, a_world

NONE = "0" * 32


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house."""
    made = a_world(tmp_path_factory.mktemp("undoing"))
    yield made
    made.office.database.close()


def key_on(page: str) -> str:
    """The key of what a page offers to take back; empty where it offers nothing."""
    found = re.search(r'name="done" value="(\w+)"', page)
    return found[1] if found else ""


def acknowledged(visitor: Visitor, world: World, place: str) -> str:
    """The page after a deadline was acknowledged."""
    mark = world.places[place].ids["deadline"]
    day = re.search(r'name="last_day" value="([\d-]+)"', visitor.get(f"/deadlines/{mark}").text)
    assert day
    answer = visitor.post(f"/deadlines/{mark}/acknowledge", {"last_day": day[1]})
    return visitor.get(answer.headers["Location"]).text


def test_what_was_done_is_said_once_at_its_form_and_taken_back(world: World) -> None:
    counsel, mark = world.visitor(Role.COUNSEL), world.places["own"].ids["deadline"]
    page = acknowledged(counsel, world, "own")
    assert "已确认" in page and 'role="status"' in page and f'data-form="/deadlines/{mark}/acknowledge"' in page
    assert 'data-at="care"' in page and 'id="care"' in page
    assert 'id="told"' not in counsel.get(f"/deadlines/{mark}").text
    answer = counsel.post("/undo", {"done": key_on(page)})
    assert answer.headers["Location"] == f"/deadlines/{mark}"
    after = counsel.get(f"/deadlines/{mark}").text
    assert "尚无人确认" in after and "已撤销" in after and not key_on(after)


def test_another_s_key_and_a_key_that_never_was_take_nothing_back(world: World) -> None:
    key = key_on(acknowledged(world.visitor(Role.COUNSEL), world, "other"))
    for role, sent in ((Role.REVIEWER, key), (Role.FIRM_LAWYER, key), (Role.COUNSEL, NONE), (Role.COUNSEL, "")):
        assert world.visitor(role).post("/undo", {"done": sent}).status_code == 404, role
    assert (
        "尚无人确认" not in world.visitor(Role.COUNSEL).get(f"/deadlines/{world.places['other'].ids['deadline']}").text
    )


def test_a_cookie_that_somebody_made_up_says_nothing(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    for made_up in (NONE, "<script>", "a" * 4000):
        counsel.client.set_cookie("legalflow_done", made_up)
        answer = counsel.get("/matters")
        assert answer.status_code == 200 and 'id="told"' not in answer.text


def test_two_at_once_take_it_back_once(world: World) -> None:
    counsel = world.visitor(Role.COUNSEL)
    key = key_on(acknowledged(counsel, world, "spare"))
    first, second = (counsel.post("/undo", {"done": key}) for _ in range(2))
    assert first.status_code == second.status_code == 303


@pytest.mark.parametrize("typed", ["", "2026-000002", "是"])
def test_nothing_is_sealed_nor_revoked_without_the_number_of_its_matter(world: World, typed: str) -> None:
    own = world.places["own"].ids
    with world.office.database.writing() as session:
        row = session.get(DocumentRow, own["document"])
        assert row is not None
        row.state, row.approved_by = "approved", world.actors[Role.REVIEWER].id
    for role, path in (
        (Role.SEAL_KEEPER, f"/documents/{own['document']}/seal"),
        (Role.COUNSEL, f"/links/{own['link']}/revoke"),
        (Role.COUNSEL, f"/bundles/{own['bundle']}/links/{own['link']}/revoke"),
    ):
        answer = world.visitor(role).post(path, {"confirm": typed})
        assert answer.status_code == 422 and "与要确认的内容不符" in answer.text and "2026-000001" in answer.text, path
    many = world.visitor(Role.SEAL_KEEPER).post("/seals", {"document": f"{own['document']}:x", "confirm": "2"})
    assert many.status_code == 422 and "请键入 1" in many.text


def test_a_document_is_made_void_only_with_the_number_of_its_matter(world: World) -> None:
    counsel, own = world.visitor(Role.COUNSEL), world.places["spare"].ids
    form = {"name": "DocumentVoided", "on": "2026-11-24", "document": own["document"], "reason": "误制"}
    page = counsel.get(f"/matters/{own['matter']}/record?name=DocumentVoided").text
    number = re.search(r"请键入 ([\d-]+) 以确认", page)
    assert number
    path = f"/matters/{own['matter']}/record?name=DocumentVoided"
    bare = counsel.post(path, form)
    assert bare.status_code == 422 and "误制" in bare.text, "what was typed stays"
    assert counsel.post(path, {**form, "confirm": number[1]}).status_code == 303
