"""The lenders in whose name we sue: who each is, its agents ad litem and letterhead, with every version and its reason.

Documents keep the facts they were made from. A change is dated, so that drafts made before it are known to be stale
(see `outdated`). The accounts a lender is paid on are in `banking`, the pictures of its seals in `picturing`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import SYSTEM, Actor, Right
from legalflow.errors import Conflict, Invalid, Missing, Problem
from legalflow.loans import lender as lenders
from legalflow.loans.lender import Account, Difference, Letterhead, Profile, Seal
from legalflow.loans.parties import Agent, Party, PartyKind, PartyRole
from legalflow.office import Office
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import AccountRow, LenderAccountRow, LenderRow, LenderSealRow, LenderVersionRow
from legalflow.values import codec, typed
from legalflow.values.identity import IdentityKind, identity

TEXTS = (*lenders.PARTY_FIELDS, "letterhead_name", "letterhead_address")
LONGEST = 200  # characters of a text
MOST_REASON = 500
MOST_AGENTS = 20
POWERS = ("一般授权", "特别授权")
_AGENT = ("name", "unit", "position", "phone", "power", "licence")


@dataclass(frozen=True)
class Line:
    """A lender of the list: its id, name and representative, how many accounts and seals it uses, what waits."""

    id: str
    name: str
    representative: str
    accounts: int
    seals: int
    waiting: int
    version: int


@dataclass(frozen=True)
class Sheet:
    """A lender as its page shows it."""

    id: str
    version: int
    profile: Profile


@dataclass(frozen=True)
class Version:
    """A version of a lender: what was changed, by whom, when and why; no difference where it is the first."""

    number: int
    at: datetime
    by: str
    why: str
    parts: tuple[str, ...]
    changed: tuple[Difference, ...]


def listed(office: Office, actor: Actor) -> list[Line]:
    """Every lender, by name."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        found = []
        for row in session.exec(select(LenderRow).order_by(LenderRow.name)):
            profile = profile_of(session, office.keys, row)
            waiting = session.exec(
                select(LenderAccountRow.id).where(
                    LenderAccountRow.lender_id == row.id, LenderAccountRow.state == "proposed"
                )
            ).all()
            found.append(
                Line(
                    row.id,
                    row.name,
                    profile.party.legal_representative,
                    len(profile.accounts),
                    len(profile.seals),
                    len(waiting),
                    row.version,
                )
            )
    return found


def sheet(office: Office, actor: Actor, lender_id: str) -> Sheet:
    """One lender."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        row = row_of(session, lender_id)
        return Sheet(row.id, row.version, profile_of(session, office.keys, row))


def history(office: Office, actor: Actor, lender_id: str) -> list[Version]:
    """The versions of a lender, the latest first, each with what it changed."""
    actor.require(Right.VIEW_LENDERS)
    with office.database.reading() as session:
        row_of(session, lender_id)
        query = select(LenderVersionRow).where(LenderVersionRow.lender_id == lender_id)
        rows = list(session.exec(query.order_by(col(LenderVersionRow.version))))
        names = {each.id: each.name for each in session.exec(select(AccountRow))} | {SYSTEM.id: SYSTEM.name}
    found, before = [], None
    for row in rows:
        now = mapping.unsealed(Profile, row.facts, office.keys)
        changed = lenders.differences(before, now) if before else ()
        by = names.get(row.changed_by, row.changed_by)
        found.append(Version(row.version, row.changed_at, by, row.why, tuple(row.parts), changed))
        before = now
    return found[::-1]


def add(office: Office, actor: Actor, texts: Mapping[str, str]) -> str:
    """Set a lender up from a form's texts (`name`, those of `TEXTS`, `agents` as JSON rows, `why`); its id."""
    actor.require(Right.KEEP_LENDERS)
    problems: list[Problem] = []
    name = _text("name", texts, problems)
    if not name:
        problems.append(Problem("lender.name", "请填写名称", "write the name", "name"))
    made, why = _read(texts, name, problems)
    with office.database.writing() as session:
        if session.get(LenderRow, name) is not None:
            problems.append(
                Problem(
                    "lender.known", "已有同名贷款人", "there is a lender of this name", "name", name[:60],
                    "在该贷款人的页面修改", mend_en="change it on its own page",
                )
            )  # fmt: skip
        Invalid.raise_any(problems)
        row = _new(office, made)
        session.add(row)
        session.flush()
        record(session, office, actor, row, ("party",), why or "新增")
    return row.id


