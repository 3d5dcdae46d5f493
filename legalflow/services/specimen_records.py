"""What lender, bank, post and telephone recorded of a sample loan: slips, ledgers, statements, demands and their proof.

Amounts are the product's own: the claim's rows and what each payment went to.
"""

from __future__ import annotations

from datetime import date, timedelta

from legalflow.claims.claim import Claim
from legalflow.documents.numerals import amount_in_words
from legalflow.loans.loan import Drawdown, Loan
from legalflow.loans.parties import Party, PartyKind
from legalflow.rendering.paper import PALE, Paper
from legalflow.values.dates import in_chinese
from legalflow.values.money import Money, percent

_BANK = "示例银行股份有限公司"


def licence(name: str, number: str, kind: str, representative: str, place: str) -> Paper:
    """A business licence."""
    paper = Paper(across=True)
    paper.frame(40, 40, paper.size[0] - 40, paper.size[1] - 48, (160, 130, 60))
    paper.title("营 业 执 照", 30)
    paper.middle("（副本）样本", 12)
    paper.gap(14)
    for said in (
        f"统一社会信用代码：{number}", f"名　　称：{name}", f"类　　型：{kind or '有限责任公司'}",
        f"法定代表人：{representative or '见登记簿'}", f"住　　所：{place}", "营业期限：长期",
    ):  # fmt: skip
        paper.say(said, indent=False, size=14)
        paper.gap(6)
    paper.right("登记机关：示例省示例市市场监督管理局")
    paper.seal("示例登记机关")
    return paper


def identity(party: Party) -> Paper:
    """A copy of both sides of a person's identity card."""
    paper = Paper()
    paper.title("居民身份证复印件（样本）", 17)
    left, right = 120.0, 475.0
    for top, side in ((170.0, "正面"), (450.0, "背面")):
        paper.frame(left, top, right, top + 215, PALE)
        paper.put(left, top - 10, side, 10, PALE)
    born = (
        f"{party.birth_date.year}年{party.birth_date.month}月{party.birth_date.day}日"
        if party.birth_date
        else _born(party)
    )
    lines = (f"姓 名　{party.name}",
             f"性 别　{party.sex or _sex(party)}　　民 族　{party.ethnicity.removesuffix('族') or '汉'}",
             f"出 生　{born}", f"住 址　{party.domicile}")  # fmt: skip
    for place, line in enumerate(lines):
        paper.put(left + 20, 205 + 32 * place, line, 12)
    paper.frame(right - 105, 190, right - 20, 300, PALE)
    paper.put(right - 84, 250, "照 片", 12, PALE)
    paper.put(left + 20, 362, f"公民身份号码　{party.number}", 12.5)
    paper.put(left + 90, 500, "中华人民共和国", 17)
    paper.put(left + 110, 535, "居 民 身 份 证", 17)
    paper.put(left + 60, 610, "签发机关　示例市公安局示例分局", 12)
    paper.put(left + 60, 638, "有效期限　长期（样本）", 12)
    paper.y = 700
    paper.say("本复印件仅用于诉讼，与原件核对无异。", indent=False, size=11)
    return paper


def note(loan: Loan, drawn: Drawdown) -> Paper:
    """The loan note (借据) of a drawdown."""
    paper = Paper(head=f"{loan.lender}　借款借据")
    paper.title("借 款 借 据")
    paper.right(f"借据号：{loan.note_number}")
    rows = (
        ("借款人", loan.borrower.name),
        ("贷款人", loan.lender),
        ("借款合同编号", loan.contract_number),
        ("借款金额（大写）", amount_in_words(drawn.amount)),
        ("借款金额（小写）", f"{drawn.amount.grouped()} 元"),
        ("放款日期", in_chinese(drawn.on)),
        ("到期日期", in_chinese(loan.maturity)),
        ("年利率", percent(loan.rate)),
        ("借款用途", loan.purpose or loan.product),
        ("收款账户", f"户名：{loan.borrower.name}　账号：6200 9900 **** {loan.note_number[-4:] or '0001'}"),
    )
    paper.table(("项目", "内容"), rows, (1, 3), size=11)
    paper.gap()
    paper.say("兹借到上列款项，保证按合同约定的用途使用，并按期归还本息。", indent=False)
    paper.say(
        f"借款人（{'签字' if loan.borrower.kind is PartyKind.NATURAL else '盖章'}）：{loan.borrower.name}", indent=False
    )
    if loan.borrower.kind is not PartyKind.NATURAL:
        paper.seal(loan.borrower.name)
    paper.right(in_chinese(drawn.on))
    return paper


