"""What is asked of DingTalk about departments and members, and what is made of its answers, odd ones too."""

from collections.abc import Iterator
from typing import Any

import pytest
from kit.ding_answers import Asked, DingAnswers, Said, answering
from test_dingtalk_channel import CLIENT, NOW, SECRET, Tally, Tokens

from bot.channels.dingtalk.client import DingTalkApi, DingTalkClient
from bot.channels.dingtalk.directory import PAGE, DingTalkDirectory
from bot.channels.tokens import SharedToken
from cards.channel import Misconfigured, Quota, Retry
from core.people.organisation import Bureau, Member
from jobs.addressbook import Absent, AddressBook

COMPANY, BELOW = "/topapi/v2/department/get", "/topapi/v2/department/listsub"
MEMBERS, MEMBER = "/topapi/v2/user/list", "/topapi/v2/user/get"
BATU = {
    "userid": "Batu01",
    "unionid": "uni01",
    "name": "巴特尔·孟和",
    "title": "客户经理",
    "active": True,
    "admin": False,
    "boss": False,
    "leader": True,
    "dept_id_list": [6, 7],
    "dept_order": 0,
    "mobile": "13800001111",
}


@pytest.fixture
def ding() -> Iterator[DingAnswers]:
    with answering() as ding:
        yield ding


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def book(ding: DingAnswers, waited: list[float], tally: Tally) -> DingTalkDirectory:
    api = DingTalkApi(CLIENT, SECRET, ding.base, ding.base, connect_seconds=1.0, read_seconds=3.0)
    client = DingTalkClient(api, SharedToken("dingtalk", Tokens(), api.fetch_token, lambda: NOW), tally)
    return DingTalkDirectory(client, wait=waited.append)


def told(result: Any) -> Said:
    return Said(200, {"errcode": 0, "errmsg": "ok", "result": result, "request_id": "r1"})


def failing(errcode: int, **more: Any) -> Said:
    return Said(200, {"errcode": errcode, "errmsg": "no", "request_id": "r1"} | more)


def tree(asked: Asked) -> Said:
    below = {1: [{"dept_id": 6, "name": "一部", "parent_id": 1}], 6: [{"dept_id": 61, "name": "一组", "parent_id": 6}]}
    return told(below.get(asked.json["dept_id"], []))


def page(*members: dict[str, Any], more: Any = False, cursor: Any = None) -> Said:
    return told({"has_more": more, "list": list(members)} | ({} if cursor is None else {"next_cursor": cursor}))


def test_it_is_an_address_book(book: DingTalkDirectory) -> None:
    known: AddressBook = book
    assert known.listed_alone() == ()
    assert known.every_account() is None


def test_the_tree_is_gone_down_level_by_level(book: DingTalkDirectory, ding: DingAnswers, tally: Tally) -> None:
    ding.answers[COMPANY], ding.answers[BELOW] = told({"dept_id": 1, "name": "青城"}), tree
    assert book.departments() == [Bureau(1, "青城", None), Bureau(6, "一部", 1), Bureau(61, "一组", 6)]
    assert [asked.json["dept_id"] for asked in ding.calls(BELOW)] == [1, 6, 61]
    assert set(ding.calls(BELOW)[0].query) == {"access_token"}
    assert tally.calls == 0, "contacts are none of the month's calls"


def test_a_circle_of_departments_comes_to_an_end(book: DingTalkDirectory, ding: DingAnswers) -> None:
    ding.answers[COMPANY] = told({"dept_id": 1, "name": "青城"})
    ding.answers[BELOW] = told([{"dept_id": 6, "name": "一部", "parent_id": 6}])
    assert book.departments() == [Bureau(1, "青城", None), Bureau(6, "一部", 6)]


def test_a_departments_members_with_all_that_counts_of_them(book: DingTalkDirectory, ding: DingAnswers) -> None:
    ding.answers[MEMBERS] = page(BATU, {"userid": "lina", "name": "", "dept_id_list": [6]})
    assert book.members_of(6) == [
        Member(
            "batu01", "巴特尔·孟和", (6, 7), leads=frozenset({6}), spelling="Batu01", phone="13800001111"
        ),
        Member("lina", None, (6,), spelling="lina"),
    ]  # fmt: skip
    assert ding.calls(MEMBERS)[0].json == {"dept_id": 6, "cursor": 0, "size": PAGE}


