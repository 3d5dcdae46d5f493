"""What can happen to a matter: one frozen dataclass an event, in the past tense, with what must be asked to record it.

A page that has never heard of an event can still ask for it: `questions(event)` gives every field with its words, its
kind and its choices. The class name is the name kept in the journal and never changes once released. Who may record an
event, at which stage and with which consequence stands in `stages`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, get_args, get_type_hints

from legalflow.errors import Corrupt
from legalflow.evidence.exhibits import Exhibit
from legalflow.matters.asking import Ask as Ask
from legalflow.matters.asking import Choice as Choice
from legalflow.matters.asking import MatterEvent as MatterEvent
from legalflow.matters.asking import Question as Question
from legalflow.matters.asset_events import LIFTED_GROUNDS, MEASURE_WAYS
from legalflow.matters.asset_events import AssetFound as AssetFound
from legalflow.matters.asset_events import AssetTakenForDebt as AssetTakenForDebt
from legalflow.matters.asset_events import AssetTransferred as AssetTransferred
from legalflow.matters.asset_events import AssetValued as AssetValued
from legalflow.matters.asset_events import WaitingMeasureTookEffect as WaitingMeasureTookEffect
from legalflow.matters.awarded import AwardedItem
from legalflow.matters.cost_events import COURT_FEES as FEES
from legalflow.matters.cost_events import CostPaid as CostPaid
from legalflow.matters.cost_events import CostRefunded as CostRefunded
from legalflow.matters.procedure_events import HEARING_MODES
from legalflow.matters.procedure_events import NEED_REASON as _OF_PROCEDURE
from legalflow.matters.procedure_events import OTHER_INSTRUMENTS as OTHER_INSTRUMENTS
from legalflow.matters.procedure_events import WAYS as WAYS
from legalflow.matters.procedure_events import ArbitrationAccepted as ArbitrationAccepted
from legalflow.matters.procedure_events import ArbitrationFiled as ArbitrationFiled
from legalflow.matters.procedure_events import AssignmentNotified as AssignmentNotified
from legalflow.matters.procedure_events import CertificateApplied as CertificateApplied
from legalflow.matters.procedure_events import ClaimAssigned as ClaimAssigned
from legalflow.matters.procedure_events import CreditorReplaced as CreditorReplaced
from legalflow.matters.procedure_events import EnforcementEnded as EnforcementEnded
from legalflow.matters.procedure_events import HearingHeld as HearingHeld
from legalflow.matters.procedure_events import InstrumentObtained as InstrumentObtained
from legalflow.matters.procedure_events import MediationFailed as MediationFailed
from legalflow.matters.procedure_events import OtherWayEnded as OtherWayEnded
from legalflow.matters.procedure_events import StrategyApproved as StrategyApproved
from legalflow.matters.procedure_events import StrategyProposed as StrategyProposed
from legalflow.matters.procedure_events import StrategyReturned as StrategyReturned
from legalflow.matters.shares import Share
from legalflow.values import codec
from legalflow.values.event import Event
from legalflow.values.money import ZERO, Money

SERVICE_MODES = (
    Choice("direct", "直接送达", "in person"),
    Choice("post", "邮寄送达", "by post"),
    Choice("electronic", "电子送达", "electronically"),
    Choice("left", "留置送达", "left at the address"),
    Choice("notice", "公告送达", "by public notice"),
    Choice("court", "法院转交", "through the court"),
)
INSTANCES = (Choice("first", "一审", "first instance"), Choice("second", "二审", "second instance"))
DEMAND_MODES = (
    Choice("post", "邮寄并签收", "post, signed for"),
    Choice("direct", "当面签收", "in person, signed for"),
    Choice("electronic", "短信、电子邮件等到达", "message or e-mail that arrived"),
    Choice("notice", "报纸公告", "newspaper notice"),
)
CONTACT_PERSONS = (
    Choice("debtor", "债务人", "debtor"),
    Choice("guarantor", "保证人", "guarantor"),
    Choice("related_person", "债务相关第三人（如家庭共同债务的配偶）", "person related to the debt"),
    Choice("contact_person", "联系人", "contact person"),
    Choice("unrelated_person", "其他无关第三人", "unrelated person"),
)
CONTACT_WAYS = (
    Choice("voice", "电话", "telephone"),
    Choice("ai_voice", "智能语音", "voice machine"),
    Choice("message", "短信、电子邮件等", "message"),
    Choice("letter", "信函", "letter"),
    Choice("visit", "上门", "visit"),
    Choice("other", "其他", "other"),
)
CONTACT_STARTERS = (
    Choice("collector", "我方", "the collector"),
    Choice("other_side", "对方", "the other side"),
)
INSTRUMENTS = (
    Choice("judgment", "判决书", "judgment"),
    Choice("ruling", "裁定书", "ruling"),
    Choice("mediation", "调解书", "mediation paper"),
)
PROCEDURES = (
    Choice("ordinary", "普通程序", "ordinary procedure"),
    Choice("summary", "简易程序", "summary procedure"),
    Choice("small_claims", "小额诉讼程序", "small-claims procedure"),
)
APPEAL_RESULTS = (
    Choice("upheld", "驳回上诉，维持原判", "appeal dismissed"),
    Choice("withdrawn", "准许撤回上诉", "appeal withdrawn"),
    Choice("changed", "改判", "judgment changed"),
)
CLOSINGS = (
    Choice("paid", "债权已清偿", "debt paid"),
    Choice("settled", "和解后履行完毕", "settlement performed"),
    Choice("withdrawn", "撤回不再主张", "withdrawn"),
    Choice("waived", "免除", "waived"),
    Choice("ended", "终结", "ended"),
    Choice("assigned", "债权已转让", "claim assigned"),
)
ASSET_KINDS = (
    Choice("deposits", "银行存款", "bank deposits"),
    Choice("movables", "动产", "movables"),
    Choice("real_estate", "不动产", "real estate"),
    Choice("rights", "其他财产权", "other rights"),
)
MEASURE_RANKS = (Choice("first", "首封、首冻", "first"), Choice("waiting", "轮候", "waiting in rank"))
NOTICED = (
    Choice("complaint", "起诉状副本", "complaint"),
    Choice("judgment", "判决书", "judgment"),
    Choice("ruling", "裁定书", "ruling"),
)
EVIDENCE_PERIODS = (
    Choice("first", "一审普通程序", "first instance, ordinary"),
    Choice("summary", "一审简易程序", "first instance, summary"),
    Choice("small_claims", "小额诉讼", "small claims"),
    Choice("second", "二审", "second instance"),
)
RULINGS = (
    Choice("refused_docketing", "不予受理", "docketing refused"),
    Choice("dismissal", "驳回起诉", "suit dismissed without judgment"),
    Choice("jurisdiction", "管辖权异议", "jurisdiction"),
    Choice("preservation", "财产保全", "preservation"),
    Choice("security_right", "准许实现担保物权", "realisation of a security right"),
    Choice("enforcement_objection", "执行行为异议", "objection to an act of enforcement"),
    Choice("third_party_objection", "案外人异议", "objection of a third party"),
    Choice("fee", "诉讼费用决定", "decision on court fees"),
)
INTERRUPTIONS = (
    Choice("debit", "依约定扣收欠款本息", "debit of an account"),
    Choice("security", "债务人提供担保", "security given"),
    Choice("assignment_notice", "债权转让通知到达债务人", "notice of assignment"),
    Choice("arbitration", "申请仲裁", "arbitration"),
    Choice("joinder", "申请追加或被通知参加诉讼", "joinder"),
    Choice("set_off", "在诉讼中主张抵销", "set-off in a suit"),
    Choice("mediation", "向调解组织或有权机关请求保护", "request to a mediation body or authority"),
    Choice("police_report", "报案或控告", "report to the police"),
    Choice("card_debit", "发卡行扣划透支款", "card issuer's debit"),
    Choice("card_message", "发卡行向预留联系方式催收", "card issuer's message"),
    Choice("card_police_report", "发卡行以恶意透支报案", "card issuer's report to the police"),
    Choice("subrogation", "提起代位权诉讼", "subrogation suit"),
    Choice("debt_assumption", "债务承担的意思表示到达", "assumption of the debt"),
)
OBSTACLES = (
    Choice("force_majeure", "不可抗力", "force majeure"),
    Choice("no_representative", "权利人没有法定代理人", "no legal representative"),
    Choice("no_heir", "未确定继承人或者遗产管理人", "no heir or administrator"),
    Choice("controlled", "权利人被义务人控制", "creditor controlled by the debtor"),
    Choice("other", "其他障碍", "another obstacle"),
)
OBJECTIONS = (
    Choice("act", "执行行为异议", "to an act of enforcement"),
    Choice("jurisdiction", "执行管辖异议", "to the jurisdiction"),
    Choice("third_party", "案外人异议", "of a third party"),
    Choice("refusal", "申请不予执行", "that enforcement be refused"),
)
BASES = (
    Choice("judgment", "法院裁判", "court decision"),
    Choice("award", "仲裁裁决", "arbitral award"),
    Choice("notarised", "公证债权文书", "notarised deed"),
)
AUCTION_ROUNDS = (
    Choice("first", "第一次拍卖", "first auction"),
    Choice("second", "第二次拍卖", "second auction"),
    Choice("sale", "变卖", "sale"),
)
AUCTION_RESULTS = (
    Choice("sold", "成交", "sold"),
    Choice("failed", "流拍", "not sold"),
    Choice("withdrawn", "撤回", "withdrawn"),
)
# 财金〔2017〕90号 第十六条
FINAL_ENDS = (
    Choice("state_plan", "列入国家兼并破产等计划核销", "state merger or bankruptcy plan"),
    Choice("state_council", "经国务院专案批准核销", "approved by the State Council"),
    Choice("enforcement_ended", "法院终结执行并终结债权债务关系", "enforcement ended and the relation settled"),
    Choice("not_liable", "法院判决债务人不承担责任", "judged not liable"),
    Choice("plan_performed", "重整计划、和解协议执行完毕", "reorganisation or composition plan fully performed"),
    Choice("bankruptcy_over", "破产程序终结超过二年", "more than two years after bankruptcy ended"),
    Choice("disposed", "转让、减免、置换等处置且对方履约", "disposed of, and the other side performed"),
    Choice("unenforceable", "败诉或时效届满且补救二年无果", "dismissed or time-barred, two years of remedies in vain"),
    Choice("other", "法律法规规定的其他终结情形", "another end by law"),
)

# By which way money came in decides the day on which interest on it ends (法释〔2014〕8号 第三条).
RECEIPT_WAYS = (
    Choice("payment", "债务人、担保人履行", "paid"),
    Choice("transfer", "划拨存款、提取收入", "deposits or income transferred by the court"),
    Choice("auction", "拍卖、变卖成交", "auction or sale"),
    Choice("debt_asset", "以物抵债", "an asset taken for the debt"),
    Choice("realisation", "其他方式变价", "realised otherwise"),
)
WAIVED = (
    Choice("costs", "费用", "costs"),
    Choice("interest", "利息", "interest"),
    Choice("principal", "本金", "principal"),
    Choice("other", "其他款项", "other sums"),
    Choice("doubled", "加倍部分债务利息", "the doubled part"),
)
# 法释〔2014〕8号 第三条: only the first three can take days out of the doubled part.
SUSPENSIONS = (
    Choice("review", "对生效法律文书审查而中止或暂缓执行", "review of the instrument"),
    Choice("retrial", "再审中止执行", "retrial"),
    Choice("settlement", "执行和解中止执行", "settlement"),
    Choice("bankruptcy", "受理破产申请中止执行", "bankruptcy"),
    Choice("other", "其他情形中止执行", "another ground"),
)


# --- taking in, checking, deciding -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MatterOpened(MatterEvent):
    """A loan was handed over by the business side (A00)."""

    title = ("案件接收", "matter opened")
    loan: Annotated[str, Ask("贷款", "loan", "given")]
    number: Annotated[str, Ask("案件编号", "matter number")]
    source: Annotated[str, Ask("移交来源", "handed over by", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class MaterialsChecked(MatterEvent):
    """The file was looked through; what is lacking is named (A05)."""

    title = ("材料核验", "materials checked")
    lacking: Annotated[str, Ask("欠缺材料（无则留空）", "what is lacking", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DemandStarted(MatterEvent):
    """The debtor is to be called upon to pay before suit (A10)."""

    title = ("转入催告", "demand stage started")


@dataclass(frozen=True, kw_only=True)
class RepaymentPlanAgreed(MatterEvent):
    """A debtor agreed to repay by a plan (A12) that ends on `performance_last_day`; limitation starts anew."""

    title = ("达成还款协议", "repayment plan agreed")
    party: Annotated[str, Ask("承诺还款人", "who agreed", "party")]
    performance_last_day: Annotated[date, Ask("末期还款日", "last day of the plan", "date")]
    terms: Annotated[str, Ask("协议内容", "terms", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class SuitDecided(MatterEvent):
    """It was decided to sue; the papers are being prepared (A20)."""

    title = ("决定起诉，准备立案", "decided to sue")
    decision: Annotated[str, Ask("决定依据", "ground of the decision", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class FirmAssigned(MatterEvent):
    """A law firm was given the matter; from now on it sees it."""

    title = ("委派律所", "firm assigned")
    firm: Annotated[str, Ask("律师事务所", "law firm", "firm")]


@dataclass(frozen=True, kw_only=True)
class FirmUnassigned(MatterEvent):
    """The firm was taken off the matter; from now on it does not see it. Asks a reason."""

    title = ("解除委派", "firm unassigned")


# --- facts of the debt -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AccelerationDeclared(MatterEvent):
    """The whole debt was called due; `on` is the day the notice reached the borrower, or the contract's day."""

    title = ("宣布提前到期", "acceleration declared")
    ground: Annotated[str, Ask("依据条款及事由", "clause and ground", "long_text")]
    mode: Annotated[str, Ask("通知方式", "how notified", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DemandDelivered(MatterEvent):
    """A demand reached a debtor or guarantor on `on` (民法典 第一百九十五条、第六百九十三条); sending is not enough."""

    title = ("催收送达", "demand delivered")
    party: Annotated[str, Ask("收到人", "who received it", "party")]
    mode: Annotated[str, Ask("到达方式", "how it arrived", "choice", options=DEMAND_MODES)]
    document: Annotated[str, Ask("所凭文书", "by which document", "document", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DebtAcknowledged(MatterEvent):
    """A debtor agreed to perform: a promise, a plan, a request for time (民法典 第一百九十五条第二项)."""

    title = ("债务人同意履行", "debt acknowledged")
    party: Annotated[str, Ask("承诺人", "who agreed", "party")]
    form: Annotated[str, Ask("形式", "in what form", "long_text")]


@dataclass(frozen=True, kw_only=True)
class ContactMade(MatterEvent):
    """The debtor's side was contacted, on `on` at `time` of a Chinese clock, or tried to be.

    Of a telephone number only the last four digits are kept: enough to count the dials of a number. `effective` of a
    call: it came through to the person. `refused`: the person asked not to be contacted again.
    """

    title = ("联系记录", "contact made")
    person: Annotated[str, Ask("对象", "person", "choice", options=CONTACT_PERSONS)]
    way: Annotated[str, Ask("方式", "way", "choice", options=CONTACT_WAYS)]
    time: Annotated[str, Ask("时刻（例如 09:05）", "clock time")]
    effective: Annotated[bool, Ask("是否联系到本人（语音为有效接通）", "reached", "yes_no")]
    name: Annotated[str, Ask("姓名（第三人可只写称谓）", "name", required=False)] = ""
    number: Annotated[str, Ask("号码后四位（语音必填）", "last four digits", required=False)] = ""
    started_by: Annotated[str, Ask("由谁发起", "started by", "choice", options=CONTACT_STARTERS)] = "collector"
    refused: Annotated[bool, Ask("对方是否拒绝再联系", "refused", "yes_no", required=False)] = False


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(MatterEvent):
    """Money came in on the loan, on `on`. After a write-off is booked, record a recovery instead."""

    title = ("收到还款", "payment received")
    number: Annotated[str, Ask("入账流水号", "number in the books")]
    amount: Annotated[Money, Ask("金额", "amount", "money")]
    channel: Annotated[str, Ask("渠道", "channel", required=False)] = ""
    designation: Annotated[str, Ask("债务人指定抵充项目", "component designated", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class LoanChanged(MatterEvent):
    """A corrected file changed the facts of the loan; drafts that were asked for before rest on the earlier ones.

    `changed` are the Chinese names of what differs, `documents` the ids of the drafts, `before` and `after` digests.
    """

    title = ("贷款要素更正", "loan changed")
    changed: Annotated[tuple[str, ...], Ask("更正的要素", "what was changed", "given")]
    before: Annotated[str, Ask("更正前摘要值", "digest before", "given")]
    after: Annotated[str, Ask("更正后摘要值", "digest after", "given")]
    documents: Annotated[tuple[str, ...], Ask("依据更正前要素的文书", "drafts of the facts before", "given")] = ()


@dataclass(frozen=True, kw_only=True)
class ReceiptExplained(MatterEvent):
    """By which way a receipt in the books came in, who paid it, and the day on which interest on it ends.

    `counted_on` is that day where it is not the day of the books: when deposits were transferred, when the ruling on
    the auction or on the asset taken for the debt took effect (法释〔2014〕8号 第三条).
    """

    title = ("说明受偿方式", "receipt explained")
    number: Annotated[str, Ask("入账流水号", "number in the books")]
    way: Annotated[str, Ask("受偿方式", "way", "choice", options=RECEIPT_WAYS)]
    counted_on: Annotated[
        date | None, Ask("止算之日（裁定生效、划拨之日）", "day it counts", "date", required=False)
    ] = None
    payer: Annotated[str, Ask("由谁清偿", "who paid", "party", required=False)] = ""
    asset: Annotated[str, Ask("出自哪项财产", "of which asset", "asset", required=False)] = ""


# --- documents -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DocumentRequested(MatterEvent):
    """A document was asked for, from frozen facts. `replaces` names the earlier version, which is void from now on."""

    title = ("请求制作文书", "document requested")
    document: Annotated[str, Ask("文书编号", "document", "given")]
    kind: Annotated[str, Ask("文书种类", "kind", "given")]
    version: Annotated[int, Ask("版本", "version", "given")] = 1
    facts: Annotated[str, Ask("事实摘要值", "digest of the facts", "given")]
    replaces: Annotated[str, Ask("替代的文书", "replaces", "document", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentRendered(MatterEvent):
    """The document was made; its two files are named by their SHA-256."""

    title = ("文书已制作", "document rendered")
    document: Annotated[str, Ask("文书编号", "document", "given")]
    docx: Annotated[str, Ask("DOCX 摘要值", "digest of the DOCX", "given")]
    pdf: Annotated[str, Ask("PDF 摘要值", "digest of the PDF", "given")]


@dataclass(frozen=True, kw_only=True)
class DocumentFailed(MatterEvent):
    """The document could not be made; `reason` says why."""

    title = ("文书制作失败", "document failed")
    document: Annotated[str, Ask("文书编号", "document", "given")]


@dataclass(frozen=True, kw_only=True)
class DocumentApproved(MatterEvent):
    """A person other than the requester approved exactly these bytes."""

    title = ("文书已复核批准", "document approved")
    document: Annotated[str, Ask("文书", "document", "document")]
    docx: Annotated[str, Ask("DOCX 摘要值", "digest of the DOCX", "given")]
    pdf: Annotated[str, Ask("PDF 摘要值", "digest of the PDF", "given")]


@dataclass(frozen=True, kw_only=True)
class DocumentReturned(MatterEvent):
    """The reviewer sent the document back; `reason` says what to mend. A new version replaces it."""

    title = ("文书退回修改", "document returned")
    document: Annotated[str, Ask("文书", "document", "document")]


@dataclass(frozen=True, kw_only=True)
class SealApplied(MatterEvent):
    """The seal was applied for on the approved bytes (用印申请): which seal, how many, where it goes, why."""

    title = ("申请用印", "seal applied for")
    document: Annotated[str, Ask("文书", "document", "given")]
    approved: Annotated[str, Ask("已批准 PDF 摘要值", "digest of the approved PDF", "given")]
    seal: Annotated[str, Ask("印章种类", "kind of seal")]
    copies: Annotated[int, Ask("份数", "copies", "integer")] = 1
    pages: Annotated[int, Ask("页数", "pages", "given")] = 0
    across: Annotated[bool, Ask("是否加盖骑缝章", "across the edges", "yes_no", required=False)] = False
    body: Annotated[str, Ask("对外提交机构", "goes to", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentSealed(MatterEvent):
    """The seal was set on the approved bytes; `sealed` is the digest of the sealed file."""

    title = ("文书已用印", "document sealed")
    document: Annotated[str, Ask("文书", "document", "document")]
    approved: Annotated[str, Ask("已批准 PDF 摘要值", "digest of the approved PDF", "given")]
    sealed: Annotated[str, Ask("用印件摘要值", "digest of the sealed file", "given")]
    picture: Annotated[str, Ask("印模摘要值", "digest of the seal's picture", "given", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentServed(MatterEvent):
    """The sealed document was sent out to a party. That it arrived is recorded as a demand delivered."""

    title = ("文书已发出", "document sent out")
    document: Annotated[str, Ask("文书", "document", "document")]
    party: Annotated[str, Ask("收件人", "addressee", "party")]
    mode: Annotated[str, Ask("方式", "how", "choice", options=SERVICE_MODES)]
    tracking: Annotated[str, Ask("运单号", "tracking number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentSubmitted(MatterEvent):
    """The sealed document was handed in to a court or other body, apart from a filing or an enforcement application."""

    title = ("文书已提交", "document submitted")
    document: Annotated[str, Ask("文书", "document", "document")]
    body: Annotated[str, Ask("受理机构", "handed in to")]
    receipt: Annotated[str, Ask("回执编号", "receipt", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentVoided(MatterEvent):
    """A document not yet sent out was made void; `reason` says why."""

    title = ("文书作废", "document voided")
    document: Annotated[str, Ask("文书", "document", "document")]


# --- evidence --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ExhibitAdded(MatterEvent):
    """A file was taken into evidence."""

    title = ("加入证据", "exhibit added")
    exhibit: Annotated[Exhibit, Ask("证据", "exhibit", "given")]


@dataclass(frozen=True, kw_only=True)
class ExhibitDescribed(MatterEvent):
    """Name, group, order, source or object of proof of an exhibit were changed; its file never changes."""

    title = ("修改证据说明", "exhibit described")
    exhibit: Annotated[Exhibit, Ask("证据", "exhibit", "given")]


@dataclass(frozen=True, kw_only=True)
class ExhibitWithdrawn(MatterEvent):
    """An exhibit was taken out of the evidence; its file stays in the store. Asks a reason."""

    title = ("撤出证据", "exhibit withdrawn")
    exhibit: Annotated[str, Ask("证据", "exhibit", "exhibit")]


@dataclass(frozen=True, kw_only=True)
class BundleRequested(MatterEvent):
    """A bundle of the exhibits named was asked for, in that order."""

    title = ("请求装订证据", "bundle requested")
    bundle: Annotated[str, Ask("证据卷编号", "bundle", "given")]
    facts: Annotated[str, Ask("事实摘要值", "digest of the facts", "given")]
    exhibits: Annotated[tuple[str, ...], Ask("所含证据", "exhibits", "given")] = ()


@dataclass(frozen=True, kw_only=True)
class BundleMade(MatterEvent):
    """The bundle was bound: its file, its manifest and its number of pages."""

    title = ("证据已装订", "bundle made")
    bundle: Annotated[str, Ask("证据卷编号", "bundle", "given")]
    pdf: Annotated[str, Ask("PDF 摘要值", "digest of the PDF", "given")]
    manifest: Annotated[str, Ask("清单摘要值", "digest of the manifest", "given")]
    pages: Annotated[int, Ask("页数", "pages", "given")]


@dataclass(frozen=True, kw_only=True)
class BundleFailed(MatterEvent):
    """The bundle could not be bound; `reason` says why."""

    title = ("证据装订失败", "bundle failed")
    bundle: Annotated[str, Ask("证据卷编号", "bundle", "given")]


# --- filing, judgment, appeal ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FilingSubmitted(MatterEvent):
    """The sealed complaint and the bundle were handed in (A25); limitation is interrupted on `on`."""

    title = ("提交立案", "filing submitted")
    document: Annotated[str, Ask("已用印的起诉状", "sealed complaint", "document")]
    bundle: Annotated[str, Ask("证据卷", "bundle", "bundle")]
    court: Annotated[str, Ask("受诉法院", "court")]
    defendants: Annotated[tuple[str, ...], Ask("被告", "defendants", "parties")]
    receipt: Annotated[str, Ask("提交编号", "submission number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class FilingReturned(MatterEvent):
    """The court sent the filing back or refused it; the papers are prepared anew (A20). Asks a reason."""

    title = ("立案退回", "filing returned")


@dataclass(frozen=True, kw_only=True)
class MediationReferred(MatterEvent):
    """The court sent the filing to mediation before it dockets (A30)."""

    title = ("转入诉前调解", "referred to mediation")
    case_number: Annotated[str, Ask("诉前调解案号", "number of the mediation", "case_number")]
    mediator: Annotated[str, Ask("调解组织或调解员", "mediator", required=False)] = ""
    last_day: Annotated[date | None, Ask("调解期限届满日", "last day of the mediation", "date", required=False)] = None


@dataclass(frozen=True, kw_only=True)
class FeeNoticeReceived(MatterEvent):
    """A notice to pay a court fee came on `on`; unpaid in time, the filing counts as withdrawn."""

    title = ("收到缴费通知", "fee notice received")
    fee: Annotated[str, Ask("费用种类", "fee", "choice", options=FEES)]
    amount: Annotated[Money, Ask("金额", "amount", "money")]


@dataclass(frozen=True, kw_only=True)
class FeePaid(MatterEvent):
    """A court fee was paid."""

    title = ("已缴费", "fee paid")
    fee: Annotated[str, Ask("费用种类", "fee", "choice", options=FEES)]
    amount: Annotated[Money, Ask("金额", "amount", "money")]
    receipt: Annotated[str, Ask("票据号", "receipt", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class CaseAccepted(MatterEvent):
    """The court docketed the case (A40)."""

    title = ("法院立案", "case accepted")
    case_number: Annotated[str, Ask("案号", "case number", "case_number")]
    court: Annotated[str, Ask("受理法院", "court")]
    procedure: Annotated[str, Ask("审理程序", "procedure", "choice", options=PROCEDURES)] = "ordinary"
    judge: Annotated[str, Ask("承办法官", "judge", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class JudgmentGiven(MatterEvent):
    """A judgment, ruling or mediation paper was given on `on` (A50), with what it awards.

    `operative` is the operative part word for word. `interest` is the general interest up to and including
    `interest_until`; from the day after it runs on at `interest_rate` (a fraction a year) on `interest_base` where the
    operative part grants it. `other_costs` are payable to the creditor. `performance_days` is the period the operative
    part sets, counted from the day the instrument takes effect; None where it sets none. `parties` are those to serve.
    `items` are the awarded sums one by one; where they are given they govern, and the sums beside them must agree.
    """

    title = ("裁判作出", "judgment given")
    number: Annotated[str, Ask("裁判文书号", "number of the instrument", "case_number")]
    body: Annotated[str, Ask("作出机构", "court")]
    kind: Annotated[str, Ask("文书类型", "kind", "choice", options=INSTRUMENTS)]
    instance: Annotated[str, Ask("审级", "instance", "choice", options=INSTANCES)] = "first"
    cause: Annotated[str, Ask("案由", "cause of action")]
    operative: Annotated[str, Ask("判项主文（逐字）", "operative part, word for word", "long_text")]
    principal: Annotated[Money, Ask("判决确认本金", "principal awarded", "money")]
    interest: Annotated[Money, Ask("判决确认利息（含罚息、复利）", "interest awarded", "money")] = ZERO
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
    performance_days: Annotated[
        int | None, Ask("履行期限（生效后日数）", "days to perform", "integer", required=False)
    ] = None
    parties: Annotated[tuple[str, ...], Ask("应送达的当事人", "parties to be served", "parties")] = ()
    items: Annotated[
        tuple[AwardedItem, ...],
        Ask("判项逐项（分期、多项利率或各人承担不同的逐项填写）", "items awarded", "items", required=False),
    ] = ()


@dataclass(frozen=True, kw_only=True)
class JudgmentServed(MatterEvent):
    """The instrument reached one party on `on`; by public notice that is the day it is deemed served."""

    title = ("裁判送达", "judgment served")
    party: Annotated[str, Ask("受送达人", "party served", "party")]
    mode: Annotated[str, Ask("送达方式", "how", "choice", options=SERVICE_MODES)]
    instance: Annotated[str, Ask("审级", "instance", "choice", options=INSTANCES)] = "first"
    abroad: Annotated[bool, Ask("是否在国外", "abroad", "yes_no", required=False)] = False


@dataclass(frozen=True, kw_only=True)
class AppealFiled(MatterEvent):
    """A party appealed (A52)."""

    title = ("提起上诉", "appeal filed")
    party: Annotated[str, Ask("上诉人", "appellant", "party")]
    case_number: Annotated[str, Ask("二审案号", "second-instance number", "case_number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class AppealDecided(MatterEvent):
    """The appeal was decided. Where the judgment was changed, the new one is recorded as second instance."""

    title = ("二审裁判", "appeal decided")
    result: Annotated[str, Ask("结果", "result", "choice", options=APPEAL_RESULTS)]
    number: Annotated[str, Ask("二审文书号", "number of the instrument", "case_number")]
    body: Annotated[str, Ask("二审法院", "court")]


@dataclass(frozen=True, kw_only=True)
class CaseRemanded(MatterEvent):
    """The case was sent back for a new trial; the first judgment falls (back to A40)."""

    title = ("发回重审", "case remanded")
    number: Annotated[str, Ask("裁定书文号", "number of the ruling", "case_number")]


@dataclass(frozen=True, kw_only=True)
class JudgmentTookEffect(MatterEvent):
    """The instrument took effect on `on` (A55); `performance_last_day` is the last day to perform it."""

    title = ("裁判生效", "judgment took effect")
    performance_last_day: Annotated[date | None, Ask("履行期届满日", "last day to perform", "date", required=False)] = (
        None
    )


# --- enforcement -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EnforcementPrepared(MatterEvent):
    """The debtor did not perform; the application is being prepared (A60)."""

    title = ("未履行，准备执行", "enforcement prepared")


@dataclass(frozen=True, kw_only=True)
class EnforcementSubmitted(MatterEvent):
    """The sealed application for enforcement was handed in (A62)."""

    title = ("提交强制执行申请", "enforcement applied for")
    document: Annotated[str, Ask("已用印的强制执行申请书", "sealed application", "document")]
    court: Annotated[str, Ask("执行法院", "court")]
    receipt: Annotated[str, Ask("提交编号", "submission number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class EnforcementAccepted(MatterEvent):
    """The court docketed the enforcement (A65)."""

    title = ("执行立案", "enforcement accepted")
    case_number: Annotated[str, Ask("执行案号", "enforcement number", "case_number")]
    court: Annotated[str, Ask("执行法院", "court")]
    judge: Annotated[str, Ask("承办法官", "judge", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class EnforcementStayed(MatterEvent):
    """The court ended this round of enforcement for want of assets (终结本次执行程序, A70); the debt stands."""

    title = ("终结本次执行程序", "enforcement stayed, no assets")
    number: Annotated[str, Ask("终本裁定号", "number of the ruling", "case_number")]
    unpaid: Annotated[Money, Ask("未清偿金额", "amount unpaid", "money")]


@dataclass(frozen=True, kw_only=True)
class EnforcementResumed(MatterEvent):
    """Enforcement was resumed (A72); after 终本 there is no time limit (民事诉讼法解释 第五百一十七条)."""

    title = ("恢复执行", "enforcement resumed")
    case_number: Annotated[str, Ask("执恢案号", "number of the resumed enforcement", "case_number")]
    clue: Annotated[str, Ask("财产线索", "assets found", "long_text")]


@dataclass(frozen=True, kw_only=True)
class EnforcementSuspended(MatterEvent):
    """Enforcement was suspended or postponed from `on` (A68).

    Days of a suspension for review of the instrument or for a retrial are out of the doubled part, unless the debtor
    applied for it (法释〔2014〕8号 第三条); those of other grounds count.
    """

    title = ("中止、暂缓执行", "enforcement suspended")
    ground: Annotated[str, Ask("事由", "ground", "choice", options=SUSPENSIONS)]
    by_debtor: Annotated[bool, Ask("是否被执行人申请", "applied for by the debtor", "yes_no")]
    number: Annotated[str, Ask("裁定号", "number of the ruling", "case_number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class SuspensionEnded(MatterEvent):
    """The ground of the suspension fell away; `on` is its last day, and enforcement goes on."""

    title = ("中止事由消失，继续执行", "suspension ended")


@dataclass(frozen=True, kw_only=True)
class ClaimWaived(MatterEvent):
    """We gave up a part of what the instrument awards; a conditional one falls away where the settlement is broken."""

    title = ("放弃部分债权", "part of the claim waived")
    of: Annotated[str, Ask("放弃的款项", "of what", "choice", options=WAIVED)]
    amount: Annotated[Money, Ask("放弃金额", "amount", "money")]
    conditional: Annotated[bool, Ask("是否以和解履行完毕为条件", "only if the settlement is performed", "yes_no")]


@dataclass(frozen=True, kw_only=True)
class RestitutionOrdered(MatterEvent):
    """The instrument was set aside and we are to give back what was enforced (执行回转); delay bears interest too."""

    title = ("裁定执行回转", "restitution ordered")
    number: Annotated[str, Ask("执行回转裁定号", "number of the ruling", "case_number")]
    amount: Annotated[Money, Ask("应返还金额", "amount to be given back", "money")]
    performance_last_day: Annotated[
        date | None, Ask("返还期限届满日", "last day to give back", "date", required=False)
    ] = None


@dataclass(frozen=True, kw_only=True)
class EnforcementPaid(MatterEvent):
    """The instrument was fully performed (A78)."""

    title = ("执行完毕", "enforcement paid in full")
    notice: Annotated[str, Ask("结案通知书文号", "closing notice", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class MatterClosed(MatterEvent):
    """The matter ended (A90). Asks a reason."""

    title = ("案件结束", "matter closed")
    result: Annotated[str, Ask("结果", "result", "choice", options=CLOSINGS)]


# --- what else moves limitation ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LimitationInterrupted(MatterEvent):
    """What else interrupts limitation happened, or reached the debtor, on `on` (诉讼时效规定 第八至十七条)."""

    title = ("其他时效中断事由", "limitation interrupted otherwise")
    kind: Annotated[str, Ask("事由", "what happened", "choice", options=INTERRUPTIONS)]
    party: Annotated[str, Ask("对象（债务人）", "against whom", "party")]
    ended_on: Annotated[date | None, Ask("程序终结之日（仅程序）", "end of the procedure", "date", required=False)] = (
        None
    )


@dataclass(frozen=True, kw_only=True)
class ObstacleArose(MatterEvent):
    """From `on` something kept the creditor from acting (民法典 第一百九十四条; 民事诉讼法 第八十六条)."""

    title = ("发生障碍（时效中止）", "obstacle arose")
    kind: Annotated[str, Ask("障碍", "obstacle", "choice", options=OBSTACLES)]


@dataclass(frozen=True, kw_only=True)
class ObstacleEnded(MatterEvent):
    """The obstacle ended on `on`: limitation ends no earlier than six months later, a missed period may be restored."""

    title = ("障碍消除", "obstacle ended")


# --- preservation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PreservationApplied(MatterEvent):
    """The court was asked to preserve assets; `presuit` before a suit, which interrupts limitation."""

    title = ("申请财产保全", "preservation applied for")
    court: Annotated[str, Ask("法院", "court")]
    presuit: Annotated[bool, Ask("是否诉前保全", "before suit", "yes_no", required=False)] = False
    urgent: Annotated[bool, Ask("是否情况紧急", "urgent", "yes_no", required=False)] = False
    assets: Annotated[tuple[str, ...], Ask("申请保全的财产", "assets", "assets", required=False)] = ()
    amount: Annotated[Money, Ask("请求保全数额", "amount asked for", "money", required=False)] = ZERO


@dataclass(frozen=True, kw_only=True)
class PreservationRuled(MatterEvent):
    """The court ruled on the preservation on `on`."""

    title = ("保全裁定作出", "preservation ruled")
    number: Annotated[str, Ask("保全裁定号", "number of the ruling", "case_number")]


@dataclass(frozen=True, kw_only=True)
class PreservationReviewApplied(MatterEvent):
    """Review of the preservation ruling was applied for."""

    title = ("申请保全复议", "review of preservation applied for")


@dataclass(frozen=True, kw_only=True)
class PreservationTaken(MatterEvent):
    """An asset was frozen or seized on `on`, until `expires_on` where stated; one waiting in rank runs not yet."""

    title = ("采取保全、查控措施", "measure taken")
    asset: Annotated[str, Ask("财产", "asset")]
    asset_kind: Annotated[str, Ask("财产种类", "kind of asset", "choice", options=ASSET_KINDS)]
    rank: Annotated[str, Ask("顺位", "rank", "choice", required=False, options=MEASURE_RANKS)] = "first"
    presuit: Annotated[bool, Ask("是否诉前保全", "before suit", "yes_no", required=False)] = False
    expires_on: Annotated[date | None, Ask("文书载明的届满日", "last day as stated", "date", required=False)] = None
    way: Annotated[str, Ask("措施", "measure", "choice", required=False, options=MEASURE_WAYS)] = ""
    court: Annotated[str, Ask("采取措施的法院", "court", required=False)] = ""
    number: Annotated[str, Ask("裁定书文号", "number of the ruling", "case_number", required=False)] = ""
    place: Annotated[int | None, Ask("轮候第几位（轮候时填写）", "place in rank", "integer", required=False)] = None
    amount: Annotated[Money, Ask("查封、冻结限额", "limit", "money", required=False)] = ZERO


@dataclass(frozen=True, kw_only=True)
class PreservationRenewalApplied(MatterEvent):
    """Renewal of a measure was applied for; at least seven days before it ends (保全规定 第十八条)."""

    title = ("申请续行保全", "renewal applied for")
    asset: Annotated[str, Ask("财产", "asset", "asset")]


@dataclass(frozen=True, kw_only=True)
class PreservationRenewed(MatterEvent):
    """A measure was renewed on `on`."""

    title = ("续行保全", "measure renewed")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    expires_on: Annotated[date | None, Ask("文书载明的届满日", "last day as stated", "date", required=False)] = None
    number: Annotated[str, Ask("裁定书文号", "number of the ruling", "case_number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class PreservationLifted(MatterEvent):
    """A measure was lifted, or ended because the asset was realised."""

    title = ("解除保全", "measure lifted")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    ground: Annotated[str, Ask("解除原因", "ground", "choice", required=False, options=LIFTED_GROUNDS)] = ""


# --- payment order, mediation -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PaymentOrderApplied(MatterEvent):
    """A payment order was applied for; limitation is interrupted on `on`."""

    title = ("申请支付令", "payment order applied for")
    court: Annotated[str, Ask("法院", "court")]


@dataclass(frozen=True, kw_only=True)
class PaymentOrderAccepted(MatterEvent):
    """The court took the application."""

    title = ("支付令申请受理", "payment order accepted")
    case_number: Annotated[str, Ask("案号", "case number", "case_number")]


@dataclass(frozen=True, kw_only=True)
class PaymentOrderIssued(MatterEvent):
    """The payment order was issued on `on`."""

    title = ("发出支付令", "payment order issued")
    number: Annotated[str, Ask("支付令文号", "number", "case_number", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class PaymentOrderServed(MatterEvent):
    """The payment order reached the debtor on `on`, who has fifteen days to pay or object."""

    title = ("支付令送达", "payment order served")
    party: Annotated[str, Ask("债务人", "debtor", "party")]


@dataclass(frozen=True, kw_only=True)
class PaymentOrderObjected(MatterEvent):
    """The debtor objected to the payment order."""

    title = ("债务人对支付令提出异议", "payment order objected to")
    party: Annotated[str, Ask("异议人", "who objected", "party")]


@dataclass(frozen=True, kw_only=True)
class PaymentOrderEnded(MatterEvent):
    """The ruling that ends the procedure reached us on `on`; it goes on as a suit unless we refuse in time."""

    title = ("督促程序终结", "payment order ended")


@dataclass(frozen=True, kw_only=True)
class PaymentOrderSuitRefused(MatterEvent):
    """We said that we do not agree to go on with a suit."""

    title = ("不同意转入诉讼", "conversion to suit refused")


@dataclass(frozen=True, kw_only=True)
class MediationAgreed(MatterEvent):
    """A mediation agreement took effect on `on`; it may be confirmed jointly."""

    title = ("达成调解协议", "mediation agreed")
    body: Annotated[str, Ask("调解组织", "mediation body")]


@dataclass(frozen=True, kw_only=True)
class ConfirmationApplied(MatterEvent):
    """Judicial confirmation of the agreement was applied for jointly."""

    title = ("申请司法确认", "confirmation applied for")
    court: Annotated[str, Ask("法院", "court")]


# --- on the way to judgment -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SuitWithdrawn(MatterEvent):
    """The suit was withdrawn; the papers may be filed anew (back to A20). Asks a reason."""

    title = ("撤回起诉", "suit withdrawn")
    number: Annotated[str, Ask("准许撤诉裁定号", "number of the ruling", "case_number", required=False)] = ""
    fee: Annotated[Money, Ask("减半后负担的受理费", "acceptance fee, halved", "money", required=False)] = ZERO


@dataclass(frozen=True, kw_only=True)
class CorrectionRequired(MatterEvent):
    """The court asked that the filing be corrected, at the latest on `last_day`."""

    title = ("通知补正", "correction required")
    last_day: Annotated[date, Ask("补正期限届满日", "last day", "date")]
    what: Annotated[str, Ask("补正内容", "what is to be corrected", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionMade(MatterEvent):
    """The corrected papers were handed in."""

    title = ("已补正", "correction made")


@dataclass(frozen=True, kw_only=True)
class ComplaintServed(MatterEvent):
    """The copy of the complaint reached a defendant on `on`."""

    title = ("起诉状副本送达", "complaint served")
    party: Annotated[str, Ask("被告", "defendant", "party")]
    mode: Annotated[str, Ask("送达方式", "how", "choice", options=SERVICE_MODES)]
    abroad: Annotated[bool, Ask("是否在国外", "abroad", "yes_no", required=False)] = False


@dataclass(frozen=True, kw_only=True)
class PublicNoticePublished(MatterEvent):
    """A public notice was published on `on`; at its end the paper counts as served."""

    title = ("公告送达已发布", "public notice published")
    party: Annotated[str, Ask("受送达人", "party served", "party")]
    what: Annotated[str, Ask("公告送达的文书", "what is served", "choice", options=NOTICED)]
    abroad: Annotated[bool, Ask("是否在国外", "abroad", "yes_no", required=False)] = False


@dataclass(frozen=True, kw_only=True)
class AnswerFiled(MatterEvent):
    """A defendant answered."""

    title = ("收到答辩状", "answer filed")
    party: Annotated[str, Ask("答辩人", "defendant", "party")]


@dataclass(frozen=True, kw_only=True)
class JurisdictionObjected(MatterEvent):
    """A defendant objected to the jurisdiction."""

    title = ("提出管辖权异议", "jurisdiction objected to")
    party: Annotated[str, Ask("异议人", "who objected", "party")]


@dataclass(frozen=True, kw_only=True)
class EvidencePeriodSet(MatterEvent):
    """The court set, or extended, the period for evidence; `on` is the day its notice came."""

    title = ("指定举证期限", "evidence period set")
    last_day: Annotated[date, Ask("举证期限届满日", "last day", "date")]
    instance: Annotated[str, Ask("适用程序", "procedure", "choice", options=EVIDENCE_PERIODS)]


@dataclass(frozen=True, kw_only=True)
class EvidenceSubmitted(MatterEvent):
    """Our evidence was handed in."""

    title = ("提交证据", "evidence submitted")


@dataclass(frozen=True, kw_only=True)
class HearingSet(MatterEvent):
    """A hearing was set for a day."""

    title = ("确定开庭", "hearing set")
    hearing_on: Annotated[date, Ask("开庭日期", "day of the hearing", "date")]
    place: Annotated[str, Ask("地点", "place", required=False)] = ""
    time: Annotated[str, Ask("开庭时刻", "clock time", required=False)] = ""
    mode: Annotated[str, Ask("开庭方式", "how it is held", "choice", required=False, options=HEARING_MODES)] = ""


@dataclass(frozen=True, kw_only=True)
class TrialExtended(MatterEvent):
    """The time for trial was extended to a day."""

    title = ("审限延长", "time for trial extended")
    last_day: Annotated[date, Ask("延长后的审限届满日", "last day", "date")]


@dataclass(frozen=True, kw_only=True)
class RulingServed(MatterEvent):
    """A ruling, other than the judgment of the case, reached a party on `on`; where it refuses docketing: A27."""

    title = ("裁定送达", "ruling served")
    about: Annotated[str, Ask("裁定事项", "about", "choice", options=RULINGS)]
    party: Annotated[str, Ask("收到人", "who received it", "party")]
    number: Annotated[str, Ask("裁定书文号", "number", "case_number", required=False)] = ""
    abroad: Annotated[bool, Ask("是否在国外", "abroad", "yes_no", required=False)] = False
    ground: Annotated[str, Ask("裁定理由", "ground", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class RulingChallenged(MatterEvent):
    """A party appealed, asked for review, objected or sued against a ruling that was served."""

    title = ("对裁定提出上诉、复议、异议或起诉", "ruling challenged")
    about: Annotated[str, Ask("裁定事项", "about", "choice", options=RULINGS)]
    party: Annotated[str, Ask("提出人", "who challenged it", "party")]


@dataclass(frozen=True, kw_only=True)
class AppealDocketed(MatterEvent):
    """The second instance docketed the appeal."""

    title = ("二审立案", "appeal docketed")
    case_number: Annotated[str, Ask("二审案号", "second-instance number", "case_number")]


@dataclass(frozen=True, kw_only=True)
class RetrialApplied(MatterEvent):
    """A party applied for a retrial."""

    title = ("申请再审", "retrial applied for")
    party: Annotated[str, Ask("申请人", "applicant", "party")]


# --- in enforcement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EnforcementNoticeServed(MatterEvent):
    """The notice of enforcement reached the debtor on `on`."""

    title = ("执行通知送达", "enforcement notice served")
    party: Annotated[str, Ask("被执行人", "debtor", "party")]
    basis: Annotated[str, Ask("执行依据", "basis", "choice", required=False, options=BASES)] = "judgment"


@dataclass(frozen=True, kw_only=True)
class AssetClueFiled(MatterEvent):
    """A clue to assets was given to the court, which checks it."""

    title = ("提供财产线索", "asset clue filed")
    clue: Annotated[str, Ask("财产线索", "clue", "long_text")]
    urgent: Annotated[bool, Ask("是否情况紧急", "urgent", "yes_no", required=False)] = False
    asset: Annotated[str, Ask("财产", "asset", "asset", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class EnforcementObjected(MatterEvent):
    """Somebody objected in the enforcement."""

    title = ("提出执行异议", "enforcement objected to")
    about: Annotated[str, Ask("异议种类", "kind of objection", "choice", options=OBJECTIONS)]
    party: Annotated[str, Ask("异议人", "who objected", "party")]


@dataclass(frozen=True, kw_only=True)
class DistributionPlanReceived(MatterEvent):
    """The plan of distribution came on `on`."""

    title = ("收到分配方案", "distribution plan received")
    asset: Annotated[str, Ask("财产", "asset", "asset", required=False)] = ""
    total: Annotated[Money, Ask("可供分配总额", "to be distributed", "money", required=False)] = ZERO
    shares: Annotated[tuple[Share, ...], Ask("分配明细", "shares", "shares", required=False)] = ()


@dataclass(frozen=True, kw_only=True)
class DistributionObjected(MatterEvent):
    """We objected to the plan of distribution."""

    title = ("对分配方案提出异议", "distribution objected to")
    asset: Annotated[str, Ask("财产", "asset", "asset", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DistributionOpposed(MatterEvent):
    """Notice came that others oppose our objection; we may sue."""

    title = ("收到对异议的反对意见", "objection opposed")
    asset: Annotated[str, Ask("财产", "asset", "asset", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class DistributionSued(MatterEvent):
    """We sued over the plan of distribution."""

    title = ("提起分配方案异议之诉", "distribution sued over")
    asset: Annotated[str, Ask("财产", "asset", "asset", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class SettlementMade(MatterEvent):
    """The parties settled in enforcement, to be performed by `performance_last_day`."""

    title = ("达成执行和解", "settlement made")
    performance_last_day: Annotated[date, Ask("和解协议履行期限届满日", "last day to perform", "date")]
    terms: Annotated[str, Ask("和解内容", "terms", "long_text", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class SettlementBroken(MatterEvent):
    """The debtor did not perform the settlement."""

    title = ("和解未履行", "settlement broken")


@dataclass(frozen=True, kw_only=True)
class DebtorListed(MatterEvent):
    """The debtor was put on the list of the dishonest on `on`."""

    title = ("纳入失信被执行人名单", "debtor listed")
    party: Annotated[str, Ask("被执行人", "debtor", "party")]


@dataclass(frozen=True, kw_only=True)
class AuctionSet(MatterEvent):
    """An auction or sale was set for a day."""

    title = ("确定拍卖、变卖", "auction set")
    asset: Annotated[str, Ask("财产", "asset")]
    asset_kind: Annotated[str, Ask("财产种类", "kind of asset", "choice", options=ASSET_KINDS)]
    round: Annotated[str, Ask("轮次", "round", "choice", options=AUCTION_ROUNDS)]
    auction_on: Annotated[date, Ask("拍卖、变卖日期", "day of the auction", "date")]
    start_price: Annotated[Money, Ask("起拍价", "starting price", "money", required=False)] = ZERO
    site: Annotated[str, Ask("拍卖平台", "where it is sold", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class AuctionHeld(MatterEvent):
    """The auction was held on `on`."""

    title = ("拍卖、变卖结果", "auction held")
    asset: Annotated[str, Ask("财产", "asset", "asset")]
    result: Annotated[str, Ask("结果", "result", "choice", options=AUCTION_RESULTS)]
    price: Annotated[Money, Ask("成交价", "price", "money", required=False)] = ZERO


@dataclass(frozen=True, kw_only=True)
class BankruptcyAccepted(MatterEvent):
    """A court took the bankruptcy of a debtor, announced on `on`; interest stops on `accepted_on` (else `on`)."""

    title = ("破产申请受理公告", "bankruptcy accepted")
    party: Annotated[str, Ask("债务人", "debtor", "party")]
    claims_last_day: Annotated[date, Ask("债权申报期限届满日", "last day to file claims", "date")]
    administrator: Annotated[str, Ask("管理人", "administrator", required=False)] = ""
    accepted_on: Annotated[date | None, Ask("裁定受理日", "day of acceptance", "date", required=False)] = None


@dataclass(frozen=True, kw_only=True)
class BankruptcyClaimFiled(MatterEvent):
    """Our claim was filed with the administrator; limitation is interrupted on `on`."""

    title = ("申报破产债权", "bankruptcy claim filed")
    party: Annotated[str, Ask("债务人", "debtor", "party")]


# --- write-off -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WriteOffPrepared(MatterEvent):
    """A criterion of recognition seems met; the file is being put together (C1)."""

    title = ("核销拟申报", "write-off prepared")
    criterion: Annotated[str, Ask("认定标准", "criterion", "criterion")]


@dataclass(frozen=True, kw_only=True)
class WriteOffApplied(MatterEvent):
    """The write-off was applied for (C2), by component, never above what is outstanding in the books on `as_of`.

    On-balance (表内) and off-balance (表外) interest are kept apart throughout.
    """

    title = ("核销申报", "write-off applied for")
    criterion: Annotated[str, Ask("认定标准", "criterion", "criterion")]
    as_of: Annotated[date, Ask("金额截至日", "amounts as of", "date")]
    principal: Annotated[Money, Ask("拟核销本金", "principal", "money")]
    on_balance_interest: Annotated[Money, Ask("拟核销表内利息", "on-balance interest", "money")] = ZERO
    off_balance_interest: Annotated[Money, Ask("拟核销表外利息", "off-balance interest", "money")] = ZERO
    fees: Annotated[Money, Ask("拟核销费用", "fees", "money")] = ZERO
    outstanding_principal: Annotated[Money, Ask("账面本金余额", "principal outstanding", "money")]
    outstanding_on_balance_interest: Annotated[Money, Ask("账面表内利息", "on-balance interest", "money")] = ZERO
    outstanding_off_balance_interest: Annotated[Money, Ask("账面表外利息", "off-balance interest", "money")] = ZERO
    outstanding_fees: Annotated[Money, Ask("账面应收费用", "fees outstanding", "money")] = ZERO
    document: Annotated[str, Ask("核销申报表", "application form", "document", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class WriteOffChecked(MatterEvent):
    """A person other than the applicant checked exactly this request and passed it on (C3)."""

    title = ("核销复核通过", "write-off checked")
    request: Annotated[str, Ask("申报摘要值", "digest of the request", "given")]
    opinion: Annotated[str, Ask("审议意见", "opinions of the review", "long_text")]


@dataclass(frozen=True, kw_only=True)
class WriteOffApproved(MatterEvent):
    """The authorised person approved exactly this request (C4)."""

    title = ("核销批准", "write-off approved")
    request: Annotated[str, Ask("申报摘要值", "digest of the request", "given")]
    number: Annotated[str, Ask("批准文号", "number of the approval")]


@dataclass(frozen=True, kw_only=True)
class WriteOffRefused(MatterEvent):
    """The request was refused (C8); `reason` says why."""

    title = ("核销退回", "write-off refused")
    request: Annotated[str, Ask("申报摘要值", "digest of the request", "given")]


@dataclass(frozen=True, kw_only=True)
class WriteOffWithdrawn(MatterEvent):
    """The request was taken back before booking (C8); `reason` says why."""

    title = ("核销撤回", "write-off withdrawn")


@dataclass(frozen=True, kw_only=True)
class WriteOffBooked(MatterEvent):
    """Finance booked the approved request, component by component (C5): off the balance sheet, the debt stands."""

    title = ("核销入账", "write-off booked")
    request: Annotated[str, Ask("申报摘要值", "digest of the request", "given")]
    voucher: Annotated[str, Ask("记账凭证号", "voucher")]
    principal: Annotated[Money, Ask("实核本金", "principal", "money")]
    on_balance_interest: Annotated[Money, Ask("实核表内利息", "on-balance interest", "money")] = ZERO
    off_balance_interest: Annotated[Money, Ask("实核表外利息", "off-balance interest", "money")] = ZERO
    fees: Annotated[Money, Ask("实核费用", "fees", "money")] = ZERO


@dataclass(frozen=True, kw_only=True)
class RecoveryRecorded(MatterEvent):
    """Money came in after the write-off, on `on`, allocated by component (C6, may repeat).

    `accrued` is what goes to interest and costs that arose after the booking and so were never written off.
    """

    title = ("核销后收回", "recovery recorded")
    number: Annotated[str, Ask("入账流水号", "number in the books")]
    amount: Annotated[Money, Ask("收回金额", "amount", "money")]
    fees: Annotated[Money, Ask("其中：费用", "of it fees", "money")] = ZERO
    interest: Annotated[Money, Ask("其中：利息", "of it interest", "money")] = ZERO
    principal: Annotated[Money, Ask("其中：本金", "of it principal", "money")] = ZERO
    accrued: Annotated[Money, Ask("其中：核销后新生利息费用", "of it accrued since booking", "money")] = ZERO
    channel: Annotated[str, Ask("收回方式", "channel", required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class WriteOffEnded(MatterEvent):
    """The written-off claim ended for good (C7), in one of the cases of 财金〔2017〕90号 第十六条."""

    title = ("完全终结", "written-off claim ended")
    ground: Annotated[str, Ask("终结情形", "ground", "choice", options=FINAL_ENDS)]
    happened_on: Annotated[
        date | None, Ask("终结事由发生或履行完毕之日（不填为登记日）", "day of the ground", "date", required=False)
    ] = None
    remedies_since: Annotated[
        date | None, Ask("开始追索之日（仅败诉或时效届满）", "pursued since", "date", required=False)
    ] = None


# --- undoing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EventReversed(MatterEvent):
    """An earlier event was recorded wrongly and is left out from now on; `reason` says why. It stays in the journal."""

    title = ("更正：撤销误记事项", "event reversed")
    sequence: Annotated[int, Ask("被撤销事项序号", "number of the event", "sequence")]


def _kinds() -> dict[str, type[MatterEvent]]:
    return {kind.__name__: kind for kind in MatterEvent.__subclasses__()}


EVENTS: dict[str, type[MatterEvent]] = _kinds()

# Where what happened means nothing without saying why.
NEED_REASON: frozenset[type[MatterEvent]] = frozenset(
    {
        FirmUnassigned,
        DocumentFailed,
        DocumentReturned,
        SealApplied,
        DocumentVoided,
        ExhibitWithdrawn,
        BundleFailed,
        FilingReturned,
        SuitWithdrawn,
        MatterClosed,
        WriteOffRefused,
        WriteOffWithdrawn,
        EventReversed,
    }
    | _OF_PROCEDURE
)


def questions(kind: type[MatterEvent]) -> tuple[Question, ...]:
    """Every field of an event beyond actor and instant, in the order of the class, as it is asked for.

    Fields of kind `given` are among them: the use case fills those. `on` and, where it must be said, `reason` are asked
    for every event and are not listed; see `NEED_REASON`.
    """
    return _questions(kind.__name__)


@lru_cache
def _questions(name: str) -> tuple[Question, ...]:
    kind = EVENTS[name]
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for field in dataclasses.fields(kind):
        for extra in get_args(hints[field.name])[1:]:
            if isinstance(extra, Ask):
                found.append(Question(field.name, extra.zh, extra.en, extra.kind, extra.required, extra.options))
    return tuple(found)


def name_of(event: Event) -> str:
    """The name an event is kept under in the journal."""
    return type(event).__name__


def encode(event: MatterEvent) -> bytes:
    """An event as canonical JSON; its name is kept beside it."""
    return codec.encode(event)


def decode(name: str, content: bytes | str) -> MatterEvent:
    """An event from its name and canonical JSON; `Corrupt` where the journal holds what we never wrote."""
    kind = EVENTS.get(name)
    if kind is None:
        raise Corrupt.one("event.unknown", f"日志中的事项“{name}”不存在", f"the journal names no event {name!r}")
    try:
        return codec.decode(kind, content)
    except (KeyError, TypeError, ValueError) as wrong:
        raise Corrupt.one(
            "event.unreadable", f"日志中的事项“{name}”无法读出", f"the event {name} cannot be read: {wrong}"
        ) from wrong