def transfer(loan: Loan, drawn: Drawdown) -> Paper:
    """The slip of the transfer of a drawdown (转账凭证)."""
    paper = Paper(across=True)
    paper.title("转 账 凭 证（电子回单）", 20)
    paper.right(f"交易日期：{drawn.on.isoformat()}　　回单号：HD{drawn.on:%Y%m%d}{loan.note_number[-4:]}")
    rows = (
        ("付款人", loan.lender, "收款人", loan.borrower.name),
        ("付款账号", "9900 **** 0001", "收款账号", f"6200 9900 **** {loan.note_number[-4:] or '0001'}"),
        ("开户行", f"{_BANK}营业部", "开户行", f"{_BANK}{loan.unit or '营业部'}"),
        ("金额（大写）", amount_in_words(drawn.amount), "金额（小写）", f"¥{drawn.amount.grouped()}"),
        ("摘要", "发放贷款", "用途", f"{loan.contract_number} 放款"),
    )
    paper.table(("栏目", "内容", "栏目", "内容"), rows, (1, 2.2, 1, 2.2), size=11)
    paper.gap()
    paper.say("本回单仅为业务发生的证明，重复打印无效。", indent=False, size=10)
    paper.seal("电子回单专用章", paper.size[0] - 150, 330)
    return paper


def statement(loan: Loan, on: date) -> Paper:
    """The borrower's account: what was paid out and what was debited, as a system prints it."""
    paper = Paper(head=f"{_BANK}　账户交易明细　打印日期 {on.isoformat()}", leading=17)
    paper.title("账户交易明细", 17)
    paper.say(
        f"户名：{loan.borrower.name}　账号：6200 9900 **** {loan.note_number[-4:]}　币种：人民币", indent=False, size=10
    )
    moves = [(each.on, "放款入账", each.amount, f"FK{each.on:%Y%m%d}") for each in loan.drawdowns]
    moves += [
        (each.on, f"还款{f'（{each.channel}）' if each.channel else ''}", -each.amount, each.number)
        for each in loan.payments
    ]
    rows = [
        (
            day.isoformat(),
            what,
            amount.grouped() if amount > Money(0) else "",
            (-amount).grouped() if amount < Money(0) else "",
            number,
        )
        for day, what, amount, number in sorted(moves, key=lambda each: (each[0], each[3]))
    ]
    paper.table(("交易日期", "摘要", "收入（元）", "支出（元）", "流水号"), rows, (1.2, 1.5, 1.4, 1.4, 1.5))
    paper.gap(6)
    paper.say("本明细由核心系统导出，仅列与本笔借款有关的交易。", indent=False, size=9.5)
    return paper


def ledger(loan: Loan, claim: Claim, on: date) -> Paper:
    """The repayment ledger: every instalment due and every payment with what it went to, across the page."""
    paper = Paper(head=f"{loan.lender}　信贷管理系统　导出日期 {on.isoformat()}", across=True, leading=17)
    paper.title("还款明细（电子数据）", 17)
    paper.say(
        f"合同编号：{loan.contract_number}　借据号：{loan.note_number}　借款人：{loan.borrower.name}",
        indent=False,
        size=10,
    )
    head = (
        "期",
        "应还日",
        "应还本金",
        "应还利息",
        "实还合计",
        "其中本金",
        "利息",
        "罚息",
        "复利",
        "最后还款日",
        "贷款余额",
    )
    rows = [
        (
            str(each.number), each.due.isoformat(), each.principal_due.grouped(), each.interest_due.grouped(),
            each.paid.grouped(), each.to_principal.grouped(), each.to_interest.grouped(), each.to_penalty.grouped(),
            each.to_compound.grouped(), each.paid_on.isoformat() if each.paid_on else "—", each.balance.grouped(),
        )
        for each in claim.rows
    ]  # fmt: skip
    paper.table(head, rows, (0.6, 1.4, 1.5, 1.3, 1.5, 1.5, 1.3, 1.1, 1.1, 1.4, 1.6), size=8)
    paper.gap(10)
    paper.say("逐笔还款", indent=False, size=11)
    paid = [
        (
            each.number, each.on.isoformat(), each.amount.grouped(),
            (each.to_principal + each.early_principal).grouped(),
            each.to_interest.grouped(), each.to_penalty.grouped(), each.to_compound.grouped(), each.to_costs.grouped(),
        )
        for each in claim.received
    ] or [("—", "—", "无还款记录", "", "", "", "", "")]  # fmt: skip
    paper.table(
        ("流水号", "还款日期", "金额（元）", "本金", "利息", "罚息", "复利", "费用"),
        paid,
        (1.6, 1.3, 1.4, 1.4, 1.2, 1.2, 1.2, 1),
        size=8,
    )
    paper.gap(6)
    paper.say(f"数据来源：信贷管理系统；截至{in_chinese(claim.as_of)}；抵充顺序按合同约定。", indent=False, size=9)
    return paper


