"""Identity numbers by their arithmetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.values.identity import IdentityKind, identity, resident_check, uscc_check

RESIDENT, USCC = IdentityKind.RESIDENT, IdentityKind.ORGANISATION
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def codes(text: str, kind: IdentityKind, on: date | None = None) -> list[str]:
    return [reason.code for reason in identity(text, kind, on).reasons]


def test_a_valid_number_tells_birth_and_sex() -> None:
    found = identity("990000199001010017", RESIDENT)
    assert (found.valid, found.birth, found.sex) == (True, date(1990, 1, 1), "男")


def test_an_even_seventeenth_figure_is_a_woman() -> None:
    number = "99000019900101002"
    assert identity(number + resident_check(number), RESIDENT).sex == "女"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("990000199001010018", "identity.check"),
        ("99000019900101001", "identity.form"),
        ("090000199001010017", "identity.form"),
        ("99000019900101001A", "identity.form"),
        ("", "identity.form"),
        ("٩٩٠٠٠٠١٩٩٠٠١٠١٠٠١٧", "identity.form"),
    ],
)
def test_a_wrong_number_says_why(number: str, code: str) -> None:
    found = identity(number, RESIDENT)
    assert not found.valid and code in codes(number, RESIDENT)


def test_a_day_that_does_not_exist_and_a_wrong_check_are_both_told() -> None:
    number = "99000019900230001"
    wrong = "0" if resident_check(number) != "0" else "1"
    assert codes(number + wrong, RESIDENT) == ["identity.birth", "identity.check"]


def test_nobody_is_born_after_the_day_asked() -> None:
    assert codes("990000199001010017", RESIDENT, date(1989, 12, 31)) == ["identity.birth"]
    assert codes("990000199001010017", RESIDENT, date(1990, 1, 1)) == []


def test_full_width_and_small_letters_are_read() -> None:
    number = next(n for n in (f"9900001990010100{i:02d}"[:17] for i in range(99)) if resident_check(n) == "X")
    found = identity(f" {number}ｘ ", RESIDENT)
    assert found.valid and found.number == f"{number}X"


def test_an_old_number_is_read_and_remarked() -> None:
    found = identity("990000900101001", RESIDENT)
    assert found.valid and found.birth == date(1990, 1, 1) and found.warnings[0].code == "identity.old"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "919900000000000005"])
def test_codes_of_organisations_are_valid(code: str) -> None:
    assert identity(code, USCC).valid and identity(code.lower(), USCC).valid


@pytest.mark.parametrize(
    ("code", "why"),
    [("91350100M000100Y44", "identity.check"), ("9135010IM000100Y43", "identity.form"), ("9135", "identity.form")],
)
def test_a_wrong_code_says_why(code: str, why: str) -> None:
    assert codes(code, USCC) == [why]


@given(st.text(alphabet=ALPHABET, min_size=9, max_size=9))
def test_the_check_of_a_code_may_be_any_of_the_alphabet_and_finds_any_other(tail: str) -> None:
    first = "91990000" + tail
    check = uscc_check(first)
    assert identity(first + check, USCC).valid
    for other in set(ALPHABET) - {check}:
        assert not identity(first + other, USCC).valid


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    for kind in IdentityKind:
        found = identity(text, kind)
        assert found.valid or found.reasons
