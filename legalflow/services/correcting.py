"""What is held of a person corrected on request, in every loan the person stands in (个人信息保护法 第四十六条).

A correction is no import: it may be made where there is a matter already, the audit trail has its digests, and no
import undoes it. What was made from the earlier facts is named, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, Problem
from legalflow.intake import cells, rows
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Party, PartyKind
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import DocumentRow, JournalRow, LoanRow, MatterRow, PersonRow
from legalflow.services import addressing, drafting, narrating, restricting, tracking
from legalflow.values import codec, identity, typed
from legalflow.values.identity import IdentityKind

FIELDS = tuple(each.name for each in fields(Party) if each.name not in {"kind", "role", "number"})
_RESIDENT_PAPERS = frozenset({"", "身份证", "居民身份证"})
_GONE = frozenset({"void", "failed", "returned"})
_ISSUED = frozenset({"sealed", "served", "submitted"})


@dataclass(frozen=True)
class _Corrected:
    """A loan with a person corrected: as it was, as it is, and which fields of the person changed."""

    row: LoanRow
    before: Loan
    after: Loan
    changed: tuple[str, ...]


def correct(
    office: Office, actor: Actor, number: str, texts: Mapping[str, str], new_number: str | None = None
) -> dict[str, Any]:
    """Correct a person's facts, and with `new_number` the number itself; what changed where, as plain values.

    `texts` are the fields of a party as typed; an empty text says that a fact is not known. Everything wrong is said at
    once, and then nothing is changed. For each loan the answer names the fields, the documents that were made from the
    earlier facts, and the events of the matter that name the person as it was called.
    """
    actor.require(Right.CORRECT_PERSON)
    given = _read(texts, new_number)
    index = office.keys.index(number)
    with office.database.writing() as session:
        found = repositories.loans_of_person(session, actor, index, to_change=True)
        done = [_corrected(office, row, index, given) for row in found]
        if not any(done):
            raise restricting.absent()
        corrected = [each for each in done if each is not None]
        _refuse_contradictions(office, corrected, index, given)
        for each in corrected:
            if each.changed:
                _keep(session, office, actor, each, index)
        told = [_told(session, office, actor, each) for each in corrected]
    return {"loans": [{**each, "documents": _from_earlier(office, each["documents"])} for each in told]}


def _read(texts: Mapping[str, str], new_number: str | None) -> dict[str, Any]:
    """The corrected facts by field, read by the same types as the columns of an import."""
    columns = {column.id.removeprefix("borrower."): column for column in rows.columns("loans")}
    given: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        if name not in FIELDS:
            problems.append(_unknown(name))
            continue
        column = columns.get(name)
        try:
            if not text.strip():
                given[name] = None if name == "birth_date" else ""
            elif column is None:
                given[name] = typed.plain_text(text)
            else:
                given[name] = cells.value(text, column.type, column.values)
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(name, text))
    if new_number is not None:
        given["number"] = identity.normalised(new_number)
    if given.get("name") == "" or given.get("number") == "":
        problems.append(Problem("person.empty", "姓名和证件号码不能为空", "name and number are not empty", "name"))
    if not given and not problems:
        problems.append(Problem("person.nothing", "没有要更正的内容", "there is nothing to correct"))
    Invalid.raise_any(problems)
    return given


def _unknown(name: str) -> Problem:
    if name == "number":
        return Problem(
            "person.number_field",
            "证件号码不在文件中更正",
            "the number is not corrected in the file",
            name,
            mend="使用 --number 新号码",
            mend_en="use --number NEW",
        )
    known = "、".join(FIELDS)
    return Problem(
        "field.unknown",
        "没有这一项",
        "there is no such field",
        name[:40],
        mend=f"可用：{known}",
        mend_en=f"there are: {', '.join(FIELDS)}",
    )


def _corrected(office: Office, row: LoanRow, index: str, given: Mapping[str, Any]) -> _Corrected | None:
    """The loan with the person corrected at each of its places, or None where it stands there as the lender alone."""
    before = after = mapping.loan_of(row, (), office.keys)
    places = mapping.places_of(before, index, office.keys)
    changed: set[str] = set()
    for place in places:
        party = before.parties[place]
        now = replace(party, **_completed(party, given))
        changed |= {each.name for each in fields(Party) if getattr(party, each.name) != getattr(now, each.name)}
        after = mapping.with_party(after, place, now)
    return _Corrected(row, before, after, tuple(sorted(changed))) if places else None


def _completed(party: Party, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, with birth date and sex read from a new number where nothing else is said of them."""
    facts = dict(given)
    if "number" in facts and _is_resident(replace(party, **facts)):
        read = identity.identity(facts["number"], IdentityKind.RESIDENT)
        if read.valid:
            facts = {"birth_date": read.birth, "sex": read.sex, **facts}
    return facts


def _is_resident(party: Party) -> bool:
    return party.kind is PartyKind.NATURAL and party.number_kind in _RESIDENT_PAPERS


