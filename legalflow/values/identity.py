"""Identity numbers by their own arithmetic: citizens (GB 11643) and organisations (GB 32100).

A number is checked by form, check character and date; whether it was ever issued cannot be known here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

from legalflow.errors import Problem


class IdentityKind(Enum):
    """What kind of number it is."""

    RESIDENT = "resident"  # 居民身份证
    ORGANISATION = "uscc"  # 统一社会信用代码


@dataclass(frozen=True)
class Identity:
    """What a number says: whether it is valid, why not, and for a person the day of birth and the sex (男 or 女)."""

    number: str
    kind: IdentityKind
    valid: bool
    birth: date | None = None
    sex: str = ""
    reasons: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")
_RESIDENT_OLD = re.compile(r"[1-9][0-9]{14}")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def normalised(text: str) -> str:
    """A number as kept: half-width, upper case, without spaces.

    >>> normalised(" 99000019900101001x ")
    '99000019900101001X'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def identity(text: str, kind: IdentityKind, on: date | None = None) -> Identity:
    """What a number says; `on` is the day after which nobody can have been born.

    >>> identity("990000199001010017", IdentityKind.RESIDENT).sex
    '男'
    """
    number = normalised(text)
    if kind is IdentityKind.ORGANISATION:
        return _organisation(number)
    return _old_resident(number, on) if _RESIDENT_OLD.fullmatch(number) else _resident(number, on)


def resident_check(first_seventeen: str) -> str:
    """The check character of a citizen's number (GB 11643)."""
    total = sum(int(figure) * weight for figure, weight in zip(first_seventeen, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def uscc_check(first_seventeen: str) -> str:
    """The check character of an organisation's code (GB 32100): any of the 31 characters."""
    pairs = zip(first_seventeen, _USCC_WEIGHTS, strict=True)
    return _USCC_ALPHABET[(31 - sum(_USCC_ALPHABET.index(each) * weight for each, weight in pairs) % 31) % 31]


def organisation_check(first_eight: str) -> str:
    """The check character of an organisation's own code (GB 11714), which stands inside the one of 18 places."""
    pairs = zip(first_eight, _ORGANISATION_WEIGHTS, strict=True)
    return "0123456789X0"[11 - sum(_ORGANISATION_ALPHABET.index(each) * weight for each, weight in pairs) % 11]


def _resident(number: str, on: date | None) -> Identity:
    if not _RESIDENT.fullmatch(number):
        reason = _reason(
            "form", "公民身份号码须为18位，末位可为X", "a citizen's number has 18 places, the last may be X", number
        )
        return Identity(number, IdentityKind.RESIDENT, False, reasons=(reason,))
    birth = _birth(number[6:14])
    reasons = list(_birth_reasons(birth, number[6:14], on))
    expected = resident_check(number[:17])
    if number[17] != expected:
        reasons.append(_reason("check", "校验位不符，请核对证件", "the check character does not match", number[17]))
    sex = "男" if int(number[16]) % 2 else "女"
    return Identity(number, IdentityKind.RESIDENT, not reasons, birth, sex, tuple(reasons))


def _old_resident(number: str, on: date | None) -> Identity:
    birth = _birth("19" + number[6:12])
    reasons = tuple(_birth_reasons(birth, number[6:12], on))
    sex = "男" if int(number[14]) % 2 else "女"
    old = _reason("old", "15位旧号码，请补充18位号码", "an old number of 15 places: ask for the one of 18")
    return Identity(number, IdentityKind.RESIDENT, not reasons, birth, sex, reasons, (old,))


def _organisation(number: str) -> Identity:
    kind = IdentityKind.ORGANISATION
    if not _USCC.fullmatch(number):
        zh = "统一社会信用代码须为18位，第3至8位为数字，不含 I、O、S、V、Z"
        reason = _reason("form", zh, "a code has 18 places without I, O, S, V, Z; places 3 to 8 are figures", number)
        return Identity(number, kind, False, reasons=(reason,))
    if number[17] != uscc_check(number[:17]):
        reason = _reason("check", "校验位不符，请核对营业执照", "the check character does not match", number[17])
        return Identity(number, kind, False, reasons=(reason,))
    return Identity(number, kind, True, warnings=_organisation_warnings(number[8:17]))


def _organisation_warnings(code: str) -> tuple[Problem, ...]:
    """Some older organisation codes fail their own check (GB 11714): a doubt, no refusal."""
    if code[8] == organisation_check(code[:8]):
        return ()
    return (
        _reason(
            "organisation", "其中组织机构代码的校验位不符", "the organisation code inside fails its own check", code
        ),
    )


def _birth(figures: str) -> date | None:
    try:
        return date(int(figures[:4]), int(figures[4:6]), int(figures[6:8]))
    except ValueError:
        return None


def _birth_reasons(birth: date | None, figures: str, on: date | None) -> list[Problem]:
    if birth is None or birth.year < 1800:
        return [_reason("birth", "出生日期不存在", "the day of birth does not exist", figures)]
    if on is not None and birth > on:
        return [_reason("birth", f"出生日期晚于{on}", f"the day of birth is after {on}", figures)]
    return []


def _reason(code: str, zh: str, en: str, found: str = "") -> Problem:
    return Problem(f"identity.{code}", zh, en, "number", found[:40])
