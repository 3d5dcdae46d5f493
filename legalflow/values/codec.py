"""Facts to canonical JSON and back: the same facts give the same bytes, so their digest names them.

Keys are sorted, there are no floats, Chinese stays Chinese. `Money`, `Decimal` and days are written as strings; reading
back is by the dataclass's own annotations.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from legalflow.values.money import Money

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dataclasses become objects, money, decimals and days strings; floats are refused."""
    said = _SAID.get(type(value))
    if said is not None:
        return said(value)
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Money | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    raise TypeError(f"{type(value).__name__} has no canonical form")


# How the commonest kinds are written, without asking what else they might be.
_SAID: dict[type, typing.Callable[[Any], Any]] = {
    str: str,
    int: int,
    bool: bool,
    Money: str,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields, in order."""
    return tuple(field.name for field in dataclasses.fields(kind))


def encode(value: Any) -> bytes:
    """Canonical JSON of a value, UTF-8.

    >>> encode({"b": Money("1"), "a": None})
    b'{"a":null,"b":"1.00"}'
    """
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def decode(kind: type[T], content: bytes | str | Any) -> T:
    """A dataclass (or list, tuple, dict of them) of type `kind` from canonical JSON or from plain values."""
    value = json.loads(content) if isinstance(content, bytes | str) else content
    return typing.cast(T, _read(kind, value))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """The annotations of a class, evaluated once."""
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in {typing.Union, types.UnionType}:
        if value is None:
            return None
        return _read(next(item for item in arguments if item is not type(None)), value)
    if origin in {list, set, frozenset}:
        return origin(_read(arguments[0], item) for item in value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_read(arguments[0], item) for item in value)
        return tuple(_read(each, item) for each, item in zip(arguments, value, strict=True))
    if origin in {dict, Mapping} or (origin is not None and issubclass(origin, Mapping)):
        return {_read(arguments[0], key): _read(arguments[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        names = {field.name for field in dataclasses.fields(kind) if field.init}
        return kind(**{name: _read(hints[name], item) for name, item in value.items() if name in names})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Money | Decimal | Enum):
        return kind(value)
    return value
