"""The contracts of a sample loan as papers: application, loan, guarantee, mortgage, each by the loan's own facts.

The article that the loan's facts name for a matter (rate, penalty, compound interest, calling due, jurisdiction …) says
exactly what they say; the others are what such contracts usually hold.
"""

from __future__ import annotations

from datetime import timedelta

from legalflow.documents.numerals import amount_in_words
from legalflow.loans.loan import Loan, Repayment
from legalflow.loans.parties import Collateral, Guarantee, Party, PartyKind
from legalflow.rendering.paper import Paper
from legalflow.values.dates import in_chinese
from legalflow.values.money import percent

_NUMERALS = "一二三四五六七八九十"
_WAYS = {
    Repayment.EQUAL_INSTALMENT: "等额本息方式，每期偿还相同金额",
    Repayment.EQUAL_PRINCIPAL: "等额本金方式，每期偿还相同本金并付清当期利息",
    Repayment.INTEREST_FIRST: "按期付息、到期一次性还本方式",
    Repayment.BULLET: "到期一次性还本付息方式",
}
_COMPONENTS = {
    "costs": "实现债权的费用",
    "compound": "复利",
    "penalty": "罚息",
    "interest": "利息",
    "principal": "本金",
}


def application(loan: Loan) -> Paper:
    """The borrower's application, filled in by hand."""
    paper, who = Paper(head=f"{loan.lender}　个人、企业信贷业务"), loan.borrower
    paper.title("借 款 申 请 书")
    natural = who.kind is PartyKind.NATURAL
    rows = [
        ("申请人", who.name),
        ("证件号码" if natural else "统一社会信用代码", _hidden(who.number)),
        ("联系电话", _hidden(who.phone)),
        ("住所地", who.domicile or "（未填）"),
        ("申请金额", f"{loan.limit.grouped()} 元（{amount_in_words(loan.limit)}）"),
        ("借款用途", loan.purpose or loan.product),
        ("申请期限", f"自{in_chinese(loan.start)}起至{in_chinese(loan.maturity)}止"),
        ("还款来源", "工资及家庭收入" if natural else "销售收入及经营性现金流"),
        ("担保方式", _security(loan)),
    ]
    paper.table(("项目", "填写内容"), rows, (1, 3), size=11)
    paper.gap()
    paper.say(
        "申请人声明：以上所填内容及所附材料真实、完整；同意贷款人依法查询本申请人的信用信息，并已阅读合同主要条款。"
    )
    _signed(paper, (("申请人", who),), in_chinese(loan.signed - timedelta(days=3)))
    return paper


def contract(loan: Loan) -> Paper:
    """The loan contract of several pages, in articles, with its special notice and the signatures."""
    paper = Paper(head=f"{loan.lender}　{loan.contract_name}　编号：{loan.contract_number}")
    paper.title(loan.contract_name)
    paper.middle(f"合同编号：{loan.contract_number}")
    paper.gap(10)
    paper.say(f"贷款人（甲方）：{loan.lender}", indent=False)
    paper.say(f"借款人（乙方）：{loan.borrower.name}　　证件号码：{_hidden(loan.borrower.number)}", indent=False)
    paper.say(f"乙方住所地：{loan.borrower.domicile}", indent=False)
    paper.say(
        "特别提示：乙方签署本合同前，请仔细阅读全部条款，尤其是以加粗或下划线提示的利率、罚息、复利、提前到期、送达和争议解决条款；甲方已应乙方要求作出说明。"
    )
    for number, text in _articles(loan):
        paper.say(f"{number}　{text}")
    paper.gap(12)
    paper.need(120)
    paper.say(f"甲方（盖章）：{loan.lender}", indent=False)
    paper.seal(loan.lender)
    paper.gap(80)
    parties = tuple(
        (_role(loan, each), each) for each in loan.parties if each.role.value in {"borrower", "co_borrower"}
    )
    _signed(paper, parties, in_chinese(loan.signed), loan.place_signed)
    return paper