def change(office: Office, actor: Actor, lender_id: str, texts: Mapping[str, str]) -> int:
    """Keep what was changed of a lender as a new version, with the reason; its number, the old one where nothing was.

    Raises `Invalid` with everything that is wrong, `Conflict` where somebody else changed it meanwhile.
    """
    actor.require(Right.KEEP_LENDERS)
    problems: list[Problem] = []
    with office.database.writing() as session:
        row = row_of(session, lender_id)
        before = profile_of(session, office.keys, row)
        made, why = _read(texts, row.name, problems, before)
        if not why:
            problems.append(Problem("lender.why", "请说明修改的原因", "say why it is changed", "why"))
        Invalid.raise_any(problems)
        if texts.get("version", "") != str(row.version):
            raise Conflict.one(
                "lender.changed",
                "他人已修改此贷款人的资料",
                "somebody else changed this lender meanwhile",
                mend="刷新页面，核对后再保存",
                mend_en="reload the page, look, and save again",
            )
        parts = tuple(dict.fromkeys(each.part for each in lenders.differences(before, made)))
        if parts:
            _baseline(session, office, row, before)
            _put(office, row, made)
            record(session, office, actor, row, parts, why)
        return row.version


def add_lender(office: Office, by: Actor, lender: Party, agents: Sequence[Agent]) -> None:
    """Set up a lender, or put new facts in the place of the old; documents made before keep theirs.

    A new lender's account is used at once, as part of setting the house up. Another account of a lender that is there
    is only proposed: somebody confirms it on the lender's page, and until then the old one stands.
    """
    by.require(Right.KEEP_LENDERS)
    with office.database.writing() as session:
        row = session.get(LenderRow, lender.name)
        if row is None:
            row = _new(office, Profile(party=lender, agents=tuple(agents)))
            session.add(row)
            session.flush()
            record(session, office, by, row, ("party",), "设立")
            return
        before = profile_of(session, office.keys, row)
        _propose_account(session, office, by, row, before, lender)
        kept = mapping.unsealed(Party, row.facts, office.keys)
        same = {name: getattr(kept, name) for name in ("bank_account", "bank_account_name", "bank_name")}
        made = replace(before, party=replace(lender, **same), agents=tuple(agents))
        parts = tuple(dict.fromkeys(each.part for each in lenders.differences(before, made)))
        if parts:
            _baseline(session, office, row, before)
            _put(office, row, made)
            record(session, office, by, row, parts, "命令行更新")


def lender_of(
    session: Session, keys: Keys, name: str, purpose: str = lenders.REPAYMENT
) -> tuple[Party, tuple[Agent, ...]]:
    """The lender of a loan, paid on its account for a purpose, and its agents; `Missing` where it was never set up."""
    row = session.get(LenderRow, name)
    if row is None:
        raise Missing.one(
            "lender.unknown",
            "贷款人的基本信息尚未录入，无法制作文书",
            "the lender's own facts are not set up, so no document can be made",
            field="lender",
            found=name[:60],
            mend="请管理员在“贷款人”页面录入",
            mend_en="an administrator sets it up on the page of lenders",
        )
    profile = profile_of(session, keys, row)
    account = profile.account(purpose)
    if account is None:
        return profile.party, profile.agents
    paid = replace(profile.party, bank_account=account.number, bank_account_name=account.name, bank_name=account.bank)
    return paid, profile.agents


