"""The papers that courts, notaries and arbitrators would have sent in a sample matter, as its journal tells them.

Each event that brings a paper with it gives one: its number, day, court, parties and sums are those recorded, so that
paper and matter agree. An event that was reversed has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from legalflow.access import Actor, Right
from legalflow.loans.loan import Loan
from legalflow.matters import events as e
from legalflow.matters.matter import Matter
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.rendering import photograph
from legalflow.rendering.paper import Paper
from legalflow.rendering.photograph import Look
from legalflow.services import specimens, tracking
from legalflow.services.specimens import Specimen
from legalflow.values.dates import in_chinese

GROUP = 9  # forms/evidence/groups.yaml: 裁判与执行


def court_papers(office: Office, actor: Actor, matter_id: str) -> Iterator[Specimen]:
    """The papers that came with the events of a matter so far, in their order."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row = repositories.matter(session, actor, matter_id)
        loan = repositories.whole_loan(session, repositories.loan(session, actor, row.loan_id), office.keys)
        matter = tracking.current(session, row)
    for place, recorded in enumerate(matter.standing):
        made = _PAPERS.get(type(recorded.event))
        if made is None:
            continue
        name, paper = made(loan, matter, recorded.event)
        look = (Look.STRAIGHT, Look.GREY, Look.SKEWED)[place % 3]
        said = (name, GROUP, "书证", "法院等机构送达", f"{name}所载的程序事项和内容。", "原件备查")
        yield specimens.file(f"{name}.pdf", photograph.scan(paper.sheets(), (look,)), said)


def _headed(body: str, title: str, number: str) -> Paper:
    paper = Paper(head="样本文书")
    paper.middle(body, 20)
    paper.gap(8)
    paper.title(title, 24)
    paper.right(number)
    paper.gap(8)
    return paper


def _parties(paper: Paper, loan: Loan, plaintiff: str = "原告", defendant: str = "被告") -> None:
    paper.say(f"{plaintiff}：{loan.lender}。")
    for party in loan.parties:
        if party.role.value != "lender":
            paper.say(f"{defendant}：{party.name}，住{party.domicile}。")


def _ended(paper: Paper, body: str, on: str, judges: bool = True) -> None:
    paper.gap(14)
    paper.need(120)
    if judges:
        paper.right("审　判　员　样本法官")
    paper.right(on)
    paper.seal(body)
    if judges:
        paper.right("书　记　员　样本书记员")


def _accepted(loan: Loan, _matter: Matter, event: e.CaseAccepted) -> tuple[str, Paper]:
    paper = _headed(event.court, "受理案件通知书", event.case_number)
    paper.say(f"{loan.lender}：", indent=False)
    paper.say(
        f"你方诉{loan.borrower.name}金融借款合同纠纷一案的起诉状已收到。经审查，起诉符合法定受理条件，本院决定立案审理。"
        "请在举证期限内提交证据，并按通知预交案件受理费。"
    )
    _ended(paper, event.court, in_chinese(event.on), judges=False)
    return "受理案件通知书", paper


def _preserved(loan: Loan, matter: Matter, event: e.PreservationRuled) -> tuple[str, Paper]:
    court = _court_of(matter)
    paper = _headed(court, "民 事 裁 定 书", event.number)
    _parties(paper, loan, "申请人", "被申请人")
    applied = [each.event for each in matter.standing if isinstance(each.event, e.PreservationApplied)]
    amount = f"{applied[-1].amount.grouped()}元" if applied and applied[-1].amount else "申请数额"
    paper.say(f"申请人向本院申请财产保全，请求查封、扣押或冻结被申请人价值{amount}的财产，并已提供担保。")
    paper.say(
        f"本院经审查认为，申请符合法律规定。裁定如下：查封、扣押或冻结被申请人{loan.borrower.name}等价值{amount}的财产。"
    )
    paper.say(
        "本裁定立即开始执行。如不服本裁定，可以自收到裁定书之日起五日内向本院申请复议一次，复议期间不停止裁定的执行。"
    )
    _ended(paper, court, in_chinese(event.on))
    return "财产保全裁定书", paper


