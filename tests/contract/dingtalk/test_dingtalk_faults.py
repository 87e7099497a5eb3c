"""Every row of the table of dingtalk.md, 5: status and code, and what is to be done."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.dingtalk.faults import Refused, fault_of, is_counted, is_out_of_calls, is_token_refused, judge
from cards.channel import Fault, Misconfigured, Permanent, Quota, Retry

DENIED = "Forbidden.AccessDenied."


def of(status: int, body: object) -> Fault:
    """What an answer comes to."""
    found = judge(status, json.dumps(body).encode())
    if isinstance(found, Refused):
        return fault_of(found)
    assert not isinstance(found, dict)
    return found


def new(status: int, code: str) -> Fault:
    return of(status, {"code": code, "message": "说明", "requestid": "r1"})


def old(errcode: object, **more: object) -> Fault:
    return of(200, {"errcode": errcode, "errmsg": "说明"} | more)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (new(403, DENIED + "QpsLimitForAppkeyAndApi"), 1.0),
        (old(90018), 1.0),
        (new(403, DENIED + "QpsLimitForApi"), 5.0),
        (old(90002), 5.0),
        (new(403, DENIED + "QpmLimitForAppkeyAndApi"), 60.0),
        (new(403, DENIED + "ApiCountLimitForOrg"), 3600.0),
        (old(90020), 3600.0),
        (old(88, sub_code="90020"), 3600.0),
        (of(200, {"status": 1111, "wait": 5, "punish": "deny"}), 300.0),
        (of(403, {"status": 1111}), 300.0),
    ],
)
def test_limits_stop_for_a_while_what_they_are_about(fault: Fault, seconds: float) -> None:
    assert isinstance(fault, Quota)
    assert (fault.after, fault.everything) == (seconds, seconds == 300)
    assert fault.counted == (seconds == 3600), "what is not counted goes on"


@pytest.mark.parametrize(
    ("fault", "seconds", "maybe_sent"),
    [
        *((new(400, code), 60.0, False) for code in ("send.too.fast", "send.byToken.tooFast", "too.many.group")),
        (new(400, "too.many.people"), 60.0, False),
        (old(410100), 600.0, False),
        (old(130101), 600.0, False),
        (new(429, "system.busy"), 5.0, False),
        (new(429, "whatever"), 5.0, False),
        (new(500, "system.busy"), 5.0, True),
        (new(502, "system.error"), 5.0, True),
        (new(503, "serviceBusy"), 5.0, True),
        (new(504, "odd"), 5.0, True),
        (old(-1), 5.0, False),
        (old(90005), 5.0, False),
        (new(400, "unknown.send.result"), 60.0, True),
        (new(400, "somethingNew"), 60.0, False),
        (old(99999), 60.0, False),
    ],
)
def test_what_is_tried_again(fault: Fault, seconds: float, maybe_sent: bool) -> None:
    assert isinstance(fault, Retry)
    assert (fault.after, fault.maybe_sent) == (seconds, maybe_sent)


@pytest.mark.parametrize(
    "fault",
    [
        new(403, DENIED + "AccessTokenPermissionDenied"),
        new(403, DENIED + "IpNotInWhiteList"),
        new(403, "SomethingElse"),
        old(60020),
        old(60011),
        old(88),
        old(88, sub_code="60011"),
        new(400, "param.templateNotExist"),
        new(400, "param.templateUnpublished"),
        new(400, "robot.oto.notExist"),
        new(400, "chatbotId.notAllow.sendOTO"),
        new(400, "bot.stopped"),
        new(400, "invalidClientIdOrSecret"),
    ],
)
def test_what_an_engineer_must_mend(fault: Fault) -> None:
    assert isinstance(fault, Misconfigured)


@pytest.mark.parametrize(
    ("fault", "unreachable"),
    [
        (new(400, "staffId.notExisted"), True),
        (new(400, "param.userIdNotExist"), True),
        *(
            (new(400, code), False)
            for code in (
                "invalidParameter.robotCode.downloadCode",
                "missingParameter",
                "param.contentUnsafe",
                "contain.illegal",
                "illegal.content",
                "session.expired",
                "group.disbanded",
            )
        ),
    ],
)
def test_what_is_never_tried_again(fault: Fault, unreachable: bool) -> None:
    assert isinstance(fault, Permanent)
    assert fault.unreachable is unreachable


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (200, b"<html>no</html>", Quota),
        (403, b"  <!DOCTYPE html>", Quota),
        (502, b"<html>bad gateway</html>", Retry),
        (200, b"", Retry),
        (200, b"[1]", Retry),
        (200, b"null", Retry),
        (200, b'{"a":', Retry),
        (200, b'{"a":"\xff"}', Retry),
        (404, b"not found", Retry),
        (200, b"[" * 100_000, Retry),
    ],
)
def test_what_is_no_answer_of_dingtalks(status: int, content: bytes, kind: type[object]) -> None:
    assert type(judge(status, content)) is kind


@pytest.mark.parametrize("body", [{}, {"success": True}, {"success": "true"}, {"errcode": 0}, {"errcode": "0", "a": 1}])
def test_a_success(body: dict[str, object]) -> None:
    assert judge(200, json.dumps(body).encode()) == body


@pytest.mark.parametrize("body", [{"success": False}, {"success": None}, {"errcode": 300001}])
def test_a_failure_within_a_200(body: dict[str, object]) -> None:
    assert isinstance(judge(200, json.dumps(body).encode()), Refused)


@pytest.mark.parametrize(
    ("refused", "is_token"),
    [
        (Refused("InvalidAuthentication", 400), True),
        (Refused("whatever", 401), True),
        (Refused("40014", 200), True),
        (Refused("40001", 200), True),
        (Refused("42001", 200), True),
        (Refused("88", 200), False),
        (Refused("invalidParameter.token", 400), False),
    ],
)
def test_which_refusals_are_of_the_token(refused: Refused, is_token: bool) -> None:
    assert is_token_refused(refused) is is_token


@given(st.integers(100, 599), st.binary(max_size=60) | st.recursive(st.none() | st.text() | st.integers(), st.lists))
def test_any_answer_can_be_judged(status: int, body: object) -> None:
    content = body if isinstance(body, bytes) else json.dumps({"code": body, "errcode": body}).encode()
    found = judge(status, content)
    if isinstance(found, Refused):
        assert isinstance(fault_of(found), Fault)
        assert not (is_counted(found) and is_out_of_calls(found))
    else:
        assert isinstance(found, dict | Fault)
