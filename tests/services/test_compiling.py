"""The file of a write-off names what its standard asks for and lacks, and goes out whole with every digest."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest
from sqlmodel import select

from legalflow.access import Role
from legalflow.errors import NotAllowed, NotFound
from legalflow.persistence.tables import AuditRow
from legalflow.services import compiling
from tests.services.test_itemising import STANDARD, Lists


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    made = Lists(tmp_path_factory.mktemp("packs"))
    made.opened()
    return made


def test_what_the_standard_asks_is_had_or_lacks_and_all_of_it_goes_out_with_its_digests(lists: Lists) -> None:
    write_off = lists.asked(criterion=STANDARD)
    lists.checked(write_off)
    found = compiling.pack(lists.office, lists[Role.APPROVER], write_off)
    assert found.papers and found.lacking == () and not found.verified and found.files == 3
    assert [(each.who, each.said) for each in found.opinions] == [("finance_checker", "同意上报")]
    name, file = compiling.compiled(lists.office, lists[Role.APPROVER], write_off)
    assert name.startswith("核销申报材料 2026-")
    with file, zipfile.ZipFile(file) as pack:
        listed = list(csv.DictReader(io.StringIO(pack.read("00-清单.csv").decode("utf-8-sig"))))
        assert {each["文件"] for each in listed} == set(pack.namelist()) - {"00-清单.csv"} and len(listed) == 6
        for each in listed:
            assert hashlib.sha256(pack.read(each["文件"])).hexdigest() == each["SHA-256"]
        asked = pack.read("01-申报.json").decode()
    assert lists.row(write_off).request_digest in asked
    with lists.office.database.reading() as session:
        assert "write_off.pack_taken" in set(session.exec(select(AuditRow.action)))


def test_a_standard_whose_papers_are_not_there_says_which_and_nobody_outside_takes_the_file(lists: Lists) -> None:
    lists.matter = lists.matters[1]
    write_off = lists.asked()
    assert "执行裁定书" in "".join(compiling.pack(lists.office, lists[Role.AUDITOR], write_off).lacking)
    with pytest.raises(NotAllowed):
        compiling.compiled(lists.office, lists[Role.SEAL_KEEPER], write_off)
    with pytest.raises(NotFound):
        compiling.pack(lists.office, lists[Role.AUDITOR], "0" * 20)


def test_a_file_is_named_so_that_every_system_takes_it() -> None:
    assert compiling._plain('a/b\\c:"<>|?*\n终') == "a_b_c________终"
