"""What an event must satisfy beyond the stage: its own fields, the thing it names, digests that bind, other persons.

Each check yields refusals, an error class with its problem, so that `matter.admit` can say everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Any

from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.matters.events import (
    NEED_REASON,
    BankruptcyAccepted,
    BundleFailed,
    BundleMade,
    BundleRequested,
    DocumentApproved,
    DocumentRequested,
    DocumentSealed,
    EnforcementSubmitted,
    ExhibitAdded,
    ExhibitDescribed,
    ExhibitWithdrawn,
    FilingSubmitted,
    JudgmentGiven,
    JudgmentServed,
    JudgmentTookEffect,
    MatterEvent,
    PaymentReceived,
    PreservationTaken,
    Question,
    ReceiptExplained,
    RecoveryRecorded,
    SealApplied,
    WriteOffApplied,
    WriteOffApproved,
    WriteOffBooked,
    WriteOffChecked,
    questions,
)
from legalflow.matters.state import DOCUMENT_STATE_NAMES, DocumentState, Matter
from legalflow.matters.writeoff import Components, Shares, WriteOffRequest, request_problems
from legalflow.values.money import ZERO, Money

Refusal = tuple[type[LegalflowError], Problem]
Check = Callable[[Matter, Any], Iterator[Refusal]]

MOST_COPIES = 999  # of one document under one application for the seal
BEIJING = timezone(timedelta(hours=8))  # a legal day is a day of Beijing; there is no summer time since 1992


def well_formed(_: Matter, event: MatterEvent) -> Iterator[Refusal]:
    """Every field is filled and possible, the day is not in the future, and a reason is given where one is due."""
    if not event.actor:
        yield Invalid, Problem("event.actor", "缺少办理人", "nobody is named as recording this", "actor")
    if event.on > event.at.astimezone(BEIJING).date():
        yield (
            Invalid,
            Problem("event.future", "发生日期不得晚于今天", "the day lies in the future", "on", event.on.isoformat()),
        )
    if type(event) in NEED_REASON and not event.reason.strip():
        yield Invalid, Problem("event.reason", "须说明理由", "a reason is needed", "reason")
    for question in questions(type(event)):
        yield from ((Invalid, problem) for problem in _field_problems(question, getattr(event, question.name)))


def _field_problems(question: Question, value: Any) -> Iterator[Problem]:
    def problem(code: str, zh: str, en: str) -> Problem:
        return Problem(code, f"{question.zh}{zh}", f"{question.en} {en}", question.name, str(value)[:60])

    if value is None or (isinstance(value, str | tuple) and not value):
        if question.required:
            yield problem("event.required", "须填写", "is required")
    elif question.kind == "choice" and value not in {option.value for option in question.options}:
        yield problem(
            "event.choice",
            "须为以下之一：" + "、".join(option.zh for option in question.options),
            "is one of " + ", ".join(option.value for option in question.options),
        )
    elif _is_negative(value):
        yield problem("event.negative", "不得为负", "may not be negative")


def _is_negative(value: Any) -> bool:
    if isinstance(value, Money):
        return value < ZERO
    return isinstance(value, int | Decimal) and value < 0


def opened_on(matter: Matter) -> date | None:
    """The day the matter was opened."""
    return matter.opened_on


def judged_on(matter: Matter) -> date | None:
    """The day of the judgment."""
    return matter.judgment.on if matter.judgment else None


def filed_on(matter: Matter) -> date | None:
    """The day of the filing that stands."""
    return matter.filing.on if matter.filing else None


def effective_on(matter: Matter) -> date | None:
    """The day the judgment took effect."""
    return matter.effective_date


def booked_on(matter: Matter) -> date | None:
    """The day the write-off was booked."""
    return matter.write_off.booked_on


def not_before(zh: str, en: str, earliest: Callable[[Matter], date | None]) -> Check:
    """A check that the event did not happen before a day the matter already knows."""

    def check(matter: Matter, event: MatterEvent) -> Iterator[Refusal]:
        first = earliest(matter)
        if first is not None and event.on < first:
            yield (
                Invalid,
                Problem(
                    "event.too_early",
                    f"日期不得早于{zh}（{first.isoformat()}）",
                    f"the day is before {en} ({first.isoformat()})",
                    "on",
                    event.on.isoformat(),
                ),
            )

    return check


# --- documents and evidence ------------------------------------------------------------------------------------------


def document_is(*states: DocumentState) -> Check:
    """A check that the document named exists and stands in one of the states."""

    def check(matter: Matter, event: Any) -> Iterator[Refusal]:
        yield from _stands(matter, event.document, states)

    return check


def _stands(matter: Matter, name: str, states: tuple[DocumentState, ...], kind: str = "") -> Iterator[Refusal]:
    document = matter.documents.get(name)
    if document is None:
        yield (
            NotFound,
            Problem("document.unknown", "本案没有这份文书", "the matter has no such document", "document", name),
        )
        return
    if document.state not in states:
        zh, en = DOCUMENT_STATE_NAMES[document.state]
        needed = [DOCUMENT_STATE_NAMES[state] for state in states]
        yield (
            NotNow,
            Problem(
                "document.state",
                f"文书现为“{zh}”，须为“{'”或“'.join(name for name, _ in needed)}”",
                f"the document is {en}; it must be {' or '.join(name for _, name in needed)}",
                "document",
                name,
            ),
        )
    if not document.kind.startswith(kind):
        yield Invalid, Problem("document.kind", "文书种类不符", "this is another kind of document", "document", name)


def is_for_outside(matter: Matter, event: Any) -> Iterator[Refusal]:
    """A write-off paper never goes out: nobody outside may learn of it (财金〔2017〕90号 第十三条)."""
    document = matter.documents.get(event.document)
    if document is not None and document.kind.startswith("write_off"):
        yield (
            NotAllowed,
            Problem(
                "document.internal",
                "核销材料仅供内部使用，不得发送或提交给外部",
                "write-off papers are internal and never go out",
                "document",
                document.id,
            ),
        )


def request_is_new(matter: Matter, event: DocumentRequested) -> Iterator[Refusal]:
    """A document's id is its own; what it replaces exists, is of its kind and never went out."""
    if event.document in matter.documents:
        yield Conflict, Problem("document.twice", "文书编号已存在", "the id is taken", "document", event.document)
    if not event.replaces:
        return
    old = matter.documents.get(event.replaces)
    if old is None or old.kind != event.kind:
        yield (
            NotFound,
            Problem("document.unknown", "没有可替代的同类文书", "there is no such document to replace", "replaces"),
        )
    elif old.state in {DocumentState.SERVED, DocumentState.SUBMITTED}:
        yield (
            NotNow,
            Problem(
                "document.issued",
                "文书已发出或提交，不能再被替代；可另制一份新文书",
                "the document went out and cannot be replaced; make a new one beside it",
                "replaces",
                event.replaces,
            ),
        )