def test_pages_are_read_to_the_last(book: DingTalkDirectory, ding: DingAnswers) -> None:
    first, last = BATU | {"userid": "a"}, BATU | {"userid": "b"}
    ding.answers[MEMBERS] = [page(first, more=True, cursor=100), page(last)]
    members = book.members_of(6)
    assert isinstance(members, list)
    assert [member.account for member in members] == ["a", "b"]
    assert [asked.json["cursor"] for asked in ding.calls(MEMBERS)] == [0, 100]


def test_one_member_is_asked_for_as_dingtalk_spells_him(book: DingTalkDirectory, ding: DingAnswers) -> None:
    heads = [{"dept_id": 6, "leader": False}, {"dept_id": 7, "leader": True}]
    ding.answers[MEMBER] = told(BATU | {"leader_in_dept": heads, "manager_userid": "LiNa"})
    found = book.member("Batu01")
    assert isinstance(found, Member)
    assert (found.account, found.spelling, found.leads, found.above) == ("batu01", "Batu01", {7}, ("lina",))
    assert book.member("batu01") == Retry(60.0, "an answer of another kind"), "it told of somebody else"


@pytest.mark.parametrize(
    ("said", "absent"),
    [
        (failing(60121), Absent.GONE),
        (failing(60011), Absent.UNSEEN),
        (failing(50002), Absent.UNSEEN),
        (failing(88, sub_code="60011"), Absent.UNSEEN),
    ],
)
def test_who_is_not_told_of(book: DingTalkDirectory, ding: DingAnswers, said: Said, absent: Absent) -> None:
    ding.answers[MEMBER] = said
    assert book.member("batu") is absent


ODD: dict[str, tuple[str, Any]] = {
    "no result": (MEMBERS, Said(200, {"errcode": 0})),
    "no list": (MEMBERS, told({"has_more": False})),
    "a list of texts": (MEMBERS, told({"has_more": False, "list": ["batu"]})),
    "no userid": (MEMBERS, page(BATU | {"userid": None})),
    "a userid that is none": (MEMBERS, page(BATU | {"userid": "巴图"})),
    "a userid that folds to another's": (MEMBERS, page(BATU | {"userid": "\u212aelvin"})),
    "a department without a number": (MEMBERS, page(BATU | {"dept_id_list": ["6"]})),
    "a cursor that stands still": (MEMBERS, page(BATU, more=True, cursor=0)),
    "more, and nowhere": (MEMBERS, page(BATU, more=True)),
    "pages without end": (MEMBERS, lambda asked: page(more=True, cursor=asked.json["cursor"] + 1)),
}


@pytest.mark.parametrize(("path", "said"), ODD.values(), ids=ODD)
def test_from_what_is_not_as_documented_nothing_follows(
    book: DingTalkDirectory, ding: DingAnswers, path: str, said: Any
) -> None:
    ding.answers[path] = said
    assert book.members_of(6) == Retry(60.0, "an answer of another kind")


@pytest.mark.parametrize("company", [{"dept_id": 0, "name": "x"}, {"name": "x"}, [], None], ids=str)
def test_a_company_that_is_none(book: DingTalkDirectory, ding: DingAnswers, company: Any) -> None:
    ding.answers[COMPANY], ding.answers[BELOW] = told(company), told([])
    assert book.departments() == Retry(60.0, "an answer of another kind")


def test_a_department_out_of_reach_is_for_an_engineer(book: DingTalkDirectory, ding: DingAnswers) -> None:
    ding.answers[COMPANY], ding.answers[BELOW] = told({"dept_id": 1, "name": "青城"}), failing(50004)
    fault = book.departments()
    assert isinstance(fault, Misconfigured)
    assert "通讯录权限范围" in fault.why


def test_what_passes_is_waited_for_and_not_for_ever(
    book: DingTalkDirectory, ding: DingAnswers, waited: list[float]
) -> None:
    ding.answers[MEMBERS] = [failing(90018), failing(-1), page(BATU)]
    assert isinstance(book.members_of(6), list)
    assert waited == [1.0, 5.0]
    ding.answers[MEMBERS] = failing(90018)
    assert isinstance(book.members_of(6), Quota)
    assert waited == [1.0, 5.0, 1.0, 1.0]


def test_a_long_wait_is_not_waited_for(book: DingTalkDirectory, ding: DingAnswers, waited: list[float]) -> None:
    ding.answers[MEMBERS] = failing(90020)
    assert isinstance(book.members_of(6), Quota)
    assert waited == []


def test_a_token_that_ended_is_renewed_once(book: DingTalkDirectory, ding: DingAnswers) -> None:
    ding.answers[MEMBERS] = page(BATU)
    assert isinstance(book.members_of(6), list)
    ding.expire()
    assert isinstance(book.members_of(6), list)
    assert ding.issued == 2
