"""What contradicts in the facts of a document, beside what `forms.py` finds missing: all problems at once.

Each check of a form is a name and its fields, as `forms/documents/*.yaml` write them; the functions below are their
meaning. A check that lacks a fact says nothing: that the fact is missing is said already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from legalflow.documents.numerals import amount_in_words
from legalflow.errors import Invalid, Missing, Problem
from legalflow.forms import Field, Form, given, holds, present, rows_of
from legalflow.values import codec
from legalflow.values.case_number import case_number
from legalflow.values.identity import IdentityKind, identity
from legalflow.values.money import Money, rate, rate_doubt, total

IDENTITY_CARDS = frozenset({"居民身份证", "身份证"})
_MASK = re.compile(r"[*＊×xX]{4,}")
_IN_WORDS = re.compile(r"人民币([零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+)（¥([\d,]+\.\d{2})）")
Found = Iterator[Problem]


@dataclass(frozen=True)
class Checked:
    """What stands against making a document, and what a lawyer should only look at."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def check(kind: str, facts: Mapping[str, Any]) -> Checked:
    """All that is missing or contradicts in the facts of a kind of document."""
    form, plain = Form.load(kind), present(codec.plain(facts))
    return Checked(tuple(_problems(form, plain)), tuple(_warnings(form, plain)))


def require(form: Form, facts: Mapping[str, Any]) -> None:
    """Raise `Missing` where facts are only missing, else `Invalid`, with every problem; nothing where all is well."""
    problems = tuple(_problems(form, facts))
    kind = Missing if all(each.code == "fact.missing" for each in problems) else Invalid
    kind.raise_any(problems)


def _problems(form: Form, facts: Mapping[str, Any]) -> Found:
    wanting = form.missing(facts)
    yield from wanting
    broken = {re.split(r"[.\[]", each.field)[0] for each in wanting if each.code != "fact.missing"}
    sound = {name: value for name, value in facts.items() if name not in broken}
    yield from _parties(form, sound)
    for each in form.checks:
        for name, said in each.items():
            yield from CHECKS[name](form, said, sound)


def _warnings(form: Form, facts: Mapping[str, Any]) -> Found:
    """Unlikely rates, numbers that read as no case number, and facts without evidence while no bundle is planned."""
    for field in form.fields:
        yield from _unlikely(field, facts.get(field.id), field.id)
        if field.type == "case_no" and isinstance(facts.get(field.id), str):
            yield from _placed(_doubts_of(facts[field.id]), field.id)
    if not given(facts.get("cites")):
        for each in form.checks:
            yield from _uncited(form, each.get("cited", {}), facts)


def _unlikely(field: Field, value: Any, place: str) -> Found:
    """Yearly rates that are mostly meant a hundredth of what is written, also in the rows of a table."""
    for number, row in enumerate(value if isinstance(value, list) else ()):
        for column in field.columns:
            if isinstance(row, Mapping):
                yield from _unlikely(column, row.get(column.id), f"{place}[{number}].{column.id}")
    if field.type != "rate" or "年利率" not in field.zh or type(value) not in {str, int}:
        return
    try:
        said = rate_doubt(rate(str(value)))
    except Invalid:
        return  # what is no rate is told as a problem
    if said:
        yield Problem(
            "rate_unlikely",
            *said,
            place,
            str(value),
            "12.6% 写作 0.126；确为该利率的不必更改",
            "12.6 % is written 0.126",
        )


def _doubts_of(number: str) -> tuple[Problem, ...]:
    """What is odd about a case number: courts and types unknown to us are not refused."""
    try:
        return case_number(number).warnings
    except Invalid as error:
        return error.problems


def _uncited(form: Form, facts_by_cite: Mapping[str, str], facts: Mapping[str, Any]) -> Found:
    cites = facts.get("cites") or {}
    for fact, name in facts_by_cite.items():
        if holds(name, facts) and not any(cites.get(each) for each in fact.split("|")):
            yield Problem(
                "fact.without_evidence",
                f"“{_field(form, name).zh}”没有对应的证据和页码",
                f"{_field(form, name).en} cites no evidence",
                f"cites.{fact.partition('|')[0]}",
                mend="请在证据目录中指明证明该事实的证据",
                mend_en="name the exhibits that prove it",
            )


