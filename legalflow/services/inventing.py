"""Loans and debtors that never were, as rows of import files: the same number of the same seed is always the same loan.

Days lie before the day of the office. Every name is made of a surname and words for an example, every address lies in
a province that does not exist, identity numbers have right check digits and a region nobody was ever born in.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from legalflow.documents.numerals import chinese_numeral
from legalflow.services import outlining
from legalflow.values import identity
from legalflow.values.dates import add_months
from legalflow.values.money import Money

SEED = 20261124
BANK, CONSUMER = "示例银行股份有限公司", "示例消费金融有限公司"
UNITS = ("营业部", "城东支行", "城西支行", "滨江支行", "高新支行", "开发区支行", "示州分行", "样城分行")
CITIES = ("示例市", "样本市", "虚拟市", "设想市", "模拟市", "示范市")
COURTS = tuple(f"{city}{district}人民法院" for city in CITIES for district in ("东城区", "西城区", "高新区"))
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭鲁韦马苗"
_GIVEN = "明华军伟芳娜敏静丽强磊洋艳勇杰涛超霞平刚桂英玉萍红娟飞鑫波斌莉宇浩然欣怡雪梅建国志远文博晓燕海"
_RARE = ("喆", "堃", "珺", "玥", "昇", "翀", "骞", "彧", "煊", "赟", "旻", "祎")
_TRADES = ("纺织", "食品", "建材", "商贸", "物流", "机械", "电子", "农业", "装饰", "服饰")
_STREETS = ("东风路", "解放路", "和平路", "学府路", "园林路", "商贸路", "工业大道", "滨江路")
_NUMBERED = {
    "利率条款": 3, "抵充条款": 7, "罚息条款": 8, "复利条款": 9, "提前到期条款": 12, "费用承担条款": 13,
    "送达条款": 14, "管辖条款": 15,
}  # fmt: skip
_CLAUSES = {
    **{heading: f"第{chinese_numeral(number)}条" for heading, number in _NUMBERED.items()},
    "管辖条款内容": "因本合同发生的争议，由贷款人住所地有管辖权的人民法院管辖。",
    "抵充顺序": "费用>复利>罚息>利息>本金",
}
_SCOPE = "主债权本金、利息、罚息、复利及实现债权的费用"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A kind of loan: what it is called, who lends it and how, its amounts in yuan, terms in months, rates in basis
    points, and how often somebody or something stands for it."""

    weight: int
    name: str
    contract: str
    code: str
    purposes: tuple[str, ...]
    repayment: str
    least: int
    most: int
    terms: tuple[int, ...]
    rates: tuple[int, int]
    lender: str = BANK
    company: bool = False
    guarantor: float = 0.0
    mortgage: float = 0.0


