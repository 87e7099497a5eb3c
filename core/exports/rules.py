"""What the company allows of exports (`exports.yaml`). Pure."""

from dataclasses import dataclass
from datetime import timedelta

from core.exports.kinds import OF_NUMBERS, ExportKind


@dataclass(frozen=True, slots=True)
class ExportRules:
    """`approval_above`: more rows than this somebody else has to permit (None: none); `most_rows` of one file; `daily`:
    so many a person and day; a question and its permission are `good_for` so long; `closed` is exported by nobody."""

    approval_above: int | None = 100
    most_rows: int = 10_000
    daily: int = 10
    good_for: timedelta = timedelta(days=3)
    closed: frozenset[ExportKind] = frozenset()

    def needs_approval(self, kind: ExportKind, rows: int, permitted: int | None) -> bool:
        """Must somebody (again) permit a file of so many rows? `permitted`: of how many somebody has. A list that has
        grown by a tenth since is what was permitted still."""
        if kind in OF_NUMBERS or self.approval_above is None or rows <= self.approval_above:
            return False
        return permitted is None or rows > permitted + permitted // 10
