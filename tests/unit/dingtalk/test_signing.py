"""The two signatures of DingTalk's callbacks, by the published vectors, and everything that is to be refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import EnvironHeaders, Headers

from bot.channels.dingtalk.signing import (
    BadRequest,
    card_signature,
    check_card,
    check_robot,
    robot_signature,
)

SECRET, STAMP = "this is a secret", "1577262236757"  # the inputs of DingTalk's own sample
SIGN = "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="
CARD_SIGN = "cviWWKk4OPwVpK0VGNkvThhQ7PXwQPYvJhM+/YVA1VI="
NOW = datetime.fromtimestamp(1577262236, UTC) + timedelta(milliseconds=757)
ROBOT = {"timestamp": STAMP, "sign": SIGN}
CARD = {"x-ddpaas-signature-timestamp": STAMP, "x-ddpaas-signature": CARD_SIGN}


def refused(headers: object, now: datetime = NOW, secret: str = SECRET) -> str:
    """Why a message's headers are refused."""
    with pytest.raises(BadRequest) as bad:
        check_robot(headers, secret, now)  # type: ignore[arg-type]
    return bad.value.why


def test_the_published_vectors() -> None:
    assert robot_signature(SECRET, STAMP) == SIGN
    assert card_signature(SECRET, STAMP) == CARD_SIGN
    assert check_robot(ROBOT, SECRET, NOW) == STAMP
    assert check_card(CARD, SECRET, NOW) == STAMP


@pytest.mark.parametrize("names", [str.lower, str.upper, str.title])
def test_names_of_headers_are_read_in_any_case(names: type) -> None:
    assert check_robot({names(name): value for name, value in ROBOT.items()}, SECRET, NOW) == STAMP
    assert check_card(Headers([(names(name), value) for name, value in CARD.items()]), SECRET, NOW) == STAMP


def test_headers_as_a_web_server_hands_them_on() -> None:
    environ = {"HTTP_TIMESTAMP": STAMP, "HTTP_SIGN": SIGN}
    assert check_robot(EnvironHeaders(environ), SECRET, NOW) == STAMP
    joined = EnvironHeaders(environ | {"HTTP_SIGN": f"{SIGN},{SIGN}"})
    assert refused(joined) == "signature"
    assert refused(EnvironHeaders(environ | {"HTTP_TIMESTAMP": f"{STAMP},{STAMP}"})) == "timestamp"


@pytest.mark.parametrize("name", ["timestamp", "sign"])
@pytest.mark.parametrize("wrong", ["missing", "empty", "doubled", "doubled differently"])
def test_each_header_stands_once(name: str, wrong: str) -> None:
    value = ROBOT[name]
    values = {"missing": [], "empty": [""], "doubled": [value, value], "doubled differently": [value, "x"]}[wrong]
    rest = [(other, text) for other, text in ROBOT.items() if other != name]
    assert refused(Headers([*rest, *((name, each) for each in values)])) == "header"


def test_doubled_in_another_case_is_doubled() -> None:
    assert refused({**ROBOT, "Sign": SIGN}) == "header"


@pytest.mark.parametrize(
    "sign",
    [
        SIGN.rstrip("="),
        SIGN.replace("=", "%3D"),
        SIGN[:-2] + "B=",  # decodes to the same bytes
        SIGN.lower(),
        SIGN.replace("+", "-").replace("/", "_") + "=",
        SIGN + "\n",
        " " + SIGN,
        SIGN[:-1] + "中",
        "=" * 44,
        "A" * 43 + "=",
        CARD_SIGN,
        "x" * 100_000,
    ],
)
def test_other_signatures(sign: str) -> None:
    assert refused(ROBOT | {"sign": sign}) == "signature"


@pytest.mark.parametrize(
    "stamp",
    [
        "-1",
        "0",
        "0" + STAMP,
        STAMP + ".0",
        f"{STAMP}, {STAMP}",
        f" {STAMP}",
        f"+{STAMP}",
        "1577262236",  # seconds
        "9223372036854775808",
        "9" * 5000,
        "١٥٧٧٢٦٢٢٣٦٧٥٧",
        "1_577_262_236_757",
        "NaN",
        "1e12",
    ],
)
def test_odd_timestamps_though_they_are_signed(stamp: str) -> None:
    assert refused({"timestamp": stamp, "sign": robot_signature(SECRET, stamp)}) == "timestamp"


@pytest.mark.parametrize("off", [0, 299_999, 300_000, -299_999, -300_000])
def test_inside_our_window(off: int) -> None:
    now = NOW + timedelta(milliseconds=off)
    assert check_robot(ROBOT, SECRET, now) == check_card(CARD, SECRET, now) == STAMP


@pytest.mark.parametrize("off", [300_001, -300_001, 3_599_999, 3_600_001, -3_600_001, 86_400_000_000])
def test_outside_our_window_though_dingtalk_allows_an_hour(off: int) -> None:
    now = NOW + timedelta(milliseconds=off)
    assert refused(ROBOT, now) == "timestamp"
    with pytest.raises(BadRequest, match="timestamp"):
        check_card(CARD, SECRET, now)


def test_another_secret() -> None:
    assert refused(ROBOT, secret="this is another") == "signature"
    with pytest.raises(BadRequest, match="signature"):
        check_card(CARD, "this is another", NOW)


def test_neither_signature_is_good_for_the_other_address() -> None:
    """A company may use one secret for both."""
    with pytest.raises(BadRequest, match="header"):
        check_card(ROBOT, SECRET, NOW)
    crossed = {"x-ddpaas-signature-timestamp": STAMP, "x-ddpaas-signature": SIGN}
    with pytest.raises(BadRequest, match="signature"):
        check_card(crossed, SECRET, NOW)


@pytest.mark.parametrize("place", range(44))
def test_every_changed_letter_of_a_signature(place: int) -> None:
    other = "A" if SIGN[place] != "A" else "B"
    assert refused(ROBOT | {"sign": SIGN[:place] + other + SIGN[place + 1 :]}) == "signature"


@given(st.dictionaries(st.sampled_from(["timestamp", "sign", "Sign"]), st.text()))
def test_whatever_the_headers_are_only_one_error_comes(headers: dict[str, str]) -> None:
    assert refused(headers) in ("header", "timestamp", "signature")