def guarantee(loan: Loan, given: Guarantee) -> Paper:
    """A contract of guarantee, with the consent it needed: a company's resolution, or the spouse's."""
    paper = Paper(head=f"{loan.lender}　{given.contract_name}")
    guarantor = _party(loan, given.guarantor)
    natural = guarantor is None or guarantor.kind is PartyKind.NATURAL
    paper.title(given.contract_name)
    paper.middle(f"合同编号：{given.contract_number or '（无）'}")
    paper.gap(8)
    paper.say(f"债权人：{loan.lender}", indent=False)
    paper.say(
        f"保证人：{given.guarantor}" + (f"　证件号码：{_hidden(guarantor.number)}" if guarantor else ""), indent=False
    )
    mode = {"joint": "连带责任保证", "ordinary": "一般保证"}.get(given.mode, "")
    cap = f"，最高债权限额为{given.cap}元" if given.maximum and given.cap else ""
    whole = (
        "在约定期间内连续发生的债权"
        if given.maximum
        else f"编号为{loan.contract_number}的《{loan.contract_name}》项下的债权"
    )
    lines = [
        f"主债权：{whole}，主债务人为{loan.borrower.name}，主债权本金为{loan.limit.grouped()}元{cap}。",
        f"保证方式：{mode}。" if mode else "保证人为主债务人的债务提供保证。",
        f"保证范围：{given.scope}。",
        f"保证期间：{given.period_wording}。" if given.period_wording else "",
        "债权人与主债务人协议变更主合同而加重债务的，应当取得保证人书面同意。",
        "主合同项下债务人变更住所或联系方式的，不影响保证责任；保证人确认其在本合同中填写的地址为送达地址。",
        "因本合同发生的争议，按主合同约定的方式解决。",
    ]
    for number, line in enumerate((line for line in lines if line), start=1):
        paper.say(f"第{_numeral(number)}条　{line}")
    signing = guarantor and (("保证人", guarantor),)
    _signed(paper, signing or (), in_chinese(given.signed))
    paper.turn()
    if natural:
        paper.title("配偶同意函", 17)
        paper.say(f"本人系{given.guarantor}之配偶，知悉并同意其签订上述保证合同，并同意以夫妻共同财产承担保证责任。")
        paper.right("同意人（签字）：（样本签名）")
    else:
        paper.title("股东会决议", 17)
        paper.say(
            f"{given.guarantor}全体股东于{in_chinese(given.signed)}召开股东会，就为{loan.borrower.name}向{loan.lender}"
            f"借款{loan.limit.grouped()}元提供保证一事，经代表三分之二以上表决权的股东表决，同意提供上述担保。"
        )
        paper.right(f"{given.guarantor}（盖章）")
        paper.seal(given.guarantor)
    paper.right(in_chinese(given.signed))
    return paper


def mortgage(loan: Loan, given: Collateral) -> Paper:
    """A contract of mortgage or pledge."""
    paper = Paper(head=f"{loan.lender}　{given.contract_name}")
    word = "出质" if given.kind == "质押" else "抵押"
    paper.title(given.contract_name)
    paper.middle(f"合同编号：{given.contract_number or '（无）'}")
    paper.gap(8)
    paper.say(f"{word}权人：{loan.lender}", indent=False)
    paper.say(f"{word}人：{given.owner}", indent=False)
    scope = given.scope or "主债权本金、利息、罚息、复利及实现债权和担保物权的费用"
    cap = f"，最高债权额为{given.cap}元" if given.maximum and given.cap else ""
    lines = (
        f"担保的主债权为编号{loan.contract_number}的《{loan.contract_name}》项下的全部债权{cap}。",
        f"担保财产：{given.description}。",
        f"担保范围：{scope}。",
        f"双方应于本合同签订后办理{given.kind}登记，登记费用依法承担。",
        f"主债务履行期届满未受清偿，或者发生约定的实现{given.kind}权的情形的，{word}权人有权就担保财产依法优先受偿。",
        f"未经{word}权人同意，{word}人不得以损害担保权益的方式处分担保财产；转让时应及时通知{word}权人。",
    )
    for number, line in enumerate(lines, start=1):
        paper.say(f"第{_numeral(number)}条　{line}")
    owner = _party(loan, given.owner)
    _signed(paper, ((f"{word}人", owner),) if owner else (), in_chinese(given.signed))
    paper.gap(80)
    paper.need(100)
    paper.say(f"{word}权人（盖章）：{loan.lender}", indent=False)
    paper.seal(loan.lender)
    return paper


def registration(loan: Loan, given: Collateral) -> Paper:
    """The registry's certificate of the security."""
    paper = Paper(across=True)
    paper.title("不 动 产 登 记 证 明" if given.kind == "抵押" else "动产担保登记证明", 22)
    paper.middle(given.certificate or "（证明编号见登记簿）")
    on = in_chinese(given.registered_on) if given.registered_on else "见登记簿"
    rows = (
        ("证明权利或事项", f"{given.kind}权（{given.registered or '正式登记'}）"),
        ("权利人（申请人）", loan.lender),
        ("义务人", given.owner),
        ("坐落、标的", given.description),
        ("其他", f"被担保主债权数额：{given.cap or loan.limit.grouped()}元；顺位：{given.rank or '第一顺位'}"),
        ("登记日期", on),
    )
    paper.table(("项目", "内容"), rows, (1, 3), size=12)
    paper.gap()
    paper.right("示例省示例市不动产登记中心（登记机构）")
    paper.seal("示例登记机构")
    return paper