def _parties(form: Form, facts: Mapping[str, Any]) -> Found:
    """Identity numbers and social credit codes of every party: full, of the right form, agreeing with birth and sex."""
    for field in form.fields:
        if field.type == "parties":
            for number, party in enumerate(facts.get(field.id) or ()):
                if isinstance(party, Mapping) and given(party):
                    yield from _numbers(party, f"{field.id}[{number}]")


def _numbers(party: Mapping[str, Any], path: str) -> Found:
    name = "id_no" if party.get("kind") == "natural" else "uscc"
    value = party.get(name)
    if not isinstance(value, str) or not value:
        return
    if _MASK.search(value):
        yield _against(
            "identity.masked",
            "向法院提交的文书须印完整号码，不得脱敏",
            "a court document prints the full number",
            f"{path}.{name}",
            value,
        )
    elif name == "uscc":
        yield from _placed(identity(value, IdentityKind.ORGANISATION).reasons, f"{path}.{name}")
    elif party.get("id_type") in IDENTITY_CARDS:
        yield from _resident(party, path)


def _resident(party: Mapping[str, Any], path: str) -> Found:
    """A resident's number passes its check and agrees with birth date and sex (GB 11643)."""
    resident = identity(party["id_no"], IdentityKind.RESIDENT)
    yield from _placed(resident.reasons, f"{path}.id_no")
    if not resident.valid:
        return
    born, sex = _day(party.get("birth_date")), party.get("sex")
    if born and resident.birth and born != resident.birth:
        zh = f"与证件号码中的出生日期 {resident.birth} 不一致"
        yield _against("identity.birth", zh, f"the number says {resident.birth}", f"{path}.birth_date", born)
    if sex and resident.sex and sex != resident.sex:
        zh = f"与证件号码中的性别“{resident.sex}”不一致"
        yield _against("identity.sex", zh, f"the number says {resident.sex}", f"{path}.sex", sex)


def _placed(problems: Sequence[Problem], path: str) -> Found:
    """Problems of a number at the field it stands in."""
    yield from (replace(each, field=path) for each in problems)


