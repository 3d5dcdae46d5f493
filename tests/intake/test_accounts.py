"""The suggested accounts are data: each component has its two, with a code where the lender gives one."""

from __future__ import annotations

import pytest

from legalflow import forms
from legalflow.errors import Invalid
from legalflow.intake import accounts

TEXT = (forms.FOLDER / "accounts.yaml").read_text(encoding="utf-8")


def test_each_component_of_a_write_off_and_a_recovery_has_two_accounts() -> None:
    found = accounts.suggested()
    assert found["write_off", "principal"] == ("贷款损失准备", "贷款") and len(found) == 7
    assert all(debit != credit for debit, credit in found.values())


def test_a_lenders_code_stands_before_the_name() -> None:
    told = TEXT.replace('debit: 贷款损失准备, debit_code: ""', 'debit: 贷款损失准备, debit_code: "1304"', 1)
    assert accounts.read(told)["write_off", "principal"][0] == "1304 贷款损失准备"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("component: accrued", "component: other"),
        ("credit: 利息收入", 'credit: ""'),
        ("component: fees", "component: interest"),
    ],
)
def test_a_file_that_lacks_a_component_or_an_account_is_refused(old: str, new: str) -> None:
    with pytest.raises(Invalid, match="every component"):
        accounts.read(TEXT.replace(old, new, 1))
