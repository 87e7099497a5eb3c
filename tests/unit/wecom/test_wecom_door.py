"""The door: what is genuine comes in, everything else gets one flat refusal, and answers can be read by WeCom."""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import pytest
import wecom_vectors as v
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.work.crypto import WeChatCrypto
from wecom_callback import (
    AGENT,
    CORP,
    EVENT,
    KEY,
    NONCE,
    NOW,
    OLD_KEY,
    OLD_TOKEN,
    STAMP,
    TEXT,
    TOKEN,
    callback,
    door,
    envelope,
    event,
    request,
    signed,
)
from werkzeug.datastructures import MultiDict

from bot.channels.base import Answer, Echo, Refused, Request, Verified
from bot.channels.wecom.crypto import CallbackCipher
from bot.channels.wecom.door import WeComDoor
from bot.channels.wecom.markup import read
from bot.inbound import Ignored


def at(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def door_of(vector: v.Vector, agent_id: int = 1000002) -> WeComDoor:
    return WeComDoor(corp_id=vector.receive_id, agent_id=agent_id, token=vector.token, aes_key=vector.aes_key)


def query_of(vector: v.Vector, **more: str) -> list[tuple[str, str]]:
    plain = {"msg_signature": vector.signature, "timestamp": str(vector.timestamp), "nonce": vector.nonce, **more}
    return list(plain.items())


@pytest.mark.parametrize(("vector", "agent", "sender"), [(v.V1, 218, "mycreate"), (v.V7, 1000002, "chenjiashun")])
def test_published_messages_come_in(vector, agent, sender):
    got = door_of(vector, agent).verify(
        request(query_of(vector), f"<xml><Encrypt>{vector.encrypted}</Encrypt></xml>".encode()), at(vector.timestamp)
    )
    assert isinstance(got, Verified)
    assert got.inbound.envelope.sender == sender


@pytest.mark.parametrize(("vector", "echo"), [(v.V3, v.V3_ECHO), (v.V4, v.V4_ECHO), (v.V8, v.V8_ECHO)])
def test_published_address_verifications_are_echoed(vector, echo):
    asked = request(query_of(vector, echostr=vector.encrypted), b"", "GET")
    assert door_of(vector).verify(asked, at(vector.timestamp)) == Echo(echo)


def test_v8_with_the_wrong_nonce_is_refused():
    query = [
        (name, "437374424" if name == "nonce" else value) for name, value in query_of(v.V8, echostr=v.V8.encrypted)
    ]
    assert door_of(v.V8).verify(request(query, b"", "GET"), at(v.V8.timestamp)) == Refused("signature")


def test_a_genuine_callback_comes_in():
    assert door().verify(callback(), NOW) == Verified(TEXT, door().parse(TEXT))


def test_a_message_of_wechatpy_comes_in():
    body = WeChatCrypto(TOKEN, KEY, CORP).encrypt_message(TEXT.decode(), NONCE, str(STAMP))
    root = read(body.encode(), 2)
    texts = {child.name: child.text for child in root.children}
    query = [("msg_signature", texts["MsgSignature"]), ("timestamp", str(STAMP)), ("nonce", NONCE)]
    assert door().verify(request(query, envelope(texts["Encrypt"])), NOW) == Verified(TEXT, door().parse(TEXT))


@pytest.mark.parametrize("seconds", [0, 299, 300, -299, -300])
def test_inside_the_window(seconds):
    assert isinstance(door().verify(callback(), NOW + timedelta(seconds=seconds)), Verified)


@pytest.mark.parametrize("seconds", [301, -301, 86400, -86400])
def test_outside_the_window(seconds):
    assert door().verify(callback(), NOW + timedelta(seconds=seconds)) == Refused("timestamp")


@pytest.mark.parametrize("stamp", ["-1", "1e9", "٣", "0x10", " 1767225600", "1767225600.0", "9" * 400, "NaN", "1_0"])
def test_odd_timestamps(stamp):
    encrypted = CallbackCipher(KEY, CORP).encrypt(TEXT)
    got = door().verify(request(signed(encrypted, stamp=stamp), envelope(encrypted)), NOW)
    assert got in (Refused("timestamp"), Refused("parameter"))


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce", "echostr"])
@pytest.mark.parametrize("wrong", ["missing", "empty", "doubled", "doubled differently", "not ascii", "surrogate"])
def test_each_parameter_stands_once(name, wrong):
    encrypted = CallbackCipher(KEY, CORP).encrypt(b"42")
    query = dict([*signed(encrypted), ("echostr", encrypted)])
    good = request(query.items(), b"", "GET")
    assert door().verify(good, NOW) == Echo(b"42")
    value = query.pop(name)
    values = {
        "missing": [],
        "empty": [""],
        "doubled": [value, value],
        "doubled differently": [value, "x"],
        "not ascii": [value + "中"],
        "surrogate": [value + "\ud800"],
    }[wrong]
    bad = request([*query.items(), *((name, each) for each in values)], b"", "GET")
    assert door().verify(bad, NOW) == Refused("parameter")


def test_a_plain_mapping_as_query_is_read_too():
    encrypted = CallbackCipher(KEY, CORP).encrypt(TEXT)
    plain = Request("POST", dict(signed(encrypted)), {}, envelope(encrypted))
    assert isinstance(door().verify(plain, NOW), Verified)
    assert door().verify(Request("POST", {}, {}, envelope(encrypted)), NOW) == Refused("parameter")


def test_a_query_decoded_twice_is_refused():
    encrypted = next(text for text in (CallbackCipher(KEY, CORP).encrypt(b"42") for _ in range(200)) if "+" in text)
    twice = request([*signed(encrypted), ("echostr", encrypted.replace("+", " "))], b"", "GET")
    assert quote_plus(encrypted) != encrypted
    assert isinstance(door().verify(twice, NOW), Refused)


def test_every_flipped_byte_of_the_ciphertext_is_refused():
    good = callback()
    start, end = good.body.index(b"<Encrypt><![CDATA[") + 18, good.body.index(b"]]></Encrypt>")
    here = door()
    for place in range(start, end):
        body = bytearray(good.body)
        body[place] ^= 1
        got = here.verify(Request("POST", good.query, {}, bytes(body)), NOW)
        assert got in (Refused("signature"), Refused("envelope")), place


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_every_flipped_byte_of_the_query_is_refused(name):
    good = callback()
    for place in range(len(good.query[name])):
        value = bytearray(good.query[name].encode())
        value[place] ^= 1
        query = MultiDict({**good.query, name: value.decode()})
        assert isinstance(door().verify(Request("POST", query, {}, good.body), NOW), Refused), place


def test_flipped_ciphertext_under_a_right_signature_never_raises():
    # Only someone with the token could do this; the cipher still refuses or gives back bytes, and parse takes them.
    sealed = CallbackCipher(KEY, CORP).encrypt(TEXT)
    for place in range(len(sealed)):
        swapped = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        got = door().verify(request(signed(swapped), envelope(swapped)), NOW)
        assert isinstance(got, (Refused, Verified))


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS", "get", ""])
def test_other_methods(method):
    good = callback()
    assert door().verify(Request(method, good.query, {}, good.body), NOW) == Refused("method")


def test_another_company_and_another_app():
    assert door().verify(callback(corp="ww9999"), NOW) == Refused("receiver")
    assert door().verify(callback(corp=""), NOW) == Refused("receiver")
    assert door().verify(callback(event("<MsgType>text</MsgType>", tail="<AgentID>7</AgentID>")), NOW) == Refused(
        "agent"
    )
    without = event("<MsgType>event</MsgType><Event>change_contact</Event>", tail="")
    assert isinstance(door().verify(callback(without), NOW), Verified)


def test_an_authentic_poison_event_comes_in_and_is_ignored():
    for raw in (b"", b"\x00", b"<xml>", b"\xff\xfe", b"<!DOCTYPE x><xml/>", b"<a>" * 9000):
        got = door().verify(callback(raw), NOW)
        assert isinstance(got, Verified)
        assert isinstance(door().parse(got.raw), Ignored)


HOSTILE = {
    "empty": b"",
    "no xml": b"hello",
    "json": b'{"encrypt":"x"}',
    "half": b"<xml><Encrypt>x",
    "no Encrypt": b"<xml><ToUserName>x</ToUserName></xml>",
    "empty Encrypt": b"<xml><Encrypt></Encrypt></xml>",
    "nested Encrypt": b"<xml><Encrypt><a>x</a></Encrypt></xml>",
    "other root": b"<yml><Encrypt>{e}</Encrypt></yml>",
    "Encrypt as root": b"<Encrypt>{e}</Encrypt>",
    "doubled Encrypt": b"<xml><Encrypt>{e}</Encrypt><Encrypt>{e}</Encrypt></xml>",
    "doubled AgentID": b"<xml><AgentID>1</AgentID><AgentID>2</AgentID><Encrypt>{e}</Encrypt></xml>",
    "attribute": b'<xml><Encrypt a="1">{e}</Encrypt></xml>',
    "namespace": b'<xml xmlns="u:x"><Encrypt>{e}</Encrypt></xml>',
    "text between": b"<xml>x<Encrypt>{e}</Encrypt></xml>",
    "comment": b"<xml><Encrypt>{e}<!-- --></Encrypt></xml>",
    "instruction": b"<xml><?php x?><Encrypt>{e}</Encrypt></xml>",
    "doctype": b"<!DOCTYPE xml><xml><Encrypt>{e}</Encrypt></xml>",
    "external": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>',
    "bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
    "unknown entity": b"<xml><Encrypt>&nbsp;</Encrypt></xml>",
    "NUL": b"<xml><Encrypt>\x00{e}</Encrypt></xml>",
    "NUL reference": b"<xml><Encrypt>&#0;{e}</Encrypt></xml>",
    "bad utf-8": b"<xml><Encrypt>\xc3\x28</Encrypt></xml>",
    "overlong utf-8": b"<xml><Encrypt>\xc0\xaf</Encrypt></xml>",
    "surrogate utf-8": b"<xml><Encrypt>\xed\xa0\x80</Encrypt></xml>",
    "wide text": "<xml><Encrypt>中</Encrypt></xml>".encode(),
    "utf-16": "<xml><Encrypt>x</Encrypt></xml>".encode("utf-16"),
    "deep": b"<xml>" + b"<a>" * 20000 + b"</a>" * 1000,
    "wide": b"<xml>" + b"<a/>x" * 13000 + b"</xml>",
    "two roots": b"<xml><Encrypt>{e}</Encrypt></xml><xml/>",
    "200,000 levels": b"<a>" * 200_000 + b"</a>" * 200_000,
    "just too large": b"<xml><Encrypt>" + b"A" * (64 * 1024) + b"</Encrypt></xml>",
    "10 MB": b"A" * 10_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_refused_fast(name):
    encrypted = CallbackCipher(KEY, CORP).encrypt(TEXT)
    body = HOSTILE[name].replace(b"{e}", encrypted.encode())
    began = time.thread_time()  # work, not waiting: the machine may be busy with others
    got = door().verify(request(signed(encrypted), body), NOW)
    assert isinstance(got, Refused)
    assert got.why in ("size", "envelope")
    assert time.thread_time() - began < 0.2


@pytest.mark.parametrize("declared", ["gbk", "utf-16", "iso-8859-1"])
def test_a_declared_encoding_changes_nothing(declared):
    encrypted = CallbackCipher(KEY, CORP).encrypt(TEXT)
    body = f'<?xml version="1.0" encoding="{declared}"?><xml><Encrypt>{encrypted}</Encrypt></xml>'.encode()
    assert isinstance(door().verify(request(signed(encrypted), body), NOW), Verified)


def test_a_new_plain_element_in_the_envelope_does_no_harm():
    encrypted = CallbackCipher(KEY, CORP).encrypt(TEXT)
    body = envelope(encrypted).replace(b"<xml>", b"<xml>\n<NewField>1</NewField>\n")
    assert isinstance(door().verify(request(signed(encrypted), body), NOW), Verified)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text(max_size=40) | st.just(str(STAMP))
    ),
    st.binary(max_size=200)
    | st.binary(max_size=100).map(lambda inner: b"<xml><Encrypt>" + inner + b"</Encrypt></xml>"),
    st.sampled_from(["GET", "POST"]),
)
def test_verify_is_total(query, body, method):
    assert isinstance(door().verify(Request(method, MultiDict(query), {}, body), NOW), Refused)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_verify_is_total_for_whatever_a_genuine_platform_encrypts(raw):
    got = door().verify(callback(raw), NOW)
    assert isinstance(got, Verified)
    assert isinstance(door().parse(raw), Ignored)


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_two_secrets_live_while_rotating(token, key):
    here = door(old_token=OLD_TOKEN, old_aes_key=OLD_KEY)
    got = here.verify(callback(token=token, key=key), NOW)
    assert got == Verified(TEXT, door().parse(TEXT))
    answer = here.answer(here.parse(TEXT), "好", NOW)
    assert "好" in opened(answer, token, key)
    alone = door().verify(callback(token=token, key=key), NOW)
    assert isinstance(alone, Verified if (token, key) == (TOKEN, KEY) else Refused)


