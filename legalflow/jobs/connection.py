"""Connections to the queue server, which reminds and never remembers.

A worker is patient (it outlives a restart of the server); the relay gives up after two seconds and tries again itself.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from legalflow.config import Settings
from legalflow.errors import Invalid, Problem

SOCKET_BYTES = 100  # the kernel takes 107 at most, on some systems 103
SHORTEST_PASSWORD = 16
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def url(settings: Settings) -> str:
    """The URL of the queue server: the one given, or the socket of the one that `legalflow up` starts."""
    return settings.redis_url or f"unix://{socket_path(settings)}?db=0"


def socket_path(settings: Settings) -> Path:
    """Where our own queue server listens: under `home`, or in a short private folder where that path is too long."""
    place = settings.home.resolve() / "run" / "queue.sock"
    if len(os.fsencode(place)) < SOCKET_BYTES:
        return place
    mark = hashlib.sha256(os.fsencode(settings.home.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"legalflow-{os.getuid()}-{mark}" / "queue.sock"


def brief(settings: Settings) -> Redis:
    """A connection that gives up within two seconds, for those who can do without the server for a while."""
    return Redis.from_url(
        url(settings),
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.05), 1),
    )


def patient(settings: Settings) -> Redis:
    """A connection that tries again for about a minute: with it a worker outlives a restart of the server."""
    return Redis.from_url(
        url(settings),
        socket_connect_timeout=2,
        retry=Retry(ExponentialBackoff(cap=2, base=0.1), 30),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
    )


def problems(redis_url: str) -> list[Problem]:
    """What is unsafe about the URL of a queue server of another's: off loopback it needs a password of some length."""
    if not redis_url:
        return []
    parts = urlsplit(redis_url)
    if parts.scheme == "unix" or (parts.hostname or "") in _LOOPBACK:
        return []
    password = unquote(parts.password or "") or parse_qs(parts.query).get("password", [""])[0]
    if len(password) >= SHORTEST_PASSWORD:
        return []
    return [
        Problem(
            "start.redis_password",
            f"队列服务器不在本机，须设置至少 {SHORTEST_PASSWORD} 位密码",
            f"a queue server off loopback needs a password of at least {SHORTEST_PASSWORD} characters",
            field="LEGALFLOW_REDIS_URL",
            found=f"{parts.scheme}://{parts.hostname}",
            mend="在 URL 中写明：rediss://用户:密码@主机:端口/0",
            mend_en="put it into the URL: rediss://user:password@host:port/0",
        )
    ]


def refuse_open_server(redis_url: str) -> None:
    """Refuse a queue server that others can reach without a password."""
    Invalid.raise_any(problems(redis_url))
