"""What the company's administrator does in the platform's console: hire, move, rename, dismiss, reorganise.

Each deed changes the address book and tells the receiver of contact changes by a `change_contact` event, as the real
platform does (developer.work.weixin.qq.com/document/path/90970 and 90971). A receiver that was set up since August 2022
is told of members little more than an id (`lean`, the default).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.callbacks import Delivery
from bot.sandbox.directory import ROOT, Party
from bot.sandbox.members import Member

if TYPE_CHECKING:
    from bot.sandbox.platform import Platform

Fields = list[tuple[str, Any]]


class Office:
    """The console of one platform. `lean` receivers get no names."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self.lean = True

    def hire(self, member: Member) -> Delivery:
        """Somebody new; his departments are made if they are not there.

        Raises:
            LookupError: there is somebody of this account.
        """
        if self._platform.member(member.userid) is not None:
            raise LookupError(f"{member.userid} is there already")
        self._make_departments((member.department, *member.also))
        self._platform.put_member(member)
        return self._tell("create_user", [("UserID", member.userid), *self._about(member)])

    def change(self, userid: str, **how: Any) -> Delivery:
        """Change somebody (`name=`, `department=`, `also=`, `leads=`, `superior=`, `status=`, `visible=`, `title=`)."""
        member = replace(self._member(userid), **how)
        self._make_departments((member.department, *member.also))
        self._platform.put_member(member)
        return self._tell("update_user", [("UserID", member.userid), *self._about(member)])

    def rename_account(self, userid: str, new: str) -> Delivery:
        """Give somebody another user id.

        Raises:
            LookupError: nobody has the old one, or somebody the new one.
        """
        member = self._member(userid)
        if self._platform.member(new) is not None:
            raise LookupError(f"{new} is somebody else's")
        self._platform.drop_member(userid)
        self._platform.put_member(replace(member, userid=new))
        return self._tell("update_user", [("UserID", member.userid), ("NewUserID", new), *self._about(member)])

    def dismiss(self, userid: str) -> Delivery:
        """Delete somebody."""
        member = self._member(userid)
        self._platform.drop_member(userid)
        return self._tell("delete_user", [("UserID", member.userid)])

    def open_department(self, path: str) -> list[Delivery]:
        """Make a department, and those above it that are not there."""
        return self._make_departments((path,))

    def rename_department(self, path: str, name: str) -> Delivery:
        """Give a department another name; its people stay in it."""
        with self._platform.lock:
            party = self._platform.directory.find(path)
            self._changing(lambda: self._platform.directory.change(party.id, name=name))
        return self._tell("update_party", self._of(party.id))

    def move_department(self, path: str, under: str) -> Delivery:
        """Put a department under another one (empty: the company)."""
        with self._platform.lock:
            party, above = self._platform.directory.find(path), self._platform.directory.find(under)
            self._changing(lambda: self._platform.directory.change(party.id, parent=above.id))
        return self._tell("update_party", self._of(party.id))

    def close_department(self, path: str) -> Delivery:
        """Delete a department. The platform wants it to be empty.

        Raises:
            LookupError: somebody is in it, or a department below it.
        """
        with self._platform.lock:
            party = self._platform.directory.find(path)
            if any(path in (each.department, *each.also) for each in self._platform.members()):
                raise LookupError(f"somebody is in {path}")
            self._platform.directory.remove(party.id)
        return self._tell("delete_party", [("Id", party.id)])

    def _member(self, userid: str) -> Member:
        member = self._platform.member(userid)
        if member is None:
            raise LookupError(f"no member {userid}")
        return member

    def _make_departments(self, paths: Iterable[str]) -> list[Delivery]:
        with self._platform.lock:
            made = [party for path in paths for party in self._platform.directory.ensure(path)]
        return [self._tell("create_party", self._of(party.id)) for party in made]

    def _changing(self, change: Any) -> None:
        """Members name their departments by path, so their paths change with it."""
        directory = self._platform.directory
        before = {directory.path(party.id): party.id for party in directory}
        change()
        after = {path: directory.path(number) for path, number in before.items()}
        for member in self._platform.members():
            self._platform.put_member(
                replace(
                    member,
                    department=after.get(member.department, member.department),
                    also=tuple(after.get(path, path) for path in member.also),
                    leads=tuple(after.get(path, path) for path in member.leads),
                )
            )

    def _of(self, number: int) -> Fields:
        party = self._platform.directory.get(number) or Party(number, "", ROOT)
        name: Fields = [] if self.lean else [("Name", party.name)]
        return [("Id", party.id), *name, ("ParentId", party.parent)]

    def _about(self, member: Member) -> Fields:
        numbers = self._platform.numbers_of(member)
        fields: Fields = [("Department", ",".join(map(str, numbers)))]
        if self.lean:
            return fields
        heads = ",".join(str(int(path in member.leads)) for path in (member.department, *member.also))
        fields += [("Name", member.name), ("MainDepartment", numbers[0]), ("IsLeaderInDept", heads)]
        return [*fields, ("DirectLeader", member.superior), ("Position", member.title), ("Mobile", "13900000000")]

    def _tell(self, change: str, fields: Fields) -> Delivery:
        return self._platform.emit_organisation([("Event", "change_contact"), ("ChangeType", change), *fields])
