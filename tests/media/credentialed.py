"""Files of every kind that holds credentials or cannot, and who signs them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.media.making import write_movie


def picture(kind: str, size: tuple[int, int] = (96, 64), seed: int = 1) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, kind)
    return out.getvalue()


def sound(kind: str, samples: int = 4800) -> bytes:
    codec = {"wav": "pcm_s16le", "mp3": "libmp3lame", "flac": "flac"}[kind]
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=48000, layout="mono")
        tone = (8000 * np.sin(np.arange(samples) * 0.05)).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 48000
        for each in av.AudioResampler(stream.format, "mono", 48000, 1152).resample(frame):
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return out.getvalue()


def _movie(kind: str) -> Callable[[Path], bytes]:
    def made(folder: Path) -> bytes:
        return write_movie(folder / f"made.{kind}", frames=6, size=(64, 48)).read_bytes()

    return made


def _pdf(_: Path) -> bytes:
    out = io.BytesIO()
    page = Canvas(out)
    page.drawString(99, 99, "The Last Reel")
    page.save()
    return out.getvalue()


def _zip(_: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("lantern.usda", "#usda 1.0\n" * 50)
    return out.getvalue()


HOLDING: dict[str, Callable[[Path], bytes]] = {
    "image/jpeg": lambda _: picture("JPEG"),
    "image/png": lambda _: picture("PNG"),
    "image/tiff": lambda _: picture("TIFF"),
    "image/webp": lambda _: picture("WEBP"),
    "audio/wav": lambda _: sound("wav"),
    "audio/mpeg": lambda _: sound("mp3"),
    "video/mp4": _movie("mp4"),
    "video/quicktime": _movie("mov"),
    "application/pdf": _pdf,
    "application/zip": _zip,
}
BESIDE = {
    "audio/flac": sound("flac"),
    "image/x-exr": b"\x76\x2f\x31\x01" + bytes(range(256)) * 4,
    "application/mxf": b"\x06\x0e\x2b\x34\x02\x05\x01\x01" + bytes(range(256)) * 4,
    "model/vnd.usd": b"#usda 1.0\n" * 60,
    "application/x-blender": b"BLENDER-v405" + bytes(range(256)) * 4,
}


class Signing:
    """A root and a signer of nobody's station."""

    def __init__(self, organisation: str = "Tests") -> None:
        self.root_key = ec.generate_private_key(ec.SECP256R1())
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = _certificate(f"{organisation} root", self.root_key, self, organisation)
        self.leaf = _certificate(f"{organisation} signer", self.key, self, organisation)
        self.anchors = _pem(self.root)
        self.chain = _pem(self.leaf) + self.anchors

    def __call__(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, signing: Signing, organisation: str
) -> x509.Certificate:
    is_root = key is signing.root_key
    told = [(NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name)]
    subject = x509.Name([x509.NameAttribute(each, text) for each, text in told])
    made = datetime.now(UTC) - timedelta(hours=1)
    usage = x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if is_root else signing.root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=9))
        .add_extension(x509.BasicConstraints(is_root, None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.root_key.public_key()), False
        )
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, False)
    return builder.sign(signing.root_key, hashes.SHA256())
