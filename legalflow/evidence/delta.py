"""What is new in a bundle against an earlier one: exhibits added, taken out, exchanged, moved or described anew.

Compared by the two plans alone. An exhibit's file never changes, so pages differ only where the exhibit is another, or
where the same page bears another number.
"""

from __future__ import annotations

from dataclasses import dataclass

from legalflow.evidence.bundle import Placed, Plan


@dataclass(frozen=True)
class Moved:
    """An exhibit that stands elsewhere or is described anew; its pages are the same but for the number on them."""

    before: Placed
    after: Placed

    @property
    def renumbered(self) -> bool:
        """Whether its item number or its pages are others than before."""
        return (self.before.item, self.before.first) != (self.after.item, self.after.first)

    @property
    def described(self) -> bool:
        """Whether it is described in other words than before."""
        return _words(self.before) != _words(self.after)


@dataclass(frozen=True)
class Delta:
    """What differs between two bundles. `added` and `moved` are in the order of the later, `removed` of the earlier."""

    added: tuple[Placed, ...]
    removed: tuple[Placed, ...]
    moved: tuple[Moved, ...]
    same: int  # exhibits that stand unchanged

    @property
    def nothing(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.moved)


def changes(before: Plan, after: Plan) -> Delta:
    """What `after` has that `before` had not, and the other way round; an exhibit is known by its id and its copy."""
    earlier = {_key(item): item for item in before.placed}
    later = {_key(item): item for item in after.placed}
    pairs = [Moved(earlier[key], item) for key, item in later.items() if key in earlier]
    moved = tuple(pair for pair in pairs if pair.renumbered or pair.described)
    return Delta(
        added=tuple(item for key, item in later.items() if key not in earlier),
        removed=tuple(item for key, item in earlier.items() if key not in later),
        moved=moved,
        same=len(pairs) - len(moved),
    )


def changed_pages(delta: Delta, after: Plan) -> tuple[int, ...]:
    """The pages of the later file that must be read anew, counted from 1: its lists, and the exhibits added."""
    if delta.nothing:
        return ()
    front = range(1, after.cover_pages + after.list_pages + 1)
    added = [page - after.offset for item in delta.added for page in range(item.first, item.last + 1)]
    return (*front, *added)


def _key(item: Placed) -> tuple[str, str]:
    return item.exhibit, item.working


def _words(item: Placed) -> tuple[str, ...]:
    return item.name, item.kind, item.source, item.proves, item.form
