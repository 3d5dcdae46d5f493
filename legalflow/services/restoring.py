"""What can be taken back, and how: for each act, what must be known before it, and the use case that reverses it.

A reversal is a use case like any other: it asks the right, loads within scope, leaves its mark in the audit trail or
the journal, and is refused where somebody changed the thing since. Nothing is set back behind the house's back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from legalflow.access import Actor
from legalflow.office import Office
from legalflow.persistence.tables import DeadlineCareRow, WriteOffDutyRow
from legalflow.services import (
    keeping,
    matching,
    minding,
    owing,
    proposing,
    reminding,
    repeating,
    saving_views,
    sourcing,
    stationing,
    tracking,
    viewing,
    vouching,
)
from legalflow.services.saving_views import View

Kept = dict[str, Any]
Said = Mapping[str, str]

REASON = "撤销刚才的操作"  # of the journal, where a reversal needs a reason


@dataclass(frozen=True)
class Reversal:
    """`before` reads, from what the form says, what the act will change; `back` gives it back."""

    before: Callable[[Office, Actor, Said], Kept]
    back: Callable[[Office, Actor, Kept], object]


# --- views -----------------------------------------------------------------------------------------------------------


def _view(office: Office, actor: Actor, said: Said) -> Kept:
    view = saving_views.own(office, actor, said["view"])
    return {"id": view.id, "subject": view.subject, "name": view.name, "state": view.state, "shared": view.shared}


def _view_back(office: Office, actor: Actor, kept: Kept) -> object:
    return saving_views.put_back(office, actor, View(**kept, mine=True))


def _view_as_it_was(office: Office, actor: Actor, kept: Kept) -> object:
    return saving_views.change(office, actor, kept["id"], kept["state"])


def _new_view(_office: Office, _actor: Actor, said: Said) -> Kept:
    return {"subject": said["subject"], "name": " ".join(said["name"].split())}


def _new_view_back(office: Office, actor: Actor, kept: Kept) -> object:
    there = saving_views.views(office, actor, kept["subject"])
    mine = [each.id for each in there if each.mine and each.name == kept["name"]]
    if not mine:
        raise repeating.moved_on()
    return saving_views.drop(office, actor, mine[0])


# --- deadlines and duties --------------------------------------------------------------------------------------------


def _word(office: Office, actor: Actor, said: Said) -> Kept:
    row = minding.kept(office, actor, said["deadline_id"])
    at = row.acknowledged_at.isoformat() if row.acknowledged_at else ""
    day = row.acknowledged_day.isoformat() if row.acknowledged_day else ""
    asked = {"mark": said["deadline_id"], "last_day": said["last_day"]}
    return {**asked, "matter": row.matter_id, "by": row.acknowledged_by or "", "day": day, "at": at}


def _word_back(office: Office, actor: Actor, kept: Kept) -> object:
    before = DeadlineCareRow(
        mark=kept["mark"],
        matter_id=kept["matter"],
        acknowledged_by=kept["by"] or None,
        acknowledged_day=date.fromisoformat(kept["day"]) if kept["day"] else None,
        acknowledged_at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
    )
    return minding.take_back_word(office, actor, kept["mark"], date.fromisoformat(kept["last_day"]), before)


def _carers(office: Office, actor: Actor, said: Said) -> Kept:
    whole = said.get("whole", "") == "yes"
    row = minding.kept(office, actor, said["deadline_id"], whole)
    now = {"owner": said.get("owner", ""), "substitute": said.get("substitute", "")}
    before = {"owner": row.owner_id or "", "substitute": row.substitute_id or ""}
    return {"mark": said["deadline_id"], "whole": whole, "now": now, "before": before}


def _carers_back(office: Office, actor: Actor, kept: Kept) -> object:
    row = minding.kept(office, actor, kept["mark"], kept["whole"])
    if {"owner": row.owner_id or "", "substitute": row.substitute_id or ""} != kept["now"]:
        raise repeating.moved_on()
    return minding.assign(office, actor, kept["mark"], **kept["before"], whole=kept["whole"])


def _duty(office: Office, actor: Actor, said: Said) -> Kept:
    row = owing.kept(office, actor, said["duty"])
    at = row.acknowledged_at.isoformat() if row.acknowledged_at else ""
    by = row.acknowledged_by or ""
    return {"key": said["duty"], "owner": row.owner_id or "", "by": by, "at": at, "version": row.version}


def _duty_back(office: Office, actor: Actor, kept: Kept) -> object:
    now = owing.kept(office, actor, kept["key"])
    before = WriteOffDutyRow(
        rule=now.rule,
        subject=now.subject,
        last_day=now.last_day,
        owner_id=kept["owner"] or None,
        acknowledged_by=kept["by"] or None,
        acknowledged_at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
        version=kept["version"],
    )
    return owing.put_back(office, actor, kept["key"], before)


# --- the firm, and what it proposed ----------------------------------------------------------------------------------


def _firm(office: Office, actor: Actor, said: Said) -> Kept:
    sheet = viewing.matter(office, actor, said["matter_id"])
    return {"matter": said["matter_id"], "firm": sheet.row.firm_id or ""}


def _firm_back(office: Office, actor: Actor, kept: Kept) -> object:
    now = viewing.matter(office, actor, kept["matter"]).row.firm_id or ""
    if now == kept["firm"]:
        raise repeating.moved_on()
    if not kept["firm"]:
        return tracking.unassign(office, actor, kept["matter"], REASON)
    return tracking.assign(office, actor, kept["matter"], kept["firm"])


def _firm_again(office: Office, actor: Actor, kept: Kept) -> object:
    if viewing.matter(office, actor, kept["matter"]).row.firm_id:
        raise repeating.moved_on()
    return tracking.assign(office, actor, kept["matter"], kept["firm"])


def _proposal(_office: Office, _actor: Actor, said: Said) -> Kept:
    return {"proposal": said["proposal_id"]}


def _proposal_back(office: Office, actor: Actor, kept: Kept) -> object:
    return proposing.propose_again(office, actor, kept["proposal"])


# --- evidence --------------------------------------------------------------------------------------------------------


def _exhibit(office: Office, actor: Actor, said: Said) -> Kept:
    row, told = keeping.described(office, actor, said["exhibit_id"])
    described = {
        "name": row.name,
        "group": row.group_number,
        "place": row.place,
        "kind": row.kind,
        "source": row.source,
        "proves": row.proves,
        "form": row.form,
        "facts": list(row.proves_facts),
    }
    return {"exhibit": row.id, "state": row.state, "told": told, "described": described}


def _exhibit_back(office: Office, actor: Actor, kept: Kept) -> object:
    return keeping.put_back(office, actor, kept["exhibit"], kept["state"])


def _description_back(office: Office, actor: Actor, kept: Kept) -> object:
    _, told = keeping.described(office, actor, kept["exhibit"])
    if told > kept["told"] + 1:
        raise repeating.moved_on()
    return keeping.describe(office, actor, kept["exhibit"], **kept["described"])


def _source(office: Office, actor: Actor, said: Said) -> Kept:
    facts = sourcing.sheet(office, actor, said["loan_id"]).facts
    fact = next((each for each in facts if each.id == said["field"]), None)
    before = {"exhibit": fact.exhibit_id, "page": fact.page} if fact and fact.exhibit_id else {}
    now = {"exhibit": said.get("exhibit", ""), "page": said.get("page", "")}
    return {"loan": said["loan_id"], "field": said["field"], "before": before, "now": now}


def _source_back(office: Office, actor: Actor, kept: Kept) -> object:
    facts = sourcing.sheet(office, actor, kept["loan"]).facts
    fact = next((each for each in facts if each.id == kept["field"]), None)
    stands = {"exhibit": fact.exhibit_id if fact else "", "page": str(fact.page or "") if fact else ""}
    if stands != {name: str(each) for name, each in kept["now"].items()}:
        raise repeating.moved_on()
    if not kept["before"]:
        return sourcing.take_back(office, actor, kept["loan"], kept["field"])
    before = kept["before"]
    return sourcing.check(office, actor, kept["loan"], kept["field"], before["exhibit"], before["page"])


# --- money, units, reminders -----------------------------------------------------------------------------------------


def _receipt(office: Office, actor: Actor, said: Said) -> Kept:
    line = matching.shown(office, actor, said["receipt_id"])
    return {"receipt": said["receipt_id"], "note": line.row.note}


def _receipt_back(office: Office, actor: Actor, kept: Kept) -> object:
    return matching.take_back(office, actor, kept["receipt"])


def _receipt_aside_again(office: Office, actor: Actor, kept: Kept) -> object:
    return matching.set_aside(office, actor, kept["receipt"], kept["note"])


def _posting(office: Office, actor: Actor, said: Said) -> Kept:
    asked = (said.get("kind", ""), said.get("component", ""))
    before = next((each for each in vouching.postings(office, actor) if (each.kind, each.component) == asked), None)
    now = [said.get("debit", "").strip(), said.get("credit", "").strip()]
    was = [] if before is None or before.ours else [before.debit, before.credit]
    return {"kind": asked[0], "component": asked[1], "now": now, "was": was}


def _posting_back(office: Office, actor: Actor, kept: Kept) -> object:
    asked = (kept["kind"], kept["component"])
    there = next((each for each in vouching.postings(office, actor) if (each.kind, each.component) == asked), None)
    if there is None or [there.debit, there.credit] != kept["now"]:
        raise repeating.moved_on()
    if kept["was"]:
        return vouching.set_posting(office, actor, *asked, *kept["was"])
    return vouching.suggest_again(office, actor, *asked)


def _units(office: Office, actor: Actor, said: Said) -> Kept:
    placed = stationing.of_account(office, actor, said["account_id"])
    return {"account": said["account_id"], "before": sorted(placed.units), "now": sorted(said["units"].split("\n"))}


def _units_back(office: Office, actor: Actor, kept: Kept) -> object:
    there = sorted(stationing.of_account(office, actor, kept["account"]).units)
    if there != [each for each in kept["now"] if each]:
        raise repeating.moved_on()
    return stationing.assign(office, actor, kept["account"], kept["before"])


def _reminders(office: Office, actor: Actor, _said: Said) -> Kept:
    mine = reminding.reminders(office, actor)
    return {"address": mine.address, "digest": mine.digest}


def _reminders_back(office: Office, actor: Actor, kept: Kept) -> object:
    return reminding.set_digest(office, actor, kept["address"], kept["digest"])


REVERSALS: Mapping[str, Reversal] = {
    "lists.keep": Reversal(_new_view, _new_view_back),
    "lists.change": Reversal(_view, _view_as_it_was),
    "lists.drop": Reversal(_view, _view_back),
    "deadlines.acknowledge": Reversal(_word, _word_back),
    "deadlines.assign": Reversal(_carers, _carers_back),
    "duties.acknowledge": Reversal(_duty, _duty_back),
    "duties.assign": Reversal(_duty, _duty_back),
    "matters.assign": Reversal(_firm, _firm_back),
    "matters.unassign": Reversal(_firm, _firm_again),
    "proposals.withdraw": Reversal(_proposal, _proposal_back),
    "evidence.describe": Reversal(_exhibit, _description_back),
    "evidence.withdraw": Reversal(_exhibit, _exhibit_back),
    "sources.check": Reversal(_source, _source_back),
    "sources.take_back": Reversal(_source, _source_back),
    "ledger.set_aside": Reversal(_receipt, _receipt_back),
    "ledger.take_back": Reversal(_receipt, _receipt_aside_again),
    "ledger.set_accounts": Reversal(_posting, _posting_back),
    "units.assign": Reversal(_units, _units_back),
    "deadlines.set_reminders": Reversal(_reminders, _reminders_back),
}
