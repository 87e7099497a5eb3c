"""What the message APIs do: send, update a card, recall. Called under the platform's lock."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox import card_rules
from bot.sandbox.chats import Message
from bot.sandbox.members import Member
from bot.sandbox.refusal import Refusal

if TYPE_CHECKING:
    from bot.sandbox.platform import Platform

TEXT_BYTES = 2048
MEDIA = ("image", "voice", "video", "file")
RECALL_LIFE = timedelta(hours=24)
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A carried out request: what is answered, and what the journal should know."""

    answer: dict[str, Any]
    messages: tuple[Message, ...] = ()
    dropped: tuple[str, ...] = ()
    task_id: str = ""
    msgid: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Content:
    kind: str
    text: str = ""
    card: Payload | None = None
    media_id: str = ""
    task_id: str = ""
    warnings: list[str] = field(default_factory=list)


def send(platform: "Platform", payload: Payload) -> Done:
    """message/send.

    Raises:
        Refusal: with the platform's errcode.
    """
    _own_agent(platform, payload, 301002)
    content = _content(platform, payload)
    members, invalid, bad_parties = _recipients(platform, payload)
    if not members:
        raise Refusal(81013, "user & party & tag all invalid")
    msgid = secrets.token_urlsafe(32)
    names = {"invaliduser": "|".join(invalid), "invalidparty": "|".join(bad_parties)}
    answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", **{k: v for k, v in names.items() if v}, "msgid": msgid}
    if _repeats(platform, payload):
        return Done(answer, dropped=tuple(m.userid for m in members), msgid=msgid, warnings=("duplicate request",))
    seen_by = sum(member.visible for member in platform.members())
    if not platform.allowance.takes_messages(len(members), seen_by, platform.clock()):
        raise Refusal(45009, "api freq out of limit")
    if content.task_id:
        if content.task_id in platform.task_ids:
            raise Refusal(42014, "task_id already used")
        platform.task_ids.add(content.task_id)
    reached = [member for member in members if platform.pace.allow(member.userid, platform.clock())]
    messages = tuple(_deliver(platform, member, content, msgid) for member in reached)
    if content.card and card_rules.calls_back(content.card):
        answer["response_code"] = platform.codes.issue(msgid, platform.clock())
    dropped = tuple(member.userid for member in members if member not in reached)
    return Done(answer, messages, dropped, content.task_id, msgid, tuple(content.warnings))


def update(platform: "Platform", payload: Payload) -> Done:
    """message/update_template_card. A refused request does not use up its code.

    Raises:
        Refusal: with the platform's errcode.
    """
    _own_agent(platform, payload, 42015)
    code, now = payload.get("response_code"), platform.clock()
    msgid = platform.codes.msgid(code, now) if isinstance(code, str) else None
    if msgid is None:
        raise Refusal(60140, "invalid or expired response_code")
    wanted = payload.get("userids") or []
    if not isinstance(wanted, list):
        raise Refusal(40035, "userids must be an array")
    if not wanted and payload.get("atall") != 1:
        raise Refusal(82101, "no target")
    sent = platform.chats.sent_as(msgid)
    folded = {str(userid).casefold() for userid in wanted}
    targets = sent if payload.get("atall") == 1 else tuple(m for m in sent if m.userid.casefold() in folded)
    if not targets:
        raise Refusal(82102, "targets not in the message")
    warnings, changed = _change(platform, payload, targets)
    platform.codes.use(str(code))
    missed = sorted(folded - {message.userid.casefold() for message in sent})
    answer = {"errcode": 0, "errmsg": "ok", **({"invaliduser": missed} if missed else {})}
    return Done(answer, changed, task_id=targets[0].task_id, msgid=msgid, warnings=warnings)


def recall(platform: "Platform", payload: Payload) -> Done:
    """message/recall, within 24 hours.

    Raises:
        Refusal: 40058 for an unknown msgid, 42052 for an old one.
    """
    sent = platform.chats.sent_as(str(payload.get("msgid") or ""))
    if not sent:
        raise Refusal(40058, "invalid msgid")
    if platform.clock() - sent[0].at > RECALL_LIFE:
        raise Refusal(42052, "message older than 24 hours")
    messages = tuple(platform.chats.recall(message.id) for message in sent)
    return Done({"errcode": 0, "errmsg": "ok"}, messages, task_id=sent[0].task_id, msgid=sent[0].msgid)


