"""Passwords: which are good enough, random ones, and the hashes that are kept of them."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from legalflow.errors import Problem

SHORTEST = 15
LONGEST = 200

# Of 15 characters and more, what lists of stolen passwords hold most: repetitions and keyboard walks.
COMMON = frozenset(
    {
        "123456789012345",
        "1234567890123456",
        "12345678901234567890",
        "123123123123123",
        "123456123456123456",
        "111111111111111",
        "1111111111111111",
        "000000000000000",
        "0000000000000000",
        "888888888888888",
        "1qaz2wsx3edc4rfv",
        "1qaz2wsx3edc4rfv5tgb",
        "qwertyuiopasdfgh",
        "qwertyuiopasdfghjkl",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertyuiop123456",
        "abcdefghijklmnop",
        "abcdefghijklmnopqrstuvwxyz",
        "passwordpassword",
        "password12345678",
        "password123456789",
        "iloveyouiloveyou",
        "woaini1314521woaini",
        "woaini520woaini1314",
        "administrator123",
        "administrator123456",
        "letmeinletmein123",
        "welcome123456789",
        "changemechangeme",
        "p@ssw0rdp@ssw0rd",
    }
)


def problems(password: str, login: str = "", field: str = "password") -> list[Problem]:
    """What is wrong with a password: too short, too long, on the list, or the login itself."""
    found = []
    if not SHORTEST <= len(password) <= LONGEST:
        found.append(
            Problem(
                "password.length",
                f"密码须为 {SHORTEST} 至 {LONGEST} 个字符",
                f"a password has {SHORTEST} to {LONGEST} characters",
                field,
                mend="几个不相干的词连起来就好记又够长",
                mend_en="a few unrelated words are long and easy to remember",
            )
        )
    plain = password.lower()
    if plain in COMMON or len(set(plain)) < 5 or (len(login) > 3 and login.lower() in plain):
        found.append(
            Problem(
                "password.common",
                "密码过于常见、过于单一或含有登录名",
                "the password is too common, too uniform or holds the login",
                field,
            )
        )
    return found


def new() -> str:
    """A random password in five groups that can be read aloud, about 100 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def hashed(password: str) -> str:
    """What is kept of a password."""
    return PasswordHasher().hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one of which a hash was kept."""
    try:
        return PasswordHasher().verify(kept, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobody() -> str:
    """A hash nobody's password fits, made with the cost of a real one; call it once before the first sign-in."""
    return hashed(secrets.token_urlsafe(32))
