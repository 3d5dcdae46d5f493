"""Which court hears a claim (管辖): the competent places of a suit, then level, court of its own, procedure, appeal.

A court is named by its place and level, never by a name guessed from them. Amounts are in yuan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.court_levels import appeal, level, special
from legalflow.law.courts import LEVELS, Competence, Court, Place, Search, once
from legalflow.law.finding import Finding
from legalflow.law.procedures import procedure
from legalflow.law.suits import Claim, Clause, Party


def courts_for(law: Law, claim: Claim) -> Finding[Competence]:
    """The courts where a suit may be brought on a day, with grounds; `LawGap` before the law's data begin."""
    search = Search(law, claim.on)
    _residences(search, claim)
    places = [court for contract, group in _groups(search, claim) for court in _places(search, claim, contract, group)]
    _not_exclusive(search, claim)
    courts = [_settled(search, claim, each) for each in once(places)]
    courts = [each for each in courts if _keeps_to_its_level(search, claim, each)]
    if len(courts) > 1:
        zh = f"有管辖权的法院不止一个，可以选择其一；{search.rule('courts/choice').value}"
        search.warn("court.choice", zh, "several courts are competent; the first to docket hears it")
    return search.found(courts)


def _settled(search: Search, claim: Claim, court: Court) -> Court:
    court = special(search, claim, level(search, claim, court))
    return appeal(search, claim, procedure(search, claim, court))


def _residences(search: Search, claim: Claim) -> None:
    """Note which residence of a defendant counts, and which does not."""
    for each in claim.defendants:
        if each.resided is None or each.resided == each.place:
            continue
        rule = search.rule("courts/domicile")
        if each.settled(search.law, claim.on):
            if each.place is not None:
                search.leave_out(f"{each.place}的法院（被告{each.name}登记的住所地）", "经常居住地优先于住所地", rule)
        else:
            years = rule.value["habitual_years"]
            why = f"至起诉时连续居住未满{years}年，不是经常居住地"
            search.leave_out(f"{each.resided}的法院（被告{each.name}居住地）", why, rule)


def _groups(search: Search, claim: Claim) -> Iterator[tuple[str, tuple[Party, ...]]]:
    """Who is sued under which contract: all under the main one while the debtor is sued, else each guarantor's own."""
    arbitrated = {each.guarantor for each in claim.clauses if _arbitrates(search, each)}
    if arbitrated & {each.guarantor for each in claim.clauses if each.kind == "court"}:
        zh = "同一合同既约定仲裁又约定法院，仲裁约定是否有效须核对；此处按有效处理"
        search.warn("court.both_clauses", zh, "check whether the arbitration clause is valid")
    left = []
    for party in claim.defendants:
        contract = "" if party.role == "debtor" else party.name
        if contract in arbitrated:
            why = "合同约定了仲裁，人民法院对该合同当事人之间的纠纷没有管辖权"
            search.leave_out(f"对{party.name}的起诉", why, search.rule("courts/guarantee"))
            _instead_of_a_suit(search)
        else:
            left.append(party)
    if any(each.role == "debtor" for each in left):
        _under_the_main_contract(search, claim, left)
        yield "", tuple(left)
    else:
        yield from ((each.name, (each,)) for each in left)


def _arbitrates(search: Search, clause: Clause) -> bool:
    """Whether a clause sends the dispute to arbitration; why not is noted."""
    if clause.kind != "arbitration":
        return False
    if not clause.written:
        search.warn(
            "court.arbitration_unwritten", "仲裁约定不是书面的，不计", "an unwritten arbitration clause is not counted"
        )
    elif not clause.clear:
        rule = search.rule("courts/arbitration_clause")
        search.leave_out("仲裁条款", "没有约定明确的仲裁委员会，又没有达成补充协议", rule)
        zh = "仲裁条款没有约定明确的仲裁委员会，此处按无效处理，请核对有无补充协议"
        search.warn("court.arbitration_unclear", zh, "the clause names no commission; it is treated as void")
    return clause.written and clause.clear


def _instead_of_a_suit(search: Search) -> None:
    """What follows from an arbitration clause: where to apply, and who enforces the award."""
    rule = search.rule("courts/enforce_award")
    zh = f"应当向约定的仲裁委员会申请仲裁；裁决由{rule.value}执行"
    search.warn("court.arbitration", zh, "apply to the commission agreed; an intermediate court enforces its award")


