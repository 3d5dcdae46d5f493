"""`legalflow law`: what the law here rests on, and what a person has still to check."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

import click

from legalflow.cli import NO, language, report
from legalflow.cli.service import an_office
from legalflow.errors import LegalflowError
from legalflow.law import writing
from legalflow.law.catalogue import Law, Value
from legalflow.values.codec import plain
from legalflow.values.dates import day

_YEAR = timedelta(days=365)


added = click.option("--added", "with_added", is_flag=True, help="连同本机构经两人核准增补的值；缺省只看发布的数据。")


@click.group()
def law() -> None:
    """法律数据：核对情况与某日有效的值。"""


@law.command("list")
@click.argument("folder", default="")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 给出。")
@added
def list_(folder: str, as_json: bool, with_added: bool) -> None:
    """列出法律数据的名称；FOLDER 只列其下的，例如 articles 或 deadlines。

    例：legalflow law list deadlines
    """
    loaded = _law(with_added)
    named = {topic: loaded.history(topic)[-1].zh for topic in loaded.topics() if topic.startswith(folder)}
    if as_json:
        print(json.dumps([{"topic": topic, "zh": zh} for topic, zh in named.items()], ensure_ascii=False))
        return
    for topic, zh in named.items():
        print(f"{topic}\t{zh}")


@law.command()
@click.option(
    "--on", "on", default=None, help="今天的日期，YYYY-MM-DD；核对日早于一年前的列为待核。缺省为最近核对之日。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 给出。")
@added
def check(on: str | None, as_json: bool, with_added: bool) -> None:
    """列出未核验、一年未核对和已到期而没有后续值的法律数据。退出码：0 没有；1 有。

    例：legalflow law check --on 2026-11-24
    """
    try:
        loaded = _law(with_added)
        asked = day(on) if on else loaded.checked
        found = to_check(loaded, asked)
    except LegalflowError as error:
        sys.exit(report(error, as_json))
    if as_json:
        print(json.dumps({"on": asked.isoformat(), "to_check": found}, ensure_ascii=False))
    else:
        for row in found:
            reason = row["reason_zh" if language() == "zh" else "reason"]
            print("\t".join((reason, row["topic"], row["since"], row["citation"], row["zh"])))
    sys.exit(NO if found else 0)


@law.command()
@click.argument("topic")
@click.option("--on", "on", required=True, help="日期，YYYY-MM-DD。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 给出。")
@added
def show(topic: str, on: str, as_json: bool, with_added: bool) -> None:
    """给出 TOPIC 在某日有效的值、出处、核验情况、核对日和历次的值。

    例：legalflow law show interest/delay_daily_rate --on 2026-11-24
    """
    try:
        loaded = _law(with_added)
        value = loaded.at(topic, day(on))
    except LegalflowError as error:
        sys.exit(report(error, as_json))
    history = loaded.history(topic)
    if as_json:
        print(json.dumps(plain(value) | {"history": plain(history)}, ensure_ascii=False))
        return
    print(f"{value.zh}（{value.topic}，{value.unit}）")
    print(writing.written(value.value))
    print(_source(value))
    if value.note:
        print(f"说明：{value.note}")
    if len(history) > 1:
        print("历次的值，新的在前：")
        for each in reversed(history):
            print("\t".join((_source(each), " ".join(writing.written(each.value).split()))))


def _law(with_added: bool) -> Law:
    """The released law, or the law in force in this installation."""
    if not with_added:
        return Law.load()
    with an_office() as office:
        return office.law


def _source(value: Value) -> str:
    """Where a value stands, on which days it holds, and whether and when somebody held it against the text."""
    until = f"至{value.until}（不含）" if value.until else "起"
    verified = "已核验" if value.citation.verified else "未核验"
    came = "，增补" if value.added else ""
    return f"{value.citation}；{value.since}{until}；{verified}，核对日 {value.checked or '无'}{came}"


def to_check(law: Law, on: date) -> list[dict[str, str]]:
    """What a person has to check on a day: unverified values, files unchecked for a year, topics that have run out."""
    rows: list[dict[str, str]] = []
    for topic in law.topics():
        history = law.history(topic)
        rows += [_row(value, "unverified", "未核验") for value in history if not value.citation.verified]
        last = history[-1]
        if last.citation.verified and last.checked is None:
            rows.append(_row(last, "never checked", "从未核对"))
        if last.checked is not None and on - last.checked > _YEAR:
            rows.append(_row(last, "unchecked for a year", "一年未核对"))
        if last.published and last.until is not None and last.until <= on:
            rows.append(_row(last, f"ended {last.until}", f"{last.until}起缺后续值"))
    return rows


def _row(value: Value, reason: str, zh: str) -> dict[str, str]:
    return {
        "topic": value.topic,
        "since": str(value.since),
        "zh": value.zh,
        "citation": str(value.citation),
        "reason": reason,
        "reason_zh": zh,
    }
