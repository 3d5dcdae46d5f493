"""`legalflow calc amount-words`: an amount in capitals, as instruments print it."""

from __future__ import annotations

from typing import Any

from legalflow.cli.operation import Amount, Facts, Operation, fact, reasons, result
from legalflow.documents.numerals import amount_in_words
from legalflow.law.catalogue import Law
from legalflow.values.codec import plain


class AmountFacts(Facts):
    """An amount in yuan."""

    amount: Amount = fact("金额")


def run(facts: AmountFacts, law: Law) -> dict[str, Any]:
    """The amount in capitals and in figures."""
    return {
        "words": amount_in_words(facts.amount),
        "figures": f"¥{facts.amount.grouped()}",
        "amount": plain(facts.amount),
    } | reasons()


OPERATION = Operation(
    name="amount-words",
    term="大写金额",
    topics=(),
    ground="票据与结算凭证的通行写法：以元为止加“整”，有角、分不加",
    facts=AmountFacts,
    run=run,
    result_schema=result(
        words={"type": "string", "title": "大写"},
        figures={"type": "string", "title": "小写"},
        amount={"type": "string", "title": "金额", "unit": "元"},
    ),
    example={"amount": "100000"},
)
