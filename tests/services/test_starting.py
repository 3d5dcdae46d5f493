"""Nothing starts that is unsafe, and all that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from legalflow.errors import Invalid
from legalflow.persistence.secrets import Keys
from legalflow.services import starting
from tests.builders import some_settings


def _codes(raised: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {problem.code for problem in raised.value.problems}


def test_a_sound_installation_starts(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, root=tmp_path)
    Keys.open(settings.home / "keys")
    starting.refuse_unsafe(settings)


def test_keys_that_others_can_read_and_short_ones_are_refused_together(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, root=tmp_path)
    keys = settings.home / "keys"
    Keys.open(keys)
    (keys / "persons.key").chmod(0o640)
    (keys / "audit.key").write_bytes(b"short")
    (keys / "audit.key").chmod(0o600)
    with pytest.raises(Invalid) as raised:
        starting.refuse_unsafe(settings)
    assert _codes(raised) == {"keys.readable", "keys.short"}


def test_code_that_anybody_can_write_is_refused(tmp_path: Path) -> None:
    code = tmp_path / "legalflow" / "law" / "data"
    code.mkdir(parents=True)
    (code / "rate.yaml").write_text("value: 1", encoding="utf-8")
    (code / "rate.yaml").chmod(0o666)
    with pytest.raises(Invalid) as raised:
        starting.refuse_unsafe(some_settings(tmp_path, root=tmp_path))
    assert _codes(raised) == {"start.writable_code"}


@pytest.mark.parametrize("setting", [{"fail_at": "put:1:kill"}, {"today": "2026-03-01"}])
def test_settings_of_tests_are_refused_where_pages_are_served_in_earnest(
    tmp_path: Path, setting: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as raised:
        starting.refuse_unsafe(some_settings(tmp_path, root=tmp_path, https=True, **setting))
    assert _codes(raised) == {"start.test_settings"}


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::", "example.com"])
def test_pages_without_https_are_for_this_machine_only(tmp_path: Path, host: str) -> None:
    with pytest.raises(Invalid) as raised:
        starting.refuse_open_pages(some_settings(tmp_path, host=host))
    assert _codes(raised) == {"start.plain_http"}
    starting.refuse_open_pages(some_settings(tmp_path, host=host, https=True))


def test_sample_log_ins_are_for_this_machine_only(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as raised:
        starting.refuse_open_pages(some_settings(tmp_path, host="10.0.0.1", https=True, demo=True))
    assert _codes(raised) == {"start.demo_open"}


@pytest.mark.parametrize("host", starting.LOOPBACK)
def test_this_machine_is_served(tmp_path: Path, host: str) -> None:
    starting.refuse_open_pages(some_settings(tmp_path, host=host, demo=True))
