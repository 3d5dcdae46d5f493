"""What leads a matter by another way, or on where no judgment does: deciding on the way, arbitration and notarised
deeds, hearings, the end of enforcement, the assignment of the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from legalflow.matters.asking import Ask, Choice, MatterEvent
from legalflow.matters.awarded import AwardedItem
from legalflow.values.money import ZERO, Money

WAYS = (
    Choice("sue", "起诉", "sue"),
    Choice("payment_order", "申请支付令", "payment order"),
    Choice("arbitrate", "申请仲裁", "arbitration"),
    Choice("notarised", "申请公证执行证书", "notary's certificate of enforcement"),
    Choice("assign", "转让债权", "assign the claim"),
    Choice("write_off", "申报核销", "write off"),
)
# Instruments in force that no trial gave.
OTHER_INSTRUMENTS = (
    Choice("award", "仲裁裁决书", "arbitral award"),
    Choice("arbitral_mediation", "仲裁调解书", "arbitral mediation paper"),
    Choice("notarised", "公证债权文书（附执行证书）", "notarised deed with its certificate"),
    Choice("payment_order", "支付令", "payment order"),
)
# What ends enforcement for good, as the ruling says it.
ENFORCEMENT_ENDS = (
    Choice("withdrawn", "申请人撤销申请", "the applicant withdrew"),
    Choice("set_aside", "据以执行的法律文书被撤销", "the instrument was set aside"),
    Choice("dead", "被执行人死亡，无遗产可供执行，又无义务承担人", "the debtor died without estate or successor"),
    Choice("destitute", "被执行人因生活困难无力偿还借款，无收入来源，又丧失劳动能力", "the debtor is destitute"),
    Choice("other", "人民法院认为应当终结执行的其他情形", "another ground the court finds"),
)
HEARING_MODES = (Choice("courtroom", "法庭", "in the courtroom"), Choice("online", "线上", "online"))
NOTICE_MODES = (
    Choice("post", "邮寄并签收", "post, signed for"),
    Choice("direct", "当面签收", "in person, signed for"),
    Choice("electronic", "短信、电子邮件等到达", "message or e-mail that arrived"),
    Choice("notice", "报纸公告", "newspaper notice"),
)


# --- deciding on the way ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StrategyProposed(MatterEvent):
    """A way to pursue the claim was proposed, with reasons (A15); another person decides. A later one replaces it."""

    title = ("提出处置方案", "way proposed")
    way: Annotated[str, Ask("拟采取的处置方式", "way", "choice", options=WAYS)]
    memo: Annotated[str, Ask("方案说明（财产、时效、费用与预期）", "memo", "long_text")]


@dataclass(frozen=True, kw_only=True)
class StrategyApproved(MatterEvent):
    """A person other than the proposer approved the way that was proposed."""

    title = ("批准处置方案", "way approved")
    way: Annotated[str, Ask("批准的处置方式", "way", "choice", options=WAYS)]
    opinion: Annotated[str, Ask("审批意见", "opinion", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class StrategyReturned(MatterEvent):
    """The way that was proposed was sent back; `reason` says why."""

    title = ("退回处置方案", "way sent back")


# --- on the way to judgment ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MediationFailed(MatterEvent):
    """The mediation before docketing ended without agreement; the filing goes back to the court (A25)."""

    title = ("诉前调解不成", "mediation failed")


@dataclass(frozen=True, kw_only=True)
class HearingHeld(MatterEvent):
    """A hearing was held on `on` (A47); `next_hearing_on` is the day set there for the next one."""

    title = ("已开庭审理", "hearing held")
    minutes: Annotated[bool, Ask("是否取得庭审笔录", "minutes at hand", "yes_no")]
    said: Annotated[str, Ask("庭审情况（补充证据、法庭要求等）", "what was said", "long_text", required=False)] = ""
    next_hearing_on: Annotated[date | None, Ask("当庭确定的下次开庭日期", "next hearing", "date", required=False)] = (
        None
    )


# --- arbitration, notarised deeds, payment orders --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ArbitrationFiled(MatterEvent):
    """Arbitration was applied for (A85); limitation is interrupted on `on`."""

    title = ("申请仲裁", "arbitration applied for")
    body: Annotated[str, Ask("仲裁机构", "arbitral institution")]
    respondents: Annotated[tuple[str, ...], Ask("被申请人", "respondents", "parties")]
    receipt: Annotated[str, Ask("提交编号", "submission number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class ArbitrationAccepted(MatterEvent):
    """The institution took the case."""

    title = ("仲裁受理", "arbitration accepted")
    number: Annotated[str, Ask("仲裁案号", "number of the case")]
    arbitrator: Annotated[str, Ask("仲裁员、办案秘书", "arbitrator", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class CertificateApplied(MatterEvent):
    """The notary was asked for the certificate by which a notarised deed is enforced (A85)."""

    title = ("申请公证执行证书", "certificate of enforcement applied for")
    body: Annotated[str, Ask("公证机构", "notary")]
    deed: Annotated[str, Ask("公证债权文书编号", "number of the deed")]


@dataclass(frozen=True, kw_only=True)
class OtherWayEnded(MatterEvent):
    """Arbitration or the notary's procedure ended without an instrument (back to A20); `reason` says why."""

    title = ("仲裁、公证未果", "arbitration or certificate without result")


