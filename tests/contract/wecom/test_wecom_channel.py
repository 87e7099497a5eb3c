"""What the channel asks of WeCom, and what it makes of the answers."""

from datetime import timedelta

import pytest
from wecom_kit import AGENT, CARD, PNG, SIGNER

from bot.channels.wecom.channel import DUPLICATE_SECONDS
from bot.channels.wecom.faults import fault_of
from cards.actions import Unpacked
from cards.channel import Expired, Misconfigured, Permanent, Quota, Retry, Sent, Uploaded
from cards.lead_actions import ClaimLead
from core.store.outbox_lease import LONGEST_LEASE

OK = {"errcode": 0, "errmsg": "ok", "msgid": "m1"}


def failing(errcode):
    return lambda _asked: {"errcode": errcode, "errmsg": f"failed, hint: [{errcode}] from ip: 1.2.3.4"}


def test_a_card_is_sent_under_its_task_id_with_a_signed_key(process, platform, clock):
    platform.answer = lambda _asked: OK | {"response_code": "rc-1"}
    assert process.channel.send_card("Batu", CARD, "c42", again=False) == Sent("rc-1", 72 * 3600, "m1")
    asked = platform.asked[-1]
    assert asked.path == "/cgi-bin/message/send"
    assert (asked.json["touser"], asked.json["agentid"], asked.json["msgtype"]) == ("Batu", AGENT, "template_card")
    card = asked.json["template_card"]
    assert card["task_id"] == "t-c42"
    key = card["button_list"][0]["key"]
    assert SIGNER.unpack(key, clock.now + timedelta(days=29, hours=23)) == Unpacked(ClaimLead(1024), "c42.1")
    assert SIGNER.unpack(key, clock.now + timedelta(days=30)) != Unpacked(ClaimLead(1024), "c42.1")


def test_a_taken_task_id_means_sent_only_when_it_was_tried_before(process, platform):
    platform.answer = failing(42014)
    assert process.channel.send_card("batu", CARD, "c42", again=True) == Sent()
    assert isinstance(process.channel.send_card("batu", CARD, "c42", again=False), Permanent)


@pytest.mark.parametrize("card_id", ["x" * 127, "a b", "号", "a.b", "a\n"])
def test_a_card_id_that_makes_no_task_id_never_leaves(process, platform, card_id):
    assert isinstance(process.channel.send_card("batu", CARD, card_id, again=True), Permanent)
    assert platform.asked == []


@pytest.mark.parametrize("to", ["", "a|b", "@all", "@ALL", "a b", "a\n"])
def test_one_message_reaches_one_member(process, platform, to):
    channel = process.channel
    results = [
        channel.send_card(to, CARD, "c1", again=False),
        channel.update_card(to, CARD, "c1", "rc"),
        channel.send_text(to, "x", again=False),
        channel.send_picture(to, "m"),
    ]
    assert all(isinstance(result, Permanent) for result in results)
    assert platform.asked == []


@pytest.mark.parametrize(
    ("more", "reached"),
    [
        ({"invaliduser": "batu"}, False),
        ({"invaliduser": "wang|batu"}, False),
        ({"unlicenseduser": "BATU"}, False),
        ({"invaliduser": ["batu"]}, False),
        ({"invaliduser": "", "unlicenseduser": ""}, True),
        ({"invaliduser": "batu2|xbatu"}, True),
        ({"invaliduser": None, "invalidparty": "7"}, True),
        ({"invaliduser": 7}, True),
    ],
)
def test_errcode_0_is_no_proof(process, platform, more, reached):
    platform.answer = lambda _asked: OK | more
    wanted = Sent if reached else Permanent
    assert isinstance(process.channel.send_card("Batu", CARD, "c1", again=False), wanted)
    assert isinstance(process.channel.send_text("Batu", "好", again=False), wanted)
    assert isinstance(process.channel.send_picture("Batu", "m"), wanted)
    assert isinstance(process.channel.update_card("Batu", CARD, "c1", "rc"), wanted)


def test_a_card_is_changed_for_one_member_with_the_code(process, platform):
    assert process.channel.update_card("Batu", CARD, "c42", "rc-9") == Sent()
    asked = platform.asked[-1]
    assert asked.path == "/cgi-bin/message/update_template_card"
    assert (asked.json["userids"], asked.json["agentid"], asked.json["response_code"]) == (["Batu"], AGENT, "rc-9")
    assert "task_id" not in asked.json["template_card"]
    platform.answer = failing(60140)
    assert process.channel.update_card("Batu", CARD, "c42", "rc-9") == Expired()


