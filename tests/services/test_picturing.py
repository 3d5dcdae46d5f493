"""Pictures of seals and logos: only what was made anew is kept, each look is recorded, and sealing draws them."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image, ImageDraw
from sqlmodel import select

from legalflow.errors import Invalid, NotAllowed, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.persistence.tables import AuditRow, LenderSealRow
from legalflow.services import drafting, lending, picturing, sealing
from tests.services.installation import PLAIN, actor, document_row, drafted, matter_of


def a_picture(mode: str = "RGBA", kind: str = "PNG", size: tuple[int, int] = (120, 120)) -> bytes:
    """A red ring on a transparent ground (or a white one), with a comment that must not stay."""
    image = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else (255, 255, 255))
    ImageDraw.Draw(image).ellipse((2, 2, size[0] - 3, size[1] - 3), outline=(200, 0, 0), width=6)
    out = io.BytesIO()
    image.save(out, kind, **({"comment": b"secret words"} if kind == "JPEG" else {}))
    return out.getvalue()


def a_bomb() -> bytes:
    """A small PNG whose header promises forty thousand pixels a side."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def draws_a_seal(page: pikepdf.Page) -> bool:
    """Whether a page draws the picture of a seal."""
    return any(
        str(each.operator) == "Do" and "Seal" in str(each.operands[0]) for each in pikepdf.parse_content_stream(page)
    )


def lender_of(office: Office) -> str:
    """The id of the lender of the plain sample loan."""
    admin = actor(office, "admin")
    return next(each.id for each in lending.listed(office, admin) if "银行" in each.name)


def keep(office: Office, content: bytes, seal: str = "公章", width: str = "40") -> str:
    return picturing.add_seal(office, actor(office, "admin"), lender_of(office), seal, width, "启用", content)


def test_a_sealed_file_bears_the_seal_over_the_name_and_its_event_names_the_picture(sample: Office) -> None:
    kept = keep(sample, a_picture())
    matter = matter_of(sample, PLAIN)
    document = drafted(sample, matter, "civil_complaint_financial_loan")
    approved = document_row(sample, document).pdf or ""
    drafting.approve(sample, actor(sample, "reviewer"), document, approved)
    drafting.seal(sample, actor(sample, "seal"), document, approved)
    row = document_row(sample, document)
    with pikepdf.open(io.BytesIO(sample.store.read(row.sealed or ""))) as pdf, sample.database.reading() as session:
        bearing = [page for page in pdf.pages if draws_a_seal(page)]
        assert len(bearing) == 1 and "/SMask" in bearing[0].resources.XObject["/LegalflowSeal"]
        seal = session.get(LenderSealRow, kept)
        assert seal is not None and str(pdf.docinfo["/SealPictureSHA256"]) == seal.digest
        told = journal.events(session, matter)[-1].event
        assert getattr(told, "picture", None) == seal.digest
    proof = sealing.proof(sample, actor(sample, "seal"), document)
    assert proof is not None and proof.holds


def test_where_no_picture_is_in_use_nothing_is_drawn(sample: Office) -> None:
    kept = keep(sample, a_picture())
    picturing.retire_seal(sample, actor(sample, "admin"), kept, "换章")
    with pytest.raises(NotNow):
        picturing.retire_seal(sample, actor(sample, "admin"), kept, "换章")
    document = drafted(sample, matter_of(sample, PLAIN), "debt_statement")
    approved = document_row(sample, document).pdf or ""
    drafting.approve(sample, actor(sample, "reviewer"), document, approved)
    drafting.seal(sample, actor(sample, "seal"), document, approved)
    with pikepdf.open(io.BytesIO(sample.store.read(document_row(sample, document).sealed or ""))) as pdf:
        assert not any(map(draws_a_seal, pdf.pages))


def test_each_look_at_a_seal_is_recorded_and_only_its_holder_and_its_keeper_look(sample: Office) -> None:
    kept = keep(sample, a_picture())
    keeper = actor(sample, "seal")
    with Image.open(io.BytesIO(picturing.open_seal(sample, keeper, kept))) as image:
        assert image.size == (120, 120) and image.mode == "RGBA"
    for login in ("counsel", "reviewer", "lawyer", "auditor"):
        with pytest.raises(NotAllowed):
            picturing.open_seal(sample, actor(sample, login), kept)
    with pytest.raises(NotAllowed):
        picturing.add_seal(sample, keeper, lender_of(sample), "公章", "40", "启用", a_picture())
    with sample.database.reading() as session:
        seen = session.exec(select(AuditRow).where(AuditRow.action == "seal.seen")).all()
        row = session.get(LenderSealRow, kept)
    assert [each.actor for each in seen] == [keeper.id]
    assert row is not None and b"PNG" not in row.content.encode(), "the picture is not readable in the database"


def test_a_new_picture_takes_the_place_of_the_one_in_use_and_is_a_version(sample: Office) -> None:
    admin = actor(sample, "admin")
    keep(sample, a_picture())
    keep(sample, a_picture(size=(90, 90)))
    states = [each.retired_at is None for each in picturing.seals(sample, admin, lender_of(sample))]
    assert states == [True, False]
    (latest, *_) = lending.history(sample, admin, lender_of(sample))
    assert latest.parts == ("seal",) and latest.changed[0].zh == "公章" and latest.changed[0].before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.none"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "picture.svg"),
        (b"%PDF-1.7 no picture", "picture.picture_kind"),
        (a_picture("RGB"), "picture.picture_opaque"),
        (a_picture("RGB", "JPEG"), "picture.picture_kind"),
        (a_picture(size=(10, 10)), "picture.picture_small"),
        (a_bomb(), "picture.picture_large"),
        (a_picture()[:200], "picture.image_damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (3 << 20), "picture.too_large"),
    ],
)
def test_what_is_no_picture_of_a_seal_is_refused_with_the_reason(sample: Office, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        keep(sample, content)
    assert [each.code for each in refused.value.problems] == [code]


def test_the_seal_its_width_and_the_reason_are_asked_together(sample: Office) -> None:
    with pytest.raises(Invalid) as refused:
        picturing.add_seal(sample, actor(sample, "admin"), lender_of(sample), "私章", "400", "", b"")
    assert {each.field for each in refused.value.problems} == {"seal", "millimetres", "why", "picture"}


def test_a_logo_is_kept_as_pixels_alone_and_taken_away_again(sample: Office) -> None:
    admin, counsel = actor(sample, "admin"), actor(sample, "counsel")
    with pytest.raises(NotFound):
        picturing.open_logo(sample, counsel, lender_of(sample))
    picturing.put_logo(sample, admin, lender_of(sample), "启用", a_picture("RGB", "JPEG"))
    kept = picturing.open_logo(sample, counsel, lender_of(sample))
    assert kept.startswith(b"\x89PNG") and b"secret" not in kept
    picturing.remove_logo(sample, admin, lender_of(sample), "停用")
    with pytest.raises(NotFound):
        picturing.open_logo(sample, counsel, lender_of(sample))
    with pytest.raises(Invalid):
        picturing.put_logo(sample, admin, lender_of(sample), "启用", b"<svg/>")
    assert [each.parts for each in lending.history(sample, admin, lender_of(sample))][:2] == [("letterhead",)] * 2
