"""A certificate as JSON: its facts to be read, and a signature over them to be checked.

`{"certificate": {…}, "jws": "HEADER..SIGNATURE"}`: the signature's own payload is left out, as it
is the certificate, written canonically.

Sources: RFC 7515 (JWS), Appendix F (detached content); RFC 7518, 3.4 (ES256); RFC 8785.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from mstation.station.canonical import canonical
from mstation.station.exchange.certificate_facts import (
    CertificateFacts,
    document_of,
    facts_in,
    no_certificate,
)
from mstation.station.exchange.chains import (
    UNREADABLE,
    Signer,
    es256,
    is_issued_by,
    pem_of,
)
from mstation.station.exchange.signatures import Signature, Signed

MOST_BYTES = 256 * 1024
_MOST_CERTIFICATES = 8
_HALF = 32  # bytes of r, and of s


def write_json(facts: CertificateFacts, signer: Signer) -> bytes:
    """Return a signed certificate."""
    document = document_of(facts)
    header = {
        "alg": "ES256",
        "typ": "mstation-licence+jws",
        "iat": int(facts.issued_at.timestamp()),
        "x5c": [b64encode(each.public_bytes(Encoding.DER)).decode() for each in signer.chain],
    }
    told = _to_base64(json.dumps(header, separators=(",", ":")).encode())
    signature = es256(signer.key, f"{told}.{_to_base64(canonical(document))}".encode())
    whole = {"certificate": document, "jws": f"{told}..{_to_base64(signature)}"}
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def read_json(data: bytes, roots: tuple[x509.Certificate, ...]) -> tuple[CertificateFacts, Signed]:
    """Return what a certificate says, and what its signature is worth.

    Raises:
        InvalidInput: when it is no certificate at all.
    """
    document, jws = _parts(data)
    facts = facts_in(document)
    try:
        return facts, _worth(document, jws, roots)
    except (*UNREADABLE, KeyError, AttributeError, OverflowError):
        return facts, Signed(Signature.NONE)


def _worth(document: Mapping[str, Any], jws: str, roots: tuple[x509.Certificate, ...]) -> Signed:
    header, signature = _opened(jws)
    chain = _chain(header)
    at = datetime.fromtimestamp(int(header["iat"]), UTC)
    who = (chain[0].subject.rfc4514_string()[:500], at, "".join(pem_of(each) for each in chain))
    told = f"{jws.split('.')[0]}.{_to_base64(canonical(document))}".encode()
    if not is_issued_by(chain, roots, at):
        return Signed(Signature.FORGED, *who)
    if header.get("alg") != "ES256" or not _fits(chain[0], told, signature):
        return Signed(Signature.ALTERED, *who)
    return Signed(Signature.INTACT, *who)


def _parts(data: bytes) -> tuple[dict[str, Any], str]:
    if len(data) > MOST_BYTES:
        raise no_certificate()
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise no_certificate() from error
    if not isinstance(whole, dict) or not isinstance(whole.get("certificate"), dict):
        raise no_certificate()
    return whole["certificate"], str(whole.get("jws", ""))


def _opened(jws: str) -> tuple[Mapping[str, Any], bytes]:
    """Return the header and the signature of a JWS without its payload."""
    header, payload, signature = jws.split(".")
    if payload:
        raise ValueError(payload)
    opened: Mapping[str, Any] = json.loads(_from_base64(header))
    return opened, _from_base64(signature)


def _chain(header: Mapping[str, Any]) -> tuple[x509.Certificate, ...]:
    told = [b64decode(each, validate=True) for each in header["x5c"][:_MOST_CERTIFICATES]]
    chain = tuple(x509.load_der_x509_certificate(each) for each in told)
    if not chain:
        raise ValueError(header)
    return chain


def _fits(certificate: x509.Certificate, told: bytes, signature: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 2 * _HALF:
        return False
    r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
    try:
        key.verify(encode_dss_signature(r, s), told, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _to_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
