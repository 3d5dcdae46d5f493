"""Settings read from the environment once, frozen.

The only module that reads the environment. Every setting has a default that works on a laptop and a line in the README.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things are and how long they may take. Times are seconds, sizes bytes."""

    root: Path = _ROOT
    home: Path = _ROOT / "var"  # database, keys, sockets, font cache
    storage: Path = _ROOT / "storage"
    sysroot: Path = _ROOT / ".sysroot"  # libraries unpacked without root
    fonts: Path | None = None  # the lender's own licensed fonts, preferred where given
    database_url: str = ""  # empty: SQLite under `home`
    redis_url: str = ""  # empty: the queue server that `legalflow up` starts
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "zh"
    demo: bool = False  # sample data, TOTP off, a banner on every page, plain http on loopback only
    https: bool = False  # cookies are Secure and __Host- when set
    proxies: int = 0  # how many proxies of our own stand before the pages and say whom they forward
    workers: int = 1
    lease: float = 20.0  # how long a task holds its row before it is sent again
    renew: float = 5.0
    sweep: float = 5.0  # how often the relay looks for due rows
    attempts: int = 3
    session_idle: int = 1800
    session_life: int = 43200
    link_life: int = 259200
    link_uses: int = 5
    parser_seconds: int = 45  # wall clock of a child that parses a file from outside
    parser_cpu: int = 30
    parser_memory: int = 1 << 30
    upload_limit: int = 50 << 20
    matter_limit: int = 500 << 20
    address: str = ""  # where people reach the pages, for links in mail; empty: http://host:port
    smtp_host: str = ""  # empty: mail is written as .eml files into `home`/mail
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""  # the sender; needed where mail is sent
    smtp_security: str = "starttls"  # starttls, tls, or none
    digest_hour: int = 7  # of the Chinese clock, from when the daily digest goes out
    escalate_substitute: int = 7  # days before the last day on which the substitute is called
    escalate_reviewer: int = 3  # days before the last day on which the reviewers are called
    peers: Path | None = None  # folder of the peers' benchmark scripts
    fail_at: str = ""  # tests only: point:n:kill|error|sleep
    today: str = ""  # tests only: a clock that stands still, as an ISO instant
    test_postgresql: str = ""
    test_no_skips: bool = False

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.home / 'legalflow.sqlite'}"

    @property
    def pages(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        scheme = "https" if self.https else "http"
        return (self.address or f"{scheme}://{self.host}:{self.port}").rstrip("/")


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `LEGALFLOW_*` variables; a value that cannot be read is refused by name."""
    source = os.environ if environment is None else environment
    given: dict[str, object] = {}
    for name, default in vars(Settings()).items():
        text = source.get("LEGALFLOW_LANG" if name == "language" else f"LEGALFLOW_{name.upper()}")
        if text is None or text == "":
            continue
        given[name] = _read(f"LEGALFLOW_{name.upper()}", text, name, default)
    if "home" in given and "storage" not in given and "LEGALFLOW_STORAGE" not in source:
        given["storage"] = Path(str(given["home"])) / "storage"
    return Settings(**given)  # type: ignore[arg-type]


def child_environment() -> dict[str, str]:
    """The environment handed to processes we start."""
    return dict(os.environ)


def _read(variable: str, text: str, name: str, default: object) -> object:
    if isinstance(default, bool):
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if isinstance(default, Path) or name in {"fonts", "peers"}:
        return Path(text).expanduser().resolve()
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            raise SystemExit(f"{variable}: 需要数字，实为 {text!r} / a number is needed, found {text!r}") from None
    return text
