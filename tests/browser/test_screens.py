"""Every page there is, by the addresses the app answers to, so that a new one is looked at without being named here.

On each: a title and one heading, no error of a script, no finding of axe, nothing wider than a screen of 360 pixels, no
control a keyboard does not reach. The roles that may open it, both themes, both languages and both widths take turns;
every mixture of them, over the whole sample portfolio, is long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.serving import make_server

from legalflow.access import RIGHTS, Role
from legalflow.app import create_app
from legalflow.office import Office
from legalflow.persistence import tables
from legalflow.services import sampling
from tests.browser.conftest import AXE, work_off
from tests.builders import an_office
from tests.house.test_routes import address
from tests.services.installation import actor
from tests.web.world import Place, World, a_world, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.long]  # minutes of a browser: part of `./lf prove`

LOGINS = ("counsel", "reviewer", "seal", "lawyer", "finance", "checker", "approver", "auditor", "admin")
MODES = tuple(product(("light", "dark"), ("zh-CN", "en-GB"), (1280, 360)))
# Addresses that say how the service is, for machines.
FOR_MACHINES = {"static", "dashboard.alive", "dashboard.ready", "deadlines.feed"}
# Things whose table is not named as they are in addresses.
ROWS: dict[str, Any] = {
    "account": tables.AccountRow,
    "batch": tables.BatchRow,
    "bundle": tables.BundleRow,
    "deadline": tables.DeadlineRow,
    "debtor": tables.PersonRow,
    "document": tables.DocumentRow,
    "exhibit": tables.ExhibitRow,
    "firm": tables.FirmRow,
    "lender": tables.LenderRow,
    "lender_seal": tables.LenderSealRow,
    "list": tables.WriteOffListRow,
    "loan": tables.LoanRow,
    "matter": tables.MatterRow,
    "paper": tables.PaperRow,
    "proposal": tables.ProposalRow,
    "receipt": tables.ReceiptRow,
    "run": tables.RunRow,
    "write_off": tables.WriteOffRow,
}
AXE_SAYS = """axe.run(document, {iframes: false, resultTypes: ['violations']}).then(r => r.violations.map(
    v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)
        + ' ' + ((n.any[0] || n.all[0] || n.none[0] || {}).message || '').slice(0, 200)).join(' | ')))"""
# What a mouse can press and a keyboard cannot reach.
UNREACHED = """[...document.querySelectorAll('main a:not([href]), main [role=button]:not(button, a, [tabindex])')]
    .map(each => each.outerHTML.slice(0, 200))"""
WIDER = """(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const wide = [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > room + 1);
    return ['wider than ' + room + ': ' + wide.slice(0, 3).map(each => each.outerHTML.slice(0, 120)).join(' | ')];
})()"""
NAMELESS = """[document.title.trim() ? '' : 'no title',
    document.querySelectorAll('h1').length === 1 ? '' : 'not one h1'].filter(Boolean)"""


@dataclass
class Screens:
    """The pages of a house over a port: a browser's cookie for each role, and addresses of a page to try in turn."""

    app: Flask
    root: str
    cookies: dict[str, str]
    places: list[Place]

    def addresses(self, rule: Any) -> list[str]:
        """Where a page may be seen: about the things of each place that has them."""
        found = []
        for place in self.places:
            try:
                found.append(address(rule.endpoint, rule.rule.replace("<name>", "zh").replace("<code>", "x"), place))
            except KeyError:
                continue
        return list(dict.fromkeys(found))


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The pages on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


def cookie(app: Flask, at: Office, who: Any) -> str:
    """The session of somebody, as a browser keeps it."""
    kept = signed_in(app, at, who).client.get_cookie("legalflow")
    assert kept is not None
    return str(kept.value)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """A house with one of everything that can have a page."""
    world: World = a_world(tmp_path_factory.mktemp("screens"))
    with served(world.app) as root:
        cookies = {role.value: cookie(world.app, world.office, world.actors[role]) for role in Role}
        yield Screens(world.app, root, cookies, [world.places["own"], world.places["spare"]])
    world.office.database.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """The sample portfolio."""
    at = an_office(tmp_path_factory.mktemp("portfolio"), demo=True)
    sampling.load(at)
    while work_off(at):
        pass
    app = create_app(at)
    with served(app) as root:
        cookies = {login: cookie(app, at, actor(at, login)) for login in LOGINS}
        yield Screens(app, root, cookies, of_the_store(at))
    at.database.close()


def of_the_store(at: Office) -> list[Place]:
    """What the store has: in the n-th place the n-th of each kind of things."""
    with at.database.reading() as session:
        kept = {kind: [str(each) for each in session.exec(select(row.id).limit(60))] for kind, row in ROWS.items()}
        found = select(tables.JournalRow).where(tables.JournalRow.name == "AssetFound").limit(60)
        assets = [Place({"matter": each.matter_id, "asset": str(each.sequence)}) for each in session.exec(found)]
    most = max(map(len, kept.values()))
    places = [Place({kind: ids[at] for kind, ids in kept.items() if at < len(ids)}) for at in range(most)]
    return [*places, *assets]


