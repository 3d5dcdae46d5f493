"""Pages as a browser gets them: signing in, headers, forms with their problems, downloads, persons kept hidden."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from legalflow.access import SYSTEM, Role
from legalflow.errors import Away
from legalflow.persistence.tables import AuditRow, JournalRow, PaymentRow
from legalflow.services import admitting, employing, importing
from tests.web.world import ORIGIN, World, a_world

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small house, somebody of each role signed in, and a counsel with a password."""
    made = a_world(tmp_path_factory.mktemp("world"))
    made.visitors = {role: made.visitor(role) for role in Role}
    employing.create(made.office, SYSTEM, "fang", "方经办", Role.COUNSEL, password=PASSWORD)
    yield made
    made.office.database.close()


def sign_in(client: FlaskClient, login: str = "fang", password: str = PASSWORD, **more: str) -> TestResponse:
    """Sign in through the page."""
    form = client.get("/sign-in").text
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token is not None
    data = {"csrf": token.group(1), "login": login, "password": password, **more}
    return client.post("/sign-in", data=data, headers=ORIGIN)


def test_signing_in_gives_a_session_under_a_new_id(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie("legalflow", "planted-before-signing-in")
    answer = sign_in(client)
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("legalflow="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "planted" not in cookie
    assert "方经办" in client.get("/").text
    assert world.app.test_client().get("/").status_code == 303


def test_the_cookie_is_bound_to_the_host_and_to_https_where_that_is_on(tmp_path: Path) -> None:
    https = a_world(tmp_path, https=True)
    employing.create(https.office, SYSTEM, "fang", "方", Role.COUNSEL, password=PASSWORD)
    client = https.app.test_client()
    form = client.get("/sign-in", base_url="https://localhost").text
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token is not None
    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        data={"csrf": token.group(1), "login": "fang", "password": PASSWORD},
        headers={"Origin": "https://localhost"},
    )
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if "legalflow=" in each)
    assert (
        cookie.startswith("__Host-legalflow=") and "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
    )
    assert answer.headers["Strict-Transport-Security"]
    https.office.database.close()


def test_a_refused_sign_in_says_the_same_for_every_reason(world: World) -> None:
    said = set()
    for login, password in (("fang", "wrong"), ("nobody", PASSWORD)):
        answer = sign_in(world.app.test_client(), login, password)
        assert answer.status_code == 422
        said.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(said) == 1


def test_too_many_tries_say_when_to_come_back(world: World) -> None:
    answers = [sign_in(world.app.test_client(), "guessed", "wrong" * 4) for _ in range(admitting.TRIES_OF_A_LOGIN + 1)]
    assert [answer.status_code for answer in answers] == [422] * admitting.TRIES_OF_A_LOGIN + [429]
    assert answers[-1].headers["Retry-After"] == "900" and "15 分钟" in answers[-1].text


def test_a_database_that_is_away_is_said_and_not_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Away.one("database.away", "数据库暂时不可用，请稍后重试", "the database is away for now")

    monkeypatch.setattr("legalflow.services.attending.dashboard", away)
    answer = world.visitors[Role.COUNSEL].get("/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5" and "暂时不可用" in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "elsewhere",
        "",
    ],
)
def test_after_signing_in_one_only_goes_to_a_page_of_ours(world: World, target: str) -> None:
    assert sign_in(world.app.test_client(), next=target).headers["Location"] == "/"


def test_after_signing_in_one_is_where_one_wanted_to_be(world: World) -> None:
    client = world.app.test_client()
    asked = client.get("/matters?stage=A00")
    assert asked.headers["Location"] == "/sign-in?next=%2Fmatters%3Fstage%3DA00"
    assert sign_in(client, next="/matters?stage=A00").headers["Location"] == "/matters?stage=A00"


