"""Planted values, and where they must not turn up in any dress."""

import base64
import json
from collections.abc import Iterable

from kit.company import SECRETS, Company
from kit.dingtalk import CARD_SECRET, CLIENT_SECRET
from sqlalchemy import select

from core.tables import metadata

NAME, GIVEN = "卡纳瑞·金丝雀", "卡纳瑞"
PHONE, ID_NUMBER = "13947199999", "150102199001011230"
NOTE, CONTACT = "画眉鸟住在二号院", "百灵鸟在清晨歌唱"
PERSONAL = (NAME, GIVEN, "金丝雀", PHONE, ID_NUMBER, NOTE, CONTACT)


def secret_values(company: Company) -> tuple[str, ...]:
    """The app's secrets, and every access token, response code and session's key that its platform has given out."""
    platform, ding = company.platform, company.ding
    names = ("WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY", "TUOLING_SECRET_KEY")
    dingtalks = (CLIENT_SECRET, CARD_SECRET, *ding.tokens._expiry, *ding.sessions) if ding is not None else ()
    return (*(SECRETS[name] for name in names), *platform.tokens._expiry, *platform.codes._codes, *dingtalks)


def dressed(value: str) -> tuple[bytes, ...]:
    """A value in the ways in which software writes it down: plain, escaped, encoded, reversed into hex."""
    plain = value.encode()
    return (
        plain,
        value.encode("utf-16-le"),
        json.dumps(value)[1:-1].encode(),
        base64.b64encode(plain).rstrip(b"=")[:-1],
        plain.hex().encode(),
    )


def found_in(content: bytes, values: Iterable[str]) -> list[str]:
    """Which of `values` stand in `content`, in whatever dress."""
    return [value for value in values if any(form in content for form in dressed(value))]


def tables(company: Company) -> dict[str, bytes]:
    """Everything that stands in the database, by `table.column`."""
    dump: dict[str, bytes] = {}
    with company.runtime.store.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    raw = (
                        value
                        if isinstance(value, bytes)
                        else json.dumps(value, default=str, ensure_ascii=False).encode()
                    )
                    key = f"{table.name}.{column}"
                    dump[key] = dump.get(key, b"") + b"\n" + raw
    return dump
