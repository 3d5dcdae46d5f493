"""Every command loads, says what it does with an example in it, and stands in the README."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from legalflow.cli import COMMANDS, group

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from _leaves(f"{name} {each}", found)
    else:
        yield name, command


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_loads_and_says_what_it_does(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    for leaf, found in _leaves(name, command):
        assert found.help, f"{leaf} says nothing of itself"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_in_the_readme(name: str) -> None:
    assert f"legalflow {name}" in README or f"./lf {name}" in README


@pytest.mark.parametrize(
    "name",
    ["init", "demo", "import", "matter", "person", "check", "work", "worker", "relay", "schedule", "audit", "up"],
)
def test_a_command_of_the_service_shows_an_example(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    for leaf, found in _leaves(name, command):
        assert f"legalflow {leaf}" in (found.help or ""), f"{leaf} shows no example"
