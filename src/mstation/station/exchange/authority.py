"""The station's certificate authority: who signs licences, films and files, and who is believed.

At the first need a root and a signer are made, once, whichever process asks first: their keys stay
in the station's folder, readable by its user alone; their certificates are kept in the database.
A signer signs for a year, then another is made; its certificate lasts for twenty, so that what it
signed can be told from a forgery long after. A certificate of one's own comes by `station.toml`.

Source: RFC 5280; C2PA 2.2, 14.5 (what a certificate that signs must hold).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import Column, Connection, String, Table, Text, UniqueConstraint, select

from mstation.errors import InvalidInput, StoreFailed, refusal_zh
from mstation.station.change import STATION, Change, find_where
from mstation.station.exchange.chains import Signer, chain_in, fingerprint, pem_of
from mstation.station.ids import new_id
from mstation.station.schema import Moment, keep, metadata, noun_of, now, own_columns
from mstation.station.settings import Signing
from mstation.station.station import Station

FOLDER = "authority"
ROOT_LASTS = timedelta(days=30 * 365)
SIGNER_LASTS = timedelta(days=20 * 365)
SIGNS_FOR = timedelta(days=365)  # then another signer signs
_EARLIER = timedelta(hours=1)  # clocks differ
_PRIVATE = 0o600


class Standing(StrEnum):
    """What a certificate is to this station."""

    ROOT = "root"  # of its own authority: what hangs on it is believed
    SIGNER = "signer"
    CONFIGURED = "configured"  # the end of the chain that `station.toml` names: believed too


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate by which this station signs or signed; its key is not here."""

    id: str
    revision: int
    standing: Standing
    subject: str
    fingerprint: str  # SHA-256 of the certificate, hexadecimal
    pem: str
    starts_at: datetime
    ends_at: datetime
    distrusted_at: datetime | None = None  # its key was lost or stolen


