"""Webhooks over TLS: who cannot show that they are the host hears nothing."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mstation.errors import InvalidInput
from mstation.station.outside import PUBLIC, Outside

HERE = Outside(loopback=True)
Key = ec.EllipticCurvePrivateKey


class Authority:
    """Somebody who says which key belongs to which host; `known` is told to those who trust it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests' authority")])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        own = _signed(self.name, self.name, self.key, self.key).add_extension(basic, critical=True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.known = folder / "authority.pem"
        made = own.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())
        self.known.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def certify(self, host: str, *, by_itself: bool = False, days: int = 1) -> Path:
        """Return a certificate with its key, for a host; by_itself: signed by its own key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        issuer, signer = (name, key) if by_itself else (self.name, self.key)
        alternatives = x509.SubjectAlternativeName([_named(host)])
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        made = (
            _signed(name, issuer, key, signer, days)
            .add_extension(alternatives, critical=False)
            .add_extension(authority, critical=False)
            .sign(signer, hashes.SHA256())
        )
        path = self.folder / f"{host}-{by_itself}-{days}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip
        return path


def _signed(
    name: x509.Name, issuer: x509.Name, key: Key, signer: Key, days: int = 1
) -> x509.CertificateBuilder:
    until = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - timedelta(days=3))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@contextmanager
def _receiving(certificate: Path) -> Iterator[tuple[int, list[bytes]]]:
    """Run a server that shows a certificate; give its port, and what came."""
    came: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *about: object) -> None:
            """Say nothing of those who hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1], came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts, as if it were one of the system's."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.known))
    return made


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_host_that_shows_who_it_is_is_told(authority: Authority, host: str) -> None:
    with _receiving(authority.certify(host)) as (port, came):
        assert HERE.post(f"https://{host}:{port}/hook", b"{}", {}).status == 204
    assert came == [b"{}"]


def test_who_cannot_show_that_they_are_the_host_hears_nothing(authority: Authority) -> None:
    elsewhere = authority.folder / "elsewhere"
    elsewhere.mkdir()
    refused = {
        "mismatch": authority.certify("hooks.example.org"),
        "self-signed": authority.certify("localhost", by_itself=True),
        "expired": authority.certify("localhost", days=-1),
        "unable to get local issuer": Authority(elsewhere).certify("localhost"),
    }
    for reason, certificate in refused.items():
        with _receiving(certificate) as (port, came):
            told = HERE.post(f"https://localhost:{port}/hook", b"a secret", {})
        assert (told.status, came) == (None, []), reason
        assert reason in told.reason.replace("self signed", "self-signed")


def test_a_host_that_speaks_only_a_broken_protocol_hears_nothing(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        heard: list[bytes] = []

        def answer() -> None:
            line, _ = plain.accept()
            with line:
                heard.append(line.recv(2000))
                line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        told = HERE.post(f"https://localhost:{plain.getsockname()[1]}/", b"a secret", {})
        thread.join()
    assert told.status is None
    assert b"a secret" not in heard[0]


def test_a_trusted_certificate_opens_no_private_address(authority: Authority) -> None:
    with _receiving(authority.certify("localhost")) as (port, came):
        for host in ("localhost", "127.0.0.1"):
            with pytest.raises(InvalidInput):
                PUBLIC.post(f"https://{host}:{port}/hook", b"{}", {})
    assert came == []