def opened(answer: Answer, token: str = TOKEN, key: str = KEY) -> str:
    """The passive reply as WeCom would open it, with wechatpy's own code."""
    texts = {child.name: child.text for child in read(answer.body, 2).children}
    theirs = WeChatCrypto(token, key, CORP)
    return theirs.decrypt_message(answer.body.decode(), texts["MsgSignature"], texts["TimeStamp"], texts["Nonce"])


@pytest.mark.parametrize(
    "text",
    [
        "已领取 2 条",
        "a]]>b",
        "]]>]]>",
        "<xml>&amp;</xml>",
        "第一行\n第二行",
        "]]" + ">" * 5,
        "巴特尔·孟和 🐫",
        "字" * 682,
    ],
)
def test_an_answer_says_exactly_this(text):
    answer = door().answer(door().parse(TEXT), text, NOW)
    assert answer.status == 200
    inside = {child.name: child.text for child in read(opened(answer).encode(), 2).children}
    assert inside == {
        "ToUserName": "batu",
        "FromUserName": CORP,
        "CreateTime": str(STAMP),
        "MsgType": "text",
        "Content": text,
    }


def test_characters_that_xml_cannot_hold_are_dropped_from_an_answer():
    assert "<![CDATA[ab\nc]]>" in opened(door().answer(door().parse(TEXT), "a\x00b\x1b\n\ufffe\ud800c", NOW))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (TEXT, None),
        (TEXT, ""),
        (event("<Event>template_card_event</Event><EventKey>k</EventKey>", head=EVENT), "好"),
        (event("<Event>unsubscribe</Event>", head=EVENT), "好"),
        (event("<Event>view</Event>", head=EVENT), "好"),
        (event("<MsgType>text</MsgType>", head=EVENT.replace("Batu", "sys")), "好"),
        (b"garbage", "好"),
    ],
)
def test_an_empty_answer_says_taken(raw, text):
    assert door().answer(door().parse(raw), text, NOW) == Answer()


