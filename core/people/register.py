"""Who is known, and whom a line of a people file means."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.people.accounts import DINGTALK, WECOM, account_on
from core.people.models import Person
from core.people.rows import PersonRow, administers


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person as a message names him: `userid` is that of the platform in question, else WeCom's, else DingTalk's."""

    id: int
    name: str
    userid: str


def colleague(person: Person, platform: str = WECOM) -> Colleague:
    """The person as a message about `platform` names him."""
    account = account_on(person, platform) or person.wecom_userid or person.dingtalk_userid or ""
    return Colleague(person.id, person.name, account)


class Register:
    """The people who are known, leavers too, by the user ids of each platform."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.before = list(people)
        self.by_wecom: dict[str, Person] = {}
        self.by_dingtalk: dict[str, Person] = {}
        for person in self.before:
            self.put(person)

    def put(self, person: Person) -> None:
        """Let the person be found by the user ids he has now."""
        if person.wecom_userid:
            self.by_wecom[person.wecom_userid] = person
        if person.dingtalk_userid:
            self.by_dingtalk[person.dingtalk_userid] = person

    def on(self, platform: str) -> dict[str, Person]:
        """Everybody by the account that he has there."""
        return self.by_dingtalk if platform == DINGTALK else self.by_wecom

    def find(self, row: PersonRow) -> Person | None:
        """The person of this line: by the WeCom user id; else by the DingTalk one, of somebody who has no other WeCom
        user id (a mistyped id must not take over a colleague's rights)."""
        found = self.by_wecom.get(row.wecom)
        if found is None and (found := self.by_dingtalk.get(row.dingtalk)) is not None:
            return None if row.wecom and found.wecom_userid else found
        return found

    def administrators(self) -> list[Person]:
        """Who works here as an administrator now."""
        return [person for person in self.before if person.left_at is None and administers(person.roles)]

    def takes_anothers_id(self, row: PersonRow) -> bool:
        """True if the DingTalk user id of this line is that of somebody else."""
        holder = self.by_dingtalk.get(row.dingtalk)
        return holder is not None and holder is not self.find(row)

    def missing(self, people: Iterable[Person | None]) -> list[Person]:
        """Who worked here before, and is none of these."""
        named = set(people)
        return [person for person in self.before if person.left_at is None and person not in named]
