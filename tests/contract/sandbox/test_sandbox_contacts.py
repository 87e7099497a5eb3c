"""The fake platform's customers: what comes in a callback, what is asked for, and how the window makes them come."""

import httpx
import pytest
from sandbox_kit import Api, EchoApp

from bot.sandbox.faults import CALLBACK, Fault
from bot.sandbox.platform import Platform


def get(api: Api, path: str, **params: str) -> dict[str, object]:
    token = {"access_token": api.token}
    return httpx.get(f"{api.base}/cgi-bin/{path}", params=params | token, trust_env=False).json()


def do(api: Api, **body: object) -> httpx.Response:
    return httpx.post(f"{api.base}/sandbox/api/customer", json={"as": "batu"} | body, trust_env=False)


def test_only_ids_come_and_the_rest_is_asked_for(api: Api, app: EchoApp, platform: Platform) -> None:
    platform.contacts.add("LINA", "wm1", name="萨仁", company="蒙牛", state="dy01", mobiles=["1"])
    event = app.events[-1]
    assert (event["FromUserName"], event["Event"]) == ("sys", "change_external_contact")
    assert (event["ChangeType"], event["UserID"], event["ExternalUserID"]) == ("add_external_contact", "LiNa", "wm1")
    assert event["State"] == "dy01"
    assert event["WelcomeCode"]
    assert not {"AgentID", "Name", "Remark"} & set(event), "of no app, and nothing personal"
    answer = get(api, "externalcontact/get", external_userid="wm1")
    assert answer["errcode"] == 0
    assert answer["external_contact"]["name"] == "萨仁"  # type: ignore[index]
    (mine,) = answer["follow_user"]  # type: ignore[misc]
    assert (mine["userid"], mine["remark"], mine["remark_mobiles"], mine["state"]) == ("LiNa", "萨仁", ["1"], "dy01")
    assert "next_cursor" not in answer


def test_what_people_do_afterwards(api: Api, app: EchoApp, platform: Platform) -> None:
    contacts = platform.contacts
    contacts.add("batu", "wm1", half=True)
    contacts.edit("batu", "wm1", remark="张伟", mobiles=["13947100001"], description="有房")
    (mine,) = get(api, "externalcontact/get", external_userid="wm1")["follow_user"]  # type: ignore[misc]
    assert (mine["remark"], mine["description"], mine["remark_mobiles"]) == ("张伟", "有房", ["13947100001"])
    contacts.leave("batu", "wm1")
    assert get(api, "externalcontact/get", external_userid="wm1")["errcode"] == 84061
    contacts.add("batu", "wm1")
    contacts.remove("batu", "wm1")
    kinds = [event["ChangeType"] for event in app.events]
    assert kinds == [
        "add_half_external_contact",
        "edit_external_contact",
        "del_follow_user",
        "add_external_contact",
        "del_external_contact",
    ]


def test_who_is_followed_by_many_comes_in_pages(api: Api, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.contacts.PAGE", 2)
    for userid in ("batu", "LiNa", "su"):
        platform.contacts.add(userid, "wm1")
    first = get(api, "externalcontact/get", external_userid="wm1")
    second = get(api, "externalcontact/get", external_userid="wm1", cursor=str(first["next_cursor"]))
    seen = [each["userid"] for page in (first, second) for each in page["follow_user"]]  # type: ignore[attr-defined]
    assert seen == ["batu", "LiNa", "su"]


def test_refusals(api: Api, platform: Platform) -> None:
    assert get(api, "externalcontact/get", external_userid="wm9")["errcode"] == 40096
    assert get(api, "externalcontact/get_follow_user_list")["follow_user"] == ["batu", "LiNa", "su"]
    platform.contacts.allowed = False
    for path in ("get", "get_follow_user_list"):
        assert get(api, f"externalcontact/{path}", external_userid="wm1")["errcode"] == 48002
    api.token = "made-up"
    assert get(api, "externalcontact/get", external_userid="wm1")["errcode"] == 40014


def test_faults_befall_it_too(api: Api, app: EchoApp, platform: Platform) -> None:
    platform.faults.order(api="externalcontact/get", fault=Fault.ERRCODE, errcode=45009)
    platform.faults.order(api=CALLBACK, fault=Fault.DUPLICATE_IN_ROW, copies=2)
    platform.contacts.add("batu", "wm1")
    assert len(app.events) == 2
    assert app.events[0] == app.events[1]
    assert get(api, "externalcontact/get", external_userid="wm1")["errcode"] == 45009
    assert get(api, "externalcontact/get", external_userid="wm1")["errcode"] == 0


def test_the_window_makes_a_customer_come_and_go(api: Api, app: EchoApp) -> None:
    assert do(api, name="萨仁", state="dy01").json()["taken"]
    first = app.events[-1]["ExternalUserID"]
    assert do(api, deed="edit", mobiles=["13947100001"], remark="张伟").json()["taken"]
    assert do(api, **{"as": "su", "contact": "newest"}).json()["taken"]
    assert do(api, deed="leave", contact=first).json()["taken"]
    assert do(api, **{"as": "su", "deed": "remove"}).json()["taken"]
    assert [event["ExternalUserID"] for event in app.events] == [first] * 5
    assert [event["UserID"] for event in app.events] == ["batu", "batu", "su", "batu", "su"]


@pytest.mark.parametrize(
    "body",
    [{"deed": "dance"}, {"as": "nobody"}, {"deed": "edit"}, {"deed": "leave", "contact": "wm9"}, {"contact": "newest"}],
)
def test_nonsense_is_refused(api: Api, body: dict[str, object]) -> None:
    assert do(api, **body).status_code == 400
