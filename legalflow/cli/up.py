"""`up` and `serve`: the whole service under one supervisor, or the pages alone.

`up` is what the README's first command ends in: queue server, tables, sample data where the database is new, pages,
workers, relay and ticker. A second start keeps everything.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from legalflow import config, log
from legalflow.cli import queue_server
from legalflow.cli.supervisor import Child, Supervisor
from legalflow.config import Settings
from legalflow.errors import Away, Conflict, Invalid
from legalflow.jobs import connection, queues
from legalflow.office import Office, open_office
from legalflow.persistence import migrating
from legalflow.services import starting

PORTS_TRIED = 20
LONGEST_START = 60.0  # seconds until the pages answer
STARTS_TRIED = 3  # while starting; afterwards a child is started again for ever
THREADS = 8
_QUICKLY = {"documents": 0, "bundles": 1, "evidence": 2, "imports": 3, "schedule": 4, "batches": 5, "claims": 6}


@click.command()
def serve() -> None:
    """只提供网页（数据库须已初始化）。例：legalflow serve / the pages alone, on a database that is set up."""
    settings = config.read()
    _refuse(settings)
    log.set_up()
    with _opened(settings) as office:
        migrating.upgrade(office.database)
    Pages(settings).run()


@click.command()
@click.option("--demo/--no-demo", default=None, help="示例数据与登录；默认仅在新库中载入 / sample data and log-ins")
def up(demo: bool | None) -> None:
    """启动全部服务：队列、网页、后台任务；Ctrl-C 停止。例：legalflow up / everything under one supervisor."""
    settings = config.read()
    _refuse(settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(settings) as claim:
        _run(settings, demo, claim)


def _run(settings: Settings, demo: bool | None, claim: Path) -> None:
    began = time.monotonic()
    environment = {**config.child_environment(), "PYTHONPATH": str(settings.root), "LEGALFLOW_HOME": str(settings.home)}
    environment |= {"LEGALFLOW_STORAGE": str(settings.storage), "PYTHONUNBUFFERED": "1"}
    supervisor = Supervisor(settings.home / "log", environment, _say)
    _stop_on_signals(supervisor)
    try:
        if not settings.redis_url:
            supervisor.start(Child("queue", lambda: queue_server.command(settings), ends_by=signal.SIGTERM))
        logins = _set_up(settings, demo)
        settings = _with_port(replace(settings, demo=settings.demo or bool(logins)))
        starting.refuse_open_pages(settings)
        environment |= {"LEGALFLOW_PORT": str(settings.port), "LEGALFLOW_DEMO": "1" if settings.demo else ""}
        supervisor.environment = environment
        queue_server.wait(settings)
        supervisor.start(Child("web", lambda: _ours("serve")))
        _wait_for_pages(settings, supervisor)
        _write(claim, {"pid": os.getpid(), "address": _address(settings)})
        _greet(settings, logins, time.monotonic() - began)
        supervisor.start(Child("relay", lambda: _ours("relay")))
        for queue in sorted(queues.QUEUES, key=lambda name: _QUICKLY.get(name, 9)):
            for name in _workers(queue):
                supervisor.start(Child(name, lambda queue=queue: _ours("worker", queue)))  # type: ignore[misc]
        supervisor.start(Child("schedule", lambda: _ours("schedule")))
        supervisor.watch()
    except _Stopped:
        pass
    finally:
        if supervisor.children:
            _say("正在停止… / stopping …")
        supervisor.stop()
        _say("已停止，数据保留 / stopped; the data is kept")


# --- what is there before anything serves -----------------------------------------------------------------------------


def _set_up(settings: Settings, demo: bool | None) -> list[dict[str, str]]:
    """The tables as the code wants them, and sample data in a new database; the sample log-ins, if there are any."""
    place = settings.home / "demo-logins.txt"
    unfinished = settings.home / "demo-unfinished"
    if unfinished.exists():
        _put_aside(settings)
    with _opened(settings) as office:
        is_new = migrating.revision(office.database) is None
        migrating.upgrade(office.database)
        if demo is not False and (is_new or demo) and not place.exists():
            if not is_new:
                raise Conflict.one(
                    "demo.not_empty",
                    "示例数据只能载入新的数据库",
                    "sample data goes into a new database only",
                    found=str(settings.home),
                    mend="设置 LEGALFLOW_HOME 指向空目录",
                    mend_en="point LEGALFLOW_HOME to an empty folder",
                )
            _say("载入示例数据… / loading sample data …")
            unfinished.touch()
            write_logins(settings, load_samples(office))
            unfinished.unlink()
    return list(json.loads(place.read_text(encoding="utf-8"))) if place.exists() else []


def load_samples(office: Office) -> list[dict[str, str]]:
    """Load the sample data; its log-ins as plain values."""
    sampling = queues.resolve("legalflow.services.sampling:load")
    return [asdict(login) for login in sampling(office)]


def write_logins(settings: Settings, logins: list[dict[str, str]]) -> None:
    """Keep the sample log-ins where a second start finds them; such an installation is served to this machine only."""
    _write(settings.home / "demo-logins.txt", logins)


def _put_aside(settings: Settings) -> None:
    """A database in which sample data was being loaded when the process was killed holds nothing of anybody's."""
    if settings.database_url:
        raise Conflict.one(
            "demo.unfinished",
            "上次载入示例数据时中断，数据库不完整",
            "loading the sample data was cut off; the database is incomplete",
            mend="清空该数据库后删除 demo-unfinished 文件重试",
            mend_en="empty that database, remove the file demo-unfinished, and try again",
        )
    for file in settings.home.glob("legalflow.sqlite*"):
        file.replace(file.with_name(file.name.replace("legalflow", "unfinished", 1)))
    (settings.home / "demo-logins.txt").unlink(missing_ok=True)
    (settings.home / "demo-unfinished").unlink()


