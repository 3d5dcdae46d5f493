"""Actors, roles, and what each role may do, as one table.

Rights follow the separation of duties of lenders: the maker is never the checker, the seal keeper never the
applicant, the approver of a write-off none of those before. Identity of persons is checked by the use cases; this table
says what a role may do at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from legalflow.errors import NotAllowed


class Role(Enum):
    """Who somebody is to the house; the Chinese term stands in `ROLE_NAMES`."""

    COUNSEL = "counsel"
    REVIEWER = "reviewer"
    SEAL_KEEPER = "seal_keeper"
    FIRM_LAWYER = "firm_lawyer"
    FINANCE = "finance"
    FINANCE_CHECKER = "finance_checker"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.COUNSEL: "法务经办",
    Role.REVIEWER: "法务复核",
    Role.SEAL_KEEPER: "用印",
    Role.FIRM_LAWYER: "外部律所",
    Role.FINANCE: "财务经办",
    Role.FINANCE_CHECKER: "财务复核",
    Role.APPROVER: "有权审批人",
    Role.AUDITOR: "审计",
    Role.ADMIN: "管理员",
}


class Right(Enum):
    """One thing a person may do."""

    VIEW = "view"  # loans, claims, matters, documents within one's scope
    VIEW_MONEY = "view_money"  # write-offs and recoveries: internal, never shown to a firm or a debtor
    REVEAL = "reveal"  # a full identity number or phone, each time recorded
    IMPORT = "import"
    OPEN_MATTER = "open_matter"
    ASSIGN = "assign"  # a matter to a law firm, a deadline to a person
    RECORD = "record"  # procedural facts
    ACKNOWLEDGE = "acknowledge"  # a deadline: its last day is seen and looked after
    REVERSE = "reverse"  # a wrong event, by an event with a reason
    DRAFT = "draft"
    APPROVE_DOCUMENT = "approve_document"
    APPROVE_LETTER = "approve_letter"  # a lawyer's letter: the firm's own lawyer
    APPROVE_LARGE = "approve_large"  # a document whose amount is above what a reviewer may approve
    SEAL = "seal"
    ADD_EVIDENCE = "add_evidence"
    BUNDLE = "bundle"
    DOWNLOAD = "download"
    SHARE = "share"  # a link to a firm, and its revocation
    RECEIVE = "receive"  # what was handed to one's firm, and say that it arrived
    PROPOSE = "propose"  # a fact of the proceedings with its paper, for counsel to confirm
    BATCH = "batch"  # have one thing done with many loans or matters at once; each needs its own right besides
    SEE_BATCHES = "see_batches"  # one's own, or as a reviewer or auditor those of others
    RELEASE = "release"  # the files of another's batch, before they leave the house together
    APPROVE_STRATEGY = "approve_strategy"  # the way to pursue a claim, proposed by another
    RECORD_PAYMENT = "record_payment"
    APPLY_WRITE_OFF = "apply_write_off"
    CHECK_WRITE_OFF = "check_write_off"
    APPROVE_WRITE_OFF = "approve_write_off"
    BOOK_WRITE_OFF = "book_write_off"
    RECORD_RECOVERY = "record_recovery"
    SET_AUTHORITY = "set_authority"  # propose up to which amount who may approve, and decide on another's proposal
    READ_AUDIT = "read_audit"
    OPERATE = "operate"  # see jobs, run dead work again, persons, accounts
    CORRECT_PERSON = "correct_person"  # correct what is held of a person, restrict its use, lift that again
    DELETE_PERSON = "delete_person"  # overwrite what is held of a person, where nothing hinders it
    KEEP_COURTS = "keep_courts"  # the directory of courts and what each takes
    VIEW_LENDERS = "view_lenders"  # what is kept of the lenders, and its history
    KEEP_LENDERS = "keep_lenders"  # who a lender is, its agents, letterhead and the pictures of its seals
    SET_ACCOUNTS = "set_accounts"  # propose on which account a lender is paid, and decide on another's proposal
    SEE_SEALS = "see_seals"  # the picture of a seal, each time recorded
    READ_LAW = "read_law"  # the values of the law, where they stand, and who proposed which
    PROPOSE_LAW = "propose_law"  # a dated value of the law beside the released ones; withdraw it
    APPROVE_LAW = "approve_law"  # another's proposal; the legal owner of the rules


_ALL_STAFF = {Role.COUNSEL, Role.REVIEWER, Role.SEAL_KEEPER, Role.FINANCE, Role.FINANCE_CHECKER, Role.APPROVER}
OF_UNITS = frozenset(_ALL_STAFF)  # the roles whose accounts may be bound to units

RIGHTS: dict[Right, frozenset[Role]] = {
    Right.VIEW: frozenset(_ALL_STAFF | {Role.FIRM_LAWYER, Role.AUDITOR}),
    Right.VIEW_MONEY: frozenset(_ALL_STAFF - {Role.SEAL_KEEPER} | {Role.AUDITOR}),
    Right.REVEAL: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER}),
    Right.IMPORT: frozenset({Role.COUNSEL}),
    Right.OPEN_MATTER: frozenset({Role.COUNSEL}),
    Right.ASSIGN: frozenset({Role.COUNSEL, Role.REVIEWER}),
    Right.RECORD: frozenset({Role.COUNSEL, Role.REVIEWER}),
    Right.ACKNOWLEDGE: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER}),
    Right.REVERSE: frozenset({Role.REVIEWER}),
    Right.DRAFT: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER}),
    Right.APPROVE_DOCUMENT: frozenset({Role.REVIEWER}),
    Right.APPROVE_LETTER: frozenset({Role.FIRM_LAWYER}),
    Right.APPROVE_LARGE: frozenset({Role.APPROVER}),
    Right.SEAL: frozenset({Role.SEAL_KEEPER}),
    Right.ADD_EVIDENCE: frozenset({Role.COUNSEL, Role.FIRM_LAWYER}),
    Right.BUNDLE: frozenset({Role.COUNSEL, Role.FIRM_LAWYER}),
    Right.DOWNLOAD: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER, Role.SEAL_KEEPER, Role.AUDITOR}),
    Right.SHARE: frozenset({Role.COUNSEL}),
    Right.RECEIVE: frozenset({Role.FIRM_LAWYER}),
    Right.PROPOSE: frozenset({Role.FIRM_LAWYER}),
    Right.BATCH: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER}),
    Right.SEE_BATCHES: frozenset({Role.COUNSEL, Role.REVIEWER, Role.FIRM_LAWYER, Role.AUDITOR}),
    Right.RELEASE: frozenset({Role.REVIEWER}),
    Right.APPROVE_STRATEGY: frozenset({Role.REVIEWER, Role.APPROVER}),
    Right.RECORD_PAYMENT: frozenset({Role.COUNSEL, Role.FINANCE}),
    Right.APPLY_WRITE_OFF: frozenset({Role.COUNSEL, Role.FINANCE}),
    Right.CHECK_WRITE_OFF: frozenset({Role.FINANCE_CHECKER}),
    Right.APPROVE_WRITE_OFF: frozenset({Role.APPROVER}),
    Right.BOOK_WRITE_OFF: frozenset({Role.FINANCE}),
    Right.RECORD_RECOVERY: frozenset({Role.FINANCE}),
    Right.SET_AUTHORITY: frozenset({Role.ADMIN, Role.FINANCE_CHECKER}),
    Right.READ_AUDIT: frozenset({Role.AUDITOR, Role.ADMIN}),
    Right.OPERATE: frozenset({Role.ADMIN}),
    Right.CORRECT_PERSON: frozenset({Role.COUNSEL, Role.REVIEWER}),
    Right.DELETE_PERSON: frozenset({Role.REVIEWER}),
    Right.KEEP_COURTS: frozenset({Role.COUNSEL, Role.REVIEWER, Role.ADMIN}),
    Right.VIEW_LENDERS: frozenset(_ALL_STAFF | {Role.AUDITOR, Role.ADMIN}),
    Right.KEEP_LENDERS: frozenset({Role.ADMIN}),
    Right.SET_ACCOUNTS: frozenset({Role.ADMIN, Role.FINANCE_CHECKER}),
    Right.SEE_SEALS: frozenset({Role.ADMIN, Role.SEAL_KEEPER}),
    Right.READ_LAW: frozenset(_ALL_STAFF | {Role.AUDITOR, Role.ADMIN}),
    Right.PROPOSE_LAW: frozenset({Role.REVIEWER, Role.ADMIN}),
    Right.APPROVE_LAW: frozenset({Role.REVIEWER}),
}


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: our id of the account, the role, and for a firm's lawyer the firm's id.

    `units` are the codes of the units whose loans the account sees, those below its own among them; None: of all, as
    head office does. `desk` names the account's own units, empty for head office: who shares it shares files and views.
    `others` are the ids of the same person's other accounts, by the personnel number.
    """

    id: str
    name: str
    role: Role
    firm: str = ""
    units: frozenset[str] | None = None
    desk: str = ""
    others: frozenset[str] = frozenset()

    @property
    def accounts(self) -> frozenset[str]:
        """The ids of all accounts of the person who acts, this one among them."""
        return self.others | {self.id}

    def is_also(self, account_id: str | None) -> bool:
        """Whether an account is of the person who acts: maker, checker and approver are persons, not logins."""
        return account_id in self.accounts

    def may(self, right: Right) -> bool:
        """Whether the role holds the right."""
        return self.role in RIGHTS[right]

    def require(self, right: Right) -> None:
        """Refuse, naming who could, unless the role holds the right."""
        if not self.may(right):
            able = "、".join(ROLE_NAMES[role] for role in Role if role in RIGHTS[right])
            raise NotAllowed.one(
                f"access.{right.value}",
                f"您的角色（{ROLE_NAMES[self.role]}）无权进行此操作；可由{able}办理",
                f"your role ({self.role.value}) may not do this; asked of: "
                + ", ".join(role.value for role in Role if role in RIGHTS[right]),
            )


SYSTEM = Actor(id="system", name="系统", role=Role.ADMIN)
