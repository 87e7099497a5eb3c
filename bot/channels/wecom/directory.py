"""WeCom's address book, as far as our app may see it: a `jobs.addressbook.AddressBook`.

Read with the app's secret (since August 2022 that of 通讯录同步 is told ids only, 48009): `department/list`, then
`user/list` for each department, which has no pages; single members by `user/get`; all ids by `user/list_id`, in pages,
where the company gave the secret of 通讯录同步. Sources: developer.work.weixin.qq.com/document/path/90208
(department/list), 90201 (user/list), 90196 (user/get), 96067 (user/list_id), 90227 (agent/get).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from bot.channels.wecom.client import Answer, WeComClient
from cards.channel import Fault, Retry
from core.people.organisation import Bureau, Member, member_name
from core.people.rows import account_of, is_account
from jobs.addressbook import Absent

MOST_BYTES = 32 * 1024 * 1024  # a department of thousands comes in one answer
READ_SECONDS = 30.0
PAGE = 10_000
_MOST_PAGES = 1_000
_LONGEST_WAIT = 5.0
_ABSENT = {60111: Absent.GONE, 60011: Absent.UNSEEN, 301007: Absent.UNSEEN}
_LEFT = 5  # the status of who has left the company
T = TypeVar("T")
_ODD = Retry(60.0, "an answer of another kind")


class WeComDirectory:
    """`client` has the app's token, `contacts` that of 通讯录同步 if there is one. A passing fault is tried again, at
    most `tries` times in all; `wait` waits so many seconds."""

    def __init__(
        self,
        client: WeComClient,
        agent_id: int,
        contacts: WeComClient | None = None,
        *,
        tries: int = 3,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client, self._agent_id, self._contacts = client, agent_id, contacts
        self._tries, self._wait = tries, wait

    def departments(self) -> Sequence[Bureau] | Fault:
        """`department/list`, of the whole tree."""
        answer = self._again(lambda: self._client.get("department/list"))
        if not isinstance(answer, dict):
            return answer
        try:
            return [_bureau(each) for each in _items(answer, "department")]
        except _Odd:
            return _ODD

    def members_of(self, department: int) -> Sequence[Member] | Fault:
        """`user/list`; who has left the company is no member."""
        answer = self._again(lambda: self._client.get("user/list", department_id=str(department)))
        if not isinstance(answer, dict):
            return answer
        try:
            return [_member(each) for each in _items(answer, "userlist") if each.get("status") != _LEFT]
        except _Odd:
            return _ODD

    def member(self, account: str) -> Member | Absent | Fault:
        """`user/get`."""
        answer = self._again(lambda: self._client.read("user/get", {"userid": account}, _ABSENT))
        if not isinstance(answer, dict):
            return answer
        try:
            member = _member(answer)
        except _Odd:
            return _ODD
        if member.account != account:
            return _ODD
        return Absent.GONE if answer.get("status") == _LEFT else member

    def listed_alone(self) -> Sequence[str] | Fault:
        """Those who stand one by one in the app's visible range, by `agent/get`."""
        answer = self._again(lambda: self._client.get("agent/get", agentid=str(self._agent_id)))
        if not isinstance(answer, dict):
            return answer
        users = answer.get("allow_userinfos")
        listed = users.get("user", []) if isinstance(users, dict) else []
        try:
            return [_account(each.get("userid")) for each in listed if isinstance(each, dict)]
        except _Odd:
            return _ODD

    def every_account(self) -> frozenset[str] | Fault | None:
        """`user/list_id`, page after page; None without the secret of 通讯录同步."""
        if self._contacts is None:
            return None
        contacts, found, cursor = self._contacts, set[str](), ""
        for _ in range(_MOST_PAGES):
            body = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            answer = self._again(partial(contacts.post, "user/list_id", body))
            if not isinstance(answer, dict):
                return answer
            try:
                found |= {_account(each.get("userid")) for each in _items(answer, "dept_user")}
            except _Odd:
                return _ODD
            cursor = answer.get("next_cursor") or ""
            if not cursor:
                return frozenset(found)
        return _ODD

    def _again(self, call: Callable[[], T]) -> T:
        """The call's outcome; a passing fault is waited for, as long as that is short."""
        for _ in range(self._tries - 1):
            outcome = call()
            if not isinstance(outcome, Retry) or outcome.after > _LONGEST_WAIT:
                return outcome
            self._wait(outcome.after)
        return call()


class _Odd(Exception):
    """Not what the documents promise; nothing may be concluded from it."""


def _items(answer: Answer, name: str) -> Iterator[dict[str, Any]]:
    listed = answer.get(name)
    if not isinstance(listed, list):
        raise _Odd
    for each in listed:
        if not isinstance(each, dict):
            raise _Odd
        yield each


def _bureau(told: dict[str, Any]) -> Bureau:
    heads = told.get("department_leader") or []
    parent = told.get("parentid")
    return Bureau(
        _number(told.get("id")),
        _text(told.get("name")),
        parent if type(parent) is int else None,
        tuple(_account(each) for each in heads) if isinstance(heads, list) else (),
    )


def _member(told: dict[str, Any]) -> Member:
    account, main = _account(told.get("userid")), told.get("main_department")
    departments = [_number(each) for each in _list(told.get("department"))]
    flags = _list(told.get("is_leader_in_dept"))
    leads = {number for number, flag in zip(departments, flags, strict=False) if flag == 1}
    return Member(
        account,
        member_name(_text(told.get("name")), account),
        tuple(departments),
        main if type(main) is int and main > 0 else None,
        frozenset(leads),
        tuple(_account(each) for each in _list(told.get("direct_leader"))),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int:
    if type(value) is not int or value <= 0:
        raise _Odd
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _account(value: Any) -> str:
    account = account_of(value) if isinstance(value, str) else ""
    if not account or not is_account(account):
        raise _Odd
    return account
