"""Persons and organisations of a loan, as the contract and the registers name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class PartyKind(Enum):
    """A natural person, or an organisation (法人、非法人组织)."""

    NATURAL = "natural"
    ORGANISATION = "organisation"


class PartyRole(Enum):
    """What a party is to the loan."""

    LENDER = "lender"  # 贷款人
    BORROWER = "borrower"  # 借款人
    CO_BORROWER = "co_borrower"  # 共同借款人
    GUARANTOR = "guarantor"  # 保证人
    COLLATERAL_OWNER = "collateral_owner"  # 抵押人、出质人


@dataclass(frozen=True, kw_only=True)
class Party:
    """One party with what filings ask of it. Empty text means not known.

    `number` is the identity number (natural) or 统一社会信用代码 (organisation), in full; whoever prints it masks it.
    """

    name: str
    kind: PartyKind
    role: PartyRole
    number: str = ""
    number_kind: str = ""  # 居民身份证, 护照 …; empty for an organisation
    sex: str = ""  # 男 / 女
    birth_date: date | None = None
    ethnicity: str = ""
    employer: str = ""
    position: str = ""
    phone: str = ""
    domicile: str = ""  # 住所地（户籍所在地） or 主要办事机构所在地
    residence: str = ""  # 经常居住地
    registered_place: str = ""
    service_address: str = ""  # 约定送达地址
    email: str = ""
    legal_representative: str = ""
    legal_representative_position: str = ""
    organisation_type: str = ""  # as the element form names it: 有限责任公司 …
    ownership: str = ""  # 国有（控股） / 国有（参股） / 国有 / 民营 / 其他
    bank_account: str = ""
    bank_account_name: str = ""
    bank_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An agent ad litem (委托诉讼代理人): a lawyer of a firm, or the lender's own employee.

    `power` is 一般授权 or 特别授权; `licence` the 律师执业证号 of a lawyer.
    """

    name: str
    unit: str
    position: str = ""
    phone: str = ""
    power: str = "一般授权"
    licence: str = ""


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A law firm as its letters name it. `code` is the word of its letter numbers (某律函字)."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    code: str = ""
    lawyers: tuple[Agent, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """A guarantee (保证) as written. `mode` is `joint` (连带责任保证), `ordinary` (一般保证) or `` where not stated."""

    guarantor: str  # the party's name
    contract_name: str
    contract_number: str = ""
    signed: date
    mode: str = ""
    scope: str = ""
    period_months: int | None = None  # None: not agreed or unclear
    period_wording: str = ""  # as written, e.g. 自主债务履行期届满之日起三年
    maximum: bool = False  # 最高额保证
    cap: str = ""  # yuan, for a maximum-amount guarantee


@dataclass(frozen=True, kw_only=True)
class Collateral:
    """A mortgage or pledge (抵押、质押)."""

    owner: str  # the party's name
    kind: str  # 抵押 / 质押
    description: str
    contract_name: str
    contract_number: str = ""
    signed: date
    certificate: str = ""  # 登记证明 number
    registered: str = ""  # 正式登记 / 预告登记 / 否
    registered_on: date | None = None
    rank: str = ""
    maximum: bool = False
    cap: str = ""
    fixed_on: date | None = None
    scope: str = ""
