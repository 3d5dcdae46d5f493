"""The result of an operation as a sheet (计算书), DOCX and PDF: what `legalflow calc OP FILE --sheet DIR` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from legalflow import __version__
from legalflow.cli.document import formats_of, put, rendered
from legalflow.cli.operation import Facts, Operation
from legalflow.documents import sheets
from legalflow.documents.blocks import Document
from legalflow.law.catalogue import Law
from legalflow.values import codec

_DIGEST = 12  # characters of a digest that are enough to tell two states of the data apart


def write(
    chosen: Operation, given: dict[str, Any], result: dict[str, Any], law: Law, folder: Path, formats: str
) -> list[Path]:
    """The files of a result's sheet, written to `folder`; a sheet that stands there is replaced.

    `given` is the input as sent and valid. Raises `Invalid` for an unknown format, `Away` where nothing can be written.
    """
    wanted = formats_of(formats)
    document = sheet_of(chosen, given, result, law)
    places = {folder / f"{document.title}.{each}": rendered(each, document) for each in wanted}
    put(folder, places)
    return list(places)


def sheet_of(chosen: Operation, given: dict[str, Any], result: dict[str, Any], law: Law) -> Document:
    """The sheet of a result, as neutral blocks."""
    used: Facts = chosen.facts.model_validate(given)
    return sheets.sheet(
        sheets.Computed(
            term=chosen.term,
            source=chosen.source(law),
            given=given,
            used=codec.plain(used.model_dump()),
            input_schema=chosen.facts.model_json_schema(),
            result=result,
            result_schema=chosen.result_schema,
            law_checked=law.checked,
            law_digest=digest_of(law),
            version=__version__,
        )
    )


def digest_of(law: Law) -> str:
    """The first characters of the digest of all data of the law: the same data, the same digest."""
    return codec.digest(codec.encode([law.history(topic) for topic in law.topics()]))[:_DIGEST]
