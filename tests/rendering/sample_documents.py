"""Documents that hold every kind of block, one for each profile, for looking at and for testing."""

from __future__ import annotations

from legalflow.documents.blocks import (
    Blank,
    Cite,
    Closing,
    Document,
    Form,
    FormBand,
    FormNotes,
    FormRow,
    FormWide,
    Heading,
    Item,
    Line,
    PageBreak,
    Paragraph,
    Party,
    Signature,
    Strong,
    Table,
    Text,
    Tick,
    Title,
)


def line(*parts: str | Strong | Blank | Tick | Cite) -> Line:
    """A line of words and other inlines."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def row(*cells: str) -> tuple[Line, ...]:
    """A row of a table from plain words."""
    return tuple(line(cell) if cell else () for cell in cells)


FACTS = (
    "2021年8月18日，原告与被告签订《流动资金循环借款合同》（编号：HX-2021-0818-000123456789），约定借款本金为人民币"
    "1,000,000.00元，借款期限自2021年8月18日起至2022年7月15日止，年利率6.00%，逾期罚息在合同利率基础上上浮50%计收，"
    "还款方式为按月计息、到期一次性还本。合同第八条约定，借款人未按期足额归还本金或者支付利息的，贷款人有权就逾期部分"
    "按照合同约定的罚息利率计收罚息，直至清偿之日止。",
    "合同签订后，原告依约分别于2021年8月18日、2021年11月12日向被告指定的账户发放借款200,000.00元、400,000.00元，"
    "被告收到借款后，前期尚能按约还款，但自2022年7月16日起未再按照合同约定履行还款义务。原告多次以电话、短信、律师函"
    "等方式催收，被告均以各种理由拖延，至今未予清偿，截至2023年2月10日，被告尚欠原告借款本金590,065.94元、利息"
    "46,261.85元。",
    "原告认为，案涉借款合同系双方当事人的真实意思表示，内容不违反法律、行政法规的强制性规定，不违背公序良俗，合法有效，"
    "双方均应当恪守履行。原告已全面履行合同义务，被告未按期还款的行为构成违约，应当承担相应的违约责任。",
)


def a_complaint(name: str = "沈某某") -> Document:
    """A narrative complaint with parties, claims, facts, a schedule and the signing block."""
    return Document(
        title="民事起诉状",
        subject="金融借款合同纠纷",
        keywords=("金融借款合同纠纷",),
        dated="2026-11-23",
        blocks=(
            Title("民事起诉状"),
            Party(
                "原告",
                line(
                    "浙江某某银行股份有限公司安吉支行，住所地浙江省安吉县某某路1号，统一社会信用代码",
                    "91330523MA2XXXXX0K。",
                ),
            ),
            Paragraph(line("负责人：马某某，职务：行长，联系电话：0572-5123456。")),
            Party(
                "被告一",
                line(
                    f"{name}，女，1955年5月25日出生，汉族，住浙江省安吉县某某街道某某社区9号，公民身份号码330523195505250028，联系电话13800000000。"
                ),
            ),
            Party(
                "被告二", line("安吉某某公司，住所地浙江省安吉县某某街道某某村，统一社会信用代码91330523MA2YYYYY1Q。")
            ),
            Heading(line("诉讼请求")),
            Item("一、", line("判令被告立即向原告偿还借款本金人民币伍拾玖万零陆拾伍元玖角肆分（¥590,065.94）；")),
            Item(
                "二、",
                line(
                    "判令被告向原告支付截至2023年2月10日的利息、罚息、复利合计人民币46,261.85元，并支付此后至实际清偿之日止的罚息（以未还本金为基数，按年利率9.00%计算）；"
                ),
            ),
            Item("三、", line("本案案件受理费、财产保全费由被告承担。")),
            Heading(line("事实与理由")),
            *(Paragraph(line(text)) for text in FACTS),
            Paragraph(
                line(
                    "上述事实有《流动资金循环借款合同》（",
                    Cite("1-2", 3, 18),
                    "）、",
                    Strong("借款借据"),
                    "（",
                    Cite("1-3", 19, 19),
                    "）为证。",
                )
            ),
            Heading(line("附表：逾期本金、利息及罚息计算表")),
            a_schedule(24),
            Closing(line("此致"), indent=True),
            Closing(line("安吉县人民法院")),
            Closing(line("附：本起诉状副本2份；证据材料3份。"), indent=True),
            Signature(
                (
                    line("具状人（盖章）：浙江某某银行股份有限公司安吉支行"),
                    line("负责人（签名）：", Blank(6)),
                    line("2026年11月23日"),
                )
            ),
        ),
    )


def a_schedule(count: int) -> Table:
    """A schedule of instalments with group rows and a total."""
    rows = [
        row(
            str(at),
            f"2023-{at % 12 + 1:02d}-15",
            f"{4000 + at}.{at % 100:02d}",
            f"{310 + at}.05",
            f"{at}.27",
            "逾期" if at % 3 else "部分清偿",
        )
        for at in range(1, count + 1)
    ]
    middle = count // 2
    rows = [
        row("第一年"),
        *rows[:middle],
        row("第二年"),
        *rows[middle:],
        row("合计", "", "98,765.43", "7,890.12", "345.67", ""),
    ]
    return Table(
        head=row("期次", "应还日", "应还本金", "应还利息", "罚息", "状态"),
        rows=tuple(rows),
        ratios=(8, 18, 20, 18, 18, 18),
        numeric=frozenset({2, 3, 4}),
    )


def an_element_form() -> Document:
    """An element form: notes, bands, labels, ticks, empty cells, and the signing lines at the left."""
    notes = (
        line(
            Strong("说明："),
        ),
        line("为了方便您更好地参加诉讼，保护您的合法权利，请填写本表。"),
        line("1.起诉时需向人民法院提交证明您身份的材料，如身份证复印件、营业执照复印件等。"),
        line("2.本表所列内容是您提起诉讼以及人民法院查明案件事实所需，请务必如实填写。"),
        line(
            "3.本表所涉内容系针对一般金融借款合同纠纷案件，有些内容可能与您的案件无关，您认为与案件无关的项目可以填“无”或不填；对于本表中勾选项可以在对应项打“√”；您认为另有重要内容需要列明的，可以在本表尾部或者另附页填写。"
        ),
        line(Strong("★特别提示★")),
        line(
            "诉讼参加人应遵守诚信原则如实认真填写表格。如果诉讼参加人违反有关规定，虚假诉讼、恶意诉讼、滥用诉权，人民法院将视违法情形依法追究责任。"
        ),
    )
    person = (
        line("姓名：沈某某"),
        line("性别：男", Tick(False), "　女", Tick(True)),
        line("出生日期：1955年5月25日　民族：汉族"),
        line("工作单位：无　职务：无　联系电话：13800000000"),
        line("住所地（户籍所在地）：浙江省安吉县某某街道某某社区9号"),
        line("经常居住地：同上"),
        line("证件类型：身份证"),
        line("证件号码：330523195505250028"),
    )
    organisation = (
        line("名称：浙江某某银行股份有限公司"),
        line("住所地（主要办事机构所在地）：安吉县某某路1号"),
        line("法定代表人/负责人：马某某　职务：行长　联系电话：0572-5123456"),
        line("统一社会信用代码：91330523MA2XXXXX0K"),
        line(
            "类型：有限责任公司",
            Tick(False),
            "　股份有限公司",
            Tick(True),
            "　上市公司",
            Tick(False),
            "　其他企业法人",
            Tick(False),
        ),
        line(
            "　　　事业单位",
            Tick(False),
            "　社会团体",
            Tick(False),
            "　基金会",
            Tick(False),
            "　社会服务机构",
            Tick(False),
        ),
        line(
            "所有制性质：国有",
            Tick(True),
            "（控股",
            Tick(True),
            "参股",
            Tick(False),
            "）民营",
            Tick(False),
            "　其他",
            Blank(4),
        ),
    )
    empty = (
        line("姓名："),
        line("性别：男", Tick(False), "　女", Tick(False)),
        line("出生日期：　　年　　月　　日　民族："),
    )
    principal = (line("截至2023年2月10日止，尚欠本金590065.94元（人民币，下同；如外币需特别注明）"),)
    interest = (
        line("截至2023年2月10日止，欠利息46261.85元、期内利息14400.00元、复利678.52元、罚息（违约金）31183.33元"),
        line("计算方式：以未还本金为基数，自2023年2月11日起按年利率6%上浮50%计算。"),
        line("是否请求支付至实际清偿之日止：是", Tick(True), "　否", Tick(False)),
    )
    return Document(
        title="民事起诉状",
        subject="金融借款合同纠纷",
        profile="element",
        dated="2023-06-30",
        blocks=(
            Title("民事起诉状", "（金融借款合同纠纷）"),
            Form(
                (
                    FormNotes(notes),
                    FormBand("当事人信息"),
                    FormRow("原告（自然人）", empty),
                    FormRow("原告（法人、非法人组织）", organisation),
                    FormRow(
                        "委托诉讼代理人",
                        (
                            line("有", Tick(True)),
                            line("姓名：李某某　单位：浙江某某银行股份有限公司"),
                            line("代理权限：一般授权", Tick(True), "　特别授权", Tick(False)),
                            line("无", Tick(False)),
                        ),
                    ),
                    FormRow("被告（自然人）", person),
                    FormRow("被告（法人、非法人组织）", organisation),
                    FormRow("第三人（自然人）", ()),
                    FormBand("诉讼请求"),
                    FormWide(
                        (
                            line("（可完整表述诉讼请求；具体内容可以在下方要素式表格中填写）"),
                            *(line(text) for text in FACTS[:2]),
                        )
                    ),
                    FormRow("1.本金", principal),
                    FormRow("2.利息（期内利息、复利、罚息）", interest),
                    FormRow(
                        "3.是否要求提前还款或解除合同",
                        (
                            line("是", Tick(False), "　提前还款（加速到期）", Tick(False), "/解除合同", Tick(False)),
                            line("否", Tick(True)),
                        ),
                    ),
                    FormRow("8.标的总额", (line("636327.79元（暂计至2023年2月10日）"),)),
                    FormBand("事实与理由"),
                    FormWide(tuple(line(text) for text in FACTS)),
                    *(
                        FormRow(f"{at}.合同签订情况（名称、编号、签订时间、地点等）", (line(FACTS[at % 3][:60]),))
                        for at in range(1, 17)
                    ),
                )
            ),
            Signature((line("具状人（签字、盖章）："), line("日期：")), align="left"),
        ),
    )


def a_letter() -> Document:
    """A lawyer's letter with its letterhead, a running line, a table and the centred signing block."""
    return Document(
        title="律师函",
        subject="催告履行还款义务",
        profile="letter",
        dated="2026-01-15",
        letterhead=(
            "浙江明衡律师事务所",
            "地址：浙江省杭州市西湖区某某路100号明衡大厦12层　邮政编码：310012　电话：0571-88001234",
        ),
        running="浙江明衡律师事务所",
        blocks=(
            Title("律　师　函"),
            Paragraph(line("（2026）浙明衡律函字第000001号"), indent=False, align="center"),
            Paragraph(line("沈某某女士："), indent=False),
            Paragraph(
                line(
                    "浙江明衡律师事务所（以下简称“本所”）接受浙江某某银行股份有限公司安吉支行（以下简称“委托人”）的委托，指派本所律师就您与委托人之间的金融借款合同纠纷一事，郑重致函如下："
                )
            ),
            Heading(line("一、基本事实")),
            Paragraph(line(FACTS[0])),
            Paragraph(line("截至本函出具之日，您尚欠委托人款项如下：")),
            Table(
                head=row("项目", "金额（元）", "计算依据"),
                rows=(
                    row("尚欠借款本金", "590,065.94", "《借款合同》第三条"),
                    row("尚欠利息", "14,400.00", "《借款合同》第四条"),
                    row("逾期罚息", "31,183.33", "《借款合同》第九条"),
                    row("合计", "635,649.27", "计算至发函之日"),
                ),
                ratios=(30, 30, 40),
                numeric=frozenset({1}),
            ),
            Heading(line("二、律师意见及要求")),
            Paragraph(
                line(
                    "请您于收到本函之日起七日内，将上述欠款足额支付至"
                    "以下账户：户名：浙江某某银行股份有限公司安吉支行；账号：3301 0200 0000 0000 001。"
                    "逾期未予清偿且未与委托人达成还款协议的，本所将依据委托人的授权，"
                    "依法采取包括但不限于提起民事诉讼、申请财产保全、申请强制执行等法律措施，"
                    "由此产生的一切法律后果及费用均由您承担。"
                )
            ),
            Paragraph(line(FACTS[2])),
            Paragraph(line("特此函告，请予重视。")),
            Signature((line("浙江明衡律师事务所"), line("律师：赵某某"), line("2026年1月15日"))),
        ),
    )


