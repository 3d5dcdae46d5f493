"""What happens to the assets of debtors beyond measures and auctions: found, valued, taken for the debt, transferred.

An asset is named by its name, the same in every event of its matter; measures, auctions and distributions, which stand
in `events`, name it so too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from legalflow.matters.asking import Ask, Choice, MatterEvent
from legalflow.values.money import ZERO, Money

CLUE_KINDS = (
    Choice("house", "房产", "building"),
    Choice("land", "土地使用权", "land-use right"),
    Choice("vehicle", "车辆", "vehicle"),
    Choice("goods", "机器设备、存货等动产", "machines, stock and other movables"),
    Choice("deposit", "存款", "deposit"),
    Choice("payment_account", "支付账户余额", "balance of a payment account"),
    Choice("equity", "股权", "equity"),
    Choice("securities", "股票、债券、基金", "securities"),
    Choice("wages", "工资等收入", "wages and other income"),
    Choice("receivable", "应收账款、到期债权", "receivable"),
    Choice("other", "其他财产", "other"),
)
CLUE_SOURCES = (
    Choice("collateral", "本笔贷款的担保物", "collateral of the loan"),
    Choice("own", "我方掌握、客户资料", "our own file"),
    Choice("debtor", "债务人申报", "stated by the debtor"),
    Choice("court_query", "法院网络查控", "query by the court"),
    Choice("lawyer", "律师调查", "a lawyer's inquiry"),
    Choice("public", "公开信息查询", "public records"),
    Choice("other", "其他来源", "other"),
)
VALUATIONS = (
    Choice("estimate", "我方估计", "our estimate"),
    Choice("agreed", "当事人议价", "agreed by the parties"),
    Choice("directed", "定向询价", "inquiry of an authority"),
    Choice("online", "网络询价", "inquiry online"),
    Choice("appraisal", "委托评估", "appraisal"),
)
DEBT_ASSET_GROUNDS = (
    Choice("failed", "流拍、变卖不成后抵债", "after an auction failed"),
    Choice("agreed", "双方同意抵债", "by agreement"),
)
MEASURE_WAYS = (
    Choice("seal", "查封", "sealed"),
    Choice("seize", "扣押", "seized"),
    Choice("freeze", "冻结", "frozen"),
)
LIFTED_GROUNDS = (
    Choice("asked", "我方申请解除", "we asked for it"),
    Choice("security", "被保全人提供担保", "security was given"),
    Choice("paid", "债务已履行", "the debt was paid"),
    Choice("realised", "财产已处置", "the asset was realised"),
    Choice("objection", "异议、复议成立", "an objection was upheld"),
    Choice("other", "其他原因", "another ground"),
)


@dataclass(frozen=True, kw_only=True)
class AssetFound(MatterEvent):
    """A clue to an asset of a debtor was found; `value` is what we think it is worth, in yuan."""

    title = ("登记财产线索", "asset found")
    asset: Annotated[str, Ask("财产名称", "name of the asset")]
    kind: Annotated[str, Ask("财产类别", "kind", "choice", options=CLUE_KINDS)]
    owner: Annotated[str, Ask("权利人", "owner", "party", required=False)] = ""
    place: Annotated[str, Ask("所在地、开户行或登记机关", "where it is", required=False)] = ""
    detail: Annotated[str, Ask("权证号、车牌、账号尾号等", "certificate, plate, last digits", required=False)] = ""
    source: Annotated[str, Ask("线索来源", "source", "choice", required=False, options=CLUE_SOURCES)] = ""
    value: Annotated[Money, Ask("估计价值", "estimated value", "money", required=False)] = ZERO
    secured: Annotated[bool, Ask("是否我方享有担保物权", "whether it secures our claim", "yes_no", required=False)] = (
        False
    )


@dataclass(frozen=True, kw_only=True)
class AssetValued(MatterEvent):
    """The value of an asset was fixed on `on`, in yuan."""

    title = ("确定财产价值", "asset valued")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    manner: Annotated[str, Ask("方式", "manner", "choice", options=VALUATIONS)]
    amount: Annotated[Money, Ask("价值", "value", "money")]


@dataclass(frozen=True, kw_only=True)
class WaitingMeasureTookEffect(MatterEvent):
    """What stood before it ended, and our measure that waited in rank took effect on `on`, from which it runs."""

    title = ("轮候查封、冻结生效", "waiting measure took effect")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    expires_on: Annotated[date | None, Ask("文书载明的届满日", "last day as stated", "date", required=False)] = None


@dataclass(frozen=True, kw_only=True)
class AssetTakenForDebt(MatterEvent):
    """An asset was taken for the debt at `amount`, in yuan; `number` is the ruling's."""

    title = ("以物抵债", "asset taken for the debt")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    ground: Annotated[str, Ask("抵债情形", "ground", "choice", options=DEBT_ASSET_GROUNDS)]
    amount: Annotated[Money, Ask("抵债金额", "amount", "money")]
    number: Annotated[str, Ask("裁定书文号", "number of the ruling", "case_number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class AssetTransferred(MatterEvent):
    """The court transferred money of a deposit, of income or of a receivable on `on`; it may happen again."""

    title = ("划拨、提取", "transferred by the court")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    amount: Annotated[Money, Ask("划拨、提取金额", "amount", "money")]