def _judged(loan: Loan, matter: Matter, event: e.JudgmentGiven) -> tuple[str, Paper]:
    title = {"judgment": "民 事 判 决 书", "ruling": "民 事 裁 定 书", "mediation": "民 事 调 解 书"}[event.kind]
    second = event.instance == "second"
    paper = _headed(event.body, title, event.number)
    _parties(paper, loan, *(("被上诉人（原审原告）", "上诉人（原审被告）") if second else ("原告", "被告")))
    paper.say(
        f"原告与被告{event.cause}一案，本院立案后依法进行了审理。原告诉称，双方签订《{loan.contract_name}》（{loan.contract_number}），"
        f"原告已发放借款{loan.disbursed.grouped()}元，被告未按约还款。"
    )
    if event.kind == "mediation":
        paper.say("本案审理过程中，经本院主持调解，当事人自愿达成如下协议：")
    else:
        paper.say(
            "本院认为，案涉合同系双方真实意思表示，合法有效，当事人应当按照约定全面履行自己的义务。"
            + ("判决如下：" if event.kind == "judgment" else "裁定如下：")
        )
    paper.say(event.operative)
    if event.kind == "judgment" and not second:
        paper.say(
            "如不服本判决，可以在判决书送达之日起十五日内，向本院递交上诉状，并按对方当事人的人数提出副本，上诉于上一级人民法院。"
        )
    elif event.kind == "mediation":
        paper.say("上述协议不违反法律规定，本院予以确认。本调解书经各方当事人签收后，即具有法律效力。")
    _ended(paper, event.body, in_chinese(event.on))
    name = {"judgment": "民事判决书", "ruling": "民事裁定书", "mediation": "民事调解书"}[event.kind]
    return ("二审" if second else "") + name, paper


def _decided(loan: Loan, _matter: Matter, event: e.AppealDecided) -> tuple[str, Paper]:
    result = {"upheld": "驳回上诉，维持原判。本判决为终审判决。",
              "withdrawn": "准许撤回上诉。一审判决自本裁定书送达之日起发生法律效力。",
              "changed": "撤销一审判决，改判内容见判决主文。本判决为终审判决。"}[event.result]  # fmt: skip
    ruling = event.result == "withdrawn"
    paper = _headed(event.body, "民 事 裁 定 书" if ruling else "民 事 判 决 书", event.number)
    _parties(paper, loan, "被上诉人（原审原告）", "上诉人（原审被告）")
    paper.say(
        f"上诉人因金融借款合同纠纷一案，不服一审判决，向本院提起上诉。{'裁定' if ruling else '判决'}如下：{result}"
    )
    _ended(paper, event.body, in_chinese(event.on))
    return "二审裁定书" if ruling else "二审判决书", paper


def _enforced(loan: Loan, matter: Matter, event: e.EnforcementAccepted) -> tuple[str, Paper]:
    paper = _headed(event.court, "执行案件受理通知书", event.case_number)
    paper.say(f"{loan.lender}：", indent=False)
    basis = matter.judgment.number if matter.judgment else "生效法律文书"
    paper.say(
        f"你方申请执行{loan.borrower.name}金融借款合同纠纷一案，依据为{basis}。经审查符合受理条件，本院已立案执行。请提供被执行人的财产线索。"
    )
    _ended(paper, event.court, in_chinese(event.on), judges=False)
    return "执行案件受理通知书", paper