def _sum(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """The first amount is the sum of the others; an amount not given counts nothing."""
    whole, *parts = said
    if not given(facts.get(whole)) or not any(given(facts.get(part)) for part in parts):
        return
    expected = total(Money(facts[part]) for part in parts if given(facts.get(part)))
    if Money(facts[whole]) != expected:
        names = " + ".join(_field(form, part).zh for part in parts if given(facts.get(part)))
        yield _against(
            "fact.sum",
            f"应等于 {names} = {expected}",
            f"the sum of {', '.join(parts)} is {expected}",
            whole,
            facts[whole],
        )


def _column_sum(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """An amount is the sum of a column."""
    whole, column = said
    values = _column(facts, column)
    if given(facts.get(whole)) and values:
        expected = total(Money(each) for each in values)
        if Money(facts[whole]) != expected:
            yield _against("fact.sum", f"应等于各行之和 {expected}", f"the rows sum to {expected}", whole, facts[whole])


def _same(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """Two facts are the same."""
    first, second = said
    if _all(facts, said) and facts[first] != facts[second]:
        yield _against(
            "fact.differs",
            f"应与“{_field(form, first).zh}”相同：{facts[first]}",
            f"must equal {first}: {facts[first]}",
            second,
            facts[second],
        )


def _next_day(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """The running claim starts on the day after the cut-off: no gap, no overlap."""
    before, after = (_day(facts.get(name)) for name in said)
    if before and after and after != before + timedelta(1):
        yield _against(
            "fact.next_day",
            f"应为截止日的次日 {before + timedelta(1)}",
            f"must be the day after the cut-off, {before + timedelta(1)}",
            said[1],
            str(after),
        )


def _order(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """Days in order; those not given are passed over."""
    days = [(name, on) for name in said if (on := _day(facts.get(name)))]
    for (earlier, first), (later, second) in pairwise(days):
        if first > second:
            zh, en = f"不得早于“{_field(form, earlier).zh}” {first}", f"must not be before {earlier}, {first}"
            yield _against("fact.order", zh, en, later, str(second))


def _days(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """A number of days is the difference of two days."""
    count, start, end = said
    first, last = _day(facts.get(start)), _day(facts.get(end))
    if given(facts.get(count)) and first and last and facts[count] != (last - first).days:
        days = (last - first).days
        yield _against(
            "fact.days",
            f"{first} 至 {last} 应为 {days} 天",
            f"from {first} to {last} are {days} days",
            count,
            facts[count],
        )


def _days_after(form: Form, said: Sequence[Any], facts: Mapping[str, Any]) -> Found:
    """A day is at least so many days after another."""
    later, earlier, least = said
    second, first = _day(facts.get(later)), _day(facts.get(earlier))
    if first and second and (second - first).days < least:
        zh, en = (
            f"应至少在“{_field(form, earlier).zh}” {first} 之后 {least} 天",
            f"must be {least} days or more after {earlier}, {first}",
        )
        yield _against("fact.too_soon", zh, en, later, str(second))


def _at_most(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """An amount is not above another."""
    less, more = said
    if _all(facts, said) and Money(facts[less]) > Money(facts[more]):
        yield _against(
            "fact.above",
            f"不得大于“{_field(form, more).zh}” {facts[more]}",
            f"must not exceed {more}, {facts[more]}",
            less,
            facts[less],
        )


def _among(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """Every name of a column stands among the names of another: who is claimed against is a defendant."""
    names, of = said
    known = set(_column(facts, of))
    for name in _column(facts, names):
        if name not in known:
            where = _field(form, of.partition(".")[0]).zh
            yield _against(
                "fact.not_a_party",
                f"被主张责任的人没有列为{where}",
                f"is claimed against but is not among {of}",
                names,
                name,
            )


def _at_most_rows(form: Form, said: Sequence[Any], facts: Mapping[str, Any]) -> Found:
    """A table has no more than so many rows."""
    name, most = said
    if len(rows_of(facts.get(name))) > most:
        yield _against(
            "fact.too_many",
            f"“{_field(form, name).zh}”至多 {most} 行",
            f"at most {most} rows",
            name,
            len(rows_of(facts[name])),
        )


def _account_of(form: Form, said: str, facts: Mapping[str, Any]) -> Found:
    """An account's name is its party's name."""
    for number, party in enumerate(rows_of(facts.get(said))):
        if given(party.get("account_name")) and party.get("account_name") != party.get("name"):
            zh, en = f"开户名应与名称一致：{party.get('name')}", f"must be the party's own name: {party.get('name')}"
            yield _against("fact.account_name", zh, en, f"{said}[{number}].account_name", party["account_name"])


def _any_given(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """At least one of the facts is given."""
    if not any(given(facts.get(name)) for name in said):
        zh = "、".join(_field(form, name).zh for name in said)
        yield Problem("fact.missing", f"至少填写一项：{zh}", f"give at least one of {', '.join(said)}", said[0])


def _masked(form: Form, said: str, facts: Mapping[str, Any]) -> Found:
    """A number sent to somebody who is no court is masked."""
    value = facts.get(said)
    if isinstance(value, str) and value and "*" not in value:
        yield _against(
            "identity.unmasked",
            "对外函件中的证件号码须脱敏，例如 9900**********0017",
            "a number in a letter is masked",
            said,
            f"{value[:2]}…",
        )


def _implied(form: Form, said: Mapping[str, str], facts: Mapping[str, Any]) -> Found:
    """Where one condition holds, another does."""
    name = said["then"].partition("=")[0]
    if holds(said["when"], facts) and given(facts.get(name)) and not holds(said["then"], facts):
        yield _against(
            "fact.implied",
            f"当 {said['when']} 时须为 {said['then']}",
            f"with {said['when']} it must be {said['then']}",
            name,
            facts[name],
        )


def _different(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """Persons who must not be the same are not."""
    seen: dict[Any, str] = {}
    for name in said:
        value = facts.get(name)
        if given(value) and value in seen:
            yield _against(
                "fact.same_person",
                f"不得与“{_field(form, seen[value]).zh}”为同一人",
                f"must differ from {seen[value]}",
                name,
                value,
            )
        elif given(value):
            seen[value] = name


def _silent_about(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """A document that leaves the house never mentions a write-off (财金〔2017〕90号 第十三条)."""
    for path, text in _texts(facts, ""):
        for word in said:
            if word in text:
                yield _against(
                    "document.confidential",
                    f"对外文书不得提及“{word}”",
                    f"an outward document never mentions {word}",
                    path,
                    word,
                )


def _silent_unless(form: Form, said: Mapping[str, Any], facts: Mapping[str, Any]) -> Found:
    """Words that may stand only where a fact is given: no suit is claimed without a case number."""
    if given(facts.get(said["given"])):
        return
    for path, text in _texts(facts, ""):
        for word in said["words"]:
            if word in text:
                field = _field(form, said["given"])
                yield _against(
                    "document.unfounded",
                    f"没有{field.zh}，不得写“{word}”",
                    f"{word} may be said only with {said['given']}",
                    path,
                    word,
                )


def _words_equal_figures(form: Form, said: str, facts: Mapping[str, Any]) -> Found:
    """An amount typed in words says the same as the figures beside it."""
    for path, text in _texts(facts, ""):
        for words, figures in _IN_WORDS.findall(text):
            right = amount_in_words(Money(figures.replace(",", ""))).removeprefix("人民币")
            if words not in {right, f"{right}整"}:
                yield _against(
                    "fact.words_figures",
                    f"大写与小写不一致，¥{figures} 应为 {right}",
                    f"the words do not say {figures}",
                    path,
                    words,
                )


def _cited(form: Form, said: Mapping[str, str], facts: Mapping[str, Any]) -> Found:
    """Where a bundle is planned, no fact stands without its evidence."""
    if given(facts.get("cites")):
        yield from _uncited(form, said, facts)


def _rows_counted(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """A number is the number of rows."""
    count, table = said
    if given(facts.get(count)) and facts[count] != len(rows_of(facts.get(table))):
        rows = len(rows_of(facts.get(table)))
        yield _against("fact.count", f"实有 {rows} 行", f"there are {rows} rows", count, facts[count])


def _values_counted(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """A number is the number of different values of a column."""
    count, column = said
    values = len(set(_column(facts, column)))
    if given(facts.get(count)) and facts[count] != values:
        yield _against("fact.count", f"实有 {values} 组", f"there are {values}", count, facts[count])


def _pages_run(form: Form, said: Sequence[str], facts: Mapping[str, Any]) -> Found:
    """Page ranges follow each other without gap or overlap, and together have the stated number of pages."""
    table, pages = said
    rows = rows_of(facts.get(table))
    for number, (before, after) in enumerate(pairwise(rows), start=1):
        if after.get("first") != (before.get("last") or 0) + 1:
            yield _against(
                "fact.pages",
                "页码应紧接上一份",
                "pages must follow the item before",
                f"{table}[{number}].first",
                after.get("first"),
            )
    counted = sum(row["last"] - row["first"] + 1 for row in rows if given(row.get("first")) and given(row.get("last")))
    if rows and given(facts.get(pages)) and facts[pages] != counted:
        yield _against("fact.count", f"各份合计 {counted} 页", f"the items have {counted} pages", pages, facts[pages])


def _once_each(form: Form, said: str, facts: Mapping[str, Any]) -> Found:
    """No value of a column stands twice."""
    values = _column(facts, said)
    for value in dict.fromkeys(each for each in values if values.count(each) > 1):
        yield _against("fact.twice", "编号重复", "stands twice", said, value)


CHECKS: Mapping[str, Callable[[Form, Any, Mapping[str, Any]], Found]] = {
    "sum": _sum,
    "column_sum": _column_sum,
    "same": _same,
    "next_day": _next_day,
    "order": _order,
    "days": _days,
    "days_after": _days_after,
    "at_most": _at_most,
    "among": _among,
    "at_most_rows": _at_most_rows,
    "account_of": _account_of,
    "any_given": _any_given,
    "masked": _masked,
    "implied": _implied,
    "different": _different,
    "silent_about": _silent_about,
    "silent_unless": _silent_unless,
    "words_equal_figures": _words_equal_figures,
    "cited": _cited,
    "rows_counted": _rows_counted,
    "values_counted": _values_counted,
    "pages_run": _pages_run,
    "once_each": _once_each,
}


def _against(code: str, zh: str, en: str, field: str, found: Any) -> Problem:
    return Problem(code, zh, en, field, str(found)[:60])


def _field(form: Form, name: str) -> Field:
    return next(each for each in form.fields if each.id == name)


def _all(facts: Mapping[str, Any], names: Sequence[str]) -> bool:
    return all(given(facts.get(name)) for name in names)


def _column(facts: Mapping[str, Any], path: str) -> list[Any]:
    """The given values of a column `table.column`."""
    table, _, column = path.partition(".")
    return [row[column] for row in rows_of(facts.get(table)) if given(row.get(column))]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in the facts with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")
