"""The table of groups as they are on the platform."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, UtcDateTime


class GroupChat(Base):
    """A group of `groups.yaml`, as it was last known on its platform. Of an app's chat: `chat_id`, chosen here before
    it is made (so that one that was made by an attempt that died is known again), `created_at` (None: not made yet) and
    `created_by` (the account of who gave the command), and its `members`, their accounts in lines. Of the others
    nothing of that is known. `gone_at`: since when nothing gets there, and `fault` why; None: it does."""

    __tablename__ = "group_chat"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(8))
    chat_id: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64), default="")
    members: Mapped[str] = mapped_column(Text, default="")
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(String(200), default="")
