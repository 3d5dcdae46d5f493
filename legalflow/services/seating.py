"""The directory of courts: official names, where each is, and what its filing takes. Names come with the release or
are added by the house; which of them somebody held against an official source, and when, is said of each.

What is written of a court is for filing and no rule of law; nothing of it is refused anywhere for want of a court.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, NotFound, Problem
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import CourtRow
from legalflow.values import typed

LEVELS = {
    "supreme": "最高人民法院",
    "high": "高级人民法院",
    "intermediate": "中级人民法院",
    "basic": "基层人民法院",
    "special": "专门人民法院",
}
# What a court's filing takes; whole numbers unless a text.
PROFILE = ("formats", "file_mb", "total_mb", "files", "pages", "dpi", "naming", "note")
_COUNTS = frozenset({"file_mb", "total_mb", "files", "pages", "dpi"})
_TEXTS = ("province", "city", "address", "phone", "source")
FIELDS = ("name", "level", *_TEXTS, "checked_on", *PROFILE)
LONGEST = 200  # characters of a text
AT_ONCE = 500  # names added in one go


@dataclass(frozen=True)
class Court:
    """A court of the directory; `id` is empty while only the release names it. `profile` is what its filing takes."""

    name: str
    level: str
    province: str = ""
    city: str = ""
    address: str = ""
    phone: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    checked_on: date | None = None
    id: str = ""
    version: int = 0

    @property
    def verified(self) -> bool:
        """Whether somebody held its name against an official source."""
        return self.checked_on is not None


def directory(office: Office, actor: Actor, find: str = "", level: str = "") -> list[Court]:
    """The courts whose name or place holds every word looked for, by level and name."""
    actor.require(Right.READ_LAW)
    words = find.split()
    with office.database.reading() as session:
        found = _all(session)
    fits = [
        each
        for each in found.values()
        if (not level or each.level == level)
        and all(word in f"{each.name} {each.province} {each.city}" for word in words)
    ]
    return sorted(fits, key=lambda each: (list(LEVELS).index(each.level), each.province, each.name))


def names(office: Office, actor: Actor) -> list[str]:
    """The names a form suggests for a court, for whoever may see matters."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        return sorted(_all(session))


def court(office: Office, actor: Actor, name: str) -> Court:
    """The court of a name."""
    actor.require(Right.READ_LAW)
    with office.database.reading() as session:
        found = _all(session).get(name)
    if found is None:
        raise NotFound.one("court.unknown", "名录中没有这个法院", "the directory has no such court")
    return found


def add(office: Office, actor: Actor, lines: str) -> int:
    """Add courts by their names, one a line, their level told by the name; how many were new.

    Raises `Invalid` with every line that is no court's name.
    """
    actor.require(Right.KEEP_COURTS)
    wanted, problems = {}, []
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        try:
            name = typed.plain_text(line)
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(f"names[{number}]", line))
            continue
        level = _level(name)
        if level:
            wanted[name] = level
        else:
            problems.append(_no_name(f"names[{number}]", name))
    if not wanted and not problems:
        problems.append(Problem("court.none", "请写至少一个法院全称", "write at least one court's name", "names"))
    if len(wanted) > AT_ONCE:
        problems.append(
            Problem(
                "court.many",
                f"一次最多新增 {AT_ONCE} 个法院",
                f"at most {AT_ONCE} courts in one go",
                "names",
                str(len(wanted)),
                "分几次新增",
                mend_en="add them in several goes",
            )
        )
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        known = _all(session)
        new = {name: level for name, level in wanted.items() if name not in known}
        for name, level in new.items():
            session.add(_row(office, actor, Court(name, level)))
        if new:
            journal.note(
                session, at=office.now(), actor=actor.id, action="court.added", subject="courts", count=len(new)
            )
    return len(new)


def keep(office: Office, actor: Actor, name: str, given: Mapping[str, str]) -> str:
    """Keep what is written of a court, by the texts of `FIELDS` and its `version`; its name, which may have changed.

    Raises `Invalid` with everything that is wrong, `Conflict` where somebody else changed it meanwhile.
    """
    actor.require(Right.KEEP_COURTS)
    made = _read(given, today(office))
    with office.database.writing() as session:
        known = _all(session)
        before = known.get(name)
        if before is None:
            raise NotFound.one("court.unknown", "名录中没有这个法院", "the directory has no such court")
        if given.get("version", "") != str(before.version):
            raise Conflict.one(
                "court.changed",
                "他人已修改此法院的资料",
                "somebody else changed this court meanwhile",
                mend="刷新页面，核对后再保存",
                mend_en="reload the page, look, and save again",
            )
        if made.name != name and (made.name in known or not before.id):
            raise Invalid(
                Problem(
                    "court.name",
                    "名录中已有同名法院，或此名称随系统发布，不能改名",
                    "the directory has a court of that name, or the name comes with the release and stays",
                    "name",
                    made.name,
                )
            )
        row = session.get(CourtRow, before.id) if before.id else None
        if row is None:
            row = _row(office, actor, made)
        for column, value in _columns(made).items():
            setattr(row, column, value)
        row.changed_by, row.changed_at, row.version = actor.id, office.now(), before.version + 1
        session.add(row)
        journal.note(session, at=office.now(), actor=actor.id, action="court.kept", subject=row.id)
    return made.name


