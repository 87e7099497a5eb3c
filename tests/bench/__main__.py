"""`make bench`: measures and prints one table, each figure beside its floor of the same run.

    python -m tests.bench [--quick] [--only NAME]...

The databases with many leads are kept in `var/bench`: the first run is longer by the minutes it takes to make them.
"""

import argparse
import sys
from collections.abc import Callable

from rich.console import Console

from bot.runtime import keep_loaded
from tests.bench.figures import Figure, table


def measures(quick: bool) -> dict[str, Callable[[], list[Figure]]]:
    """What can be measured, by name. Imported here: the load processes import this module too."""
    from tests.bench import (
        assigning,
        bottlenecks,
        callbacks,
        claims,
        deadlines,
        deciding,
        delivery,
        duplicates,
        importing,
        importing_leads,
        memory,
        pacing,
        pictures,
        recycling,
        reporting,
        scale,
        screening,
    )

    rounds, databases = (1, ("sqlite",)) if quick else (5, ("sqlite", "postgresql"))

    def on_each(measure: Callable[[str], list[Figure]]) -> Callable[[], list[Figure]]:
        return lambda: [figure for database in databases for figure in measure(database)]

    return {
        "import": lambda: importing.measure(rounds=rounds),
        "callback": on_each(lambda d: callbacks.measure(d, rounds=rounds, seconds=0.5 if quick else 3.0)),
        "claim": on_each(lambda d: claims.measure(d, rounds=rounds, claims=100 if quick else 500)),
        "scale": lambda: scale.measure(
            "sqlite", rounds=rounds, looks=20 if quick else 100, many=20_000 if quick else scale.MANY
        ),
        "import-leads": on_each(
            lambda d: importing_leads.measure(d, rounds=min(rounds, 3), rows=2_000 if quick else importing_leads.ROWS)
        ),
        "duplicates": on_each(
            lambda d: duplicates.measure(
                d, rounds=rounds, checks=100 if quick else 1000, leads=20_000 if quick else duplicates.MANY
            )
        ),
        "recycling": on_each(
            lambda d: recycling.measure(
                d,
                rounds=min(rounds, 3),
                due=500 if quick else recycling.DUE,
                leads=20_000 if quick else recycling.LEADS,
            )
        ),
        "assigning": on_each(
            lambda d: assigning.measure(
                d,
                rounds=min(rounds, 3),
                given=500 if quick else assigning.GIVEN,
                leads=20_000 if quick else assigning.LEADS,
            )
        ),
        "bottlenecks": on_each(
            lambda d: bottlenecks.measure(d, rounds=rounds, applications=20_000 if quick else bottlenecks.APPLICATIONS)
        ),
        "deadlines": on_each(
            lambda d: deadlines.measure(
                d,
                rounds=rounds,
                tasks=5_000 if quick else deadlines.TASKS,
                due=50 if quick else deadlines.DUE,
            )
        ),
        "deciding": on_each(lambda d: deciding.measure(d, rounds=rounds, taps=10 if quick else 100)),
        "screening": lambda: [
            *screening.measure_rules(rounds=rounds, times=2 if quick else 20),
            *on_each(lambda d: screening.measure_hand_in(d, rounds=rounds, each=10 if quick else 60))(),
            *on_each(
                lambda d: screening.measure_trying(
                    d, rounds=min(rounds, 3), applications=4_000 if quick else screening.APPLICATIONS
                )
            )(),
        ],
        "pictures": lambda: pictures.measure(rounds=rounds, pictures=20 if quick else pictures.PICTURES),
        "boards": on_each(
            lambda d: reporting.measure(d, rounds=rounds, size=reporting.SMALL if quick else reporting.Size())
        ),
        "memory": lambda: memory.measure("sqlite", requests=500 if quick else 10_000),
        "delivery": lambda: delivery.measure("sqlite", cards=20 if quick else 100),
        "pacing": on_each(
            lambda d: pacing.measure(d, recipients=120, scale=60, faster=12.0) if quick else pacing.measure(d)
        ),
    }


def main() -> int:
    """Measure, print; 0 whether or not every wish is met: a slower machine is no fault."""
    names = ("import", "callback", "claim", "scale", "import-leads", "duplicates", "recycling", "assigning")
    names = (
        *names,
        "bottlenecks",
        "deadlines",
        "deciding",
        "screening",
        "boards",
        "pictures",
        "memory",
        "delivery",
        "pacing",
    )
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures 驼铃 against its floors.")
    parser.add_argument("--quick", action="store_true", help="a short run on SQLite: shows that all of it works")
    parser.add_argument("--only", action="append", choices=names, help="measure this alone; may be given again")
    given = parser.parse_args()
    wide = Console(width=None if sys.stdout.isatty() else 150)
    figures: list[Figure] = []
    keep_loaded()  # as every process of ours that does much; the floors gain by it too
    for name, measure in measures(given.quick).items():
        if given.only and name not in given.only:
            continue
        Console(stderr=True).print(f"measuring {name} …")
        figures += measure()
    wide.print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
