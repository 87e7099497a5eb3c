"""Logs: what a line holds, and that no canary ever gets out, by whatever way it is put in."""

import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from kit.logs import own_logging
from pydantic import SecretStr

from cards.actions import Signer
from cards.lead_actions import ClaimLead, WriteFollowUp
from config.lines import MOST_BYTES
from config.logging import bind_request, configure_logging, new_request_id, redact

PHONE, ID_NUMBER, SECRET = "13800001111", "150102199001011234", "canary-9f2c11ab"
SIGNER = Signer({"9f2c11ab": b"k" * 32}, "wecom:ww1:1000002")
LATER = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(days=3)
TOKEN = SIGNER.pack(WriteFollowUp(1024), "k3v9q2", LATER)
CANARIES = (PHONE, ID_NUMBER, SECRET, TOKEN, TOKEN.rpartition("~")[2], "0000 1111", "0000-1111", "００００１１１１")

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    with own_logging():
        yield


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """The lines that stderr got since the last call, each parsed, and checked for canaries."""
    configure_logging("info")

    def read() -> list[dict[str, Any]]:
        out, err = capsys.readouterr()
        assert out == ""
        for canary in CANARIES:
            assert canary not in err
        return [json.loads(line) for line in err.splitlines()]

    return read


def test_a_line(lines: Lines) -> None:
    bind_request("k3v9q2ab", channel="wecom")
    structlog.get_logger("bot.dispatch").info(
        "已领取", lead=1024, ms=12.5, at=datetime(2026, 1, 2, tzinfo=UTC), who=None
    )
    (line,) = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "event": "已领取",
        "level": "info",
        "logger": "bot.dispatch",
        "request_id": "k3v9q2ab",
        "channel": "wecom",
        "lead": 1024,
        "ms": 12.5,
        "at": "2026-01-02T00:00:00+00:00",
        "who": None,
    }


def test_a_new_request_carries_nothing_of_the_one_before(lines: Lines) -> None:
    bind_request("aaaaaaaa", channel="wecom")
    bind_request("bbbbbbbb")
    structlog.get_logger("x").info("hello")
    (line,) = lines()
    assert line["request_id"] == "bbbbbbbb"
    assert "channel" not in line


def test_loggers_of_the_standard_library_use_the_same_pipe(lines: Lines) -> None:
    bind_request("k3v9q2ab")
    logging.getLogger("alembic").info("upgrade %s", "head")
    logging.getLogger("alembic").debug("not shown")
    (line,) = lines()
    line.pop("time")
    assert line == {"event": "upgrade head", "level": "info", "logger": "alembic", "request_id": "k3v9q2ab"}


def test_levels(lines: Lines) -> None:
    for name in ("urllib3", "requests", "httpx", "httpcore"):
        logging.getLogger(f"{name}.client").info("GET https://example.com/")
    structlog.get_logger("x").debug("not shown")
    logging.getLogger("httpx").warning("shown")
    assert [line["event"] for line in lines()] == ["shown"]