certificates = keep(
    Certificate,
    Table(
        "certificates",
        metadata,
        *own_columns(),
        Column("standing", String(16), nullable=False),
        Column("subject", String(500), nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("pem", Text, nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("distrusted_at", Moment),
        UniqueConstraint("fingerprint"),
    ),
)


def signer_of(station: Station, signing: Signing | None = None) -> Signer:
    """Return who signs for the station; made where nobody does yet, or not any more.

    signing: the certificate that the settings name.

    Raises:
        InvalidInput: when the certificate or the key that the settings name cannot be used.
        StoreFailed: when the station's folder refuses.
    """
    if signing is not None and signing.certificate:
        signer = read_signer(Path(signing.certificate), Path(signing.key))
        _remember(station, {Standing.CONFIGURED: signer.chain[-1]})
        return signer
    with _locked(station.data / FOLDER) as folder:
        root, signer_path = folder / "root.pem", folder / "signer.pem"
        distrusted = _distrusted(station)
        top = _kept(root, distrusted) or _made_root(root)
        before = _kept(signer_path, distrusted)
        is_good = before is not None and before.chain[1:] == top.chain and not _is_over(before)
        signer = before if before is not None and is_good else _made_signer(signer_path, top)
        _remember(station, {Standing.ROOT: top.certificate, Standing.SIGNER: signer.certificate})
        return signer


def read_signer(certificate: Path, key: Path) -> Signer:
    """Return the signer of two PEM files: a chain, the key's own certificate first, and the key.

    Raises:
        InvalidInput: when one holds no such thing, they do not fit, or the certificate is over.
        StoreFailed: when one cannot be read.
    """
    chain = chain_in(_read(certificate))
    try:
        private = serialization.load_pem_private_key(_read(key), None)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            "it holds no private key in PEM without a password",
            path=str(key), zh="其中没有无口令的 PEM 私钥",
        ) from error  # fmt: skip
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise InvalidInput(
            "the key is not of the curve P-256 (ES256)", path=str(key), zh="私钥不是 P-256（ES256）"
        )
    if not chain or chain[0].public_key() != private.public_key():
        raise InvalidInput(
            "the first certificate is not the key's",
            path=str(certificate), zh="首个证书与私钥不匹配",
        )  # fmt: skip
    if chain[0].not_valid_after_utc <= now():
        raise InvalidInput(
            f"the certificate ended on {chain[0].not_valid_after_utc:%Y-%m-%d}; renew it",
            path=str(certificate),
            zh=f"证书已于 {chain[0].not_valid_after_utc:%Y-%m-%d} 到期，请更新",
        )
    return Signer(private, chain)


def believed(connection: Connection) -> tuple[x509.Certificate, ...]:
    """Return the certificates on which a signature must hang to be this station's, old ones too."""
    wanted = (Standing.ROOT, Standing.CONFIGURED)
    query = select(certificates).where(
        certificates.c.standing.in_(wanted), certificates.c.distrusted_at.is_(None)
    )
    rows = connection.execute(query.order_by(certificates.c.id)).mappings()
    found = [noun_of(Certificate, dict(row)) for row in rows]
    return tuple(x509.load_pem_x509_certificate(each.pem.encode()) for each in found)


def distrust(change: Change, certificate: Certificate) -> Certificate:
    """Believe nothing any more that hangs on a certificate: its key was lost or stolen."""
    return change.edit(certificate, distrusted_at=certificate.distrusted_at or change.at)


def _is_over(signer: Signer) -> bool:
    return signer.certificate.not_valid_before_utc + SIGNS_FOR + _EARLIER <= now()


def _distrusted(station: Station) -> set[str]:
    with station.reading() as connection:
        query = select(certificates.c.fingerprint).where(certificates.c.distrusted_at.is_not(None))
        return set(connection.execute(query).scalars())


def _kept(path: Path, distrusted: set[str]) -> Signer | None:
    """Return who is kept in a file; none where nobody is, or nobody believes them any more."""
    if not path.exists():
        return None
    data = _read(path)
    chain = chain_in(data)
    if any(fingerprint(each) in distrusted for each in chain):
        return None
    key = serialization.load_pem_private_key(data, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), path
    return Signer(key, chain)


def _made_root(path: Path) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("M-Station authority")
    certificate = _certificate(name, name, key, key.public_key(), ROOT_LASTS, is_root=True)
    return _written(path, Signer(key, (certificate,)))


def _made_signer(path: Path, root: Signer) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = root.certificate.subject
    certificate = _certificate(
        _name("M-Station signer"), issuer, root.key, key.public_key(), SIGNER_LASTS, is_root=False
    )
    return _written(path, Signer(key, (certificate, root.certificate)))


def _name(kind: str) -> x509.Name:
    """Return a name that no other authority of this kind has."""
    told = ((NameOID.ORGANIZATION_NAME, "M-Station"), (NameOID.COMMON_NAME, f"{kind} {new_id()}"))
    return x509.Name([x509.NameAttribute(each, text) for each, text in told])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    public: ec.EllipticCurvePublicKey,
    lasts: timedelta,
    *,
    is_root: bool,
) -> x509.Certificate:
    starts = now() - _EARLIER
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(starts + lasts)
    )
    issuer_public = issuer_key.public_key()
    told: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), True),
        (_usage(is_root=is_root), True),
        (x509.SubjectKeyIdentifier.from_public_key(public), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), False),
    ]
    if not is_root:
        told.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False))
    for extension, is_critical in told:
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _remember(station: Station, told: dict[Standing, x509.Certificate]) -> None:
    """Keep certificates that the database does not know yet."""
    with station.reading() as connection:
        known = set(connection.execute(select(certificates.c.fingerprint)).scalars())
    fresh = {name: each for name, each in told.items() if fingerprint(each) not in known}
    if not fresh:
        return
    with station.change(STATION) as change:
        for standing, each in fresh.items():
            if find_where(change.connection, Certificate, fingerprint=fingerprint(each)):
                continue  # another process was faster
            subject = each.subject.rfc4514_string()[:500]
            times = (each.not_valid_before_utc, each.not_valid_after_utc)
            told_of = (standing, subject, fingerprint(each), pem_of(each))
            change.add(Certificate(new_id(), 1, *told_of, *times))


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Give the folder of the keys to one process at a time."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, _PRIVATE)
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def _written(path: Path, signer: Signer) -> Signer:
    """Keep a key with its certificates in one file: both are there, or neither."""
    private = signer.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    part = path.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(private + signer.pem.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    return signer


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StoreFailed:
    return StoreFailed(
        f"cannot use {path}: {error.strerror}", zh=f"无法使用 {path}：{refusal_zh(error)}"
    )
