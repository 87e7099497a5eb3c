"""From the callback 公海 to the card in the chat, with web, worker and scheduler at work as in production."""

import time

import httpx

from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from tests.bench.company import AES_KEY, AGENT_ID, CORP_ID, HOST, OFFICERS, SECRET, TOKEN, environment
from tests.bench.figures import Figure, percentile
from tests.bench.stand import filled, process, served, workplace

LEADS = 10_000
MOST_EACH = 20  # cards for one officer: the platform drops more than 30 a minute
_CARD_SECONDS = 15.0
_LOOK_SECONDS = 0.001


def measure(dialect: str, *, cards: int, leads: int = LEADS) -> list[Figure]:
    """p50 and p99 of `cards` cards, one after the other, against one bare call of the platform's sending."""
    if cards > MOST_EACH * len(OFFICERS):
        raise ValueError(f"at most {MOST_EACH * len(OFFICERS)} cards: the platform drops what comes too fast")
    platform = Platform(
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=SECRET,
        token=TOKEN,
        aes_key=AES_KEY,
        members=read_members(PEOPLE_FILE),
    )
    with workplace() as folder, filled(dialect, leads, folder) as url, serve_in_thread(platform) as base:
        environ = environment(url, folder, base)
        with (
            served(environ, "bot.cli", "serve") as (port, _),
            process(environ, "bot.cli", "worker"),
            process(environ, "bot.cli", "scheduler"),
        ):
            platform.callback_url = f"http://{HOST}:{port}/wecom/callback"
            ours, floor = [], []
            for number in range(-len(OFFICERS), cards):  # each officer's first card warms up
                milliseconds = _card(platform, OFFICERS[number % len(OFFICERS)])
                bare = _bare_call(base)
                if number >= 0:
                    ours.append(milliseconds)
                    floor.append(bare)
    return [
        Figure(
            f"公海 to its card in the chat {name}, {dialect}",
            "ms",
            (percentile(ours, share),),
            (percentile(floor, share),),
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


def _card(platform: Platform, userid: str) -> float:
    """Milliseconds from typing to the card.

    Raises:
        TimeoutError: it did not come.
    """
    before = platform.chats.last
    started = time.monotonic()
    platform.say(userid, "公海")
    while time.monotonic() - started < _CARD_SECONDS:
        if any(message.card for message in platform.chat(userid, before)):
            return (time.monotonic() - started) * 1000
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"no card for {userid} within {_CARD_SECONDS:g} s")


def _bare_call(base: str) -> float:
    """Milliseconds of one HTTP call of the platform, refused for its token: nothing is sent."""
    started = time.monotonic()
    httpx.post(f"{base}/cgi-bin/message/send", params={"access_token": "x"}, json={}, trust_env=False)
    return (time.monotonic() - started) * 1000
