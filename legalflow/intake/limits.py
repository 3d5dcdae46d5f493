"""What a process that parses a file from outside may use: memory, time, and no network.

A child sets these on itself before it imports a parser. On Linux they hold in the kernel: address space, CPU time,
death with the parent, and a filter that refuses sockets and new programs. Elsewhere the audit hook alone refuses them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from typing import Any

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NO_NEW_PRIVILEGES = 38
_SET_SECCOMP = 22
_FILTER_MODE = 2
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 13  # the call returns EACCES
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
# Architecture as the kernel's audit names it, then: socket, socketpair, execve, execveat, ptrace.
_CALLS = {
    "x86_64": (0xC000003E, (41, 53, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 199, 221, 281, 117)),
}


def die_with(parent: int) -> None:
    """Be killed when the parent ends; end at once where it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(size: int) -> None:
    """Limit the address space to `size` bytes, and let no core file be written."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_seconds(seconds: int) -> None:
    """Allow `seconds` of CPU time from now on; the kernel ends the process after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def refuse_network() -> bool:
    """Refuse sockets and new programs from now on; whether the kernel itself does so."""
    sys.addaudithook(_refuse_sockets)
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _CALLS:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    program = _filter(*_CALLS[machine])
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(buffer))
    return int(library.prctl(_SET_SECCOMP, _FILTER_MODE, header, 0, 0)) == 0


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """The kernel's filter program: the calls named are refused, those of another architecture too, the rest allowed."""
    refuse = 5 + len(calls)  # the last line
    lines = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, refuse - 2, architecture),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, refuse - 4, 0, 0x40000000),  # a second set of numbers for the same calls
        *((_EQUAL, refuse - at - 1, 0, call) for at, call in enumerate(calls, start=4)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _refuse_sockets(event: str, _arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__" or event == "subprocess.Popen":
        raise PermissionError("a parser of files from outside has no network")
