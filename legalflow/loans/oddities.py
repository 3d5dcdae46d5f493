"""What is odd about a party's name or address, before many letters are made at once; never a reason to refuse one.

Codes: `name_digits`, `name_latin`, `name_short`, `name_long`, `name_glyph` (a character no font has), `address_none`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from legalflow.loans.parties import Party, PartyKind

LONGEST_PERSON, LONGEST_ORGANISATION = 20, 50  # names of some peoples are long, and joined by a dot
_DIGITS, _LATIN = re.compile(r"\d"), re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")


def of_name(party: Party, prints: Callable[[str], bool]) -> tuple[str, ...]:
    """What is odd about a name; `prints` tells whether a character can be printed.

    >>> from legalflow.loans.parties import PartyRole
    >>> of_name(Party(name="张3", kind=PartyKind.NATURAL, role=PartyRole.BORROWER), str.isprintable)
    ('name_digits',)
    """
    longest = LONGEST_PERSON if party.kind is PartyKind.NATURAL else LONGEST_ORGANISATION
    found = {
        "name_digits": bool(_DIGITS.search(party.name)),
        "name_latin": bool(_LATIN.search(party.name)),
        "name_short": len(party.name.strip()) < 2,
        "name_long": len(party.name) > longest,
        "name_glyph": not all(map(prints, party.name)),
    }
    return tuple(code for code, holds in found.items() if holds)


def of_address(party: Party) -> tuple[str, ...]:
    """Whether there is nowhere to send a letter to."""
    return () if (party.service_address or party.domicile or party.residence).strip() else ("address_none",)