def test_a_door_says_how_much_fits():
    assert (door().text_bytes, door().name, AGENT) == (2048, "wecom", 1000002)


# The receiver of 通讯录同步

CHANGE = event(
    "<Event>change_contact</Event><ChangeType>delete_user</ChangeType><UserID>lina</UserID>",
    EVENT.replace("Batu", "sys"),
    tail="",
)


def receiver() -> WeComDoor:
    return WeComDoor(corp_id=CORP, agent_id=AGENT, token=OLD_TOKEN, aes_key=OLD_KEY, contacts_only=True)


@pytest.mark.parametrize("agent", ["", "<AgentID>2000002</AgentID>"])
def test_a_change_of_the_address_book_comes_in_by_its_receiver(agent):
    raw = CHANGE.replace(b"</xml>", agent.encode() + b"</xml>")
    got = receiver().verify(callback(raw, token=OLD_TOKEN, key=OLD_KEY), NOW)
    assert isinstance(got, Verified)
    assert got.inbound == door().parse(raw)
    assert receiver().answer(got.inbound, "好", NOW) == Answer()


@pytest.mark.parametrize("raw", [TEXT, event("<Event>enter_agent</Event>", EVENT), b"<xml/>"])
def test_nothing_else_comes_in_by_it(raw):
    """Whoever got hold of its token and key can put no word into anybody's mouth."""
    got = receiver().verify(callback(raw, token=OLD_TOKEN, key=OLD_KEY), NOW)
    assert isinstance(got, Verified)
    assert isinstance(got.inbound, Ignored)


def test_the_keys_of_one_do_not_open_the_other():
    assert receiver().verify(callback(CHANGE), NOW) == Refused("signature")
    assert door().verify(callback(CHANGE, token=OLD_TOKEN, key=OLD_KEY), NOW) == Refused("signature")
    assert isinstance(receiver().verify(callback(CHANGE, token=OLD_TOKEN), NOW), Refused)
