"""The memory of a web process after many requests of all kinds."""

from tests.bench.company import environment
from tests.bench.figures import Figure, Wish
from tests.bench.stand import children_of, filled, resident_mb, served, workplace
from tests.bench.traffic import PROCESSES, Load, drive

TEXTS = ("帮助", "公海", "客户 L1001", "我的客户", "录什么")
LEADS = 10_000
_MOST_SECONDS = 240.0  # less than five minutes: after that a prepared request is too old


def measure(dialect: str, *, requests: int, leads: int = LEADS) -> list[Figure]:
    """MB of the larger of the web processes after `requests` requests each, against the bare handler's."""
    with workplace() as folder, filled(dialect, leads, folder) as url:
        environ = environment(url, folder)
        bare = environ | {"TUOLING_VAR_DIR": str(folder / "bare")}
        with served(environ, "bot.cli", "serve") as ours, served(bare, "tests.bench.bare_app") as floor:
            after = []
            for port, pid in (ours, floor):
                workers = children_of(pid)
                most = requests * len(workers) // len(TEXTS) // PROCESSES * PROCESSES
                for place, text in enumerate(TEXTS):
                    traffic = drive(port, Load(text, (place + 1) * 10_000_000, _MOST_SECONDS, "", most))
                    if traffic.answered != most:
                        raise RuntimeError(f"{traffic.answered} of {most} requests were answered in time")
                after.append(max(resident_mb(worker) for worker in workers))
    name = f"memory after {requests:,} requests, {dialect}"
    return [Figure(name, "MB", (after[0],), (after[1],), Wish("ours", most=150))]