def _stayed(loan: Loan, matter: Matter, event: e.EnforcementStayed) -> tuple[str, Paper]:
    court = matter.enforcement.court if matter.enforcement else _court_of(matter)
    paper = _headed(court, "执 行 裁 定 书", event.number)
    _parties(paper, loan, "申请执行人", "被执行人")
    paper.say(
        "本院在执行过程中，已向被执行人发出执行通知、报告财产令，通过网络执行查控系统及线下调查，未发现被执行人有可供执行的财产，"
        "已对被执行人采取限制消费措施，并将上述情况告知申请执行人。"
    )
    paper.say(f"截至本裁定作出之日，尚有{event.unpaid.grouped()}元未受清偿。裁定如下：终结本次执行程序。")
    paper.say("申请执行人发现被执行人有可供执行财产的，可以再次申请执行，再次申请不受申请执行时效期间的限制。")
    _ended(paper, court, in_chinese(event.on))
    return "终结本次执行程序裁定书（终本裁定）", paper


def _bankrupt(_loan: Loan, _matter: Matter, event: e.BankruptcyAccepted) -> tuple[str, Paper]:
    on = event.accepted_on or event.on
    paper = _headed("示例省示例市中级人民法院", "民 事 裁 定 书（受理破产申请）", f"（{on.year}）示01破申（样本）号")
    paper.say(f"被申请人（债务人）：{event.party}。")
    paper.say(
        f"本院经审查认为，债务人不能清偿到期债务，并且资产不足以清偿全部债务或者明显缺乏清偿能力。裁定受理对{event.party}的破产申请。"
    )
    paper.say(
        f"{f'本院指定{event.administrator}担任管理人。' if event.administrator else ''}"
        f"债权人应于{in_chinese(event.claims_last_day)}前"
        "向管理人申报债权，书面说明债权的数额和有无财产担保，并提交有关证据。"
    )
    _ended(paper, "示例法院", in_chinese(on))
    return "破产受理裁定书", paper


def _instrument(loan: Loan, _matter: Matter, event: e.InstrumentObtained) -> tuple[str, Paper]:
    name = {
        "award": "裁决书",
        "arbitral_mediation": "仲裁调解书",
        "notarised": "公证执行证书",
        "payment_order": "支付令",
    }[event.kind]
    paper = _headed(event.body, " ".join(name), event.number)
    roles = {"award": ("申请人", "被申请人"), "arbitral_mediation": ("申请人", "被申请人")}
    _parties(paper, loan, *roles.get(event.kind, ("债权人", "债务人")))
    paper.say(f"{event.cause}一案，依据《{loan.contract_name}》（{loan.contract_number}），经审查，事实清楚。")
    paper.say(event.operative)
    _ended(paper, event.body, in_chinese(event.given_on), judges=False)
    return name, paper


def _settled(loan: Loan, _matter: Matter, event: e.SettlementMade) -> tuple[str, Paper]:
    paper = Paper()
    paper.title("执行和解协议")
    _parties(paper, loan, "申请执行人", "被执行人")
    paper.say(f"双方在执行中自愿达成和解：{event.terms or '按期分次履行。'}")
    paper.say(
        f"履行期限至{in_chinese(event.performance_last_day)}届满。被执行人不履行的，申请执行人可以申请恢复执行原生效法律文书。"
    )
    paper.right(f"{loan.lender}（盖章）　　被执行人（签字、盖章，样本）")
    paper.seal(loan.lender, 180)
    paper.right(in_chinese(event.on))
    return "执行和解协议", paper


def _court_of(matter: Matter) -> str:
    if matter.acceptance:
        return matter.acceptance.court
    return matter.filing.court if matter.filing else "示例市示例区人民法院"


_PAPERS: dict[type, Callable[..., tuple[str, Paper]]] = {
    e.CaseAccepted: _accepted,
    e.PreservationRuled: _preserved,
    e.JudgmentGiven: _judged,
    e.AppealDecided: _decided,
    e.EnforcementAccepted: _enforced,
    e.EnforcementStayed: _stayed,
    e.BankruptcyAccepted: _bankrupt,
    e.InstrumentObtained: _instrument,
    e.SettlementMade: _settled,
}
