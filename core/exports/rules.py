"""What the company allows of exports (`exports.yaml`). Pure."""

from dataclasses import dataclass
from datetime import timedelta

from core.exports.kinds import OF_NUMBERS, ExportKind


@dataclass(frozen=True, slots=True)
class ExportRules:
    """`approval_above`: more rows than this somebody else has to permit (None: none); `most_rows` of one file; `daily`:
    so many a person and day; a question is `good_for` so long; `closed` is exported by nobody."""

    approval_above: int | None = 100
    most_rows: int = 10_000
    daily: int = 10
    good_for: timedelta = timedelta(days=3)
    closed: frozenset[ExportKind] = frozenset()

    def needs_approval(self, kind: ExportKind, rows: int, permitted: int | None, today: int = 0) -> bool:
        """Must somebody (again) permit a file of so many rows? `permitted`: of how many somebody has; `today`: how many
        he has got today that nobody had to permit, for who takes a list in parts takes it too. A list that has grown by
        a tenth since is what was permitted still."""
        if kind in OF_NUMBERS or self.approval_above is None:
            return False
        if permitted is not None:
            return rows > permitted + permitted // 10 and rows > self.approval_above
        return rows + today > self.approval_above