def _refuse_contradictions(office: Office, corrected: list[_Corrected], index: str, given: Mapping[str, Any]) -> None:
    """A number that fails its check, facts that disagree with it, or a number that is another party's of the loan."""
    problems: dict[str, Problem] = {}
    for each in corrected:
        for place in mapping.places_of(each.before, index, office.keys):
            for problem in _wrong_with(each.after.parties[place], given, office):
                problems.setdefault(problem.code, problem)
    Invalid.raise_any(problems.values())
    new = office.keys.index(given["number"]) if "number" in given else index
    for each in corrected:
        if new != index and mapping.places_of(each.before, new, office.keys):
            raise Conflict.one(
                "person.another",
                "新号码已是该贷款另一当事人的号码",
                "the new number is another party's of the same loan",
                field="--number",
                found=each.row.contract_number,
            )


def _wrong_with(party: Party, given: Mapping[str, Any], office: Office) -> list[Problem]:
    if party.kind is PartyKind.NATURAL and not _is_resident(party):
        return []  # papers whose numbers have no check of their own
    kind = IdentityKind.RESIDENT if party.kind is PartyKind.NATURAL else IdentityKind.ORGANISATION
    read = identity.identity(party.number, kind, today(office))
    if not read.valid:
        return [replace(each, field="--number", found="") for each in read.reasons] if "number" in given else []
    problems = []
    if read.birth and party.birth_date and read.birth != party.birth_date:
        zh = "出生日期与证件号码不一致"
        problems.append(Problem("person.birth", zh, "birth date and number disagree", "birth_date"))
    if read.sex and party.sex and read.sex != party.sex:
        problems.append(Problem("person.sex", "性别与证件号码不一致", "sex and number disagree", "sex"))
    return problems


def _keep(session: Session, office: Office, actor: Actor, each: _Corrected, index: str) -> None:
    """Seal the loan's facts again, move its index, work deadlines out anew, and say so by digests alone."""
    row, earlier = each.row, each.row.digest
    mapping.put_facts(row, each.after, office.keys)
    row.persons_changed_at = office.now()
    row.version += 1
    session.add(row)
    if "number" in each.changed:
        _move_index(session, office, each, index)
    for before, after in zip(each.before.parties, each.after.parties, strict=True):
        if (before.name, before.number) != (after.name, after.number):
            addressing.rename(session, office.keys, row.id, before, after)
    session.flush()
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    if matter is not None:
        tracking.refresh_deadlines(session, office, matter, tracking.current(session, matter))
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action="person.corrected",
        subject=row.id,
        fields=list(each.changed),
        before=earlier,
        after=row.digest,
        matter=matter.id if matter else "",
    )


def _move_index(session: Session, office: Office, each: _Corrected, index: str) -> None:
    """The person is found by the new number and no longer by the old; a restriction goes with it."""
    place = mapping.places_of(each.before, index, office.keys)[0]
    person = session.exec(
        select(PersonRow).where(PersonRow.loan_id == each.row.id, PersonRow.number_index == index)
    ).one()
    person.number_index = office.keys.index(each.after.parties[place].number)
    session.add(person)


def _told(session: Session, office: Office, actor: Actor, each: _Corrected) -> dict[str, Any]:
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == each.row.id)).first()
    earlier = _earlier_texts(each)
    return {
        "contract_number": each.row.contract_number,
        "matter": matter.number if matter else None,
        "fields": list(each.changed),
        "documents": [
            (row, earlier) for row in _documents(session, actor, matter) if each.changed and row.state not in _GONE
        ],
        "events": _naming(session, matter, each) if matter and "name" in each.changed else [],
    }


def _documents(session: Session, actor: Actor, matter: MatterRow | None) -> list[DocumentRow]:
    found = repositories.documents(session, matter.id) if matter else []
    return [row for row in found if drafting.may_see(actor, row.kind)]


def _earlier_texts(each: _Corrected) -> frozenset[str]:
    """By what a document of the earlier facts is known: a value that changed, or the name where one was lacking."""
    texts: set[str] = set()
    for before, after in zip(each.before.parties, each.after.parties, strict=True):
        for name in each.changed:
            if getattr(before, name) != getattr(after, name):
                texts.add(str(codec.plain(getattr(before, name)) or before.name))
                if name == "number":
                    texts.add(narrating.masked(before.number))
    return frozenset(texts)


def _from_earlier(office: Office, documents: list[tuple[DocumentRow, frozenset[str]]]) -> list[dict[str, str]]:
    """The documents whose frozen facts are the earlier ones, with what is to be done about each."""
    stale = []
    for row, earlier in documents:
        facts = office.store.read(row.facts_digest).decode()
        if any(text in facts for text in earlier):
            issued = row.state in _ISSUED
            stale.append(
                {
                    "title": row.title,
                    "version": str(row.version),
                    "state": row.state,
                    "made": codec.plain(row.created_at),
                    "document": row.id,
                    "mend": "已用印或发出，原件不变；需要的另行出具" if issued else "退回或重新生成",
                }
            )
    return stale


def _naming(session: Session, matter: MatterRow, each: _Corrected) -> list[int]:
    """The numbers of the events that name the person as it was called; they stay as they are, and are recorded anew."""
    names = [
        before.name
        for before, after in zip(each.before.parties, each.after.parties, strict=True)
        if before.name != after.name
    ]
    query = select(JournalRow).where(JournalRow.matter_id == matter.id).order_by(col(JournalRow.sequence))
    return [
        row.sequence for row in session.exec(query) if any(name in codec.encode(row.body).decode() for name in names)
    ]