def cut(text: str) -> str:
    """A text as the platform shows it: silently cut at 2048 bytes, with whole characters."""
    return text.encode()[:TEXT_BYTES].decode(errors="ignore")


def _own_agent(platform: "Platform", payload: Payload, errcode: int) -> None:
    agent = payload.get("agentid")
    if agent is None:
        raise Refusal(40056, "missing agentid")
    if str(agent) != str(platform.agent_id):
        raise Refusal(errcode, "agentid does not match the access_token")


def _recipients(platform: "Platform", payload: Payload) -> tuple[list[Member], list[str], list[str]]:
    users, parties, tags = (str(payload.get(name) or "") for name in ("touser", "toparty", "totag"))
    if not (users or parties or tags):
        raise Refusal(82001, "all of touser, toparty and totag are empty")
    if users == "@all":
        return [member for member in platform.members() if member.visible], [], []
    wanted = [userid for userid in users.split("|") if userid]
    if len(wanted) > 1000:
        raise Refusal(40032, "too many users")
    found: dict[str, Member] = {}
    invalid, bad_parties = [], []
    for userid in wanted:
        member = platform.member(userid)
        if member and member.visible:
            found[member.userid] = member
        else:
            invalid.append(userid.lower())
    departments = platform.departments()
    for party in filter(None, parties.split("|")):
        name = departments.get(party)
        if name is None:
            bad_parties.append(party)
        found |= {m.userid: m for m in platform.members() if name and m.visible and m.department == name}
    return list(found.values()), invalid, bad_parties


def _content(platform: "Platform", payload: Payload) -> _Content:
    kind = payload.get("msgtype")
    body = payload.get(str(kind))
    if kind not in ("text", "markdown", "template_card", *MEDIA):
        raise Refusal(40008, "invalid msgtype")
    if not isinstance(body, Mapping):
        raise Refusal(40008, f"missing {kind}. Warning: wrong json format. ")
    if kind in ("text", "markdown"):
        text = body.get("content")
        if not isinstance(text, str) or not text:
            raise Refusal(44004, "empty content")
        size = len(text.encode())
        return _Content(kind, cut(text), warnings=[f"{kind} cut: {size} > {TEXT_BYTES}"] if size > TEXT_BYTES else [])
    if kind in MEDIA:
        media_id = str(body.get("media_id") or "")
        found = platform.media.get(media_id, platform.clock())
        if found is None:
            raise Refusal(40007, "invalid media_id")
        return _Content(kind, text=found.name if kind == "file" else "", media_id=media_id)
    warnings = card_rules.check(body)
    if card_rules.calls_back(body) and not platform.callback_url:
        raise Refusal(43012, "the app has no callback URL")
    return _Content("card", card=body, task_id=str(body.get("task_id") or ""), warnings=list(warnings))


def _deliver(platform: "Platform", member: Member, content: _Content, msgid: str) -> Message:
    return platform.chats.add(
        member.userid,
        content.kind,  # type: ignore[arg-type]
        platform.clock(),
        from_bot=True,
        text=content.text,
        card=content.card,
        media_id=content.media_id,
        msgid=msgid,
        task_id=content.task_id,
    )


def _change(
    platform: "Platform", payload: Payload, targets: tuple[Message, ...]
) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    card, button = payload.get("template_card"), payload.get("button")
    if isinstance(card, Mapping):
        warnings = card_rules.check(card, updating=True)
        return warnings, tuple(platform.chats.show(message.id, card) for message in targets)
    if not isinstance(button, Mapping) or not button.get("replace_name"):
        raise Refusal(40058, "neither button.replace_name nor template_card")
    if any((message.card or {}).get("card_type") not in card_rules.CALLBACK_TYPES for message in targets):
        raise Refusal(40058, "the card has no button to replace")
    return (), tuple(platform.chats.grey(message.id, str(button["replace_name"])) for message in targets)


def _repeats(platform: "Platform", payload: Payload) -> bool:
    """Duplicate check: the same request JSON within the interval is answered but not delivered."""
    if payload.get("enable_duplicate_check") != 1:
        return False
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    interval = timedelta(seconds=min(int(payload.get("duplicate_check_interval") or 1800), 14_400))
    now, before = platform.clock(), platform.recent_requests.get(digest)
    if before is not None and now - before < interval:
        return True
    platform.recent_requests[digest] = now
    return False
