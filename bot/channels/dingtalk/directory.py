"""DingTalk's contacts, as far as our app may see them: a `jobs.addressbook.AddressBook`.

Departments level by level from the company down, `v2/department/listsub`; the members of each by `v2/user/list`, in
pages; single ones by `v2/user/get`. None of it is among the month's calls. A user id's case may count, so it is asked
for and kept as DingTalk spells it. Which department counts of several, and who stands above whom, DingTalk's lists do
not say: the first, and who heads the department.

Sources: open.dingtalk.com/document/development/obtain-the-department-list-v2, query-department-details0-v2,
queries-the-complete-information-of-a-department-user, query-user-details; the codes: server-api-error-codes-1.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from bot.channels.dingtalk.client import DingTalkClient
from bot.channels.dingtalk.faults import Answer
from bot.channels.dingtalk.values import Malformed, user_of
from cards.channel import Fault, Misconfigured, Quota, Retry
from core.people.organisation import ROOT, Bureau, Member, member_name
from core.people.rows import account_of, is_account
from core.privacy import normal_phone
from jobs.addressbook import Absent

MOST_BYTES = 4 * 1024 * 1024  # of one page
READ_SECONDS = 15.0
PAGE = 100
"""The longest page that DingTalk gives."""
MOST_DEPARTMENTS = 10_000
_MOST_PAGES = 1_000  # of one department
_LONGEST_WAIT = 5.0
_BELOW, _COMPANY = "/topapi/v2/department/listsub", "/topapi/v2/department/get"
_MEMBERS, _MEMBER = "/topapi/v2/user/list", "/topapi/v2/user/get"
_GONE, _UNSEEN = "60121", ("60011", "50002")  # no such person; outside what the app may see
_ABSENT = {_GONE: Absent.GONE} | dict.fromkeys(_UNSEEN, Absent.UNSEEN)
_NARROW = {"50004": Misconfigured("50004: the department is outside what the app may see (权限管理 → 通讯录权限范围)")}
T = TypeVar("T")
_ODD = Retry(60.0, "an answer of another kind")


class DingTalkDirectory:
    """`client` has the app's token. A passing fault is tried again, at most `tries` times in all; `wait` waits so many
    seconds."""

    def __init__(self, client: DingTalkClient, *, tries: int = 3, wait: Callable[[float], object] = time.sleep) -> None:
        self._client, self._tries, self._wait = client, tries, wait

    def departments(self) -> Sequence[Bureau] | Fault:
        """The company, and all departments below it; at most `MOST_DEPARTMENTS`."""
        company = self._ask(_COMPANY, {"dept_id": ROOT})
        if not isinstance(company, dict):
            return company
        try:
            found = {ROOT: _bureau(_object(company.get("result")))}
            above = [ROOT]
            while above:
                answer = self._ask(_BELOW, {"dept_id": above.pop()})
                if not isinstance(answer, dict):
                    return answer
                below = [_bureau(each) for each in _items(answer.get("result"))]
                above += [each.id for each in below if each.id not in found]  # a circle would never come to an end
                found |= {each.id: each for each in below}
                if len(found) > MOST_DEPARTMENTS:
                    return _ODD
        except _Odd:
            return _ODD
        return list(found.values())

    def members_of(self, department: int) -> Sequence[Member] | Fault:
        """`v2/user/list`, page after page."""
        found: list[Member] = []
        cursor = 0
        for _ in range(_MOST_PAGES):
            answer = self._ask(_MEMBERS, {"dept_id": department, "cursor": cursor, "size": PAGE})
            if not isinstance(answer, dict):
                return answer
            try:
                page = _object(answer.get("result"))
                found += [_member(each, department) for each in _items(page.get("list"))]
                if page.get("has_more") is not True:
                    return found
                cursor = _next(page.get("next_cursor"), cursor)
            except _Odd:
                return _ODD
        return _ODD

    def member(self, account: str) -> Member | Absent | Fault:
        """`v2/user/get`, by the user id as DingTalk spells it."""
        answer = self._ask(_MEMBER, {"userid": account}, _ABSENT)
        if not isinstance(answer, dict):
            return answer
        try:
            member = _member(_object(answer.get("result")), None)
        except _Odd:
            return _ODD
        return member if member.spelling == account else _ODD

    def listed_alone(self) -> Sequence[str] | Fault:
        """Nobody: whom the app may see without his department, DingTalk tells nowhere that we ask."""
        return ()

    def every_account(self) -> frozenset[str] | Fault | None:
        """None: an app is told no more than what it may see."""
        return None

    def _ask(self, path: str, body: Answer, outcomes: "dict[str, T] | None" = None) -> Answer | Fault | T:
        """One call; a passing fault is waited for, as long as that is short."""
        known: Any = _NARROW | (outcomes or {})
        for _ in range(self._tries - 1):
            outcome = self._client.ask(path, body, known)
            if not isinstance(outcome, Retry | Quota) or outcome.after > _LONGEST_WAIT:
                return outcome
            self._wait(outcome.after)
        return self._client.ask(path, body, known)


class _Odd(Exception):
    """Not what the documents promise; nothing may be concluded from it."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Odd
    return value


def _items(value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, list):
        raise _Odd
    for each in value:
        yield _object(each)


def _next(value: Any, before: int) -> int:
    """Where the next page begins: further on, or it would never come to an end."""
    if type(value) is not int or value <= before:
        raise _Odd
    return value


def _bureau(told: dict[str, Any]) -> Bureau:
    name, parent = told.get("name"), told.get("parent_id")
    number = _number(told.get("dept_id"))
    above = parent if type(parent) is int and number != ROOT else None
    return Bureau(number, name if isinstance(name, str) else None, above)


def _member(told: dict[str, Any], department: int | None) -> Member:
    """A member as a department's list (whose `leader` is of that one) or a single answer (`leader_in_dept`) has him."""
    spelling, name = _spelling(told.get("userid")), told.get("name")
    account, listed = account_of(spelling), told.get("dept_id_list")
    if department is None:
        heads = told.get("leader_in_dept")
        of = [each for each in heads if isinstance(each, dict)] if isinstance(heads, list) else []
        leads = {each.get("dept_id") for each in of if each.get("leader") is True}
    else:
        leads = {department} if told.get("leader") is True else set()
    above = told.get("manager_userid")
    mobile = told.get("mobile")
    return Member(
        account,
        member_name(name if isinstance(name, str) else None, account),
        tuple(_number(each) for each in listed) if isinstance(listed, list) else (),
        leads=frozenset(each for each in leads if type(each) is int),
        above=(account_of(_spelling(above)),) if above else (),
        spelling=spelling,
        phone=normal_phone(mobile) or "" if isinstance(mobile, str) else "",
    )


def _number(value: Any) -> int:
    if type(value) is not int or value <= 0:
        raise _Odd
    return value


def _spelling(value: Any) -> str:
    """A user id as DingTalk spells it; of the signs that ours may have."""
    try:
        spelling = user_of(value)
    except Malformed:
        raise _Odd from None
    if not spelling or not is_account(account_of(spelling)):
        raise _Odd
    return spelling
