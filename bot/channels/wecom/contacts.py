"""客户联系: what WeCom answers about a customer, read as far as it is as documented.

Source: developer.work.weixin.qq.com/document/path/92114 (externalcontact/get). The words in it were typed by the
customer and by the member: any length, any characters.
"""

from collections.abc import Iterator
from typing import Any

from bot.channels.wecom.client import Answer, WeComClient
from cards.channel import Contact, Fault, NoContact, Retry

NO_RELATION = frozenset({84061, 40096})  # they are no contacts of each other (any more); no such customer
_MOST_PAGES = 20  # of 500 members each who have the same customer
_MOST_CHARS, _MOST_PHONES = 500, 10


def find_contact(client: WeComClient, contact_id: str, member: str) -> Contact | NoContact | Fault:
    """The customer as `member` has him."""
    cursor = ""
    for _ in range(_MOST_PAGES):
        asked = {"external_userid": contact_id} | ({"cursor": cursor} if cursor else {})
        answer = client.read("externalcontact/get", asked, dict.fromkeys(NO_RELATION, NoContact()))
        if not isinstance(answer, dict):
            return answer
        customer = answer.get("external_contact")
        if not isinstance(customer, dict):
            return Retry(5.0, "externalcontact/get without a contact")
        mine = next((each for each in _followers(answer) if _text(each, "userid").casefold() == member), None)
        if mine is not None:
            return _contact(customer, mine)
        cursor = _text(answer, "next_cursor")
        if not cursor:
            break
    return NoContact()


def _followers(answer: Answer) -> Iterator[dict[str, Any]]:
    listed = answer.get("follow_user")
    yield from (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()


def _contact(customer: dict[str, Any], mine: dict[str, Any]) -> Contact:
    way, phones = mine.get("add_way"), mine.get("remark_mobiles")
    listed = phones if isinstance(phones, list) else []
    return Contact(
        name=_text(customer, "name"),
        company=_text(mine, "remark_corp_name") or _text(customer, "corp_name"),
        remark=_text(mine, "remark"),
        description=_text(mine, "description"),
        phones=tuple(phone[:_MOST_CHARS] for phone in listed[:_MOST_PHONES] if isinstance(phone, str)),
        state=_text(mine, "state"),
        way=way if type(way) is int and 0 <= way < 1000 else None,
    )


def _text(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    return value[:_MOST_CHARS] if isinstance(value, str) else ""
