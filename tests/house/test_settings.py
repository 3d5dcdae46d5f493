"""Every setting has a default that works and a line in the README."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from legalflow import config
from legalflow.config import Settings

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
SPOKEN = {"language": "LANG"}


@pytest.mark.parametrize("name", [field.name for field in fields(Settings) if field.name != "root"])
def test_a_setting_stands_in_the_readme(name: str) -> None:
    assert f"_{SPOKEN.get(name, name.upper())}" in README


def test_no_setting_need_be_given() -> None:
    assert config.read({}) == Settings()
