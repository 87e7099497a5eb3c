"""What the security tests share: the cast of the matrices, crafted taps, the audit log, and callbacks as bytes."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element  # the type alone: parsing is defusedxml's

import httpx
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient
from kit.company import AGENT_ID, CORP_ID, DING_PREFIX, SECRETS, Company, Heard
from kit.dingtalk import CLIENT_ID, ROBOT, card_headers, milliseconds, raw, robot_headers
from kit.dingtalk import message as ding_message
from kit.dingtalk import tap as ding_tap
from sqlalchemy import event, select, update
from wechatpy.work.crypto import WeChatCrypto

from bot.sandbox.chats import Message
from bot.sandbox.journal import Journal
from cards.actions import Action, Signer
from cards.render.dingtalk import button_id
from core.people.models import Person
from core.store import issued
from core.store.audit import AuditRow
from core.store.database import Database
from core.store.issued import Face

CAST = {
    "owner": "batu",  # officer of 呼和浩特/一部, who has the lead
    "peer": "zhangsan",  # officer of the same team
    "other team": "surina",  # officer of 呼和浩特/二部
    "other city": "zhoumin",  # officer of 包头/一部
    "own manager": "lina",  # officer and manager of 呼和浩特/一部
    "other manager": "wangqiang",  # officer and manager of 呼和浩特/二部
    "approver": "liufang",
    "finance": "hejing",
    "leaver": "naren",  # an officer of the owner's team who has left
    "stranger": "nobody-we-know",
}
MEMBERS = [role for role in CAST if role not in ("leaver", "stranger")]
LIFE = timedelta(days=30)


def let_go(company: Company, userid: str) -> int:
    """The person leaves the firm; his number."""
    with company.runtime.store.database.write() as session:
        person_id = session.scalars(select(Person.id).where(Person.wecom_userid == userid)).one()
        session.execute(update(Person).where(Person.id == person_id).values(left_at=company.clock()))
    return person_id


def person_id(company: Company, userid: str) -> int | None:
    """The number of a person, of leavers too; None for a stranger."""
    with company.runtime.store.read() as session:
        return session.scalar(select(Person.id).where(Person.wecom_userid == userid))


def channel_of(company: Company) -> str:
    """The platform on which the people of this company are."""
    return "dingtalk" if company.ding is not None and company.on_dingtalk else "wecom"


def journal_of(company: Company) -> Journal:
    """What went between that platform and us."""
    return company.ding.journal if company.ding is not None and company.on_dingtalk else company.platform.journal


def chats(company: Company) -> dict[str, list[Message]]:
    """What we said to each of its people there, as it stands in his chat."""
    everybody = [member.userid for member in company.platform.members()]
    return {userid: [each for each in company.person(userid).phone.chat() if each.from_bot] for userid in everybody}


def audience_of(company: Company) -> str:
    """Whom the buttons of this company's cards are for."""
    return {"wecom": f"wecom:{CORP_ID}:{AGENT_ID}", "dingtalk": f"dingtalk:{CLIENT_ID}:{ROBOT}"}[channel_of(company)]


def signer(company: Company, audience: str = "") -> Signer:
    """Signs as the bot itself does; with another `audience`, as the same firm's bot would for another app."""
    vault = company.runtime.store.vault
    return Signer(dict(zip(vault.key_ids(), vault.keys("action"), strict=True)), audience or audience_of(company))


def issue(company: Company, to: int, face: Face) -> str:
    """A card in somebody's hands; its id."""
    with company.runtime.store.database.write() as session:
        return issued.issue(session, channel=channel_of(company), person_id=to, face=face, now=company.clock())


def pack(
    company: Company, act: Action, card_id: str, *, revision: int = 1, audience: str = "", life: timedelta = LIFE
) -> str:
    """The key of the button `act` on that card."""
    return signer(company, audience).pack(act, f"{card_id}.{revision}", company.clock() + life)


def tap(
    company: Company, userid: str, token: str, card_id: str, ticked: Sequence[str] = (), question: str = "leads"
) -> Heard:
    """A tap with any key, by anybody, encrypted and signed by the platform itself; what that person then hears."""
    if channel_of(company) == "dingtalk":
        return _tap_on_dingtalk(company, userid, button_id(token, question if ticked else "", ticked), card_id)
    fields: list[tuple[str, Any]] = [
        ("Event", "template_card_event"),
        ("EventKey", token),
        ("TaskId", f"t-{card_id}"),
        ("CardType", "button_interaction"),
        ("ResponseCode", secrets.token_hex(16)),
    ]
    if ticked:
        options = [("OptionIds", [("OptionId", key) for key in ticked])]
        fields.append(("SelectedItems", [("SelectedItem", [("QuestionKey", question), *options])]))
    before = company.so_far
    delivery = company.platform.emit(userid, "event", fields)
    assert delivery.taken
    assert delivery.reply is None, "a tap is answered empty"
    company.settle()
    return company.person(userid).heard_since(before) if company.platform.member(userid) else Heard(())


