"""The result sheet of things done with many: why a row was left out, in both languages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from legalflow.access import Role
from legalflow.persistence.tables import RunRow
from legalflow.services import choosing, following, foreseeing
from legalflow.services.choosing import Asked
from legalflow.services.listing import LOANS, Wanted
from tests.builders import a_loan, an_account, an_office, an_open_matter


def test_the_result_sheet_says_in_both_languages_why_a_row_was_left_out(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    counsel = an_account(office, Role.COUNSEL)
    an_open_matter(office, counsel, a_loan())
    run_id = choosing.choose(office, counsel, LOANS, Wanted(), Asked("", ()), None)
    foreseeing.ask(office, counsel, run_id, "open_matters", "", {}, 1)
    foreseeing.run(office, f"{run_id}-1-1", lambda _session: None)
    with office.database.reading() as session:
        row = session.get(RunRow, run_id)
    assert row is not None and row.state == "foreseen"
    name, content = following.export(office, counsel, run_id)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        words = "".join(parts.read(each).decode() for each in parts.namelist() if each.endswith(".xml"))
    assert name == f"{row.number}-结果清单.xlsx"
    assert all(said in words for said in ("跳过", "该笔贷款已立案件", "the loan is a matter already"))
    office.database.close()
