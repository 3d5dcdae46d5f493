"""What must hold before anything is served: keys nobody else reads, code nobody else writes, plain http at home only.

All that is wrong is said at once, and nothing starts.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from legalflow.config import Settings
from legalflow.errors import Invalid, Problem

LOOPBACK = ("127.0.0.1", "::1", "localhost")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE = stat.S_IWOTH


def refuse_unsafe(settings: Settings) -> None:
    """Raise `Invalid` with everything that speaks against a start under these settings."""
    Invalid.raise_any(problems(settings))


def problems(settings: Settings) -> list[Problem]:
    """Everything that speaks against a start under these settings."""
    found = list(key_problems(settings.home / "keys"))
    found += _writable_code(settings.root)
    if settings.https and (settings.fail_at or settings.today):
        found.append(
            Problem(
                "start.test_settings",
                "正式环境不得设置 LEGALFLOW_FAIL_AT 或 LEGALFLOW_TODAY",
                "LEGALFLOW_FAIL_AT and LEGALFLOW_TODAY are for tests only",
                found=settings.fail_at or settings.today,
            )
        )
    return found


def refuse_open_pages(settings: Settings) -> None:
    """Refuse pages without https to anybody but this machine; and sample log-ins to anybody else at all."""
    if settings.host in LOOPBACK:
        return
    found = []
    if not settings.https:
        found.append(
            Problem(
                "start.plain_http",
                "不经 https 只能在本机提供网页",
                "pages without https are served to this machine only",
                field="LEGALFLOW_HOST",
                found=settings.host,
                mend="使用 127.0.0.1，或由反向代理提供 https 并设置 LEGALFLOW_HTTPS=1",
                mend_en="use 127.0.0.1, or put a proxy with https before it and set LEGALFLOW_HTTPS=1",
            )
        )
    if settings.demo:
        found.append(
            Problem(
                "start.demo_open",
                "示例数据与示例账号只能在本机使用",
                "sample data with its log-ins is served to this machine only",
                field="LEGALFLOW_HOST",
                found=settings.host,
                mend="另设 LEGALFLOW_HOME 指向空目录，并以 up --no-demo 启动",
                mend_en="point LEGALFLOW_HOME to an empty folder and start it with up --no-demo",
            )
        )
    Invalid.raise_any(found)


def key_problems(folder: Path) -> Iterator[Problem]:
    """Every key file that others may read, and every one too short to be a secret."""
    for place in sorted(folder.glob("*.key")):
        state = place.stat()
        if state.st_mode & OTHERS:
            yield Problem(
                "keys.readable",
                "密钥文件可被其他用户读取",
                "the key file can be read by other users",
                found=str(place),
                mend=f"运行 chmod 600 {place}",
                mend_en=f"run chmod 600 {place}",
            )
        if state.st_size < 32:
            yield Problem(
                "keys.short",
                "密钥过短（少于 32 字节）",
                "the key is too short (under 32 bytes)",
                found=str(place),
                mend="从备份恢复该文件",
                mend_en="restore the file from backup",
            )


def _writable_code(root: Path) -> Iterator[Problem]:
    """Code, words or law that anybody on the machine could change."""
    for name in ("legalflow", "templates", "forms"):
        for place in (root / name).rglob("*"):
            if not place.is_symlink() and place.stat().st_mode & OTHERS_WRITE:
                yield Problem(
                    "start.writable_code",
                    "程序文件可被任何用户修改",
                    "anybody on this machine could change the programme",
                    found=str(place),
                    mend=f"运行 chmod -R o-w {root}",
                    mend_en=f"run chmod -R o-w {root}",
                )
                return  # one is enough: the mend is for all
