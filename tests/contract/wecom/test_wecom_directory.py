"""What is asked of WeCom about departments and members, and what is made of its answers, odd ones too."""

from collections.abc import Callable
from typing import Any

import pytest
from wecom_kit import AGENT, CORP, Process
from wecom_server import Asked, Platform, http, running
from wecom_tokens import InMemoryTokenStore

from bot.channels.tokens import SharedToken
from bot.channels.wecom.client import WeComApi, WeComClient
from bot.channels.wecom.directory import MOST_BYTES, PAGE, WeComDirectory
from cards.channel import Misconfigured, Permanent, Quota, Retry
from core.people.organisation import Bureau, Member
from jobs.addressbook import Absent

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
BATU = {
    "userid": "Batu",
    "name": "巴特尔·孟和",
    "department": [6, 7],
    "order": [0, 0],
    "position": "客户经理",
    "status": 1,
    "is_leader_in_dept": [0, 1],
    "direct_leader": ["LiNa", "boss"],
    "main_department": 7,
}
TREE = [
    {"id": 1, "name": "青城", "parentid": 0, "order": 1, "department_leader": ["Boss"]},
    {"id": 6, "name": "一部", "parentid": 1, "order": 2, "department_leader": []},
]


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def book(process: Process, waited: list[float]) -> WeComDirectory:
    return WeComDirectory(process.client, AGENT, wait=waited.append)


def saying(**more: Any) -> Callable[[Asked], dict[str, Any]]:
    return lambda _asked: OK | more


def failing(errcode: int) -> Callable[[Asked], dict[str, Any]]:
    return lambda _asked: {"errcode": errcode, "errmsg": "no"}