# --- parts -----------------------------------------------------------------------------------------------------------


def _all(session: Session) -> dict[str, Court]:
    """Every court by name: the released ones, and what the house says, which goes before."""
    found = {each["name"]: Court(each["name"], each["level"], each["province"]) for each in forms.courts()}
    for row in session.exec(select(CourtRow).order_by(col(CourtRow.name))):
        found[row.name] = Court(
            name=row.name,
            level=row.level,
            province=row.province,
            city=row.city,
            address=row.address,
            phone=row.phone,
            profile=row.profile,
            source=row.source,
            checked_on=row.checked_on,
            id=row.id,
            version=row.version,
        )
    return found


def _read(given: Mapping[str, str], on: date) -> Court:
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for name in FIELDS:
        text = given.get(name, "").strip()
        try:
            texts[name] = typed.plain_lines(text) if name == "note" else typed.plain_text(text)
        except typed.Unreadable as refusal:
            problems.append(refusal.problem(name, text))
            texts[name] = ""
        if len(text) > LONGEST:
            problems.append(
                Problem(
                    "court.long",
                    f"最多 {LONGEST} 字",
                    f"at most {LONGEST} characters",
                    name,
                    text[:60],
                )
            )
    if not _level(texts["name"]):
        problems.append(_no_name("name", texts["name"]))
    if texts["level"] not in LEVELS:
        problems.append(Problem("court.level", "请选择级别", "choose the level", "level", texts["level"]))
    profile: dict[str, str] = {}
    for name in PROFILE:
        if texts[name] and name in _COUNTS:
            try:
                profile[name] = str(typed.count(texts[name]))
            except typed.Unreadable as refusal:
                problems.append(refusal.problem(name, texts[name]))
        elif texts[name]:
            profile[name] = texts[name]
    checked = None
    if texts["checked_on"]:
        try:
            checked = typed.day(texts["checked_on"])
        except typed.Unreadable as refusal:
            problems.append(refusal.problem("checked_on", texts["checked_on"]))
        else:
            problems += _of_check(checked, texts["source"], on)
    Invalid.raise_any(problems)
    places = {name: texts[name] for name in _TEXTS}
    return Court(texts["name"], texts["level"], **places, profile=profile, checked_on=checked)


def _of_check(checked: date, source: str, on: date) -> Iterator[Problem]:
    if checked > on:
        yield Problem(
            "court.checked", "核对日期不能晚于今天", "the check is not in the future", "checked_on", str(checked)
        )
    if not source:
        yield Problem(
            "court.source",
            "写了核对日期的，须写核对所依据的来源",
            "a check names the source it was made against",
            "source",
            "",
            "如最高人民法院公布的名录及其日期",
            mend_en="for example the list of the Supreme People's Court and its day",
        )


def _level(name: str) -> str:
    """The level a name tells; empty where it is no court's name.

    >>> _level("某省高级人民法院"), _level("某市某区人民法院"), _level("某法庭")
    ('high', 'basic', '')
    """
    if not name.endswith("法院") or len(name) < 5:
        return ""
    if name.endswith("最高人民法院"):
        return "supreme"
    for word, level in (("高级人民法院", "high"), ("中级人民法院", "intermediate")):
        if name.endswith(word):
            return level
    return "basic" if name.endswith("人民法院") else "special"


def _no_name(place: str, name: str) -> Problem:
    return Problem(
        "court.no_name",
        "请写法院全称，以“法院”结尾",
        "write the court's full name, which ends in 法院",
        place,
        name[:60],
        "如“某市某区人民法院”",
        mend_en="as on its papers",
    )


def _columns(made: Court) -> dict[str, Any]:
    return {
        "name": made.name,
        "level": made.level,
        **{name: getattr(made, name) for name in _TEXTS},
        "profile": dict(made.profile),
        "checked_on": made.checked_on,
    }


def _row(office: Office, actor: Actor, made: Court) -> CourtRow:
    return CourtRow(id=repositories.new_id(), changed_by=actor.id, changed_at=office.now(), version=1, **_columns(made))
