"""`legalflow law`: what the law here rests on, and what a person has still to check."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta

import click

from legalflow.cli import NO, language, report
from legalflow.errors import LegalflowError
from legalflow.law.catalogue import Law, Value
from legalflow.values.codec import plain
from legalflow.values.dates import day

_YEAR = timedelta(days=365)


@click.group()
def law() -> None:
    """法律数据：核对情况与某日有效的值。"""


@law.command("list")
@click.argument("folder", default="")
def list_(folder: str) -> None:
    """列出法律数据的名称；FOLDER 只列其下的，例如 articles 或 deadlines。

    例：legalflow law list deadlines
    """
    loaded = Law.load()
    for topic in loaded.topics():
        if topic.startswith(folder):
            print(f"{topic}\t{loaded.history(topic)[-1].zh}")


@law.command()
@click.option(
    "--on", "on", default=None, help="今天的日期，YYYY-MM-DD；核对日早于一年前的列为待核。缺省为最近核对之日。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 给出。")
def check(on: str | None, as_json: bool) -> None:
    """列出未核验、一年未核对和已到期而没有后续值的法律数据。退出码：0 没有；1 有。

    例：legalflow law check --on 2026-11-24
    """
    try:
        loaded = Law.load()
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
def show(topic: str, on: str, as_json: bool) -> None:
    """给出 TOPIC 在某日有效的值及其出处。

    例：legalflow law show interest/delay_daily_rate --on 2026-11-24
    """
    try:
        value = Law.load().at(topic, day(on))
    except LegalflowError as error:
        sys.exit(report(error, as_json))
    if as_json:
        print(json.dumps(plain(value), ensure_ascii=False))
        return
    print(f"{value.zh}（{value.topic}，{value.unit}）")
    print(json.dumps(plain(value.value), ensure_ascii=False) if not isinstance(value.value, str) else value.value)
    until = f"至{value.until}（不含）" if value.until else "起"
    verified = "已核验" if value.citation.verified else "未核验"
    print(f"{value.citation}；{value.since}{until}；{verified}，核对日 {value.checked or '无'}")


def to_check(law: Law, on: date) -> list[dict[str, str]]:
    """What a person has to check on a day: unverified values, files unchecked for a year, topics that have run out."""
    rows: list[dict[str, str]] = []
    for topic in law.topics():
        history = law.history(topic)
        rows += [_row(value, "unverified", "未核验") for value in history if not value.citation.verified]
        checked = history[-1].checked
        if checked is not None and on - checked > _YEAR:
            rows.append(_row(history[-1], "unchecked for a year", "一年未核对"))
        until = history[-1].until
        if until is not None and until <= on and topic in _CONTINUES:
            rows.append(_row(history[-1], f"ended {until}", f"{until}起缺后续值"))
    return rows


_CONTINUES = {"rates/lpr_1y", "rates/lpr_5y", "calendar/holidays"}  # series that the authorities keep publishing


def _row(value: Value, reason: str, zh: str) -> dict[str, str]:
    return {
        "topic": value.topic,
        "since": str(value.since),
        "zh": value.zh,
        "citation": str(value.citation),
        "reason": reason,
        "reason_zh": zh,
    }