def test_signing_out_ends_the_session(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    assert visitor.get("/").status_code == 200
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.get("/").status_code == 303


def test_every_answer_tells_the_browser_to_trust_nothing_else(world: World) -> None:
    visitor, own = world.visitors[Role.COUNSEL], world.places["own"].ids
    for path in ("/", "/loans", f"/loans/{own['loan']}", f"/matters/{own['matter']}", "/nothing", "/accounts"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store" and headers["X-Frame-Options"] == "DENY"


def test_only_our_own_pdf_may_stand_in_a_frame_of_ours(world: World) -> None:
    answer = world.visitors[Role.COUNSEL].get(f"/documents/{world.places['own'].ids['document']}/preview")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_no_page_has_a_script_or_a_style_inside(world: World) -> None:
    visitor, own = world.visitors[Role.COUNSEL], world.places["own"].ids
    for path in ("/", "/loans", f"/loans/{own['loan']}", f"/matters/{own['matter']}", "/imports", "/jobs"):
        text = visitor.get(path).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text)


def test_a_download_has_its_own_name_and_is_never_shown(world: World) -> None:
    own = world.places["own"].ids
    answer = world.visitors[Role.COUNSEL].get(f"/exhibits/{own['exhibit']}/original")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"file.pdf\"; filename*=UTF-8''{quote('合同.pdf')}"
    )


def test_what_was_looked_for_stands_in_no_address(world: World) -> None:
    visitor = world.visitors[Role.COUNSEL]
    found = visitor.post("/loans/search", {"find": "甄借款"})
    place = found.headers["Location"]
    assert "甄" not in place and quote("甄借款") not in place and "9900" not in place
    text = visitor.get(place).text
    assert 'value="甄借款"' in text and world.places["own"].ids["loan"] in text
    assert visitor.get("/loans?find=garbage").status_code == 200


def test_empty_and_no_match_are_told_apart(world: World) -> None:
    visitor = world.visitors[Role.COUNSEL]
    found = visitor.post("/loans/search", {"find": "没有这个人"})
    assert "没有符合条件的贷款" in visitor.get(found.headers["Location"]).text


def test_a_loan_shows_its_claim_with_reasons_and_masks_its_persons(world: World) -> None:
    loan = world.places["own"].ids["loan"]
    text = world.visitors[Role.COUNSEL].get(f"/loans/{loan}?as_of=2026-03-01&cutoff_counts=no").text
    assert "步计算" in text and "截至2026年3月1日（不含当日）合计" in text and "欠款明细" in text
    assert "990000199001010017" not in text and "9900**********0017" in text


def test_a_reveal_is_shown_once_and_noted(world: World) -> None:
    loan, visitor = world.places["own"].ids["loan"], world.visitors[Role.COUNSEL]
    before = _audited(world, "reveal")
    assert "990000199001010017" in visitor.post(f"/loans/{loan}/reveal").text
    assert _audited(world, "reveal") == before + 1
    assert "990000199001010017" not in visitor.get(f"/loans/{loan}").text


def test_a_day_that_is_none_is_said_and_the_page_stays(world: World) -> None:
    answer = world.visitors[Role.COUNSEL].get(f"/loans/{world.places['own'].ids['loan']}?as_of=2026-02-30")
    assert answer.status_code == 200 and "日历日" in answer.text


def test_every_problem_stands_at_its_field_and_what_was_typed_stays(world: World) -> None:
    typed_in = {"contract_number": "JK-9", "rate": "6", "signed": "2026-02-30", "limit": "一万"}
    answer = world.visitors[Role.COUNSEL].post("/loans/new", typed_in)
    assert answer.status_code == 422
    assert answer.text.count('class="wrong"') >= 4 and 'value="JK-9"' in answer.text
    assert 'role="alert"' in answer.text