def debt(loan: Loan, claim: Claim) -> Paper:
    """The lender's statement of what is owed, by component, as the product works it out."""
    paper = Paper(head=loan.lender)
    paper.title("欠 款 说 明")
    paper.say(
        f"借款人{loan.borrower.name}于{in_chinese(loan.signed)}与我方签订《{loan.contract_name}》（编号：{loan.contract_number}），"
        f"我方已发放借款合计{loan.disbursed.grouped()}元。截至{in_chinese(claim.as_of)}（含当日），借款人已归还本金"
        f"{claim.repaid_principal.grouped()}元，尚欠款项如下："
    )
    rows = [
        ("本金", claim.principal.grouped()),
        ("利息", claim.interest.grouped()),
        ("罚息", claim.penalty.grouped()),
        ("复利", claim.compound.grouped()),
    ]
    if claim.liquidated_damages > Money(0):
        rows.append(("违约金", claim.liquidated_damages.grouped()))
    rows.append(("合计", claim.total.grouped()))
    paper.table(("项目", "金额（元）"), rows, (1, 1), size=12)
    paper.gap()
    paper.say(f"合计大写：{amount_in_words(claim.total)}。此后的利息、罚息、复利按合同约定计算至实际清偿之日止。")
    paper.gap()
    paper.right(loan.lender)
    paper.seal(loan.lender)
    paper.right(in_chinese(claim.as_of))
    return paper


def demand(loan: Loan, to: str, claim: Claim) -> Paper:
    """The demand, the waybill it went with and the receipt that came back; it states what was owed on its own day."""
    paper, on = Paper(head=loan.lender), claim.as_of
    paper.title("逾期贷款催收通知书")
    paper.say(f"{to}：", indent=False)
    paper.say(
        f"{loan.borrower.name}与我方签订的《{loan.contract_name}》（编号：{loan.contract_number}）项下借款已逾期。截至"
        f"{in_chinese(claim.as_of)}，尚欠本金{claim.principal.grouped()}元，利息、罚息、复利合计{claim.interest_total.grouped()}元。"
    )
    paper.say(
        "请于收到本通知之日起五日内清偿。逾期仍不履行的，我方将依法通过诉讼等方式主张权利。对上述金额有异议的，请书面提出。"
    )
    paper.right(loan.lender)
    paper.seal(loan.lender)
    paper.right(in_chinese(on))
    number = f"EMS{on:%y%m%d}{sum(map(ord, to)) % 10000:04d}"
    paper.turn()
    paper.title("国内标准快递（EMS）详情单（样本）", 16)
    rows = (
        ("邮件号", number),
        ("寄件人", f"{loan.lender}　{loan.unit}"),
        ("收件人", to),
        ("收件地址", _address(loan, to)),
        ("内件品名", f"逾期贷款催收通知书（{loan.contract_number}）"),
        ("收寄日期", f"{on.isoformat()}　收寄局戳记：示例市"),
    )
    paper.table(("栏目", "填写内容"), rows, (1, 3), size=12)
    paper.seal("示例邮局 收寄", 420, paper.y + 60)
    paper.turn()
    paper.title("邮件妥投回执", 18)
    arrived = on + timedelta(days=2)
    paper.say(f"邮件号：{number}", indent=False)
    paper.say(f"妥投时间：{in_chinese(arrived)} 10时26分　　签收人：{to}（本人签收，样本签名）", indent=False)
    track = (
        (on.isoformat(), "示例市 揽收"),
        (on.isoformat(), "示例处理中心 发出"),
        (arrived.isoformat(), "投递员派送"),
        (arrived.isoformat(), "已妥投：本人签收"),
    )
    paper.table(("日期", "轨迹"), track, (1, 3), size=11)
    return paper