def _tap_on_dingtalk(company: Company, userid: str, key: str, card_id: str) -> Heard:
    """The same over HTTP, with which nothing can be told to somebody: it is answered empty."""
    before = company.so_far
    body = ding_tap(key, outTrackId=f"tl-{card_id}", userId=f"{DING_PREFIX}{userid}")
    _post(company, "card", body, card_headers(milliseconds(company.clock())))
    company.settle()
    return company.person(userid).heard_since(before) if company.platform.member(userid) else Heard(())


def _post(company: Company, path: str, body: dict[str, Any], headers: dict[str, str]) -> None:
    assert company.ding is not None
    url = f"{company.ding.robot_url.removesuffix('robot')}{path}"
    answer = httpx.post(url, content=raw(body), headers=headers, trust_env=False)
    assert answer.status_code == 200
    assert answer.json() in ({}, {"msgtype": "empty"}), "a tap, and a stranger, is answered empty"


def say(company: Company, userid: str, text: str) -> Heard:
    """As `Colleague.say`, for people the platform does not know too."""
    if channel_of(company) == "dingtalk" and not company.platform.member(userid):
        said = ding_message(text={"content": text}, msgId=secrets.token_hex(8), senderStaffId=userid)
        _post(company, "robot", said, robot_headers(milliseconds(company.clock())))
        company.settle()
        return Heard(())
    if company.platform.member(userid):
        return company.person(userid).say(text)
    fields = [("Content", text), ("MsgId", secrets.randbelow(10**15) + 1)]
    delivery = company.platform.emit(userid, "text", fields)
    assert delivery.reply is None, "a stranger is not answered"
    company.settle()
    return Heard(())


def audited(company: Company, who: int | None, after: int = 0) -> list[str]:
    """The actions in the audit log of `who` since entry `after`."""
    with company.runtime.store.read() as session:
        wanted = select(AuditRow.action).where(AuditRow.actor_id == who, AuditRow.seq > after).order_by(AuditRow.seq)
        return list(session.scalars(wanted))


def last_entry(company: Company) -> int:
    """The number of the newest audit entry."""
    with company.runtime.store.read() as session:
        return session.scalar(select(AuditRow.seq).order_by(AuditRow.seq.desc()).limit(1)) or 0


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement the database gets while the block runs, on both engines."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@dataclass(frozen=True, slots=True)
class Callback:
    """An HTTP request of the platform, as its bytes. `query` is the pairs, so that one can stand twice."""

    query: tuple[tuple[str, str], ...]
    body: bytes

    def post(self, client: FlaskClient, **more: Any) -> tuple[int, bytes, Mapping[str, str]]:
        """Send it; status, body and headers."""
        answer = client.post(f"/wecom/callback?{urlencode(self.query)}", data=self.body, **more)
        return answer.status_code, answer.data, answer.headers


def callback(
    company: Company,
    inner: str,
    *,
    corp: str = CORP_ID,
    token: str = SECRETS["WECOM_TOKEN"],
    key: str = SECRETS["WECOM_AES_KEY"],
    seconds: float = 0,
) -> Callback:
    """A genuine callback around `inner`, made by wechatpy, `seconds` from now."""
    stamp, nonce = str(int(company.clock().timestamp() + seconds)), secrets.token_hex(5)
    sealed = elements(WeChatCrypto(token, key, corp).encrypt_message(inner, nonce, stamp))
    query = (("msg_signature", sealed["MsgSignature"]), ("timestamp", stamp), ("nonce", nonce))
    return Callback(query, envelope(sealed["Encrypt"]))


def envelope(encrypted: str, more: str = "") -> bytes:
    """What WeCom wraps around the ciphertext."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt>{more}"
        f"<AgentID><![CDATA[{AGENT_ID}]]></AgentID></xml>"
    ).encode()


def text_event(company: Company, sender: str, text: str, *, agent: int = AGENT_ID, number: int = 0) -> str:
    """The plaintext of a typed message."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{int(company.clock().timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{number or secrets.randbelow(10**15) + 1}</MsgId>"
        f"<AgentID>{agent}</AgentID></xml>"
    )


def reply_text(body: bytes) -> str:
    """The text of an encrypted passive answer; empty for an empty body."""
    if not body:
        return ""
    outer = elements(body)
    crypto = WeChatCrypto(SECRETS["WECOM_TOKEN"], SECRETS["WECOM_AES_KEY"], CORP_ID)
    inner = crypto.decrypt_message(outer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    return elements(inner)["Content"]


def elements(xml: str | bytes) -> dict[str, str]:
    """The elements below the root by name."""
    root: Element = fromstring(xml)
    return {element.tag: element.text or "" for element in root}
