"""The floor under the callback: a bare Flask handler that verifies, decrypts, reads one row and answers encrypted.

It runs under the very web server that `tuoling serve` starts (`python -m tests.bench.bare_app --port N`), with our
own cryptography, and reads with SQLAlchemy Core by an indexed key. It does nothing else: no freshness, no once-only,
no rights, no audit entry.
"""

import argparse
import secrets
import time

from flask import Flask, Response, request
from sqlalchemy import bindparam, select

from bot.channels.wecom.crypto import CallbackCipher, check_signature, signature
from bot.channels.wecom.markup import fields, read
from bot.processes import web
from config.settings import load_settings
from core.people.models import Person
from core.store.database import Database
from tests.bench.company import AES_KEY, CORP_ID, HOST, TOKEN


def load() -> Flask:
    """The floor's application from the environment."""
    app = Flask("bare", static_folder=None)
    cipher, reader = CallbackCipher(AES_KEY, CORP_ID), Database(load_settings().database_url).reader
    one_row = select(Person.id, Person.name).where(Person.wecom_userid == bindparam("userid"))

    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.post("/wecom/callback")
    def callback() -> Response:
        """Verify, decrypt, read, answer."""
        encrypted = fields(read(request.get_data(), 2))["Encrypt"]
        query = request.args
        check_signature(query["msg_signature"], TOKEN, query["timestamp"], query["nonce"], encrypted)
        event = fields(read(cipher.decrypt(encrypted), 10))
        with reader.connect() as connection:
            person = connection.execute(one_row, {"userid": event["FromUserName"]}).one()
        stamp, nonce = str(int(time.time())), secrets.token_hex(8)
        answer = cipher.encrypt(
            f"<xml><ToUserName><![CDATA[{event['FromUserName']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{CORP_ID}]]></FromUserName><CreateTime>{stamp}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{person.name}]]></Content></xml>".encode()
        )
        return Response(
            f"<xml><Encrypt><![CDATA[{answer}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature(TOKEN, stamp, nonce, answer)}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>",
            content_type="application/xml; charset=utf-8",
        )

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    web(load_settings(), host=HOST, port=parser.parse_args().port, target="tests.bench.bare_app:load")