def test_a_form_sent_twice_has_its_effect_once(world: World) -> None:
    loan, visitor = world.places["unassigned"].ids["loan"], world.visitors[Role.FINANCE]
    form = {"on": "2025-06-01", "amount": "100.00", "number": "S1", "key": "0" * 32}
    first, second = (visitor.post(f"/loans/{loan}/payments", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    with world.office.database.reading() as session:
        assert len(session.exec(select(PaymentRow).where(PaymentRow.number == "S1")).all()) == 1
    other = visitor.post(f"/loans/{loan}/payments", {**form, "amount": "200.00"})
    assert other.status_code == 409


def test_a_refused_form_may_be_corrected_and_sent_with_the_same_key(world: World) -> None:
    loan, visitor = world.places["unassigned"].ids["loan"], world.visitors[Role.FINANCE]
    form = {"on": "2025-06-02", "amount": "x", "number": "S2", "key": "1" * 32}
    assert visitor.post(f"/loans/{loan}/payments", form).status_code == 422
    assert visitor.post(f"/loans/{loan}/payments", {**form, "amount": "1.00"}).status_code == 303


def test_an_event_is_recorded_from_its_metadata_and_reversed_with_a_reason(world: World) -> None:
    matter = world.places["unassigned"].ids["matter"]
    counsel, reviewer = world.visitors[Role.COUNSEL], world.visitors[Role.REVIEWER]
    assert "欠缺材料" in counsel.get(f"/matters/{matter}/record?name=MaterialsChecked").text
    done = counsel.post(
        f"/matters/{matter}/record", {"name": "MaterialsChecked", "on": "2026-11-24", "lacking": "无抵押登记证明"}
    )
    assert done.status_code == 303
    page = reviewer.get(f"/matters/{matter}").text
    assert "无抵押登记证明" in page and "更正：撤销此项" in page
    assert "按今日债权计算的诉讼费用" in page and "申请支付令费" in page
    with world.office.database.reading() as session:
        query = select(JournalRow).where(JournalRow.matter_id == matter, JournalRow.name == "MaterialsChecked")
        sequence = session.exec(query).one().sequence
    silent = reviewer.post(f"/matters/{matter}/reverse", {"sequence": str(sequence), "reason": " "})
    assert silent.status_code == 422
    reversal = reviewer.post(f"/matters/{matter}/reverse", {"sequence": str(sequence), "reason": "误记"})
    assert reversal.status_code == 303
    assert "已撤销" in reviewer.get(f"/matters/{matter}").text


def test_an_event_out_of_order_is_refused_with_what_would_be_needed(world: World) -> None:
    matter = world.places["own"].ids["matter"]
    form = {"name": "EnforcementPrepared", "on": "2026-11-24"}
    answer = world.visitors[Role.COUNSEL].post(f"/matters/{matter}/record", form)
    assert answer.status_code == 409 and "生效" in answer.text


def test_a_form_that_lags_behind_the_matter_is_a_conflict(world: World) -> None:
    matter = world.places["own"].ids["matter"]
    form = {"name": "MaterialsChecked", "on": "2026-11-24", "version": "1"}
    answer = world.visitors[Role.COUNSEL].post(f"/matters/{matter}/record", form)
    assert answer.status_code == 409 and "新的事项" in answer.text


def test_a_name_is_data_on_every_page(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    matter = world.places["other"].ids["matter"]
    nasty = "</dd><script>alert(1)</script>{{ 7*7 }}"
    counsel.post(f"/matters/{matter}/record", {"name": "MaterialsChecked", "on": "2026-11-24", "lacking": nasty})
    text = counsel.get(f"/matters/{matter}").text
    assert "<script>alert" not in text and "&lt;script&gt;" in text and "{{ 7*7 }}" in text


def test_the_code_for_the_firm_is_shown_once(world: World) -> None:
    own, counsel = world.places["own"].ids, world.visitors[Role.COUNSEL]
    made = counsel.post(f"/bundles/{own['bundle']}/share")
    code = re.search(r'user-select-all">([\w-]{43})<', made.text)
    assert code is not None
    assert code.group(1) not in counsel.get(f"/bundles/{own['bundle']}").text
    lawyer = world.visitors[Role.FIRM_LAWYER]
    fetched = lawyer.post("/received", {"code": code.group(1)})
    assert fetched.status_code == 200 and fetched.headers["Content-Disposition"].startswith("attachment")
    assert lawyer.post("/received", {"code": code.group(1)[:-1] + "_"}).status_code == 404


def test_a_batch_is_received_and_its_page_waits(world: World) -> None:
    content = (io.BytesIO("合同编号\n".encode()), "贷款.csv")
    counsel = world.visitors[Role.COUNSEL]
    answer = counsel.post("/imports", {"kind": "loans", "file": content}, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert 'hx-trigger="every 2s"' in counsel.get(answer.headers["Location"]).text


def test_a_file_is_looked_at_its_columns_chosen_and_only_then_imported(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    content = (io.BytesIO("合同编号,到账日,金额,流水号\n无此合同,2026-01-05,5,R1\n".encode()), "还款.csv")
    address = counsel.post(
        "/imports", {"kind": "payments", "file": content}, content_type="multipart/form-data"
    ).headers["Location"]
    batch = address.rpartition("/")[2]
    importing.run(world.office, batch, lambda _session: None)
    assert "缺少列“还款日期”" in counsel.get(address).text
    assert counsel.post(f"{address}/go").status_code == 409
    assert counsel.post(f"{address}/columns", {"column-9": "on"}).status_code == 422
    assert counsel.post(f"{address}/columns", {"column-1": "on"}).status_code == 303
    importing.run(world.office, batch, lambda _session: None)
    page = counsel.get(address).text
    assert "人工选择" in page and "没有这个合同编号的贷款" in page
    assert counsel.post(f"{address}/go").status_code == 303
    importing.run(world.office, batch, lambda _session: None)
    assert "下载未导入的行及原因" in counsel.get(address).text
    for ending, mark in (("", b"PK"), ("?as=csv", b"\xef\xbb\xbf")):
        report = counsel.get(f"{address}/report{ending}")
        assert report.status_code == 200 and report.data.startswith(mark)


def test_a_template_is_a_workbook_and_an_unknown_kind_is_none(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    assert counsel.get("/imports/template?kind=payments").data.startswith(b"PK")
    assert counsel.get("/imports/template?kind=nothing").status_code == 422


def test_what_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    counsel = world.visitors[Role.COUNSEL]
    assert counsel.post("/loans/search", {"find": "x" * (1 << 20)}).status_code == 413
    answer = counsel.client.post(
        "/imports",
        input_stream=io.BytesIO(b"x"),
        environ_overrides={"CONTENT_LENGTH": str(61 << 20)},
        content_type="multipart/form-data; boundary=x",
        headers=ORIGIN,
    )
    assert answer.status_code == 413


def test_an_error_page_has_a_number_and_no_trace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("甄借款 990000199001010017")

    monkeypatch.setattr("legalflow.services.attending.dashboard", broken)
    records: list[str] = []
    monkeypatch.setattr("legalflow.app._LOG.error", lambda line, *more: records.append(line % more))
    answer = world.visitors[Role.COUNSEL].get("/")
    number = re.search(r"<code>([0-9a-f]{8})</code>", answer.text)
    assert answer.status_code == 500 and number is not None
    assert "甄借款" not in answer.text and "RuntimeError" not in answer.text
    assert number.group(1) in records[0] and "甄借款" not in records[0] and "9900" not in records[0]


def test_a_method_that_is_not_offered_says_which_are(world: World) -> None:
    answer = world.visitors[Role.COUNSEL].client.delete("/loans", headers=ORIGIN)
    assert answer.status_code in {403, 405}
    assert world.visitors[Role.COUNSEL].get("/loans/search").status_code in {404, 405}


def test_the_demo_says_so_on_every_page(tmp_path: Path) -> None:
    demo = a_world(tmp_path, demo=True)
    assert "演示环境" in demo.app.test_client().get("/sign-in").text
    assert "演示环境" in demo.visitor(Role.COUNSEL).get("/").text
    demo.office.database.close()


def test_we_say_whether_we_are_up_and_ready(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json is not None and ready.json["store"] is True


def _audited(world: World, action: str) -> int:
    with world.office.database.reading() as session:
        return len(session.exec(select(AuditRow).where(AuditRow.action == action)).all())
