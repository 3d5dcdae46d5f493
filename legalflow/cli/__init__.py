"""The command line: every command is loaded only when it is called, so that `legalflow calc` starts at once."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from legalflow import config, errors

COMMANDS: Mapping[str, str] = {
    "calc": "legalflow.cli.calc:calc",
    "document": "legalflow.cli.document:document",
    "bundle": "legalflow.cli.bundle:bundle",
    "law": "legalflow.cli.law:law",
    "init": "legalflow.cli.service:init",
    "demo": "legalflow.cli.service:demo",
    "lender": "legalflow.cli.house:lender",
    "firm": "legalflow.cli.house:firm",
    "import": "legalflow.cli.service:import_",
    "matter": "legalflow.cli.service:matter",
    "person": "legalflow.cli.service:person",
    "check": "legalflow.cli.service:check",
    "work": "legalflow.cli.work:work",
    "worker": "legalflow.cli.work:worker",
    "relay": "legalflow.cli.work:relay",
    "schedule": "legalflow.cli.work:schedule",
    "audit": "legalflow.cli.work:audit",
    "store": "legalflow.cli.work:store",
    "serve": "legalflow.cli.up:serve",
    "up": "legalflow.cli.up:up",
}

NO, WRONG, AWAY = 1, 2, 3  # exit codes: the answer is no, the input is wrong, something we need is away


class Commands(click.Group):
    """The commands by name, each imported when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="legalflow")
def group() -> None:
    """legalflow：逾期贷款的债权计算、法律文书、证据材料、案件与核销。"""


def language() -> str:
    """The language of messages: `LEGALFLOW_LANG` (zh default, en)."""
    return config.read().language


def report(error: errors.LegalflowError, as_json: bool = False) -> int:
    """Say all problems, in words on stderr and with `--json` as one object on stdout; the exit code."""
    spoken = language()
    for problem in error.problems:
        print(problem.line(spoken), file=sys.stderr)
    if as_json:
        print(json.dumps({"problems": [problem.said(spoken) for problem in error.problems]}, ensure_ascii=False))
    if isinstance(error, errors.Away):
        return AWAY
    if isinstance(error, errors.NotNow | errors.NotAllowed | errors.Conflict | errors.Corrupt):
        return NO
    return WRONG


def main(arguments: list[str] | None = None) -> Any:
    """Run one command; bad input ends in words and an exit code, never in a trace."""
    try:
        return group.main(arguments, prog_name="legalflow", standalone_mode=True)
    except errors.LegalflowError as error:
        sys.exit(report(error, "--json" in (arguments or sys.argv)))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
