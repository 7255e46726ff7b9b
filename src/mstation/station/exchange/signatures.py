"""What a signature on a certificate is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Signature(StrEnum):
    """Whether somebody signed, who is believed, and nothing was changed since."""

    INTACT = "intact"
    ALTERED = "altered"  # signed by one who is believed, and changed since
    FORGED = "forged"  # signed by somebody else
    NONE = "none"  # not signed at all, or so that nobody can read it


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: what it is worth, by whom, and when they say they signed.

    chain: the certificates that came with it, in PEM, the signer's own first.
    """

    signature: Signature
    signer: str = ""
    at: datetime | None = None
    chain: str = ""
