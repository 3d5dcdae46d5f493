"""A lender as the house keeps it: who it is, who speaks for it, what it is paid on, its letterhead and seals.

What a version changed is told field by field, so that whoever reads the history need not compare two sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from legalflow.loans.parties import Agent, Party

# What an account is for; a purpose without an account of its own is paid on that of `repayment`.
PURPOSES = {"repayment": "还款", "enforcement": "执行款", "refund": "诉讼费退费"}
REPAYMENT, ENFORCEMENT = "repayment", "enforcement"
# What of a lender may change, by the words a person knows it by.
PARTS = {
    "party": "基本信息",
    "agents": "委托诉讼代理人",
    "letterhead": "信头",
    "seal": "印模",
    "repayment": "还款账户",
    "enforcement": "执行款账户",
    "refund": "诉讼费退费账户",
}
PARTY_FIELDS = {
    "number": "统一社会信用代码",
    "legal_representative": "法定代表人（负责人）",
    "legal_representative_position": "职务",
    "domicile": "住所地（主要办事机构所在地）",
    "registered_place": "注册地",
    "phone": "电话",
    "email": "电子邮箱",
    "organisation_type": "类型",
    "ownership": "所有制性质",
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """A bank account: what it is for (a key of `PURPOSES`), its number, in whose name, and with which bank."""

    purpose: str
    number: str
    name: str
    bank: str

    @property
    def words(self) -> str:
        """The account in one line."""
        return f"{self.name} {self.number}（{self.bank}）"


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The head of a lender's letters: its name line, its address line, and the digest of its logo. Empty: none."""

    name: str = ""
    address: str = ""
    logo: str = ""


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The picture of a seal in use: which seal of `forms/seals.yaml`, the picture's digest, its width on paper."""

    kind: str
    digest: str
    millimetres: int


@dataclass(frozen=True, kw_only=True)
class Profile:
    """All that is kept of a lender at one time; `accounts` and `seals` are those in use."""

    party: Party
    agents: tuple[Agent, ...] = ()
    accounts: tuple[Account, ...] = ()
    letterhead: Letterhead = Letterhead()
    seals: tuple[Seal, ...] = ()

    def account(self, purpose: str) -> Account | None:
        """The account used for a purpose: its own, else that for repayment, else none."""
        by_purpose = {each.purpose: each for each in self.accounts}
        return by_purpose.get(purpose) or by_purpose.get(REPAYMENT)


@dataclass(frozen=True)
class Difference:
    """One thing that was changed: its name, what stood there before, and what stands there now; empty for nothing."""

    part: str
    zh: str
    before: str
    after: str


def differences(before: Profile, after: Profile) -> tuple[Difference, ...]:
    """What differs between two versions of a lender, field by field, accounts and seals by what they are for.

    >>> from legalflow.loans.parties import PartyKind, PartyRole
    >>> lender = Party(name="某银行", kind=PartyKind.ORGANISATION, role=PartyRole.LENDER)
    >>> differences(Profile(party=lender), Profile(party=lender, letterhead=Letterhead(name="某银行信贷部")))
    (Difference(part='letterhead', zh='信头名称', before='', after='某银行信贷部'),)
    """
    return tuple(each for each in _compared(before, after) if each.before != each.after)


def _compared(before: Profile, after: Profile) -> Iterator[Difference]:
    for name, zh in PARTY_FIELDS.items():
        yield Difference("party", zh, getattr(before.party, name), getattr(after.party, name))
    yield Difference("agents", PARTS["agents"], _agents(before), _agents(after))
    for name, zh in (("name", "信头名称"), ("address", "信头地址"), ("logo", "信头标志")):
        yield Difference("letterhead", zh, getattr(before.letterhead, name), getattr(after.letterhead, name))
    for purpose in PURPOSES:
        yield Difference(purpose, PARTS[purpose], _account(before, purpose), _account(after, purpose))
    seals = ({each.kind: each for each in side.seals} for side in (before, after))
    old, new = seals
    for kind in dict.fromkeys((*old, *new)):
        yield Difference("seal", kind, _seal(old.get(kind)), _seal(new.get(kind)))


def _agents(profile: Profile) -> str:
    lines = (
        "，".join(filter(None, (each.name, each.unit, each.position, each.phone, each.power, each.licence)))
        for each in profile.agents
    )
    return "；".join(lines)


def _account(profile: Profile, purpose: str) -> str:
    return next((each.words for each in profile.accounts if each.purpose == purpose), "")


def _seal(seal: Seal | None) -> str:
    return f"{seal.digest[:16]}（{seal.millimetres} 毫米）" if seal else ""
