"""The ways of a contact (跟进方式): how somebody spoke with a customer."""

from enum import StrEnum


class Way(StrEnum):
    """By what a contact was made. Nobody says it of each: then none is kept, which is another thing than 其他."""

    PHONE = "phone"
    WECHAT = "wechat"
    MEETING = "meeting"
    SMS = "sms"
    OTHER = "other"
