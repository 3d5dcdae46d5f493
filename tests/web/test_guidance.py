"""What leads a person on: the next thing waited for, proposals from the history, and only choices that fit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from legalflow.matters import events as e
from legalflow.matters.matter import Recorded
from legalflow.services.viewing import MatterSheet
from legalflow.values.money import Money
from legalflow.web import forms, guidance
from tests.builders import a_loan

SAID: dict[str, Any] = {"at": datetime(2026, 11, 24, 2, tzinfo=UTC), "on": date(2026, 11, 24), "actor": "a"}
JUDGED: dict[str, Any] = {
    "number": "（2026）虚0101民初1号",
    "body": "示例法院",
    "kind": "judgment",
    "cause": "金融借款合同纠纷",
    "operative": "一、偿还本金。",
    "principal": Money("1"),
}


def a_sheet(*events: e.MatterEvent, documents: Any = (), bundles: Any = ()) -> MatterSheet:
    """A matter's sheet with only what guidance reads."""
    recorded = [Recorded(number, event) for number, event in enumerate(events, start=1)]
    nothing: list[Any] = []
    return MatterSheet(
        row=None,  # type: ignore[arg-type]
        loan=a_loan(),
        events=recorded,
        people={},
        firm="",
        deadlines=nothing,
        documents=list(documents),
        exhibits=nothing,
        bundles=list(bundles),
        links=nothing,
        write_offs=nothing,
        firm_names={},
        open_firms={},
    )


def a_paper(kind: str, state: str, identity: str) -> Any:
    return SimpleNamespace(id=identity, kind=kind, state=state, title="文书", addressee="", version=1)


def test_a_letter_sent_leads_to_its_arrival_with_party_and_document_filled_in() -> None:
    letter = a_paper("lawyer_letter", "served", "d1")
    sent = e.DocumentServed(document="d1", party="甄借款", mode="post", **SAID)
    sheet = a_sheet(sent, documents=[letter])
    assert guidance.awaited(sheet) == ["DemandDelivered"]
    assert guidance.proposed("DemandDelivered", sheet) == {"party": "甄借款", "document": "d1", "mode": "post"}
    arrived = e.DemandDelivered(party="甄借款", mode="post", document="d1", **SAID)
    assert guidance.awaited(a_sheet(sent, arrived, documents=[letter])) == []


def test_a_judgment_leads_to_each_party_still_to_be_served() -> None:
    judged = e.JudgmentGiven(**JUDGED, parties=("甲", "乙"), performance_days=10, **SAID)
    served = e.JudgmentServed(party="甲", mode="direct", **SAID)
    assert guidance.proposed("JudgmentServed", a_sheet(judged, served)) == {"party": "乙", "instance": "first"}
    wrong = e.EventReversed(sequence=2, reason="误记", **SAID)
    assert guidance.proposed("JudgmentServed", a_sheet(judged, served, wrong))["party"] == "甲"
    assert "10 日" in guidance.hints("JudgmentTookEffect", a_sheet(judged))["performance_last_day"]


def test_a_fee_notice_leads_to_its_payment() -> None:
    notice = e.FeeNoticeReceived(fee="acceptance", amount=Money("123.45"), **SAID)
    assert guidance.proposed("FeePaid", a_sheet(notice)) == {"fee": "acceptance", "amount": "123.45"}
    paid = e.FeePaid(fee="acceptance", amount=Money("123.45"), **SAID)
    assert guidance.awaited(a_sheet(notice, paid)) == []


def test_a_measure_on_record_is_the_one_to_be_renewed_or_lifted() -> None:
    taken = e.PreservationTaken(asset="示例路1号房屋", asset_kind="real_estate", **SAID)
    for name in ("PreservationRenewalApplied", "PreservationRenewed", "PreservationLifted"):
        assert guidance.proposed(name, a_sheet(taken)) == {"asset": "示例路1号房屋"}
    assert guidance.proposed("PreservationLifted", a_sheet()) == {}


def test_court_and_number_go_from_step_to_step_and_the_newest_bundle_is_filed() -> None:
    bundles = [SimpleNamespace(id=f"b{n}", version=n, state="ready", pages=3) for n in (2, 1)]
    assert guidance.proposed("FilingSubmitted", a_sheet(bundles=bundles))["bundle"] == "b2"
    accepted = e.CaseAccepted(case_number="（2026）虚0101民初1号", court="示例法院", **SAID)
    known = guidance.proposed("JudgmentGiven", a_sheet(accepted))
    assert (known["number"], known["body"]) == ("（2026）虚0101民初1号", "示例法院")
    assert guidance.proposed("EnforcementSubmitted", a_sheet(accepted))["court"] == "示例法院"


def test_only_documents_that_fit_are_offered_and_what_alone_fits_is_chosen() -> None:
    papers = [
        a_paper("lawyer_letter", "sealed", "letter"),
        a_paper("civil_complaint", "ready", "draft"),
        a_paper("civil_complaint_financial_loan", "sealed", "complaint"),
        a_paper("write_off_application", "sealed", "internal"),
    ]
    fields = forms.of_event("FilingSubmitted", a_sheet(documents=papers), "2026-11-24", {})
    document = next(field for field in fields if field.name == "document")
    assert [value for value, _ in document.options] == ["complaint"] and document.value == "complaint"
    assert [row.id for row in guidance.documents_for("DocumentServed", papers)] == ["letter", "complaint"]
