"""A document as plain text, block by block: what golden files hold and what a screen previews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from legalflow.documents.blocks import (
    Blank,
    Block,
    Cite,
    Closing,
    Document,
    Form,
    FormBand,
    FormEntry,
    FormNotes,
    FormRow,
    FormWide,
    Heading,
    Item,
    Line,
    PageBreak,
    Paragraph,
    Party,
    Signature,
    Strong,
    Table,
    Text,
    Tick,
    Title,
)


def text_of(document: Document) -> str:
    """The words of a document in order, one block after another; ticks as ☑ and □, blanks as lines."""
    lines = [*document.letterhead, *(line for block in document.blocks for line in _block(block))]
    return "\n".join(lines) + "\n"


def words_of(line: Line) -> str:
    """The words of one line."""
    return "".join(_inline(each) for each in line)


def _inline(inline: object) -> str:
    match inline:
        case Text(text) | Strong(text):
            return text
        case Blank(width):
            return "_" * width
        case Tick(on):
            return "☑" if on else "□"
        case Cite():
            return inline.words
    raise TypeError(f"not an inline: {inline!r}")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Title(text, subtitle):
            yield text
            if subtitle:
                yield subtitle
        case Heading(line):
            yield words_of(line)
        case Paragraph(line, indent, align):
            yield ("　　" if indent else ("                    " if align == "right" else "")) + words_of(line)
        case Party(role, line):
            yield f"{role}：{words_of(line)}"
        case Item(number, line):
            yield f"　　{number}{words_of(line)}"
        case Closing(line, indent):
            yield ("　　" if indent else "") + words_of(line)
        case Signature(lines, _):
            yield from (words_of(line) for line in lines)
        case PageBreak():
            yield "-" * 20
        case Table():
            yield from (_row(row) for row in ((block.head,) if block.head else ()) + block.rows)
        case Form(entries, _, _):
            yield from (line for entry in entries for line in _entry(entry))


def _row(row: Sequence[Line]) -> str:
    return "| " + " | ".join(words_of(cell) for cell in row) + " |"


def _entry(entry: FormEntry) -> Iterator[str]:
    match entry:
        case FormBand(title):
            yield f"【{title}】"
        case FormNotes(lines) | FormWide(lines):
            yield from (words_of(line) for line in lines)
        case FormRow(label, lines):
            yield f"[{label}]"
            yield from (f"    {words_of(line)}" for line in lines)
