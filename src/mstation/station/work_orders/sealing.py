"""A text in, sealed bytes and the promise of what they say out: what bids lie in until they open.

The key is a file of the station's folder, not a row: neither the database, nor its events, nor a
backup of them can open a bid. A commitment is told at once: SHA-256 of a secret word and the text,
so that whoever bid can prove later that nothing was changed, and nobody can guess the price by it.

Source: NIST SP 800-38D (AES-GCM); 96 bits of nonce, never used twice.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mstation.errors import StoreFailed, refusal_zh

KEY_FILE = "sealing.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


def sealing_key(folder: Path) -> bytes:
    """Return the station's key; the first who asks makes it.

    Raises:
        StoreFailed: when it cannot be read or made, or is cut off.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise StoreFailed(
            f"the key of sealed bids cannot be read: {error.strerror}",
            zh=f"无法读取密封投标的密钥：{refusal_zh(error)}",
        ) from error
    if len(key) != _KEY_BYTES:
        raise StoreFailed(
            f"{KEY_FILE} of the data folder is no key; bring it back from where it is kept",
            zh=f"数据目录中的 {KEY_FILE} 不是有效密钥，请从保存处恢复",
        )
    return key


def key_mark(key: bytes) -> str:
    """Return by which a key is known, which tells nothing of it."""
    return hashlib.sha256(b"mstation sealing key" + key).hexdigest()[:16]


def commitment_of(word: str, text: bytes) -> str:
    """Return the promise of a text: SHA-256 of the secret word, a line's end and the text."""
    return hashlib.sha256(word.encode() + b"\n" + text).hexdigest()


def seal(key: bytes, text: bytes, about: str) -> str:
    """Return a text as it is kept; it opens only as what it is about."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, about.encode())).decode()


def unseal(key: bytes, sealed: str, about: str) -> bytes | None:
    """Return the text; None: what was kept was changed, or is about something else."""
    try:
        data = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        return None


def _make(path: Path) -> None:
    """Write a new key, whole or not at all; who was faster is right."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(_KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()
