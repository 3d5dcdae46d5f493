"""`legalflow calc case-number`: a case number in its one writing, with its parts."""

from __future__ import annotations

from typing import Any

from legalflow.cli.operation import Facts, Operation, fact, reasons, result
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Warning
from legalflow.values.case_number import case_number


class CaseNumberFacts(Facts):
    """A case number as written."""

    text: str = fact("案号", min_length=1, max_length=100)


def run(facts: CaseNumberFacts, law: Law) -> dict[str, Any]:
    """The number normalised, its parts and its kind."""
    found = case_number(facts.text)
    warnings = tuple(Warning(each.code, each.message, each.message_en) for each in found.warnings)
    return {
        "normalised": found.text,
        "year": found.year,
        "court": found.court,
        "special": found.special,
        "type": found.type,
        "number": found.number,
        "sub": found.sub,
        "kind": found.kind,
        "other_body": found.other_body,
    } | reasons(Finding(None, warnings=warnings))


_TEXT = {"type": "string"}
OPERATION = Operation(
    name="case-number",
    term="案号",
    topics=(),
    ground="最高人民法院关于人民法院案件案号的若干规定",
    facts=CaseNumberFacts,
    run=run,
    result_schema=result(
        normalised=_TEXT | {"title": "规范写法"},
        year={"type": "integer", "title": "收案年度"},
        court=_TEXT | {"title": "法院代字"},
        special=_TEXT | {"title": "专门审判代字"},
        type=_TEXT | {"title": "类型代字"},
        number=_TEXT | {"title": "编号"},
        sub=_TEXT | {"title": "之几"},
        kind=_TEXT | {"title": "案件类型，未知则为空"},
        other_body={"type": "boolean", "title": "旧案号或仲裁、公证机构的文号"},
    ),
    example={"text": "(2024)京0105执123号"},
)
