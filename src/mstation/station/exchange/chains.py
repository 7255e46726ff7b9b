"""Certificates in chains: who signed whose, and whether one hangs on a root that is believed.

Source: RFC 5280.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# What a certificate raises whose parts are damaged: they are read only when they are asked for.
UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.ExtensionNotFound,
    x509.InvalidVersion, x509.UnsupportedGeneralNameType,
)  # fmt: skip
_CERTIFICATES = re.compile(b"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs now: the key, its certificate first and the root, or what stands for it, last."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""
        return self.chain[0]

    @property
    def pem(self) -> str:
        """The chain, the key's certificate first."""
        return "".join(pem_of(each) for each in self.chain)


def es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Return a signature over bytes: r and s, 32 bytes each. Source: RFC 7518, 3.4."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def is_issued_by(
    chain: tuple[x509.Certificate, ...], roots: tuple[x509.Certificate, ...], at: datetime
) -> bool:
    """Return whether a chain hangs on one of the roots, and each link held at a moment."""
    for place, each in enumerate(chain):
        if not each.not_valid_before_utc <= at <= each.not_valid_after_utc:
            return False
        if each in roots:
            return True
        above = (*chain[place + 1 : place + 2], *roots)
        issuer = next((one for one in above if _issued(each, one)), None)
        if issuer is None:
            return False
        if issuer in roots:
            return issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc
    return False


def chain_in(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM text; none where one is damaged."""
    try:
        return tuple(x509.load_pem_x509_certificate(each) for each in _CERTIFICATES.findall(pem))
    except ValueError:
        return ()


def pem_of(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether one certificate signed another, and may: only an authority makes others."""
    try:
        may = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return may
