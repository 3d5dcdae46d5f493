"""The processes that work, and what an administrator asks of work, audit trail and store."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from legalflow import config, log
from legalflow.access import SYSTEM
from legalflow.config import Settings
from legalflow.errors import Invalid
from legalflow.jobs import connection, queues
from legalflow.jobs import relay as relaying
from legalflow.jobs import schedule as ticking
from legalflow.jobs import worker as working
from legalflow.office import Office, open_office
from legalflow.persistence import migrating
from legalflow.services import auditing, checking, reviving, starting


@contextmanager
def an_office() -> Iterator[Office]:
    """The office of this installation, with its tables made where they are not."""
    office = open_office(config.read())
    try:
        migrating.upgrade(office.database)
        yield office
    finally:
        office.database.close()


def _safe_settings() -> Settings:
    settings = config.read()
    Invalid.raise_any([*starting.problems(settings), *connection.problems(settings.redis_url)])
    log.set_up()
    return settings


def _until_told() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@click.command()
@click.argument("queue", default=queues.QUEUES[0])
@click.option("--burst", is_flag=True, help="队列为空时退出 / end when the queue is empty")
def worker(queue: str, burst: bool) -> None:
    """处理一个队列的任务。例：legalflow worker documents / work on one queue.

    队列 / queues: documents bundles evidence imports claims schedule
    """
    settings = _safe_settings()
    with an_office() as office:
        working.run(office, connection.patient(settings), queue, burst=burst)


@click.command()
def relay() -> None:
    """把待办任务送入队列；只需一个进程。例：legalflow relay / send what is due to the queue."""
    settings = _safe_settings()
    with an_office() as office:
        relaying.run(office, connection.brief(settings), _until_told())


@click.command()
def schedule() -> None:
    """定时任务与审计检查点。例：legalflow schedule / the ticker, and checkpoints of the audit trail."""
    _safe_settings()
    with an_office() as office:
        ticking.run(office, _until_told())


@click.group()
def work() -> None:
    """待办、进行中与失败的任务 / work that waits, runs or is dead."""


@work.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / as JSON")
def list_work(as_json: bool) -> None:
    """列出全部任务。例：legalflow work list / everything that waits, runs or is dead."""
    with an_office() as office:
        rows = reviving.all_work(office, SYSTEM)
    if as_json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        print(
            f"{row.id}\t{row.state}\t{row.task}\t{row.subject_id}\t{row.attempt}\t{row.due_at.isoformat()}\t{row.reason}"
        )
    print(f"{len(rows)} 项 / pieces of work", file=sys.stderr)


@work.command()
@click.argument("row_id", metavar="ID", type=int)
def rerun(row_id: int) -> None:
    """重新执行一项已停止的任务。例：legalflow work rerun 12 / run dead work again."""
    with an_office() as office:
        row = reviving.rerun(office, SYSTEM, row_id)
    print(f"{row.id}\t{row.task}\t{row.subject_id}")


@click.group()
def audit() -> None:
    """审计记录 / the audit trail."""


@audit.command()
def verify() -> None:
    """核对审计链与检查点；有问题时退出码 1。例：legalflow audit verify / the chain and its checkpoints."""
    with an_office() as office:
        broken = list(auditing.broken(office))
        count = auditing.head(office)[0]
    _answer(broken, f"{count} 条审计记录完整 / audit rows, all as they were written")


@audit.command()
def checkpoint() -> None:
    """立即写入一个检查点。例：legalflow audit checkpoint / write a checkpoint outside the database now."""
    with an_office() as office:
        made = auditing.checkpoint(office)
    print(f"{made.count}\t{made.digest}\t{made.at}")


@click.group()
def store() -> None:
    """文件存储 / the store of files."""


@store.command("verify")
def verify_store() -> None:
    """逐一核对文件的 SHA-256；有问题时退出码 1。例：legalflow store verify / every kept file against its SHA-256."""
    with an_office() as office:
        names = list(office.store.names())
        broken = [name for name in names if not office.store.verify(name)]
        missing = [failed.place for failed in checking.digests_are_kept(office)]
    _answer([*broken, *missing], f"{len(names)} 个文件完整 / files, all as they were stored")


def _answer(broken: list[str], all_well: str) -> None:
    for place in broken:
        print(place, file=sys.stderr)
    if broken:
        sys.exit(1)
    print(all_well)


def _plain(row: Any) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in vars(row).items()}
