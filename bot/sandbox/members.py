"""The people of the made-up company, as the platform knows them."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `department` is a path (`呼和浩特/一部`; empty: the company itself), `title` what stands under the
    name (`客户经理`).

    `visible` says whether the app is visible to the person: who is not in the visible range can neither write to the
    app nor be reached by it. `superior` is the user id of the direct superior, `also` are further departments, `leads`
    those that he heads. `status` as the platform has it: 1 active, 2 disabled, 4 not activated, 5 has left. `phone`
    is told only to an app that may know it.
    """

    userid: str
    name: str
    department: str = ""
    title: str = ""
    visible: bool = True
    superior: str = ""
    also: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    status: int = 1
    phone: str = ""


def read_members(people: Path, account: str = "wecom_userid") -> tuple[Member, ...]:
    """The members of a people file (CSV with `name`, `department`, `wecom_userid`, `dingtalk_userid`, `rank`,
    `superior`) on the platform whose user ids stand in the column `account`, without those who have no account there.
    The rank stands as their title; who has his superior on the other platform only has none."""
    rows = _rows(people)
    # A superior is named by his WeCom account.
    named = {row["wecom_userid"]: row[account] for row in rows if row["wecom_userid"]}
    return tuple(
        Member(row[account], row["name"], row["department"], row["rank"], superior=named.get(row["superior"] or "", ""))
        for row in rows
        if row[account]
    )


def read_accounts(people: Path) -> dict[str, str]:
    """Who of a people file has an account on both platforms: the DingTalk user id by the WeCom one."""
    return {
        row["wecom_userid"]: row["dingtalk_userid"]
        for row in _rows(people)
        if row["wecom_userid"] and row["dingtalk_userid"]
    }


def _rows(people: Path) -> list[dict[str, str]]:
    with people.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
