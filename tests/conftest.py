"""What all tests share: no test is skipped where none may be."""

from __future__ import annotations

import pytest

from legalflow import config


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where everything is installed (`LEGALFLOW_TEST_NO_SKIPS`), a skipped test is a failed one."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and config.read().test_no_skips and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped here: {report.longrepr}"
