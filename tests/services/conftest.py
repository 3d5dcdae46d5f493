"""The sample data, loaded and judged once for all tests of use cases, and copied for each that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from legalflow.office import Office
from legalflow.services import sampling
from tests.builders import an_office
from tests.services.installation import TODAY, copied, work_off


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The sample installation as all tests find it; only read it."""
    office = an_office(tmp_path_factory.mktemp("sample"), today=TODAY)
    sampling.load(office, whole=False)
    work_off(office)
    return office


@pytest.fixture
def sample(loaded: Office, tmp_path: Path) -> Office:
    """A sample installation of one's own."""
    return copied(loaded, tmp_path)
