"""`lender` and `firm`: the organisations that documents speak for, set up once by an administrator from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import yaml

from legalflow.access import SYSTEM
from legalflow.cli.service import an_office
from legalflow.errors import Invalid, Problem
from legalflow.loans.parties import Agent, Firm, Party, PartyKind, PartyRole
from legalflow.services import appointing, lending
from legalflow.values import codec

_LENDER = """\
# 贷款人 / the lender, as its documents name it
name: 某某银行股份有限公司
number: ""                          # 统一社会信用代码
domicile: ""                        # 住所地（主要办事机构所在地）
registered_place: ""                # 注册地/登记地
phone: ""
legal_representative: ""            # 法定代表人/负责人
legal_representative_position: ""
organisation_type: 股份有限公司
ownership: ""                       # 国有（控股） / 国有（参股） / 国有 / 民营 / 其他
bank_account: ""                    # 收款账号
bank_account_name: ""
bank_name: ""
agents:                             # 委托诉讼代理人，最多两名
  - {name: "", unit: "", position: "", phone: "", power: 一般授权}
"""
_FIRM = """\
# 律师事务所 / the law firm, as its letters name it
name: 某某律师事务所
address: ""
phone: ""
email: ""
code: ""                            # 函号用字，如 某 → 〔2026〕某律函字第0001号
lawyers:
  - {name: "", unit: "", position: 律师, phone: "", licence: ""}
"""


@click.group()
def lender() -> None:
    """贷款人 / the lenders in whose name we sue."""


@lender.command("form")
def lender_form() -> None:
    """输出待填写的 YAML。例：legalflow lender form > 贷款人.yaml / an empty form."""
    print(_LENDER, end="")


@lender.command("set")
@click.argument("file", type=click.Path(path_type=Path))
def lender_set(file: Path) -> None:
    """录入或更新贷款人。例：legalflow lender set 贷款人.yaml / set a lender up; documents made before keep theirs."""
    facts = _read(file, {*Party.__dataclass_fields__, "agents"} - {"kind", "role"})
    agents = [codec.decode(Agent, each) for each in facts.pop("agents", [])]
    party = codec.decode(Party, {**facts, "kind": PartyKind.ORGANISATION.value, "role": PartyRole.LENDER.value})
    with an_office() as office:
        lending.add_lender(office, SYSTEM, party, agents)
    print(party.name)


@click.group()
def firm() -> None:
    """律师事务所 / the law firms matters are given to."""


@firm.command("form")
def firm_form() -> None:
    """输出待填写的 YAML。例：legalflow firm form > 律所.yaml / an empty form."""
    print(_FIRM, end="")


@firm.command("add")
@click.argument("file", type=click.Path(path_type=Path))
def firm_add(file: Path) -> None:
    """录入律师事务所。例：legalflow firm add 律所.yaml / add a law firm; prints its id."""
    added = codec.decode(Firm, _read(file, set(Firm.__dataclass_fields__)))
    with an_office() as office:
        print(f"{appointing.add(office, SYSTEM, added)}\t{added.name}")


def _read(file: Path, known: set[str]) -> dict[str, Any]:
    """The facts of a YAML file; a field that is not known is refused by name."""
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Invalid.one(
            "file.unreadable", "文件无法读取", "the file cannot be read", found=f"{file}: {error}"
        ) from None
    if not isinstance(read, dict):
        raise Invalid.one("file.shape", "文件须为“字段: 值”", "the file holds fields and values", found=file)
    problems = [
        Problem("field.unknown", "没有这一项", "there is no such field", str(name))
        for name in read
        if name not in known
    ]
    problems += [] if str(read.get("name") or "").strip() else [Problem("field.missing", "缺少名称", "no name", "name")]
    Invalid.raise_any(problems)
    return {name: value for name, value in read.items() if value is not None}