@contextmanager
def _opened(settings: Settings) -> Iterator[Office]:
    """The office for as long as it is needed; children are started with no connection open."""
    office = open_office(settings)
    try:
        yield office
    finally:
        office.database.close()


@contextmanager
def _alone(settings: Settings) -> Iterator[Path]:
    """Hold the folder for ourselves; a second `up` on it is told where the first one is. A dead one's claim is void."""
    place = settings.home / "up.lock"
    claim = settings.home / "up.json"
    with place.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _read_claim(claim)
            raise Conflict.one(
                "up.running",
                "该目录的服务已在运行",
                "the service of this folder is running already",
                found=" ".join(str(value) for value in other.values()) or str(settings.home),
                mend="打开上述地址；要重启请先停止该进程，要另起一套请设置 LEGALFLOW_HOME",
                mend_en="open that address; stop that process to start anew, or set LEGALFLOW_HOME for another one",
            ) from None
        try:
            yield claim
        finally:
            claim.unlink(missing_ok=True)


def _read_claim(claim: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(claim.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _refuse(settings: Settings) -> None:
    Invalid.raise_any([*starting.problems(settings), *connection.problems(settings.redis_url)])
    starting.refuse_open_pages(settings)


def _workers(queue: str) -> list[str]:
    """The names of a queue's workers, each a process of its own."""
    count = queues.AT_ONCE.get(queue, 1)
    return [f"worker-{queue}-{number}" for number in range(1, count + 1)] if count > 1 else [f"worker-{queue}"]


def _with_port(settings: Settings) -> Settings:
    """The settings with the port given, or the next free one after it."""
    for port in range(settings.port, settings.port + PORTS_TRIED):
        with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.host, port))
            except OSError:
                continue
        if port != settings.port:
            _say(f"端口 {settings.port} 被占用，改用 {port} / port {settings.port} is taken, using {port}")
        return replace(settings, port=port)
    raise Away.one(
        "up.no_port",
        f"端口 {settings.port} 至 {settings.port + PORTS_TRIED - 1} 都不可用",
        f"no port from {settings.port} to {settings.port + PORTS_TRIED - 1} is free",
        mend="设置 LEGALFLOW_PORT",
        mend_en="set LEGALFLOW_PORT",
    )


# --- the pages --------------------------------------------------------------------------------------------------------


class Lines(Logger):
    """gunicorn's log as ours: to stderr, redacted, one line a record."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers[:] = []
            logger.propagate = True
        self.access_log.disabled = True  # addresses of pages name what somebody looked at


class Pages(BaseApplication):
    """The pages under gunicorn, threads in one process for each of `settings.workers`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings; no control socket, since a second instance would take the same path."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        options = {
            "bind": f"{host}:{self.settings.port}",
            "worker_class": "gthread",
            "workers": max(1, self.settings.workers),
            "threads": THREADS,
            "control_socket_disable": True,
            "graceful_timeout": 4,
            "timeout": 60,
            "max_requests": 20000,
            "max_requests_jitter": 2000,
            "logger_class": Lines,
            "limit_request_line": 4094,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, opened in the process that serves it."""
        return queues.resolve("legalflow.app:create_app")(open_office(self.settings))


def _wait_for_pages(settings: Settings, supervisor: Supervisor) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        supervisor.look()
        if supervisor.stopping.is_set():
            raise _Stopped
        if _answers(settings):
            return
        if any(child.starts > STARTS_TRIED for child in supervisor.children):
            break
        time.sleep(0.05)
    raise Away.one(
        "up.no_answer",
        "网页没有应答",
        "the pages do not answer",
        found=_address(settings),
        mend=f"查看 {supervisor.logs / 'web.log'}",
        mend_en=f"look into {supervisor.logs / 'web.log'}",
    )


def _answers(settings: Settings) -> bool:
    asked = http.client.HTTPConnection(settings.host, settings.port, timeout=2)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


# --- words and signals ------------------------------------------------------------------------------------------------


@dataclass
class _Stopped(Exception):
    """Somebody asked us to stop while we were starting."""


def _stop_on_signals(supervisor: Supervisor) -> None:
    def stop(_number: int, _frame: Any) -> None:
        if supervisor.stopping.is_set():  # a second Ctrl-C does not hurry: children have their grace, then are killed
            return
        supervisor.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _ours(*words: str) -> list[str]:
    return [sys.executable, "-m", "legalflow.cli", *words]


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def _greet(settings: Settings, logins: list[dict[str, str]], seconds: float) -> None:
    lines = [f"legalflow 已启动（{seconds:.1f} 秒）/ is up: {_address(settings)}"]
    if logins:
        lines.append("示例账号 / sample log-ins:")
        lines += [
            f"  {login['login']:<10} {login['password']:<26} {login['role']} {login['name']} {login['firm']}".rstrip()
            for login in logins
        ]
    lines.append("按 Ctrl-C 停止 / Ctrl-C stops it")
    _say("\n".join(lines))


def _say(text: str) -> None:
    print(text, flush=True)


def _write(place: Path, content: Any) -> None:
    """Write a file that only we can read, whole or not at all."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)
