"""`legalflow calc identity`: whether an identity number can be right, and what it says."""

from __future__ import annotations

from typing import Any

from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Warning
from legalflow.values.identity import IdentityKind, identity


class IdentityFacts(Facts):
    """A number and its kind."""

    number: str = fact("号码", min_length=1, max_length=60)
    kind: IdentityKind = fact("种类", IdentityKind.RESIDENT, description="resident 公民身份号码；uscc 统一社会信用代码")
    on: Day | None = fact("截至之日", None, description="出生日期晚于该日的无效；缺省不比较")


def run(facts: IdentityFacts, law: Law) -> dict[str, Any]:
    """Valid or not, birth, sex, and why not."""
    found = identity(facts.number, facts.kind, facts.on)
    warnings = tuple(Warning(each.code, each.message, each.message_en) for each in found.warnings)
    return {
        "valid": found.valid,
        "number": found.number,
        "kind": found.kind.value,
        "birth": found.birth.isoformat() if found.birth else None,
        "sex": found.sex or None,
        "why_not": [
            {"code": each.code, "message": each.message, "message_en": each.message_en} for each in found.reasons
        ],
    } | reasons(Finding(None, warnings=warnings))


OPERATION = Operation(
    name="identity",
    term="身份号码核对",
    topics=(),
    ground="GB 11643 公民身份号码；GB 32100 法人和其他组织统一社会信用代码编码规则",
    facts=IdentityFacts,
    run=run,
    result_schema=result(
        valid={"type": "boolean", "title": "是否有效"},
        number={"type": "string", "title": "规范写法"},
        kind={"type": "string", "title": "种类", "enum": [kind.value for kind in IdentityKind]},
        birth={"type": ["string", "null"], "format": "date", "title": "出生日期"},
        sex={"type": ["string", "null"], "title": "性别"},
        why_not={"type": "array", "title": "无效的原因", "items": {"type": "object"}},
    ),
    example={"number": "990000199001010017", "kind": "resident"},
)
