"""The operations of `legalflow calc` by name, each imported only when it is called."""

from __future__ import annotations

from importlib import import_module

from legalflow.cli.operation import Operation
from legalflow.errors import Invalid

OPERATIONS: dict[str, str] = {
    "interest": "legalflow.cli.operations.interest:OPERATION",
    "penalty": "legalflow.cli.operations.penalty:OPERATION",
    "compound": "legalflow.cli.operations.compound:OPERATION",
    "schedule": "legalflow.cli.operations.schedule:OPERATION",
    "claim": "legalflow.cli.operations.claim:OPERATION",
    "card": "legalflow.cli.operations.card:OPERATION",
    "rate": "legalflow.cli.operations.rate:OPERATION",
    "allocate": "legalflow.cli.operations.allocate:OPERATION",
    "cap": "legalflow.cli.operations.cap:OPERATION",
    "fee": "legalflow.cli.operations.fee:OPERATION",
    "fee-change": "legalflow.cli.operations.fee_change:OPERATION",
    "arbitration-fee": "legalflow.cli.operations.arbitration_fee:OPERATION",
    "delay-interest": "legalflow.cli.operations.delay_interest:OPERATION",
    "enforcement-claim": "legalflow.cli.operations.enforcement_claim:OPERATION",
    "deadline": "legalflow.cli.operations.deadline:OPERATION",
    "risk-class": "legalflow.cli.operations.risk_class:OPERATION",
    "cite": "legalflow.cli.operations.cite:OPERATION",
    "write-off": "legalflow.cli.operations.write_off:OPERATION",
    "contact": "legalflow.cli.operations.contact:OPERATION",
    "letter-check": "legalflow.cli.operations.letter_check:OPERATION",
    "limitation": "legalflow.cli.operations.limitation:OPERATION",
    "guarantee": "legalflow.cli.operations.guarantee:OPERATION",
    "clocks": "legalflow.cli.operations.clocks:OPERATION",
    "court": "legalflow.cli.operations.court:OPERATION",
    "preservation": "legalflow.cli.operations.preservation:OPERATION",
    "payment-order": "legalflow.cli.operations.payment_order:OPERATION",
    "amount-words": "legalflow.cli.operations.amount_words:OPERATION",
    "identity": "legalflow.cli.operations.identity:OPERATION",
    "case-number": "legalflow.cli.operations.case_number:OPERATION",
}


def operation(name: str) -> Operation:
    """The operation of a name; an unknown name is refused with the known ones."""
    if name not in OPERATIONS:
        known = "、".join(OPERATIONS)
        raise Invalid.one(
            "calc.unknown_operation",
            "没有这一计算",
            "there is no such operation",
            field="op",
            found=name[:60],
            mend=known,
            mend_en=known,
        )
    module, _, attribute = OPERATIONS[name].partition(":")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, Operation)
    return found