def approval_binds(matter: Matter, event: DocumentApproved) -> Iterator[Refusal]:
    """Exactly the bytes that were made are approved, by somebody other than who asked for them."""
    document = matter.documents.get(event.document)
    if document is None:
        return
    if (event.docx, event.pdf) != (document.docx, document.pdf):
        yield Conflict, _changed("document.digest", "document")
    yield from _another_person(event.actor, {"requester": document.requested_by})


def application_binds(matter: Matter, event: SealApplied) -> Iterator[Refusal]:
    """The seal is applied for on the approved bytes, by somebody other than who approved them."""
    document = matter.documents.get(event.document)
    if document is None:
        return
    if event.approved != document.pdf:
        yield Conflict, _changed("document.digest", "document")
    if not 1 <= event.copies <= MOST_COPIES:
        zh, en = f"份数须为 1 至 {MOST_COPIES}", f"from 1 to {MOST_COPIES} copies"
        yield Invalid, Problem("seal.copies", zh, en, "copies", str(event.copies))
    yield from _another_person(event.actor, {"approver": document.approved_by})


def seal_binds(matter: Matter, event: DocumentSealed) -> Iterator[Refusal]:
    """The seal is set on the approved bytes, by somebody who neither asked for nor approved them."""
    document = matter.documents.get(event.document)
    if document is None:
        return
    if event.approved != document.pdf:
        yield Conflict, _changed("document.digest", "document")
    yield from _another_person(event.actor, {"requester": document.requested_by, "approver": document.approved_by})


def _changed(code: str, field: str) -> Problem:
    return Problem(
        code,
        "内容与所请求批准的不一致，可能已被修改；请刷新后重新核对",
        "this is not what was asked for; it may have changed meanwhile, look at it again",
        field,
    )


_PERSONS = {
    "requester": ("文书制作人", "the person who asked for the document"),
    "approver": ("批准人", "the approver"),
    "applicant": ("核销申报人", "the applicant"),
    "checker": ("核销复核人", "the checker"),
}