HIDDEN = [
    (f"电话 {PHONE}。", "电话 [phone]。"),
    ("+86 138-0000-1111 打来", "[phone] 打来"),
    ("8613800001111", "[phone]"),
    ("138 0000 1111", "[phone]"),
    ("１３８００００１１１１", "[phone]"),
    (f"\x00{PHONE}\n{PHONE}", "\x00[phone]\n[phone]"),
    (ID_NUMBER, "[id-number]"),
    ("身份证15010219900101123x,", "身份证[id-number],"),
    ("150102 19900101 1234", "[id-number]"),
    ("(138) 0000-1111 打来", "[phone] 打来"),
    ("138.0000.1111", "[phone]"),
    ("1380 000 1111", "[phone]"),
    ("138\t0000\t1111", "[phone]"),
    ("1 3 8 0 0 0 0 1 1 1 1", "[phone]"),
    ("座机0471-6661111", "座机[phone]"),
    ("150102-1990-01-01-1234", "[id-number]"),
    (
        f"GET /cgi-bin/message/send?access_token={SECRET}&debug=1",
        "GET /cgi-bin/message/send?access_token=[hidden]&debug=1",
    ),
    (f"gettoken?corpid=ww1&corpsecret={SECRET}", "gettoken?corpid=ww1&corpsecret=[hidden]"),
    (f'{{"access_token": "{SECRET}", "expires_in": 7200}}', '{"access_token": "[hidden]", "expires_in": 7200}'),
    (f"{{'response_code': '{SECRET}'}}", "{'response_code': '[hidden]'}"),
    (f"<ResponseCode><![CDATA[{SECRET}]]></ResponseCode>", "<ResponseCode><![CDATA[[hidden]]]></ResponseCode>"),
    (f"Authorization: Bearer {SECRET}", "Authorization: Bearer [hidden]"),
    (f"Authorization: Basic {SECRET}", "Authorization: Basic [hidden]"),
    (f"postgresql://tuoling:{SECRET}@db/x", "postgresql://tuoling:[hidden]@db/x"),
    (f"tapped {TOKEN} twice", "tapped follow~[hidden] twice"),
    (SIGNER.pack(ClaimLead(7), "c1", LATER), "claim1~[hidden]"),
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_redact(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T06:44:05.894Z",
        "lead 1024 of pool 1501 claimed by 12 in 12.5 ms",
        "1767225600",
        "1767225600123",  # milliseconds
        "50 of 1500 in 0.138 s, 1.3.5 and 2026-12-03 14:00:00.123",
        "L1350 135 1351",
        "12800001111",  # no mobile number begins so
        "7ef2b3c1-5d0a-4f6e-9a3b-0c1d2e3f4a5b",
        "token refreshed",
        "errcode 42001",
        "https://qyapi.weixin.qq.com/cgi-bin/gettoken",
        "今日已领 10/10（呼和浩特池），明日 00:00 恢复",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_no_canary_in_any_place_of_a_line(lines: Lines, text: str, shown: str) -> None:
    log = structlog.get_logger("x")
    log.info(text)
    log.info("value", value=text)
    log.info("nested", value={"list": [{"deep": text}, (text,)], text: 1})
    log.info("an object", value=ValueError(text))
    logging.getLogger("x").warning("message %s", text)
    bind_request("k3v9q2ab", note=text)
    log.info("bound")
    event, value, nested, an_object, message, bound = lines()
    assert event["event"] == value["value"] == an_object["value"] == bound["note"] == shown
    assert nested["value"] == {"list": [{"deep": shown}, [shown]], shown: 1}
    assert message["event"] == f"message {shown}"


def test_numbers_and_named_secrets(lines: Lines) -> None:
    log = structlog.get_logger("x")
    log.info("number", phone=int(PHONE), id_number=int(ID_NUMBER), lead=1024)
    log.info("named", response_code=SECRET, aes_key=SECRET, corp={"secret": SECRET}, access_token=None)
    log.info("typed", value=SecretStr(SECRET))
    number, named, typed = lines()
    assert (number["phone"], number["id_number"], number["lead"]) == ("[phone]", "[id-number]", 1024)
    assert (named["response_code"], named["aes_key"], named["corp"]) == ("[hidden]", "[hidden]", {"secret": "[hidden]"})
    assert named["access_token"] is None
    assert typed["value"] == "**********"


def fail(phone: str) -> None:
    local = {"secret of a local": phone}
    try:
        local[f"access_token={SECRET}"]
    except KeyError as error:
        raise ValueError(f"no customer {local['secret of a local']}") from error


def test_an_exception_has_type_and_stack_and_no_values(lines: Lines) -> None:
    log = structlog.get_logger("x")
    try:
        fail(PHONE)
    except ValueError as error:
        log.exception("failed")
        logging.getLogger("x").exception("failed")
        log.warning("failed", exc_info=error)
    written = lines()
    assert [line["level"] for line in written] == ["error", "error", "warning"]
    for line in written:
        assert (line["event"], line["exception_type"]) == ("failed", "ValueError")
        assert "in fail\n" in line["exception"]
        assert "KeyError" in line["exception"]
        assert "ValueError: no customer [phone]" in line["exception"]


def test_a_very_long_exception_is_cut_at_its_beginning(lines: Lines) -> None:
    structlog.get_logger("x").error("failed", exc_info=ValueError(f"{PHONE} " * 5_000 + "the end"))
    (line,) = lines()
    assert len(line["exception"]) == 12_000
    assert line["exception"].endswith("the end")


@pytest.mark.parametrize(
    "piece",
    ["x", "巴", "\x01", "\U0001f600", '"', "\ud800"],
    ids=["narrow", "wide", "control", "emoji", "quote", "surrogate"],
)
def test_a_line_that_is_too_long_is_cut_and_stays_json(
    lines: Lines, piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()  # the test runner keeps each line too, and cannot pass on half a character
    ours = [handler for handler in root.handlers if not type(handler).__module__.startswith("_pytest")]
    monkeypatch.setattr(root, "handlers", ours)
    log = structlog.get_logger("x")
    log.info("whole", value=piece * 4_000, lead=1024)
    log.info("long", value=piece * 250_000, phone=PHONE, deep={"list": [piece * 250_000]}, lead=1024)
    log.info("wide", **{f"key{number}": piece * 5_000 + PHONE for number in range(200)})
    log.info(piece * 250_000 + PHONE)
    logging.getLogger("x").warning("%s", piece * 250_000)
    whole, long, wide, event, other = lines()
    assert "cut" not in whole
    assert (long["event"], long["lead"], long["phone"], long["logger"], long["cut"]) == (
        "long", 1024, "[phone]", "x", True
    )  # fmt: skip
    assert len(long["value"]) > 100
    assert (wide["event"], wide["level"], len(wide) <= 21) == ("wide", "info", True)
    for line in (long, wide, event, other):
        assert len(json.dumps(line, ensure_ascii=False).encode(errors="backslashreplace")) <= MOST_BYTES
        assert line["time"]


def test_what_was_lost_is_told_of_in_the_same_form(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    log = structlog.get_logger("x")
    log.info("before")  # tells of what other tests lost
    lines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", None)
        for _ in range(3):
            log.info("lost")
    log.info("heard")
    told, heard = lines()
    assert (told["event"], told["lost"], told["level"], told["logger"]) == (
        "log lines lost",
        3,
        "warning",
        "config.lines",
    )
    assert heard["event"] == "heard"


def test_uncaught_exceptions_come_out_of_the_same_pipe(lines: Lines) -> None:
    thread = threading.Thread(target=fail, args=(PHONE,))
    thread.start()
    thread.join(10)
    sys.excepthook(ValueError, ValueError(PHONE), None)
    in_thread, in_main = lines()
    assert (in_thread["level"], in_thread["exception_type"]) == ("critical", "ValueError")
    assert in_main["exception"] == "ValueError: [phone]"


def test_what_json_cannot_hold_is_logged_all_the_same(lines: Lines) -> None:
    configure_logging()  # pytest listens to the root logger too, and stops at wrong arguments: not here
    circle: dict[str, object] = {}
    circle["self"] = circle
    log = structlog.get_logger("x")
    log.info("odd", nan=float("nan"), circle=circle, keys={(1, 2): 3}, some={1}, raw=b"x")
    logging.getLogger("x").info("%d of %s", PHONE)
    warnings.warn(f"careful {PHONE}", UserWarning, stacklevel=1)
    odd, wrong, warned = lines()
    assert (odd["nan"], odd["keys"], odd["some"]) == ("nan", {"(1, 2)": 3}, [1])
    assert wrong["event"].startswith("a log call with wrong arguments in test_logging.py:")
    assert "careful [phone]" in warned["event"]
    assert warned["logger"] == "py.warnings"


def test_lines_for_a_developer_are_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", json=False)
    structlog.get_logger("x").debug("found", phone=PHONE)
    logging.getLogger("y").info("found %s", PHONE)
    try:
        fail(PHONE)
    except ValueError:
        structlog.get_logger("x").exception("failed")
    err = capsys.readouterr().err
    assert err.count("[phone]") >= 3
    assert "in fail\n" in err
    assert PHONE not in err
    assert SECRET not in err


def test_request_ids_are_short_and_different() -> None:
    ids = {new_request_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[a-z2-7]{8}", one) for one in ids)
