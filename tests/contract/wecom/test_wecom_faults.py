"""A broken exchange: each becomes a fault in bounded time, says whether the message may have arrived, leaks nothing."""

import io
import json
import logging
import socket
import time

import pytest
from wecom_kit import CARD, CORP, PNG, SECRET, Process
from wecom_server import Platform, Raw, http, running

from bot.channels.wecom.client import WeComApi
from cards.channel import Permanent, Retry, Sent, Uploaded

OK = {"errcode": 0, "errmsg": "ok", "msgid": "m1"}
OK_BODY = json.dumps(OK).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def send(process):
    return process.channel.send_text("batu", "好", again=False)


BROKEN = {
    "500": (http("500 Internal Server Error", OK_BODY), True),
    "502 html": (http("502 Bad Gateway", b"<html>bad gateway</html>"), True),
    "404": (http("404 Not Found", OK_BODY), False),
    "403 html": (http("403 Forbidden", b"<html>no</html>"), False),
    "reset": (Raw([HEAD + b"Content-Length: 40\r\n\r\n{"], reset=True), True),
    "accept then drop": (Raw([]), True),
    "half body": (Raw([HEAD + b"Content-Length: 400\r\n\r\n" + OK_BODY[:10]]), True),
    "half head": (Raw([b"HTTP/1.1 200 OK\r\nContent-Le"]), True),
    "half chunk": (Raw([HEAD + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{"]), True),
    "no http": (Raw([b"SSH-2.0-OpenSSH_9\r\n\r\n"]), True),
    "html": (http("200 OK", b"<html>login here</html>", "Content-Type: text/html"), True),
    "empty": (http("200 OK"), True),
    "half json": (http("200 OK", OK_BODY[:-5]), True),
    "list": (http("200 OK", b"[1]"), True),
    "null": (http("200 OK", b"null"), True),
    "no errcode": (http("200 OK", b'{"msgid":"m1"}'), True),
    "errcode as text": (http("200 OK", b'{"errcode":"0"}'), True),
    "errcode true": (http("200 OK", b'{"errcode":true}'), True),
    "errcode in base_resp": (http("200 OK", b'{"errcode":0,"base_resp":[]}'), True),
    "bad utf-8": (http("200 OK", b'{"errcode":0,"errmsg":"\xff"}'), True),
    "deep json": (http("200 OK", b"[" * 200_000), True),
    "huge": (http("200 OK", b" " * 3_000_000 + OK_BODY), True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_tried_again_later(process, platform, name):
    reply, maybe_sent = BROKEN[name]
    platform.answer = lambda _asked: reply
    got = send(process)
    assert isinstance(got, Retry)
    assert got.maybe_sent is maybe_sent
    assert platform.count("message/send") == 1
    platform.answer = lambda _asked: OK
    assert isinstance(send(process), Sent), "the next one goes through"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
@pytest.mark.parametrize("body", [b"", OK_BODY])
def test_a_redirect_is_not_followed(process, platform, status, body):
    with running(Platform()) as elsewhere:
        location = f"Location: {elsewhere.base}/cgi-bin/message/send?access_token=x"
        platform.answer = lambda _asked: http(status, body, location)
        assert send(process) == Retry(5.0, "redirect")
        assert elsewhere.asked == []


def test_a_redirected_gettoken_does_not_give_the_secret_away(process, platform):
    with running(Platform()) as elsewhere:
        platform.token_answer = lambda: http("302 Found", b"", f"Location: {elsewhere.base}/cgi-bin/gettoken")
        assert isinstance(send(process), Retry)
        assert elsewhere.asked == []


def dripping(platform, head, body):
    return Raw([head, *(bytes([byte]) for byte in body)], pause=lambda: platform.stopping.wait(0.1))


SLOW = {
    "silent": lambda platform: Raw([b"", b""], pause=lambda: platform.stopping.wait(30)),
    "dripping body": lambda platform: dripping(platform, HEAD + b"Content-Length: 900\r\n\r\n", b" " * 900),
    "dripping head": lambda platform: dripping(platform, b"", HEAD + b"X: " + b"y" * 900),
    "dripping chunks": lambda platform: dripping(
        platform, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 200
    ),
    "endless": lambda platform: Raw([HEAD + b"\r\n", *[b" "] * 900], pause=lambda: platform.stopping.wait(0.1)),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_answer_takes_bounded_time(platform, store, clock, name):
    process = Process(platform, store, clock, read_seconds=0.5)
    platform.answer = lambda _asked: SLOW[name](platform)
    began = time.monotonic()
    got = send(process)
    assert time.monotonic() - began < 1.5
    assert isinstance(got, Retry)
    assert got.maybe_sent
    platform.answer = lambda _asked: OK
    assert isinstance(send(process), Sent)


def test_a_slow_gettoken_takes_bounded_time(platform, store, clock):
    process = Process(platform, store, clock, read_seconds=0.3)
    platform.token_answer = lambda: SLOW["silent"](platform)
    began = time.monotonic()
    assert isinstance(send(process), Retry)
    assert time.monotonic() - began < 1.5


def test_an_answer_just_in_time_leaves_the_connection_usable(platform, store, clock):
    process = Process(platform, store, clock, read_seconds=0.6)
    body = b"".join([HEAD, b"Content-Length: %d\r\n\r\n" % len(OK_BODY), OK_BODY])
    platform.answer = lambda _asked: Raw(
        [body[:20], body[20:25], body[25:]], pause=lambda: platform.stopping.wait(0.25), keep=True
    )
    assert isinstance(send(process), Sent)
    platform.answer = lambda _asked: OK | {"media_id": "m"}
    # A large file, taken slowly: what the last answer had left of its time must not bound the sending.
    platform.before_reading = lambda: platform.stopping.wait(0.45)
    assert process.channel.upload(PNG * 900, "a.png") == Uploaded("m")
    assert len({asked.peer for asked in platform.asked}) == 1


def test_nobody_there(store, clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = Platform(base=f"http://127.0.0.1:{taken.getsockname()[1]}")
        got = send(Process(gone, store, clock))
    assert isinstance(got, Retry)
    assert not got.maybe_sent


def test_an_unknown_host(store, clock):
    got = send(Process(Platform(base="http://nobody.invalid"), store, clock))
    assert isinstance(got, Retry)
    assert not got.maybe_sent


def test_accepted_then_dropped_may_have_arrived_and_the_next_try_finds_it(process, platform):
    taken: set[str] = set()

    def answer(asked):
        task_id = asked.json["template_card"]["task_id"]
        if task_id in taken:
            return {"errcode": 42014, "errmsg": "exists"}
        taken.add(task_id)
        return Raw([])

    platform.answer = answer
    first = process.channel.send_card("batu", CARD, "c7", again=False)
    assert isinstance(first, Retry)
    assert first.maybe_sent
    assert process.channel.send_card("batu", CARD, "c7", again=True) == Sent()
    assert isinstance(process.channel.send_card("batu", CARD, "c7", again=False), Permanent)


def test_connections_are_kept(process, platform):
    for _ in range(5):
        assert isinstance(send(process), Sent)
    assert len({asked.peer for asked in platform.asked}) == 1


def test_no_log_holds_a_secret_or_a_token(process, platform):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        results = [send(process)]
        odd = b"HTTP/1.1 200 OK\r\nX-A: b\r\nno header at all\r\nContent-Length: 2\r\n\r\n{}"
        for reply in (*(reply for reply, _ in BROKEN.values()), Raw([odd])):
            platform.answer = lambda _asked, reply=reply: reply
            results.append(send(process))
        platform.expire()
        results.append(send(process))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    logged = stream.getvalue() + repr(results)
    assert "message/send" in logged, "urllib3 did log its requests"
    assert SECRET not in logged
    assert "secret-token" not in logged


def test_wechatpy_cannot_reach_its_own_host_for_a_token(platform):
    api = WeComApi(CORP, SECRET, platform.base + "/")
    assert api.fetch_access_token()["access_token"] == "secret-token-1"
    assert platform.asked[0].query == {"corpid": CORP, "corpsecret": SECRET}
    assert api.auto_retry is False


def test_a_base_with_a_path_serves_a_private_proxy(platform):
    api = WeComApi(CORP, SECRET, platform.base + "/out/wecom")
    platform.answer = lambda _asked: OK
    api.held.token = "x"
    platform.valid = "x"
    api.get("agent/get", params={"agentid": "1"})
    assert platform.asked[0].path == "/out/wecom/cgi-bin/agent/get"


def _file(headers: bytes, content: bytes) -> Raw:
    return Raw(
        [b"HTTP/1.1 200 OK\r\n" + headers + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content), content]
    )


@pytest.mark.parametrize("kind", [b"text/plain", b"application/json", b"text/html; charset=utf-8"])
@pytest.mark.parametrize("content", [b"a plain text", b'{"errcode": 40007, "errmsg": "as somebody typed it"}'])
def test_a_file_is_what_comes_with_a_disposition_whatever_its_type(process, platform, kind, content):
    headers = b'Content-Type: %s\r\nContent-disposition: attachment; filename="t.txt"\r\n' % kind
    platform.answer = lambda _asked: _file(headers, content)
    assert process.client.download("m-1", 1024) == {"content": content, "name": "t.txt"}


def test_what_comes_without_a_disposition_may_be_an_error_or_a_proxys_page(process, platform):
    platform.answer = lambda _asked: {"errcode": 40007, "errmsg": "invalid media_id"}
    assert isinstance(process.client.download("m-1", 1024), Permanent)
    platform.answer = lambda _asked: _file(b"Content-Type: text/html\r\n", b"<html>log in first</html>")
    assert isinstance(process.client.download("m-1", 1024), Retry)
    platform.answer = lambda _asked: _file(b"Content-Type: image/png\r\n", PNG)
    assert process.client.download("m-1", 1024 * 1024) == {"content": PNG, "name": ""}
