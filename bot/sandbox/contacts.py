"""客户联系 on the fake platform: customers outside the company, and which members have them among their contacts.

The verbs do what people do in WeChat, and deliver the callback, which names no app. As on the real platform only the
ids come with it: everything else is asked for (`externalcontact/get`).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.callbacks import Delivery
from bot.sandbox.refusal import Refusal

if TYPE_CHECKING:
    from bot.sandbox.platform import Platform

PAGE = 500  # members in one answer


@dataclass(frozen=True, slots=True)
class Followed:
    """A customer as one member has him. `way` is WeCom's number of how he came: 1 is a QR code."""

    remark: str
    at: int
    state: str = ""
    mobiles: tuple[str, ...] = ()
    description: str = ""
    way: int = 1


@dataclass(slots=True)
class Outsider:
    """A customer: what he calls himself, and who has him among his contacts, by user id."""

    name: str
    company: str = ""
    followed: dict[str, Followed] = field(default_factory=dict)


class Contacts:
    """The customers of the company's members. `allowed`: the app may use this part of the API."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._outsiders: dict[str, Outsider] = {}
        self.allowed = True

    def add(
        self,
        userid: str,
        contact: str = "",
        *,
        name: str = "微信用户",
        company: str = "",
        state: str = "",
        mobiles: Sequence[str] = (),
        half: bool = False,
    ) -> Delivery:
        """A customer adds the member (a new one, without `contact`), by a QR code that says `state`. `half`: the member
        has not added him in return yet."""
        member = self._member(userid)
        contact = contact or f"wm{secrets.token_hex(15)}"
        with self._platform.lock:
            outsider = self._outsiders.setdefault(contact, Outsider(name, company))
            at = int(self._platform.clock().timestamp())
            outsider.followed[member] = Followed(outsider.name, at, state, tuple(mobiles))
        fields = [("State", state)] if state else []
        kind = "add_half_external_contact" if half else "add_external_contact"
        return self._emit(kind, member, contact, *fields, ("WelcomeCode", secrets.token_hex(16)))

    def edit(
        self,
        userid: str,
        contact: str,
        *,
        remark: str | None = None,
        mobiles: Sequence[str] | None = None,
        description: str | None = None,
    ) -> Delivery:
        """The member notes something with the customer."""
        member = self._member(userid)
        with self._platform.lock:
            now = self._outsider(contact).followed[member]
            self._outsider(contact).followed[member] = replace(
                now,
                remark=now.remark if remark is None else remark,
                mobiles=now.mobiles if mobiles is None else tuple(mobiles),
                description=now.description if description is None else description,
            )
        return self._emit("edit_external_contact", member, contact)

    def remove(self, userid: str, contact: str) -> Delivery:
        """The member removes the customer."""
        return self._part("del_external_contact", userid, contact)

    def leave(self, userid: str, contact: str) -> Delivery:
        """The customer removes the member."""
        return self._part("del_follow_user", userid, contact)

    def newest(self) -> str:
        """The id of the customer who came last.

        Raises:
            LookupError: there is none.
        """
        if not self._outsiders:
            raise LookupError("there is no customer yet")
        return list(self._outsiders)[-1]

    def get(self, contact: str, cursor: str) -> dict[str, Any]:
        """The answer of `externalcontact/get`. The lock is held."""
        self._admit()
        outsider = self._outsiders.get(contact)
        if outsider is None:
            raise Refusal(40096, "invalid external userid")
        if not outsider.followed:
            raise Refusal(84061, "not external contact")
        first = int(cursor) if cursor.isdigit() else 0
        followed = list(outsider.followed.items())
        page = [self._follow(userid, each) for userid, each in followed[first : first + PAGE]]
        customer = {"external_userid": contact, "name": outsider.name, "type": 1, "gender": 0, "avatar": ""}
        if outsider.company:
            customer |= {"type": 2, "corp_name": outsider.company}
        more = {"next_cursor": str(first + PAGE)} if first + PAGE < len(followed) else {}
        return {"errcode": 0, "errmsg": "ok", "external_contact": customer, "follow_user": page, **more}

    def members(self) -> dict[str, Any]:
        """The answer of `externalcontact/get_follow_user_list`: who may have customers."""
        self._admit()
        listed = [member.userid for member in self._platform.members() if member.visible]
        return {"errcode": 0, "errmsg": "ok", "follow_user": listed}

    def _admit(self) -> None:
        if not self.allowed:
            raise Refusal(48002, "api forbidden")

    def _part(self, kind: str, userid: str, contact: str) -> Delivery:
        member = self._member(userid)
        with self._platform.lock:
            del self._outsider(contact).followed[member]
        return self._emit(kind, member, contact)

    def _member(self, userid: str) -> str:
        member = self._platform.member(userid)
        if member is None:
            raise LookupError(f"there is no member {userid}")
        return member.userid

    def _outsider(self, contact: str) -> Outsider:
        if contact not in self._outsiders:
            raise LookupError(f"there is no customer {contact}")
        return self._outsiders[contact]

    def _emit(self, kind: str, member: str, contact: str, *more: tuple[str, str]) -> Delivery:
        fields = [("Event", "change_external_contact"), ("ChangeType", kind), ("UserID", member)]
        return self._platform.emit("sys", "event", [*fields, ("ExternalUserID", contact), *more], of_app=False)

    @staticmethod
    def _follow(userid: str, followed: Followed) -> dict[str, Any]:
        return {
            "userid": userid,
            "remark": followed.remark,
            "description": followed.description,
            "createtime": followed.at,
            "tags": [],
            "remark_mobiles": list(followed.mobiles),
            "add_way": followed.way,
            "state": followed.state,
        }
