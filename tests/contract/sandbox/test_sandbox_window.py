"""The window's own API, and the doors that are shut."""

from pathlib import Path

import httpx
import pytest
from sandbox_kit import Api, EchoApp, buttons

from bot.sandbox.members import Member, read_members
from bot.sandbox.platform import Platform
from bot.sandbox.server import NotInProduction, create_sandbox
from bot.sandbox.window import STATIC

JS = ("app.js", "cards.js", "compose.js", "ding.js", "dom.js", "look.js", "panel.js", "people.js", "rich.js")


def post(base: str, path: str, body: dict[str, object], **headers: str) -> httpx.Response:
    return httpx.post(f"{base}/sandbox/api/{path}", json=body, headers=headers, trust_env=False)


def chat(base: str, who: str, after: int = 0, read: int = 0) -> dict[str, object]:
    params: dict[str, str | int] = {"as": who, "after": after, "read": read}
    return httpx.get(f"{base}/sandbox/api/chat", params=params, trust_env=False).json()


def test_a_script_types_taps_and_reads(api: Api, app: EchoApp) -> None:
    told = post(api.base, "say", {"as": "batu", "text": "帮助"}).json()
    assert told["reply"] == "收到：帮助"
    assert told["taken"]
    api.send(card=buttons())
    seen = chat(api.base, "batu")
    assert [m["kind"] for m in seen["messages"]] == ["text", "text", "card"]
    card = seen["messages"][-1]
    assert post(api.base, "tap", {"as": "batu", "message_id": card["id"], "key": "ok"}).json()["taken"]
    assert app.events[-1]["EventKey"] == "ok"
    assert chat(api.base, "batu", seen["seq"])["messages"] == []


def test_unread_until_read(api: Api) -> None:
    api.send("batu|su", text="a")
    assert chat(api.base, "su", read=1)["unread"] == {"batu": 1}
    people = httpx.get(f"{api.base}/sandbox/api/people", trust_env=False).json()
    assert people["unread"] == {"batu": 1}
    assert [p["userid"] for p in people["people"]] == ["batu", "LiNa", "su"]
    assert people["menu"][0] == {"name": "公海", "key": "pool"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", {"as": "batu"}),
        ("say", {"as": "nobody", "text": "a"}),
        ("say", {"as": "gone", "text": "a"}),
        ("tap", {"as": "batu", "message_id": "m999", "key": "ok"}),
        ("faults", {"api": "message/send", "fault": "flood"}),
    ],
)
def test_nonsense_is_refused(base: str, path: str, body: dict[str, object]) -> None:
    assert post(base, path, body).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_another_sites_page_is_refused(base: str, platform: Platform, origin: str) -> None:
    assert post(base, "say", {"as": "batu", "text": "a"}, Origin=origin).status_code == 403
    assert platform.chat("batu") == ()


def test_the_own_page_is_let_in(base: str) -> None:
    assert post(base, "say", {"as": "batu", "text": "a"}, Origin=base).status_code == 200


@pytest.mark.parametrize("path", ["/", "/sandbox/api/people", "/cgi-bin/gettoken"])
def test_another_name_for_this_machine_is_refused(base: str, path: str) -> None:
    answer = httpx.get(base + path, headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 403


def test_never_in_production(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotInProduction):
        create_sandbox(platform, production=True)
    monkeypatch.setenv("TUOLING_ENV", "Production")
    with pytest.raises(NotInProduction):
        create_sandbox(platform)


def test_the_page_and_its_parts(base: str) -> None:
    page = httpx.get(base, trust_env=False)
    assert "驼铃 沙盒" in page.text
    assert "演示沙盒 · 虚构数据" in page.text
    assert "script-src" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for name in JS:
        script = httpx.get(f"{base}/sandbox/static/{name}", trust_env=False)
        assert script.status_code == 200
        assert not any(word in script.text for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(")), (
            "what people write is never read as HTML"
        )
    assert {path.name for path in STATIC.glob("*.js")} == set(JS)


def test_faults_from_the_panel(api: Api) -> None:
    assert post(api.base, "faults", {"api": "message/send", "fault": "errcode", "errcode": 45009}).status_code == 200
    assert api.send(text="a")["errcode"] == 45009
    post(api.base, "faults", {"api": "message/send", "fault": "status_500", "times": 3})
    post(api.base, "faults/clear", {})
    assert api.send(text="a")["errcode"] == 0
    journal = httpx.get(f"{api.base}/sandbox/api/journal", trust_env=False).json()
    assert journal["pending"] == []
    assert journal["entries"][-1]["members"] == ["batu"]


def test_a_picture_from_the_window(base: str, app: EchoApp) -> None:
    url, form = f"{base}/sandbox/api/picture", {"as": "batu"}
    sent = httpx.post(url, data=form, files={"picture": ("a.png", b"\x89PNG1234", "image/png")}, trust_env=False)
    assert sent.json()["taken"]
    assert app.events[-1]["MsgType"] == "image"
    assert chat(base, "batu")["messages"][0]["media"].startswith("/sandbox/media/media-")
    no_picture = httpx.post(url, data=form, files={"picture": ("a.html", b"<p>", "text/html")}, trust_env=False)
    assert no_picture.status_code == 400


def test_members_come_from_a_people_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    head = "name,department,role,wecom_userid,dingtalk_userid,superior,rank\n"
    file.write_text(head + "李娜,包头/一部,officer,lina,,,团队经理\n王强,包头,officer,,dt_wq,,经理\n", encoding="utf-8")
    assert read_members(file) == (Member("lina", "李娜", "包头/一部", "团队经理"),)


def test_a_file_from_the_window_is_never_opened_by_the_browser(base: str, app: EchoApp) -> None:
    url, form = f"{base}/sandbox/api/file", {"as": "batu"}
    sent = httpx.post(
        url, data=form, files={"file": ("流水.html", b"<script>1</script>", "text/html")}, trust_env=False
    )
    assert sent.json()["event"] == "file"
    chat = httpx.get(f"{base}/sandbox/api/chat", params={"as": "batu"}, trust_env=False).json()["messages"]
    (shown,) = [message for message in chat if message["kind"] == "file"]
    assert shown["text"] == "流水.html"
    got = httpx.get(base + shown["media"], trust_env=False)
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert httpx.post(url, data=form, trust_env=False).status_code == 400
    stranger = httpx.post(url, data={"as": "nobody"}, files={"file": ("a", b"1", "text/plain")}, trust_env=False)
    assert stranger.status_code == 400