def test_a_text_said_again_asks_to_be_dropped_if_it_came_just_before(process, platform):
    for again in (False, True, True):
        assert process.channel.send_text("batu", "好\n的", again=again) == Sent(None, 0, "m1")
    first, second, third = (asked.json for asked in platform.asked if asked.path == "/cgi-bin/message/send")
    assert first["text"] == {"content": "好\n的"}
    assert "enable_duplicate_check" not in first, "a text rightly said twice would be swallowed"
    assert second == third, "another request is not recognised as the same"
    assert (second["enable_duplicate_check"], second["duplicate_check_interval"]) == (1, DUPLICATE_SECONDS)
    assert LONGEST_LEASE.total_seconds() < DUPLICATE_SECONDS, "a relay that died after sending holds the row so long"


@pytest.mark.parametrize(
    ("text", "fits"), [("字" * 682 + "ab", True), ("字" * 683, False), ("", False), ("a" * 2048, True)]
)
def test_a_text_that_would_be_cut_never_leaves(process, platform, text, fits):
    result = process.channel.send_text("batu", text, again=False)
    assert isinstance(result, Sent if fits else Permanent)
    assert platform.count("message/send") == int(fits)
    assert process.channel.text_bytes == 2048


def test_a_picture_goes_up_whole_and_is_sent(process, platform):
    platform.answer = lambda asked: OK | ({"media_id": "m-7", "type": "image"} if "upload" in asked.path else {})
    assert process.channel.upload(PNG, "日报.png") == Uploaded("m-7")
    up = platform.asked[-1]
    assert up.query["type"] == "image"
    assert PNG in up.body
    assert 'name="media"; filename="日报.png"'.encode() in up.body
    assert process.channel.send_picture("batu", "m-7") == Sent(None, 0, "m1")
    assert platform.asked[-1].json["image"] == {"media_id": "m-7"}


def test_an_upload_whose_token_had_ended_sends_the_file_again(process, platform):
    platform.answer = lambda _asked: OK | {"media_id": "m-7"}
    assert isinstance(process.channel.upload(PNG, "a.png"), Uploaded)
    platform.expire()
    assert process.channel.upload(PNG, "a.png") == Uploaded("m-7")
    uploads = [asked for asked in platform.asked if asked.path == "/cgi-bin/media/upload"]
    assert len(uploads) == 3
    assert all(PNG in upload.body for upload in uploads)


@pytest.mark.parametrize("size", [0, 5, 10 * 1024 * 1024 + 1])
def test_a_picture_of_impossible_size_never_leaves(process, platform, size):
    assert isinstance(process.channel.upload(bytes(size), "a.png"), Permanent)
    assert platform.asked == []


def test_an_upload_without_a_media_id(process, platform):
    assert isinstance(process.channel.upload(PNG, "a.png"), Retry)


@pytest.mark.parametrize(
    ("errcode", "fault"),
    [
        *((code, Retry) for code in (-1, 6000, 45035, 45033, 2000111, 2090726, 999999)),
        (45009, Quota),
        *((code, Misconfigured) for code in (40001, 40013, 40091, 45031, 60020, 301042, 43012)),
        *((code, Misconfigured) for code in (48001, 48002, 48006, 48010, 48011, 50003, 60031, 301002, 301007)),
        *((code, Permanent) for code in (81013, 60111, 40003, 40031, 46004, 60011, 60021)),
        *((code, Permanent) for code in (82001, 40032, 82002, 82003, 40007, 40145, 40008, 40058, 40035)),
        *((code, Permanent) for code in (40063, 44004, 45002, 82004, 40033, 40201, 40204, 42015, 42031, 42051, 42052)),
    ],
)
def test_each_errcode_has_its_fault(process, platform, errcode, fault):
    platform.answer = failing(errcode)
    got = process.channel.send_text("batu", "好", again=False)
    assert type(got) is fault
    assert got == fault_of(errcode)
    assert "1.2.3.4" not in got.why
    assert platform.count("message/send") == 1
    if isinstance(got, Retry):
        assert not got.maybe_sent
    if isinstance(got, Quota):
        assert got.after >= 60


def test_the_pace_has_room_to_spare(process):
    pace = process.channel.pace
    assert pace.per_minute <= 25
    assert pace.per_hour <= 900
    assert pace.app_per_minute <= 9000
