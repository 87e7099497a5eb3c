"""Callback throughput and latency with everything on, against a bare handler under the same web server."""

from tests.bench.company import environment
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, served, workplace
from tests.bench.traffic import Load, Traffic, drive

NOBODY = "客户 L999999999"
COMMANDS = {"帮助": "我的客户", NOBODY: "没有"}
LEADS = 10_000


def measure(dialect: str, *, rounds: int, seconds: float, leads: int = LEADS) -> list[Figure]:
    """Throughput, p50 and p99 of each read command, ours and the bare handler's by turns."""
    with workplace() as folder, filled(dialect, leads, folder) as url:
        environ = environment(url, folder)
        # The bare handler gets a Redis folder of its own; all settings that make a web process fast or slow are ours.
        bare = environ | {"TUOLING_VAR_DIR": str(folder / "bare")}
        with served(environ, "bot.cli", "serve") as (ours, _), served(bare, "tests.bench.bare_app") as (floor, _):
            return _figures(dialect, ours, floor, rounds, seconds)


def _figures(dialect: str, ours: int, floor: int, rounds: int, seconds: float) -> list[Figure]:
    figures = []
    first_id = 1_000_000
    for text, expect in COMMANDS.items():
        got: tuple[list[Traffic], list[Traffic]] = ([], [])
        for turn in range(rounds + 1):
            for place, port in enumerate((ours, floor)):
                load = Load(text, first_id, seconds if turn else seconds / 3, expect if port == ours else "")
                traffic = drive(port, load)
                if turn:  # the first turn warms up
                    got[place].append(traffic)
            first_id += 10_000_000
        figures += _of(f"callback {text.split()[0]}, {dialect}", *got)
    return figures


def _of(name: str, ours: list[Traffic], floor: list[Traffic]) -> list[Figure]:
    def both(what: str, unit: str, wish: Wish | None, share: float | None) -> Figure:
        values = [
            tuple(each.per_second if share is None else each.percentile(share) for each in side)
            for side in (ours, floor)
        ]
        return Figure(f"{name}{what}", unit, *values, wish)

    return [
        both("", "requests/s", Wish("ratio", least=0.5), None),
        both(" p50", "ms", None, 0.5),
        both(" p99", "ms", None, 0.99),
    ]