def _another_person(actor: str, persons: dict[str, str]) -> Iterator[Refusal]:
    """Maker, checker, seal keeper and approver are different persons (内部控制：经办、复核、用印、审批分离)."""
    for role, person in persons.items():
        if actor and actor == person:
            zh, en = _PERSONS[role]
            yield (
                NotAllowed,
                Problem(
                    f"persons.{role}",
                    f"您是本项的{zh}，须由另一人办理",
                    f"you are {en}; another person must do this",
                    "actor",
                ),
            )


def exhibit_is_new(matter: Matter, event: ExhibitAdded) -> Iterator[Refusal]:
    """An exhibit's id is its own."""
    if event.exhibit.id in matter.exhibits:
        yield Conflict, Problem("exhibit.twice", "证据编号已存在", "the id is taken", "exhibit", event.exhibit.id)


def file_stays(matter: Matter, event: ExhibitDescribed) -> Iterator[Refusal]:
    """Only the description of an exhibit at hand changes, never its file."""
    old = matter.exhibits.get(event.exhibit.id)
    if old is None:
        yield NotFound, Problem("exhibit.unknown", "本案没有这份证据", "there is no such exhibit", "exhibit")
    elif (old.original, old.working, old.pages) != (event.exhibit.original, event.exhibit.working, event.exhibit.pages):
        yield (
            Invalid,
            Problem("exhibit.file", "证据原件不得更换", "the file of an exhibit never changes", "exhibit", old.id),
        )


def exhibit_is_there(matter: Matter, event: ExhibitWithdrawn) -> Iterator[Refusal]:
    """The exhibit is among the evidence."""
    if event.exhibit not in matter.exhibits:
        yield (
            NotFound,
            Problem("exhibit.unknown", "本案没有这份证据", "there is no such exhibit", "exhibit", event.exhibit),
        )


def bundle_is_new(matter: Matter, event: BundleRequested) -> Iterator[Refusal]:
    """A bundle's id is its own, and all it holds is at hand."""
    if event.bundle in matter.bundles:
        yield Conflict, Problem("bundle.twice", "证据卷编号已存在", "the id is taken", "bundle", event.bundle)
    for name in event.exhibits:
        if name not in matter.exhibits:
            yield NotFound, Problem("exhibit.unknown", "本案没有这份证据", "there is no such exhibit", "exhibits", name)


def bundle_is_being_made(matter: Matter, event: BundleMade | BundleFailed) -> Iterator[Refusal]:
    """The bundle was asked for and is not there yet."""
    bundle = matter.bundles.get(event.bundle)
    if bundle is None:
        yield NotFound, Problem("bundle.unknown", "没有这册证据卷", "there is no such bundle", "bundle", event.bundle)
    elif bundle.state == "made":
        yield NotNow, Problem("bundle.made", "证据卷已装订完成", "the bundle is made already", "bundle", event.bundle)


# --- filing, judgment, enforcement -----------------------------------------------------------------------------------


def filing_is_whole(matter: Matter, event: FilingSubmitted) -> Iterator[Refusal]:
    """What is handed in is a sealed complaint and a bundle that has been made."""
    yield from _stands(matter, event.document, (DocumentState.SEALED,), kind="civil_complaint")
    bundle = matter.bundles.get(event.bundle)
    if bundle is None:
        yield NotFound, Problem("bundle.unknown", "没有这册证据卷", "there is no such bundle", "bundle", event.bundle)
    elif bundle.state != "made":
        yield (
            NotNow,
            Problem("bundle.state", "证据卷尚未装订完成", "the bundle is not made yet", "bundle", event.bundle),
        )


def application_is_sealed(matter: Matter, event: EnforcementSubmitted) -> Iterator[Refusal]:
    """What is handed in is a sealed application for enforcement."""
    yield from _stands(matter, event.document, (DocumentState.SEALED,), kind="enforcement_application")


def judgment_is_of_its_instance(matter: Matter, event: JudgmentGiven) -> Iterator[Refusal]:
    """A first judgment follows the docketing, a second one an appeal that changed the first."""
    changed = matter.appeal_decision is not None and matter.appeal_decision.result == "changed"
    if matter.stage == "A52" and not (changed and event.instance == "second"):
        yield (
            NotNow,
            Problem(
                "judgment.second",
                "二审阶段仅登记改判后的二审判决；须先登记二审裁判结果为改判",
                "on appeal only the changed judgment is recorded, after the appeal was decided so",
                "instance",
                event.instance,
            ),
        )
    if matter.stage in {"A40", "A42", "A45", "A47"} and event.instance != "first":
        yield (
            Invalid,
            Problem(
                "judgment.first", "此时登记的须为一审裁判", "this is the first instance", "instance", event.instance
            ),
        )
    needed = (event.interest_until, event.interest_rate, event.interest_base)
    if event.interest_rate is not None and None in needed:
        yield (
            Invalid,
            Problem(
                "judgment.interest",
                "判决确认继续计息的，计至日、利率和基数须一并填写",
                "interest that runs on needs the day it is counted to, the rate and the base",
                "interest_rate",
            ),
        )


