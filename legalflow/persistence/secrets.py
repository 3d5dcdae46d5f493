"""Persons' numbers at rest: AES-256-GCM, with a keyed index for search; the keys lie outside the database.

One file `persons.key` of 64 random bytes under `home/keys` (0600): the first half seals, the second makes the index.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from legalflow.errors import Corrupt, Invalid

_MARK = "sealed:1:"


@dataclass(frozen=True, repr=False)
class Keys:
    """The key that seals and the key of the index."""

    sealing: bytes
    indexing: bytes

    @classmethod
    def open(cls, folder: Path) -> Keys:
        """The keys of an installation; made at the first start, and refused where others may read them."""
        place = folder / "persons.key"
        if not place.exists():
            _make(place)
        if place.stat().st_mode & 0o077:
            raise Invalid.one(
                "keys.readable",
                "密钥文件可被其他用户读取",
                "the key file can be read by other users",
                found=str(place),
                mend=f"运行 chmod 600 {place}",
                mend_en=f"run chmod 600 {place}",
            )
        content = place.read_bytes()
        if len(content) != 64:
            raise Corrupt.one("keys.length", "密钥文件长度不对", "the key file has a wrong length", found=str(place))
        return cls(content[:32], content[32:])

    def seal(self, text: str) -> str:
        """A text that only these keys open; the empty text stays empty, so that what is missing can be seen."""
        if not text:
            return ""
        nonce = secrets.token_bytes(12)
        return _MARK + base64.b64encode(nonce + AESGCM(self.sealing).encrypt(nonce, text.encode(), None)).decode()

    def unseal(self, sealed: str) -> str:
        """The text again."""
        if not sealed:
            return ""
        try:
            content = base64.b64decode(sealed.removeprefix(_MARK), validate=True)
            return AESGCM(self.sealing).decrypt(content[:12], content[12:], None).decode()
        except (InvalidTag, ValueError):
            raise Corrupt.one(
                "keys.unsealed",
                "证件号码无法解密：密钥与数据库不匹配",
                "a person's number cannot be opened: the keys do not belong to this database",
                mend="恢复与数据库同时备份的密钥文件",
                mend_en="restore the key file that was backed up with the database",
            ) from None

    def index(self, text: str) -> str:
        """A keyed digest by which a number is found without being readable."""
        return hmac.new(self.indexing, text.strip().upper().encode(), hashlib.sha256).hexdigest()


def _make(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(64))
        file.flush()
        os.fsync(file.fileno())