def _under_the_main_contract(search: Search, claim: Claim, left: Sequence[Party]) -> None:
    """Clauses of guarantees that yield because the debtor is sued together with the guarantor."""
    sued = {each.name for each in left}
    for each in claim.clauses:
        if each.kind == "court" and each.guarantor in sued:
            why = "主合同与担保合同一并起诉，按主合同确定管辖"
            search.leave_out(
                f"{each.guarantor}的担保合同约定的{each.place}的法院", why, search.rule("courts/guarantee")
            )


def _places(search: Search, claim: Claim, contract: str, group: tuple[Party, ...]) -> list[Court]:
    """The competent places for one contract, levels not yet settled."""
    names = tuple(each.name for each in group)
    base: tuple[Citation, ...] = ()
    if any(each.role == "guarantor" for each in group):
        base = (search.rule("courts/guarantee").citation,)
    agreed = [each for each in claim.clauses if each.guarantor == contract and _holds(search, each)]
    statutory = list(_statutory(search, claim, group, not contract))
    if not agreed:
        return [
            Court(place, "", (ground,), (*base, *(value.citation for value in values)), names)
            for place, ground, values in statutory
        ]
    rule = search.rule("courts/agreement")
    chosen = [each.place for each in agreed if each.place]
    for place, ground, _ in statutory:
        if place not in chosen:
            search.leave_out(f"{place}的法院（{ground}）", "当事人书面约定了管辖法院", rule)
    return [Court(place, "", ("书面约定管辖",), (*base, rule.citation), names) for place in chosen]


def _holds(search: Search, clause: Clause) -> bool:
    """Whether a clause on courts counts; why not is noted."""
    if clause.kind != "court":
        return False
    rule = search.rule("courts/agreement")
    if not clause.written:
        search.leave_out(f"约定的{clause.place}的法院", "管辖约定不是书面的", rule)
    elif not clause.connected:
        search.leave_out(f"约定的{clause.place}的法院", "约定的地点与争议没有实际联系", rule)
    elif clause.consumer_form and not clause.pointed_out:
        zh = f"约定{clause.place}的格式条款{search.rule('courts/form_clause').value}"
        search.warn("court.form_clause", zh, "the consumer may have this form clause declared void")
    return clause.written and clause.connected


def _keeps_to_its_level(search: Search, claim: Claim, court: Court) -> bool:
    """Whether the clause that chose a court named the level the law gives; a court of another level is left out."""
    named = {each.level for each in claim.clauses if each.kind == "court" and each.place == court.place and each.level}
    if court.grounds != ("书面约定管辖",) or not named or court.level == "not_settled" or court.level in named:
        return True
    said = "、".join(LEVELS[each] for each in sorted(named))
    why = f"约定的是{said}，违反级别管辖，依标的额应为{LEVELS[court.level]}"
    search.leave_out(f"约定的{court.place}的{said}", why, search.rule("courts/agreement"))
    zh = f"约定的{court.place}的{said}不符合级别管辖；约定地点是否仍然有效，请核对"
    search.warn("court.level_agreed", zh, "the clause names a court of the wrong level")
    return False


def _statutory(
    search: Search, claim: Claim, group: Sequence[Party], main: bool
) -> Iterator[tuple[Place, str, tuple[Value, ...]]]:
    """The defendants' domiciles and the place of performance."""
    contract = search.rule("courts/contract")
    for each in group:
        home = each.home(search.law, claim.on)
        if home is not None:
            kind = "经常居住地" if each.settled(search.law, claim.on) else "住所地"
            yield home, f"被告{each.name}{kind}", (search.rule("courts/domicile"), contract)
    if main and claim.performance is not None:
        if claim.performed or claim.performance in [each.home(search.law, claim.on) for each in claim.parties]:
            yield claim.performance, "约定的合同履行地", (contract,)
            return
        why = "合同没有实际履行，双方住所地都不在约定的履行地"
        search.leave_out(f"{claim.performance}的法院（约定的合同履行地）", why, search.rule("courts/unperformed"))
        return
    receiver = next(each.home(search.law, claim.on) for each in claim.parties if each.role == "plaintiff")
    if receiver is not None:
        rule = search.rule("courts/performance")
        search.say("合同履行地", f"没有约定的，{rule.value}", str(receiver), rule)
        yield receiver, "接收货币一方所在地为合同履行地", (contract, rule)


def _not_exclusive(search: Search, claim: Claim) -> None:
    """That a mortgage does not bring the suit to the place of the land."""
    for place in dict.fromkeys(claim.mortgaged):
        rule = search.rule("courts/exclusive")
        search.leave_out(f"{place}的法院（抵押不动产所在地）", str(rule.value), rule)