PRODUCTS = (
    Product(weight=34, name="消费分期", contract="个人消费借款合同", code="消借字",
            purposes=("家电", "装修", "教育", "旅游"),
            repayment="等额本息", least=5_000, most=120_000, terms=(12, 24), rates=(1200, 2390), lender=CONSUMER),
    Product(weight=22, name="个人经营贷款", contract="个人经营借款合同", code="个借字",
            purposes=("进货周转", "店面装修"),
            repayment="等额本金", least=80_000, most=900_000, terms=(24, 36), rates=(420, 780), guarantor=0.5),
    Product(weight=18, name="个人消费贷款", contract="个人借款合同", code="消贷字",
            purposes=("装修", "购车", "医疗"),
            repayment="到期一次性还本付息", least=20_000, most=300_000, terms=(12,), rates=(450, 900), guarantor=0.15),
    Product(weight=18, name="小微企业贷款", contract="流动资金借款合同", code="流借字",
            purposes=("采购原材料", "经营周转"),
            repayment="先息后本", least=300_000, most=5_000_000, terms=(12, 24, 36), rates=(380, 680), company=True,
            guarantor=0.8, mortgage=0.5),
    Product(weight=8, name="个人住房贷款", contract="个人住房借款合同", code="房借字", purposes=("购房",),
            repayment="等额本息", least=300_000, most=2_500_000, terms=(60, 120), rates=(320, 490), mortgage=1.0),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Invented:
    """An invented loan: the rows it would be imported from, and what becomes of its matter.

    `opened_on` is the day of the hand-over, `course` what happens from then on; `owner` and `firm` choose a person and
    a firm among those there are.
    """

    number: int
    row: Mapping[str, str]
    payments: Sequence[Mapping[str, str]]
    borrower: str
    debtors: tuple[str, ...]
    opened_on: date
    course: outlining.Outline
    court: str
    owner: int
    firm: int | None

    @property
    def contract_number(self) -> str:
        """The number under which the loan is found after its import."""
        return self.row["合同编号"]

    def chance(self, of: str) -> random.Random:
        """Chances of this loan's own, by what they are of."""
        return random.Random(f"{SEED} {self.number} {of}")


def invent(number: int, on: date) -> Invented:
    """The loan of a number, as it is on a day."""
    chance = random.Random(f"{SEED} {number}")
    product = chance.choices(PRODUCTS, [each.weight for each in PRODUCTS])[0]
    course = outlining.outline(chance, on, company=product.company)
    row, debtors = _row(chance, product, number, course.opened_on)
    return Invented(
        number=number,
        row=row,
        payments=tuple(_payments(chance, row, course.opened_on)),
        borrower=row["借款人名称"],
        debtors=debtors,
        opened_on=course.opened_on,
        course=course,
        court=chance.choice(COURTS),
        owner=chance.randrange(1 << 16),
        firm=chance.randrange(1 << 16) if chance.random() < 0.7 else None,
    )


def file(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as the CSV file they would have come in."""
    lines = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(heading for line in lines for heading in line)))
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def _row(
    chance: random.Random, product: Product, number: int, opened_on: date
) -> tuple[dict[str, str], tuple[str, ...]]:
    months = chance.choice(product.terms)
    ran_out = months <= 36 and chance.random() < 0.6
    # Handed over some weeks after the last day, or after the instalments had stopped in the middle of the term.
    run = months if ran_out else max(6, int(months * chance.uniform(0.3, 0.8)))
    start = add_months(opened_on - timedelta(days=chance.randrange(20, 150)), -run)
    maturity = add_months(start, months)
    amount = f"{round(chance.randrange(product.least, product.most), -3)}.00"
    uplift = f"{50 if product.company or chance.random() < 0.7 else 30}%"
    row = {
        **_CLAUSES,
        "贷款人": product.lender,
        "贷款人类型": "银行" if product.lender == BANK else "消费金融公司",
        "计息基数": "360",
        "合同编号": f"示样{product.code}〔{start.year}〕第{number:06d}号",
        "合同名称": product.contract,
        "借据号": f"JJ{start.year}{number:06d}",
        "经办机构": chance.choice(UNITS) if product.lender == BANK else "线上业务部",
        "产品": product.name,
        "贷款用途": chance.choice(product.purposes),
        "签订日期": start.isoformat(),
        "签订地点": chance.choice(CITIES) if product.lender == BANK else "线上",
        "合同金额": amount,
        "放款": f"{start}:{amount}",
        "起始日": start.isoformat(),
        "到期日": maturity.isoformat(),
        "年利率": f"{chance.randrange(*product.rates) / 100:.2f}%",
        "罚息上浮": uplift,
        "计收复利": "是",
        "还款方式": product.repayment,
    }
    if product.repayment.startswith("等额"):
        row |= {"期数": str(months), "首期还款日": add_months(start, 1).isoformat()}
    if product.repayment == "先息后本":
        row["付息周期（月）"] = "3"
    if not ran_out:
        row |= {"提前到期日": opened_on.isoformat(), "提前到期依据": "连续三期未足额还款"}
    row["风险分类"] = chance.choices(("次级", "可疑", "损失"), (5, 3, 1))[0]
    borrower = _company(chance, number) if product.company else _person(chance, number, 0)
    row |= {f"借款人{name}": text for name, text in borrower.items()}
    debtors = [borrower["名称"]]
    if chance.random() < product.guarantor:
        guarantor = _person(chance, number, 1)
        row |= {f"保证人{name}": text for name, text in guarantor.items()}
        row |= {
            "保证合同名称": "保证合同", "保证合同编号": f"示样保字〔{start.year}〕第{number:06d}号",
            "保证签订日期": str(start),
            "保证方式": "连带责任保证", "保证范围": _SCOPE, "保证期间（月）": "36",
            "保证期间原文": "主债务履行期届满之日起三年",
        }  # fmt: skip
        debtors.append(guarantor["名称"])
    if chance.random() < product.mortgage:
        place = f"{borrower['住所地']}{'厂房' if product.company else '住宅'}"
        row |= {
            "担保物类型": "抵押", "担保物所有人": borrower["名称"], "担保物": place, "担保合同名称": "抵押合同",
            "担保合同编号": f"示样抵字〔{start.year}〕第{number:06d}号", "担保合同签订日期": str(start),
            "登记证明号": f"示（{start.year}）样本市不动产证明第{number:07d}号", "登记": "正式登记",
            "登记日期": str(start + timedelta(days=5)),
        }  # fmt: skip
    return row, tuple(debtors)


def _payments(chance: random.Random, row: Mapping[str, str], opened_on: date) -> Iterable[dict[str, str]]:
    """What came in before the hand-over: the first instalments, or interest once or twice; of some loans nothing."""
    start, amount = date.fromisoformat(row["起始日"]), Money(row["合同金额"])
    instalments = row["还款方式"].startswith("等额")
    for count in range(1, chance.choices((0, 1, 2, 3, 5), (3, 3, 3, 2, 1))[0] + 1):
        on = add_months(start, count if instalments else 3 * count) + timedelta(days=chance.choice((0, 0, 0, 2, 9)))
        if on >= opened_on or on >= date.fromisoformat(row["到期日"]):
            return
        part = amount.fen // int(row["期数"]) if instalments else amount.fen // 80
        yield {
            "合同编号": row["合同编号"],
            "还款日期": on.isoformat(),
            "还款金额": str(Money.of_fen(part + chance.randrange(0, max(1, part // 20)))),
            "流水号": f"R{row['借据号'][2:]}{count:02d}",
            "还款渠道": chance.choice(("自动扣款", "柜面", "手机银行")),
        }


def _person(chance: random.Random, number: int, place: int) -> dict[str, str]:
    second = chance.choice(_RARE) if chance.random() < 0.04 else chance.choice(_GIVEN)
    name = chance.choice(_SURNAMES) + second + (chance.choice(_GIVEN) if chance.random() < 0.7 else "")
    birth = date(1958, 1, 1) + timedelta(days=chance.randrange(365 * 44))
    # Nobody shares a number: day of birth and three figures are spread over the loans, person by person.
    figures = f"99{(number // 900) % 100:02d}{place:02d}{birth:%Y%m%d}{number % 900 + 100:03d}"
    home = f"示例省{chance.choice(CITIES)}{chance.choice(_STREETS)}{chance.randrange(1, 400)}号"
    return {
        "名称": name, "类型": "自然人", "证件号码": figures + identity.resident_check(figures), "民族": "汉族",
        "联系电话": f"19900{(number * 2 + place) % 1_000_000:06d}", "住所地": home, "送达地址": home,
    }  # fmt: skip


def _company(chance: random.Random, number: int) -> dict[str, str]:
    city, person = chance.choice(CITIES), chance.choice(_SURNAMES) + chance.choice(_GIVEN)
    name = f"{city}{chance.choice(_GIVEN)}{chance.choice(_GIVEN)}{chance.choice(_TRADES)}有限公司"
    home = f"示例省{city}{chance.choice(_STREETS)}{chance.randrange(1, 400)}号"
    eight = f"B{number:07d}"
    first = f"91990000{eight}{identity.organisation_check(eight)}"
    return {
        "名称": name, "类型": "企业", "证件号码": first + identity.uscc_check(first),
        "联系电话": f"0990-8{number % 1_000_000:06d}",
        "住所地": home, "送达地址": home, "法定代表人": person, "法定代表人职务": "执行董事",
        "企业类型": "有限责任公司", "所有制": "民营",
    }  # fmt: skip