def party_is_of_the_judgment(matter: Matter, event: Any) -> Iterator[Refusal]:
    """The party is among those of the judgment, where it names any."""
    parties = matter.judgment.parties if matter.judgment else ()
    if parties and event.party not in parties:
        yield Invalid, Problem("judgment.party", "不是裁判文书的当事人", "not a party of the judgment", "party")


def second_service_has_its_judgment(matter: Matter, event: JudgmentServed) -> Iterator[Refusal]:
    """A second instance is served after the appeal was decided."""
    if event.instance == "second" and matter.appeal_decision is None:
        yield (
            NotNow,
            Problem("judgment.no_second", "须先登记二审裁判", "the appeal must be decided first", "instance", "second"),
        )


def performance_follows(matter: Matter, event: JudgmentTookEffect) -> Iterator[Refusal]:
    """Where the judgment sets a period to perform, its last day is known and not before the effect."""
    last = event.performance_last_day
    if last is not None and last < event.on:
        yield (
            Invalid,
            Problem(
                "judgment.performance",
                "履行期届满日不得早于生效日",
                "the last day to perform is before the effect",
                "performance_last_day",
                last.isoformat(),
            ),
        )
    if last is None and matter.judgment is not None and matter.judgment.performance_days is not None:
        yield (
            Invalid,
            Problem(
                "judgment.performance_missing",
                "判决定有履行期限，须填写履行期届满日",
                "the judgment sets a period to perform; its last day is needed",
                "performance_last_day",
            ),
        )


def not_before_on(field: str) -> Check:
    """A check that a day that goes with the event is not before the event itself."""

    def check(_: Matter, event: Any) -> Iterator[Refusal]:
        day = getattr(event, field)
        if day is not None and day < event.on:
            yield (
                Invalid,
                Problem(
                    "event.day_before",
                    f"{day.isoformat()}早于事项发生之日（{event.on.isoformat()}）",
                    f"{day.isoformat()} is before the day it happened ({event.on.isoformat()})",
                    field,
                    day.isoformat(),
                ),
            )

    return check


def measure_is_known(matter: Matter, event: Any) -> Iterator[Refusal]:
    """The asset named is one on which a measure was taken."""
    known = dict.fromkeys(each.event.asset for each in matter.standing if isinstance(each.event, PreservationTaken))
    if known and event.asset not in known:
        names = "、".join(known)
        yield (
            NotFound,
            Problem(
                "measure.unknown",
                "没有对这项财产采取过措施",
                "no measure was taken on this asset",
                "asset",
                event.asset[:60],
                f"已登记的财产：{names}",
                f"on record: {names}",
            ),
        )


# --- money and write-off ---------------------------------------------------------------------------------------------


def receipt_is_new(matter: Matter, event: PaymentReceived | RecoveryRecorded) -> Iterator[Refusal]:
    """A receipt has an amount and is recorded once."""
    if event.amount <= ZERO:
        yield (
            Invalid,
            Problem("payment.amount", "金额须大于零", "the amount is above zero", "amount", str(event.amount)),
        )
    numbers = {payment.number for payment in matter.payments}
    numbers |= {recovery.number for recovery in matter.write_off.recoveries}
    if event.number in numbers:
        yield (
            Conflict,
            Problem("payment.twice", "该流水号已入账", "this receipt is recorded already", "number", event.number),
        )


def request_of(event: WriteOffApplied) -> WriteOffRequest:
    """What an application asks, as the value whose digest binds check, approval and booking."""
    return WriteOffRequest(
        criterion=event.criterion,
        as_of=event.as_of,
        asked=components_of(event),
        outstanding=Components(
            principal=event.outstanding_principal,
            on_balance_interest=event.outstanding_on_balance_interest,
            off_balance_interest=event.outstanding_off_balance_interest,
            fees=event.outstanding_fees,
        ),
    )


def components_of(event: WriteOffApplied | WriteOffBooked) -> Components:
    """The amounts of an application or a booking by component."""
    return Components(
        principal=event.principal,
        on_balance_interest=event.on_balance_interest,
        off_balance_interest=event.off_balance_interest,
        fees=event.fees,
    )