def messages(loan: Loan, claim: Claim, on: date) -> Paper:
    """The log of messages and calls, as the collection system exports it; of numbers the last figures alone."""
    paper = Paper(head=f"{loan.lender}　贷后管理系统　导出日期 {on.isoformat()}", leading=17)
    paper.title("催收短信与通话记录（电子数据）", 17)
    paper.say(f"对象：{loan.borrower.name}　合同编号：{loan.contract_number}", indent=False, size=10)
    begun = claim.overdue_since or on
    tail = loan.borrower.phone[-4:] or "0000"
    days = [day for day in (begun + timedelta(days=gap) for gap in (3, 10, 20, 35, 50, 70)) if day <= on]
    text = "【{0}】您的借款已逾期，请及时还款。如有困难请联系经办机构协商，客服电话见合同。退订回T"
    rows = [
        (f"{day.isoformat()} {10 + place}:{15 + 5 * place:02d}", "短信" if place % 2 == 0 else "电话", f"尾号{tail}",
         text.format(loan.lender) if place % 2 == 0
         else "告知欠款金额及后果，对方表示尽快筹款" if place % 4 == 1 else "无人接听",
         "送达成功" if place % 2 == 0 else ("通话" + f"{60 + 17 * place}秒" if place % 4 == 1 else "未接通"))
        for place, day in enumerate(days)
    ] or [("—", "—", "—", "尚无记录", "—")]  # fmt: skip
    paper.table(("时间", "渠道", "号码", "内容", "结果"), rows, (1.4, 0.7, 0.9, 3.6, 1.1), size=9)
    paper.gap(6)
    paper.say("本记录由系统自动生成并留存，未作修改。", indent=False, size=9.5)
    return paper


def called_due(loan: Loan, on: date) -> Paper:
    """The notice that the whole loan is called due, with its receipt."""
    paper = Paper(head=loan.lender)
    paper.title("借款提前到期通知书")
    paper.say(f"{loan.borrower.name}：", indent=False)
    clause = loan.clauses.acceleration
    paper.say(
        f"因您方{loan.acceleration_ground or '未按期足额还款'}，"
        f"我方依据《{loan.contract_name}》（编号：{loan.contract_number}）"
        f"{clause}的约定，宣布该合同项下借款于{in_chinese(on)}提前到期。请立即清偿全部本金、利息、罚息和复利。"
    )
    paper.right(loan.lender)
    paper.seal(loan.lender)
    paper.right(in_chinese(on))
    paper.gap()
    paper.say("—" * 18 + " 回 执 " + "—" * 10, indent=False)
    paper.say(f"本人（本单位）已收到上述通知书。签收人：{loan.borrower.name}（样本签名）", indent=False)
    paper.right(f"签收日期：{in_chinese(on)}")
    return paper


def signing(loan: Loan) -> Paper:
    """How a contract concluded online was signed, as the certifying body and the platform recorded it."""
    paper = Paper(head="示例电子认证服务机构　电子签名验证报告（样本）", leading=18)
    paper.title("电子签约过程记录及签名验证报告", 16)
    rows = (
        ("合同编号", loan.contract_number),
        ("签约人", loan.borrower.name),
        ("身份核验", "公安身份信息比对一致；人脸识别通过；手机号码实名核验通过"),
        ("阅读确认", f"{loan.signed.isoformat()} 09:41:07 至 09:43:22 逐页展示，强制阅读不少于 30 秒"),
        ("签署时间", f"{loan.signed.isoformat()} 09:44:05（可信时间戳）"),
        ("证书", f"序列号 SAMPLE{loan.signed:%Y%m%d}{loan.note_number[-4:]}，有效期内"),
        ("条款版本", f"{loan.contract_name} {loan.signed.year}年版"),
        ("验证结论", "签名有效，合同自签署后未被篡改（样本结论）"),
    )
    paper.table(("项目", "记录"), rows, (1, 3), size=11)
    paper.seal("示例电子认证", 460, paper.y + 60)
    return paper


def _address(loan: Loan, name: str) -> str:
    party = next((each for each in loan.parties if each.name == name), loan.borrower)
    return party.service_address or party.domicile


def _born(party: Party) -> str:
    figures = party.number[6:14]
    return (
        f"{figures[:4]}年{int(figures[4:6])}月{int(figures[6:])}日" if figures.isdigit() and len(figures) == 8 else "—"
    )


def _sex(party: Party) -> str:
    return ("男" if int(party.number[16]) % 2 else "女") if party.number[16:17].isdigit() else "—"