def an_internal_form() -> Document:
    """An internal application: small tables, many columns on a page turned on its side, an annex on a new page."""
    wide = tuple(f"列{at}" for at in range(1, 11))
    return Document(
        title="呆账核销申报表",
        profile="internal",
        dated="2026-11-23",
        blocks=(
            Title("呆账核销申报表"),
            Paragraph(line("申报单位：某某银行股份有限公司安吉支行　　单位：元"), indent=False, align="right"),
            Table(
                head=row(*wide),
                rows=tuple(row(*(f"{at * 1000 + column}.00" for column in range(10))) for at in range(1, 6)),
                numeric=frozenset(range(10)),
            ),
            Heading(line("一、申报理由")),
            Paragraph(line(FACTS[1])),
            PageBreak(),
            Heading(line("二、审批意见")),
            Table(
                head=(),
                rows=(row("经办人意见", ""), row("部门负责人意见", ""), row("单位负责人意见", "")),
                ratios=(1, 4),
            ),
            Table(
                head=row("材料", "页数"),
                rows=(row("借款合同", "16"), row("执行裁定书", "2")),
                ratios=(4, 1),
                numeric=frozenset({1}),
            ),
            Signature((line("经办人：", Blank(6)), line("日期：　　　　年　　月　　日"))),
        ),
    )


SAMPLES = {"narrative": a_complaint, "element": an_element_form, "letter": a_letter, "internal": an_internal_form}
