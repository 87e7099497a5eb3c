"""Every documented event becomes the right `Inbound`, each under its own key; everything else is ignored, safely."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wecom_callback import EVENT, HEAD, TEXT, event

from bot.channels.wecom.parse import parse_event, read_event
from bot.inbound import ContactChange, Ignored, Lifecycle, OrganisationChanged, Place, Sent, Tap, Text

CARD = (
    "<Event>template_card_event</Event><EventKey>claim</EventKey><TaskId>pool-17-v1</TaskId>"
    "<CardType>vote_interaction</CardType><ResponseCode>rc-1</ResponseCode>"
)
SELECTED = (
    "<SelectedItems><SelectedItem><QuestionKey>leads</QuestionKey><OptionIds><OptionId>L1</OptionId>"
    "<OptionId>L2</OptionId></OptionIds></SelectedItem></SelectedItems>"
)


def message(kind: str, rest: str, number: int) -> bytes:
    return event(f"<MsgType><![CDATA[{kind}]]></MsgType>{rest}<MsgId>{number}</MsgId>")


def contact(change: str, rest: str = "") -> bytes:
    """A change of a contact: by the system, of no app."""
    ids = f"<ChangeType>{change}</ChangeType><UserID>U</UserID><ExternalUserID>wm1</ExternalUserID>"
    head = EVENT.replace("Batu", "sys")
    return event(f"<Event>change_external_contact</Event>{ids}{rest}", head, "")


def what(inbound):
    """An inbound without its envelope."""
    return {name: getattr(inbound, name) for name in inbound.__slots__ if name != "envelope"}


TABLE = [
    (TEXT, Text, {"text": "公海 呼和浩特"}),
    (message("text", "<Content></Content>", 1), Text, {"text": ""}),
    (message("text", "<Content><![CDATA[  a<b>&amp;\n ]]></Content>", 1), Text, {"text": "  a<b>&amp;\n "}),
    (
        message("image", "<PicUrl>https://p/1</PicUrl><MediaId>m1</MediaId>", 7302),
        Sent,
        {"media_id": "m1", "kind": "picture"},
    ),
    (message("voice", "<MediaId>m2</MediaId><Format>amr</Format>", 7303), Sent, {"media_id": "m2", "kind": "voice"}),
    (
        message("video", "<MediaId>m3</MediaId><ThumbMediaId>t3</ThumbMediaId>", 7304),
        Sent,
        {"media_id": "m3", "kind": "video"},
    ),
    (
        message(
            "location",
            "<Location_X>40.84</Location_X><Location_Y>111.75</Location_Y><Scale>16</Scale><Label>新城区</Label>"
            "<AppType>wxwork</AppType>",
            7305,
        ),
        Place,
        {"latitude": 40.84, "longitude": 111.75, "label": "新城区"},
    ),
    (
        message("link", "<Title>t</Title><Description>d</Description><Url>https://u</Url>", 7306),
        Ignored,
        {"kind": "link"},
    ),
    (message("file", "<MediaId>m</MediaId>", 7307), Sent, {"media_id": "m", "kind": "file"}),
    (message("file", "<FileName>a.pdf</FileName>", 7308), Ignored, {"kind": "file"}),
    (event("<Event>subscribe</Event><EventKey></EventKey>", EVENT), Lifecycle, {"kind": "joined", "key": ""}),
    (event("<Event>unsubscribe</Event><EventKey></EventKey>", EVENT), Lifecycle, {"kind": "left", "key": ""}),
    (event("<Event>enter_agent</Event><EventKey></EventKey>", EVENT), Lifecycle, {"kind": "opened", "key": ""}),
    (
        event("<Event>click</Event><EventKey>menu_pool</EventKey>", EVENT),
        Lifecycle,
        {"kind": "menu", "key": "menu_pool"},
    ),
    (
        event("<Event>LOCATION</Event><Latitude>40.84</Latitude><Longitude>111.75</Longitude>", EVENT),
        Ignored,
        {"kind": "LOCATION"},
    ),
    (event("<Event>view</Event><EventKey>https://u</EventKey>", EVENT), Ignored, {"kind": "view"}),
    (
        event(
            "<Event>scancode_push</Event><EventKey>k</EventKey><ScanCodeInfo><ScanType>q</ScanType></ScanCodeInfo>",
            EVENT,
        ),
        Ignored,
        {"kind": "scancode_push"},
    ),
    (
        event(
            "<Event>pic_weixin</Event><SendPicsInfo><PicList><item><PicMd5Sum>1</PicMd5Sum></item><item>"
            "<PicMd5Sum>2</PicMd5Sum></item></PicList></SendPicsInfo>",
            EVENT,
        ),
        Ignored,
        {"kind": "pic_weixin"},
    ),
    (
        event("<Event>batch_job_result</Event><BatchJob><JobId>j</JobId></BatchJob>", EVENT),
        Ignored,
        {"kind": "batch_job_result"},
    ),
    (
        event("<Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>u</UserID>", EVENT, tail=""),
        Ignored,
        {"kind": "change_contact"},
    ),
    (
        event("<Event>open_approval_change</Event><ApprovalInfo><ThirdNo>1</ThirdNo></ApprovalInfo>", EVENT),
        Ignored,
        {"kind": "open_approval_change"},
    ),
    (
        event(
            "<Event>template_card_menu_event</Event><EventKey>mute</EventKey><TaskId>t-1</TaskId>"
            "<CardType>button_interaction</CardType><ResponseCode>rc</ResponseCode>",
            EVENT,
        ),
        Tap,
        {"token": "mute", "card_key": "t-1", "selected": {}, "code": "rc", "code_seconds": 72 * 3600},
    ),
    (
        event("<Event>inactive_alert</Event><EffectTime>1767225600</EffectTime>", EVENT),
        Ignored,
        {"kind": "inactive_alert"},
    ),
    (
        event(
            "<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>U</UserID>"
            "<ExternalUserID>wm1</ExternalUserID><State>s</State><WelcomeCode>w</WelcomeCode>",
            EVENT,
        ),
        ContactChange,
        {"deed": "added", "member": "u", "contact": "wm1", "state": "s"},
    ),
    (
        contact("edit_external_contact"),
        ContactChange,
        {"deed": "changed", "member": "u", "contact": "wm1", "state": ""},
    ),
    (
        contact("add_half_external_contact", f"<State><![CDATA[ <@all>\u202e{'s' * 90} ]]></State>"),
        ContactChange,
        {"deed": "added", "member": "u", "contact": "wm1", "state": f"<@all>{'s' * 58}"},
    ),
    (contact("del_external_contact"), ContactChange, {"deed": "removed", "member": "u", "contact": "wm1", "state": ""}),
    (contact("del_follow_user"), ContactChange, {"deed": "left", "member": "u", "contact": "wm1", "state": ""}),
    (contact("transfer_fail", "<FailReason>r</FailReason>"), Ignored, {"kind": "change_external_contact"}),
    (contact("msg_audit_approved"), Ignored, {"kind": "change_external_contact"}),
    (
        event(CARD + SELECTED, EVENT),
        Tap,
        {
            "token": "claim",
            "card_key": "pool-17-v1",
            "selected": {"leads": ("L1", "L2")},
            "code": "rc-1",
            "code_seconds": 72 * 3600,
        },
    ),
    (event("<Event>tomorrow's &lt;news&gt;</Event>", EVENT), Ignored, {"kind": "unknown"}),
    (event("<MsgType>hologram</MsgType><Body>x</Body>"), Ignored, {"kind": "hologram"}),
]


@pytest.mark.parametrize(
    ("raw", "kind", "content"), TABLE, ids=[f"{row[1].__name__}-{n}" for n, row in enumerate(TABLE)]
)
def test_each_documented_event(raw, kind, content):
    got = parse_event(raw)
    assert type(got) is kind
    assert what(got) == content
    assert got.envelope.sender == ("" if b"sys" in raw else "batu")
    assert got.envelope.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert got.envelope.channel == "wecom"
    assert parse_event(raw) == got


def test_one_ticked_option_and_two_questions():
    one = SELECTED.replace("<OptionId>L2</OptionId>", "")
    assert parse_event(event(CARD + one, EVENT)).selected == {"leads": ("L1",)}
    none = SELECTED.replace("<OptionId>L1</OptionId><OptionId>L2</OptionId>", "")
    assert parse_event(event(CARD + none, EVENT)).selected == {"leads": ()}
    second = "<SelectedItem><QuestionKey>why</QuestionKey><OptionIds><OptionId>x</OptionId></OptionIds></SelectedItem>"
    two = SELECTED.replace("</SelectedItems>", second + "</SelectedItems>")
    assert parse_event(event(CARD + two, EVENT)).selected == {"leads": ("L1", "L2"), "why": ("x",)}
    assert parse_event(event(CARD + "<SelectedItems></SelectedItems>", EVENT)).selected == {}


def test_events_of_the_system_have_no_sender():
    raw = event("<Event>change_contact</Event><ChangeType>create_user</ChangeType>", EVENT.replace("Batu", "sys"))
    assert parse_event(raw).envelope.sender == ""


SYS = EVENT.replace("Batu", "sys")


def organisation(change: str, rest: str, head: str = SYS) -> bytes:
    return event(f"<Event>change_contact</Event><ChangeType>{change}</ChangeType>{rest}", head, tail="")


def test_a_change_of_the_address_book_keeps_what_has_a_place_here():
    told = (
        "<UserID>LiNa</UserID><NewUserID>LiNa2</NewUserID><Name><![CDATA[李娜]]></Name><Department>6,7</Department>"
        "<MainDepartment>7</MainDepartment><IsLeaderInDept>0,1</IsLeaderInDept><DirectLeader>boss</DirectLeader>"
        "<Mobile>13900000000</Mobile><Email>li@na.cn</Email><Address>x</Address>"
    )
    got = parse_event(organisation("update_user", told))
    assert isinstance(got, OrganisationChanged)
    assert (got.kind, got.subject, got.envelope.sender) == ("update_user", "lina", "")
    kept = {"NewUserID": "lina2", "Name": "李娜", "Department": "6,7", "MainDepartment": "7"}
    assert got.carried == kept | {"IsLeaderInDept": "0,1", "DirectLeader": "boss"}


@pytest.mark.parametrize("change", ["create_user", "update_user", "delete_user"])
def test_every_change_of_a_member(change):
    got = parse_event(organisation(change, "<UserID>u</UserID><Department>1</Department>"))
    assert (got.kind, got.subject, got.carried) == (change, "u", {"Department": "1"})


@pytest.mark.parametrize("change", ["create_party", "update_party", "delete_party"])
def test_every_change_of_a_department(change):
    got = parse_event(organisation(change, "<Id>7</Id><ParentId>1</ParentId>"))
    assert (got.kind, got.subject, got.carried) == (change, "7", {"ParentId": "1"})


@pytest.mark.parametrize("change", ["update_tag", "", "drop_user"])
def test_other_changes_are_nothing_to_us(change):
    assert parse_event(organisation(change, "<UserID>u</UserID><Id>1</Id>")).kind == "change_contact"


@pytest.mark.parametrize("sender", ["Batu", "SYSTEM", "sys2"])
def test_only_the_platform_itself_tells_of_changes(sender):
    raw = organisation("delete_user", "<UserID>lina</UserID>", EVENT.replace("Batu", sender))
    assert isinstance(parse_event(raw), Ignored)


@pytest.mark.parametrize(
    ("change", "rest"),
    [
        ("delete_user", ""),
        ("delete_user", "<UserID></UserID>"),
        ("delete_user", "<UserID>a b</UserID>"),
        ("delete_user", "<UserID>巴图</UserID>"),
        ("update_user", "<UserID>a</UserID><NewUserID>a|b</NewUserID>"),
        ("delete_party", ""),
        ("delete_party", "<Id>0</Id>"),
        ("delete_party", "<Id>-1</Id>"),
        ("delete_party", "<Id>1e3</Id>"),
        ("delete_party", f"<Id>{'9' * 30}</Id>"),
    ],
)
def test_a_change_of_nobody_is_malformed(change, rest):
    got = parse_event(organisation(change, rest))
    assert isinstance(got, Ignored)
    assert got.kind == "malformed"


def key(raw: bytes) -> str:
    return parse_event(raw).envelope.key


def test_a_message_is_known_by_its_id_and_app():
    assert key(TEXT) == "wecom:m:1000002:7301"
    assert key(TEXT.replace(b"1000002", b"1000003")) == "wecom:m:1000003:7301"
    assert key(TEXT.replace("公海".encode(), "帮助".encode())) == key(TEXT)


@pytest.mark.parametrize("bad", ["", "0", "00", "-1", "x", "9" * 21, "٣"])
def test_an_odd_message_id_is_no_key(bad):
    raw = TEXT.replace(b"7301", bad.encode())
    assert key(raw).startswith("wecom:e:")
    assert key(raw) != key(raw.replace("公海".encode(), "帮助".encode()))


TAP = event(CARD + SELECTED, EVENT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Batu", "Wang"),
        ("1767225600", "1767225601"),
        ("template_card_event", "template_card_menu_event"),
        ("<EventKey>claim", "<EventKey>release"),
        ("pool-17-v1", "pool-17-v2"),
        ("<OptionId>L2</OptionId>", ""),
        ("<OptionId>L2</OptionId>", "<OptionId>L3</OptionId>"),
        ("<AgentID>1000002", "<AgentID>1000003"),
    ],
)
def test_different_taps_have_different_keys(old, new):
    assert key(TAP) != key(TAP.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(
    ("old", "new"), [("rc-1", "rc-2"), ("Batu", "BATU"), ("<CardType>vote_interaction</CardType>", "")]
)
def test_a_repeated_tap_has_the_same_key(old, new):
    assert key(TAP) == key(TAP.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(
    ("event_name", "inside"),
    [
        ("change_external_contact", "<ChangeType>add_external_contact</ChangeType><ExternalUserID>{}</ExternalUserID>"),
        ("change_contact", "<ChangeType>create_user</ChangeType><UserID>{}</UserID>"),
        ("change_contact", "<ChangeType>create_party</ChangeType><Id>{}</Id>"),
        ("batch_job_result", "<BatchJob><JobId>{}</JobId></BatchJob>"),
        ("open_approval_change", "<ApprovalInfo><ThirdNo>{}</ThirdNo></ApprovalInfo>"),
        ("change_external_chat", "<ChatId>{}</ChatId><ChangeType>update</ChangeType>"),
    ],
)
def test_twenty_events_of_one_second_by_the_system_stay_twenty(event_name, inside):
    head = EVENT.replace("Batu", "sys")
    raws = [event(f"<Event>{event_name}</Event>{inside.format(number)}", head) for number in range(20)]
    assert len({key(raw) for raw in raws}) == 20


def test_a_repeated_contact_has_the_same_key_whatever_its_welcome_code():
    first, again, other = (
        contact("add_external_contact", rest)
        for rest in ("<WelcomeCode>a</WelcomeCode>", "<WelcomeCode>b</WelcomeCode>", "")
    )
    assert key(first) == key(again) == key(other)
    assert key(first) != key(first.replace(b"wm1", b"wm2"))
    assert key(first) != key(first.replace(b">U<", b">V<"))
    assert key(first) != key(contact("del_follow_user"))


def test_neighbouring_fields_do_not_run_into_each_other():
    first = event("<Event>view</Event><EventKey>ab</EventKey><TaskId>c</TaskId>", EVENT)
    second = event("<Event>view</Event><EventKey>a</EventKey><TaskId>bc</TaskId>", EVENT)
    assert key(first) != key(second)


MALFORMED = {
    "nothing": b"",
    "no xml": b"hello",
    "NUL": TEXT.replace(b"7301", b"73\x0001"),
    "bad utf-8": TEXT.replace("公".encode(), b"\xe5\x85"),
    "doctype": b'<!DOCTYPE xml [<!ENTITY a "b">]>' + TEXT,
    "comment": TEXT.replace(b"<MsgId>", b"<!-- x --><MsgId>"),
    "no sender": TEXT.replace(b"<![CDATA[Batu]]>", b""),
    "no type": event("<Content>x</Content>"),
    "no time": TEXT.replace(b"1767225600", b""),
    "odd time": TEXT.replace(b"1767225600", b"1e9"),
    "far time": TEXT.replace(b"1767225600", b"9" * 30),
    "doubled field": TEXT.replace(b"<MsgId>7301</MsgId>", b"<MsgId>7301</MsgId><MsgId>7302</MsgId>"),
    "long sender": TEXT.replace(b"Batu", b"b" * 129),
    "picture without media": message("image", "", 1),
    "place without latitude": message("location", "<Location_Y>1</Location_Y>", 1),
    "place nowhere": message("location", "<Location_X>nan</Location_X><Location_Y>1</Location_Y>", 1),
    "place beyond": message("location", "<Location_X>91</Location_X><Location_Y>1</Location_Y>", 1),
    "place as word": message("location", "<Location_X>north</Location_X><Location_Y>1</Location_Y>", 1),
    "event without name": event("", EVENT),
    "contact without id": contact("add_external_contact").replace(b"wm1", b""),
    "contact of nobody": contact("add_external_contact").replace(b">U<", b"><"),
    "contact with a long id": contact("add_external_contact").replace(b"wm1", b"w" * 129),
    "contact with an odd id": contact("del_follow_user").replace(b"wm1", "客户".encode()),
    "doubled question": event(CARD + SELECTED.replace("</SelectedItems>", SELECTED[15:]), EVENT),
    "answer without question": event(CARD + "<SelectedItems><SelectedItem/></SelectedItems>", EVENT),
    "eleven levels": event("<a>" * 10 + "</a>" * 10),
    "200,000 levels": b"<xml>" + b"<a>" * 200_000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_content_is_ignored(name):
    got = parse_event(MALFORMED[name])
    assert isinstance(got, Ignored)
    assert got.kind == "malformed"
    assert got.envelope.key.startswith("wecom:x:")
    assert got.envelope.sender == ""


def test_ten_levels_are_read():
    assert parse_event(event("<MsgType>x</MsgType>" + "<a>" * 9 + "</a>" * 9)).kind == "x"


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.lists(
        st.sampled_from(
            [CARD, SELECTED, HEAD, EVENT, "<a>", "</a>", "<MsgType>event</MsgType>", "<MsgId>7</MsgId>", "&"]
        )
    ).map(lambda parts: f"<xml>{''.join(parts)}</xml>".encode())
)
def test_parse_is_total(raw):
    got = parse_event(raw)
    assert got.envelope.key.startswith("wecom:")
    assert len(got.envelope.key) < 100


def test_the_agent_inside():
    assert read_event(TEXT)[1] == "1000002"
    assert read_event(event("", tail=""))[1] is None
    assert read_event(b"garbage")[1] is None