def _articles(loan: Loan) -> list[tuple[str, str]]:
    """Every article with its number; those the facts name stand under the number the facts give them."""
    clauses = loan.clauses
    own = {
        clauses.rate: f"借款年利率为{percent(loan.rate)}，按实际占用天数计息，一年按{loan.basis}天计算。",
        clauses.penalty: f"乙方未按期偿还借款的，自逾期之日起{_penalty(loan)}计收罚息，直至清偿为止。",
        clauses.compound: "乙方未按期支付利息的，甲方有权按罚息利率计收复利。"
        if loan.compound
        else "本合同项下不计收复利。",
        clauses.acceleration: "乙方连续三期或累计六期未足额还款，或者发生其他违约情形的，"
        "甲方有权宣布借款提前到期，要求乙方立即清偿全部本息。",
        clauses.allocation: "乙方还款不足以清偿全部到期债务的，按下列顺序抵充："
        + "、".join(_COMPONENTS.get(each, each) for each in loan.allocation)
        + "。",
        clauses.costs: "乙方违约的，应承担甲方为实现债权而支出的诉讼费、保全费、律师费等合理费用。",
        clauses.service: "双方确认本合同所载地址及电子地址为送达地址，"
        "适用于协商、诉讼和执行各阶段；变更应书面通知对方。",
        clauses.jurisdiction: clauses.jurisdiction_text or "因本合同发生的争议，由有管辖权的人民法院管辖。",
    }
    if loan.liquidated_damages_rate is not None:
        own[clauses.liquidated_damages] = f"乙方逾期的，另按年{percent(loan.liquidated_damages_rate)}支付违约金。"
    if not loan.allocation:
        own.pop(clauses.allocation, None)
    usual = [
        f"甲方同意向乙方提供借款，借款（授信）金额为{amount_in_words(loan.limit)}（小写：{loan.limit.grouped()}元）。",
        f"借款用于{loan.purpose or loan.product}。乙方不得将借款用于法律法规禁止的用途，并应按甲方要求提供用途凭证。",
        f"借款期限自{in_chinese(loan.start)}起至{in_chinese(loan.maturity)}止；实际放款日与约定不一致的，以借据为准。",
        f"乙方以{_WAYS[loan.repayment]}还款，并授权甲方于还款日从其在甲方开立的账户中扣收。",
        "乙方可以提前还款，但应提前十个工作日书面通知甲方，利息按实际借款天数计收。",
        "甲方应按约定及时足额发放借款，放款前利息不得从本金中预先扣除。",
        "乙方应如实提供财务、收入和住址资料，发生影响偿债能力的重大事项的，应于五日内通知甲方。",
        f"为担保本合同的履行，本合同采用的担保方式为：{_security(loan)}。",
        "甲方依法保护乙方的个人信息和商业秘密；依法向征信机构提供信用信息不受此限。",
        "本合同自双方签字或盖章之日起生效，一式两份，双方各执一份，具有同等效力。",
    ]
    own.pop("", None)
    numbered: list[tuple[str, str]] = []
    rest, place = list(usual), 0
    waiting = dict(own)
    while rest or waiting:
        place += 1
        number = f"第{_numeral(place)}条"
        if number in waiting:
            numbered.append((number, waiting.pop(number)))
        elif rest:
            numbered.append((number, rest.pop(0)))
        elif place > 60:  # articles numbered in another manner stand last, as they are called
            numbered += sorted(waiting.items())
            break
    return numbered


def _penalty(loan: Loan) -> str:
    if loan.overdue_rate is not None:
        return f"按年利率{percent(loan.overdue_rate)}"
    if loan.overdue_daily_rate is not None:
        return f"按日利率{percent(loan.overdue_daily_rate, 4)}"
    if loan.penalty_uplift is None:
        return "按国家有关规定"
    return f"在本合同利率基础上加收{percent(loan.penalty_uplift)}"


def _security(loan: Loan) -> str:
    ways = [f"{each.guarantor}提供保证" for each in loan.guarantees]
    ways += [f"{each.owner}提供{each.kind}" for each in loan.collateral]
    return "；".join(ways) or "信用"


def _signed(paper: Paper, parties: tuple[tuple[str, Party], ...], on: str, place: str = "") -> None:
    paper.need(40 + 44 * len(parties))
    for role, party in parties:
        natural = party.kind is PartyKind.NATURAL
        paper.say(
            f"{role}（{'签字' if natural else '盖章'}）：{party.name}{'（样本签名）' if natural else ''}", indent=False
        )
        if not natural:
            paper.say(f"法定代表人（签字）：{party.legal_representative}（样本签名）", indent=False)
            paper.seal(party.name)
    paper.say(f"签订日期：{on}" + (f"　　签订地点：{place}" if place else ""), indent=False)


def _role(loan: Loan, party: Party) -> str:
    return "乙方" if party is loan.borrower else "共同借款人"


def _party(loan: Loan, name: str) -> Party | None:
    return next((each for each in loan.parties if each.name == name), None)


def _hidden(number: str) -> str:
    """A number as papers for evidence show it: its first and last figures."""
    return number[:3] + "*" * max(0, len(number) - 7) + number[-4:] if len(number) > 7 else number


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _NUMERALS[tens - 1] + "十"
    return head + (_NUMERALS[ones - 1] if ones else "")
