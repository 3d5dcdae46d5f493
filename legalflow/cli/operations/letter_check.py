"""`legalflow calc letter-check`: what a letter of demand may not say, with the reason and better words.

The words are data in `law/data/letters/`; a text without findings is not thereby a good letter: a lawyer reads it.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.law import letters
from legalflow.law.catalogue import Law
from legalflow.law.letters import Phrase

Name = Annotated[str, Field(min_length=1, max_length=100)]


class LetterCheckFacts(Facts):
    """The text as it is to be sent, and what is known about it."""

    text: str = fact("函件文本", min_length=1, max_length=100_000)
    on: Day | None = fact("发函之日", None, description="缺省为法律数据最近核对之日")
    names: list[Name] = fact("当事人、律所、合同等名称", [], max_length=200, description="名称中的字词不作检查")
    has_case_number: bool = fact("已有案号", False, description="有案号的，不检查“没有案号而称已进入程序”")


def run(facts: LetterCheckFacts, law: Law) -> dict[str, Any]:
    """Every phrase found, prohibited or only better said otherwise."""
    found = letters.checked(law, facts.on or law.checked, facts.text, facts.names, facts.has_case_number)
    return {
        "clean": not found.value,
        "prohibited": any(each.prohibited for each in found.value),
        "findings": [_row(each) for each in found.value],
    } | reasons(found)


def _row(each: Phrase) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "term": each.value.zh,
        "found": each.found,
        "start": each.start,
        "sentence": each.sentence,
        "prohibited": each.prohibited,
        "reason": each.reason,
        "better": each.better,
        "ground": str(each.value.citation),
        "verified": each.value.citation.verified,
    }


_TEXT: dict[str, Any] = {"type": "string"}
_ROW: dict[str, dict[str, Any]] = {
    "rule": _TEXT | {"title": "规则"},
    "term": _TEXT | {"title": "名称"},
    "found": _TEXT | {"title": "所见字词"},
    "start": {"type": "integer", "title": "在文本中的位置", "unit": "字，自零起"},
    "sentence": _TEXT | {"title": "所在句"},
    "prohibited": {"type": "boolean", "title": "是否禁止，否则为建议"},
    "reason": _TEXT | {"title": "理由"},
    "better": _TEXT | {"title": "建议的写法"},
    "ground": _TEXT | {"title": "依据"},
    "verified": {"type": "boolean", "title": "是否已核验原文"},
}
OPERATION = Operation(
    name="letter-check",
    term="催收函、律师函的措辞",
    topics=(
        "letters/criminal_threat",
        "letters/public_power",
        "letters/court_papers",
        "letters/own_force",
        "letters/disclosure",
        "letters/insult",
        "letters/violence",
        "letters/unfounded",
        "letters/certain_result",
        "letters/write_off",
        "letters/full_number",
        "letters/pressure",
    ),
    facts=LetterCheckFacts,
    run=run,
    result_schema=result(
        clean={"type": "boolean", "title": "未见所列字词"},
        prohibited={"type": "boolean", "title": "有禁止的字词"},
        findings={
            "type": "array",
            "title": "所见字词",
            "items": {"type": "object", "properties": _ROW, "required": list(_ROW)},
        },
    ),
    example={
        "text": "请贵方于十日内清偿。逾期不还，将被逮捕，本所也将通知您的单位。",
        "on": "2026-11-24",
        "names": ["样例银行股份有限公司示范支行"],
    },
)
