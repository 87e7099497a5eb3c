"""What the company allows of exports (`exports.yaml`). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.exports.kinds import OF_NUMBERS, ExportKind
from core.people.policy import Actor, Scope, Verb, may


@dataclass(frozen=True, slots=True)
class ExportRules:
    """`approval_above`: more rows than this somebody else has to permit (None: none); `most_rows` of one file; `daily`:
    so many a person and day; a question is `good_for` so long; `closed` is exported by nobody."""

    approval_above: int | None = 100
    most_rows: int = 10_000
    daily: int = 10
    good_for: timedelta = timedelta(days=3)
    closed: frozenset[ExportKind] = frozenset()

    def is_closed(self, kind: ExportKind, viewer: Actor) -> bool:
        """Is the list exported by nobody, or are customers in it whose own list is, if it is he who exports it?"""
        return not self.closed.isdisjoint({kind, *_held(kind, viewer)})

    def needs_approval(self, kind: ExportKind, rows: int, permitted: int | None, today: int = 0) -> bool:
        """Must somebody (again) permit a file of so many rows? `permitted`: of how many somebody has; `today`: how many
        he has got today that nobody had to permit, for who takes a list in parts takes it too. A list that has grown by
        a tenth since is what was permitted still."""
        if kind in OF_NUMBERS or self.approval_above is None:
            return False
        if permitted is not None:
            return rows > permitted + permitted // 10 and rows > self.approval_above
        return rows + today > self.approval_above


def _held(kind: ExportKind, viewer: Actor) -> Iterator[ExportKind]:
    """The lists whose customers come in this one too, with what he may see: a closed one is not to be had by another
    name."""
    if kind not in (ExportKind.TEAM, ExportKind.DETAILS):
        return
    if may(viewer, Verb.FOLLOW):
        yield ExportKind.OWN
    if kind is ExportKind.DETAILS:
        yield from (ExportKind.APPLICATIONS, ExportKind.LATE)
        if viewer.scope(Verb.SEE_BOARD) is not Scope.SELF:
            yield ExportKind.TEAM
        if viewer.scope(Verb.SEE_BOARD) is Scope.ALL:
            yield ExportKind.POOL
