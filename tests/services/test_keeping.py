"""Evidence: the original byte for byte, a safe copy beside it, a reason for each refusal, no password kept."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from sqlmodel import select

from legalflow.access import Actor, Role
from legalflow.errors import Invalid, NotAllowed, NotFound, NotNow
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import AuditRow, ExhibitRow
from legalflow.rendering import photograph
from legalflow.rendering.paper import Paper
from legalflow.services import bundling, keeping, tracking
from tests.builders import an_account, an_office, an_open_matter
from tests.services.installation import work_off

PASSWORD = "只用一次的密码7391"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def counsel(office: Office) -> Actor:
    return an_account(office, Role.COUNSEL)


@pytest.fixture
def matter(office: Office, counsel: Actor) -> str:
    return an_open_matter(office, counsel)


def _pdf(pages: int = 2, password: str = "") -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    encryption = pikepdf.Encryption(user=password, owner=password) if password else None
    document.save(out, encryption=encryption or False)
    return out.getvalue()


def _added(office: Office, actor: Actor, matter: str, content: bytes, file: str = "合同.pdf", **changes: object) -> str:
    said = {"name": "借款合同", "group": 2, "facts": ("contract",), **changes}
    return keeping.add_exhibit(office, actor, matter, file, content, **said)  # type: ignore[arg-type]


def _row(office: Office, exhibit: str) -> ExhibitRow:
    with office.database.reading() as session:
        row = session.get(ExhibitRow, exhibit)
    assert row is not None
    return row


def test_the_original_is_kept_and_given_back_byte_for_byte(office: Office, counsel: Actor, matter: str) -> None:
    content = _pdf()
    exhibit = _added(office, counsel, matter, content)
    work_off(office)
    row = _row(office, exhibit)
    assert (row.state, row.pages, row.outcome) == ("ready", 2, "accepted") and row.working != row.original
    download = keeping.open_original(office, counsel, exhibit)
    assert download.path.read_bytes() == content and download.content_type == "application/octet-stream"
    with office.database.reading() as session:
        noted = session.exec(select(AuditRow).where(AuditRow.action == "download.original")).one()
    assert noted.detail["digest"] == row.original


def test_a_refused_file_says_why_in_words_and_its_original_stays(office: Office, counsel: Actor, matter: str) -> None:
    exhibit = _added(office, counsel, matter, b"MZ\x90\x00 not a paper", "合同.pdf")
    work_off(office)
    row = _row(office, exhibit)
    assert row.state == "rejected" and row.reason_code and len(row.message) > 8
    assert office.store.read(row.original) == b"MZ\x90\x00 not a paper"


def test_a_password_opens_once_and_is_kept_nowhere(office: Office, counsel: Actor, matter: str, tmp_path: Path) -> None:
    content = _pdf(password=PASSWORD)
    locked = _added(office, counsel, matter, content, "锁.pdf")
    work_off(office)
    assert _row(office, locked).state == "rejected" and "密码" in _row(office, locked).message
    opened = _added(office, counsel, matter, content, "锁.pdf", password=PASSWORD)
    assert _row(office, opened).state == "ready"
    work_off(office)
    office.database.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_the_same_file_twice_is_told(office: Office, counsel: Actor, matter: str) -> None:
    first, second = (_added(office, counsel, matter, _pdf(), file) for file in ("a.pdf", "b.pdf"))
    work_off(office)
    assert [note["code"] for note in _row(office, second).notes if note["code"] == "twin"] == ["twin"]
    assert not [note for note in _row(office, first).notes if note["code"] == "twin"]


def test_too_large_a_file_and_a_full_matter_are_refused_before_anything_is_kept(tmp_path: Path) -> None:
    content = _pdf()
    office = an_office(tmp_path, upload_limit=len(content), matter_limit=len(content) * 3 // 2)
    counsel = an_account(office, Role.COUNSEL)
    matter = an_open_matter(office, counsel)
    for content_, code in ((content + b"\n", "upload.size"), (b"", "upload.empty")):
        with pytest.raises(Invalid) as raised:
            _added(office, counsel, matter, content_)
        assert raised.value.problems[0].code == code
    _added(office, counsel, matter, content)
    with pytest.raises(Invalid) as raised:
        _added(office, counsel, matter, content)
    assert raised.value.problems[0].code == "upload.quota" and "拆分" in raised.value.problems[0].mend
    with office.database.reading() as session:
        assert len(session.exec(select(ExhibitRow)).all()) == 1


def test_everything_wrong_in_what_is_said_of_a_file_is_named_at_once(
    office: Office, counsel: Actor, matter: str
) -> None:
    wrong = {
        "name": " ",
        "group": 99,
        "kind": "传闻",
        "form": "口述",
        "facts": ("contract", "rumour"),
        "proves": "\u202e",
    }
    with pytest.raises(Invalid) as raised:
        _added(office, counsel, matter, _pdf(), **wrong)
    assert {each.field for each in raised.value.problems} == set(wrong)


def test_what_is_withdrawn_leaves_the_evidence_with_its_reason_and_stays_in_the_store(
    office: Office, counsel: Actor, matter: str
) -> None:
    exhibit = _added(office, counsel, matter, _pdf())
    work_off(office)
    with pytest.raises(Invalid):
        keeping.withdraw(office, counsel, exhibit, " ")
    keeping.withdraw(office, counsel, exhibit, "重复提交")
    assert _row(office, exhibit).state == "withdrawn" and office.store.has(_row(office, exhibit).original)
    with pytest.raises(NotNow):
        bundling.request_bundle(office, counsel, matter)


def test_what_is_withdrawn_before_it_was_judged_is_not_taken_in_afterwards(
    office: Office, counsel: Actor, matter: str
) -> None:
    exhibit = _added(office, counsel, matter, _pdf())
    keeping.withdraw(office, counsel, exhibit, "传错案件")
    work_off(office)
    assert _row(office, exhibit).state == "withdrawn"


def test_an_image_becomes_a_page_and_a_task_run_twice_records_once(office: Office, counsel: Actor, matter: str) -> None:
    paper = Paper()
    paper.title("身份证明（样本）")
    picture = photograph.picture(paper.sheets()[0])
    exhibit = _added(office, counsel, matter, picture, "照片.jpg", group=1)
    work_off(office)
    keeping.inspect(office, exhibit, lambda _session: None)
    keeping.fail(office, exhibit, "too late", lambda _session: None)
    assert (_row(office, exhibit).state, _row(office, exhibit).pages) == ("ready", 1)


def test_a_closed_matter_takes_no_evidence(office: Office, counsel: Actor, matter: str) -> None:
    on = today(office).isoformat()
    tracking.record(office, counsel, matter, "MatterClosed", {"on": on, "reason": "已清偿", "result": "paid"})
    with pytest.raises(NotNow):
        _added(office, counsel, matter, _pdf())


def test_only_who_may_adds_and_only_within_scope(office: Office, matter: str) -> None:
    with pytest.raises(NotAllowed):
        _added(office, an_account(office, Role.FINANCE), matter, _pdf())
    with pytest.raises(NotFound):
        _added(office, an_account(office, Role.FIRM_LAWYER), matter, _pdf())


def test_a_name_from_outside_is_data(office: Office, counsel: Actor, matter: str) -> None:
    exhibit = _added(office, counsel, matter, _pdf(), "../../etc/\x00pass\r\nwd{{x}}.pdf")
    assert _row(office, exhibit).file_name == "passwd{{x}}.pdf"


def test_what_is_said_of_an_exhibit_and_its_place_can_change_but_never_its_file(
    office: Office, counsel: Actor, matter: str
) -> None:
    first, second, third = (_added(office, counsel, matter, _pdf(pages)) for pages in (1, 2, 3))
    work_off(office)
    original = _row(office, third).original
    said = {"name": "借据", "group": 2, "kind": "书证", "source": "本行", "proves": "放款", "form": "复印件"}
    keeping.describe(office, counsel, third, place=1, facts=("drawdown",), **said)  # type: ignore[arg-type]
    assert [_row(office, each).place for each in (third, first, second)] == [1, 2, 3]
    kept = _row(office, third)
    assert (kept.name, kept.proves_facts, kept.original) == ("借据", ["drawdown"], original)
    with office.database.reading() as session:
        row = repositories.matter(session, counsel, matter)
        told = tracking.current(session, row).exhibits
    assert [told[each].order for each in (third, first, second)] == [1, 2, 3]
    keeping.describe(office, counsel, third, place=99, facts=("drawdown",), **said)  # type: ignore[arg-type]
    assert [_row(office, each).place for each in (first, second, third)] == [1, 2, 3]
    keeping.withdraw(office, counsel, third, "误传")
    with pytest.raises(NotNow):
        keeping.describe(office, counsel, third, place=1, facts=(), **said)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        keeping.describe(office, counsel, first, place=1, facts=(), **{**said, "group": 99})  # type: ignore[arg-type]
