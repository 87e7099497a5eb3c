"""The buttons of exports. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("export")
@dataclass(frozen=True, slots=True)
class DecideExport(Action):
    """同意 (`permit` 1) or 不同意 (0) to the export `number`."""

    number: int
    permit: int


@action("export-see")
@dataclass(frozen=True, slots=True)
class ShowExport(Action):
    """刷新: how the export `number` stands now."""

    number: int


@action("export-again")
@dataclass(frozen=True, slots=True)
class ExportAgain(Action):
    """再导出一次: what the export `number` was of."""

    number: int


@action("export-open")
@dataclass(frozen=True, slots=True)
class OpenExport(Action):
    """Open the export `number`, from a list."""

    number: int
