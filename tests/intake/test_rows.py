"""Rows of a table become loans and payments, or say everything that is wrong with them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from legalflow.errors import Invalid
from legalflow.intake import readers, report, rows
from legalflow.loans.loan import Capitalisation, LaterOrder, Loan, Repayment
from legalflow.loans.parties import PartyKind
from legalflow.values.money import Money

FACTS = {
    "合同编号": "JK-1",
    "合同名称": "借款合同",
    "贷款人": "样例银行",
    "贷款人类型": "银行",
    "签订日期": "2024-01-05",
    "合同金额": "￥１２０，０００．００元",
    "放款": "2024/1/10:100,000.00；2024年2月10日：20000",
    "起始日": "2024-01-10",
    "到期日": "20250110",
    "年利率": "7.2%",
    "罚息上浮": "50%",
    "计收复利": "是",
    "还款方式": "等额本息",
    "期数": "12",
    "借款人姓名": "甄借款",
    "借款人证件号码": "990000199001010017",
}


def a_table(*changes: dict[str, str], encoding: str = "utf-8") -> bytes:
    """A CSV of loans, one row for each of the changes to the usual facts."""
    made = [{**FACTS, **change} for change in changes or ({},)]
    headings = list(dict.fromkeys(name for row in made for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings)
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue().encode(encoding)


def loans(content: bytes) -> tuple[list[Loan], list[rows.Refused]]:
    """The loans and the refused rows of a file."""
    good, refused, _unknown = rows.loans(readers.read_csv(content))
    return [loan for _line, loan in good], refused


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_usual_encoding_gives_the_same_loan(encoding: str) -> None:
    assert loans(a_table(encoding=encoding)) == loans(a_table())


def test_full_width_figures_separators_and_units_are_read_rightly() -> None:
    [loan], refused = loans(a_table())
    assert not refused
    assert (loan.limit, loan.rate, loan.penalty_uplift) == (Money("120000"), Decimal("0.072"), Decimal("0.5"))
    assert [drawdown.amount for drawdown in loan.drawdowns] == [Money("100000"), Money("20000")]
    assert loan.repayment is Repayment.EQUAL_INSTALMENT and loan.compound


def test_birth_date_and_sex_are_read_from_a_valid_number() -> None:
    [loan], _refused = loans(a_table())
    assert (str(loan.borrower.birth_date), loan.borrower.sex) == ("1990-01-01", "男")
    assert loan.borrower.kind is PartyKind.NATURAL


def test_one_bad_row_stops_no_other_and_says_everything_at_once() -> None:
    bad = {"合同编号": "JK-2", "年利率": "7.2", "到期日": "2024-02-30", "合同金额": "-5", "借款人证件号码": "9.9E+17"}
    good, [refused] = loans(a_table({}, bad, {"合同编号": "JK-3"}))
    assert [loan.contract_number for loan in good] == ["JK-1", "JK-3"]
    assert refused.line.number == 3
    assert {problem.code for problem in refused.problems} >= {"cell.rate", "cell.day", "cell.money", "cell.number_lost"}
    assert all(problem.field.startswith("第3行") for problem in refused.problems)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"到期日": "2024-01-10"}, "loan.dates"),
        ({"放款": "2024-01-10:130000"}, "loan.drawn"),
        ({"放款": "2024-01-01:100000"}, "loan.drawn_early"),
        ({"期数": ""}, "loan.instalments"),
        ({"借款人证件号码": "990000199001010018"}, "identity.check"),
        ({"借款人性别": "女"}, "person.sex"),
        ({"借款人出生日期": "1990-01-02"}, "person.birth"),
        ({"借款人姓名": "甄\u202e借款"}, "cell.character"),
        ({"贷款人类型": "信托"}, "cell.choice"),
        ({"保证人姓名": "保某"}, "guarantee.missing"),
        ({"合同金额": "0.001"}, "cell.money"),
        ({"合同金额": "NaN"}, "cell.money"),
        ({"合同名称": ""}, "cell.missing"),
    ],
)
def test_what_cannot_be_true_is_refused_by_name(change: dict[str, str], code: str) -> None:
    good, [refused] = loans(a_table(change))
    assert not good
    assert code in {problem.code for problem in refused.problems}


def test_the_terms_that_few_contracts_have_are_read_and_half_of_one_is_refused() -> None:
    terms = {
        "浮动利率基准": "LPR",
        "基准期限": "五年期以上",
        "加点（基点）": "-20BP",
        "重定价方式": "放款对应日",
        "违约金年利率": "3%",
        "挪用罚息上浮": "100%",
        "挪用日": "2024-05-01",
        "变更抵充顺序的逾期天数": "90",
        "逾期后抵充顺序": "本金>利息",
        "复利计入周期（月）": "3",
        "结息日": "20",
    }
    [loan], refused = loans(a_table(terms))
    assert not refused and loan.floating is not None and loan.misuse is not None
    assert (loan.floating.tenor, loan.floating.margin_bp, loan.floating.repricing) == (
        "5y",
        Decimal(-20),
        "anniversary",
    )
    assert loan.allocation_later == LaterOrder(after_days=90, order=("principal", "interest"))
    assert loan.capitalisation == Capitalisation(every_months=3, settlement_day=20)
    assert loan.liquidated_damages_rate == Decimal("0.03")
    _good, [wrong] = loans(a_table({**terms, "结息日": "", "基准期限": "三至五年", "加点（基点）": "0.2%"}))
    assert {problem.code for problem in wrong.problems} == {"cell.missing", "loan.tenor", "cell.points"}
    _good, [twice] = loans(a_table({"逾期日利率": "0.05%", "挪用日": "2024-05-01"}))
    assert {problem.code for problem in twice.problems} == {"loan.overdue_rate_twice", "loan.misuse_uplift"}


def test_a_missing_column_is_named_before_any_row_is_read() -> None:
    with pytest.raises(Invalid, match="rate"):
        loans("合同编号,合同名称\n1,2\n".encode())


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04rest", b"\x00\x01\x02", b'a,"b\n'])
def test_what_is_no_table_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        loans(content)
    assert refused.value.problems[0].mend


def test_the_report_gives_the_clerk_the_row_back_and_runs_no_formula() -> None:
    sheet = readers.read_csv(a_table({"合同名称": "=1+1", "年利率": "7"}))
    _good, refused, _unknown = rows.loans(sheet)
    text = report.refused_rows(sheet, refused).decode("utf-8-sig")
    assert "行号" in text and "'=1+1" in text and "6%" in text


def test_the_report_corrected_can_be_sent_again_whole() -> None:
    sheet = readers.read_csv(a_table({"年利率": "7"}))
    _good, refused, _unknown = rows.loans(sheet)
    corrected = report.refused_rows(sheet, refused).decode("utf-8-sig").replace(",7,", ",7%,")
    good, still = loans(corrected.encode())
    assert len(good) == 1 and not still
