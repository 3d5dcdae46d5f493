"""What a clerk or an administrator asks from the command line: set-up, imports, matters, persons, checks.

These commands act on the database directly, through the same use cases as the pages; the relay and the workers carry
the work out. Who acts is said with `--as LOGIN`; only that account's rights count.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml

from legalflow import config
from legalflow.access import Actor, Role
from legalflow.cli import up
from legalflow.cli.telling import Telling
from legalflow.errors import Invalid, NotFound, Problem
from legalflow.office import Office, in_force, open_office
from legalflow.persistence import migrating
from legalflow.services import (
    auditing,
    checking,
    correcting,
    deleting,
    filling,
    importing,
    keeping,
    lists,
    operating,
    persons,
    restricting,
    starting,
    viewing,
)
from legalflow.services.listing import Wanted
from legalflow.values import codec

WAIT = 120.0  # seconds an import is waited for
EVIDENCE = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".docx"})


@contextmanager
def an_office() -> Iterator[Office]:
    """The office of this installation, with its tables made where they are not and the law in force now."""
    settings = config.read()
    starting.refuse_unsafe(settings)
    auditing.comes_from("command line")
    office = open_office(settings)
    try:
        migrating.upgrade(office.database)
        yield in_force(office)
    finally:
        office.database.close()


as_login = click.option("--as", "login", metavar="LOGIN", help="以哪个账号办理 / the account that acts")
as_json = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / as JSON")


def _actor(office: Office, login: str | None) -> Actor:
    """The account that acts; where none is named, the only one that could, else a question."""
    return operating.actor(office, login)


@click.command()
@click.option("--admin", "login", default="admin", show_default=True, help="管理员登录名 / the administrator's login")
def init(login: str) -> None:
    """新建数据库、密钥与管理员账号。例：legalflow init / make tables, keys and the first account.

    已初始化时只更新表结构。管理员密码只显示一次 / on a database that is there it only brings the tables up to date.
    """
    with an_office() as office:
        password = operating.first_account(office, login)
    if password is None:
        print("已是最新 / up to date")
    else:
        print(f"{login}\t{password}")


@click.command()
@click.option("--matters", type=int, metavar="N", help="虚构案件的件数 / so many fictitious matters")
def demo(matters: int | None) -> None:
    """在新的数据库中载入示例数据。例：legalflow demo --matters 20000 / sample data for a new database.

    不带参数时载入少量逐件编排、证据齐备的示例贷款。带 --matters 时生成 N 件虚构案件，供查看列表、期限和统计在大量数据下
    的表现：阶段、日期、金额、机构、律所各不相同，同一天两次生成的内容相同；每件案件的文书和证据以一页样本代替。
    约需每千件半分钟；中途停止时，已生成的案件完整可用。

    Alone, a few loans arranged one by one, with their evidence. With --matters, N fictitious matters, to see lists,
    deadlines and figures under many: the same on the same day; one sample page stands for their papers. About half a
    minute a thousand; where it is stopped, what is there is whole.
    """
    if matters is not None:
        filling.refuse_number(matters)
    with an_office() as office:
        if matters is None:
            operating.refuse_used(office)
            logins = up.load_samples(office)
            up.write_logins(office.settings, logins)
        else:
            logins = _fill(office, matters)
    for each in logins:
        print("\t".join(each.values()))


def _fill(office: Office, matters: int) -> list[dict[str, str]]:
    """Fill a new installation with many matters; its log-ins, kept before the long work so that none is lost."""
    begun = filling.begin(office)
    logins = [asdict(each) for each in begun.logins]
    up.write_logins(office.settings, logins)
    told = Telling(sys.stderr)
    try:
        filling.fill(office, begun, matters, told.matters)
        filling.fill_claims(office, matters, told.claims)
    except KeyboardInterrupt:
        told.end()
        print(
            f"已停止：已有 {told.kept} 件案件，数据完整；登录账号见 {office.settings.home / 'demo-logins.txt'} / "
            f"stopped: {told.kept} matters are there and whole; the log-ins are in that file",
            file=sys.stderr,
        )
        sys.exit(130)
    told.end()
    return logins


@click.group("import")
def import_() -> None:
    """导入 / take files in."""


def _foresee(kind: str, file: Path, login: str | None, to_json: bool) -> None:
    """Say what the import of a file would do; nothing is kept of it, and no worker is needed."""
    with an_office() as office:
        seen = importing.foresee(office, _actor(office, login), kind, file.read_bytes())
    names = ("rows", "added", "changed", "unchanged", "refused")
    said: dict[str, Any] = {name: getattr(seen, name) for name in names} | {"missing": list(seen.missing)}
    problems = [{"row": each.number, "problems": list(each.problems)} for each in seen.first]
    if to_json:
        print(json.dumps({**said, "first_refused": problems}, ensure_ascii=False))
    else:
        print("\t".join(f"{name}={'、'.join(value) if name == 'missing' else value}" for name, value in said.items()))
        for each in seen.first:
            print(f"{each.number}\t{'；'.join(each.problems)}", file=sys.stderr)
    if not seen.readable or seen.refused:
        sys.exit(1)


def _import(kind: str, file: Path, login: str | None, wait: bool, to_json: bool) -> None:
    with an_office() as office:
        actor = _actor(office, login)
        batch_id = importing.receive(office, actor, kind, file.name, file.read_bytes())
        batch = viewing.batch(office, actor, batch_id)
        end = time.monotonic() + (WAIT if wait else 0)
        while batch.state == "received" and time.monotonic() < end:
            time.sleep(0.2)
            batch = viewing.batch(office, actor, batch_id)
        said = {
            "batch": batch.id,
            "state": batch.state,
            "added": batch.added,
            "changed": batch.changed,
            "unchanged": batch.unchanged,
            "refused": batch.refused,
            "reason": batch.reason,
        }
        refused = office.store.read(batch.report).decode("utf-8-sig", "replace") if batch.report else ""
    if to_json:
        rows = list(csv.reader(refused.splitlines()))[1:]
        problems = [{"row": int(row[0]), "problems": row[1]} for row in rows if row and row[0].isdigit()]
        print(json.dumps({**said, "problems": problems}, ensure_ascii=False))
    else:
        print("\t".join(f"{name}={value}" for name, value in said.items()))
        print(refused, file=sys.stderr, end="")
    if batch.state == "failed" or batch.refused:
        sys.exit(1)
    if wait and batch.state == "received":
        print("尚未导入：没有进程在处理，请运行 legalflow up / no worker took it: run legalflow up", file=sys.stderr)
        sys.exit(3)


def _import_command(kind: str, words: str) -> None:
    @import_.command(kind, help=words)
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @as_login
    @click.option("--no-wait", is_flag=True, help="不等待结果 / do not wait for the result")
    @click.option("--dry-run", is_flag=True, help="只预览，不写入 / say what it would do, and write nothing")
    @as_json
    def command(file: Path, login: str | None, no_wait: bool, dry_run: bool, as_json: bool) -> None:
        if dry_run:
            _foresee(kind, file, login, as_json)
        else:
            _import(kind, file, login, not no_wait, as_json)


for _kind, _words in {
    "loans": "贷款",
    "payments": "还款",
    "parties": "当事人",
    "collateral": "担保物",
    "dues": "还款计划",
    "drawdowns": "放款",
    "contacts": "联系方式",
    "opening_balances": "期初余额",
    "units": "机构",
}.items():
    _import_command(
        _kind,
        f"导入{_words}（XLSX、CSV）；有未导入的行时退出码 1。例：legalflow import {_kind} {_words}.csv --as counsel"
        f"\n\n{_kind} from XLSX or CSV; exit 1 where a row was refused.",
    )


@import_.command("evidence")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--matter", "matter_id", required=True, metavar="ID|编号", help="案件 / the matter, by id or number")
@as_login
@as_json
def import_evidence(folder: Path, matter_id: str, login: str | None, as_json: bool) -> None:
    """把文件夹内的文件加入案件证据；子文件夹即分组。例：legalflow import evidence 证据 --matter 2026-000001

    Files of a folder become evidence of a matter; folders inside it are the groups, in the order of their names.
    """
    with an_office() as office:
        actor = _actor(office, login)
        found = operating.matter_id(office, actor, matter_id)
        taken = [_take(office, actor, found, *each) for each in _files(folder)]
    if as_json:
        print(json.dumps({"exhibits": taken}, ensure_ascii=False))
    else:
        for each in taken:
            print(f"{each['exhibit']}\t{each['file']}")


def _take(office: Office, actor: Actor, matter_id: str, group: int, file: Path) -> dict[str, str]:
    exhibit = keeping.add_exhibit(
        office, actor, matter_id, file.name, file.read_bytes(), name=file.stem[:100], group=group
    )
    return {"exhibit": exhibit, "file": str(file)}


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    """The files of a folder with the number of their group: those directly in it are group 1, or go before."""
    inside = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    groups = [folder, *inside] if any(each.is_file() for each in folder.iterdir()) else inside
    any_file = False
    for number, group in enumerate(groups, start=1):
        for file in sorted(group.iterdir() if group == folder else group.rglob("*")):
            if file.is_file() and file.suffix.lower() in EVIDENCE:
                any_file = True
                yield number, file
    if not any_file:
        raise Invalid.one(
            "evidence.folder",
            "文件夹内没有可用的文件",
            "there is no file of a known kind in the folder",
            found=str(folder),
        )


@click.group()
def matter() -> None:
    """案件 / matters."""


@matter.command("list")
@click.option("--stage", default="", help="阶段，如 A20 / the stage, for example A20")
@as_login
@as_json
def list_matters(stage: str, login: str | None, as_json: bool) -> None:
    """列出案件。例：legalflow matter list --as counsel / the matters within the account's scope."""
    lines: list[Any] = []
    with an_office() as office:
        actor, after = _actor(office, login), ""
        wanted = Wanted(chosen={"write_off" if stage.startswith("C") else "stage": (stage,)} if stage else {})
        while True:
            page = lists.matters(office, actor, wanted, after)
            lines += page.rows
            after = page.after
            if not after:
                break
    if as_json:
        print(json.dumps([codec.plain(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        print(
            f"{line.number}\t{line.id}\t{line.stage}\t{line.write_off}\t{line.contract_number}\t{line.next_day or ''}"
        )


@matter.command()
@click.argument("matter_id", metavar="ID|编号")
@as_login
@as_json
def show(matter_id: str, login: str | None, as_json: bool) -> None:
    """一个案件的事项。例：legalflow matter show 2026-000001 --as counsel / what happened to a matter."""
    with an_office() as office:
        actor = _actor(office, login)
        sheet = viewing.matter(office, actor, operating.matter_id(office, actor, matter_id))
    events = [_event(each) for each in sheet.events]
    if as_json:
        told = codec.plain({"id": sheet.row.id, "number": sheet.row.number, "events": events})
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{sheet.row.number}\t{sheet.row.id}\t{sheet.row.stage}\t{sheet.row.write_off}")
    for event in events:
        print(f"{event['sequence']}\t{event['on']}\t{event['event']}\t{event['title']}")


def _event(recorded: Any) -> dict[str, Any]:
    event = recorded.event
    return {"sequence": recorded.sequence, "event": type(event).__name__, "title": event.title[0], "on": event.on}


@matter.command()
@click.argument("matter_id", metavar="ID|编号")
@as_login
def replay(matter_id: str, login: str | None) -> None:
    """由日志重放案件并与存储的状态比较；不同时退出码 1。例：legalflow matter replay 2026-000001 / fold it anew."""
    with an_office() as office:
        actor = _actor(office, login)
        found = operating.matter_id(office, actor, matter_id)
        differs = [each for each in checking.journal_gives_the_matter(office) if each.place == f"matter {found}"]
        told = operating.replayed(office, actor, found)
    print(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))
    for each in differs:
        print(f"{each.invariant} {each.place}: {each.zh} / {each.en}", file=sys.stderr)
    if differs:
        sys.exit(1)


@click.command()
@as_json
def check(as_json: bool) -> None:
    """核对全部不变式；有不符时退出码 1。例：legalflow check / hold every invariant against the data."""
    with an_office() as office:
        failed = list(checking.invariants(office))
    if as_json:
        print(json.dumps({"failed": [vars(each) for each in failed]}, ensure_ascii=False))
    for each in failed:
        print(f"{each.invariant} {each.place}: {each.zh} / {each.en}", file=sys.stderr)
    if failed:
        print(f"首个不符 / first to fail: {failed[0].invariant}", file=sys.stderr)
        sys.exit(1)
    if not as_json:
        print(f"{' '.join(checking.CHECKS)} 均成立 / all hold")


@click.group()
def person() -> None:
    """个人信息主体的权利：查阅、更正、限制、删除（个人信息保护法 第四十四条至第四十七条） / the rights of a person.

    证件号码写作 - 或省略时由标准输入读取，不留在命令行历史中 / a number of - or none is read from stdin.
    """


_number = click.argument("number", metavar="[证件号码]", default="-")


def _said(number: str) -> str:
    """The identity number of the line, or of stdin, so that it need not stay in the shell's history."""
    return (sys.stdin.readline() if number == "-" else number).strip()


def _told(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1))


@person.command()
@_number
@as_login
def access(number: str, login: str | None) -> None:
    """一个人在本系统中的全部信息（JSON）；每次查询均记入审计。例：legalflow person access --as counsel < 号码.txt

    包括当事人要素、还款、事项、文书、证据、期限、谁看过和下载过，以及载有该号码的导入文件。

    All that is held of a person: facts, payments, events, documents, evidence, deadlines, who looked and fetched, and
    the imported files that hold the number. Each look is recorded in the audit trail.
    """
    with an_office() as office:
        found = persons.access(office, _actor(office, login), _said(number))
    if not found["loans"]:
        raise NotFound.one("person.absent", "没有此人的信息", "nothing is held of this person")
    _told(found)


@person.command("correct")
@click.argument("number", metavar="证件号码|-")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", "new_number", metavar="新号码", help="更正证件号码本身 / correct the number itself")
@as_login
def correct(number: str, file: Path, new_number: str | None, login: str | None) -> None:
    """更正一个人的信息；例：legalflow person correct - 更正.yaml --as counsel < 号码.txt

    文件每行“字段: 值”，例如 phone: "19900000009"；值为空表示不再记载。各贷款中一并更正，已有案件的也可更正；
    由更正前信息制作的文书和以原姓名登记的事项逐一列出，不自动改动；此后的导入不能改回。

    FILE holds one `field: value` a line; an empty value says that a fact is not known. Every loan of the person is
    corrected, also one with a matter; documents made from the earlier facts are named. No import undoes it.
    """
    texts = _fields(file)
    with an_office() as office:
        _told(correcting.correct(office, _actor(office, login), _said(number), texts, new_number))


@person.command("restrict")
@_number
@click.option("--lift", is_flag=True, help="解除限制 / lift the restriction")
@click.option(
    "--except-claims/--no-except-claims",
    default=True,
    show_default=True,
    help="起诉、执行所需的文书和证据仍可办理 / what is needed in court stays possible",
)
@as_login
def restrict(number: str, lift: bool, except_claims: bool, login: str | None) -> None:
    """限制处理一个人的信息：只存储、不使用；例：legalflow person restrict --as counsel < 号码.txt

    限制期间不显示完整号码，不制作、不批准、不下载涉及此人的文书；缺省仍可办理向法院主张债权所需的文书和证据。

    While restricted, a person's data is stored and not used: no full numbers, no new documents, no downloads; by
    default what pursues the claim in court stays possible.
    """
    with an_office() as office:
        actor = _actor(office, login)
        if lift:
            found = restricting.lift(office, actor, _said(number))
        else:
            found = restricting.restrict(office, actor, _said(number), except_claims=except_claims)
    _told({"lifted" if lift else "restricted": found})


@person.command("delete")
@_number
@click.option("--confirm", type=int, metavar="N", help="确认将删除的贷款笔数 / in how many loans, as the refusal says")
@as_login
def delete(number: str, confirm: int | None, login: str | None) -> None:
    """删除一个人的信息；例：legalflow person delete --as reviewer < 号码.txt

    删除后不能恢复：先不加 --confirm 运行，看清涉及哪些贷款，再键入笔数确认。

    债权存续或者保存期限未届满的不能删除，逐笔说明理由（退出码 1）。可以删除的，覆盖贷款中的当事人要素并去除索引；
    不能删除的原件、日志逐项列出及其理由。

    Refused with its ground while the claim lives or the records' period runs (exit code 1). Else the person's facts are
    overwritten and the index goes; originals and journals, which never change, are listed with their grounds. Run it
    without --confirm first: it names the loans it is about, and does nothing.
    """
    with an_office() as office:
        actor = operating.actor(office, login, Role.REVIEWER)
        _told(deleting.delete(office, actor, _said(number), confirm))


def _fields(file: Path) -> dict[str, str]:
    """The fields of a YAML file as they are written there: a phone stays text, and a field stands once."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise Invalid.one("file.unreadable", "文件无法读取", "the file cannot be read", found=str(file)) from None
    if not isinstance(node, yaml.MappingNode):
        raise Invalid.one("file.shape", "文件须为“字段: 值”", "the file holds fields and values", found=str(file))
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(item, yaml.ScalarNode):
            place = key.value[:40] if isinstance(key, yaml.ScalarNode) else ""
            problems.append(
                Problem("field.shape", "须为“字段: 值”，每项一个值", "one value a field is expected", place)
            )
        elif key.value in texts:
            problems.append(Problem("field.twice", "同一字段写了两次", "a field stands there twice", key.value))
        else:
            texts[str(key.value)] = "" if item.tag.endswith(":null") else item.value
    Invalid.raise_any(problems)
    return texts
