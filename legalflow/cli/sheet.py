"""The result of an operation as a sheet (计算书), DOCX and PDF: what `legalflow calc OP FILE --sheet DIR` writes.

A claim and the interest after a judgment have sheets of their own, the same that are annexed to pleadings
(利息计算表、迟延履行利息计算表); every other result is laid out by its schemas.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from legalflow import __version__
from legalflow.claims import sheets as claimed
from legalflow.claims.award import ITEM_NAMES, ItemKind
from legalflow.claims.claim import Claim
from legalflow.claims.delay_result import DelayInterest
from legalflow.cli.document import formats_of, put, rendered
from legalflow.cli.operation import Operation
from legalflow.documents import sheets
from legalflow.documents.blocks import Document
from legalflow.documents.compose import compose
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values import codec
from legalflow.values.money import Money

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
    used = chosen.facts.model_validate(given)
    if chosen.name == "claim":
        return compose("interest_calculation", _claim_facts(used, result))
    if chosen.name == "delay-interest" and result["currency"] == "CNY" and not given.get("conversion_rate"):
        return compose("delay_interest_calculation", _delay_facts(used, result))
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


def _claim_facts(used: Any, result: dict[str, Any]) -> dict[str, Any]:
    finding = _finding(codec.decode(Claim, result), result)
    named = {"contract_name": used.contract_name} if used.contract_name else {}
    return {**named, **claimed.interest_facts(finding)}


def _delay_facts(used: Any, result: dict[str, Any]) -> dict[str, Any]:
    left = {f"left_{name}": amount for name, amount in result["left"].items()}
    daily = {f"daily_{name}": amount for name, amount in result["per_day"].items()}
    unsaid: dict[str, Any] = {
        each.name: [] for each in fields(DelayInterest)
    }  # lists of the finding that the result does not print
    value = codec.decode(DelayInterest, {**unsaid, **result, **left, **daily, "applied": result["payments"]})
    awarded = [(ITEM_NAMES[ItemKind(each.kind)], Money(str(each.amount))) for each in used.items]
    first = min((each.start for each in value.segments if each.formula), default=None)
    last_day = used.performance_last_day or used.effective_date
    until = used.until or max(each.counted_on for each in value.applied)
    facts = claimed.delay_facts(_finding(value, result), awarded, last_day, until)
    return facts | ({"first_day": first.isoformat()} if first else {})


def _finding(value: Any, result: dict[str, Any]) -> Finding[Any]:
    """The finding that a result was printed from."""
    steps = tuple(
        Step(
            each["what"],
            each["formula"],
            each["value"],
            tuple(Citation(cited["instrument"], cited["article"], cited["verified"]) for cited in each["citations"]),
        )
        for each in result["steps"]
    )
    warnings = tuple(Warning(each["code"], each["message"], each["message_en"]) for each in result["warnings"])
    return Finding(value, steps, warnings, tuple(result["provisional_facts"]))