def letterhead_of(session: Session, name: str) -> Letterhead:
    """The letterhead of a lender by its name; an empty one where there is none."""
    row = session.get(LenderRow, name)
    return codec.decode(Letterhead, row.letterhead or {}) if row is not None else Letterhead()


def row_of(session: Session, lender_id: str) -> LenderRow:
    """The row of a lender by its id."""
    return repositories.found(session.exec(select(LenderRow).where(LenderRow.id == lender_id)).first(), "lender")


def profile_of(session: Session, keys: Keys, row: LenderRow) -> Profile:
    """All that is kept of a lender now. An account that came with the lender stands until another is confirmed."""
    party = mapping.unsealed(Party, row.facts, keys)
    accounts = {}
    if party.bank_account:
        accounts[lenders.REPAYMENT] = Account(
            purpose=lenders.REPAYMENT,
            number=party.bank_account,
            name=party.bank_account_name or party.name,
            bank=party.bank_name,
        )
    query = select(LenderAccountRow).where(LenderAccountRow.lender_id == row.id, LenderAccountRow.state == "in_force")
    for each in session.exec(query):
        accounts[each.purpose] = mapping.unsealed(Account, each.facts, keys)
    kept = select(LenderSealRow).where(LenderSealRow.lender_id == row.id, col(LenderSealRow.retired_at).is_(None))
    return Profile(
        party=party,
        agents=tuple(mapping.unsealed(Agent, agent, keys) for agent in row.agents),
        accounts=tuple(accounts[purpose] for purpose in lenders.PURPOSES if purpose in accounts),
        letterhead=codec.decode(Letterhead, row.letterhead or {}),
        seals=tuple(
            Seal(kind=each.seal, digest=each.digest, millimetres=each.millimetres)
            for each in session.exec(kept.order_by(LenderSealRow.seal))
        ),
    )


def record(session: Session, office: Office, actor: Actor, row: LenderRow, parts: Iterable[str], why: str) -> None:
    """Keep what a lender is from now on as its next version (the first as number 1), in the caller's transaction."""
    session.flush()
    profile = profile_of(session, office.keys, row)
    if session.get(LenderVersionRow, (row.id, row.version)) is not None:
        row.version += 1
    session.add(row)
    session.add(
        LenderVersionRow(
            lender_id=row.id,
            version=row.version,
            facts=mapping.sealed(profile, office.keys),
            parts=list(parts),
            why=why,
            changed_by=actor.id,
            changed_at=office.now(),
        )
    )
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action="lender.set",
        subject=row.id,
        version=row.version,
        parts=list(parts),
        digest=codec.digest(codec.encode(profile)),
    )


def baseline(session: Session, office: Office, row: LenderRow) -> None:
    """Keep a lender as it is before its first recorded change, where it was set up before versions were kept."""
    _baseline(session, office, row, profile_of(session, office.keys, row))


# --- parts -----------------------------------------------------------------------------------------------------------


def _baseline(session: Session, office: Office, row: LenderRow, before: Profile) -> None:
    if session.get(LenderVersionRow, (row.id, row.version)) is None:
        session.add(
            LenderVersionRow(
                lender_id=row.id,
                version=row.version,
                facts=mapping.sealed(before, office.keys),
                parts=[],
                why="此前录入",
                changed_by=SYSTEM.id,
                changed_at=office.now(),
            )
        )
        session.flush()


def _new(office: Office, made: Profile) -> LenderRow:
    row = LenderRow(name=made.party.name, id=repositories.new_id(), facts={}, agents=[], letterhead={}, version=1)
    _put(office, row, made)
    return row


def _put(office: Office, row: LenderRow, made: Profile) -> None:
    row.facts = mapping.sealed(made.party, office.keys)
    row.agents = [mapping.sealed(agent, office.keys) for agent in made.agents]
    row.letterhead = codec.plain(made.letterhead)


