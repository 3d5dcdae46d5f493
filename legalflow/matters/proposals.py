"""What a law firm may propose: facts of the proceedings that the court or another authority made, never money.

The firm says what happened and shows the paper; counsel confirms, and only then it is an event. What the lender alone
decides (to sue, to waive, to close), what its money does and what undoes an event is not proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from legalflow.access import Right
from legalflow.errors import LegalflowError
from legalflow.law import workdays
from legalflow.law.catalogue import Law
from legalflow.matters import events as e
from legalflow.matters.events import Choice, MatterEvent
from legalflow.matters.matter import Matter, Recorded, admit, follow
from legalflow.matters.stages import RULES
from legalflow.values.dates import ONE_DAY

# The papers a firm sends in; what is none of these is another paper.
PAPERS = (
    Choice("acceptance", "受理案件通知书", "notice of acceptance"),
    Choice("fee_notice", "交费通知书", "notice of fees"),
    Choice("summons", "传票", "summons"),
    Choice("correction", "补正通知书", "notice to correct"),
    Choice("evidence_notice", "举证通知书", "notice to give evidence"),
    Choice("service", "送达回证、送达地址确认书", "proof of service"),
    Choice("public_notice", "公告", "public notice"),
    Choice("judgment", "判决书", "judgment"),
    Choice("ruling", "裁定书", "ruling"),
    Choice("mediation", "调解书", "mediation paper"),
    Choice("effect", "生效证明", "certificate of effect"),
    Choice("order", "支付令", "payment order"),
    Choice("enforcement", "执行案件受理或立案通知书", "notice of enforcement accepted"),
    Choice("measure", "查封、扣押、冻结手续", "paper of a measure"),
    Choice("other", "其他文书", "other paper"),
)
# What the lender alone says or decides, though its counsel records it.
_OF_THE_LENDER = frozenset(
    {
        e.MaterialsChecked,
        e.DemandStarted,
        e.RepaymentPlanAgreed,
        e.SuitDecided,
        e.ReceiptExplained,
        e.ClaimWaived,
        e.MatterClosed,
        e.AccelerationDeclared,
        e.DebtAcknowledged,
        e.EnforcementPaid,
    }
)


def may_be_proposed(name: str) -> bool:
    """Whether a firm may propose an event: counsel alone records it, a form asks for all of it, it is not the lender's.

    >>> may_be_proposed("CaseAccepted"), may_be_proposed("FeePaid"), may_be_proposed("MatterClosed")
    (True, False, False)
    """
    rule = RULES.get(name)
    if rule is None or rule.rights != (Right.RECORD,) or rule.internal or rule.event in _OF_THE_LENDER:
        return False
    return all(question.kind != "given" for question in e.questions(rule.event))


def obstacles(matter: Matter, waiting: Sequence[MatterEvent], event: MatterEvent) -> LegalflowError | None:
    """What stands against an event now, were those that wait before it confirmed; None where nothing does."""
    for each in waiting:
        try:
            admit(matter, each)
        except LegalflowError:
            continue
        matter = follow(matter, Recorded(sequence=matter.version + 1, event=each))
    try:
        admit(matter, event)
    except LegalflowError as error:
        return error
    return None


def look_by(law: Law, proposed_on: date) -> date:
    """The last day on which a proposal may wait: the working day after the one it came on."""
    return workdays.roll(law, proposed_on + ONE_DAY).value


def paper_name(kind: str) -> str:
    """The Chinese name of a kind of paper."""
    return next((each.zh for each in PAPERS if each.value == kind), kind)