def test_the_whole_tree_is_asked_for_once(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = saying(department=TREE)
    assert book.departments() == [Bureau(1, "青城", 0, ("boss",)), Bureau(6, "一部", 1)]
    asked = platform.asked[-1]
    assert (asked.path, set(asked.query)) == ("/cgi-bin/department/list", {"access_token"})


def test_a_departments_members_with_all_that_counts_of_them(book: WeComDirectory, platform: Platform) -> None:
    gone = BATU | {"userid": "old", "status": 5}
    platform.answer = saying(userlist=[BATU, gone, {"userid": "lina", "department": [6]}])
    assert book.members_of(6) == [
        Member("batu", "巴特尔·孟和", (6, 7), 7, frozenset({7}), ("lina", "boss")),
        Member("lina", None, (6,)),
    ]
    assert platform.asked[-1].query["department_id"] == "6"


def test_a_name_that_is_withheld_is_none(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = saying(userlist=[BATU | {"name": "Batu"}, BATU | {"name": "", "userid": "lina"}])
    members = book.members_of(6)
    assert isinstance(members, list)
    assert [member.name for member in members] == [None, None]


def test_one_member(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = saying(**BATU)
    assert book.member("batu") == Member("batu", "巴特尔·孟和", (6, 7), 7, frozenset({7}), ("lina", "boss"))
    platform.answer = saying(**BATU | {"status": 5})
    assert book.member("batu") is Absent.GONE


@pytest.mark.parametrize(
    ("errcode", "why"),
    [(60111, Absent.GONE), (60011, Absent.UNSEEN), (301007, Absent.UNSEEN)],
)
def test_gone_and_not_to_be_seen_are_two_things(
    book: WeComDirectory, platform: Platform, errcode: int, why: Absent
) -> None:
    platform.answer = failing(errcode)
    assert book.member("batu") is why


@pytest.mark.parametrize(
    ("errcode", "kind"),
    [(45009, Quota), (48009, Misconfigured), (60020, Misconfigured), (40003, Permanent), (60123, Retry), (1, Retry)],
)
def test_any_other_code_says_nothing_about_anybody(
    book: WeComDirectory, platform: Platform, errcode: int, kind: type
) -> None:
    platform.answer = failing(errcode)
    asked = [book.member("batu"), book.members_of(6), book.departments(), book.listed_alone()]
    assert all(isinstance(answer, kind) for answer in asked)


ODD = {
    "no list": {},
    "null": {"department": None, "userlist": None, "dept_user": None},
    "a table": {"department": {}, "userlist": {}, "dept_user": {}},
    "texts": {"department": ["6"], "userlist": ["batu"], "dept_user": ["batu"]},
    "no ids": {"department": [{"name": "一部"}], "userlist": [{"name": "巴图"}], "dept_user": [{"department": 1}]},
    "ids of another kind": {"department": [{"id": "6"}], "userlist": [{"userid": 7}], "dept_user": [{"userid": 7}]},
    "true is no number": {
        "department": [{"id": True}],
        "userlist": [BATU | {"department": [True]}],
        "dept_user": [{"userid": True}],
    },
    "no account": {
        "department": [TREE[0] | {"department_leader": ["a b"]}],
        "userlist": [BATU | {"userid": "巴图"}],
        "dept_user": [{"userid": ""}],
    },
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_from_an_odd_answer_nothing_is_concluded(process: Process, platform: Platform, answer: dict[str, Any]) -> None:
    book = WeComDirectory(process.client, AGENT, process.client)
    platform.answer = saying(**answer)
    for asked in (book.departments(), book.members_of(6), book.every_account()):
        assert isinstance(asked, Retry)


def test_an_answer_about_somebody_else_says_nothing(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = saying(**BATU)
    assert isinstance(book.member("lina"), Retry)


def test_a_busy_platform_is_waited_for_three_times_at_most(
    book: WeComDirectory, platform: Platform, waited: list[float]
) -> None:
    answers = iter([{"errcode": -1}, {"errcode": -1}, OK | {"department": TREE}])
    platform.answer = lambda _asked: next(answers)
    assert len(book.departments()) == 2  # type: ignore[arg-type]
    assert waited == [3.0, 3.0]
    platform.answer = failing(-1)
    assert isinstance(book.departments(), Retry)
    assert platform.count("department/list") == 6


@pytest.mark.parametrize("errcode", [45009, 2000111, 99999, 48002])
def test_what_takes_long_or_will_not_change_is_not_waited_for(
    book: WeComDirectory, platform: Platform, waited: list[float], errcode: int
) -> None:
    platform.answer = failing(errcode)
    book.departments()
    assert waited == []
    assert platform.count("department/list") == 1


def test_a_broken_exchange_is_a_fault(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = lambda _asked: http("502 Bad Gateway", b"<html>")
    assert isinstance(book.departments(), Retry)


def test_a_large_department_comes_in_one_answer(
    platform: Platform, store: InMemoryTokenStore, clock: Callable[[], Any]
) -> None:
    platform.answer = saying(userlist=[BATU | {"userid": f"u{number}"} for number in range(8000)])
    api = WeComApi(CORP, "a-secret", platform.base, most_bytes=MOST_BYTES)
    client = WeComClient(api, SharedToken("wecom:large", store, api.fetch_token, clock))
    assert len(WeComDirectory(client, AGENT).members_of(6)) == 8000  # type: ignore[arg-type]


def test_who_is_listed_alone(book: WeComDirectory, platform: Platform) -> None:
    platform.answer = saying(allow_userinfos={"user": [{"userid": "Batu"}]}, allow_partys={"partyid": [1]})
    assert book.listed_alone() == ["batu"]
    assert platform.asked[-1].query["agentid"] == str(AGENT)
    platform.answer = saying()
    assert book.listed_alone() == []


# All ids, page after page


def paged(pages: list[list[str]]) -> Callable[[Asked], dict[str, Any]]:
    def answer(asked: Asked) -> dict[str, Any]:
        number = int(asked.json.get("cursor") or 0)
        pairs = [{"userid": userid, "department": 1} for userid in pages[number]]
        return OK | {"dept_user": pairs, "next_cursor": str(number + 1) if number + 1 < len(pages) else ""}

    return answer


def test_all_ids_come_page_by_page(process: Process, platform: Platform) -> None:
    platform.answer = paged([["Batu", "lina"], ["batu", "wang"], []])
    assert WeComDirectory(process.client, AGENT, process.client).every_account() == {"batu", "lina", "wang"}
    calls = [asked.json for asked in platform.asked if asked.path == "/cgi-bin/user/list_id"]
    assert calls == [{"limit": PAGE}, {"limit": PAGE, "cursor": "1"}, {"limit": PAGE, "cursor": "2"}]


def test_a_page_that_fails_makes_no_shorter_list(process: Process, platform: Platform) -> None:
    first = paged([["batu"], ["lina"]])
    platform.answer = lambda asked: {"errcode": 45009} if asked.json.get("cursor") else first(asked)
    assert isinstance(WeComDirectory(process.client, AGENT, process.client).every_account(), Quota)


def test_pages_without_end_end(process: Process, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.wecom.directory._MOST_PAGES", 3)
    platform.answer = saying(dept_user=[], next_cursor="again")
    assert isinstance(WeComDirectory(process.client, AGENT, process.client).every_account(), Retry)
    assert platform.count("user/list_id") == 3


def test_without_the_secret_of_the_address_book_nobody_asks_for_all_ids(
    book: WeComDirectory, platform: Platform
) -> None:
    assert book.every_account() is None
    assert platform.asked == []


def test_the_app_and_the_address_book_have_tokens_of_their_own(
    platform: Platform, store: InMemoryTokenStore, clock: Callable[[], Any], process: Process
) -> None:
    with running(Platform(answer=paged([["batu"]]))) as other:
        api = WeComApi(CORP, "secret-of-the-address-book", other.base)
        client = WeComClient(api, SharedToken(f"wecom:{CORP}:contacts", store, api.fetch_token, clock))
        platform.answer = saying(department=TREE)
        book = WeComDirectory(process.client, AGENT, client)
        book.departments()
        assert book.every_account() == {"batu"}
        assert other.asked[0].query["corpsecret"] == "secret-of-the-address-book"
        assert other.count("gettoken") == platform.count("gettoken") == 1
