"""`legalflow calc`: every rule of the law, alone — JSON in, JSON out, no database, no settings."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
from pydantic import ValidationError

from legalflow.cli import language, report
from legalflow.cli.operation import LINE, WHOLE, Operation, path, placed, problems_of
from legalflow.cli.operations import OPERATIONS, operation
from legalflow.errors import Invalid, LegalflowError, NotFound, Problem
from legalflow.law.catalogue import Law

MOST_BYTES = 8 << 20  # one input, or one line of a batch
MOST_DEPTH = 40
MOST_DIGITS = 18
_CHUNK = 1 << 16  # what is read at once where it is there
_RARELY = 100_000  # objects made before the collector looks for what refers to itself


class _Inexact(str):
    """A JSON number that is not a small whole one, kept as its text so that the refusal can show it."""

    __slots__ = ()


@click.command()
@click.argument("op", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--batch", is_flag=True, help="逐行读取 JSON Lines：{id, op, input}，逐行给出结果；错误的行不影响其他行。"
)
@click.option("--brief", is_flag=True, help="不给出计算步骤（claim 亦不给出欠款明细等），用于大批量。")
@click.option("--schema", is_flag=True, help="给出该计算的输入与结果的 JSON Schema。")
@click.option("--list", "list_", is_flag=True, help="列出全部计算。")
@click.option("--json", "as_json", is_flag=True, help="问题以 JSON 给出。")
@click.option("--sheet", "folder", type=click.Path(path_type=Path), help="另将结果写成计算书，存入该目录。")
@click.option("--format", "formats", default="docx,pdf", show_default=True, help="计算书的格式，以逗号相连。")
def calc(
    op: str | None,
    file: Path | None,
    batch: bool,
    brief: bool,
    schema: bool,
    list_: bool,
    as_json: bool,
    folder: Path | None,
    formats: str,
) -> None:
    """单独计算一条规则：OP 为计算名称，FILE 为 JSON 文件（缺省或 - 为标准输入）。

    金额为元、利率为小数（0.126 即年 12.6%），均写作带引号的文本；日期为 YYYY-MM-DD；期间含首日不含末日。
    退出码：0 完成；2 输入有误；3 所需之物不可用。

    例：echo '{"amount": "100000.50"}' | legalflow calc amount-words
    """
    try:
        if list_:
            law = Law.load()
            _say({"operations": [_heading(operation(name), law) for name in OPERATIONS]})
        elif batch:
            _batch(file or (Path(op) if op else None), brief)
        elif op is None:
            raise Invalid.one(
                "calc.no_operation",
                "请给出计算名称",
                "name an operation",
                field="op",
                mend="、".join(OPERATIONS),
                mend_en=", ".join(OPERATIONS),
            )
        elif schema:
            _say(schema_of(operation(op), Law.load()))
        else:
            chosen, given, law = operation(op), parse(_bytes(file)), Law.load()
            found = run(chosen, given, law, brief=brief and folder is None)
            if folder is not None:
                from legalflow.cli import sheet

                sheet.write(chosen, given, found, law, folder, formats)
            _say(found)
    except LegalflowError as error:
        sys.exit(report(error, as_json))


def run(chosen: Operation, given: Any, law: Law, *, brief: bool = False) -> dict[str, Any]:
    """Validate one input and compute; every problem of the input is raised at once. `brief` leaves out the steps."""
    problems, plain = _without_numbers(given)
    try:
        facts = chosen.facts.model_validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        found = problems_of(error, chosen.facts)
        marked = {problem.field for problem in problems}
        raise Invalid.of([*problems, *(each for each in found if each.field not in marked)]) from None
    Invalid.raise_any(problems)
    try:
        return chosen.run_briefly(facts, law) if brief else chosen.run(facts, law)
    except LegalflowError as error:
        raise type(error).of(placed(problem, given) for problem in error.problems) from None
    except ArithmeticError:
        raise Invalid.one(
            "calc.out_of_range",
            "数值或日期超出可计算的范围",
            "a number or a day is out of the range that can be computed",
            field=WHOLE,
            mend="核对金额、利率是否多写了位数，年份是否写错",
            mend_en="look for a figure too many in amounts and rates, and for a wrong year",
        ) from None


def answer(line: bytes, law: Law, spoken: str = "zh", *, brief: bool = False) -> dict[str, Any]:
    """The answer to one line of a batch: `{id, result}` or `{id, problems}`; never raises for a bad line."""
    identity: Any = None
    try:
        given = parse(line)
        if not isinstance(given, dict):
            raise Invalid.one(
                "batch.line",
                "一行须为一个对象",
                "a line is one object",
                field=LINE,
                mend='写作 {"id": …, "op": …, "input": {…}}',
                mend_en='write {"id": …, "op": …, "input": {…}}',
            )
        identity = given.get("id")
        Invalid.raise_any(_line_problems(given))
        return {
            "id": _identity(identity),
            "result": run(operation(given["op"]), given.get("input", {}), law, brief=brief),
        }
    except LegalflowError as error:
        return {"id": _identity(identity), "problems": [problem.said(spoken) for problem in error.problems]}


def _line_problems(given: dict[str, Any]) -> Iterator[Problem]:
    for name in sorted(set(given) - {"id", "op", "input"}):
        mend, mend_en = "删去该项；一行只有 id、op、input", "drop it: a line has id, op and input alone"
        yield Problem("input.unknown", "没有这一项", "is not a known field", name[:60] or LINE, "", mend, mend_en)
    if not isinstance(given.get("op"), str):
        mend, mend_en = "写明计算名称，例如 interest", "name the operation, for example interest"
        yield Problem("input.missing", "缺少该项", "is required", "op", "", mend, mend_en)


def _identity(value: Any) -> Any:
    """An id as it may be printed back: text, a whole number or nothing."""
    return value if isinstance(value, str | int) or value is None else None


def parse(content: bytes) -> Any:
    """JSON as sent: UTF-8, no key twice, no NaN, not too deep; a number that is not small and whole stays text."""
    if len(content) > MOST_BYTES:
        most = f"{MOST_BYTES >> 20} MB"
        raise Invalid.one(
            "json.too_large",
            "输入过大",
            "the input is too large",
            field=WHOLE,
            found=len(content),
            mend=f"分成几个不超过 {most} 的输入",
            mend_en=f"split it into inputs of at most {most}",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Invalid.one(
            "json.encoding",
            "输入不是 UTF-8",
            "the input is not UTF-8",
            field=WHOLE,
            found=f"byte {fault.start}",
            mend="将文件另存为 UTF-8 编码",
            mend_en="save the file in UTF-8",
        ) from None
    if not text.strip():
        raise Invalid.one(
            "json.empty",
            "没有输入",
            "the input is empty",
            field=WHOLE,
            mend="请给出一个 JSON 对象",
            mend_en="give one object",
        )
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as fault:
        raise Invalid.one(
            "json.invalid",
            "不是有效的 JSON",
            "is not valid JSON",
            field=WHOLE,
            found=str(fault)[:80],
            mend="按所示行、列检查引号、逗号和括号：名称与文本用英文双引号，各项以英文逗号相隔，最后一项后不加逗号",
            mend_en="look at the line and column for quotes, commas and brackets: none after the last item",
        ) from None
    if text.count("{") + text.count("[") > MOST_DEPTH:
        _measure(value, 0)
    if "\\u" in text:
        _refuse_half_characters(value)
    return value


def schema_of(chosen: Operation, law: Law) -> dict[str, Any]:
    """The contract of an operation: term, source, schemas of input and result, an example that runs."""
    return _heading(chosen, law) | {
        "input": chosen.facts.model_json_schema(),
        "result": chosen.result_schema,
        "example": chosen.example,
    }


def _heading(chosen: Operation, law: Law) -> dict[str, Any]:
    return {"op": chosen.name, "term": chosen.term, "source": chosen.source(law)}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid.one(
            "json.duplicate_key",
            "同一键出现两次",
            "the same key stands twice",
            field=twice[:60] or WHOLE,
            mend="只保留一处",
            mend_en="keep one of them",
        )
    return found


def _whole(text: str) -> int | _Inexact:
    return int(text) if len(text) <= MOST_DIGITS else _Inexact(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_Inexact, parse_int=_whole, parse_constant=_Inexact)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def _too_deep() -> Invalid:
    return Invalid.one(
        "json.too_deep",
        "嵌套过深",
        "is nested too deeply",
        field=WHOLE,
        mend=f"括号的嵌套不超过 {MOST_DEPTH} 层",
        mend_en=f"nest at most {MOST_DEPTH} brackets",
    )


def _measure(value: Any, depth: int) -> None:
    """Refuse what is nested too deeply."""
    if depth > MOST_DEPTH:
        raise _too_deep()
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict | list):
            _measure(item, depth + 1)


def _refuse_half_characters(value: Any) -> None:
    """Refuse half a surrogate pair, which only an escape can bring in."""
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_half_characters(name)
            _refuse_half_characters(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_half_characters(item)
    elif isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
        raise Invalid.one(
            "json.text",
            "文本含有不成对的代理码位",
            "a text holds half a surrogate pair",
            field=WHOLE,
            mend="将 \\ud800 一类的转义改为所指的文字",
            mend_en="write the character itself in place of an escape such as \\ud800",
        )


def _without_numbers(given: Any) -> tuple[list[Problem], Any]:
    """Problems of every inexact number, and the input with their text in place, so that the rest is checked too."""
    problems = [
        Problem(
            "input.number",
            "金额、利率须写作带引号的文本，整数不超过18位",
            "an amount or a rate is written as text in quotes, a whole number has at most 18 digits",
            path(place) or WHOLE,
            str(number)[:60],
            f'"{str(number)[:60]}"',
            f'"{str(number)[:60]}"',
        )
        for place, number in _inexact(given, ())
    ]
    return problems, given


def _inexact(value: Any, place: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], _Inexact]]:
    if type(value) is _Inexact:
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        if type(item) is not str:
            yield from _inexact(item, (*place, name))


def _bytes(file: Path | None) -> bytes:
    if file is None or str(file) == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with _open(file) as stream:
        return stream.read(MOST_BYTES + 1)


def _open(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as fault:
        raise NotFound.one(
            "file.unreadable",
            "文件无法读取",
            "the file cannot be read",
            field="FILE",
            found=f"{file}: {fault.strerror}",
            mend="核对路径与读取权限，或以 - 从标准输入读取",
            mend_en="look at the path and the right to read it, or read standard input with -",
        ) from None


def _batch(file: Path | None, brief: bool) -> None:
    law, spoken = Law.load(), language()
    gc.freeze()  # the law is kept to the end, and a line leaves nothing that refers to itself
    gc.set_threshold(_RARELY)
    stream = sys.stdin.buffer if file is None or str(file) == "-" else _open(file)
    with stream:
        for lines in _lines(stream):
            answers = [answer(line, law, spoken, brief=brief) for line in lines if line.strip()]
            sys.stdout.write("".join(_ENCODER.encode(each) + "\n" for each in answers))
            sys.stdout.flush()


def _lines(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream as they come in, those that came together in one list.

    A line longer than the limit is given cut, and so refused; its rest is passed over.
    """
    rest = b""
    while chunk := stream.read1(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        rest = rest[: MOST_BYTES + 1]
        yield whole
    yield [rest]


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(_ENCODER.encode(value) + "\n")
    sys.stdout.flush()
