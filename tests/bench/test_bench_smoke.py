"""The bench itself: its quick run measures, its load counts only right answers, its table says what is met."""

import subprocess
import sys

import pytest

from tests.bench.figures import Figure, Wish, percentile
from tests.bench.stand import ROOT
from tests.bench.traffic import event, prepare


@pytest.mark.parametrize(
    ("figure", "ratio", "met"),
    [
        (Figure("a", "x", (10.0, 30.0, 20.0), (40.0,), Wish("ratio", least=0.5)), 0.5, True),
        (Figure("a", "x", (10.0,), (40.0,), Wish("ratio", least=0.5)), 0.25, False),
        (Figure("a", "x", (149.0,), (), Wish("ours", most=150)), None, True),
        (Figure("a", "x", (151.0,), (60.0,), Wish("ours", most=150)), 151 / 60, False),
        (Figure("a", "x", (1.0,)), None, None),
    ],
)
def test_a_wish_is_met_or_not(figure: Figure, ratio: float | None, met: bool | None) -> None:
    assert figure.ratio == (None if ratio is None else pytest.approx(ratio))
    assert figure.is_met is met


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_percentiles_are_samples(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_every_request_has_its_own_message_id() -> None:
    requests = prepare("帮助", 7, 50)
    assert len(set(requests)) == 50
    assert b"<MsgId>7</MsgId>" in event(7, "帮助", "1767225600")


# Ten sections one after the other: minutes on a loaded machine of two cores.
@pytest.mark.timeout(600)
def test_the_quick_run_measures() -> None:
    names = [
        word
        for name in (
            "import",
            "claim",
            "callback",
            "bottlenecks",
            "deadlines",
            "deciding",
            "screening",
            "boards",
            "pictures",
            "pacing",
        )
        for word in ("--only", name)
    ]
    command = [sys.executable, "-m", "tests.bench", "--quick", *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    assert run.returncode == 0, run.stderr
    for figure in (
        "import of the web process",
        "claims, 4 threads, sqlite",
        "callback 客户, sqlite p99",
        "瓶颈 of a manager",
        "50 due of 5,000 tasks",
        "同意 with the next step",
        "as handed in, to the bare engine",
        "in the outbox, sqlite p99",
        "risk try over 4,000",
        "pictures a minute of one core",
        "memory after 20 pictures",
        "daily board",
        "calls over a limit, sqlite",
    ):
        assert figure in run.stdout
