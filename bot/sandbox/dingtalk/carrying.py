"""How what people do travels to the app: by Stream or HTTP, repeated as ordered, noted in the journal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sandbox.dingtalk import robots
from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.cards import CardInstance
from bot.sandbox.dingtalk.events import MESSAGES, TAPS, milliseconds
from bot.sandbox.dingtalk.frames import Frame, new_frame
from bot.sandbox.dingtalk.posting import Attempt, Delivery, Postman
from bot.sandbox.faults import CALLBACK, Fault, Order
from bot.sandbox.journal import Entry

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk


class Carrier:
    """Carries messages, taps and events of one organisation to the app."""

    def __init__(self, ding: "DingTalk", postman: Postman) -> None:
        self._ding, self._postman = ding, postman

    def message(self, event: str, sender: str, body: JSON) -> Delivery:
        """A message to the robot. What the app answers over HTTP may be a message itself, and is said."""
        ding = self._ding
        if ding.mode == "stream":
            return self._push(new_frame("CALLBACK", MESSAGES, body), event, sender, body, ding.gateway.ack_seconds)
        delivery = self._post(lambda: self._postman.post_message(ding.robot_url, body), event, sender, body)
        session = ding.sessions.get(str(body.get("sessionWebhook")).partition("=")[2])
        for attempt in delivery.attempts[:1]:
            if session and attempt.taken:
                with ding.lock:
                    robots.say(ding, session.chat, attempt.answer)
        return delivery

    def tap(self, card: CardInstance, userid: str, body: JSON) -> Delivery:
        """A tap, the way that its card says; no attempt if that leads nowhere."""
        ding, route = self._ding, self._ding.routes.get(card.route_key)
        if card.callback_type == "STREAM":
            return self._push(new_frame("CALLBACK", TAPS, body), "tap", userid, body, ding.tap_seconds, card.track_id)
        if card.callback_type == "HTTP" and route is not None:
            return self._post(lambda: self._postman.post_tap(route, body), "tap", userid, body, card.track_id)
        return Delivery("tap", body, ())

    def event(self, kind: str, data: JSON) -> Delivery:
        """An event of the organisation, by Stream only. Not SUCCESS: it comes again."""
        ding, frame = self._ding, new_frame("EVENT", kind, data)
        headers = {
            "eventId": frame.message_id,
            "eventType": kind,
            "eventCorpId": ding.corp_id,
            "eventBornTime": str(milliseconds(ding.clock())),
            "eventUnifiedAppId": ding.client_id,
        }
        return self._push(replace(frame, headers=headers), kind, "", data, ding.gateway.ack_seconds)

    def _push(self, frame: Frame, event: str, sender: str, body: JSON, seconds: float, track_id: str = "") -> Delivery:
        ding, number = self._ding, 0
        order = ding.faults.take(CALLBACK)
        # A tap is not known to come again.
        again = (frame.topic != TAPS or ding.repeats_taps) and not (order and order.fault is Fault.NO_RETRY)

        def note(attempt: Attempt) -> None:
            nonlocal number
            number += 1
            self._note(event, sender, track_id, attempt, number, order)

        attempts = _repeated(lambda _: ding.gateway.push(frame, seconds, note, again=again), order)
        for attempt in attempts:
            note(attempt)
        return Delivery(event, body, attempts, frame.message_id)

    def _post(self, once: Callable[[], Attempt], event: str, sender: str, body: JSON, track_id: str = "") -> Delivery:
        order = self._ding.faults.take(CALLBACK)
        attempts = _repeated(lambda _: once(), order)
        for number, attempt in enumerate(attempts, start=1):
            self._note(event, sender, track_id, attempt, number, order)
        return Delivery(event, body, attempts)

    def _note(self, event: str, sender: str, track_id: str, attempt: Attempt, number: int, order: Order | None) -> None:
        self._ding.journal.write(
            Entry(
                self._ding.clock(), "callback", event, attempt.status, None, (sender,) if sender else (),
                task_id=track_id, summary=attempt.error, fault=order.fault if order else "", attempt=number,
                seconds=attempt.seconds,
            )
        )  # fmt: skip


def _repeated(once: Callable[[int], Attempt], order: Order | None) -> tuple[Attempt, ...]:
    match order.fault if order else None:
        case Fault.LOSE:
            return ()
        case Fault.DUPLICATE_IN_ROW:
            return tuple(map(once, range(order.copies if order else 1)))
        case Fault.DUPLICATE_AT_ONCE:
            copies = order.copies if order else 1
            with ThreadPoolExecutor(copies) as pool:
                return tuple(pool.map(once, range(copies)))
    return (once(0),)
