"""A suit as competence looks at it: what is claimed, of whom, where they are, and what the contracts say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legalflow.law.catalogue import Law
from legalflow.law.courts import Place
from legalflow.values.dates import add_years
from legalflow.values.money import Money


@dataclass(frozen=True)
class Party:
    """A party to the suit: `role` is plaintiff, debtor or guarantor; `place` None is abroad (or 港澳台).

    `resided` is a habitual residence since `resided_since`. `missing`: nobody knows where the party is (下落不明).
    """

    name: str
    role: str
    place: Place | None
    missing: bool = False
    resided: Place | None = None
    resided_since: date | None = None

    def settled(self, law: Law, on: date) -> bool:
        """Whether the habitual residence has lasted as long as the law asks."""
        if self.resided is None or self.resided_since is None:
            return False
        years = int(law.at("courts/domicile", on).value["habitual_years"])
        return self.resided_since.year + years <= on.year and add_years(self.resided_since, years) <= on

    def home(self, law: Law, on: date) -> Place | None:
        """Where the party is sued: the habitual residence if it has lasted long enough, else the domicile."""
        return self.resided if self.settled(law, on) else self.place


@dataclass(frozen=True)
class Clause:
    """What a contract says of disputes: `arbitration`, or a `court` at `place`, of `level` where it names one.

    `guarantor` names whose guarantee contract it stands in; empty is the main contract. `connected` is whether the
    place is linked to the dispute; `pointed_out`, whether a consumer's attention was drawn to a form clause; `clear`,
    whether an arbitration clause names its commission.
    """

    kind: str
    place: Place | None = None
    guarantor: str = ""
    written: bool = True
    connected: bool = True
    consumer_form: bool = False
    pointed_out: bool = True
    level: str = ""
    clear: bool = True


@dataclass(frozen=True)
class Limit:
    """A province's small-claims limits as somebody states them, both inclusive."""

    mandatory_up_to: Money
    by_agreement_up_to: Money
    published_by: str


@dataclass(frozen=True)
class Claim:
    """What is sued for. `online`: the loan was signed and performed wholly online. `simple`: facts and debts are clear.

    `excluded`: a counterclaim or an appraisal (反诉、评估、鉴定). `agreed_small`: the parties agreed to one instance.
    `mortgaged`: where mortgaged real estate lies. `performed`: the loan was paid out. `stated_level`: the level of the
    court where somebody states it, needed for days before the data on levels begin.
    """

    amount: Money
    cause: str
    on: date
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...] = ()
    performance: Place | None = None
    online: bool = False
    simple: bool = False
    excluded: bool = False
    agreed_small: bool = False
    mortgaged: tuple[Place, ...] = ()
    performed: bool = True
    stated_level: str = ""
    limit: Limit | None = None

    @property
    def defendants(self) -> tuple[Party, ...]:
        """The debtor and the guarantors."""
        return tuple(each for each in self.parties if each.role != "plaintiff")