def request_fits(matter: Matter, event: WriteOffApplied) -> Iterator[Refusal]:
    """No component is above what is outstanding, and the day of the amounts has come."""
    yield from ((Invalid, problem) for problem in request_problems(request_of(event)))
    if event.as_of > event.on:
        yield (
            Invalid,
            Problem(
                "write_off.as_of", "金额截至日不得晚于申报日", "amounts are of a later day", "as_of", str(event.as_of)
            ),
        )


def request_is_the_same(matter: Matter, event: Any) -> Iterator[Refusal]:
    """The digest given is that of the request that stands."""
    if event.request != matter.write_off.digest:
        yield Conflict, _changed("write_off.digest", "request")


def checker_is_another(matter: Matter, event: WriteOffChecked) -> Iterator[Refusal]:
    """The checker is not the applicant."""
    yield from _another_person(event.actor, {"applicant": matter.write_off.applicant})


def approver_is_another(matter: Matter, event: WriteOffApproved) -> Iterator[Refusal]:
    """The approver is neither applicant nor checker."""
    off = matter.write_off
    yield from _another_person(event.actor, {"applicant": off.applicant, "checker": off.checker})


def booking_is_as_approved(matter: Matter, event: WriteOffBooked) -> Iterator[Refusal]:
    """Booked is what was approved, component by component, by somebody who neither checked nor approved it."""
    off = matter.write_off
    if off.request is not None and components_of(event) != off.request.asked:
        yield (
            Invalid,
            Problem(
                "write_off.not_as_approved",
                "实核金额须与批准金额逐项一致",
                "what is booked equals what was approved, component by component",
                "principal",
                str(components_of(event).total),
                f"批准合计 {off.request.asked.total} 元",
                f"{off.request.asked.total} was approved in all",
            ),
        )
    yield from _another_person(event.actor, {"checker": off.checker, "approver": off.approver})


def recovery_adds_up(matter: Matter, event: RecoveryRecorded) -> Iterator[Refusal]:
    """The shares sum to the amount, and none is above what is still written off of its component."""
    shares = Shares(fees=event.fees, interest=event.interest, principal=event.principal, accrued=event.accrued)
    if shares.total != event.amount:
        yield (
            Invalid,
            Problem(
                "recovery.sum",
                f"各项合计 {shares.total} 元与收回金额 {event.amount} 元不符",
                f"the shares sum to {shares.total}, not to the {event.amount} received",
                "amount",
                str(event.amount),
            ),
        )
    left = matter.write_off.still_off
    for name, zh in (("fees", "费用"), ("interest", "利息"), ("principal", "本金")):
        taken, open_amount = getattr(shares, name), getattr(left, name)
        if taken > open_amount:
            yield (
                Invalid,
                Problem(
                    "recovery.above_written_off",
                    f"收回{zh} {taken} 元超过已核销未收回的 {open_amount} 元；超出部分记入核销后新生利息费用",
                    f"{name} of {taken} is above the {open_amount} still written off; the rest is accrued",
                    name,
                    str(taken),
                ),
            )


def receipt_is_known(matter: Matter, event: ReceiptExplained) -> Iterator[Refusal]:
    """The receipt named stands in the matter, as a payment or as a recovery."""
    known = [each.number for each in matter.payments] + [each.number for each in matter.write_off.recoveries]
    if event.number not in known:
        yield (
            NotFound,
            Problem(
                "receipt.unknown",
                "本案没有这一流水号的收款",
                "the matter has no receipt of this number",
                "number",
                event.number[:60],
                f"已有：{'、'.join(known)}",
                f"there are: {', '.join(known)}",
            ),
        )


def receipt_counts_by_now(_: Matter, event: ReceiptExplained) -> Iterator[Refusal]:
    """A receipt counts from a day that has come."""
    if event.counted_on is not None and event.counted_on > event.on:
        yield (
            Invalid,
            Problem(
                "receipt.counted_later",
                "止算之日不得晚于登记之日",
                "the day it counts has not come",
                "counted_on",
                event.counted_on.isoformat(),
            ),
        )


def accepted_by_then(_: Matter, event: BankruptcyAccepted) -> Iterator[Refusal]:
    """A bankruptcy is accepted before it is announced, or on that day."""
    if event.accepted_on is not None and event.accepted_on > event.on:
        yield (
            Invalid,
            Problem(
                "bankruptcy.accepted_later",
                "裁定受理日不得晚于公告日",
                "the acceptance is later than its announcement",
                "accepted_on",
                event.accepted_on.isoformat(),
            ),
        )
