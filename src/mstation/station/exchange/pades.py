"""PDF signatures (PAdES) by the station's certificate, and what those of others are worth.

Sources: ETSI EN 319 142-1 (PAdES B-B); ISO 32000-2, 12.8 (certified, no changes allowed).
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mstation.errors import InvalidInput
from mstation.station.exchange.chains import UNREADABLE, Signer, is_issued_by, pem_of
from mstation.station.exchange.signatures import Signature, Signed

_FIELD = "MStation"
_BROKEN = (
    *UNREADABLE, PdfError, SigningError, KeyError, IndexError, AttributeError, NotImplementedError,
    RecursionError,
)  # fmt: skip


def sign_paper(data: bytes, signer: Signer, *, name: str, reason: str) -> bytes:
    """Return a PDF with a signature over all of it, after which nothing may be changed."""
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([_asn1(each) for each in signer.chain[1:]])
    key = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    hand = SimpleSigner(
        signing_cert=_asn1(signer.certificate),
        signing_key=load_private_key_from_pemder_data(key, None),
        cert_registry=registry,
    )
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        name=name,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    out = io.BytesIO()
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), metadata, signer=hand, output=out)
    return out.getvalue()


def read_paper(data: bytes, roots: tuple[x509.Certificate, ...]) -> tuple[str, Signed]:
    """Return the subject that a PDF names, and what its signature is worth.

    Raises:
        InvalidInput: when it is no PDF that can be read.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data))
        subject = _subject(reader)
        signatures = list(reader.embedded_regular_signatures)
    except _BROKEN as error:
        raise InvalidInput(
            "the file cannot be read as a PDF: it is damaged or cut off",
            zh="无法按 PDF 读取：文件已损坏或不完整",
        ) from error
    if not signatures:
        return subject, Signed(Signature.NONE)
    try:
        return subject, _worth(signatures, roots)
    except _BROKEN:
        return subject, Signed(Signature.ALTERED)


def _subject(reader: PdfFileReader) -> str:
    if "/Info" not in reader.trailer_view:
        return ""
    return str(reader.trailer_view["/Info"].get("/Subject", ""))[:200]


def _worth(signatures: list[Any], roots: tuple[x509.Certificate, ...]) -> Signed:
    signature = signatures[0]
    certificates = (signature.signer_cert, *signature.other_embedded_certs)
    chain = tuple(x509.load_der_x509_certificate(each.dump()) for each in certificates)
    at: datetime = signature.self_reported_timestamp or datetime.now(UTC)
    who = (chain[0].subject.rfc4514_string()[:500], at, "".join(pem_of(each) for each in chain))
    if not is_issued_by(chain, roots, at):
        return Signed(Signature.FORGED, *who)
    status = validate_pdf_signature(
        signature,
        ValidationContext(
            trust_roots=[_asn1(each) for each in roots],
            other_certs=list(certificates[1:]),
            allow_fetching=False,
            moment=at,
        ),
        key_usage_settings=KeyUsageConstraints(key_usage={"digital_signature"}),
    )
    is_whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(signatures) == 1
    is_intact = status.intact and status.valid and is_whole
    return Signed(Signature.INTACT if is_intact else Signature.ALTERED, *who)


def _asn1(certificate: x509.Certificate) -> Any:
    """Return a certificate as the writer of PDF signatures knows it."""
    (known,) = load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))
    return known
