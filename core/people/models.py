"""Tables of the organisation: departments and people."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, BigId, UtcDateTime


class Department(Base):
    """A department, by its path from the top: `呼和浩特/一部`. `wecom_id` is WeCom's number of it and `dingtalk_id`
    DingTalk's, None where that platform has none such (it came from a people file) or was never asked."""

    __tablename__ = "department"
    __table_args__ = (Index("uq_department_dingtalk_id", "dingtalk_id", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    path: Mapped[str] = mapped_column(String(200), unique=True)
    wecom_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    dingtalk_id: Mapped[int | None] = mapped_column(BigInteger)


class Person(Base):
    """An employee. `roles` are joined by `|`; user ids are case-folded. Who left stays, with `left_at`;
    `left_by_platform`: because his account was deleted there, and not because somebody here let him go; `account_gone`:
    it was deleted, before or after he left. `came_at`: when a platform's address book brought him in; None once a
    people file names him. `phone`: to which short messages go, sealed; shown to nobody. Of somebody with two accounts:
    on which channel he `acted_on` last, and which he `prefers`.

    DingTalk nowhere says that the case of a user id does not count. So `dingtalk_spelling` is what is sent to it: as a
    people file has it, until DingTalk itself has named him (`dingtalk_sure`), and from then on as DingTalk does; only
    who is spelt so is taken for him then."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "department_id"), Index(None, "name"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    roles: Mapped[str] = mapped_column(String(80))
    rank: Mapped[str] = mapped_column(String(20), default="")
    wecom_userid: Mapped[str | None] = mapped_column(String(64), unique=True)
    dingtalk_userid: Mapped[str | None] = mapped_column(String(64), unique=True)
    dingtalk_spelling: Mapped[str | None] = mapped_column(String(64))
    dingtalk_sure: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    superior_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id"))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by_platform: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    account_gone: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    acted_on: Mapped[str | None] = mapped_column(String(12))
    prefers: Mapped[str | None] = mapped_column(String(12))

    department: Mapped[Department] = relationship(lazy="joined")


def own_phone_place(person_id: int | str) -> str:
    """The vault's place of a person's phone."""
    return f"person.phone:{person_id}"
