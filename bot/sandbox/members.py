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
    those that he heads. `status` as the platform has it: 1 active, 2 disabled, 4 not activated, 5 has left.
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


def read_members(people: Path) -> tuple[Member, ...]:
    """The members of a people file (CSV with `name`, `department`, `wecom_userid`, `rank`, `superior`), without those
    who have no WeCom account. The rank stands as their title."""
    with people.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Member(row["wecom_userid"], row["name"], row["department"], row["rank"], superior=row.get("superior") or "")
        for row in rows
        if row["wecom_userid"]
    )
