"""Tables at the terminal, alike whatever terminal it is."""

from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

_WIDE = 100  # columns


def plain_table(title: str, first: str, *numbers: str) -> Table:
    """A table with a column of words and others of numbers."""
    table = Table(title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for each in numbers:
        table.add_column(each, justify="right")
    return table


def printed(table: Table) -> list[str]:
    """Its lines, without colours."""
    out = StringIO()
    Console(file=out, width=_WIDE, color_system=None, force_terminal=False, legacy_windows=False).print(table)
    return [line.rstrip() for line in out.getvalue().rstrip().splitlines()]
