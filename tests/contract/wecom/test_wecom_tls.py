"""Over TLS: the certificate is checked, and the deadline holds there too."""

import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from wecom_kit import Process
from wecom_server import Platform, Raw, running

from cards.channel import Retry, Sent


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for 127.0.0.1: path of certificate and key in one PEM file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    path = tmp_path / "server.pem"
    path.write_bytes(pem)
    return path


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


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
