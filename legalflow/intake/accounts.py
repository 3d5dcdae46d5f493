"""The accounts suggested for write-offs and recoveries, by what is booked and its component: `forms/accounts.yaml`.

They are a lender's own to change; the names are general ones, no code was read in a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import yaml

from legalflow import forms
from legalflow.errors import Invalid

BOOKED = {"write_off": ("principal", "interest", "fees"), "recovery": ("principal", "interest", "fees", "accrued")}


@cache
def suggested() -> Mapping[tuple[str, str], tuple[str, str]]:
    """The debit and the credit account of each component, each with its code before its name where it has one.

    `Invalid` where a component lacks its accounts, has them twice, or is none that is booked.
    """
    return read((forms.FOLDER / "accounts.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Mapping[tuple[str, str], tuple[str, str]]:
    """The accounts that a text in YAML states; see `suggested`."""
    rows = yaml.safe_load(text)["postings"]
    found = {
        (row["kind"], row["component"]): (
            f"{row.get('debit_code', '')} {row['debit']}".strip(),
            f"{row.get('credit_code', '')} {row['credit']}".strip(),
        )
        for row in rows
    }
    wanted = {(kind, component) for kind, components in BOOKED.items() for component in components}
    if set(found) != wanted or len(rows) != len(wanted) or not all(all(each) for each in found.values()):
        raise Invalid.one(
            "accounts.incomplete",
            "forms/accounts.yaml 须为每一项目各写一次借方和贷方科目",
            "forms/accounts.yaml names a debit and a credit account for every component, once",
            found="、".join(f"{kind} {component}" for kind, component in sorted(wanted ^ set(found))),
        )
    return found
