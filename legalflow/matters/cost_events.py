"""What a matter costs beyond court fees, and what of all that comes back: costs paid, costs refunded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from legalflow.matters.asking import Ask, Choice, MatterEvent
from legalflow.values.money import Money

# What lenders pay others for a matter; whether it may be claimed, the contract and the law say, not this list.
COSTS = (
    Choice("witness", "证人、鉴定人、翻译人员等出庭费用", "witnesses, experts and interpreters in court"),
    Choice("arbitration", "仲裁费", "arbitration fee"),
    Choice("notary", "公证费", "notary's fee"),
    Choice("announcement", "公告费", "public notice"),
    Choice("expert", "鉴定费", "expert opinion"),
    Choice("appraisal", "评估费", "appraisal"),
    Choice("auction", "拍卖、变卖费用", "auction or sale"),
    Choice("security", "保全担保费、保函费", "security for preservation"),
    Choice("custody", "保管、仓储、运输费", "custody, storage, transport"),
    Choice("lawyer", "律师费", "lawyer's fee"),
    Choice("travel", "差旅、调查费", "travel and inquiry"),
    Choice("other", "其他费用", "other cost"),
)
COURT_FEES = (
    Choice("acceptance", "案件受理费", "acceptance fee"),
    Choice("preservation", "保全申请费", "preservation fee"),
    Choice("appeal", "上诉案件受理费", "appeal fee"),
)
REFUNDS = (
    Choice("not_accepted", "不予受理、驳回起诉退费", "docketing refused or suit dismissed"),
    Choice("halved", "撤诉、调解、简易程序减半退费", "halved: withdrawal, mediation, summary procedure"),
    Choice("won", "判决由对方负担，法院退还", "borne by the other side, refunded by the court"),
    Choice("reimbursed", "对方直接支付给我方", "paid to us by the other side"),
    Choice("overpaid", "多交退还", "overpaid"),
    Choice("other", "其他退还", "another refund"),
)


@dataclass(frozen=True, kw_only=True)
class CostPaid(MatterEvent):
    """A cost other than a court fee was paid for the matter; `agreed` says whether the contract lays it on the debtor.

    Only a lawyer's fee that was agreed and incurred is part of a claim; this entry is the record of its payment.
    """

    title = ("已付费用", "cost paid")
    cost: Annotated[str, Ask("费用种类", "cost", "choice", options=COSTS)]
    amount: Annotated[Money, Ask("金额", "amount", "money")]
    payee: Annotated[str, Ask("收款单位", "payee")]
    receipt: Annotated[str, Ask("发票或票据号", "invoice or receipt", required=False)] = ""
    agreed: Annotated[bool, Ask("合同是否约定由债务人负担", "laid on the debtor", "yes_no", required=False)] = False


@dataclass(frozen=True, kw_only=True)
class CostRefunded(MatterEvent):
    """What was advanced came back, from the court or from the other side; never more than was paid of its kind."""

    title = ("费用退还", "cost refunded")
    cost: Annotated[str, Ask("费用种类", "cost", "choice", options=(*COURT_FEES, *COSTS))]
    amount: Annotated[Money, Ask("退还金额", "amount", "money")]
    ground: Annotated[str, Ask("退还情形", "ground", "choice", options=REFUNDS)]
    receipt: Annotated[str, Ask("退费票据或流水号", "receipt", required=False)] = ""
