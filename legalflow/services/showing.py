"""How somebody wants their pages: the language, and light or dark; kept with the account, on every device the same."""

from __future__ import annotations

from legalflow.access import Actor
from legalflow.errors import Invalid, Problem
from legalflow.office import Office
from legalflow.persistence import repositories
from legalflow.persistence.tables import AccountRow

LANGUAGES = ("zh", "en")
LOOKS = ("light", "dark")


def keep(office: Office, actor: Actor, *, language: str | None = None, look: str | None = None) -> None:
    """Keep a choice of the actor's own; empty is as the browser says, None leaves what is there.

    It is no right and touches nobody's data, so that the audit trail holds nothing of it.
    """
    problems = []
    if language and language not in LANGUAGES:
        zh, en = "没有这种语言", "there is no such language"
        problems.append(Problem("screen.language", zh, en, "language", language[:20]))
    if look and look not in LOOKS:
        problems.append(Problem("screen.look", "没有这种外观", "there is no such look", "look", look[:20]))
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        row = repositories.found(session.get(AccountRow, actor.id), "account")
        row.language = row.language if language is None else language
        row.look = row.look if look is None else look
        session.add(row)
