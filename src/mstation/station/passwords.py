"""Passwords: kept as Argon2id hashes, refused when short or in every thief's list."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mstation.errors import InvalidInput

LEAST_SIGNS = 10  # NIST SP 800-63B asks for 8 at least, 15 where nothing else protects
MOST_SIGNS = 512  # longer ones only cost time

_hasher = PasswordHasher()  # RFC 9106, low memory: 64 MiB, 3 passes
_turns = BoundedSemaphore(4)  # hashes at once in one process: 256 MiB, however many ask


def hashed(password: str) -> str:
    """Return what the database keeps of a password.

    Raises:
        InvalidInput: when it is too short, too long, or known to whoever guesses.
    """
    if not LEAST_SIGNS <= len(password) <= MOST_SIGNS:
        raise InvalidInput(
            f"a password has {LEAST_SIGNS} to {MOST_SIGNS} characters",
            zh=f"密码长度应为 {LEAST_SIGNS} 到 {MOST_SIGNS} 个字符",
        )
    if password.casefold() in _known():
        raise InvalidInput(
            "this password stands in lists of stolen ones; choose another",
            zh="此密码已出现在泄露名单中，请换一个",
        )
    with _turns:
        return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Return whether a password is the one whose hash is kept.

    kept: empty where there is no password, or nobody: it takes as long then, so that the clock
        tells nobody which accounts there are.
    """
    nobodys = _nobodys_hash()
    with _turns:
        try:
            return _hasher.verify(kept or nobodys, password[:MOST_SIGNS]) and kept != ""
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _known() -> frozenset[str]:
    text = files("mstation.station").joinpath("known_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
