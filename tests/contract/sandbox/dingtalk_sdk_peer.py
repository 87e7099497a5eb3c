"""An app made with the official dingtalk-stream, as a process of its own: it answers each message by the address of its
session and with a card, and each tap with a new title. What it sees it prints, one JSON object a line.

python dingtalk_sdk_peer.py CLIENT_ID SECRET    with DINGTALK_OPENAPI_ENDPOINT set (it is read at import)
"""

import asyncio
import json
import sys

import dingtalk_stream
from dingtalk_stream import AckMessage, CallbackMessage, CardReplier, ChatbotHandler, ChatbotMessage


def tell(what: str, **more: object) -> None:
    sys.stdout.write(json.dumps({"what": what, **more}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Messages(ChatbotHandler):
    async def process(self, callback: CallbackMessage) -> tuple[int, str]:
        message = ChatbotMessage.from_dict(callback.data)
        text = message.text.content if message.text else ""
        tell("message", text=text, sender=message.sender_staff_id, robot=message.robot_code, id=message.message_id)
        if message.message_type == "picture":
            tell("file", url=self.get_image_download_url(message.image_content.download_code))
            return AckMessage.STATUS_OK, "OK"
        if text == "不答":
            return AckMessage.STATUS_SYSTEM_EXCEPTION, "not today"
        tell("replied", answer=self.reply_text(f"收到：{text}", message))
        replier = CardReplier(self.dingtalk_client, message)
        drawn = [{"text": "同意", "color": "blue", "id": "TOKEN1", "request": True}]
        parts = {"order": ["msgTitle", "msgButtons"], "msgButtons": drawn}
        variables = {"flowStatus": "3", "msgTitle": "待审批", "sys_full_json_obj": json.dumps(parts)}
        shared = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
        tell("card", id=await replier.async_create_and_deliver_card(shared, variables))
        return AckMessage.STATUS_OK, "OK"


class Taps(dingtalk_stream.CallbackHandler):
    async def process(self, callback: CallbackMessage) -> tuple[int, dict[str, object]]:
        tap = dingtalk_stream.CardCallbackMessage.from_dict(callback.data)
        tell("tap", card=tap.card_instance_id, user=tap.user_id, content=tap.content)
        by_key = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
        return AckMessage.STATUS_OK, {"cardUpdateOptions": by_key, "cardData": {"cardParamMap": {"msgTitle": "已同意"}}}


def main() -> None:
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(*sys.argv[1:3]))
    client.register_callback_handler(ChatbotMessage.TOPIC, Messages())
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, Taps())
    client.register_all_event_handler(dingtalk_stream.EventHandler())
    asyncio.run(client.start())


if __name__ == "__main__":
    main()
