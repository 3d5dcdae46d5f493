"""The commands of the service: what they do, what they print, and how they say no."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import run_in


def _matters(home: Path) -> list[dict[str, str]]:
    listed = run_in(home, "matter", "list", "--as", "counsel", "--json")
    assert listed.returncode == 0, listed.stderr
    return list(json.loads(listed.stdout))


def test_a_new_installation_has_one_administrator_whose_password_is_shown_once(tmp_path: Path) -> None:
    first = run_in(tmp_path / "home", "init")
    assert first.returncode == 0, first.stderr
    login, password = first.stdout.strip().split("\t")
    assert login == "admin" and len(password) >= 15
    again = run_in(tmp_path / "home", "init")
    assert again.returncode == 0 and password not in again.stdout
    checked = run_in(tmp_path / "home", "check")
    assert checked.returncode == 0, checked.stderr


def test_sample_data_is_refused_where_there_is_some(sample_home: Path) -> None:
    refused = run_in(sample_home, "demo")
    assert refused.returncode == 1 and "demo.not_empty" in refused.stderr


def test_matters_are_listed_shown_and_told_anew(sample_home: Path) -> None:
    listed = _matters(sample_home)
    assert len(listed) == 24 and len({line["stage"] for line in listed}) > 9
    number = listed[0]["number"]
    shown = run_in(sample_home, "matter", "show", number, "--as", "counsel", "--json")
    assert json.loads(shown.stdout)["events"][0]["event"] == "MatterOpened"
    told = run_in(sample_home, "matter", "replay", number, "--as", "counsel")
    assert told.returncode == 0 and json.loads(told.stdout)["number"] == number


def test_a_firm_sees_only_what_is_assigned_to_it(sample_home: Path) -> None:
    seen = json.loads(run_in(sample_home, "matter", "list", "--as", "lawyer", "--json").stdout)
    own = {line["number"] for line in seen}
    assert own and len(own) < 24
    other = next(line["number"] for line in _matters(sample_home) if line["number"] not in own)
    for words in (("show", other), ("replay", other), ("show", "2099-000001")):
        refused = run_in(sample_home, "matter", *words, "--as", "lawyer")
        assert refused.returncode == 2 and "matter.absent" in refused.stderr


def test_who_is_not_there_cannot_act(sample_home: Path) -> None:
    refused = run_in(sample_home, "matter", "list", "--as", "nobody")
    assert refused.returncode == 2 and "account.absent" in refused.stderr


def test_a_file_is_imported_once_and_asked_for_in_the_outbox(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "还款.csv"
    file.write_text("合同编号,还款日期,还款金额,流水号\n没有此合同,2026-01-05,100.00,N1\n", encoding="utf-8")
    taken = [
        json.loads(run_in(home, "import", "payments", str(file), "--as", "counsel", "--no-wait", "--json").stdout)
        for _ in range(2)
    ]
    assert taken[0]["batch"] == taken[1]["batch"] and taken[0]["state"] == "received"
    work = json.loads(run_in(home, "work", "list", "--json").stdout)
    assert [each["task"] for each in work if each["subject_id"] == taken[0]["batch"]] == ["import_batch"]


def test_a_dry_run_counts_and_names_what_is_wrong_and_keeps_nothing(sample_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "机构.csv"
    file.write_text("机构代码,机构名称,贷款人\nA1,城北支行,示例银行\nA 2,城南支行,示例银行\n", encoding="utf-8")
    told = run_in(sample_home, "import", "units", str(file), "--as", "counsel", "--dry-run", "--json")
    said = json.loads(told.stdout)
    assert told.returncode == 1 and (said["added"], said["refused"]) == (1, 1)
    assert [each["row"] for each in said["first_refused"]] == [3]
    file.write_text("机构名称,贷款人\n城北支行,示例银行\n", encoding="utf-8")
    told = run_in(sample_home, "import", "units", str(file), "--as", "counsel", "--dry-run")
    assert told.returncode == 1 and "缺少列“机构代码”" in told.stdout


def test_an_import_asks_the_right_of_the_account(sample_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("x\n", encoding="utf-8")
    refused = run_in(sample_home, "import", "loans", str(file), "--as", "finance", "--no-wait")
    assert refused.returncode == 1 and "access.import" in refused.stderr


def test_a_folder_of_evidence_goes_in_by_groups(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "证据"
    for place in ("1 主体/身份证.png", "2 合同/借款合同.pdf", "2 合同/备注.exe", ".hidden/x.pdf"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(b"bytes of " + place.encode())
    number = _matters(home)[0]["number"]
    taken = run_in(home, "import", "evidence", str(folder), "--matter", number, "--as", "counsel", "--json")
    assert taken.returncode == 0, taken.stderr
    assert [Path(each["file"]).name for each in json.loads(taken.stdout)["exhibits"]] == ["身份证.png", "借款合同.pdf"]
    assert run_in(home, "check").returncode == 0


def test_an_empty_folder_is_refused_in_words(home: Path, tmp_path: Path) -> None:
    number = _matters(home)[0]["number"]
    refused = run_in(home, "import", "evidence", str(tmp_path / "home" / "run"), "--matter", number, "--as", "counsel")
    (tmp_path / "empty").mkdir()
    refused = run_in(home, "import", "evidence", str(tmp_path / "empty"), "--matter", number, "--as", "counsel")
    assert refused.returncode == 2 and "evidence.folder" in refused.stderr


def test_a_person_is_told_what_is_held_and_the_look_is_recorded(home: Path) -> None:
    text = (home.parent / "home" / "demo-logins.txt").read_text(encoding="utf-8")
    assert "password" in text
    number = _a_borrowers_number()
    told = run_in(home, "person", "access", "--as", "counsel", said=f"{number}\n")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["loans"][0]["facts"][0]["number"] == number
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        last = database.execute("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert last[0] == "person.access" and number not in last[1]
    absent = run_in(home, "person", "access", "--as", "counsel", said="990000199001010025\n")
    assert absent.returncode == 2 and "person.absent" in absent.stderr


def test_a_person_is_corrected_from_a_file_and_what_is_wrong_in_it_is_said_at_once(home: Path, tmp_path: Path) -> None:
    number, file = _a_borrowers_number(), tmp_path / "更正.yaml"
    file.write_text("phone: 01088880009\nemployer:\n", encoding="utf-8")
    told = run_in(home, "person", "correct", "-", str(file), "--as", "counsel", said=f"{number}\n")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["loans"][0]["fields"] == ["phone"]
    assert number not in told.stdout and "01088880009" not in told.stdout
    held = json.loads(run_in(home, "person", "access", "--as", "counsel", said=number).stdout)
    assert held["loans"][0]["facts"][0]["phone"] == "01088880009", "as written, not as a number"
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        trail = str(database.execute("SELECT detail FROM audit WHERE action LIKE 'person.%'").fetchall())
        kept = str(database.execute("SELECT facts FROM loan").fetchall())
    assert "01088880009" not in trail + kept and number not in trail + kept
    for text, code in (
        ("phone: 1\nphone: 2\n", "field.twice"),
        ("phone: [1]\n? [a]\n: b\n", "field.shape"),
        ("- phone\n", "file.shape"),
        ("phone: '", "file.unreadable"),
        ("", "file.shape"),
        ("shoe: 9\n", "field.unknown"),
    ):
        file.write_text(text, encoding="utf-8")
        refused = run_in(home, "person", "correct", "-", str(file), "--as", "counsel", said=number)
        assert refused.returncode == 2 and code in refused.stderr, text
    file.write_text("phone: 1\n", encoding="utf-8")
    wrong = run_in(home, "person", "correct", number, str(file), "--number", f"{number[:-1]}Q", "--as", "counsel")
    assert wrong.returncode == 2 and "identity.form" in wrong.stderr
    assert run_in(home, "check").returncode == 0


def test_a_person_is_restricted_and_released_and_deleted_only_when_nothing_hinders_it(home: Path) -> None:
    number = _a_borrowers_number()
    restricted = run_in(home, "person", "restrict", "--no-except-claims", "--as", "counsel", said=number)
    contracts = json.loads(restricted.stdout)["restricted"]
    held = json.loads(run_in(home, "person", "access", "--as", "counsel", said=number).stdout)["loans"]
    assert {each["contract_number"] for each in held} == set(contracts)
    assert {each["restriction"]["kind"] for each in held} == {"all"}
    assert run_in(home, "person", "restrict", "--as", "counsel", said=number).returncode == 0
    lifted = run_in(home, "person", "restrict", "--lift", "--as", "counsel", said=number)
    assert json.loads(lifted.stdout) == {"lifted": contracts}
    refused = run_in(home, "person", "delete", "--as", "reviewer", said=number)
    assert refused.returncode == 1 and "person.claim_lives" in refused.stderr and not refused.stdout
    not_theirs = run_in(home, "person", "delete", "--as", "counsel", said=number)
    assert not_theirs.returncode == 1 and "access.delete_person" in not_theirs.stderr
    nobody = run_in(home, "person", "restrict", "990000199001010025", "--as", "counsel")
    assert nobody.returncode == 2 and "person.absent" in nobody.stderr


def _a_borrowers_number() -> str:
    root = Path(__file__).resolve().parents[2]
    text = (root / "legalflow" / "services" / "sample" / "loans.yaml").read_text(encoding="utf-8")
    found = re.search(r"99\d{15}[\dX]", text)
    assert found
    return found[0]


def test_check_names_the_first_invariant_that_fails_and_lists_all(home: Path) -> None:
    sound = run_in(home, "check")
    assert sound.returncode == 0 and "I10" in sound.stdout
    original = next(path for path in (home / "storage" / "objects").glob("??/??/*"))
    original.chmod(0o600)
    original.write_bytes(b"flipped")
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        database.execute("UPDATE matter SET stage = 'A90' WHERE id = (SELECT min(id) FROM matter)")
    broken = run_in(home, "check", "--json")
    assert broken.returncode == 1 and "first to fail: I4" in broken.stderr
    assert {each["invariant"] for each in json.loads(broken.stdout)["failed"]} == {"I4", "I5"}
    kept = run_in(home, "store", "verify")
    assert kept.returncode == 1 and original.name in kept.stderr


def test_the_trail_is_witnessed_and_a_change_of_it_told(home: Path) -> None:
    assert run_in(home, "audit", "checkpoint").returncode == 0
    assert run_in(home, "audit", "verify").returncode == 0
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        database.execute("DROP TRIGGER audit_no_delete")
        database.execute("DELETE FROM audit WHERE id > 10")
    told = run_in(home, "audit", "verify")
    assert told.returncode == 1 and "audit ends after 10 rows" in told.stderr


def test_only_dead_work_is_run_again(home: Path) -> None:
    work = json.loads(run_in(home, "work", "list", "--json").stdout)
    exhibit = next(each for each in work if each["task"] == "inspect_exhibit")
    waiting = run_in(home, "work", "rerun", str(exhibit["id"]))
    assert waiting.returncode == 2 and "work.not_dead" in waiting.stderr
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        database.execute("UPDATE outbox SET state = 'dead', attempt = 3 WHERE id = ?", (exhibit["id"],))
        database.execute(
            "UPDATE exhibit SET state = 'rejected', message = 'x', reason_code = 'failed' WHERE id = ?",
            (exhibit["subject_id"],),
        )
    assert run_in(home, "work", "rerun", str(exhibit["id"])).returncode == 0
    with sqlite3.connect(home / "legalflow.sqlite") as database:
        state = database.execute("SELECT state FROM exhibit WHERE id = ?", (exhibit["subject_id"],)).fetchone()
        row = database.execute("SELECT state, attempt FROM outbox WHERE id = ?", (exhibit["id"],)).fetchone()
    assert state == ("received",) and row == ("waiting", 0)


@pytest.mark.parametrize("words", [("worker", "nothing"), ("work", "rerun", "x")])
def test_wrong_words_end_in_words(sample_home: Path, words: tuple[str, ...]) -> None:
    refused = run_in(sample_home, *words)
    assert refused.returncode == 2 and "Traceback" not in refused.stderr


def test_serving_others_without_https_is_refused(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGALFLOW_HOST", "0.0.0.0")
    refused = run_in(sample_home, "serve")
    assert refused.returncode == 2 and "start.plain_http" in refused.stderr