@dataclass(frozen=True, kw_only=True)
class InstrumentObtained(MatterEvent):
    """An instrument that no trial gave is in force from `on` (A55): an award, a notarised deed, a payment order.

    `given_on` is its own day: what came in by then is in it already. The sums are as `JudgmentGiven` has them.
    """

    title = ("取得仲裁裁决、执行证书或生效支付令", "another instrument in force")
    kind: Annotated[str, Ask("文书类型", "kind", "choice", options=OTHER_INSTRUMENTS)]
    number: Annotated[str, Ask("文书编号（公证的为执行证书编号）", "number of the instrument")]
    body: Annotated[str, Ask("作出机构", "issued by")]
    given_on: Annotated[date, Ask("作出日期", "day of the instrument", "date")]
    received_on: Annotated[date | None, Ask("我方收到之日", "day it reached us", "date", required=False)] = None
    cause: Annotated[str, Ask("案由", "cause of action")]
    operative: Annotated[str, Ask("主文或执行标的（逐字）", "operative part, word for word", "long_text")]
    principal: Annotated[Money, Ask("确认本金", "principal", "money")]
    interest: Annotated[Money, Ask("确认利息（含罚息、复利）", "interest", "money")] = ZERO
    interest_until: Annotated[
        date | None, Ask("上项利息计至（含当日）", "interest counted to", "date", required=False)
    ] = None
    interest_rate: Annotated[
        Decimal | None, Ask("此后利率（年）", "rate from then on, a year", "rate", required=False)
    ] = None
    interest_base: Annotated[
        Money | None, Ask("此后计息基数", "base of the interest from then on", "money", required=False)
    ] = None
    interest_basis: Annotated[int, Ask("计息天数基准", "day-count basis", "integer")] = 360
    other_costs: Annotated[Money, Ask("应付债权人的其他费用", "other costs payable to the creditor", "money")] = ZERO
    performance_last_day: Annotated[date | None, Ask("履行期届满日", "last day to perform", "date", required=False)] = (
        None
    )
    parties: Annotated[tuple[str, ...], Ask("债务人", "debtors", "parties")] = ()
    items: Annotated[
        tuple[AwardedItem, ...],
        Ask("逐项金额（分期、多项利率或各人承担不同的逐项填写）", "items awarded", "items", required=False),
    ] = ()


# --- the end of enforcement, assignment ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EnforcementEnded(MatterEvent):
    """The court ended the enforcement (终结执行, A75); after a withdrawal it may be applied for anew in time."""

    title = ("终结执行", "enforcement ended")
    number: Annotated[str, Ask("终结执行裁定号", "number of the ruling", "case_number")]
    ground: Annotated[str, Ask("终结事由", "ground", "choice", options=ENFORCEMENT_ENDS)]


@dataclass(frozen=True, kw_only=True)
class ClaimAssigned(MatterEvent):
    """The claim was assigned by a contract of `on` (A92; a proceeding under way goes on until it changes hands)."""

    title = ("转让债权", "claim assigned")
    assignee: Annotated[str, Ask("受让人", "assignee")]
    contract: Annotated[str, Ask("转让合同编号", "number of the contract")]


@dataclass(frozen=True, kw_only=True)
class AssignmentNotified(MatterEvent):
    """The notice of assignment reached a debtor or guarantor on `on`; before it the assignment does not bind them."""

    title = ("债权转让通知到达", "notice of assignment arrived")
    party: Annotated[str, Ask("收到人", "who received it", "party")]
    mode: Annotated[str, Ask("到达方式", "how it arrived", "choice", options=NOTICE_MODES)]
    document: Annotated[str, Ask("所凭文书", "by which document", "document", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class CreditorReplaced(MatterEvent):
    """The court, institution or administrator took the assignee in our place (A92)."""

    title = ("受让人替代我方（变更当事人、申请执行人）", "assignee took our place")
    body: Annotated[str, Ask("作出机构", "by whom")]
    number: Annotated[str, Ask("裁定或通知文号", "number", required=False)] = ""


# Where what happened means nothing without saying why.
NEED_REASON: frozenset[type[MatterEvent]] = frozenset({StrategyReturned, OtherWayEnded})
