"""The people of the made-up company, as the platform knows them."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `department` is a path (`呼和浩特/一部`), `title` what stands under the name (`客户经理`).

    `visible` says whether the app is visible to the person: who is not in the visible range can neither write to the
    app nor be reached by it.
    """

    userid: str
    name: str
    department: str = ""
    title: str = ""
    visible: bool = True


def read_members(people: Path) -> tuple[Member, ...]:
    """The members of a people file (CSV with `name`, `department`, `wecom_userid`, `rank`), without those who have no
    WeCom account. The rank stands as their title."""
    with people.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Member(row["wecom_userid"], row["name"], row["department"], row["rank"]) for row in rows if row["wecom_userid"]
    )
