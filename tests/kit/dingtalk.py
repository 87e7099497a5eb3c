"""What DingTalk would send to our HTTP addresses; what a test wants wrong is given as an argument.

The bodies are those of dingtalk's documents (robot-message-type, event-callback-card), with made-up people.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

ROBOT, CORP = "dingtl01", "dingcorp01"
CLIENT_ID = "dingtl01"
CLIENT_SECRET = "the-app-secret-of-the-dingtalk-app-0123456789"
CARD_SECRET = "the-api-secret-of-the-card-callback-0123456789"
DINGTALK = {
    "DINGTALK_CLIENT_ID": CLIENT_ID,
    "DINGTALK_CLIENT_SECRET": CLIENT_SECRET,
    "DINGTALK_ROBOT_CODE": ROBOT,
    "DINGTALK_CARD_SECRET": CARD_SECRET,
    "DINGTALK_CORP_ID": CORP,
}


def message(**more: Any) -> dict[str, Any]:
    """A typed message in the robot's single chat; a field given as None is left out."""
    whole = {
        "msgtype": "text",
        "text": {"content": "帮助"},
        "msgId": "msgT0001==",
        "createAt": 1764000000000,
        "conversationType": "1",
        "conversationId": "cid1==",
        "senderStaffId": "dt_batu",
        "senderNick": "巴特尔·孟和",
        "senderCorpId": CORP,
        "senderUnionId": "uni01",
        "isAdmin": False,
        "senderId": "$:LWCP_v1:$aaa",
        "chatbotUserId": "$:LWCP_v1:$bbb",
        "chatbotCorpId": CORP,
        "robotCode": ROBOT,
        "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=x1",
        "sessionWebhookExpiredTime": 1764005400133,
    }
    return {name: value for name, value in (whole | more).items() if value is not None}


def content(kind: str, **fields: Any) -> dict[str, Any]:
    """A message of another kind than text."""
    return message(msgtype=kind, text=None, content=fields)


def quota_gone(**more: Any) -> dict[str, Any]:
    """A message whose words are kept back."""
    return message(**{"text": None, "errorCode": 20001, "errorMessage": "受调用量超量影响…"} | more)


def tap(button: str = "TOKEN1", **more: Any) -> dict[str, Any]:
    """A tap on a button of the shared template."""
    private = json.dumps({"cardPrivateData": {"actionIds": ["node_9"], "params": {"id": button}}})
    whole = {
        "type": "actionCallback",
        "outTrackId": "tl-c199",
        "corpId": CORP,
        "userId": "dt_batu",
        "userIdType": 1,
        "spaceType": "IM",
        "spaceId": "cid1==",
        "extension": "{}",
        "content": private,
        "value": private,
    }
    return {name: value for name, value in (whole | more).items() if value is not None}


def raw(event: dict[str, Any]) -> bytes:
    """The event as it stands in a body."""
    return json.dumps(event).encode()


def milliseconds(now: datetime, seconds: float = 0) -> str:
    """The timestamp of `seconds` from now."""
    return str(round((now.timestamp() + seconds) * 1000))


def robot_headers(stamp: str, secret: str = CLIENT_SECRET) -> dict[str, str]:
    """The headers that sign a message."""
    return {"timestamp": stamp, "sign": _sign(secret, f"{stamp}\n{secret}")}


def card_headers(stamp: str, secret: str = CARD_SECRET) -> dict[str, str]:
    """The headers that sign a tap."""
    return {"x-ddpaas-signature-timestamp": stamp, "x-ddpaas-signature": _sign(secret, stamp)}


def _sign(secret: str, text: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