def _propose_account(
    session: Session, office: Office, by: Actor, row: LenderRow, before: Profile, lender: Party
) -> None:
    account = Account(
        purpose=lenders.REPAYMENT,
        number=lender.bank_account,
        name=lender.bank_account_name or lender.name,
        bank=lender.bank_name,
    )
    asked = select(LenderAccountRow).where(LenderAccountRow.lender_id == row.id, LenderAccountRow.state == "proposed")
    known = [mapping.unsealed(Account, each.facts, office.keys) for each in session.exec(asked)]
    if account.number and account != before.account(lenders.REPAYMENT) and account not in known:
        session.add(
            LenderAccountRow(
                id=repositories.new_id(),
                lender_id=row.id,
                purpose=account.purpose,
                facts=mapping.sealed(account, office.keys),
                state="proposed",
                why="命令行更新",
                proposed_by=by.id,
                proposed_at=office.now(),
            )
        )


def _read(
    texts: Mapping[str, str], name: str, problems: list[Problem], before: Profile | None = None
) -> tuple[Profile, str]:
    said = {each: _text(each, texts, problems) for each in TEXTS}
    if said["number"]:
        checked = identity(said["number"], IdentityKind.ORGANISATION)
        said["number"] = checked.number
        problems += [
            Problem(f"lender.number.{each.code}", each.message, each.message_en, "number", checked.number)
            for each in checked.reasons
        ]
    if said["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said["email"]):
        problems.append(
            Problem("lender.email", "不是电子邮箱地址", "this is no mail address", "email", said["email"][:60])
        )
    why = texts.get("why", "").strip()
    if len(why) > MOST_REASON:
        problems.append(
            Problem("lender.why", f"最多 {MOST_REASON} 字", f"at most {MOST_REASON} characters", "why", why[:40])
        )
    party = before.party if before else Party(name=name, kind=PartyKind.ORGANISATION, role=PartyRole.LENDER)
    letterhead = before.letterhead if before else Letterhead()
    made = replace(
        before or Profile(party=party),
        party=replace(party, **{each: said[each] for each in lenders.PARTY_FIELDS}),
        agents=_agents(texts.get("agents", ""), problems),
        letterhead=replace(letterhead, name=said["letterhead_name"], address=said["letterhead_address"]),
    )
    return made, why


def _text(name: str, texts: Mapping[str, str], problems: list[Problem]) -> str:
    text = texts.get(name, "").strip()
    if len(text) > LONGEST:
        problems.append(Problem("lender.long", f"最多 {LONGEST} 字", f"at most {LONGEST} characters", name, text[:60]))
    try:
        return typed.plain_text(text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem(name, text))
        return ""


def _agents(text: str, problems: list[Problem]) -> tuple[Agent, ...]:
    """The agents typed row by row, an empty row left out; a row without a name or unit is named."""
    found: list[Agent] = []
    for index, cells in enumerate(_rows(text)):
        given = {
            name: _text(f"agents.{index}.{name}", {f"agents.{index}.{name}": str(cells.get(name, ""))}, problems)
            for name in _AGENT
        }
        if not any(value for name, value in given.items() if name != "power"):
            continue
        problems += [
            Problem("lender.agent", "请填写姓名和单位", "write name and unit", f"agents.{index}.{name}")
            for name in ("name", "unit")
            if not given[name]
        ]
        given["power"] = given["power"] or POWERS[0]
        if given["power"] not in POWERS:
            problems.append(
                Problem("lender.power", "请选择代理权限", "choose the power", f"agents.{index}.power", given["power"])
            )
        found.append(Agent(**given))
    if len(found) > MOST_AGENTS:
        problems.append(Problem("lender.agents", f"最多 {MOST_AGENTS} 人", f"at most {MOST_AGENTS} persons", "agents"))
    return tuple(found)


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text) if text else []
    except ValueError:
        rows = []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
