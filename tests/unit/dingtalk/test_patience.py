"""How long the Stream client waits."""

from bot.channels.dingtalk.patience import LONGEST, Rhythm, before_try


def test_the_first_try_comes_at_once_and_the_others_at_up_to_a_minute() -> None:
    assert before_try(0, 0.7) == 0
    assert [before_try(number, 0.0) for number in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [before_try(number, 1.0) for number in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert before_try(10_000, 0.0) == LONGEST


def test_without_a_rhythm_a_silence_says_little_and_ever_less() -> None:
    rhythm = Rhythm()
    assert rhythm.silence == 600
    for _ in range(4):
        rhythm.was_silent(wholly=True)
    assert rhythm.silence == 3600
    rhythm.heard()
    assert rhythm.silence == 600


def test_three_missing_pings_of_the_platform_are_enough() -> None:
    rhythm = Rhythm()
    rhythm.pinged(10)
    assert rhythm.silence == 600  # one gap is no rhythm
    rhythm.pinged(12)
    assert rhythm.silence == 36
    for _ in range(5):
        rhythm.pinged(1)
    assert rhythm.silence == 20  # a network may hang for some seconds


def test_a_silent_connection_is_dead_and_a_silent_platform_pings_no_more() -> None:
    rhythm = Rhythm()
    rhythm.pinged(10)
    rhythm.pinged(10)
    rhythm.was_silent(wholly=False)
    assert rhythm.silence == 30  # the next connection will show
    rhythm.was_silent(wholly=True)
    assert rhythm.silence == 1200
