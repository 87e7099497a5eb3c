"""Over TLS: the certificate is checked, and the deadline holds there too."""

import ipaddress
import time

import pytest
from cryptography import x509
from kit.certificates import certificate_for, server_context
from wecom_kit import Process
from wecom_server import Platform, Raw, running

from cards.channel import Retry, Sent


@pytest.fixture
def certificate(tmp_path):
    """One for 127.0.0.1."""
    return certificate_for(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


def test_an_unknown_certificate_gets_neither_secret_nor_message(store, clock, certificate):
    with running(Platform(), server_context(certificate)) as platform:
        assert isinstance(Process(platform, store, clock).channel.send_text("batu", "好", again=False), Retry)
        assert platform.asked == []


def test_sending_and_the_deadline_over_tls(store, clock, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with running(Platform(), server_context(certificate)) as platform:
        process = Process(platform, store, clock, read_seconds=0.5)
        for _ in range(3):
            assert isinstance(process.channel.send_text("batu", "好", again=False), Sent)
        assert len({asked.peer for asked in platform.asked}) == 1
        platform.answer = lambda _asked: Raw(
            [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", *[b" "] * 900], lambda: platform.stopping.wait(0.1)
        )
        began = time.monotonic()
        assert isinstance(process.channel.send_text("batu", "好", again=False), Retry)
        assert time.monotonic() - began < 1.5