def context_of(browser: Any, screens: Screens, who: str, mode: tuple[str, str, int]) -> Any:
    """A browser of somebody, in one theme and language; signed out where nobody is named."""
    theme, language, width = mode
    made = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale=language, reduced_motion="reduce"
    )
    if who:
        made.add_cookies([{"name": "legalflow", "value": screens.cookies[who], "url": screens.root}])
    return made


def opened(context: Any, screens: Screens, rule: Any) -> tuple[str, int]:
    """The address of a page that somebody is shown, empty where it is none, and the last status."""
    status = 404
    for path in screens.addresses(rule):
        answer = context.request.get(screens.root + path, max_redirects=0)
        status = answer.status
        if status not in {403, 404}:
            is_page = (
                "text/html" in answer.headers.get("content-type", "")
                and not 300 <= status < 400
                and "<html" in answer.text()
            )
            return (path if is_page else ""), status
    return "", status


def of_ours(message: Any) -> bool:
    """Whether a line of the console is an error of a page, not the browser's note that an answer was a refusal."""
    return bool(message.type == "error" and "the server responded with a status of 4" not in message.text)


def faults(page: Any, screens: Screens, path: str) -> list[str]:
    """What is wrong with one page as it is shown, at its own width and at 360 pixels."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if of_ours(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(screens.root + path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for asked in (NAMELESS, AXE_SAYS, UNREACHED, WIDER):
        said += page.evaluate(asked)
    if page.viewport_size["width"] > 360:
        page.set_viewport_size({"width": 360, "height": 900})
        said += page.evaluate(WIDER)
    return said


def pages(screens: Screens) -> list[Any]:
    """The rules of the app that answer a browser, in a steady order."""
    rules = [each for each in screens.app.url_map.iter_rules() if "GET" in (each.methods or ())]
    return sorted((each for each in rules if each.endpoint not in FOR_MACHINES), key=lambda each: str(each.rule))


def walked(browser: Any, screens: Screens, turns: Any) -> tuple[set[str], list[str], set[str]]:
    """The pages seen, what was wrong with them, and those that nobody could be shown."""
    seen: set[str] = set()
    wrong: list[str] = []
    hidden: set[str] = set()
    contexts: dict[Any, Any] = {}
    for rule, able, mode in turns:
        for who in able:  # the first whom the use case behind the door lets in as well
            if (who, mode) not in contexts:
                contexts[who, mode] = context_of(browser, screens, who, mode)
            context = contexts[who, mode]
            path, status = opened(context, screens, rule)
            if status not in {403, 404}:
                break
        if status in {403, 404} or status >= 500:
            hidden.add(f"{rule.endpoint} {status}")
        if not path:
            continue
        page = context.new_page()
        seen.add(rule.endpoint)
        wrong += [f"{rule.endpoint} {who} {mode}: {each}" for each in faults(page, screens, path)]
        page.close()
    for context in contexts.values():
        context.close()
    return seen, wrong, {each for each in hidden if each.split()[0] not in seen}


def admitted(screens: Screens, rule: Any) -> list[str]:
    """Who may open a page: the roles its door admits; nobody signed in where it is public."""
    here = screens.app.view_functions[rule.endpoint].door  # type: ignore[attr-defined]
    if here.public:
        return [""]
    names = dict(zip(LOGINS, Role, strict=True)) if "seal" in screens.cookies else {each.value: each for each in Role}
    return [
        name for name, role in names.items() if not here.rights or any(role in RIGHTS[each] for each in here.rights)
    ]


def test_every_page_is_seen_once_with_roles_themes_languages_and_widths_in_turn(browser: Any, small: Screens) -> None:
    turns = []
    for number, rule in enumerate(pages(small)):
        able = admitted(small, rule)
        turn = number % len(able)
        turns.append((rule, able[turn:] + able[:turn], MODES[number % len(MODES)]))
    seen, wrong, hidden = walked(browser, small, turns)
    assert not wrong, "\n".join(wrong)
    assert not hidden, hidden
    assert len(seen) > 60, seen


@pytest.mark.long
def test_every_page_of_the_sample_portfolio_is_seen_in_every_mixture(browser: Any, whole: Screens) -> None:
    turns = []
    for number, rule in enumerate(pages(whole)):
        able = admitted(whole, rule)
        turns += [(rule, [able[(number + place) % len(able)], *able], mode) for place, mode in enumerate(MODES)]
        turns += [(rule, [who], MODES[(number + place) % len(MODES)]) for place, who in enumerate(able)]
    seen, wrong, hidden = walked(browser, whole, turns)
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert not hidden, hidden
    assert len(seen) > 60
