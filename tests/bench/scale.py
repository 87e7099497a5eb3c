"""公海 and 客户 with many leads against few: does the time grow with the company?"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from bot.channels.wecom.door import WeComDoor
from bot.runtime import Runtime
from bot.sandbox.sample import iter_leads
from bot.sandbox.seed import FIRST_NUMBER, SEED
from cards.actions import Signer
from cards.model import Card
from cards.render.wecom import render_wecom
from core.people import queries as people
from core.store.issued import Face
from jobs.screens import draw, lead_face, pool_face
from jobs.stage import Stage
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace
from tests.bench.traffic import event

FEW, MANY = 10_000, 1_000_000
VIEWER = "wuyun"  # the administrator may see every lead: the search is not narrowed
WISH = Wish("ratio", most=1.5)
_SIGNER = Signer({"bench": b"k" * 32}, "bench")

Look = Callable[[int], object]


def measure(dialect: str, *, few: int = FEW, many: int = MANY, rounds: int, looks: int) -> list[Figure]:
    """Milliseconds of each look, with `many` leads and with `few` by turns, `looks` of each a turn."""
    with ExitStack() as stack:
        sides = [_side(stack, dialect, leads) for leads in (many, few)]
        names = list(_looks(*sides[0]))
        figures = []
        for name in names:
            samples: tuple[list[float], list[float]] = ([], [])
            for turn in range(rounds + 1):
                for taken, (made, leads) in zip(samples, sides, strict=True):
                    look = _looks(made, leads)[name]
                    times = [_milliseconds(look, (turn * looks + number) * 7919) for number in range(looks)]
                    if turn:  # the first turn warms up
                        taken.append(sorted(times)[looks // 2])
            title = f"{name}, {many:,} leads against {few:,}, {dialect}"
            figures.append(Figure(title, "ms", tuple(samples[0]), tuple(samples[1]), WISH))
        return figures


def _side(stack: ExitStack, dialect: str, leads: int) -> tuple[Runtime, int]:
    folder: Path = stack.enter_context(workplace())
    made = runtime(stack.enter_context(filled(dialect, leads, folder)), folder / "var")
    stack.callback(made.store.database.dispose)
    return made, leads


def _milliseconds(look: Look, number: int) -> float:
    started = time.perf_counter()
    look(number)
    return (time.perf_counter() - started) * 1000


def _looks(made: Runtime, leads: int) -> dict[str, Look]:
    """What people look at, each as a function of a number that says which lead."""
    phones = [lead.phone for lead in iter_leads(SEED, 1000, made.store.clock(), (), history=False)]

    def phone(number: int) -> str:
        return phones[number % len(phones)]

    def lead(number: int) -> int:
        return FIRST_NUMBER + number % leads

    return {
        "公海 card": lambda _number: _card(made, pool_face("hohhot")),
        "公海 page 40 card": lambda _number: _card(made, pool_face("hohhot", 40)),
        "客户 card": lambda number: _card(made, lead_face(lead(number))),
        "公海 intake": lambda _number: _take(made, "公海 呼和浩特池"),
        "客户 L intake": lambda number: _take(made, f"客户 L{lead(number)}"),
        "客户 phone intake": lambda number: _take(made, f"客户 {phone(number)}"),
    }


def _card(made: Runtime, face: Face) -> None:
    """Query, view and rendering, as the relay does it."""
    with made.store.read() as session:
        viewer = people.by_userid(session, "wecom", VIEWER)
        if viewer is None:
            raise RuntimeError(f"{VIEWER} is not there")
        card = draw(Stage(session, made.store.vault, viewer, made.company, made.store.clock()), face)
    if not isinstance(card, Card):
        raise TypeError(f"no card of {face.screen}")
    expires = made.store.clock() + timedelta(days=30)
    render_wecom(card, task_id="t-bench", pack=lambda action: _SIGNER.pack(action, "abcdefghijklmnop.1", expires))


def _take(made: Runtime, text: str) -> None:
    """From the decrypted callback to the committed reply."""
    door = made.doors["wecom"]
    if not isinstance(door, WeComDoor):
        raise TypeError("the bench speaks WeCom")
    raw = event(time.time_ns(), text, str(int(time.time())), sender=VIEWER)
    if made.intake.take(door.parse(raw), raw).text is not None:
        raise RuntimeError(f"{text} was answered by a text, not by a card")
