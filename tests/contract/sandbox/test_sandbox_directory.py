"""The address book of the made-up platform: who may read what of it, and how its changes are told."""

from typing import Any

import httpx
import pytest
from sandbox_kit import CORP, Api, EchoApp

from bot.sandbox.faults import Fault
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform

CONTACTS = "the-secret-of-the-address-book"


@pytest.fixture
def contacts(api: Api) -> Api:
    """A client with the token of 通讯录同步."""
    api.platform.contacts_secret = CONTACTS
    token = api.call("gettoken", params={"corpid": CORP, "corpsecret": CONTACTS})["access_token"]
    return Api(api.base, api.platform, token)


def numbers(api: Api) -> dict[str, int]:
    return {path: int(number) for number, path in api.platform.departments().items()}


def test_the_departments_are_a_tree(api: Api) -> None:
    listed = api.call("department/list")["department"]
    assert [(each["name"], each["parentid"]) for each in listed] == [
        ("青城助贷", 0),
        ("呼和浩特", 1),
        ("一部", numbers(api)["呼和浩特"]),
        ("包头", 1),
    ]
    below = api.call("department/list", params={"id": numbers(api)["呼和浩特"]})["department"]
    assert [each["name"] for each in below] == ["呼和浩特", "一部"]
    assert api.call("department/get", params={"id": numbers(api)["包头"]})["department"]["name"] == "包头"
    assert api.call("department/list", params={"id": 99})["errcode"] == 60123


def test_members_are_told_as_a_new_app_is_told_them(api: Api) -> None:
    api.platform.put_member(Member("boss", "赵总", "呼和浩特", superior="su", also=("包头",), leads=("呼和浩特",)))
    (boss,) = api.call("user/list", params={"department_id": numbers(api)["呼和浩特"]})["userlist"]
    assert boss["department"] == [numbers(api)["呼和浩特"], numbers(api)["包头"]]
    assert (boss["main_department"], boss["is_leader_in_dept"]) == (boss["department"][0], [1, 0])
    assert boss["direct_leader"] == ["su"]
    assert not {"mobile", "email", "gender", "avatar", "address"} & set(boss)
    assert api.call("user/get", params={"userid": "BOSS"})["name"] == "赵总"
    (party,) = [each for each in api.call("department/list")["department"] if each["name"] == "呼和浩特"]
    assert party["department_leader"] == ["boss"]
    brief = api.call("user/simplelist", params={"department_id": numbers(api)["包头"]})["userlist"]
    assert [set(each) for each in brief] == [{"userid", "name", "department"}] * 2


def test_whom_the_app_does_not_see_is_not_told_and_not_said_to_be_gone(api: Api) -> None:
    baotou = api.call("user/list", params={"department_id": numbers(api)["包头"]})["userlist"]
    assert [each["userid"] for each in baotou] == ["su"]
    assert api.call("user/get", params={"userid": "gone"})["errcode"] == 60011
    assert api.call("user/get", params={"userid": "nobody"})["errcode"] == 60111


def test_names_can_be_withheld(api: Api) -> None:
    first = {"department_id": numbers(api)["呼和浩特/一部"]}
    api.platform.names_told = "alone"
    assert api.call("user/list", params=first)["userlist"][0]["name"] == "batu"
    assert api.call("user/get", params={"userid": "batu"})["name"] == "巴图"
    api.platform.names_told = "nowhere"
    assert api.call("user/get", params={"userid": "batu"})["name"] == "batu"
    assert "name" not in api.call("department/list")["department"][0]


def test_the_secret_of_the_address_book_reads_ids_and_no_more(api: Api, contacts: Api) -> None:
    for path in ("department/list", "user/list", "user/simplelist", "user/get", "agent/get"):
        assert contacts.call(path)["errcode"] == 48009, path
    assert [each["id"] for each in contacts.call("department/simplelist")["department_id"]] == [1, 2, 3, 4]
    assert api.call("user/list_id", {})["errcode"] == 48002


def test_all_ids_in_pages(contacts: Api) -> None:
    found: list[Any] = []
    cursor = ""
    for _ in range(3):
        answer = contacts.call("user/list_id", {"limit": 3, "cursor": cursor})
        found += answer["dept_user"]
        cursor = answer["next_cursor"]
        if not cursor:
            break
    assert [each["userid"] for each in found] == ["batu", "LiNa", "su", "gone"]
    assert contacts.call("user/list_id", {"limit": 10_001})["errcode"] == 40058


def test_an_ordered_fault_strikes_here_too(api: Api) -> None:
    api.platform.faults.order(api="user/list", fault=Fault.ERRCODE, errcode=45009)
    assert api.call("user/list", params={"department_id": 1})["errcode"] == 45009


# What the console does is told


def do(base: str, deed: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{base}/sandbox/api/office/{deed}", json=body, trust_env=False)


def test_each_deed_of_the_console_is_an_event(base: str, app: EchoApp, platform: Platform) -> None:
    assert do(base, "hire", userid="zhao", name="赵六", department="包头/二部").json()["events"][0]["taken"]
    do(base, "change", userid="zhao", department="包头", leads=["包头"])
    do(base, "rename_account", userid="zhao", new="zhao6")
    do(base, "rename_department", path="包头", name="包头分公司")
    do(base, "move_department", path="包头分公司/二部", under="呼和浩特")
    do(base, "close_department", path="呼和浩特/二部")
    do(base, "dismiss", userid="zhao6")
    told = [(each["ChangeType"], each.get("UserID") or each.get("Id")) for each in app.events]
    assert [kind for kind, _ in told] == [
        "create_party", "create_user", "update_user", "update_user", "update_party", "update_party", "delete_party",
        "delete_user",
    ]  # fmt: skip
    assert {each["FromUserName"] for each in app.events} == {"sys"}
    assert {each["Event"] for each in app.events} == {"change_contact"}
    assert not any("AgentID" in each or "Name" in each or "Mobile" in each for each in app.events)
    assert app.events[3]["NewUserID"] == "zhao6"
    assert platform.member("su") is not None
    assert platform.member("su").department == "包头分公司"  # type: ignore[union-attr]


def test_an_old_receiver_is_told_more(base: str, app: EchoApp, platform: Platform) -> None:
    platform.office.lean = False
    do(base, "change", userid="batu", name="巴特尔", superior="su")
    (event,) = app.events
    assert (event["Name"], event["DirectLeader"], event["IsLeaderInDept"]) == ("巴特尔", "su", "0")


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("hire", {"name": "没有账号"}),
        ("hire", {"userid": "batu", "name": "第二个"}),
        ("change", {"userid": "nobody", "name": "谁"}),
        ("change", {"userid": "batu", "also": "包头"}),
        ("rename_account", {"userid": "batu", "new": "su"}),
        ("dismiss", {"userid": "nobody"}),
        ("close_department", {"path": "包头"}),
        ("close_department", {"path": "没有"}),
        ("rename_department", {"path": "没有", "name": "x"}),
    ],
)
def test_what_the_console_cannot_do_is_refused_and_told_to_nobody(
    base: str, app: EchoApp, deed: str, body: dict[str, str]
) -> None:
    assert do(base, deed, **body).status_code == 400
    assert app.events == []


def test_who_stands_where_can_be_asked(base: str) -> None:
    shown = httpx.get(f"{base}/sandbox/api/office", trust_env=False).json()
    assert shown["departments"]["1"] == ""
    assert [each["userid"] for each in shown["members"]] == ["batu", "LiNa", "su", "gone"]
    assert do(base, "no-such-deed").status_code == 404
